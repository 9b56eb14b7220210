"""Nodes → model: sizes fixed, loops unrolled into columns, fixed gates pushed to the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qansatz.diagnostics import FaultLog, Label, did_you_mean
from qansatz.model import angles, arithmetic, builtins, faults, gates, reals
from qansatz.model.angles import Angle
from qansatz.model.columns import INPUT_BASE, Columns
from qansatz.model.evaluate import Evaluator, LimitReached, Scope, target_text
from qansatz.model.graphs import Graph
from qansatz.model.limits import Limits
from qansatz.model.modules import Module
from qansatz.model.program import (
    ChargeSymmetry,
    FixedGate,
    GatePiece,
    GroupPiece,
    InitialState,
    Logicals,
    Model,
    Observable,
    PauliSymmetry,
    PermutationSymmetry,
    Piece,
    Requirement,
    RotationsPiece,
    SlotArray,
    Slots,
    StabilizerGroup,
    Symmetry,
    Term,
)
from qansatz.model.reals import Real
from qansatz.model.resolve import FACTS
from qansatz.model.values import (
    POISON,
    AngleArray,
    Ket,
    Lazy,
    PauliGroup,
    Permutations,
    Register,
    SymbolArray,
    as_angle,
    entries,
    is_number,
    kind_of,
)
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli
from qansatz.source import Span
from qansatz.syntax import nodes

MAX_SHOWN = 64
_KET_STABILIZERS = {
    "0": Pauli(0, 1),
    "1": Pauli(0, 1, 2),
    "+": Pauli(1, 0),
    "-": Pauli(1, 0, 2),
    "r": Pauli(1, 1),
    "l": Pauli(1, 1, 2),
}
_DISTRIBUTIONS = {"uniform": ("low", "high"), "normal": ("mean", "deviation")}
_TYPES: dict[str, Callable[[Any], bool]] = {
    "int": lambda v: type(v) is int,
    "real": is_number,
    "bool": lambda v: isinstance(v, bool),
    "graph": lambda v: isinstance(v, Graph),
    "list": lambda v: isinstance(v, list | range),
}


@dataclass(frozen=True, slots=True)
class Elaboration:
    """A model, perhaps partial after faults (None when not even the qubits are known), and whether a limit cut it."""

    model: Model | None
    limit_reached: bool


def elaborate(
    module: Module,
    node: nodes.Ansatz,
    settings: Mapping[str, Any],
    log: FaultLog,
    limits: Limits,
) -> Elaboration:
    """Unroll one ansatz. ``settings`` gives its arguments values of the language (see :mod:`qansatz.model.values`).

    Faults go to the log; statements at fault are left out of the model. Rotations appear in time order, each pulled
    back through the fixed gates before it: R_P after C becomes R_{C†PC}.
    """
    return _Elaborator(module, node, settings, log, limits).run()


class _Elaborator:
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
        self.layers: dict[str, tuple[nodes.Layer, Scope]] = {}
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

    # The whole

    def run(self) -> Elaboration:
        limit_reached = False
        try:
            scope = Scope(self.file_scope(self.module))
            if self.bind_arguments(scope):
                self.statements(self.node.body, scope)
        except LimitReached as reached:
            self.ev.fault(reached.fault)
            limit_reached = True
        return Elaboration(self.model(), limit_reached)

    def file_scope(self, module: Module) -> Scope:
        scope = Scope(self.predefined)
        for imported in module.imports:
            inner = self.file_scope(imported)
            for name in imported.exported():
                scope.names[name] = inner.names[name]
        scope.names.update(module.graphs)
        for item in module.file.items:
            if isinstance(item, nodes.Define):
                scope.names[item.name.text] = Lazy(item.value, scope)
            elif isinstance(item, nodes.Layer):
                self.layers[item.name.text] = (item, scope)
        return scope

    def bind_arguments(self, scope: Scope) -> bool:
        bound = True
        known = {argument.name.text: argument for argument in self.node.arguments}
        for name in self.settings:
            if name not in known:
                near = did_you_mean(name, known)
                extra = {} if near is None else {"suggestion": near}
                place = self.node.name.span
                self.log.add(
                    faults.UnknownArgument(
                        place, name=name, ansatz=self.node.name.text, key=name, **extra
                    )
                )
        for name, argument in known.items():
            if name in self.settings:
                value = self.settings[name]
            elif argument.default is not None:
                value = self.ev.value(argument.default, scope)
            else:
                self.log.add(faults.MissingArgument(argument.name.span, name=name))
                value = POISON
            value = self.typed(argument, value)
            bound &= value is not POISON
            scope.names[name] = value
            self.arguments.append((name, value))
        if bound and self.node.where is not None:
            holds = self.ev.truth(self.node.where, scope, "a condition after `where`")
            if holds is False:
                shown = ", ".join(f"{n} = {v}" for n, v in self.arguments if is_number(v))
                self.log.add(faults.WhereFails(self.node.where.span, values=shown or "these sizes"))
            bound &= holds is True
        return bound

    def typed(self, argument: nodes.Argument, value: Any) -> Any:
        if argument.type is None or value is POISON:
            return value
        kind = argument.type.text
        if kind not in _TYPES:
            self.log.add(
                faults.UnknownType(
                    argument.type.span, name=kind, known=", ".join(f"`{k}`" for k in _TYPES)
                )
            )
            return POISON
        if _TYPES[kind](value):
            return value
        return self.ev.expected(
            f"`{kind}` for `{argument.name.text}`",
            value,
            argument.span
            if argument.name.text in self.settings or argument.default is None
            else argument.default.span,
        )

    def model(self) -> Model | None:
        n = self.ev.n_qubits
        if n is None:
            if not self.log.has_errors and not self.module.file.lost:
                self.log.add(faults.NoQubits(self.node.name.span, name=self.node.name.text))
            return None
        slots = Slots(parameters=tuple(self.parameters), inputs=tuple(self.inputs))
        observables = tuple(
            Observable(
                name=name, terms=terms, pulled_back=tuple(map(self.pulled_back, terms)), span=span
            )
            for name, terms, span in self.observables
        )
        return Model(
            name=self.node.name.text,
            documentation=self.node.documentation,
            arguments=tuple(self.arguments),
            n_qubits=n,
            registers=tuple(self.registers),
            slots=slots,
            initial=self.initial or _ket("0" * n, None),
            rotations=self.columns.rotations(n, self.n_parameters),
            instances=self.columns.instances(),
            gates=tuple(self.gates),
            observables=observables,
            stabilizers=tuple(self.stabilizers),
            logicals=tuple(self.logicals),
            symmetries=tuple(self.symmetries),
            requirements=tuple(self.requirements),
            outline=tuple(self.pieces or ()),
            node=self.node,
        )

    def pulled_back(self, term: Term) -> Term:
        image = self.tableau.pull(term.pauli)
        coefficient = reals.negate(term.coefficient) if image.phase else term.coefficient
        return Term(coefficient, Pauli(image.x, image.z))

    # Statements

    def statements(self, body: nodes.Body, scope: Scope) -> None:
        for statement in body.statements:
            self.statement(statement, scope)

    def statement(self, statement: nodes.Statement, scope: Scope) -> None:
        self.ev.step(statement.span)
        match statement:
            case nodes.Apply():
                self.apply(statement, scope)
            case nodes.Loop():
                self.loop(statement, scope)
            case nodes.Define(kind="let"):
                scope.names[statement.name.text] = self.ev.value(statement.value, scope)
            case nodes.If():
                self.branch(statement, scope)
            case nodes.Scope():
                self.scope(statement, scope)
            case _:
                self.declaration(statement, scope)

    def branch(self, statement: nodes.If, scope: Scope) -> None:
        for condition, body in statement.branches:
            holds = self.ev.truth(condition, scope, "a condition after `if`")
            if holds is True:
                return self.statements(body, Scope(scope))
            if holds is POISON:
                return None
        if statement.otherwise is not None:
            self.statements(statement.otherwise, Scope(scope))
        return None

    def loop(self, statement: nodes.Loop, scope: Scope) -> None:
        source = self.loop_source(statement, scope)
        if source is POISON:
            return
        if len(source) == 0:
            self.ev.fault(faults.EmptyLoop(statement.iterable.span))
            return
        outer_names, outer_pieces = self.loop_names, self.pieces
        outermost = self.layer_owner is None and statement.kind == "repeat"
        if outermost:
            self.layer_owner = statement
        self.nesting.append(f"a `{statement.kind}`")
        self.ev.loops.append(("", None))
        n_values = len(self.loop_values)
        shown: list[Piece] = []
        n_shown = min(len(source), 1 if statement.kind == "repeat" else MAX_SHOWN)
        steps, size = self.ev.steps, len(self.columns) + len(self.gates)
        for number, value in enumerate(source):
            inner = Scope(scope)
            del self.loop_values[n_values:]
            bound = statement.target is None or self.ev.bind(statement.target, value, inner)
            name = "iteration" if statement.target is None else target_text(statement.target)
            self.ev.loops[-1] = (name, value)
            if not bound:
                break
            names = self.record_loop(statement.target, value, number)
            self.loop_names = outer_names + names
            if outermost:
                self.layer = self.n_layers
                self.n_layers += 1
            self.pieces = shown if outer_pieces is not None and number < n_shown else None
            self.statements(statement.body, inner)
            if number == 0:
                self.foresee(statement, len(source), steps, size)
        self.ev.loops.pop()
        self.nesting.pop()
        del self.loop_values[n_values:]
        self.loop_names, self.pieces = outer_names, outer_pieces
        if outermost:
            self.layer_owner, self.layer = None, -1
        if outer_pieces is not None and shown:
            title = _head(statement.span, statement.body.span)
            outer_pieces.append(
                GroupPiece(statement.kind, title, len(source), tuple(shown), n_shown)
            )

    def loop_source(self, statement: nodes.Loop, scope: Scope) -> Any:
        if statement.kind == "repeat" and statement.target is None:
            count = self.ev.integer(statement.iterable, scope, "how often to repeat, an integer")
            if count is not POISON and not isinstance(count, bool) and count.bit_length() > 62:
                self.ev.exceed("steps", self.limits.steps, statement.iterable.span)
            return count if count is POISON else range(count)
        return self.ev.iterable(statement.iterable, scope)

    def record_loop(self, target: nodes.Target | None, value: Any, number: int) -> tuple[str, ...]:
        """Note the loop's integers for :class:`Instances`, and return their names."""
        if target is None:
            self.loop_values.append(number)
            return ("iteration",)
        if type(value) is int:
            self.loop_values.append(value)
            return (target.names[0].text,)
        if isinstance(value, tuple) and len(target.names) > 1:
            parts = [
                (n.text, v) for n, v in zip(target.names, value, strict=True) if type(v) is int
            ]
            if parts:
                self.loop_values.extend(v for _, v in parts)
                return tuple(n for n, _ in parts)
        self.loop_values.append(number)
        return (f"item of {target_text(target)}",)

    def foresee(self, statement: nodes.Loop, count: int, steps: int, size: int) -> None:
        """Stop before the work when the first iteration shows that the loop will pass a limit."""
        made = len(self.columns) + len(self.gates)
        if (made - size) * (count - 1) + made > self.limits.rotations:
            self.ev.exceed("rotations", self.limits.rotations, statement.iterable.span)
        if (self.ev.steps - steps) * (count - 1) + self.ev.steps > self.limits.steps:
            self.ev.exceed("steps", self.limits.steps, statement.iterable.span)

    def scope(self, statement: nodes.Scope, scope: Scope) -> None:
        outer = (self.block, self.unordered, self.encoding, self.pieces)
        if statement.kind == "block" and self.block < 0:
            self.block = self.n_blocks
            self.n_blocks += 1
        elif statement.kind == "unordered" and self.unordered < 0:
            self.unordered = self.n_unordered
            self.n_unordered += 1
        elif statement.kind == "encode":
            self.encoding = True
        shown: list[Piece] = []
        self.pieces = None if self.pieces is None else shown
        self.nesting.append(f"an `{statement.kind}`" if statement.kind != "block" else "a `block`")
        self.statements(statement.body, Scope(scope))
        self.nesting.pop()
        self.block, self.unordered, self.encoding, self.pieces = outer
        if self.pieces is not None and shown:
            self.pieces.append(GroupPiece(statement.kind, statement.kind, 1, tuple(shown)))

    # Declarations

    def declaration(self, statement: nodes.Statement, scope: Scope) -> None:
        if self.nesting:
            keyword = statement.span.text.split(maxsplit=1)[0]
            self.ev.fault(
                faults.DeclaredInside(statement.span, what=keyword, where_=self.nesting[-1])
            )
            if isinstance(statement, nodes.Symbols | nodes.Qubits):
                scope.names[statement.name.text] = POISON
            return
        match statement:
            case nodes.Qubits():
                self.qubits(statement, scope)
            case nodes.Symbols():
                scope.names[statement.name.text] = self.symbols(statement, scope)
            case nodes.Init():
                self.init(statement, scope)
            case nodes.Require():
                self.require(statement, scope)
            case nodes.Define():
                self.claim(statement, scope)
            case _:
                raise AssertionError(statement)

    def qubits(self, statement: nodes.Qubits, scope: Scope) -> None:
        name = statement.name.text
        scope.names[name] = POISON
        self.qubits_at_fault = True
        size = self.ev.integer(statement.size, scope, "the number of qubits, an integer")
        if size is POISON:
            return
        if size < 1:
            self.ev.fault(faults.NotPositive(statement.size.span, what="a register", value=size))
            return
        start = self.ev.n_qubits or 0
        if start + size > self.limits.qubits:
            self.ev.exceed("qubits", self.limits.qubits, statement.size.span)
        if len(self.columns) or self.gates:
            self.ev.fault(faults.QubitsLate(statement.span))
            return
        self.qubits_at_fault = False
        scope.names[name] = Register(name, start, size)
        self.registers.append((name, start, size))
        self.ev.n_qubits = start + size
        self.tableau = Tableau(start + size)

    def symbols(self, statement: nodes.Symbols, scope: Scope) -> Any:
        shape = []
        for part in statement.shape:
            size = self.ev.integer(part, scope, "a size, an integer")
            if size is POISON:
                return POISON
            if size < 0:
                return self.ev.fault(faults.NotPositive(part.span, what="an array", value=size))
            shape.append(size)
        total = 1
        for size in shape:
            total *= size
            if total > self.limits.rotations:
                self.ev.exceed("rotations", self.limits.rotations, statement.span)
        bounds = self.bounds(statement, scope)
        distribution = self.distribution(statement, scope)
        if statement.value is not None:
            return self.tied(statement, tuple(shape), scope)
        array = SlotArray(
            name=statement.name.text,
            shape=tuple(shape),
            start=self.n_parameters if statement.kind == "param" else INPUT_BASE + self.n_inputs,
            bounds=bounds,
            distribution=distribution,
            span=statement.name.span,
        )
        if statement.kind == "param":
            self.parameters.append(array)
            self.n_parameters += total
        else:
            self.inputs.append(array)
            self.n_inputs += total
        return SymbolArray(array.name, array.shape, array.start)

    def bounds(self, statement: nodes.Symbols, scope: Scope) -> tuple[Real, Real] | None:
        if statement.bounds is None:
            return None
        value = self.ev.value(statement.bounds, scope)
        if value is POISON:
            return None
        if not (isinstance(value, list) and len(value) == 2 and all(map(is_number, value))):
            self.ev.fault(faults.BadBounds(statement.bounds.span, found=kind_of(value)))
            return None
        low, high = value
        if not float(low) < float(high):
            self.ev.fault(faults.EmptyBounds(statement.bounds.span, low=str(low), high=str(high)))
            return None
        return low, high

    def distribution(
        self, statement: nodes.Symbols, scope: Scope
    ) -> tuple[str, tuple[Real, ...]] | None:
        node = statement.distribution
        if node is None:
            return None
        values = [self.ev.value(argument, scope) for argument in node.arguments]
        if node.name.text not in _DISTRIBUTIONS:
            self.ev.fault(faults.UnknownDistribution(node.name.span, name=node.name.text))
            return None
        wanted = _DISTRIBUTIONS[node.name.text]
        if len(values) != len(wanted):
            self.ev.fault(
                faults.ArgumentCount(
                    node.span,
                    what=f"`{node.name.text}`",
                    wanted=", ".join(wanted),
                    given=len(values),
                )
            )
            return None
        for value, part in zip(values, node.arguments, strict=True):
            if not is_number(value):
                self.ev.expected("a number", value, part.span)
                return None
        return node.name.text, tuple(values)

    def tied(self, statement: nodes.Symbols, shape: tuple[int, ...], scope: Scope) -> Any:
        """``param b[n] = 2 * a``: the entries of b are expressions in other parameters, or fixed values."""
        assert statement.value is not None
        value = self.ev.value(statement.value, scope)
        if value is POISON:
            return POISON
        if statement.bounds is not None or statement.distribution is not None:
            return self.ev.fault(
                faults.TiedWithBounds(statement.name.span, name=statement.name.text)
            )
        name = statement.name.text
        size = int(np.prod(shape, dtype=np.int64))
        if isinstance(value, SymbolArray | AngleArray) and value.shape:
            if value.shape != shape:
                return self.ev.fault(
                    faults.TieShape(
                        statement.value.span, name=name, shape=list(shape), found=list(value.shape)
                    )
                )
            return AngleArray(name, shape, tuple(entries(value)))
        if isinstance(value, list) and len(shape) == 1 and len(value) == size:
            items = [as_angle(item) for item in value]
            if all(item is not None for item in items):
                return AngleArray(name, shape, tuple(item for item in items if item is not None))
        angle = as_angle(value)
        if angle is None:
            return self.ev.expected(
                "an angle, or an array of the declared shape", value, statement.value.span
            )
        return AngleArray(name, shape, (angle,) * size)

    def init(self, statement: nodes.Init, scope: Scope) -> None:
        n = self.ev.n_qubits
        value = self.ev.value(statement.value, scope)
        if value is POISON or n is None:
            if n is None and value is not POISON:
                self.qubits_first(statement)
            return
        span = statement.value.span
        if self.initial is not None:
            labels = (
                [] if self.initial.span is None else [Label(self.initial.span, "first given here")]
            )
            self.ev.fault(faults.SecondInit(statement.span, labels=labels))
        elif len(self.columns) or self.gates:
            self.ev.fault(faults.LateInit(statement.span))
        elif isinstance(value, Ket):
            text = value.text * n if len(value.text) == 1 else value.text
            if len(text) != n:
                self.ev.fault(faults.KetLength(span, length=len(text), n_qubits=n))
                return
            self.initial = _ket(text, span)
        elif isinstance(value, PauliGroup):
            self.stabilizer_state(value, span, n)
        else:
            self.ev.expected("a state such as |0>, |+-01> or n stabilizers <…>", value, span)

    def stabilizer_state(self, group: PauliGroup, span: Span, n: int) -> None:
        from qansatz.pauli.gf2 import rank
        from qansatz.pauli.strings import anticommute

        generators = group.generators
        reason = None
        if len(generators) != n:
            reason = f"{len(generators)} generators are given for {n} qubits"
        elif any(anticommute(p, q) for k, p in enumerate(generators) for q in generators[:k]):
            reason = "two of them anticommute"
        elif rank([p.x | p.z << n for p in generators]) < n:
            reason = "they are not independent"
        if reason is not None:
            self.ev.fault(faults.NotAState(span, reason=reason))
            return
        self.initial = InitialState(stabilizers=generators, ket=None, span=span)

    def claim(self, statement: nodes.Define, scope: Scope) -> None:
        value = self.ev.value(statement.value, scope)
        scope.names[statement.name.text] = value
        if value is POISON:
            return
        if self.ev.n_qubits is None:
            self.qubits_first(statement)
            return
        match statement.kind:
            case "observable":
                self.observable(statement, value)
            case "stabilizers":
                self.stabilizer_group(statement, value)
            case "logical":
                self.logical(statement, value)
            case _:
                self.symmetry(statement, value)

    def observable(self, statement: nodes.Define, value: Any) -> None:
        terms = self.hermitian(value, statement.value.span, "an operator as observable")
        if terms is not None:
            merged = tuple(Term(c, p) for c, p in terms)
            self.observables.append((statement.name.text, merged, statement.name.span))

    def stabilizer_group(self, statement: nodes.Define, value: Any) -> None:
        node = statement.value
        if not isinstance(value, PauliGroup):
            self.ev.expected("a group <…>", value, node.span)
            return
        if isinstance(node, nodes.Group):
            spans = tuple(part.span for part in node.generators)
        else:
            spans = (node.span,) * len(value.generators)
        if not all(self.on_qubits(p, s) for p, s in zip(value.generators, spans, strict=True)):
            return
        self.stabilizers.append(
            StabilizerGroup(
                name=statement.name.text,
                generators=value.generators,
                spans=spans,
                span=statement.name.span,
            )
        )

    def logical(self, statement: nodes.Define, value: Any) -> None:
        found = value if isinstance(value, list) else [value]
        strings = [arithmetic.as_string(item) for item in found]
        for item, string in zip(found, strings, strict=True):
            if string is None:
                self.ev.expected("a Pauli string or a list of them", item, statement.value.span)
                return
            if string is POISON or not self.on_qubits(string, statement.value.span):
                return
        self.logicals.append(
            Logicals(name=statement.name.text, paulis=tuple(strings), span=statement.name.span)
        )

    def symmetry(self, statement: nodes.Define, value: Any) -> None:
        if isinstance(value, PauliGroup):
            value = list(value.generators)
        if isinstance(value, list) and not isinstance(value, Pauli):
            for k, item in enumerate(value):
                self.one_symmetry(f"{statement.name.text}[{k}]", statement, item)
        else:
            self.one_symmetry(statement.name.text, statement, value)

    def one_symmetry(self, name: str, statement: nodes.Define, value: Any) -> None:
        span = statement.name.span
        if isinstance(value, Permutations):
            self.symmetries.append(
                PermutationSymmetry(name=name, generators=value.generators, span=span)
            )
            return
        what = "a Pauli string, a permutation or a charge as symmetry"
        if is_number(value):
            self.ev.expected(what, value, statement.value.span)
            return
        terms = self.hermitian(value, statement.value.span, what)
        if terms is None:
            return
        if len(terms) == 1:
            self.symmetries.append(PauliSymmetry(name=name, pauli=terms[0][1], span=span))
        else:
            charge = tuple(Term(c, p) for c, p in terms)
            self.symmetries.append(ChargeSymmetry(name=name, terms=charge, span=span))

    def require(self, statement: nodes.Require, scope: Scope) -> None:
        node = statement.claim
        sign, bound_node = None, None
        if (
            isinstance(node, nodes.Chain)
            and len(node.operands) == 2
            and node.operators[0] in _MIRRORED
        ):
            left, right = node.operands
            sign = node.operators[0]
            if self.fact(left, scope) is not None:
                node, bound_node = left, right
            elif self.fact(right, scope) is not None:
                node, bound_node, sign = right, left, _MIRRORED[sign]
        found = self.fact(node, scope)
        if found is None:
            holds = self.ev.truth(node, scope, "a claim that is true or false")
            if holds is False:
                self.ev.fault(faults.ClaimFalse(node.span))
            return
        bound: Any = None
        if bound_node is not None:
            bound = self.ev.value(bound_node, scope)
            if bound is POISON:
                return
            if not (is_number(bound) or isinstance(bound, str)):
                self.ev.expected("a number or a text to compare with", bound, bound_node.span)
                return
        fact, arguments = found
        self.requirements.append(
            Requirement(
                fact=fact,
                arguments=arguments,
                operator=sign if bound_node is not None else None,
                bound=bound,
                span=statement.claim.span,
            )
        )

    def fact(
        self, node: nodes.Expression, scope: Scope
    ) -> tuple[str, tuple[tuple[str, Any], ...]] | None:
        """The dotted name and arguments of a derived fact; None when the expression is none."""
        match node:
            case nodes.Name() if node.text in FACTS and scope.find(node.text) is None:
                return node.text, ()
            case nodes.Attribute():
                base = self.fact(node.base, scope)
                return None if base is None else (f"{base[0]}.{node.name.text}", base[1])
            case nodes.Call():
                base = self.fact(node.function, scope)
                if base is None:
                    return None
                given: list[tuple[str, Any]] = []
                for argument in node.arguments:
                    if isinstance(argument, nodes.Keyword):
                        given.append((argument.name.text, self.ev.value(argument.value, scope)))
                    elif isinstance(argument, nodes.Name):
                        given.append(("", argument.text))
                    elif not isinstance(argument, nodes.Comprehension):
                        given.append(("", self.ev.value(argument, scope)))
                return base[0], tuple(given)
        return None

    def qubits_first(self, statement: nodes.Statement) -> None:
        later = any(isinstance(s, nodes.Qubits) for s in self.node.body.statements)
        if later and not self.qubits_at_fault:
            self.ev.fault(faults.QubitsFirst(statement.span))

    # Rotations and gates

    def apply(self, statement: nodes.Apply, scope: Scope) -> None:
        name = statement.name.text
        if self.ev.n_qubits is None:
            self.qubits_first(statement)
        elif name in self.layers:
            self.call_layer(statement, scope)
        elif name == "rot":
            self.rot(statement, scope)
        elif name in gates.LIBRARY:
            self.library_gate(statement, scope)
        elif name in gates.FIXED:
            self.fixed_gate(statement, scope)

    def plain(self, statement: nodes.Apply, names: Sequence[str]) -> list[nodes.Expression] | None:
        """The arguments of a gate, all plain and as many as names; None after a fault."""
        plain: list[nodes.Expression] = []
        for argument in statement.arguments:
            if isinstance(argument, nodes.Keyword | nodes.Comprehension):
                self.ev.fault(faults.PlainArguments(argument.span, names=", ".join(names)))
                return None
            plain.append(argument)
        if len(plain) != len(names):
            self.ev.fault(
                faults.ArgumentCount(
                    statement.span,
                    what=f"`{statement.name.text}`",
                    wanted=", ".join(names),
                    given=len(plain),
                )
            )
            return None
        return plain

    def call_layer(self, statement: nodes.Apply, scope: Scope) -> None:
        layer, outer = self.layers[statement.name.text]
        inner = self.layer_arguments(statement, layer, scope, Scope(outer))
        if inner is None:
            return
        if self.call_depth >= self.limits.layer_depth:
            self.ev.fault(
                faults.LayerRecursion(
                    statement.span, name=layer.name.text, limit=self.limits.layer_depth
                )
            )
            return
        owner, pieces = self.layer_owner, self.pieces
        if owner is None:
            self.layer_owner, self.layer = statement, self.n_layers
            self.n_layers += 1
        shown: list[Piece] = []
        self.pieces = None if pieces is None else shown
        self.call_depth += 1
        self.nesting.append("a `layer`")
        self.statements(layer.body, inner)
        self.nesting.pop()
        self.call_depth -= 1
        self.pieces = pieces
        if owner is None:
            self.layer_owner, self.layer = None, -1
        if pieces is not None and shown:
            pieces.append(GroupPiece("layer", layer.name.text, 1, tuple(shown)))

    def layer_arguments(
        self, statement: nodes.Apply, layer: nodes.Layer, scope: Scope, inner: Scope
    ) -> Scope | None:
        names = [argument.name.text for argument in layer.arguments]
        given: dict[str, Any] = {}
        for position, argument in enumerate(statement.arguments):
            if isinstance(argument, nodes.Comprehension):
                self.ev.fault(faults.PlainArguments(argument.span, names=", ".join(names)))
                return None
            if isinstance(argument, nodes.Keyword):
                name, value = argument.name.text, argument.value
                if name not in names or name in given:
                    self.ev.fault(
                        faults.UnknownKeyword(argument.name.span, name=name, names=", ".join(names))
                    )
                    return None
            elif position < len(names):
                name, value = names[position], argument
            else:
                name, value = "", argument
            given[name] = self.ev.value(value, scope)
        missing = [a for a in layer.arguments if a.name.text not in given and a.default is None]
        if missing or "" in given:
            self.ev.fault(
                faults.ArgumentCount(
                    statement.span,
                    what=f"`{layer.name.text}`",
                    wanted=", ".join(names) or "nothing",
                    given=len(statement.arguments),
                    labels=[Label(layer.name.span, "defined here")],
                )
            )
            return None
        for argument in layer.arguments:
            name = argument.name.text
            if name not in given:
                assert argument.default is not None
                given[name] = self.ev.value(argument.default, inner)
            inner.names[name] = self.typed(argument, given[name])
        return inner

    def rot(self, statement: nodes.Apply, scope: Scope) -> None:
        arguments = self.plain(statement, ("operator", "angle"))
        if arguments is None:
            return
        operator, angle = arguments
        generators = self.remembered(operator, scope)
        value = self.ev.value(angle, scope)
        if generators is None or value is POISON:
            return
        self.emit(statement, operator.span, generators, value, angle.span)

    def remembered(
        self, node: nodes.Expression, scope: Scope
    ) -> list[list[tuple[Real, Pauli]]] | None:
        """The generators of an operator expression, computed once for each combination of its variables' values."""
        entry = self.memo.get(id(node))
        if entry is None:
            entry = self.memo[id(node)] = (tuple(_free_names(node)), {})
        names, known = entry
        values = tuple(scope.find(name) for name in names)
        key = tuple(v if type(v) is int or type(v) is Pauli else id(v) for v in values)
        if key in known:
            return known[key][1]  # type: ignore[no-any-return]
        generators = self.generators(self.ev.value(node, scope), node.span)
        if generators is not None:
            if len(known) >= 100_000:
                known.clear()
            known[key] = (values, generators)
        return generators

    def generators(self, value: Any, span: Span) -> list[list[tuple[Real, Pauli]]] | None:
        """The generators that a value stands for, each a list of real coefficients and positive strings."""
        if value is POISON:
            return None
        if isinstance(value, PauliGroup | list | range) and not isinstance(value, Pauli):
            found = self.ev.sequence(value, span)
            parts = [self.hermitian(item, span, "a Hermitian operator") for item in found]
            return (
                None if any(part is None for part in parts) else [p for p in parts if p is not None]
            )
        terms = self.hermitian(value, span, "a Hermitian operator, or a list or group of them")
        return None if terms is None else [terms]

    def hermitian(self, value: Any, span: Span, what: str) -> list[tuple[Real, Pauli]] | None:
        """The terms of a Hermitian operator as real coefficients and positive strings; None after a fault."""
        if type(value) is Pauli:
            if value.phase == 0:
                terms: list[tuple[Real, Pauli]] = [(1, value)]
            elif value.phase == 2:
                terms = [(-1, Pauli(value.x, value.z))]
            else:
                self.ev.fault(faults.NotHermitian(span, term=arithmetic.text(value)))
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
                        faults.NotHermitian(span, term=f"1i*{arithmetic.text(Pauli(x, z))}")
                    )
                    return None
                terms.append((re, Pauli(x, z)))
        for _, p in terms:
            if not self.on_qubits(p, span):
                return None
        return terms

    def on_qubits(self, p: Pauli, span: Span) -> bool:
        n = self.ev.n_qubits or 0
        last = (p.x | p.z).bit_length() - 1
        if last >= n:
            self.ev.fault(faults.NoSuchQubit(span, index=last, n_qubits=n))
            return False
        return True

    def emit(
        self,
        statement: nodes.Apply,
        operator: Span,
        generators: list[list[tuple[Real, Pauli]]],
        angle: Any,
        angle_span: Span,
    ) -> None:
        """Append the rotations of one statement's execution, angles broadcast over generators."""
        chosen = self.broadcast(angle, len(generators), angle_span)
        if chosen is None:
            return
        if self.encoding and not all(
            slot >= INPUT_BASE for a in chosen for slot in angles.slots(a)
        ):
            self.ev.fault(faults.TrainedEncoding(angle_span))
            return
        columns = self.columns
        start = len(columns)
        moved = bool(self.gates)
        for terms, one in zip(generators, chosen, strict=True):
            for coefficient, string in terms:
                if not (string.x | string.z) and len(terms) > 1:
                    continue  # the identity in a sum is a global phase
                pulled = self.tableau.pull(string) if moved else string
                columns.rotation(pulled, coefficient, one)
            columns.n_generators += 1
        if len(columns) + len(self.gates) > self.limits.rotations:
            self.ev.exceed("rotations", self.limits.rotations, statement.span)
        self.close_instance(statement, operator, start)

    def close_instance(self, statement: nodes.Apply, operator: Span, start: int) -> None:
        columns = self.columns
        columns.rows.append(len(columns) - start)
        columns.block.append(self.block)
        columns.layer.append(self.layer)
        columns.unordered.append(self.unordered)
        columns.encoding.append(self.encoding)
        columns.gates_before.append(len(self.gates))
        columns.statement.append(
            columns.statement_index(statement, statement.span, operator, self.loop_names)
        )
        columns.first.append(len(columns.loops))
        columns.loops.extend(self.loop_values)
        if self.pieces is not None:
            self.pieces.append(RotationsPiece(start, len(columns)))

    def broadcast(self, angle: Any, count: int, span: Span) -> list[Angle] | None:
        """One angle for each of ``count`` generators: a scalar serves all; None after a fault."""
        if isinstance(angle, SymbolArray | AngleArray) and angle.shape:
            found: list[Any] = list(entries(angle))
        elif isinstance(angle, list):
            found = [as_angle(item) for item in angle]
            if any(item is None for item in found):
                self.ev.expected("an angle", angle, span)
                return None
        else:
            scalar = as_angle(angle)
            if scalar is None:
                self.ev.expected("an angle", angle, span)
                return None
            return [scalar] * count
        if len(found) != count:
            self.ev.fault(faults.BroadcastMismatch(span, angles=len(found), generators=count))
            return None
        return found

    def qubit_lists(
        self, statement: nodes.Apply, parts: list[nodes.Expression], scope: Scope
    ) -> list[tuple[int, ...]] | None:
        """The qubits of each application of a gate, registers and lists broadcast; None after a fault."""
        lists: list[list[int]] = []
        for part in parts:
            value = self.ev.value(part, scope)
            if value is POISON:
                return None
            if isinstance(value, Register):
                value = value.qubits()
            found = list(value) if isinstance(value, range | list) else [value]
            for qubit in found:
                if type(qubit) is not int:
                    self.ev.expected("a qubit", qubit, part.span)
                    return None
                if not 0 <= qubit < (self.ev.n_qubits or 0):
                    self.ev.fault(
                        faults.NoSuchQubit(part.span, index=qubit, n_qubits=self.ev.n_qubits)
                    )
                    return None
            lists.append(found)
        count = max(map(len, lists))
        if any(len(found) not in (1, count) for found in lists):
            sizes = " and ".join(str(len(found)) for found in lists)
            self.ev.fault(faults.QubitLists(statement.span, sizes=sizes))
            return None
        spread = [found * count if len(found) == 1 else found for found in lists]
        chosen = list(zip(*spread, strict=True))
        for qubits in chosen:
            if len(set(qubits)) < len(qubits):
                self.ev.fault(
                    faults.RepeatedQubit(statement.span, name=statement.name.text, qubit=qubits[0])
                )
                return None
        return chosen

    def library_gate(self, statement: nodes.Apply, scope: Scope) -> None:
        name = statement.name.text
        n = gates.n_qubits_of(name)
        names = ("qubit",) if n == 1 else ("first qubit", "second qubit")
        arguments = self.plain(statement, (*names, "angle"))
        if arguments is None:
            return
        chosen = self.qubit_lists(statement, arguments[:-1], scope)
        angle = self.ev.value(arguments[-1], scope)
        if chosen is None or angle is POISON:
            return
        generators = [gates.generator(name, qubits) for qubits in chosen]
        self.emit(statement, statement.span, generators, angle, arguments[-1].span)

    def fixed_gate(self, statement: nodes.Apply, scope: Scope) -> None:
        name = statement.name.text
        names = ("qubit",) if gates.FIXED[name] == 1 else ("first qubit", "second qubit")
        arguments = self.plain(statement, names)
        chosen = None if arguments is None else self.qubit_lists(statement, arguments, scope)
        if chosen is None:
            return
        if self.unordered >= 0:
            self.ev.fault(faults.GateInUnordered(statement.span, name=name))
            return
        for qubits in chosen:
            self.tableau.apply(name, qubits)
            if self.pieces is not None:
                self.pieces.append(GatePiece(len(self.gates)))
            self.gates.append(FixedGate(name, qubits))
        if len(self.columns) + len(self.gates) > self.limits.rotations:
            self.ev.exceed("rotations", self.limits.rotations, statement.span)


_MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _ket(text: str, span: Span | None) -> InitialState:
    stabilizers = []
    for qubit, name in enumerate(text):
        one = _KET_STABILIZERS[name]
        stabilizers.append(Pauli(one.x << qubit, one.z << qubit, one.phase))
    return InitialState(stabilizers=tuple(stabilizers), ket=text, span=span)


def _head(statement: Span, body: Span) -> str:
    return " ".join(statement.source.text[statement.start : body.start].split())


def _free_names(node: Any) -> dict[str, None]:
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


_SPANS = ("span", "operator_spans")
