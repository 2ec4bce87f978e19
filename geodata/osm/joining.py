"""Extracts of OpenStreetMap that border on each other, as one file."""

from collections.abc import Sequence
from pathlib import Path

from geodata.errors import LayerError


def join_files(paths: Sequence[Path], target: Path) -> None:
    """Write the objects of several files once each, the latest version of those that are in more than one.

    Parameters
    ----------
    paths
        Files whose objects are sorted by type and id, as extracts are.
    target
        New file, ``.osm.pbf``.

    Raises
    ------
    LayerError
        When objects are in another order.
    """
    import osmium
    from osmium import osm

    last = (0, 0)
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for same in osmium.zip_processors(*(osmium.FileProcessor(str(path)) for path in paths)):
            versions = (one for one in same if isinstance(one, osm.Node | osm.Way | osm.Relation))
            thing = max(versions, key=lambda one: one.version)
            place = ("nwr".index(thing.type_str()), thing.id)
            if place <= last:
                fault = "their objects are not sorted by type and id; sort them first, or give one file"
                raise LayerError(", ".join(map(str, paths)), [fault])
            writer.add(thing)
            last = place
