"""Gradient schedules against PennyLane and Qiskit, executed; time as circuits grow; quality of grouping.

    python -m benchmarks.schedule [--quick] [--layers 500] [--sets 6] [--effort 10]

1. Every package measures the same gradient at the same random point, exactly (all agree to 1e-8) and with shots.
   *circuits* are those executed for one sampled gradient: by PennyLane's tracker, by what Qiskit hands to Aer, by what
   ``gradient`` hands to its backend. *shots to 0.01* are those that bring the root mean square error of the components
   to 0.01, from the squared error measured over repetitions. *HQC* prices these circuits and shots: 5 a circuit and
   (one-qubit + 10·two-qubit + 5·measured)/5000 a shot. Ours are the native circuits that are run; peers get, in their
   favour, the native forward circuit that qansatz compiles, with only the controlled gates that their own add. Qiskit's
   gradients are those of qiskit-algorithms (0.4), left out where it is not installed.
2. Commuting sets of random Pauli strings: ours with and without a solver, Qiskit's ``group_commuting`` and PennyLane's
   ``group_observables`` (best of its methods); the ratio of sets to ours.
3. Seconds to schedule ⟨Y…Y⟩ of the transverse-field Ising ring with individual parameters: at a fixed
   number of qubits the increments are linear in the rotations. Peak memory is the process's.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import peers
from benchmarks.gradient_error import errors_of, without_value
from qansatz import driver
from qansatz.analysis.gradient import cover as covers
from qansatz.analysis.gradient.circuits import Schedule
from qansatz.analysis.gradient.covering import conflict_rows
from qansatz.analysis.gradient.schedule import schedule
from qansatz.execute.backends.backend import backend
from qansatz.execute.gradients.by_schedule import component_weights
from qansatz.execute.gradients.lie_algebraic import prepare
from qansatz.execute.gradients.methods import gradient
from qansatz.execute.options import GradientOptions
from qansatz.execute.readings import Reading, reading, shots_of
from qansatz.pauli.strings import from_word
from qansatz.source import Source
from qansatz.synthesis.readout import gradient_circuits

EXAMPLES = Path(__file__).parent.parent / "examples"
PRECISION = 0.01
RING = """qans 1
ansatz tfim(n: int, layers: int) {
  qubits q[n]
  param gamma[layers, n]
  param beta[layers, n]
  init |KET>
  repeat l in 0..<layers {
    for i in q { rot(Z[i] * Z[(i + 1) % n], gamma[l, i]) }
    for i in q { rot(X[i], beta[l, i]) }
  }
  observable energy = -sum(Z[i] * Z[(i + 1) % n] for i in q) - sum(X[i] for i in q)
  observable pair = Z[0] * Z[1]
  observable word = prod(Y[i] for i in q)
}
"""
CHAIN = RING.replace("for i in q { rot(Z", "for i in 0..<n - 1 { rot(Z").replace(
    "param gamma[layers, n]", "param gamma[layers, n - 1]"
)
SLPA = """qans 1
ansatz slpa() {
  qubits q[4]
  stabilizers S = <p"XXXX", p"ZZZZ">
  let L = [LOGICALS]
  param theta[REPEATS, |L|, |S|]
  input x[4]
  init |0>
  encode { for i in q { rot(Y[i], x[i]) } }
  repeat d in 0..<REPEATS {
    for (a, P) in enumerate(L) { block { rot(S * P, theta[d, a, :]) } }
  }
  observable cost = OBSERVABLE
}
"""
FOUR = ("XXII", "ZIZI", "ZZII", "IXXI")
PUBLISHED = (
    *("XXII", "IIYY", "IZZI", "XIIX", "YYII", "IIZZ"),
    *("IXXI", "YIIY", "ZZII", "IIXX", "IYYI", "ZIIZ"),
)


def ring(observable: str, **sizes) -> Schedule:
    return written(RING.replace("KET", "+"), observable, **sizes)


def chain(observable: str, **sizes) -> Schedule:
    return written(CHAIN.replace("KET", "0"), observable, **sizes)


def slpa(logicals, repeats: int, word: str) -> Schedule:
    text = SLPA.replace("LOGICALS", ", ".join(f'p"{w}"' for w in logicals))
    text = text.replace("REPEATS", str(repeats)).replace("OBSERVABLE", f'p"{word}"')
    return written(text, "cost")


def written(text: str, observable: str, **sizes) -> Schedule:
    return driver.compile_source(Source("<case>", text), settings=sizes).schedule_of(observable)


def example(name: str, observable: str) -> Schedule:
    return driver.compile_file(str(EXAMPLES / f"{name}.qans")).schedule_of(observable)


CASES: dict[str, Callable[[], Schedule]] = {
    "TFIM ring n=6, 4 layers, O=H": lambda: ring("energy", n=6, layers=4),
    "same, O=ZZ": lambda: ring("pair", n=6, layers=4),
    "SLPA n=4, 4 blocks, O=ZZII": lambda: slpa(FOUR, 1, "ZZII"),
    "same, O=ZIII": lambda: slpa(FOUR, 1, "ZIII"),
    "RY-CZ n=6, 4 layers, O=Z0": lambda: example("ry_cz", "first"),
    "same, O=Z2Z3": lambda: example("ry_cz", "middle"),
    "X generators n=8, O=Z0": lambda: example("xgenerators", "first"),
    "SLPA n=4, 24 blocks, O=XXII": lambda: slpa(PUBLISHED, 2, "XXII"),
    "same, O=XIII": lambda: slpa(PUBLISHED, 2, "XIII"),
    "TFIM chain n=4, 3 layers, O=ZZ": lambda: chain("pair", n=4, layers=3),
}
QUICK = (
    "SLPA n=4, 4 blocks, O=ZZII",
    "RY-CZ n=6, 4 layers, O=Z0",
    "TFIM chain n=4, 3 layers, O=ZZ",
)


class Counting:
    """A backend that counts the circuits and shots it is given."""

    def __init__(self, inner) -> None:
        self.inner, self.name = inner, inner.name
        self.n_circuits = self.n_shots = 0

    def sample(self, circuits, values, shots):
        self.n_circuits += len(circuits)
        self.n_shots += sum(shots)
        return self.inner.sample(circuits, values, shots)


def executed(shots: int, repetitions: int, names) -> None:
    """The first table."""
    head = f"{'case':31}{'method':30}{'circuits':>9}{'shots to 0.01':>15}{'ratio':>8}{'HQC':>10}"
    print(head + f"{'ratio':>8}{'seconds':>9}")
    for name in names:
        found = CASES[name]()
        model = found.model
        values = np.random.default_rng(7).uniform(0, 2 * np.pi, len(model.slots.labels())).tolist()
        rows = [row_of(method, found, values, shots, repetitions) for method in METHODS]
        rows = [row for row in rows if row is not None]
        exact = gradient(model, values, observable=found.observable, schedule=found).gradient
        circuit = peers.circuit_of(found, values)
        slot = model.rotations.slot[circuit.wanted]
        for run in (
            *peers.pennylane(circuit, shots, repetitions),
            *peers.qiskit(circuit, shots, 2),
        ):
            assert np.max(np.abs(run.exact - exact[slot])) < 1e-8, run.name
            needed = run.n_shots * run.squared_error / PRECISION**2
            rows.append((run.name, run.n_circuits, needed, hqc(found, run, needed), run.seconds))
        _, _, least, price, _ = rows[0]
        for k, (method, circuits, needed, cost, seconds) in enumerate(rows):
            line = f"{'' if k else name:31}{method:30}{circuits:9}{needed:15,.0f}"
            line += f"{needed / least:8.2f}{cost:10,.0f}{cost / price:8.2f}{seconds:9.2f}"
            print(line, flush=True)


METHODS = ("schedule", "lie-algebraic")


def row_of(method: str, found: Schedule, values, shots: int, repetitions: int):
    """One of our methods, run once through ``gradient`` and then again and again by its circuits."""
    model = found.model
    exact = gradient(
        model, values, GradientOptions(method="adjoint"), observable=found.observable
    ).gradient
    try:
        agrees = gradient(model, values, GradientOptions(method=method), schedule=found).gradient
    except ValueError:
        return None
    assert np.max(np.abs(agrees - exact)) < 1e-8, method
    n_all = shots * max(found.n_circuits, 2)
    counted = Counting(backend("statevector", seed=5))
    start = time.perf_counter()
    once = gradient(
        model, values, GradientOptions(method=method, backend=counted, shots=n_all), schedule=found
    )
    seconds = time.perf_counter() - start
    assert counted.n_circuits == once.n_circuits + once.n_value_circuits
    assert counted.n_shots == once.n_shots == n_all
    readings = readings_of(method, found, values)
    errors = errors_of(readings, values, exact, counted, n_all, repetitions)
    needed = n_all * errors.mean / model.slots.n_parameters / PRECISION**2
    share = shots_of(readings, n_all) * (needed / n_all)
    price = 0.0
    for part, n in zip(readings, share.tolist(), strict=True):
        gates = part.circuit.gates
        units = gates.n_one_qubit + 10 * gates.n_two_qubit + 5 * len(part.circuit.measured)
        price += 5 + n * units / 5000
    return f"qansatz {method}", once.n_circuits, needed, price, seconds


def readings_of(method: str, found: Schedule, values) -> list[Reading]:
    """The circuits for the gradient alone, compiled for few gates."""
    if method == "lie-algebraic":
        prepared = prepare(found, 1)
        parts = prepared.readings(values)[: prepared.n_circuits]
        return [without_value(part, found.n_parameters) for part in parts]
    parts = []
    for circuit, made in zip(found.circuits(), gradient_circuits(found), strict=True):
        weights = component_weights(found, circuit, values)
        parts.append(reading(made, [weights[p.pauli] for p in made.parities]))
    return parts


def hqc(found: Schedule, run: peers.Run, shots: float) -> float:
    """The price of a peer's circuits: the forward circuit and their extra gates, all qubits measured."""
    from qansatz.synthesis.lower import lower

    gates = lower(found.model, final_clifford=False)
    units = gates.n_one_qubit + 10 * (gates.n_two_qubit + run.extra) + 5 * found.model.n_qubits
    return 5 * run.n_circuits + shots * units / 5000


