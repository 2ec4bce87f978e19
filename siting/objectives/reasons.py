"""A reason for every facility where sizes are not decided: whom it covers, or for whom it is the nearest."""

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from geodata import UNITS
from siting.answer import Answer, Floats, Integers
from siting.objectives.apart import apart_m
from siting.reasons import BEGINS, UNITS_ZH, sentence
from siting.study import Study

Sentences = list[tuple[str, str]]


def classic_reasons(study: Study, answer: Answer) -> pd.DataFrame:
    """Say of each facility what it is open for, in the words of the objective.

    Parameters
    ----------
    study
        A study whose objective counts no capacities.
    answer
        Who goes where: to the nearest.

    Returns
    -------
    reasons
        reason_zh and reason_en per facility of the answer.
    """
    told = _WORDS.get(study.objective.model, _covers)(study, answer)
    begins = [BEGINS[str(status)] for status in answer.assembly.options["status"].iloc[answer.opening]]
    rows = [(f"{begin[0]}{zh}。", sentence(f"{begin[1]}{en}")) for begin, (zh, en) in zip(begins, told, strict=True)]
    return pd.DataFrame(rows, columns=["reason_zh", "reason_en"])


def _covers(study: Study, answer: Answer) -> Sentences:
    """What lies within its standard, how much of it within that of no other, and what comes to it."""
    problem = answer.assembly.problem
    opened = answer.modules > 0
    pairs = np.flatnonzero(opened[problem.pair_option])
    reach = np.bincount(problem.pair_set[pairs], minlength=problem.n_sets)
    alone = pairs[reach[problem.pair_set[pairs]] == 1]
    within, only, comes = _amounts(answer, pairs), _amounts(answer, alone), answer.served
    sentences = []
    for n in range(len(answer.opening)):
        if not within[n].any():
            sentences.append(("标准时间内没有需求", "no demand lies within its standard"))
            continue
        nobody_zh, nobody_en = "附近也有别的站可去", "all of it within the standard of other open stations too"
        if only[n].any():
            nobody_zh, nobody_en = (
                f"其中 {_zh(study, only[n])} 只有本站可去",
                f"{_en(study, only[n])} of it that no other open station covers",
            )
        near_zh, near_en = (
            (f"；本站最近的需求 {_zh(study, comes[n])}", f"; the nearest one for {_en(study, comes[n])}")
            if comes[n].any()
            else ("", "")
        )
        zh = f"每日覆盖 {_zh(study, within[n])}，{nobody_zh}{near_zh}"
        sentences.append((zh, f"covers {_en(study, within[n])} a day, {nobody_en}{near_en}"))
    return sentences


def _nearest(study: Study, answer: Answer) -> Sentences:
    """For how much demand it is the nearest, and how far that has to travel."""
    problem, assembly = answer.assembly.problem, answer.assembly
    used = np.flatnonzero(answer.units > 0)
    facility = assembly.options["facility"].to_numpy(dtype=np.int64)[problem.pair_option[used]]
    minutes, weight = problem.pair_time_s[used] / 60.0, answer.units[used] * problem.value[problem.pair_row[used]]
    sentences = []
    for n, own in enumerate(answer.facility):
        here = facility == own
        if not here.any():
            sentences.append(("没有需求以本站为最近站", "it is the nearest open station for nobody"))
            continue
        total = weight[here].sum()
        mean = float((minutes[here] * weight[here]).sum() / total) if total > 0 else float(minutes[here].mean())
        most = float(minutes[here].max())
        sentences.append(
            (
                f"每日 {_zh(study, answer.served[n])} 以本站为最近站，平均 {mean:.1f} 分钟，最远 {most:.1f} 分钟",
                f"the nearest open station for {_en(study, answer.served[n])} a day, {mean:.1f} minutes away in the "
                f"mean and {most:.1f} at most",
            )
        )
    return sentences


def _wins(study: Study, answer: Answer) -> Sentences:
    """What it wins of the demand, from competitors and from other open stations."""
    return [
        (f"每日赢得 {_zh(study, amounts)}", f"wins {_en(study, amounts)} a day")
        if amounts.any()
        else ("没有赢得需求", "wins no demand")
        for amounts in answer.served
    ]


def _apart(_: Study, answer: Answer) -> Sentences:
    """How far the nearest other station is."""
    sites = answer.assembly.options["site"].to_numpy(dtype=np.int64)[answer.opening]
    apart = apart_m(answer.assembly.sites.frame.geometry.iloc[sites])
    np.fill_diagonal(apart, np.inf)
    return [
        (f"最近的其他站在 {km:.2f} 公里外", f"the nearest other station is {km:.2f} km away")
        if np.isfinite(km)
        else ("没有其他站", "there is no other station")
        for km in apart.min(axis=1, initial=np.inf) / 1000.0
    ]


def _amounts(answer: Answer, pairs: Integers) -> Floats:
    """Demand of each service at the points that facilities have pairs with, shape (F, S)."""
    problem = answer.assembly.problem
    points = pairs[~answer.assembly.is_flow[problem.pair_row[pairs]]]
    amounts = np.zeros_like(problem.capacity)
    np.add.at(
        amounts, (problem.pair_option[points], problem.pair_service[points]), problem.demand[problem.pair_row[points]]
    )
    return np.stack([answer.by_facility(column) for column in amounts.T], axis=1)


def _zh(study: Study, amounts: Floats) -> str:
    return "、".join(
        f"{amount:,.0f} {UNITS_ZH[name]}" for name, amount in zip(study.services, amounts, strict=True) if amount > 0
    )


def _en(study: Study, amounts: Floats) -> str:
    return " and ".join(
        f"{amount:,.0f} {UNITS[name]}" for name, amount in zip(study.services, amounts, strict=True) if amount > 0
    )


_WORDS: Final[dict[str, Callable[[Study, Answer], Sentences]]] = {
    "p_median": _nearest,
    "p_center": _nearest,
    "p_dispersion": _apart,
    "market_share": _wins,
    "target_share": _wins,
}
