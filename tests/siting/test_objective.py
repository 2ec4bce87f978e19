"""Classic objectives of a study, on worlds that can be solved in the head.

In the tiny world, charger p at 3 km covers a (100 kWh), b (200) and c (60); q at 14 km covers d (100); nothing
reaches e (50). Each costs 1,100 CNY with the least of its modules.
"""

import json
from pathlib import Path

import geopandas as gpd
import pytest

from siting import run
from siting.audit import audit_run
from siting.errors import StudyError
from siting.proof import proof_faults


def solved(world, *overrides):
    """The result of the world's study with some settings."""
    return run(world.read(*overrides))


def opened(result):
    """Sites of the opened stations."""
    return [name.split(":")[1] for name in result.sites["site_id"]]


def figures(result):
    """The objective's figures by key."""
    return {figure["key"]: figure["value"] for figure in result.kpis["objective"]["figures"]}


def checked(result, folder):
    """The run folder of a result that passes both checks of `siting verify`."""
    run_dir = result.save(folder)
    assert (audit_run(run_dir), proof_faults(run_dir)) == ([], [])
    return run_dir


def refused(world, *overrides):
    """What a study is refused for, as one text."""
    with pytest.raises(StudyError) as error:
        run(world.read(*overrides))
    return str(error.value)


def test_max_cover_opens_what_covers_most(world, tmp_path):
    """With one station, p covers 360 of 510 kWh with its least size, though it could serve 100 alone."""
    result = solved(world, "objective=max_cover", "objective.p=1")
    assert opened(result) == ["p"]
    assert result.sites["modules"].tolist() == [1]
    assert result.kpis["solve"]["status"] == "optimal"
    assert result.kpis["solve"]["objective"] == 360
    assert result.kpis["services"]["charging"]["share"] == pytest.approx(360 / 510)
    assert figures(result) == {"stations": 1, "mean_min": pytest.approx((100 + 200 + 300) / 360), "longest_min": 5}
    checked(result, tmp_path)


def test_max_cover_weighs_services_by_value(world, tmp_path):
    """Ten swaps are worth 450 kWh: they decide where the one station goes."""
    world.demand["d"]["swaps"] = 10
    world.allow("charger", "swapper").ask("swapping", "swaps")
    result = solved(world, "objective=max_cover", "objective.p=1")
    assert result.sites["facility_id"].tolist() == ["site:q|swapper"]
    checked(result, tmp_path)


def test_max_cover_keeps_to_the_plan(world, tmp_path):
    """A quota of the east and one station leave 100 kWh; a budget does what p does."""
    world.count(at_least_by_district={"东区": 1})
    assert opened(solved(world, "objective=max_cover", "objective.p=1")) == ["q"]
    world.plan["targets"] = {}
    world.spend(1_500)
    checked(result := solved(world, "objective=max_cover"), tmp_path)
    assert opened(result) == ["p"]


def test_p_counts_the_stations_that_stand(world, tmp_path):
    """One that stands is one of two; it keeps its size, and what it covers was covered before."""
    world.stand(o={"km": 14, "type": "charger", "modules": 3})
    result = solved(world, "objective=max_cover", "objective.p=2")
    assert result.sites["modules"].tolist() == [3, 1]
    assert result.kpis["services"]["charging"]["share_before"] == pytest.approx(100 / 510)
    assert refused(world, "objective=max_cover", "objective.p=4").count("room for 3") == 1
    checked(result, tmp_path)


def test_a_standard_of_its_own(world, tmp_path):
    """A standard of 2.5 minutes instead of 5 leaves c to nobody."""
    result = solved(world, "objective=max_cover", "objective.p=2", "objective.standard_min=2.5")
    assert result.kpis["solve"]["objective"] == 400
    assert set(result.sites["standard_min"]) == {2.5}
    checked(result, tmp_path)


@pytest.mark.parametrize(("least", "value"), [("stations", 2), ("cost", 2_200)])
def test_set_cover_covers_what_can_be_reached(world, tmp_path, least, value):
    """Both stations are needed for a to d; e, which nothing reaches, is named and not asked for."""
    result = solved(world, "objective=set_cover", f"objective.minimise={least}")
    assert opened(result) == ["p", "q"]
    assert result.kpis["solve"]["objective"] == value
    assert result.kpis["services"]["charging"]["unreachable"] == 50
    checked(result, tmp_path)


