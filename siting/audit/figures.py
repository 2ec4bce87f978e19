"""Audit of the key figures, of what the solver is said to have proven, and of the tables beside the layers."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

from geodata import SERVICES, amount_name
from siting.audit.case import Case
from siting.audit.flows import flow_figures
from siting.audit.objective import floor_kept, is_least, objective_value, share_before
from siting.audit.sentences import EXACT, SOLVED, differences, same, strangers

KPIS: Final = "kpis.json"
#: Columns of sites.csv that repeat the layer, with the most that rounding may take away.
_ROUNDED: Final = {
    **dict.fromkeys(("modules", "new_modules", "priority", "points_served"), 0.0),
    **dict.fromkeys(("cost_cny", "yearly_cost_cny"), 0.5),
    **dict.fromkeys((*(amount_name("demand", service) for service in SERVICES), "place_km"), 5e-4),
    "power_kw": 0.05,
    "use_share": 5e-5,
}


def wrong_totals(case: Case) -> Iterator[str]:
    """Key figures that the layers and the study do not give."""
    study, rows, known = case.question.study, case.asked, case.facilities
    budgets = [
        line.cny
        for line in study.chosen_plan.budgets.values()
        if line.enforce and not line.types and (line.year is None or study.horizon == (line.year,))
    ]
    yearly = case.numbers("yearly_fixed_cny") + case.numbers("yearly_module_cny") * known["modules"].to_numpy()
    expected = {
        "services": _services(case, study.year),
        "fleets": _fleets(case),
        **({"flows": flow_figures(case, study.year)} if study.flows else {}),
        "cost_cny": float(case.costs.sum()) + case.closing_cny,
        "budget_cny": min(budgets, default=None),
        "yearly_cost_cny": float(yearly.sum()),
        "land_m2": float(case.written.sites["land_m2"].sum()),
        "value": _value(case),
        "value_demand": float((case.worth * rows["demand"]).sum()),
        **({"closing_cost_cny": case.closing_cny} if study.closes else {}),
        **({"years": {str(year): _year(case, year) for year in study.horizon}} if len(study.horizon) > 1 else {}),
        "stations": {kind: _stations(case, kind) for kind in study.catalogue.root},
        "check": "passed",
        "run_id": case.written.manifest["run_id"],
    }
    kpis = case.written.kpis
    yield from differences(KPIS, kpis, expected, relative=EXACT)
    for table in ("services", "fleets", "stations"):
        yield from strangers(KPIS, kpis.get(table), expected[table], at=table)
    way = f"detour factor {study.travel.detour_factor:g}" if study.travel.on_roads is None else "on roads"
    if way not in str(kpis.get("travel_method")):
        yield f"{KPIS}: travel_method is {kpis.get('travel_method')!r}, expected to state {way}"


def wrong_shares_before(case: Case) -> Iterator[str]:
    """Shares served before that are no shares, or more than the stations that stand already can give."""
    services = case.written.kpis.get("services")
    for service in case.question.study.services:
        asked = float(case.asked_last.loc[case.asked_last["service"] == service, "demand"].sum())
        found = services.get(service) if isinstance(services, Mapping) else None
        if asked <= 0 or not isinstance(found, Mapping):
            continue
        if not case.question.study.objective.capacities:
            yield from _wrong_cover_before(case, service, found.get("share_before"))
            continue
        most = min(1.0, (_standing_capacity(case, service) + _without_capacity(case, service)) / asked)
        share = found.get("share_before")
        if not (isinstance(share, int | float) and 0 <= share <= most * (1 + SOLVED)):
            yield f"{KPIS}: services.{service}.share_before is {share!r}, expected 0 to {most:.6g}"


def _wrong_cover_before(case: Case, service: str, share: object) -> Iterator[str]:
    """A share before that is not what the standing stations cover."""
    least, most = share_before(case, service)
    if not (isinstance(share, int | float) and least * (1 - SOLVED) <= share <= most * (1 + SOLVED)):
        yield f"{KPIS}: services.{service}.share_before is {share!r}, expected {least:.6g} to {most:.6g}"


def wrong_proof(case: Case) -> Iterator[str]:
    """Objective, bound and gap that contradict each other or the layers."""
    solve, study = case.written.kpis.get("solve"), case.question.study
    if not isinstance(solve, Mapping):
        yield f"{KPIS}: solve is {solve!r}, expected a table"
        return
    value, room = (objective_value(case), case.question.ways.exact) if study.classic else (_value(case), 0.0)
    yield from differences(KPIS, solve, {"objective": value}, relative=max(SOLVED, room), at="solve")
    yield from differences(KPIS, solve, {"gap_wanted": study.solver.gap}, at="solve")
    yield from _wrong_gap(solve, "objective", "bound", "gap", sign=-1.0 if study.classic and is_least(case) else 1.0)
    one_by_one = study.phased and study.solver.years == "rolling"
    if solve.get("stage2_cost") is not None:
        cost = float(case.costs.sum()) + case.closing_cny
        yield from differences(KPIS, solve, {"stage2_cost": cost}, relative=SOLVED, at="solve")
        yield from _wrong_gap(solve, "stage2_cost", "stage2_bound", "stage2_gap", sign=-1.0)
        if not one_by_one and (value is None or not floor_kept(solve.get("stage2_floor"), value)):
            yield f"{KPIS}: solve.stage2_floor is {solve.get('stage2_floor')!r}, the layers give {value!r}"
    gap = solve.get("gap")
    near = isinstance(gap, int | float) and gap <= study.solver.gap * (1 + SOLVED)
    if one_by_one:
        yield from _wrong_years(case, solve)
    elif solve.get("status") == "gap reached" and not near:
        yield f'{KPIS}: solve.status is "gap reached" with a gap of {gap!r}, expected at most {study.solver.gap:g}'


def _wrong_years(case: Case, solve: Mapping[str, Any]) -> Iterator[str]:
    """What each year decided for itself is said to have proven; for all of them together nothing is."""
    if solve.get("bound") is not None or solve.get("gap") is not None:
        yield f"{KPIS}: solve.bound is {solve.get('bound')!r}, expected none: the years are solved one by one"
    years = solve.get("years")
    for year in case.question.study.horizon:
        own = years.get(str(year)) if isinstance(years, Mapping) else None
        if not isinstance(own, Mapping):
            yield f"{KPIS}: solve.years.{year} is {own!r}, expected a table"
            continue
        rows = case.asked["year"] == year
        value = float((case.worth * case.asked["served"])[rows].sum())
        yield from differences(KPIS, own, {"objective": value}, relative=SOLVED, at=f"solve.years.{year}")
        yield from _wrong_gap(own, "objective", "bound", "gap", sign=1.0)


def wrong_tables(case: Case) -> Iterator[str]:
    """Rows of sites.csv and scorecard.csv that are not those of the layers and of scorecard.json."""
    sites = case.written.sites.drop_duplicates("facility_id").set_index("facility_id", drop=False)
    degrees = sites.geometry.to_crs("EPSG:4326")
    written: dict[str, dict[str, Any]] = {
        str(row["facility_id"]): {str(key): value for key, value in row.items()}
        for row in pd.DataFrame(sites).assign(geometry=degrees).to_dict("records")
    }
    listed = [_plain(row.get("facility_id", "")) for row in case.written.site_rows]
    if sorted(listed) != sorted(sites.index):
        odd = sorted(set(listed) ^ set(sites.index)) or sorted({name for name in listed if listed.count(name) > 1})
        yield f"sites.csv: facilities differ from sites.gpkg, layer sites: {', '.join(odd[:5])}"
    for name, row in zip(listed, case.written.site_rows, strict=True):
        if name in written:
            yield from _wrong_site_row(name, row, written[name])
    cards, scored = case.written.scorecard_rows, case.written.scorecard
    if len(cards) != len(scored):
        yield f"scorecard.csv: {len(cards)} rows, scorecard.json has {len(scored)}"
    for number, (card, row) in enumerate(zip(cards, scored, strict=False), start=1):
        for column in ("line", "district", "target", "achieved", "met") if isinstance(row, Mapping) else ():
            if not _repeats(card.get(column, ""), row.get(column)):
                yield f'scorecard.csv, row {number}: {column} is "{card.get(column)}", expected {row.get(column)!r}'


def wrong_records(case: Case) -> Iterator[str]:
    """What inputs.json and about.json say of the run, against the manifest and the inputs."""
    written = case.written
    if written.inputs != written.manifest["inputs"]:
        yield "inputs.json: differs from the inputs in manifest.json"
    question, study = case.question, case.question.study
    expected = {"run_id": written.manifest["run_id"], "year": study.year, "crs": study.area.crs}
    yield from differences("about.json", written.about, {"meta": expected})
    yield from differences("about.json", written.about, {"output_crs": study.output.crs, "metric_crs": study.area.crs})
    entries = written.about.get("types")
    names = [entry.get("id") for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
    if not isinstance(entries, list) or names != list(study.catalogue.root):
        yield f"about.json: types are {names}, expected {list(study.catalogue.root)}"
        return
    for entry, (name, kind) in zip(entries, study.catalogue.root.items(), strict=True):
        labels = ("label_zh", "label_en", "colour", "marker", "module_zh", "module_en")
        yield from differences("about.json", entry, {key: getattr(kind, key) for key in labels}, at=f"types.{name}")
        if entry.get("services") != list(kind.services):
            yield f"about.json: types.{name}.services is {entry.get('services')!r}, expected {list(kind.services)!r}"
    yield from _wrong_manifest(case, {"sites": len(question.sites), "demand_rows": len(question.rows)})


def _wrong_manifest(case: Case, size: dict[str, int]) -> Iterator[str]:
    """What the manifest repeats of the study and of the key figures."""
    manifest, settings = case.written.manifest, case.question.study.solver.model_dump(mode="json")
    if len(case.question.study.horizon) == 1:
        size["options"] = len(case.question.options)
    expected = {"check": "passed", "size": size, "solver": settings, "seed": settings["seed"]}
    yield from differences("manifest.json", manifest, expected)
    stages, solve = manifest.get("stages"), case.written.kpis.get("solve")
    if not (isinstance(stages, list) and stages and isinstance(solve, Mapping)):
        yield f"manifest.json: stages are {stages!r}, expected a list of at least one"
        return
    proven = {key: solve.get(key) for key in ("status", "bound", "gap")}
    yield from differences("manifest.json", manifest, proven | {"objective": solve.get("objective")})
    yield from differences("manifest.json", stages[0], proven | {"value": solve.get("objective")}, at="stages.0")


def _year(case: Case, year: int) -> dict[str, Any]:
    """Key figures of one of several years; closing is paid for in the first."""
    study, rows = case.question.study, case.asked[case.asked["year"] == year]
    standing = case.phase_costs[case.phase_costs["year"] == year]
    kinds = standing.groupby("type")["modules"]
    return {
        "services": _services(case, year),
        **({"flows": flow_figures(case, year)} if study.flows else {}),
        "value": float((rows["value"] * rows["served"]).sum()),
        "value_demand": float((rows["value"] * rows["demand"]).sum()),
        "cost_cny": float(standing["cost"].sum()) + (case.closing_cny if year == study.horizon[0] else 0.0),
        "stations": {str(kind): int(count) for kind, count in kinds.size().items()},
        "modules": {str(kind): int(count) for kind, count in kinds.sum().items()},
    }


def _services(case: Case, year: int) -> dict[str, dict[str, Any]]:
    rows = case.asked[case.asked["year"] == year]
    asked = {service: rows[rows["service"] == service] for service in case.question.study.services}
    return {service: _service(case, chosen) for service, chosen in asked.items() if len(chosen)}


def _service(case: Case, rows: pd.DataFrame) -> dict[str, Any]:
    flags = case.demand.reindex(rows.index)[["covered", "reachable"]]
    asked, served = float(rows["demand"].sum()), float(rows["served"].sum())
    beyond = flags["reachable"].to_numpy() == False  # noqa: E712  (an array)
    return {
        "unit": rows["unit"].iloc[0],
        "demand": asked,
        "served": served,
        "share": served / asked,
        "covered_share": float(rows.loc[flags["covered"].to_numpy() == True, "demand"].sum()) / asked,  # noqa: E712
        "unreachable": float(rows.loc[beyond, "demand"].sum()),
        "unreachable_rows": int(beyond.sum()),
    }


def _fleets(case: Case) -> dict[str, dict[str, float]]:
    rows = case.asked_last
    totals = rows.groupby(rows["fleets"] + ": " + rows["service"])[["demand", "served"]].sum()
    return {
        str(name): {"demand": float(demand), "served": float(served)}
        for name, demand, served in totals.itertuples(name=None)
    }


def _stations(case: Case, kind: str) -> dict[str, int]:
    here = case.written.sites[case.written.sites["type"] == kind]
    existing = int((here["status"] == "existing").sum())
    counts = {"existing": existing, "new": len(here) - existing, "modules": int(here["modules"].fillna(0).sum())}
    closed = case.question.options.loc[case.closed["facility_id"], "type"]
    return counts | ({"closed": int((closed == kind).sum())} if case.question.study.closes else {})


def _value(case: Case) -> float:
    return float((case.worth * case.asked["served"]).sum())


def _standing_capacity(case: Case, service: str) -> float:
    options = case.question.options
    offers = {
        name: offer.capacity_per_module
        for name, kind in case.question.study.catalogue.root.items()
        for offered, offer in kind.services.items()
        if offered == service
    }
    return float((options["standing"] * options["type"].map(offers).fillna(0.0).astype(float)).sum())


def _without_capacity(case: Case, service: str) -> float:
    """Demand of the last year's flows that ask for no capacity."""
    roads, fleets = case.question.roads, case.question.study.flows
    pure = [name for name, fleet in fleets.items() if not fleet.capacity and fleet.service == service]
    return float(roads.loc[roads["fleets"].isin(pure) & (roads["year"] == case.question.study.year), "demand"].sum())


