"""What a classic objective came to, in its own figures."""

from typing import Any

import numpy as np

from siting.objectives.apart import apart_m
from siting.objectives.settings import BackupCover, CapacitatedCost, Market, PDispersion
from siting.objectives.words import FIGURES, MODELS, value_label
from siting.study import Study
from siting.tables import Tables
from solvers import Solution

Figure = dict[str, Any]


def objective_figures(study: Study, tables: Tables, solution: Solution) -> dict[str, Any]:
    """Model, sense and unit of the objective, and its figures with labels, ready for JSON.

    Returns
    -------
    figures
        ``model``, ``label_zh``, ``label_en``, ``sense`` ("most" or "least"), ``value_zh``, ``value_en`` (what the
        value counts), ``capacities``; ``market`` or ``assigns_all`` where that is so; ``p`` where there is one;
        ``figures``: a list of ``key``, ``label_zh``, ``label_en``, ``value`` (None where there is none) and ``unit``
        ("stations", "CNY", "share", "min", "km" or "value").
    """
    objective, words = study.objective, MODELS[study.objective.model]
    return {
        "model": objective.model,
        "label_zh": words.label_zh,
        "label_en": words.label_en,
        "sense": words.sense,
        **dict(zip(("value_zh", "value_en"), value_label(study.objective.least, words), strict=True)),
        "capacities": objective.capacities,
        **({"market": True} if isinstance(objective, Market) else {}),
        **({"assigns_all": True} if objective.assigns_all else {}),
        **({} if objective.stations is None else {"p": objective.stations}),
        "figures": [
            _figure("stations", float(len(tables.sites))),
            *_model_figures(study, tables, solution),
            *_travel(study, tables),
        ],
    }


def _model_figures(study: Study, tables: Tables, solution: Solution) -> list[Figure]:
    """The figures that only one model has."""
    objective = study.objective
    if isinstance(objective, BackupCover):
        each = tables.demand["service"].map(study.value_of).astype(float) * study.weight_of(study.year)
        asked = float((each * tables.demand["demand"]).sum())
        twice = solution.stages[0].value
        return [_figure("covered_twice", None if twice is None or not asked else twice / asked)]
    if isinstance(objective, PDispersion):
        return [_figure("apart_km", least_apart_km(tables))]
    if isinstance(objective, CapacitatedCost) and objective.pays_ways:
        lines = tables.assignment
        each = np.array([objective.cny_per_second(service) for service in lines["service"]]) * 60.0
        return [_figure("ways_cny", float((lines["served"] * lines["time_min"] * each).sum()))]
    return []


def least_apart_km(tables: Tables) -> float | None:
    """Straight-line distance of the two stations nearest to each other, of which one at least is new, km."""
    stands = (tables.sites["status"] == "existing").to_numpy()
    counted = np.triu(~np.logical_and.outer(stands, stands), k=1)
    return float(apart_m(tables.sites.geometry)[counted].min()) / 1000.0 if counted.any() else None


def _travel(study: Study, tables: Tables) -> list[Figure]:
    """Mean and largest travel time of those who go somewhere; the mean weighs services by their value."""
    lines = tables.assignment
    if lines.empty:
        return []
    minutes = lines["time_min"].to_numpy(dtype=float)
    value = lines["served"].to_numpy(dtype=float) * [study.value_of(service) for service in lines["service"]]
    mean = float(np.average(minutes, weights=value)) if value.sum() > 0 else None
    return [_figure("mean_min", mean), _figure("longest_min", float(minutes.max()))]


def _figure(key: str, value: float | None) -> Figure:
    label_zh, label_en, unit = FIGURES[key]
    return {"key": key, "label_zh": label_zh, "label_en": label_en, "value": value, "unit": unit}
