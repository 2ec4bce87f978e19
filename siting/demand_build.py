"""The demand of a study alone: its layers, a report of every fleet, and a page that shows both."""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import pyogrio

from demand_models import DemandReport, demand_report
from demand_models.ranges import Effect
from geodata import DemandPoints
from geodata.errors import listed
from siting.area import Area, build_area
from siting.demand import build_demand, demand_context, demand_correction
from siting.errors import RunFolderError, StudyError
from siting.folders import hidden_sibling, put_in_place, safe_name
from siting.layers import read_layers
from siting.study import Study

LAYERS_FILE: Final = "demand.gpkg"
REPORT_FILE: Final = "demand.json"
PAGE_FILE: Final = "demand.html"


@dataclass(frozen=True, eq=False)
class DemandBuild:
    """Demand of all fleets in all years of a study, with a report of each.

    Parameters
    ----------
    study, area
        The study and its area.
    demand
        The points, in the study's metric CRS.
    reports
        One per fleet and year, years ascending.
    """

    study: Study
    area: Area
    demand: DemandPoints
    reports: tuple[DemandReport, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the reports as plain values."""
        return {"study": self.study.name, "reports": [report.to_dict() for report in self.reports]}

    def page(self, language: str) -> str:
        """Draw the reports and their maps as one HTML page."""
        from maps_out import draw_demand

        other = {"zh": "en", "en": "zh"}[language]
        titles = {"zh": self.study.title_zh, "en": self.study.title_en}
        return draw_demand(
            titles[language] or titles[other] or self.study.name,
            self.to_dict()["reports"],
            *self._drawn(),
            language,
        )

    def save(self, out: Path) -> Path:
        """Write layers, reports and page below a folder, and return theirs; an older one of the study is replaced.

        Raises
        ------
        RunFolderError
            When the folder is a file, or was not written by this.
        """
        folder = out / f"{safe_name(self.study.name)}-demand"
        if folder.exists() and not (folder / REPORT_FILE).is_file():
            raise RunFolderError(f"{folder}: there is something else of this name; move it, or name another --out")
        out.mkdir(parents=True, exist_ok=True)
        with hidden_sibling(folder) as draft:
            self._write(draft)
            put_in_place(draft, folder)
        return folder

    def save_pictures(self, folder: Path) -> list[Path]:
        """Write an SVG of each fleet that asks for anything, and return the files; older ones are replaced.

        They are named after the fleet, and the year where there are several.
        """
        from maps_out import draw_demand_picture

        demand, districts = self._drawn()
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for report in self.reports:
            if report.services:
                year = f"-{report.year}" if self.study.phased else ""
                picture = draw_demand_picture(report.to_dict(), demand, districts, self.study.output.language)
                written.append(folder / f"{report.fleet}{year}.svg")
                beside = folder / f".{written[-1].name}.part"
                beside.write_text(picture, encoding="utf-8", newline="\n")
                beside.replace(written[-1])
        return written

    def _drawn(self) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
        """Demand and outlines in longitude and latitude."""
        return self.demand.frame.to_crs("EPSG:4326"), self.area.layers.districts.frame.to_crs("EPSG:4326")

    def _write(self, folder: Path) -> None:
        frame: gpd.GeoDataFrame = self.demand.frame.to_crs(self.study.output.crs)
        for service, rows in frame.groupby("service"):
            pyogrio.write_dataframe(rows, folder / LAYERS_FILE, layer=str(service), driver="GPKG")
        text = json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        (folder / REPORT_FILE).write_text(text, encoding="utf-8")
        (folder / PAGE_FILE).write_text(self.page(self.study.output.language), encoding="utf-8")


def build_layers(study: Study) -> DemandBuild:
    """Build the demand of a study without solving it.

    Raises
    ------
    StudyError, geodata.LayerError, geodata.CrsError, demand_models.DemandError
        When a file, a layer or a number does not fit, or all demand is on the road.
    """
    if study.flows and not study.demand:
        fault = f"no [demand.NAME]: {listed(study.flows)} of [flows] drive on roads; siting run shows them on its map"
        raise StudyError(study.source, [fault])
    area = build_area(study, read_layers(study))
    demand = build_demand(study, area)
    control = demand_correction(study, area)
    reports = [
        _with_remarks(area, demand_report(study.model_of(fleet), demand_context(study, area, year), fleet, control))
        for year in study.horizon
        for fleet in study.demand
    ]
    return DemandBuild(study, area, demand, tuple(reports))


def _with_remarks(area: Area, report: DemandReport) -> DemandReport:
    """The report of a fleet that stands in cells, with what should be known of the people there."""
    settings, spread = area.study.population, area.spread
    if settings is None or spread is None or all(used.layer != "cells" for used in report.inputs):
        return report
    remarks = tuple(f"people of the cells, like {settings.like}: {remark}" for remark in spread.remarks)
    return replace(report, notes=(*report.notes, *remarks))


def build_text(build: DemandBuild) -> str:
    """The totals of every fleet, for people."""
    lines = []
    for report in build.reports:
        lines.append(f"{report.fleet} ({report.model}, {report.year})")
        for service, figures in report.services.items():
            before = (
                "" if math.isclose(figures.before, figures.after) else f" (before control totals {figures.before:,.0f})"
            )
            lines.append(
                f"  {service:10} {figures.after:14,.0f} {figures.unit} a day{before} at {figures.places:,} places, "
                f"{figures.top_share:.0%} of it on the busiest tenth"
            )
        lines += [f"  {_effect(line.effect)}" for line in report.parameters if line.effect is not None]
        lines += [f"  note: {note}" for note in report.notes]
    if build.study.flows:
        lines.append(f"not shown: {listed(build.study.flows)} of [flows], vehicles on the road; see siting run")
    return "\n".join(lines)


def _effect(effect: Effect) -> str:
    names = dict.fromkeys([*effect.totals_low, *effect.totals_high])
    ends = ", ".join(
        f"{name} {effect.totals_low.get(name, 0.0):,.0f} to {effect.totals_high.get(name, 0.0):,.0f}" for name in names
    )
    return f"{effect.parameter} {effect.low:,.10g} to {effect.high:,.10g}: {ends}"
