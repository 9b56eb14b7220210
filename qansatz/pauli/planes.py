"""The planes in which rotations about strings turn other strings.

exp(iθ/2·P)·Q·exp(−iθ/2·P) is Q where P and Q commute, and cos θ·Q + sin θ·iPQ where they anticommute: on the
coefficients of strings a rotation turns the pairs (Q, iPQ), each in its plane, all by one angle.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import BitRows, PauliTable, commutators

#: Shape (2, m): rows Q and Q' of a table with iPQ = Q', and so iPQ' = −Q.
Pairs: TypeAlias = npt.NDArray[np.intp]

#: The most pairs of all axes together: 16 bytes each.
MAX_PAIRS: Final = 20_000_000
#: The most strings that the adjoint method follows, unless another limit is given.
MAX_STRINGS: Final = 200_000


class TooManyStringsError(ValueError):
    """More strings, or pairs of them, than a stated limit."""


class Reachable:
    """Strings, and all that rotations make of them, gathered while the rotations are told one after another."""

    def __init__(self, axes: PauliTable, *, limit: int) -> None:
        """``axes`` are the distinct strings of the rotations; at most ``limit`` strings are gathered."""
        self._axes = axes
        self._limit = limit
        self._x, self._z = _rows(axes, 64), _rows(axes, 64)
        self._index: dict[bytes, int] = {}
        self._seen = [0] * len(axes)
        self._pairs: list[list[Pairs]] = [[] for _ in range(len(axes))]
        self._counts = [0] * len(axes)
        self._n_pairs = 0

    def __len__(self) -> int:
        """The number of strings."""
        return len(self._index)

    @property
    def strings(self) -> PauliTable:
        """All strings so far, in the order in which they were reached."""
        n = len(self)
        return PauliTable(self._axes.n_qubits, self._x[:n], self._z[:n])

    def insert(self, paulis: list[Pauli]) -> list[int]:
        """The rows of strings (phases dropped), which are added where they are new.

        Raises:
            TooManyStringsError: beyond the limit.
        """
        rows: list[int] = self._rows_of(
            PauliTable.from_paulis(paulis, self._axes.n_qubits)
        ).tolist()
        return rows

    def turn(self, axis: int) -> int:
        """Add what a rotation about one axis makes of all strings so far.

        The result is the number of its pairs: :meth:`pairs` of an axis lists them in the order of these calls.

        Raises:
            TooManyStringsError: beyond the limit.
        """
        start, stop = self._seen[axis], len(self)
        if start < stop:
            fresh = PauliTable(self._axes.n_qubits, self._x[start:stop], self._z[start:stop])
            pauli = self._axes.pauli(axis)
            turned = np.flatnonzero(fresh.anticommute_with(pauli))
            if len(turned):
                self._pair(axis, fresh.take(turned), turned + start)
            self._seen[axis] = len(self)
        return self._counts[axis]

    def pairs(self, axis: int) -> Pairs:
        """All pairs of one axis."""
        pairs = self._pairs[axis]
        if len(pairs) > 1:
            pairs[:] = [np.concatenate(pairs, axis=1)]
        return pairs[0] if pairs else np.zeros((2, 0), dtype=np.intp)

    def _pair(self, axis: int, left: PauliTable, at: npt.NDArray[np.intp]) -> None:
        """Pair strings, none of them paired by this axis before, with their products."""
        products, signs = commutators(self._axes.take([axis]), left)
        other = self._rows_of(products)
        # A pair of two strings at hand is met twice; a new one comes after both.
        pairs = np.where(signs < 0, (at, other), (other, at))[:, other > at]
        self._n_pairs += pairs.shape[1]
        if self._n_pairs > MAX_PAIRS:
            raise TooManyStringsError(
                f"the rotations turn more than {MAX_PAIRS:,} pairs of strings, the limit"
            )
        self._pairs[axis].append(pairs)
        self._counts[axis] += pairs.shape[1]

    def _rows_of(self, table: PauliTable) -> npt.NDArray[np.intp]:
        before = len(self)
        index = self._index
        rows = [index.setdefault(key, len(index)) for key in table.keys()]  # noqa: SIM118
        indices = np.array(rows, dtype=np.intp)
        if len(self) > self._limit:
            raise TooManyStringsError(
                f"the rotations make more than {self._limit:,} strings of the observable, the limit"
            )
        if len(self) > before:
            while len(self) > len(self._x):
                self._x = np.concatenate((self._x, np.zeros_like(self._x)))
                self._z = np.concatenate((self._z, np.zeros_like(self._z)))
            fresh = indices >= before
            self._x[indices[fresh]], self._z[indices[fresh]] = table.x[fresh], table.z[fresh]
        return indices


def _rows(like: PauliTable, n: int) -> BitRows:
    return np.zeros((n, like.x.shape[1]), dtype=np.uint64)
