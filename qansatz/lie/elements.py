"""The strings of a Lie algebra one after the other, from its classification: no product is taken twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from qansatz.lie.classification import Algebra, Component
from qansatz.lie.free_fermions import FreeFermions
from qansatz.lie.quadratic_forms import QuadraticForm
from qansatz.pauli import gf2
from qansatz.pauli.commutation import commutation, total_of, vectors
from qansatz.pauli.tables import BitRows, PauliTable
from qansatz.sheets import Remark, Sheet, html

LIMIT: Final = 10**6

_TABLE_BITS: Final = 12
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Elements:
    """Strings of an algebra, each once; ``complete`` says whether they are all."""

    strings: PauliTable
    complete: bool

    def sheet(self) -> Sheet:
        """How many strings there are, and the first of them."""
        n = len(self.strings)
        words = self.strings.take(np.arange(min(_SHOWN, n))).words()
        head = f"{n} strings" if self.complete else f"{n} strings of more"
        more = "" if n <= _SHOWN else ", ..."
        return Sheet(title="Elements", remarks=(Remark(head, f"{', '.join(words)}{more}"),))

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def elements(
    algebra: Algebra, limit: int = LIMIT, progress: Callable[[int], None] | None = None
) -> Elements:
    """The strings of the algebra, component by component, at most ``limit`` of them."""
    parts, count = [algebra.strings.take([])], 0
    for block in blocks(algebra):
        part = block.take(np.arange(min(len(block), limit - count)))
        parts.append(part)
        count += len(part)
        if progress is not None:
            progress(count)
        if count >= limit:
            break
    xs, zs = zip(*((part.x, part.z) for part in parts), strict=True)
    table = PauliTable(algebra.n_qubits, np.concatenate(xs), np.concatenate(zs))
    return Elements(strings=table, complete=count == algebra.dimension)


def blocks(algebra: Algebra) -> Iterator[PauliTable]:
    """All strings of the algebra in tables of some thousand rows or less; memory does not grow."""
    width = algebra.strings.x.shape[1]
    for component in algebra.components:
        match component.members:
            case None:
                yield algebra.strings.take([component.generators[0]])
                continue
            case FreeFermions() as fermions:
                tables = _pairs(fermions, width)
            case QuadraticForm() as form:
                tables = _values(algebra, component, form, width)
        for rows in tables:
            if len(rows):
                yield PauliTable(algebra.n_qubits, rows[:, :width], rows[:, width:])


def _pairs(fermions: FreeFermions, width: int) -> Iterator[BitRows]:
    """Products of two Majorana operators times every voltage."""
    potentials = _rows(fermions.potentials, width)
    basis = fermions.voltages.basis
    table = _sums(_rows(basis[:_TABLE_BITS], width))
    for offset in _gray(_rows(basis[_TABLE_BITS:], width)):
        shifted = table ^ offset
        for i in range(len(potentials) - 1):
            pairs = potentials[i] ^ potentials[i + 1 :]
            yield (pairs[:, None] ^ shifted[None]).reshape(-1, 2 * width)


def _values(
    algebra: Algebra, component: Component, form: QuadraticForm, width: int
) -> Iterator[BitRows]:
    """The strings outside the radical on which the form, where it exists, is 1."""
    outside, inside = _split(algebra.strings.take(list(component.basis)))
    basis = [vector << 1 | form.span.reduce(vector << 1, 1) for vector in (*outside, *inside)]
    low, high = basis[:_TABLE_BITS], basis[_TABLE_BITS:]
    table, marks = _sums(_rows([b >> 1 for b in low], width)), _sums(_bits(low))
    n_high_outside = len(outside) - len(low)
    mask = (1 << min(len(outside), len(low))) - 1
    plain = (np.arange(len(table)) & mask) == 0
    steps = zip(_gray(_rows([b >> 1 for b in high], width)), _gray(_bits(high)), strict=True)
    for number, (offset, mark) in enumerate(steps):
        rows = table ^ offset
        chosen = np.ones(len(rows), dtype=np.bool_)
        if form.exists:
            ys = np.bitwise_count(rows[:, :width] & rows[:, width:]).sum(axis=1, dtype=np.uint64)
            chosen = ((ys ^ marks[:, 0] ^ mark[0]) & np.uint64(1)).astype(np.bool_)
        code = number ^ number >> 1
        if not code & ((1 << max(0, n_high_outside)) - 1):
            chosen &= ~plain
        yield rows[chosen]


def _split(basis: PauliTable) -> tuple[list[int], list[int]]:
    """Two bases: of a complement of the radical in the span of the rows, and of the radical."""
    rows = vectors(basis)
    relations = gf2.Echelon()
    inside = []
    for row in commutation(basis, basis):
        relation = relations.insert(row)
        if relation is not None:
            inside.append(relation)
    radical = [total_of([rows[k] for k in gf2.bits(relation)]) for relation in inside]
    span = gf2.Span(radical)
    return [vector for vector in rows if span.insert(vector)], radical


def _rows(values: Sequence[int], width: int) -> BitRows:
    octets = b"".join(value.to_bytes(16 * width, "little") for value in values)
    return np.frombuffer(octets, dtype="<u8").reshape(len(values), 2 * width).astype(np.uint64)


def _bits(values: Sequence[int]) -> BitRows:
    return np.array([[value & 1] for value in values], dtype=np.uint64).reshape(-1, 1)


def _sums(rows: BitRows) -> BitRows:
    """Every sum of rows; row k of the result holds those of the bits of k."""
    table = np.zeros((1, rows.shape[1]), dtype=np.uint64)
    for row in rows:
        table = np.concatenate((table, table ^ row))
    return table


def _gray(rows: BitRows) -> Iterator[npt.NDArray[np.uint64]]:
    """Every sum of rows, the k-th holding those of the bits of k ^ k >> 1."""
    current = np.zeros(rows.shape[1], dtype=np.uint64)
    yield current
    for number in range(1, 1 << len(rows)):
        current = current ^ rows[(number & -number).bit_length() - 1]
        yield current
