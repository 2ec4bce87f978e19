"""What a key of a document means: its description, found by the place of a fault."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel

Schema = Mapping[str, Any]


def meaning_of(model: type[BaseModel], location: Sequence[str | int]) -> str:
    """The description of a key, or "" where it has none.

    Parameters
    ----------
    model
        The document's model.
    location
        The key's path, with the tags that pydantic puts in for members of unions.
    """
    root = model.model_json_schema()
    schema: Schema = root
    meaning = ""
    for part in location:
        schema = _whole(root, schema)
        if part in schema.get("properties", {}):
            meaning = schema["properties"][part].get("description", "")
        schema = _below(schema, part)
    return " ".join(meaning.split()).removesuffix(".")


def _below(schema: Schema, part: str | int) -> Schema:
    """The schema of an entry: a member of a union by its tag, a key, or whatever all entries are."""
    tags = schema.get("discriminator", {}).get("mapping", {})
    if part in tags:
        return {"$ref": tags[part]}
    if part in schema.get("properties", {}):
        return cast("Schema", schema["properties"][part])
    entries = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties"), schema.get("items")]
    return next((entry for entry in entries if isinstance(entry, Mapping)), {})


def _whole(root: Schema, schema: Schema) -> Schema:
    """The schema that a reference, or what may also be left out, stands for."""
    for member in schema.get("anyOf", ()):
        if member.get("type") != "null":
            return _whole(root, member)
    reference = schema.get("$ref")
    return schema if reference is None else root["$defs"][reference.rpartition("/")[2]]
