"""The page about learned models."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np

from demand_models.learned import load_model

PAGE = Path(__file__).resolve().parents[3] / "docs" / "learned.md"


def test_the_page_can_be_followed_as_printed(tmp_path, monkeypatch):
    """With a store of five layers its first block of code learns a model, saves it with its card, and predicts."""
    rng = np.random.default_rng(1)

    def layer(name, rows, **columns):
        metres = rng.uniform(0, 30_000, (2, rows))
        frame = gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*metres), crs="EPSG:4547")
        frame.assign(id=[f"{name}{n}" for n in range(rows)]).to_file(tmp_path / "layers.gpkg", layer=name)

    piles = rng.integers(2, 40, 60).astype(float)
    layer("stations", 60, piles=piles, kwh=1000 * piles)
    layer("planned", 5)
    layer("food", 100)
    layer("taxi", 50, arrivals=rng.uniform(1, 9, 50))
    layer("hubs", 4)
    monkeypatch.chdir(tmp_path)
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    known = {}
    exec(code[1], known)  # the page's own code
    assert len(load_model(tmp_path / "model.json").predict(known["other"])) == 5
    assert "Energy of stations in 2022" in (tmp_path / "model_card.md").read_text(encoding="utf-8")
