"""Names: each use is defined, nothing is defined twice or left unused. Nothing is evaluated."""

from __future__ import annotations

import re
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

_CLAIMS = (
    *("slpa", "commuting_blocks", "algebra.dimension", "algebra.name", "gradient.circuits"),
    *("gradient.efficiency", "variance(o)", "two_qubit_gates", "hqc(shots = 1000)"),
)
_KINDS = {
    "let": "value",
    "param": "parameter",
    "input": "input",
    "loop": "loop variable",
    "argument": "argument",
}
_PYTHON = {
    "i": "the imaginary unit is written `1i`",
    "j": "the imaginary unit is written `1i`",
    "range": "`0..<n` is the range of 0 to n−1",
    "len": "`|values|` is the number of elements",
    "np": "`pi`, `sin`, `sqrt` and their like are written without a module",
    "math": "`pi`, `sin`, `sqrt` and their like are written without a module",
}


_MOST_SUGGESTIONS = 200  # a file with so many faults is not helped by guesses
# Gates of other packages.
_GATES = {
    **dict.fromkeys(("cnot", "CNOT", "CX", "Cx"), "cx"),
    **dict.fromkeys(("CZ", "Cz"), "cz"),
    **dict.fromkeys(("hadamard", "Hadamard", "H"), "h"),
    **dict.fromkeys(("sdag", "si", "s_dag"), "sdg"),
    **dict.fromkeys(("RX", "Rx"), "rx"),
    **dict.fromkeys(("RY", "Ry"), "ry"),
    **dict.fromkeys(("RZ", "Rz", "u1", "PhaseShift"), "rz"),
    **dict.fromkeys(("RXX", "IsingXX", "XXPhase"), "rxx"),
    **dict.fromkeys(("RYY", "IsingYY", "YYPhase"), "ryy"),
    **dict.fromkeys(("RZZ", "IsingZZ", "ZZPhase"), "rzz"),
    **dict.fromkeys(("SWAP", "Swap"), "swap"),
    **dict.fromkeys(("CRX", "CRx"), "crx"),
    **dict.fromkeys(("CRY", "CRy"), "cry"),
    **dict.fromkeys(("CRZ", "CRz"), "crz"),
    **dict.fromkeys(("SingleExcitation", "givens", "Givens"), "rbs"),
    **dict.fromkeys(("rotation", "Rot", "PauliRot", "exp", "evolve", "PauliExpBox"), "rot"),
}
_CURES = {
    **dict.fromkeys(
        ("measure", "Measure", "measure_all"),
        "what is measured is named: `observable energy = Z[0]`",
    ),
    **dict.fromkeys(
        ("exp", "Exp", "expm"),
        "exp(-i*angle/2*H) is written `rot(H, angle)`, H with commuting terms",
    ),
    **dict.fromkeys(("barrier", "Barrier"), "leave it out: rotations keep their order"),
    **dict.fromkeys(("t", "T"), "write `rz(q, pi / 4)`, the same up to a global phase"),
    **dict.fromkeys(("tdg", "Tdg"), "write `rz(q, -pi / 4)`, the same up to a global phase"),
    **dict.fromkeys(("p", "phase", "P"), "write `rz(q, angle)`, the same up to a global phase"),
    **dict.fromkeys(
        ("u", "u3", "U", "U3"), "write `rz(q, lambda)`, `ry(q, theta)`, `rz(q, phi)`, in this order"
    ),
    **dict.fromkeys(
        ("reset", "Reset"), "qubits begin in the state of `init`; there is no reset later"
    ),
    **dict.fromkeys(
        ("ccx", "toffoli", "Toffoli", "cswap"), "only Clifford gates and rotations are available"
    ),
    **dict.fromkeys(("iswap", "ISWAP"), "write `rxx(i, j, -pi / 2)` and `ryy(i, j, -pi / 2)`"),
}


@dataclass(slots=True)
class _Definition:
    span: Span
    kind: str
    used: bool = False


def resolve(module: Module, log: FaultLog) -> Resolver:
    """Check the names of a file and of all it imports; the result can report what is unused."""
    from qansatz.model.evaluation.builtins import names

    seen: set[int] = set()
    predefined = frozenset(names())

    def visit(part: Module) -> Resolver:
        seen.add(id(part))
        visible: dict[str, Span] = {}
        for imported in part.imports:
            if id(imported) not in seen:
                visit(imported)
            visible |= imported.exported()
        _check_callables(part, log)
        lost = None if part.is_incomplete else part.file.lost
        resolver = Resolver(log, predefined, part.visible_layers(), lost)
        resolver.file(part.file, visible)
        return resolver

    return visit(module)


