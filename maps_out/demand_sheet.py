"""The demand sheet: a map of each fleet, its totals, and where every number comes from; a page without a script."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np

from maps_out import formats
from maps_out.assets import own, require_offline
from maps_out.colours import SERVICE_COLOURS
from maps_out.errors import MapError
from maps_out.paper import Paper
from maps_out.prose import blocks
from maps_out.prose import words as prose
from maps_out.strings import LANGUAGES, UNIT_KEYS, words

if TYPE_CHECKING:
    from jinja2 import Environment

_LARGEST = 9.0  # pixels, of the place with most demand where places are few
_LEAST = 0.4
_INK = 0.3  # share of the districts under all circles of a fleet, at most; more would be one blot


def draw_demand(
    title: str,
    reports: Sequence[Mapping[str, Any]],
    demand: gpd.GeoDataFrame,
    districts: gpd.GeoDataFrame,
    language: str,
) -> str:
    """Demand of all fleets as one HTML page that needs neither script nor internet.

    Parameters
    ----------
    title
        Name of the study.
    reports
        For each fleet and year what `demand_models.DemandReport.to_dict` tells.
    demand
        Points with the columns fleet, service, year and demand, in longitude and latitude.
    districts
        Outlines in longitude and latitude, with their names in `district` and `name_en`.
    language
        "zh" or "en".

    Raises
    ------
    MapError
        When the language is unknown, or a layer is not in longitude and latitude.
    """
    faults = unfit(demand, districts, language)
    if faults:
        raise MapError("demand sheet", faults)
    sheet = Sheet(demand, districts, language)
    html = templates().get_template("demand.html.j2").render(
        language=language, t=sheet.t, title=title, sections=[sheet.section(report) for report in reports],
        outlines=sheet.paper.outlines(), width=sheet.paper.width, height=sheet.paper.height,
    )  # fmt: skip
    require_offline(html, "demand sheet")
    return html + "\n"


def unfit(demand: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, language: str) -> list[str]:
    """What a drawing cannot be made of: an unknown language, layers that are not in longitude and latitude."""
    faults = [] if language in LANGUAGES else [f"language {language!r} is not one of {', '.join(LANGUAGES)}"]
    for name, frame in (("demand", demand), ("districts", districts)):
        if frame.crs is None or not frame.crs.is_geographic:
            faults.append(f"{name}: longitude and latitude are needed, found CRS {frame.crs}; use to_crs(4326)")
    return faults


def templates() -> "Environment":
    """Page templates, which may include each other; text is escaped."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(own), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


