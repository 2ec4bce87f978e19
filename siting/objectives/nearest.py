"""Who goes where when stations cannot be full: everyone to the nearest that is open."""

from dataclasses import replace

import numpy as np

from siting.answer import Answer
from siting.assemble import Assembly
from siting.objectives.market import shares_won
from siting.objectives.settings import GradualCover, Market
from siting.study import Study
from solvers import Solution


def to_nearest(study: Study, assembly: Assembly, solution: Solution) -> Answer:
    """Send all demand of every row that is covered to the nearest open station, ties to the first option.

    Parameters
    ----------
    study, assembly
        A study whose objective counts no capacities, and what it was assembled to.
    solution
        Its answer; only what is open is taken from it.

    Returns
    -------
    answer
        With places that draw what they ask for, and who goes where. Of gradual covering only the demand comes
        that is left at the travel time; in a market each row is split among open stations and competitors.
    """
    problem, modules = assembly.problem, solution.modules
    assert modules is not None
    able = np.flatnonzero(modules[problem.pair_option] > 0)
    order = able[np.lexsort((problem.pair_option[able], problem.pair_time_s[able], problem.pair_set[able]))]
    chosen = order[np.unique(problem.pair_set[order], return_index=True)[1]]
    share = np.zeros(problem.n_pairs)
    share[chosen] = 1.0
    if isinstance(study.objective, Market):
        share = shares_won(study.objective, assembly, modules)
    elif isinstance(study.objective, GradualCover):
        share[chosen] = study.objective.left(problem.pair_time_s[chosen] / 60.0)
    drawn = replace(problem, set_draw=np.where(assembly.is_flow[problem.set_row], 0.0, 1.0))
    return Answer(replace(assembly, problem=drawn), replace(solution, share=share))
