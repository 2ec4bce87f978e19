"""The command line of demand: `siting demand build`, `cluster` and `evaluate`."""

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from siting.commands.options import (
    Json,
    Lang,
    Licence,
    Out,
    Overrides,
    Store,
    StudyFile,
    Verbose,
    command_line,
    settings_of,
    text,
)
from siting.console import ProgressLine, emit_json, guarded
from siting.uses import Datum, Use

demand = typer.Typer(no_args_is_help=True, help="Build, cluster and evaluate demand, without solving anything.")


def metres(text: str) -> float:
    """A distance such as 300, 300m or 0.3km in metres.

    Raises
    ------
    typer.BadParameter
        When it is none.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(m|km)?", text.strip())
    if found is None:
        raise typer.BadParameter(f"{text!r} is no distance; give it as 300m or 0.3km")
    return float(found[1]) * (1000.0 if found[2] == "km" else 1.0)


@demand.command("build")
@guarded
def build_(
    study: StudyFile,
    overrides: Overrides = None,
    out: Out = Path("runs"),
    pictures: Annotated[
        Path | None,
        typer.Option("--pictures", metavar="DIR", help="Also write an SVG of each fleet there.", show_default=False),
    ] = None,
    lang: Lang = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Build the demand of a study: layers, a report of every fleet, and a page with their maps."""
    from siting.demand_build import PAGE_FILE, build_layers, build_text
    from siting.study import Study

    build = build_layers(Study.from_toml(study, overrides=settings_of(overrides, lang)))
    folder = build.save(out)
    if pictures is not None:
        build.save_pictures(pictures)
    if as_json:
        emit_json(build.to_dict() | {"folder": str(folder)})
    else:
        typer.echo(f"{build_text(build)}\n{folder / PAGE_FILE}")
    return 0


@demand.command("cluster")
@guarded
def cluster_(  # noqa: PLR0913  (each is an option of the command)
    source: Annotated[str, typer.Argument(metavar="POINTS", help="Trip ends or positions.", show_default=False)],
    eps_m: Annotated[
        float, typer.Option("--eps", metavar="DISTANCE", parser=metres, help="Farthest that a point is moved: 300m.")
    ],
    store: Store = "layers.gpkg",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Name of the layer in the store.")] = "trip_ends",
    crs: Annotated[str | None, text("--crs", "CODE", "CRS of the points.")] = None,
    crs_m: Annotated[
        str | None, text("--to-crs", "CODE", "Metric CRS of the demand points; without it the zone they lie in.")
    ] = None,
    datum: Annotated[Datum | None, typer.Option("--datum", help="What they refer to.", show_default=False)] = None,
    columns: Annotated[
        list[str] | None, text("--map", "FIELD=NAME", "Rename a field; lon and lat have a meaning.")
    ] = None,
    where: Annotated[str | None, text("--where", "CONDITION", "Rows to keep.")] = None,
    licence: Licence = "",
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Merge any number of trip ends or positions into demand points with counts, in bounded memory."""
    from geodata.importing.wishes import Wishes
    from siting.commands.option_words import naming_options, report_in_options
    from siting.demand_clusters import cluster_text, cluster_to_store
    from siting.importing import Target, renaming

    wishes = Wishes(crs=crs, datum=None if datum is None else datum.value, columns=renaming(columns or []), where=where)
    with naming_options(), ProgressLine(quiet=as_json or not sys.stderr.isatty(), verbose=False) as line:
        line.begin(f"reading {source}")
        target = Target(store, name, Use.DEMAND, licence)
        told = cluster_to_store(source, eps_m, crs_m, target, wishes, command=command_line())
    told = replace(told, report=report_in_options(told.report))
    if as_json:
        emit_json(told.to_dict())
    else:
        typer.echo(cluster_text(told, f"{store}, layer {name}"))
    return 0


@demand.command("evaluate")
@guarded
def evaluate_(  # noqa: PLR0913  (each is an option of the command)
    study: StudyFile,
    service: Annotated[str, text("--service", "NAME", "Service whose demand is judged.")],
    observed: Annotated[str, text("--observed", "LAYER", "Layer of the study with what is observed.")],
    column: Annotated[str | None, text("--column", "NAME", "Its number column; without one points count.")] = None,
    counts: Annotated[
        list[str] | None, text("--count", "LAYER", "Layer whose points are a baseline. May be repeated.")
    ] = None,
    cell_m: Annotated[float, typer.Option("--cell-m", min=10.0, help="Side of the cells.")] = 1000.0,
    block_km: Annotated[float, typer.Option("--block-km", min=0.1, help="Blocks of the standard errors.")] = 5.0,
    reach_km: Annotated[float, typer.Option("--reach-km", min=0.0, help="Demand so near counts for a cell.")] = 0.0,
    overrides: Overrides = None,
    as_json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Compare a study's demand with what is observed, and with what anybody could have guessed."""
    from siting.demand_evaluation import evaluate_demand
    from siting.study import Study

    found = evaluate_demand(
        Study.from_toml(study, overrides=settings_of(overrides)), service, observed,
        column=column, counts=counts or (), cell_m=cell_m, block_km=block_km, reach_km=reach_km,
    )  # fmt: skip
    if as_json:
        emit_json(found.to_dict())
    else:
        typer.echo(found.markdown())
    return 0
