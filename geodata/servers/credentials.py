"""Addresses of servers: taken from the environment, and never repeated with what opens them."""

import os
import re
from urllib.parse import unquote

from geodata.errors import LayerError

DATABASE = "postgis://"
"""What a store or a source in a database begins with; the name of an environment variable follows."""

SCHEMES = ("postgresql+psycopg://", "postgresql://", "postgres://")
HIDDEN = "***"

_USER = re.compile(r"(?<=://)[^/?#\s\"'<>]*@")
_SECRET = re.compile(
    r"(?i)((?<![a-z])(?:[a-z]*(?:password|passwd|passphrase|secret|token|pwd)|(?:api|access|auth)?[_-]?key|tk|ak|sig"
    r"|signature|authkey|sslkey)\s*=\s*)('[^']*'|[^&\s'\";]+)"
)


def redacted(text: str) -> str:
    """A text without what opens a server: user and password of an address, passwords, keys and tokens.

    Parameters
    ----------
    text
        An address, a command or a message of a library.

    Returns
    -------
    text
        The same, with ``***`` in place of every secret.
    """
    return _SECRET.sub(rf"\1{HIDDEN}", _USER.sub(f"{HIDDEN}@", text))


def database_address(setting: str) -> str:
    """The address of a database, from the environment variable that a setting names.

    Parameters
    ----------
    setting
        ``postgis://NAME``, where the variable ``NAME`` holds ``postgresql+psycopg://user:password@host/database``.

    Returns
    -------
    address
        The address, in the form that libpq understands.

    Raises
    ------
    LayerError
        When the setting is an address itself, or the variable is not set or holds something else.
    """
    name = setting.removeprefix(DATABASE)
    source = redacted(setting)
    if "://" in name:
        fault = f"an address of a database stands in the environment only; set a variable to it and give {DATABASE}NAME"
        raise LayerError(source, [fault])
    address = os.environ.get(name, "") if name and "\0" not in name and "=" not in name else ""
    if not address:
        example = f"{SCHEMES[0]}user:password@host/database"
        raise LayerError(source, [f'the environment variable "{name}" is not set; set it to {redacted(example)}'])
    scheme = next((scheme for scheme in SCHEMES if address.startswith(scheme)), None)
    if scheme is None:
        raise LayerError(source, [f'the environment variable "{name}" does not begin with {SCHEMES[0]}; correct it'])
    return f"postgresql://{address.removeprefix(scheme)}"


def without_secrets(message: str, address: str) -> str:
    """A message of a library, without any part of an address that is secret.

    Parameters
    ----------
    message
        What the library said.
    address
        The address that it was given.

    Returns
    -------
    message
        One line without the password, in whatever form it stood.
    """
    found = re.search(r"://[^/?#\s:@]*:([^/?#\s]*)@", address)
    text = " ".join(redacted(message).split())
    for secret in {found[1], unquote(found[1])} if found else ():
        if secret:
            text = text.replace(secret, HIDDEN)
    return text
