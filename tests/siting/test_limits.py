"""Plan lines and the study's rules as limits: what binds, what cannot be, and how it is said."""

import numpy as np
import pytest

from siting import run
from siting.errors import NoAnswerError, StudyError
from siting.pipeline import prepare


def refused(study, error=StudyError):
    with pytest.raises(error) as caught:
        run(study)
    return caught.value


def limits_of(world, *overrides):
    return {limit.name: limit for limit in prepare(world.read(*overrides)).limits}


def test_lines_become_limits(world):
    """Every enforced line of the study's year becomes a limit under both its names."""
    world.count(exactly=1, label_en="stations", label_zh="站数")
    world.require(budgets={"b": {"cny": 2000, "label_en": "money"}})
    world.require(shares={"s": {"service": "charging", "at_least": 0.1, "year": 2025, "label_en": "share"}})
    assert {"stations (站数)", "money (指标)", "share (指标)"} <= set(limits_of(world))


@pytest.mark.parametrize("change", [{"enforce": False}, {"year": 2030}, {"variant": "other"}])
def test_lines_that_do_not_bind(world, change):
    """A line that is not enforced, of another year or of another variant binds nothing."""
    world.count(exactly=1, label_en="stations", **change)
    assert "stations (指标)" not in limits_of(world)


def test_quotas_by_district(world):
    """A quota counts the options of its district alone."""
    world.count(at_least_by_district={"东区": 1}, label_en="quota")
    limit = limits_of(world)["quota (指标), 东区"]
    assert list(limit.options) == [1]
    assert (limit.at_least, limit.at_most) == (1, np.inf)


@pytest.mark.parametrize(("min_km", "conflicts"), [(11, 0), (11.001, 1)])
def test_spacing_is_kept_at_exactly_its_distance(world, min_km, conflicts):
    """Two sites 11 km apart keep a distance of 11 km, and not one of a metre more."""
    rule = f'sites.spacing.s={{types=["charger"],min_km={min_km},source="x"}}'
    assert len(limits_of(world, rule)["spacing s"].conflicts) == conflicts


def test_spacing_leaves_standing_stations_alone(world):
    """Two stations that stand near each other keep standing, and no new one comes near them."""
    world.stand(o={"km": 2.5, "type": "charger", "modules": 1}, o2={"km": 3, "type": "charger", "modules": 1})
    result = run(world.read('sites.spacing.s={types=["charger"],min_km=2,source="x"}'))
    assert set(result.sites["facility_id"]) == {"old:o|charger", "old:o2|charger", "site:q|charger"}


def test_spacing_of_two_types(world):
    """A distance holds among all types that a rule names together, at one site too."""
    world.offer("pair", charging=(100, 5)).study["sites"]["max_types_per_site"] = 2
    world.demand["a"]["kwh"] = 1000
    apart = run(world.read('sites.spacing.s={types=["charger","pair"],min_km=1,source="x"}'))
    together = run(world.read('sites.spacing.s={types=["charger"],min_km=1,source="x"}'))
    assert (apart.sites["site_id"] == "site:p").sum() == 1
    assert (together.sites["site_id"] == "site:p").sum() == 2


def test_required_sites_that_are_too_near(world):
    """Two required stations that a distance keeps apart are named with how far apart they are."""
    fault = refused(
        world.read(
            'sites.spacing.s={types=["charger"],min_km=12,source="x"}',
            'sites.require={"site:p"="charger","site:q"="charger"}',
        )
    )
    assert fault.faults == (
        'sites.spacing.s: "site:p|charger" and "site:q|charger" must both stand, 11 km apart; the least is 12 km',
    )