def test_set_cover_by_number_takes_the_cheapest_of_few(world, tmp_path):
    """Of two sites that cover everything the cheaper one is taken."""
    world.sites = {"dear": {"km": 3, "site_cost_cny": 900}, "cheap": {"km": 4, "site_cost_cny": 10}}
    world.study["sites"]["sources"]["site"]["site_cost_column"] = "site_cost_cny"
    world.demand = {"a": {"km": 2, "kwh": 1}, "b": {"km": 5, "kwh": 1}}
    result = solved(world, "objective=set_cover")
    assert opened(result) == ["cheap"]
    checked(result, tmp_path)


def test_partial_cover_covers_a_share(world, tmp_path):
    """One covers 70 %; for 80 % both are needed, and 95 % cannot be had."""
    share = "objective=partial_cover", "objective.minimise=cost"
    assert opened(solved(world, *share, "objective.share=0.7")) == ["p"]
    result = solved(world, *share, "objective.share=0.8")
    assert opened(result) == ["p", "q"]
    checked(result, tmp_path)
    with pytest.raises(Exception, match=r"share of charging"):
        solved(world, *share, "objective.share=0.95")


def test_flows_without_capacities_are_covered(world, tmp_path):
    """A road of 150 km with a range of 100 km needs both of two stations; as a flow it is refuelled or not."""
    world.road(30, 75, 120, capacity=False)
    result = solved(world, "objective=max_cover", "objective.p=3")
    assert result.kpis["flows"]["fuel"]["share"] == 1
    checked(result, tmp_path)


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (("objective=max_cover", "objective.p=3"), "objective.p: 3 stations are asked for, and there is room for 2"),
        (("objective=max_cover",), "objective.p: missing, and the plan has neither a budget nor a most of stations"),
        (("objective=max_cover", "objective.p=1", "years=[2025, 2030]"), "years: max_cover decides one year"),
        (("objective=maxcover",), "'maxcover' is not known; use one of 'served_value', 'max_cover'"),
        (("objective=max_cover", "objective.share=1"), "objective.share: unknown key"),
        (("objective=partial_cover",), "objective.share: missing"),
        (("objective=partial_cover", "objective.share=1.5"), "objective.share: must be at most 1"),
        (("objective=p_median",), "objective.p: missing"),
        (("objective=p_dispersion", "objective.p=1"), "objective.p: must be at least 2"),
    ],
)
def test_what_makes_no_sense_is_refused(world, overrides, words):
    """One message names the key and the reason, before anything is solved."""
    assert words in refused(world, *overrides)


def test_fewer_than_must_stand_is_refused(world):
    """Two required sites do not fit into p = 1; the message names them."""
    found = refused(world, "objective=max_cover", "objective.p=1", 'sites.require={"site:p"="", "site:q"="charger"}')
    assert "objective.p: 1 stations are asked for, and 2 must stand in any case (site:p, site:q|charger)" in found


def test_lines_that_a_model_cannot_keep_are_refused(world):
    """Modules are no station's size in max_cover, flows with capacities do not fit, p-dispersion knows no demand."""
    world.require(targets={"m": {"counts": "modules", "types": ["charger"], "year": 2025, "at_least": 5}})
    world.require(shares={"s": {"service": "charging", "at_least": 0.5}})
    assert "plan, targets.m: counts modules" in refused(world, "objective=max_cover", "objective.p=1")
    assert "plan, shares.s: p_dispersion knows" in refused(world, "objective=p_dispersion", "objective.p=2")
    world.plan = {key: world.plan[key] for key in ("title_zh", "title_en", "year")}
    world.road(75)
    assert "flows.fuel.capacity: max_cover counts no" in refused(world, "objective=max_cover", "objective.p=1")
    assert "flows.fuel: p_median knows places" in refused(world, "objective=p_median", "objective.p=1")


def test_units_of_several_services_are_not_added(world):
    """A p-median of kilowatt-hours and swaps has no meaning."""
    world.demand["d"]["swaps"] = 10
    world.allow("charger", "swapper").ask("swapping", "swaps")
    found = refused(world, "objective=p_median", "objective.p=1")
    assert "p_median weighs travel by demand and cannot add up units of several services" in found


