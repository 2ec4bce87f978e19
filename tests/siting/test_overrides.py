"""Settings from the command line that replace those of a file."""

import pytest

from siting import Study
from siting.errors import StudyError
from siting.overrides import overridden


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("solver.gap=0.5", {"solver": {"gap": 0.5, "seed": 1}, "name": "a"}),
        ("solver.gap = 0.5", {"solver": {"gap": 0.5, "seed": 1}, "name": "a"}),
        ("name=two words", {"solver": {"seed": 1}, "name": "two words"}),
        ('name="7"', {"solver": {"seed": 1}, "name": "7"}),
        ("name=", {"solver": {"seed": 1}, "name": ""}),
        ("name=a=b", {"solver": {"seed": 1}, "name": "a=b"}),
        ("name=a\nb", {"solver": {"seed": 1}, "name": "a\nb"}),
        ('notes=["x", "y"]', {"solver": {"seed": 1}, "name": "a", "notes": ["x", "y"]}),
        ("new.deep.key=true", {"solver": {"seed": 1}, "name": "a", "new": {"deep": {"key": True}}}),
        ('require."cell:c1.r2"=swap_car', {"solver": {"seed": 1}, "name": "a", "require": {"cell:c1.r2": "swap_car"}}),
        ("stock={2020=1}", {"solver": {"seed": 1}, "name": "a", "stock": {"2020": 1}}),
    ],
)
def test_override(override, expected):
    """A setting is a path with dots (parts may be quoted) and a TOML value; what is no TOML value is text."""
    assert overridden({"solver": {"seed": 1}, "name": "a"}, [override]) == expected


def test_later_overrides_win_and_the_data_stay():
    """Overrides apply in their order, to a copy."""
    data = {"solver": {"gap": 1}}
    assert overridden(data, ["solver.gap=2", "solver.gap=3"]) == {"solver": {"gap": 3}}
    assert data == {"solver": {"gap": 1}}


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("solver.gap", "expected key=value"),
        ("=1", "expected key=value"),
        ("", "expected key=value"),
        ("a b=1", "quote parts"),
        ("sites.require.cell:1=x", "quote parts"),
        ("name.inner=1", '"name" is not a table'),
        ("notes.0=x", '"notes" is not a table'),
    ],
)
def test_bad_override(override, words):
    """What is no setting is refused as it was written, with what to do."""
    with pytest.raises(StudyError) as caught:
        overridden({"name": "a", "notes": ["x"]}, [override])
    assert f"--set {override}" in str(caught.value)
    assert words in str(caught.value)


def test_all_bad_overrides_in_one_report():
    """Every override that cannot be used is named at once."""
    with pytest.raises(StudyError) as caught:
        overridden({"name": "a"}, ["gap", "name.x=1", "fine=1"])
    assert len(caught.value.faults) == 2


def test_overrides_reach_the_study(world):
    """A study read with settings is the study with these settings in its file."""
    study = world.read("solver.gap=0.25", 'notes=["one", "two"]', "demand.cars.scale=1.2")
    assert (study.solver.gap, study.notes, study.demand["cars"].scale) == (0.25, ("one", "two"), 1.2)
    world.study["solver"]["gap"] = 0.25
    world.study["notes"] = ["one", "two"]
    world.study["demand"]["cars"]["scale"] = 1.2
    assert world.read() == study


def test_an_override_is_validated_like_the_file(world):
    """A misspelt key of an override is answered with the nearest known one."""
    with pytest.raises(StudyError, match=r'solver.gapp: unknown key; did you mean "gap"'):
        Study.from_toml(world.write(), overrides=("solver.gapp=1",))
