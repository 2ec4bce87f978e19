"""Answers of the Overpass interface (JSON), joined to one file of OpenStreetMap."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.errors import LayerError

if TYPE_CHECKING:
    from osmium import SimpleWriter

#: Word for an object = its place in a file and what other objects call it.
TYPES = {"node": "n", "way": "w", "relation": "r"}

LARGEST_ID = 2**63

Element = Mapping[str, Any]


def answer_date(document: Mapping[str, Any]) -> str:
    """When the map was as an answer says, such as ``2024-10-03T02:45:35Z``; empty where it does not say."""
    return str((document.get("osm3s") or {}).get("timestamp_osm_base", ""))


def read_answer(path: Path) -> dict[str, Any]:
    """An answer, provided that it is whole.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    document
        The answer, with its list ``elements``.

    Raises
    ------
    LayerError
        When the file is no answer, or the server stopped before the end.
    """
    source = str(path)
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise LayerError(source, [f"cannot be read as JSON: {error}; ask the server again"]) from error
    elements = document.get("elements") if isinstance(document, dict) else None
    if not isinstance(elements, list):
        raise LayerError(source, ["no answer of Overpass: there is no list of elements; ask for [out:json]"])
    if "remark" in document:
        remark = str(document["remark"])[:200]
        raise LayerError(source, [f"the server stopped before the end ({remark}); ask for a smaller area, or later"])
    return dict(document)


def write_osm(documents: Iterable[tuple[str, Mapping[str, Any]]], path: Path) -> None:
    """Write answers, which may overlap, as one file that every reader of OpenStreetMap takes.

    Parameters
    ----------
    documents
        Name and content of each answer.
    path
        New file, ``.osm.pbf``.

    Raises
    ------
    LayerError
        When an element is not what it should be.
    """
    import osmium

    elements: dict[tuple[str, int], Element] = {}
    for source, document in documents:
        for number, element in enumerate(document["elements"], start=1):
            key = _key(element, number, source=source)
            # An answer may hold the nodes of a way without their tags, and the next one with them.
            if len(element) >= len(elements.get(key, ())):
                elements[key] = element
    order = {kind: place for place, kind in enumerate(TYPES)}
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for _, element in sorted(elements.items(), key=lambda entry: (order[entry[0][0]], entry[0][1])):
            _write(writer, element)


def _key(element: object, number: int, *, source: str) -> tuple[str, int]:
    """Type and id of an element, provided that it can be written."""
    if isinstance(element, dict) and _is_element(element):
        return str(element["type"]), int(element["id"])
    raise LayerError(source, [f"element {number} is no node, way or relation of OpenStreetMap; ask the server again"])


def _is_element(element: Element) -> bool:
    kind, tags = element.get("type"), element.get("tags", {})
    if not _is_id(element.get("id")) or not isinstance(tags, dict):
        return False
    if not all(isinstance(text, str) and "\0" not in text for entry in tags.items() for text in entry):
        return False
    if kind == "node":
        return _is_degrees(element.get("lon"), 180) and _is_degrees(element.get("lat"), 90)
    if kind == "way":
        return _are(element.get("nodes"), _is_id)
    return kind == "relation" and _are(element.get("members"), _is_member)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and 0 < value < LARGEST_ID


def _is_degrees(value: object, most: float) -> bool:
    return isinstance(value, int | float) and abs(value) <= most


def _is_member(member: object) -> bool:
    return (
        isinstance(member, dict)
        and member.get("type") in TYPES
        and _is_id(member.get("ref"))
        and isinstance(member.get("role", ""), str)
    )


def _are(values: object, test: Any) -> bool:  # noqa: ANN401 - a test takes whatever stands there
    return isinstance(values, list) and all(map(test, values))


def _write(writer: "SimpleWriter", element: Element) -> None:
    from osmium.osm import mutable

    shared: dict[str, Any] = {"id": element["id"], "tags": element.get("tags", {})}
    if element["type"] == "node":
        writer.add_node(mutable.Node(location=(element["lon"], element["lat"]), **shared))
    elif element["type"] == "way":
        writer.add_way(mutable.Way(nodes=element["nodes"], **shared))
    else:
        members: Sequence[tuple[str, int, str]] = [
            (TYPES[member["type"]], member["ref"], member.get("role", "")) for member in element["members"]
        ]
        writer.add_relation(mutable.Relation(members=members, **shared))
