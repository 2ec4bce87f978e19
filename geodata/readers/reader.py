"""What a reader is: one format or service, the sources it takes, and two functions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from geodata.readers.raw import LayerSummary, RawLayer


@dataclass(frozen=True)
class Source:
    """Where a layer comes from.

    Parameters
    ----------
    location
        Path of the file or folder, or address of the service.
    name
        The same as the user knows it: for messages and reports, without credentials.
    """

    location: str
    name: str


@dataclass(frozen=True)
class Reading:
    """What the user says about a source.

    Parameters
    ----------
    layer
        Name of the layer (of the sheet, of the table); needed when there are several.
    encoding
        Encoding of the texts, where it cannot be found.
    header_row
        Row of a sheet that holds the column names, from 1, where it cannot be found.
    """

    layer: str | None = None
    encoding: str | None = None
    header_row: int | None = None


@dataclass(frozen=True)
class Reader:
    """One format or service.

    Parameters
    ----------
    name
        What it is called in reports.
    layers
        The layers of a source, without reading them whole; raises `LayerError`.
    read
        One layer of a source, whole; raises `LayerError`.
    suffixes
        Lower-case ends of the file names it takes, such as ``.gpkg``.
    schemes
        Schemes of the addresses it takes, such as ``postgresql``.
    pieces
        One layer in pieces of at most so many rows, for formats that can be streamed.
    """

    name: str
    layers: Callable[[Source], tuple[LayerSummary, ...]]
    read: Callable[[Source, Reading], RawLayer]
    suffixes: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    pieces: Callable[[Source, Reading, int], Iterator[RawLayer]] | None = None
