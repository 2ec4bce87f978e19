"""OpenStreetMap asked online through osmnx: slowly, once, and afterwards out of its own folder.

This needs the extra ``siting[osm]``. Nothing is asked unless `ask_osm` is called without ``offline``.
"""

import hashlib
import json
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import shapely
from shapely import MultiPolygon, Polygon

from geodata.errors import GeodataError, LayerError
from geodata.osm.rules import OsmRule, rules_of

if TYPE_CHECKING:
    from types import ModuleType

    from requests import Response

OVERPASS: Final = "https://overpass-api.de/api"
NOMINATIM: Final = "https://nominatim.openstreetmap.org/"

#: Name of the file that says that all answers of a question are there.
WHOLE: Final = "question.json"

#: How often a server may say that it is busy before we give up.
MOST_REFUSALS: Final = 3

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class OsmAnswers:
    """What the servers said.

    Parameters
    ----------
    files
        Answers of Overpass, for `geodata.osm.features.read_osm_features`.
    area
        The area asked for, in longitude and latitude.
    asked
        When, in UTC.
    source
        The question in words, for the provenance.
    """

    files: tuple[Path, ...]
    area: Polygon | MultiPolygon
    asked: str
    source: str


@dataclass(frozen=True)
class OsmServers:
    """Which servers to ask.

    Parameters
    ----------
    overpass, nominatim
        Addresses of the interfaces for objects and for place names.
    patience_s
        Seconds to wait for an answer.
    """

    overpass: str = OVERPASS
    nominatim: str = NOMINATIM
    patience_s: int = 180


