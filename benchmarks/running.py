"""Binding new values and drawing shots, beside the packages that do the same, in one run on the same circuits.

``python benchmarks/running.py`` prints two tables: the time to bind all parameters of a transverse-field Ising ring
again (here, Qiskit's ``assign_parameters``, pytket's ``symbol_substitution``), and shots a second of every backend
that is installed, for rings of 6, 10 and 14 qubits with two layers. Times are the best of three; only ratios mean
anything.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import qansatz
from qansatz.circuits.gates import GateList
from qansatz.emit import pytket, qiskit
from qansatz.execute.backends.backend import BACKENDS, backend
from qansatz.execute.backends.binding import bindable
from qansatz.synthesis.readout import MeasuredCircuit

RING = str(Path(__file__).parent.parent / "examples" / "tfim.qans")


def best(call: Callable[[], object], repetitions: int = 3) -> float:
    """The shortest time of some calls, in seconds."""
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def bind_with_qiskit(gates: GateList) -> Callable[[list[float]], object]:
    circuit = qiskit.circuit(gates)
    places = {name: k for k, name in enumerate(gates.slots.identifiers())}
    known = list(circuit.parameters)
    return lambda values: circuit.assign_parameters({p: values[places[p.name]] for p in known})


def bind_with_pytket(gates: GateList) -> Callable[[list[float]], object]:
    import sympy

    circuit = pytket.circuit(gates)
    symbols = [sympy.Symbol(name) for name in gates.slots.identifiers()]

    def bind(values: list[float]) -> object:
        numbers = circuit.copy()
        numbers.symbol_substitution(dict(zip(symbols, values, strict=True)))
        return numbers

    return bind


def binding() -> None:
    print("binding        angles   here, µs   µs an angle   Qiskit, times   pytket, times")
    for n, layers in ((8, 4), (40, 10), (100, 10)):
        gates = qansatz.compile(RING, n=n, layers=layers).gates()
        values = np.random.default_rng(0).uniform(-3, 3, gates.slots.n_parameters).tolist()
        compiled = bindable(gates)
        n_angles = sum(len(gate.angles) for gate in gates.gates)
        own = best(lambda c=compiled, v=values: [c.angles(v) for _ in range(20)]) / 20
        other = []
        for make in (bind_with_qiskit, bind_with_pytket):
            bind = make(gates)
            other.append(best(lambda b=bind, v=values: b(v)) / own)
        print(
            f"n={n:<4} p={layers:<4}{n_angles:>8}{own * 1e6:>11.1f}{own * 1e6 / n_angles:>14.3f}"
            f"{other[0]:>16.0f}{other[1]:>16.0f}"
        )


def drawing() -> None:
    print("\nshots a second " + "".join(f"{n:>10} qubits" for n in (6, 10, 14)))
    circuits = {}
    for n in (6, 10, 14):
        gates = qansatz.compile(RING, n=n, layers=2).gates()
        circuits[n] = MeasuredCircuit(gates=gates, measured=tuple(range(n)), parities=())
    for name in BACKENDS:
        if name == "nexus":
            continue
        try:
            runner = backend(name, seed=1)
        except ImportError:
            continue
        rates = []
        for n, circuit in circuits.items():
            shots = (2000 if n < 14 else 200) if name == "selene" else 20_000
            values = [0.3, 0.5, -0.4, 0.2]
            seconds = best(lambda r=runner, c=circuit, v=values, s=shots: r.sample([c], v, [s]), 2)
            rates.append(shots / seconds)
        print(f"{name:<15}" + "".join(f"{rate:>17,.0f}" for rate in rates))


if __name__ == "__main__":
    binding()
    drawing()
