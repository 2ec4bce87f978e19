"""Hydrogen stations of Guangzhou by district: modelled need beside the siting guide's 163, its quotas not used."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.evidence import guangzhou_layers
from bench.evidence.guangzhou_layers import Guangzhou
from bench.evidence.picture import dots
from demand_models.evaluate import evaluate
from demand_models.markdown import table

GUIDE = "population/guangzhou_11_districts_pop_targets.csv"
YEAR = 2025


def evidence(data: Path, out: Path) -> str:
    """Split the guide's total by modelled need and by what anybody could have guessed, and return the page."""
    city = guangzhou_layers.read(YEAR)
    guide = pd.read_csv(data / GUIDE).set_index("district")["h2_station_target_plan"].sort_index()
    total = int(guide.sum())
    needs = _needs(city, guide.index)
    splits = {name: split(need, total) for name, need in needs.items()}
    found = evaluate(
        splits,
        guide.to_numpy(dtype=np.float64),
        blocks=np.arange(len(guide)),
        districts=list(guide.index),
        what="planned hydrogen stations",
        unit="stations",
        presence=False,
    )
    picture = dots(
        "Hydrogen stations by district: modelled need beside the guide",
        [(score.name, score.rank) for score in found.scores],
        axis="rank correlation over 11 districts",
        span=(-1.0, 1.0),
    )
    (out / "hydrogen.svg").write_text(picture, encoding="utf-8")
    body = [
        [str(district), str(target), *(f"{stations[row]:.0f}" for stations in splits.values())]
        for row, (district, target) in enumerate(guide.items())
    ]
    head = ["district", "guide", *splits]
    return "\n".join([found.markdown(by_district=False), *table(list(map(str, head)), body), ""])


def split(need: NDArray[np.float64], total: int) -> NDArray[np.float64]:
    """Whole stations in proportion to need, the rest by largest remainder (Hamilton), the first of equals first."""
    exact = need / need.sum() * total
    whole: NDArray[np.float64] = np.floor(exact)
    left = int(total - whole.sum())
    whole[np.argsort(whole - exact, kind="stable")[:left]] += 1
    return whole


def _needs(city: Guangzhou, districts: "pd.Index[str]") -> dict[str, NDArray[np.float64]]:
    frame = city.demand.frame
    hydrogen = frame[frame["service"] == "hydrogen"]
    trucks = frame[(frame["vehicle"] == "truck") & (frame["service"] == "charging")]
    hubs = city.area.layers.frames["hubs"]
    handling = hubs[pd.to_numeric(hubs["freight_weight"]) > 0]
    by_district = {
        "modelled hydrogen": hydrogen.groupby("district")["demand"].sum(),
        "modelled truck charging": trucks.groupby("district")["demand"].sum(),
        "freight places, all alike": handling.groupby("district").size(),
        "people": city.cells.groupby("district")["population"].sum(),
        "area": city.cells.groupby("district")["area_km2"].sum(),
        "charging stations of 2020": city.standing(2020).groupby("district").size(),
        "uniform": pd.Series(1.0, index=districts),
    }
    return {
        name: sums.reindex(districts, fill_value=0).to_numpy(dtype=np.float64) for name, sums in by_district.items()
    }
