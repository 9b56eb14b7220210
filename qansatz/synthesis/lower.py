"""A model as a circuit in native gates.

The stages: replay (rotations as written, between the fixed gates), absorb (local Cliffords into frames), reduce (to
two qubits), merge, write natively. Each is exact and keeps the operator up to a global phase.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias

from qansatz.circuits.frames import LocalFrame, Relabel, absorb, relabelled, unwire
from qansatz.circuits.gates import GateList
from qansatz.circuits.ladders import reduce_to_pairs
from qansatz.circuits.layers import depth, in_layers
from qansatz.circuits.native import NativeCircuit, as_rotations
from qansatz.circuits.order import along
from qansatz.circuits.replay import executed, fixed_gates, prepare, replay, rotations_of
from qansatz.circuits.rotations import (
    Rotation,
    gate_rotations,
    merge,
    quarter_turns,
    support,
    weight,
)
from qansatz.model.program import Model
from qansatz.pauli.clifford_circuits import stabilizer_state_circuit, synthesize
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.synthesis.normal import is_eighth, normal_form
from qansatz.synthesis.search.carried import Backwards, Forwards, Stream, backwards, forwards, sweep
from qansatz.synthesis.search.stabilizer_frame import has_frame, plans
from qansatz.synthesis.search.tries import Budget, Objective, streams, swept

#: Rotations about at most two qubits, and the local Clifford that follows them.
_TwoLocal: TypeAlias = tuple[list[Rotation], LocalFrame]
#: These, and the frame in which the circuit begins where that is not the source's.
_Candidate: TypeAlias = tuple[list[Rotation], LocalFrame, Tableau | None]

#: What follows the last rotation: all that is left, all but a permutation of the qubits, or nothing.
End: TypeAlias = Literal["clifford", "permutation", "nothing"]

#: With less effort left nothing is searched besides the stabilizer frame, unless a state is prepared: sweeps often do
#: better there.
_BOTH: Final = 0.1
_SMALL: Final = 10_000
#: More rotations than this are not attempted.
MAX_ROTATIONS: Final = 20_000


def lower(
    model: Model,
    *,
    include_initial: bool = True,
    final_clifford: bool = True,
    effort: float = 1,
    objective: Objective = "count",
    time_limit: float | None = None,
) -> GateList:
    """The circuit of a model: U·Prep with Prep|0…0⟩ the initial state, or U alone without ``include_initial``.

    Of several circuits (as written with ladders, and in a moving Clifford frame) the one with the fewest two-qubit
    gates, then of least depth in them, is returned; with ``objective="depth"`` the other way round. ``effort`` is about
    how many seconds are searched, counted in work, so that the result depends on nothing else; 0 searches none. With
    ``time_limit`` it is searched for so many seconds by the clock instead, and the best until then is returned.

    Swaps cost nothing where the circuit starts from |0…0⟩, which they fix: its qubits are renamed. Without
    ``include_initial`` the permutation they amount to is executed, three ``rzz`` a transposition before merging.
    ``final_clifford=False`` leaves out the Clifford that follows the last rotation; :func:`lower_up_to_clifford` also
    says which.
    """
    budget = _budget(effort, objective, time_limit)
    end: End = "clifford" if final_clifford else "nothing"
    return _lowered(model, include_initial, end, budget)[0]


def lower_up_to_permutation(
    model: Model,
    *,
    effort: float = 1,
    objective: Objective = "count",
    time_limit: float | None = None,
) -> tuple[GateList, list[int]]:
    """A circuit V for the unitary U, and wires with U = S·V: S takes qubit q to itself from wire ``wires[q]`` of V.

    Ions move, so a permutation is a matter of names. Options as for :func:`lower`.
    """
    budget = _budget(effort, objective, time_limit)
    gates, _, wires = _lowered(model, False, "permutation", budget)
    return gates, wires


def lower_up_to_clifford(
    model: Model,
    *,
    include_initial: bool = True,
    effort: float = 1,
    objective: Objective = "count",
    time_limit: float | None = None,
) -> tuple[GateList, Tableau]:
    """The circuit V without its final Clifford, and that Clifford D: the model is D·V.

    The expectation of an observable O is that of D†OD after V. Options as for :func:`lower`.
    """
    budget = _budget(effort, objective, time_limit)
    gates, begun, _ = _lowered(model, include_initial, "nothing", budget)
    executed = [item for gate in gates.gates for item in as_rotations(gate)]
    signed = begun is not None
    _, after_executed = normal_form(executed, model.n_qubits, signed=signed)
    declared, final = normal_form(
        rotations_of(model, include_initial), model.n_qubits, signed=signed
    )
    if signed and any(is_eighth(item.angle) for item in declared):
        # R_P(π/4) is R_−P(π/4)·R_P(π/2): which of the two a conjugation by G gives cannot be told.
        return lower_up_to_clifford(model, include_initial=include_initial, effort=0)
    final.then(fixed_gates(model))
    # model = F·B and V = E·A. With A = G†BG for a G that fixes |0…0⟩, D = F·G·E†.
    inverse = after_executed.inverse().copy()
    if begun is not None:
        inverse.then(_fixing_zero(model, begun))
    inverse.then(final)
    return gates, inverse


def _fixing_zero(model: Model, begun: Tableau) -> Tableau:
    """G = (T·Q)†·P for Q that prepares the initial state, P its image by the frame T in which a circuit begins."""
    n = model.n_qubits
    _, moved = normal_form(list(_unswapped(prepare(model.initial, n))), n)
    moved.then(begun)
    fixing = Tableau.from_gates(
        stabilizer_state_circuit([begun.push(p) for p in model.initial.stabilizers], n), n
    )
    fixing.then(moved.inverse())
    return fixing


def _unswapped(items: Iterable[Rotation | Relabel]) -> Iterator[Rotation]:
    for item in items:
        yield from gate_rotations("swap", (item.a, item.b)) if isinstance(item, Relabel) else [item]


def _budget(effort: float, objective: Objective, time_limit: float | None) -> Budget:
    deadline = None if time_limit is None else time.monotonic() + time_limit
    return Budget(effort=effort, deadline=deadline, objective=objective)


def _lowered(
    model: Model, include_initial: bool, end: End, budget: Budget
) -> tuple[GateList, Tableau | None, list[int]]:
    """The circuit, the frame in which it begins where that is not the source's, and the wires on which qubits end."""
    candidates = _candidates(model, include_initial, end, budget)
    wires = [*range(model.n_qubits)]
    if end == "nothing":
        bare = LocalFrame(model.n_qubits)
        candidates = [
            (_without_final_clifford(items)[0], bare, begun) for items, _, begun in candidates
        ]
    elif include_initial:
        candidates = [(*_renamed(items, later), begun) for items, later, begun in candidates]
    elif end == "clifford":
        candidates = [(*_swapped(items, later), begun) for items, later, begun in candidates]
    items, later, begun = _cheapest(candidates, model.n_qubits, budget.objective)
    if end == "permutation":
        wires, later.wires = later.wires, wires
    circuit = _written(items, later)
    if end != "nothing":
        circuit.finish()
    return _gate_list(model, circuit), begun, wires


