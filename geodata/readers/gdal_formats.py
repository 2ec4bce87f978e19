"""The formats that need no more than GDAL."""

from dataclasses import replace
from functools import partial

from geodata.readers.reader import Reader
from geodata.readers.vector import read_vector, vector_layers
from geodata.store.names import OWN


def _gdal_reader(name: str, *suffixes: str) -> Reader:
    return Reader(name, partial(vector_layers, driver=name), partial(read_vector, driver=name), suffixes=suffixes)


GEOPACKAGE = replace(
    _gdal_reader("GeoPackage", ".gpkg"), layers=partial(vector_layers, driver="GeoPackage", besides=OWN)
)
FLATGEOBUF = _gdal_reader("FlatGeobuf", ".fgb")
GEODATABASE = _gdal_reader("OpenFileGDB", ".gdb")
