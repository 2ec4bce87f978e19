"""The map page: Folium's shell, the vendored files, our own script and the data, in one HTML text."""

import hashlib
import json
from html import escape

from maps_out.assets import inline_vendored, own, require_offline, script_tag, style_tag
from maps_out.errors import MapError
from maps_out.layers import build_layers
from maps_out.payload import as_json, payload
from maps_out.strings import LANGUAGES
from maps_out.tables import MapTables

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:"
)
_SCRIPTS = (
    "core.js",
    "shapes.js",
    "layers.js",
    "lines.js",
    "labels.js",
    "popups.js",
    "panel.js",
    "legend.js",
    "table.js",
    "page.js",
)
#: What only the page of a classic objective has, before the scripts that begin to draw.
_CLASSIC = "classic.js"
_FOLIUM_VIEWPORT = (
    '<meta name="viewport" content="width=device-width,\n'
    '                initial-scale=1.0, maximum-scale=1.0, user-scalable=no" />'
)


def draw_map(tables: MapTables) -> str:
    """Interactive map of a result as one HTML page that opens without internet.

    Parameters
    ----------
    tables
        The result. ``meta["language"]`` ("zh" or "en") says which language the page opens in; default "zh".

    Returns
    -------
    str
        The page. The same tables give the same bytes.

    Raises
    ------
    MapError
        When the page would make an outside request, or Folium's shell is not the one this package knows.
    """
    # Folium takes most of a second to import; only drawing needs it.
    from maps_out.shell import render_shell

    language = page_language(tables)
    layers = build_layers(tables)
    data = payload(tables, layers, language=language)
    text = as_json(data)
    (south, west), (north, east) = data["bounds"]
    shell = render_shell(
        layers,
        centre=((south + north) / 2, (west + east) / 2),
        digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12],
    )
    groups = ",".join(f"{json.dumps(name)}:{variable}" for name, variable in shell.group_names.items())
    start = f"siting.start({{map:{shell.map_name},control:{shell.control_name},groups:{{{groups}}}}});"
    title = escape(str(tables.meta[f"title_{language}"]))
    head = f'<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    tail = f'<script type="application/json" id="siting-data">{text}</script>\n' + "".join(
        script_tag(code) for code in (*map(own, _scripts(tables)), start)
    )
    html = inline_vendored(shell.html)
    for old, new in (
        ("<html>", f'<html lang="{language}">'),
        (_FOLIUM_VIEWPORT, '<meta name="viewport" content="width=device-width, initial-scale=1">'),
        ("</head>\n<body>", style_tag(own("page.css")) + "</head>\n<body>\n" + own("page.html")),
        ("</html>", tail + "</html>"),
        # Last: from here on the page holds text that others wrote.
        ("<head>", f"{head}<title>{title}</title>"),
    ):
        html = _replace_once(html, old, new)
    require_offline(html, "map page")
    return html


def _scripts(tables: MapTables) -> tuple[str, ...]:
    """The page's scripts, in the order in which they build on each other."""
    return (*_SCRIPTS[:-1], _CLASSIC, _SCRIPTS[-1]) if "objective" in tables.kpis else _SCRIPTS


def page_language(tables: MapTables) -> str:
    """Language a page opens in.

    Raises
    ------
    MapError
        When ``meta["language"]`` is neither "zh" nor "en".
    """
    language = str(tables.meta.get("language", LANGUAGES[0]))
    if language not in LANGUAGES:
        raise MapError("map tables", [f"meta: language {language!r} is not one of {', '.join(LANGUAGES)}"])
    return language


def _replace_once(html: str, old: str, new: str) -> str:
    if html.count(old) != 1:
        raise MapError("map page", [f"Folium's page holds {old!r} {html.count(old)} times instead of once"])
    return html.replace(old, new)
