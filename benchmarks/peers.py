"""Gradients by PennyLane and Qiskit, run as their users run them, with what they execute counted."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.model.angles import evaluate
from qansatz.pauli.strings import to_word


@dataclass(frozen=True)
class Run:
    """One method of one package on one gradient.

    ``exact`` is the gradient without shots; ``n_circuits`` the circuits executed with shots; ``squared_error`` the mean
    over components and repetitions at ``n_shots`` shots in all; ``extra`` the two-qubit gates a circuit has on average
    beyond the forward circuit; ``seconds`` what one sampled gradient took.
    """

    name: str
    exact: np.ndarray
    n_circuits: int
    n_shots: int
    squared_error: float
    extra: float
    seconds: float


@dataclass(frozen=True)
class Circuit:
    """A model for peers: words with angles, which of them are differentiated, and O's terms. All angles are plain."""

    n_qubits: int
    ket: str
    words: list[str]
    angles: list[float]
    wanted: list[int]
    terms: list[tuple[float, str]]


def circuit_of(schedule: Schedule, values) -> Circuit:
    """The rotations as written, one trainable parameter each; the initial state must be of 0s or of +s."""
    model = schedule.model
    n = model.n_qubits
    assert model.initial.ket is not None
    assert set(model.initial.ket) <= {"0", "+"}
    rows = range(len(model.rotations))
    return Circuit(
        n_qubits=n,
        ket=model.initial.ket,
        words=[to_word(model.rotations.pauli(row), n) for row in rows],
        angles=[evaluate(model.rotations.angle(row), values) for row in rows],
        wanted=np.flatnonzero(schedule.differentiated).tolist(),
        terms=[
            (float(t.coefficient) * (-1 if t.pauli.phase else 1), to_word(t.pauli, n))
            for t in schedule.observable.pulled_back
            if t.pauli.x | t.pauli.z
        ],
    )


def support(word: str) -> list[int]:
    return [q for q, letter in enumerate(word) if letter != "I"]


def pennylane_tape(circuit: Circuit, shots=None):
    import pennylane as qml

    operations = [qml.Hadamard(q) for q, letter in enumerate(circuit.ket) if letter == "+"]
    for word, angle in zip(circuit.words, circuit.angles, strict=True):
        at = support(word)
        operations.append(qml.PauliRot(angle, "".join(word[q] for q in at), wires=at))
    observable = qml.dot(
        [c for c, _ in circuit.terms],
        [qml.pauli.string_to_pauli_word(word) for _, word in circuit.terms],
    )
    made = qml.tape.QuantumScript(operations, [qml.expval(observable)], shots=shots)
    made.trainable_params = circuit.wanted
    return made


def pennylane_transforms(circuit: Circuit):
    """Parameter shift, and the mode of the Hadamard test that makes the fewest tapes after splitting."""
    import pennylane as qml

    def shift(tape):
        return qml.gradients.param_shift(tape)

    def hadamard(mode):
        aux = circuit.n_qubits if mode in ("standard", "reversed") else None
        return lambda tape: qml.gradients.hadamard_grad(tape, aux_wire=aux, mode=mode)

    modes = {}
    for mode in ("standard", "reversed", "direct", "reversed-direct"):
        try:
            tapes, _ = hadamard(mode)(pennylane_tape(circuit))
        except (ValueError, NotImplementedError, qml.exceptions.QuantumFunctionError):
            continue
        modes[mode] = sum(len(qml.transforms.split_non_commuting(t)[0]) for t in tapes)
    best = min(modes, key=modes.__getitem__)
    return {"PennyLane param_shift": shift, f"PennyLane hadamard {best}": hadamard(best)}


def pennylane(circuit: Circuit, shots: int, repetitions: int) -> list[Run]:
    """Both gradients on ``default.qubit``; executions and shots from PennyLane's own tracker."""
    import pennylane as qml

    found = []
    for name, transform in pennylane_transforms(circuit).items():
        device = qml.device("default.qubit", seed=3)
        tapes, read = transform(pennylane_tape(circuit))
        exact = np.array(read(qml.execute(tapes, device, diff_method=None)), dtype=float).ravel()
        copies = qml.measurements.Shots([shots] * repetitions)
        start = time.perf_counter()
        tapes, read = transform(pennylane_tape(circuit, copies))
        with qml.Tracker(device) as tracker:
            results = qml.execute(tapes, device, diff_method=None)
        drawn = np.array(read(results), dtype=float).reshape(repetitions, -1)
        seconds = time.perf_counter() - start
        found.append(
            Run(
                name=name,
                exact=exact,
                n_circuits=tracker.totals["executions"],
                n_shots=tracker.totals["shots"] // repetitions,
                squared_error=float(((drawn - exact) ** 2).mean()),
                extra=pennylane_extra(circuit, tapes),
                seconds=seconds / repetitions,
            )
        )
    return found


