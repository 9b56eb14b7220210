"""``require``: decided here where it speaks of sizes only, else kept for the analyses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from qansatz.model import faults
from qansatz.model.elaboration.names import names_in
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.evaluation.scopes import Scope
from qansatz.model.evaluation.values import POISON, is_number
from qansatz.model.program import Requirement
from qansatz.model.resolve import FACTS
from qansatz.syntax import nodes

Fact: TypeAlias = tuple[str, tuple[tuple[str, Any], ...]]
"""The dotted name of a derived fact, and its arguments (name, or empty, and value)."""

_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def requirement(
    evaluator: Evaluator,
    statement: nodes.Require,
    sizes: Sequence[tuple[str, Any]],
    scope: Scope,
) -> Requirement | None:
    """The claim about a derived fact that ``require`` makes.

    None after a fault, and where the claim is about sizes: it is decided then, a fault where it is
    false. ``sizes`` are the ansatz's arguments.
    """
    node, operator, bound_node = _sides(evaluator, statement.claim, scope)
    fact = _fact(evaluator, node, scope)
    rest = statement.claim if fact is None else bound_node
    if rest is not None and (derived := _derived_in(rest, scope)):
        evaluator.fault(faults.declarations.DerivedInside(statement.claim.span, name=derived))
        return None
    if fact is None:
        if evaluator.truth(node, scope, "a claim that is true or false") is False:
            evaluator.fault(faults.values.ClaimFalse(node.span, values=_sizes_in(node, sizes)))
        return None
    bound: Any = None
    if bound_node is not None:
        bound = evaluator.value(bound_node, scope)
        if bound is POISON:
            return None
        if not (is_number(bound) or isinstance(bound, str)):
            evaluator.expected("a number or a text to compare with", bound, bound_node.span)
            return None
    name, arguments = fact
    return Requirement(
        fact=name, arguments=arguments, operator=operator, bound=bound, span=statement.claim.span
    )


def _sides(
    evaluator: Evaluator, claim: nodes.Expression, scope: Scope
) -> tuple[nodes.Expression, str | None, nodes.Expression | None]:
    """The side of a comparison that is a fact, the operator read from there, the other side.

    The claim itself, None and None where it is no such comparison.
    """
    match claim:
        case nodes.Chain(operands=(left, right), operators=(sign,)) if sign in _MIRRORED:
            if _fact(evaluator, left, scope) is not None:
                return left, sign, right
            if _fact(evaluator, right, scope) is not None:
                return right, _MIRRORED[sign], left
    return claim, None, None


def _fact(evaluator: Evaluator, node: nodes.Expression, scope: Scope) -> Fact | None:
    """The derived fact that an expression is; None when it is none."""
    match node:
        case nodes.Name() if node.text in FACTS and scope.find(node.text) is None:
            return node.text, ()
        case nodes.Attribute():
            base = _fact(evaluator, node.base, scope)
            return None if base is None else (f"{base[0]}.{node.name.text}", base[1])
        case nodes.Call():
            base = _fact(evaluator, node.function, scope)
            return None if base is None else (base[0], _given(evaluator, node, scope))
    return None


def _given(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> tuple[tuple[str, Any], ...]:
    """The arguments of a fact; a plain name stands for itself, such as that of an observable."""
    given: list[tuple[str, Any]] = []
    for argument in node.arguments:
        if isinstance(argument, nodes.Keyword):
            given.append((argument.name.text, evaluator.value(argument.value, scope)))
        elif isinstance(argument, nodes.Name):
            given.append(("", argument.text))
        elif not isinstance(argument, nodes.Comprehension):
            given.append(("", evaluator.value(argument, scope)))
    return tuple(given)


def _derived_in(node: nodes.Expression, scope: Scope) -> str | None:
    """The first name of a derived fact in an expression."""
    names = (name for name in names_in(node) if name in FACTS and scope.find(name) is None)
    return next(names, None)


def _sizes_in(node: nodes.Expression, sizes: Sequence[tuple[str, Any]]) -> str | None:
    """The sizes that an expression names, and their values."""
    used = names_in(node)
    listed = [f"{name} = {value}" for name, value in sizes if name in used and is_number(value)]
    return ", ".join(listed) or None
