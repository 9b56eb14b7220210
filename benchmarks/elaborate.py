"""Unrolling: the transverse-field Ising ring with individual parameters, against building the circuit in Qiskit.

    python benchmarks/elaborate.py [--layers 500]

Prints seconds and peak memory for 1,000 qubits × ``layers`` layers (500: one million rotations), every check of
``qansatz check`` included; and, at 20 layers, the ratio to a Python loop that appends ``rzz`` and ``rx`` with the same
number of ``Parameter`` objects to a ``qiskit.QuantumCircuit``. Each measurement runs in a process of its own.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time

N_QUBITS = 1_000
PEER_LAYERS = 20
SOURCE = """qans 1
ansatz tfim(n: int, layers: int) {
  qubits q[n]
  param gamma[layers, n]
  param beta[layers, n]
  symmetry parity = prod(X[i] for i in q)
  init |+>
  repeat l in 0..<layers {
    for i in q { rot(Z[i] * Z[(i + 1) % n], gamma[l, i]) }
    for i in q { rot(X[i], beta[l, i]) }
  }
}
"""


def qansatz(layers: int) -> int:
    from qansatz import driver
    from qansatz.source import Source

    settings = {"n": N_QUBITS, "layers": layers}
    compilation = driver.compile_source(Source("<tfim>", SOURCE), settings=settings)
    return len(compilation.ansatz.rotations)


def qiskit(layers: int) -> int:
    from qiskit.circuit import ParameterVector, QuantumCircuit

    circuit = QuantumCircuit(N_QUBITS)
    gamma = ParameterVector("gamma", layers * N_QUBITS)
    beta = ParameterVector("beta", layers * N_QUBITS)
    for layer in range(layers):
        for i in range(N_QUBITS):
            circuit.rzz(gamma[layer * N_QUBITS + i], i, (i + 1) % N_QUBITS)
        for i in range(N_QUBITS):
            circuit.rx(beta[layer * N_QUBITS + i], i)
    return len(circuit.data)


def measured(tool: str, layers: int) -> tuple[float, float, int]:
    """Seconds (imports left out), peak memory in MB, and rotations, in a new process."""
    command = [sys.executable, __file__, "--one", tool, "--layers", str(layers)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, memory, count = output.split()
    return float(seconds), float(memory), int(count)


def one(tool: str, layers: int) -> None:
    build = {"qansatz": qansatz, "qiskit": qiskit}[tool]
    build(1)
    start = time.perf_counter()
    count = build(layers)
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000, count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=int, default=500)
    parser.add_argument("--one", choices=("qansatz", "qiskit"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        one(arguments.one, arguments.layers)
        return
    seconds, memory, count = measured("qansatz", arguments.layers)
    print(
        f"qansatz  {count:>9,} rotations on {N_QUBITS} qubits: {seconds:6.2f} s, {memory:6.0f} MB"
    )
    ours, _, count = measured("qansatz", PEER_LAYERS)
    theirs, _, _ = measured("qiskit", PEER_LAYERS)
    print(f"qansatz  {count:>9,} rotations: {ours:6.2f} s")
    print(f"qiskit   {count:>9,} rotations: {theirs:6.2f} s, ratio {theirs / ours:.2f}")


if __name__ == "__main__":
    main()
