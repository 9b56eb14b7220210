"""Expressions → compile-time values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, NoReturn

from qansatz.diagnostics import Fault, FaultLog, did_you_mean
from qansatz.model import angles, arithmetic, faults
from qansatz.model.arithmetic import Mistake
from qansatz.model.graphs import Graph
from qansatz.model.limits import Limits
from qansatz.model.values import (
    POISON,
    AngleArray,
    Builtin,
    Closure,
    Ket,
    Lazy,
    Letter,
    PauliGroup,
    Poison,
    Register,
    SymbolArray,
    entries,
    kind_of,
)
from qansatz.pauli.strings import Pauli, from_word
from qansatz.source import Span
from qansatz.syntax import nodes


class LimitReached(Exception):  # noqa: N818 - control flow inside elaboration, reported as a fault at its top
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


class Evaluator:
    """Evaluates expressions; faults go to the log and leave ``POISON``, which silences whatever uses it."""

    def __init__(self, log: FaultLog, limits: Limits) -> None:
        self.log = log
        self.limits = limits
        self.n_qubits: int | None = None
        self.late_qubits = 0
        self.steps = 0
        self.loops: list[tuple[str, Any]] = []
        self._methods: dict[type, Callable[[Any, Scope], Any]] = {
            nodes.Number: self._number,
            nodes.Text: lambda node, scope: node.text,
            nodes.Word: self._word,
            nodes.Ket: lambda node, scope: Ket(node.text),
            nodes.Name: self._name,
            nodes.Unary: self._unary,
            nodes.Chain: self._chain,
            nodes.Power: self._power,
            nodes.Range: self._range,
            nodes.Call: self._call,
            nodes.Index: self._index,
            nodes.Attribute: self._attribute,
            nodes.Arrow: lambda node, scope: Closure(node, scope),
            nodes.Tuple: self._tuple,
            nodes.List: self._list,
            nodes.ListComprehension: self._list_comprehension,
            nodes.Group: self._group,
            nodes.Cardinality: self._cardinality,
        }

    def value(self, node: nodes.Expression, scope: Scope) -> Any:
        """The value of an expression."""
        return self._methods[type(node)](node, scope)

    # Faults

    def fault(self, fault: Fault) -> Poison:
        """Report a fault, with the loop indices at which it happened."""
        if self.loops and "where" not in fault.fields:
            fault.fields = {**fault.fields, "where": self.where()}
        self.log.add(fault)
        return POISON

    def where(self) -> str:
        """The current loop indices in words."""
        return ", ".join(f"{name} = {_shown(value)}" for name, value in self.loops if name)

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
        raise LimitReached(
            faults.LimitExceeded(
                span,
                what=faults.LIMITS[what],
                limit=f"{limit:,}",
                flag=f"--limit {what}=N",
                why=why,
            )
        )

    def expected(self, what: str, value: Any, span: Span, cure: str | None = None) -> Any:
        """Report a value of the wrong kind."""
        if value is POISON:
            return POISON
        return self.fault(faults.WrongKind(span, expected=what, found=kind_of(value), cure=cure))

    def no_such_qubit(self, index: int, span: Span) -> Poison:
        """Report a qubit that does not exist, unless it belongs to a register declared too late."""
        n = self.n_qubits or 0
        if n <= index < n + self.late_qubits:
            return POISON
        return self.fault(faults.NoSuchQubit(span, index=index, n_qubits=n))

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
        """Something to loop over, as a range or list; ``POISON`` otherwise. An integer n is not ``0..<n``."""
        return self.sequence(self.value(node, scope), node.span)

    def sequence(self, value: Any, span: Span) -> Any:
        """A value's elements as a range or list; ``POISON`` when it has none."""
        if isinstance(value, range | list):
            return value
        if isinstance(value, Register):
            return value.qubits()
        if isinstance(value, SymbolArray | AngleArray) and len(value.shape) == 1:
            return entries(value)
        if isinstance(value, PauliGroup):
            if value.order > self.limits.terms:
                self.exceed("terms", self.limits.terms, span)
            return list(value.elements())
        if isinstance(value, Graph):
            return self.fault(faults.GraphIterated(span))
        if type(value) is int:
            return self.fault(faults.IntegerIterated(span, number=value))
        return self.expected(
            "something to run over (a range, list, register or group)", value, span
        )

    # Literals and names

    def _number(self, node: nodes.Number, scope: Scope) -> Any:
        if len(node.text) > self.limits.digits:
            return self.fault(faults.TooLarge(node.span, limit=self.limits.digits))
        if node.kind == "integer":
            return int(node.text)
        value = arithmetic.decimal(node.text.removesuffix("i"))
        if value is None:
            return self.fault(faults.TooLarge(node.span, limit=self.limits.digits))
        return arithmetic.imaginary(value) if node.kind == "imaginary" else value

    def _word(self, node: nodes.Word, scope: Scope) -> Any:
        for position, name in enumerate(node.text):
            if name not in "IXYZ":
                start = node.span.start + 2 + position
                place = Span(node.span.source, start, start + 1)
                return self.fault(faults.BadLetter(place, letter=name))
        if self.n_qubits is not None and len(node.text) != self.n_qubits:
            return self.fault(
                faults.WordLength(node.span, length=len(node.text), n_qubits=self.n_qubits)
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
            lazy.value = self.value(lazy.node, lazy.scope)
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
        try:
            result = operation(a, b)
        except Mistake as mistake:
            if isinstance(a, str) or isinstance(b, str):
                mistake.fields["cure"] = _word_meant(a if isinstance(a, str) else b)
            return self.fault(mistake.fault(span, blame))
        if isinstance(result, int) and result.bit_length() > 4 * self.limits.digits:
            return self.fault(faults.TooLarge(span, limit=self.limits.digits))
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
                continue
            if type(result) is Pauli and type(value) is Pauli and sign == "*":
                result = result * value
                continue
            span = node.operands[0].span.to(operand.span)
            result = self._apply(arithmetic.OPERATIONS[sign], result, value, span, operand.span)
        if type(result) is int and result.bit_length() > 4 * self.limits.digits:
            return self.fault(faults.TooLarge(node.span, limit=self.limits.digits))
        return result

    def _zero(self, operand: nodes.Expression) -> Any:
        return self.fault(faults.DivisionByZero(operand.span))

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
            return self.fault(
                mistake.fault(span, span if spans is None else spans[mistake.position])
            )
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
                return self.fault(mistake.fault(node.span, node.span))
            if not holds:
                return False
        return True

    def _power(self, node: nodes.Power, scope: Scope) -> Any:
        base, exponent = self.value(node.base, scope), self.value(node.exponent, scope)
        if isinstance(base, int) and isinstance(exponent, int):
            if base.bit_length() * abs(exponent) > 4 * self.limits.digits and abs(base) > 1:
                return self.fault(faults.TooLarge(node.span, limit=self.limits.digits))
        elif isinstance(base, Fraction) and isinstance(exponent, int) and abs(exponent) > 1_000:
            return self.fault(faults.TooLarge(node.span, limit=self.limits.digits))
        return self._apply(arithmetic.power, base, exponent, node.span, node.exponent.span)

    def _range(self, node: nodes.Range, scope: Scope) -> Any:
        start = self.integer(node.start, scope, "an integer as the range's start")
        stop = self.integer(node.stop, scope, "an integer as the range's end")
        if start is POISON or stop is POISON:
            return POISON
        if max(abs(start), abs(stop)).bit_length() > 62:
            return self.fault(faults.TooLarge(node.span, limit=18))
        return range(start, stop + node.inclusive)

    # Indices and attributes

    def _index(self, node: nodes.Index, scope: Scope) -> Any:
        base = self.value(node.base, scope)
        if base is POISON:
            return POISON
        if type(base) is SymbolArray or type(base) is AngleArray:
            return self._array_index(base, node, scope)
        if len(node.indices) != 1:
            return self.fault(
                faults.IndexCount(node.span, wanted=1, given=len(node.indices), what=kind_of(base))
            )
        (part,) = node.indices
        index = self._index_value(part, scope)
        if index is POISON:
            return POISON
        if type(base) is Letter:
            return self._letter(base, index, part.span)
        if isinstance(base, Register):
            base = base.qubits()
        if not isinstance(base, range | list | tuple) or isinstance(base, Pauli):
            return self.expected("a list, register or array before `[`", base, node.base.span)
        if index is None:
            return list(base)
        if isinstance(index, range | list):
            chosen = [self._item(base, k, part.span) for k in index]
            return POISON if any(item is POISON for item in chosen) else chosen
        return self._item(base, index, part.span)

    def _index_value(self, part: nodes.Expression | nodes.All, scope: Scope) -> Any:
        """An integer, a range or list of integers, None for ``:``."""
        if isinstance(part, nodes.All):
            return None
        value = self.value(part, scope)
        if type(value) is int or isinstance(value, range):
            return value
        if isinstance(value, Register):
            return value.qubits()
        if isinstance(value, list) and all(type(k) is int for k in value):
            return value
        return self.expected("an integer as index", value, part.span)

    def _item(self, base: Any, index: int, span: Span) -> Any:
        if not 0 <= index < len(base):
            return self.fault(faults.OutOfRange(span, index=index, size=len(base)))
        return base[index]

    def _letter(self, letter: Letter, index: Any, span: Span) -> Any:
        if type(index) is not int:
            return self.fault(faults.LetterOverMany(span, letter=letter.name))
        if index < 0 or (self.n_qubits is not None and index >= self.n_qubits):
            return self.no_such_qubit(index, span)
        if index >= self.limits.qubits:
            self.exceed("qubits", self.limits.qubits, span)
        return Pauli(
            1 << index if letter.name in "XY" else 0, 1 << index if letter.name in "YZ" else 0
        )

    def _array_index(self, base: SymbolArray | AngleArray, node: nodes.Index, scope: Scope) -> Any:
        shape = base.shape
        if len(node.indices) != len(shape):
            return self.fault(
                faults.IndexCount(
                    node.span,
                    wanted=len(shape),
                    given=len(node.indices),
                    what=f"`{base.name}`, {kind_of(base)},",
                )
            )
        offsets = [0]
        kept: list[int] = []
        for part, size in zip(node.indices, shape, strict=True):
            index = self._index_value(part, scope)
            if index is POISON:
                return POISON
            if type(index) is int:
                if not 0 <= index < size:
                    return self.fault(faults.OutOfRange(part.span, index=index, size=size))
                offsets = [o * size + index for o in offsets]
                continue
            chosen = range(size) if index is None else index
            for k in chosen:
                if not 0 <= k < size:
                    return self.fault(faults.OutOfRange(part.span, index=k, size=size))
            kept.append(len(chosen))
            self.step(part.span, len(offsets) * len(chosen))
            offsets = [o * size + k for o in offsets for k in chosen]
        if not kept:
            return (
                angles.Affine(((base.start + offsets[0], 1),))
                if type(base) is SymbolArray
                else base.angles[offsets[0]]  # type: ignore[union-attr]
            )
        items = entries(base) if type(base) is AngleArray else None
        chosen_angles = (
            tuple(items[o] for o in offsets)
            if items is not None
            else tuple(angles.Affine(((base.start + o, 1),)) for o in offsets)  # type: ignore[union-attr]
        )
        return AngleArray(base.name, tuple(kept), chosen_angles)

    def _attribute(self, node: nodes.Attribute, scope: Scope) -> Any:
        base = self.value(node.base, scope)
        if base is POISON:
            return POISON
        name = node.name.text
        known: dict[str, Callable[[], Any]] = {}
        if isinstance(base, Graph):
            known = {
                "order": lambda: base.order,
                "size": lambda: len(base.edges),
                "nodes": lambda: range(base.order),
                "edges": lambda: list(base.edges),
                "weight": lambda: Builtin("weight", _weight_of(base)),
                "degree": lambda: Builtin("degree", _degree_of(base)),
                "neighbors": lambda: Builtin("neighbors", _neighbours_of(base)),
            }
        elif isinstance(base, Register):
            known = {"size": lambda: base.size}
        if name in known:
            return known[name]()
        return self.fault(
            faults.UnknownAttribute(
                node.name.span,
                name=name,
                what=kind_of(base),
                suggestion=did_you_mean(name, known),
                known=", ".join(f"`{k}`" for k in known) or None,
            )
        )

    # Calls, lists, groups

    def _call(self, node: nodes.Call, scope: Scope) -> Any:
        function = self.value(node.function, scope)
        if function is POISON:
            return POISON
        if not isinstance(function, Builtin):
            return self.expected("a function before `(`", function, node.function.span)
        return function.call(self, node, scope)

    def arguments(self, node: nodes.Call, scope: Scope, names: tuple[str, ...]) -> list[Any] | None:
        """The values of exactly as many plain arguments as there are names; None after a fault."""
        for argument in node.arguments:
            if isinstance(argument, nodes.Keyword | nodes.Comprehension):
                self.not_plain(argument, names)
                return None
        if len(node.arguments) != len(names):
            self.fault(
                faults.ArgumentCount(
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
        self.fault(faults.PlainArguments(argument.span, names=listed, cure=cure))

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

    def _list_comprehension(self, node: nodes.ListComprehension, scope: Scope) -> Any:
        items = self.comprehension(node.comprehension, scope)
        return POISON if items is None else items

    def comprehension(self, node: nodes.Comprehension, scope: Scope) -> list[Any] | None:
        """The elements of a comprehension; None after a fault (every element is tried)."""
        source = self.iterable(node.iterable, scope)
        if source is POISON:
            return None
        if len(source) > self.limits.terms:
            self.exceed("terms", self.limits.terms, node.iterable.span)
        inner = Scope(scope)
        found: list[Any] = []
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
            found.append(element)
        self.loops.pop()
        return None if failed else found

    def bind(self, target: nodes.Target, value: Any, scope: Scope) -> bool:
        """Give the target's names their values; False after a fault."""
        if len(target.names) == 1:
            scope.names[target.names[0].text] = value
            return True
        parts = value if isinstance(value, tuple | list) and not isinstance(value, Pauli) else None
        if parts is None or len(parts) != len(target.names):
            given = "one value" if parts is None else f"{len(parts)} values"
            self.fault(faults.Unpacking(target.span, names=len(target.names), given=given))
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
                    return self.fault(faults.NotAString(part.span))
                if string.phase % 2:
                    return self.fault(faults.NotHermitian(part.span, term=arithmetic.text(string)))
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


def _shown(value: Any) -> str:
    if isinstance(value, Pauli):
        return arithmetic.text(value)
    if isinstance(value, tuple):
        return f"({', '.join(_shown(part) for part in value)})"
    return str(value) if isinstance(value, int | str | Fraction | float) else kind_of(value)


def _word_meant(text: str) -> str | None:
    return f'a Pauli word is written p"{text}"' if text and not text.strip("IXYZ") else None


def _weight_of(graph: Graph) -> Callable[..., Any]:
    def call(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
        values = evaluator.arguments(node, scope, ("u", "v"))
        if values is None:
            return POISON
        u, v = values
        weight = graph.weight(u, v) if type(u) is int and type(v) is int else None
        if weight is None:
            return evaluator.fault(faults.NoSuchEdge(node.span, u=_shown(u), v=_shown(v)))
        return weight

    return call


def _node_method(read: Callable[[int], Any], graph: Graph) -> Callable[..., Any]:
    def call(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
        values = evaluator.arguments(node, scope, ("node",))
        if values is None:
            return POISON
        if type(values[0]) is not int:
            return evaluator.expected("a node of the graph", values[0], node.span)
        if not 0 <= values[0] < graph.order:
            return evaluator.fault(faults.OutOfRange(node.span, index=values[0], size=graph.order))
        return read(values[0])

    return call


def _degree_of(graph: Graph) -> Callable[..., Any]:
    return _node_method(lambda node: len(graph.neighbours(node)), graph)


def _neighbours_of(graph: Graph) -> Callable[..., Any]:
    return _node_method(graph.neighbours, graph)


def numbers_of(values: Iterable[Any]) -> list[int] | None:
    """The values as integers, or None when one is not."""
    found = list(values)
    return found if all(type(v) is int for v in found) else None
