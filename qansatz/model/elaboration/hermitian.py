"""Values → Hermitian operators, as real multiples of positive strings on the qubits that exist."""

from __future__ import annotations

from typing import Any, TypeAlias

from qansatz.model import faults, reals
from qansatz.model.evaluation import arithmetic
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.reals import Real
from qansatz.pauli.strings import Pauli
from qansatz.source import Span

Terms: TypeAlias = list[tuple[Real, Pauli]]
"""Real coefficients and positive strings."""


def hermitian(evaluator: Evaluator, value: Any, span: Span, what: str) -> Terms | None:
    """The terms of a Hermitian operator; None after a fault that names ``what`` was expected."""
    if type(value) is Pauli:
        terms = _string_terms(evaluator, value, span)
    else:
        terms = _sum_terms(evaluator, value, span, what)
    for coefficient, p in terms or ():
        if not (on_qubits(evaluator, p, span) and has_float(evaluator, coefficient, span)):
            return None
    return terms


def _string_terms(evaluator: Evaluator, p: Pauli, span: Span) -> Terms | None:
    if p.phase == 0:
        return [(1, p)]
    if p.phase == 2:
        return [(-1, Pauli(p.x, p.z))]
    evaluator.fault(faults.operators.NotHermitian(span, term=arithmetic.text(p)))
    return None


def _sum_terms(evaluator: Evaluator, value: Any, span: Span, what: str) -> Terms | None:
    operator = arithmetic.as_operator(value)
    if operator is None:
        evaluator.expected(what, value, span)
        return None
    terms: Terms = []
    for (x, z), (re, im) in operator.terms.items():
        if not reals.is_zero(im):
            term = f"1i*{arithmetic.text(Pauli(x, z))}"
            evaluator.fault(faults.operators.NotHermitian(span, term=term))
            return None
        terms.append((re, Pauli(x, z)))
    return terms


def has_float(evaluator: Evaluator, value: Real, span: Span) -> bool:
    """Whether a number is within the range of floats; a fault otherwise."""
    try:
        reals.simplest(float(value))
    except OverflowError:
        evaluator.too_large(span)
        return False
    return True


def on_qubits(evaluator: Evaluator, p: Pauli, span: Span) -> bool:
    """Whether a string acts on qubits that exist; a fault otherwise."""
    last = (p.x | p.z).bit_length() - 1
    if last >= (evaluator.n_qubits or 0):
        evaluator.no_such_qubit(last, span)
        return False
    return True
