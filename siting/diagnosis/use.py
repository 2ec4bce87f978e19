"""Use: what each station that stands gives of what it could, and how use is spread over the stations."""

from typing import Any, Final

import numpy as np
import pandas as pd

from siting.assemble import Assembly
from siting.diagnosis.losses import Losses
from siting.diagnosis.network import Network
from siting.diagnosis.serving import DUST
from solvers.sums import ratio, sum_by

#: Uses that the spread tells of: share of the stations below the first two, and above the last.
IDLE: Final = 0.10
SLACK: Final = 0.25
BUSY: Final = 0.90


def station_table(assembly: Assembly, network: Network, losses: Losses) -> pd.DataFrame:
    """One row per station that offers a service, by site id.

    Returns
    -------
    stations
        station (site id), district, place_zh, place_en, types (facility types with their modules), service, unit;
        capacity, given, use; lost, what would go unserved without the station, and lost_share, of what it gives (not a
        number where it gives nothing).
    """
    sites = assembly.sites.frame.iloc[losses.site]
    capacity = sum_by(np.searchsorted(losses.site, network.site), network.reach.capacity, len(losses.site))
    kinds = assembly.options["type"].to_numpy()[network.options]
    words = pd.Series([f"{kind} × {count}" for kind, count in zip(kinds, network.modules, strict=True)], dtype=object)
    table = pd.DataFrame(
        {
            "station": sites["id"].to_numpy(),
            **{name: sites[name].to_numpy() for name in ("district", "place_zh", "place_en")},
            "types": words.groupby(network.site).agg(", ".join).reindex(losses.site).to_numpy(),
            "service": network.service,
            "unit": network.unit,
            "capacity": capacity,
            "given": losses.given,
            "use": np.where(losses.given > (1 - DUST) * capacity, 1.0, ratio(losses.given, capacity)),
            "lost": losses.lost,
            "lost_share": np.where(losses.given > 0, ratio(losses.lost, losses.given), np.nan),
        }
    )
    return table.sort_values("station", ignore_index=True)


def use_figures(stations: pd.DataFrame) -> dict[str, Any]:
    """How use is spread over the stations of a service, and how many of them nobody would miss.

    Returns
    -------
    figures
        stations; below_10, below_25 and above_90, shares of the stations by use; unmissed, stations without which
        nothing goes unserved, each by itself, and unmissed_capacity, what they could give.
    """
    use, unmissed = stations["use"].to_numpy(dtype=float), (stations["lost"] <= 0).to_numpy()
    return {
        "stations": len(stations),
        "below_10": float(np.mean(use < IDLE - DUST)) if len(use) else None,
        "below_25": float(np.mean(use < SLACK - DUST)) if len(use) else None,
        "above_90": float(np.mean(use > BUSY + DUST)) if len(use) else None,
        "unmissed": int(unmissed.sum()),
        "unmissed_capacity": float(stations["capacity"][unmissed].sum()),
    }
