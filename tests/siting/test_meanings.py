"""What a key means, told where its value is out of bounds."""

import pytest

from siting.errors import StudyError
from siting.meanings import meaning_of
from siting.study import Study


@pytest.mark.parametrize(
    ("location", "words"),
    [
        (("solver", "gap"), "Relative gap of the served value that is good enough"),
        (("demand", "cabs", "taxi", "kwh_per_km"), "(kWh per km)"),
        (("demand", "cabs", "taxi", "stock", "2025"), "Stock by year (vehicles)"),
        (("demand", "cabs", "taxi", "totals", "charging", "total"), "unit of the service per day"),
        (("nothing",), ""),
        ((), ""),
    ],
)
def test_a_place_leads_to_its_description(location, words):
    """Through tables by name, members of unions and tables by year; what is not there means nothing."""
    found = meaning_of(Study, location)
    assert words in found
    assert bool(found) == bool(words)


def test_a_figure_in_another_unit_is_told_the_unit(tmp_path):
    """16 kWh per 100 km, where kWh per km are asked for."""
    path = tmp_path / "study.toml"
    path.write_text('[demand.cabs]\nmodel = "taxi"\nkwh_per_km = 16\n', encoding="utf-8")
    with pytest.raises(StudyError, match=r"must be at most 10 \(found 16\); it means: .* \(kWh per km\)"):
        Study.from_toml(path)


def test_a_source_of_blanks_is_none(tmp_path):
    """Nobody can look up a source that is written with blanks alone."""
    path = tmp_path / "study.toml"
    path.write_text('[totals.charging]\ntotal = 5\nsource = "  "\n', encoding="utf-8")
    with pytest.raises(StudyError, match=r"totals\.charging\.source: blank; give a text"):
        Study.from_toml(path)
