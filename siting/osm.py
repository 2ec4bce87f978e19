"""Roads and places of OpenStreetMap into the study's store: from files, from recorded answers, or asked online."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from geodata import LayerError
from geodata.errors import in_one_line
from geodata.importing.report import ImportReport
from geodata.osm.features import read_osm_features
from geodata.osm.online import Bounds, OsmServers, ask_osm, question_words
from geodata.osm.rules import rules_of
from geodata.store import NewLayer, write_layers
from siting.errors import OptionError
from siting.importing import study_area

SOURCES: Final = "--place NAME, --bbox W,S,E,N, --pbf FILE or --overpass FILE"
_BOX_SIDES: Final = 4


@dataclass(frozen=True)
class OsmSource:
    """Where the objects come from: exactly one of the four.

    Parameters
    ----------
    place
        Name of a place that has an outline; asked online.
    bbox
        ``W,S,E,N`` in degrees; asked online.
    pbf
        Files of OpenStreetMap.
    overpass
        Recorded answers of Overpass.

    Raises
    ------
    OptionError
        When none or several are given, or it is no place or box that can be asked for.
    """

    place: str | None = None
    bbox: str | None = None
    pbf: tuple[Path, ...] = ()
    overpass: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        given = [self.place is not None, self.bbox is not None, bool(self.pbf), bool(self.overpass)]
        if sum(given) != 1:
            found = "several are given" if any(given) else "none is given"
            raise OptionError(f"OpenStreetMap: {found}; give one of {SOURCES}")
        if not self.files:
            with _as_options():
                question_words(self.place, self.bounds)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files to read; none when servers are to be asked."""
        return (*self.pbf, *self.overpass)

    @property
    def bounds(self) -> Bounds | None:
        """The box to ask for.

        Raises
        ------
        OptionError
            When it is not four numbers.
        """
        if self.bbox is None:
            return None
        try:
            sides = [float(side) for side in self.bbox.split(",")]
        except ValueError:
            sides = []
        if len(sides) != _BOX_SIDES:
            fault = f'--bbox "{self.bbox}": give west, south, east and north in degrees, such as 113.9,22.5,114.1,22.6'
            raise OptionError(in_one_line(fault))
        west, south, east, north = sides
        return west, south, east, north


@dataclass(frozen=True)
class Asking:
    """How the servers are asked.

    Parameters
    ----------
    cache
        Folder of all answers, from which the same question is answered without a network.
    offline
        Whether nothing may be asked.
    servers
        Which servers.
    """

    cache: Path
    offline: bool = False
    servers: OsmServers | None = None


def osm_to_store(
    source: OsmSource,
    store: str,
    *,
    layers: Sequence[str] | None = None,
    study: Path | None = None,
    asking: Asking,
    command: str = "",
    progress: Callable[[str], None] | None = None,
) -> dict[str, ImportReport]:
    """Layers of OpenStreetMap into a store: all of them, or the store stays as it was.

    Parameters
    ----------
    source
        Where they come from.
    store
        Path of a GeoPackage, or ``postgis://NAME``.
    layers
        Names of layers; all that are known when it is None.
    study
        Study outside of whose districts objects are left out.
    asking
        How the servers are asked, where that is the source.
    command
        What brought them there, for the record.
    progress
        Told what happens, now and then; what it raises ends the work.

    Returns
    -------
    reports
        Layer = what became of its objects.

    Raises
    ------
    OptionError
        When there is no such layer.
    geodata.LayerError, StudyError
        When the source, the study or the store cannot be used.
    """
    with _as_options():
        rules_of(layers)
    tell = progress or (lambda _words: None)
    area = None if study is None else _outline(study)
    files, words = source.files, ""
    if not files:
        answers = ask_osm(
            cache=asking.cache, place=source.place, bounds=source.bounds, layers=layers, offline=asking.offline,
            servers=asking.servers, progress=lambda number: tell(f"asking OpenStreetMap, {number:,} answers"),
        )  # fmt: skip
        files, words = answers.files, answers.source
        area = answers.area if area is None else shapely.intersection(area, answers.area)
    found = read_osm_features(
        files, layers=layers, area=area, source=words, command=command,
        progress=lambda number: tell(f"reading OpenStreetMap, {number:,} objects"),
    )  # fmt: skip
    # A layer of which there is nothing takes no other layer's place.
    new = [
        NewLayer(name, layer.frame, layer.report, layer.provenance, name)
        for name, layer in found.items()
        if len(layer.frame)
    ]
    if new:
        write_layers(store, new, progress=lambda rows: tell(f"writing {store}, {rows:,} rows"))
    return {name: layer.report for name, layer in found.items()}


def osm_text(reports: Mapping[str, ImportReport], store: str) -> str:
    """What became of the objects of each layer, in lines for people."""
    lines = [f"{store}: {len(reports)} layers of OpenStreetMap (ODbL 1.0, © OpenStreetMap contributors)"]
    for name, report in reports.items():
        nothing = "" if report.rows_kept else "; nothing is stored, and what the store has of this name stays"
        lines.append(f"  {name:<10} {report.rows_kept:,} of {report.rows_in:,} objects kept{nothing}")
        lines += [f"    rejected: {len(rows):,}, {reason}" for reason, rows in report.rejected.items()]
        # The first remark says what the layer is, the others what happened.
        lines += [f"    {remark}" for remark in report.remarks[1:]]
    return "\n".join(map(in_one_line, lines))


@contextmanager
def _as_options() -> Iterator[None]:
    """Let a fault of what was asked for be one of the command's options."""
    try:
        yield
    except LayerError as error:
        raise OptionError(str(error)) from None


def _outline(study: Path) -> BaseGeometry:
    outline: BaseGeometry = study_area(study).to_crs("EPSG:4326").union_all()
    return outline
