"""An earlier run as the answer to begin from."""

import pytest

from siting.errors import RunFolderError
from siting.pipeline import prepare
from siting.run_folder import write_run
from siting.start import read_start

P, Q = "site:p|charger", "site:q|charger"


def begun(study, folder):
    """Modules that the options of a study begin from, by facility, year and whether they expand."""
    assembly = prepare(study).assembly
    modules = read_start(folder).modules(assembly)
    keys = zip(assembly.options["facility_id"], assembly.options["year"], assembly.options["expands"], strict=True)
    return {key: int(count) for key, count in zip(keys, modules, strict=True) if count}


def test_a_run_begins_from_its_own_facilities(world, tmp_path):
    """The same study begins from the answer it had."""
    folder = write_run(world.run(), tmp_path)
    assert begun(world.read(), folder) == {(P, 2025, False): 4, (Q, 2025, False): 1}


def test_several_years_begin_with_openings_and_additions(world, tmp_path):
    """What was added later begins where it was added."""
    world.grow(y2025=1, y2030=1.5).spend(1300, 2025).spend(100, 2030)
    folder = write_run(world.run(), tmp_path)
    assert begun(world.read(), folder) == {(P, 2025, False): 3, (P, 2030, True): 1}


def test_a_run_of_one_year_begins_several(world, tmp_path):
    """A year that is not studied means the first one."""
    folder = write_run(world.run("year=2024"), tmp_path)
    assert begun(world.grow(y2025=1, y2030=1).read(), folder) == {(P, 2025, False): 4, (Q, 2025, False): 1}


def test_what_is_not_known_is_noted(world, tmp_path):
    """A facility of the earlier run that the study does not have is left out, and the result says so."""
    folder = write_run(world.run(), tmp_path)
    del world.sites["q"]
    result = world.run(start=folder)
    assert result.sites["facility_id"].tolist() == [P]
    assert result.kpis["solve"]["notes"] == [f"begun from {folder.name}: 1 of 2 facilities; not known here: {Q}"]


def test_modules_keep_to_their_bounds(world, tmp_path):
    """A site that feeds fewer modules than before begins with as many as it feeds."""
    folder = write_run(world.run(), tmp_path)
    world.sites["p"]["grid_kw"] = 20
    assert begun(world.read(), folder)[P, 2025, False] == 2


def test_what_is_no_run_is_refused(world, tmp_path):
    """A folder without the tables of a run says so."""
    with pytest.raises(RunFolderError, match="no run to begin from"):
        world.run(start=tmp_path)
