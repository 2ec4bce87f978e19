"""Archives from elsewhere: looked at before they are unpacked, and unpacked beside nothing that matters."""

import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from geodata.errors import LayerError, listed
from geodata.readers.refusing import refusing

MOST_MEMBERS = 10_000
MOST_BYTES = 4 << 30
"""Of all members together, unpacked."""

MOST_RATIO = 200
"""Unpacked bytes per packed byte: texts reach 20, a bomb 1000."""

SMALL_BYTES = 50 << 20
"""Below this size the ratio does not matter."""

UTF8_NAME = 0x800
"""Flag bit of a member whose name is UTF-8; without it Chinese programs write GB18030."""

DRIVE = re.compile(r"^[A-Za-z]:")
HINT = "ask for a new copy, or unpack it yourself and check what is in it"


def require_harmless(path: Path, *, source: str) -> None:
    """Refuse an archive that would fill the disk or write outside its folder.

    Parameters
    ----------
    path
        A zip file, which workbooks and KMZ files are too.
    source
        The file, as the user knows it.

    Raises
    ------
    LayerError
        When it cannot be read, is encrypted, too large, packed too tightly, or has names that lead elsewhere.
    """
    with refusing(source, what="cannot be read as a zip archive", hint=HINT), zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    faults = []
    if len(members) > MOST_MEMBERS:
        faults.append(f"{len(members)} files in the archive, more than {MOST_MEMBERS}; {HINT}")
    unpacked = sum(member.file_size for member in members)
    packed = max(path.stat().st_size, 1)
    if unpacked > MOST_BYTES or (unpacked > SMALL_BYTES and unpacked > MOST_RATIO * packed):
        faults.append(f"the archive of {packed} bytes would unpack to {unpacked}; {HINT}")
    leading = [repr(member_name(member))[:80] for member in members if _leads_elsewhere(member)]
    if leading:
        faults.append(f"names that lead out of the archive: {listed(leading)}; {HINT}")
    if any(member.flag_bits & 1 for member in members):
        faults.append("the archive is encrypted; unpack it first")
    if faults:
        raise LayerError(source, faults)


def member_name(member: zipfile.ZipInfo) -> str:
    """Name of a file in an archive, in Chinese where it was packed so.

    Parameters
    ----------
    member
        The file in the archive.
    """
    if member.flag_bits & UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


@contextmanager
def unpacked(path: Path, *, source: str, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """A temporary folder with the files of an archive that have one of some suffixes.

    Parameters
    ----------
    path
        The archive.
    source
        The same, as the user knows it.
    suffixes
        Lower-case ends of the names to unpack; a folder of such a name is unpacked whole.

    Raises
    ------
    LayerError
        When the archive is not harmless or broken.
    """
    require_harmless(path, source=source)
    with tempfile.TemporaryDirectory(prefix="layer") as folder:
        with refusing(source, what="cannot be unpacked", hint=HINT), zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                place = PurePosixPath(member_name(member).replace("\\", "/"))
                if member.is_dir() or not any(part.lower().endswith(suffixes) for part in place.parts):
                    continue
                target = Path(folder, place)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as packed, target.open("wb") as file:
                    shutil.copyfileobj(packed, file)
        yield Path(folder)


def _leads_elsewhere(member: zipfile.ZipInfo) -> bool:
    name = member_name(member).replace("\\", "/")
    link = stat.S_ISLNK(member.external_attr >> 16)
    return link or name.startswith("/") or bool(DRIVE.match(name)) or ".." in name.split("/") or "\0" in name
