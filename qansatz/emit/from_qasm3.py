"""OpenQASM 3 in native gates read back as gate lists: the text that :mod:`qansatz.emit.qasm3` writes, angles exact."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, cast

from qansatz.circuits.gates import Gate, GateList, GateName
from qansatz.emit.qasm3 import DEFINITIONS, FUNCTIONS
from qansatz.model.angles import Angle, simplified, slot_symbol
from qansatz.model.program import Slots

_LARGEST_DENOMINATOR: Final = 1 << 12
_ANGLES: Final[Mapping[str, tuple[int, int]]] = {"rz": (1, 1), "u1q": (2, 1), "rzz": (1, 2)}
_QUBIT: Final = re.compile(r"q\[(\d+)\]")
_GATE: Final = re.compile(r"(rz|u1q|rzz)\s*\((.*)\)\s*(q\[\d+\](?:\s*,\s*q\[\d+\])*)", re.DOTALL)
_INPUT: Final = re.compile(r"input\s+float(?:\[64\])?\s+(\w+)")
_REGISTER: Final = re.compile(r"qubit\[(\d+)\]\s+q")
_PASSED: Final = re.compile(
    r'OPENQASM\s+3(\.\d+)?|include\s+"stdgates\.inc"|bit\[\d+\]\s+\w+|\w+\[\d+\]\s*=\s*measure\s+q\[\d+\]'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Qasm3Circuit:
    """A text in native gates: its qubits, the names of its inputs, and the gates before names are known."""

    n_qubits: int
    inputs: tuple[str, ...]
    statements: tuple[tuple[GateName, tuple[str, ...], tuple[int, ...]], ...]

    def gate_list(self, slots: Slots) -> GateList:
        """The gates with angles in the slots.

        Raises:
            ValueError: for an angle that is no expression of the format.
            LookupError: for a name that is no slot.
        """
        slot_of = {name: slot for slot, name in enumerate(slots.identifiers())}
        read: dict[str, Angle] = {}
        gates = []
        for name, texts, qubits in self.statements:
            for text in texts:
                if text not in read:
                    read[text] = simplified(_value(_parsed(text), slot_of))
            gates.append(Gate(name, qubits, tuple(read[text] for text in texts)))
        return GateList(name="read", n_qubits=self.n_qubits, slots=slots, gates=tuple(gates))


def read(text: str) -> Qasm3Circuit | None:
    """The circuit of a text, or None where it holds what the package does not write."""
    definitions = {_squeezed(line) for line in DEFINITIONS.splitlines() if line.startswith("gate")}
    bare = re.sub(r"//[^\n]*", "", text)
    for definition in re.findall(r"\bgate\b[^{]*\{[^}]*\}", bare):
        if _squeezed(definition) not in definitions:
            return None
        bare = bare.replace(definition, "")
    n_qubits, inputs = 0, list[str]()
    statements: list[tuple[GateName, tuple[str, ...], tuple[int, ...]]] = []
    for statement in (part.strip() for part in bare.split(";")):
        if not statement or _PASSED.fullmatch(statement):
            continue
        if declared := _INPUT.fullmatch(statement):
            inputs.append(declared[1])
        elif register := _REGISTER.fullmatch(statement):
            n_qubits = int(register[1])
        elif gate := _GATE.fullmatch(statement):
            angles = tuple(_arguments(gate[2]))
            qubits = tuple(int(k) for k in _QUBIT.findall(gate[3]))
            if (len(angles), len(qubits)) != _ANGLES[gate[1]] or max(qubits) >= n_qubits:
                return None
            statements.append((cast(GateName, gate[1]), angles, qubits))
        else:
            return None
    return Qasm3Circuit(n_qubits=n_qubits, inputs=tuple(inputs), statements=tuple(statements))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _arguments(text: str) -> Iterator[str]:
    """The arguments of a gate: at commas outside parentheses."""
    depth = start = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            yield text[start:at].strip()
            start = at + 1
    yield text[start:].strip()


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(f"{text[:60]!r} is no angle: {error}") from None


def _value(node: ast.expr, slot_of: Mapping[str, int]) -> Any:
    """An expression of the format as one of sympy; only what the format writes is read, nothing is executed.

    Fractions with denominators up to 2¹² stand there as floats, since integers divide as integers; they are exact.
    """
    import sympy

    match node:
        case ast.Constant(value=int() as number):
            return sympy.Integer(number)
        case ast.Constant(value=float() as number):
            ratio = Fraction(number).limit_denominator(_LARGEST_DENOMINATOR)
            return sympy.Rational(ratio) if float(ratio) == number else sympy.Float(number)
        case ast.Name(id="pi" | "π"):
            return sympy.pi
        case ast.Name(id=name):
            return slot_symbol(slot_of[name])
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, slot_of)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _value(inner, slot_of)
        case ast.BinOp(left=left, op=operator, right=right):
            return _combined(operator, _value(left, slot_of), _value(right, slot_of))
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in _SYMPY:
            return getattr(sympy, _SYMPY[name])(_value(inner, slot_of))
    raise ValueError(f"{ast.unparse(node)[:60]!r} is no angle that is written here")


_SYMPY: Final = {theirs: ours for ours, theirs in FUNCTIONS.items()}


def _combined(operator: ast.operator, left: Any, right: Any) -> Any:
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.Div():
            return left / right
        case ast.Pow():
            return left**right
    raise ValueError(f"{type(operator).__name__} is no operator of angles")
