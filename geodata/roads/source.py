"""What is remembered of a source of roads."""

import hashlib
from pathlib import Path

from geodata.errors import LayerError
from geodata.roads.profile import Profile


def provenance_of(*paths: str | Path, reader: str, profile: Profile) -> dict[str, str]:
    """Hash of the files, who read them and for whom.

    Parameters
    ----------
    paths
        The files, in the order in which they are hashed.
    reader
        Name of the format.
    profile
        Who drives.

    Returns
    -------
    provenance
        With the keys ``reader``, ``profile`` and ``sha256``.

    Raises
    ------
    LayerError
        When a file is not there or cannot be opened.
    """
    digests = []
    for path in map(Path, paths):
        try:
            with path.open("rb") as file:
                digests.append(hashlib.file_digest(file, "sha256").hexdigest())
        except OSError as error:
            raise LayerError(str(path), [f"cannot be opened: {error.strerror or error}"]) from error
    return {"reader": reader, "profile": profile.words(), "sha256": " ".join(digests)}
