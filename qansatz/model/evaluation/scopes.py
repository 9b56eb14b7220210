"""Scopes, faults with the loop indices they occur at, limits, and values of a wanted kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from qansatz.diagnostics import Fault, FaultLog
from qansatz.model import faults
from qansatz.model.evaluation import arithmetic
from qansatz.model.evaluation.graphs import Graph
from qansatz.model.evaluation.operators import Operator
from qansatz.model.evaluation.values import (
    POISON,
    AngleArray,
    Letter,
    PauliGroup,
    Poison,
    Register,
    SymbolArray,
    entries,
    is_number,
    kind_of,
)
from qansatz.model.limits import Limits
from qansatz.numbers import digits
from qansatz.pauli.strings import Pauli
from qansatz.source import Span
from qansatz.syntax import nodes

_FAULT_STEPS = 20


class LimitReached(Exception):  # noqa: N818 - ends elaboration, which reports it as a fault
    """A stated limit was reached; ``fault`` says which and where."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


class Scope:
    """Names and their values, innermost first."""

    __slots__ = ("names", "parent")

    def __init__(self, parent: Scope | None = None) -> None:
        self.names: dict[str, Any] = {}
        self.parent = parent

    def find(self, name: str) -> Any:
        """The value of a name, or None when nothing has that name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None


class Evaluation:
    """What every part of the evaluator shares; ``value`` itself is the evaluator's."""

    def __init__(self, log: FaultLog, limits: Limits) -> None:
        self.log = log
        self.limits = limits
        self.n_qubits: int | None = None
        self.late_qubits = 0
        self.steps = 0
        self.loops: list[tuple[str, Any]] = []

    def value(self, node: nodes.Expression, scope: Scope) -> Any:
        """The value of an expression."""
        raise NotImplementedError

    def fault(self, fault: Fault) -> Poison:
        """Report a fault, with the loop indices at which it happened."""
        if self.loops and fault not in self.log:
            fault = replace(fault, where=self.where())
        self.log.add(fault)
        self.steps += _FAULT_STEPS
        return POISON

    def where(self) -> str:
        """The current loop indices in words."""
        return ", ".join(f"{name} = {shown(value)}" for name, value in self.loops if name)

    def step(self, span: Span, count: int = 1) -> None:
        """Count work.

        Raises:
            LimitReached: when it is more than the limit.
        """
        self.steps += count
        if self.steps > self.limits.steps:
            self.exceed("steps", self.limits.steps, span)

    def exceed(self, what: str, limit: int, span: Span, why: str | None = None) -> NoReturn:
        """Stop elaboration at a limit."""
        raise self.limit(what, limit, span, why)

    def limit(
        self, what: str, limit: int | None, span: Span, why: str | None = None
    ) -> LimitReached:
        """The end of elaboration at a limit (None: that of the stack)."""
        return LimitReached(
            faults.values.LimitExceeded(
                span,
                what=faults.values.LIMITS[what],
                limit="some thousand" if limit is None else f"{limit:,}",
                flag=f"--limit {what}=N" if hasattr(self.limits, what) else None,
                why=why,
            )
        )

    def too_large(self, span: Span) -> Poison:
        """Report a number with too many digits, or beyond the range of floats."""
        return self.fault(faults.values.TooLarge(span, limit=self.limits.digits))

    def foresee_product(self, a: Any, b: Any, span: Span) -> None:
        """Stop before two operators are multiplied that have more products than the limit."""
        if isinstance(a, Operator) and isinstance(b, Operator):
            count = len(a.terms) * len(b.terms)
            if count > self.limits.terms:
                why = f"{len(a.terms):,} terms times {len(b.terms):,} terms"
                self.exceed("terms", self.limits.terms, span, why)
            self.step(span, 4 * count)

    def elements(self, value: Any, span: Span) -> Any:
        """A value's elements as a list, not more than the limit; ``POISON`` when it has none."""
        elements = self.sequence(value, span)
        if elements is POISON:
            return POISON
        self.count_elements(len(elements), span)
        return list(elements)

    def count_elements(self, count: int, span: Span) -> None:
        """Count the work of a list, and stop where it would be too long."""
        if count > self.limits.terms:
            self.exceed("terms", self.limits.terms, span, f"there are {count:,}")
        self.step(span, count)

    def expected(self, what: str, value: Any, span: Span, cure: str | None = None) -> Any:
        """Report a value of the wrong kind."""
        if value is POISON:
            return POISON
        if cure is None and isinstance(value, Letter):
            cure = f"write `{value.name}[0]`, or `sum({value.name}[i] for i in q)`"
        return self.fault(
            faults.values.WrongKind(span, expected=what, given=kind_of(value), cure=cure)
        )

    def no_such_qubit(self, index: int, span: Span) -> Poison:
        """Report a qubit that does not exist, unless its register is declared too late."""
        n = self.n_qubits or 0
        if n <= index < n + self.late_qubits:
            return POISON
        return self.fault(faults.operators.NoSuchQubit(span, index=index, n_qubits=n))

    # Values of a kind

    def integer(self, node: nodes.Expression, scope: Scope, what: str = "an integer") -> Any:
        """An integer, or ``POISON``."""
        value = self.value(node, scope)
        if type(value) is int:
            return value
        return self.expected(what, value, node.span)

    def truth(self, node: nodes.Expression, scope: Scope, what: str) -> Any:
        """A truth value, or ``POISON``."""
        value = self.value(node, scope)
        if isinstance(value, bool):
            return value
        return self.expected(what, value, node.span)

    def iterable(self, node: nodes.Expression, scope: Scope) -> Any:
        """A range or list to loop over; ``POISON`` otherwise. An integer n is not ``0..<n``."""
        return self.sequence(self.value(node, scope), node.span)

    def sequence(self, value: Any, span: Span) -> Any:
        """A value's elements as a range or list; ``POISON`` when it has none."""
        if isinstance(value, range | list):
            return value
        if isinstance(value, Register):
            return value.qubits()
        if isinstance(value, SymbolArray | AngleArray) and len(value.shape) == 1:
            self.step(span, value.shape[0])
            return entries(value)
        if isinstance(value, PauliGroup):
            if value.order > self.limits.terms:
                self.exceed("terms", self.limits.terms, span)
            self.step(span, value.order)
            return list(value.elements())
        if isinstance(value, Graph):
            return self.fault(faults.values.GraphIterated(span))
        if type(value) is int:
            written = span.text if span.text.isidentifier() else digits(value)
            return self.fault(faults.values.IntegerIterated(span, number=value, written=written))
        return self.expected(
            "something to loop over (a range, list, register or group)", value, span
        )

    def arguments(self, node: nodes.Call, scope: Scope, names: tuple[str, ...]) -> list[Any] | None:
        """The values of exactly as many plain arguments as there are names; None after a fault."""
        for argument in node.arguments:
            if isinstance(argument, nodes.Keyword | nodes.Comprehension):
                self.not_plain(argument, names)
                return None
        if len(node.arguments) != len(names):
            self.fault(
                faults.calls.ArgumentCount(
                    node.span,
                    what=f"`{node.function.span.text}`",
                    wanted=", ".join(names) or "nothing",
                    given=len(node.arguments),
                )
            )
            return None
        values = [
            self.value(a, scope)
            for a in node.arguments
            if not isinstance(a, nodes.Keyword | nodes.Comprehension)
        ]
        return None if any(value is POISON for value in values) else values

    def not_plain(
        self, argument: nodes.Keyword | nodes.Comprehension, names: Sequence[str]
    ) -> None:
        """Report a named argument or a comprehension where plain values are taken."""
        if isinstance(argument, nodes.Keyword):
            cure = f"leave out `{argument.name.text} =`"
        else:
            cure = f"write a list: `[{argument.span.text}]`"
        listed = ", ".join(names)
        self.fault(faults.calls.PlainArguments(argument.span, names=listed, cure=cure))


def shown(value: Any) -> str:
    """A loop variable's value in a diagnostic."""
    if isinstance(value, Pauli):
        return arithmetic.text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple) and len(value) <= 4:
        parts = (shown(p) if type(p) is not tuple else kind_of(p) for p in value)
        return f"({', '.join(parts)})"
    if isinstance(value, str):
        return value
    return arithmetic.number_text(value) if is_number(value) else kind_of(value)


def numbers_of(values: Iterable[Any]) -> list[int] | None:
    """The values as integers, or None when one is not."""
    listed = list(values)
    return listed if all(type(v) is int for v in listed) else None
