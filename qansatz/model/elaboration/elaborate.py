"""Nodes → model: sizes fixed, loops unrolled into columns, fixed gates pushed to the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qansatz.diagnostics import FaultLog
from qansatz.model import faults
from qansatz.model.elaboration.arguments import ansatz_arguments
from qansatz.model.elaboration.context import Context
from qansatz.model.elaboration.generators import Generators
from qansatz.model.elaboration.initial import ket_state
from qansatz.model.elaboration.position import Nesting, Position
from qansatz.model.elaboration.statements import execute
from qansatz.model.elaboration.visible import visible
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.evaluation.scopes import LimitReached, Scope
from qansatz.model.limits import Limits
from qansatz.model.modules import Module
from qansatz.model.program import Model, Observable, Piece
from qansatz.syntax import nodes


@dataclass(frozen=True, slots=True)
class Elaboration:
    """A model, and whether a limit cut it short.

    After faults the model is partial; None when not even the qubits are known.
    """

    model: Model | None
    limit_reached: bool


def elaborate(
    module: Module,
    node: nodes.Ansatz,
    settings: Mapping[str, Any],
    log: FaultLog,
    limits: Limits,
) -> Elaboration:
    """Unroll one ansatz. ``settings`` gives its arguments values of the language.

    The values are those of :mod:`qansatz.model.evaluation.values`. Faults go to the log;
    statements at fault are left out of the model. Rotations appear in time order, each pulled back
    through the fixed gates before it: R_P after C becomes R_{C†PC}.
    """
    evaluator = Evaluator(log, limits)
    context: Context | None = None
    outline: list[Piece] = []
    limit_reached = False
    try:
        names = visible(module)
        scope = Scope(names.scope)
        arguments = ansatz_arguments(evaluator, node, settings, scope)
        if arguments is not None:
            context = Context(
                node=node,
                arguments=arguments,
                evaluator=evaluator,
                generators=Generators(evaluator),
            )
            nesting = Nesting(layers=names.layers)
            execute(context, node.body, Position(scope, nesting, -1, (), (), outline))
    except LimitReached as reached:
        if not log.has_errors:  # else the limit may be their consequence
            evaluator.fault(reached.fault)
        limit_reached = True
    n_qubits = evaluator.n_qubits
    if context is None or n_qubits is None:
        _report_no_qubits(module, node, log)
        return Elaboration(None, limit_reached)
    return Elaboration(_model(context, n_qubits, tuple(outline)), limit_reached)


def _report_no_qubits(module: Module, node: nodes.Ansatz, log: FaultLog) -> None:
    """Report an ansatz without qubits, where no other fault explains it."""
    declared = any(isinstance(s, nodes.Qubits) for s in node.body.statements)
    if not (declared or log.has_errors or module.file.lost):
        log.add(faults.initial_states.NoQubits(node.name.span, name=node.name.text))


def _model(context: Context, n_qubits: int, outline: tuple[Piece, ...]) -> Model:
    """The model of what the builders hold."""
    node, circuit, claims = context.node, context.circuit, context.claims
    slots = context.symbols.slots()
    return Model(
        name=node.name.text,
        documentation=node.documentation,
        arguments=context.arguments,
        n_qubits=n_qubits,
        registers=tuple(context.registers.declared),
        slots=slots,
        initial=circuit.initial or ket_state("0" * n_qubits, None),
        rotations=circuit.columns.rotations(n_qubits, slots.n_parameters),
        instances=circuit.columns.instances(),
        gates=tuple(circuit.gates),
        observables=tuple(
            Observable(
                name=name,
                terms=terms,
                pulled_back=tuple(map(circuit.pulled_back, terms)),
                span=span,
            )
            for name, terms, span in claims.observables
        ),
        stabilizers=tuple(claims.stabilizers),
        logicals=tuple(claims.logicals),
        symmetries=tuple(claims.symmetries),
        requirements=tuple(claims.requirements),
        outline=outline,
        node=node,
    )
