"""The command line of layers: `siting inspect`, `siting import` and `siting osm`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from siting.commands.options import Json, Licence, Store, Verbose, command_line, text
from siting.console import ProgressLine, emit_json, guarded, say, telling_interrupt
from siting.uses import Datum, DuplicateIds, Use

layers = typer.Typer()

Source = Annotated[str, typer.Argument(metavar="SOURCE", help="File, or address of a service.", show_default=False)]
InStudy = Annotated[
    Path | None,
    typer.Option("--study", metavar="STUDY", help="Study in whose districts the rows should lie.", show_default=False),
]
Roads = Annotated[
    str | None,
    text("--roads", "LAYER", "Roads of the store to tell the datum by; those that are there by default."),
]


@layers.command("inspect")
@guarded
def inspect_(
    source: Source,
    study: InStudy = None,
    store: Store = "layers.gpkg",
    roads: Roads = None,
    totals: Annotated[
        list[str] | None, text("--total", "COLUMN=NUMBER", "A published total that a column should add up to.")
    ] = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Show layers, fields, CRS, bounds, encoding, likely datum and problems of a source. Imports nothing."""
    from geodata.importing.inspecting import inspect
    from siting.commands.option_words import inspection_in_options, naming_options
    from siting.import_text import inspection_text
    from siting.importing import control_totals, references

    wanted = control_totals(totals or [])
    with naming_options():
        found = inspect(source, references=references(source, study, store, roads), totals=wanted)
    found = inspection_in_options(found)
    if as_json:
        emit_json(found.to_dict())
    else:
        typer.echo(inspection_text(found))
    return 0


@layers.command("import")
@guarded
def import_(  # noqa: PLR0913  (each is an option of the command)
    source: Source,
    use: Annotated[Use, typer.Option("--as", help="What the layer is for.", show_default=False)],
    store: Store = "layers.gpkg",
    name: Annotated[str | None, text("--name", "NAME", "Name of the layer in the store; by default its use.")] = None,
    layer: Annotated[str | None, text("--layer", "NAME", "Layer of the source.")] = None,
    crs: Annotated[str | None, text("--crs", "CODE", "CRS of the coordinates, such as EPSG:4326.")] = None,
    datum: Annotated[
        Datum | None,
        typer.Option("--datum", help="What the coordinates refer to; shifted to WGS84.", show_default=False),
    ] = None,
    encoding: Annotated[str | None, text("--encoding", "NAME", "Encoding of the texts.")] = None,
    header_row: Annotated[int | None, text("--header-row", "ROW", "Row of the column names, from 1.")] = None,
    columns: Annotated[
        list[str] | None, text("--map", "FIELD=NAME", "Rename a field; lon, lat, geometry and id have a meaning.")
    ] = None,
    where: Annotated[
        str | None, text("--where", "CONDITION", "Rows to keep, such as \"kw >= 60 and city = '广州'\".")
    ] = None,
    swap_xy: Annotated[bool, typer.Option("--swap-xy", help="Exchange x and y.")] = False,
    duplicate_ids: Annotated[
        DuplicateIds, typer.Option("--duplicate-ids", help="Rows that share an id: refuse, keep the first, number.")
    ] = DuplicateIds.ERROR,
    target_crs: Annotated[str | None, text("--to-crs", "CODE", "CRS of the stored layer.")] = None,
    licence: Licence = "",
    study: InStudy = None,
    roads: Roads = None,
    strict: Annotated[bool, typer.Option("--strict", help="Repairs and rejected rows are errors.")] = False,
    report: Annotated[Path | None, text("--report", "FILE", "Write the report as .json or .html too.")] = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Check a layer and store it; every row is kept or rejected for a reason."""
    from geodata.importing.wishes import Wishes
    from siting.commands.option_words import naming_options, report_in_options
    from siting.import_page import require_report_path, write_report
    from siting.import_text import import_text
    from siting.importing import Target, import_to_store, references, renaming, study_area

    if report is not None:
        require_report_path(report)
    target = Target(store, name or use.value, use, licence)
    wishes = Wishes(
        layer=layer, crs=crs, datum=None if datum is None else datum.value, encoding=encoding, header_row=header_row,
        columns=renaming(columns or []), where=where, swap_xy=swap_xy, duplicate_ids=duplicate_ids.value,
        target_crs=target_crs, strict=strict, area=None if study is None else study_area(study),
        references={} if use is Use.ROADS else references(source, study, store, roads),
    )  # fmt: skip
    with _working(store, quiet=as_json) as line, naming_options():
        told = import_to_store(source, target, wishes, command=command_line(), progress=line.begin)
    told = report_in_options(told)
    if report is not None:
        write_report(told, report)
        say(f"report: {report}")
    if as_json:
        emit_json(told.to_dict())
    else:
        typer.echo(import_text(told, f"{store}, layer {target.name}"))
    return 0


@layers.command("osm")
@guarded
def osm_(  # noqa: PLR0913  (each is an option of the command)
    place: Annotated[str | None, text("--place", "NAME", "Ask online: a place with an outline, such as 广州.")] = None,
    bbox: Annotated[str | None, text("--bbox", "W,S,E,N", "Ask online: a box in degrees.")] = None,
    pbf: Annotated[
        list[Path] | None, text("--pbf", "FILE", "Read an extract (.osm.pbf, .osm). May be repeated.")
    ] = None,
    overpass: Annotated[
        list[Path] | None, text("--overpass", "FILE", "Read a recorded answer of Overpass (.json). May be repeated.")
    ] = None,
    store: Store = "layers.gpkg",
    names: Annotated[str | None, text("--layers", "A,B", "Only these layers, such as roads,fuel.")] = None,
    study: InStudy = None,
    cache: Annotated[Path, typer.Option("--cache", metavar="FOLDER", help="Answers; a question is asked once.")] = Path(
        "osm_answers"
    ),
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing; use the answers in the cache.")] = False,
    overpass_url: Annotated[
        str | None,
        typer.Option("--overpass-url", envvar="SITING_OVERPASS_URL", metavar="URL", help="Another Overpass server."),
    ] = None,
    nominatim_url: Annotated[
        str | None,
        typer.Option("--nominatim-url", envvar="SITING_NOMINATIM_URL", metavar="URL", help="Another Nominatim server."),
    ] = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Store roads, fuel stations, car parks, charging, logistics and industrial areas and hubs of OpenStreetMap."""
    from geodata.osm.online import NOMINATIM, OVERPASS, OsmServers
    from siting.osm import Asking, OsmSource, osm_text, osm_to_store

    source = OsmSource(place, bbox, tuple(pbf or ()), tuple(overpass or ()))
    asking = Asking(cache, offline, OsmServers(overpass_url or OVERPASS, nominatim_url or NOMINATIM))
    wanted = None if names is None else [name.strip() for name in names.split(",")]
    with _working(store, quiet=as_json) as line:
        reports = osm_to_store(
            source, store, layers=wanted, study=study, asking=asking, command=command_line(), progress=line.begin
        )
    if as_json:
        emit_json({"store": store, "layers": {name: report.to_dict() for name, report in reports.items()}})
    else:
        typer.echo(osm_text(reports, store))
    return 0


@contextmanager
def _working(store: str, *, quiet: bool) -> Iterator[ProgressLine]:
    """Progress on a terminal; Ctrl-C ends the work and leaves the store as it was."""
    with (
        telling_interrupt(f"{store} is as it was before"),
        ProgressLine(quiet=quiet or not sys.stderr.isatty(), verbose=False) as line,
    ):
        yield line
