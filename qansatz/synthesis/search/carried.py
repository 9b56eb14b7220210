"""Plans as circuits: with the Clifford that is owed at their end, or at their beginning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from qansatz.circuits.frames import Relabel
from qansatz.circuits.replay import executed, pushed
from qansatz.circuits.rotations import Rotation, quarter, quarter_turns, rotation
from qansatz.pauli.clifford_circuits import stabilizer_state_circuit, synthesize
from qansatz.pauli.cliffords import FixedGates, Tableau
from qansatz.pauli.strings import Pauli
from qansatz.synthesis.search.plans import Order, Owed, Step, letters_of

Stream: TypeAlias = list[Rotation | Relabel]


@dataclass(frozen=True, slots=True)
class Forwards:
    """The rotations in a moving frame, then what is owed of it and the final Clifford, if that is not None."""

    rotations: list[Rotation]
    order: Order
    owed: Owed | None
    final: Tableau | None

    def stream(self, steps: Sequence[Step]) -> Stream:
        """The circuit of a plan."""
        frame, stream = in_frame(self.rotations, steps, self.order.letters.shape[1])
        if self.final is None:
            return [*stream]
        owed = frame.inverse().copy()
        owed.then(self.final)
        return [*stream, *executed(synthesize(owed))]


@dataclass(frozen=True, slots=True)
class Backwards:
    """The same from the end to the beginning.

    With the rotations pushed through the final Clifford C, U = X·C for their product X. A plan for X† executes
    V = E·X†, so that U = V†·E·C. ``rotations`` are those of X†, their angles not negated; ``first`` gives, from E,
    gates for E·C.
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
    rotations: list[Rotation], final: Tableau | None, n_qubits: int, *, permuted: bool = False
) -> Forwards:
    """The unitary of rotations pulled back past ``final``, or up to a Clifford where that is None.

    With ``permuted``, a permutation of the qubits is not paid for.
    """
    owed = None if final is None else _owed_clifford([*final.xs, *final.zs], n_qubits, permuted)
    return Forwards(rotations, _order(rotations, n_qubits), owed, final)


def backwards(rotations: list[Rotation], final: Tableau, *, permuted: bool = False) -> Backwards:
    """The whole unitary, found from its end; with ``permuted``, a permutation of the qubits is not paid for."""
    n = final.n_qubits
    turned = mirrored(rotations, final)
    images = [final.push(Pauli(1 << q, 0)) for q in range(n)]
    images += [final.push(Pauli(0, 1 << q)) for q in range(n)]

    def first(frame: Tableau) -> FixedGates:
        owed = final.copy()
        owed.then(frame)
        return synthesize(owed)

    order = _order(turned, n)
    return Backwards(turned, order, _owed_clifford(images, n, permuted), first)


@dataclass(frozen=True, slots=True)
class Sweep:
    """A plan from one end of a circuit on |0…0⟩ to the other, with the frame ``start`` where it begins.

    Backwards it begins with the Clifford that follows the rotations, which is ``final``, or any where that is None,
    and ends with the preparation of a state. Forwards it begins with any frame and a preparation that fits, and ends
    with what is owed of ``final``. ``rotations`` are those pulled back past the fixed gates.
    """

    rotations: list[Rotation]
    stabilizers: Sequence[Pauli]
    final: Tableau | None
    start: Tableau
    is_backward: bool
    moved: list[Rotation]
    order: Order
    owed: Owed

    @property
    def ends_freely(self) -> bool:
        """Whether nothing is asked of the frame at the other end, but that a state can be prepared."""
        return self.final is None

    def stream(self, steps: Sequence[Step]) -> Stream:
        """The circuit of a plan."""
        _, stream = in_frame(self.moved, steps, self.start.n_qubits)
        if self.is_backward:
            begin = self._prepared(self.end(steps))
            return [*begin, *(_unturned(item) for item in reversed(stream))]
        if self.final is None:
            return [*self._prepared(self.start), *stream]
        owed = self.end(steps).inverse().copy()
        owed.then(self.final)
        return [*self._prepared(self.start), *stream, *executed(synthesize(owed))]

    def beginning(self, steps: Sequence[Step]) -> Tableau:
        """The frame in which the circuit of a plan begins: it prepares the initial state moved by this."""
        return self.end(steps) if self.is_backward else self.start

    def end(self, steps: Sequence[Step]) -> Tableau:
        """The frame at the other end."""
        frame, _ = in_frame(self.moved, steps, self.start.n_qubits)
        whole = self.start.copy()
        whole.then(frame)
        return whole

    def turned(self, steps: Sequence[Step]) -> Sweep:
        """The sweep back from where a plan led."""
        start = self.end(steps)
        if not self.is_backward and self.final is not None:
            start = self.final
        return sweep(self.rotations, self.stabilizers, self.final, start, not self.is_backward)

    def _prepared(self, frame: Tableau) -> list[Rotation | Relabel]:
        state = [frame.push(pauli) for pauli in self.stabilizers]
        return [*executed(stabilizer_state_circuit(state, frame.n_qubits))]


def sweep(
    rotations: list[Rotation],
    stabilizers: Sequence[Pauli],
    final: Tableau | None,
    start: Tableau,
    is_backward: bool,
) -> Sweep:
    """See :class:`Sweep`."""
    n = start.n_qubits
    state = [start.push(pauli) for pauli in stabilizers]

    def price(strings: Sequence[Pauli]) -> int:
        return sum(len(qubits) == 2 for _, qubits in stabilizer_state_circuit(strings, n))

    if is_backward:
        moved = mirrored(rotations, start)
        owed = Owed(state, price, partial=True)
    else:
        moved = [rotation(start.push(item.pauli), item.angle) for item in rotations]
        begun = price(state)
        ends = [] if final is None else [start.push(p) for p in (*final.xs, *final.zs)]
        owed = Owed(ends, lambda _: begun, partial=final is None)
    return Sweep(
        rotations=rotations,
        stabilizers=stabilizers,
        final=final,
        start=start,
        is_backward=is_backward,
        moved=moved,
        order=_order(moved, n),
        owed=owed,
    )


def _order(rotations: Sequence[Rotation], n_qubits: int) -> Order:
    return Order(letters_of([item.pauli for item in rotations], n_qubits))


def mirrored(rotations: list[Rotation], final: Tableau) -> list[Rotation]:
    """From the last to the first, pushed through ``final``."""
    return [rotation(final.push(item.pauli), item.angle) for item in reversed(rotations)]


def _owed_clifford(strings: Sequence[Pauli], n_qubits: int, permuted: bool) -> Owed:
    """A Clifford is owed, known by the images of X and of Z of every qubit; swaps are executed, unless ``permuted``."""
    if permuted:
        return Owed(strings, lambda _: 0, partial=False)

    def price(images: Sequence[Pauli]) -> int:
        homes = {(p.x | p.z).bit_length() - 1: q for q, p in enumerate(images[:n_qubits])}
        cycles, seen = 0, set[int]()
        for start in range(n_qubits):
            cycles += start not in seen
            while start not in seen:
                seen.add(start)
                start = homes[start]
        return 3 * (n_qubits - cycles)

    homes = [*range(n_qubits), *range(n_qubits)]
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
