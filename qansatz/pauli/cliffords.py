"""One Clifford as a tableau: how it conjugates Pauli strings, with exact signs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from qansatz.pauli.gf2 import bits
from qansatz.pauli.strings import Pauli

FixedGates: TypeAlias = list[tuple[str, tuple[int, ...]]]


class Tableau:
    """A Clifford C, grown gate by gate in time order, as the map P ↦ C†PC.

    ``xs[i]`` and ``zs[i]`` are C†X_iC and C†Z_iC. ``touched`` masks the qubits that gates acted on:
    images of touched qubits act on touched qubits only, so whatever lies outside costs nothing.
    """

    __slots__ = ("_inverse", "n_qubits", "touched", "xs", "zs")

    def __init__(self, n_qubits: int) -> None:
        """The identity on ``n_qubits`` qubits."""
        self.n_qubits = n_qubits
        self.xs = [Pauli(1 << i, 0) for i in range(n_qubits)]
        self.zs = [Pauli(0, 1 << i) for i in range(n_qubits)]
        self.touched = 0
        self._inverse: Tableau | None = None

    @staticmethod
    def from_gates(gates: Iterable[tuple[str, Sequence[int]]], n_qubits: int) -> Tableau:
        """The Clifford of fixed gates in time order."""
        tableau = Tableau(n_qubits)
        for name, qubits in gates:
            tableau.apply(name, qubits)
        return tableau

    def copy(self) -> Tableau:
        """An independent tableau of the same Clifford."""
        twin = Tableau(0)
        twin.n_qubits, twin.touched = self.n_qubits, self.touched
        twin.xs, twin.zs = self.xs.copy(), self.zs.copy()
        return twin

    def __eq__(self, other: object) -> bool:
        """Whether both are the same Clifford up to a global phase."""
        if not isinstance(other, Tableau):
            return NotImplemented
        return self.xs == other.xs and self.zs == other.zs

    __hash__ = None  # type: ignore[assignment]

    def is_identity(self) -> bool:
        """Whether C is the identity up to a global phase."""
        return all(
            self.xs[i] == (1 << i, 0, 0) and self.zs[i] == (0, 1 << i, 0)
            for i in bits(self.touched)
        )

    def apply(self, name: str, qubits: Sequence[int]) -> None:
        """C ← G·C for a gate ``h s sdg x y z cx cz swap``; ``ValueError`` for any other name."""
        xs, zs = self.xs, self.zs
        a, b = qubits[0], qubits[-1]
        match name:
            case "h":
                xs[a], zs[a] = zs[a], xs[a]
            case "s":
                xs[a] = _turned(zs[a] * xs[a], 1)  # S†XS = −Y = i·ZX
            case "sdg":
                xs[a] = _turned(zs[a] * xs[a], 3)
            case "x":
                zs[a] = _turned(zs[a], 2)
            case "y":
                xs[a], zs[a] = _turned(xs[a], 2), _turned(zs[a], 2)
            case "z":
                xs[a] = _turned(xs[a], 2)
            case "cx":
                xs[a], zs[b] = xs[a] * xs[b], zs[a] * zs[b]
            case "cz":
                xs[a], xs[b] = xs[a] * zs[b], zs[a] * xs[b]
            case "swap":
                xs[a], xs[b] = xs[b], xs[a]
                zs[a], zs[b] = zs[b], zs[a]
            case _:
                raise ValueError(f"{name!r} is not a fixed gate")
        self.touched |= 1 << a | 1 << b
        self._inverse = None

    def apply_rotation(self, pauli: Pauli, k: int) -> None:
        """C ← exp(−i·kπ/4·P)·C, a rotation by k quarter turns, for a P of phase 0 or 2."""
        k = (k if pauli.phase == 0 else -k) % 4
        if k == 0 or not pauli.x | pauli.z:
            return
        positive = Pauli(pauli.x, pauli.z)
        image = self.pull(positive)
        for i in bits(pauli.x | pauli.z):
            # R†QR = Q·(cos(kπ/2) − i·sin(kπ/2)·P) for Q that anticommutes with P.
            if pauli.z >> i & 1:
                self.xs[i] = _rotated(self.xs[i], image, k)
            if pauli.x >> i & 1:
                self.zs[i] = _rotated(self.zs[i], image, k)
        self.touched |= pauli.x | pauli.z
        self._inverse = None

    def pull(self, pauli: Pauli) -> Pauli:
        """C†PC, exact sign included."""
        inside = (pauli.x | pauli.z) & self.touched
        if not inside:
            return pauli
        outside = ~inside
        result = Pauli(pauli.x & outside, pauli.z & outside, pauli.phase)
        for i in bits(inside):
            if not pauli.z >> i & 1:
                result = result * self.xs[i]
            elif not pauli.x >> i & 1:
                result = result * self.zs[i]
            else:
                result = _turned(result * self.xs[i] * self.zs[i], 1)  # Y = i·XZ
        return result

    def push(self, pauli: Pauli) -> Pauli:
        """CPC†, exact sign included; the first call after a gate inverts the tableau."""
        return self.inverse().pull(pauli) if (pauli.x | pauli.z) & self.touched else pauli

    def inverse(self) -> Tableau:
        """The tableau of C†; shared between calls, so copy it before growing it."""
        if self._inverse is None:
            self._inverse = self._inverted()
        return self._inverse

    def then(self, other: Tableau) -> None:
        """C ← D·C for the Clifford D of another tableau on the same qubits."""
        moved = bits(other.touched)
        xs = [self.pull(other.xs[i]) for i in moved]
        zs = [self.pull(other.zs[i]) for i in moved]
        for i, x, z in zip(moved, xs, zs, strict=True):
            self.xs[i], self.zs[i] = x, z
        self.touched |= other.touched
        self._inverse = None

    def _inverted(self) -> Tableau:
        # CPC† holds X_j iff it anticommutes with Z_j, that is iff P anticommutes with C†Z_jC.
        inverse = Tableau(self.n_qubits)
        inverse.touched = self.touched
        moved = bits(self.touched)
        parts = {i: [0, 0, 0, 0] for i in moved}
        for j in moved:
            bit = 1 << j
            for k, row in enumerate((self.zs[j].z, self.xs[j].z, self.zs[j].x, self.xs[j].x)):
                for i in bits(row):
                    parts[i][k] |= bit
        for i in moved:
            a, b, c, d = parts[i]
            sign_x = self.pull(Pauli(a, b)).phase
            sign_z = self.pull(Pauli(c, d)).phase
            inverse.xs[i] = Pauli(a, b, sign_x)
            inverse.zs[i] = Pauli(c, d, sign_z)
        return inverse


def _turned(pauli: Pauli, quarter: int) -> Pauli:
    return Pauli(pauli.x, pauli.z, (pauli.phase + quarter) % 4)


def _rotated(image: Pauli, axis: Pauli, k: int) -> Pauli:
    if k == 2:
        return _turned(image, 2)
    return _turned(image * axis, 3 if k == 1 else 1)