class Sheet:
    """Reports as text in one language, and their points on paper."""

    def __init__(self, demand: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, language: str) -> None:
        self.demand, self.paper, self.language = demand, Paper(districts), language
        self.t = words(language)
        self._per_unit = _pixels_per_unit(demand, self.paper.area)
        named = districts["name_en" if language == "en" else "district"]
        self._names = dict(zip(districts["district"], named, strict=True))

    def section(self, report: Mapping[str, Any]) -> dict[str, Any]:
        """One fleet in one year."""
        services = [self._service(report, name, figures) for name, figures in report["services"].items()]
        return {
            **{key: report[key] for key in ("fleet", "model", "year", "source", "notes")},
            "summary": prose(self.t.get(f"demand_about_{report['model']}", report["summary"])),
            "formula": blocks(report["formula"]),
            "services": services,
            "changes": [line for name, figures in report["services"].items() for line in self._changes(name, figures)],
            "inputs": [self._input(entry) for entry in report["inputs"]],
            "parameters": [self._parameter(entry) for entry in report["parameters"]],
            "districts": self._districts(report["services"]),
        }

    def _service(self, report: Mapping[str, Any], name: str, figures: Mapping[str, Any]) -> dict[str, Any]:
        unit = figures["unit"]
        peak = self.t["demand_hour"].format(
            hour=figures["peak_hour"], amount=self._amount(figures["peak_demand"], unit)
        )
        fitted = not math.isclose(figures["before"], figures["after"])
        return {
            "name": self.t[f"service_{name}"],
            "colour": SERVICE_COLOURS[name],
            "after": self._daily(figures["after"], unit),
            "before": self._daily(figures["before"], unit) if fitted else None,
            "places": formats.number(figures["places"]),
            "median": self._daily(figures["quantiles"][50], unit),
            "top": formats.share(figures["top_share"]),
            "peak": peak,
            "dots": list(self._dots(report, name)),
        }

    def _dots(self, report: Mapping[str, Any], service: str) -> Iterator[tuple[float, float, float]]:
        """Left, top and radius of each place, the largest first, so that none is hidden."""
        rows = self.demand[
            (self.demand["fleet"] == report["fleet"])
            & (self.demand["service"] == service)
            & (self.demand["year"] == report["year"])
        ].sort_values("demand", ascending=False, kind="stable")
        pixels = rows["demand"].to_numpy() * self._per_unit[report["fleet"], service]
        radius = np.maximum(np.sqrt(pixels / np.pi), _LEAST)
        for x, y, r in zip(rows.geometry.x, rows.geometry.y, radius, strict=True):
            yield *self.paper.place(x, y), round(float(r), 2)

    def _changes(self, service: str, figures: Mapping[str, Any]) -> Iterator[list[str]]:
        for change in figures["changes"]:
            where = f"{change['margin']} {change['group']}".strip()
            amounts = (self._daily(change[key], figures["unit"]) for key in ("before", "wanted", "after"))
            yield [self.t[f"service_{service}"], where, *amounts]

    def _input(self, entry: Mapping[str, Any]) -> str:
        used = self.t["demand_rows"].format(
            used=formats.number(entry["rows_with_demand"]), rows=formats.number(entry["rows"])
        )
        return f"{entry['layer']}{': ' + entry['column'] if entry['column'] else ''} ({used})"

    def _parameter(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        value = entry["value"]
        shown = (
            "; ".join(f"{year}: {_plain(number)}" for year, number in value.items())
            if isinstance(value, Mapping)
            else _plain(value)
        )
        return {
            "name": entry["name"], "value": shown, "meaning": prose(entry["meaning"]), "source": entry["source"],
            "effect": self._effect(entry["effect"]),
        }  # fmt: skip

    def _effect(self, effect: Mapping[str, Any] | None) -> str:
        if effect is None:
            return ""
        totals = "; ".join(
            f"{self.t[f'service_{name}']} {formats.amount(effect['totals_low'].get(name, 0.0), self.t, self.language)}"
            f" – {formats.amount(effect['totals_high'].get(name, 0.0), self.t, self.language)}"
            for name in dict.fromkeys([*effect["totals_low"], *effect["totals_high"]])
        )
        return f"{_plain(effect['low'])} – {_plain(effect['high'])}: {totals}"

    def _districts(self, services: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
        """A line per district, most demand of the first service first."""
        names = list(dict.fromkeys(name for figures in services.values() for name in figures["by_district"]))
        first: Mapping[str, float] = next(iter(services.values()))["by_district"] if services else {}
        names.sort(key=lambda name: -first.get(name, 0.0))
        return [
            [
                self._names.get(name, name) or self.t["demand_outside"],
                *(self._daily(figures["by_district"].get(name, 0.0), figures["unit"]) for figures in services.values()),
            ]
            for name in names
        ]

    def _amount(self, value: float, unit: str) -> str:
        return f"{formats.amount(value, self.t, self.language)} {self.t[UNIT_KEYS[unit]]}"

    def _daily(self, value: float, unit: str) -> str:
        amount = formats.amount(value, self.t, self.language)
        return self.t["per_day"].format(amount=amount, unit=self.t[UNIT_KEYS[unit]])


def _pixels_per_unit(demand: gpd.GeoDataFrame, area: float) -> Mapping[tuple[str, str], float]:
    """Square pixels of a circle per unit of demand, by fleet and service, the same in all years."""
    keys = ["fleet", "service"]
    most = demand.groupby(keys)["demand"].max()
    total = demand.groupby([*keys, "year"])["demand"].sum().groupby(keys).max()
    pixels: Mapping[tuple[str, str], float] = np.minimum(np.pi * _LARGEST**2 / most, _INK * area / total).to_dict()
    return pixels


def _plain(number: float) -> str:
    """A parameter as the study gives it, with thousands separators and without an exponent where it can be avoided."""
    return f"{number:,.10g}"
