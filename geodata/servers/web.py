"""One answer of a server over ``http`` or ``https``, whole and of bearable size, or a reason without any key in it."""

import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Final
from urllib.response import addinfourl

from geodata.errors import LayerError
from geodata.servers.credentials import redacted

PATIENCE_S: Final = 60.0
"""Seconds without a byte after which a server is taken for dead."""

LARGEST_ANSWER: Final = 512 * 2**20
"""Bytes."""

FIRST_ERROR: Final = 300
"""Code from which on an answer is none; redirections have been followed before."""


def fetched(address: str, *, source: str) -> tuple[int, bytes]:
    """What a server answers.

    Parameters
    ----------
    address
        What to ask for.
    source
        The server, for messages, without keys.

    Returns
    -------
    code, answer
        The code of the answer, which may be that of an error, and its bytes.

    Raises
    ------
    LayerError
        When the server cannot be reached, breaks off, or sends absurdly much.
    """
    try:
        with _response(address) as response:
            code, announced = int(response.status or 0), response.headers.get("Content-Length", "")
            answer: bytes = response.read(LARGEST_ANSWER + 1)
    except (OSError, HTTPException, ValueError) as error:
        reason = redacted(str(getattr(error, "reason", None) or error))
        # The original error could show the address with its key.
        raise LayerError(source, [f"the server cannot be reached: {reason}; check the address, or try later"]) from None
    if len(answer) > LARGEST_ANSWER:
        raise LayerError(source, [f"an answer is larger than {LARGEST_ANSWER >> 20} MB; ask for an extract in a file"])
    if announced.isdecimal() and int(announced) != len(answer):
        raise LayerError(source, [f"an answer broke off after {len(answer)} of {announced} bytes; try again"])
    return code, answer


def _response(address: str) -> addinfourl:
    """The answer, be it one of an error, in which a service says what is wrong."""
    try:
        found: addinfourl = _opener().open(address, timeout=PATIENCE_S)
    except urllib.error.HTTPError as error:
        return error
    return found


def _opener() -> urllib.request.OpenerDirector:
    """What opens ``http`` and ``https``, also after a redirection, and nothing else."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener
