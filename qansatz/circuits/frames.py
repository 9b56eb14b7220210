"""Single-qubit Clifford frames and a relabelling of wires: local gates that cost nothing until they are needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qansatz.circuits.rotations import Rotation, quarter_turns, rotation, support
from qansatz.pauli.strings import Pauli


@dataclass(frozen=True, slots=True)
class Relabel:
    """A swap of two qubits, executed by exchanging their names."""

    a: int
    b: int


#: The images of X, Y, Z as signed axes: ±1, ±2, ±3 for ±X, ±Y, ±Z.
Axes = tuple[int, int, int]

IDENTITY_AXES: Axes = (1, 2, 3)

_AXIS_OF_BITS = {(1, 0): 1, (1, 1): 2, (0, 1): 3}
_BITS_OF_AXIS = {1: (1, 0), 2: (1, 1), 3: (0, 1)}


def turned(axis: int, turns: int, vector: int) -> int:
    """A signed axis turned by turns·90° about a positive axis, right-handed: Z turns X into Y."""
    turns %= 4
    if turns == 0 or abs(vector) == axis:
        return vector
    if turns == 2:
        return -vector
    third = 6 - axis - abs(vector)
    cyclic = (abs(vector) - axis) % 3 == 1
    sign = 1 if cyclic == (turns == 1) else -1
    return sign * third if vector > 0 else -sign * third


def turn_to_z(vector: int) -> tuple[int, int]:
    """The axis and the quarter turns, about X or Y, that take a signed axis other than +Z to +Z."""
    match vector:
        case 1:
            return 2, 3
        case -1:
            return 2, 1
        case 2:
            return 1, 1
        case -2:
            return 1, 3
        case _:
            return 1, 2


def emitted(axes: Axes, axis: int, turns: int) -> Axes:
    """What is left of a frame F when the rotation R was executed before it: the images under F·R†."""
    return _triple(turned(axis, turns, vector) for vector in axes)


def composed(inner: Axes, outer: Axes) -> Axes:
    """The images of a frame followed by another: those of the outer one, pulled through the inner."""
    return _triple(inner[abs(v) - 1] * (1 if v > 0 else -1) for v in outer)


def local_turns(axes: Axes) -> list[tuple[int, int]]:
    """A single-qubit Clifford F, given as the images F†PF of X, Y, Z, as at most two turns in time order.

    Each is (axis, quarter turns); one about X or Y comes first, one about Z last.
    """
    turns = []
    if axes[2] != 3:
        turns.append(turn_to_z(axes[2]))
        axes = _triple(turned(*turns[0], vector) for vector in axes)
    if axes[0] != 1:
        turns.append((3, {2: 3, -1: 2, -2: 1}[axes[0]]))
    return turns


class LocalFrame:
    """A Clifford L made of single-qubit gates and a relabelling, grown in time order, as the map P ↦ L†PL.

    ``wires[q]`` is the wire that carries qubit q; ``axes[w]`` are the images of X, Y, Z of the qubit on wire w.
    """

    __slots__ = ("axes", "wires")

    def __init__(self, n_qubits: int) -> None:
        """The identity on n qubits."""
        self.axes: list[Axes] = [IDENTITY_AXES] * n_qubits
        self.wires = list(range(n_qubits))

    def pull(self, pauli: Pauli) -> Pauli:
        """L†PL, exact sign included."""
        x = z = 0
        phase = pauli.phase
        for qubit in support(pauli):
            wire = self.wires[qubit]
            image = self.image(wire, _AXIS_OF_BITS[pauli.x >> qubit & 1, pauli.z >> qubit & 1])
            a, b = _BITS_OF_AXIS[abs(image)]
            x |= a << wire
            z |= b << wire
            if image < 0:
                phase += 2
        return Pauli(x, z, phase % 4)

    def image(self, wire: int, axis: int) -> int:
        """The signed axis to which a positive axis of the qubit on a wire is pulled."""
        return self.axes[wire][axis - 1]

    def apply(self, qubit: int, axis: int, turns: int) -> None:
        """L ← R·L for the rotation R of a qubit by turns·π/2 about a positive axis."""
        wire = self.wires[qubit]
        self.axes[wire] = composed(self.axes[wire], emitted(IDENTITY_AXES, axis, -turns))

    def emit(self, wire: int, axis: int, turns: int) -> None:
        """L ← L·R† on a wire: the rotation R about a physical axis was executed before L."""
        self.axes[wire] = emitted(self.axes[wire], axis, turns)

    def swap(self, a: int, b: int) -> None:
        """L ← SWAP·L."""
        self.wires[a], self.wires[b] = self.wires[b], self.wires[a]

    def then(self, later: LocalFrame) -> LocalFrame:
        """The frame of this one followed by a later one; this one must not relabel wires."""
        both = LocalFrame(len(self.wires))
        both.wires = later.wires.copy()
        for wire, (inner, outer) in enumerate(zip(self.axes, later.axes, strict=True)):
            both.axes[wire] = composed(inner, outer)
        return both


def unwire(frame: LocalFrame) -> tuple[list[tuple[int, int]], LocalFrame]:
    """Swaps in time order, and the frame without relabelling that follows them: together the given frame."""
    wires = frame.wires.copy()
    swaps = []
    for qubit in range(len(wires)):
        while (wire := wires[qubit]) != qubit:
            wires[qubit], wires[wire] = wires[wire], wires[qubit]
            swaps.append((qubit, wire))
    local = LocalFrame(len(wires))
    local.axes = [frame.axes[wire] for wire in frame.wires]
    return swaps[::-1], local


def relabelled(frame: LocalFrame) -> tuple[LocalFrame, list[int]]:
    """The frame without relabelling on wires renamed to the qubits they carry, and the new name of each wire."""
    names = [0] * len(frame.wires)
    for qubit, wire in enumerate(frame.wires):
        names[wire] = qubit
    local = LocalFrame(len(names))
    local.axes = [frame.axes[wire] for wire in frame.wires]
    return local, names


def _triple(vectors: Iterable[int]) -> Axes:
    x, y, z = vectors
    return x, y, z


def single_axis(pauli: Pauli) -> tuple[int, int]:
    """The qubit and the axis (1, 2, 3) of a positive string of weight one."""
    qubit = (pauli.x | pauli.z).bit_length() - 1
    return qubit, _AXIS_OF_BITS[pauli.x >> qubit & 1, pauli.z >> qubit & 1]


def absorb(items: Iterable[Rotation | Relabel], frame: LocalFrame) -> list[Rotation]:
    """Push relabellings and local Clifford rotations to the end, into a frame (grown in place).

    Promises: the input is ``frame`` after the output. Rotations by π about a longer string are products of single
    rotations by π and are pushed along.
    """
    kept = []
    for item in items:
        if isinstance(item, Relabel):
            frame.swap(item.a, item.b)
            continue
        turns = quarter_turns(item.angle)
        if turns == 0:
            continue
        bits = item.pauli.x | item.pauli.z
        if turns is not None and (turns == 2 or bits.bit_count() == 1):
            for qubit in support(item.pauli):
                axis = _AXIS_OF_BITS[item.pauli.x >> qubit & 1, item.pauli.z >> qubit & 1]
                frame.apply(qubit, axis, turns)
            continue
        kept.append(rotation(frame.pull(item.pauli), item.angle))
    return kept