def test_the_default_says_nothing(world, tiny):
    """The default, said or not, is the same study with the same run id, and no result speaks of an objective."""
    said = run(world.read("objective=served_value"))
    assert said.run_id == tiny.run_id
    assert "objective" not in said.study.to_toml()
    assert "objective" not in said.kpis


def test_a_study_is_written_and_read_again(world):
    """Text or table, the resolved study holds the table and gives the same run."""
    world.study["objective"] = "set_cover"
    study = world.read()
    assert study.objective.model_dump() == {"model": "set_cover", "minimise": "stations", "standard_min": None}
    assert world.read("objective.minimise=cost").objective.least == "cost"
    assert type(study).from_dict(json.loads(study.model_dump_json())) == study


def spoilt(run_dir, layer, **changes):
    """Give every row of a layer other values, and return what the audit says."""
    names = ("sites", "demand", "assignment", "districts", "places")
    frames = {name: gpd.read_file(run_dir / "sites.gpkg", layer=name) for name in names}
    frames[layer] = frames[layer].assign(**changes)
    (run_dir / "sites.gpkg").unlink()
    for name, frame in frames.items():
        frame.to_file(run_dir / "sites.gpkg", layer=name)
    return "\n".join(audit_run(run_dir))


def test_the_audit_finds_who_goes_elsewhere(world, tmp_path):
    """A place sent to the farther of two open stations, and a use of what has no size, are found."""
    world.sites = {"p": {"km": 3}, "r": {"km": 4}}
    world.count(exactly=2)
    run_dir = checked(solved(world, "objective=max_cover", "objective.p=2"), tmp_path)
    lines = gpd.read_file(run_dir / "sites.gpkg", layer="assignment")
    other = lines["facility_id"].map({"site:p|charger": "site:r|charger", "site:r|charger": "site:p|charger"})
    assert "an open one is" in spoilt(run_dir, "assignment", facility_id=other)
    assert "use_share is 0.5, expected nan" in spoilt(run_dir, "sites", use_share=0.5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda kpis: kpis["solve"].update(objective=400.0), "solve.objective is 400.0, expected 360.0"),
        (lambda kpis: kpis["objective"].update(p=2), "objective.p is 2, expected 1"),
        (lambda kpis: kpis["objective"]["figures"][1].update(value=9.0), "mean_min is 9.0"),
        (lambda kpis: kpis["services"]["charging"].update(share_before=0.2), "share_before is 0.2, expected 0 to"),
        (lambda kpis: kpis.pop("objective"), "objective is None"),
    ],
)
def test_the_audit_finds_figures_that_are_not_so(world, tmp_path, change, words):
    """Key figures of the objective are computed again."""
    run_dir = checked(solved(world, "objective=max_cover", "objective.p=1"), tmp_path)
    file = Path(run_dir) / "kpis.json"
    kpis = json.loads(file.read_text(encoding="utf-8"))
    change(kpis)
    file.write_text(json.dumps(kpis), encoding="utf-8")
    assert words in "\n".join(audit_run(run_dir))


def test_reasons_speak_of_covering(world):
    """What no other station covers is said of each, in both languages, and nothing of capacity."""
    world.sites = {"p": {"km": 3}, "r": {"km": 8}}
    sites = solved(world, "objective=max_cover", "objective.p=2").sites.set_index("site_id")
    assert sites.loc["site:p", "reason_en"].startswith("Covers 360 kWh a day, 100 kWh of it that no other open station")
    assert sites.loc["site:p", "reason_zh"].startswith("每日覆盖 360 千瓦时，其中 100 千瓦时 只有本站可去")
    assert sites["use_share"].isna().all()


def test_pages_speak_of_covering(world, tmp_path):
    """Map and summary name the objective and its figures, call the share covered, and show no use."""
    folder = solved(world, "objective=max_cover", "objective.p=1", 'output.language="en"').save(tmp_path)
    summary, page = ((folder / f"{name}.html").read_text(encoding="utf-8") for name in ("summary", "map"))
    assert "Share of demand covered" in summary
    assert "Longest travel time" in summary
    assert "<th>Use</th>" not in summary
    assert "The objective is Maximal covering" in page
    assert "Share of demand served" not in page
    assert "objective.figures.map" in page
