"""Classic objectives of a study, on worlds that can be solved in the head.

In the tiny world, charger p at 3 km covers a (100 kWh), b (200) and c (60); q at 14 km covers d (100); nothing
reaches e (50). Each costs 1,100 CNY with the least of its modules.
"""

import json
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from siting import run
from siting.audit import audit_run
from siting.errors import NoAnswerError, StudyError
from siting.proof import proof_faults
from siting.run_folder import write_run


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
    run_dir = write_run(result, folder)
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


def test_a_gap_that_is_good_enough_leaves_whole_places(world, tmp_path):
    """What the cost stage may give up of the value is no part of a place: the values are those of whole places."""
    for model, value in (("max_cover", 460), ("backup_cover", 0)):
        result = solved(world, f"objective={model}", "objective.p=2", "solver.gap=0.01", "solver.cost_gap=0.05")
        assert result.kpis["solve"]["objective"] == value
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
    """Of two types at the one site that covers a and b the cheaper is taken."""
    world.demand = {"a": {"km": 2, "kwh": 1}, "b": {"km": 5, "kwh": 1}}
    world.offer("dear", charging=(100, 5), fixed_cost_cny=9_000)
    result = solved(world, "objective=set_cover")
    assert result.sites["facility_id"].tolist() == ["site:p|charger"]
    assert (result.kpis["solve"]["objective"], result.kpis["solve"]["stage2_cost"]) == (1, 1_100)
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
    folder = write_run(solved(world, "objective=max_cover", "objective.p=1", 'output.language="en"'), tmp_path)
    summary, page = ((folder / f"{name}.html").read_text(encoding="utf-8") for name in ("summary", "map"))
    assert "Share of demand covered" in summary
    assert "Longest travel time" in summary
    assert "<th>Use</th>" not in summary
    assert "The objective is Maximal covering" in page
    assert "Share of demand served" not in page
    assert "objective.figures.map" in page


THREE = {"p": {"km": 3}, "q": {"km": 14}, "r": {"km": 10}}


@pytest.mark.parametrize(
    ("p", "sites", "seconds", "longest"), [(1, ["p"], 139_500, 16.5), (2, ["p", "q"], 64_500, 5.5)]
)
def test_p_median_has_the_least_travel_of_all(world, tmp_path, p, sites, seconds, longest):
    """Everyone goes to the nearest station, e too: the standards of facility types are no promise here."""
    world.sites = THREE
    result = solved(world, "objective=p_median", f"objective.p={p}")
    assert opened(result) == sites
    assert result.kpis["solve"]["objective"] == pytest.approx(seconds)
    assert figures(result)["longest_min"] == pytest.approx(longest)
    assert figures(result)["mean_min"] == pytest.approx(seconds / 60 / 510)
    assert result.kpis["services"]["charging"]["share"] == 1
    assert result.sites["reach_km"].isna().all()
    checked(result, tmp_path)


def test_p_median_with_a_quota_and_two_types(world, tmp_path):
    """A quota of the east moves the one station; of two types at a site the cheaper one is taken."""
    world.sites = THREE
    world.count(at_least_by_district={"东区": 1})
    world.offer("dear", charging=(100, 5), fixed_cost_cny=9_000)
    world.plan["targets"]["n"]["types"] = ["charger", "dear"]
    result = solved(world, "objective=p_median", "objective.p=1")
    assert result.sites["facility_id"].tolist() == ["site:r|charger"]
    assert result.kpis["solve"]["stage2_cost"] == 1_100
    checked(result, tmp_path)


def test_whom_nobody_reaches_is_left_out_of_a_p_median(world, tmp_path):
    """Within 6 minutes nothing reaches e at 19.5 km from q at 13: it is named, and the others are served."""
    world.sites = {"p": {"km": 3}, "q": {"km": 13}}
    result = solved(world, "objective=p_median", "objective.p=2", "objective.standard_min=6")
    assert result.kpis["services"]["charging"]["unreachable"] == 50
    assert result.kpis["services"]["charging"]["served"] == 460
    checked(result, tmp_path)
    with pytest.raises(NoAnswerError, match=r"everyone is served"):
        solved(world, "objective=p_median", "objective.p=1", "objective.standard_min=6")


@pytest.mark.parametrize(("p", "sites", "seconds"), [(1, ["r"], 570), (2, ["p", "q"], 330)])
def test_p_center_brings_the_farthest_near(world, tmp_path, p, sites, seconds):
    """With one station e is 9.5 minutes away from r, with two 5.5 from q."""
    world.sites = THREE
    result = solved(world, "objective=p_center", f"objective.p={p}")
    assert opened(result) == sites
    assert result.kpis["solve"]["objective"] == pytest.approx(seconds)
    assert result.kpis["solve"]["bound"] == pytest.approx(seconds)
    assert figures(result)["longest_min"] == pytest.approx(seconds / 60)
    checked(result, tmp_path)


