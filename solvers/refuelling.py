"""Flow refuelling: which stations let a vehicle drive its round trip again and again."""

from dataclasses import dataclass, fields

import numpy as np

from solvers.errors import ProblemError
from solvers.pieces import pieces
from solvers.problem import Booleans, Floats, Integers

_TOLERANCE = 1e-9  # of the range: what reaches a station but for rounding reaches it


@dataclass(frozen=True, eq=False)
class Trips:
    """Round trips from an origin to a destination and back, and where a vehicle may refuel on the way.

    Index letters: `f` flow (one trip), `n` stop (an option beside the path of a flow).

    Parameters
    ----------
    length_km
        Length of the path from origin to destination, above 0, shape (F,).
    range_km
        What a full tank drives, above 0, shape (F,).
    stop_flow, stop_option
        Flow of each stop and the option that stands there, shape (N,). An option may stop a flow at several places.
    stop_km
        Position of the stop along the path, from 0 at the origin to the length at the destination, shape (N,).
    stop_detour_km
        Extra distance of leaving the path there and coming back to it, half of it each way, shape (N,).

    Raises
    ------
    ProblemError
        When shapes differ, a flow is unknown, or a number is out of its bounds; all faults at once.
    """

    length_km: Floats
    range_km: Floats
    stop_flow: Integers
    stop_option: Integers
    stop_km: Floats
    stop_detour_km: Floats

    def __post_init__(self) -> None:
        """Convert, check and freeze the arrays."""
        for field in fields(self):
            array = np.array(getattr(self, field.name), dtype=np.int64 if field.type is Integers else np.float64)
            array.flags.writeable = False
            object.__setattr__(self, field.name, array)
        faults = _shape_faults(self) or _number_faults(self)
        if faults:
            raise ProblemError(faults)

    @property
    def n_flows(self) -> int:
        """Number of flows."""
        return len(self.length_km)


@dataclass(frozen=True, eq=False)
class CoverSets:
    """Sets of options of which every one must hold an open option, for a flow to be driven.

    Parameters
    ----------
    set_flow
        Flow of each set, ascending, at least one per flow, shape (C,). A set without options can never be met.
    set_draw
        Share of the trip's energy that is bought within the set, adding to 1 over a flow; 0 without capacities.
    pair_set, pair_option
        Members of the sets, sorted by set and then option, shape (K,).
    """

    set_flow: Integers
    set_draw: Floats
    pair_set: Integers
    pair_option: Integers


def cover_sets(trips: Trips, *, capacities: bool = False) -> CoverSets:
    """Cover sets of round trips: arc-cover path-cover (Capar, Kuby, Leon & Tsai 2013), exactly.

    A vehicle starts with half a tank, or a full one where an open station stands at its origin, drives to the
    destination and back, again and again, and must never run dry (Kuby & Lim 2005). On the circle of there and back, an
    open station at `q` with a detour `d` (half of it each way) carries the vehicle from `q + d/2` to
    `q + range - d/2`: the next station is reached from it exactly when that one's stretch begins within this one's. So
    the trip can be driven for ever exactly when the stretches of the open stations, each there and back, go round the
    circle; two neighbours on either side of the origin are then no farther than a range apart, one of them no farther
    than half a range from the origin, and half a tank is enough to begin with. A station at the origin itself is one
    of them.

    The circle is cut where stretches begin. Each piece between two cuts is carried by the options whose stretch spans
    it, the set of the piece; where a stretch ends within a piece the next cut is beyond it, and it is not in the set.

    Parameters
    ----------
    trips
        Round trips and stops.
    capacities
        Whether options have capacities. Without, only the least sets are kept: one that contains another of the same
        flow says nothing new, and nothing is drawn. With them every different set is kept, and draws its pieces' share
        of the round trip: the energy of a piece is bought at one station of its set.

        No purchase overfills a tank. A station sells energy only for pieces that lie wholly within one range after it;
        on the path the tank holds the energy bought for pieces ahead and not yet driven, all of which lie within a
        range, and pieces do not overlap. Where stations have detours, the range is shortened by the longest of the
        flow: half of it a vehicle carries in reserve to reach any station, which fills it up again for the way there
        and back. The energy of detours is not counted as drawn.

    Returns
    -------
    sets
        At least one per flow. A flow that no choice of stations can carry has one set, without options.
    """
    stretch = _stretches(trips, shortened=capacities)
    order = np.lexsort((stretch.stop, stretch.start_km, stretch.flow))
    first = np.searchsorted(stretch.flow[order], np.arange(trips.n_flows + 1))
    member_begin, member_option, member = _members(trips)
    set_flow, set_draw, set_size, pair_member = pieces(
        first,
        stretch.start_km[order],
        stretch.reach_km[order],
        member[stretch.stop[order]],
        np.diff(member_begin),
        2 * trips.length_km,
        _TOLERANCE * trips.range_km,
        capacities,
    )
    pair_set = np.repeat(np.arange(len(set_flow)), set_size)
    pair_option = member_option[member_begin[set_flow[pair_set]] + pair_member]
    return CoverSets(set_flow, set_draw if capacities else np.zeros(len(set_flow)), pair_set, pair_option)


