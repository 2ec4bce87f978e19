"""Layers of an office into the study's store: checked, converted, and with the story of every row."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from geopandas import GeoDataFrame

from geodata.errors import in_one_line
from geodata.importing.layers import import_pieces
from geodata.importing.repairs import Wanted
from geodata.importing.report import ImportReport
from geodata.importing.wishes import Wishes
from geodata.store import layers, read_layer
from geodata.store.pieces import write_pieces
from geodata.store.records import Provenance
from siting.errors import OptionError, StudyError
from siting.layers import rows_of_layer
from siting.study import Study
from siting.uses import Use

PIECE: Final = 100_000
"""Rows of a table that are in memory at once."""


_WANTED: Final[dict[Use, Wanted]] = {Use.DISTRICTS: "areas", Use.AREA: "areas", Use.ROADS: "lines"}
"""Geometry that a use needs; the others take points and areas alike."""


@dataclass(frozen=True)
class Target:
    """Where a layer goes.

    Parameters
    ----------
    store
        Path of a GeoPackage, or ``postgis://NAME``.
    name
        Name of the layer there.
    use
        What it is for.
    licence
        Terms under which the data may be used.
    """

    store: str
    name: str
    use: Use
    licence: str = ""


def import_to_store(
    source: str,
    target: Target,
    wishes: Wishes,
    *,
    command: str = "",
    progress: Callable[[str], None] | None = None,
) -> ImportReport:
    """Import one layer into a store; until the last row is written the store stays as it was.

    Parameters
    ----------
    source
        A path, or an address that a reader takes.
    target
        Where it goes.
    wishes
        What the planner says about it.
    command
        What brought it there, for the record.
    progress
        Told what happens, now and then; what it raises ends the import.

    Raises
    ------
    geodata.LayerError, geodata.CrsError
        When the source cannot be read or understood, or the store not written.
    """
    wanted: Wishes = {"wanted": _WANTED.get(target.use)}
    wanted.update(wishes)
    tell = progress or (lambda _words: None)
    tell(f"reading {source}")
    pieces = _told(import_pieces(source, rows=PIECE, **wanted), lambda rows: tell(f"reading {source}, {rows:,} rows"))
    provenance = Provenance(source, licence=target.licence, date=f"{datetime.now(UTC):%Y-%m-%d}", command=command)
    return write_pieces(target.store, target.name, pieces, provenance, kind=target.use.value)


def _told(
    pieces: Iterable[tuple[GeoDataFrame, ImportReport]], progress: Callable[[int], None]
) -> Iterator[tuple[GeoDataFrame, ImportReport]]:
    """The pieces, with the number of rows read so far said."""
    rows = 0
    for frame, report in pieces:
        rows += report.rows_in
        progress(rows)
        yield frame, report


def study_area(study: Path) -> GeoDataFrame:
    """The districts of a study, in which most rows of its layers should lie.

    Raises
    ------
    StudyError, geodata.LayerError
        When the study or its districts cannot be read.
    """
    read = Study.from_toml(study)
    if read.area.districts not in read.layers:
        raise StudyError(read.source, [f'area.districts: layer "{read.area.districts}" is not among [layers]'])
    districts, _ = rows_of_layer(read, read.layers[read.area.districts])
    return districts


def references(source: str, study: Path | None, store: str, roads: str | None) -> dict[str, GeoDataFrame]:
    """What layers are compared with to tell their datum: roads of the store, and the districts of a study.

    Parameters
    ----------
    source
        What is to be compared; the roads of a store say nothing about themselves.
    study
        The study; None where there is none.
    store
        The store, which need not be there yet.
    roads
        Name of the layer of roads; the first one that is there when it is None.

    Raises
    ------
    StudyError, geodata.LayerError
        When the study or the store cannot be read, or there is no such layer.
    """
    known = {} if study is None else {"the districts of the study": study_area(study)}
    if roads is None and Path(store).is_file() and Path(source).absolute() != Path(store).absolute():
        roads = next((layer.name for layer in layers(store) if layer.kind == Use.ROADS and layer.rows), None)
    if roads is None:
        return known
    return {f'the roads "{roads}" of {store}': read_layer(store, roads), **known}


def renaming(given: list[str]) -> dict[str, str]:
    """New names of fields, from words such as ``经度=lon``.

    Raises
    ------
    OptionError
        When a word is not of this form.
    """
    parts = [word.rpartition("=") for word in given]
    wrong = [word for word, (field, _, name) in zip(given, parts, strict=True) if not (field and name)]
    if wrong:
        raise OptionError(_faults(f'--map "{word}": write it as FIELD=NAME, for example 经度=lon' for word in wrong))
    return {field: name for field, _, name in parts}


def control_totals(given: list[str]) -> dict[str, float]:
    """Control totals of columns, from words such as ``population=1867.66``.

    Raises
    ------
    OptionError
        When a word is not of this form.
    """
    totals = {}
    wrong = []
    for word in given:
        column, _, number = word.rpartition("=")
        try:
            totals[column] = float(number)
        except ValueError:
            wrong.append(word)
    wrong += [word for word in given if not word.rpartition("=")[0]]
    if wrong:
        raise OptionError(_faults(f'--total "{word}": write it as COLUMN=NUMBER' for word in dict.fromkeys(wrong)))
    return totals


def _faults(faults: Iterable[str]) -> str:
    return in_one_line("; ".join(faults))
