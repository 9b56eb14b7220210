"""The model: what an ansatz means, as frozen values and columns.

U(θ) = C · R_L … R_2 R_1 acts on the initial state, where R_k = exp(−i·angle_k/2·P_k) and C is one
Clifford. The fixed gates of the source were pushed to the end (C), so each P_k is the string
*after* that: if the source applies R_P behind fixed gates G, the model has R_{G†PG}. Observables
are given as written (O) and pulled back (C†OC).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.model.angles import Affine, Angle, scale
from qansatz.model.identifiers import identifiers
from qansatz.model.reals import Real
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable
from qansatz.source import Span

if TYPE_CHECKING:
    from qansatz.syntax import nodes

IntColumn: TypeAlias = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotArray:
    """A declared array of parameters or inputs, row-major; ``start`` is its first slot."""

    name: str
    shape: tuple[int, ...]
    start: int
    bounds: tuple[Real, Real] | None
    distribution: tuple[str, tuple[Real, ...]] | None
    span: Span

    @property
    def size(self) -> int:
        """The number of slots."""
        return int(np.prod(self.shape, dtype=np.int64))

    def label(self, offset: int) -> str:
        """The name of one entry as the language writes it, such as ``theta[2, 0]``."""
        if not self.shape:
            return self.name
        return f"{self.name}[{', '.join(map(str, np.unravel_index(offset, self.shape)))}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """All symbols of a model in order: trainable parameters first, then inputs."""

    parameters: tuple[SlotArray, ...]
    inputs: tuple[SlotArray, ...]

    @property
    def n_parameters(self) -> int:
        """The number of trainable parameters."""
        return sum(array.size for array in self.parameters)

    @property
    def n_inputs(self) -> int:
        """The number of inputs."""
        return sum(array.size for array in self.inputs)

    def labels(self) -> list[str]:
        """The name of every slot as the language writes it, such as ``theta[2, 0]``."""
        arrays = (*self.parameters, *self.inputs)
        return [array.label(k) for array in arrays for k in range(array.size)]

    def identifiers(self) -> list[str]:
        """The name of every slot in exports, such as ``theta_02_00``."""
        arrays = (*self.parameters, *self.inputs)
        return identifiers((array.name, array.shape) for array in arrays)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotations:
    """The rotations in time order, as columns of equal length (one row a rotation).

    ``strings`` holds each distinct string once; ``string`` points into it. The angle of a row is
    ``scalars[factor]·(value of slot, or of expressions[expression], or 0 where both are −1) +
    scalars[offset]``; the sign of the pushed string is part of ``factor`` and ``offset``.
    ``generator`` numbers the generators (terms of one ``rot`` of a sum share one), ``block`` the
    claimed blocks (−1: outside any), ``layer`` the layers (one iteration of an outermost
    ``repeat``, or one call of a layer outside any; −1: none), ``instance`` the executions of
    statements. ``encoding`` marks rotations inside ``encode``, ``unordered`` numbers the
    ``unordered`` groups (−1: none). ``n_gates_before`` counts the fixed gates that the source
    applies earlier. ``written`` is the row's number in the order of the source.
    """

    strings: PauliTable
    string: IntColumn
    slot: IntColumn
    factor: IntColumn
    offset: IntColumn
    expression: IntColumn
    generator: IntColumn
    block: IntColumn
    layer: IntColumn
    instance: IntColumn
    unordered: IntColumn
    n_gates_before: IntColumn
    written: IntColumn
    encoding: npt.NDArray[np.bool_]
    scalars: tuple[Real, ...]
    expressions: tuple[Angle, ...]

    def __len__(self) -> int:
        return len(self.string)

    def take(self, rows: npt.NDArray[np.integer[Any]]) -> Rotations:
        """The rotations of some rows, in their order; the tables they point into stay."""
        columns = {name: getattr(self, name)[rows] for name in _ROW_COLUMNS}
        return replace(self, **columns)

    def angle(self, row: int) -> Angle:
        """The angle of one rotation about its (positive) string."""
        factor, offset = self.scalars[self.factor[row]], self.scalars[self.offset[row]]
        if self.expression[row] >= 0:
            return scale(factor, self.expressions[self.expression[row]])
        if self.slot[row] >= 0:
            return Affine(((int(self.slot[row]), factor),), offset)
        return Affine((), offset)

    def pauli(self, row: int) -> Pauli:
        """The (positive) string of one rotation."""
        return self.strings.pauli(int(self.string[row]))

    def coefficients(self) -> npt.NDArray[np.float64]:
        """The factor of every row as a float."""
        return np.array([float(s) for s in self.scalars], dtype=np.float64)[self.factor]


_ROW_COLUMNS: Final = tuple(
    column.name
    for column in fields(Rotations)
    if column.name not in {"strings", "scalars", "expressions"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instances:
    """The executions of rotation statements: the statement, and the indices of its loops.

    ``statement`` points into ``statements``; ``loops`` holds, from ``first[k]`` on, one integer
    for each entry of ``statements[statement[k]].loops``: the loop variable where it is an integer,
    else the iteration's number.
    """

    statements: tuple[StatementOrigin, ...]
    statement: IntColumn
    first: npt.NDArray[np.int64]
    loops: npt.NDArray[np.int64]

    def where(self, instance: int) -> str:
        """The loop indices of one execution, such as ``l = 3, i = 0``; empty outside loops."""
        origin = self.statements[self.statement[instance]]
        start = int(self.first[instance])
        values = self.loops[start : start + len(origin.loops)]
        return ", ".join(
            f"{name} = {value}" for name, value in zip(origin.loops, values, strict=True)
        )

    def span(self, instance: int) -> Span:
        """The statement's place in the source."""
        origin: StatementOrigin = self.statements[self.statement[instance]]
        return origin.span


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOrigin:
    """A rotation statement, the span of its operator, and its loops' names, outermost first."""

    span: Span
    operator: Span
    loops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FixedGate:
    """A fixed Clifford gate (``h s sdg x y z cx cz swap``) as written."""

    name: str
    qubits: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A real coefficient times a (positive) Pauli string."""

    coefficient: Real
    pauli: Pauli


@dataclass(frozen=True, slots=True, kw_only=True)
class Observable:
    """A Hermitian operator, as written and pulled back through the Clifford; strings differ."""

    name: str
    terms: tuple[Term, ...]
    pulled_back: tuple[Term, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class InitialState:
    """A stabilizer state, and its ket where it is a product.

    ``stabilizers`` are n independent commuting signed strings (phase 0 or 2).
    """

    stabilizers: tuple[Pauli, ...]
    ket: str | None
    span: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StabilizerGroup:
    """A declared group ``stabilizers S = <…>``: its signed generators, and the span of each."""

    name: str
    generators: tuple[Pauli, ...]
    spans: tuple[Span, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Logicals:
    """Declared logical operators."""

    name: str
    paulis: tuple[Pauli, ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PauliSymmetry:
    """A declared symmetry that is a Pauli string."""

    name: str
    pauli: Pauli
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PermutationSymmetry:
    """A declared symmetry by qubit permutations; each generator maps qubit i to ``images[i]``."""

    name: str
    generators: tuple[tuple[int, ...], ...]
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeSymmetry:
    """A declared symmetry that is a real sum of Pauli strings."""

    name: str
    terms: tuple[Term, ...]
    span: Span


Symmetry: TypeAlias = PauliSymmetry | PermutationSymmetry | ChargeSymmetry


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """``require left op right`` or ``require fact``: a claim; its bound is a number or a text.

    ``fact`` is a dotted name such as ``algebra.dimension``, with ``arguments`` where it is called.
    ``operator`` is None for a bare fact.
    """

    fact: str
    arguments: tuple[tuple[str, Any], ...]
    operator: str | None
    bound: Real | str | None
    span: Span


@dataclass(frozen=True, slots=True)
class RotationsPiece:
    """Outline: the rotations ``[start, stop)`` of one statement's execution."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class GatePiece:
    """Outline: one fixed gate, by its index in ``Model.gates``."""

    gate: int


