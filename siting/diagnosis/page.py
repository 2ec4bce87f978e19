"""The page of a diagnosis: one HTML file in both languages that prints, and needs neither script nor internet."""

from collections.abc import Mapping
from typing import Any, Final

from maps_out import formats
from maps_out.assets import require_offline
from siting.diagnosis.diagnose import EXACT, Diagnosis
from siting.diagnosis.nearest import CIRCLES_MIN
from siting.diagnosis.page_tables import ServiceTables
from siting.diagnosis.picture import picture
from siting.diagnosis.words import LANGUAGES, Words

_TEMPLATE: Final = "diagnosis.html.j2"


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
        views=[_view(diagnosis, Words(language)) for language in LANGUAGES],
    )
    require_offline(html, "diagnosis page")
    return html + "\n"


def _view(diagnosis: Diagnosis, words: Words) -> dict[str, Any]:
    """The whole page as texts of one language."""
    about = diagnosis.about
    return {
        "language": words.language,
        "t": words,
        "title": about[f"title_{words.language}"],
        "eyebrow": words.say("eyebrow", year=about["year"]),
        "run": words.shared["run_line"].format(run=about["run_id"], version=about["version"]),
        "intro": words.say("intro", stations=formats.number(about["stations"])),
        "services": [_service(diagnosis, service, words) for service in diagnosis.services],
        "notes": _notes(about, words),
    }


def _service(diagnosis: Diagnosis, service: str, words: Words) -> dict[str, Any]:
    figures, tables = diagnosis.services[service], ServiceTables(diagnosis, service, words)
    stands = figures["stations"] > 0
    return {
        "id": service,
        "name": words.service(service),
        "lead": lead(figures, words),
        "facts": _facts(figures, words) if stands else [],
        "spread": spread(figures, words) if stands else "",
        "districts": tables.districts() if stands else None,
        "places": tables.places(),
        "candidates": tables.candidates(),
        "missed": tables.missed(),
    }


def _facts(figures: Mapping[str, Any], words: Words) -> list[tuple[str, str, str]]:
    """Key figures as label, value and note."""

    def daily(key: str) -> str:
        return words.daily(figures[key], figures["unit"])

    stations = words.say("mean_stations", count=formats.number(figures["stations_per_covered"], 1))
    return [
        (words["covered"], formats.share(figures["covered_share"]), daily("covered")),
        (words["served"], formats.share(figures["served_share"]), daily("served")),
        (words["overlap"], formats.share(figures["overlap_share"]), stations),
        (words["use"], formats.share(figures["use"]), f"{daily('given')} / {daily('capacity')}"),
        (words["minutes"], words.minutes(figures["minutes_to_nearest"], CIRCLES_MIN[-1]), ""),
    ]


def _notes(about: Mapping[str, Any], words: Words) -> list[str]:
    return [
        *(words[f"note_{name}"] for name in ("serve", "station", "loss")),
        words.say("note_gain", exact=EXACT),
        *flow_notes(about, words),
        words.say("note_travel", method=about["travel_method"]),
    ]


def lead(figures: Mapping[str, Any], words: Words) -> str:
    """What stands for a service, in a few sentences."""
    if not figures["stations"]:
        return words.say("nothing_stands", demand=words.daily(figures["demand"], figures["unit"]))
    demand, unmissed = figures["demand"], figures["unmissed"]
    said = words.say(
        "lead",
        stations=formats.number(figures["stations"]),
        covered=formats.share(figures["covered_share"]),
        served=formats.share(figures["served_share"]),
        out=formats.share(figures["out_of_reach"] / demand),
        full=formats.share((figures["unserved"] - figures["out_of_reach"]) / demand),
    )
    share = formats.share(unmissed / figures["stations"])
    rest = words.say("unmissed", unmissed=formats.number(unmissed), share=share) if unmissed else words["all_missed"]
    return said + (" " if words.language == "en" else "") + rest


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