def pennylane_extra(circuit: Circuit, tapes) -> float:
    """Two-qubit gates beyond the rotations: w for a controlled string of weight w, 2(w − 1) − 1 for a rotation."""
    import pennylane as qml

    weights = [len(support(word)) for word in circuit.words]
    own = sum(2 * (w - 1) - 1 for w in weights if w > 1)
    total = 0
    for tape in tapes:
        counts = []
        for operation in tape.operations:
            weight = len(operation.wires)
            if isinstance(operation, qml.ops.Controlled):
                counts.append(weight - 1)
            elif weight > 1:
                counts.append(2 * (weight - 1) - 1)
        total += max(0, sum(counts) - own)
    return total / max(1, len(tapes))


def qiskit_circuit(circuit: Circuit):
    """Rotations by their ladders of CX around one rz, which has the derivative of the rotation."""
    from qiskit.circuit import Parameter, QuantumCircuit
    from qiskit.quantum_info import SparsePauliOp

    made = QuantumCircuit(circuit.n_qubits)
    for q, letter in enumerate(circuit.ket):
        if letter == "+":
            made.h(q)
    symbols = []
    for row, (word, angle) in enumerate(zip(circuit.words, circuit.angles, strict=True)):
        value = angle
        if row in set(circuit.wanted):
            value = Parameter(f"t{row:05}")
            symbols.append(value)
        at = support(word)
        into = {"X": ("h",), "Y": ("sdg", "h"), "Z": ()}
        out = {"X": ("h",), "Y": ("h", "s"), "Z": ()}
        for q in at:
            for gate in into[word[q]]:
                getattr(made, gate)(q)
        for a, b in pairwise(at):
            made.cx(a, b)
        made.rz(value, at[-1])
        for a, b in reversed([*pairwise(at)]):
            made.cx(a, b)
        for q in at:
            for gate in out[word[q]]:
                getattr(made, gate)(q)
    observable = SparsePauliOp.from_list([(word[::-1], c) for c, word in circuit.terms])
    return made, symbols, observable


def qiskit(circuit: Circuit, shots: int, repetitions: int) -> list[Run]:
    """The two gradients of qiskit-algorithms on Aer; none where that package is not installed."""
    try:
        from qiskit_algorithms.gradients import (
            LinCombEstimatorGradient,
            ParamShiftEstimatorGradient,
        )
    except ImportError:
        return []
    from qiskit.primitives import BackendEstimatorV2, StatevectorEstimator

    warnings.filterwarnings("ignore", category=DeprecationWarning)
    made, symbols, observable = qiskit_circuit(circuit)
    values = [circuit.angles[row] for row in circuit.wanted]
    given = (made, symbols, observable, values)
    kinds = {
        "Qiskit param shift": ParamShiftEstimatorGradient,
        "Qiskit lin comb": LinCombEstimatorGradient,
    }
    found = []
    for name, kind in kinds.items():
        exact = _qiskit_gradient(kind, StatevectorEstimator(), *given)
        counted = _counting()
        estimator = BackendEstimatorV2(backend=counted, options={"abelian_grouping": True})
        start = time.perf_counter()
        drawn = [_qiskit_gradient(kind, estimator, *given, shots**-0.5) for _ in range(repetitions)]
        seconds = time.perf_counter() - start
        two_qubit = sum(counted.two_qubit) / max(1, len(counted.two_qubit))
        found.append(
            Run(
                name=name,
                exact=exact,
                n_circuits=counted.n_circuits // repetitions,
                n_shots=counted.n_shots // repetitions,
                squared_error=float(((np.array(drawn) - exact) ** 2).mean()),
                extra=max(0.0, two_qubit - made.num_nonlocal_gates()),
                seconds=seconds / repetitions,
            )
        )
    return found


def _qiskit_gradient(kind, estimator, made, symbols, observable, values, precision=None):
    job = kind(estimator).run([made], [observable], [values], [symbols], precision=precision)
    return np.array(job.result().gradients[0], dtype=float)


def _counting():
    """Aer's simulator, counting the circuits and shots it is given."""
    from qiskit_aer import AerSimulator

    class Counting(AerSimulator):
        def __init__(self):
            super().__init__(seed_simulator=None)
            self.n_circuits = self.n_shots = 0
            self.two_qubit: list[int] = []

        def run(self, circuits, **options):
            self.n_circuits += len(circuits)
            self.n_shots += len(circuits) * options["shots"]
            self.two_qubit += [c.num_nonlocal_gates() for c in circuits]
            return super().run(circuits, **options)

    return Counting()
