"""Default looks of layers in QGIS, as QML text: one per kind of layer, else by the type of its geometries."""

from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as ET

Look = Mapping[str, str]

_MARKER: Final = {"outline_color": "#ffffff", "outline_width": "0.2"}
_THIN: Final = {"outline_color": "#555555", "outline_width": "0.4"}

#: Kind of layer = what QGIS is told of its symbol.
LOOKS: Final[Mapping[str, Look]] = {
    "demand": {**_MARKER, "name": "circle", "color": "#2a9d5c", "size": "1.6"},
    "candidates": {**_MARKER, "name": "diamond", "color": "#e69f00", "size": "2.6"},
    "existing": {**_MARKER, "name": "square", "color": "#0072b2", "size": "3"},
    "districts": {**_THIN, "style": "no"},
    "area": {"style": "no", "outline_color": "#d1495b", "outline_width": "0.8"},
    "roads": {"line_color": "#8c8c8c", "line_width": "0.3"},
    "fuel": {**_MARKER, "name": "triangle", "color": "#d1495b", "size": "2.4"},
    "parking": {**_MARKER, "name": "square", "color": "#3b528b", "size": "2"},
    "charging": {**_MARKER, "name": "star", "color": "#009e73", "size": "3"},
    "logistics": {**_MARKER, "name": "pentagon", "color": "#c2864a", "size": "2.4", "style": "b_diagonal"},
    "industrial": {**_MARKER, "name": "pentagon", "color": "#a9a9a9", "size": "2.4", "style": "f_diagonal"},
    "hubs": {**_MARKER, "name": "hexagon", "color": "#7b3294", "size": "3"},
}
_PLAIN: Final = {**_MARKER, "name": "circle", "color": "#555555", "size": "2", "line_color": "#555555"}
_OPACITY: Final = "0.5"
_PAINTERS: Final = {"marker": "SimpleMarker", "line": "SimpleLine", "fill": "SimpleFill"}
_SYMBOLS: Final = {"Point": "marker", "LineString": "line", "Polygon": "fill"}


def default_style(kind: str, geometry_type: str) -> str | None:
    """The style in which QGIS opens a layer at first.

    Parameters
    ----------
    kind
        What the layer is used for; an unknown one gets a plain look.
    geometry_type
        Type of its geometries.

    Returns
    -------
    qml
        The style; None where rows have different types, which QGIS shows as several layers.
    """
    symbol = _SYMBOLS.get(geometry_type.removeprefix("Multi"))
    if symbol is None:
        return None
    look = LOOKS.get(kind, _PLAIN)
    root = ET.Element("qgis", {"version": "3.22.0", "styleCategories": "Symbology"})
    renderer = ET.SubElement(root, "renderer-v2", {"type": "singleSymbol", "enableorderby": "0"})
    alpha = _OPACITY if symbol == "fill" and look.get("style") != "no" else "1"
    named = {"name": "0", "type": symbol, "alpha": alpha, "clip_to_extent": "1"}
    drawn = ET.SubElement(ET.SubElement(renderer, "symbols"), "symbol", named)
    layer = ET.SubElement(drawn, "layer", {"class": _PAINTERS[symbol], "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", {"type": "Map"})
    for name, value in look.items():
        ET.SubElement(options, "Option", {"name": name, "type": "QString", "value": value})
    ET.indent(root)
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{ET.tostring(root, encoding='unicode')}\n"
