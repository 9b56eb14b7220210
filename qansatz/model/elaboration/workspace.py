"""What elaboration works on: the columns, the declarations so far, and where in the program it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from qansatz.diagnostics import FaultLog, did_you_mean
from qansatz.model import faults, reals
from qansatz.model.elaboration.columns import Columns
from qansatz.model.evaluation import arithmetic, builtins
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.evaluation.graphs import Graph
from qansatz.model.evaluation.scopes import Scope
from qansatz.model.evaluation.values import POISON, Register, is_number
from qansatz.model.limits import Limits
from qansatz.model.modules import Module
from qansatz.model.program import (
    FixedGate,
    InitialState,
    Logicals,
    Piece,
    Requirement,
    SlotArray,
    StabilizerGroup,
    Symmetry,
    Term,
)
from qansatz.model.reals import Real
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli
from qansatz.source import Span
from qansatz.syntax import nodes

_SPANS = ("span", "operator_spans")
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


Layers: TypeAlias = "dict[str, tuple[nodes.Layer, Scope, Layers]]"
"""The layers that a file can call: each with the values and the layers of its own file."""


class Workspace:
    """The state of one elaboration and the questions that every part of it asks."""

    def __init__(
        self,
        module: Module,
        node: nodes.Ansatz,
        settings: Mapping[str, Any],
        log: FaultLog,
        limits: Limits,
    ) -> None:
        self.module = module
        self.node = node
        self.settings = settings
        self.log = log
        self.limits = limits
        self.ev = Evaluator(log, limits)
        self.columns = Columns()
        self.predefined = Scope()
        self.predefined.names.update(builtins.names())
        self.files: dict[int, Scope] = {}
        self.layers_of: dict[int, Layers] = {}
        self.layers: Layers = {}
        self.registers: list[tuple[str, int, int]] = []
        self.parameters: list[SlotArray] = []
        self.inputs: list[SlotArray] = []
        self.n_parameters = 0
        self.n_inputs = 0
        self.gates: list[FixedGate] = []
        self.tableau = Tableau(0)
        self.initial: InitialState | None = None
        self.observables: list[tuple[str, tuple[Term, ...], Span]] = []
        self.stabilizers: list[StabilizerGroup] = []
        self.logicals: list[Logicals] = []
        self.symmetries: list[Symmetry] = []
        self.requirements: list[Requirement] = []
        self.claimed: dict[str, Span] = {}
        self.arguments: list[tuple[str, Any]] = []
        self.loop_names: tuple[str, ...] = ()
        self.loop_values: list[int] = []
        self.call_depth = 0
        self.block = self.layer = self.unordered = -1
        self.n_blocks = self.n_layers = self.n_unordered = 0
        self.layer_owner: object = None
        self.encoding = False
        self.nesting: list[str] = []
        self.pieces: list[Piece] | None = []
        self.qubits_at_fault = False
        self.memo: dict[int, tuple[tuple[str, ...], dict[tuple[Any, ...], tuple[Any, Any]]]] = {}

    def typed(self, argument: nodes.Argument, value: Any, place: Span | None = None) -> Any:
        """The value of an argument, given at a place; ``POISON`` after a fault where it has the wrong type."""
        """An argument's value when it has the declared type, else ``POISON``."""
        if argument.type is None or value is POISON:
            return value
        kind = argument.type.text
        if kind not in _TYPES:
            self.log.add(
                faults.names.UnknownType(
                    argument.type.span,
                    name=kind,
                    known=", ".join(f"`{k}`" for k in _TYPES),
                    suggestion=_FOREIGN_TYPES.get(kind) or did_you_mean(kind, _TYPES),
                )
            )
            return POISON
        if _TYPES[kind](value):
            return value
        default = None if argument.default is None else argument.default.span
        outside = argument.name.text in self.settings and place is None
        span = place or (argument.span if outside else default) or argument.span
        return self.ev.expected(f"`{kind}` for `{argument.name.text}`", value, span)

    def qubits_first(self, statement: nodes.Statement) -> None:
        """Report a statement that stands before the qubits it needs."""
        later = any(isinstance(s, nodes.Qubits) for s in self.node.body.statements)
        if later and not self.qubits_at_fault:
            self.ev.fault(faults.initial_states.QubitsFirst(statement.span))

    def hermitian(self, value: Any, span: Span, what: str) -> list[tuple[Real, Pauli]] | None:
        """The terms of a Hermitian operator as real coefficients and positive strings; None after a fault."""
        if type(value) is Pauli:
            if value.phase == 0:
                terms: list[tuple[Real, Pauli]] = [(1, value)]
            elif value.phase == 2:
                terms = [(-1, Pauli(value.x, value.z))]
            else:
                self.ev.fault(faults.operators.NotHermitian(span, term=arithmetic.text(value)))
                return None
        else:
            operator = arithmetic.as_operator(value)
            if operator is None:
                self.ev.expected(what, value, span)
                return None
            terms = []
            for (x, z), (re, im) in operator.terms.items():
                if not reals.is_zero(im):
                    self.ev.fault(
                        faults.operators.NotHermitian(
                            span, term=f"1i*{arithmetic.text(Pauli(x, z))}"
                        )
                    )
                    return None
                terms.append((re, Pauli(x, z)))
        for coefficient, p in terms:
            if not (self.on_qubits(p, span) and self.has_float(coefficient, span)):
                return None
        return terms

    def has_float(self, value: Real, span: Span) -> bool:
        """Whether a number is within the range of floats; a fault otherwise."""
        try:
            reals.simplest(float(value))
        except OverflowError:
            self.ev.too_large(span)
            return False
        return True

    def on_qubits(self, p: Pauli, span: Span) -> bool:
        """Whether a string acts on qubits that exist; a fault otherwise."""
        n = self.ev.n_qubits or 0
        last = (p.x | p.z).bit_length() - 1
        if last >= n:
            self.ev.no_such_qubit(last, span)
            return False
        return True


def free_names(node: Any) -> dict[str, None]:
    """The names that an expression uses, in order, those bound inside it included."""
    found: dict[str, None] = {}
    pending = [node]
    while pending:
        part = pending.pop()
        if isinstance(part, nodes.Name):
            found[part.text] = None
        elif isinstance(part, tuple):
            pending.extend(part)
        elif hasattr(part, "__dataclass_fields__") and not isinstance(part, Span):
            pending.extend(
                getattr(part, name) for name in part.__dataclass_fields__ if name not in _SPANS
            )
    return found
