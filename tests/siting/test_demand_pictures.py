"""Pictures of the pages of the demand models."""

from inspect import getdoc
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from demand_models import MODELS
from maps_out.strings import words
from siting import Study
from siting.demand_build import build_layers

DOCS = Path(__file__).resolve().parents[2] / "docs"
CIRCLE = "{http://www.w3.org/2000/svg}circle"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """Pictures drawn anew."""
    folder = tmp_path_factory.mktemp("pictures")
    build_layers(Study.from_toml(DOCS / "demand" / "pictures" / "study.toml")).save_pictures(folder)
    return folder


def circles(path):
    """Number of circles of a picture."""
    return len(list(ET.parse(path).getroot().iter(CIRCLE)))


@pytest.mark.parametrize("name", MODELS)
def test_each_model_is_told_in_both_languages(name):
    """The page says what a model is in the reader's language; in English as the model's own documentation does."""
    own = " ".join(getdoc(MODELS[name]).partition("\n\n")[0].split())
    assert words("en")[f"demand_about_{name}"] == own
    assert words("zh")[f"demand_about_{name}"]


def test_there_is_a_picture_of_each_model_and_no_other():
    """The study of the pictures has one fleet of each model, named after it, and its pictures are small."""
    study = Study.from_toml(DOCS / "demand" / "pictures" / "study.toml")
    assert {fleet: block.model for fleet, block in study.demand.items()} == {name: name for name in MODELS}
    pictures = {path.stem: path.stat().st_size for path in (DOCS / "images" / "demand").iterdir()}
    assert set(pictures) == set(MODELS)
    assert max(pictures.values()) < 60_000


@pytest.mark.parametrize("name", MODELS)
def test_a_picture_is_what_the_study_draws(drawn, name):
    """The picture of the page has as many places and the same title as one that is drawn now."""
    there, now = DOCS / "images" / "demand" / f"{name}.svg", drawn / f"{name}.svg"
    assert circles(there) == circles(now) > 0
    assert there.read_text(encoding="utf-8").splitlines()[:3] == now.read_text(encoding="utf-8").splitlines()[:3]


def test_the_same_study_gives_the_same_pictures(drawn, tmp_path):
    """Bytes do not depend on the run."""
    files = build_layers(Study.from_toml(DOCS / "demand" / "pictures" / "study.toml")).save_pictures(tmp_path)
    assert [path.read_bytes() for path in files] == [(drawn / path.name).read_bytes() for path in files]