def test_more_required_at_a_site_than_may_stand_there(world):
    """A type required beside a station that stands, where only one may stand, is named."""
    world.stand(o={"km": 5, "type": "charger", "modules": 1})
    fault = refused(world.read('sites.require."old:o"=swapper'))
    assert fault.faults == ('sites.require."old:o": charger, swapper would stand there, max_types_per_site is 1',)


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            {"exactly": 1, "at_least_by_district": {"西区": 1, "东区": 1}},
            "targets.n: district quotas add up to 2, the count allows 1",
        ),
        (
            {"at_most": 2, "at_least_by_district": {"西区": 3}},
            "targets.n: district quotas add up to 3, the count allows 2",
        ),
        (
            {"at_least_by_district": {"西": 1}},
            'targets.n: "西" is not a district of the study; did you mean "西区"?',
        ),
        (
            {"exactly": 1, "types": ["chargr"]},
            'targets.n: "chargr" is not a facility type of the catalogue; did you mean "charger"?',
        ),
    ],
)
def test_lines_that_cannot_be(world, line, fault):
    """Quotas above their count, districts and types that are not there are refused before anything is solved."""
    world.count(**line)
    error = refused(world.read())
    assert error.source == str(world.folder / "plan.toml")
    assert error.faults == (fault,)


def test_every_bad_line_in_one_report(world):
    """All lines that cannot be come together."""
    world.count("a", exactly=1, types=["x"]).count("b", at_least_by_district={"y": 1})
    world.require(
        must_serve={
            "m": {"layer": "demnd", "ids": ["a"], "service": "charging", "standard_min": 1},
            "n": {"layer": "demand", "ids": ["aa", "b"], "service": "charging", "standard_min": 1},
        }
    )
    faults = refused(world.read("variant=guide")).faults
    assert [fault.split(":")[0] for fault in faults] == [
        'variant "guide" is not in the plan (it has',
        "targets.a",
        "targets.b",
        "must_serve.m",
        "must_serve.n",
    ]
    assert 'did you mean "demand"?' in faults[3]
    assert 'has no row "aa"' in faults[4]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ({"targets": {"n": {"exactly": 5}}}, ["stations (站数)", "at least 5", "can give 2"]),
        (
            {"targets": {"n": {"exactly": 1}, "d": {"at_least_by_district": {"西区": 1, "东区": 1}}}},
            ["stations (站数)", "add up to 2", "allows 1", "西区", "东区"],
        ),
        (
            {"shares": {"s": {"service": "charging", "at_least": 0.95, "year": 2025}}},
            ["stations (站数)", "484.5", "460"],
        ),
        (
            {"must_serve": {"m": {"layer": "demand", "ids": ["e"], "service": "charging", "standard_min": 5}}},
            ["stations (站数): e", "no option"],
        ),
    ],
)
def test_infeasible_plans_speak_in_the_plans_words(world, lines, words):
    """What nothing can meet ends with code 4 and names the line, what it asks for and what there is."""
    lines = {
        kind: {key: {"label_en": "stations", "label_zh": "站数"} | line for key, line in entries.items()}
        for kind, entries in lines.items()
    }
    for key, line in lines.pop("targets", {}).items():
        world.count(key, **line)
    error = refused(world.require(**lines).read(), NoAnswerError)
    assert error.exit_code == 4
    for word in words:
        assert word in str(error)


def test_a_budget_below_what_is_required(world):
    """A budget that the required stations alone exceed is named with both sums."""
    world.require(budgets={"b": {"cny": 1200, "label_en": "money"}})
    error = refused(world.read('sites.require={"site:p"="charger","site:q"="charger"}'), NoAnswerError)
    assert "money (指标): what is required costs 2200, the budget is 1200" in str(error)
    assert error.exit_code == 4


def test_a_required_site_where_nothing_may_stand(world):
    """A layer of required sites with one that its grid cannot feed is named by the site's id."""
    world.sites["p"]["grid_kw"] = 5
    world.study["sites"]["sources"]["site"]["status"] = "required"
    assert "required sites: site:p" in str(refused(world.read(), NoAnswerError))


def test_conflicts_that_only_solving_shows(world):
    """Where no arithmetic names the conflict, the message says which limits make it, and the cheapest way out."""
    world.count(exactly=2)
    error = refused(world.read('sites.spacing.s={types=["charger"],min_km=12,source="x"}'), NoAnswerError)
    assert error.exit_code == 4
    assert "these cannot all be kept: line (指标): at least 2; spacing s" in str(error)
    assert "cheapest way out: lower line (指标) from 2 to 1" in str(error)
