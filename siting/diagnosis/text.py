"""What the terminal says of a diagnosis."""

from pathlib import Path

from maps_out import formats
from siting.diagnosis.diagnose import Diagnosis
from siting.diagnosis.nearest import CIRCLES_MIN
from siting.diagnosis.page import flow_notes, lead, spread
from siting.diagnosis.words import Words

_WORST = 5


def diagnosis_text(diagnosis: Diagnosis, folder: Path, page: Path) -> str:
    """Lines for people in the study's language, without a final newline."""
    about = diagnosis.about
    words = Words(about["language"])
    lines = [
        f"{about[f'title_{words.language}']} · {words.say('eyebrow', year=about['year'])}",
        words.say("intro", stations=formats.number(about["stations"])),
    ]
    for service, figures in diagnosis.services.items():
        lines += ["", words.service(service), f"  {lead(figures, words)}"]
        if figures["stations"]:
            lines += [f"  {spread(figures, words)}", *_facts(diagnosis, service, words)]
    lines += ["", *flow_notes(about, words), f"{words['folder']}  {folder}", f"{words['page']}  {page}"]
    return "\n".join(lines)


def _facts(diagnosis: Diagnosis, service: str, words: Words) -> list[str]:
    """Time to the nearest station, and the districts that are served least."""
    figures, table = diagnosis.services[service], diagnosis.districts
    english = dict(zip(diagnosis.outlines["district"], diagnosis.outlines["name_en"], strict=True))
    own = table[(table["service"] == service) & (table["district"] != "") & (table["demand"] > 0)]
    least = own.sort_values(["served_share", "district"]).head(_WORST)
    shares = [
        f"{words.district(district, english)} {formats.share(share)}"
        for district, share in zip(least["district"], least["served_share"], strict=True)
    ]
    return [
        f"  {words['minutes']}: {words.minutes(figures['minutes_to_nearest'], CIRCLES_MIN[-1])}",
        f"  {words['least']}: {', '.join(shares)}",
    ]
