"""Hash and size of a source, so that a later change of it shows."""

import hashlib
from pathlib import Path

from geodata.readers.shapefile import parts_of

BLOCK_BYTES = 1 << 20


def fingerprint(location: str | Path) -> tuple[str | None, int | None]:
    """Hash and size of a file, of a folder, or of all files of a Shapefile.

    Parameters
    ----------
    location
        A path; an address has no fingerprint.

    Returns
    -------
    sha256, size_bytes
        The hash in hexadecimal digits, that of the only file or of the list of hashes and names of several; None for
        what is not on this disk.
    """
    path = Path(location)
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.is_file())
    elif path.is_file():
        files = sorted(parts_of(path).values()) if path.suffix.lower() == ".shp" else [path]
    else:
        return None, None
    size = sum(file.stat().st_size for file in files)
    if len(files) == 1:
        return _sha256(files[0]), size
    listing = "".join(f"{_sha256(file)}  {file.relative_to(path.parent).as_posix()}\n" for file in files)
    return hashlib.sha256(listing.encode()).hexdigest(), size


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()
