"""Validate a study with everything it names, and say how large it is, without solving."""

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata import UNITS
from geodata.roads.snapping import snap
from siting.errors import StudyError
from siting.objectives.asked import Asked
from siting.objectives.rules import open_ended_faults
from siting.pipeline import Prepared, infeasible, prepare
from siting.study import Study
from solvers import impossible
from solvers.compact import CompactMethod, CompactModel
from solvers.method import method_for

WORDS: Final = {"demand": "places of demand", "sites": "sites"}


def check_study(study: Study) -> dict[str, Any]:
    """Read, model and assemble a study, and count what came of it.

    Returns
    -------
    found
        Ready for JSON: ``study``, ``name``, ``year``, ``years``, ``variant``, ``run_id``; ``inputs`` (name, path,
        sha256, rows, crs); ``demand`` of the last year by service (unit, amount per day, rows, and those beyond the
        standard of every candidate); ``sites`` by status; ``plan`` (lines, and how many bind the answer); ``size``
        of the problem and of its mixed-integer model; ``roads`` (class of vehicle = how far places of demand and
        sites lie from them), empty without roads.

    Raises
    ------
    StudyError, geodata.LayerError, geodata.CrsError, demand_models.DemandError
        When a file, a layer or a number does not fit.
    NoAnswerError
        When arithmetic shows that limits contradict each other.
    """
    ready = prepare(study)
    if open_ended := open_ended_faults(study, ready.assembly):
        raise StudyError(study.source, open_ended)
    faults = impossible(ready.assembly.problem, ready.limits)
    if faults:
        raise infeasible(faults)
    lines = study.chosen_plan.lines()
    return {
        "study": study.source,
        "name": study.name,
        "year": study.year,
        "years": list(study.horizon),
        "variant": study.variant,
        "run_id": ready.run_id,
        "inputs": list(ready.inputs),
        "demand": _demand(ready),
        "sites": {str(status): int(n) for status, n in ready.sites.frame["status"].value_counts().sort_index().items()},
        "plan": {"lines": len(lines), "enforced": sum(line.enforce for line in lines.values())},
        "size": _size(ready),
        "roads": _roads(ready),
    }


def _demand(ready: Prepared) -> dict[str, dict[str, Any]]:
    rows, problem = ready.assembly.rows, ready.assembly.problem
    beyond = ~ready.assembly.reachable
    found = {}
    for service, unit in UNITS.items():
        own = ((rows["service"] == service) & (rows["year"] == ready.study.year)).to_numpy()
        if own.any():
            found[service] = {
                "unit": unit,
                "per_day": float(problem.demand[own].sum()),
                "rows": int(own.sum()),
                "unreachable_per_day": float(problem.demand[own & beyond].sum()),
                "unreachable_rows": int((own & beyond).sum()),
            }
    return found


def _roads(ready: Prepared) -> dict[str, dict[str, Any]]:
    roads = ready.study.travel.on_roads
    if roads is None:
        return {}
    ends = {"demand": ready.assembly.places.geometry, "sites": ready.sites.frame.geometry}
    vehicles = sorted(set(ready.assembly.rows["vehicle"][~ready.assembly.is_flow]))
    return {
        vehicle: {
            name: _away(snap(ready.area.roads(vehicle), shapely.get_coordinates(points)).distance_m, roads.reach_m)
            for name, points in ends.items()
            if len(points)
        }
        for vehicle in vehicles
    }


def _away(distance_m: NDArray[np.float64], reach_m: float) -> dict[str, Any]:
    return {
        "points": len(distance_m),
        "beyond_reach": int((distance_m > reach_m).sum()),
        "reach_m": reach_m,
        "median_m": round(float(np.median(distance_m)), 1),
        "farthest_m": round(float(distance_m.max()), 1),
    }


def _size(ready: Prepared) -> dict[str, int]:
    problem = ready.assembly.problem
    size = {
        "demand_rows": problem.n_rows,
        "sites": len(ready.sites.frame),
        "options": problem.n_options,
        "pairs": problem.n_pairs,
    }
    if ready.study.objective.is_question:
        return size  # its method asks many small models
    asked = Asked.of(ready.study, ready.assembly, ready.limits)
    chosen, _ = method_for(ready.study.solver.name, asked.problem, asked.stages, asked.limits)
    if not isinstance(chosen, CompactMethod):
        return size  # nowhere is the model written down as a whole
    model = CompactModel.build(asked.problem, asked.limits).rows
    return size | {
        "model_rows": int(model.matrix.shape[0]),
        "model_columns": int(model.matrix.shape[1]),
        "model_integer_columns": int(model.integer.sum()),
        "model_nonzeros": int(model.matrix.nnz),
    }


def check_text(found: dict[str, Any]) -> str:
    """Write what `check_study` found as lines for people."""
    width = max(12, *(len(entry["name"]) for entry in found["inputs"]))
    inputs = [
        f"  {entry['name']:<{width}} {_or_dash(entry['rows']):>8}  {_or_dash(entry['crs']):<12} "
        f"{entry['sha256'][:12]}  {entry['path']}"
        + (f"  ({entry['left_out']:,} rows left out)" if entry["left_out"] else "")
        for entry in found["inputs"]
    ]
    demand = [
        f"  {service:<12} {figures['per_day']:>14,.0f} {figures['unit']} a day in {figures['rows']:,} rows"
        + (
            f"; {figures['unreachable_per_day']:,.0f} in {figures['unreachable_rows']:,} rows "
            "beyond the standard of every candidate"
            if figures["unreachable_rows"]
            else ""
        )
        for service, figures in found["demand"].items()
    ]
    size = found["size"]
    variant = f", variant {found['variant']}" if found["variant"] else ""
    years = ", ".join(map(str, found["years"]))
    return "\n".join(
        [
            f"{found['study']}: valid ({found['name']}, {years}{variant}, run id {found['run_id']})",
            f"  {'input':<{width}} {'rows':>8}  {'crs':<12} {'sha256':<12}  path",
            *inputs,
            "demand",
            *demand,
            *_road_lines(found["roads"]),
            "sites        " + ", ".join(f"{count:,} {status}" for status, count in found["sites"].items()),
            f"plan         {found['plan']['lines']} lines, {found['plan']['enforced']} of them enforced",
            f"problem      {size['demand_rows']:,} demand rows, {size['options']:,} options, {size['pairs']:,} pairs",
            *_model_lines(size),
        ]
    )


def _road_lines(roads: dict[str, dict[str, Any]]) -> list[str]:
    return [
        f"roads        {vehicle}: {away['beyond_reach']:,} of {away['points']:,} {WORDS[name]} are farther than "
        f"{away['reach_m']:,g} m from them (median {away['median_m']:,.0f} m, most {away['farthest_m']:,.0f} m)"
        for vehicle, ends in roads.items()
        for name, away in ends.items()
    ]


def _model_lines(size: dict[str, int]) -> list[str]:
    if "model_rows" not in size:
        return []
    return [
        f"model        {size['model_rows']:,} rows, {size['model_columns']:,} columns "
        f"({size['model_integer_columns']:,} integer), {size['model_nonzeros']:,} nonzeros"
    ]


def _or_dash(value: object) -> str:
    return "-" if value is None else str(value)
