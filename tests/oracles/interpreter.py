"""What a program does, read straight from its nodes: dense matrices, gates in place, angles as numbers.

Shares nothing with the compiler but the parser. Operators are dictionaries from words to complex numbers,
multiplied letter by letter; rotations are exponentials of dense Hermitian matrices. Qubit 0 is the leftmost
tensor factor. Programs are assumed to be right: anything else raises.
"""

from __future__ import annotations

import cmath
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np

from qansatz.syntax import nodes

LETTERS = {
    "I": np.eye(2, dtype=complex),
    "X": np.array([[0, 1], [1, 0]], dtype=complex),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.array([[1, 0], [0, -1]], dtype=complex),
}
KETS = {
    "0": [1, 0],
    "1": [0, 1],
    "+": [math.sqrt(0.5), math.sqrt(0.5)],
    "-": [math.sqrt(0.5), -math.sqrt(0.5)],
    "r": [math.sqrt(0.5), 1j * math.sqrt(0.5)],
    "l": [math.sqrt(0.5), -1j * math.sqrt(0.5)],
}
S = np.diag([1, 1j])
FIXED = {
    "h": (LETTERS["X"] + LETTERS["Z"]) * math.sqrt(0.5),
    "s": S,
    "sdg": S.conj(),
    "x": LETTERS["X"],
    "y": LETTERS["Y"],
    "z": LETTERS["Z"],
    "cx": np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]], dtype=complex),
    "cz": np.diag([1, 1, 1, -1]).astype(complex),
    "swap": np.array([[1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]], dtype=complex),
}


@dataclass(frozen=True)
class Step:
    """One statement's action: a unitary on all qubits, and its word and signed angle where it is a rotation."""

    unitary: np.ndarray
    word: str | None = None
    angle: float | None = None


@dataclass
class Meaning:
    """What an ansatz does at given values; states and unitaries are defined up to a global phase."""

    n_qubits: int = 0
    parameters: dict[str, tuple[int, ...]] = field(default_factory=dict)
    inputs: dict[str, tuple[int, ...]] = field(default_factory=dict)
    initial: np.ndarray = field(default_factory=lambda: np.ones(1))
    steps: list[Step] = field(default_factory=list)
    observables: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def unitary(self) -> np.ndarray:
        return reduce(lambda u, step: step.unitary @ u, self.steps, np.eye(2**self.n_qubits))

    @property
    def state(self) -> np.ndarray:
        return self.unitary @ self.initial

    def expectation(self, name: str) -> float:
        state = self.state
        return float((state.conj() @ self.observables[name] @ state).real)


def interpret(
    file: nodes.File, parameters: Sequence[float], inputs: Sequence[float] = ()
) -> Meaning:
    """The meaning of the first ansatz at its default sizes; values in the order of declaration."""
    ansatz = next(item for item in file.items if isinstance(item, nodes.Ansatz))
    return _Interpreter(file, parameters, inputs).run(ansatz)


# Operators: {word: coefficient}; group elements and strings are operators of one term.

PRODUCTS = {
    **{("I", a): (1, a) for a in "IXYZ"},
    **{(a, "I"): (1, a) for a in "XYZ"},
    **{(a, a): (1, "I") for a in "XYZ"},
    ("X", "Y"): (1j, "Z"),
    ("Y", "Z"): (1j, "X"),
    ("Z", "X"): (1j, "Y"),
    ("Y", "X"): (-1j, "Z"),
    ("Z", "Y"): (-1j, "X"),
    ("X", "Z"): (-1j, "Y"),
}


class Operator(dict):
    """A sum of words with complex coefficients."""

    def __add__(self, other: Operator) -> Operator:
        return Operator({w: self.get(w, 0) + other.get(w, 0) for w in {**self, **other}})

    def times(self, factor: complex) -> Operator:
        return Operator({w: factor * c for w, c in self.items()})

    def __matmul__(self, other: Operator) -> Operator:
        total = Operator()
        for (u, a), (v, b) in itertools.product(self.items(), other.items()):
            factors = [PRODUCTS[pair] for pair in zip(u, v, strict=True)]
            phase = math.prod(f for f, _ in factors)
            total += Operator({"".join(letter for _, letter in factors): phase * a * b})
        return total

    def positive(self) -> Operator:
        """The word of an operator of one term, its coefficient dropped."""
        ((word, _),) = self.items()
        return Operator({word: 1})

    def matrix(self, n: int) -> np.ndarray:
        total = np.zeros((2**n, 2**n), dtype=complex)
        for word, coefficient in self.items():
            total += coefficient * reduce(np.kron, (LETTERS[a] for a in word), np.eye(1))
        return total


