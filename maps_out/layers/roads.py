"""The main roads on which travel was computed, under everything else."""

from maps_out.columns import polylines
from maps_out.layers.layer import Layer
from maps_out.strings import pair
from maps_out.tables import MapTables

_COLOUR = "#c3cbd3"
#: Width in pixels by class; what is not named is the thinnest.
_WIDTHS = {"motorway": 3.5, "trunk": 3.0, "primary": 2.4, "secondary": 1.7, "tertiary": 1.1}
_THINNEST = 0.7


def layers(tables: MapTables) -> list[Layer]:
    """One layer, least important classes first, so that motorways lie on top."""
    if tables.roads is None or tables.roads.empty:
        return []
    rows = tables.roads.iloc[::-1].explode(index_parts=False)
    data = {
        "lines": polylines(rows.geometry),
        "width": [_WIDTHS.get(name, _THINNEST) for name in rows["road_class"]],
        "colour": _COLOUR,
    }
    legend = [{"swatch": "line", "colour": _COLOUR, "label": pair("legend_road")}]
    return [
        Layer(
            id="roads", kind="roads", group="orientation", title=pair("layer_roads"), shown=True, legend=legend,
            data=data,
        )
    ]  # fmt: skip
