"""Vendored files are the ones the manifest names, with their licence."""

import tomllib
from importlib.resources import files

import pytest

from maps_out import MapError, assets

ASSETS = files("maps_out") / "assets"
ENTRIES = tomllib.loads((ASSETS / "manifest.toml").read_text(encoding="utf-8"))["asset"]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["file"])
def test_every_entry_is_checked_and_licensed(entry):
    """The bytes have the manifest's sha256, and the licence text lies beside them."""
    assert assets.vendored(entry["file"])
    assert entry["version"]
    assert entry["licence"]
    assert (ASSETS / entry["licence_file"]).read_text(encoding="utf-8").strip()


def test_a_changed_file_is_refused(monkeypatch):
    """A vendored file that is not the published one stops the build."""
    monkeypatch.setattr(assets, "_manifest", lambda: {"leaflet/leaflet.css": {"sha256": "0" * 64}})
    with pytest.raises(MapError, match="the manifest says 0000"):
        assets.vendored("leaflet/leaflet.css")


def test_an_unknown_file_is_refused():
    """Only files of the manifest go into a page."""
    with pytest.raises(MapError, match=r"no entry for 'leaflet/other\.js'"):
        assets.vendored("leaflet/other.js")


def test_code_cannot_end_its_script():
    """A closing tag inside a script's text is broken up."""
    assert assets.script_tag('x = "</script><!--"').count("</script") == 1
