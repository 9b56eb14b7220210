"""Circuits that end in measurements: which qubits are read, and the strings that their outcomes tell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from qansatz.analysis.gradient.circuits import GradientCircuit, Schedule
from qansatz.analysis.gradient.pattern_circuit import Rows
from qansatz.circuits.frames import LocalFrame, absorb, single_axis
from qansatz.circuits.gates import GateList
from qansatz.circuits.ladders import reduce_to_pairs
from qansatz.circuits.layers import in_layers
from qansatz.circuits.native import NativeCircuit, as_rotations
from qansatz.circuits.order import along, restricted
from qansatz.circuits.replay import prepare, rotations_of
from qansatz.circuits.rotations import Rotation, merge, quarter, quarter_turns, support, weight
from qansatz.model.program import Model
from qansatz.pauli import gf2
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.pauli.tables import PauliTable
from qansatz.synthesis.lower import MAX_ROTATIONS, can_improve, lower_up_to_clifford
from qansatz.synthesis.normal import normal_form
from qansatz.synthesis.search.carried import Stream, in_frame
from qansatz.synthesis.search.diagonal import diagonalizing, settled_letters
from qansatz.synthesis.search.plans import Order, Owed, Step, letters_of
from qansatz.synthesis.search.tries import Budget, streams
from qansatz.synthesis.verify import carried

#: Circuits of one gradient each of which is searched as long as a single one would be.
_SHARED: Final = 12


@dataclass(frozen=True, slots=True)
class Parity:
    """A positive Pauli string on the prepared state as the parity of outcomes.

    One shot gives (−1)^(Σ outcomes of the columns + ``negative``), column k standing for bit k of ``columns``.
    """

    pauli: Pauli
    columns: int
    negative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredCircuit:
    """A circuit from |0…0⟩ whose ``measured`` qubits are then read in the basis of Z, a column of outcomes each.

    ``gates`` may have more qubits than the model: the ancilla is the last.
    """

    gates: GateList
    measured: tuple[int, ...]
    parities: tuple[Parity, ...]


class NotProvedError(RuntimeError):
    """A circuit could not be proved to measure what it is for: a mistake of this compiler."""


def gradient_circuits(schedule: Schedule, *, effort: float = 1) -> Iterator[MeasuredCircuit]:
    """The circuits of a schedule in its order, with the ancilla (if any) as the last qubit.

    The parities are the strings of each circuit's measurements, every string once. All angles stay symbolic.
    ``effort`` multiplies the time to look for fewer two-qubit gates, which many circuits share; 0 takes them as
    written. Every circuit is proved by :func:`qansatz.synthesis.verify.carried`.
    """
    effort *= share(schedule.n_circuits)
    for circuit in schedule.circuits():
        yield measured(
            prepared(schedule, circuit),
            list(dict.fromkeys(m.pauli for m in circuit.measurements)),
            effort=effort,
        )


def share(n_circuits: int) -> float:
    """The part of the effort for one circuit that each of many gets."""
    return min(1.0, _SHARED / max(1, n_circuits))


def expectation_circuits(
    model: Model, sets: Iterable[Sequence[Pauli]], *, rows: Rows | None = None, effort: float = 1
) -> Iterator[MeasuredCircuit]:
    """One circuit for each set of commuting positive strings, read after the rotations of the model.

    The strings are pulled back past the fixed gates, as in ``Observable.pulled_back``. With ``rows``, ascending, only
    these rotations are executed. Rotations that no string of a set can feel are left out.
    """
    forward = bare(model, np.arange(len(model.rotations)) if rows is None else rows)
    for strings in sets:
        yield measured(forward, list(dict.fromkeys(strings)), effort=effort)


def bare(model: Model, rows: Rows) -> Model:
    """Some of a model's rotations, ascending, as a model without fixed gates and observables."""
    return with_rotations(model, rows, [model.rotations.pauli(row) for row in rows.tolist()])


def prepared(schedule: Schedule, circuit: GradientCircuit) -> Model:
    """The active rotations of one circuit of a schedule as a model, its ancilla as a last qubit in |+⟩."""
    model, rows = schedule.model, schedule.patterns.active
    flipped = set(circuit.flipped.tolist())
    strings = []
    for row in rows.tolist():
        pauli = model.rotations.pauli(row)
        z = pauli.z | 1 << model.n_qubits if row in flipped else pauli.z
        strings.append(Pauli(pauli.x, z))
    return with_rotations(model, rows, strings, ancilla=circuit.ancilla)


