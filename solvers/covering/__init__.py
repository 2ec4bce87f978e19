"""Pure covering: demand rows that need an open option in each of their cover sets, and no capacity."""

from solvers.covering.method import CoveringMethod as CoveringMethod
