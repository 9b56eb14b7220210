"""Plans of the greedy search as circuits: with the Clifford that is owed at their end, or at their beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qansatz.pauli.clifford_circuits import stabilizer_state_circuit, synthesize
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli
from qansatz.synthesis.frames import Relabel
from qansatz.synthesis.greedy import Order, Setting, Step, order_of, plan
from qansatz.synthesis.replay import executed, pushed
from qansatz.synthesis.rotations import Rotation, quarter, quarter_turns, rotation


@dataclass(frozen=True, slots=True)
class Forwards:
    """The rotations in a moving frame, then what is owed of it and the final Clifford (or nothing, where None)."""

    rotations: list[Rotation]
    order: Order
    before: list[Rotation | Relabel]
    final: Tableau | None

    def stream(self, setting: Setting, at_most: int) -> list[Rotation | Relabel] | None:
        """The circuit of one setting; None when it needs more than ``at_most`` two-qubit gates."""
        images = [*self.final.xs, *self.final.zs] if self.final else []
        steps = plan(self.order, images, setting, at_most)
        if steps is None:
            return None
        frame, stream = _in_frame(self.rotations, steps, self.order.letters.shape[1])
        if self.final is None:
            return [*self.before, *stream]
        owed = frame.inverse().copy()
        owed.then(self.final)
        return [*self.before, *stream, *executed(synthesize(owed))]


@dataclass(frozen=True, slots=True)
class Backwards:
    """The same from the end to the beginning, from |0…0⟩, where the frame only has to be right on the initial state.

    With the rotations pushed through the final Clifford C, U = X·C for their product X. A plan for X† executes
    V = E·X†, so that U = V†·E·C, and E·C changes no more than the state to be prepared. ``rotations`` are those of X†,
    their angles not negated, and ``state`` are the stabilizers of C on the initial state.
    """

    rotations: list[Rotation]
    order: Order
    state: list[Pauli]

    def stream(self, setting: Setting, at_most: int) -> list[Rotation | Relabel] | None:
        """The circuit of one setting; None when it needs more than ``at_most`` two-qubit gates."""
        n = self.order.letters.shape[1]
        steps = plan(self.order, self.state, setting, at_most)
        if steps is None:
            return None
        frame, stream = _in_frame(self.rotations, steps, n)
        prepared = stabilizer_state_circuit([frame.push(p) for p in self.state], n)
        return [*executed(prepared), *(_unturned(item) for item in reversed(stream))]


def forwards(
    rotations: list[Rotation],
    before: list[Rotation | Relabel],
    final: Tableau,
    final_clifford: bool,
) -> Forwards:
    """What forward plans need: rotations pulled back past ``final``, the preparation before them."""
    order = order_of([item.pauli for item in rotations], final.n_qubits)
    return Forwards(rotations, order, before, final if final_clifford else None)


def backwards(rotations: list[Rotation], final: Tableau, stabilizers: Sequence[Pauli]) -> Backwards:
    """What backward plans need: the same rotations, and the stabilizers of the initial state."""
    pushed_last_first = [
        rotation(final.push(item.pauli), item.angle) for item in reversed(rotations)
    ]
    order = order_of([item.pauli for item in pushed_last_first], final.n_qubits)
    return Backwards(pushed_last_first, order, [final.push(p) for p in stabilizers])


def _unturned(item: Rotation) -> Rotation:
    """The inverse of a Clifford rotation; any other rotation as it is."""
    turns = quarter_turns(item.angle)
    return item if turns is None else Rotation(item.pauli, quarter(-turns))


def _in_frame(
    rotations: list[Rotation], steps: list[Step], n_qubits: int
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
