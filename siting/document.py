"""TOML documents: read, validated with every fault in one report, and written back."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import tomli_w
from pydantic import BaseModel, ConfigDict, ValidationError

from siting.errors import StudyError

Model = TypeVar("Model", bound=BaseModel)


class Document(BaseModel):
    """Base of everything that is read from TOML: frozen, unknown keys refused, docstrings as descriptions."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    StudyError
        When the file is missing, not UTF-8, or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise StudyError(str(path), ["the file does not exist; check the path"]) from None
    except IsADirectoryError:
        raise StudyError(str(path), ["this is a folder; name the .toml file in it"]) from None
    except UnicodeDecodeError as error:
        raise StudyError(str(path), [f"not UTF-8 text at byte {error.start}; save it as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise StudyError(str(path), [f"not valid TOML: {error}"]) from None


def validated(model: type[Model], data: Mapping[str, Any], source: str) -> Model:
    """Validate a document against its model.

    Raises
    ------
    StudyError
        With every fault: the key's path, what was found and what is expected; for an unknown key the nearest known.
    """
    try:
        return model.model_validate(dict(data))
    except ValidationError as error:
        raise StudyError(source, [_sentence(model, fault) for fault in error.errors()]) from None


def to_toml(model: BaseModel) -> str:
    """Write a document as TOML; what has no value is left out, so that reading it gives the same document."""
    return tomli_w.dumps(_plain(model.model_dump(mode="json", by_alias=True)))


def _plain(value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _sentence(model: type[BaseModel], fault: Mapping[str, Any]) -> str:
    path = [str(part) for part in fault["loc"]]
    key = ".".join(path)
    if fault["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        known = sorted(_keys_at(model, path[:-1]))
        near = difflib.get_close_matches(path[-1], known, n=1, cutoff=0.5)
        hint = f'; did you mean "{near[0]}"?' if near else f"; known keys: {', '.join(known)}" if known else ""
        return f"{key}: unknown key{hint}"
    if fault["type"] in ("missing", "missing_keyword_only_argument"):
        return f"{key}: missing; add it"
    found = fault.get("input")
    shown = repr(found) if isinstance(found, str | int | float | bool) else type(found).__name__
    return f"{key}: {fault['msg'].removeprefix('Value error, ')}" + (f" (found {shown})" if key else "")


def _keys_at(annotation: Any, path: list[str]) -> set[str]:  # noqa: ANN401  (any annotation)
    """Known keys at a path of a model, for the nearest-key hint; a union contributes the keys of all its members."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _keys_at(get_args(annotation)[0], path)
    if origin in (Union, UnionType):
        return set().union(*(_keys_at(member, path) for member in _members(annotation, path)))
    if origin is dict:
        return _keys_at(get_args(annotation)[1], path[1:]) if path else set()
    if origin in (list, tuple):
        return _keys_at(get_args(annotation)[0], path[1:]) if path else set()
    fields = _fields(annotation)
    if not path:
        return set(fields)
    return _keys_at(fields[path[0]], path[1:]) if path[0] in fields else _keys_at(annotation, path[1:])


def _members(annotation: Any, path: list[str]) -> list[Any]:  # noqa: ANN401  (any annotation)
    """Members of a union; where pydantic put a member's tag into the path, only that one."""
    members = list(get_args(annotation))
    tagged = [member for member in members if path and path[0] in _tags(member)]
    return tagged or members


def _tags(member: Any) -> set[str]:  # noqa: ANN401  (any annotation)
    fields = _fields(member)
    return {str(tag) for name in ("model", "kind") if name in fields for tag in get_args(fields[name])}


def _fields(annotation: Any) -> dict[str, Any]:  # noqa: ANN401  (any annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
    return dict(getattr(annotation, "__annotations__", {})) if isinstance(annotation, type) else {}
