"""Mathematics of siting: arrays in, arrays out; no geography.

>>> from solvers import Problem, Stage, solve  # doctest: +SKIP

Build a `Problem` from numpy arrays, choose `Stage`s over `OBJECTIVES` and `Limit`s, and `solve` it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

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
from solvers.objectives import Cost as Cost
from solvers.objectives import Decay as Decay
from solvers.objectives import GradualValue as GradualValue
from solvers.objectives import Linear as Linear
from solvers.objectives import Objective as Objective
from solvers.objectives import ServedValue as ServedValue
from solvers.objectives import Stations as Stations
from solvers.objectives import Steps as Steps
from solvers.objectives import TotalCost as TotalCost
from solvers.objectives import WeightedTravel as WeightedTravel
from solvers.pareto import ParetoPoint as ParetoPoint
from solvers.pareto import pareto as pareto
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

if TYPE_CHECKING:
    from solvers.capacitated import CapacitatedAnswer as CapacitatedAnswer
    from solvers.capacitated import capacitated_cost as capacitated_cost
    from solvers.coverage import Coverage as Coverage
    from solvers.coverage import CoverageAnswer as CoverageAnswer
    from solvers.coverage import Market as Market
    from solvers.coverage import backup_cover as backup_cover
    from solvers.coverage import gradual_cover as gradual_cover
    from solvers.coverage import market_share as market_share
    from solvers.coverage import max_cover as max_cover
    from solvers.coverage import partial_cover as partial_cover
    from solvers.coverage import set_cover as set_cover
    from solvers.coverage import target_share as target_share
    from solvers.questions import backup_problem as backup_problem
    from solvers.questions import solve_backup as solve_backup
    from solvers.questions import solve_center as solve_center
    from solvers.questions import solve_dispersion as solve_dispersion
    from solvers.questions import solve_market_share as solve_market_share
    from solvers.questions import solve_target_share as solve_target_share

#: The classic models and the rooms they are in, which wait for compiled loops: imported when they are asked for.
ON_DEMAND = {
    **dict.fromkeys(("CapacitatedAnswer", "capacitated_cost"), "solvers.capacitated"),
    **dict.fromkeys(
        (
            "Coverage", "CoverageAnswer", "Market", "backup_cover", "gradual_cover", "market_share", "max_cover",
            "partial_cover", "set_cover", "target_share",
        ),
        "solvers.coverage",
    ),
    **dict.fromkeys(
        (
            "backup_problem", "solve_backup", "solve_center", "solve_dispersion", "solve_market_share",
            "solve_target_share",
        ),
        "solvers.questions",
    ),
}  # fmt: skip

__distribution__ = "siting"


def __getattr__(name: str) -> object:
    """Import a classic model."""
    if name not in ON_DEMAND:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(ON_DEMAND[name]), name)


def __dir__() -> list[str]:
    """All names, those on demand included."""
    return sorted({*globals(), *ON_DEMAND})
