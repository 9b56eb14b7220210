"""Rotations about one and two qubits as native gates, local Cliffords carried in frames."""

from __future__ import annotations

from fractions import Fraction

from qansatz.circuits.frames import (
    LocalFrame,
    composed,
    emitted,
    local_turns,
    single_axis,
    turn_to_z,
)
from qansatz.circuits.gates import Gate
from qansatz.circuits.rotations import Rotation, exact_sum, quarter, quarter_turns, support
from qansatz.model.angles import Affine, Angle, scale
from qansatz.model.reals import pi_linear
from qansatz.pauli.strings import Pauli

_ABOUT_X, _ABOUT_Y = Affine(()), Affine((), pi_linear(Fraction(0), Fraction(1, 2)))
_PHI = {1: _ABOUT_X, 2: _ABOUT_Y}


class NativeCircuit:
    """Native gates written so far, and the local Clifford still owed: the operator is ``frame`` after ``gates``.

    ``later`` is a local Clifford that follows at the end; neither frame relabels wires.
    """

    def __init__(self, later: LocalFrame) -> None:
        """No gates yet."""
        self.gates: list[Gate] = []
        n_qubits = len(later.wires)
        self.frame = LocalFrame(n_qubits)
        self._later = later
        self._latest: list[int] = [-1] * n_qubits

    def rotate(self, item: Rotation) -> None:
        """Append a rotation of weight one or two."""
        pauli = item.pauli
        if (pauli.x | pauli.z).bit_count() == 1:
            qubit, axis = single_axis(pauli)
            turns = quarter_turns(item.angle)
            if turns is not None:
                self.frame.apply(qubit, axis, turns)
                return
            image = self.frame.image(qubit, axis)
            self._single(qubit, abs(image), item.angle if image > 0 else scale(-1, item.angle))
            return
        a, b = support(pauli)
        signs = self._align(a, pauli) * self._align(b, pauli)
        self._append(Gate("rzz", (a, b), (item.angle if signs > 0 else scale(-1, item.angle),)))

    def read(self, qubit: int, axis: int) -> None:
        """Make the letter of an axis at a qubit a physical ±Z for a measurement, by one gate where it is not."""
        image = self.frame.image(qubit, axis)
        if abs(image) != 3:
            about, turns = turn_to_z(image)
            self.frame.emit(qubit, about, turns)
            self._single(qubit, about, quarter(turns))

    def _align(self, qubit: int, pauli: Pauli) -> int:
        """Make the letter at a qubit a physical ±Z, by one gate where it is not; the sign."""
        _, axis = single_axis(Pauli(pauli.x & 1 << qubit, pauli.z & 1 << qubit))
        image = self.frame.image(qubit, axis)
        if abs(image) != 3:
            self._turn_to_z(qubit, image)
        return 1 if self.frame.image(qubit, axis) > 0 else -1

    def _turn_to_z(self, wire: int, image: int) -> None:
        """Execute the quarter turn that takes a signed equatorial axis to ±Z: the one that leaves less owed."""
        about, turns = turn_to_z(image)
        after, axes = self._later.axes[wire], self.frame.axes[wire]
        turns = min(
            (turns, -turns % 4),
            key=lambda t: len(local_turns(composed(emitted(axes, about, t), after))),
        )
        self.frame.emit(wire, about, turns)
        self._append(Gate("u1q", (wire,), (quarter(turns), _PHI[about])))

    def _single(self, wire: int, axis: int, angle: Angle) -> None:
        """A rotation about a physical axis; equal axes in a row are one gate."""
        latest = self.gates[self._latest[wire]] if self._latest[wire] >= 0 else None
        gate = _one_qubit(wire, axis, angle)
        if (
            latest is not None
            and latest.name == gate.name
            and latest.angles[1:] == gate.angles[1:]
            and (total := exact_sum(latest.angles[0], angle)) is not None
        ):
            self.gates[self._latest[wire]] = Gate(gate.name, (wire,), (total, *gate.angles[1:]))
            return
        self._append(gate)

    def _append(self, gate: Gate) -> None:
        for qubit in gate.qubits:
            self._latest[qubit] = len(self.gates)
        self.gates.append(gate)

    def finish(self) -> None:
        """Execute the owed frame and the later one: at most one ``u1q`` and one ``rz`` a qubit."""
        self.frame = self.frame.then(self._later)
        for wire, axes in enumerate(self.frame.axes):
            for axis, turns in local_turns(axes):
                self.frame.emit(wire, axis, turns)
                if axis == 3:
                    self._single(wire, 3, quarter(turns))
                else:
                    self._append(Gate("u1q", (wire,), (quarter(turns), _PHI[axis])))


def as_rotations(gate: Gate) -> list[Rotation]:
    """A native gate as Pauli rotations in time order."""
    theta = gate.angles[0]
    bits = sum(1 << qubit for qubit in gate.qubits)
    if gate.name != "u1q":
        return [Rotation(Pauli(0, bits), theta)]
    phi = gate.angles[1]
    match quarter_turns(phi):
        case 0:
            return [Rotation(Pauli(bits, 0), theta)]
        case 1:
            return [Rotation(Pauli(bits, bits), theta)]
        case 2:
            return [Rotation(Pauli(bits, 0), scale(-1, theta))]
        case 3:
            return [Rotation(Pauli(bits, bits), scale(-1, theta))]
        case _:
            z = Pauli(0, bits)
            about_x = Rotation(Pauli(bits, 0), theta)
            return [Rotation(z, scale(-1, phi)), about_x, Rotation(z, phi)]


def _one_qubit(wire: int, axis: int, angle: Angle) -> Gate:
    if axis == 3:
        return Gate("rz", (wire,), (angle,))
    return Gate("u1q", (wire,), (angle, _PHI[axis]))
