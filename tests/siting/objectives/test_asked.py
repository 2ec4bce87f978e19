"""What the solvers are asked is the same for solving, checking and proving."""

import pytest

from siting import run
from siting.audit import audit_run
from siting.check import check_study
from siting.proof import proof_faults
from siting.run_folder import write_run


def verified(result, folder):
    """Whether the run folder of a result passes both checks of `siting verify`."""
    run_dir = write_run(result, folder)
    return (audit_run(run_dir), proof_faults(run_dir)) == ([], [])


@pytest.mark.parametrize("objective", [{"model": "max_cover", "p": 1}, "set_cover"])
def test_the_prices_of_a_joint_run_prove_a_covering_bound(world, tmp_path, objective):
    """They are prices of the question that was solved, without the limits that cannot bind there."""
    world.study["objective"] = objective
    result = run(world.read("solver.name=joint"))
    assert result.solution.certificate is not None
    assert verified(result, tmp_path)


@pytest.mark.parametrize("model", ["max_cover", "backup_cover", "gradual_cover"])
def test_the_weight_of_the_year_is_in_every_value(world, tmp_path, model):
    """A year that counts twice doubles the objective; shares stay what they are."""
    world.sites = {"p": {"km": 3}, "r": {"km": 4}, "q": {"km": 14}}
    world.study["objective"] = {"model": model, "p": 2}
    if model == "gradual_cover":
        world.study["objective"] |= {"all_min": 1, "none_min": 5}
    once, twice = run(world.read()), run(world.read("year_weight.2025=2"))
    assert twice.kpis["solve"]["objective"] == pytest.approx(2 * once.kpis["solve"]["objective"])
    assert twice.kpis["objective"]["figures"] == once.kpis["objective"]["figures"]
    assert verified(twice, tmp_path)


def test_two_types_under_gradual_cover_and_the_p_median_need_no_compact_model(world, tmp_path):
    """That everybody goes to the nearest in the end is no objective over demand that another method must decide."""
    world.offer("dear", charging=(100, 5), fixed_cost_cny=9_000).allow("charger", "dear")
    for objective in (
        {"model": "gradual_cover", "p": 1, "all_min": 1, "none_min": 5},
        {"model": "p_median", "p": 2, "standard_min": 8},
    ):
        world.study["objective"] = objective
        result = run(world.read())
        assert result.kpis["solve"]["method"].startswith("steps of decay")
        assert set(result.sites["type"]) == {"charger"}
        assert verified(result, tmp_path)


def test_no_model_is_counted_where_a_question_has_a_method_of_its_own(world):
    """The p-center asks many small models, and maximal covering one that can be counted."""
    size = check_study(world.read("objective=p_center", "objective.p=2"))["size"]
    assert "model_rows" not in size
    assert check_study(world.read("objective=max_cover", "objective.p=2"))["size"]["model_rows"] > 0


@pytest.mark.parametrize("model", ["p_center", "p_median"])
def test_an_earlier_run_that_is_not_begun_from_is_said_to_be_left_aside(world, tmp_path, model):
    """Methods with a start of their own do not claim to have used another."""
    world.study["objective"] = {"model": model, "p": 2, "standard_min": 8}
    folder = write_run(run(world.read()), tmp_path)
    notes = run(world.read(), start=folder).kpis["solve"]["notes"]
    assert [note for note in notes if note.startswith("the earlier answer was left aside")] == notes != []
