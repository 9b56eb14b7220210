"""The names that an expression uses."""

from __future__ import annotations

from typing import Any

from qansatz.source import Span
from qansatz.syntax import nodes

_SPANS = ("span", "operator_spans")


def names_in(node: Any) -> dict[str, None]:
    """The names in an expression, those bound inside it included: the keys, in a fixed order."""
    names: dict[str, None] = {}
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, nodes.Name):
            names[part.text] = None
        elif isinstance(part, tuple):
            pending.extend(part)
        elif hasattr(part, "__dataclass_fields__") and not isinstance(part, Span):
            pending.extend(
                getattr(part, name) for name in part.__dataclass_fields__ if name not in _SPANS
            )
    return names
