"""What each budget buys: cost against demand served or covered, as a table and a small picture."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from siting.errors import NoAnswerError, RunFolderError, StudyError
from siting.folders import carry_over, hidden_sibling, put_in_place, safe_name
from siting.formats.csv_file import write_csv
from siting.formats.json_file import write_json
from siting.front_picture import picture
from siting.objectives.asked import Asked
from siting.objectives.nearest import to_nearest
from siting.pipeline import Prepared, prepare
from siting.run_folder import make_runs_folder
from siting.solving import effort_of
from siting.study import Study
from solvers import Budget, Limit, ParetoPoint, Progress, Solution, Status, pareto
from solvers.linear import relative_gap

FIGURES: Final = "front.json"
COLUMNS: Final = ("budget_cny", "cost_cny", "value", "bound", "gap", "share", "stations", "status", "dominated")
_MODELS: Final = ("served_value", "max_cover")
_MOST_POINTS: Final = 50
_PROVED: Final = 1e-6  # no answer is better by more than a millionth
_MULTIPLES: Final = {"": 1.0, "k": 1e3, "M": 1e6, "B": 1e9, "万": 1e4, "亿": 1e8}
_AMOUNT: Final = re.compile(r"(\d[\d_]*(?:\.\d+)?(?:[eE]\d+)?)(k|M|B|万|亿)?")


@dataclass(frozen=True)
class Front:
    """The front of a study.

    Parameters
    ----------
    about
        name, run_id, model, titles, and the value of all demand.
    rows
        One mapping of `COLUMNS` per budget, by rising budget; `dominated` where another row has as much for less.
    """

    about: dict[str, Any]
    rows: list[dict[str, Any]]


def parse_budgets(text: str) -> tuple[float, ...] | int:
    """Read budgets like `500M,1000M,2亿`, or a whole number of budgets to be spaced equally.

    Raises
    ------
    StudyError
        When an amount is none, or too few or too many are asked for.
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found = [_AMOUNT.fullmatch(part) for part in parts]
    wrong = [part for part, match in zip(parts, found, strict=True) if match is None]
    if wrong or not parts:
        raise StudyError(
            "--budgets", [f'"{text}": give amounts like 500M,1000M (k, M, B, 万, 亿), or a number of them']
        )
    amounts = [float(match[1].replace("_", "")) * _MULTIPLES[match[2] or ""] for match in found if match]
    number = amounts[0] if len(parts) == 1 and parts[0].isdigit() and amounts[0] <= _MOST_POINTS else None
    if number is not None and number < 2:
        raise StudyError("--budgets", [f"{text}: ask for 2 to {_MOST_POINTS} budgets"])
    return tuple(amounts) if number is None else int(number)


