"""Who drives: each flow with what of it is served, and the stations on its way."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from siting.answer import Answer
from siting.area import Area
from siting.flow_sets import types_offering
from siting.study import Study


def flow_table(study: Study, area: Area, answer: Answer) -> gpd.GeoDataFrame:
    """List the flows of every year, by row.

    Returns
    -------
    flows
        row_id, flow (the same in every year), name_zh, name_en, fleet, service, vehicle, year, vehicles_per_day,
        vehicles_served (round trips), share, length_km (one way), range_km, unit, demand, served (per day), capacity
        (whether energy counts against capacities), facility_ids (where it refuels, or may where capacities do not
        count, in order from the origin), source, line.
    """
    flows = answer.assembly.flows.frame
    n_points = answer.assembly.problem.n_rows - len(flows)
    rows = answer.assembly.rows.iloc[n_points:].reset_index(drop=True)
    share = answer.row_share[n_points:]
    stations = stations_used(study, answer).groupby("row")["facility_id"].agg(", ".join)
    places = answer.assembly.flows.path.groupby("flow")["place"].agg(["first", "last"]).loc[flows["id"]]
    ends = list(places.itertuples(index=False, name=None))
    named = zip(flows["fleet"], rows["place"], ends, strict=True)
    names = [_names(study, area, fleet, place.removeprefix(f"{fleet}:"), two) for fleet, place, two in named]
    frame = pd.DataFrame(
        {
            "row_id": rows["row_id"],
            "flow": rows["place"],
            "name_zh": [zh for zh, _ in names],
            "name_en": [en for _, en in names],
            **{name: flows[name] for name in ("fleet", "service", "vehicle", "year", "vehicles_per_day")},
            "vehicles_served": flows["vehicles_per_day"] * share,
            "share": share,
            "length_km": answer.assembly.flows.length_km,
            "range_km": flows["range_km"],
            "unit": flows["unit"],
            "demand": rows["demand"],
            "served": rows["demand"] * share,
            "capacity": [study.flows[fleet].capacity for fleet in flows["fleet"]],
            "facility_ids": stations.reindex(np.arange(n_points, n_points + len(flows)))
            .fillna("")
            .to_numpy(dtype=object),
            "source": flows["source"],
        }
    )
    located = gpd.GeoDataFrame(frame, geometry=flows.geometry, crs=flows.crs)
    return located.sort_values("row_id", ignore_index=True)


def stations_used(study: Study, answer: Answer) -> pd.DataFrame:
    """Facilities on the way of served flows, from the origin on: row, facility, facility_id, km.

    Where capacities count, those that sell to the flow; otherwise all that stand beside its road by its year.
    """
    assembly, problem = answer.assembly, answer.assembly.problem
    flows, first = assembly.flows.frame, problem.n_rows - len(assembly.flows)
    options = assembly.options.iloc[answer.opening]
    stops = assembly.stops.merge(options[["site", "type", "facility", "facility_id", "year"]], on="site")
    own = flows.iloc[stops["row"].to_numpy(dtype=np.int64) - first].reset_index(drop=True)
    there = np.asarray(stops["year"].to_numpy() <= own["year"].to_numpy())
    fits = np.array([_suits(study, fleet, kind) for fleet, kind in zip(own["fleet"], stops["type"], strict=True)], bool)
    sells = np.flatnonzero(answer.units > 0)
    facility = assembly.options["facility"].to_numpy(dtype=np.int64)[problem.pair_option[sells]]
    sold = pd.MultiIndex.from_arrays([problem.pair_row[sells], facility])
    bought = pd.MultiIndex.from_frame(stops[["row", "facility"]]).isin(sold)
    pure = np.array([not study.flows[fleet].capacity for fleet in own["fleet"]], dtype=bool)
    served = answer.row_share[stops["row"].to_numpy(dtype=np.int64)] > 0
    chosen = np.asarray(served & np.where(pure, there & fits, bought), dtype=bool)
    used = stops.loc[chosen, ["row", "facility", "facility_id", "km"]]
    return used.sort_values(["row", "km", "facility_id"], ignore_index=True)


def vehicles_at(study: Study, answer: Answer) -> tuple[list[dict[str, float]], list[int]]:
    """Vehicles per day by vehicle class, and number of flows, that refuel at each facility in the last year."""
    assembly = answer.assembly
    flows, first = assembly.flows.frame, assembly.problem.n_rows - len(assembly.flows)
    used = stations_used(study, answer)
    own = flows.iloc[used["row"].to_numpy(dtype=np.int64) - first].reset_index(drop=True)
    used = used.assign(
        vehicle=own["vehicle"],
        vehicles=own["vehicles_per_day"].to_numpy() * answer.row_share[used["row"].to_numpy(dtype=np.int64)],
    )[(own["year"] == study.year).to_numpy()]
    by_class: list[dict[str, float]] = []
    paths = []
    for facility in answer.facility:
        here = used[used["facility"] == facility]
        totals: dict[Any, float] = here.groupby("vehicle")["vehicles"].sum().to_dict()
        by_class.append({str(name): float(total) for name, total in totals.items()})
        paths.append(int(here["row"].nunique()))
    return by_class, paths


def _suits(study: Study, fleet: str, kind: str) -> bool:
    block = study.flows[fleet]
    return kind in types_offering(study, block.service, block.vehicle)


def _names(study: Study, area: Area, fleet: str, name: str, ends: tuple[str, str]) -> tuple[str, str]:
    """Names of a flow: those of its row, or of its two places, where the layer has them; otherwise ids."""
    block = study.flows[fleet]
    layer = area.layers.frames[block.places]
    if not block.trips:
        return _names_of(layer, name)
    (zh_from, en_from), (zh_to, en_to) = (_names_of(layer, place) for place in ends)
    which = name.removeprefix("-".join(ends)).removeprefix(":")
    zh, en = (f"（{which}）", f" ({which})") if which else ("", "")
    return f"{zh_from}—{zh_to}{zh}", f"{en_from} - {en_to}{en}"


def _names_of(layer: gpd.GeoDataFrame, name: str) -> tuple[str, str]:
    row = layer.loc[layer["id"] == name].iloc[0]
    zh, en = (str(row.get(column) or "") for column in ("name_zh", "name_en"))
    return zh or en or name, en or zh or name
