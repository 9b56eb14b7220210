"""A model as a circuit in native gates.

The stages: replay (rotations as written, between the fixed gates), absorb (local Cliffords into frames), reduce (to
two qubits), merge, write natively. Each is exact and keeps the operator up to a global phase.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from qansatz.model.program import FixedGate, InitialState, Model
from qansatz.pauli.clifford_circuits import stabilizer_state_circuit, synthesize
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.synthesis.frames import LocalFrame, Relabel, absorb, relabelled, unwire
from qansatz.synthesis.gates import GateList
from qansatz.synthesis.greedy import MAX_ROTATIONS, Step, plan, settings
from qansatz.synthesis.ladders import reduce_to_pairs
from qansatz.synthesis.native import NativeCircuit, as_rotations
from qansatz.synthesis.normal import normal_form
from qansatz.synthesis.rotations import (
    Rotation,
    gate_rotations,
    merge,
    quarter,
    quarter_turns,
    rotation,
    support,
    weight,
)

#: Rotations about at most two qubits, and the local Clifford that follows them.
_TwoLocal: TypeAlias = tuple[list[Rotation], LocalFrame]

_KETS: dict[str, tuple[Pauli, int] | None] = {
    "0": None,
    "1": (Pauli(1, 0), 2),
    "+": (Pauli(1, 1), 1),
    "-": (Pauli(1, 1), 3),
    "r": (Pauli(1, 0), 3),
    "l": (Pauli(1, 0), 1),
}


def lower(
    model: Model, *, include_initial: bool = True, final_clifford: bool = True, effort: int = 1
) -> GateList:
    """The circuit of a model: U·Prep with Prep|0…0⟩ the initial state, or U alone without ``include_initial``.

    Of several circuits (as written with ladders; in a moving Clifford frame, ``effort`` times as many tries) the one
    with the fewest two-qubit gates is returned. Swaps cost nothing where the circuit starts from |0…0⟩, which they fix:
    its qubits are renamed. Without ``include_initial`` the permutation they amount to is executed, three ``rzz`` a
    transposition before merging. ``final_clifford=False`` leaves out the Clifford that follows the last rotation;
    :func:`lower_up_to_clifford` also says which.
    """
    candidates = _candidates(model, include_initial, final_clifford, effort)
    if final_clifford:
        finish = _renamed if include_initial else _swapped
        candidates = [finish(*candidate) for candidate in candidates]
    else:
        bare = LocalFrame(model.n_qubits)
        candidates = [(_without_final_clifford(items)[0], bare) for items, _ in candidates]
    items, later = min(candidates, key=lambda candidate: _n_two_qubit(candidate[0]))
    circuit = _written(items, later)
    if final_clifford:
        circuit.finish()
    return _gate_list(model, circuit)


def lower_up_to_clifford(
    model: Model, *, include_initial: bool = True, effort: int = 1
) -> tuple[GateList, Tableau]:
    """The circuit V without its final Clifford, and that Clifford D: the model is D·V.

    The expectation of an observable O is that of D†OD after V.
    """
    gates = lower(model, include_initial=include_initial, final_clifford=False, effort=effort)
    executed = [item for gate in gates.gates for item in as_rotations(gate)]
    _, after_executed = normal_form(executed, model.n_qubits)
    _, final = normal_form(rotations_of(model, include_initial), model.n_qubits)
    final.then(Tableau.from_gates(((g.name, g.qubits) for g in model.gates), model.n_qubits))
    # model = F·B and V = E·A with A = B, so D = F·E†.
    inverse = after_executed.inverse().copy()
    inverse.then(final)
    return gates, inverse


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


def _candidates(
    model: Model, include_initial: bool, final_clifford: bool, effort: int
) -> list[_TwoLocal]:
    """Circuits of rotations about at most two qubits, each with the local Clifford that follows."""
    later = LocalFrame(model.n_qubits)
    written = merge(absorb(replay(model, include_initial=include_initial), later))
    candidates = [_settle(reduce_to_pairs(written), later)]
    if not effort > 0 or all(weight(item.pauli) <= 2 for item in written):
        return candidates
    rotations, final = normal_form(rotations_of(model, False), model.n_qubits)
    if len(rotations) > MAX_ROTATIONS:
        return candidates
    final.then(Tableau.from_gates(((g.name, g.qubits) for g in model.gates), model.n_qubits))
    start = list(prepare(model.initial, model.n_qubits)) if include_initial else []
    strings = [item.pauli for item in rotations]
    for setting in settings(len(rotations), model.n_qubits, effort):
        steps = plan(strings, model.n_qubits, setting)
        if steps is not None:
            stream = [*start, *_carried(rotations, steps, final, final_clifford)]
            later = LocalFrame(model.n_qubits)
            candidates.append(_settle(absorb(stream, later), later))
    return candidates


def _carried(
    rotations: list[Rotation], steps: list[Step], final: Tableau, final_clifford: bool
) -> Iterator[Rotation | Relabel]:
    """The rotations and Clifford rotations of a plan, then what is left of the final Clifford."""
    frame = Tableau(final.n_qubits)
    for step in steps:
        if step.emitted is not None:
            item = rotations[step.emitted]
            yield rotation(_pushed(frame, item.pauli, many=False), item.angle)
        if step.clifford is not None:
            yield Rotation(step.clifford, quarter(1))
            frame.apply_rotation(step.clifford, 1)
    if final_clifford:
        owed = frame.inverse().copy()
        owed.then(final)
        for name, qubits in synthesize(owed):
            yield from _fixed(FixedGate(name, qubits))


def _swapped(items: list[Rotation], later: LocalFrame) -> _TwoLocal:
    """The relabelling that follows, executed."""
    swaps, later = unwire(later)
    ends = [item for pair in swaps for item in gate_rotations("swap", pair)]
    return _settle([*items, *ends], later) if ends else (items, later)


def _renamed(items: list[Rotation], later: LocalFrame) -> _TwoLocal:
    """The relabelling that follows as new names of the qubits, right for a circuit from |0…0⟩."""
    later, names = relabelled(later)
    return [Rotation(_moved(item.pauli, names), item.angle) for item in items], later


def _moved(pauli: Pauli, names: list[int]) -> Pauli:
    x = z = 0
    for wire in support(pauli):
        x |= (pauli.x >> wire & 1) << names[wire]
        z |= (pauli.z >> wire & 1) << names[wire]
    return Pauli(x, z)


def _n_two_qubit(items: list[Rotation]) -> int:
    return sum(weight(item.pauli) == 2 for item in items)


def _settle(items: list[Rotation], later: LocalFrame) -> _TwoLocal:
    """Merge and absorb until nothing changes."""
    while True:
        local = LocalFrame(len(later.wires))
        settled = absorb(merge(items), local)
        later = local.then(later)
        if len(settled) == len(items):
            return settled, later
        items = settled


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


def _gate_list(model: Model, circuit: NativeCircuit) -> GateList:
    return GateList(
        name=model.name,
        n_qubits=model.n_qubits,
        slots=model.slots,
        gates=tuple(circuit.gates),
    )
