"""Gradient schedules: time as circuits grow, circuits against PennyLane and Qiskit, and quality of grouping.

    python benchmarks/schedule.py [--layers 500] [--sets 6] [--seconds 20]

1. Seconds to schedule ⟨Y…Y⟩ of the transverse-field Ising ring with individual parameters on 1,000 qubits; the last
   column is microseconds a rotation and a thousand qubits, constant if the law is linear. Peak memory is the process's.
2. Circuits for the full gradient: what PennyLane executes for ``param_shift`` and ``hadamard_grad`` and what Qiskit's
   gradients run, counted on the circuits they build, each times the commuting groups of the observable that the same
   package makes.
3. Commuting sets of random Pauli strings: ours with and without a solver, Qiskit's ``group_commuting`` and PennyLane's
   ``group_observables`` (best of its methods); the ratio of sets to ours.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from pathlib import Path

import numpy as np

from qansatz import driver
from qansatz.analysis import cover as covers
from qansatz.analysis.comparison import compare
from qansatz.analysis.schedule import conflict_rows, schedule
from qansatz.pauli.strings import from_word, to_word
from qansatz.source import Source

EXAMPLES = Path(__file__).parent.parent / "examples"
RING = """qans 1
ansatz tfim(n: int, layers: int) {
  qubits q[n]
  param gamma[layers, n]
  param beta[layers, n]
  init |0>
  repeat l in 0..<layers {
    for i in q { rot(Z[i] * Z[(i + 1) % n], gamma[l, i]) }
    for i in q { rot(X[i], beta[l, i]) }
  }
  observable word = prod(Y[i] for i in q)
}
"""


def growth(layers: int) -> None:
    print("scheduling time (peak MB includes the model)")
    print(
        f"{'qubits':>8} {'rotations':>10} {'circuits':>9} {'seconds':>8} {'us/rotation':>12} {'MB':>6}"
    )
    sizes = [(1000, k) for k in (layers // 16, layers // 4, layers)]
    for n, depth in [(10, 100 * layers // 4), (100, 10 * layers // 4), *sizes]:
        settings = {"n": n, "layers": max(1, depth)}
        model = driver.compile_source(Source("<ring>", RING), settings=settings).ansatz
        start = time.perf_counter()
        found = schedule(model)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rotations = len(model.rotations)
        print(
            f"{n:8} {rotations:10} {found.n_circuits:9} {seconds:8.2f} "
            f"{1e6 * seconds / rotations:12.2f} {peak:6.0f}",
            flush=True,
        )


CASES = [
    ("tfim_individual", {}, "energy"),
    ("tfim", {}, "energy"),
    ("slpa", {}, "label"),
    ("ry_cz", {}, "first"),
    ("ry_cz", {}, "middle"),
    ("xgenerators", {}, "first"),
]


def circuits() -> None:
    print("\ncircuits for the full gradient")
    head = ("ours", "bound", "lie", "pl shift", "pl hadamard", "qk shift", "qk lincomb")
    print(f"{'case':28}" + "".join(f"{h:>12}" for h in head))
    for name, sizes, observable in CASES:
        compilation = driver.compile_file(str(EXAMPLES / f"{name}.qans"), settings=sizes)
        found = compilation.schedule_of(observable)
        lie = compare(found).method("lie_algebraic").n_circuits
        counts = [found.n_circuits, found.lower_bound, lie]
        counts += [*pennylane(found), *qiskit(found)]
        print(f"{name + ' ' + observable:28}" + "".join(f"{c:12}" for c in counts), flush=True)


def tape(found):
    """The rotations as written, one trainable parameter each, and the observable."""
    import pennylane as qml

    model = found.model
    wanted = set(np.flatnonzero(found.differentiated).tolist())
    operations = []
    for row in range(len(model.rotations)):
        pauli = model.rotations.pauli(row)
        wires = [q for q in range(model.n_qubits) if (pauli.x | pauli.z) >> q & 1]
        word = "".join(to_word(pauli, model.n_qubits)[q] for q in wires)
        operations.append(qml.PauliRot(0.1 + row, word, wires=wires))
    terms = [
        (float(t.coefficient), qml.pauli.string_to_pauli_word(to_word(t.pauli, model.n_qubits)))
        for t in found.observable.pulled_back
        if t.pauli.x | t.pauli.z
    ]
    observable = qml.dot([c for c, _ in terms], [o for _, o in terms])
    made = qml.tape.QuantumScript(operations, [qml.expval(observable)])
    made.trainable_params = [k for k in range(len(operations)) if k in wanted]
    return made


def pennylane(found) -> tuple[int, int]:
    """Executions of PennyLane's two gradients, the observable split into its commuting groups."""
    import pennylane as qml

    def executions(tapes) -> int:
        total = 0
        for one in tapes:
            parts, _ = qml.transforms.split_non_commuting(one, grouping_strategy="default")
            total += len(parts)
        return total

    shift, _ = qml.gradients.param_shift(tape(found))
    hadamard, _ = qml.gradients.hadamard_grad(
        tape(found), aux_wire=found.model.n_qubits, mode="standard"
    )
    return executions(shift), executions(hadamard)


def qiskit(found) -> tuple[int, int]:
    """Circuits of Qiskit's gradients: 2 and 1 a parameter, times the groups its observables make."""
    from qiskit.quantum_info import SparsePauliOp

    model = found.model
    terms = [t for t in found.observable.pulled_back if t.pauli.x | t.pauli.z]
    words = [to_word(t.pauli, model.n_qubits)[::-1] for t in terms]
    groups = len(SparsePauliOp(words).group_commuting(qubit_wise=True))
    return 2 * found.n_rotations * groups, found.n_rotations * groups


def grouping(n_sets: int, seconds: float) -> None:
    print("\ncommuting sets of random strings")
    head = ("qubits", "strings", "ours", "bound", "heuristic", "Qiskit", "PennyLane")
    print("".join(f"{h:>11}" for h in head) + "   ratios to ours")
    draw = random.Random(5)
    sizes = [(4, 40), (6, 60), (6, 120), (8, 60), (8, 120), (10, 100)]
    for n, size in sizes[:n_sets]:
        words = set()
        while len(words) < size:
            words.add("".join(draw.choice("IXYZ") for _ in range(n)))
        words.discard("I" * n)
        strings = sorted(words)
        rows = conflict_rows([from_word(word) for word in strings], n)
        best = covers.cover(rows, seconds=seconds)
        fast = covers.cover(rows, exact=False).n_sets
        peers = [qiskit_sets(strings), pennylane_sets(strings)]
        numbers = [n, len(strings), best.n_sets, best.lower_bound, fast, *peers]
        ratios = "  ".join(f"{count / best.n_sets:.2f}" for count in (fast, *peers))
        print("".join(f"{k:11}" for k in numbers) + f"   {ratios}", flush=True)


def qiskit_sets(words) -> int:
    from qiskit.quantum_info import PauliList

    return len(PauliList([word[::-1] for word in words]).group_commuting())


def pennylane_sets(words) -> int:
    import pennylane as qml

    strings = [qml.pauli.string_to_pauli_word(word) for word in words]
    return min(
        len(qml.pauli.group_observables(strings, grouping_type="commuting", method=method))
        for method in ("lf", "rlf", "dsatur", "gis")
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=int, default=500)
    parser.add_argument("--sets", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    circuits()
    grouping(given.sets, given.seconds)
    growth(given.layers)
