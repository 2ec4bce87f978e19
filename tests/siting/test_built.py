"""What was really built: its table, and how a later run continues from it."""

import pytest

from siting import Study
from siting.audit import audit_run
from siting.errors import StudyError
from siting.pipeline import prepare
from siting.run_folder import write_run

P, Q = "site:p|charger", "site:q|charger"


def test_a_later_run_continues_from_reality(world, tmp_path):
    """What was built stays as it was built, its money counts, and only the years to come are decided."""
    result = world.grow(y2025=1, y2030=1).built((Q, 3, 2025)).run()
    phases = result.phases.set_index(["facility_id", "year"])
    assert phases.loc[(Q, 2025), ["modules", "cost_cny"]].tolist() == [3, 1300]
    assert (P, 2025) not in phases.index
    assert phases.loc[(P, 2030), "modules"] == 4
    assert audit_run(write_run(result, tmp_path)) == []


def test_a_line_of_a_year_that_is_over_binds_no_more(world, tmp_path):
    """What reality missed is shown as missed, and does not make the years to come impossible."""
    world.grow(y2025=1, y2030=1).built((P, 1, 2025)).count(at_least=2, year=2025).count("later", at_least=2, year=2030)
    result = world.run()
    rows = {row["line"]: row for row in result.scorecard}
    assert (rows["n"]["achieved"], rows["n"]["met"], rows["n"]["enforced"]) == (1, False, False)
    assert (rows["later"]["achieved"], rows["later"]["enforced"]) == (2, True)
    assert audit_run(write_run(result, tmp_path)) == []


def test_site_and_type_name_a_facility_too(world):
    """A table may have the columns site_id and type instead of facility_id."""
    file = world.grow(y2025=1, y2030=1).built().write()
    (world.folder / "built.csv").write_text("site_id,type,modules,year\nsite:p,charger,2,2025\n", encoding="utf-8")
    assert prepare(Study.from_toml(file)).assembly.built.modules == {P: {2025: 2}}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            ("site:p|charge", 1, 2025),
            'row 1: "site:p|charge" is not a facility that may stand; did you mean "site:p|charger"',
        ),
        ((P, 1.5, 2025), "whole numbers"),
        ((P, 0, 2025), "0"),
        ((P, 1, 2027), "2027 is not a year of the study (2025, 2030); give the one in which it counts"),
        ((P, 1, 2031), "2031 is not a year of the study"),
    ],
)
def test_faults_of_the_table_are_named(world, row, words):
    """A row that is of no use names itself, and what to do."""
    with pytest.raises(StudyError) as caught:
        prepare(world.grow(y2025=1, y2030=1).built(row).read())
    assert words in str(caught.value)
    assert "built.csv" in str(caught.value)


def test_a_row_that_repeats_another_is_named(world):
    """A facility has one row per year."""
    with pytest.raises(StudyError, match="stands twice for 2025"):
        prepare(world.grow(y2025=1, y2030=1).built((P, 1, 2025), (P, 1, 2025)).read())
