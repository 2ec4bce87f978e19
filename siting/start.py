"""An earlier run as the answer to begin from."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geodata.errors import listed
from siting.assemble import Assembly
from siting.errors import RunFolderError

_PHASES, _SITES = "phases.csv", "sites.csv"


@dataclass(frozen=True)
class Start:
    """Modules added by facility and year in an earlier run; the first year is that of opening, 0 where not known."""

    run: str
    added: Mapping[str, Mapping[int, int]]

    def modules(self, assembly: Assembly) -> NDArray[np.int64]:
        """Modules of each option, within its bounds; 0 where the earlier run opened nothing, shape (O,)."""
        options = assembly.options
        option = {
            key: number
            for number, key in enumerate(zip(options["facility_id"], options["year"], options["expands"], strict=True))
        }
        wanted = np.zeros(len(options), dtype=np.int64)
        for name, by_year in self.added.items():
            for n, (year, count) in enumerate(sorted(by_year.items())):
                when = year if year in assembly.years else assembly.years[0]
                if (name, when, n > 0) in option:
                    wanted[option[name, when, n > 0]] = count
        least, most = assembly.problem.min_modules, assembly.problem.max_modules
        return np.asarray(np.where(wanted > 0, np.clip(wanted, least, most), 0), dtype=np.int64)

    def note(self, assembly: Assembly) -> str:
        """What the answer began from, and what of it is not known here."""
        unknown = sorted(set(self.added) - set(assembly.options["facility_id"]))
        known = f"begun from {self.run}: {len(self.added) - len(unknown)} of {len(self.added)} facilities"
        return f"{known}; not known here: {listed(unknown)}" if unknown else known


def read_start(run_dir: Path) -> Start:
    """Read the facilities of a run folder.

    Raises
    ------
    RunFolderError
        When it is no run folder, or its tables cannot be read.
    """
    name = _PHASES if (run_dir / _PHASES).is_file() else _SITES
    try:
        with (run_dir / name).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        added: dict[str, dict[int, int]] = {}
        for row in rows:
            by_year = added.setdefault(row["facility_id"], {})
            count = int(row["new_modules"]) if by_year else int(row["modules"])
            if count:
                by_year[int(row["year"] or 0)] = count
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise RunFolderError(
            f"{run_dir}: no run to begin from ({error}); name a folder that `siting run` wrote"
        ) from None
    return Start(run_dir.name, added)