@dataclass(frozen=True, slots=True)
class GroupPiece:
    """Outline: a loop, block, layer, ``encode`` or ``unordered``.

    ``kind`` is one of ``repeat for block layer encode unordered``; ``title`` is its head as
    written, such as ``repeat l in 0..<4``. A ``repeat`` keeps the body of its first iteration
    only, a ``for`` that of its first ``n_shown``; ``n_iterations`` says how many there are.
    """

    kind: str
    title: str
    n_iterations: int
    body: tuple[Piece, ...]
    n_shown: int = 1


Piece: TypeAlias = RotationsPiece | GatePiece | GroupPiece


#: The rows of all rotations, each once, and between them Clifford rotations by π/2 about strings.
Path: TypeAlias = tuple[int | Pauli, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """An ansatz with all sizes fixed.

    ``path`` is a circuit that came with the order chosen for ``unordered`` rotations: along it, in
    the frame of the Clifford rotations passed, all rotations are short. Empty where there is none;
    it says nothing of the meaning.
    """

    name: str
    documentation: str
    arguments: tuple[tuple[str, Any], ...]
    n_qubits: int
    registers: tuple[tuple[str, int, int], ...]
    slots: Slots
    initial: InitialState
    rotations: Rotations
    instances: Instances
    gates: tuple[FixedGate, ...]
    observables: tuple[Observable, ...]
    stabilizers: tuple[StabilizerGroup, ...]
    logicals: tuple[Logicals, ...]
    symmetries: tuple[Symmetry, ...]
    requirements: tuple[Requirement, ...]
    outline: tuple[Piece, ...]
    node: nodes.Ansatz
    path: Path = ()
