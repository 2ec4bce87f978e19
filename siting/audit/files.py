"""What a run wrote, as the audit reads it: every file there, unchanged, and readable."""

import csv
import hashlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import geopandas as gpd
import pandas as pd
import pyogrio
from pyproj.exceptions import ProjError

from geodata import amount_name
from siting.document import read_toml
from siting.errors import RunFolderError, StudyError
from siting.formats.json_file import read_json
from siting.study import Study

Read = TypeVar("Read")

MANIFEST: Final = "manifest.json"
STUDY: Final = "study.resolved.toml"
GEOPACKAGE: Final = "sites.gpkg"
#: Files of every run, beside the manifest.
OUTPUTS: Final = (
    *(GEOPACKAGE, "sites.xlsx", "sites.csv", "kpis.json", "scorecard.json", "scorecard.csv", "summary.html"),
    *("map.html", STUDY, "about.json", "inputs.json", "solver.log"),
)
#: Layer = its columns of text, of numbers, and of flags.
LAYERS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]] = {
    "sites": (
        (
            *("facility_id", "site_id", "type", "status", "district", "place_zh", "place_en", "site_class"),
            *("precision", "source", "reason_zh", "reason_en"),
        ),
        (
            *(
                "year",
                "modules",
                "new_modules",
                "place_km",
                "grid_kw",
                "cost_cny",
                "yearly_cost_cny",
                "power_kw",
                "land_m2",
            ),
            *("standard_min", "reach_km", "use_share", "value_served", "priority", "points_served"),
        ),
        (),
    ),
    "demand": (
        ("row_id", "place", "service", "vehicle", "unit", "kind", "fleets", "district"),
        ("demand", "served", "unserved", "year"),
        ("covered", "reachable"),
    ),
    "assignment": (("row_id", "facility_id", "service"), ("served", "time_min", "distance_km"), ()),
    "flows": (
        ("row_id", "flow", "name_zh", "name_en", "fleet", "service", "vehicle", "unit", "facility_ids", "source"),
        ("year", "vehicles_per_day", "vehicles_served", "share", "length_km", "range_km", "demand", "served"),
        (),
    ),
    "roads": (("road_class",), (), ()),
    "districts": (
        ("district", "name_en"),
        ("population", "stations"),
        (),
    ),
}
#: Layer = the name of its column of numbers for a service.
_BY_SERVICE: Final[dict[str, Callable[[str], str]]] = {
    "sites": lambda service: amount_name("demand", service),
    "districts": "share_served_{}".format,
}
#: Columns of text and of numbers of the tables that only some runs have.
PHASES: Final = (("facility_id", "type"), ("year", "modules", "new_modules", "cost_cny"))
CLOSED: Final = (("facility_id", "reason_zh", "reason_en"), ("modules", "closing_cost_cny"))


@dataclass(frozen=True, eq=False)
class Written:
    """Content of a run folder; layers in the study's metric CRS, numbers as floats, missing text as "".

    `phases` holds each facility in every year in which it stands, also where the folder has no such table; `closed` the
    stations that were closed; `flows` has no rows in a study without flows; `roads` is None where none are drawn.
    """

    sites: gpd.GeoDataFrame
    demand: gpd.GeoDataFrame
    assignment: gpd.GeoDataFrame
    districts: gpd.GeoDataFrame
    flows: gpd.GeoDataFrame
    kpis: dict[str, Any]
    scorecard: list[Any]
    about: dict[str, Any]
    inputs: list[Any]
    manifest: dict[str, Any]
    phases: pd.DataFrame
    closed: pd.DataFrame
    roads: gpd.GeoDataFrame | None
    site_rows: list[dict[str, str]]
    scorecard_rows: list[dict[str, str]]


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest.

    Raises
    ------
    RunFolderError
        When the folder or the manifest is not there, or is not one.
    """
    if not folder.is_dir():
        raise RunFolderError(f"{folder}: there is no such folder; name one that `siting run` wrote")
    manifest = _json(folder / MANIFEST, dict)
    for key, kind in (("outputs", dict), ("inputs", list), ("study_folder", str), ("run_id", str), ("version", str)):
        if not isinstance(manifest.get(key), kind):
            raise RunFolderError(f"{MANIFEST}: {key} is {manifest.get(key)!r}, expected a {kind.__name__}")
    return dict(manifest)


def changed_outputs(folder: Path, outputs: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each file that is missing, or not what the manifest recorded."""
    for name in sorted({*OUTPUTS, *outputs}):
        if not (folder / name).is_file():
            yield f"{name}: the file is missing, expected in every run folder"
        elif name not in outputs:
            yield f"{name}: not among the outputs of {MANIFEST}, expected its sha256 there"
        elif (digest := sha256(folder / name)) != outputs[name]:
            yield f"{name}: sha256 is {digest}, {MANIFEST} recorded {outputs[name]}"


def changed_inputs(study: Study, recorded: list[Any]) -> Iterator[str]:
    """Yield a sentence for each input file that is gone, or is no longer what the run read."""
    named = {name: layer.path for name, layer in study.layers.items()}
    files = (("plan", study.plan), ("facilities", study.facilities), ("built", study.sites.built))
    named |= {name: file for name, file in files if file is not None} | study.model_files
    hashes = {entry.get("name"): entry.get("sha256") for entry in recorded if isinstance(entry, Mapping)}
    for name, file in named.items():
        path = study.path_of(file)
        if name not in hashes:
            yield f"{MANIFEST}: input {name} ({file}) is not among the inputs"
        elif not path.is_file():
            yield f"{path}: input {name} is gone; without it the content cannot be checked"
        elif (digest := sha256(path)) != hashes[name]:
            yield f"{path}: input {name} changed after the run: sha256 is {digest}, {MANIFEST} recorded {hashes[name]}"


