"""Candidate sites of a study: from layers, from a grid, and from what stands already."""

from collections.abc import Callable, Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata import CandidateSites, DemandPoints, LayerError, as_points, concat_sites, number_column, text_column
from geodata.errors import did_you_mean, listed
from siting.area import Area, grid
from siting.errors import StudyError
from siting.layers import faults_of
from siting.site_settings import ExistingSites, GridSites, LayerSites
from siting.study import Study

_NEARBY_M = 3_000.0  # a search area is judged by the demand this near


def build_sites(study: Study, area: Area, demand: DemandPoints) -> CandidateSites:
    """Gather the candidate sites of all sources, and apply what the study requires and forbids.

    Site ids are `source:row`, so that a site keeps its id when another source changes.

    Raises
    ------
    StudyError
        With every fault: no sources, a class of place without types, a type that is not in the catalogue, a site
        outside of all districts or required and not there, a column that is missing or not a number.
    """
    faults = _rule_faults(study)
    if faults:
        raise StudyError(study.source, faults)
    builders: dict[type, Callable[..., gpd.GeoDataFrame]] = {
        GridSites: _grid_sites,
        LayerSites: _layer_sites,
        ExistingSites: _existing_sites,
    }
    parts = []
    for name, source in study.sites.sources.items():
        try:
            frame = builders[type(source)](study, area, demand, source)
            frame = frame.assign(id=[f"{name}:{row}" for row in frame["id"]], source=source.source)
            parts.append(_site_nouns(study, area, frame))
        except (LayerError, StudyError) as error:
            faults += [f"sites.sources.{name}: {fault}" for fault in faults_of(error)]
    if faults:
        raise StudyError(study.source, faults)
    return _with_rules(study, concat_sites(parts))


def _rule_faults(study: Study) -> list[str]:
    """Facility types that the catalogue does not have, and rules that contradict each other."""
    sites = study.sites
    if not sites.sources:
        return ["sites.sources: none; add at least one [sites.sources.NAME]"]
    named = [(f"sites.types_by_class.{key}", kind) for key, kinds in sites.types_by_class.items() for kind in kinds]
    named += [(f"sites.require.{key}", kind) for key, kind in sites.require.items() if kind]
    named += [(f"sites.spacing.{key}", kind) for key, rule in sites.spacing.items() for kind in rule.types]
    for key, source in sites.sources.items():
        named += [(f"sites.sources.{key}.modules", kind) for kind in getattr(source, "modules", ())]
    known = study.catalogue.root
    faults = [
        f'{key}: "{kind}" is not a facility type of the catalogue{did_you_mean(kind, known)}'
        for key, kind in named
        if kind not in known
    ]
    both = sorted(set(sites.require) & set(sites.forbid))
    return faults + [f'sites.require and sites.forbid both name "{name}"; take it out of one' for name in both]


def _with_rules(study: Study, sites: CandidateSites) -> CandidateSites:
    """What the study requires and forbids; a station that stands already keeps standing when more is required there."""
    standing = set(sites.frame.loc[sites.frame["status"] == "existing", "id"])
    changes = {name: "required" for name in study.sites.require if name not in standing}
    changes |= dict.fromkeys(study.sites.forbid, "forbidden")
    try:
        return sites.with_status(changes) if changes else sites
    except LayerError as error:
        raise StudyError(study.source, [f"sites.require or sites.forbid: {fault}" for fault in error.faults]) from None


def _site_nouns(study: Study, area: Area, frame: gpd.GeoDataFrame) -> CandidateSites:
    if "types" not in frame.columns:
        frame = frame.assign(types=_types_of_classes(study, frame["site_class"]))
    return CandidateSites(frame.join(area.place_names(frame.geometry)))


def _types_of_classes(study: Study, classes: Iterable[str]) -> pd.Series:
    allowed = study.sites.types_by_class
    missing = sorted(set(classes) - set(allowed))
    if missing:
        raise StudyError(
            study.source,
            [
                f'sites.types_by_class: class "{name}" of a site source is not there; say which types it allows'
                for name in missing
            ],
        )
    return pd.Series([tuple(dict.fromkeys(allowed[name])) for name in classes], dtype=object)


def _grid_sites(study: Study, area: Area, demand: DemandPoints, source: GridSites) -> gpd.GeoDataFrame:
    cell_m = source.cell_m or study.area.cell_m
    if cell_m is None:
        raise StudyError(study.source, ["a grid of sites needs cell_m, there or in [area]"])
    cells = area.cells if cell_m == study.area.cell_m else grid(study, area.layers, cell_m)
    if source.most is not None and source.most < len(cells):
        cells = _busiest(study, cells, demand, source.most)
    return _sites_frame(
        cells,
        status="candidate",
        site_class=source.site_class,
        grid_kw=np.inf if source.grid_kw is None else source.grid_kw,
        site_cost_cny=source.site_cost_cny,
        precision=f"search area of {cell_m / 1000:g} km",
    )


def _busiest(study: Study, cells: gpd.GeoDataFrame, demand: DemandPoints, most: int) -> gpd.GeoDataFrame:
    """Cells with the most value of demand nearby, ties by id."""
    frame = demand.frame
    value = frame["demand"].to_numpy() * frame["service"].map(study.value_of).to_numpy(dtype=float)
    near = cKDTree(np.c_[frame.geometry.x, frame.geometry.y]).query_ball_point(
        np.c_[cells.geometry.x, cells.geometry.y], _NEARBY_M
    )
    worth = np.array([value[np.sort(np.asarray(rows, dtype=np.int64))].sum() for rows in list(near)])
    chosen = np.lexsort((cells["id"].to_numpy(dtype=str), -worth))[:most]
    return cells.iloc[np.sort(chosen)].reset_index(drop=True)


