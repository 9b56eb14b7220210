"""Plans as circuits: with the Clifford that is owed at their end, or at their beginning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from qansatz.pauli.clifford_circuits import FixedGates, stabilizer_state_circuit, synthesize
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli
from qansatz.synthesis.frames import Relabel
from qansatz.synthesis.plans import Order, Owed, Step, letters_of
from qansatz.synthesis.replay import executed, pushed
from qansatz.synthesis.rotations import Rotation, quarter, quarter_turns, rotation

Stream: TypeAlias = list[Rotation | Relabel]


@dataclass(frozen=True, slots=True)
class Forwards:
    """The rotations in a moving frame, then what is owed of it and the final Clifford, if that is not None."""

    rotations: list[Rotation]
    order: Order
    owed: Owed | None
    before: Stream
    final: Tableau | None

    def stream(self, steps: Sequence[Step]) -> Stream:
        """The circuit of a plan."""
        frame, stream = in_frame(self.rotations, steps, self.order.letters.shape[1])
        if self.final is None:
            return [*self.before, *stream]
        owed = frame.inverse().copy()
        owed.then(self.final)
        return [*self.before, *stream, *executed(synthesize(owed))]


@dataclass(frozen=True, slots=True)
class Backwards:
    """The same from the end to the beginning.

    With the rotations pushed through the final Clifford C, U = X·C for their product X. A plan for X† executes
    V = E·X†, so that U = V†·E·C. ``rotations`` are those of X†, their angles not negated; ``first`` gives, from E,
    gates for E·C: from |0…0⟩ any that prepare the same state.
    """

    rotations: list[Rotation]
    order: Order
    owed: Owed
    first: Callable[[Tableau], FixedGates]

    def stream(self, steps: Sequence[Step]) -> Stream:
        """The circuit of a plan."""
        frame, stream = in_frame(self.rotations, steps, self.order.letters.shape[1])
        return [*executed(self.first(frame)), *(_unturned(item) for item in reversed(stream))]


def forwards(
    rotations: list[Rotation], before: Stream, final: Tableau, *, relabels: bool
) -> Forwards:
    """The whole circuit of rotations pulled back past ``final``; swaps at its end are free if ``relabels``."""
    order = _order(rotations, final.n_qubits)
    owed = _owed_clifford([*final.xs, *final.zs], final.n_qubits, relabels)
    return Forwards(rotations, order, owed, before, final)


def bare(rotations: list[Rotation], before: Stream, n_qubits: int) -> Forwards:
    """The circuit without the Clifford that follows the rotations."""
    order = _order(rotations, n_qubits)
    return Forwards(rotations, order, None, before, None)


def backwards(rotations: list[Rotation], final: Tableau) -> Backwards:
    """The whole circuit, found from its end."""
    n = final.n_qubits
    mirrored = _mirrored(rotations, final)
    images = [final.push(Pauli(1 << q, 0)) for q in range(n)]
    images += [final.push(Pauli(0, 1 << q)) for q in range(n)]

    def first(frame: Tableau) -> FixedGates:
        owed = final.copy()
        owed.then(frame)
        return synthesize(owed)

    order = _order(mirrored, n)
    return Backwards(mirrored, order, _owed_clifford(images, n, False), first)


def prepared(rotations: list[Rotation], final: Tableau, stabilizers: Sequence[Pauli]) -> Backwards:
    """The circuit from |0…0⟩, found from its end, that begins with the state with these stabilizers."""
    n = final.n_qubits
    mirrored = _mirrored(rotations, final)
    state = [final.push(pauli) for pauli in stabilizers]

    def price(strings: Sequence[Pauli]) -> int:
        return sum(len(qubits) == 2 for _, qubits in stabilizer_state_circuit(strings, n))

    def first(frame: Tableau) -> FixedGates:
        return stabilizer_state_circuit([frame.push(pauli) for pauli in state], n)

    order = _order(mirrored, n)
    return Backwards(mirrored, order, Owed(state, price, partial=True), first)


def _order(rotations: Sequence[Rotation], n_qubits: int) -> Order:
    return Order(letters_of([item.pauli for item in rotations], n_qubits))


def _mirrored(rotations: list[Rotation], final: Tableau) -> list[Rotation]:
    return [rotation(final.push(item.pauli), item.angle) for item in reversed(rotations)]


def _owed_clifford(strings: Sequence[Pauli], n_qubits: int, relabels: bool) -> Owed:
    """A Clifford is owed, known by the images of X and of Z of every qubit."""

    def price(found: Sequence[Pauli]) -> int:
        if relabels:
            return 0
        homes = {(p.x | p.z).bit_length() - 1: q for q, p in enumerate(found[:n_qubits])}
        cycles, seen = 0, set[int]()
        for start in range(n_qubits):
            cycles += start not in seen
            while start not in seen:
                seen.add(start)
                start = homes[start]
        return 3 * (n_qubits - cycles)

    homes = None if relabels else [*range(n_qubits), *range(n_qubits)]
    return Owed(strings, price, partial=False, homes=homes)


def _unturned(item: Rotation) -> Rotation:
    """The inverse of a Clifford rotation; any other rotation as it is."""
    turns = quarter_turns(item.angle)
    return item if turns is None else Rotation(item.pauli, quarter(-turns))


def in_frame(
    rotations: list[Rotation], steps: Sequence[Step], n_qubits: int
) -> tuple[Tableau, list[Rotation]]:
    """The rotations of a plan in the frame of their time, among its Clifford rotations; and the frame at the end."""
    frame = Tableau(n_qubits)
    stream = []
    for step in steps:
        if step.emitted is not None:
            item = rotations[step.emitted]
            stream.append(rotation(pushed(frame, item.pauli, many=False), item.angle))
        if step.clifford is not None:
            stream.append(Rotation(step.clifford, quarter(1)))
            frame.apply_rotation(step.clifford, 1)
    return frame, stream
