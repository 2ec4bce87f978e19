"""What other libraries raise over a damaged file, said as one fault of that file."""

from collections.abc import Iterator
from contextlib import contextmanager

from geodata.errors import LayerError


@contextmanager
def refusing(
    source: str, *, what: str = "cannot be read", hint: str = "check the file, or save it again"
) -> Iterator[None]:
    """Turn any exception of the block into a `LayerError`.

    Parameters
    ----------
    source
        The file, as the user knows it.
    what
        What failed.
    hint
        What to do.

    Raises
    ------
    LayerError
        For every exception; a `LayerError` passes as it is.
    """
    try:
        yield
    except LayerError:
        raise
    # A damaged file makes a parser raise almost anything; the user needs the name of the file.
    except Exception as error:
        # GDAL's advice to name a driver cannot be followed here.
        reason = str(error).partition("; It might help")[0] or type(error).__name__
        raise LayerError(source, [f"{what}: {reason}; {hint}"]) from error
