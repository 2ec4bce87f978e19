"""Travel times that do not fit into memory: searched in blocks, sorted in parts, written as Parquet."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from geopandas import GeoSeries

from geodata.errors import LayerError
from geodata.roads.network import RoadNetwork
from geodata.roads.question import Pairs, Question, TravelReport
from geodata.roads.rules import TravelRules
from geodata.roads.times import method_of
from geodata.roads.work import Work
from geodata.travel import TravelTimes

PART_PAIRS = 8_000_000
"""Most pairs that are sorted together, and make one row group of the file."""

MOST_PARTS = 512
"""No more temporary files than this, even if their pairs may become more."""

PAIR = np.dtype([("demand", np.int32), ("site", np.int32), ("time_s", np.float64), ("distance_m", np.float64)])
"""A pair as it waits in a temporary file."""

METHOD = b"siting.method"
CUTOFF = b"siting.cutoff_s"


def write_road_times(
    path: str | Path,
    network: RoadNetwork,
    demand: GeoSeries,
    sites: GeoSeries,
    rules: TravelRules,
    *,
    work: Work | None = None,
) -> TravelReport:
    """Travel times as `road_times` finds them, into a Parquet file.

    Of the pairs only those of some demand rows are in memory at a time, at most `PART_PAIRS` of them unless there are
    more than `MOST_PARTS` times as many; the others wait in a temporary folder beside the file.

    Parameters
    ----------
    path
        The file, with the columns ``demand``, ``site``, ``time_s`` and ``distance_m``. It is replaced when all is done.
    network, demand, sites, rules, work
        As of `road_times`.

    Returns
    -------
    report
        Distances to the roads, and points that found nothing.

    Raises
    ------
    CrsError, LayerError, TravelStoppedError
        As of `road_times`; and when pyarrow is not installed.
    """
    parquet, schema = _parquet(str(path))
    target = Path(path)
    question = Question.of(network, demand, sites, rules)
    has_site, has_demand = np.zeros(len(demand), dtype=np.bool_), np.zeros(len(sites), dtype=np.bool_)
    meaning = {METHOD: method_of(network, rules).encode(), CUTOFF: repr(float(rules.cutoff_s)).encode()}
    total = 0
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        parts = _scatter(question, Path(folder), work or Work())
        beside = Path(folder) / "sorted"
        with parquet.ParquetWriter(beside, schema.with_metadata(meaning)) as writer:
            for part in parts:
                waiting = np.fromfile(part, dtype=PAIR)
                pairs = question.in_order([Pairs(*(waiting[name] for name in Pairs._fields))])
                part.unlink()
                has_site[pairs.demand], has_demand[pairs.site] = True, True
                total += len(pairs.demand)
                writer.write_table(_table(pairs, writer.schema))
        beside.replace(target)
    return question.report(has_site, has_demand, total)


def read_road_times(path: str | Path) -> TravelTimes:
    """Travel times from a file of `write_road_times`, all of them in memory.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    times
        As they were written.

    Raises
    ------
    LayerError
        When the file cannot be read or is another one, or pyarrow is not installed.
    """
    source = str(path)
    parquet, schema = _parquet(source)
    try:
        table = parquet.read_table(path)
    except (OSError, ValueError) as error:
        raise LayerError(source, [f"cannot be read as Parquet: {error}"]) from error
    meaning = table.schema.metadata or {}
    if not {METHOD, CUTOFF} <= set(meaning) or table.schema.names != schema.names:
        raise LayerError(source, ["not a file of travel times; compute them again"])
    columns = {name: table[name].to_numpy() for name in schema.names}
    try:
        return TravelTimes(**columns, cutoff_s=float(meaning[CUTOFF]), method=meaning[METHOD].decode())
    except ValueError as error:
        raise LayerError(source, [f"its pairs are not in order: {error}; compute them again"]) from error


def _parquet(source: str) -> tuple[Any, Any]:
    """The module for Parquet files, and the columns of a file of travel times."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise LayerError(source, ['Parquet files need pyarrow; install "siting[parquet]"']) from error
    return parquet, pa.schema([(name, pa.from_numpy_dtype(PAIR[name])) for name in Pairs._fields])


def _table(pairs: Pairs, schema: Any) -> Any:  # noqa: ANN401
    import pyarrow as pa

    return pa.table(pairs._asdict(), schema=schema)


def _scatter(question: Question, folder: Path, work: Work) -> list[Path]:
    """Append the pairs, as they are found, to one file for each part of the demand; the files in order."""
    n_demand, n_sites = question.shape
    rows = max(PART_PAIRS // max(n_sites, 1), -(-n_demand // MOST_PARTS), 1)
    parts = [folder / f"part-{part}" for part in range(-(-n_demand // rows))]
    for part in parts:
        part.touch()
    for pairs in question.blocks(work):
        waiting = np.empty(len(pairs.demand), dtype=PAIR)
        for name, column in pairs._asdict().items():
            waiting[name] = column
        number = (pairs.demand // rows).astype(np.uint16)
        waiting = waiting[np.argsort(number, kind="stable")]
        end = np.cumsum(np.bincount(number, minlength=len(parts)))
        for part in np.unique(number):
            with parts[part].open("ab") as file:
                waiting[end[part - 1] if part else 0 : end[part]].tofile(file)
    return parts