def _layer_sites(study: Study, area: Area, demand: DemandPoints, source: LayerSites) -> gpd.GeoDataFrame:
    frame, file = _located(study, area, source.layer)
    if source.status == "candidate":
        frame = _outside_exclusions(study, area, frame)
    if source.site_class_column is not None:
        classes: Any = text_column(frame, source.site_class_column, source=file)
    elif source.site_class is not None:
        classes = source.site_class
    else:
        raise StudyError(study.source, [f'sites from layer "{source.layer}": give site_class or site_class_column'])
    power: Any = np.inf if source.grid_kw is None else source.grid_kw
    if source.grid_kw_column is not None:
        power = number_column(frame, source.grid_kw_column, source=file, minimum=0.0)
    return _sites_frame(
        frame,
        status=source.status,
        site_class=classes,
        grid_kw=power,
        site_cost_cny=source.site_cost_cny,
        precision=_precision(frame, source, file),
    )


def _outside_exclusions(study: Study, area: Area, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    kept = np.ones(len(frame), dtype=bool)
    for name in study.area.exclude:
        kept &= ~frame.geometry.intersects(area.layers.frames[name].geometry.union_all()).to_numpy()
    return frame[kept].reset_index(drop=True)


def _existing_sites(study: Study, area: Area, demand: DemandPoints, source: ExistingSites) -> gpd.GeoDataFrame:
    frame, file = _located(study, area, source.layer)
    modules = _standing_modules(study, frame, source, file)
    kept = [bool(here) for here in modules]
    frame = frame[kept].reset_index(drop=True)
    standing = pd.Series([here for here in modules if here], dtype=object)
    closing: Any = source.closing_cost_cny
    if source.closing_cost_column is not None:
        closing = number_column(frame, source.closing_cost_column, source=file, minimum=0.0)
    return _sites_frame(
        frame,
        status="existing",
        site_class=source.site_class,
        grid_kw=np.inf,
        site_cost_cny=0.0,
        closing_cost_cny=closing,
        precision=_precision(frame, source, file),
    ).assign(modules=standing, types=pd.Series([tuple(here) for here in standing], dtype=object))


def _standing_modules(study: Study, frame: gpd.GeoDataFrame, source: ExistingSites, file: str) -> list[dict[str, int]]:
    """Modules by type of every row; rows without any have nothing standing."""
    if source.modules:
        counts = {kind: _whole(frame, column, file) for kind, column in sorted(source.modules.items())}
        return [
            {kind: int(count[row]) for kind, count in counts.items() if count[row] >= 1} for row in range(len(frame))
        ]
    if source.type_column is None or source.modules_column is None:
        raise StudyError(
            study.source,
            [f'existing sites from layer "{source.layer}": give modules, or type_column and modules_column'],
        )
    kinds = text_column(frame, source.type_column, source=file)
    unknown = sorted(set(kinds) - set(study.catalogue.root))
    if unknown:
        raise LayerError(
            file,
            [
                f'column "{source.type_column}": "{kind}" in rows {listed(np.flatnonzero(kinds == kind) + 1)} is not a '
                f"facility type of the catalogue{did_you_mean(kind, study.catalogue.root)}"
                for kind in unknown
            ],
        )
    counted = _whole(frame, source.modules_column, file)
    return [{kind: int(count)} if count >= 1 else {} for kind, count in zip(kinds, counted, strict=True)]


def _whole(frame: gpd.GeoDataFrame, column: str, file: str) -> np.ndarray[Any, Any]:
    """A column of modules: whole numbers, since half a module cannot stand."""
    counted = number_column(frame, column, source=file, minimum=0.0)
    parts = np.flatnonzero(counted % 1)
    if len(parts):
        found = listed(f"{row + 1} ({counted[row]:g})" for row in parts)
        raise LayerError(file, [f'column "{column}": not a whole number of modules in rows {found}'])
    return counted


def _located(study: Study, area: Area, layer: str) -> tuple[gpd.GeoDataFrame, str]:
    """Rows of a layer as points, every one of them in a district."""
    frame = as_points(area.layers.frames[layer])
    file = str(study.path_of(study.layers[layer].path))
    outside = frame[frame["district"] == ""]
    if len(outside):
        raise LayerError(
            file,
            [
                f"{len(outside)} of {len(frame)} sites outside of all districts by more than "
                f"{study.area.tolerance_m:g} m: {listed(outside['id'])}; remove or correct them, "
                "or raise area.tolerance_m"
            ],
        )
    return frame, file


def _precision(frame: gpd.GeoDataFrame, source: LayerSites | ExistingSites, file: str) -> Any:  # noqa: ANN401
    if source.precision_column is None:
        return source.precision
    return text_column(frame, source.precision_column, source=file)


def _sites_frame(frame: gpd.GeoDataFrame, **columns: Any) -> gpd.GeoDataFrame:  # noqa: ANN401  (column or constant)
    plain = frame[["id", "district", "geometry"]].reset_index(drop=True)
    return plain.assign(modules=pd.Series([{} for _ in range(len(plain))], dtype=object), **columns)