def with_rotations(
    model: Model, rows: Rows, strings: Sequence[Pauli], *, ancilla: bool = False
) -> Model:
    """The model with some of its rotations only, about other strings; no fixed gates, no observables."""
    old, n = model.rotations, model.n_qubits
    number: dict[Pauli, int] = {}
    string = np.array([number.setdefault(p, len(number)) for p in strings], dtype=np.int32)
    rotations = replace(
        old.take(rows),
        strings=PauliTable.from_paulis([*number], n + ancilla),
        string=string,
        n_gates_before=np.zeros(len(rows), dtype=np.int32),
    )
    initial = model.initial
    if ancilla:
        ket = None if initial.ket is None else f"{initial.ket}+"
        initial = replace(
            initial, stabilizers=(*initial.stabilizers, Pauli(1 << n, 0)), ket=ket, span=None
        )
    return replace(
        model,
        n_qubits=n + ancilla,
        rotations=rotations,
        initial=initial,
        gates=(),
        observables=(),
        outline=(),
        path=restricted(model.path, rows),
    )


def measured(model: Model, strings: Sequence[Pauli], *, effort: float = 1) -> MeasuredCircuit:
    """A circuit that reads commuting positive strings on the state of a model without fixed gates.

    Raises:
        NotProvedError: when the circuit does not measure the strings.
    """
    model = felt(model, strings)
    circuit = _measured(model, strings, effort)
    if circuit is None and effort:
        circuit = _measured(model, strings, 0)
    if circuit is None:
        raise NotProvedError(f"a circuit of {model.name} does not measure its strings")
    return circuit


def felt(model: Model, strings: Sequence[Pauli]) -> Model:
    """The model without the rotations that commute with the strings and with all later rotations that do not."""
    rotations = model.rotations
    relation = rotations.strings.anticommutation()
    felt = np.zeros(len(rotations.strings), dtype=np.bool_)
    for pauli in strings:
        felt |= rotations.strings.anticommute_with(pauli)
    kept = []
    for row in range(len(rotations) - 1, -1, -1):
        k = rotations.string[row]
        if felt[k]:
            kept.append(row)
            felt |= relation[k]
    if len(kept) == len(rotations):
        return model
    return bare(model, np.array(kept[::-1], dtype=np.int64))


def narrowed(model: Model, strings: Sequence[Pauli]) -> tuple[Model, list[Pauli]]:
    """A model and strings on the qubits that its rotations and they act on, in their order.

    As they are where the initial state is no product.
    """
    used = 0
    for pauli in (*model.rotations.strings.paulis(), *strings):
        used |= pauli.x | pauli.z
    if model.initial.ket is None or not used or used.bit_count() == model.n_qubits:
        return model, [*strings]
    qubits = gf2.bits(used)
    initial = replace(
        model.initial,
        stabilizers=tuple(
            _on(pauli, qubits) for pauli in model.initial.stabilizers if (pauli.x | pauli.z) & used
        ),
        ket="".join(model.initial.ket[qubit] for qubit in qubits),
    )
    table = [_on(pauli, qubits) for pauli in model.rotations.strings.paulis()]
    rotations = replace(model.rotations, strings=PauliTable.from_paulis(table, len(qubits)))
    smaller = replace(model, n_qubits=len(qubits), initial=initial, rotations=rotations, path=())
    return smaller, [_on(pauli, qubits) for pauli in strings]


def compact(circuit: MeasuredCircuit) -> MeasuredCircuit:
    """The circuit on the qubits that it acts on or measures, in their order; its columns and parities are the same."""
    used = {qubit for gate in circuit.gates.gates for qubit in gate.qubits} | {*circuit.measured}
    place = {qubit: k for k, qubit in enumerate(sorted(used))}
    if len(place) == circuit.gates.n_qubits:
        return circuit
    gates = tuple(
        replace(gate, qubits=tuple(place[qubit] for qubit in gate.qubits))
        for gate in circuit.gates.gates
    )
    return replace(
        circuit,
        gates=replace(circuit.gates, n_qubits=len(place), gates=gates),
        measured=tuple(place[qubit] for qubit in circuit.measured),
    )


