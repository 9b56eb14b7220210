"""Plans of the greedy search as circuits: with the Clifford that is owed at their end, or at their beginning."""

from __future__ import annotations

from collections.abc import Sequence

from qansatz.pauli.clifford_circuits import stabilizer_state_circuit, synthesize
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli
from qansatz.synthesis.frames import Relabel
from qansatz.synthesis.greedy import Setting, Step, plan
from qansatz.synthesis.replay import executed, pushed
from qansatz.synthesis.rotations import Rotation, quarter, quarter_turns, rotation


def carried_forwards(
    rotations: list[Rotation], final: Tableau, setting: Setting, final_clifford: bool
) -> list[Rotation | Relabel] | None:
    """The rotations in a moving frame, then what is owed of it and the final Clifford."""
    n = final.n_qubits
    images = [*final.xs, *final.zs] if final_clifford else []
    steps = plan([item.pauli for item in rotations], images, n, setting)
    if steps is None:
        return None
    frame, stream = _in_frame(rotations, steps, n)
    if not final_clifford:
        return [*stream]
    owed = frame.inverse().copy()
    owed.then(final)
    return [*stream, *executed(synthesize(owed))]


def carried_backwards(
    rotations: list[Rotation], final: Tableau, stabilizers: Sequence[Pauli], setting: Setting
) -> list[Rotation | Relabel] | None:
    """The same from the end to the beginning, from |0…0⟩, where the frame only has to be right on the initial state.

    With the rotations pushed through the final Clifford C, U = X·C for their product X. A plan for X† executes
    V = E·X†, so that U = V†·E·C, and E·C changes no more than the state to be prepared.
    """
    n = final.n_qubits
    backwards = [rotation(final.push(item.pauli), item.angle) for item in reversed(rotations)]
    state = [final.push(stabilizer) for stabilizer in stabilizers]
    steps = plan([item.pauli for item in backwards], state, n, setting)
    if steps is None:
        return None
    frame, stream = _in_frame(backwards, steps, n)
    prepared = stabilizer_state_circuit([frame.push(stabilizer) for stabilizer in state], n)
    undone = [_unturned(item) for item in reversed(stream)]
    return [*executed(prepared), *undone]


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
