"""A model as a circuit in native gates.

The stages: replay (rotations as written, between the fixed gates), absorb (local Cliffords into frames), reduce (to
two qubits), merge, write natively. Each is exact and keeps the operator up to a global phase.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qansatz.model.program import FixedGate, InitialState, Model
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.synthesis.frames import LocalFrame, Relabel, absorb, local_turns, relabelled, unwire
from qansatz.synthesis.gates import GateList
from qansatz.synthesis.ladders import reduce_to_pairs
from qansatz.synthesis.native import NativeCircuit
from qansatz.synthesis.rotations import (
    Rotation,
    gate_rotations,
    merge,
    quarter,
    quarter_turns,
    rotation,
    support,
)

_KETS: dict[str, tuple[Pauli, int] | None] = {
    "0": None,
    "1": (Pauli(1, 0), 2),
    "+": (Pauli(1, 1), 1),
    "-": (Pauli(1, 1), 3),
    "r": (Pauli(1, 0), 3),
    "l": (Pauli(1, 0), 1),
}


def lower(model: Model, *, include_initial: bool = True, final_clifford: bool = True) -> GateList:
    """The circuit of a model: U·Prep with Prep|0…0⟩ the initial state, or U alone without ``include_initial``.

    Swaps cost nothing where the circuit starts from |0…0⟩, which they fix: its qubits are renamed. Without
    ``include_initial`` the permutation they amount to is executed, three ``rzz`` a transposition before merging.
    ``final_clifford=False`` leaves out the Clifford that follows the last rotation;
    :func:`lower_up_to_clifford` also says which.
    """
    items, later = _two_local(model, include_initial)
    if final_clifford and include_initial:
        later, names = relabelled(later)
        items = [_renamed(item, names) for item in items]
    elif final_clifford:
        swaps, later = unwire(later)
        ends = [item for pair in swaps for item in gate_rotations("swap", pair)]
        items, later = _settle([*items, *ends], later)
    else:
        items, _ = _without_final_clifford(items)
        later = LocalFrame(model.n_qubits)
    circuit = _written(items, later)
    if final_clifford:
        circuit.finish()
    return _gate_list(model, circuit)


def lower_up_to_clifford(model: Model, *, include_initial: bool = True) -> tuple[GateList, Tableau]:
    """The circuit V without its final Clifford, and that Clifford D: the model is D·V.

    The expectation of an observable O is that of D†OD after V.
    """
    items, later = _two_local(model, include_initial)
    items, dropped = _without_final_clifford(items)
    circuit = _written(items, LocalFrame(model.n_qubits))
    final = Tableau(model.n_qubits)
    _apply_local(final, circuit.frame)
    for item in dropped:
        final.apply_rotation(item.pauli, quarter_turns(item.angle) or 0)
    swaps, local = unwire(later)
    for pair in swaps:
        final.apply("swap", pair)
    _apply_local(final, local)
    return _gate_list(model, circuit), final


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
            yield from _fixed(gate)
        n_applied = max(n_applied, before[row])
        stop = row
        while stop < len(rows) and before[stop] <= n_applied:
            stop += 1
        for k in range(row, stop):
            written = _pushed(clifford, strings[rows.string[k]], many=stop - row > 8)
            yield rotation(written, rows.angle(k))
        row = stop
    for gate in model.gates[n_applied:]:
        yield from _fixed(gate)


def prepare(initial: InitialState, n_qubits: int) -> Iterator[Rotation | Relabel]:
    """A Clifford that takes |0…0⟩ to the initial state."""
    if initial.ket is not None:
        for qubit, letter in enumerate(initial.ket):
            if turn := _KETS[letter]:
                pauli, turns = turn
                yield Rotation(Pauli(pauli.x << qubit, pauli.z << qubit), quarter(turns))
        return
    from qansatz.pauli.clifford_circuits import stabilizer_state_circuit

    for name, qubits in stabilizer_state_circuit(initial.stabilizers, n_qubits):
        yield from _fixed(FixedGate(name, tuple(qubits)))


def _fixed(gate: FixedGate) -> Iterable[Rotation | Relabel]:
    if gate.name == "swap":
        return (Relabel(*gate.qubits),)
    return gate_rotations(gate.name, gate.qubits)


def _pushed(clifford: Tableau, pauli: Pauli, *, many: bool) -> Pauli:
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


def _two_local(model: Model, include_initial: bool) -> tuple[list[Rotation], LocalFrame]:
    later = LocalFrame(model.n_qubits)
    stream = absorb(replay(model, include_initial=include_initial), later)
    return _settle(reduce_to_pairs(merge(stream)), later)


def _settle(items: list[Rotation], later: LocalFrame) -> tuple[list[Rotation], LocalFrame]:
    """Merge and absorb until nothing changes."""
    while True:
        local = LocalFrame(len(later.wires))
        settled = absorb(merge(items), local)
        later = local.then(later)
        if len(settled) == len(items):
            return settled, later
        items = settled


def _renamed(item: Rotation, names: list[int]) -> Rotation:
    x = z = 0
    for wire in support(item.pauli):
        x |= (item.pauli.x >> wire & 1) << names[wire]
        z |= (item.pauli.z >> wire & 1) << names[wire]
    return Rotation(Pauli(x, z), item.angle)


def _without_final_clifford(items: list[Rotation]) -> tuple[list[Rotation], list[Rotation]]:
    """The items kept, and the Clifford rotations that may follow them all, in time order."""
    kept: list[Rotation] = []
    dropped: list[Rotation] = []
    blocked = 0
    for item in reversed(items):
        bits = item.pauli.x | item.pauli.z
        free = not bits & blocked or all(not anticommute(item.pauli, k.pauli) for k in kept)
        if free and quarter_turns(item.angle) is not None:
            dropped.append(item)
        else:
            kept.append(item)
            blocked |= bits
    return kept[::-1], dropped[::-1]


def _written(items: list[Rotation], later: LocalFrame) -> NativeCircuit:
    circuit = NativeCircuit(later)
    for item in items:
        circuit.rotate(item)
    return circuit


def _apply_local(tableau: Tableau, frame: LocalFrame) -> None:
    for wire, axes in enumerate(frame.axes):
        for axis, turns in local_turns(axes):
            x, z = ((1, 0), (1, 1), (0, 1))[axis - 1]
            tableau.apply_rotation(Pauli(x << wire, z << wire), turns)


def _gate_list(model: Model, circuit: NativeCircuit) -> GateList:
    return GateList(
        name=model.name,
        n_qubits=model.n_qubits,
        slots=model.slots,
        gates=tuple(circuit.gates),
    )
