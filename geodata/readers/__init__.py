"""Readers of files and services: what stands there, as found, with nothing guessed silently and nothing lost."""
