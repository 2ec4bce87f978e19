"""The words that every layer shares: services with their units, vehicle classes, site statuses, kinds of demand."""

from typing import Final

#: Unit of a day's demand, by service.
UNITS: Final[dict[str, str]] = {"charging": "kWh", "swapping": "swaps", "hydrogen": "kg"}

SERVICES: Final[tuple[str, ...]] = tuple(UNITS)

VEHICLES: Final[tuple[str, ...]] = ("car", "truck")

#: What may happen at a site: it stands already, must open, may open, must not open.
STATUSES: Final[tuple[str, ...]] = ("existing", "required", "candidate", "forbidden")

#: Whether a demand was computed from a model or counted in the world.
KINDS: Final[tuple[str, ...]] = ("modelled", "measured")
