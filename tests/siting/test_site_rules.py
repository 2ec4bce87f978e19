"""Bundles, exclusions and precedence between facilities, named by facility or by site."""

import pytest

from siting.audit import audit_run
from siting.errors import StudyError
from siting.pipeline import prepare
from siting.run_folder import write_run

P, Q = "site:p|charger", "site:q|charger"


def opened(result):
    """Facilities with the year in which they opened."""
    return dict(zip(result.sites["facility_id"], result.sites["year"], strict=True))


@pytest.mark.parametrize("names", [[P, Q], ["site:p", "site:q"], [P, "site:q"]])
def test_a_bundle_opens_together_or_not_at_all(world, tmp_path, names):
    """1,500 CNY open one site alone; bundled, both or none: none. 2,500 open both."""
    world.spend(1500)
    assert set(opened(world.run())) == {P}
    world.rule("bundles", facilities=names)
    assert opened(world.run()) == {}
    world.plan["budgets"]["all"]["cny"] = 2500
    result = world.run()
    assert set(opened(result)) == {P, Q}
    assert audit_run(write_run(result, tmp_path)) == []


def test_a_bundle_opens_in_one_year(world, tmp_path):
    """Where only the second year's money is enough for both, both wait for it."""
    world.grow(y2025=1, y2030=1).spend(1500, 2025).rule("bundles", facilities=[P, Q])
    result = world.run()
    assert opened(result) == {P: 2030, Q: 2030}
    assert audit_run(write_run(result, tmp_path)) == []


def test_a_bundle_with_several_types_at_a_site(world):
    """A site's name means any type there: both sites carry something, or none does."""
    world.offer("small", charging=(50, 5)).rule("bundles", facilities=["site:p", "site:q"])
    world.count("small", types=["small"], exactly=1).spend(2400)
    assert set(world.run().sites["site_id"]) == {"site:p", "site:q"}
    world.plan["budgets"]["all"]["cny"] = 1500
    world.plan["targets"]["small"] |= {"exactly": 0}
    assert opened(world.run()) == {}


@pytest.mark.parametrize("names", [[P, Q], ["site:p", "site:q"]])
def test_facilities_that_exclude_each_other(world, tmp_path, names):
    """Of the two sites the one that serves more stands alone, in every year."""
    result = world.grow(y2025=1, y2030=1).rule("exclusions", facilities=names).run()
    assert set(opened(result)) == {P}
    assert audit_run(write_run(result, tmp_path)) == []


def test_an_exclusion_of_sites_leaves_each_its_types(world):
    """What excludes another site does not exclude a second type at its own."""
    world.offer("small", charging=(50, 5)).rule("exclusions", facilities=["site:p", "site:q"])
    world.study["sites"]["max_types_per_site"] = 2
    world.demand["a"]["kwh"] = 400
    assert set(opened(world.run())) == {P, "site:p|small"}


def test_a_facility_that_needs_another(world, tmp_path):
    """1,500 CNY are not enough for both: what needs the other stays away. 2,500 are."""
    world.spend(1500).rule("precedence", facility=P, needs=["site:q"])
    assert set(opened(world.run())) == {Q}
    world.plan["budgets"]["all"]["cny"] = 2500
    result = world.run()
    assert set(opened(result)) == {P, Q}
    assert audit_run(write_run(result, tmp_path)) == []


def test_what_is_needed_comes_in_the_same_year_or_before(world, tmp_path):
    """With money for one station a year, the one that is needed opens first."""
    world.grow(y2025=1, y2030=1).spend(1400, 2025).spend(1400, 2030).rule("precedence", facility=P, needs=[Q])
    result = world.run()
    assert opened(result) == {Q: 2025, P: 2030}
    assert audit_run(write_run(result, tmp_path)) == []


@pytest.mark.parametrize(
    ("kind", "rule", "wrong"),
    [
        ("bundles", {"facilities": [P, "site:qq"]}, "site:qq"),
        ("exclusions", {"facilities": [P, "site:q|chargr"]}, "site:q|chargr"),
        ("precedence", {"facility": "site:x", "needs": [P]}, "site:x"),
        ("precedence", {"facility": P, "needs": ["site:q|charge"]}, "site:q|charge"),
    ],
)
def test_a_name_that_is_not_there_is_named(world, kind, rule, wrong):
    """A rule that names no facility and no site says which, and the nearest there is."""
    with pytest.raises(StudyError) as caught:
        prepare(world.rule(kind, **rule).read())
    assert f'sites.{kind}.rule: "{wrong}" is neither a facility nor a site of the study; did you mean "' in str(
        caught.value
    )


def test_a_name_that_can_never_open_is_not_called_unknown(world):
    """A rule that names a forbidden site, or a type that a site does not allow, says so and guesses no other name."""
    world.study["sites"]["forbid"] = ["site:q"]
    with pytest.raises(StudyError) as caught:
        prepare(world.rule("bundles", facilities=[P, "site:q", "site:p|pump"]).read())
    for name in ("site:q", "site:p|pump"):
        assert f'sites.bundles.rule: "{name}" can never open: its site is forbidden' in str(caught.value)
    assert "did you mean" not in str(caught.value)


def test_required_facilities_that_exclude_each_other_are_named(world):
    """Two facilities that must stand and exclude each other are a fault of the study, not an infeasible problem."""
    world.study["sites"]["require"] = {"site:p": "charger", "site:q": "charger"}
    with pytest.raises(StudyError, match="must both stand"):
        prepare(world.rule("exclusions", facilities=[P, Q]).read())
