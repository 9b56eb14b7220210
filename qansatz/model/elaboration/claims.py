"""``observable``, ``stabilizers``, ``logical``, ``symmetry``: what an ansatz says of itself."""

from __future__ import annotations

from typing import Any

from qansatz.model.elaboration.hermitian import hermitian, on_qubits
from qansatz.model.evaluation import arithmetic
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.evaluation.values import POISON, PauliGroup, Permutations, is_number
from qansatz.model.program import (
    ChargeSymmetry,
    Logicals,
    PauliSymmetry,
    PermutationSymmetry,
    Requirement,
    StabilizerGroup,
    Symmetry,
    Term,
)
from qansatz.pauli.strings import Pauli
from qansatz.source import Span
from qansatz.syntax import nodes


class Claims:
    """The claims so far, in the order of the source; observables are not pulled back yet."""

    __slots__ = ("logicals", "observables", "requirements", "stabilizers", "symmetries")

    def __init__(self) -> None:
        self.observables: list[tuple[str, tuple[Term, ...], Span]] = []
        self.stabilizers: list[StabilizerGroup] = []
        self.logicals: list[Logicals] = []
        self.symmetries: list[Symmetry] = []
        self.requirements: list[Requirement] = []


def claim(evaluator: Evaluator, claims: Claims, statement: nodes.Define, value: Any) -> None:
    """Take in what a statement claims of its value."""
    match statement.kind:
        case "observable":
            _observable(evaluator, claims, statement, value)
        case "stabilizers":
            _stabilizers(evaluator, claims, statement, value)
        case "logical":
            _logical(evaluator, claims, statement, value)
        case _:
            _symmetries(evaluator, claims, statement, value)


def _observable(evaluator: Evaluator, claims: Claims, statement: nodes.Define, value: Any) -> None:
    """A Hermitian operator to measure."""
    terms = hermitian(evaluator, value, statement.value.span, "an operator as observable")
    if terms is not None:
        observable = tuple(Term(c, p) for c, p in terms)
        claims.observables.append((statement.name.text, observable, statement.name.span))


def _stabilizers(evaluator: Evaluator, claims: Claims, statement: nodes.Define, value: Any) -> None:
    """A declared stabilizer group, the place of each generator kept."""
    node = statement.value
    if not isinstance(value, PauliGroup):
        cure = "write `<…>` around the generators" if isinstance(value, list) else None
        evaluator.expected("a group <…>", value, node.span, cure)
        return
    spans = (node.span,) * len(value.generators)
    if isinstance(node, nodes.Group) and len(node.generators) == len(spans):
        spans = tuple(part.span for part in node.generators)
    if not all(on_qubits(evaluator, p, s) for p, s in zip(value.generators, spans, strict=True)):
        return
    claims.stabilizers.append(
        StabilizerGroup(
            name=statement.name.text,
            generators=value.generators,
            spans=spans,
            span=statement.name.span,
        )
    )


def _logical(evaluator: Evaluator, claims: Claims, statement: nodes.Define, value: Any) -> None:
    """Declared logical operators."""
    strings: list[Pauli] = []
    for item in value if isinstance(value, list) else [value]:
        string = arithmetic.as_string(item)
        if string is None:
            evaluator.expected("a Pauli string or a list of them", item, statement.value.span)
            return
        if string is POISON or not on_qubits(evaluator, string, statement.value.span):
            return
        strings.append(string)
    claims.logicals.append(
        Logicals(name=statement.name.text, paulis=tuple(strings), span=statement.name.span)
    )


def _symmetries(evaluator: Evaluator, claims: Claims, statement: nodes.Define, value: Any) -> None:
    """A declared symmetry, or a list of them."""
    if isinstance(value, PauliGroup):
        value = list(value.generators)
    name = statement.name.text
    if isinstance(value, list) and not isinstance(value, Pauli):
        named = [(f"{name}[{k}]", item) for k, item in enumerate(value)]
    else:
        named = [(name, value)]
    symmetries = [_symmetry(evaluator, statement, text, item) for text, item in named]
    claims.symmetries.extend(symmetry for symmetry in symmetries if symmetry is not None)


def _symmetry(
    evaluator: Evaluator, statement: nodes.Define, name: str, value: Any
) -> Symmetry | None:
    """A string, a permutation or a charge as symmetry; None after a fault."""
    span = statement.name.span
    if isinstance(value, Permutations):
        return PermutationSymmetry(name=name, generators=value.generators, span=span)
    what = "a Pauli string, a permutation or a charge as symmetry"
    if is_number(value):
        evaluator.expected(what, value, statement.value.span)
        return None
    terms = hermitian(evaluator, value, statement.value.span, what)
    if terms is None:
        return None
    if len(terms) == 1:
        return PauliSymmetry(name=name, pauli=terms[0][1], span=span)
    return ChargeSymmetry(name=name, terms=tuple(Term(c, p) for c, p in terms), span=span)
