"""Operator expressions → the generators that a statement rotates about."""

from __future__ import annotations

from typing import Any

from qansatz.model.elaboration.hermitian import Terms, hermitian
from qansatz.model.elaboration.names import names_in
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.evaluation.scopes import Scope
from qansatz.model.evaluation.values import POISON, PauliGroup
from qansatz.pauli.strings import Pauli
from qansatz.source import Span
from qansatz.syntax import nodes

_MOST_REMEMBERED = 100_000


class Generators:
    """The generators of operator expressions, computed once for equal values of their names."""

    __slots__ = ("_evaluator", "_expressions")

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        # For each expression its names, and a table from their values (an integer, a string, or
        # the identity of anything else) to those values, which keeps them alive, and generators.
        self._expressions: dict[
            int, tuple[tuple[str, ...], dict[tuple[Any, ...], tuple[Any, list[Terms]]]]
        ] = {}

    def of(self, node: nodes.Expression, scope: Scope) -> list[Terms] | None:
        """The generators of an expression; None after a fault."""
        entry = self._expressions.get(id(node))
        if entry is None:
            entry = self._expressions[id(node)] = (tuple(names_in(node)), {})
        names, computed = entry
        values = tuple([scope.find(name) for name in names])
        key = tuple([v if type(v) is int or type(v) is Pauli else (id(v),) for v in values])
        if (remembered := computed.get(key)) is not None:
            return remembered[1]
        generators = _generators(self._evaluator, self._evaluator.value(node, scope), node.span)
        if generators is not None:
            if len(computed) >= _MOST_REMEMBERED:
                computed.clear()
            computed[key] = (values, generators)
        return generators


def _generators(evaluator: Evaluator, value: Any, span: Span) -> list[Terms] | None:
    """The generators that a value stands for: its elements, or itself; None after a fault."""
    if value is POISON:
        return None
    if isinstance(value, PauliGroup | list | range) and not isinstance(value, Pauli):
        what = "a Hermitian operator"
        elements = evaluator.elements(value, span)
        generators = [hermitian(evaluator, item, span, what) for item in elements]
        present = [terms for terms in generators if terms is not None]
        return present if len(present) == len(generators) else None
    what = "a Hermitian operator, or a list or group of them"
    terms = hermitian(evaluator, value, span, what)
    return None if terms is None else [terms]
