"""Tables of all classes, in Markdown and JSON."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from bench.classes import CLASSES, TIMES_S
from bench.row import DONE, EQUAL, PROVED, Line, Row, lines
from bench.targets import mean_ratio, of_class, of_line

Column = tuple[str, Callable[[Line], str]]
"""Head of a column, and its cell in a line; a column without a single word is left out."""


def write(folder: Path, name: str, rows: Sequence[Row], machine: Mapping[str, str]) -> None:
    """Write `name.md` and `name.json`, each beside its old version before it takes its place."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = {"machine": dict(machine), "rows": [asdict(row) for row in rows]}
    for suffix, text in ((".json", json.dumps(numbers, indent=1) + "\n"), (".md", page(rows, machine))):
        beside = folder / f"{name}{suffix}.part"
        beside.write_text(text, encoding="utf-8")
        beside.replace(folder / f"{name}{suffix}")


def page(rows: Sequence[Row], machine: Mapping[str, str]) -> str:
    """Return all tables as a page of Markdown."""
    parts = ["# Benchmarks\n", *(f"- {what}: {words}" for what, words in machine.items()), ""]
    for kind, of_kind in by_class(rows).items():
        parts += [f"## {CLASSES[kind].title}\n", section(kind, of_kind)]
    return "\n".join(parts)