@dataclass(frozen=True, eq=False)
class GapSets:
    """Parts of roads that must each have a station.

    Parameters
    ----------
    road
        Road of each part, shape (G,).
    from_km, to_km
        Where the part begins and ends, shape (G,).
    groups
        Options along each part, its begin included and its end not, ascending and unique; one of them must be open.
    """

    road: Integers
    from_km: Floats
    to_km: Floats
    groups: tuple[Integers, ...]


def gap_sets(length_km: Floats, gap_km: Floats, road: Integers, option: Integers, km: Floats) -> GapSets:
    """Which options must be open so that no drive along a road is longer than its gap without passing a station.

    From a station, and from the beginning of the road, the next station or the end of the road is at most the gap away.

    Parameters
    ----------
    length_km, gap_km
        Length of each road and its longest gap, shape (R,).
    road, option, km
        Options along the roads: road, option and position from 0 to the road's length, shape (N,).

    Returns
    -------
    sets
        The least sets; one without options cannot be met. As groups of a `MustServe` limit they are the rule.
    """
    order = np.lexsort((option, km, road))
    bounds = np.searchsorted(road[order], np.arange(len(length_km) + 1))
    roads, spans, groups = [], [], []
    for r, (length, gap) in enumerate(zip(length_km.tolist(), gap_km.tolist(), strict=True)):
        here = order[bounds[r] : bounds[r + 1]]
        at, room = km[here], gap * (1 + _TOLERANCE)
        ends = np.unique(np.r_[at[at > room], length if length > room else []])
        first, behind = np.searchsorted(at, ends - room), np.searchsorted(at, ends)
        least = np.flatnonzero(np.diff(first, prepend=-1) > 0)  # of parts with the same first option the shortest
        roads += [r] * len(least)
        spans += [(ends[n] - gap, ends[n]) for n in least]
        groups += [np.unique(option[here[first[n] : behind[n]]]) for n in least]
    span = np.array(spans, dtype=np.float64).reshape(-1, 2)
    return GapSets(np.array(roads, dtype=np.int64), span[:, 0], span[:, 1], tuple(groups))


@dataclass(frozen=True, eq=False)
class _Stretches:
    """What stations carry: flow, stop, where it begins on the circle of there and back, and how far it goes."""

    flow: Integers
    stop: Integers
    start_km: Floats
    reach_km: Floats


def _stretches(trips: Trips, *, shortened: bool) -> _Stretches:
    """Stretches of all stops, there and back; `shortened` by the longest detour of the flow, not each by its own."""
    flow, detour = trips.stop_flow, trips.stop_detour_km
    round_trip = 2 * trips.length_km[flow]
    if shortened:
        longest = np.zeros(trips.n_flows)
        np.maximum.at(longest, flow, detour)
        begin, reach = trips.stop_km, (trips.range_km - longest)[flow]
    else:
        begin, reach = trips.stop_km + detour / 2, trips.range_km[flow] - detour
    there, back = begin, begin + round_trip - 2 * trips.stop_km
    stop = np.tile(np.flatnonzero(reach > 0), 2)
    start = np.mod(np.r_[there[reach > 0], back[reach > 0]], round_trip[stop])
    start[start > round_trip[stop] - _TOLERANCE * trips.range_km[flow[stop]]] = 0.0
    return _Stretches(flow[stop], stop, start, reach[stop])


def _members(trips: Trips) -> tuple[Integers, Integers, Integers]:
    """Different options of each flow as ranges, shapes (F + 1,) and (M,), and each stop's number in its range."""
    order = np.lexsort((trips.stop_option, trips.stop_flow))
    flow, option = trips.stop_flow[order], trips.stop_option[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(flow) > 0) | (np.diff(option) > 0)
    begin = np.searchsorted(flow[new], np.arange(trips.n_flows + 1))
    member = np.empty(len(order), dtype=np.int64)
    member[order] = np.cumsum(new) - 1 - begin[flow]
    return begin, option[new], member


def _shape_faults(trips: Trips) -> list[str]:
    faults = []
    for names, length, what in (
        (("length_km", "range_km"), len(trips.length_km), "flows"),
        (("stop_flow", "stop_option", "stop_km", "stop_detour_km"), len(trips.stop_flow), "stops"),
    ):
        for name in names:
            shape = getattr(trips, name).shape
            if shape != (length,):
                faults.append(f"{name} has shape {shape}, expected {length} {what}")
    return faults


def _number_faults(trips: Trips) -> list[str]:
    if not np.all((trips.stop_flow >= 0) & (trips.stop_flow < trips.n_flows)):
        return [f"stop_flow holds a flow out of range for {trips.n_flows} flows"]
    length = trips.length_km[trips.stop_flow]
    checks: tuple[tuple[str, Booleans, str], ...] = (
        ("length_km", (trips.length_km > 0) & np.isfinite(trips.length_km), "a finite length above 0"),
        ("range_km", (trips.range_km > 0) & np.isfinite(trips.range_km), "a finite range above 0"),
        ("stop_option", trips.stop_option >= 0, "an option"),
        ("stop_km", (trips.stop_km >= 0) & (trips.stop_km <= length), "a position from 0 to the length of the path"),
        ("stop_detour_km", (trips.stop_detour_km >= 0) & np.isfinite(trips.stop_detour_km), "a finite detour >= 0"),
    )
    return [
        f"{name}[{np.flatnonzero(~fine)[0]}] is {getattr(trips, name)[~fine][0]}: expected {what}"
        f" ({(~fine).sum()} such entries)"
        for name, fine, what in checks
        if not fine.all()
    ]