def test_p_dispersion_keeps_stations_apart(world, tmp_path):
    """Sites p and q are 11 km apart, farther than any other two; demand has no say."""
    world.sites = THREE
    result = solved(world, "objective=p_dispersion", "objective.p=2")
    assert opened(result) == ["p", "q"]
    assert result.kpis["solve"]["objective"] == pytest.approx(11_000)
    assert figures(result)["apart_km"] == pytest.approx(11)
    assert result.sites["reason_en"].tolist() == ["The nearest other station is 11.00 km away."] * 2
    checked(result, tmp_path)


def test_p_dispersion_leaves_stations_that_stand_alone(world, tmp_path):
    """Two that stand 1 km apart do not count between themselves; the third is as far from both as can be."""
    world.sites = THREE
    world.stand(o={"km": 1, "type": "charger", "modules": 1}, u={"km": 2, "type": "charger", "modules": 1})
    result = solved(world, "objective=p_dispersion", "objective.p=3")
    assert "site:q" in set(result.sites["site_id"])
    assert figures(result)["apart_km"] == pytest.approx(12)
    checked(result, tmp_path)
    assert "2 stations, and as many stand already" in refused(world, "objective=p_dispersion", "objective.p=2")


def test_p_dispersion_leaves_two_types_that_stand_at_one_site_alone(world, tmp_path):
    """Chargers and swaps at 1 km stand at no distance that counts; the third station is 13 km away."""
    world.offer("dear", charging=(100, 5))
    world.sites = {"p": {"km": 3}, "q": {"km": 14}}
    world.stand(o={"km": 1, "type": "charger", "modules": 1}, u={"km": 1, "type": "dear", "modules": 1})
    result = solved(world, "objective=p_dispersion", "objective.p=3")
    assert "site:q" in set(result.sites["site_id"])
    assert result.kpis["solve"]["objective"] == result.kpis["solve"]["bound"] == pytest.approx(13_000)
    checked(result, tmp_path)


@pytest.mark.parametrize("model", ["set_cover", "backup_cover"])
def test_where_nothing_can_be_reached_nothing_has_to_be_covered(world, tmp_path, model):
    """With all sites too far from all places there is no set to cover: no station, and all demand named unreachable."""
    world.sites = {"p": {"km": 18}}
    world.demand = {"a": {"km": 1, "kwh": 100}}
    wanted = ("objective.p=1", "objective.all_once=true") if model == "backup_cover" else ()
    result = solved(world, f"objective={model}", *wanted)
    assert opened(result) == []
    assert result.kpis["services"]["charging"]["unreachable"] == 100
    checked(result, tmp_path)


def test_gradual_cover_counts_what_still_comes(world, tmp_path):
    """All come within a minute, none from 5 minutes on: p draws a and b, q the half of d that is left at 3 minutes."""
    world.demand["d"]["km"] = 11
    decay = "objective=gradual_cover", "objective.all_min=1", "objective.none_min=5"
    result = solved(world, *decay, "objective.p=2")
    assert result.kpis["solve"]["objective"] == pytest.approx(350)
    assert result.kpis["services"]["charging"]["served"] == pytest.approx(350)
    checked(result, tmp_path)
    world.stand(o={"km": 5, "type": "charger", "modules": 1})
    stood = solved(world, *decay, "objective.p=1")
    assert stood.kpis["services"]["charging"]["share_before"] == pytest.approx((50 + 200 + 30) / 510)
    checked(stood, tmp_path)
    assert "must be below none_min" in refused(world, "objective=gradual_cover", "objective.all_min=6", decay[2])


def test_two_objectives_are_not_compared_silently(world, tmp_path, siting):
    """What capacities serve and what is covered have no difference; two that cover have one."""
    served = write_run(solved(world), tmp_path)
    covered, less = (write_run(solved(world, "objective=max_cover", f"objective.p={p}"), tmp_path) for p in (2, 1))
    ran = siting("compare", served, covered, "--lang", "en")
    assert "The objectives differ: a is Value served, b is Maximal covering" in ran.stdout
    kpis = siting("compare", served, covered, "--json").json()["kpis"]
    assert kpis["services"]["charging"]["share"]["delta"] is None
    assert kpis["cost_cny"]["delta"] == -300
    assert siting("compare", covered, less, "--json").json()["kpis"]["value"]["delta"] == -100
    assert "objectives differ" not in siting("compare", covered, less, "--lang", "en").stdout


