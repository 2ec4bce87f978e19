"""A reason for every facility, in one sentence of each language."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from geodata import UNITS
from siting.answer import Answer
from siting.flow_table import vehicles_at
from siting.limits import counted_by, evaluated
from siting.plan import Target
from siting.study import Study

_LOW_USE = 0.2  # a new station used less than this asks for an explanation
_HARDLY = 0.005
_VEHICLES_ZH = {"car": "小汽车", "truck": "货车"}
#: Begin of a facility's sentence by its status.
BEGINS: Final[dict[str, tuple[str, str]]] = {
    "existing": ("已建成；", "Stands already; "),
    "required": ("规划必须设站；", "Required; "),
    "new": ("", ""),
}
UNITS_ZH: Final[dict[str, str]] = {
    "charging": "千瓦时",
    "swapping": "次换电",
    "hydrogen": "公斤氢",
    "parts": "吨零部件",
    "take_back": "公斤退役电池",
}


def reasons(study: Study, answer: Answer) -> pd.DataFrame:
    """Say why each facility is open: what it serves in the last year, and how much of that no other station reaches.

    Where there are several years, the sentence begins with the year of opening and those of additions.

    Returns
    -------
    reasons
        reason_zh and reason_en per facility of the answer.
    """
    assembly, problem = answer.assembly, answer.assembly.problem
    opened = (answer.modules > 0) & assembly.opens
    reach = np.bincount(problem.pair_set, weights=opened[problem.pair_option], minlength=problem.n_sets)
    value = answer.last_units * problem.value[problem.pair_row]
    total, alone = (
        answer.by_facility(np.bincount(problem.pair_option, weights=part, minlength=problem.n_options))
        for part in (value, value * (reach[problem.pair_set] == 1))
    )
    counts = _binding_counts(study, answer)
    when = _when(study, answer)
    carried = _carried(study, answer)
    rows = []
    for n, option in enumerate(answer.opening):
        only_here = alone[n] / total[n] if total[n] > 0 else 0.0
        status = str(assembly.options["status"].iloc[option])
        count = counts.get(int(option)) if status == "new" and answer.use[n] < _LOW_USE else None
        rows.append(
            _sentences(
                status,
                when[n],
                dict(zip(study.services, answer.served[n].tolist(), strict=True)),
                only_here,
                count,
                carried[n],
            )
        )
    return pd.DataFrame(rows, columns=["reason_zh", "reason_en"])


def _when(study: Study, answer: Answer) -> list[tuple[str, str]]:
    """Begin of each facility's sentence: when it opens and grows; nothing in a study of one year."""
    if not study.phased:
        return [("", "")] * len(answer.opening)
    phases = answer.phases()
    begins = {}
    for name, own in phases.groupby("facility_id"):
        standing = own["status"].iloc[0] == "existing"
        opens = [] if standing else [int(own["year"].iloc[0])]
        grown = own[(own["new_modules"] > 0) & ~own["year"].isin(opens)]
        added = [(int(year), int(count)) for year, count in zip(grown["year"], grown["new_modules"], strict=True)]
        begins[name] = (
            "".join([*(f"{year}年开站；" for year in opens), *(f"{year}年增{count}个模块；" for year, count in added)]),
            "".join(
                [
                    *(f"opens in {year}; " for year in opens),
                    *(f"{count} module{'s' if count > 1 else ''} more in {year}; " for year, count in added),
                ]
            ),
        )
    names = answer.assembly.options["facility_id"].iloc[answer.opening]
    return [begins[name] for name in names]


def _carried(study: Study, answer: Answer) -> list[tuple[str, str]]:
    """What each facility does for flows; nothing where none refuels there."""
    if not len(answer.assembly.flows):
        return [("", "")] * len(answer.opening)
    sentences = []
    for by_class, paths in zip(*vehicles_at(study, answer), strict=True):
        zh = "、".join(f"{count:,.0f} 辆{_VEHICLES_ZH[name]}" for name, count in by_class.items())
        en = " and ".join(f"{count:,.0f} {name}s" for name, count in by_class.items())
        of = "path" if paths == 1 else "paths"
        sentences.append(
            (f"每日供 {paths} 条路线上的 {zh}加能", f"carries {en} a day on {paths} {of}") if zh else ("", "")
        )
    return sentences


def _binding_counts(study: Study, answer: Answer) -> dict[int, Target]:
    """The count, if any, that each opening helps to reach and that the answer reaches without one to spare."""
    assembly = answer.assembly
    binding: dict[int, Target] = {}
    for line in study.chosen_plan.targets.values():
        if not line.enforce or not evaluated(study, assembly, line) or line.counts != "stations":
            continue
        for district, sense, number in line.bounds():
            counted = counted_by(study, line, assembly, district)
            if sense != "<=" and (answer.modules[counted] > 0).sum() <= number:
                binding |= dict.fromkeys(counted.tolist(), line)
    return binding


def _sentences(
    status: str,
    when: tuple[str, str],
    served: Mapping[str, float],
    only_here: float,
    count: Target | None,
    carried: tuple[str, str],
) -> tuple[str, str]:
    begin_zh, begin_en = BEGINS[status]
    begin_zh, begin_en = begin_zh + when[0], begin_en + when[1]
    amounts = [(service, amount) for service, amount in served.items() if amount > 0]
    if not amounts and carried[0]:
        return f"{begin_zh}{carried[0]}。", sentence(f"{begin_en}{carried[1]}")
    if not amounts:
        if count is not None:
            begin_zh, begin_en = (
                f"{begin_zh}为达到“{count.label_zh}”的数量而设；",
                f"{begin_en}opened to reach “{count.label_en}”; ",
            )
        elif status == "new":
            begin_zh, begin_en = f"{begin_zh}为满足设站要求而建；", f"{begin_en}opened to meet a must-serve line; "
        return f"{begin_zh}没有分配到需求。", sentence(f"{begin_en}no demand falls to it")
    zh = "、".join(f"{amount:,.0f} {UNITS_ZH[service]}" for service, amount in amounts)
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
        f"{begin_zh}每日服务 {zh}，{alone_zh}{low_zh}{'；' if carried[0] else ''}{carried[0]}。",
        sentence(f"{begin_en}serves {en} a day; {alone_en}{low_en}{'; ' if carried[1] else ''}{carried[1]}"),
    )


def sentence(text: str) -> str:
    """A text with a capital letter at its begin and a full stop at its end."""
    return f"{text[0].upper()}{text[1:]}."
