"""The reference page says what the models accept, no more and no less."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from demand_models import MODELS
from siting.cli import app
from siting.facility import FacilityType, ServiceOffer
from siting.layer_settings import Layer
from siting.plan import Plan, Target
from siting.reference import FILES, reference_markdown
from siting.site_settings import ExistingSites
from siting.study import Study

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference.md"


def section(text, heading):
    """The part of a page under one heading."""
    return text.split(f"### {heading}\n", 1)[1].split("\n### ", 1)[0]


def test_the_page_is_up_to_date():
    """`docs/reference.md` is what `python -m siting.reference` prints."""
    assert PAGE.read_text(encoding="utf-8") == reference_markdown()


@pytest.mark.parametrize(
    ("of", "heading", "model"),
    [
        ("study", "Top level", Study),
        ("study", "`[layers.NAME]`", Layer),
        ("study", '`[sites.sources.NAME]` with `kind = "existing"`', ExistingSites),
        ("plan", "Top level", Plan),
        ("plan", "`[targets.NAME]`", Target),
        ("facilities", "`[NAME]`", FacilityType),
        ("facilities", "`[NAME.services.NAME]`", ServiceOffer),
    ],
)
def test_every_key_of_a_table_has_a_row(of, heading, model):
    """A table of a file has one row per key of its model, each with a meaning."""
    rows = [row for row in section(reference_markdown(of), heading).splitlines() if row.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == list(model.model_fields)
    assert all(row.split(" | ")[-1].strip(" |") for row in rows)


@pytest.mark.parametrize("name", MODELS)
def test_every_demand_model_is_there(name):
    """A demand model of the registry has its table without anybody writing it."""
    part = section(reference_markdown("study"), f'`[demand.NAME]` with `model = "{name}"`')
    assert f'| `model` | `"{name}"` |  | required |' in part


@pytest.mark.parametrize(
    "row",
    [
        "| `gap` | number | ≥ 0 | `0.02` |",
        '| `language` | `"zh"`, `"en"` |  | `"zh"` |',
        "| `path` | text | not blank | required |",
        "| `kwh_per_swap` | number | > 0 | – |",
        '| `speeds` | `"CN"`, `"HK"` |  | `"CN"` |',
        "| `on` | table of key = text | not empty, not blank | required |",
    ],
)
def test_a_row_says_type_bounds_and_default(row):
    """Type, bounds and default stand as the model has them; a key that may be left out shows a dash."""
    assert row in reference_markdown("study")


@pytest.mark.parametrize("of", FILES)
def test_cells_stay_in_their_table(of):
    """No cell breaks its table: every row has five cells, a bar inside one is escaped."""
    rows = [row for row in reference_markdown(of).splitlines() if row.startswith("|")]
    assert rows
    assert {row.replace("\\|", "").count("|") for row in rows} == {6}


@pytest.mark.parametrize("of", FILES)
def test_the_command_prints_one_file(of):
    """`siting schema WHICH --markdown` prints the part of one file."""
    ran = CliRunner().invoke(app, ["schema", of, "--markdown"])
    assert ran.exit_code == 0
    assert ran.stdout == reference_markdown(of)
