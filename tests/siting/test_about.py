"""What a reader must know: types, method, sources, and what was measured."""

import pytest

from siting.facility import read_catalogue

GRID = {"kind": "grid", "cell_m": 5000, "site_class": "lot", "source": "derived"}


def test_method(tiny):
    """The method states the detour factor, the speeds' kind, the values, and how much demand nothing reaches."""
    english, chinese = tiny.meta["method_en"], tiny.meta["method_zh"]
    for text in (english, chinese):
        assert " 1" in text
        assert "45" in text
        assert f"{tiny.study.solver.slack:.2%}" in text
    assert "straight-line" in english
    assert "直线" in chinese
    assert "1 demand rows lie beyond the standard of every candidate" in english
    assert "有 1 个需求点在任何候选站的服务标准之外" in chinese


def test_cells_are_called_search_areas(world):
    """Where sites are cells, the method says that they are no parcels, and the stations say their size."""
    world.study["sites"]["sources"] = {"cell": GRID}
    result = world.run()
    assert "not a parcel" in result.meta["method_en"]
    assert "不是具体地块" in result.meta["method_zh"]
    assert set(result.sites["precision"]) == {"search area of 5 km"}


def test_parcels_are_not_called_search_areas(tiny):
    """Where no site is a cell, nothing is said of search areas."""
    assert "parcel" not in tiny.meta["method_en"]


def test_measured_and_modelled(world):
    """Each fleet is listed as measured or as modelled, with its source."""
    world.study["demand"]["vans"] = {
        "model": "freight",
        "battery_stock": {"2025": 10},
        "battery_km_per_day": 100,
        "kwh_per_km": 0.3,
        "public_share": 1,
        "population_share": 0,
        "layer": "demand",
        "weight": "kwh",
        "source": "assumption",
    }
    result = world.run()
    assert result.meta["measured"] == ["cars: counted"]
    assert result.meta["modelled"] == ["vans: freight. assumption"]
    rows = result.demand.set_index("row_id")
    assert rows.loc["demand:a|charging|car", "kind"] == "measured"
    assert rows.loc["demand:a|charging|truck", "kind"] == "modelled"


def test_sources(world):
    """Documents of the plan, layers and rules are listed with where they come from."""
    world.plan["documents"] = {
        "d": {"title_zh": "规划文件", "title_en": "Paper", "publisher": "City", "kind": "secondary"}
    }
    sources = world.run('sites.spacing.s={types=["charger"],min_km=1,source="rule of thumb"}').meta["sources"]
    assert "规划文件 / Paper (City; 二手来源 / secondary source)" in sources
    assert "demand: invented" in sources
    assert "间距 / spacing s: rule of thumb" in sources


@pytest.mark.parametrize(("title", "shown"), [("", "tiny"), ("Town", "Town")])
def test_title(world, title, shown):
    """A study without a title goes by its name."""
    world.study["title_en"] = title
    assert world.run().meta["title_en"] == shown


def test_types_are_listed_in_the_catalogue_s_order(world):
    """All types of the catalogue are listed with their looks, whether one stands or not."""
    types = world.run().types
    assert [entry["id"] for entry in types] == ["charger", "swapper", "pump"]
    assert types[2]["services"] == ["hydrogen"]
    assert types[2]["marker"] == "star"
    assert len(read_catalogue().root) == 10


def test_notes_reach_the_reader(world):
    """Notes of the study stand in the result."""
    assert world.run('notes=["only a test"]').meta["notes"] == ["only a test"]
