"""A reason for every facility, in one sentence of each language."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata import SERVICES, UNITS
from siting.assemble import Assembly
from siting.study import Study
from solvers import Solution

_UNITS_ZH = {"charging": "千瓦时", "swapping": "次换电", "hydrogen": "公斤氢"}


def reasons(study: Study, assembly: Assembly, solution: Solution, units: NDArray[np.float64]) -> pd.DataFrame:
    """Say why each option is open: what it serves, and how much of that no other open station reaches.

    Parameters
    ----------
    units
        Units served over each pair, shape (K,).

    Returns
    -------
    reasons
        reason_zh and reason_en per option; blank for closed ones.
    """
    problem = assembly.problem
    assert solution.modules is not None
    opened = solution.modules > 0
    reach = np.bincount(problem.pair_row, weights=opened[problem.pair_option], minlength=problem.n_rows)
    value = units * problem.value[problem.pair_row]
    total = np.bincount(problem.pair_option, weights=value, minlength=problem.n_options)
    alone = np.bincount(
        problem.pair_option, weights=value * (reach[problem.pair_row] == 1), minlength=problem.n_options
    )
    served = np.zeros_like(problem.capacity)
    np.add.at(served, (problem.pair_option, problem.pair_service), units)
    rows = [("", "")] * problem.n_options
    for option in np.flatnonzero(opened):
        only_here = alone[option] / total[option] if total[option] > 0 else 0.0
        rows[option] = _sentences(str(assembly.options["status"].iloc[option]), served[option], only_here)
    return pd.DataFrame(rows, columns=["reason_zh", "reason_en"])


def _sentences(status: str, served: NDArray[np.float64], only_here: float) -> tuple[str, str]:
    begin_zh, begin_en = {
        "existing": ("已建成；", "Stands already; "),
        "required": ("规划必须设站；", "Required; "),
        "new": ("", ""),
    }[status]
    amounts = [(service, served[n]) for n, service in enumerate(SERVICES) if served[n] > 0]
    if not amounts:
        if status == "new":
            begin_zh, begin_en = "为满足数量或设站要求而建；", "opened to meet a count or a must-serve line; "
        return f"{begin_zh}没有分配到需求。", _sentence(f"{begin_en}no demand falls to it")
    zh = "、".join(f"{amount:,.0f} {_UNITS_ZH[service]}" for service, amount in amounts)
    en = " and ".join(f"{amount:,.0f} {UNITS[service]}" for service, amount in amounts)
    return (
        f"{begin_zh}每日服务 {zh}，其中 {only_here:.0%} 在服务标准内没有别的站可去。",
        _sentence(f"{begin_en}serves {en} a day; {only_here:.0%} of it has no other station within the standard"),
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
