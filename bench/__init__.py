"""Benchmarks of the solvers: generated and published instances, one row of a table per run; not installed."""

__distribution__ = "siting"
