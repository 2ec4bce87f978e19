"""The printable summary: one A4 page with key figures, scorecard, a small map and the sites to build first."""

from collections.abc import Mapping
from typing import Any

from maps_out import formats
from maps_out.assets import own, require_offline
from maps_out.columns import text
from maps_out.errors import MapError
from maps_out.sketch import sketch
from maps_out.strings import LANGUAGES, UNIT_KEYS, words
from maps_out.tables import MapTables

_AT_KM = 0.1  # nearer than this a station is at a place
_TOP_SITES = 6
_UNITS = {
    **UNIT_KEYS,
    "stations": "unit_stations",
    "modules": "unit_modules",
    "places": "unit_places",
}


def draw_summary(tables: MapTables, language: str) -> str:
    """Summary of a result as one HTML page that prints on A4 and needs neither script nor internet.

    Parameters
    ----------
    tables
        The result.
    language
        "zh" or "en".

    Returns
    -------
    str
        The page. The same tables and language give the same bytes.

    Raises
    ------
    MapError
        When the language is unknown.
    """
    # Only drawing needs the template engine.
    from jinja2 import Environment, StrictUndefined

    if language not in LANGUAGES:
        raise MapError("summary page", [f"language {language!r} is not one of {', '.join(LANGUAGES)}"])
    page = _Words(tables, language)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    html = environment.from_string(own("summary.html.j2")).render(
        language=language,
        t=page.words,
        meta=tables.meta,
        title=tables.meta[f"title_{language}"],
        method=tables.meta[f"method_{language}"],
        services=page.services(),
        facts=page.facts(),
        stations=page.stations(),
        lines=[page.line(line) for line in tables.scorecard if not line["district"]],
        district_lines=page.district_lines(),
        sites=page.sites(),
        sizes=page.sizes,
        top_note=page.top_note(),
        sources=page.listed("sources"),
        modelled=page.listed("modelled"),
        measured=page.listed("measured"),
        sketch=sketch(tables),
    )
    require_offline(html, "summary page")
    return html + "\n"


