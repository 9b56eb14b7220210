"""Statements about the ansatz as a whole, outside its circuit."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from qansatz.model import faults
from qansatz.model.elaboration.claims import claim
from qansatz.model.elaboration.context import Context
from qansatz.model.elaboration.initial import declare_initial
from qansatz.model.elaboration.position import Position
from qansatz.model.elaboration.registers import declare_qubits, qubits_first
from qansatz.model.elaboration.requirements import requirement
from qansatz.model.elaboration.symbols import declare_symbols
from qansatz.model.evaluation.scopes import Scope
from qansatz.model.evaluation.values import POISON
from qansatz.syntax import nodes

Declaration: TypeAlias = nodes.Qubits | nodes.Symbols | nodes.Init | nodes.Define | nodes.Require


def declare(context: Context, statement: Declaration, position: Position) -> None:
    """Take in a declaration; a fault inside a loop, block or layer."""
    evaluator, scope = context.evaluator, position.scope
    if position.nesting.inside is not None:
        _inside(context, statement, position.nesting.inside, scope)
        return
    match statement:
        case nodes.Qubits():
            declare_qubits(evaluator, context.registers, context.circuit, statement, scope)
        case nodes.Symbols():
            array = declare_symbols(evaluator, context.symbols, statement, scope)
            scope.names[statement.name.text] = array
        case nodes.Init():
            _init(context, statement, scope)
        case nodes.Define():
            _define(context, statement, scope)
        case nodes.Require():
            required = requirement(evaluator, statement, context.arguments, scope)
            if required is not None:
                context.claims.requirements.append(required)
        case _:
            assert_never(statement)


def _inside(context: Context, statement: Declaration, body: str, scope: Scope) -> None:
    keyword = statement.span.text.split(maxsplit=1)[0]
    context.evaluator.fault(
        faults.declarations.DeclaredInside(statement.span, what=keyword, body=body)
    )
    if isinstance(statement, nodes.Symbols | nodes.Qubits):
        scope.names[statement.name.text] = POISON


def _init(context: Context, statement: nodes.Init, scope: Scope) -> None:
    evaluator = context.evaluator
    value = evaluator.value(statement.value, scope)
    if value is POISON:
        return
    if evaluator.n_qubits is None:
        qubits_first(evaluator, context.registers, context.node, statement)
        return
    declare_initial(evaluator, context.circuit, statement, value, evaluator.n_qubits)


def _define(context: Context, statement: nodes.Define, scope: Scope) -> None:
    evaluator = context.evaluator
    value = evaluator.value(statement.value, scope)
    scope.names[statement.name.text] = value
    if value is POISON:
        return
    if evaluator.n_qubits is None:
        qubits_first(evaluator, context.registers, context.node, statement)
        return
    claim(evaluator, context.claims, statement, value)
