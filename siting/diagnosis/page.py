"""The page of a diagnosis: one HTML file in both languages that prints, and needs neither script nor internet."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from geodata import UNITS
from maps_out import formats
from maps_out.assets import require_offline
from siting.diagnosis.diagnose import EXACT, Diagnosis
from siting.diagnosis.nearest import CIRCLES_MIN
from siting.diagnosis.picture import picture
from siting.diagnosis.words import LANGUAGES, Words

_TEMPLATE: Final = "diagnosis.html.j2"
_ROWS: Final = 10
_FACTS: Final = ("covered", "served", "overlap", "use")


def diagnosis_page(diagnosis: Diagnosis) -> str:
    """Draw the page; all names in it are text. The same diagnosis gives the same bytes.

    Raises
    ------
    maps_out.MapError
        When the page would fetch anything.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("siting", "data"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    about = diagnosis.about
    html = environment.get_template(_TEMPLATE).render(
        about=about,
        title=about[f"title_{about['language']}"],
        pictures={service: picture(diagnosis, service) for service in diagnosis.services},
        views=[_View(diagnosis, Words(language)).parts() for language in LANGUAGES],
    )
    require_offline(html, "diagnosis page")
    return html + "\n"


class _View:
    """The figures of a diagnosis as text in one language."""

    def __init__(self, diagnosis: Diagnosis, words: Words) -> None:
        self.diagnosis = diagnosis
        self.words = words
        outlines = diagnosis.outlines
        self.english = dict(zip(outlines["district"], outlines["name_en"], strict=True))

    def parts(self) -> dict[str, Any]:
        about, say = self.diagnosis.about, self.words.say
        return {
            "language": self.words.language,
            "t": self.words,
            "title": about[f"title_{self.words.language}"],
            "eyebrow": say("eyebrow", year=about["year"]),
            "run": self.words.shared["run_line"].format(run=about["run_id"], version=about["version"]),
            "intro": say("intro", stations=formats.number(about["stations"])),
            "services": [self.service(name, figures) for name, figures in self.diagnosis.services.items()],
            "notes": self.notes(),
        }

    def service(self, name: str, figures: Mapping[str, Any]) -> dict[str, Any]:
        stands = figures["stations"] > 0
        return {
            "id": name,
            "name": self.words.service(name),
            "lead": lead(figures, self.words),
            "facts": self.facts(figures) if stands else [],
            "spread": spread(figures, self.words) if stands else "",
            "districts": self.districts(name) if stands else [],
            "places": self.places(name),
            "candidates": self.candidates(name),
            "missed": self.missed(name),
        }

    def facts(self, figures: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        notes = {"overlap": self.words.say("mean_stations", count=formats.number(figures["stations_per_covered"], 1))}
        notes["use"] = f"{self.daily(figures['given'], figures)} / {self.daily(figures['capacity'], figures)}"
        notes["served"] = self.daily(figures["served"], figures)
        notes["covered"] = self.daily(figures["covered"], figures)
        shares = [
            (self.words[key], formats.share(figures["use" if key == "use" else f"{key}_share"]), notes[key])
            for key in _FACTS
        ]
        nearest = self.words.minutes(figures["minutes_to_nearest"], CIRCLES_MIN[-1])
        return [*shares, (self.words["minutes"], nearest, "")]

    def daily(self, amount: float, figures: Mapping[str, Any]) -> str:
        return self.words.daily(amount, figures["unit"])

    def districts(self, service: str) -> list[list[str]]:
        table = self.diagnosis.districts
        own = table[(table["service"] == service) & ((table["demand"] > 0) | (table["stations"] > 0))]
        return [
            [
                self.district(row["district"]) if row["district"] else self.words["whole"],
                self.daily(row["demand"], row),
                *(formats.share(row[f"{key}_share"]) for key in ("covered", "overlap", "served")),
                self.daily(row["unserved"], row),
                formats.number(row["stations"]),
                formats.share(row["use"]),
                self.words.minutes(row["minutes_to_nearest"], CIRCLES_MIN[-1]) if row["demand"] > 0 else formats.NONE,
            ]
            for row in own.to_dict("records")
        ]

    def places(self, service: str) -> dict[str, Any]:
        def row(place: Mapping[Any, Any]) -> list[str]:
            return [
                self.near(place) or str(place["place"]),
                self.district(place["district"]),
                self.words.shared[f"vehicle_{place['vehicle']}"],
                self.daily(place["unserved"], place),
                self.words.minutes(place["minutes"], CIRCLES_MIN[-1]),
                self.words[f"why_{place['why']}"],
            ]

        return self.first(self.diagnosis.places, service, "places.csv", row)

    def candidates(self, service: str) -> dict[str, Any]:
        unit = UNITS[service]

        def row(candidate: Mapping[Any, Any]) -> list[str]:
            gain, cost = candidate[f"gain_{service}_{unit.lower()}"], candidate["cost_cny"]
            return [
                self.near(candidate) or str(candidate["candidate"]),
                self.district(candidate["district"]),
                self.type(candidate["type"]),
                formats.number(candidate["modules"]),
                ("" if candidate["exact"] else "≥ ") + self.words.daily(gain, unit),
                self.words.money(cost),
                self.words.daily(gain / cost * 1e6, unit) if cost > 0 else formats.NONE,
            ]

        return self.first(self.diagnosis.candidates, service, "candidates.csv", row)

    def missed(self, service: str) -> dict[str, Any]:
        def row(station: Mapping[Any, Any]) -> list[str]:
            return [
                str(station["station"]),
                self.near(station),
                self.district(station["district"]),
                self.daily(station["capacity"], station),
                formats.share(station["use"]),
                self.daily(station["lost"], station),
                formats.share(station["lost_share"]),
            ]

        stations = self.diagnosis.stations
        lost = stations[stations["lost"] > 0].sort_values(["lost", "station"], ascending=[False, True])
        return self.first(lost, service, "stations.csv", row)

    def first(self, table: pd.DataFrame, service: str, file: str, row: Any) -> dict[str, Any]:  # noqa: ANN401
        """The first rows of a table of a service as texts, and how many there are."""
        own = table[table["service"] == service]
        shown = [row(entry) for entry in own.head(_ROWS).to_dict("records")]
        note = self.words.say("first_of", count=len(shown), all=formats.number(len(own)), file=file)
        return {"rows": shown, "note": note}

    def near(self, row: Mapping[Any, Any]) -> str:
        return self.words.named(row, "place")

    def type(self, name: str) -> str:
        return self.words.named(self.diagnosis.about["types"][name], "label")

    def district(self, name: str) -> str:
        return self.words.district(name, self.english)

    def notes(self) -> list[str]:
        about, say = self.diagnosis.about, self.words.say
        return [
            *(self.words[f"note_{name}"] for name in ("serve", "station", "loss")),
            say("note_gain", exact=EXACT),
            *flow_notes(about, self.words),
            say("note_travel", method=about["travel_method"]),
        ]


def lead(figures: Mapping[str, Any], words: Words) -> str:
    """What stands for a service, in a sentence or two."""
    if not figures["stations"]:
        return words.say("nothing_stands", demand=words.daily(figures["demand"], figures["unit"]))
    demand = figures["demand"]
    said = words.say(
        "lead",
        stations=formats.number(figures["stations"]),
        covered=formats.share(figures["covered_share"]),
        served=formats.share(figures["served_share"]),
        out=formats.share(figures["out_of_reach"] / demand),
        full=formats.share((figures["unserved"] - figures["out_of_reach"]) / demand),
    )
    share = formats.share(figures["unmissed"] / figures["stations"])
    space = " " if words.language == "en" else ""
    return said + space + words.say("unmissed", unmissed=formats.number(figures["unmissed"]), share=share)


def spread(figures: Mapping[str, Any], words: Words) -> str:
    """How use is spread over the stations."""
    shares = {"idle": "below_10", "slack": "below_25", "busy": "above_90"}
    return words.say("spread", **{name: formats.share(figures[key]) for name, key in shares.items()})


def flow_notes(about: Mapping[str, Any], words: Words) -> list[str]:
    """What asks along roads, and is left out."""
    return [
        words.say(
            "note_flows",
            service=words.service(service),
            count=formats.number(flows["flows"]),
            demand=words.daily(flows["demand"], flows["unit"]),
        )
        for service, flows in about["flows"].items()
    ]
