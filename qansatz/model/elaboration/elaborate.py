"""Nodes → model: sizes fixed, loops unrolled into columns, fixed gates pushed to the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qansatz.diagnostics import FaultLog, Label, did_you_mean
from qansatz.model import faults, gates, reals
from qansatz.model.elaboration.applications import Applications
from qansatz.model.elaboration.declarations import Declarations, ket_state
from qansatz.model.elaboration.workspace import Layers
from qansatz.model.evaluation.evaluate import target_text
from qansatz.model.evaluation.scopes import LimitReached, Scope
from qansatz.model.evaluation.values import POISON, Lazy, is_number
from qansatz.model.limits import Limits
from qansatz.model.modules import Module
from qansatz.model.program import GroupPiece, Model, Observable, Piece, Slots, Term
from qansatz.pauli.strings import Pauli
from qansatz.source import Span
from qansatz.syntax import nodes

MAX_SHOWN = 64
_CALL_STEPS = 8
_EXAMPLES = {"real": "0.5", "bool": "true", "graph": "cycle(4)", "list": "[0, 1]"}


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
    """Unroll one ansatz. ``settings`` gives its arguments values of the language.

    The values are those of :mod:`qansatz.model.evaluation.values`.
    Faults go to the log; statements at fault are left out of the model. Rotations appear in time order, each pulled
    back through the fixed gates before it: R_P after C becomes R_{C†PC}.
    """
    return _Elaborator(module, node, settings, log, limits).run()


class _Elaborator(Declarations, Applications):
    def run(self) -> Elaboration:
        limit_reached = False
        try:
            scope = Scope(self.file_scope(self.module))
            self.layers = self.layers_of[id(self.module)]
            if self.bind_arguments(scope):
                self.statements(self.node.body, scope)
        except LimitReached as reached:
            if not self.log.has_errors:  # else the limit may be their consequence
                self.ev.fault(reached.fault)
            limit_reached = True
        return Elaboration(self.model(), limit_reached)

    def file_scope(self, module: Module) -> Scope:
        """The values of a file and of the files it imports, each file once."""
        if id(module) in self.files:
            return self.files[id(module)]
        scope = self.files[id(module)] = Scope(self.predefined)
        visible: Layers = {}
        for imported in module.imports:
            inner = self.file_scope(imported)
            for name in imported.exported():
                scope.names[name] = inner.names[name]
            for name in imported.layers():
                visible[name] = self.layers_of[id(imported)][name]
        scope.names.update(module.graphs)
        for item in module.file.items:
            if isinstance(item, nodes.Define):
                scope.names[item.name.text] = Lazy(item.value, scope)
        for name, layer in module.layers().items():
            visible[name] = (layer, scope, visible)
        self.layers_of[id(module)] = visible
        return scope

    def bind_arguments(self, scope: Scope) -> bool:
        bound = True
        known = {argument.name.text: argument for argument in self.node.arguments}
        for name in self.settings:
            if name not in known:
                self.log.add(
                    faults.names.UnknownArgument(
                        self.node.name.span,
                        name=name,
                        ansatz=self.node.name.text,
                        known=", ".join(f"`{k}`" for k in known) or None,
                        suggestion=did_you_mean(name, known),
                    )
                )
        for name, argument in known.items():
            if name in self.settings:
                value = self.settings[name]
            elif argument.default is not None:
                value = self.ev.value(argument.default, scope)
            else:
                kind = argument.type.text if argument.type else "int"
                example = f"{kind} = {_EXAMPLES.get(kind, '4')}"
                self.log.add(
                    faults.calls.MissingArgument(argument.name.span, name=name, example=example)
                )
                value = POISON
            value = self.typed(argument, value)
            bound &= value is not POISON
            scope.names[name] = value
            self.arguments.append((name, value))
        if bound and self.node.where is not None:
            holds = self.ev.truth(self.node.where, scope, "a condition after `where`")
            if holds is False:
                shown = ", ".join(f"{n} = {v}" for n, v in self.arguments if is_number(v))
                self.log.add(
                    faults.values.WhereFails(self.node.where.span, values=shown or "these sizes")
                )
            bound &= holds is True
        return bound

    def model(self) -> Model | None:
        n = self.ev.n_qubits
        if n is None:
            declared = any(isinstance(s, nodes.Qubits) for s in self.node.body.statements)
            if not (declared or self.log.has_errors or self.module.file.lost):
                self.log.add(
                    faults.initial_states.NoQubits(self.node.name.span, name=self.node.name.text)
                )
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
            initial=self.initial or ket_state("0" * n, None),
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
            self.ev.fault(faults.values.EmptyLoop(statement.iterable.span))
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
            self.ev.step(statement.iterable.span)
            inner = Scope(scope)
            del self.loop_values[n_values:]
            name = "iteration" if statement.target is None else target_text(statement.target)
            self.ev.loops[-1] = (name, value)
            if statement.target and not self.ev.bind(statement.target, value, inner):
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
        rotations = (made - size) * (count - 1) + made
        steps = (self.ev.steps - steps) * (count - 1) + self.ev.steps
        why = f"with {count:,} iterations there would be"
        place = statement.iterable.span
        if rotations > self.limits.rotations:
            self.ev.loops.pop()
            self.ev.exceed("rotations", self.limits.rotations, place, f"{why} {rotations:,}")
        if steps > self.limits.steps:
            self.ev.loops.pop()
            self.ev.exceed("steps", self.limits.steps, place, f"{why} {steps:,}")

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

    def call_layer(self, statement: nodes.Apply, scope: Scope) -> None:
        layer, outer, visible = self.layers[statement.name.text]
        inner = self.layer_arguments(statement, layer, scope, Scope(outer))
        if inner is None:
            return
        self.ev.step(statement.span, _CALL_STEPS)
        if self.call_depth >= self.limits.layer_depth:
            name, limit = layer.name.text, self.limits.layer_depth
            labels = (Label(layer.name.span, "defined here"),)
            raise LimitReached(
                faults.calls.LayerRecursion(statement.span, name=name, limit=limit, labels=labels)
            )
        owner, pieces, around = self.layer_owner, self.pieces, self.layers
        self.layers = visible
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
        self.pieces, self.layers = pieces, around
        if owner is None:
            self.layer_owner, self.layer = None, -1
        if pieces is not None and shown:
            pieces.append(GroupPiece("layer", layer.name.text, 1, tuple(shown)))

    def layer_arguments(
        self, statement: nodes.Apply, layer: nodes.Layer, scope: Scope, inner: Scope
    ) -> Scope | None:
        names = [argument.name.text for argument in layer.arguments]
        given: dict[str, Any] = {}
        places: dict[str, Span] = {}
        for position, argument in enumerate(statement.arguments):
            if isinstance(argument, nodes.Comprehension):
                self.ev.not_plain(argument, names)
                return None
            if isinstance(argument, nodes.Keyword):
                name, value = argument.name.text, argument.value
                if name not in names or name in given:
                    self.bad_keyword(argument.name, layer, twice=name in given)
                    return None
            elif position < len(names):
                name, value = names[position], argument
            else:
                name, value = "", argument
            given[name] = self.ev.value(value, scope)
            places[name] = value.span
        missing = [a for a in layer.arguments if a.name.text not in given and a.default is None]
        if missing or "" in given:
            self.ev.fault(
                faults.calls.ArgumentCount(
                    statement.span,
                    what=f"`{layer.name.text}`",
                    wanted=", ".join(names) or "nothing",
                    given=len(statement.arguments),
                    labels=(Label(layer.name.span, "defined here"),),
                )
            )
            return None
        for declared in layer.arguments:
            name = declared.name.text
            if name not in given:
                assert declared.default is not None
                given[name] = self.ev.value(declared.default, inner)
            inner.names[name] = self.typed(declared, given[name], places.get(name))
        return inner

    def bad_keyword(self, name: nodes.Identifier, layer: nodes.Layer, *, twice: bool) -> None:
        """Report an argument of a layer call that the layer does not have, or that is given twice."""
        names = [argument.name.text for argument in layer.arguments]
        problem = f"`{layer.name.text}` has no argument `{name.text}`"
        if twice:
            problem = f"the argument `{name.text}` is given twice"
        near = None if twice else did_you_mean(name.text, names)
        listed = ", ".join(names)
        self.ev.fault(
            faults.calls.UnknownKeyword(name.span, problem=problem, names=listed, suggestion=near)
        )


def _head(statement: Span, body: Span) -> str:
    return " ".join(statement.source.text[statement.start : body.start].split())
