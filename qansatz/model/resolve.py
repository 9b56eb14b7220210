"""Names: every use has a definition, no definition is given twice or left unused. Nothing is evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qansatz.diagnostics import FaultLog, Label, did_you_mean
from qansatz.model import faults, gates
from qansatz.model.modules import Module
from qansatz.source import Span
from qansatz.syntax import nodes

FACTS = frozenset(
    [
        "slpa",
        "commuting_blocks",
        "algebra",
        "gradient",
        "variance",
        "two_qubit_gates",
        "hqc",
        "expressivity",
    ]
)

_KINDS = {
    "let": "value",
    "param": "parameter",
    "input": "input",
    "loop": "loop variable",
    "argument": "argument",
}
_PYTHON = {
    "range": "`0..<n` is the range of 0 to n−1",
    "len": "`|values|` is the number of elements",
}


@dataclass(slots=True)
class _Definition:
    span: Span
    kind: str
    used: bool = False


def resolve(module: Module, log: FaultLog) -> Resolver:
    """Check the names of a file and of every file it imports; the result can report what is unused."""
    from qansatz.model.builtins import names

    seen: set[int] = set()
    predefined = frozenset(names())

    def visit(part: Module) -> Resolver:
        seen.add(id(part))
        layers = part.layers()
        visible: dict[str, Span] = {}
        for imported in part.imports:
            if id(imported) not in seen:
                visit(imported)
            layers |= imported.layers()
            visible |= imported.exported()
        resolver = Resolver(log, predefined, layers, part.file.lost)
        resolver.file(part.file, visible)
        return resolver

    return visit(module)


class Resolver:
    """Checks the names of one file."""

    def __init__(
        self,
        log: FaultLog,
        predefined: frozenset[str],
        layers: dict[str, nodes.Layer],
        lost: frozenset[str],
    ) -> None:
        self.log = log
        self.predefined = predefined
        self.layers = layers
        self.lost = lost
        self.scopes: list[dict[str, _Definition]] = [{}]
        self.unused: list[tuple[str, _Definition]] = []

    def file(self, file: nodes.File, imported: dict[str, Span]) -> None:
        """Check every item of a file; ``imported`` are the names that imports bring in."""
        for name, span in imported.items():
            self.scopes[0][name] = _Definition(span, "import", used=True)
        for item in file.items:
            match item:
                case nodes.Import():
                    if item.name is not None:
                        self.define(item.name, "import")
                case nodes.Define():
                    self.expression(item.value)
                    self.define(item.name, "top")
                case nodes.Layer() | nodes.Ansatz():
                    self.callable(item)

    def callable(self, item: nodes.Layer | nodes.Ansatz) -> None:
        """Check an ansatz or a layer."""
        self.scopes.append({})
        for argument in item.arguments:
            if argument.default is not None:
                self.expression(argument.default)
            self.define(argument.name, "argument")
        if isinstance(item, nodes.Ansatz) and item.where is not None:
            self.expression(item.where)
        self.body(item.body, new_scope=False)
        self.close()

    def close(self) -> None:
        """Leave a scope, noting what was never used."""
        for name, definition in self.scopes.pop().items():
            if not definition.used and not name.startswith("_") and definition.kind in _KINDS:
                self.unused.append((name, definition))

    def report_unused(self) -> None:
        """Report definitions that nothing uses; only sensible when there are no errors."""
        for name, definition in self.unused:
            self.log.add(faults.Unused(definition.span, name=name, kind=_KINDS[definition.kind]))

    def define(self, name: nodes.Identifier, kind: str) -> None:
        """Introduce a name in the innermost scope."""
        scope = self.scopes[-1]
        if name.text in scope:
            label = Label(scope[name.text].span, "first defined here")
            self.log.add(faults.Redefined(name.span, labels=[label], name=name.text))
        elif name.text in self.predefined:
            self.log.add(faults.Shadows(name.span, name=name.text))
        scope[name.text] = _Definition(name.span, kind)

    def body(self, body: nodes.Body, *, new_scope: bool = True) -> None:
        """Check the statements of a body."""
        if new_scope:
            self.scopes.append({})
        for statement in body.statements:
            self.statement(statement)
        if new_scope:
            self.close()

    def statement(self, statement: nodes.Statement) -> None:
        """Check one statement."""
        match statement:
            case nodes.Apply():
                self.apply(statement)
            case nodes.Loop():
                self.expression(statement.iterable)
                self.scopes.append({})
                if statement.target is not None:
                    for name in statement.target.names:
                        self.define(name, "loop")
                self.body(statement.body, new_scope=False)
                self.close()
            case nodes.Scope():
                self.body(statement.body)
            case nodes.If():
                for condition, body in statement.branches:
                    self.expression(condition)
                    self.body(body)
                if statement.otherwise is not None:
                    self.body(statement.otherwise)
            case nodes.Qubits():
                self.expression(statement.size)
                self.define(statement.name, "qubits")
            case nodes.Define():
                self.expression(statement.value)
                self.define(statement.name, "let" if statement.kind == "let" else "claim")
            case nodes.Symbols():
                for part in (*statement.shape, statement.bounds, statement.value):
                    if part is not None:
                        self.expression(part)
                if statement.distribution is not None:
                    for part in statement.distribution.arguments:
                        self.expression(part)
                self.define(statement.name, statement.kind)
            case nodes.Init():
                self.expression(statement.value)
            case nodes.Require():
                self.claim(statement.claim)

    def apply(self, statement: nodes.Apply) -> None:
        """Check the name of a gate or layer, and its arguments."""
        name = statement.name.text
        if name not in gates.NAMES and name not in self.layers and name not in self.lost:
            near = did_you_mean(name, gates.NAMES | set(self.layers))
            self.log.add(faults.UnknownGate(statement.name.span, name=name, suggestion=near))
        for argument in statement.arguments:
            self.argument(argument)

    def argument(self, argument: nodes.Expression | nodes.Keyword | nodes.Comprehension) -> None:
        """Check one argument of a call."""
        match argument:
            case nodes.Keyword():
                self.expression(argument.value)
            case nodes.Comprehension():
                self.comprehension(argument)
            case _:
                self.expression(argument)

    def comprehension(self, node: nodes.Comprehension) -> None:
        """Check a comprehension, whose target is visible inside it only."""
        self.expression(node.iterable)
        self.scopes.append({})
        for name in node.target.names:
            self.define(name, "loop")
        if node.condition is not None:
            self.expression(node.condition)
        self.expression(node.element)
        self.close()

    def claim(self, node: nodes.Expression) -> None:
        """Like an expression, but the names of derived facts, and what they are asked about, are known."""
        match node:
            case nodes.Name() if node.text in FACTS and self.find(node.text) is None:
                pass
            case nodes.Attribute():
                self.claim(node.base)
            case nodes.Call():
                self.claim(node.function)
                for argument in node.arguments:
                    self.argument(argument)
            case nodes.Chain():
                for operand in node.operands:
                    self.claim(operand)
            case nodes.Unary():
                self.claim(node.operand)
            case _:
                self.expression(node)

    def expression(self, node: nodes.Expression) -> None:
        """Check every name in an expression."""
        match node:
            case nodes.Name():
                self.use(node)
            case nodes.Arrow():
                self.scopes.append({})
                self.define(node.parameter, "loop")
                self.expression(node.body)
                self.close()
            case nodes.Call():
                self.expression(node.function)
                for argument in node.arguments:
                    self.argument(argument)
            case nodes.ListComprehension():
                self.comprehension(node.comprehension)
            case _:
                for part in _parts(node):
                    self.expression(part)

    def find(self, name: str) -> _Definition | None:
        """The definition that a name refers to."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def use(self, node: nodes.Name) -> None:
        """Mark a name as used, or report that nothing defines it."""
        definition = self.find(node.text)
        if definition is not None:
            definition.used = True
            return
        if node.text in self.predefined or node.text in self.lost or not node.text:
            return
        known = set(self.predefined).union(*self.scopes)
        near = did_you_mean(node.text, known)
        cure = None
        if node.text in _PYTHON:
            cure = _PYTHON[node.text]
        elif node.text in gates.NAMES:
            cure = f"`{node.text}` is a gate: it stands at the beginning of a statement"
        elif node.text in FACTS:
            cure = f"`{node.text}` is a derived fact: it can only be used in `require`"
        elif near is not None:
            cure = f"did you mean `{near}`?"
        self.log.add(faults.Undefined(node.span, name=node.text, key=node.text, cure=cure))


def _parts(node: nodes.Expression) -> Iterator[nodes.Expression]:
    match node:
        case nodes.Unary() | nodes.Cardinality():
            yield node.operand
        case nodes.Chain():
            yield from node.operands
        case nodes.Power():
            yield from (node.base, node.exponent)
        case nodes.Range():
            yield from (node.start, node.stop)
        case nodes.Index():
            yield node.base
            yield from (i for i in node.indices if not isinstance(i, nodes.All))
        case nodes.Attribute():
            yield node.base
        case nodes.Tuple() | nodes.List():
            yield from node.items
        case nodes.Group():
            yield from node.generators
        case _:
            pass
