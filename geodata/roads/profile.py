"""Who drives: which tags open a road, which classes are closed, how fast and how large the vehicle is."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A kind of vehicle.

    Parameters
    ----------
    name
        Its name.
    access_keys
        Tags that open or close a road to it, the most general first; the last one that is there decides.
    speed_keys
        Tags that limit its speed, the most special first.
    forbidden
        Classes of road that it may not use.
    cap_kmh
        Greatest speed by class, and for all others under ``"*"``.
    height_m, weight_t
        Its height and its weight, where a road may be closed to it by a tagged limit.
    source
        Where the numbers come from.
    """

    name: str
    access_keys: tuple[str, ...]
    speed_keys: tuple[str, ...] = ("maxspeed",)
    forbidden: frozenset[str] = frozenset()
    cap_kmh: dict[str, float] = field(default_factory=dict)
    height_m: float | None = None
    weight_t: float | None = None
    source: str = "assumption"

    def capped(self, kmh: float, road_class: str) -> float:
        """The speed on a class of road, no faster than the vehicle may go."""
        return min(kmh, self.cap_kmh.get(road_class, self.cap_kmh.get("*", kmh)))

    def words(self) -> str:
        """The vehicle in one line, for the provenance."""
        parts = [self.name]
        if self.forbidden:
            parts.append(f"not on {', '.join(sorted(self.forbidden))}")
        parts += [f"at most {kmh:g} km/h on {where}" for where, kmh in sorted(self.cap_kmh.items())]
        if self.height_m is not None:
            parts.append(f"{self.height_m:g} m high")
        if self.weight_t is not None:
            parts.append(f"{self.weight_t:g} t")
        return "; ".join([*parts, self.source])


CAR = Profile(
    name="car",
    access_keys=("access", "vehicle", "motor_vehicle", "motorcar"),
    source="access tags as documented by OpenStreetMap",
)

TRUCK = Profile(
    name="truck",
    access_keys=("access", "vehicle", "motor_vehicle", "hgv"),
    speed_keys=("maxspeed:hgv", "maxspeed"),
    forbidden=frozenset({"living_street"}),
    cap_kmh={"motorway": 100.0, "*": 80.0},
    height_m=4.0,
    weight_t=49.0,
    source="GB 1589-2016 (height, weight); Implementation Regulations of the Road Traffic Safety Law (2004) art. 78 "
    "(motorway); 80 km/h elsewhere and no living streets: assumption",
)

PROFILES = {profile.name: profile for profile in (CAR, TRUCK)}
"""Name -> profile; another vehicle is another `Profile`, or one of these with some fields replaced."""
