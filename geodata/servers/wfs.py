"""A Web Feature Service, read page by page until every feature that it promised is there.

Answers are taken as they are or refused: a service that stops early, repeats itself or promises another number than
it gives is an error that names both numbers.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from xml.etree import ElementTree as ET

from pyproj import CRS
from pyproj.exceptions import CRSError as ProjError

from geodata.errors import LayerError, listed
from geodata.servers.credentials import redacted
from geodata.servers.web import FIRST_ERROR, fetched

#: Versions that are spoken = their words for the same things.
WORDS: Final = {
    "2.0.0": {"type": "typeNames", "count": "count"},
    "1.1.0": {"type": "typeName", "count": "maxFeatures"},
}
NEWEST: Final = "2.0.0"

#: Features of a page, when the service does not say how many it gives at most.
PAGE: Final = 1000

JSON_FORMATS: Final = ("application/json", "application/geo+json", "json", "geojson", "text/json")

_OURS: Final = frozenset(
    {"service", "version", "request", "typename", "typenames", "count", "maxfeatures", "startindex", "outputformat"}
    | {"resulttype", "srsname", "acceptversions"}
)


@dataclass(frozen=True)
class FeatureType:
    """What a service calls a layer.

    Parameters
    ----------
    name, title
        Its name, and what it is called for readers.
    crs
        The system in which it gives coordinates; None when it is not known.
    bounds
        West, south, east and north in degrees, where the service says them.
    """

    name: str
    title: str
    crs: CRS | None
    bounds: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class Service:
    """A service and what it says of itself.

    Parameters
    ----------
    address
        Without the words of a request.
    source
        The same for messages, without keys.
    version
        Version of the protocol.
    types
        Its layers.
    json
        Word for GeoJSON in its formats; empty when it has only GML.
    page
        Features of one page.
    """

    address: str
    source: str
    version: str
    types: tuple[FeatureType, ...]
    json: str
    page: int

    def ask(self, feature_type: FeatureType, **more: str) -> bytes:
        """One answer about features; refuses what is an exception of the service."""
        words = {"request": "GetFeature", WORDS[self.version]["type"]: feature_type.name}
        return ask(self.address, {"version": self.version, **words, **more}, source=self.source)


def service_at(address: str) -> Service:
    """What a service says of itself.

    Parameters
    ----------
    address
        Its ``http`` or ``https`` address; words of a request in it are ignored, others (``map=``, a key) are kept.

    Returns
    -------
    service
        Its layers and how to ask for them.

    Raises
    ------
    LayerError
        When it cannot be reached, or is no Web Feature Service.
    """
    source = redacted(address)
    answer = ask(address, {"request": "GetCapabilities", "version": NEWEST}, source=source)
    root = _xml(answer, source=source)
    if _name(root) != "WFS_Capabilities":
        fault = f'no Web Feature Service: it answers with "{_name(root)[:80]}"; check the address'
        raise LayerError(source, [fault])
    version = root.get("version", "")
    if version not in WORDS:
        raise LayerError(source, [f'version "{version[:20]}" is not known; ask for a service of {listed(WORDS)}'])
    formats = [element.text or "" for element in _parameters(root, "outputFormat")]
    wanted = [text for known in JSON_FORMATS for text in formats if text.partition(";")[0].strip().lower() == known]
    default = next((element.text for element in _parameters(root, "CountDefault", of="Constraint")), None)
    return Service(
        address,
        source,
        version,
        types=tuple(_feature_type(element) for element in root.iter() if _name(element) == "FeatureType"),
        json=wanted[0] if wanted else "",
        page=min(int(default), PAGE) if default and default.isdecimal() and int(default) > 0 else PAGE,
    )


def matched(service: Service, feature_type: FeatureType) -> int | None:
    """How many features the service promises; None when it says that it does not know.

    Parameters
    ----------
    service
        The service.
    feature_type
        One of its layers.

    Raises
    ------
    LayerError
        When the answer holds no such number.
    """
    root = _xml(service.ask(feature_type, resultType="hits"), source=service.source)
    number = root.get("numberMatched") or root.get("numberOfFeatures")
    return _number(number, source=service.source)


def pages(
    service: Service, feature_type: FeatureType, *, keys_of: Callable[[bytes], Sequence[str]]
) -> Iterator[tuple[bytes, int]]:
    """All features, page by page.

    Parameters
    ----------
    service
        The service.
    feature_type
        One of its layers.
    keys_of
        What tells the features of a page from all others.

    Yields
    ------
    page, features
        An answer and the number of its features, at least one unless there are none at all.

    Raises
    ------
    LayerError
        When the number of features is not the one that was promised, or a feature comes twice.
    """
    promised = matched(service, feature_type)
    form = {"outputFormat": service.json} if service.json else {}
    count = {WORDS[service.version]["count"]: str(service.page)}
    seen: set[str] = set()
    while True:
        page = service.ask(feature_type, startIndex=str(len(seen)), **count, **form)
        keys = keys_of(page)
        # One page beyond the promised ones is asked for, since a service may promise too little.
        if keys or not seen:
            yield page, len(keys)
        if not keys:
            break
        before = len(seen)
        seen.update(keys)
        if len(seen) < before + len(keys):
            fault = f"it gave a feature twice after {before} ({promised or 'unknown'} match); it cannot give pages"
            raise LayerError(service.source, [f"{fault}, so ask its keeper for a file"])
    if promised is not None and len(seen) != promised:
        fault = f"it said that {promised} features match, and gave {len(seen)}; ask its keeper, or try later"
        raise LayerError(service.source, [fault])


def json_page(page: bytes, *, source: str) -> dict[str, Any]:
    """A page of GeoJSON.

    Parameters
    ----------
    page
        The answer.
    source
        The service, for messages.

    Raises
    ------
    LayerError
        When it is broken off or something else.
    """
    try:
        document = json.loads(page)
    except (ValueError, RecursionError) as error:
        raise LayerError(source, [f"a page is no GeoJSON, or was broken off: {error}; try again"]) from error
    if not isinstance(document, dict) or not isinstance(document.get("features"), list):
        raise LayerError(source, ["a page is no collection of features; try again, or ask its keeper"])
    return document


def ask(address: str, words: Mapping[str, str], *, source: str) -> bytes:
    """One answer of a service.

    Parameters
    ----------
    address
        Where it is.
    words
        Words of the request.
    source
        The service, for messages.

    Raises
    ------
    LayerError
        When it cannot be reached, refuses, breaks off, or sends absurdly much.
    """
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise LayerError(source, [f"no address: {error}; write it like https://host/wfs"]) from None
    if "@" in parts.netloc:
        raise LayerError(source, ["an address with user and password is written down in places; ask for one without"])
    kept = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key.lower() not in _OURS]
    query = urlencode([*kept, ("service", "WFS"), *words.items()])
    code, answer = fetched(urlunsplit(parts._replace(query=query, fragment="")), source=source)
    said = _exception(answer)
    if said or code >= FIRST_ERROR:
        raise LayerError(source, [f"the service refused ({code}): {said or 'no reason given'}"])
    return answer


def _exception(answer: bytes) -> str:
    """What the service says in an exception, which may come as a success; empty when it is none."""
    head = answer[:4096]
    if b"ExceptionReport" not in head:
        return ""
    try:
        root = ET.fromstring(answer)
    except ET.ParseError:
        return ""
    if _name(root) not in {"ExceptionReport", "ServiceExceptionReport"}:
        return ""
    return " ".join(" ".join(root.itertext()).split())[:300] or "no reason given"


def _xml(answer: bytes, *, source: str) -> ET.Element:
    try:
        return ET.fromstring(answer)
    except ET.ParseError as error:
        raise LayerError(source, [f"an answer is no XML, or was broken off: {error}; check the address"]) from error


def _number(text: str | None, *, source: str) -> int | None:
    if text is not None and text.strip().lower() == "unknown":
        return None
    if text is None or not text.strip().isdecimal():
        raise LayerError(source, [f"it does not say how many features match (found {text!r}); ask its keeper"])
    return int(text)


def _feature_type(element: ET.Element) -> FeatureType:
    texts = {_name(child): (child.text or "").strip() for child in element}
    code = texts.get("DefaultCRS") or texts.get("DefaultSRS") or ""
    try:
        crs = CRS.from_user_input(code) if code else None
    except ProjError:
        crs = None
    corners = [text.split() for name in ("LowerCorner", "UpperCorner") for text in _texts(element, name)]
    try:
        west, south, east, north = (float(number) for corner in corners for number in corner)
    except ValueError:
        return FeatureType(texts.get("Name", ""), texts.get("Title", ""), crs, None)
    return FeatureType(texts.get("Name", ""), texts.get("Title", ""), crs, (west, south, east, north))


def _parameters(root: ET.Element, name: str, *, of: str = "Parameter") -> list[ET.Element]:
    """Values of a parameter or constraint, wherever the service names them."""
    holders = [element for element in root.iter() if _name(element) == of and element.get("name") == name]
    values = {"Value", "DefaultValue"}
    return [element for holder in holders for element in holder.iter() if _name(element) in values]


def _texts(element: ET.Element, name: str) -> list[str]:
    return [child.text or "" for child in element.iter() if _name(child) == name]


def _name(element: ET.Element) -> str:
    """Name of an element without its namespace."""
    return element.tag.rpartition("}")[2]