def _wrong_gap(solve: Mapping[str, Any], value: str, bound: str, gap: str, *, sign: float) -> Iterator[str]:
    """A gap that is not |bound - value| / |value|, or a bound on the wrong side (sign 1: maximised)."""
    found, proven = solve.get(value), solve.get(bound)
    if not isinstance(found, int | float) or not isinstance(proven, int | float):
        if proven is not None or solve.get(gap) is not None:
            yield f"{KPIS}: solve.{bound} is {proven!r} with {value} {found!r} and {gap} {solve.get(gap)!r}"
        return
    if sign * (proven - found) < -EXACT * max(1.0, abs(found)):
        yield f"{KPIS}: solve.{bound} is {proven!r}, {'below' if sign > 0 else 'above'} the {value} {found!r}"
    apart = abs(proven - found)
    expected = 0.0 if apart <= 1e-12 else apart / abs(found) if found else None
    if not same(solve.get(gap), expected):
        yield f"{KPIS}: solve.{gap} is {solve.get(gap)!r}, expected {expected!r} from {value} and {bound}"


def _wrong_site_row(name: str, row: Mapping[str, str], site: Mapping[str, Any]) -> Iterator[str]:
    for column in ("site_id", "type", "status", "district"):
        if _plain(row.get(column, "")) != site[column]:
            yield f'sites.csv, {name}: {column} is "{row.get(column)}", expected "{site[column]}"'
    wanted = {column: (float(site[column]), room) for column, room in _ROUNDED.items() if column in site}
    wanted |= {"lon": (site["geometry"].x, 1e-6), "lat": (site["geometry"].y, 1e-6)} if site["geometry"] else {}
    for column, (number, room) in wanted.items():
        found = _number(row.get(column, ""))
        if not (abs(found - number) <= room * 1.01 + EXACT * abs(number) or (math.isnan(found) and math.isnan(number))):
            yield f'sites.csv, {name}: {column} is "{row.get(column)}", expected {number:.10g}'


def _repeats(text: str, value: object) -> bool:
    if value is None or isinstance(value, bool):
        return text == ("" if value is None else str(value).lower())
    return same(_number(text), value) if isinstance(value, int | float) else _plain(text) == str(value)


def _number(text: object) -> float:
    try:
        return float(str(text))
    except ValueError:
        return math.nan


def _plain(text: object) -> str:
    """Text of a cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    cell = str(text)
    return cell[1:] if cell[:1] == "'" and cell[1:2] in tuple("=+-@\t\r") else cell
