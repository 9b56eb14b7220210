"""What a file says, as frozen values. Equality ignores places: spacing makes no difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from qansatz.source import Span


class _Node:
    """Equality, hash and ``repr`` without places; generated for each class they import slowly."""

    __slots__ = ()

    def _content(self) -> tuple[object, ...]:
        slots: tuple[str, ...] = self.__slots__
        return tuple(getattr(self, name) for name in slots if name not in _PLACES)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Node)
            and type(self) is type(other)
            and self._content() == other._content()
        )

    def __hash__(self) -> int:
        return hash((type(self), self._content()))

    def __repr__(self) -> str:
        slots: tuple[str, ...] = self.__slots__
        shown = [f"{n}={getattr(self, n)!r}" for n in slots if n not in _PLACES]
        return f"{type(self).__name__}({', '.join(shown)})"


# What equality ignores: where a node stands, and what of a file is no statement.
_PLACES = frozenset(("span", "operator_spans", "documentation", "comments", "lost"))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Identifier(_Node):
    """A name at the place where it is introduced."""

    text: str
    span: Span


# Expressions


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Number(_Node):
    """A literal as written: ``kind`` is ``integer``, ``decimal`` or ``imaginary`` (``2i``)."""

    text: str
    kind: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Text(_Node):
    """A text literal, quotes removed."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Word(_Node):
    """A dense Pauli word ``p"XIZY"``, prefix and quotes removed; not yet checked."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Ket(_Node):
    """A product state ``|01+->``, bars removed."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Name(_Node):
    """A use of a name."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Unary(_Node):
    """``-x`` or ``not x``."""

    operator: str
    operand: Expression
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Chain(_Node):
    """``a + b - c``: operators of one precedence, left to right, one fewer than operands.

    The levels are ``or``, ``and``, comparisons (all must hold, as in mathematics), ``+ -`` and ``*
    / // %``.
    """

    operands: tuple[Expression, ...]
    operators: tuple[str, ...]
    span: Span
    operator_spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Power(_Node):
    """``base ^ exponent``."""

    base: Expression
    exponent: Expression
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Range(_Node):
    """``start..<stop``, or ``start..=stop`` when inclusive."""

    start: Expression
    stop: Expression
    inclusive: bool
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Keyword(_Node):
    """``name = value`` in a call."""

    name: Identifier
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Comprehension(_Node):
    """``element for target in iterable if condition``, as an argument or inside a list."""

    element: Expression
    target: Target
    iterable: Expression
    condition: Expression | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Call(_Node):
    """``function(arguments)``."""

    function: Expression
    arguments: tuple[Expression | Keyword | Comprehension, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class All(_Node):
    """``:`` as an index: the whole axis."""

    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Index(_Node):
    """``base[i, j]``."""

    base: Expression
    indices: tuple[Expression | All, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Attribute(_Node):
    """``base.name``."""

    base: Expression
    name: Identifier
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Arrow(_Node):
    """``i -> (i + 1) % n``, a function of one integer."""

    parameter: Identifier
    body: Expression
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Tuple(_Node):
    """``(a, b)``."""

    items: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class List(_Node):
    """``[a, b]``."""

    items: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class ListComprehension(_Node):
    """``[element for target in iterable if condition]``."""

    comprehension: Comprehension
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Group(_Node):
    """``<a, b>``: the group that Pauli strings generate."""

    generators: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Cardinality(_Node):
    """``|S|``: the number of elements of a group, list, range or register."""

    operand: Expression
    span: Span


Expression: TypeAlias = (
    Number
    | Text
    | Word
    | Ket
    | Name
    | Unary
    | Chain
    | Power
    | Range
    | Call
    | Index
    | Attribute
    | Arrow
    | Tuple
    | List
    | ListComprehension
    | Group
    | Cardinality
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Target(_Node):
    """The names a loop binds: one, or several in parentheses."""

    names: tuple[Identifier, ...]
    span: Span


# Statements


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Qubits(_Node):
    """``qubits q[n]``."""

    name: Identifier
    size: Expression
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Define(_Node):
    """``kind name = value``: ``let stabilizers logical symmetry observable``."""

    kind: str
    name: Identifier
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Distribution(_Node):
    """``~ uniform(0, 2*pi)``."""

    name: Identifier
    arguments: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Symbols(_Node):
    """``param`` or ``input`` (the ``kind``) ``name[shape] in bounds ~ distribution = value``."""

    kind: str
    name: Identifier
    shape: tuple[Expression, ...]
    bounds: Expression | None
    distribution: Distribution | None
    value: Expression | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Init(_Node):
    """``init |0>``."""

    value: Expression
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Body(_Node):
    """Statements between braces."""

    statements: tuple[Statement, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Scope(_Node):
    """``encode``, ``block`` or ``unordered`` (the ``kind``) and its body."""

    kind: str
    body: Body
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Loop(_Node):
    """``kind target in iterable { … }``: ``repeat`` (perhaps without target) or ``for``."""

    kind: str
    target: Target | None
    iterable: Expression
    body: Body
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class If(_Node):
    """``if``, any ``else if``, and ``else``."""

    branches: tuple[tuple[Expression, Body], ...]
    otherwise: Body | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Apply(_Node):
    """``rot(P, angle)``, a gate, or a layer."""

    name: Identifier
    arguments: tuple[Expression | Keyword | Comprehension, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Require(_Node):
    """``require claim``."""

    claim: Expression
    span: Span


Statement: TypeAlias = Qubits | Define | Symbols | Init | Scope | Loop | If | Apply | Require


# Files


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Argument(_Node):
    """A size of an ansatz or an argument of a layer: ``n: int = 8``."""

    name: Identifier
    type: Identifier | None
    default: Expression | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Import(_Node):
    """``import "file.qans"``, or ``import graph "file" as G`` (``kind`` and ``name`` given)."""

    kind: Identifier | None
    path: Text
    name: Identifier | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Layer(_Node):
    """``layer name(arguments) { … }``; ``documentation`` is the ``##`` text above it."""

    name: Identifier
    arguments: tuple[Argument, ...]
    body: Body
    documentation: str = ""
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Ansatz(_Node):
    """``ansatz name(arguments) where condition { … }``, and the ``##`` text above it."""

    name: Identifier
    arguments: tuple[Argument, ...]
    where: Expression | None
    body: Body
    documentation: str = ""
    span: Span


Item: TypeAlias = Import | Layer | Ansatz | Define


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Comment(_Node):
    """A comment as written, with its ``#``; ``own_line`` when nothing else stands before it."""

    text: str
    own_line: bool
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class File(_Node):
    """A parsed file; ``lost`` are names that statements with syntax errors would define."""

    items: tuple[Item, ...]
    comments: tuple[Comment, ...]
    lost: frozenset[str] = frozenset()
    span: Span
