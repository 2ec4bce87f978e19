"""The run folder: everything a run leaves behind, written beside its place and then renamed into it."""

import secrets
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from maps_out import MapError, MapTables, draw_map, draw_summary
from maps_out.page import page_language
from maps_out.tables import SCORECARD_KEYS
from siting.errors import RunFolderError
from siting.folders import carry_over, hidden_sibling, put_in_place, safe_name
from siting.formats.csv_file import write_csv
from siting.formats.geopackage import read_layers, write_geopackage
from siting.formats.json_file import read_json, write_json
from siting.formats.price_file import CERTIFICATE, write_certificate
from siting.formats.site_table import csv_columns, records, site_table
from siting.formats.workbook import write_workbook
from siting.manifest import MANIFEST, build_manifest, file_hashes, repeatable, solver_log
from siting.result import Result

STUDY_FILE: Final = "study.resolved.toml"
LAYERS_FILE: Final = "sites.gpkg"
#: JSON files that a run is read back from.
_DATA_FILES: Final = ("kpis.json", "scorecard.json", "about.json", MANIFEST)
_NAME_ONE: Final = "name one that `siting run` wrote"
_NAME_WRITABLE: Final = "name a folder that can be written (--out DIR)"


def write_run(result: Result, runs: Path | str = "runs", *, command: str = "", started: datetime | None = None) -> Path:
    """Write the folder of a run.

    An older folder of the same run is replaced once the new one is complete; what fails leaves the older one as it is.
    Files in the older folder that no run wrote are carried over. What a clock or a person stopped has a folder of its
    own, so that it never replaces a run that came to its end. Only `manifest.json` and `solver.log` hold a clock; all
    other files have the same bytes for the same result.

    Parameters
    ----------
    result
        The result.
    runs
        Folder of all runs; made when it is not there.
    command
        Command line for the manifest.
    started
        When the run started, with time zone.

    Returns
    -------
    Path
        The folder, ``runs/<study name>-<run id>``; with ``-partial`` behind it when a clock or a person stopped the
        run.

    Raises
    ------
    RunFolderError
        When something that is no run folder stands in its place, nothing can be written below `runs`, or a position
        cannot be expressed in the output CRS.
    CrsError
        When the output CRS is not known.
    """
    ending = "" if repeatable(result.solution) else "-partial"
    target = Path(runs) / f"{safe_name(result.study.name)}-{safe_name(result.run_id)}{ending}"
    make_runs_folder(target.parent)
    if target.exists() and not (target / MANIFEST).is_file():
        raise RunFolderError(f"{target}: exists and is not a run folder (it has no {MANIFEST}); move it away")
    with hidden_sibling(target) as folder:
        _write_files(folder, result)
        outputs = file_hashes(folder)
        write_json(folder / MANIFEST, build_manifest(result, command=command, started=started, outputs=outputs))
        # After the hashes: what is carried over is no output, and is carried over the next time too.
        if target.exists():
            carry_over(target, folder, _written_by_run(target))
        put_in_place(folder, target)
    return target


def make_runs_folder(runs: Path) -> None:
    """Make the folder of all runs when it is not there, and see that a folder can be made in it.

    Raises
    ------
    RunFolderError
        When it is a file or cannot be written.
    """
    probe = runs / f".{secrets.token_hex(8)}"
    try:
        runs.mkdir(parents=True, exist_ok=True)
        probe.mkdir()
        probe.rmdir()
    except FileExistsError:
        raise RunFolderError(f"{runs}: is a file, not a folder; {_NAME_WRITABLE}") from None
    except OSError as error:
        raise RunFolderError(f"{runs}: cannot be written ({error.strerror}); {_NAME_WRITABLE}") from None


def require_run_folder(run_dir: Path | str) -> Path:
    """Return the folder when it is one that a run wrote, whole or damaged: a folder with a manifest.

    Raises
    ------
    RunFolderError
        When there is no such folder, it is a file, or it has no manifest.
    """
    folder = Path(run_dir)
    if not folder.exists():
        raise RunFolderError(f"{folder}: there is no such folder; {_NAME_ONE}")
    if not folder.is_dir():
        raise RunFolderError(f"{folder}: is a file, not a run folder; {_NAME_ONE}")
    if not (folder / MANIFEST).is_file():
        raise RunFolderError(f"{folder}: is not a run folder (it has no {MANIFEST}); {_NAME_ONE}")
    return folder


