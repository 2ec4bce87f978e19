"""The command line of travel times: `siting travel`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from siting.commands.options import Json, Quiet, Verbose, text
from siting.console import ProgressLine, emit_json, guarded, telling_interrupt

travel = typer.Typer()


class Vehicle(StrEnum):
    """Classes of vehicle."""

    CAR = "car"
    TRUCK = "truck"


class Speeds(StrEnum):
    """Countries whose speeds by class of road are known."""

    CN = "CN"
    HK = "HK"


class Direction(StrEnum):
    """Which way is driven."""

    TO_SITE = "to_site"
    FROM_SITE = "from_site"


@travel.command("travel")
@guarded
def travel_(  # noqa: PLR0913  (each is an option of the command)
    roads: Annotated[
        Path, typer.Argument(metavar="ROADS", help="OpenStreetMap (PBF, XML), GraphML or lines.", show_default=False)
    ],
    demand: Annotated[Path, text("--demand", "FILE", "Layer of demand points.")],
    sites: Annotated[Path, text("--sites", "FILE", "Layer of sites.")],
    minutes: Annotated[float, typer.Option("--minutes", min=0.01, help="Longest time, itself included.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Table to write, .csv or .parquet.")] = Path(
        "travel.csv"
    ),
    roads_layer: Annotated[str | None, text("--roads-layer", "NAME", "Layer of a file of lines.")] = None,
    demand_layer: Annotated[str | None, text("--demand-layer", "NAME", "Layer of the demand's file.")] = None,
    sites_layer: Annotated[str | None, text("--sites-layer", "NAME", "Layer of the sites' file.")] = None,
    demand_id: Annotated[str | None, text("--demand-id", "COLUMN", "Ids of the demand; by default id.")] = None,
    sites_id: Annotated[str | None, text("--sites-id", "COLUMN", "Ids of the sites; by default id.")] = None,
    source_crs: Annotated[str | None, text("--source-crs", "CODE", "CRS of files that state none.")] = None,
    crs: Annotated[str | None, text("--crs", "CODE", "Metric CRS to compute in; by default the area's zone.")] = None,
    vehicle: Annotated[Vehicle, typer.Option("--vehicle", help="Who drives.")] = Vehicle.CAR,
    speeds: Annotated[Speeds, typer.Option("--speeds", help="Speeds by class where none is tagged.")] = Speeds.CN,
    speed_share: Annotated[
        float, typer.Option("--speed-share", min=0.01, max=1.5, help="Speed as a share of the free speed.")
    ] = 1.0,
    direction: Annotated[Direction, typer.Option("--direction", help="Which way.")] = Direction.TO_SITE,
    nearest: Annotated[int | None, typer.Option("--nearest", min=1, help="Only so many sites per point.")] = None,
    access_kmh: Annotated[float, typer.Option("--access-kmh", min=0.1, help="Speed to the nearest road.")] = 5.0,
    reach_m: Annotated[float, typer.Option("--reach-m", min=0.0, help="Farther from all roads is unreached.")] = 1000.0,
    threads: Annotated[int, typer.Option("--threads", min=1, help="Searches side by side.")] = 1,
    cache: Annotated[Path | None, text("--cache", "DIR", "Keep the times there under a hash of all input.")] = None,
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Travel times on roads between demand and sites, as a table of all pairs within so many minutes."""
    from geodata.roads import TravelRules, Work
    from siting.commands.option_words import TRAVEL, naming_options
    from siting.travel_table import Driving, Source, check_target, travel_table, travel_text, write_table

    check_target(out)
    rules = TravelRules(
        cutoff_s=minutes * 60.0, direction=direction.value, nearest=nearest, access_kmh=access_kmh, reach_m=reach_m
    )
    with (
        telling_interrupt(f"{out} is as it was before"),
        naming_options(TRAVEL),
        ProgressLine(quiet=quiet, verbose=False) as line,
    ):
        line.begin("reading roads and points")
        told = travel_table(
            Source(path=roads, layer=roads_layer, crs=source_crs),
            Source(path=demand, layer=demand_layer, crs=source_crs, id_column=demand_id),
            Source(path=sites, layer=sites_layer, crs=source_crs, id_column=sites_id),
            driving=Driving(vehicle=vehicle.value, speeds=speeds.value, speed_share=speed_share),
            rules=rules,
            crs=crs,
            cache=cache,
            work=Work(threads=threads, progress=lambda done, of: line.count("searches", done, of)),
        )
    write_table(told.table, out)
    if as_json:
        emit_json(told.to_dict() | {"file": str(out)})
    else:
        typer.echo(travel_text(told, str(out)))
    return 0
