"""The arguments of ansätze and layers, and their types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qansatz.diagnostics import Label, did_you_mean
from qansatz.model import faults
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.evaluation.graphs import Graph
from qansatz.model.evaluation.scopes import Scope
from qansatz.model.evaluation.values import POISON, Register, is_number
from qansatz.pauli.strings import Pauli
from qansatz.source import Span
from qansatz.syntax import nodes

_TYPES: dict[str, Callable[[Any], bool]] = {
    "int": lambda v: type(v) is int,
    "real": is_number,
    "bool": lambda v: isinstance(v, bool),
    "graph": lambda v: isinstance(v, Graph),
    "list": lambda v: isinstance(v, list | range | Register) and not isinstance(v, Pauli),
}
_FOREIGN_TYPES = {
    **dict.fromkeys(("float", "double", "number", "angle"), "real"),
    **dict.fromkeys(("integer", "uint"), "int"),
    **dict.fromkeys(("array", "qubits", "register", "tuple"), "list"),
    "boolean": "bool",
}
_EXAMPLES = {"real": "0.5", "bool": "true", "graph": "cycle(4)", "list": "[0, 1]"}


def ansatz_arguments(
    evaluator: Evaluator, node: nodes.Ansatz, settings: Mapping[str, Any], scope: Scope
) -> tuple[tuple[str, Any], ...] | None:
    """The value of each argument, from the settings or its default, which also enters the scope.

    None where a value is missing or has the wrong type, and where the condition after ``where``
    does not hold.
    """
    _report_unknown(evaluator, node, settings)
    arguments: list[tuple[str, Any]] = []
    for name, argument in {argument.name.text: argument for argument in node.arguments}.items():
        value = _ansatz_argument(evaluator, argument, settings, scope)
        scope.names[name] = value
        arguments.append((name, value))
    if any(value is POISON for _, value in arguments):
        return None
    return tuple(arguments) if _condition_holds(evaluator, node, arguments, scope) else None


def _report_unknown(evaluator: Evaluator, node: nodes.Ansatz, settings: Mapping[str, Any]) -> None:
    names = [argument.name.text for argument in node.arguments]
    for name in settings:
        if name not in names:
            evaluator.log.add(
                faults.names.UnknownArgument(
                    node.name.span,
                    name=name,
                    ansatz=node.name.text,
                    sizes=", ".join(f"`{n}`" for n in names) or None,
                    suggestion=did_you_mean(name, names),
                )
            )


def _ansatz_argument(
    evaluator: Evaluator, argument: nodes.Argument, settings: Mapping[str, Any], scope: Scope
) -> Any:
    name = argument.name.text
    if name in settings:
        return _typed(evaluator, argument, settings[name], argument.span)
    if argument.default is not None:
        value = evaluator.value(argument.default, scope)
        return _typed(evaluator, argument, value, argument.default.span)
    kind = argument.type.text if argument.type else "int"
    example = f"{kind} = {_EXAMPLES.get(kind, '4')}"
    evaluator.log.add(faults.calls.MissingArgument(argument.name.span, name=name, example=example))
    return POISON


def _condition_holds(
    evaluator: Evaluator, node: nodes.Ansatz, arguments: list[tuple[str, Any]], scope: Scope
) -> bool:
    """Whether the condition after ``where`` holds; a fault otherwise."""
    if node.where is None:
        return True
    holds = evaluator.truth(node.where, scope, "a condition after `where`")
    if holds is False:
        sizes = ", ".join(f"{name} = {value}" for name, value in arguments if is_number(value))
        evaluator.log.add(faults.values.WhereFails(node.where.span, values=sizes or "these sizes"))
    return holds is True


def layer_scope(
    evaluator: Evaluator, call: nodes.Apply, layer: nodes.Layer, scope: Scope, outer: Scope
) -> Scope | None:
    """What the body of a layer can name in one call: its arguments, and what ``outer`` holds.

    The arguments are evaluated in ``scope``. None after a fault in the call; an argument of the
    wrong type is ``POISON``.
    """
    given = _given(evaluator, call, layer, scope)
    if given is None:
        return None
    inner = Scope(outer)
    for argument in layer.arguments:
        name = argument.name.text
        if name in given:
            value, place = given[name]
        else:
            assert argument.default is not None
            value, place = evaluator.value(argument.default, inner), argument.default.span
        inner.names[name] = _typed(evaluator, argument, value, place)
    return inner


def _given(
    evaluator: Evaluator, call: nodes.Apply, layer: nodes.Layer, scope: Scope
) -> dict[str, tuple[Any, Span]] | None:
    """The arguments of a call by name, each with its place; None after a fault."""
    names = [argument.name.text for argument in layer.arguments]
    given: dict[str, tuple[Any, Span]] = {}
    for index, argument in enumerate(call.arguments):
        if isinstance(argument, nodes.Comprehension):
            evaluator.not_plain(argument, names)
            return None
        if isinstance(argument, nodes.Keyword):
            name, value = argument.name.text, argument.value
            if name not in names or name in given:
                _report_keyword(evaluator, argument.name, layer, twice=name in given)
                return None
        else:
            name, value = names[index] if index < len(names) else "", argument
        given[name] = (evaluator.value(value, scope), value.span)
    missing = any(a.name.text not in given and a.default is None for a in layer.arguments)
    if missing or "" in given:
        evaluator.fault(
            faults.calls.ArgumentCount(
                call.span,
                what=f"`{layer.name.text}`",
                wanted=", ".join(names) or "nothing",
                given=len(call.arguments),
                labels=(Label(layer.name.span, "defined here"),),
            )
        )
        return None
    return given


def _report_keyword(
    evaluator: Evaluator, name: nodes.Identifier, layer: nodes.Layer, *, twice: bool
) -> None:
    """Report an argument of a layer call that the layer does not have, or that is given twice."""
    names = [argument.name.text for argument in layer.arguments]
    problem = f"`{layer.name.text}` has no argument `{name.text}`"
    if twice:
        problem = f"the argument `{name.text}` is given twice"
    near = None if twice else did_you_mean(name.text, names)
    listed = ", ".join(names)
    evaluator.fault(
        faults.calls.UnknownKeyword(name.span, problem=problem, names=listed, suggestion=near)
    )


def _typed(evaluator: Evaluator, argument: nodes.Argument, value: Any, place: Span) -> Any:
    """The value given to an argument at a place; ``POISON`` and a fault if its type is wrong."""
    if argument.type is None or value is POISON:
        return value
    kind = argument.type.text
    if kind not in _TYPES:
        evaluator.log.add(
            faults.names.UnknownType(
                argument.type.span,
                name=kind,
                types=", ".join(f"`{k}`" for k in _TYPES),
                suggestion=_FOREIGN_TYPES.get(kind) or did_you_mean(kind, _TYPES),
            )
        )
        return POISON
    if _TYPES[kind](value):
        return value
    return evaluator.expected(f"`{kind}` for `{argument.name.text}`", value, place)