@dataclass
class Letter:
    name: str


@dataclass
class Subgroup:
    generators: list[Operator]

    def elements(self, n: int) -> list[Operator]:
        """Element k is the product of the generators whose bit is set in k."""
        found = []
        for k in range(2 ** len(self.generators)):
            element = Operator({"I" * n: 1})
            for j, generator in enumerate(self.generators):
                if k >> j & 1:
                    element = element @ generator
            found.append(element)
        return found


class Coset(list):
    """Words of a group times a string, phases dropped."""


@dataclass
class Later:
    """A definition outside the ansatz: evaluated when it is used."""

    node: Any


@dataclass
class Function:
    node: nodes.Arrow
    scope: dict


class Register(list):
    """The indices of a register's qubits."""


class _Interpreter:
    def __init__(
        self, file: nodes.File, parameters: Sequence[float], inputs: Sequence[float]
    ) -> None:
        self.values = {"param": list(parameters), "input": list(inputs)}
        self.meaning = Meaning()
        self.layers = {x.name.text: x for x in file.items if isinstance(x, nodes.Layer)}
        self.top: dict[str, Any] = {"pi": math.pi, "true": True, "false": False}
        self.top |= {name: Letter(name) for name in LETTERS}
        for item in file.items:
            if isinstance(item, nodes.Define):
                self.top[item.name.text] = Later(item.value)

    @property
    def n(self) -> int:
        return self.meaning.n_qubits

    def run(self, ansatz: nodes.Ansatz) -> Meaning:
        scope = dict(self.top)
        for argument in ansatz.arguments:
            scope[argument.name.text] = self.value(argument.default, scope)
        self.statements(ansatz.body, scope)
        if self.meaning.initial.size == 1:
            self.meaning.initial = self.state("0" * self.n)
        return self.meaning

    # Statements: names live in one dictionary a body, copied on the way in.

    def statements(self, body: nodes.Body, scope: dict) -> None:
        for statement in body.statements:
            self.statement(statement, scope)

    def statement(self, statement: Any, scope: dict) -> None:
        match statement:
            case nodes.Qubits(name=name, size=size):
                size = self.value(size, scope)
                scope[name.text] = Register(range(self.n, self.n + size))
                self.meaning.n_qubits += size
            case nodes.Define(kind=kind, name=name, value=value):
                scope[name.text] = self.value(value, scope)
                if kind == "observable":
                    operator = self.operator(scope[name.text])
                    self.meaning.observables[name.text] = operator.matrix(self.n)
            case nodes.Symbols():
                scope[statement.name.text] = self.symbols(statement, scope)
            case nodes.Init(value=value):
                self.meaning.initial = self.state(self.value(value, scope))
            case nodes.Scope(body=body):
                self.statements(body, dict(scope))
            case nodes.Loop(target=target, iterable=iterable, body=body):
                items = self.value(iterable, scope)
                if target is None:
                    items = range(items)
                for item in self.elements(items):
                    self.statements(body, scope | self.bound(target, item))
            case nodes.If(branches=branches, otherwise=otherwise):
                chosen = [body for test, body in branches if self.value(test, scope)]
                for body in (*chosen, otherwise)[:1]:
                    if body is not None:
                        self.statements(body, dict(scope))
            case nodes.Apply():
                self.apply(statement, scope)
            case nodes.Require():
                pass
            case _:
                raise NotImplementedError(statement)

    def symbols(self, statement: nodes.Symbols, scope: dict) -> Any:
        shape = tuple(self.value(part, scope) for part in statement.shape)
        if statement.value is not None:
            return np.broadcast_to(np.array(self.value(statement.value, scope), float), shape)
        name, size = statement.name.text, math.prod(shape)
        known = self.meaning.parameters if statement.kind == "param" else self.meaning.inputs
        known[name] = shape
        values = self.values[statement.kind]
        if len(values) < size:
            raise IndexError(f"too few values for {name}")
        taken, self.values[statement.kind] = values[:size], values[size:]
        return np.array(taken, dtype=float).reshape(shape)

    def bound(self, target: nodes.Target | None, item: Any) -> dict:
        if target is None:
            return {}
        if len(target.names) == 1:
            return {target.names[0].text: item}
        return {name.text: part for name, part in zip(target.names, item, strict=True)}

    def state(self, value: Any) -> np.ndarray:
        if isinstance(value, str):
            letters = value * self.n if len(value) == 1 else value
            return reduce(np.kron, (np.array(KETS[a], dtype=complex) for a in letters), np.ones(1))
        projector = np.eye(2**self.n, dtype=complex)
        for generator in value.generators:
            projector = projector @ (np.eye(2**self.n) + generator.matrix(self.n)) / 2
        assert round(np.trace(projector).real) == 1
        column = projector[:, np.argmax(np.linalg.norm(projector, axis=0))]
        return column / np.linalg.norm(column)

    # Gates

    def apply(self, statement: nodes.Apply, scope: dict) -> None:
        name = statement.name.text
        if name in self.layers:
            layer = self.layers[name]
            inner = dict(self.top)
            names = [a.name.text for a in layer.arguments]
            given = {}
            for position, argument in enumerate(statement.arguments):
                if isinstance(argument, nodes.Keyword):
                    given[argument.name.text] = self.value(argument.value, scope)
                else:
                    given[names[position]] = self.value(argument, scope)
            for argument in layer.arguments:
                key = argument.name.text
                inner[key] = given[key] if key in given else self.value(argument.default, inner)
            self.statements(layer.body, inner)
            return
        arguments = [self.value(argument, scope) for argument in statement.arguments]
        if name == "rot":
            operator, angle = arguments
            parts = [operator]
            if isinstance(operator, list | Subgroup):
                parts = [self.operator(part) for part in self.elements(operator)]
            angles = np.ravel(angle) if np.ndim(angle) else [angle] * len(parts)
            for part, one in zip(parts, angles, strict=True):
                self.rotate(self.operator(part), float(one))
        elif name in FIXED:
            for qubits in self.broadcast(arguments):
                self.meaning.steps.append(Step(self.placed(FIXED[name], qubits)))
        else:
            qubit_lists = list(self.broadcast(arguments[:-1]))
            angle = arguments[-1]
            angles = np.ravel(angle) if np.ndim(angle) else [angle] * len(qubit_lists)
            for qubits, one in zip(qubit_lists, angles, strict=True):
                matrix = library_gate(name, float(one))
                self.meaning.steps.append(Step(self.placed(matrix, qubits)))

    def rotate(self, operator: Operator, angle: float) -> None:
        """exp(−i·angle/2·operator)."""
        matrix = operator.matrix(self.n)
        assert np.allclose(matrix, matrix.conj().T)
        energies, vectors = np.linalg.eigh(matrix)
        unitary = (vectors * np.exp(-0.5j * angle * energies)) @ vectors.conj().T
        word, signed = None, None
        if len(operator) == 1:
            ((word, coefficient),) = operator.items()
            signed = angle * coefficient.real
        self.meaning.steps.append(Step(unitary, word, signed))

    def broadcast(self, arguments: list[Any]) -> list[tuple[int, ...]]:
        lists = [list(a) if isinstance(a, list | range) else [a] for a in arguments]
        count = max(map(len, lists))
        return list(zip(*(a * count if len(a) == 1 else a for a in lists), strict=True))

    def placed(self, matrix: np.ndarray, qubits: tuple[int, ...]) -> np.ndarray:
        """A matrix on some qubits as one on all, entry by entry."""
        n, k = self.n, len(qubits)
        full = np.zeros((2**n, 2**n), dtype=complex)
        for column in range(2**n):
            bits = [column >> (n - 1 - q) & 1 for q in range(n)]
            inner = int("".join(str(bits[q]) for q in qubits), 2)
            for outer in range(2**k):
                new = list(bits)
                for position, q in enumerate(qubits):
                    new[q] = outer >> (k - 1 - position) & 1
                full[int("".join(map(str, new)), 2), column] += matrix[outer, inner]
        return full

    # Expressions

    def value(self, node: Any, scope: dict) -> Any:
        match node:
            case nodes.Number(kind="integer", text=text):
                return int(text)
            case nodes.Number(kind="decimal", text=text):
                return Fraction(text)
            case nodes.Number(text=text):
                return 1j * float(text.removesuffix("i"))
            case nodes.Word(text=text):
                assert len(text) == self.n
                return Operator({text: 1})
            case nodes.Ket(text=text) | nodes.Text(text=text):
                return text
            case nodes.Name(text=text):
                found = scope[text]
                return self.value(found.node, self.top) if isinstance(found, Later) else found
            case nodes.Unary(operator="not", operand=operand):
                return not self.value(operand, scope)
            case nodes.Unary(operand=operand):
                return self.product(-1, self.value(operand, scope))
            case nodes.Chain():
                return self.chain(node, scope)
            case nodes.Power(base=base, exponent=exponent):
                return self.power(self.value(base, scope), self.value(exponent, scope))
            case nodes.Range(start=start, stop=stop, inclusive=inclusive):
                return range(self.value(start, scope), self.value(stop, scope) + inclusive)
            case nodes.Call():
                return self.call(node, scope)
            case nodes.Index():
                return self.index(node, scope)
            case nodes.Attribute(base=base, name=name):
                assert name.text == "size"
                return len(self.value(base, scope))
            case nodes.Arrow():
                return Function(node, scope)
            case nodes.Tuple(items=items):
                return tuple(self.value(item, scope) for item in items)
            case nodes.List(items=items):
                return [self.value(item, scope) for item in items]
            case nodes.ListComprehension(comprehension=comprehension):
                return self.comprehension(comprehension, scope)
            case nodes.Group(generators=generators):
                values = [self.value(g, scope) for g in generators]
                lists = [v if isinstance(v, list) else [v] for v in values]
                return Subgroup([self.operator(v) for some in lists for v in some])
            case nodes.Cardinality(operand=operand):
                return len(self.elements(self.value(operand, scope)))
        raise NotImplementedError(node)

    def elements(self, value: Any) -> Any:
        return value.elements(self.n) if isinstance(value, Subgroup) else value

    def operator(self, value: Any) -> Operator:
        return value if isinstance(value, Operator) else Operator({"I" * self.n: value})

    def comprehension(self, node: nodes.Comprehension, scope: dict) -> list:
        found = []
        for item in self.elements(self.value(node.iterable, scope)):
            inner = scope | self.bound(node.target, item)
            if node.condition is None or self.value(node.condition, inner):
                found.append(self.value(node.element, inner))
        return found

    def chain(self, node: nodes.Chain, scope: dict) -> Any:
        first = node.operators[0]
        if first in ("and", "or"):
            values = (self.value(operand, scope) for operand in node.operands)
            return all(values) if first == "and" else any(values)
        values = [self.value(operand, scope) for operand in node.operands]
        if first in COMPARISONS:
            pairs = zip(node.operators, itertools.pairwise(values), strict=True)
            return all(COMPARISONS[sign](a, b) for sign, (a, b) in pairs)
        result = values[0]
        for sign, value in zip(node.operators, values[1:], strict=True):
            match sign:
                case "+":
                    result = self.sum([result, value])
                case "-":
                    result = self.sum([result, self.product(-1, value)])
                case "*":
                    result = self.product(result, value)
                case "/":
                    result = self.product(result, 1 / real(value))
                case "//":
                    result = result // value
                case "%":
                    result = result % value
        return result

    def sum(self, values: list) -> Any:
        if any(isinstance(value, Operator) for value in values):
            return reduce(Operator.__add__, map(self.operator, values))
        return sum(values)

    def product(self, a: Any, b: Any) -> Any:
        match a, b:
            case Operator(), Operator():
                return a @ b
            case Subgroup(), Operator():
                return Coset((element @ b).positive() for element in a.elements(self.n))
            case Operator(), Subgroup():
                return Coset((a @ element).positive() for element in b.elements(self.n))
            case Operator(), _:
                return a.times(complex(b))
            case _, Operator():
                return b.times(complex(a))
        return a * b

    def power(self, base: Any, exponent: Any) -> Any:
        if isinstance(base, Operator):
            return reduce(Operator.__matmul__, [base] * exponent, Operator({"I" * self.n: 1}))
        if isinstance(base, int) and isinstance(exponent, int):
            return Fraction(base) ** exponent if exponent < 0 else base**exponent
        return real(base) ** real(exponent)

    def index(self, node: nodes.Index, scope: dict) -> Any:
        base = self.value(node.base, scope)
        indices = [
            slice(None) if isinstance(part, nodes.All) else self.value(part, scope)
            for part in node.indices
        ]
        if isinstance(base, Letter):
            (qubit,) = indices
            assert 0 <= qubit < self.n
            return Operator({"I" * qubit + base.name + "I" * (self.n - qubit - 1): 1})
        if isinstance(base, np.ndarray):
            assert len(indices) == base.ndim
            result = base
            # One axis at a time, the last first: the axes chosen so far keep their places.
            for axis, chosen in reversed([*enumerate(indices)]):
                if not isinstance(chosen, slice):
                    picked = list(chosen) if isinstance(chosen, list | range) else chosen
                    result = np.take(result, picked, axis=axis)
            return float(result) if result.ndim == 0 else result
        (chosen,) = indices
        if isinstance(chosen, list | range):
            return [base[k] for k in chosen]
        return list(base) if isinstance(chosen, slice) else base[chosen]

    def call(self, node: nodes.Call, scope: dict) -> Any:
        name = node.function.text
        if name in ("sum", "prod"):
            (argument,) = node.arguments
            if isinstance(argument, nodes.Comprehension):
                items = self.comprehension(argument, scope)
            else:
                items = self.elements(self.value(argument, scope))
            return self.sum(list(items)) if name == "sum" else reduce(self.product, items)
        arguments = [self.value(argument, scope) for argument in node.arguments]
        match name:
            case "commutator":
                a, b = map(self.operator, arguments)
                return a @ b + (b @ a).times(-1)
            case "enumerate":
                return list(enumerate(self.elements(arguments[0])))
            case "zip":
                return list(zip(*arguments, strict=True))
            case "abs" | "min" | "max":
                return {"abs": abs, "min": min, "max": max}[name](*arguments)
            case "floor" | "ceil":
                return getattr(math, name)(*arguments)
        return getattr(math, name)(real(arguments[0]))


