"""Declarations: registers, parameters and inputs, the initial state, and what the source claims."""

from __future__ import annotations

from typing import Any

import numpy as np

from qansatz.diagnostics import Label
from qansatz.model import faults
from qansatz.model.elaboration.columns import INPUT_BASE
from qansatz.model.elaboration.workspace import Workspace, free_names
from qansatz.model.evaluation import arithmetic
from qansatz.model.evaluation.scopes import Scope
from qansatz.model.evaluation.values import (
    POISON,
    AngleArray,
    Ket,
    PauliGroup,
    Permutations,
    Register,
    SymbolArray,
    as_angle,
    entries,
    is_number,
    kind_of,
)
from qansatz.model.program import (
    ChargeSymmetry,
    InitialState,
    Logicals,
    PauliSymmetry,
    PermutationSymmetry,
    Requirement,
    SlotArray,
    StabilizerGroup,
    Term,
)
from qansatz.model.reals import Real
from qansatz.model.resolve import FACTS
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.gf2 import rank
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.source import Span
from qansatz.syntax import nodes

_KET_STABILIZERS = {
    "0": Pauli(0, 1),
    "1": Pauli(0, 1, 2),
    "+": Pauli(1, 0),
    "-": Pauli(1, 0, 2),
    "r": Pauli(1, 1),
    "l": Pauli(1, 1, 2),
}
_DISTRIBUTIONS = {"uniform": ("low", "high"), "normal": ("mean", "deviation")}
_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class Declarations(Workspace):
    """What an ansatz says about itself, outside the circuit."""

    def declaration(self, statement: nodes.Statement, scope: Scope) -> None:
        """A statement about the ansatz as a whole; a fault inside a loop, block or layer."""
        if self.nesting:
            keyword = statement.span.text.split(maxsplit=1)[0]
            self.ev.fault(
                faults.declarations.DeclaredInside(
                    statement.span, what=keyword, body=self.nesting[-1]
                )
            )
            if isinstance(statement, nodes.Symbols | nodes.Qubits):
                scope.names[statement.name.text] = POISON
            return
        match statement:
            case nodes.Qubits():
                self.qubits(statement, scope)
            case nodes.Symbols():
                scope.names[statement.name.text] = self.symbols(statement, scope)
            case nodes.Init():
                self.init(statement, scope)
            case nodes.Require():
                self.require(statement, scope)
            case nodes.Define():
                self.claim(statement, scope)
            case _:
                raise AssertionError(statement)

    def qubits(self, statement: nodes.Qubits, scope: Scope) -> None:
        """``qubits name[size]``."""
        name = statement.name.text
        scope.names[name] = POISON
        self.qubits_at_fault = True
        size = self.ev.integer(statement.size, scope, "the number of qubits, an integer")
        if size is POISON:
            return
        if size < 1:
            self.ev.fault(
                faults.values.NotPositive(statement.size.span, what="a register", value=size)
            )
            return
        start = self.ev.n_qubits or 0
        if start + size > self.limits.qubits:
            self.ev.exceed("qubits", self.limits.qubits, statement.size.span)
        if len(self.columns) or self.gates:
            self.ev.fault(faults.initial_states.QubitsLate(statement.span))
            self.ev.late_qubits += size
            return
        self.qubits_at_fault = False
        scope.names[name] = Register(name, start, size)
        self.registers.append((name, start, size))
        self.ev.n_qubits = start + size
        self.tableau = Tableau(start + size)

    def symbols(self, statement: nodes.Symbols, scope: Scope) -> Any:
        """``param`` and ``input``: an array of slots, or of angles where it is tied."""
        shape = []
        for part in statement.shape:
            size = self.ev.integer(part, scope, "a size, an integer")
            if size is POISON:
                return POISON
            if size < 0:
                return self.ev.fault(
                    faults.values.NotPositive(part.span, what="an array", value=size)
                )
            shape.append(size)
        total = 1
        for size in shape:
            total *= size
            if total > self.limits.rotations:
                self.ev.exceed("rotations", self.limits.rotations, statement.span)
        bounds = self.bounds(statement, scope)
        distribution = self.distribution(statement, scope)
        if statement.value is not None:
            return self.tied(statement, tuple(shape), scope)
        array = SlotArray(
            name=statement.name.text,
            shape=tuple(shape),
            start=self.n_parameters if statement.kind == "param" else INPUT_BASE + self.n_inputs,
            bounds=bounds,
            distribution=distribution,
            span=statement.name.span,
        )
        if statement.kind == "param":
            self.parameters.append(array)
            self.n_parameters += total
        else:
            self.inputs.append(array)
            self.n_inputs += total
        return SymbolArray(array.name, array.shape, array.start)

    def bounds(self, statement: nodes.Symbols, scope: Scope) -> tuple[Real, Real] | None:
        """The declared bounds; None without, or after a fault."""
        if statement.bounds is None:
            return None
        value = self.ev.value(statement.bounds, scope)
        if value is POISON:
            return None
        if not (isinstance(value, list) and len(value) == 2 and all(map(is_number, value))):
            self.ev.fault(faults.parameters.BadBounds(statement.bounds.span, found=kind_of(value)))
            return None
        low, high = value
        if not all(self.has_float(bound, statement.bounds.span) for bound in value):
            return None
        if not float(low) < float(high):
            self.ev.fault(
                faults.parameters.EmptyBounds(statement.bounds.span, low=str(low), high=str(high))
            )
            return None
        return low, high

    def distribution(
        self, statement: nodes.Symbols, scope: Scope
    ) -> tuple[str, tuple[Real, ...]] | None:
        """The declared distribution of initial values; None without, or after a fault."""
        node = statement.distribution
        if node is None:
            return None
        values = [self.ev.value(argument, scope) for argument in node.arguments]
        if node.name.text not in _DISTRIBUTIONS:
            self.ev.fault(
                faults.parameters.UnknownDistribution(node.name.span, name=node.name.text)
            )
            return None
        wanted = _DISTRIBUTIONS[node.name.text]
        if len(values) != len(wanted):
            self.ev.fault(
                faults.calls.ArgumentCount(
                    node.span,
                    what=f"`{node.name.text}`",
                    wanted=", ".join(wanted),
                    given=len(values),
                )
            )
            return None
        for value, part in zip(values, node.arguments, strict=True):
            if not is_number(value):
                self.ev.expected("a number", value, part.span)
                return None
            if not self.has_float(value, part.span):
                return None
        return node.name.text, tuple(values)

    def tied(self, statement: nodes.Symbols, shape: tuple[int, ...], scope: Scope) -> Any:
        """``param b[n] = 2 * a``: the entries of b are expressions in other parameters, or fixed values."""
        assert statement.value is not None
        value = self.ev.value(statement.value, scope)
        if value is POISON:
            return POISON
        if statement.bounds is not None or statement.distribution is not None:
            return self.ev.fault(
                faults.parameters.TiedWithBounds(statement.name.span, name=statement.name.text)
            )
        name = statement.name.text
        size = int(np.prod(shape, dtype=np.int64))
        if isinstance(value, SymbolArray | AngleArray) and value.shape:
            if value.shape != shape:
                return self.ev.fault(
                    faults.parameters.TieShape(
                        statement.value.span, name=name, shape=shape, found=value.shape
                    )
                )
            return AngleArray(name, shape, tuple(entries(value)))
        if isinstance(value, list) and len(shape) == 1 and len(value) == size:
            items = [as_angle(item) for item in value]
            if all(item is not None for item in items):
                return AngleArray(name, shape, tuple(item for item in items if item is not None))
        angle = as_angle(value)
        if angle is None:
            return self.ev.expected(
                "an angle, or an array of the declared shape", value, statement.value.span
            )
        return AngleArray(name, shape, (angle,) * size)

    def init(self, statement: nodes.Init, scope: Scope) -> None:
        """``init state``."""
        n = self.ev.n_qubits
        value = self.ev.value(statement.value, scope)
        if value is POISON or n is None:
            if n is None and value is not POISON:
                self.qubits_first(statement)
            return
        span = statement.value.span
        if self.initial is not None:
            first = self.initial.span
            labels = () if first is None else (Label(first, "first given here"),)
            self.ev.fault(faults.initial_states.SecondInit(statement.span, labels=labels))
        elif len(self.columns) or self.gates:
            self.ev.fault(faults.initial_states.LateInit(statement.span))
        elif isinstance(value, Ket):
            text = value.text * n if len(value.text) == 1 else value.text
            if len(text) != n:
                self.ev.fault(faults.initial_states.KetLength(span, length=len(text), n_qubits=n))
                return
            self.initial = ket_state(text, span)
        elif isinstance(value, PauliGroup):
            self.stabilizer_state(value, span, n)
        else:
            self.ev.expected("a state such as |0>, |+-01> or n stabilizers <…>", value, span)

    def stabilizer_state(self, group: PauliGroup, span: Span, n: int) -> None:
        """The state that n independent commuting signed strings define."""
        generators = group.generators
        reason = None
        if len(generators) != n:
            reason = f"{len(generators)} generators are given for {n} qubits"
        elif any(anticommute(p, q) for k, p in enumerate(generators) for q in generators[:k]):
            reason = "two of them anticommute"
        elif rank([p.x | p.z << n for p in generators]) < n:
            reason = "they are not independent"
        if reason is not None:
            self.ev.fault(faults.initial_states.NotAState(span, reason=reason))
            return
        self.initial = InitialState(stabilizers=generators, ket=None, span=span)

    def claim(self, statement: nodes.Define, scope: Scope) -> None:
        """``observable``, ``stabilizers``, ``logical`` or ``symmetry``."""
        value = self.ev.value(statement.value, scope)
        scope.names[statement.name.text] = value
        if value is POISON:
            return
        if self.ev.n_qubits is None:
            self.qubits_first(statement)
            return
        match statement.kind:
            case "observable":
                self.observable(statement, value)
            case "stabilizers":
                self.stabilizer_group(statement, value)
            case "logical":
                self.logical(statement, value)
            case _:
                self.symmetry(statement, value)

    def observable(self, statement: nodes.Define, value: Any) -> None:
        """A Hermitian operator to measure."""
        terms = self.hermitian(value, statement.value.span, "an operator as observable")
        if terms is not None:
            merged = tuple(Term(c, p) for c, p in terms)
            self.observables.append((statement.name.text, merged, statement.name.span))

    def stabilizer_group(self, statement: nodes.Define, value: Any) -> None:
        """A declared stabilizer group, the place of each generator kept."""
        node = statement.value
        if not isinstance(value, PauliGroup):
            cure = "write `<…>` around the generators" if isinstance(value, list) else None
            self.ev.expected("a group <…>", value, node.span, cure)
            return
        spans = (node.span,) * len(value.generators)
        if isinstance(node, nodes.Group) and len(node.generators) == len(spans):
            spans = tuple(part.span for part in node.generators)
        if not all(self.on_qubits(p, s) for p, s in zip(value.generators, spans, strict=True)):
            return
        self.stabilizers.append(
            StabilizerGroup(
                name=statement.name.text,
                generators=value.generators,
                spans=spans,
                span=statement.name.span,
            )
        )

    def logical(self, statement: nodes.Define, value: Any) -> None:
        """Declared logical operators."""
        found = value if isinstance(value, list) else [value]
        strings = [arithmetic.as_string(item) for item in found]
        for item, string in zip(found, strings, strict=True):
            if string is None:
                self.ev.expected("a Pauli string or a list of them", item, statement.value.span)
                return
            if string is POISON or not self.on_qubits(string, statement.value.span):
                return
        self.logicals.append(
            Logicals(name=statement.name.text, paulis=tuple(strings), span=statement.name.span)
        )

    def symmetry(self, statement: nodes.Define, value: Any) -> None:
        """A declared symmetry, or a list of them."""
        if isinstance(value, PauliGroup):
            value = list(value.generators)
        if isinstance(value, list) and not isinstance(value, Pauli):
            for k, item in enumerate(value):
                self.one_symmetry(f"{statement.name.text}[{k}]", statement, item)
        else:
            self.one_symmetry(statement.name.text, statement, value)

    def one_symmetry(self, name: str, statement: nodes.Define, value: Any) -> None:
        """One symmetry: a string, a permutation or a charge."""
        span = statement.name.span
        if isinstance(value, Permutations):
            self.symmetries.append(
                PermutationSymmetry(name=name, generators=value.generators, span=span)
            )
            return
        what = "a Pauli string, a permutation or a charge as symmetry"
        if is_number(value):
            self.ev.expected(what, value, statement.value.span)
            return
        terms = self.hermitian(value, statement.value.span, what)
        if terms is None:
            return
        if len(terms) == 1:
            self.symmetries.append(PauliSymmetry(name=name, pauli=terms[0][1], span=span))
        else:
            charge = tuple(Term(c, p) for c, p in terms)
            self.symmetries.append(ChargeSymmetry(name=name, terms=charge, span=span))

    def require(self, statement: nodes.Require, scope: Scope) -> None:
        """``require claim``: decided here where it speaks of sizes only, else kept for the analyses."""
        node = statement.claim
        sign, bound_node = None, None
        if (
            isinstance(node, nodes.Chain)
            and len(node.operands) == 2
            and node.operators[0] in _MIRRORED
        ):
            left, right = node.operands
            sign = node.operators[0]
            if self.fact(left, scope) is not None:
                node, bound_node = left, right
            elif self.fact(right, scope) is not None:
                node, bound_node, sign = right, left, _MIRRORED[sign]
        found = self.fact(node, scope)
        rest = statement.claim if found is None else bound_node
        if rest is not None and (derived := self.derived_in(rest, scope)):
            self.ev.fault(faults.declarations.DerivedInside(statement.claim.span, name=derived))
            return
        if found is None:
            holds = self.ev.truth(node, scope, "a claim that is true or false")
            if holds is False:
                self.ev.fault(faults.values.ClaimFalse(node.span, values=self.sizes_in(node)))
            return
        bound: Any = None
        if bound_node is not None:
            bound = self.ev.value(bound_node, scope)
            if bound is POISON:
                return
            if not (is_number(bound) or isinstance(bound, str)):
                self.ev.expected("a number or a text to compare with", bound, bound_node.span)
                return
        fact, arguments = found
        self.requirements.append(
            Requirement(
                fact=fact,
                arguments=arguments,
                operator=sign if bound_node is not None else None,
                bound=bound,
                span=statement.claim.span,
            )
        )

    def derived_in(self, node: nodes.Expression, scope: Scope) -> str | None:
        """The first name of a derived fact in an expression."""
        names = (n for n in free_names(node) if n in FACTS and scope.find(n) is None)
        return next(names, None)

    def sizes_in(self, node: nodes.Expression) -> str | None:
        """The ansatz's sizes that an expression names, and their values."""
        used = free_names(node)
        found = [f"{n} = {v}" for n, v in self.arguments if n in used and is_number(v)]
        return ", ".join(found) or None

    def fact(
        self, node: nodes.Expression, scope: Scope
    ) -> tuple[str, tuple[tuple[str, Any], ...]] | None:
        """The dotted name and arguments of a derived fact; None when the expression is none."""
        match node:
            case nodes.Name() if node.text in FACTS and scope.find(node.text) is None:
                return node.text, ()
            case nodes.Attribute():
                base = self.fact(node.base, scope)
                return None if base is None else (f"{base[0]}.{node.name.text}", base[1])
            case nodes.Call():
                base = self.fact(node.function, scope)
                if base is None:
                    return None
                given: list[tuple[str, Any]] = []
                for argument in node.arguments:
                    if isinstance(argument, nodes.Keyword):
                        given.append((argument.name.text, self.ev.value(argument.value, scope)))
                    elif isinstance(argument, nodes.Name):
                        given.append(("", argument.text))
                    elif not isinstance(argument, nodes.Comprehension):
                        given.append(("", self.ev.value(argument, scope)))
                return base[0], tuple(given)
        return None


def ket_state(text: str, span: Span | None) -> InitialState:
    """The product state of a ket with one letter a qubit."""
    stabilizers = []
    for qubit, name in enumerate(text):
        one = _KET_STABILIZERS[name]
        stabilizers.append(Pauli(one.x << qubit, one.z << qubit, one.phase))
    return InitialState(stabilizers=tuple(stabilizers), ket=text, span=span)
