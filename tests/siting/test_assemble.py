"""The bridge to the arrays: rows, options and pairs of the tiny world."""

import numpy as np
import pytest

from siting.errors import StudyError
from siting.pipeline import prepare


def assembly_of(study):
    return prepare(study).assembly


def pairs_of(study):
    assembly = assembly_of(study)
    problem = assembly.problem
    rows = assembly.rows["row_id"].str.removeprefix("demand:").to_numpy()[problem.pair_row]
    options = assembly.options["facility_id"].str.removeprefix("site:").to_numpy()[problem.pair_option]
    return set(zip(rows, options, strict=True))


def test_pairs_lie_within_the_standard(world):
    """A pair is made where the time is at most the standard: 5 km at 60 km/h is exactly 5 minutes, and counts."""
    assert pairs_of(world.read()) == {
        ("a|charging|car", "p|charger"),
        ("b|charging|car", "p|charger"),
        ("c|charging|car", "p|charger"),
        ("d|charging|car", "q|charger"),
    }
    world.demand["c"]["km"] = 8.001
    assert ("c|charging|car", "p|charger") not in pairs_of(world.read())


def test_the_standard_is_included_however_products_are_rounded(world):
    """6 km x 1.25 at 30 km/h are a quarter of an hour, also where another type has a longer standard."""
    world.demand, world.sites = {"a": {"km": 2, "kwh": 1}}, {"p": {"km": 8}}
    charger = world.facilities["charger"]
    for name, minutes in (("charger", 15), ("far", 20)):
        offer = charger["services"]["charging"] | {"standard_min": minutes}
        world.facilities[name] = charger | {"services": {"charging": offer}}
    world.allow("charger", "far")
    rounded = "travel.detour_factor=1.25", "travel.speed_kmh=30"
    assert ("a|charging|car", "p|charger") in pairs_of(world.read(*rounded))
    world.demand["a"]["km"] = 1.999
    assert ("a|charging|car", "p|charger") not in pairs_of(world.read(*rounded))


def test_time_and_distance_carry_the_detour(world):
    """With a detour factor of 1.25, the 4 km from a site at the standard are driven as 5 km in 5 minutes."""
    world.demand["c"]["km"] = 7
    assembly = assembly_of(world.read("travel.detour_factor=1.25"))
    at = np.argmax(assembly.problem.pair_time_s)
    assert assembly.problem.pair_time_s[at] == 300
    assert assembly.pair_distance_m[at] == 5000


def test_fleets_at_a_place_become_one_row(world):
    """Demand of two fleets for one service and vehicle class adds up, and the row names both."""
    world.study["demand"]["taxis"] = world.study["demand"]["cars"] | {"scale": 0.5}
    rows = assembly_of(world.read()).rows.set_index("row_id")
    assert rows.loc["demand:a|charging|car", ["demand", "fleets", "kind"]].to_list() == [
        150.0,
        "cars, taxis",
        "measured",
    ]


def test_vehicle_classes_are_not_mixed(world):
    """Cars and trucks at one place are rows of their own, and a car charger reaches the cars alone."""
    world.ask("charging", "kg", vehicle="truck")
    world.demand["a"]["kg"] = 7
    study = world.read()
    assert set(assembly_of(study).rows["row_id"]) >= {"demand:a|charging|car", "demand:a|charging|truck"}
    assert not any(row.endswith("truck") for row, _ in pairs_of(study))


def test_services_are_not_mixed(world):
    """A charger reaches nobody who asks for a swap."""
    world.ask("swapping", "swaps").allow("charger", "swapper")
    world.demand["a"]["swaps"] = 5
    assert {pair for pair in pairs_of(world.read()) if "swap" in "".join(pair)} == {("a|swapping|car", "p|swapper")}