def _cheapest(candidates: list[_Candidate], n_qubits: int, objective: Objective) -> _Candidate:
    """The best candidate, in layers."""
    if objective == "count":
        fewest = min(_n_two_qubit(candidate[0]) for candidate in candidates)
        candidates = [candidate for candidate in candidates if _n_two_qubit(candidate[0]) == fewest]
    layered = [(in_layers(items, n_qubits), later, begun) for items, later, begun in candidates]
    return min(layered, key=lambda found: (depth(found[0], n_qubits), _n_two_qubit(found[0])))


def _candidates(model: Model, include_initial: bool, end: End, budget: Budget) -> list[_Candidate]:
    """Circuits of rotations about at most two qubits, as written and as found."""
    n = model.n_qubits
    later = LocalFrame(n)
    written = merge(absorb(replay(model, include_initial=include_initial), later))
    candidates: list[_Candidate] = [(*_settle(reduce_to_pairs(written), later), None)]
    if not budget.effort > 0 or not can_improve(written, n):
        return candidates
    rotations, final = normal_form(rotations_of(model, False), n)
    if len(rotations) > MAX_ROTATIONS:
        return candidates
    final.then(fixed_gates(model))
    if (passage := along(model)) is not None:
        before = list(prepare(model.initial, n)) if include_initial else []
        passed, owed = passage
        owed.then(fixed_gates(model))
        ends = () if end == "nothing" else executed(synthesize(owed))
        later = LocalFrame(n)
        short = reduce_to_pairs(absorb([*before, *passed, *ends], later))
        candidates.append((*_settle(short, later), None))
    fewest = min(_n_two_qubit(items) for items, _, _ in candidates)
    goal = None if end == "nothing" else final
    permuted = end == "permutation"
    for stream, begun in _found(model, rotations, goal, include_initial, permuted, fewest, budget):
        later = LocalFrame(n)
        candidates.append((*_settle(absorb(stream, later), later), begun))
    return candidates


def _found(
    model: Model,
    rotations: list[Rotation],
    goal: Tableau | None,
    include_initial: bool,
    permuted: bool,
    fewest: int,
    budget: Budget,
) -> Iterator[tuple[Stream, Tableau | None]]:
    """Circuits of plans, and the frames in which they begin."""
    n = model.n_qubits
    there = forwards(rotations, goal, n, permuted=permuted or include_initial)
    before = [*prepare(model.initial, n)] if include_initial else []
    if has_frame(there):
        framed, budget = budget.split()
        step_lists = [*plans(there, framed)]
        yield from (([*before, *there.stream(steps)], None) for steps in step_lists)
        if step_lists and budget.effort < _BOTH and not include_initial:
            return
    if include_initial:
        start = Tableau(n) if goal is None else goal
        way = sweep(rotations, model.initial.stabilizers, goal, start, goal is not None)
        yield from swept(way, fewest, budget)
        return
    ways: list[Forwards | Backwards] = [there]
    if goal is not None:
        ways.append(backwards(rotations, goal, permuted=permuted))
    for stream in streams(ways, fewest, budget):
        yield stream, None


def can_improve(written: list[Rotation], n_qubits: int) -> bool:
    """Whether a moving frame may save gates: there are long strings, or two-qubit Cliffords in a small circuit."""
    if any(weight(item.pauli) > 2 for item in written):
        return True
    entangling = any(
        weight(item.pauli) == 2 and quarter_turns(item.angle) is not None for item in written
    )
    return entangling and len(written) * n_qubits <= _SMALL


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
