"""What a file says, as frozen values. Equality ignores places: two files that mean the same text are equal."""

# ruff: noqa: RUF009  (`_span()` is a `field()` that ruff does not recognise)

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from qansatz.source import Span


def _span() -> Span:
    return field(compare=False, repr=False)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A name at the place where it is introduced."""

    text: str
    span: Span = _span()


# Expressions


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A literal as written: ``kind`` is ``integer``, ``decimal`` or ``imaginary`` (``2i``)."""

    text: str
    kind: str
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text literal, quotes removed."""

    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A dense Pauli word ``p"XIZY"``, prefix and quotes removed; not yet checked."""

    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ket:
    """A product state ``|01+->``, bars removed."""

    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A use of a name."""

    text: str
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary:
    """``-x`` or ``not x``."""

    operator: str
    operand: Expression
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """``a + b - c``: operators of one level of binding, left to right; one operator fewer than operands.

    The levels are ``or``, ``and``, comparisons (all must hold, as in mathematics), ``+ -`` and ``* / // %``.
    """

    operands: tuple[Expression, ...]
    operators: tuple[str, ...]
    span: Span = _span()
    operator_spans: tuple[Span, ...] = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """``base ^ exponent``."""

    base: Expression
    exponent: Expression
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """``start..<stop``, or ``start..=stop`` when inclusive."""

    start: Expression
    stop: Expression
    inclusive: bool
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """``name = value`` in a call."""

    name: Identifier
    value: Expression
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comprehension:
    """``element for target in iterable if condition``, as an argument or inside a list."""

    element: Expression
    target: Target
    iterable: Expression
    condition: Expression | None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """``function(arguments)``."""

    function: Expression
    arguments: tuple[Expression | Keyword | Comprehension, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """``:`` as an index: the whole axis."""

    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """``base[i, j]``."""

    base: Expression
    indices: tuple[Expression | All, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """``base.name``."""

    base: Expression
    name: Identifier
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """``i -> (i + 1) % n``, a function of one integer."""

    parameter: Identifier
    body: Expression
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuple:
    """``(a, b)``."""

    items: tuple[Expression, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """``[a, b]``."""

    items: tuple[Expression, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListComprehension:
    """``[element for target in iterable if condition]``."""

    comprehension: Comprehension
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """``<a, b>``: the group that Pauli strings generate."""

    generators: tuple[Expression, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cardinality:
    """``|S|``: the number of elements of a group, list, range or register."""

    operand: Expression
    span: Span = _span()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The names a loop binds: one, or several in parentheses."""

    names: tuple[Identifier, ...]
    span: Span = _span()


# Statements


@dataclass(frozen=True, slots=True, kw_only=True)
class Qubits:
    """``qubits q[n]``."""

    name: Identifier
    size: Expression
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Define:
    """``let``, ``stabilizers``, ``logical``, ``symmetry`` or ``observable`` (the ``kind``), ``name = value``."""

    kind: str
    name: Identifier
    value: Expression
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """``~ uniform(0, 2*pi)``."""

    name: Identifier
    arguments: tuple[Expression, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbols:
    """``param`` or ``input`` (the ``kind``) ``name[shape] in bounds ~ distribution = value``."""

    kind: str
    name: Identifier
    shape: tuple[Expression, ...]
    bounds: Expression | None
    distribution: Distribution | None
    value: Expression | None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Init:
    """``init |0>``."""

    value: Expression
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Statements between braces."""

    statements: tuple[Statement, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """``encode``, ``block`` or ``unordered`` (the ``kind``) and its body."""

    kind: str
    body: Body
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """``repeat`` or ``for`` (the ``kind``) ``target in iterable { … }``; ``repeat 3 { … }`` has no target."""

    kind: str
    target: Target | None
    iterable: Expression
    body: Body
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class If:
    """``if``, any ``else if``, and ``else``."""

    branches: tuple[tuple[Expression, Body], ...]
    otherwise: Body | None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Apply:
    """``rot(P, angle)``, a gate, or a layer."""

    name: Identifier
    arguments: tuple[Expression | Keyword | Comprehension, ...]
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Require:
    """``require claim``."""

    claim: Expression
    span: Span = _span()


Statement: TypeAlias = Qubits | Define | Symbols | Init | Scope | Loop | If | Apply | Require


# Files


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A size of an ansatz or an argument of a layer: ``n: int = 8``."""

    name: Identifier
    type: Identifier | None
    default: Expression | None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """``import "file.qans"``, or ``import graph "file" as G`` (``kind`` and ``name`` given)."""

    kind: Identifier | None
    path: Text
    name: Identifier | None
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """``layer name(arguments) { … }``; ``documentation`` is the ``##`` text above it."""

    name: Identifier
    arguments: tuple[Argument, ...]
    body: Body
    documentation: str = field(default="", compare=False)
    span: Span = _span()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ansatz:
    """``ansatz name(arguments) where condition { … }``; ``documentation`` is the ``##`` text above it."""

    name: Identifier
    arguments: tuple[Argument, ...]
    where: Expression | None
    body: Body
    documentation: str = field(default="", compare=False)
    span: Span = _span()


Item: TypeAlias = Import | Layer | Ansatz | Define


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment as written, ``#`` included; ``own_line`` when nothing stands before it on its line."""

    text: str
    own_line: bool
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A parsed file; ``lost`` holds names that statements with syntax errors would have defined."""

    items: tuple[Item, ...]
    comments: tuple[Comment, ...] = field(compare=False)
    lost: frozenset[str] = field(default=frozenset(), compare=False)
    span: Span = _span()
