"""One writer at a time, on a copy beside the file that takes its place when it is complete."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from geodata.errors import LayerError

_BESIDE: Final = ("-journal", "-wal", "-shm")
"""What SQLite puts beside a database while it is changed; the last may stay behind without harm."""


@contextmanager
def draft_of(path: Path, *, fresh: bool = False) -> Iterator[Path]:
    """A copy of a file to change; it replaces the file when the block ends well, and vanishes when it does not.

    Parameters
    ----------
    path
        The file, which need not exist yet.
    fresh
        Whether to begin with nothing instead of a copy.

    Yields
    ------
    draft
        The copy, in the same folder, with the same ending; not there when the file is not.

    Raises
    ------
    LayerError
        When somebody else is writing, another program has changes of its own open, or the folder or file cannot be
        written.
    """
    # A link is followed, so that the file it names is replaced and not the link.
    target = path.resolve()
    # In the same folder, because a file is renamed within a disk only.
    draft = target.with_name(f".{target.stem}.draft{target.suffix}")
    with _faults_of(path):
        target.parent.mkdir(parents=True, exist_ok=True)
    with _only_writer(target, shown=path):
        try:
            with _faults_of(path):
                _require_closed(target)
                # What a writer left that was killed; its journal would spoil a new draft.
                _remove(draft)
                if target.exists() and not fresh:
                    shutil.copy(target, draft)
            yield draft
            with _faults_of(path):
                draft.replace(target)
        finally:
            _remove(draft)


@contextmanager
def _faults_of(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise LayerError(str(path), [f"cannot be written: {reason}; check the folder and the free space"]) from error


def _remove(draft: Path) -> None:
    """Remove the draft and what lies beside it under its name."""
    for file in draft.parent.iterdir():
        if file.name.startswith(draft.name):
            file.unlink()


@contextmanager
def _only_writer(path: Path, *, shown: Path) -> Iterator[None]:
    """A lock that ends with the process, on every system: that of an empty database beside the file."""
    lock = path.with_name(f".{path.name}.lock")
    try:
        database = _locked(lock)
    except (sqlite3.OperationalError, OSError) as error:
        fault = "somebody else is writing to it; try again when they are done"
        busy = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
        raise LayerError(str(shown), [fault if busy else f"cannot be written: {error}; check the folder"]) from error
    with closing(database):
        try:
            yield
        finally:
            # Some systems do not remove what is open; the file then stays, which does no harm.
            with suppress(OSError):
                lock.unlink()


def _locked(lock: Path) -> sqlite3.Connection:
    """A locked database, whose file is still the one that others find under its name."""
    while True:
        lock.touch()
        file = _number(lock)
        database = sqlite3.connect(lock, timeout=0, isolation_level=None)
        fault = None
        try:
            database.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            fault = error
        # A writer that just ended may have removed the file since, and the next one made another.
        if file is None or _number(lock) != file:
            database.close()
        elif fault is None:
            return database
        else:
            database.close()
            raise fault


def _number(file: Path) -> int | None:
    """What the disk calls a file; None for one that is not there."""
    try:
        return file.stat().st_ino
    except FileNotFoundError:
        return None


def _require_closed(path: Path) -> None:
    """Refuse a file of which another program keeps the latest changes in a file of its own."""
    pending = [path.with_name(path.name + ending) for ending in _BESIDE]
    open_ones = [
        file.name for file in pending if file.exists() and file.stat().st_size and not file.name.endswith("shm")
    ]
    if open_ones:
        fault = f"another program has it open ({', '.join(open_ones)}); close it there, for example in QGIS"
        raise LayerError(str(path), [fault])