def read_study(folder: Path, manifest: Mapping[str, Any]) -> Study:
    """Read the study as resolved, with its files where the manifest says they are.

    Raises
    ------
    RunFolderError, StudyError
        When the study's folder is gone or the file is not a study.
    """
    where = Path(manifest["study_folder"])
    if not where.is_dir():
        raise RunFolderError(f"{MANIFEST}: study_folder is {where}, which is not there; the inputs cannot be read")
    return Study.from_dict(read_toml(folder / STUDY), folder=where, source=STUDY)


def read_written(folder: Path, manifest: dict[str, Any], study: Study) -> tuple[Written | None, list[str]]:
    """Read all that the audit looks into; nothing, and why, when some of it is not readable."""
    faults: list[str] = []

    def attempt(read: Callable[..., Read], *arguments: object) -> Read | None:
        try:
            return read(*arguments)
        except (RunFolderError, StudyError) as error:
            faults.append(str(error))
            return None

    optional = {"flows": bool(study.flows), "roads": _has_layer(folder / GEOPACKAGE, "roads")}
    wanted = [name for name in LAYERS if optional.get(name, True)]
    found: dict[str, Any] = {name: attempt(_layer, folder / GEOPACKAGE, name, study) for name in wanted}
    found = {"flows": gpd.GeoDataFrame(), "roads": None} | found
    found |= {
        "kpis": attempt(_json, folder / "kpis.json", dict),
        "scorecard": attempt(_json, folder / "scorecard.json", list),
        "about": attempt(_json, folder / "about.json", dict),
        "inputs": attempt(_json, folder / "inputs.json", list),
        "site_rows": attempt(_csv, folder / "sites.csv"),
        "scorecard_rows": attempt(_csv, folder / "scorecard.csv"),
    }
    phased = len(study.horizon) > 1
    found |= {
        "phases": attempt(_table, folder / "phases.csv", *PHASES) if phased else _one_phase(found["sites"], study.year),
        "closed": attempt(_table, folder / "closed.csv", *CLOSED) if study.closes else _no_rows(*CLOSED),
    }
    return (None, faults) if faults else (Written(**found, manifest=manifest), faults)


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(path: Path, kind: type) -> Any:  # noqa: ANN401  (any JSON value)
    if not path.is_file():
        raise RunFolderError(f"{path.name}: the file is missing, expected in every run folder")
    try:
        content = read_json(path)
    except RunFolderError:
        raise RunFolderError(f"{path.name}: cannot be read, expected JSON") from None
    if not isinstance(content, kind):
        raise RunFolderError(f"{path.name}: holds a {type(content).__name__}, expected a {kind.__name__}")
    return content


def _csv(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [{key: text or "" for key, text in row.items() if key} for row in csv.DictReader(file)]
    except (OSError, ValueError, csv.Error) as error:
        raise RunFolderError(f"{path.name}: cannot be read ({error}), expected a table") from None


def _table(path: Path, texts: tuple[str, ...], numbers: tuple[str, ...]) -> pd.DataFrame:
    """A CSV table with its columns of text and of numbers."""
    rows = _csv(path)
    absent = [name for name in (*texts, *numbers) if rows and name not in rows[0]]
    if absent:
        raise RunFolderError(f"{path.name}: {', '.join(absent)} is missing, expected in every run")
    frame = _no_rows(texts, numbers) if not rows else pd.DataFrame(rows)[[*texts, *numbers]]
    return frame.assign(**{name: pd.to_numeric(frame[name], errors="coerce").astype(float) for name in numbers})


def _no_rows(texts: tuple[str, ...], numbers: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in texts}).assign(
        **{name: pd.Series(dtype=float) for name in numbers}
    )


def _one_phase(sites: gpd.GeoDataFrame | None, year: int) -> pd.DataFrame | None:
    """Facilities of a study of one year as the table that those of several years have."""
    if sites is None:
        return None
    return pd.DataFrame(sites[["facility_id", "type", "modules", "new_modules", "cost_cny"]]).assign(year=float(year))


def _has_layer(path: Path, layer: str) -> bool:
    """Whether a file has a layer; of one that cannot be read the layers that every run has will say so."""
    try:
        return layer in pyogrio.list_layers(path)[:, 0]
    except (RuntimeError, ValueError):
        return False


def _layer(path: Path, layer: str, study: Study) -> gpd.GeoDataFrame:
    where = f"{path.name}, layer {layer}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a damaged file only what stops reading counts
            frame = pyogrio.read_dataframe(path, layer=layer)
    except (RuntimeError, ValueError) as error:
        raise RunFolderError(f"{where}: cannot be read ({error}), expected a layer of a GeoPackage") from None
    texts, numbers, flags = LAYERS[layer]
    numbers += tuple(_BY_SERVICE[layer](service) for service in study.services) if layer in _BY_SERVICE else ()
    absent = [name for name in (*texts, *numbers, *flags, "geometry") if name not in frame.columns]
    if absent or getattr(frame, "crs", None) is None:
        raise RunFolderError(f"{where}: {', '.join(absent) or 'the CRS'} is missing, expected in every run")
    try:
        frame = frame.to_crs(study.area.crs)
    except ProjError as error:
        raise RunFolderError(f"{where}: positions cannot be expressed in {study.area.crs} ({error})") from None
    return frame.assign(
        **{name: frame[name].astype(object).where(frame[name].notna(), "") for name in texts},
        **{name: pd.to_numeric(frame[name], errors="coerce").astype(float) for name in numbers},
    )
