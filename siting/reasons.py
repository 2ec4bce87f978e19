"""A reason for every facility, in one sentence of each language."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata import SERVICES, UNITS
from siting.assemble import Assembly, members
from siting.plan import Target
from siting.study import Study
from solvers import Solution

_LOW_USE = 0.2  # a new station used less than this asks for an explanation
_HARDLY = 0.005
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
    given = problem.capacity * solution.modules[:, None]
    use = np.divide(served, given, out=np.zeros_like(served), where=given > 0).max(axis=1, initial=0.0)
    counts = _binding_counts(study, assembly, opened)
    rows = [("", "")] * problem.n_options
    for option in np.flatnonzero(opened):
        only_here = alone[option] / total[option] if total[option] > 0 else 0.0
        status = str(assembly.options["status"].iloc[option])
        count = counts.get(int(option)) if status == "new" and use[option] < _LOW_USE else None
        rows[option] = _sentences(status, served[option], only_here, count)
    return pd.DataFrame(rows, columns=["reason_zh", "reason_en"])


def _binding_counts(study: Study, assembly: Assembly, opened: NDArray[np.bool_]) -> dict[int, Target]:
    """The count, if any, that each option helps to reach and that the answer reaches without one to spare."""
    districts = assembly.sites.frame["district"].to_numpy()[assembly.options["site"]]
    binding: dict[int, Target] = {}
    for line in study.chosen_plan.targets.values():
        if not line.enforce or line.year != study.year or line.counts != "stations":
            continue
        for district, sense, number in line.bounds():
            counted = members(assembly.options, line.types, districts == district if district else None)
            if sense != "<=" and opened[counted].sum() <= number:
                binding |= dict.fromkeys(counted.tolist(), line)
    return binding


def _sentences(status: str, served: NDArray[np.float64], only_here: float, count: Target | None) -> tuple[str, str]:
    begin_zh, begin_en = {
        "existing": ("已建成；", "Stands already; "),
        "required": ("规划必须设站；", "Required; "),
        "new": ("", ""),
    }[status]
    amounts = [(service, served[n]) for n, service in enumerate(SERVICES) if served[n] > 0]
    if not amounts:
        if count is not None:
            begin_zh, begin_en = f"为达到“{count.label_zh}”的数量而设；", f"opened to reach “{count.label_en}”; "
        elif status == "new":
            begin_zh, begin_en = "为满足设站要求而建；", "opened to meet a must-serve line; "
        return f"{begin_zh}没有分配到需求。", _sentence(f"{begin_en}no demand falls to it")
    zh = "、".join(f"{amount:,.0f} {_UNITS_ZH[service]}" for service, amount in amounts)
    en = " and ".join(f"{amount:,.0f} {UNITS[service]}" for service, amount in amounts)
    alone_zh, alone_en = (
        (f"其中 {only_here:.0%} 只有本站可去", f"for {only_here:.0%} of it, this is the only station within reach")
        if only_here >= _HARDLY
        else ("附近也有别的站可去", "other stations are within reach of all of it")
    )
    low_zh, low_en = (
        ("", "")
        if count is None
        else (
            f"；利用率低，为达到“{count.label_zh}”的数量而设",
            f"; its use is low, it was opened to reach “{count.label_en}”",
        )
    )
    return (
        f"{begin_zh}每日服务 {zh}，{alone_zh}{low_zh}。",
        _sentence(f"{begin_en}serves {en} a day; {alone_en}{low_en}"),
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
