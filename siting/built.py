"""What was really built so far, taken as given by what is still to be decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from geodata import CandidateSites, LayerError, number_column, read_table, text_column
from geodata.errors import did_you_mean
from siting.errors import StudyError
from siting.layers import faults_of
from siting.study import Study


@dataclass(frozen=True)
class Built:
    """Facilities that were built, and the years that are decided by them.

    Parameters
    ----------
    modules
        Modules added by facility id and year; the first year is that of opening.
    closed
        Ids of existing facilities that were closed.
    through
        Up to this year nothing else opens; `None` when nothing is decided.
    """

    modules: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()
    through: int | None = None

    def decides(self, year: int) -> bool:
        """Whether a year is over: what opened in it is known."""
        return self.through is not None and year <= self.through

    def before(self, facility_id: str, year: int) -> int:
        """Modules of a facility that were there before a year."""
        return sum(count for when, count in self.modules.get(facility_id, {}).items() if when < year)

    def since(self, facility_id: str, year: int) -> dict[int, int]:
        """Modules added to a facility by year, from a year on."""
        return {when: count for when, count in sorted(self.modules.get(facility_id, {}).items()) if when >= year}


def read_built(study: Study, sites: CandidateSites) -> Built:
    """Read the table that a study names as `sites.built`; nothing when it names none.

    Modules of a year before the study's first stand there already and cost nothing; those of a year of the study are
    part of its answer and of its money.

    Raises
    ------
    StudyError
        With every fault: a facility that is not one of the study's, modules that are no whole number above 0, a year
        that is neither before the study nor one of its years, a row that repeats another.
    """
    if study.sites.built is None:
        return Built()
    try:
        return _read(study, sites)
    except LayerError as error:
        raise StudyError(study.source, [f"sites.built: {fault}" for fault in faults_of(error)]) from None


def _read(study: Study, sites: CandidateSites) -> Built:
    path = study.path_of(study.sites.built or "")
    table, source = read_table(path), str(path)
    if "facility_id" in table.columns:
        names = text_column(table, "facility_id", source=source)
    else:
        names = text_column(table, "site_id", source=source) + "|" + text_column(table, "type", source=source)
    counts = number_column(table, "modules", source=source, minimum=1.0)
    years = number_column(table, "year", source=source)
    known = allowed_facilities(study, sites)
    modules: dict[str, dict[int, int]] = {}
    faults = []
    for row, (name, count, year) in enumerate(zip(names, counts, years, strict=True), start=1):
        here = modules.setdefault(str(name), {})
        if name not in known:
            faults.append(f'row {row}: "{name}" is not a facility that may stand{did_you_mean(str(name), known)}')
        elif count % 1 or year % 1:
            faults.append(f"row {row}: modules and year must be whole numbers (found {count:g}, {year:g})")
        elif year > study.horizon[0] and year not in study.horizon:
            asked = ", ".join(map(str, study.horizon))
            faults.append(f"row {row}: {year:g} is not a year of the study ({asked}); give the one in which it counts")
        elif int(year) in here:
            faults.append(f'row {row}: "{name}" stands twice for {year:g}; add the modules up')
        here[int(year)] = int(count)
    if faults:
        raise LayerError(source, faults)
    return Built(modules, through=int(years.max()))


def allowed_facilities(study: Study, sites: CandidateSites) -> set[str]:
    """Ids of all facilities that the study allows, whatever its grids can feed."""
    frame = sites.frame[sites.frame["status"] != "forbidden"]
    allowed = {f"{name}|{kind}" for name, kinds in zip(frame["id"], frame["types"], strict=True) for kind in kinds}
    wanted = study.sites.require.items()
    return allowed | {f"{name}|{kind}" for name, kind in wanted if kind and name in set(frame["id"])}
