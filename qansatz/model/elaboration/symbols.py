"""``param`` and ``input``: arrays of slots, and arrays of angles where they are tied."""

from __future__ import annotations

import math
from typing import Any

from qansatz.model import faults
from qansatz.model.angles import Angle
from qansatz.model.elaboration.columns import INPUT_BASE
from qansatz.model.elaboration.hermitian import has_float
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.evaluation.scopes import Scope
from qansatz.model.evaluation.values import (
    POISON,
    AngleArray,
    SymbolArray,
    as_angle,
    entries,
    is_number,
    kind_of,
)
from qansatz.model.program import SlotArray, Slots
from qansatz.model.reals import Real
from qansatz.syntax import nodes

_DISTRIBUTIONS = {"uniform": ("low", "high"), "normal": ("mean", "deviation")}


class Symbols:
    """The parameters and inputs so far; slots of inputs count from ``INPUT_BASE``."""

    __slots__ = ("inputs", "n_inputs", "n_parameters", "parameters")

    def __init__(self) -> None:
        self.parameters: list[SlotArray] = []
        self.inputs: list[SlotArray] = []
        self.n_parameters = 0
        self.n_inputs = 0

    def next_slot(self, kind: str) -> int:
        """The first slot of the next array of a kind, ``param`` or ``input``."""
        return self.n_parameters if kind == "param" else INPUT_BASE + self.n_inputs

    def append(self, kind: str, array: SlotArray) -> None:
        """Take in an array that starts at the next slot of its kind."""
        if kind == "param":
            self.parameters.append(array)
            self.n_parameters += array.size
        else:
            self.inputs.append(array)
            self.n_inputs += array.size

    def slots(self) -> Slots:
        """All symbols, as the model has them."""
        return Slots(parameters=tuple(self.parameters), inputs=tuple(self.inputs))


def declare_symbols(
    evaluator: Evaluator, symbols: Symbols, statement: nodes.Symbols, scope: Scope
) -> Any:
    """The value of the name that ``param`` or ``input`` declares; ``POISON`` after a fault."""
    shape = _shape(evaluator, statement, scope)
    if shape is None:
        return POISON
    bounds = _bounds(evaluator, statement.bounds, scope)
    distribution = _distribution(evaluator, statement.distribution, scope)
    if statement.value is not None:
        return _tied(evaluator, statement, statement.value, shape, scope)
    array = SlotArray(
        name=statement.name.text,
        shape=shape,
        start=symbols.next_slot(statement.kind),
        bounds=bounds,
        distribution=distribution,
        span=statement.name.span,
    )
    symbols.append(statement.kind, array)
    return SymbolArray(array.name, array.shape, array.start)


def _shape(evaluator: Evaluator, statement: nodes.Symbols, scope: Scope) -> tuple[int, ...] | None:
    """The declared sizes; None after a fault.

    Raises:
        LimitReached: when the array has more entries than there may be rotations.
    """
    shape: list[int] = []
    for part in statement.shape:
        size = evaluator.integer(part, scope, "a size, an integer")
        if size is POISON:
            return None
        if size < 0:
            evaluator.fault(faults.values.NotPositive(part.span, what="an array", value=size))
            return None
        shape.append(size)
    total = 1
    for size in shape:
        total *= size
        if total > evaluator.limits.rotations:
            evaluator.exceed("rotations", evaluator.limits.rotations, statement.span)
    return tuple(shape)


def _bounds(
    evaluator: Evaluator, node: nodes.Expression | None, scope: Scope
) -> tuple[Real, Real] | None:
    """The declared bounds; None without, or after a fault."""
    if node is None:
        return None
    value = evaluator.value(node, scope)
    if value is POISON:
        return None
    if not (isinstance(value, list) and len(value) == 2 and all(map(is_number, value))):
        evaluator.fault(faults.parameters.BadBounds(node.span, given=kind_of(value)))
        return None
    low, high = value
    if not all(has_float(evaluator, bound, node.span) for bound in value):
        return None
    if not float(low) < float(high):
        evaluator.fault(faults.parameters.EmptyBounds(node.span, low=str(low), high=str(high)))
        return None
    return low, high


def _distribution(
    evaluator: Evaluator, node: nodes.Distribution | None, scope: Scope
) -> tuple[str, tuple[Real, ...]] | None:
    """The declared distribution of initial values; None without, or after a fault."""
    if node is None:
        return None
    name = node.name.text
    values = [evaluator.value(argument, scope) for argument in node.arguments]
    if name not in _DISTRIBUTIONS:
        evaluator.fault(faults.parameters.UnknownDistribution(node.name.span, name=name))
        return None
    wanted = _DISTRIBUTIONS[name]
    if len(values) != len(wanted):
        evaluator.fault(
            faults.calls.ArgumentCount(
                node.span, what=f"`{name}`", wanted=", ".join(wanted), given=len(values)
            )
        )
        return None
    for value, part in zip(values, node.arguments, strict=True):
        if not is_number(value):
            evaluator.expected("a number", value, part.span)
            return None
        if not has_float(evaluator, value, part.span):
            return None
    return name, tuple(values)


def _tied(
    evaluator: Evaluator,
    statement: nodes.Symbols,
    node: nodes.Expression,
    shape: tuple[int, ...],
    scope: Scope,
) -> Any:
    """``param b[n] = 2 * a``: the entries are expressions in other parameters, or numbers."""
    value = evaluator.value(node, scope)
    if value is POISON:
        return POISON
    name = statement.name.text
    if statement.bounds is not None or statement.distribution is not None:
        return evaluator.fault(faults.parameters.TiedWithBounds(statement.name.span, name=name))
    if isinstance(value, SymbolArray | AngleArray) and value.shape and value.shape != shape:
        return evaluator.fault(
            faults.parameters.TieShape(node.span, name=name, shape=shape, given=value.shape)
        )
    angles = _entries(value, shape)
    if angles is None:
        return evaluator.expected("an angle, or an array of the declared shape", value, node.span)
    return AngleArray(name, shape, angles)


def _entries(value: Any, shape: tuple[int, ...]) -> tuple[Angle, ...] | None:
    """The row-major entries that a value gives an array; None if it does not fit.

    One angle serves all entries.
    """
    if isinstance(value, SymbolArray | AngleArray) and value.shape:
        return tuple(entries(value))
    if isinstance(value, list) and shape == (len(value),):
        angles = [as_angle(item) for item in value]
        present = tuple(angle for angle in angles if angle is not None)
        return present if len(present) == len(angles) else None
    angle = as_angle(value)
    return None if angle is None else (angle,) * math.prod(shape)
