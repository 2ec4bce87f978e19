"""Which objects of OpenStreetMap make up a layer, as the table of tags says."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from geodata.errors import LayerError, did_you_mean, listed

TABLE = "layers.toml"


@dataclass(frozen=True)
class OsmRule:
    """What belongs to one layer.

    Parameters
    ----------
    layer
        Its name.
    shape
        ``line`` for ways as lines, ``place`` for nodes and areas.
    tags
        Key and values: an object belongs to the layer when it carries one of them.
    columns
        Tags that become columns.
    sources
        Where the meaning of the tags is written down.
    """

    layer: str
    shape: Literal["line", "place"]
    tags: Mapping[str, tuple[str, ...]]
    columns: tuple[str, ...]
    sources: tuple[str, ...]

    def kind_of(self, tags: Mapping[str, str]) -> str | None:
        """The first tag of the rule that an object carries, as ``key=value``; None when it belongs elsewhere."""
        return next((f"{key}={tags[key]}" for key, values in self.tags.items() if tags.get(key) in values), None)


@cache
def all_rules() -> Mapping[str, OsmRule]:
    """Name of every layer = its rule, in the order of the table."""
    text = files("geodata.osm").joinpath(TABLE).read_text(encoding="utf-8")
    return {
        layer: OsmRule(
            layer,
            shape=entry["shape"],
            tags={key: tuple(values) for key, values in entry["tags"].items()},
            columns=tuple(entry["columns"]),
            sources=tuple(entry["sources"]),
        )
        for layer, entry in tomllib.loads(text).items()
    }


def rules_of(layers: Iterable[str] | None) -> tuple[OsmRule, ...]:
    """The rules of some layers.

    Parameters
    ----------
    layers
        Names; all layers when it is None.

    Returns
    -------
    rules
        In the order of the table.

    Raises
    ------
    LayerError
        When there is no such layer.
    """
    known = all_rules()
    wanted = set(known if layers is None else layers)
    unknown = [
        f'no layer "{name}"{did_you_mean(name, known)} ({listed(known)})' for name in sorted(wanted - set(known))
    ]
    if unknown or not wanted:
        raise LayerError("OpenStreetMap", unknown or [f"no layer is asked for; name some of: {listed(known)}"])
    return tuple(rule for name, rule in known.items() if name in wanted)
