"""The columns of a model while it is being elaborated."""

from __future__ import annotations

from array import array

import numpy as np

from qansatz.model import reals
from qansatz.model.angles import Affine, Angle, Nonlinear, slot_symbol, slots
from qansatz.model.elaboration.position import Position
from qansatz.model.program import Instances, Rotations, StatementOrigin
from qansatz.model.reals import Real, multiply
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable
from qansatz.source import Span
from qansatz.syntax import nodes

INPUT_BASE = 1 << 30


class Columns:
    """Rotations and executions of statements, appended one by one.

    Each distinct string, scalar and expression is kept once. Slots of inputs are ``INPUT_BASE +
    k`` until the number of parameters is known.
    """

    def __init__(self) -> None:
        self._strings: dict[tuple[int, int], int] = {}
        self._scalars: dict[tuple[bool, Real], int] = {(False, 0): 0}
        self._expressions: dict[Angle, int] = {}
        self._statements: dict[tuple[int, tuple[str, ...]], int] = {}
        self.origins: list[StatementOrigin] = []
        self.string = array("i")
        self.slot = array("i")
        self.factor = array("i")
        self.offset = array("i")
        self.expression = array("i")
        self.generator = array("i")
        self.n_generators = 0
        self.rows = array("i")
        self.block = array("i")
        self.layer = array("i")
        self.unordered = array("i")
        self.encoding = array("b")
        self.gates_before = array("i")
        self.statement = array("i")
        self.first = array("q")
        self.loops = array("q")

    def __len__(self) -> int:
        return len(self.string)

    def string_index(self, x: int, z: int) -> int:
        """The row of a string in the table of distinct strings."""
        return self._strings.setdefault((x, z), len(self._strings))

    def scalar_index(self, value: Real) -> int:
        """The place of a number in the table of distinct numbers; 0 is at place 0.

        Raises:
            OverflowError: when the number is beyond the range of floats.
        """
        key = (type(value) is float, value)
        index = self._scalars.get(key)
        if index is None:
            reals.simplest(float(value))
            index = self._scalars[key] = len(self._scalars)
        return index

    def rotation(self, p: Pauli, coefficient: Real, angle: Angle) -> None:
        """Append exp(−i·coefficient·angle/2·P), P with its sign; the caller counts the generators.

        Raises:
            OverflowError: when a number is beyond the range of floats; nothing is appended then.
        """
        if p.phase:
            coefficient = multiply(-1, coefficient)
        slot, expression, offset = -1, -1, 0
        if type(angle) is Affine and len(angle.terms) <= 1:
            factor = 0
            if angle.terms:
                slot, slope = angle.terms[0]
                factor = self.scalar_index(multiply(coefficient, slope))
            if angle.constant:
                offset = self.scalar_index(multiply(coefficient, angle.constant))
        else:
            factor = self.scalar_index(coefficient)
            expression = self._expressions.setdefault(angle, len(self._expressions))
        self.string.append(self.string_index(p.x, p.z))
        self.generator.append(self.n_generators)
        self.slot.append(slot)
        self.factor.append(factor)
        self.offset.append(offset)
        self.expression.append(expression)

    def cut(self, length: int) -> None:
        """Take back all rotations from a row on."""
        for column in (self.string, self.generator, self.slot, self.factor, self.offset):
            del column[length:]
        del self.expression[length:]

    def execution(
        self,
        statement: nodes.Apply,
        operator: Span,
        position: Position,
        n_rotations: int,
        n_gates_before: int,
    ) -> None:
        """Record an execution of a statement, to which the last ``n_rotations`` belong."""
        nesting = position.nesting
        self.rows.append(n_rotations)
        self.block.append(nesting.block)
        self.layer.append(position.layer)
        self.unordered.append(nesting.unordered)
        self.encoding.append(nesting.encoding)
        self.gates_before.append(n_gates_before)
        self.statement.append(self._statement_index(statement, operator, position.loop_names))
        self.first.append(len(self.loops))
        self.loops.extend(position.loop_values)

    def _statement_index(
        self, statement: nodes.Apply, operator: Span, loops: tuple[str, ...]
    ) -> int:
        """The number of a statement; a statement of a layer counts anew inside other loops."""
        key = (id(statement), loops)
        index = self._statements.get(key)
        if index is None:
            index = self._statements[key] = len(self.origins)
            self.origins.append(
                StatementOrigin(span=statement.span, operator=operator, loops=loops)
            )
        return index

    def rotations(self, n_qubits: int, n_parameters: int) -> Rotations:
        """The finished columns of the rotations."""
        slot = (
            np.frombuffer(self.slot, dtype=np.int32).copy() if self.slot else np.zeros(0, np.int32)
        )
        shifted = slot >= INPUT_BASE
        slot[shifted] += n_parameters - INPUT_BASE
        counts = _column(self.rows)

        def spread(values: array[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
            return np.repeat(_column(values), counts)

        return Rotations(
            strings=PauliTable.from_ints(
                [x for x, _ in self._strings], [z for _, z in self._strings], n_qubits
            ),
            string=_column(self.string),
            slot=slot,
            factor=_column(self.factor),
            offset=_column(self.offset),
            expression=_column(self.expression),
            generator=_column(self.generator),
            block=spread(self.block),
            layer=spread(self.layer),
            instance=np.repeat(np.arange(len(self.rows), dtype=np.int32), counts),
            unordered=spread(self.unordered),
            n_gates_before=spread(self.gates_before),
            written=np.arange(len(slot), dtype=np.int32),
            encoding=np.repeat(np.array(self.encoding, dtype=np.bool_), counts),
            scalars=tuple(value for _, value in self._scalars),
            expressions=tuple(_shifted(angle, n_parameters) for angle in self._expressions),
        )

    def instances(self) -> Instances:
        """The finished columns of the statement executions."""
        return Instances(
            statements=tuple(self.origins),
            statement=_column(self.statement),
            first=np.array(self.first, dtype=np.int64),
            loops=np.array(self.loops, dtype=np.int64),
        )


def _column(values: array[int]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.array(values, dtype=np.int32)


def _shifted(angle: Angle, n_parameters: int) -> Angle:
    """The angle with the slots of inputs after those of the parameters."""

    def moved(slot: int) -> int:
        return slot if slot < INPUT_BASE else slot - INPUT_BASE + n_parameters

    if isinstance(angle, Affine):
        return Affine(tuple((moved(slot), c) for slot, c in angle.terms), angle.constant)
    renamed = {slot_symbol(s): slot_symbol(moved(s)) for s in slots(angle)}
    return Nonlinear(angle.expression.xreplace(renamed))
