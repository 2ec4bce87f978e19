"""The second check: a run as written passes, and every hand-made corruption of it is found."""

import ast
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

import siting.audit
from siting import assemble, site_rules, travel
from siting.audit import audit_run
from siting.audit.files import changed_outputs
from siting.audit.sentences import MOST, shortened
from siting.pipeline import run
from siting.run_folder import write_run
from siting.starter import copy_template
from siting.study import Study

#: What the template lacks: quotas by district, a budget of some types, and a place that must be served.
PLAN = """
[targets.quota]
label_zh = "分区"
label_en = "Charging stations by district"
counts = "stations"
types = ["slow_lot", "fast_hub", "integrated_station"]
at_least_by_district = { "西区" = 1, "东区" = 2 }
year = 2025
basis = "assumption"
rule = "invented"

[targets.later]
label_zh = "以后"
label_en = "Later"
counts = "stations"
types = ["swap_car"]
at_least = 50
year = 2030
basis = "assumption"
rule = "invented"

[budgets.swapping]
label_zh = "换电投资"
label_en = "Swapping"
cny = 30_000_000
types = ["swap_car"]
basis = "assumption"
rule = "invented"

[must_serve.campus]
label_zh = "大学城"
label_en = "Campus"
layer = "demand"
ids = ["p05", "p22"]
service = "charging"
standard_min = 8
basis = "assumption"
rule = "invented"

[price_ceilings.hydrogen]
label_zh = "氢价"
label_en = "Hydrogen price"
service = "hydrogen"
cny_per_unit = 35
year = 2025
basis = "assumption"
rule = "invented"
"""
SETTINGS = (
    'sites.forbid=["plots:s07"]',
    'sites.require={"plots:s05"="fast_hub"}',
    'sites.spacing.charging={types=["slow_lot", "fast_hub"], min_km=1.0, source="invented"}',
    "sites.max_types_per_site=2",
    "solver.time_limit_s=0",
)
FORBIDDEN = "plots:s07"
LAYERS = ("sites", "demand", "assignment", "districts", "places")
#: Modules that make what the audit checks.
BRIDGE = {
    *("assemble", "options", "pairs", "limits", "site_rules", "solving", "rolling", "start", "pipeline"),
    *("flow_sets", "flow_table", "gaps", "travel"),
    *("answer", "tables", "closed", "kpis", "scorecard", "reasons"),
    *("objective_limits", "objective_solving", "objective_figures", "nearest", "market", "classic_reasons"),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of the template study with quotas, spacing, a required and a forbidden site."""
    folder = tmp_path_factory.mktemp("audit")
    file = copy_template(folder / "town")
    plan = file.with_name("plan.toml")
    plan.write_text(plan.read_text(encoding="utf-8") + PLAN, encoding="utf-8")
    return write_run(run(Study.from_toml(file, overrides=SETTINGS)), folder / "runs")


class Copy:
    """A copy of a run folder, to spoil."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def layer(self, name: str) -> gpd.GeoDataFrame:
        return pyogrio.read_dataframe(self.folder / "sites.gpkg", layer=name)

    def write(self, **layers: gpd.GeoDataFrame) -> None:
        """Write the GeoPackage again with some layers changed."""
        frames = {name: layers.get(name, self.layer(name)) for name in LAYERS}
        (self.folder / "sites.gpkg").unlink()
        for name, frame in frames.items():
            pyogrio.write_dataframe(frame, self.folder / "sites.gpkg", layer=name)

    def change(self, layer: str, row: str, **values: Any) -> None:
        """Give the row with an id other values."""
        frame = self.layer(layer)
        at = frame.index[frame.iloc[:, 0] == row]
        assert len(at), f"no row {row}"
        for column, value in values.items():
            frame.loc[at[:1], column] = value
        self.write(**{layer: frame})

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text(encoding="utf-8"))

    def put(self, name: str, content: Any) -> None:
        (self.folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    def facility(self, **wanted: str) -> "pd.Series[Any]":
        """The first facility with some attributes."""
        sites = self.layer("sites")
        for column, value in wanted.items():
            sites = sites[sites[column] == value]
        return sites.iloc[0]

    def sign(self) -> None:
        """Record the hashes of the files as they are now."""
        manifest = self.json("manifest.json")
        manifest["outputs"] = {
            name: hashlib.sha256((self.folder / name).read_bytes()).hexdigest() for name in manifest["outputs"]
        }
        self.put("manifest.json", manifest)


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Copy:
    return Copy(Path(shutil.copytree(whole, tmp_path / whole.name)))


def test_a_run_as_written_passes(whole: Path) -> None:
    """Nothing contradicts anything in a fresh run folder, wherever it is moved."""
    assert audit_run(whole) == []


def test_a_run_in_another_crs_passes(tmp_path: Path) -> None:
    """Layers in a projected CRS are read back to the same places."""
    study = Study.from_toml(copy_template(tmp_path / "town"), overrides=("output.crs=EPSG:4549", "solver.gap=0.1"))
    assert audit_run(write_run(run(study), tmp_path)) == []


def more_modules(copy: Copy) -> str:
    name = copy.facility(type="swap_car", status="existing")["facility_id"]
    copy.change("sites", name, modules=99, new_modules=98)
    return f"layer sites, {name}: 99 modules, expected 1 to "


def fewer_modules_than_stand(copy: Copy) -> str:
    copy.change("sites", "standing:e01|fast_hub", modules=7, new_modules=-1)
    return "layer sites, standing:e01|fast_hub: 7 modules, expected 8 to 60 (8 stand already)"


def new_modules(copy: Copy) -> str:
    site = copy.facility(status="existing", type="fast_hub")
    copy.change("sites", site["facility_id"], new_modules=site["modules"])
    return f"{site['facility_id']}: new_modules is {site['modules']}, expected {site['modules'] - 8}"


def moved_site(copy: Copy) -> str:
    sites = copy.layer("sites")
    metric = sites.geometry.to_crs("EPSG:4547")
    metric.iloc[0:1] = metric.iloc[0:1].translate(500.0, 0.0)
    copy.write(sites=sites.set_geometry(metric.to_crs(sites.crs)))
    return f"layer sites, {sites['facility_id'].iloc[0]}: its position is 500 m from"


def deleted_facility(copy: Copy) -> str:
    name = copy.facility(type="swap_car", status="new")["facility_id"]
    sites = copy.layer("sites")
    copy.write(sites=sites[sites["facility_id"] != name])
    return f"to {name}: no such facility stands in layer sites"


def dropped_existing(copy: Copy) -> str:
    sites, lines = copy.layer("sites"), copy.layer("assignment")
    name = "standing:e02|swap_car"
    copy.write(sites=sites[sites["facility_id"] != name], assignment=lines[lines["facility_id"] != name])
    return f"{name} is missing, it stands already with 1 modules"


def dropped_required(copy: Copy) -> str:
    sites = copy.layer("sites")
    copy.write(sites=sites[sites["facility_id"] != "plots:s05|fast_hub"])
    return "plots:s05|fast_hub is missing, it is required by the study"


def other_grid_power(copy: Copy) -> str:
    copy.change("sites", "standing:e01|fast_hub", grid_kw=100.0)
    return "layer sites, standing:e01|fast_hub: grid_kw is 100, expected inf"


def swapped_type(copy: Copy) -> str:
    name = copy.facility(type="swap_car", status="new")["facility_id"]
    copy.change("sites", name, type="fast_hub")
    return f'layer sites, {name}: site and type are "{name.split("|")[0]}" and "fast_hub"'


def type_not_allowed(copy: Copy) -> str:
    sites, lines = copy.layer("sites"), copy.layer("assignment")
    old, new = "plots:s05|fast_hub", "plots:s05|swap_truck"
    sites.loc[sites["facility_id"] == old, ["type", "facility_id"]] = ["swap_truck", new]
    lines.loc[lines["facility_id"] == old, "facility_id"] = new
    copy.write(sites=sites, assignment=lines)
    return f'layer sites, {new}: type "swap_truck" is not allowed at site "plots:s05", expected one of: '


def forbidden_site(copy: Copy) -> str:
    copy.write(sites=with_facility(copy, site_id=FORBIDDEN, type="fast_hub", lon=113.5050, lat=23.1270))
    return f"layer sites, {FORBIDDEN}|fast_hub: stands on a forbidden site"


def unknown_site(copy: Copy) -> str:
    copy.write(sites=with_facility(copy, site_id="plots:s99", type="fast_hub", lon=113.45, lat=23.12))
    return 'layer sites, plots:s99|fast_hub: site "plots:s99" is not a candidate site of the study'


def twice(copy: Copy) -> str:
    sites = copy.layer("sites")
    copy.write(sites=pd.concat([sites, sites.iloc[:1]], ignore_index=True))
    return f"layer sites, {sites['facility_id'].iloc[0]}: found 2 times, expected once"


def too_near(copy: Copy) -> str:
    opened = set(copy.layer("sites")["facility_id"])
    name = next(f"plots:s05|{kind}" for kind in ("slow_lot", "fast_hub") if f"plots:s05|{kind}" not in opened)
    site, kind = name.split("|")
    copy.write(sites=with_facility(copy, site_id=site, type=kind, lon=113.45, lat=23.128))
    return "km apart, spacing charging asks for at least 1 km"


def too_much_power(copy: Copy) -> str:
    copy.write(sites=with_facility(copy, site_id="plots:s05", type="slow_lot", lon=113.45, lat=23.128, modules=60))
    return "facilities at site plots:s05 draw "


def other_district(copy: Copy) -> str:
    sites = copy.layer("sites")
    sites["district"] = "西区"
    copy.write(sites=sites)
    return "plan line quota, 东区: 0 stations, expected >= 2"


def wrong_count(copy: Copy) -> str:
    sites, lines = copy.layer("sites"), copy.layer("assignment")
    name = copy.facility(type="swap_car", status="new")["facility_id"]
    copy.write(sites=sites[sites["facility_id"] != name], assignment=lines[lines["facility_id"] != name])
    return "plan line swap_stations: 1 stations, expected = 2"


def above_budget(copy: Copy) -> str:
    sites = copy.layer("sites")
    sites["modules"], sites["new_modules"] = 60, 60
    copy.write(sites=sites)
    return "plan line total: "


def place_not_served(copy: Copy) -> str:
    sites = copy.layer("sites")
    copy.write(sites=sites[sites["type"].isin(["swap_car", "hydrogen_second"])])
    return "plan line campus: 0 places, expected >= 2"


def too_far(copy: Copy) -> str:
    lines = copy.layer("assignment")
    one = lines.index[lines["facility_id"] == "plots:s05|fast_hub"][0]
    lines.loc[one, "row_id"] = "demand:p30|charging|car"
    copy.write(assignment=lines)
    return "demand:p30|charging|car to plots:s05|fast_hub: 1"


def service_not_offered(copy: Copy) -> str:
    lines = copy.layer("assignment")
    one = lines.index[lines["facility_id"] == "plots:s05|fast_hub"][0]
    lines.loc[one, ["row_id", "service"]] = ["demand:p15|swapping|car", "swapping"]
    copy.write(assignment=lines)
    return "demand:p15|swapping|car to plots:s05|fast_hub: type fast_hub does not offer swapping"


def other_time(copy: Copy) -> str:
    line = copy.layer("assignment").iloc[0]
    copy.change("assignment", line["row_id"], time_min=line["time_min"] / 2)
    return f"{line['row_id']} to {line['facility_id']}: time_min is "


def above_demand(copy: Copy) -> str:
    line = copy.layer("assignment").iloc[0]
    copy.change("assignment", line["row_id"], served=1e5)
    return f"layer assignment, {line['row_id']}: served is 100000, above its demand "


def above_capacity(copy: Copy) -> str:
    copy.change("sites", "standing:e01|fast_hub", modules=8, new_modules=0)
    return "layer sites, standing:e01|fast_hub: gives "


def not_what_is_assigned(copy: Copy) -> str:
    name = copy.layer("assignment")["row_id"].iloc[0]
    copy.change("demand", name, served=1.0)
    return f"layer demand, {name}: served is 1, expected "


def other_demand(copy: Copy) -> str:
    copy.change("demand", "demand:p09|charging|car", demand=2801.0)
    return "layer demand, demand:p09|charging|car: demand is 2801, expected 2800"


def missing_demand(copy: Copy) -> str:
    demand = copy.layer("demand")
    copy.write(demand=demand[demand["row_id"] != "demand:p09|charging|car"])
    return "layer demand: row demand:p09|charging|car is missing"


def not_covered(copy: Copy) -> str:
    copy.change("demand", "demand:p09|charging|car", covered=False)
    return "layer demand, demand:p09|charging|car: covered is False, expected True"


def other_use(copy: Copy) -> str:
    copy.change("sites", "plots:s05|fast_hub", use_share=0.01)
    return "layer sites, plots:s05|fast_hub: use_share is 0.01, expected "


def other_priority(copy: Copy) -> str:
    sites = copy.layer("sites")
    copy.write(sites=sites.assign(priority=len(sites) + 1 - sites["priority"]))
    return "priority is 1, expected "


def other_cost_of_site(copy: Copy) -> str:
    copy.change("sites", "plots:s05|fast_hub", cost_cny=1.0)
    return "layer sites, plots:s05|fast_hub: cost_cny is 1, expected "


def other_cost(copy: Copy) -> str:
    kpis = copy.json("kpis.json")
    copy.put("kpis.json", kpis | {"cost_cny": kpis["cost_cny"] + 1000})
    return "kpis.json: cost_cny is "


def other_share(copy: Copy) -> str:
    kpis = copy.json("kpis.json")
    kpis["services"]["charging"]["share"] = 0.5
    copy.put("kpis.json", kpis)
    return "kpis.json: services.charging.share is 0.5, expected "


def share_before_above_capacity(copy: Copy) -> str:
    kpis = copy.json("kpis.json")
    kpis["services"]["hydrogen"]["share_before"] = 0.2
    copy.put("kpis.json", kpis)
    return "kpis.json: services.hydrogen.share_before is 0.2, expected 0 to 0"


def bound_below_objective(copy: Copy) -> str:
    kpis, manifest = copy.json("kpis.json"), copy.json("manifest.json")
    solve = kpis["solve"]
    bound = 0.999 * solve["objective"]
    for table in (solve, manifest, manifest["stages"][0]):
        table |= {"bound": bound, "gap": abs(bound - solve["objective"]) / solve["objective"]}
    copy.put("kpis.json", kpis)
    copy.put("manifest.json", manifest)
    return "below the objective"


def other_gap(copy: Copy) -> str:
    kpis = copy.json("kpis.json")
    kpis["solve"]["gap"] = 1e-5
    copy.put("kpis.json", kpis)
    return "kpis.json: solve.gap is 1e-05, expected "


def other_objective(copy: Copy) -> str:
    kpis = copy.json("kpis.json")
    kpis["solve"]["objective"] *= 1.001
    copy.put("kpis.json", kpis)
    return "kpis.json: solve.objective is "


def floor_not_met(copy: Copy) -> str:
    kpis = copy.json("kpis.json")
    kpis["solve"]["stage2_floor"] = "served value >= 999999"
    copy.put("kpis.json", kpis)
    return "kpis.json: solve.stage2_floor is 'served value >= 999999', the layers give "


def other_achieved(copy: Copy) -> str:
    rows = copy.json("scorecard.json")
    rows[0]["achieved"] = 3.0
    copy.put("scorecard.json", rows)
    return "scorecard.json, plan line swap_stations (= stations): achieved is 3.0, expected 2.0"


def missing_line(copy: Copy) -> str:
    copy.put("scorecard.json", copy.json("scorecard.json")[1:])
    return "scorecard.json, plan line swap_stations (= stations): found 0 times, expected once"


def other_table(copy: Copy) -> str:
    path = copy.folder / "sites.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace(",fast_hub,", ",slow_lot,", 1), encoding="utf-8-sig")
    return 'type is "slow_lot", expected "fast_hub"'


def other_districts(copy: Copy) -> str:
    copy.change("districts", "东区", stations=77)
    return "layer districts, 东区: stations is 77, expected "


def moved_district(copy: Copy) -> str:
    districts = copy.layer("districts")
    copy.write(districts=districts.set_geometry(districts.geometry.translate(0.001, 0.0)))
    return "layer districts, 东区: its outline is not that of the study"


def other_label(copy: Copy) -> str:
    about = copy.json("about.json")
    about["types"][0]["colour"] = "#000000"
    copy.put("about.json", about)
    return "about.json: types.slow_lot.colour is '#000000', expected "


def other_study(copy: Copy) -> str:
    path = copy.folder / "study.resolved.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("detour_factor = 1.3", "detour_factor = 1.2"), encoding="utf-8")
    return "study.resolved.toml reads otherwise now than when the run (of siting "


def roads_where_none_are_driven(copy: Copy) -> str:
    districts = copy.layer("districts")
    roads = gpd.GeoDataFrame({"road_class": ["road"]}, geometry=[districts.union_all().boundary], crs=districts.crs)
    pyogrio.write_dataframe(roads, copy.folder / "sites.gpkg", layer="roads", append=True)
    return "sites.gpkg, layer roads: the study drives on no roads, expected no such layer"


def damaged_layers(copy: Copy) -> str:
    path = copy.folder / "sites.gpkg"
    path.write_bytes(path.read_bytes()[:20_000])
    return "sites.gpkg, layer sites: "


def no_layers(copy: Copy) -> str:
    (copy.folder / "sites.gpkg").write_text("not a database")
    return "sites.gpkg, layer sites: cannot be read"


def damaged_json(copy: Copy) -> str:
    (copy.folder / "kpis.json").write_text("{", encoding="utf-8")
    return "kpis.json: cannot be read, expected JSON"


def lost_column(copy: Copy) -> str:
    copy.write(sites=copy.layer("sites").drop(columns="modules"))
    return "sites.gpkg, layer sites: modules is missing"


def nothing_stands(copy: Copy) -> str:
    copy.write(sites=copy.layer("sites").iloc[:0], assignment=copy.layer("assignment").iloc[:0])
    return "standing:e01|fast_hub is missing"


def with_facility(copy: Copy, *, lon: float, lat: float, modules: int = 20, **values: str) -> gpd.GeoDataFrame:
    """The layer of sites with one more facility."""
    sites = copy.layer("sites")
    point = gpd.points_from_xy([lon], [lat], crs="EPSG:4326")
    more = sites.iloc[:1].assign(
        **values,
        facility_id=f"{values['site_id']}|{values['type']}",
        modules=modules,
        new_modules=modules,
        status="new",
        geometry=point,
    )
    return pd.concat([sites, more], ignore_index=True)


CORRUPTIONS = (
    *(more_modules, fewer_modules_than_stand, new_modules, moved_site, deleted_facility, dropped_existing),
    *(dropped_required, swapped_type, type_not_allowed, forbidden_site, unknown_site, twice, too_near, too_much_power),
    *(other_district, wrong_count, above_budget, place_not_served, too_far, service_not_offered, other_time),
    *(above_demand, above_capacity, not_what_is_assigned, other_demand, missing_demand, not_covered, other_use),
    *(other_priority, other_cost_of_site, other_cost, other_share, share_before_above_capacity),
    *(bound_below_objective, other_gap, other_objective, floor_not_met, other_achieved, missing_line, other_table),
    *(
        other_districts,
        moved_district,
        other_label,
        other_study,
        roads_where_none_are_driven,
        damaged_layers,
        no_layers,
        damaged_json,
        lost_column,
        nothing_stands,
    ),
)


@pytest.mark.parametrize("corrupt", CORRUPTIONS, ids=lambda corrupt: corrupt.__name__)
def test_a_corruption_is_found_by_its_hash_and_by_its_content(copy: Copy, corrupt: Any) -> None:
    """A changed file no longer has its hash; with the hash made to fit, the content says what is wrong."""
    sentence = corrupt(copy)
    (stale,) = changed_outputs(copy.folder, copy.json("manifest.json")["outputs"])
    assert "sha256 is " in stale
    assert "manifest.json recorded" in stale
    copy.sign()
    faults = audit_run(copy.folder)
    assert not [fault for fault in faults if "sha256" in fault]
    assert [fault for fault in faults if sentence in fault], faults


def test_hash_and_content_are_found_together(copy: Copy) -> None:
    """A changed file does not keep the audit from looking into it."""
    sentence = more_modules(copy)
    faults = audit_run(copy.folder)
    assert faults[0].startswith("sites.gpkg: sha256 is ")
    assert [fault for fault in faults[1:] if sentence in fault]


def too_much_capacity(monkeypatch: pytest.MonkeyPatch) -> str:
    right = assemble._capacity
    monkeypatch.setattr(assemble, "_capacity", lambda *given: 1.5 * right(*given))
    return ", capacity "


def too_little_money(monkeypatch: pytest.MonkeyPatch) -> str:
    right = assemble.build_options

    def halved(*given: Any) -> Any:
        options = right(*given)
        return options.assign(fixed_cost=options["fixed_cost"] / 2, module_cost=options["module_cost"] / 2)

    monkeypatch.setattr(assemble, "build_options", halved)
    return "cost_cny is "


def too_fast(monkeypatch: pytest.MonkeyPatch) -> str:
    right = travel.straight_line_times
    monkeypatch.setattr(
        travel, "straight_line_times", lambda *places, **given: right(*places, **given | {"detour_factor": 1.0})
    )
    return " minutes away, standard "


def no_spacing(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(site_rules, "spacing_conflicts", lambda *given: np.zeros((0, 2), dtype=np.int64))
    return "km apart, spacing charging asks for at least 8 km"


def wrong_sites(monkeypatch: pytest.MonkeyPatch) -> str:
    right = assemble.build_options
    monkeypatch.setattr(assemble, "build_options", lambda *given: right(*given).assign(max_modules=200))
    return " modules, expected "


def test_a_run_of_another_build_is_one_sentence(copy: Copy) -> None:
    """Where defaults have changed since, what follows from it is counted and not listed."""
    other_study(copy)
    copy.sign()
    [fault] = audit_run(copy.folder)
    assert re.search(
        "by a build with other defaults, or it was changed since; [0-9]+ differences in content may", fault
    )
    assert "run the study again, or verify with the build that wrote it" in fault


@pytest.mark.parametrize(
    "mistake",
    [too_much_capacity, too_little_money, too_fast, no_spacing, wrong_sites],
    ids=lambda mistake: mistake.__name__,
)
def test_a_mistake_of_the_bridge_shows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mistake: Any) -> None:
    """What the solvers' own check cannot see, because the arrays say the same, the audit finds in the files."""
    spaced = 'sites.spacing.charging={types=["slow_lot", "fast_hub"], min_km=8.0, source="invented"}'
    loose = ("solver.gap=0.1", "solver.cost_gap=1", spaced if mistake is no_spacing else "value.charging=1")
    study = Study.from_toml(copy_template(tmp_path / "town"), overrides=loose)
    with monkeypatch.context() as patch:
        sentence = mistake(patch)
        folder = write_run(run(study), tmp_path)
    faults = audit_run(folder)
    assert [fault for fault in faults if sentence in fault], faults


def test_a_missing_file_and_a_missing_hash_are_found(copy: Copy) -> None:
    """Every file of a run is there, and in the manifest."""
    manifest = copy.json("manifest.json")
    del manifest["outputs"]["map.html"]
    copy.put("manifest.json", manifest)
    (copy.folder / "sites.xlsx").unlink()
    assert audit_run(copy.folder) == [
        "map.html: not among the outputs of manifest.json, expected its sha256 there",
        "sites.xlsx: the file is missing, expected in every run folder",
    ]


def test_inputs_changed_or_gone_after_the_run_are_found(copy: Copy, tmp_path: Path) -> None:
    """Without the inputs as they were nothing can be derived again, and the file is named."""
    manifest = copy.json("manifest.json")
    town = Path(shutil.copytree(manifest["study_folder"], tmp_path / "elsewhere"))
    copy.put("manifest.json", manifest | {"study_folder": str(town)})
    assert audit_run(copy.folder) == []
    table = town / "demand.csv"
    table.write_text(table.read_text(encoding="utf-8-sig").replace("1400,10", "1500,10"), encoding="utf-8-sig")
    (town / "sites.csv").unlink()
    changed, gone = audit_run(copy.folder)
    assert changed.startswith(f"{table}: input demand changed after the run: sha256 is ")
    assert gone.startswith(f"{town / 'sites.csv'}: input sites is gone")
    shutil.rmtree(town)
    assert audit_run(copy.folder) == [
        f"manifest.json: study_folder is {town}, which is not there; the inputs cannot be read"
    ]


def test_what_is_no_run_folder_is_said_to_be_none(tmp_path: Path) -> None:
    """No folder, no manifest, and a manifest that is none: one sentence each, no traceback."""
    assert audit_run(tmp_path / "x") == [f"{tmp_path / 'x'}: there is no such folder; name one that `siting run` wrote"]
    assert audit_run(tmp_path) == ["manifest.json: the file is missing, expected in every run folder"]
    (tmp_path / "manifest.json").write_text("[]", encoding="utf-8")
    assert audit_run(tmp_path) == ["manifest.json: holds a list, expected a dict"]
    (tmp_path / "manifest.json").write_text('{"outputs": {}, "inputs": 3}', encoding="utf-8")
    assert audit_run(tmp_path) == ["manifest.json: inputs is 3, expected a list"]


def test_of_a_kind_only_so_many_are_named() -> None:
    """A long list ends with how many more there are."""
    assert shortened(f"fault {n}" for n in range(MOST)) == [f"fault {n}" for n in range(MOST)]
    assert shortened(f"fault {n}" for n in range(MOST + 3))[MOST:] == ["... and 3 more like the last"]


def test_importing_the_audit_loads_no_solver() -> None:
    """The second check runs without the solvers, the bridge to them, and what wrote the files."""
    code = "import sys, siting.audit; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "siting.audit" in loaded
    assert not {name for name in loaded if name.split(".")[0] in {"solvers", "maps_out", "highspy", "pulp"}}
    assert not {name for name in loaded if name.removeprefix("siting.") in BRIDGE | {"run_folder", "manifest"}}


@pytest.mark.parametrize("path", sorted(Path(siting.audit.__file__).parent.glob("*.py")), ids=lambda path: path.name)
def test_no_audit_module_names_a_solver_or_the_bridge(path: Path) -> None:
    """Not even inside a function does the audit import what it is meant to check."""
    named = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            named |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    assert not {name for name in named if name.startswith("solvers") or name.removeprefix("siting.") in BRIDGE}
