"""What may open: options of site, type and year, what stands, and what was built."""

import pytest

from siting.pipeline import prepare

P, Q = "site:p|charger", "site:q|charger"


def options_of(study):
    options = prepare(study).assembly.options
    return options[["facility_id", "year", "expands", "min_modules", "max_modules", "base_modules", "required"]]


def of(study, facility):
    """Year, whether it expands, and bounds of each option of a facility."""
    found = options_of(study)
    columns = ["year", "expands", "min_modules", "max_modules"]
    return [tuple(row) for row in found.loc[found["facility_id"] == facility, columns].values.tolist()]


def test_one_year_has_one_option_per_facility(world):
    """In a study of one year a site and a type are one option, which opens in that year."""
    assert of(world.read(), P) == [(2025, False, 1, 4)]


def test_several_years_open_once_and_expand_later(world):
    """A facility may open in every year and, in every year after the first, grow by what its least leaves room for."""
    study = world.grow(y2025=1, y2030=1, y2035=1).read()
    assert of(study, P) == [
        (2025, False, 1, 4),
        (2030, False, 1, 4),
        (2035, False, 1, 4),
        (2030, True, 1, 3),
        (2035, True, 1, 3),
    ]


@pytest.mark.parametrize(("expand", "most", "later"), [(False, 2, []), (True, 4, [(2030, True, 1, 2)])])
def test_what_stands_is_an_opening_of_the_first_year(world, expand, most, later):
    """A station that stands is there from the first year, costs nothing, and grows only where the study lets it."""
    world.stand(old={"km": 5, "type": "charger", "modules": 2}).grow(y2025=1, y2030=1)
    world.study["sites"]["sources"]["old"]["expand"] = expand
    assert of(world.read(), "old:old|charger") == [(2025, False, 2, most), *later]
    option = prepare(world.read()).assembly.options.set_index("facility_id").loc["old:old|charger"]
    assert not option["fixed_cost"].any() if expand else option["fixed_cost"] == 0


def test_a_closable_station_is_not_required(world):
    """It may be closed at its cost; its modules are free as long as it is kept."""
    world.stand(old={"km": 5, "type": "charger", "modules": 2, "bye": 70})
    world.study["sites"]["sources"]["old"] |= {"closable": True, "closing_cost_column": "bye"}
    assembly = prepare(world.read()).assembly
    at = assembly.options.index[assembly.options["facility_id"] == "old:old|charger"][0]
    problem = assembly.problem
    assert not problem.required[at]
    assert (problem.closing_cost[at], problem.fixed_cost[at], problem.base_modules[at]) == (70, 0, 2)


def test_what_was_built_is_fixed_and_its_years_are_over(world):
    """Modules of a year of the study are there as built; nothing else opens in it; later years are free."""
    study = world.grow(y2025=1, y2030=1).built((P, 2, 2025)).read()
    assert of(study, P) == [(2025, False, 2, 2), (2030, True, 1, 2)]
    assert of(study, Q) == [(2030, False, 1, 4)]
    assert prepare(study).assembly.problem.required.tolist() == [True, False, False]


def test_what_was_built_before_the_study_stands(world):
    """Modules of an earlier year stand already: they cost nothing, and may be added to."""
    assembly = prepare(world.grow(y2025=1, y2030=1).built((P, 2, 2020), (P, 1, 2022)).read()).assembly
    own = assembly.options[assembly.options["facility_id"] == P]
    assert own[["year", "base_modules", "max_modules", "status"]].values.tolist()[0] == [2025, 3, 4, "existing"]
    assert own["fixed_cost"].eq(0).all()


def test_a_required_type_is_there_by_the_last_year(world):
    """With several years a required facility may open in any of them; with one it must open in it."""
    world.study["sites"]["require"] = {"site:q": "charger"}
    assert options_of(world.read()).set_index("facility_id").loc[Q, "required"]
    ready = prepare(world.grow(y2025=1, y2030=1).read())
    assert not ready.assembly.problem.required.any()
    assert "required sites" in {limit.name for limit in ready.limits}
