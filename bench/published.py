"""Published optima."""

import csv
from pathlib import Path
from typing import NamedTuple

#: Problem in the table of optima = our name of the model.
MODELS = {
    "p-median": "p-median",
    "p-median TSPLIB floor(dist)": "p-median",
    "p-center": "p-center",
    "CFL (split)": "capacitated",
}


class Known(NamedTuple):
    """A published optimum; `parameter` is what the instance lacks."""

    model: str
    instance: str
    p: int
    optimum: float
    parameter: str = ""


def known_optima(data: Path, *models: str) -> list[Known]:
    """Optima of some models in `optima.csv`; none where there is no such file.

    Parameters
    ----------
    data
        Folder of published instances.
    models
        Our names of the models.
    """
    path = data / "optima.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Known(MODELS[row["problem"]], row["instance"], int(row["p"] or 0), float(row["optimum"]), row["parameter"])
            for row in csv.DictReader(file)
            if MODELS.get(row["problem"]) in models
        ]
