"""Statements executed in order: loops unrolled, branches chosen, layers called."""

from __future__ import annotations

from dataclasses import replace

from qansatz.diagnostics import Label
from qansatz.model import faults, gates
from qansatz.model.elaboration.arguments import layer_scope
from qansatz.model.elaboration.context import Context
from qansatz.model.elaboration.declarations import declare
from qansatz.model.elaboration.fixed_gates import fixed_gate
from qansatz.model.elaboration.loops import foresee_loop, loop_indices, loop_values
from qansatz.model.elaboration.position import Nesting, Position
from qansatz.model.elaboration.registers import qubits_first
from qansatz.model.elaboration.rotations import library_gate, rotate
from qansatz.model.evaluation.evaluate import target_text
from qansatz.model.evaluation.scopes import LimitReached, Scope
from qansatz.model.evaluation.values import POISON
from qansatz.model.program import GroupPiece, Piece
from qansatz.source import Span
from qansatz.syntax import nodes

MAX_SHOWN = 64
"""The iterations of a ``for`` that the outline keeps."""
_CALL_STEPS = 8


def execute(context: Context, body: nodes.Body, position: Position) -> None:
    """Execute the statements of a body; one with a fault is left out of the model.

    Raises:
        LimitReached: at a limit; the builders keep what was executed before.
    """
    for statement in body.statements:
        _execute(context, statement, position)


def _execute(context: Context, statement: nodes.Statement, position: Position) -> None:
    evaluator = context.evaluator
    evaluator.step(statement.span)
    match statement:
        case nodes.Apply():
            _apply(context, statement, position)
        case nodes.Loop():
            _loop(context, statement, position)
        case nodes.Define(kind="let"):
            value = evaluator.value(statement.value, position.scope)
            position.scope.names[statement.name.text] = value
        case nodes.If():
            _branch(context, statement, position)
        case nodes.Scope():
            _scope(context, statement, position)
        case _:
            declare(context, statement, position)


def _branch(context: Context, statement: nodes.If, position: Position) -> None:
    inner = position._replace(scope=Scope(position.scope))
    for condition, body in statement.branches:
        holds = context.evaluator.truth(condition, position.scope, "a condition after `if`")
        if holds is POISON:
            return
        if holds:
            execute(context, body, inner)
            return
    if statement.otherwise is not None:
        execute(context, statement.otherwise, inner)


def _loop(context: Context, loop: nodes.Loop, position: Position) -> None:
    evaluator, circuit, target = context.evaluator, context.circuit, loop.target
    values = loop_values(evaluator, loop, position.scope)
    if values is POISON:
        return
    if len(values) == 0:
        evaluator.fault(faults.values.EmptyLoop(loop.iterable.span))
        return
    makes_layers = loop.kind == "repeat" and position.layer < 0
    nesting = replace(position.nesting, inside=f"a `{loop.kind}`")
    name = "iteration" if target is None else target_text(target)
    shown: list[Piece] = []
    n_shown = min(len(values), 1 if loop.kind == "repeat" else MAX_SHOWN)
    steps, size = evaluator.steps, len(circuit)
    evaluator.loops.append(("", None))
    for number, value in enumerate(values):
        evaluator.step(loop.iterable.span)
        evaluator.loops[-1] = (name, value)
        scope = Scope(position.scope)
        if target is not None and not evaluator.bind(target, value, scope):
            break
        names, integers = loop_indices(target, value, number)
        inner = Position(
            scope,
            nesting,
            next(circuit.layers) if makes_layers else position.layer,
            position.loop_names + names,
            position.loop_values + integers,
            shown if position.outline is not None and number < n_shown else None,
        )
        execute(context, loop.body, inner)
        if number == 0:
            foresee_loop(evaluator, circuit, loop, len(values), steps, size)
    evaluator.loops.pop()
    if position.outline is not None and shown:
        head = _head(loop.span, loop.body.span)
        position.outline.append(GroupPiece(loop.kind, head, len(values), tuple(shown), n_shown))


def _head(statement: Span, body: Span) -> str:
    """The text of a statement before its body, on one line."""
    return " ".join(statement.source.text[statement.start : body.start].split())


def _scope(context: Context, statement: nodes.Scope, position: Position) -> None:
    nesting = _nested(context, statement.kind, position.nesting)
    inner = position._replace(scope=Scope(position.scope), nesting=nesting)
    _grouped(context, statement.body, inner, statement.kind, statement.kind)


def _nested(context: Context, kind: str, outer: Nesting) -> Nesting:
    """The nesting inside ``block``, ``unordered`` or ``encode``.

    A block inside a block, or an unordered group inside another, belongs to the outer one.
    """
    circuit = context.circuit
    match kind:
        case "block":
            block = next(circuit.blocks) if outer.block < 0 else outer.block
            return replace(outer, inside="a `block`", block=block)
        case "unordered":
            unordered = next(circuit.unordered) if outer.unordered < 0 else outer.unordered
            return replace(outer, inside="an `unordered`", unordered=unordered)
        case _:
            return replace(outer, inside=f"an `{kind}`", encoding=True)


def _grouped(context: Context, body: nodes.Body, position: Position, kind: str, title: str) -> None:
    """Execute a body whose part of the outline is a group of its own."""
    if position.outline is None:
        execute(context, body, position)
        return
    shown: list[Piece] = []
    execute(context, body, position._replace(outline=shown))
    if shown:
        position.outline.append(GroupPiece(kind, title, 1, tuple(shown)))


def _apply(context: Context, statement: nodes.Apply, position: Position) -> None:
    name = statement.name.text
    if context.evaluator.n_qubits is None:
        qubits_first(context.evaluator, context.registers, context.node, statement)
    elif name in position.nesting.layers:
        _call_layer(context, statement, position)
    elif name == "rot":
        rotate(context, statement, position)
    elif name in gates.LIBRARY:
        library_gate(context, statement, position)
    elif name in gates.FIXED:
        fixed_gate(context, statement, position)


def _call_layer(context: Context, statement: nodes.Apply, position: Position) -> None:
    evaluator, nesting = context.evaluator, position.nesting
    layer, outer, layers = nesting.layers[statement.name.text]
    name = layer.name.text
    scope = layer_scope(evaluator, statement, layer, position.scope, outer)
    if scope is None:
        return
    evaluator.step(statement.span, _CALL_STEPS)
    limit = evaluator.limits.layer_depth
    if nesting.n_calls >= limit:
        labels = (Label(layer.name.span, "defined here"),)
        raise LimitReached(
            faults.calls.LayerRecursion(statement.span, name=name, limit=limit, labels=labels)
        )
    inner = position._replace(
        scope=scope,
        nesting=replace(nesting, layers=layers, inside="a `layer`", n_calls=nesting.n_calls + 1),
        layer=next(context.circuit.layers) if position.layer < 0 else position.layer,
    )
    _grouped(context, layer.body, inner, "layer", name)
