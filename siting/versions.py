"""Versions of this program and of what it rests on, for bug reports."""

import platform
from importlib.metadata import PackageNotFoundError, version

from siting import __version__

_DISTRIBUTIONS = (
    "numpy",
    "scipy",
    "pandas",
    "geopandas",
    "shapely",
    "pyproj",
    "pyogrio",
    "pydantic",
    "highspy",
    "pulp",
    "cbcbox",
    "folium",
    "branca",
    "jinja2",
    "xlsxwriter",
    "numba",
    "pyarrow",
    "openpyxl",
    "osmium",
    "osmnx",
    "psycopg",
    "h3",
    "scikit-learn",
    "typer",
    "rich",
)


def versions() -> dict[str, str | None]:
    """Return versions by name, in a fixed order; `None` for a distribution that is not installed.

    Nothing is imported: the numbers come from what the installer left.
    """
    own = {"siting": __version__, "python": platform.python_version(), "platform": platform.platform()}
    return own | {name: _installed(name) for name in _DISTRIBUTIONS}


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
