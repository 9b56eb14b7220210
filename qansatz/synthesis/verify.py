"""Does a gate list mean what the model means? Decided exactly, in polynomial time, for any number of qubits.

Both sides are written as Clifford · rotations: rotations by multiples of π/2 are pushed to the end, which turns the
strings of the others, and equal strings that only commuting ones separate are merged. Two such sequences that agree
up to exchanging commuting neighbours, with equal Cliffords, are the same operator. The converse fails in general, so
a difference is reported only with a proof: a point where all angles are multiples of π/2 and the two Cliffords
differ, or a dense comparison.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from qansatz.circuits.gates import GateList
from qansatz.circuits.native import as_rotations
from qansatz.circuits.replay import fixed_gates, rotations_of
from qansatz.circuits.rotations import Rotation, gate_rotations, quarter_turns, rotation
from qansatz.model import reals
from qansatz.model.angles import (
    Affine,
    Angle,
    add,
    evaluate,
    scale,
    slot_symbol,
    slots,
    to_sympy,
)
from qansatz.model.program import Model, Slots
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, anticommute, to_text
from qansatz.sheets import Fact, Remark, Sheet, html
from qansatz.synthesis.normal import normal_form

ComplexArray = npt.NDArray[np.complex128]

#: Dense comparison stops here: 2¹⁰ amplitudes.
DENSE_QUBITS = 10
_TOLERANCE = 1e-10
_FLOAT_TOLERANCE = 1e-12
_CLIFFORD_POINTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What is known about the equality of a circuit and the meaning of its source.

    ``equal`` is None when nothing was proved; ``claim`` says what was, under which hypotheses; ``witness`` is where
    the two differ, or what could not be matched.
    """

    equal: bool | None
    method: str
    claim: str
    witness: str | None = None

    def sheet(self) -> Sheet:
        """The verdict with what was proved, where the two differ, and how that was found."""
        verdict = {True: "equal", False: "different", None: "undecided"}[self.equal]
        where = (Remark("where", self.witness),) if self.witness else ()
        return Sheet(
            title="Verification",
            facts=(
                Fact(
                    "circuit and source",
                    verdict,
                    self.claim,
                    certainty="unknown" if self.equal is None else "exact",
                    key="verification.equal",
                ),
            ),
            remarks=(*where, Remark("method", self.method)),
        )

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def verify(model: Model, gates: GateList, *, include_initial: bool = True) -> Verification:
    """Compare a circuit with the model: the states they prepare, or their unitaries without ``include_initial``.

    Exact and polynomial where the Pauli frames match; else a search for a Clifford point that tells them apart, then
    for at most ten qubits a dense comparison to 1e-10.
    """
    if gates.n_qubits != model.n_qubits:
        return Verification(
            equal=False,
            method="pauli-frame",
            claim="the numbers of qubits differ",
            witness=f"{gates.n_qubits} qubits in the circuit, {model.n_qubits} in the source",
        )
    mismatch = _frame_mismatch(model, gates, include_initial)
    what = "prepares the state of the source" if include_initial else "is the unitary of the source"
    if mismatch is None:
        return Verification(
            equal=True,
            method="pauli-frame",
            claim=f"the circuit {what} for all parameter values, up to a global phase; "
            + ("floats in angles agree to 1e-12" if _has_floats(gates) else "exact"),
        )
    if point := _clifford_point(model, gates, include_initial):
        return Verification(
            equal=False,
            method="clifford-point",
            claim="the circuit and the source differ as Cliffords at a point of parameter space",
            witness=f"{mismatch}; they differ at {point}",
        )
    if model.n_qubits <= DENSE_QUBITS:
        return verify_dense(
            model, lambda values: dense_gates(gates, values), include_initial=include_initial
        )
    return Verification(
        equal=None,
        method="pauli-frame",
        claim="nothing was proved: the Pauli frames could not be matched, and no point tells the two apart",
        witness=mismatch,
    )


