"""What the card says."""

from dataclasses import replace

from demand_models.learned import About, DataSource


def test_card_tells_what_was_learned(model):
    """Rows, method, folds, features with their direction, and the limits."""
    page = model.card.markdown()
    assert "learned from 200 rows" in page
    assert "4 folds of square tiles of 1 km, buffer 0 m" in page
    assert "| shops   | shops | only up          |" in page
    assert "| km      | km    | only down        |" in page
    assert "scikit-learn" in page
    assert "Scores" not in page


def test_card_escapes_what_others_wrote(model):
    """A name is neither a tag nor the border of a table."""
    data = (DataSource(name="a|b<script>.csv", sha256="0" * 64, source="some\none"),)
    scored = replace(model.card, about=replace(model.card.about, data=data), scores=({"what": "x|y", "rank": "0.5"},))
    page = scored.markdown()
    assert "# tiny &lt;world>" in page
    assert "| a\\|b&lt;script>.csv | " + "0" * 64 + " | some one |" in page
    assert "| x\\|y | 0.5  |" in page
    assert "made \\| up" in page


def test_card_as_plain_data(model):
    """Nested tables become lists and mappings."""
    told = model.card.to_dict()
    assert told["about"] == {
        "title": "tiny <world>",
        "target": "energy",
        "unit": "kWh",
        "data": (),
        "limits": ("made | up",),
    }
    assert About(title="t", target="x", unit="kWh").limits == ()
