"""How values are written as JSON: one description gives the object and its schema.

A *shape* is a JSON schema together with the function that writes a value of that schema. Shapes of results are put
together from the shapes of their fields, so that what a command prints and what its schema says cannot differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeAlias, TypeVar

from qansatz.numbers import decimal

T = TypeVar("T")
V = TypeVar("V")
Schema: TypeAlias = dict[str, Any]

#: Integers from here on are not exact in every reader of JSON.
_INEXACT: Final = 1 << 53


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """The JSON schema of values of one kind, and the function that writes one."""

    schema: Schema
    write: Callable[[T], Any]


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """One key of an object: its schema, and the function that writes its value from the whole."""

    key: str
    schema: Schema
    write: Callable[[T], Any]


def _itself(value: V) -> V:
    return value


TRUTH: Final[Shape[bool]] = Shape({"type": "boolean"}, _itself)
INTEGER: Final[Shape[int]] = Shape({"type": "integer"}, _itself)
TEXT: Final[Shape[str]] = Shape({"type": "string"}, _itself)
NUMBER: Final[Shape[float]] = Shape({"type": "number"}, _itself)
#: A number, null where it is not finite.
FINITE: Final[Shape[float]] = Shape(
    {"type": ["number", "null"]}, lambda value: value if math.isfinite(value) else None
)
#: An integer of any length, as text.
DECIMAL: Final[Shape[int]] = Shape({"type": "string", "pattern": "^-?[0-9]+$"}, decimal)
#: An integer, as text from 2^53 on.
COUNT: Final[Shape[int]] = Shape(
    {"type": ["integer", "string"], "pattern": "^-?[0-9]+$"},
    lambda value: value if value < _INEXACT else decimal(value),
)
ANYTHING: Final[Shape[Any]] = Shape({}, _itself)


def optional(shape: Shape[V]) -> Shape[V | None]:
    """A value, or null for None."""
    return Shape(
        {"anyOf": [shape.schema, {"type": "null"}]}
        if set(shape.schema) != {"type"} or not isinstance(shape.schema["type"], str)
        else {"type": [shape.schema["type"], "null"]},
        lambda value: None if value is None else shape.write(value),
    )


def listed(shape: Shape[V]) -> Shape[Iterable[V]]:
    """A list of values."""
    return Shape(
        {"type": "array", "items": shape.schema}, lambda values: [shape.write(v) for v in values]
    )


def mapping(shape: Shape[V]) -> Shape[Mapping[str, V]]:
    """An object whose keys are not known beforehand."""
    return Shape(
        {"type": "object", "additionalProperties": shape.schema},
        lambda values: {key: shape.write(value) for key, value in values.items()},
    )


def field(key: str, shape: Shape[V], value: Callable[[T], V]) -> Field[T]:
    """A key, the shape of what stands there, and how that is taken from the whole."""
    return Field(key, shape.schema, lambda whole: shape.write(value(whole)))


def record(*fields: Field[T]) -> Shape[T]:
    """An object with these keys, all of them present."""
    return Shape(
        object_schema({part.key: part.schema for part in fields}),
        lambda whole: {part.key: part.write(whole) for part in fields},
    )


def object_schema(
    properties: Mapping[str, Schema], required: Iterable[str] | None = None
) -> Schema:
    """The schema of an object; all keys are required unless some are named."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties if required is None else required),
    }