def carried(model: Model, gates: GateList, strings: Sequence[Pauli]) -> list[Pauli] | None:
    """What strings on the state of the model are on the state that a circuit prepares, signs included.

    For all parameter values each string of the result has there the expectation that the given one has on the state
    after the model's rotations and before its fixed gates, and strings that commute have the same joint outcomes.
    None when the Pauli frames of the two cannot be matched.
    """
    executed = [item for gate in gates.gates for item in as_rotations(gate)]
    emitted, after_emitted = normal_form(executed, model.n_qubits)
    declared, after_declared = normal_form(rotations_of(model, True), model.n_qubits)
    if _order_mismatch(emitted, declared, model.slots) is not None:
        return None
    return [after_emitted.push(after_declared.pull(pauli)) for pauli in strings]


def verify_dense(
    model: Model,
    unitary: Callable[[Sequence[float]], ComplexArray],
    *,
    include_initial: bool = True,
    seed: int = 0,
    n_points: int = 3,
) -> Verification:
    """Compare numerically at random slot values (radians, uniform on [−π, π)), up to a global phase, to 1e-10.

    ``unitary`` maps slot values (parameters, then inputs) to a matrix of shape (2ⁿ, 2ⁿ), qubit 0 the most
    significant; with ``include_initial`` only its first column, the state from |0…0⟩, is compared.
    """
    n = model.n_qubits
    if n > DENSE_QUBITS:
        return Verification(
            equal=None,
            method="dense",
            claim=f"nothing was proved: {n} qubits are beyond the limit of {DENSE_QUBITS}",
        )
    random = np.random.default_rng(seed)
    n_slots = model.slots.n_parameters + model.slots.n_inputs
    for _ in range(n_points):
        values = random.uniform(-np.pi, np.pi, n_slots).tolist()
        matrix = np.asarray(unitary(values), dtype=np.complex128)
        columns = matrix[:, :1] if include_initial else matrix
        expected = dense_model(model, values, include_initial=include_initial)
        error = _distance(columns, expected)
        if not error < _TOLERANCE:
            listed = ", ".join(f"{value:.6g}" for value in values[:8])
            return Verification(
                equal=False,
                method="dense",
                claim="the circuit and the source differ numerically at a random point",
                witness=f"largest entry of the difference {error:.3g} at slot values [{listed}]",
            )
    return Verification(
        equal=True,
        method="dense",
        claim=f"equal to 1e-10 up to a global phase at {n_points} random points (seed {seed})",
    )


def dense_model(model: Model, values: Sequence[float], *, include_initial: bool) -> ComplexArray:
    """The model's state as a column (2ⁿ, 1), or its unitary (2ⁿ, 2ⁿ); qubit 0 is the most significant."""
    n = model.n_qubits
    if include_initial:
        total = _stabilizer_state(model.initial.stabilizers, n)
    else:
        total = np.eye(2**n, dtype=np.complex128)
    for row in range(len(model.rotations)):
        angle = evaluate(model.rotations.angle(row), values)
        total = _rotated(total, model.rotations.pauli(row), angle, n)
    for gate in model.gates:
        for item in gate_rotations(gate.name, gate.qubits):
            total = _rotated(total, item.pauli, evaluate(item.angle, ()), n)
    return total


def dense_gates(gates: GateList, values: Sequence[float]) -> ComplexArray:
    """The unitary (2ⁿ, 2ⁿ) of a gate list at slot values; qubit 0 is the most significant."""
    total = np.eye(2**gates.n_qubits, dtype=np.complex128)
    for gate in gates.gates:
        for item in as_rotations(gate):
            total = _rotated(total, item.pauli, evaluate(item.angle, values), gates.n_qubits)
    return total


def _frame_mismatch(model: Model, gates: GateList, include_initial: bool) -> str | None:
    """None when the frames match, else what does not."""
    executed = [item for gate in gates.gates for item in as_rotations(gate)]
    emitted, after_emitted = normal_form(executed, model.n_qubits)
    declared, after_declared = _source(model, include_initial)
    between = after_emitted.copy()
    between.then(after_declared.inverse())
    if between.is_identity():
        return _order_mismatch(emitted, declared, model.slots)
    if not include_initial:
        return "the Cliffords left after the rotations differ"
    # Another preparation: emitted = E·A, source = D·B, so emitted = D·(W A W†)·W with W = D†E.
    emitted, between = normal_form(executed, model.n_qubits, signed=True)
    declared, after_declared = _source(model, include_initial, signed=True)
    between.then(after_declared.inverse())
    for qubit in range(model.n_qubits):
        pulled = between.pull(Pauli(0, 1 << qubit))
        if pulled.x or pulled.phase:
            return "the Cliffords left after the rotations prepare different states"
    pushed = [rotation(between.push(item.pauli), item.angle) for item in emitted]
    return _order_mismatch(pushed, declared, model.slots)


