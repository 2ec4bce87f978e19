"""Folders to start from: the template study, and a copy of the embedded one."""

import re
import shutil
from importlib.resources import files
from pathlib import Path

from siting.errors import StudyError

_DATA = Path(str(files("siting") / "data"))
_DEMO = _DATA / "guangzhou"


def demo_study() -> Path:
    """Return the study file of the embedded Guangzhou study."""
    return _DEMO / "study.toml"


def copy_template(folder: Path) -> Path:
    """Copy the template study into a new or empty folder, and return its study file.

    Raises
    ------
    StudyError
        When the folder holds something, or is a file.
    """
    _copy(_DATA / "template", folder)
    return folder / "study.toml"


def copy_demo(folder: Path) -> Path:
    """Copy the embedded study with the catalogue it uses into a new or empty folder, and return its study file.

    The copy names its own catalogue, so that both may be changed; until then it gives the same sites.

    Raises
    ------
    StudyError
        When the folder holds something, or is a file.
    """
    _copy(_DEMO, folder)
    shutil.copyfile(_DATA / "facilities.toml", folder / "facilities.toml")
    study = folder / "study.toml"
    study.write_text(_with_own_catalogue(study.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    return study


def _with_own_catalogue(text: str) -> str:
    """The text of a study with `facilities` set; text, not a parsed document, so that its comments stay."""
    line = 'facilities = "facilities.toml"'
    text, found = re.subn(r"^facilities *=.*$", line, text, flags=re.MULTILINE)
    return text if found else re.sub(r"^plan *=.*$", rf"\g<0>\n{line}", text, count=1, flags=re.MULTILINE)


def _copy(source: Path, folder: Path) -> None:
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise StudyError(str(folder), ["exists and is not an empty folder; name a new one"])
    shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
