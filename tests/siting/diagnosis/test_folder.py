"""The folder of a diagnosis: its tables agree, the same study gives the same bytes, and nothing of a user's is lost."""

import csv
import json

import pytest

from siting.diagnosis import diagnose
from siting.diagnosis.folder import write_diagnosis
from siting.errors import RunFolderError

FILES = {"diagnosis.json", "diagnosis.html", "districts.csv", "stations.csv", "places.csv", "candidates.csv"}


def table(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_folder_has_every_table(found, tmp_path):
    """Six files; the tables hold every row, with numbers that are empty where there is none."""
    folder = write_diagnosis(found, tmp_path)
    assert {path.name for path in folder.iterdir()} == FILES
    assert len(table(folder / "districts.csv")) == 3
    assert [row["station"] for row in table(folder / "stations.csv")] == ["old:mid", "old:west"]
    assert [row["unserved"] for row in table(folder / "places.csv")] == ["100.0", "50.0"]
    assert [row["candidate"] for row in table(folder / "candidates.csv")] == ["site:r"]


def test_figures_are_plain_json(found, tmp_path):
    """The figures read back, by service and district."""
    figures = json.loads((write_diagnosis(found, tmp_path) / "diagnosis.json").read_text(encoding="utf-8"))
    assert figures["services"]["charging"]["unmissed"] == 0
    assert {row["district"] for row in figures["districts"]} == {"西区", "东区"}
    assert figures["most_missed"][0]["station"] == "old:west"


def test_the_same_study_gives_the_same_bytes(network_world, tmp_path):
    """Two diagnoses of one study do not differ in a byte."""
    first, second = (write_diagnosis(diagnose(network_world.read()), tmp_path / name) for name in "ab")
    assert {path.name: path.read_bytes() for path in first.iterdir()} == {
        path.name: path.read_bytes() for path in second.iterdir()
    }


def test_a_second_diagnosis_replaces_the_first_and_keeps_notes(found, tmp_path):
    """What people put into the folder is carried over, and nothing half-written stays beside it."""
    folder = write_diagnosis(found, tmp_path)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    assert write_diagnosis(found, tmp_path) == folder
    assert {path.name for path in folder.iterdir()} == FILES | {"notes.txt"}
    assert list(tmp_path.iterdir()) == [folder]


def test_another_folder_is_left_alone(found, tmp_path):
    """A folder of the name that holds no diagnosis is not replaced."""
    folder = write_diagnosis(found, tmp_path)
    (folder / "diagnosis.json").unlink()
    with pytest.raises(RunFolderError, match="is not a diagnosis"):
        write_diagnosis(found, tmp_path)
    assert (folder / "stations.csv").is_file()
