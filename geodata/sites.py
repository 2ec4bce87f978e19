"""Candidate sites: places where a facility stands, must, may or must not open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from geodata._canonical import canonical, failing, is_number, is_text, joined
from geodata._geometry import point_faults
from geodata.errors import LayerError, did_you_mean
from geodata.services import STATUSES

WHAT = "candidate sites"
COLUMNS = (
    "id",
    "status",
    "site_class",
    "types",
    "modules",
    "grid_kw",
    "site_cost_cny",
    "closing_cost_cny",
    "cost_factor",
    "district",
    "place_zh",
    "place_en",
    "place_km",
    "precision",
    "source",
)
TEXT_COLUMNS = ("site_class", "district", "place_zh", "place_en", "precision", "source")


@dataclass(frozen=True, eq=False)
class CandidateSites:
    """Sites with what is known about them, in a metric CRS, sorted by id.

    Parameters
    ----------
    frame
        Points with the columns

        - ``id``: unique text;
        - ``status``: existing, required, candidate or forbidden;
        - ``site_class``: class of place, by which facility types are allowed;
        - ``types``: tuple of the allowed facility types; at an existing site exactly those that stand there;
        - ``modules``: dict of existing modules by type, empty at other sites;
        - ``grid_kw``: power available from the grid in kW, infinite when not limited;
        - ``site_cost_cny``: cost of the site in CNY;
        - ``closing_cost_cny``: cost of closing what stands there in CNY (0 when the column is left out);
        - ``cost_factor``: multiplies the fixed cost of a facility (1 when the column is left out);
        - ``district``: name of the district, empty when there are none;
        - ``place_zh``, ``place_en``, ``place_km``: nearest named place and the distance to it in km (missing only
          where both names are empty);
        - ``precision``: how exactly the position is known, in words;
        - ``source``: where the site comes from.

        Other columns are dropped.

    Raises
    ------
    CrsError
        When the CRS is not metric.
    LayerError
        With all faults: missing columns, ids repeated, values out of range, sites outside of every district.
    """

    frame: GeoDataFrame

    def __post_init__(self) -> None:
        defaults = {"cost_factor": 1.0, "closing_cost_cny": 0.0}
        absent = {name: value for name, value in defaults.items() if name not in self.frame.columns}
        frame = canonical(self.frame.assign(**absent), what=WHAT, key="id", columns=COLUMNS)
        faults = _faults(frame)
        if faults:
            raise LayerError(WHAT, faults)
        # Own copies, in plain integers: a dict handed in could still be changed from outside.
        modules = [{name: int(count) for name, count in here.items()} for here in frame["modules"]]
        frame = frame.assign(modules=pd.Series(modules, dtype=object))
        numbers = ["grid_kw", "site_cost_cny", "closing_cost_cny", "cost_factor", "place_km"]
        object.__setattr__(self, "frame", frame[[*COLUMNS, "geometry"]].astype(dict.fromkeys(numbers, float)))

    def __len__(self) -> int:
        return len(self.frame)

    def with_status(self, status: Mapping[str, str]) -> "CandidateSites":
        """The same sites, some with another status.

        A site that is no longer existing loses its modules.

        Parameters
        ----------
        status
            New status by site id.

        Returns
        -------
        sites
            A new object.

        Raises
        ------
        LayerError
            When an id or a status is not known, or a site without modules is called existing.
        """
        known = set(self.frame["id"])
        unknown = [f'no site "{name}"{did_you_mean(name, known)}' for name in status if name not in known]
        if unknown:
            raise LayerError(WHAT, unknown)
        new = [status.get(name, old) for name, old in zip(self.frame["id"], self.frame["status"], strict=True)]
        modules = [
            here if now == old or old != "existing" else {}
            for here, now, old in zip(self.frame["modules"], new, self.frame["status"], strict=True)
        ]
        return CandidateSites(self.frame.assign(status=new, modules=pd.Series(modules, dtype=object)))


def concat(parts: Iterable[CandidateSites]) -> CandidateSites:
    """Several sets of sites as one.

    Parameters
    ----------
    parts
        At least one set; ids are unique over all of them.

    Returns
    -------
    sites
        All sites.

    Raises
    ------
    CrsError
        When the CRS differ.
    LayerError
        When there is no part, or an id occurs twice.
    """
    return CandidateSites(joined((part.frame for part in parts), what=WHAT))


def _faults(frame: GeoDataFrame) -> list[str]:
    """Faults of the columns, one sentence per column."""
    statuses = ", ".join(STATUSES)
    tests = [
        *((name, is_text, "be text (a missing district: the site lies outside of all)") for name in TEXT_COLUMNS),
        ("status", lambda value: value in STATUSES, f"be one of {statuses}"),
        ("types", _is_types, "be a tuple of different facility types"),
        ("modules", _is_modules, "be a dict of whole numbers above 0 by facility type"),
        ("grid_kw", lambda value: is_number(value, minimum=0, infinite=True), "be a number of at least 0, or infinite"),
        *(
            (name, lambda value: is_number(value, minimum=0), "be a number of at least 0")
            for name in ("site_cost_cny", "closing_cost_cny")
        ),
        ("cost_factor", lambda value: is_number(value, minimum=0) and value != 0, "be a number above 0"),
    ]
    faults = point_faults(frame.geometry, frame["id"], kind="id")
    for column, test, must in tests:
        faults += failing(frame, column, test, key="id", must=must)
    return faults or [*_distance_faults(frame), *_standing_faults(frame)]


def _distance_faults(frame: GeoDataFrame) -> list[str]:
    """Distances to the named place: a number wherever a place is named."""
    named = frame[(frame["place_zh"] != "") | (frame["place_en"] != "")]
    must = "be a number of at least 0 where a place is named"
    return failing(named, "place_km", lambda value: is_number(value, minimum=0), key="id", must=must)


def _standing_faults(frame: GeoDataFrame) -> list[str]:
    """Modules that disagree with the status and the types of their site."""
    faults = []
    for site, status, types, modules in zip(
        frame["id"], frame["status"], frame["types"], frame["modules"], strict=True
    ):
        if status == "existing" and set(modules) != set(types):
            faults.append(f"{site}: an existing site needs modules of exactly its types {types}, found {modules}")
        if status != "existing" and modules:
            faults.append(f"{site}: only an existing site has modules, found {modules} at status {status}")
    return faults


def _is_types(value: object) -> bool:
    return isinstance(value, tuple) and all(map(is_text, value)) and len(set(value)) == len(value)


def _is_modules(value: object) -> bool:
    return isinstance(value, dict) and all(
        is_text(name) and isinstance(count, int | np.integer) and not isinstance(count, bool) and count > 0
        for name, count in value.items()
    )
