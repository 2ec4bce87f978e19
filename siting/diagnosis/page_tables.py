"""The tables of the page: districts, places, candidates and stations of a service, as texts of one language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from geodata import UNITS, amount_name
from maps_out import formats
from siting.diagnosis.diagnose import Diagnosis
from siting.diagnosis.nearest import CIRCLES_MIN
from siting.diagnosis.words import Words

_ROWS: Final = 10
_OF_EACH_TYPE: Final = 3

Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Sheet:
    """A table as texts; the first columns are words, the others numbers."""

    heads: list[str]
    rows: list[list[str]]
    words: int
    note: str = ""


class ServiceTables:
    """The tables of a service in one language."""

    def __init__(self, diagnosis: Diagnosis, service: str, words: Words) -> None:
        self.diagnosis = diagnosis
        self.service = service
        self.unit = UNITS[service]
        self.words = words
        outlines = diagnosis.outlines
        self.english = dict(zip(outlines["district"], outlines["name_en"], strict=True))

    def districts(self) -> Sheet:
        """All districts together, and those where anything is asked for or stands."""
        table = self.diagnosis.districts
        own = table[(table["service"] == self.service) & ((table["demand"] > 0) | (table["stations"] > 0))]
        t, unit = self.words, self.unit
        heads = [
            *(t["district"], t.head("demand", unit), t["covered"], t["overlap"], t["served"]),
            *(t.head("unserved", unit), t["stations"], t["use"], t["minutes"]),
        ]
        return Sheet(heads, [self._district(row) for row in own.to_dict("records")], 1)

    def _district(self, row: Row) -> list[str]:
        nearest = self.words.minutes(row["minutes_to_nearest"], CIRCLES_MIN[-1])
        return [
            self.district(row["district"]) if row["district"] else self.words["whole"],
            formats.number(row["demand"]),
            *(formats.share(row[f"{key}_share"]) for key in ("covered", "overlap", "served")),
            formats.number(row["unserved"]),
            formats.number(row["stations"]),
            formats.share(row["use"]),
            nearest if row["demand"] > 0 else formats.NONE,
        ]

    def places(self) -> Sheet:
        """Places with the most unserved demand."""
        t = self.words
        heads = [t["place"], t["district"], t["vehicle"], t["why"], t.head("unserved", self.unit), t["nearest"]]
        return self._first(self.diagnosis.places, heads, self._place, words=4, file="places.csv")

    def _place(self, place: Row) -> list[str]:
        stands = place["why"] != "no_station"
        return [
            self.at(place, "place"),
            self.district(place["district"]),
            self.words.shared[f"vehicle_{place['vehicle']}"],
            self.words[f"why_{place['why']}"],
            formats.number(place["unserved"]),
            self.words.minutes(place["minutes"], CIRCLES_MIN[-1]) if stands else formats.NONE,
        ]

    def candidates(self) -> Sheet:
        """The best candidates of each facility type."""
        table, t = self.diagnosis.candidates, self.words
        own = table[table["service"] == self.service]
        best = own.groupby("type", sort=False).head(_OF_EACH_TYPE)
        heads = [
            *(t["place"], t["district"], t["type"], t["modules"], t["gain"], t["cost"]),
            t["per_million"],
        ]
        note = t.say("candidates_of", most=_OF_EACH_TYPE, all=formats.number(len(own)), file="candidates.csv")
        return Sheet(heads, [self._candidate(row) for row in best.to_dict("records")], 3, note)

    def _candidate(self, candidate: Row) -> list[str]:
        gains = [(unit, candidate.get(amount_name("gain", service), 0.0)) for service, unit in UNITS.items()]
        gained = " + ".join(self.words.daily(gain, unit) for unit, gain in gains if gain > 0)
        return [
            self.at(candidate, "candidate"),
            self.district(candidate["district"]),
            self.words.named(self.diagnosis.about["types"][candidate["type"]], "label"),
            formats.number(candidate["modules"]),
            ("" if candidate["exact"] else "≥ ") + gained,
            self.words.money(candidate["cost_cny"]),
            formats.number(candidate["value_per_million_cny"]),
        ]

    def missed(self) -> Sheet:
        """Stations without which the most would go unserved."""
        t, unit = self.words, self.unit
        heads = [
            *(t["station"], t["place"], t["district"], t.head("capacity", unit), t["use"], t.head("lost", unit)),
            t["lost_share"],
        ]
        stations = self.diagnosis.stations
        lost = stations[stations["lost"] > 0].sort_values(["lost", "station"], ascending=[False, True])
        return self._first(lost, heads, self._station, words=3, file="stations.csv")

    def _station(self, station: Row) -> list[str]:
        return [
            str(station["station"]),
            self.near(station),
            self.district(station["district"]),
            formats.number(station["capacity"]),
            formats.share(station["use"]),
            formats.number(station["lost"]),
            formats.share(station["lost_share"]),
        ]

    def near(self, row: Row) -> str:
        """Nearest named place."""
        return self.words.named(row, "place")

    def at(self, row: Row, key: str) -> str:
        """Nearest named place with the id of what is near it, by which it is found in the tables."""
        near = self.near(row)
        return f"{near} ({row[key]})" if near else str(row[key])

    def district(self, name: str) -> str:
        """Name of a district in the language."""
        return self.words.district(name, self.english)

    def _first(
        self, table: pd.DataFrame, heads: list[str], row: Callable[[Row], list[str]], *, words: int, file: str
    ) -> Sheet:
        """The first rows of a table, and where all of them are."""
        own = table[table["service"] == self.service]
        shown = [row(entry) for entry in own.head(_ROWS).to_dict("records")]
        note = self.words.say("first_of", count=len(shown), all=formats.number(len(own)), file=file)
        return Sheet(heads, shown, words, note)
