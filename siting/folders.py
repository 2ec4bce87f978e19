"""Folders that are there whole or not at all: written beside their place, then renamed."""

import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_LONGEST_NAME: Final = 80


@contextmanager
def hidden_sibling(target: Path) -> Iterator[Path]:
    """A new folder beside the target, gone at the end unless it was renamed."""
    folder = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def carry_over(older: Path, folder: Path, written: set[str]) -> None:
    """Copy what people put into an older folder; a copy, so that a failure leaves the older folder whole."""
    ours = written | {path.name for path in folder.iterdir()}
    for path in older.iterdir():
        if path.name in ours:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, folder / path.name, symlinks=True)
        else:
            shutil.copy2(path, folder / path.name, follow_symlinks=False)


def put_in_place(folder: Path, target: Path) -> None:
    """Rename a complete folder into its place; an older one steps aside for the moment and comes back on failure."""
    if not target.exists():
        folder.rename(target)
        return
    older = folder.with_name(f"{folder.name}.older")
    target.rename(older)
    try:
        folder.rename(target)
    except OSError:
        older.rename(target)
        raise
    shutil.rmtree(older)


def safe_name(name: str) -> str:
    """A name that is one harmless part of a path on every system."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", str(name)).strip("-.")[:_LONGEST_NAME] or "run"
