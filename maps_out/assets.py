"""Vendored and own page files: checked against the manifest, made inline, and proof that nothing is fetched."""

import base64
import hashlib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

from maps_out.errors import MapError

_MEDIA_TYPES = {"png": "image/png", "gif": "image/gif", "svg": "image/svg+xml"}
_LINK = re.compile(r'<script src="vendored/([^"]+)"></script>|<link rel="stylesheet" href="vendored/([^"]+)"/>')
_CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")
_OUTSIDE = re.compile(r"^\s*(?:https?:|wss?:|ftp:)?//", re.IGNORECASE)
_TILES = re.compile(r"""tileLayer(?:\.\w+)?\(\s*["'`]\s*((?:https?:)?//[^"'`]*)""", re.IGNORECASE)
_FETCHING = {"src", "srcset", "href", "xlink:href", "action", "formaction", "poster", "data", "background", "ping"}


def own(name: str) -> str:
    """Text of one of the page's own files under ``assets``."""
    return (files("maps_out") / "assets" / name).read_text(encoding="utf-8")


@cache
def _manifest() -> dict[str, dict[str, Any]]:
    return {entry["file"]: entry for entry in tomllib.loads(own("manifest.toml"))["asset"]}


def vendored(name: str) -> bytes:
    """Bytes of a third-party file.

    Raises
    ------
    MapError
        When the file is not in the manifest, or its bytes are not the ones the manifest names.
    """
    entry = _manifest().get(name)
    if entry is None:
        raise MapError("assets/manifest.toml", [f"no entry for {name!r}; vendor the file and add it"])
    content = (files("maps_out") / "assets" / name).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != entry["sha256"]:
        raise MapError(f"assets/{name}", [f"sha256 is {found}, the manifest says {entry['sha256']}; vendor it again"])
    return content


def inline_vendored(html: str) -> str:
    """Put every ``vendored/...`` script and style sheet of a page into the page itself."""

    def tag(match: re.Match[str]) -> str:
        script, style = match.groups()
        return script_tag(_script(script)) if script else style_tag(_style(style))

    return _LINK.sub(tag, html)


def script_tag(code: str) -> str:
    """Inline script; a closing tag inside the code cannot end it."""
    return "<script>\n" + re.sub(r"<(/script|!--)", r"<\\\1", code, flags=re.IGNORECASE) + "\n</script>\n"


def style_tag(css: str) -> str:
    """Inline style sheet."""
    return f"<style>\n{css}\n</style>\n"


def _script(name: str) -> str:
    # The licences ask to stand wherever the code goes. The source map is not shipped, so nothing may look for it.
    licence = own(_manifest()[name]["licence_file"])
    return f"/*\n{licence}*/\n" + re.sub(r"//# sourceMappingURL=.*", "", vendored(name).decode("utf-8")).strip()


def _style(name: str) -> str:
    folder = name.rsplit("/", 1)[0]

    def data_uri(match: re.Match[str]) -> str:
        target = match.group(1)
        if target.startswith(("#", "data:")):
            return match.group(0)
        content = base64.b64encode(vendored(f"{folder}/{target}")).decode("ascii")
        return f'url("data:{_MEDIA_TYPES[target.rsplit(".", 1)[1]]};base64,{content}")'

    return _CSS_URL.sub(data_uri, vendored(name).decode("utf-8"))


class _Addresses(HTMLParser):
    """Every address a browser would fetch from a page by itself, or follow from an attribute."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        for name, value in attrs:
            if name in _FETCHING and value:
                self.found.append(value)
            if name == "style" and value:
                self.found.extend(_css_addresses(value))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.found.extend(_css_addresses(data))
        if self._inside == "script":
            self.found.extend(_TILES.findall(data))


def _css_addresses(css: str) -> Iterator[str]:
    yield from _CSS_URL.findall(css)
    yield from re.findall(r"""@import\s+["']([^"']+)""", css)


def outside_addresses(html: str) -> list[str]:
    """Addresses on other hosts that a page would fetch: attributes, style sheets and tile layers.

    Addresses in plain text (an attribution, a source) are no requests and are not listed.
    """
    parser = _Addresses()
    parser.feed(html)
    parser.close()
    return sorted({address for address in parser.found if _OUTSIDE.match(address)})


def require_offline(html: str, what: str) -> None:
    """Refuse a page that would make a request, or that still points at a file beside it.

    Raises
    ------
    MapError
        Naming every outside address.
    """
    faults = [f"would fetch {address}; vendor it or leave it out" for address in outside_addresses(html)]
    faults += [f"was not made inline: {match.group(0)}" for match in _LINK.finditer(html)]
    if faults:
        raise MapError(what, faults)
