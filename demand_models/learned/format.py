"""Learned models as files of numbers: JSON with a hash, in which nothing is ever executed."""

import hashlib
import json
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from demand_models.errors import DemandError
from demand_models.learned.model import LearnedModel
from demand_models.learned.schema import ModelFile
from geodata.errors import listed

FORMAT: Final = "siting learned model"
VERSION: Final = 1

_MOST_BYTES: Final = 256 * 2**20
"""A larger file is none of ours; it is refused before it is read."""


def save_model(model: LearnedModel, path: Path) -> None:
    """Write a model as JSON.

    The file holds ``format``, ``version``, ``sha256`` and ``model``, whose keys are those of `schema.ModelFile`. The
    hash is that of the compact JSON of ``model`` with sorted keys, in UTF-8. The same model gives the same bytes. The
    file takes its place when it is complete.

    Parameters
    ----------
    model
        The model.
    path
        File to write.
    """
    content = ModelFile.of(model).model_dump(mode="json")
    whole = {"format": FORMAT, "version": VERSION, "sha256": _sha256(_compact(content)), "model": content}
    beside = path.with_name(f"{path.name}.part")
    beside.write_bytes(_compact(whole) + b"\n")
    beside.replace(path)


def load_model(path: Path) -> LearnedModel:
    """Read a model back; it predicts what it predicted when it was saved.

    The hash tells damage. It does not tell who made the file: whoever changes one can compute it anew.

    Parameters
    ----------
    path
        A file written by `save_model`.

    Raises
    ------
    DemandError
        When there is no such file, it is damaged, of another format or version, or its numbers make no model.
    """
    whole = _read(path)
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise DemandError(f"{path}: not a learned model of this program; give a file that `save_model` wrote")
    if whole.get("version") != VERSION:
        raise DemandError(f"{path}: not of version {VERSION}, which this program reads; learn the model anew")
    content = _compact(whole.get("model"))
    if whole.get("sha256") != _sha256(content):
        raise DemandError(f"{path}: the content does not fit its sha256; the file is damaged, fetch it again")
    try:
        return ModelFile.model_validate_json(content, strict=True).model()
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))[:80]}: {fault['msg']}" for fault in error.errors()]
        raise DemandError(f"{path}: its numbers make no model ({listed(faults)}); learn the model anew") from error


def _read(path: Path) -> object:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DemandError(f"{path}: larger than {_MOST_BYTES // 2**20} MB; a learned model is not")
        content: object = json.loads(path.read_bytes().decode("utf-8"), parse_constant=_refuse)
        return content
    except OSError as error:
        raise DemandError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, DemandError):
            raise
        raise DemandError(f"{path}: not a learned model, or damaged: it is no JSON; fetch it again") from error


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is no JSON")


def _compact(content: object) -> bytes:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
