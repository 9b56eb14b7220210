"""A model as rotations: as its source writes them, or pulled back past its fixed gates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qansatz.circuits.frames import Relabel
from qansatz.circuits.rotations import Rotation, gate_rotations, quarter, rotation
from qansatz.model.program import InitialState, Model
from qansatz.pauli.clifford_circuits import stabilizer_state_circuit
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, anticommute

_KETS: dict[str, tuple[Pauli, int] | None] = {
    "0": None,
    "1": (Pauli(1, 0), 2),
    "+": (Pauli(1, 1), 1),
    "-": (Pauli(1, 1), 3),
    "r": (Pauli(1, 0), 3),
    "l": (Pauli(1, 0), 1),
}


def replay(model: Model, *, include_initial: bool = True) -> Iterator[Rotation | Relabel]:
    """The model as written: rotations about the source's strings, fixed gates as Clifford rotations in their places."""
    if include_initial:
        yield from prepare(model.initial, model.n_qubits)
    rows = model.rotations
    strings = rows.strings.paulis()
    before = rows.n_gates_before.tolist()
    clifford, n_applied, row = Tableau(model.n_qubits), 0, 0
    while row < len(rows):
        for gate in model.gates[n_applied : before[row]]:
            clifford.apply(gate.name, gate.qubits)
            yield from executed([(gate.name, gate.qubits)])
        n_applied = max(n_applied, before[row])
        stop = row
        while stop < len(rows) and before[stop] <= n_applied:
            stop += 1
        for k in range(row, stop):
            written = pushed(clifford, strings[rows.string[k]], many=stop - row > 8)
            yield rotation(written, rows.angle(k))
        row = stop
    for gate in model.gates[n_applied:]:
        yield from executed([(gate.name, gate.qubits)])


def prepare(initial: InitialState, n_qubits: int) -> Iterator[Rotation | Relabel]:
    """A Clifford that takes |0…0⟩ to the initial state."""
    if initial.ket is not None:
        for qubit, letter in enumerate(initial.ket):
            if turn := _KETS[letter]:
                pauli, turns = turn
                yield Rotation(Pauli(pauli.x << qubit, pauli.z << qubit), quarter(turns))
        return
    yield from executed(stabilizer_state_circuit(initial.stabilizers, n_qubits))


def executed(gates: Iterable[tuple[str, tuple[int, ...]]]) -> Iterator[Rotation | Relabel]:
    """Fixed gates as Clifford rotations, swaps as relabellings."""
    for name, qubits in gates:
        if name == "swap":
            yield Relabel(*qubits)
        else:
            yield from gate_rotations(name, qubits)


def pushed(clifford: Tableau, pauli: Pauli, *, many: bool) -> Pauli:
    """CPC†; through the inverse tableau when many strings share it."""
    if many:
        return clifford.push(pauli)
    touched = clifford.touched
    if not (pauli.x | pauli.z) & touched:
        return pauli
    x, z = pauli.x & ~touched, pauli.z & ~touched
    remaining = touched
    while remaining:
        bit = remaining & -remaining
        qubit = bit.bit_length() - 1
        if anticommute(pauli, clifford.zs[qubit]):
            x |= bit
        if anticommute(pauli, clifford.xs[qubit]):
            z |= bit
        remaining ^= bit
    sign = clifford.pull(Pauli(x, z)).phase
    return Pauli(x, z, (pauli.phase - sign) % 4)


def fixed_gates(model: Model) -> Tableau:
    """The Clifford of the model's fixed gates."""
    return Tableau.from_gates(((g.name, g.qubits) for g in model.gates), model.n_qubits)


def rotations_of(model: Model, include_initial: bool) -> list[Rotation]:
    """The model's rotations, pulled back past its fixed gates, after the preparation of its initial state."""
    strings = model.rotations.strings.paulis()
    items = []
    for item in prepare(model.initial, model.n_qubits) if include_initial else ():
        if isinstance(item, Relabel):
            items += gate_rotations("swap", (item.a, item.b))
        else:
            items.append(item)
    for row in range(len(model.rotations)):
        items.append(Rotation(strings[model.rotations.string[row]], model.rotations.angle(row)))
    return items