def _source(
    model: Model, include_initial: bool, *, signed: bool = False
) -> tuple[list[Rotation], Tableau]:
    """The model in normal form, its initial state prepared as lowering does."""
    items = rotations_of(model, include_initial)
    declared, after = normal_form(items, model.n_qubits, signed=signed)
    after.then(fixed_gates(model))
    return declared, after


def _not_stabilizing(clifford: Tableau, model: Model) -> Pauli | None:
    """A stabilizer of the initial state that does not stabilize C|0…0⟩, or None."""
    for stabilizer in model.initial.stabilizers:
        pulled = clifford.pull(stabilizer)
        if pulled.x or pulled.phase:
            return stabilizer
    return None


def _order_mismatch(
    emitted: list[Rotation], expected: list[Rotation], symbols: Slots
) -> str | None:
    """None when one sequence becomes the other by exchanging commuting neighbours."""
    places: dict[Pauli, list[int]] = {}
    for index in range(len(expected) - 1, -1, -1):
        places.setdefault(expected[index].pauli, []).append(index)
    used = [False] * len(expected)
    front = 0
    for item in emitted:
        waiting = places.get(item.pauli)
        if not waiting:
            return f"{_rotation_text(item, symbols)} is in the circuit but not in the source"
        place = waiting.pop()
        other = expected[place]
        if not _same_angle(item.angle, other.angle):
            text = _angle_text(other.angle, symbols)
            return f"{_rotation_text(item, symbols)} is by {text} in the source"
        for index in range(front, place):
            if not used[index] and anticommute(expected[index].pauli, item.pauli):
                earlier = to_text(expected[index].pauli)
                name = _rotation_text(item, symbols)
                return f"{name} comes after the one about {earlier} in the source"
        used[place] = True
        while front < len(used) and used[front]:
            front += 1
    if front < len(expected):
        missing = _rotation_text(expected[front], symbols)
        return f"{missing} is in the source but not in the circuit"
    return None


def _clifford_point(model: Model, gates: GateList, include_initial: bool) -> str | None:
    """A point of parameter space where both are Cliffords and differ, in words; None when none was found."""
    emitted = [item for gate in gates.gates for item in as_rotations(gate)]
    declared = [
        Rotation(model.rotations.pauli(row), model.rotations.angle(row))
        for row in range(len(model.rotations))
    ]
    n_slots = model.slots.n_parameters + model.slots.n_inputs
    steps = _clifford_steps([*emitted, *declared], n_slots)
    if steps is None:
        return None
    random = np.random.default_rng(0)
    for _ in range(_CLIFFORD_POINTS):
        turns = [
            step * int(k) for step, k in zip(steps, random.integers(0, 4, n_slots), strict=True)
        ]
        between = _clifford_at(emitted, turns, model.n_qubits)
        source = _clifford_at(declared, turns, model.n_qubits)
        source.then(fixed_gates(model))
        between.then(source.inverse())
        if include_initial:
            differs = _not_stabilizing(between, model) is not None
        else:
            differs = not between.is_identity()
        if differs:
            names = model.slots.labels()
            chosen = [f"{names[k]} = {turn}*pi/2" for k, turn in enumerate(turns) if turn]
            more = f" and {len(chosen) - 8} more" if len(chosen) > 8 else ""
            return (", ".join(chosen[:8]) or "all slots 0") + more
    return None


def _clifford_steps(items: Sequence[Rotation], n_slots: int) -> list[int] | None:
    """Per slot, a number of quarter turns whose multiples make all angles multiples of π/2; None when none does.

    0 where only the value 0 will do.
    """
    steps = [1] * n_slots
    for item in items:
        if not isinstance(item.angle, Affine) or reals.quarter_turns(item.angle.constant) is None:
            return None
        for slot, coefficient in item.angle.terms:
            if isinstance(coefficient, int | Fraction):
                steps[slot] = math.lcm(steps[slot], Fraction(coefficient).denominator)
            else:
                steps[slot] = 0
    return steps


