"""The arguments of rotations and gates: how many there are, and the qubits they name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qansatz.model import faults
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.evaluation.scopes import Scope
from qansatz.model.evaluation.values import (
    POISON,
    AngleArray,
    Register,
    SymbolArray,
    as_angle,
)
from qansatz.syntax import nodes


def plain_arguments(
    evaluator: Evaluator, statement: nodes.Apply, names: Sequence[str]
) -> list[nodes.Expression] | None:
    """The arguments of a gate, all plain and as many as names; None after a fault."""
    plain: list[nodes.Expression] = []
    for argument in statement.arguments:
        if isinstance(argument, nodes.Keyword | nodes.Comprehension):
            evaluator.not_plain(argument, names)
            return None
        plain.append(argument)
    if len(plain) != len(names):
        evaluator.fault(
            faults.calls.ArgumentCount(
                statement.span,
                what=f"`{statement.name.text}`",
                wanted=", ".join(names),
                given=len(plain),
            )
        )
        return None
    return plain


def qubit_names(gate: str, count: int) -> tuple[str, ...]:
    """What a gate's qubits are, in order."""
    if count == 1:
        return ("qubit",)
    return ("control", "target") if gate.startswith("c") else ("first qubit", "second qubit")


def qubit_tuples(
    evaluator: Evaluator, statement: nodes.Apply, parts: Sequence[nodes.Expression], scope: Scope
) -> list[tuple[int, ...]] | None:
    """The qubits of each application of a gate, lists broadcast; None after a fault."""
    lists: list[list[int]] = []
    for part in parts:
        qubits = _qubits(evaluator, part, scope)
        if qubits is None:
            return None
        lists.append(qubits)
    count = max(map(len, lists))
    if any(len(qubits) not in (1, count) for qubits in lists):
        sizes = " and ".join(str(len(qubits)) for qubits in lists)
        evaluator.fault(faults.calls.QubitLists(statement.span, sizes=sizes))
        return None
    spread = [qubits * count if len(qubits) == 1 else qubits for qubits in lists]
    tuples = list(zip(*spread, strict=True))
    for applied in tuples:
        if len(set(applied)) < len(applied):
            name, qubit = statement.name.text, applied[0]
            evaluator.fault(faults.calls.RepeatedQubit(statement.span, name=name, qubit=qubit))
            return None
    return tuples


def _qubits(evaluator: Evaluator, part: nodes.Expression, scope: Scope) -> list[int] | None:
    """The qubits that one argument names; None after a fault."""
    value = evaluator.value(part, scope)
    if value is POISON:
        return None
    if isinstance(value, Register):
        value = value.qubits()
    qubits = evaluator.elements(value, part.span) if isinstance(value, range | list) else [value]
    for qubit in qubits:
        if type(qubit) is not int:
            evaluator.expected("a qubit", qubit, part.span, _order_cure(qubit))
            return None
        if not 0 <= qubit < (evaluator.n_qubits or 0):
            evaluator.no_such_qubit(qubit, part.span)
            return None
    return qubits


def _order_cure(value: Any) -> str | None:
    """The cure for an angle where a qubit was expected."""
    is_angle = as_angle(value) is not None or isinstance(value, SymbolArray | AngleArray)
    return "the qubits come first, the angle last" if is_angle else None
