"""What an import did, and what a look at a source found, as lines for people."""

from collections.abc import Iterator, Mapping
from typing import Final

from geodata.errors import in_one_line
from geodata.importing.inspecting import Inspection, LayerInspection
from geodata.importing.report import ImportReport
from geodata.readers.raw import Repair

_SHOWN: Final = 10


def import_text(report: ImportReport, where: str) -> str:
    """The story of an import, the good news first and what to do next last."""
    lines = [
        f"{report.source}: {report.rows_kept:,} of {report.rows_in:,} rows kept, in {where}",
        *_pairs(
            {
                "format": report.driver + (f", layer {report.layer}" if report.layer else ""),
                "encoding": _with(report.encoding, report.encoding_reason),
                "CRS": " -> ".join(filter(None, (report.crs_declared or report.crs_found, report.crs_used))),
                "datum": _with(report.datum, report.datum_reason) or report.datum_reason,
                "geometry": ", ".join(f"{count:,} {kind}" for kind, count in report.geometry_types.items()),
                "bounds": _bounds(report.bounds_after),
            }
        ),
        *_listed("rejected", [f"{reason}: {_rows(rows)}" for reason, rows in report.rejected.items()]),
        *_listed("repaired", [_repair(repair) for repair in report.repairs]),
        *_listed("changed type", list(report.casts)),
        *_listed("understood", list(report.remarks)),
        *_listed("to do", list(report.advice)),
    ]
    return "\n".join(map(in_one_line, lines))


def inspection_text(found: Inspection) -> str:
    """What a source holds, and what an import of it will ask for."""
    size = "" if found.size_bytes is None else f", {found.size_bytes:,} bytes"
    lines = [f"{found.source}: {found.driver}{size}", *_listed("to do", list(found.problems))]
    for layer in found.layers:
        lines += _layer(layer)
    return "\n".join(map(in_one_line, lines))


def _layer(layer: LayerInspection) -> Iterator[str]:
    known = layer.summary
    rows = "rows not counted" if known.rows is None else f"{known.rows:,} rows"
    yield f"layer {known.name or '(no name)'}: {rows}, {known.geometry_type or 'no geometry'}"
    yield from _pairs(
        {
            "CRS": known.crs.to_string() if known.crs else "none" if known.geometry_type else "",
            "encoding": _with(known.encoding, known.encoding_reason),
            "bounds": _bounds(known.bounds),
            "fields": ", ".join(f"{name} ({kind})" for name, kind in known.fields.items()),
        }
    )
    yield from _listed("datum", [f"{name}: {verdict.words}" for name, verdict in layer.datums.items()])
    yield from _listed("understood", list(known.remarks))
    yield from _listed("to do", list(layer.problems))


def _pairs(named: Mapping[str, str]) -> list[str]:
    return [f"  {name:<9} {text}" for name, text in named.items() if text]


def _with(text: str | None, reason: str) -> str:
    return f"{text} ({reason})" if text and reason else text or ""


def _listed(title: str, lines: list[str]) -> list[str]:
    more = [f"    and {len(lines) - _SHOWN:,} more"] if len(lines) > _SHOWN else []
    return [f"  {title}:", *(f"    - {line}" for line in lines[:_SHOWN]), *more] if lines else []


def _rows(rows: tuple[int, ...]) -> str:
    shown = ", ".join(str(row) for row in rows[:_SHOWN])
    return f"{len(rows):,} rows ({shown}{', ...' if len(rows) > _SHOWN else ''})"


def _repair(repair: Repair) -> str:
    place = "" if repair.row is None else f"row {repair.row}{f' ({repair.key})' if repair.key else ''}: "
    change = f" ({repair.before} -> {repair.after})" if repair.before or repair.after else ""
    return f"{place}{repair.what}{change}"


def _bounds(bounds: tuple[float, float, float, float] | None) -> str:
    return "" if bounds is None else "{:.6g} {:.6g} to {:.6g} {:.6g}".format(*bounds)
