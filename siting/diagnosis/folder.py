"""The folder of a diagnosis: figures, tables and a page, written beside its place and then renamed into it."""

from pathlib import Path
from typing import Any, Final

import pandas as pd

from siting.diagnosis.diagnose import Diagnosis
from siting.diagnosis.page import diagnosis_page
from siting.errors import RunFolderError
from siting.folders import carry_over, hidden_sibling, put_in_place, safe_name
from siting.formats.csv_file import write_csv
from siting.formats.json_file import write_json
from siting.run_folder import make_runs_folder

#: The figures; a folder that has them is one of ours.
FIGURES: Final = "diagnosis.json"
PAGE: Final = "diagnosis.html"
#: Rows of the longer tables that the figures name.
NAMED: Final = 20

# Decimals that mean something to a reader.
_DIGITS: Final = {"minutes": 2, "minutes_to_nearest": 2, "cost_cny": 0, "value_per_million_cny": 3} | {
    f"{name}share": 4 for name in ("covered_", "overlap_", "served_", "lost_")
}
_OTHER_DIGITS: Final = 3


def write_diagnosis(diagnosis: Diagnosis, out: Path) -> Path:
    """Write the folder of a diagnosis; the same study gives the same bytes.

    An older folder of the same diagnosis is replaced once the new one is complete; what people put into it is kept.

    Parameters
    ----------
    diagnosis
        The diagnosis.
    out
        Folder of all diagnoses; made when it is not there.

    Returns
    -------
    Path
        The folder, ``out/<study name>-<run id>``.

    Raises
    ------
    RunFolderError
        When something that is no diagnosis stands in its place, or nothing can be written below `out`.
    """
    about = diagnosis.about
    target = Path(out) / f"{safe_name(about['name'])}-{safe_name(about['run_id'])}"
    make_runs_folder(target.parent)
    if target.exists() and not (target / FIGURES).is_file():
        raise RunFolderError(f"{target}: exists and is not a diagnosis (it has no {FIGURES}); move it away")
    with hidden_sibling(target) as folder:
        for name in ("districts", "stations", "places", "candidates"):
            table = getattr(diagnosis, name)
            write_csv(folder / f"{name}.csv", list(table.columns), _records(table))
        write_json(folder / FIGURES, figures(diagnosis))
        (folder / PAGE).write_text(diagnosis_page(diagnosis), encoding="utf-8", newline="\n")
        if target.exists():
            carry_over(target, folder, set())
        put_in_place(folder, target)
    return target


def figures(diagnosis: Diagnosis) -> dict[str, Any]:
    """The diagnosis ready for JSON: figures by service and district, and the first rows of each longer table."""
    by_service = diagnosis.candidates.groupby("service", sort=False)
    return {
        **diagnosis.about,
        "services": diagnosis.services,
        "districts": _records(diagnosis.districts[diagnosis.districts["district"] != ""]),
        "places": _records(diagnosis.places.head(NAMED)),
        "candidates": _records(by_service.head(NAMED)),
        "most_missed": _records(most_missed(diagnosis).head(NAMED)),
    }


def most_missed(diagnosis: Diagnosis) -> pd.DataFrame:
    """Stations of all services by what would be lost without them, most first."""
    order = {"lost": False, "station": True}
    return diagnosis.stations.sort_values(list(order), ascending=list(order.values()), ignore_index=True)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    digits = {name: _DIGITS.get(name, _OTHER_DIGITS) for name in table.columns if name not in ("lon", "lat")}
    return [{str(key): value for key, value in row.items()} for row in table.round(digits).to_dict("records")]
