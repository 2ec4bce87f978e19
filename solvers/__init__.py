"""Mathematics of siting: arrays in, arrays out; no geography.

>>> from solvers import Problem, Stage, solve  # doctest: +SKIP

Build a `Problem` from numpy arrays, choose `Stage`s over `OBJECTIVES` and `Limit`s, and `solve` it.
"""

from solvers.classic import p_center as p_center
from solvers.classic import p_dispersion as p_dispersion
from solvers.classic import p_median as p_median
from solvers.conflict import Conflict as Conflict
from solvers.conflict import Relaxation as Relaxation
from solvers.conflict import explain as explain
from solvers.distances import Distances as Distances
from solvers.distances import distances_between as distances_between
from solvers.distances import distances_of as distances_of
from solvers.errors import BackendError as BackendError
from solvers.errors import ProblemError as ProblemError
from solvers.errors import SolversError as SolversError
from solvers.errors import VerificationError as VerificationError
from solvers.impossible import impossible as impossible
from solvers.limits import LIMITS as LIMITS
from solvers.limits import Budget as Budget
from solvers.limits import Bundle as Bundle
from solvers.limits import Count as Count
from solvers.limits import Exclusion as Exclusion
from solvers.limits import GridPower as GridPower
from solvers.limits import Limit as Limit
from solvers.limits import MustServe as MustServe
from solvers.limits import Phasing as Phasing
from solvers.limits import Precedence as Precedence
from solvers.limits import ServedShare as ServedShare
from solvers.limits import Spacing as Spacing
from solvers.limits import TypesPerSite as TypesPerSite
from solvers.linear import Effort as Effort
from solvers.linear import Progress as Progress
from solvers.linear import Status as Status
from solvers.located import Located as Located
from solvers.objectives import OBJECTIVES as OBJECTIVES
from solvers.objectives import Objective as Objective
from solvers.problem import Problem as Problem
from solvers.serve import serve as serve
from solvers.solution import Certificate as Certificate
from solvers.solution import Solution as Solution
from solvers.solution import StageReport as StageReport
from solvers.solve import solve as solve
from solvers.stage import Stage as Stage
from solvers.useless import Useless as Useless
from solvers.useless import useless as useless
from solvers.verify import verify as verify
from solvers.verify import violations as violations

__distribution__ = "siting"
