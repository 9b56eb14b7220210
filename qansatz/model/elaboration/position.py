"""Where in a program a statement is executed: frozen values that are passed down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from qansatz.model.evaluation.scopes import Scope
from qansatz.model.program import Piece
from qansatz.syntax import nodes

Layers: TypeAlias = "dict[str, tuple[nodes.Layer, Scope, Layers]]"
"""The layers that a file can call, each with what its own file can name and call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nesting:
    """The bodies around a statement.

    ``inside`` names the innermost one, such as "a `block`" (None: the ansatz itself). ``block``
    and ``unordered`` number the groups (−1: outside any), ``n_calls`` counts the layer calls that
    are under way, and ``layers`` are those that can be called here.
    """

    layers: Layers
    inside: str | None = None
    block: int = -1
    unordered: int = -1
    encoding: bool = False
    n_calls: int = 0


class Position(NamedTuple):
    """One execution of a body: the values of names, the bodies and loops around it, its outline.

    ``layer`` numbers the layers of the circuit (−1: outside any). ``loop_names`` and
    ``loop_values`` go from the outermost loop inwards. What the body does is appended to
    ``outline``; None: it is not shown.
    A named tuple, which is made faster than a dataclass: every iteration of a loop makes one.
    """

    scope: Scope
    nesting: Nesting
    layer: int
    loop_names: tuple[str, ...]
    loop_values: tuple[int, ...]
    outline: list[Piece] | None
