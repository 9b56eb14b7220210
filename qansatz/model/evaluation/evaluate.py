"""Expressions → compile-time values."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any, assert_never

from qansatz.model import faults
from qansatz.model.angles import MAX_OPERATIONS, NotRealError, TooComplexError
from qansatz.model.evaluation import arithmetic
from qansatz.model.evaluation.arithmetic import Mistake, Place
from qansatz.model.evaluation.graphs import Graph
from qansatz.model.evaluation.indexing import attribute, indexed
from qansatz.model.evaluation.operators import Operator
from qansatz.model.evaluation.scopes import Evaluation, Scope
from qansatz.model.evaluation.values import (
    POISON,
    AngleArray,
    Builtin,
    Closure,
    Ket,
    Lazy,
    PauliGroup,
    Poison,
    Register,
    SymbolArray,
    as_angle,
)
from qansatz.pauli.strings import Pauli, from_word
from qansatz.source import Span
from qansatz.syntax import nodes


class Evaluator(Evaluation):
    """Evaluates expressions; a fault is logged and leaves ``POISON``, which silences its users."""

    def value(self, node: nodes.Expression, scope: Scope) -> Any:
        """The value of an expression."""
        try:
            match node:
                case nodes.Name():
                    return self._name(node, scope)
                case nodes.Number():
                    return self._number(node)
                case nodes.Index():
                    return indexed(self, node, scope)
                case nodes.Chain():
                    return self._chain(node, scope)
                case nodes.Call():
                    return self._call(node, scope)
                case nodes.Unary():
                    return self._unary(node, scope)
                case nodes.Tuple():
                    return self._tuple(node, scope)
                case nodes.List():
                    return self._list(node, scope)
                case nodes.ListComprehension():
                    items = self.comprehension(node.comprehension, scope)
                    return POISON if items is None else items
                case nodes.Attribute():
                    return attribute(self, node, scope)
                case nodes.Power():
                    return self._power(node, scope)
                case nodes.Range():
                    return self._range(node, scope)
                case nodes.Word():
                    return self._word(node)
                case nodes.Group():
                    return self._group(node, scope)
                case nodes.Cardinality():
                    return self._cardinality(node, scope)
                case nodes.Arrow():
                    return Closure(node, scope)
                case nodes.Ket():
                    return Ket(node.text)
                case nodes.Text():
                    return node.text
                case _:
                    assert_never(node)
        except OverflowError:
            return self.too_large(node.span)
        except NotRealError:
            return self.fault(faults.values.NotReal(node.span, what="the angle"))
        except TooComplexError:
            return self.exceed("operations", MAX_OPERATIONS, node.span)

    # Literals and names

    def _number(self, node: nodes.Number) -> Any:
        if len(node.text) > self.limits.digits:
            return self.too_large(node.span)
        if node.kind == "integer":
            return int(node.text)
        value = arithmetic.decimal(node.text.removesuffix("i"))
        if value is None:
            return self.too_large(node.span)
        return arithmetic.imaginary(value) if node.kind == "imaginary" else value

    def _word(self, node: nodes.Word) -> Any:
        for position, name in enumerate(node.text):
            if name not in "IXYZ":
                start = node.span.start + 2 + position
                place = Span(node.span.source, start, start + 1)
                return self.fault(faults.operators.BadLetter(place, letter=name))
        if self.n_qubits is not None and len(node.text) != self.n_qubits:
            return self.fault(
                faults.operators.WordLength(
                    node.span, length=len(node.text), n_qubits=self.n_qubits
                )
            )
        return from_word(node.text)

    def _name(self, node: nodes.Name, scope: Scope) -> Any:
        value = scope.find(node.text)
        if value is None:
            return POISON  # name resolution has reported it
        if type(value) is Lazy:
            return self.force(value)
        return value

    def force(self, lazy: Lazy) -> Any:
        """The value of a file-level definition."""
        if lazy.state == "waiting":
            lazy.state = "running"
            try:
                lazy.value = self.value(lazy.node, lazy.scope)
            except RecursionError:
                raise self.limit("definitions", None, lazy.node.span) from None
            lazy.state = "done"
        return POISON if lazy.state == "running" else lazy.value

    # Operators

    def _unary(self, node: nodes.Unary, scope: Scope) -> Any:
        value = self.value(node.operand, scope)
        if value is POISON:
            return POISON
        if node.operator == "not":
            if isinstance(value, bool):
                return not value
            return self.expected("a truth value", value, node.operand.span)
        return self._apply(arithmetic.times, -1, value, node.span, node.operand.span)

    def _apply(self, operation: Any, a: Any, b: Any, span: Span, blame: Span) -> Any:
        if a is POISON or b is POISON:
            return POISON
        if operation is arithmetic.times:
            self.foresee_product(a, b, span)
        try:
            result = operation(a, b)
        except Mistake as mistake:
            return self.fault(mistake.fault(Place(whole=span, operand=blame, cure=_meant(a, b))))
        if isinstance(result, int) and result.bit_length() > 4 * self.limits.digits:
            return self.too_large(span)
        size = arithmetic.size(result)
        if size > 64:
            self.step(span, size)
            if size > self.limits.terms:
                self.exceed("terms", self.limits.terms, span)
        return result

    def _chain(self, node: nodes.Chain, scope: Scope) -> Any:
        operators = node.operators
        if operators[0] in ("and", "or"):
            return self._logic(node, scope)
        if operators[0] in arithmetic.COMPARISONS:
            return self._comparison(node, scope)
        result = self.value(node.operands[0], scope)
        if len(operators) > 2 and operators[0] in "+-":
            return self._long_sum(node, result, scope)
        for sign, operand in zip(operators, node.operands[1:], strict=True):
            value = self.value(operand, scope)
            if type(result) is int and type(value) is int and sign in "+-*%":
                result = (
                    _INTEGERS[sign](result, value) if sign != "%" or value else self._zero(operand)
                )
                if type(result) is int and result.bit_length() > 4 * self.limits.digits:
                    return self.too_large(node.span)
                continue
            if type(result) is Pauli and type(value) is Pauli and sign == "*":
                result = result * value
                continue
            span = node.operands[0].span.to(operand.span)
            result = self._apply(arithmetic.OPERATIONS[sign], result, value, span, operand.span)
        return result

    def _zero(self, operand: nodes.Expression) -> Any:
        return self.fault(faults.values.DivisionByZero(operand.span))

    def _long_sum(self, node: nodes.Chain, first: Any, scope: Scope) -> Any:
        parts = [first]
        for sign, operand in zip(node.operators, node.operands[1:], strict=True):
            value = self.value(operand, scope)
            if sign == "-" and value is not POISON:
                value = self._apply(arithmetic.times, -1, value, operand.span, operand.span)
            parts.append(value)
        spans = [operand.span for operand in node.operands]
        return self.total(parts, spans, node.span)

    def total(self, parts: list[Any], spans: list[Span] | None, span: Span) -> Any:
        """The sum of values of like kinds."""
        if any(part is POISON for part in parts):
            return POISON
        try:
            result = arithmetic.total(parts)
        except Mistake as mistake:
            operand = span if spans is None else spans[mistake.position]
            return self.fault(mistake.fault(Place(whole=span, operand=operand)))
        self.step(span, len(parts))
        if arithmetic.size(result) > self.limits.terms:
            self.exceed("terms", self.limits.terms, span)
        return result

    def _logic(self, node: nodes.Chain, scope: Scope) -> Any:
        stop = node.operators[0] == "or"
        for operand in node.operands:
            value = self.truth(operand, scope, f"a truth value beside `{node.operators[0]}`")
            if value is POISON or value is stop:
                return value
        return not stop

    def _comparison(self, node: nodes.Chain, scope: Scope) -> Any:
        values = [self.value(operand, scope) for operand in node.operands]
        if any(value is POISON for value in values):
            return POISON
        for sign, (a, b) in zip(node.operators, pairwise(values), strict=True):
            try:
                holds = arithmetic.compare(sign, a, b)
            except Mistake as mistake:
                return self.fault(mistake.fault(Place(whole=node.span, operand=node.span)))
            if not holds:
                return False
        return True

    def _power(self, node: nodes.Power, scope: Scope) -> Any:
        base, exponent = self.value(node.base, scope), self.value(node.exponent, scope)
        if isinstance(base, Pauli | Operator) and type(exponent) is int and 0 <= exponent <= 64:
            return self.product([base] * exponent, node.span)
        if isinstance(base, int) and isinstance(exponent, int):
            if base.bit_length() * abs(exponent) > 4 * self.limits.digits and abs(base) > 1:
                return self.too_large(node.span)
        elif isinstance(base, Fraction) and isinstance(exponent, int) and abs(exponent) > 1_000:
            return self.too_large(node.span)
        return self._apply(arithmetic.power, base, exponent, node.span, node.exponent.span)

    def product(self, parts: list[Any], span: Span) -> Any:
        """The product of values in order."""

        def times(a: Any, b: Any) -> Any:
            self.foresee_product(a, b, span)
            result = arithmetic.times(a, b)
            if isinstance(result, int) and result.bit_length() > 4 * self.limits.digits:
                raise OverflowError
            return result

        self.step(span, len(parts))
        try:
            return arithmetic.product(parts, times)
        except Mistake as mistake:
            return self.fault(mistake.fault(Place(whole=span, operand=span)))

    def _range(self, node: nodes.Range, scope: Scope) -> Any:
        start = self.integer(node.start, scope, "an integer as the range's start")
        stop = self.integer(node.stop, scope, "an integer as the range's end")
        if start is POISON or stop is POISON:
            return POISON
        if max(abs(start), abs(stop)).bit_length() > 62:
            return self.too_large(node.span)
        return range(start, stop + node.inclusive)

    # Calls, lists, groups

    def _call(self, node: nodes.Call, scope: Scope) -> Any:
        function = self.value(node.function, scope)
        if function is POISON:
            return POISON
        if not isinstance(function, Builtin):
            return self.expected("a function before `(`", function, node.function.span)
        return function.call(self, node, scope)

    def call_closure(self, closure: Closure, value: Any) -> Any:
        """The value of ``i -> body`` at an integer."""
        inner = Scope(closure.scope)
        inner.names[closure.node.parameter.text] = value
        return self.value(closure.node.body, inner)

    def _tuple(self, node: nodes.Tuple, scope: Scope) -> Any:
        items = tuple(self.value(item, scope) for item in node.items)
        return POISON if any(item is POISON for item in items) else items

    def _list(self, node: nodes.List, scope: Scope) -> Any:
        items = [self.value(item, scope) for item in node.items]
        return POISON if any(item is POISON for item in items) else items

    def comprehension(self, node: nodes.Comprehension, scope: Scope) -> list[Any] | None:
        """The elements of a comprehension; None after a fault (every element is tried)."""
        source = self.iterable(node.iterable, scope)
        if source is POISON:
            return None
        if len(source) > self.limits.terms:
            self.exceed("terms", self.limits.terms, node.iterable.span)
        inner = Scope(scope)
        elements: list[Any] = []
        failed = False
        self.loops.append(("", None))
        for value in source:
            self.step(node.span)
            self.loops[-1] = (target_text(node.target), value)
            if not self.bind(node.target, value, inner):
                failed = True
                break
            if node.condition is not None:
                chosen = self.truth(node.condition, inner, "a condition")
                if chosen is POISON:
                    failed = True
                    continue
                if not chosen:
                    continue
            element = self.value(node.element, inner)
            failed |= element is POISON
            elements.append(element)
        self.loops.pop()
        return None if failed else elements

    def bind(self, target: nodes.Target, value: Any, scope: Scope) -> bool:
        """Give the target's names their values; False after a fault."""
        if len(target.names) == 1:
            scope.names[target.names[0].text] = value
            return True
        parts = value if isinstance(value, tuple | list) and not isinstance(value, Pauli) else None
        if parts is None or len(parts) != len(target.names):
            given = "one value" if parts is None else f"{len(parts)} values"
            self.fault(faults.values.Unpacking(target.span, names=len(target.names), given=given))
            for name in target.names:
                scope.names[name.text] = POISON
            return False
        for name, part in zip(target.names, parts, strict=True):
            scope.names[name.text] = part
        return True

    def _group(self, node: nodes.Group, scope: Scope) -> Any:
        generators: list[Pauli] = []
        for part in node.generators:
            value = self.value(part, scope)
            if isinstance(value, Poison):
                return POISON
            for item in value if isinstance(value, list) else [value]:
                string = arithmetic.as_string(item)
                if string is None:
                    return self.fault(faults.operators.NotAString(part.span))
                if string.phase % 2:
                    return self.fault(
                        faults.operators.NotHermitian(part.span, term=arithmetic.text(string))
                    )
                generators.append(string)
        return PauliGroup(tuple(generators))

    def _cardinality(self, node: nodes.Cardinality, scope: Scope) -> Any:
        value = self.value(node.operand, scope)
        if isinstance(value, PauliGroup):
            return value.order
        if isinstance(value, range | list):
            return len(value)
        if isinstance(value, Register):
            return value.size
        if isinstance(value, SymbolArray | AngleArray) and value.shape:
            return value.shape[0]
        if isinstance(value, Graph):
            return value.order
        return self.expected(
            "a group, list, range or register between bars", value, node.operand.span
        )


_INTEGERS: dict[str, Callable[[int, int], int]] = {
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
    "%": int.__mod__,
}


def target_text(target: nodes.Target) -> str:
    """The loop variables as written."""
    names = ", ".join(name.text for name in target.names)
    return names if len(target.names) == 1 else f"({names})"


def _meant(a: Any, b: Any) -> str | None:
    """The cure for an operation on values that do not go together, where it can be guessed."""
    for value, other in ((a, b), (b, a)):
        if isinstance(value, str) and value and not value.strip("IXYZ"):
            return f'a Pauli word is written p"{value}"'
        if isinstance(value, Ket):
            return "a state of one letter such as `|0>` is that of all qubits"
        if isinstance(value, Pauli | Operator) and as_angle(other) is not None:
            return "angles stand apart from operators: `rot(operator, angle)`"
    return None
