"""A fleet's demand as a picture of its own: a map per service, side by side."""

from collections.abc import Mapping
from typing import Any, Final

import geopandas as gpd

from maps_out.demand_sheet import Sheet, templates, unfit
from maps_out.errors import MapError

_CAPTION: Final = 42.0
"""Pixels above each map, for the service and its total."""


def draw_demand_picture(
    report: Mapping[str, Any], demand: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, language: str
) -> str:
    """Demand of one fleet in one year as an SVG that stands alone.

    Circles have the area of the demand; of each service the largest has the same size.

    Parameters
    ----------
    report, demand, districts, language
        As for `draw_demand`, of which the fleet of the report is drawn.

    Raises
    ------
    MapError
        As `draw_demand`; and when the fleet asks for nothing.
    """
    faults = unfit(demand, districts, language)
    if not report["services"]:
        faults.append(f"fleet {report['fleet']!r} asks for nothing in {report['year']}; there is nothing to draw")
    if faults:
        raise MapError("demand picture", faults)
    own = demand[(demand["fleet"] == report["fleet"]) & (demand["year"] == report["year"])]
    sheet = Sheet(own, districts, language)
    return templates().get_template("demand_picture.svg.j2").render(
        title=f"{report['fleet']}, {report['year']}: {report['summary']}", t=sheet.t, caption=_CAPTION,
        services=sheet.section(report)["services"], outlines=sheet.paper.outlines(),
        width=sheet.paper.width, height=sheet.paper.height,
    ) + "\n"  # fmt: skip