def _on(pauli: Pauli, qubits: Sequence[int]) -> Pauli:
    """A string on some of its qubits, which are renumbered."""
    x = sum((pauli.x >> qubit & 1) << k for k, qubit in enumerate(qubits))
    z = sum((pauli.z >> qubit & 1) << k for k, qubit in enumerate(qubits))
    return Pauli(x, z, pauli.phase)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A plan of rotations that ends where ``strings`` are diagonal up to gates on single qubits."""

    rotations: list[Rotation]
    order: Order
    owed: Owed
    before: Stream
    strings: list[Pauli]

    def stream(self, steps: Sequence[Step]) -> Stream:
        """The circuit of a plan, the Cliffords that make its strings diagonal included."""
        frame, stream = in_frame(self.rotations, steps, self.order.letters.shape[1])
        images = [frame.push(pauli) for pauli in self.strings]
        return [*self.before, *stream, *_diagonal(images, 4)]


def _measured(model: Model, strings: Sequence[Pauli], effort: float) -> MeasuredCircuit | None:
    """Forward circuit and measurement Clifford as one gate list; None where that is not proved."""
    n = model.n_qubits
    items = min(
        (_merged(candidate, n) for candidate in _candidates(model, strings, effort)),
        key=_n_two_qubit,
    )
    images = _images(model, items, strings)
    letters = settled_letters(images)
    if letters is None:
        return None
    items = in_layers(_that_matter(items, images), n)
    circuit = NativeCircuit(LocalFrame(n))
    for item in items:
        circuit.rotate(item)
    qubits = tuple(support(letters))
    for qubit in qubits:
        _, axis = single_axis(Pauli(letters.x & 1 << qubit, letters.z & 1 << qubit))
        circuit.read(qubit, axis)
    gates = GateList(name=model.name, n_qubits=n, slots=model.slots, gates=tuple(circuit.gates))
    return _proved(model, strings, gates, qubits)


def _images(model: Model, items: Sequence[Rotation], strings: Sequence[Pauli]) -> list[Pauli]:
    """What strings on the state of the model are after items that execute the same rotations."""
    _, executed = normal_form(items, model.n_qubits)
    _, declared = normal_form(rotations_of(model, True), model.n_qubits)
    return [executed.push(declared.pull(pauli)) for pauli in strings]


def _candidates(model: Model, strings: Sequence[Pauli], effort: float) -> Iterator[Stream]:
    """Circuits of rotations about at most two qubits, after which the strings are diagonal up to local gates.

    As written, along the path of the model, and planned with the measurement as what is owed at the end.
    """
    n = model.n_qubits
    gates, final = lower_up_to_clifford(model, effort=0)
    written: Stream = [item for gate in gates.gates for item in as_rotations(gate)]
    written += _diagonal([final.pull(pauli) for pauli in strings], math.ceil(8 * effort))
    yield written
    before = [*prepare(model.initial, n)]
    if effort and (passage := along(model)) is not None:
        short: Stream = [*reduce_to_pairs(absorb([*before, *passage[0]], LocalFrame(n)))]
        images = _images(model, _merged(short, n), strings)
        yield [*_merged(short, n), *_diagonal(images, math.ceil(8 * effort))]
    rotations, after = normal_form(rotations_of(model, False), n)
    merged = _merged(written, n)
    if not effort or not can_improve([*merged, *rotations], n) or len(rotations) > MAX_ROTATIONS:
        return
    pulled = [after.pull(pauli) for pauli in strings]
    way = _Reading(
        rotations=rotations,
        order=Order(letters_of([item.pauli for item in rotations], n)),
        owed=Owed(pulled, lambda found: len(diagonalizing(found, tries=1)), partial=True),
        before=before,
        strings=pulled,
    )
    yield from streams([way], _n_two_qubit(merged), Budget(effort=effort))


def _diagonal(strings: Sequence[Pauli], tries: int) -> list[Rotation]:
    return [Rotation(step, quarter(1)) for step in diagonalizing(strings, tries=tries)]


def _merged(items: Stream, n_qubits: int) -> list[Rotation]:
    """The items, merged, without what gates on single qubits and swaps at their end can do."""
    current = absorb(items, LocalFrame(n_qubits))
    while len(merged := absorb(merge(current), LocalFrame(n_qubits))) < len(current):
        current = merged
    return merged


def _n_two_qubit(items: Sequence[Rotation]) -> int:
    return sum(weight(item.pauli) == 2 for item in items)


def _that_matter(items: Sequence[Rotation], strings: Sequence[Pauli]) -> list[Rotation]:
    """The items without Clifford rotations that commute with what is measured and with all that follows them."""
    kept: list[Rotation] = []
    for item in reversed(items):
        if (
            quarter_turns(item.angle) is None
            or any(anticommute(item.pauli, pauli) for pauli in strings)
            or any(anticommute(item.pauli, later.pauli) for later in kept)
        ):
            kept.append(item)
    return kept[::-1]


def _proved(
    model: Model, strings: Sequence[Pauli], gates: GateList, qubits: tuple[int, ...]
) -> MeasuredCircuit | None:
    """The circuit with its parities, each a proved image of its string; None where there is no proof."""
    images = carried(model, gates, strings)
    if images is None:
        return None
    place = {qubit: k for k, qubit in enumerate(qubits)}
    parities = []
    for pauli, image in zip(strings, images, strict=True):
        if image.x or image.z & ~sum(1 << qubit for qubit in qubits):
            return None
        columns = sum(1 << place[qubit] for qubit in support(image))
        parities.append(Parity(pauli, columns, image.phase == 2))
    return MeasuredCircuit(gates=gates, measured=qubits, parities=tuple(parities))