def _check_callables(module: Module, log: FaultLog) -> None:
    """Layers and ansatzes are defined once, layers that are imported included."""
    first: dict[tuple[type, str], Span] = {}
    for part in (*module.imports, module):
        for item in part.file.items:
            if not isinstance(item, nodes.Layer) and (
                part is not module or not isinstance(item, nodes.Ansatz)
            ):
                continue
            key, span = (type(item), item.name.text), item.name.span
            if first.setdefault(key, span) != span:
                label = Label(first[key], "first defined here")
                log.add(faults.names.Redefined(span, labels=(label,), name=item.name.text))
            elif isinstance(item, nodes.Layer) and item.name.text in gates.NAMES:
                log.add(faults.names.Shadows(span, name=item.name.text))


class Resolver:
    """Checks the names of one file; ``lost`` are names to be silent about (None: all of them)."""

    def __init__(
        self,
        log: FaultLog,
        predefined: frozenset[str],
        layers: dict[str, nodes.Layer],
        lost: frozenset[str] | None,
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
            self.log.add(
                faults.names.Unused(definition.span, name=name, kind=_KINDS[definition.kind])
            )

    def define(self, name: nodes.Identifier, kind: str) -> None:
        """Introduce a name in the innermost scope."""
        scope = self.scopes[-1]
        if name.text in scope:
            label = Label(scope[name.text].span, "first defined here")
            self.log.add(faults.names.Redefined(name.span, labels=(label,), name=name.text))
        elif name.text in self.predefined:
            self.log.add(faults.names.Shadows(name.span, name=name.text))
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
        if name not in gates.NAMES and name not in self.layers and not self.is_lost(name):
            near = _GATES.get(name) or did_you_mean(name, gates.NAMES | set(self.layers))
            cure = _CURES.get(name) or (None if near is None else f"did you mean `{near}`?")
            self.log.add(faults.names.UnknownGate(statement.name.span, name=name, cure=cure))
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
        """Like an expression, but derived facts and what they are asked about are defined."""
        match node:
            case nodes.Name() if node.text in FACTS and self.find(node.text) is None:
                pass
            case nodes.Name() if not self.is_known(node.text):
                near = did_you_mean(node.text, _CLAIMS)
                cure = f"did you mean `{near}`?" if near else f"facts are {', '.join(_CLAIMS)}"
                self.log.add(faults.names.Undefined(node.span, name=node.text, cure=cure))
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

    def is_known(self, name: str) -> bool:
        """Whether something has a name, or may have it."""
        return self.find(name) is not None or name in self.predefined or self.is_lost(name)

    def is_lost(self, name: str) -> bool:
        """Whether a part of the file that could not be read may define a name."""
        return self.lost is None or name in self.lost

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
        if node.text in self.predefined or self.is_lost(node.text) or not node.text:
            return
        names = set(self.predefined).union(*self.scopes)
        near = did_you_mean(node.text, names) if len(self.log) < _MOST_SUGGESTIONS else None
        cure = _meant_string(node.text)
        if node.text in _PYTHON:
            cure = _PYTHON[node.text]
        elif node.text in gates.NAMES:
            cure = f"`{node.text}` is a gate: it stands at the beginning of a statement"
        elif node.text in FACTS:
            cure = f"`{node.text}` is a derived fact: it can only be used in `require`"
        elif cure is None and near is not None and len(node.text) > 1:
            cure = f"did you mean `{near}`?"
        self.log.add(faults.names.Undefined(node.span, name=node.text, cure=cure))


def _meant_string(name: str) -> str | None:
    """How ``Z0``, ``X0X1`` and ``XXZ`` are written."""
    if re.fullmatch(r"([IXYZ]_?\d{1,6})+", name):
        letters = re.findall(r"([IXYZ])_?(\d+)", name)
        return f"write `{' * '.join(f'{letter}[{int(k)}]' for letter, k in letters)}`"
    if re.fullmatch(r"[IXYZ]{2,}", name):
        return (
            f'a Pauli word is written p"{name}", a product of letters `{name[0]}[0] * {name[1]}[1]`'
        )
    return None


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
