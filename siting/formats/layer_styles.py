"""Styles of the result layers for QGIS, as QML text."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.etree import ElementTree as ET

#: Marker on the map = shape name in QGIS. It knows no drop and no bolt; these are the nearest.
SHAPES: Final = {
    "circle": "circle",
    "square": "square",
    "triangle": "triangle",
    "diamond": "diamond",
    "star": "star",
    "hexagon": "hexagon",
    "cross": "cross_fill",
    "pentagon": "pentagon",
    "drop": "shield",
    "bolt": "arrow",
}
_WHITE, _GREY, _GREEN, _RED = "#ffffff", "#555555", "#2a9d5c", "#d1495b"
_WORDS: Final = {
    "covered": {"zh": "在服务标准内", "en": "within the standard"},
    "uncovered": {"zh": "在服务标准外", "en": "outside the standard"},
}
# QGIS's own numbers of the properties that an expression may set.
_FILL_COLOUR, _STROKE_COLOUR = "3", "4"
_ILLEGAL_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def layer_style(layer: str, types: Sequence[Mapping[str, Any]], language: str) -> str:
    """Style of a result layer.

    Parameters
    ----------
    layer
        "sites" (category per facility type in its colour and shape, hollow where it stands already), "demand"
        (covered or not), "assignment", "flows", "roads", "districts" (outlines) or "places" (names).
    types
        Facility types: ``id``, ``label_zh``, ``label_en``, ``colour``, ``marker``.
    language
        "zh" or "en", for legend and labels.
    """
    root = ET.Element("qgis", {"version": "3.22.0", "styleCategories": "Symbology|Labeling"})
    if layer == "sites":
        _by_type(root, types, language)
    elif layer == "demand":
        _by_cover(root, language)
    else:
        _plain(root, layer)
    label = {"districts": {"zh": "district", "en": "name_en"}, "places": {"zh": "name_zh", "en": "name_en"}}
    if layer in label:
        _labels(root, label[layer][language])
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}\n"


def _by_type(root: ET.Element, types: Sequence[Mapping[str, Any]], language: str) -> None:
    renderer = ET.SubElement(root, "renderer-v2", {"type": "categorizedSymbol", "attr": "type", "enableorderby": "0"})
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for number, entry in enumerate(types):
        label = _legal(entry[f"label_{language}"])
        value = {"symbol": str(number), "value": _legal(entry["id"]), "label": label, "render": "true"}
        ET.SubElement(categories, "category", {**value, "type": "string"})
        colour = str(entry["colour"])
        look = {"name": SHAPES[entry["marker"]], "color": colour, "outline_color": _WHITE, "size": "3.4"}
        marker = _symbol(symbols, str(number), "marker", look)
        # The colour has the form #rrggbb, so it cannot end the text it stands in.
        standing = "if(\"status\" = 'existing', '{}', '{}')"
        _expressions(
            marker,
            {
                "fillColor": (_FILL_COLOUR, standing.format(_WHITE, colour)),
                "outlineColor": (_STROKE_COLOUR, standing.format(colour, _WHITE)),
            },
        )


def _by_cover(root: ET.Element, language: str) -> None:
    renderer = ET.SubElement(root, "renderer-v2", {"type": "RuleRenderer", "enableorderby": "0"})
    rules = ET.SubElement(renderer, "rules", {"key": "rules"})
    symbols = ET.SubElement(renderer, "symbols")
    for number, (word, colour, where) in enumerate((("covered", _GREEN, ""), ("uncovered", _RED, "NOT "))):
        rule = {"key": word, "symbol": str(number), "filter": f'{where}"covered"', "label": _WORDS[word][language]}
        ET.SubElement(rules, "rule", rule)
        look = {"name": "circle", "color": colour, "outline_style": "no", "size": "1.6"}
        _symbol(symbols, str(number), "marker", look)


def _plain(root: ET.Element, layer: str) -> None:
    renderer = ET.SubElement(root, "renderer-v2", {"type": "singleSymbol", "enableorderby": "0"})
    symbols = ET.SubElement(renderer, "symbols")
    if layer == "assignment":
        _symbol(symbols, "0", "line", {"line_color": "#8c8c8c", "line_width": "0.15"})
    elif layer == "flows":
        _symbol(symbols, "0", "line", {"line_color": "#3b528b", "line_width": "0.8"})
    elif layer == "roads":
        _symbol(symbols, "0", "line", {"line_color": "#c3cbd3", "line_width": "0.4"})
    elif layer == "districts":
        _symbol(symbols, "0", "fill", {"style": "no", "outline_color": _GREY, "outline_width": "0.4"})
    else:
        _symbol(symbols, "0", "marker", {"name": "circle", "color": _GREY, "outline_style": "no", "size": "1"})


def _symbol(symbols: ET.Element, name: str, kind: str, look: Mapping[str, str]) -> ET.Element:
    symbol = ET.SubElement(symbols, "symbol", {"name": name, "type": kind, "alpha": "1", "clip_to_extent": "1"})
    painter = {"marker": "SimpleMarker", "line": "SimpleLine", "fill": "SimpleFill"}[kind]
    layer = ET.SubElement(symbol, "layer", {"class": painter, "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", {"type": "Map"})
    for key, value in look.items():
        _option(options, key, value)
    return layer


def _expressions(layer: ET.Element, expressions: Mapping[str, tuple[str, str]]) -> None:
    holder = ET.SubElement(ET.SubElement(layer, "data_defined_properties"), "Option", {"type": "Map"})
    _option(holder, "name", "")
    properties = ET.SubElement(holder, "Option", {"name": "properties", "type": "Map"})
    for name, (kind, expression) in expressions.items():
        entry = ET.SubElement(properties, "Option", {"name": name, "type": "Map"})
        _option(entry, "active", "true", kind="bool")
        _option(entry, "expression", expression)
        _option(entry, "type", kind, kind="int")
    _option(holder, "type", "collection")


def _option(parent: ET.Element, name: str, value: str, *, kind: str = "QString") -> None:
    ET.SubElement(parent, "Option", {"name": name, "type": kind, "value": value})


def _labels(root: ET.Element, column: str) -> None:
    root.set("labelsEnabled", "1")
    settings = ET.SubElement(ET.SubElement(root, "labeling", {"type": "simple"}), "settings")
    style = ET.SubElement(settings, "text-style", {"fieldName": column, "fontSize": "8", "textColor": "40,40,40,255"})
    buffer = {"bufferDraw": "1", "bufferSize": "0.8", "bufferColor": "255,255,255,255"}
    ET.SubElement(style, "text-buffer", buffer)


def _legal(value: object) -> str:
    """Text that XML can hold; a control character would make QGIS refuse the whole style."""
    return _ILLEGAL_IN_XML.sub("\ufffd", str(value))