def real(value: Any) -> Any:
    return value if isinstance(value, int | Fraction | complex) else float(value)


COMPARISONS = {
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def library_gate(name: str, angle: float) -> np.ndarray:
    """The matrix of a library gate, first qubit first, from its definition as a matrix."""
    c, s = math.cos(angle / 2), math.sin(angle / 2)
    one = {
        "rx": np.array([[c, -1j * s], [-1j * s, c]]),
        "ry": np.array([[c, -s], [s, c]], dtype=complex),
        "rz": np.diag([cmath.exp(-0.5j * angle), cmath.exp(0.5j * angle)]),
    }
    if name in one:
        return one[name]
    if name in ("crx", "cry", "crz"):
        matrix = np.eye(4, dtype=complex)
        matrix[2:, 2:] = one[name[1:]]
        return matrix
    if name == "rbs":
        # |01> → cos|01> − sin|10>, |10> → sin|01> + cos|10>, columns in the order 00 01 10 11.
        matrix = np.eye(4, dtype=complex)
        matrix[1:3, 1:3] = [
            [math.cos(angle), math.sin(angle)],
            [-math.sin(angle), math.cos(angle)],
        ]
        return matrix
    matrix = np.kron(LETTERS[name[1].upper()], LETTERS[name[2].upper()])
    return math.cos(angle / 2) * np.eye(4) - 1j * math.sin(angle / 2) * matrix