def cost_front(
    study: Study,
    budgets: tuple[float, ...] | int,
    *,
    progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Front:
    """Solve a study for each of several budgets over all its stations.

    A budget of the plan over all types and years gives way to these; all else holds.

    Parameters
    ----------
    study
        The study; its objective is served_value or max_cover.
    budgets
        Amounts in CNY; or how many, spaced equally up to the plan's budget (up to what all that can be had costs,
        without one).
    progress, should_stop
        News out while the solver works; whether to stop with what was found so far.

    Raises
    ------
    StudyError, geodata.LayerError, geodata.CrsError, demand_models.DemandError
        When the study does not fit.
    NoAnswerError
        When no budget has an answer.
    """
    if study.objective.model not in _MODELS:
        raise StudyError(
            study.source,
            [f"objective: a front is of money against what is served or covered; use one of {', '.join(_MODELS)}"],
        )
    ready = prepare(study)
    problem = ready.assembly.problem
    plan = [
        line for line in study.chosen_plan.budgets.values() if not line.types and line.enforce and line.year is None
    ]
    names = {line.name for line in plan}
    limits = Asked.of(study, ready.assembly, ready.limits).limits
    kept: list[Limit] = [limit for limit in limits if not (isinstance(limit, Budget) and limit.name in names)]

    def ask(amounts: tuple[float, ...]) -> tuple[ParetoPoint, ...]:
        effort, name, gap = effort_of(study.solver), study.solver.name, study.solver.gap
        return pareto(
            problem, amounts, kept, gap=gap, method=name, effort=effort, progress=progress, should_stop=should_stop
        )

    if isinstance(budgets, int):
        most = min((line.cny for line in plan), default=None) or _most_useful(ask, problem.cost(problem.max_modules))
        budgets = tuple(np.linspace(most / budgets, most, budgets).tolist())
    points = ask(budgets)
    if all(point.value is None for point in points):
        raise _nothing(points)
    return Front(_about(ready), [_row(ready, point) for point in points])


def write_front(front: Front, out: Path) -> Path:
    """Write table, figures and picture of a front into a folder below `out`, and return it.

    Raises
    ------
    RunFolderError
        When something else stands in its place, or nothing can be written there.
    """
    target = Path(out) / f"{safe_name(front.about['name'])}-{safe_name(front.about['run_id'])}"
    make_runs_folder(target.parent)
    if target.exists() and not (target / FIGURES).is_file():
        raise RunFolderError(f"{target}: exists and is not a front (it has no {FIGURES}); move it away")
    with hidden_sibling(target) as folder:
        write_csv(folder / "front.csv", list(COLUMNS), front.rows)
        write_json(folder / FIGURES, {**front.about, "points": front.rows})
        (folder / "front.svg").write_text(picture(front.about, front.rows), encoding="utf-8", newline="\n")
        if target.exists():
            carry_over(target, folder, set())
        put_in_place(folder, target)
    return target


def _most_useful(ask: Callable[[tuple[float, ...]], tuple[ParetoPoint, ...]], costs: Any) -> float:  # noqa: ANN401  (an array)
    """What the most that can be had costs."""
    found = ask((float(costs.sum()),))[0]
    if found.cost is None:
        raise _nothing((found,))
    return found.cost


def _about(ready: Prepared) -> dict[str, Any]:
    study, problem = ready.study, ready.assembly.problem
    return {
        "name": study.name,
        "run_id": ready.run_id,
        "model": study.objective.model,
        "title_zh": study.title_zh or study.name,
        "title_en": study.title_en or study.name,
        "value_demand": float(problem.value @ problem.demand),
    }


def _row(ready: Prepared, point: ParetoPoint) -> dict[str, Any]:
    problem = ready.assembly.problem
    worth, solution = float(problem.value @ problem.demand), point.solution
    value, gap = _value(ready, point), None
    if value is not None and point.bound is not None:
        gap = relative_gap(value, point.bound)
    return {
        "budget_cny": point.budget,
        "cost_cny": point.cost,
        "value": value,
        "bound": point.bound,
        "gap": gap if gap is not None and np.isfinite(gap) else None,
        "share": None if value is None or not worth else value / worth,
        "stations": None if solution.modules is None else int((solution.modules[ready.assembly.opens] > 0).sum()),
        "status": str(Status.OPTIMAL if gap is not None and gap <= _PROVED else point.status),
        "dominated": point.dominated,
    }


def _value(ready: Prepared, point: ParetoPoint) -> float | None:
    """What is served; without capacities all that is covered, also what was given up for money and costs none."""
    if ready.study.objective.capacities or point.value is None:
        return point.value
    problem = ready.assembly.problem
    return float(problem.value @ (to_nearest(ready.study, ready.assembly, point.solution).row_share * problem.demand))


def _nothing(points: tuple[ParetoPoint, ...]) -> NoAnswerError:
    last: Solution = points[-1].solution
    why = "".join(f"\n  - {note}" for note in last.notes)
    if points[-1].status is Status.INFEASIBLE:
        return NoAnswerError(f"nothing meets all limits within any of the budgets:{why}", 4)
    return NoAnswerError("no answer within the limits; raise solver.time_limit_s or solver.work_limit", 6)
