"""The table: rows of all runs in Markdown and JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from bench.row import Row
from bench.runs import PEER
from bench.targets import speed_up, verdict

TIMES_S = (10, 30, 60, 300)


def write(folder: Path, name: str, rows: Sequence[Row], machine: Mapping[str, str]) -> None:
    """Write `name.md` and `name.json`, each beside its old version before it takes its place."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = {"machine": dict(machine), "rows": [asdict(row) for row in rows]}
    for suffix, text in ((".json", json.dumps(numbers, indent=1) + "\n"), (".md", markdown(rows, machine))):
        beside = folder / f"{name}{suffix}.part"
        beside.write_text(text, encoding="utf-8")
        beside.replace(folder / f"{name}{suffix}")


def markdown(rows: Sequence[Row], machine: Mapping[str, str]) -> str:
    """Return the table as a page of Markdown."""
    cities = [row for row in rows if row.run.kind == "city"]
    flows = [row for row in rows if row.run.kind == "flows"]
    known = [row for row in rows if row.run.kind == "known"]
    parts = [
        ["# Benchmarks", "", *(f"- {what}: {words}" for what, words in machine.items())],
        _section("Generated cities", _CITY_HEAD, [_city(row) for row in cities]),
        _section("Gap after 60 s over the seeds, tight budget", _SEEDS_HEAD, _seeds(cities)),
        _section("Least cost under the served value", _COST_HEAD, [_cost(r) for r in cities if r.run.cost_stage]),
        _section("Flow refuelling, generated", _FLOWS_HEAD, [_flows(row, _peer_of(row, flows)) for row in flows]),
        _section("Flow refuelling, 25 nodes, published optima", _KNOWN_HEAD, [_known(row) for row in known]),
    ]
    return "\n".join("\n".join([*part, ""]) for part in parts if part)


def _section(title: str, head: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    if not body:
        return []
    lines = [" | ".join(cells) for cells in (head, ["-"] * len(head), *body)]
    return [f"## {title}", "", *(f"| {line} |" for line in lines)]


_CITY_HEAD = (
    "run", "method", "limit s", *(f"gap at {t} s" for t in TIMES_S), "bound after s", "value", "bound", "took s",
    "peak MB", "target",
)  # fmt: skip


def _city(row: Row) -> list[str]:
    """Value and bound in percent of the value of all demand."""
    run, result, end = row.run, row.result, row.end
    gaps = [_percent(row.gap_at(t)) for t in TIMES_S]
    name = [run.name, run.method, f"{run.seconds:g}"]
    if result is None or end is None:
        return [*name, *gaps, "", "", "", "", "", row.failure or verdict(row, None)]
    value, bound = (None if v is None else v / result.all_value for v in (end.value, end.bound))
    useful = bound is not None and bound <= 1
    return [
        *name, *gaps, _number(row.bound_s) if useful else "", _percent(value), _percent(bound) if useful else "none",
        _number(result.took_s), f"{result.peak_mb:.0f}", verdict(row, None),
    ]  # fmt: skip


_SEEDS_HEAD = ("size", "method", "seeds", "least", "median", "most")


def _seeds(rows: Sequence[Row]) -> list[list[str]]:
    groups: dict[tuple[str, str], list[float | None]] = {}
    for row in rows:
        run = row.run
        if run.name.removesuffix(f"-{PEER}") == f"{run.size}-{run.seed}" and run.seconds >= 60:
            groups.setdefault((run.size, run.method), []).append(row.gap_at(60))
    lines = []
    for (size, method), gaps in groups.items():
        numbers = [float("inf") if gap is None else gap for gap in gaps]
        spread = [_percent(n) for n in (min(numbers), median(numbers), max(numbers))]
        lines.append([size, method, str(len(gaps)), *spread])
    return lines


_COST_HEAD = ("run", "served gap", "cost", "bound", "gap", "status", "target")


def _cost(row: Row) -> list[str]:
    if row.result is None or len(row.result.ends) < 2:
        return [row.run.name, "", "", "", "", row.failure, verdict(row, None)]
    served, cost = row.result.ends
    return [
        row.run.name, _percent(served.gap), _number(cost.value), _number(cost.bound), _percent(cost.gap), cost.status,
        verdict(row, None),
    ]  # fmt: skip


_FLOWS_HEAD = ("run", "method", "value", "bound", "gap", "status", "took s", "faster than HiGHS", "peak MB", "target")


def _flows(row: Row, peer: Row | None) -> list[str]:
    result, end = row.result, row.end
    if result is None or end is None:
        return [row.run.name, row.run.method, "", "", "", row.failure, "", "", "", verdict(row, peer)]
    faster = speed_up(row, peer)
    at_least = "" if peer is None or peer.end is None or peer.end.status == "optimal" else ">= "
    return [
        row.run.name, row.run.method, _percent(_ratio(end.value, result.all_value)),
        _percent(_ratio(end.bound, result.all_value)), _percent(end.gap), end.status, _number(result.took_s),
        "" if faster is None else f"{at_least}{faster:.1f} x", f"{result.peak_mb:.0f}", verdict(row, peer),
    ]  # fmt: skip


def _peer_of(row: Row, rows: Sequence[Row]) -> Row | None:
    if row.run.method == PEER:
        return None
    return next((other for other in rows if other.run.method == PEER and other.run.seed == row.run.seed), None)


_KNOWN_HEAD = ("run", "method", "all equal", "cases", "took s", "peak MB", "target")


def _known(row: Row) -> list[str]:
    result = row.result
    if result is None:
        return [row.run.name, row.run.method, row.failure, "", "", "", ""]
    equal = "yes" if result.equal == result.cases else "no"
    return [
        row.run.name, row.run.method, equal, f"{result.equal} of {result.cases}", _number(result.took_s),
        f"{result.peak_mb:.0f}", verdict(row, None),
    ]  # fmt: skip


def _ratio(part: float | None, whole: float) -> float | None:
    return None if part is None else part / whole


def _percent(share: float | None) -> str:
    if share is None:
        return ""
    return f"{100 * share:.2f} %" if share < 10 else "> 1000 %" if share < float("inf") else "none"


def _number(number: float | None) -> str:
    return "" if number is None else f"{number:.1f}"
