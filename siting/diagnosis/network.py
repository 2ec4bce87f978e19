"""The network that stands: for each service, the demand of the year studied and the facilities that stand already."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geodata import UNITS
from siting.assemble import Assembly
from siting.diagnosis.serving import DUST, Booleans, Floats, Integers, Reach
from siting.errors import StudyError
from siting.study import Study
from solvers.sums import sum_by


@dataclass(frozen=True, eq=False)
class Network:
    """What stands for one service, who asks for it in the year studied, and who is served.

    Index letters: `i` demand row, `h` facility (a station's part of one type), `k` pair within the standard. A station
    is a site with everything that stands there.

    Parameters
    ----------
    service
        The service.
    rows
        Rows of the assembly, flows left out, shape (I,).
    options
        Options of the assembly by which the facilities stand, shape (H,).
    site
        Site of each facility, shape (H,).
    modules
        Modules of each facility, shape (H,).
    reach
        Demand, capacities and pairs.
    units
        Units a day served over each pair, shape (K,).
    """

    service: str
    rows: Integers
    options: Integers
    site: Integers
    modules: Integers
    reach: Reach
    units: Floats

    @property
    def unit(self) -> str:
        """Unit of a day's demand."""
        return UNITS[self.service]

    @property
    def demand(self) -> Floats:
        """Units a day asked for, shape (I,)."""
        return self.reach.demand

    @cached_property
    def served(self) -> Floats:
        """Units a day served of each row, shape (I,)."""
        return np.minimum(sum_by(self.reach.row, self.units, len(self.rows)), self.demand)

    @property
    def unserved(self) -> Floats:
        """Units a day asked for and not served, without dust, shape (I,)."""
        left = self.demand - self.served
        return np.where(left > DUST * self.demand, left, 0.0)

    @cached_property
    def given(self) -> Floats:
        """Units a day that each facility gives, shape (H,)."""
        return self.reach.given(self.units)

    @cached_property
    def n_stations(self) -> Integers:
        """Stations within whose standard each row is, shape (I,)."""
        pairs = np.unique(np.c_[self.reach.row, self.site[self.reach.facility]], axis=0)
        return np.bincount(pairs[:, 0].astype(np.int64), minlength=len(self.rows)).astype(np.int64)


def standing_modules(assembly: Assembly) -> Integers:
    """Modules of each option that stand: those of existing stations, and what was really built since, shape (O,)."""
    problem, built = assembly.problem, assembly.built
    decided = np.array([built.decides(int(year)) for year in problem.year], dtype=bool)
    return np.where(decided, np.where(problem.required, problem.min_modules, 0), problem.base_modules).astype(np.int64)


def build_networks(study: Study, assembly: Assembly) -> tuple[Network, ...]:
    """One network for every service that places ask for in the year studied.

    Raises
    ------
    StudyError
        When nothing stands, or no place asks for anything.
    """
    standing = standing_modules(assembly)
    if not standing.any():
        fault = (
            "sites.sources: no station stands in this study, so there is no network to diagnose; "
            'add a source of kind "existing" with the stations that stand'
        )
        raise StudyError(study.source, [fault])
    networks = (_network(study, assembly, service, standing) for service in study.services)
    asked = tuple(network for network in networks if len(network.rows))
    if not asked:
        fault = f"demand: no place asks for anything in {study.year}, so there is nothing to diagnose"
        raise StudyError(study.source, [fault])
    return asked


def _network(study: Study, assembly: Assembly, service: str, standing: Integers) -> Network:
    problem, number = assembly.problem, study.services.index(service)
    asks = (problem.row_service == number) & (problem.row_year == study.year) & ~assembly.is_flow
    capacity = problem.capacity[:, number] * standing
    stands = (capacity > 0) & (problem.year <= study.year)
    rows, options = (np.flatnonzero(mask).astype(np.int64) for mask in (asks, stands))
    pairs = np.flatnonzero(asks[problem.pair_row] & stands[problem.pair_option])
    reach = Reach(
        demand=problem.demand[rows],
        capacity=capacity[options],
        row=place_in(rows, problem.pair_row[pairs], asks),
        facility=place_in(options, problem.pair_option[pairs], stands),
        time_s=problem.pair_time_s[pairs],
    )
    return Network(service, rows, options, problem.site[options], standing[options], reach, reach.served_near())


def place_in(chosen: Integers, items: Integers, mask: Booleans) -> Integers:
    """Position of items among those that a mask chose."""
    position = np.full(len(mask), -1, dtype=np.int64)
    position[chosen] = np.arange(len(chosen))
    return position[items]