def test_two_runs_are_compared_by_the_figures_of_their_objectives(world, tmp_path, siting):
    """A second station of a p-median is what brings the longest way down, and the comparison says by how much."""
    world.demand.pop("e")
    one, two = (solved(world, "objective=p_median", f"objective.p={p}") for p in (1, 2))
    found = siting("compare", write_run(one, tmp_path), write_run(two, tmp_path), "--json").json()["kpis"]["objective"]
    assert found["stations"]["delta"] == 1
    assert found["longest_min"]["delta"] == pytest.approx(figures(two)["longest_min"] - figures(one)["longest_min"])
    assert found["longest_min"]["delta"] < 0


def test_backup_cover_wants_two_stations(world, tmp_path):
    """Of three sites in the west two cover b twice and a too; one at 8 km would cover less of it twice."""
    world.sites = {"p": {"km": 3}, "r": {"km": 4}, "q": {"km": 14}}
    result = solved(world, "objective=backup_cover", "objective.p=2")
    assert opened(result) == ["p", "r"]
    assert result.kpis["solve"]["objective"] == 360
    assert figures(result)["covered_twice"] == pytest.approx(360 / 510)
    checked(result, tmp_path)
    once = solved(world, "objective=backup_cover", "objective.p=2", "objective.all_once=true")
    assert "q" in opened(once)
    assert once.kpis["solve"]["objective"] == 0
    checked(once, tmp_path)


def test_capacitated_cost_serves_all_at_the_least_money(world, tmp_path):
    """Site p needs 4 modules for a to c and q one for d: 2,500 CNY; with ways paid for, those are added."""
    result = solved(world, "objective=capacitated_cost")
    assert result.sites["modules"].tolist() == [4, 1]
    assert result.kpis["solve"]["objective"] == 2_500
    assert result.kpis["objective"]["capacities"]
    checked(result, tmp_path)
    paid = solved(world, "objective=capacitated_cost", "objective.days=10", "objective.cny_per_hour.charging=0.6")
    minutes = 100 * 1 + 200 * 1 + 60 * 5 + 100 * 2
    assert paid.kpis["solve"]["objective"] == pytest.approx(2_500 + minutes / 60 * 0.6 * 10)
    assert figures(paid)["ways_cny"] == pytest.approx(minutes / 10)
    checked(paid, tmp_path)


def test_ways_that_cost_enough_open_another_station(world, tmp_path):
    """A second station beside b is worth its 1,100 CNY once c's five minutes cost more."""
    world.sites = {"p": {"km": 3}, "r": {"km": 8}}
    world.demand.pop("d")
    assert opened(solved(world, "objective=capacitated_cost")) == ["p"]
    paid = solved(world, "objective=capacitated_cost", "objective.days=3000", "objective.cny_per_hour.charging=0.5")
    assert opened(paid) == ["p", "r"]
    checked(paid, tmp_path)


@pytest.fixture
def rivalry(world):
    """One competitor at 8 km, with a column of what attracts to it; attraction falls with the time itself."""
    world.demand["x"] = {"km": 8, "kwh": 0, "pull": 2}
    world.study["layers"]["rivals"] = {
        "path": "demand.csv",
        "crs": "EPSG:4547",
        "id": "id",
        "source": "invented",
        "where": {"id": ["x"]},
    }
    world.study["objective"] = {"model": "market_share", "p": 1, "competitors": "rivals", "beta": 1}
    return world


def test_market_share_is_split_by_attraction(rivalry, tmp_path):
    """Station p wins 6/7 of a (1 minute against 6), 4/5 of b, 1/6 of c (5 against 1), and less of d and e."""
    result = solved(rivalry)
    assert opened(result) == ["p"]
    wins = {"a": 6 / 7, "b": 4 / 5, "c": 1 / 6, "d": 4 / 13, "e": 11.5 / 28}
    kwh = {"a": 100, "b": 200, "c": 60, "d": 100, "e": 50}
    won = sum(kwh[name] * share for name, share in wins.items())
    assert result.kpis["solve"]["objective"] == pytest.approx(won)
    served = result.demand.set_index("place")["served"]
    assert served["demand:a"] == pytest.approx(100 * 6 / 7)
    assert result.sites["reason_en"].tolist() == [f"Wins {won:,.0f} kWh a day."]
    folder = checked(result, tmp_path)
    assert "赢得的需求份额" in (folder / "summary.html").read_text(encoding="utf-8")
    assert "is won, expected" in spoilt(folder, "assignment", served=1.0)