def growth(layers: int) -> None:
    print("\nscheduling time (peak MB includes the model)")
    head = f"{'qubits':>8} {'rotations':>10} {'circuits':>9} {'seconds':>8} {'us/rotation':>12}"
    print(head + f" {'MB':>6}")
    sizes = [(1000, k) for k in (layers // 16, layers // 4, layers)]
    for n, depth in [(10, 25 * layers), (100, 5 * layers // 2), *sizes]:
        settings = {"n": n, "layers": max(1, depth)}
        text = RING.replace("KET", "0")
        model = driver.compile_source(Source("<ring>", text), settings=settings).ansatz
        start = time.perf_counter()
        found = schedule(model, model.observables[2])
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        each = 1e6 * seconds / len(model.rotations)
        print(
            f"{n:8} {len(model.rotations):10} {found.n_circuits:9} {seconds:8.2f} {each:12.2f} "
            f"{peak:6.0f}",
            flush=True,
        )


def grouping(n_sets: int, effort: float) -> None:
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
        best = covers.cover(rows, covers.Allowance(effort))
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer cases, repetitions and layers")
    parser.add_argument("--layers", type=int, default=500)
    parser.add_argument("--sets", type=int, default=6)
    parser.add_argument("--effort", type=float, default=10.0)
    parser.add_argument("--shots", type=int, default=1000, help="for each circuit, on average")
    given = parser.parse_args()
    if given.quick:
        executed(given.shots, 4, QUICK)
        grouping(2, 2.0)
        growth(40)
        return
    executed(given.shots, 20, CASES)
    grouping(given.sets, given.effort)
    growth(given.layers)


if __name__ == "__main__":
    main()
