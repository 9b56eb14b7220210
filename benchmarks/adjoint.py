"""Value and gradient of 100 rotations of the open Ising chain: the adjoint representation against states and matrices.

    python benchmarks/adjoint.py [--repeats 20]

The circuit is X on every qubit, then ZZ on neighbours, again and again, cut after 100 rotations; O is the energy.
``strings`` are those that the rotations make of O (the dimension of the Lie algebra is n(2n − 1)). Peers, in
milliseconds for one value with all 100 derivatives, on the same values and checked to agree: PennyLane's
``lightning.qubit`` with adjoint differentiation, and dense matrices of the adjoint representation from
``qml.structure_constants`` as PennyLane's g-sim demonstration makes them (exponentials of dim × dim matrices, then the
same two sweeps). ``setup`` is done once: for the dense matrices it is the structure constants.
"""

from __future__ import annotations

import argparse
import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from qansatz import driver
from qansatz.execute.gradients.adjoint import adjoint_simulation
from qansatz.source import Source

ROTATIONS = 100
CHAIN = """qans 1
ansatz chain(n: int, last: int) {
  qubits q[n]
  param theta[last]
  init |+>
  for k in 0..<last {
    if k % (2 * n - 1) < n { rot(X[k % (2 * n - 1)], theta[k]) }
    else { rot(Z[k % (2 * n - 1) - n] * Z[k % (2 * n - 1) - n + 1], theta[k]) }
  }
  observable energy = sum(Z[i] * Z[i + 1] for i in 0..<n - 1) + sum(X[i] for i in q)
}
"""
LIGHTNING = 18
DENSE = 12


def best(function, repeats: int) -> float:
    """The least seconds of some calls."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def ours(n: int):
    settings = {"n": n, "last": ROTATIONS}
    model = driver.compile_source(Source("<chain>", CHAIN), settings=settings).ansatz
    start = time.perf_counter()
    prepared = adjoint_simulation(model)
    return prepared, time.perf_counter() - start


def words(n: int) -> tuple[list[str], list[str]]:
    """The string of every rotation, and those of O."""
    fields = ["I" * k + "X" + "I" * (n - k - 1) for k in range(n)]
    couplings = ["I" * k + "ZZ" + "I" * (n - k - 2) for k in range(n - 1)]
    layer = fields + couplings
    return [layer[k % len(layer)] for k in range(ROTATIONS)], couplings + fields


def lightning(n: int, values):
    """PennyLane's compiled state vectors, adjoint differentiation."""
    import pennylane as qml

    sequence, terms = words(n)
    device = qml.device("lightning.qubit", wires=n)
    operators = [qml.pauli.string_to_pauli_word(word) for word in terms]
    energy = qml.Hamiltonian([1.0] * len(operators), operators)

    @qml.qnode(device, diff_method="adjoint")
    def cost(angles):
        for wire in range(n):
            qml.Hadamard(wire)
        for angle, word in zip(angles, sequence, strict=True):
            at = [k for k in range(n) if word[k] != "I"]
            if len(at) == 1:
                qml.RX(angle, wires=at)
            else:
                qml.IsingZZ(angle, wires=at)
        return qml.expval(energy)

    angles = qml.numpy.array(values, requires_grad=True)
    return lambda: qml.grad(cost)(angles)


def dense(n: int, values):
    """Dense matrices of the adjoint representation, as in PennyLane's demonstration of g-sim."""
    import pennylane as qml
    from scipy.linalg import expm

    sequence, terms = words(n)
    generators = [qml.pauli.string_to_pauli_word(w).pauli_rep for w in dict.fromkeys(sequence)]
    start = time.perf_counter()
    algebra = qml.lie_closure(generators, pauli=True)
    constants = qml.structure_constants(algebra, pauli=True)
    setup = time.perf_counter() - start
    place = {next(iter(element)): k for k, element in enumerate(algebra)}
    names = [next(iter(qml.pauli.string_to_pauli_word(w).pauli_rep)) for w in sequence]
    observable = np.zeros(len(algebra))
    for word in terms:
        observable[place[next(iter(qml.pauli.string_to_pauli_word(word).pauli_rep))]] = 1.0
    initial = np.array([float(set(key.values()) == {"X"}) for key in place])
    # exp(iθ/2·P)·Q·exp(−iθ/2·P) = exp(θ/2·ad_{iP})(Q).
    generators_of = [0.5 * constants[place[name]] for name in names]

    def run():
        turns = [expm(theta * ad) for theta, ad in zip(values, generators_of, strict=True)]
        vectors = [initial]
        for turn in turns:
            vectors.append(turn.T @ vectors[-1])
        value, back, found = observable @ vectors[-1], observable, np.zeros(len(values))
        for k in range(len(values) - 1, -1, -1):
            found[k] = back @ (generators_of[k].T @ vectors[k + 1])
            back = turns[k] @ back
        return value, found

    return run, setup


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    given = parser.parse_args()
    head = ("qubits", "dimension", "strings", "setup", "ours", "lightning", "ratio", "dense")
    print("".join(f"{h:>11}" for h in (*head, "ratio", "its setup")))
    for n in (8, 10, 12, 14, 18, 30, 60):
        prepared, setup = ours(n)
        values = np.random.default_rng(n).uniform(0, 2 * np.pi, ROTATIONS)
        value, gradient = prepared.value_and_gradient(values)
        mine = best(lambda p=prepared, v=values: p.value_and_gradient(v), given.repeats)
        cells = [n, n * (2 * n - 1), prepared.n_strings, f"{1e3 * setup:.1f} ms"]
        cells.append(f"{1e3 * mine:.2f} ms")
        if n <= LIGHTNING:
            peer = lightning(n, values)
            assert np.allclose(peer(), gradient, atol=1e-8)
            took = best(peer, 3)
            cells += [f"{1e3 * took:.1f} ms", f"{took / mine:.0f}"]
        else:
            cells += ["", ""]
        if n <= DENSE:
            peer, peer_setup = dense(n, values)
            other, found = peer()
            assert abs(other - value) < 1e-8
            assert np.allclose(found, gradient, atol=1e-8)
            took = best(peer, 1)
            cells += [f"{1e3 * took:.0f} ms", f"{took / mine:.0f}", f"{peer_setup:.1f} s"]
        print("".join(f"{c:>11}" for c in cells), flush=True)


if __name__ == "__main__":
    main()