def test_each_service_has_its_own_standard(world):
    """A type of two services reaches farther for the one with the larger standard."""
    world.offer("mixed", charging=(100, 1), hydrogen=(20, 6)).allow("mixed").ask("hydrogen", "kg")
    world.demand["c"]["kg"] = 3
    pairs = pairs_of(world.read())
    assert ("c|hydrogen|car", "p|mixed") in pairs
    assert ("c|charging|car", "p|mixed") not in pairs


def option(study, facility_id):
    options = assembly_of(study).options.set_index("facility_id")
    return options.loc[facility_id] if facility_id in options.index else None


@pytest.mark.parametrize(("grid_kw", "most"), [(1000, 4), (40, 4), (39.9, 3), (10, 1), (9.9, None)])
def test_grid_power_bounds_the_modules(world, grid_kw, most):
    """A module draws 10 kW: a site feeds as many as fit, its boundary included; a site that feeds none is no option."""
    world.sites["p"]["grid_kw"] = grid_kw
    found = option(world.read(), "site:p|charger")
    assert (None if found is None else found["max_modules"]) == most


@pytest.mark.parametrize(("onsite_kw", "most"), [(0, 1), (10, 2), (25, 3), (100, 4)])
def test_onsite_power_lowers_the_grid_need(world, onsite_kw, most):
    """On-site power feeds modules beyond what the grid can."""
    world.sites["p"]["grid_kw"] = 10
    world.facilities["charger"]["onsite_kw"] = onsite_kw
    assert option(world.read(), "site:p|charger")["max_modules"] == most


@pytest.mark.parametrize(("expand", "most"), [(False, 2), (True, 4)])
def test_a_standing_station(world, expand, most):
    """A station that stands keeps its modules, and grows up to the type's most only where the study lets it."""
    world.stand(o={"km": 5, "type": "charger", "modules": 2})
    world.study["sites"]["sources"]["old"]["expand"] = expand
    found = option(world.read(), "old:o|charger")
    assert (found["min_modules"], found["max_modules"], found["base_modules"]) == (2, most, 2)
    assert found["status"] == "existing"
    assert found["required"]


def test_a_station_larger_than_its_type(world):
    """A station that stands larger than the catalogue allows stays as large as it is."""
    world.stand(o={"km": 5, "type": "charger", "modules": 9})
    assert option(world.read(), "old:o|charger")[["min_modules", "max_modules"]].to_list() == [9, 9]


def test_required_types(world):
    """A type required at a site is required there, even one its class does not allow; others there are merely new."""
    options = assembly_of(world.read('sites.require."site:p"=swapper')).options.set_index("facility_id")
    assert options.loc["site:p|swapper", ["status", "required"]].to_list() == ["required", True]
    assert options.loc["site:p|charger", ["status", "required"]].to_list() == ["new", False]


def test_forbidden_sites_have_no_options(world):
    """Nothing may open at a forbidden site."""
    assert set(assembly_of(world.read('sites.forbid=["site:p"]')).options["site_id"]) == {"site:q"}


def test_costs(world):
    """A new station costs its fixed cost and the site's preparation; one that stands costs only what is added."""
    world.stand(o={"km": 5, "type": "charger", "modules": 2})
    world.study["sites"]["sources"]["old"]["expand"] = True
    world.study["sites"]["sources"]["site"]["site_cost_cny"] = 50
    assembly = assembly_of(world.read())
    cost = assembly.problem.cost(np.array([3, 1, 0]))
    assert list(assembly.options["facility_id"]) == ["old:o|charger", "site:p|charger", "site:q|charger"]
    assert list(cost) == [100, 1150, 0]


def test_a_required_type_that_the_grid_cannot_feed(world):
    """A requirement that the site's grid power makes impossible is named with both powers."""
    world.sites["p"]["grid_kw"] = 5
    with pytest.raises(StudyError) as caught:
        prepare(world.read('sites.require."site:p"=charger'))
    assert caught.value.faults == (
        'sites.require."site:p": the least charger needs 10 kW of grid power, the site has 5; '
        "raise its grid_kw or require another type",
    )
