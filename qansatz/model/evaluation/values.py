"""Compile-time values of the language beyond Python's own.

``int``, ``bool``, ``Fraction``, ``PiLinear`` and ``float`` are numbers; ``str`` is a text;
``list`` a list; ``tuple`` a tuple; ``range`` a range; :class:`~qansatz.pauli.strings.Pauli` a
signed string; ``Operator`` a sum; ``Affine`` and ``Nonlinear`` are angles that depend on
parameters or inputs; ``Graph`` is a graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from qansatz.model.angles import Affine, Angle, Nonlinear
from qansatz.model.evaluation.graphs import Graph
from qansatz.model.evaluation.operators import Operator
from qansatz.model.reals import PiLinear
from qansatz.pauli.strings import Pauli

if TYPE_CHECKING:
    from qansatz.syntax import nodes


class Poison:
    """The value of an expression whose fault has been reported; whatever uses it is silent."""

    __slots__ = ()


POISON = Poison()


@dataclass(frozen=True, slots=True)
class Register:
    """The qubits ``[start, start + size)`` of a declaration ``qubits name[size]``."""

    name: str
    start: int
    size: int

    def qubits(self) -> range:
        """The global indices of its qubits."""
        return range(self.start, self.start + self.size)


@dataclass(frozen=True, slots=True)
class Ket:
    """A product state as written between the bars, one letter of ``01+-rl`` a qubit."""

    text: str


@dataclass(frozen=True, slots=True)
class PauliGroup:
    """The group that signed strings generate, in binary order, the first generator fastest."""

    generators: tuple[Pauli, ...]

    @property
    def order(self) -> int:
        """The number of products of generators."""
        return int(1 << len(self.generators))

    def elements(self) -> Iterator[Pauli]:
        """Element k is the product of the generators whose bit is set in k, signs kept."""
        products = [Pauli(0, 0)]
        for generator in self.generators:
            products += [element * generator for element in products]
        return iter(products)


class Coset(list[Pauli]):
    """The strings of a group times a string, phases dropped; a list that can be multiplied on."""


@dataclass(frozen=True, slots=True)
class Permutations:
    """A group of qubit permutations, by generators."""

    generators: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class SymbolArray:
    """A declared array of parameters or inputs: consecutive slots in row-major order."""

    name: str
    shape: tuple[int, ...]
    start: int


@dataclass(frozen=True, slots=True)
class AngleArray:
    """An array of angles given by expressions (ties, fixed values), row-major."""

    name: str
    shape: tuple[int, ...]
    angles: tuple[Angle, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """``X``, ``Y``, ``Z`` or ``I`` before an index."""

    name: str


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function of the language, called as ``call(evaluator, node, scope)``."""

    name: str
    call: Callable[..., Any]


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """``i -> body`` with the names around it."""

    node: nodes.Arrow
    scope: Any


@dataclass(slots=True, eq=False)
class Lazy:
    """A file-level ``let``: evaluated at its first use, when the qubits are known."""

    node: nodes.Expression
    scope: Any
    value: Any = None
    state: str = "waiting"


def entries(value: SymbolArray | AngleArray) -> list[Angle]:
    """All angles of an array, row-major."""
    if isinstance(value, AngleArray):
        return list(value.angles)
    size = int(np.prod(value.shape, dtype=np.int64))
    return [Affine(((slot, 1),)) for slot in range(value.start, value.start + size)]


def is_number(value: Any) -> bool:
    """Whether the value is a real number (booleans are not)."""
    return isinstance(value, int | Fraction | PiLinear | float) and not isinstance(value, bool)


def as_angle(value: Any) -> Angle | None:
    """The value as an angle: numbers and scalar parameters are angles; None when it is none."""
    kind = type(value)
    if kind is Affine or kind is Nonlinear:
        return value  # type: ignore[no-any-return]
    if kind is SymbolArray and not value.shape:
        return Affine(((value.start, 1),))
    if kind is AngleArray and not value.shape:
        return value.angles[0]  # type: ignore[no-any-return]
    return Affine((), value) if is_number(value) else None


def kind_of(value: Any) -> str:
    """What a value is, in the words of the language."""
    match value:
        case bool():
            return "a truth value"
        case int():
            return "an integer"
        case Fraction() | PiLinear() | float():
            return "a number"
        case Pauli():
            return "a Pauli string"
        case Operator():
            return "an operator"
        case PauliGroup():
            return "a group"
        case Permutations():
            return "a permutation"
        case Affine() | Nonlinear():
            return "an angle"
        case SymbolArray() | AngleArray():
            return f"an array of shape {list(value.shape)}" if value.shape else "an angle"
        case Register():
            return "a register of qubits"
        case Graph():
            return "a graph"
        case range():
            return "a range"
        case list():
            return "a list"
        case tuple():
            return "a tuple"
        case str():
            return "a text"
        case Ket():
            return "a state"
        case Closure():
            return "a function"
        case Builtin():
            return f"the function `{value.name}`"
        case Letter():
            return f"the Pauli letter `{value.name}`"
    return "a value"
