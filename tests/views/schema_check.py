"""JSON values against a JSON schema, for the keywords that the schemas of the commands use.

Stricter than the standard in one point: an object has no key that its schema does not name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "null": type(None),
    "number": (int, float),
    "object": dict,
    "string": str,
}
KEYWORDS = {
    *("$schema", "$defs", "$ref", "title", "anyOf", "type", "pattern", "items"),
    *("properties", "required", "additionalProperties"),
}


def faults(value: Any, schema: Any, root: Any = None, place: str = "$") -> Iterator[str]:
    """Where a value is not as a schema says."""
    root = schema if root is None else root
    assert schema.keys() <= KEYWORDS, schema.keys() - KEYWORDS
    if "$ref" in schema:
        yield from faults(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, place)
    if "anyOf" in schema:
        tries = [[*faults(value, part, root, place)] for part in schema["anyOf"]]
        if all(tries):
            yield from min(tries, key=len)
    if "type" in schema and not any(_is(value, name) for name in _names(schema["type"])):
        yield f"{place}: {type(value).__name__} is not {schema['type']}"
    elif isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{place}: {value!r} does not match"
    elif isinstance(value, list) and "items" in schema:
        for k, item in enumerate(value):
            yield from faults(item, schema["items"], root, f"{place}[{k}]")
    elif isinstance(value, dict):
        yield from _object_faults(value, schema, root, place)


def _object_faults(value: Any, schema: Any, root: Any, place: str) -> Iterator[str]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties")
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{place}.{key} is missing"
    for key, part in value.items():
        if key in properties:
            yield from faults(part, properties[key], root, f"{place}.{key}")
        elif others is not None:
            yield from faults(part, others, root, f"{place}.{key}")
        elif "properties" in schema:
            yield f"{place}.{key} is not in the schema"


def _names(types: Any) -> list[str]:
    return [types] if isinstance(types, str) else types


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])


def at(schema: Any, path: str) -> bool:
    """Whether a schema has a place for a path of keys, in some of its alternatives."""
    if not path:
        return True
    if "anyOf" in schema:
        return any(at(part, path) for part in schema["anyOf"])
    key, _, rest = path.partition(".")
    properties = schema.get("properties", {})
    return key in properties and at(properties[key], rest)