def by_class(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Rows of each class that has any, in the order of `CLASSES`."""
    groups = {kind: [row for row in rows if row.run.kind == kind] for kind in CLASSES}
    return {kind: group for kind, group in groups.items() if group}


def section(kind: str, rows: Sequence[Row]) -> str:
    """Return what a class' table shows in sum, and the table."""
    told = lines(rows)
    columns = [(head, [cell(line) for line in told]) for head, cell in _columns(kind, told)]
    columns = [(head, cells) for head, cells in columns if any(cells)]
    heads = [head for head, _ in columns]
    body = zip(*(cells for _, cells in columns), strict=True)
    table = [f"| {' | '.join(cells)} |" for cells in (heads, ["-"] * len(heads), *body)]
    return "\n".join([CLASSES[kind].note, "", *_sum(told, rows), "", *table, ""])


def _sum(told: Sequence[Line], rows: Sequence[Row]) -> list[str]:
    """Targets of the class, geometric means, equal optima, and how busy the machine was."""
    words = [f"- Target: {target}." for target in of_class(told)]
    for tool in _tools(told):
        warm, cold = mean_ratio(told, tool), mean_ratio(told, tool, cold=True)
        if warm is not None and cold is not None:
            least = "at least " if warm[2] else ""
            words.append(
                f"- Geometric mean of {tool} over ours: {least}{_number(warm[0])} warm, {_number(cold[0])} cold "
                f"(instances: {warm[1]}, of them at the peer's limit: {warm[2]})."
            )
    equal = [line.ours.is_equal for line in told if line.ours.is_equal is not None]
    if equal:
        words.append(f"- Equal to the known optimum: {sum(equal)} of {len(equal)}.")
    loads = [row.result.load for row in rows if row.result is not None]
    if loads:
        words.append(f"- Load of the machine while it ran: {min(loads):.1f} to {max(loads):.1f}.")
    return words


def _tools(told: Sequence[Line]) -> list[str]:
    return list(dict.fromkeys(peer.run.tool for line in told for peer in line.peers))


def _columns(kind: str, told: Sequence[Line]) -> list[Column]:
    over_time = CLASSES[kind].over_time
    columns: list[Column] = [
        ("instance", lambda line: line.ours.run.name),
        ("size", lambda line: line.ours.result.answer.size if line.ours.result else ""),
        ("limit s", lambda line: f"{line.ours.run.limit_s:g}" if over_time else ""),
        ("cold s", _cold),
        ("warm s", _warm),
        ("peak MB", lambda line: f"{line.ours.result.peak_mb:.0f}" if line.ours.result else ""),
        ("value", lambda line: _value(line.ours)),
    ]
    if over_time:
        columns += [(f"gap at {t} s", _gap_at(t)) for t in TIMES_S]
        columns.append(("bound after s", lambda line: _number(line.ours.bound_s)))
    else:
        columns.append(("gap", lambda line: _percent(line.ours.gap)))
    columns += [("proved", _proved), ("optimum", _equal)]
    for tool in _tools(told):
        columns += [
            (f"{tool} s", _peer_seconds(tool)),
            (f"{tool} MB", _peer_mb(tool)),
            (f"{tool} / ours", _ratio(tool)),
        ]
    return [*columns, ("target", lambda line: "; ".join(str(target) for target in of_line(line)))]


def _cold(line: Line) -> str:
    result = line.ours.result
    return _number(result.cold_s) if result else line.ours.failure


def _warm(line: Line) -> str:
    """With the number of repetitions, where it is not the usual one; nothing where there are none."""
    result = line.ours.result
    repeats = len(result.seconds) - 1 if result else 0
    if result is None or not repeats:
        return ""
    return _number(result.warm_s) + ("" if repeats == 5 else f" ({repeats})")


def _value(row: Row) -> str:
    value = row.result.answer.value if row.result else None
    return "" if value is None else f"{value:,.10g}" if value >= 1e3 else f"{value:.6g}"


def _proved(line: Line) -> str:
    status = line.ours.result.answer.status if line.ours.result else DONE
    return {PROVED: "yes", DONE: ""}.get(status, status)


def _equal(line: Line) -> str:
    return {True: "equal", False: "**not equal**", None: ""}[line.ours.is_equal]


def _gap_at(seconds: float) -> Callable[[Line], str]:
    return lambda line: _percent(line.ours.gap_at(seconds))


def _peer_seconds(tool: str) -> Callable[[Line], str]:
    """Seconds; of what was stopped the limit and the gap, of what was proved a value that is not ours."""

    def cell(line: Line) -> str:
        peer = line.peer(tool)
        if peer is None:
            return ""
        if peer.result is None:
            return f"> {peer.run.limit_s:g}" if peer.is_stopped else peer.failure
        if not peer.result.has_ended:
            gap = f", gap {_percent(peer.gap)}" if peer.gap is not None else ""
            return f"> {peer.run.limit_s:g}{gap}"
        return _number(peer.result.cold_s) + _other_value(line.ours, peer)

    return cell


def _other_value(ours: Row, peer: Row) -> str:
    values = [row.result.answer.value if row.result else None for row in (ours, peer)]
    if values[0] is None or values[1] is None or abs(values[0] - values[1]) <= EQUAL * abs(values[1]):
        return ""
    return f" (value **{_value(peer)}**)"


def _peer_mb(tool: str) -> Callable[[Line], str]:
    def cell(line: Line) -> str:
        peer = line.peer(tool)
        return f"{peer.result.peak_mb:.0f}" if peer is not None and peer.result is not None else ""

    return cell


def _ratio(tool: str) -> Callable[[Line], str]:
    def cell(line: Line) -> str:
        ratio = line.ratio(tool)
        return "" if ratio is None else f"{'>= ' if ratio.at_least else ''}{_number(ratio.times)}"

    return cell


def _percent(share: float | None) -> str:
    """Two decimals, more for gaps that need them."""
    if share is None:
        return ""
    percent = 100 * share
    if percent < 0.1:
        return "0" if percent <= 1e-7 else f"{percent:.2g} %"
    return f"{percent:.2f} %" if percent < 1e3 else "> 1000 %"


def _number(number: float | None) -> str:
    """Three digits, no decimals for large numbers."""
    if number is None:
        return ""
    decimals = 3 if number < 0.1 else 2 if number < 10 else 1 if number < 100 else 0
    return f"{number:,.{decimals}f}"
