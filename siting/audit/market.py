"""Audit of market share: what each open station wins against competitors, computed again."""

import numpy as np
import pandas as pd

from geodata import as_points
from siting.audit.case import Case
from siting.audit.question import placed
from siting.audit.sentences import Floats
from siting.objectives.settings import Market

_BLOCK = 1_000  # rows whose ways are held at once


def won(case: Case, facilities: pd.DataFrame) -> pd.DataFrame:
    """Share of each demand row (its index) that each of some facilities (its columns, by id) wins."""
    question, objective = case.question, case.question.study.objective
    assert isinstance(objective, Market)
    layer = as_points(question.area.layers.frames[objective.competitors])
    rivals = placed(question.area, layer)
    column = objective.competitor_attraction_column
    pull = np.ones(len(rivals)) if column is None else rivals[column].to_numpy(dtype=np.float64)
    own = facilities["type"].map(lambda name: objective.attraction.get(name, 1.0)).to_numpy(dtype=np.float64)
    kinds = [question.kind(name) for name in facilities["type"]]
    rows = question.rows
    found = pd.DataFrame(0.0, index=rows.index, columns=facilities["facility_id"])
    for service, vehicle in rows[["service", "vehicle"]].drop_duplicates().itertuples(index=False):
        offers = np.array([kind.offers(service, vehicle) for kind in kinds], dtype=bool)
        names = rows.index[(rows["service"] == service) & (rows["vehicle"] == vehicle)]
        for begin in range(0, len(names), _BLOCK):
            block = rows.loc[names[begin : begin + _BLOCK]]
            ours = own[offers] * _drawn(case, objective, block, facilities[offers], str(vehicle))
            theirs = (pull * _drawn(case, objective, block, rivals, str(vehicle))).sum(axis=1)
            both = ours.sum(axis=1) + theirs
            share = np.divide(ours, both[:, None], out=np.zeros_like(ours), where=ours > 0)
            found.loc[block.index, facilities.loc[offers, "facility_id"]] = share
    return found


def _drawn(case: Case, objective: Market, rows: pd.DataFrame, there: pd.DataFrame, vehicle: str) -> Floats:
    """How strongly each place draws each row, nothing beyond the longest way."""
    if there.empty:
        return np.zeros((len(rows), 0))
    ways = case.question.ways
    minutes = ways.between(rows, there, vehicle)
    near = minutes <= objective.standard_min * (1 + ways.exact)
    drawn: Floats = np.where(near, np.maximum(minutes, objective.nearest_min), np.inf) ** -objective.beta
    return np.where(near, drawn, 0.0)
