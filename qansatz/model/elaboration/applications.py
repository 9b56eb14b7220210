"""Rotations and gates → columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qansatz.model import angles, faults, gates
from qansatz.model.angles import Angle
from qansatz.model.elaboration.columns import INPUT_BASE
from qansatz.model.elaboration.workspace import Workspace, free_names
from qansatz.model.evaluation.operators import Operator
from qansatz.model.evaluation.scopes import Scope
from qansatz.model.evaluation.values import (
    POISON,
    AngleArray,
    PauliGroup,
    Register,
    SymbolArray,
    as_angle,
    entries,
)
from qansatz.model.program import FixedGate, GatePiece, RotationsPiece
from qansatz.model.reals import Real
from qansatz.numbers import counted
from qansatz.pauli.strings import Pauli
from qansatz.source import Span
from qansatz.syntax import nodes


class Applications(Workspace):
    """What one statement of the circuit does."""

    def plain(self, statement: nodes.Apply, names: Sequence[str]) -> list[nodes.Expression] | None:
        """The arguments of a gate, all plain and as many as names; None after a fault."""
        plain: list[nodes.Expression] = []
        for argument in statement.arguments:
            if isinstance(argument, nodes.Keyword | nodes.Comprehension):
                self.ev.not_plain(argument, names)
                return None
            plain.append(argument)
        if len(plain) != len(names):
            self.ev.fault(
                faults.calls.ArgumentCount(
                    statement.span,
                    what=f"`{statement.name.text}`",
                    wanted=", ".join(names),
                    given=len(plain),
                )
            )
            return None
        return plain

    def rot(self, statement: nodes.Apply, scope: Scope) -> None:
        """``rot(operator, angle)``."""
        arguments = self.plain(statement, ("operator", "angle"))
        if arguments is None:
            return
        operator, angle = arguments
        value = self.ev.value(angle, scope)
        if isinstance(value, Pauli | Operator) and as_angle(self.ev.value(operator, scope)):
            self.ev.expected("an angle", value, angle.span, "write rot(operator, angle)")
            return
        generators = self.remembered(operator, scope)
        if generators is None or value is POISON:
            return
        self.emit(statement, operator.span, generators, value, angle.span)

    def remembered(
        self, node: nodes.Expression, scope: Scope
    ) -> list[list[tuple[Real, Pauli]]] | None:
        """The generators of an operator expression, computed once for each combination of its variables' values."""
        entry = self.memo.get(id(node))
        if entry is None:
            entry = self.memo[id(node)] = (tuple(free_names(node)), {})
        names, known = entry
        values = tuple(scope.find(name) for name in names)
        key = tuple(v if type(v) is int or type(v) is Pauli else id(v) for v in values)
        if key in known:
            return known[key][1]  # type: ignore[no-any-return]
        generators = self.generators(self.ev.value(node, scope), node.span)
        if generators is not None:
            if len(known) >= 100_000:
                known.clear()
            known[key] = (values, generators)
        return generators

    def generators(self, value: Any, span: Span) -> list[list[tuple[Real, Pauli]]] | None:
        """The generators that a value stands for, each a list of real coefficients and positive strings."""
        if value is POISON:
            return None
        if isinstance(value, PauliGroup | list | range) and not isinstance(value, Pauli):
            found = self.ev.elements(value, span)
            parts = [self.hermitian(item, span, "a Hermitian operator") for item in found]
            return (
                None if any(part is None for part in parts) else [p for p in parts if p is not None]
            )
        terms = self.hermitian(value, span, "a Hermitian operator, or a list or group of them")
        return None if terms is None else [terms]

    def emit(
        self,
        statement: nodes.Apply,
        operator: Span,
        generators: list[list[tuple[Real, Pauli]]],
        angle: Any,
        angle_span: Span,
    ) -> None:
        """Append the rotations of one statement's execution, angles broadcast over generators."""
        chosen = self.broadcast(angle, len(generators), angle_span)
        if chosen is None:
            return
        if self.encoding and not all(
            slot >= INPUT_BASE for a in chosen for slot in angles.slots(a)
        ):
            self.ev.fault(faults.parameters.TrainedEncoding(angle_span))
            return
        self.foresee_rotations(sum(map(len, generators)), statement.span)
        columns = self.columns
        start = len(columns)
        moved = bool(self.gates)
        for terms, one in zip(generators, chosen, strict=True):
            for coefficient, string in terms:
                if not (string.x | string.z) and len(terms) > 1:
                    continue  # the identity in a sum is a global phase
                pulled = self.tableau.pull(string) if moved else string
                try:
                    columns.rotation(pulled, coefficient, one)
                except OverflowError:
                    columns.cut(start)
                    self.ev.too_large(angle_span)
                    return
            columns.n_generators += 1
        self.close_instance(statement, operator, start)

    def foresee_rotations(self, count: int, span: Span) -> None:
        """Stop before rotations or gates are appended that would pass the limit."""
        if len(self.columns) + len(self.gates) + count > self.limits.rotations:
            self.ev.exceed("rotations", self.limits.rotations, span)

    def close_instance(self, statement: nodes.Apply, operator: Span, start: int) -> None:
        """Record one execution of a statement, with its rows and loop indices."""
        columns = self.columns
        columns.rows.append(len(columns) - start)
        columns.block.append(self.block)
        columns.layer.append(self.layer)
        columns.unordered.append(self.unordered)
        columns.encoding.append(self.encoding)
        columns.gates_before.append(len(self.gates))
        columns.statement.append(
            columns.statement_index(statement, statement.span, operator, self.loop_names)
        )
        columns.first.append(len(columns.loops))
        columns.loops.extend(self.loop_values)
        if self.pieces is not None:
            self.pieces.append(RotationsPiece(start, len(columns)))

    def broadcast(self, angle: Any, count: int, span: Span) -> list[Angle] | None:
        """One angle for each of ``count`` generators: a scalar serves all; None after a fault."""
        if isinstance(angle, SymbolArray | AngleArray) and angle.shape:
            found: list[Any] = list(entries(angle))
        elif isinstance(angle, list):
            found = [as_angle(item) for item in angle]
            if any(item is None for item in found):
                self.ev.expected("an angle", angle, span)
                return None
        else:
            scalar = as_angle(angle)
            if scalar is None:
                self.ev.expected("an angle", angle, span)
                return None
            return [scalar] * count
        if len(found) != count:
            cure = "index the array" if count == 1 else f"give one angle for all, or {count}"
            self.ev.fault(
                faults.calls.BroadcastMismatch(
                    span,
                    angles=counted(len(found), "angle"),
                    generators=counted(count, "generator"),
                    cure=cure,
                )
            )
            return None
        return found

    def qubit_lists(
        self, statement: nodes.Apply, parts: list[nodes.Expression], scope: Scope
    ) -> list[tuple[int, ...]] | None:
        """The qubits of each application of a gate, registers and lists broadcast; None after a fault."""
        lists: list[list[int]] = []
        for part in parts:
            value = self.ev.value(part, scope)
            if value is POISON:
                return None
            if isinstance(value, Register):
                value = value.qubits()
            found = [value]
            if isinstance(value, range | list):
                found = self.ev.elements(value, part.span)
            for qubit in found:
                if type(qubit) is not int:
                    angle = as_angle(qubit) is not None or isinstance(
                        qubit, SymbolArray | AngleArray
                    )
                    cure = "the qubits come first, the angle last" if angle else None
                    self.ev.expected("a qubit", qubit, part.span, cure)
                    return None
                if not 0 <= qubit < (self.ev.n_qubits or 0):
                    self.ev.no_such_qubit(qubit, part.span)
                    return None
            lists.append(found)
        count = max(map(len, lists))
        if any(len(found) not in (1, count) for found in lists):
            sizes = " and ".join(str(len(found)) for found in lists)
            self.ev.fault(faults.calls.QubitLists(statement.span, sizes=sizes))
            return None
        spread = [found * count if len(found) == 1 else found for found in lists]
        chosen = list(zip(*spread, strict=True))
        for qubits in chosen:
            if len(set(qubits)) < len(qubits):
                self.ev.fault(
                    faults.calls.RepeatedQubit(
                        statement.span, name=statement.name.text, qubit=qubits[0]
                    )
                )
                return None
        return chosen

    def library_gate(self, statement: nodes.Apply, scope: Scope) -> None:
        """A gate defined by its Pauli rotations."""
        name = statement.name.text
        n = gates.n_qubits_of(name)
        names = _qubit_names(name, n)
        arguments = self.plain(statement, (*names, "angle"))
        if arguments is None:
            return
        chosen = self.qubit_lists(statement, arguments[:-1], scope)
        angle = self.ev.value(arguments[-1], scope)
        if chosen is None or angle is POISON:
            return
        generators = [gates.generator(name, qubits) for qubits in chosen]
        self.emit(statement, statement.span, generators, angle, arguments[-1].span)

    def fixed_gate(self, statement: nodes.Apply, scope: Scope) -> None:
        """A Clifford gate: it changes what later rotations are pulled back through."""
        name = statement.name.text
        names = _qubit_names(name, gates.FIXED[name])
        arguments = self.plain(statement, names)
        chosen = None if arguments is None else self.qubit_lists(statement, arguments, scope)
        if chosen is None:
            return
        if self.unordered >= 0:
            self.ev.fault(faults.declarations.GateInUnordered(statement.span, name=name))
            return
        self.foresee_rotations(len(chosen), statement.span)
        for qubits in chosen:
            self.tableau.apply(name, qubits)
            if self.pieces is not None:
                self.pieces.append(GatePiece(len(self.gates)))
            self.gates.append(FixedGate(name, qubits))


def _qubit_names(gate: str, count: int) -> tuple[str, ...]:
    """What a gate's qubits are, in order."""
    if count == 1:
        return ("qubit",)
    return ("control", "target") if gate.startswith("c") else ("first qubit", "second qubit")
