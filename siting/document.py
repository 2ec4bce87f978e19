"""TOML documents: read, validated with every fault in one report, and written back."""

import dataclasses
import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import tomli_w
from pydantic import BaseModel, ConfigDict, ValidationError

from siting.errors import StudyError
from siting.meanings import meaning_of

Model = TypeVar("Model", bound=BaseModel)


class Document(BaseModel):
    """Base of everything that is read from TOML: frozen, unknown keys refused, docstrings as descriptions."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)


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
        raise StudyError(source, [_sentence(model, data, fault) for fault in error.errors()]) from None


def to_toml(model: BaseModel) -> str:
    """Write a document as TOML; what has no value is left out, so that reading it gives the same document."""
    return tomli_w.dumps(_plain(model.model_dump(mode="json", by_alias=True)))


def _plain(value: Any) -> Any:  # noqa: ANN401  (any JSON value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _sentence(model: type[BaseModel], data: Mapping[str, Any], fault: Mapping[str, Any]) -> str:
    """One fault in a planner's words: the key as it stands in the file, what is wrong, what was found."""
    key = ".".join(_path_in_file(data, fault["loc"]))
    if fault["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        path = [str(part) for part in fault["loc"]]
        return f"{key}: unknown key{_nearest(path[-1], sorted(_keys_at(model, path[:-1])))}"
    words = _WORDS.get(fault["type"], "").format_map(fault.get("ctx", {}))
    words = words or fault["msg"].removeprefix("Value error, ")
    found = fault.get("input")
    shown = f" (found {found!r})" if isinstance(found, str | int | float | bool) else ""
    meaning = meaning_of(model, fault["loc"]) if fault["type"] in _BOUNDS else ""
    shown += f"; it means: {meaning}" if meaning else ""
    return f"{key}: {words}{shown}" if key else words


_BOUNDS = ("greater_than", "greater_than_equal", "less_than_equal")
"""Faults that a figure in another unit has, so that the message tells the unit."""

_WORDS = {
    "missing": "missing; add it",
    "missing_keyword_only_argument": "missing; add it",
    "union_tag_not_found": "key {discriminator} is missing; add it",
    "union_tag_invalid": "{discriminator} = '{tag}' is not known; use one of {expected_tags}",
    "literal_error": "use {expected}",
    "string_pattern_mismatch": "this text does not fit the pattern {pattern}",
    "string_too_short": "blank; give a text",
    "predicate_failed": "blank; give a text",
    "too_short": "{actual_length} given; give at least {min_length}",
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "model_attributes_type": "give a table of key = value",
    "finite_number": "give a finite number, or leave the key out",
} | {
    f"{kind}_{fault}": f"give {words}"
    for kind, words in (
        ("int", "a whole number"),
        ("float", "a number"),
        ("bool", "true or false"),
        ("string", "a text in quotes"),
        ("tuple", 'a list, like ["a", "b"]'),
        ("dict", "a table of key = value"),
        ("model", "a table of key = value"),
        ("dataclass", "a table of key = value"),
    )
    for fault in ("type", "parsing", "from_float")
}
"""Pydantic's faults in a planner's words."""


def _nearest(wrong: str, known: list[str]) -> str:
    near = difflib.get_close_matches(wrong, known, n=1, cutoff=0.5)
    return f'; did you mean "{near[0]}"?' if near else f"; known keys: {', '.join(known)}" if known else ""


def _path_in_file(data: Any, location: tuple[str | int, ...]) -> list[str]:  # noqa: ANN401  (any TOML value)
    """The path of a fault as the file has it: without the tags of unions that pydantic puts in."""
    path: list[str] = []
    tagged = False
    for part in location:
        if not tagged and (
            part == data or (isinstance(data, Mapping) and part in (data.get("model"), data.get("kind")))
        ):
            tagged = True  # a text may stand for the table that holds nothing but its tag
        elif part != "[key]":
            path.append(str(part))
            data, tagged = _item(data, part), False
    return path


def _item(data: Any, part: str | int) -> Any:  # noqa: ANN401  (any TOML value)
    if isinstance(data, Mapping):
        return data.get(part)
    there = isinstance(data, list | tuple) and isinstance(part, int) and part < len(data)
    return data[part] if there else None


def _keys_at(annotation: Any, path: list[str]) -> set[str]:  # noqa: ANN401  (any annotation)
    """Known keys at a path of a model, for the hint; of a union those of the member whose tag is in the path."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _keys_at(get_args(annotation)[0], path)
    if origin in (Union, UnionType):
        members = get_args(annotation)
        tagged = [member for member in members if path and path[0] in _tags(member)]
        rest = path[1:] if tagged else path
        return set().union(*(_keys_at(member, rest) for member in tagged or members))
    if origin is dict:
        return _keys_at(get_args(annotation)[1], path[1:]) if path else set()
    if origin in (list, tuple):
        return _keys_at(get_args(annotation)[0], path[1:]) if path else set()
    fields = _fields(annotation)
    if set(fields) == {"root"}:
        return _keys_at(fields["root"], path)
    if not path:
        return set(fields)
    return _keys_at(fields[path[0]], path[1:]) if path[0] in fields else set()


def _tags(member: Any) -> set[str]:  # noqa: ANN401  (any annotation)
    fields = _fields(member)
    return {str(tag) for name in ("model", "kind") if name in fields for tag in get_args(fields[name])}


def _fields(annotation: Any) -> dict[str, Any]:  # noqa: ANN401  (any annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
    described = dataclasses.fields(annotation) if dataclasses.is_dataclass(annotation) else ()
    return {field.name: field.type for field in described}