def ask_osm(
    *,
    cache: Path,
    place: str | None = None,
    bounds: Bounds | None = None,
    layers: Sequence[str] | None = None,
    offline: bool = False,
    servers: OsmServers | None = None,
    progress: Callable[[int], None] | None = None,
) -> OsmAnswers:
    """The objects of some layers in a place or a box; asked once, then read from the folder of answers.

    Parameters
    ----------
    cache
        Folder of all answers; each question has a folder in it, which can be copied to a machine without network.
    place
        Name of a place that has an outline, such as ``广州市天河区``.
    bounds
        West, south, east and north in degrees, instead of a place.
    layers
        Names of layers; all when it is None.
    offline
        Whether nothing may be asked.
    servers
        Which servers to ask, by default the public ones.
    progress
        Told the number of answers so far; what it raises ends the asking, and what was answered stays.

    Returns
    -------
    answers
        Complete: what a server broke off is no answer.

    Raises
    ------
    LayerError
        When neither or both of place and bounds are given, nothing is found, a server refuses, or `offline` is set
        and the question has not been asked before.
    """
    rules = rules_of(layers)
    source = question_words(place, bounds)
    folder = cache / _key(place, bounds, rules)
    if (folder / WHOLE).is_file():
        return _kept(folder, source=source)
    if offline:
        fault = f"not asked before (no {WHOLE} in {folder}); ask once with a network, or give an extract (.osm.pbf)"
        raise LayerError(source, [fault])
    area = _ask(folder, place, bounds, rules, servers or OsmServers(), progress or (lambda _answers: None))
    question = {
        "place": place,
        "bounds": bounds,
        "layers": [rule.layer for rule in rules],
        "area": json.loads(shapely.to_geojson(area)),
        "asked": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    draft = folder / f"{WHOLE}.draft"
    draft.write_text(json.dumps(question, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(folder / WHOLE)
    return _kept(folder, source=source)


def question_words(place: str | None, bounds: Bounds | None) -> str:
    """The question in words.

    Parameters
    ----------
    place
        Name of a place.
    bounds
        West, south, east and north in degrees.

    Raises
    ------
    LayerError
        When it is not one of the two, or the name is blank, or the bounds are no box on the globe.
    """
    if (place is None) == (bounds is None):
        raise LayerError("OpenStreetMap", ["give the name of a place, or bounds"])
    if place is not None:
        if not place.strip():
            raise LayerError("OpenStreetMap", ["the name of the place is blank; give one"])
        return f"OpenStreetMap, {place}"
    west, south, east, north = bounds or (0.0, 0.0, 0.0, 0.0)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        fault = f"bounds {west:g}, {south:g}, {east:g}, {north:g} are no box; give west, south, east, north in degrees"
        raise LayerError("OpenStreetMap", [fault])
    return f"OpenStreetMap, {west:g}, {south:g}, {east:g}, {north:g}"


def _key(place: str | None, bounds: Bounds | None, rules: Sequence[OsmRule]) -> str:
    """Name of the folder of a question, the same for the same question."""
    tags = {rule.layer: {key: list(values) for key, values in rule.tags.items()} for rule in rules}
    text = json.dumps([place, bounds, tags], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _kept(folder: Path, *, source: str) -> OsmAnswers:
    """The answers that lie in a folder."""
    try:
        question = json.loads((folder / WHOLE).read_text(encoding="utf-8"))
        area = shapely.from_geojson(json.dumps(question["area"]))
        asked = str(question["asked"])
        if not isinstance(area, Polygon | MultiPolygon):
            raise TypeError("its area is none")
    except (OSError, ValueError, KeyError, TypeError, shapely.errors.GEOSException) as error:
        raise LayerError(
            source, [f"{folder / WHOLE} cannot be read: {error}; remove the folder and ask again"]
        ) from error
    return OsmAnswers(tuple(sorted((folder / "overpass").glob("*.json"))), area, asked, source)


def _ask(
    folder: Path,
    place: str | None,
    bounds: Bounds | None,
    rules: Sequence[OsmRule],
    servers: OsmServers,
    progress: Callable[[int], None],
) -> Polygon | MultiPolygon:
    """Ask the servers; osmnx waits for its turn, splits large areas, and writes the answers into the folder."""
    source = question_words(place, bounds)
    try:
        import osmnx
    except ImportError as error:
        raise LayerError(source, ['asking OpenStreetMap needs osmnx; install "siting[osm]"']) from error
    watch = _Watch(source, progress)
    try:
        with _settings(osmnx, servers, watch):
            osmnx.settings.cache_folder = folder / "nominatim"
            area = _outline(osmnx, place, bounds)
            osmnx.settings.cache_folder = folder / "overpass"
            for tags in _questions(rules):
                # How osmnx says, in this mode, that all answers are in the folder.
                with suppress(InterruptedError):
                    osmnx.features_from_polygon(area, tags)
    except GeodataError:
        raise
    except OSError as error:
        raise LayerError(source, [_unreached(error)]) from error
    except (TypeError, ValueError) as error:
        words = " ".join(str(error).split())[:300]
        raise LayerError(source, [f"nothing found, or no outline: {words}; try another name, or bounds"]) from error
    return area


def _unreached(error: OSError) -> str:
    """A failed request in one short sentence; that of the library names every layer it went through."""
    asked = getattr(getattr(error, "request", None), "url", None)
    if asked is None:
        return f"the answers cannot be kept: {error}; check the folder"
    return f"the server {urlsplit(asked).netloc} cannot be reached; check the network, or give an extract (.osm.pbf)"


def _outline(osmnx: "ModuleType", place: str | None, bounds: Bounds | None) -> Polygon | MultiPolygon:
    if bounds is not None:
        return shapely.box(*bounds)
    outline: Polygon | MultiPolygon = osmnx.geocode_to_gdf(place).union_all()
    return outline


def _questions(rules: Sequence[OsmRule]) -> Iterator[dict[str, bool | str | list[str]]]:
    """Tags of one question each: lines and places apart, since roads are by far the most."""
    for shape in ("line", "place"):
        values_of: dict[str, set[str]] = {}
        for rule in rules:
            for key, values in rule.tags.items() if rule.shape == shape else ():
                values_of.setdefault(key, set()).update(values)
        if values_of:
            yield {key: sorted(values) for key, values in sorted(values_of.items())}


@dataclass
class _Watch:
    """Looks at every response before osmnx does, which takes a broken-off answer for a whole one."""

    source: str
    progress: Callable[[int], None]
    refusals: int = 0
    answers: int = 0

    def __call__(self, response: "Response", **_: object) -> None:
        """Refuse what is no answer, and count."""
        if response.status_code in {429, 504}:
            self.refusals += 1
            if self.refusals >= MOST_REFUSALS:
                raise LayerError(self.source, ["the server is busy; try later, or give an extract (.osm.pbf)"])
            return
        if response.status_code >= 400:
            reason = f"{response.status_code} {response.reason}"
            raise LayerError(self.source, [f"the server refused: {reason}; try later, or a smaller area"])
        if response.url.endswith("/interpreter"):
            remark = _remark(response)
            if remark:
                fault = f"the server stopped before the end ({remark}); ask for a smaller area, or later"
                raise LayerError(self.source, [fault])
            self.answers += 1
            self.progress(self.answers)


def _remark(response: "Response") -> str:
    """Why an answer is not whole; empty when it is."""
    try:
        document = response.json()
    except ValueError:
        return "no JSON"
    if not isinstance(document, Mapping) or not isinstance(document.get("elements"), list):
        return "no elements"
    return " ".join(str(document.get("remark", "")).split())[:200]


@contextmanager
def _settings(osmnx: "ModuleType", servers: OsmServers, watch: _Watch) -> Iterator[None]:
    """The settings of osmnx for one question; all is left as it was, also the finding of hosts, which it changes."""
    ours: dict[str, Any] = {
        "use_cache": True,
        "cache_only_mode": True,
        "cache_folder": ".",
        "overpass_url": servers.overpass,
        "nominatim_url": servers.nominatim,
        "overpass_rate_limit": True,
        # No third server is asked where ours are.
        "doh_url_template": None,
        "requests_timeout": servers.patience_s,
        "requests_kwargs": {**osmnx.settings.requests_kwargs, "hooks": {"response": watch}},
        "http_user_agent": "siting (planning of charging stations)",
        "http_accept_language": "zh,en",
    }
    before = {name: getattr(osmnx.settings, name) for name in ours}
    find = socket.getaddrinfo
    try:
        for name, value in ours.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        socket.getaddrinfo = find
        for name, value in before.items():
            setattr(osmnx.settings, name, value)
