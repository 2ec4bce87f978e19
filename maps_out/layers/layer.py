"""What every layer file hands over."""

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["polygons", "circles", "marks", "markers", "reach", "lines", "paths", "roads", "labels"]
Group = Literal["stations", "demand", "reach", "orientation"]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One line of the layer control and what it draws.

    Parameters
    ----------
    id
        Lower-case name, part of element ids.
    kind
        How the page draws it.
    group
        Heading under which the layer control lists it.
    title
        Name per language.
    shown
        Whether it is on when the page opens.
    legend
        Entries with ``swatch`` (kind of symbol), what it needs, and ``label`` per language.
    data
        Columns and settings, ready for JSON.
    """

    id: str
    kind: Kind
    group: Group
    title: dict[str, str]
    shown: bool
    legend: list[dict[str, Any]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)