def test_attraction_by_type_and_by_competitor(rivalry, tmp_path):
    """A competitor that attracts twice as much leaves less, a type that attracts three times wins it back."""
    rivalry.study["objective"] |= {"competitor_attraction_column": "pull"}
    less = solved(rivalry)
    assert less.demand.set_index("place")["served"]["demand:a"] == pytest.approx(100 * 6 / 8)
    rivalry.study["objective"] |= {"attraction": {"charger": 3.0}}
    more = solved(rivalry)
    assert more.demand.set_index("place")["served"]["demand:a"] == pytest.approx(100 * 18 / 20)
    checked(more, tmp_path)


def test_target_share_takes_as_few_as_it_can(rivalry, tmp_path):
    """Half of all is won by p alone, three quarters by p and q, and nobody wins all from a competitor."""
    target = "objective.model=target_share", "objective.share=0.5"
    rivalry.study["objective"].pop("p")
    assert opened(solved(rivalry, *target)) == ["p"]
    result = solved(rivalry, target[0], "objective.share=0.7")
    assert opened(result) == ["p", "q"]
    checked(result, tmp_path)
    with pytest.raises(NoAnswerError, match=r"all options together win"):
        solved(rivalry, target[0], "objective.share=0.95")


def test_a_market_needs_its_layer(rivalry):
    """A layer of competitors that is not there, and services of different competitors, are refused."""
    assert 'objective.competitors: layer "others"' in refused(rivalry, "objective.competitors=others")
    rivalry.demand["d"]["swaps"] = 10
    rivalry.allow("charger", "swapper").ask("swapping", "swaps")
    assert "market_share has competitors of one service" in refused(rivalry)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_worlds_against_all_choices(world, seed):
    """No choice of two of five sites covers more, travels less, brings the farthest nearer or stands farther apart."""
    rng = np.random.default_rng(seed)
    places, sites = rng.choice(190, 7, replace=False) / 10, rng.choice(190, 5, replace=False) / 10
    kwh = rng.integers(1, 99, 7)
    world.demand = {f"d{n}": {"km": km, "kwh": int(kwh[n])} for n, km in enumerate(places)}
    world.sites = {f"s{n}": {"km": km} for n, km in enumerate(sites)}
    km = np.abs(places[:, None] - sites)
    pairs = [list(pair) for pair in combinations(range(5), 2)]
    best = {
        "max_cover": max(kwh @ (km[:, pair] <= 5).any(axis=1) for pair in pairs),
        "backup_cover": max(kwh @ (km[:, pair] <= 5).all(axis=1) for pair in pairs),
        "p_median": min(kwh @ km[:, pair].min(axis=1) for pair in pairs) * 60,
        "p_center": min(km[:, pair].min(axis=1).max() for pair in pairs) * 60,
        "p_dispersion": max(abs(sites[one] - sites[other]) for one, other in pairs) * 1000,
    }
    for model, value in best.items():
        found = solved(world, f"objective={model}", "objective.p=2").kpis["solve"]
        assert found["objective"] == pytest.approx(value), model
        assert found["bound"] == pytest.approx(value), model


def test_a_station_may_be_closed_for_a_better_one(world, tmp_path):
    """One that stands at 1 km and may be closed gives way to p, which covers more; kept, it would be the only one."""
    world.stand(o={"km": 1, "type": "charger", "modules": 2})
    world.study["sites"]["sources"]["old"] |= {"closable": True, "closing_cost_cny": 70}
    result = solved(world, "objective=max_cover", "objective.p=1")
    assert opened(result) == ["p"]
    assert result.closed["facility_id"].tolist() == ["old:o|charger"]
    assert result.kpis["cost_cny"] == 1_170
    checked(result, tmp_path)


def test_spacing_exclusion_and_grid_hold(world, tmp_path):
    """Stations nearer than 8 km to each other, or that exclude each other, and one without power, do not open."""
    world.sites = {"p": {"km": 3}, "r": {"km": 10}, "q": {"km": 14, "grid_kw": 5}}
    asked = "objective=max_cover", "objective.p=2"
    assert opened(solved(world, *asked)) == ["p", "r"]
    world.study["sites"]["spacing"] = {"far": {"types": ["charger"], "min_km": 8, "source": "invented"}}
    result = solved(world, *asked)
    assert opened(result) == ["p"]
    checked(result, tmp_path)
    del world.study["sites"]["spacing"]
    world.rule("exclusions", facilities=["site:p", "site:r"])
    assert opened(solved(world, *asked)) == ["p"]


def test_more_demand_than_numbers_can_tell_is_refused(world):
    """1e300 kWh a day at a place is a slip of units, named with the place; 1e18 beside 1 is solved."""
    world.demand["b"]["kwh"] = "1e300"
    assert "demand: demand:b asks for 1e+300 a day" in refused(world, "objective=max_cover", "objective.p=1")
    world.demand["b"]["kwh"] = "1e18"
    assert opened(solved(world, "objective=max_cover", "objective.p=1")) == ["p"]