def _clifford_at(items: Sequence[Rotation], turns: Sequence[int], n_qubits: int) -> Tableau:
    clifford = Tableau(n_qubits)
    for item in items:
        assert isinstance(item.angle, Affine)
        total = reals.quarter_turns(item.angle.constant) or 0
        for slot, coefficient in item.angle.terms:
            if turns[slot]:
                assert isinstance(coefficient, int | Fraction)
                total += int(coefficient * turns[slot])
        clifford.apply_rotation(item.pauli, total)
    return clifford


def _has_floats(gates: GateList) -> bool:
    return any(
        not isinstance(angle, Affine)
        or isinstance(angle.constant, float)
        or any(isinstance(coefficient, float) for _, coefficient in angle.terms)
        for gate in gates.gates
        for angle in gate.angles
    )


def _same_angle(a: Angle, b: Angle) -> bool:
    """Whether two angles are equal modulo 2π; floats to 1e-12, since their sums depend on the order."""
    if a == b:
        return True
    difference = add(a, scale(-1, b))
    if isinstance(difference, Affine):
        return quarter_turns(difference) == 0 or all(
            isinstance(number, float) and abs(number) < _FLOAT_TOLERANCE
            for number in (difference.constant or 0.0, *(c for _, c in difference.terms))
        )
    return bool(difference.expression.expand() == 0)


def _rotation_text(item: Rotation, symbols: Slots) -> str:
    return f"the rotation about {to_text(item.pauli)} by {_angle_text(item.angle, symbols)}"


def _angle_text(angle: Angle, symbols: Slots) -> str:
    import sympy

    labels = symbols.labels()
    named = {slot_symbol(slot): sympy.Symbol(labels[slot]) for slot in slots(angle)}
    return str(to_sympy(angle).xreplace(named))


def _stabilizer_state(stabilizers: Sequence[Pauli], n_qubits: int) -> ComplexArray:
    """The column (2ⁿ, 1) that n signed strings stabilize: a fixed random vector, projected."""
    random = np.random.default_rng(0)
    state = random.normal(size=(2**n_qubits, 1)) + 1j * random.normal(size=(2**n_qubits, 1))
    for stabilizer in stabilizers:
        sign = 1 if stabilizer.phase == 0 else -1
        state = state + sign * _times(state, stabilizer, n_qubits)
        state = state / np.linalg.norm(state)
    return state


def _rotated(columns: ComplexArray, pauli: Pauli, angle: float, n_qubits: int) -> ComplexArray:
    turned = _times(columns, pauli, n_qubits)
    result: ComplexArray = math.cos(angle / 2) * columns - 1j * math.sin(angle / 2) * turned
    return result


def _times(columns: ComplexArray, pauli: Pauli, n_qubits: int) -> ComplexArray:
    """The positive string applied to columns, from P = i^{|x·z|} X^x Z^z."""
    x, z = _reversed(pauli.x, n_qubits), _reversed(pauli.z, n_qubits)
    from_index = np.arange(2**n_qubits) ^ x
    odd = np.bitwise_count(from_index & z) & 1
    factors = 1j ** ((x & z).bit_count() % 4) * np.where(odd, -1.0, 1.0)
    result: ComplexArray = factors[:, None] * columns[from_index]
    return result


def _reversed(bits: int, n_qubits: int) -> int:
    """Bit vectors have qubit 0 as bit 0, indices of amplitudes as the most significant."""
    return int(f"{bits:0{n_qubits}b}"[::-1], 2)


def _distance(matrix: ComplexArray, expected: ComplexArray) -> float:
    """The largest entry of the difference after the best global phase."""
    if matrix.shape != expected.shape:
        return float("inf")
    overlap = complex(np.vdot(matrix, expected))
    phase = overlap / abs(overlap) if abs(overlap) > 1e-12 else 1.0
    return float(np.max(np.abs(matrix * phase - expected)))
