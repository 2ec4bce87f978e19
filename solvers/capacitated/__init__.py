"""Capacitated facility location: arrays in, sites with sizes, service and a proved bound out."""

from solvers.capacitated.method import CapacitatedAnswer as CapacitatedAnswer
from solvers.capacitated.method import capacitated_cost as capacitated_cost
