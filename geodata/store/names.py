"""Names of layers and columns are data: kept letter by letter, or refused with a reason."""

import string
import unicodedata
from collections.abc import Iterable, Sequence

from geodata.errors import LayerError, listed

RESERVED = ("gpkg_", "rtree_", "sqlite_", "pg_")
"""Beginnings of names that belong to the database."""

OWN = frozenset({"layer_styles", "siting_layers", "spatial_ref_sys", "geometry_columns", "geography_columns"})
"""Tables that are no layers."""

LONGEST_LAYER = 60
"""Letters; longer names do not fit the styles of QGIS and the tables of PostGIS."""


def require_layer_name(name: str, present: Iterable[str], *, source: str) -> None:
    """Refuse the name of a layer that the store could not keep as it is.

    Parameters
    ----------
    name
        The name.
    present
        Names of the layers that are there already.
    source
        The store, as the user knows it.

    Raises
    ------
    LayerError
        With what is wrong with the name.
    """
    faults = _text_faults(name, kind="layer name")
    if not faults and len(name) > LONGEST_LAYER:
        faults.append(f"layer name {name!r}: {len(name)} letters; give at most {LONGEST_LAYER}")
    if not faults and name[0] in string.punctuation.replace("_", ""):
        faults.append(f"layer name {name!r} begins with a sign, which the format does not allow; begin with a letter")
    if name.lower() in OWN or name.lower().startswith(RESERVED):
        faults.append(f"layer name {name!r} belongs to the database; choose another")
    # SQL databases on a desk tell no capitals from small letters.
    same = [other for other in present if other != name and other.lower() == name.lower()]
    if same:
        faults.append(f"layer name {name!r}: there is a layer {same[0]!r}; use that name or a different one")
    if faults:
        raise LayerError(source, faults)


def column_faults(columns: Sequence[object]) -> list[str]:
    """What is wrong with the names of columns.

    Parameters
    ----------
    columns
        The names, without that of the geometry.

    Returns
    -------
    faults
        One sentence per fault.
    """
    faults = [fault for name in columns for fault in _text_faults(name, kind="column name")]
    if faults:
        return faults
    names_of: dict[str, list[str]] = {}
    for name in map(str, columns):
        names_of.setdefault(name.lower(), []).append(name)
    repeated = [" and ".join(map(repr, names)) for names in names_of.values() if len(names) > 1]
    if repeated:
        faults.append(f"column names that differ in capitals only, or not at all: {listed(repeated)}; rename them")
    return faults


def free_name(wanted: str, taken: Iterable[object]) -> str:
    """A name that no column has: the wanted one, else with a number behind it.

    Parameters
    ----------
    wanted
        The name.
    taken
        Names of the columns.

    Returns
    -------
    name
        In no spelling among those taken.
    """
    used = {str(name).lower() for name in taken}
    endings = ("", *(f"_{number}" for number in range(1, len(used) + 1)))
    return next(wanted + ending for ending in endings if wanted + ending not in used)


def _text_faults(name: object, *, kind: str) -> list[str]:
    if not isinstance(name, str) or not name.strip():
        return [f"{kind} {name!r} is no text; give a name"]
    # Control characters, half surrogates and marks that turn the direction of reading have no place in a name.
    bad = sorted({f"U+{ord(letter):04X}" for letter in name if unicodedata.category(letter) in {"Cc", "Cs", "Cf"}})
    return [f"{kind} {name!r} holds characters that cannot be shown ({listed(bad)}); remove them"] if bad else []
