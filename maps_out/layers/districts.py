"""District outlines with population, stations and shares served."""

from maps_out.colours import GROUND
from maps_out.columns import numbers, rings, texts
from maps_out.layers.layer import Layer
from maps_out.strings import pair
from maps_out.tables import MapTables

# About twenty metres: invisible at any zoom the page offers for a whole district.
_SIMPLIFY_DEGREES = 0.0002


def layers(tables: MapTables) -> list[Layer]:
    """One layer; shares are 0 to 1 and missing where a district has no demand."""
    frame = tables.districts
    outlines = frame.geometry.simplify(_SIMPLIFY_DEGREES)
    data = {
        "zh": texts(frame["district"]),
        "en": texts(frame["name_en"]),
        "population": numbers(frame["population"]),
        "stations": numbers(frame["stations"]),
        "shares": {service: numbers(frame[f"share_served_{service}"], 4) for service in tables.services()},
        "rings": [rings(outline) for outline in outlines],
        "fill": GROUND,
        "line": "#8795a1",
    }
    legend = [{"swatch": "outline", "colour": GROUND, "label": pair("legend_district")}]
    return [
        Layer(
            id="districts",
            kind="polygons",
            group="orientation",
            title=pair("layer_districts"),
            shown=True,
            legend=legend,
            data=data,
        )
    ]