class _Words:
    """The result's figures as text in one language."""

    def __init__(self, tables: MapTables, language: str) -> None:
        self.tables = tables
        self.language = language
        self.words = words(language, tables.kpis)
        self.sizes = tables.kpis.get("objective", {}).get("capacities", True)
        self.types = {entry["id"]: entry for entry in tables.types}

    def say(self, entry: Mapping[str, Any], name: str) -> str:
        other = LANGUAGES[1 - LANGUAGES.index(self.language)]
        return text(entry[f"{name}_{self.language}"]) or text(entry[f"{name}_{other}"])

    def listed(self, name: str) -> list[str]:
        return [str(entry) for entry in self.tables.meta.get(f"{name}_{self.language}", self.tables.meta[name])]

    def money(self, cny: float | None) -> str:
        return formats.money(cny, self.words, self.language)

    def unit(self, unit: str) -> str:
        return self.words[_UNITS[unit]] if unit in _UNITS else unit.replace("CNY", self.words["unit_cny"])

    def daily(self, value: float, unit: str) -> str:
        shown = formats.amount(value, self.words, self.language)
        return self.words["per_day"].format(amount=shown, unit=self.unit(unit))

    def services(self) -> list[dict[str, Any]]:
        found = []
        for service in self.tables.services():
            figures = self.tables.kpis["services"][service]
            before = figures["share_before"]
            found.append(
                {
                    "name": self.words[f"service_{service}"],
                    "share": formats.share(figures["share"]),
                    "width": round(100 * min(1.0, figures["share"] or 0.0), 1),
                    "width_before": round(100 * min(1.0, before or 0.0), 1),
                    "before": self.words["kpi_no_before"]
                    if before is None
                    else self.words["kpi_before"].format(share=formats.share(before)),
                    "demand": f"{self.words['kpi_of']} {self.daily(figures['demand'], figures['unit'])}",
                }
            )
        return found

    def facts(self) -> list[tuple[str, str, str]]:
        kpis, t = self.tables.kpis, self.words
        stations = kpis["stations"].values()
        added, standing = (sum(entry.get(name, 0) for entry in stations) for name in ("new", "existing"))
        budget = kpis["budget_cny"]
        of_budget = t["kpi_no_budget"]
        if budget:
            of_budget = t["kpi_budget"].format(
                budget=self.money(budget), share=formats.share(kpis["cost_cny"] / budget)
            )
        passed = kpis["check"] == "passed"
        return [
            *self.objective(),
            *self.vehicles(),
            (t["kpi_stations"], f"+{formats.number(added)}", t["kpi_standing"].format(count=formats.number(standing))),
            (t["kpi_cost"], self.money(kpis["cost_cny"]), of_budget),
            (t["kpi_gap"], *self.proven(kpis["solve"].get("gap"))),
            (t["kpi_check"], f"✓ {t['check_passed']}" if passed else f"✗ {kpis['check']}", t["kpi_check_note"]),
        ]

    def proven(self, gap: float | None) -> tuple[str, str]:
        """How far from the best an answer can be; what is proven to be best is not "at most" anything away from it."""
        if gap is None:
            return self.words["kpi_no_gap"], self.words["kpi_gap_note"]
        if formats.gap(gap) == formats.gap(0.0):
            return formats.gap(gap), self.words["solver_optimal"]
        return f"≤ {formats.gap(gap)}", self.words["kpi_gap_note"]

    def objective(self) -> list[tuple[str, str, str]]:
        """Figures of a classic objective, where there is one."""
        objective = self.tables.kpis.get("objective")
        if objective is None:
            return []
        name, p = self.say(objective, "label"), objective.get("p")
        asked = "" if p is None else self.words["of_p"].format(p=formats.number(p))
        return [
            (self.say(figure, "label"), self.figure(figure), asked if figure["key"] == "stations" else name)
            for figure in objective["figures"]
        ]

    def figure(self, figure: Mapping[str, Any]) -> str:
        """A figure of the objective with its unit."""
        value, unit = figure["value"], figure["unit"]
        if value is not None and unit == "min":
            return self.words["minutes_text"].format(minutes=formats.number(value, 1))
        if value is not None and unit == "km":
            return self.words["length_text"].format(km=formats.number(value, 2))
        return self.quantity(value, unit)

    def vehicles(self) -> list[tuple[str, str, str]]:
        """Vehicles on the road that are served, where there are any."""
        fleets = self.tables.kpis.get("flows", {}).values()
        driving, served = (sum(fleet[name] for fleet in fleets) for name in ("vehicles", "served"))
        of = self.words["kpi_of_vehicles"].format(count=formats.number(driving))
        return [(self.words["kpi_vehicles"], formats.number(served), of)] if fleets else []

    def stations(self) -> list[dict[str, Any]]:
        found = []
        for number, entry in enumerate(self.tables.types):
            counts = self.tables.kpis["stations"].get(entry["id"], {})
            existing, added = counts.get("existing", 0), counts.get("new", 0)
            if existing or added:
                label = self.say(entry, "label")
                found.append({"symbol": number, "label": label, "existing": existing, "new": added})
        return found

    def quantity(self, value: float | None, unit: str) -> str:
        if value is None:
            return formats.NONE
        if unit == "CNY":
            return self.money(value)
        return formats.share(value) if unit == "share" else formats.number(value, 2)

    def line(self, line: Mapping[str, Any]) -> dict[str, str]:
        state = "unknown" if not line["evaluated"] or line["met"] is None else "yes" if line["met"] else "no"
        unit = "" if line["unit"] in {"CNY", "share"} else f" {self.unit(line['unit'])}"
        sense = {"=": "=\u00a0", ">=": "≥\u00a0", "<=": "≤\u00a0"}[line["sense"]]
        return {
            "label": self.say(line, "label"),
            "target": f"{sense}{self.quantity(line['target'], line['unit'])}{unit}",
            "achieved": self.quantity(line["achieved"], line["unit"]),
            "state": state if line["enforced"] else "unknown",
            "met": {"unknown": "○ ", "yes": "✓ ", "no": "✗ "}[state] + self.words[f"met_{state}"] + self.compared(line),
        }

    def compared(self, line: Mapping[str, Any]) -> str:
        """A mark on evaluated lines that do not bind the answer."""
        return f" ({self.words['enforced_no']})" if line["evaluated"] and not line["enforced"] else ""

    def district_lines(self) -> str:
        lines = [line for line in self.tables.scorecard if line["district"]]
        reached = sum(line["met"] is True for line in lines)
        return self.words["district_lines"].format(count=len(lines), met=reached) if lines else ""

    def near(self, place: str, km: float | None) -> str:
        """Where a station is; at a place it is not "0 km" from it."""
        if not place:
            return ""
        if km is None or not km >= _AT_KM:
            return self.words["at_place"].format(place=place)
        return self.words["near_place"].format(place=place, km=formats.number(km, 1))

    def sites(self) -> list[dict[str, str]]:
        opened = self.tables.sites[self.tables.sites["status"] != "existing"]
        found = []
        for site in opened.sort_values(["priority", "facility_id"]).head(_TOP_SITES).to_dict("records"):
            kind = self.types[site["type"]]
            size = self.words["modules_of"].format(
                count=formats.number(site["modules"]), module=self.say(kind, "module")
            )
            found.append(
                {
                    "priority": formats.number(site["priority"]),
                    "type": self.say(kind, "label"),
                    "district": self.district(text(site["district"])),
                    "place": self.near(self.say(site, "place"), site["place_km"]),
                    "size": size,
                    "cost": self.money(site["cost_cny"]),
                    "use": formats.share(site["use_share"]),
                }
            )
        return found

    def district(self, name: str) -> str:
        frame = self.tables.districts
        english = frame.loc[frame["district"] == name, "name_en"]
        return text(english.iloc[0]) or name if self.language == "en" and len(english) else name

    def top_note(self) -> str:
        opened = int((self.tables.sites["status"] != "existing").sum())
        return self.words["summary_top_note"].format(count=min(_TOP_SITES, opened), all=formats.number(opened))