def read_run(run_dir: Path | str) -> tuple[MapTables, dict[str, Any]]:
    """Read a run folder again.

    Returns
    -------
    tables
        The result tables in longitude and latitude (EPSG:4326), from the files alone.
    manifest
        The manifest.

    Raises
    ------
    RunFolderError
        When the folder or a file, layer, column or key of it is missing or cannot be read.
    """
    folder = require_run_folder(run_dir)
    absent = [name for name in (LAYERS_FILE, *_DATA_FILES) if not (folder / name).is_file()]
    if absent:
        raise RunFolderError(f"{folder}: not a complete run folder, {', '.join(absent)} missing; run the study again")
    manifest = read_json(folder / MANIFEST)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("outputs"), dict):
        raise RunFolderError(f"{folder / MANIFEST}: not a manifest; run the study again")
    return _read_tables(folder), manifest


def redraw(run_dir: Path | str) -> Path:
    """Draw map and summary of a run again, from its files and without solving, and note their hashes in the manifest.

    Returns
    -------
    Path
        The map.

    Raises
    ------
    RunFolderError
        When the run folder cannot be read.
    """
    folder = Path(run_dir)
    tables, manifest = read_run(folder)
    pages = _pages(tables)
    for name, html in pages.items():
        beside = folder / f".{name}.part"
        _write_text(beside, html)
        beside.replace(folder / name)
    manifest["outputs"] |= file_hashes(folder, pages)
    beside = folder / f".{MANIFEST}.part"
    write_json(beside, manifest)
    beside.replace(folder / MANIFEST)
    return folder / "map.html"


def _write_files(folder: Path, result: Result) -> None:
    language = result.study.output.language
    write_geopackage(folder / LAYERS_FILE, result)
    write_json(folder / "kpis.json", result.kpis)
    write_json(folder / "scorecard.json", result.scorecard)
    about = {
        "meta": {**result.meta, "language": language},
        "metric_crs": result.study.area.crs,
        "output_crs": result.study.output.crs,
        "types": result.types,
    }
    write_json(folder / "about.json", about)
    write_json(folder / "inputs.json", result.inputs)
    _write_text(folder / STUDY_FILE, result.study.to_toml())
    _write_text(folder / "solver.log", solver_log(result.solution))
    if result.solution.certificate is not None:
        write_certificate(folder / CERTIFICATE, result.solution.certificate)
    # Sheets and pages are made from what was just written: drawn again from the folder they come out the same.
    tables = _read_tables(folder)
    extra = _extra_tables(result)
    write_workbook(folder / "sites.xlsx", tables, language, extra)
    for name, frame in extra.items():
        write_csv(folder / f"{name}.csv", list(frame.columns), records(frame, list(frame.columns)))
    columns = csv_columns(tables)
    write_csv(folder / "sites.csv", columns, records(site_table(tables), columns))
    write_csv(
        folder / "scorecard.csv", [*SCORECARD_KEYS, "year"], [{"year": None, **line} for line in tables.scorecard]
    )
    for name, html in _pages(tables).items():
        _write_text(folder / name, html)


def _extra_tables(result: Result) -> dict[str, pd.DataFrame]:
    """Tables that only some studies have: facilities by year where there are several, stations that were closed."""
    extra = {}
    if result.study.phased:
        extra["phases"] = result.phases
    if result.study.closes:
        points = result.closed.geometry.to_crs("EPSG:4326")
        closed = pd.DataFrame(result.closed.drop(columns="geometry"))
        extra["closed"] = closed.assign(lon=points.x.round(6), lat=points.y.round(6))
    return extra


def _read_tables(folder: Path) -> MapTables:
    """The tables of the last year."""
    layers = read_layers(folder / LAYERS_FILE)
    about = read_json(folder / "about.json")
    try:
        types, meta = about["types"], about["meta"]
        last = layers["demand"]["year"] == meta["year"]
        layers["demand"] = layers["demand"][last].reset_index(drop=True)
        if "flows" in layers:
            layers["flows"] = layers["flows"][layers["flows"]["year"] == meta["year"]].reset_index(drop=True)
        chosen = layers["assignment"]["row_id"].isin(layers["demand"]["row_id"])
        layers["assignment"] = layers["assignment"][chosen].reset_index(drop=True)
        return MapTables(
            **layers,
            types=types,
            kpis=read_json(folder / "kpis.json"),
            scorecard=read_json(folder / "scorecard.json"),
            meta=meta,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise RunFolderError(f"{folder}: not a readable run folder ({error!r}); run the study again") from None
    except MapError as error:
        raise RunFolderError(f"{folder}: {error}") from None


def _pages(tables: MapTables) -> dict[str, str]:
    return {"map.html": draw_map(tables), "summary.html": draw_summary(tables, page_language(tables))}


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _written_by_run(folder: Path) -> set[str]:
    """Names of files that the manifest of a folder calls its outputs; none when the manifest is damaged."""
    try:
        manifest = read_json(folder / MANIFEST)
    except RunFolderError:
        return set()
    outputs = manifest.get("outputs") if isinstance(manifest, dict) else None
    return set(outputs) if isinstance(outputs, dict) else set()
