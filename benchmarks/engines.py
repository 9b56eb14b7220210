"""Why Lightning is the engine above ten qubits: seconds for random states by the libraries at hand, in one run.

    python benchmarks/engines.py [--most 18]

Rotations of one Ising layer (one- and two-qubit strings) and twenty dense random strings, one thread each: NumPy as in
``numpy_engine``, Lightning as in ``lightning_engine``, qulacs (a parametric circuit of Pauli rotations) and Qiskit Aer
(one circuit of Pauli evolutions, bound to all values at once). Nanoseconds for one amplitude and rotation, and the
largest difference from NumPy's amplitudes (the phase of Aer is its own). What is not installed is left out; exits
with 1 when amplitudes differ by 1e-10.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from qansatz.pauli.states import Floats, States
from qansatz.pauli.strings import from_word
from qansatz.pauli.tables import PauliTable
from qansatz.simulation.engines import ENGINES, engine

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "QULACS_NUM_THREADS")


def ising(n: int) -> list[str]:
    bonds = ["".join("Z" if k in (i, i + 1) else "I" for k in range(n)) for i in range(n - 1)]
    return bonds + ["".join("X" if k == i else "I" for k in range(n)) for i in range(n)]


def dense(n: int) -> list[str]:
    draw = random.Random(1)
    return ["".join(draw.choices("IXYZ", k=n)) for _ in range(20)]


def own(name: str) -> Callable[[list[str], Floats], States]:
    def work(words: list[str], angles: Floats) -> States:
        n = len(words[0])
        initial = np.zeros(2**n, dtype=complex)
        initial[0] = 1
        table = PauliTable.from_paulis([from_word(word) for word in words], n)
        return engine(name, initial, table).states(range(len(words)), angles)

    return work


def qulacs(words: list[str], angles: Floats) -> States:
    import qulacs as library

    n = len(words[0])
    circuit = library.ParametricQuantumCircuit(n)
    for word in words:
        on = [k for k, letter in enumerate(word) if letter != "I"]
        codes = ["IXYZ".index(word[k]) for k in on]
        circuit.add_parametric_multi_Pauli_rotation_gate([n - 1 - k for k in on], codes, 0.0)
    found = np.empty((angles.shape[1], 2**n), dtype=complex)
    state = library.QuantumState(n)
    for row, column in zip(found, angles.T, strict=True):
        for k, angle in enumerate(column.tolist()):
            circuit.set_parameter(k, -angle)
        state.set_zero_state()
        circuit.update_quantum_state(state)
        row[:] = state.get_vector()
    return found


def aer(words: list[str], angles: Floats) -> States:
    from qiskit import QuantumCircuit, transpile
    from qiskit.circuit import Parameter
    from qiskit.circuit.library import PauliEvolutionGate
    from qiskit.quantum_info import SparsePauliOp
    from qiskit_aer import AerSimulator

    n = len(words[0])
    simulator = AerSimulator(method="statevector", max_parallel_threads=1)
    parameters = [Parameter(f"t{k}") for k in range(len(words))]
    circuit = QuantumCircuit(n)
    for word, parameter in zip(words, parameters, strict=True):
        gate = PauliEvolutionGate(SparsePauliOp(word), time=parameter / 2)
        circuit.append(gate, range(n))
    circuit.save_statevector()
    binds: list[dict[Any, Any]] = [
        {p: list(row) for p, row in zip(parameters, angles, strict=True)}
    ]
    result = simulator.run(
        transpile(circuit, simulator, optimization_level=1), parameter_binds=binds
    ).result()
    states = [np.asarray(result.get_statevector(k)) for k in range(angles.shape[1])]
    return np.array(states)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--most", type=int, default=18)
    args = parser.parse_args()
    if any(os.environ.get(name) != "1" for name in THREADS):
        os.execve(
            sys.executable, [sys.executable, *sys.argv], os.environ | dict.fromkeys(THREADS, "1")
        )
    peers = {name: own(name) for name in ENGINES} | {"qulacs": qulacs, "aer": aer}
    print(f"{'strings':8}{'n':>4}" + "".join(f"{name:>12}" for name in peers) + "  difference")
    fine = True
    for title, make in (("ising", ising), ("dense", dense)):
        for n in range(8, args.most + 1, 2):
            words, batch = make(n), max(1, min(64, 2 ** (17 - n)))
            angles = np.random.default_rng(0).uniform(0, 2 * np.pi, (len(words), batch))
            updates = len(words) * batch * 2**n
            line, first, worst = f"{title:8}{n:>4}", None, 0.0
            for name, work in peers.items():
                try:
                    work(words, angles[:, :1])
                    start = time.perf_counter()
                    found = work(words, angles)
                    took = time.perf_counter() - start
                except ImportError:
                    line += f"{'-':>12}"
                    continue
                first = found if first is None else first
                if name != "aer":
                    worst = max(worst, float(np.abs(found - first).max()))
                line += f"{1e9 * took / updates:>12.2f}"
            fine &= worst < 1e-10
            print(f"{line}  {worst:.1e}", flush=True)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
