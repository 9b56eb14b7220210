"""Moments of circuits at their own depth: Clifford points against statevectors, and how long they take.

    python benchmarks/clifford_moments.py [--circuits 60] [--points 4000] [--states 4000] [--seed 1]

1. Random circuits of at most eight qubits: variance of the value, of some derivatives, and frame potentials t = 2, 3.
   Clifford points must agree with sampled states within four standard errors of both sides combined.
2. The time for 2,000 points at n = 40 and n = 1,000 (8,997 rotations), of the value and of all derivatives, and of
   exact followings of strings, beside the time that the states of one point take at n = 16.

Exits with 1 when a circuit misses.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from qansatz import driver
from qansatz.analysis.trainability.overlaps import frame_potentials
from qansatz.analysis.trainability.sampled_variance import Cost
from qansatz.analysis.trainability.this_circuit import circuit_variance, derivative_variances
from qansatz.model.program import Model
from qansatz.pauli import states as pure
from qansatz.pauli.strings import from_word, to_text
from qansatz.simulation.simulation import simulation
from qansatz.source import Source

LAYERS = """qans 1
ansatz layers(n: int = 6, layers: int = 3) {
  qubits q[n]
  param a[layers, n]
  param c[layers, n]
  param b[layers, n]
  init |0>
  repeat l in 0..<layers {
    for i in 0..<n { rot(Y[i], a[l, i]); rot(Z[i], c[l, i]) }
    for i in 0..<(n-1) { rot(Z[i] * Z[i+1], b[l, i]) }
  }
  observable cost = 0.25 * Z[0] + 0.25 * Z[1] + 0.25 * Z[0] * Z[1]
}
"""


def circuits(n_circuits: int, rng: random.Random) -> Iterator[Model]:
    """Random strings and gates in random layers, with interfering terms in their costs."""
    for _ in range(n_circuits):
        n = rng.randint(2, 8)
        ket = "".join(rng.choices("01+-rl", k=n))
        lines, used = [], 0
        for _ in range(rng.randint(n, 5 * n)):
            if rng.random() < 0.3:
                lines.append(f"  cx(q[{(k := rng.randrange(n - 1))}], q[{k + 1}])")
            word = _word(n, rng)
            lines.append(f"  rot({to_text(from_word(word))}, t[{used}])")
            used += 1
        terms = " + ".join(
            f"({rng.choice([1, -2, 3])}) * {to_text(from_word(_word(n, rng)))}" for _ in range(4)
        )
        body = "\n".join(lines)
        text = (
            f"qans 1\nansatz a() {{\n  qubits q[{n}]\n  param t[{used}]\n  init |{ket}>\n"
            f"{body}\n  observable cost = {terms}\n}}\n"
        )
        yield driver.compile_source(Source("circuit.qans", text)).ansatz


def _word(n: int, rng: random.Random) -> str:
    letters = ["I"] * n
    for q in rng.sample(range(n), min(n, rng.choice([1, 1, 2, 2, 3]))):
        letters[q] = rng.choice("XYZ")
    return "".join(letters)


def deviations(model: Model, n_points: int, n_states: int, seed: int) -> list[float]:
    """By how many standard errors of both sides the two ways differ."""
    rng = np.random.default_rng(seed)
    arrays = simulation(model)
    cost = Cost.of(model.observables[0].terms, model.n_qubits)
    shape = (n_states, model.slots.n_parameters)
    at, other = rng.uniform(0, 2 * np.pi, shape), rng.uniform(0, 2 * np.pi, shape)
    left = arrays.states(at)
    values = cost.values(left)
    found = circuit_variance(model, n_samples=n_points, seed=seed, most_steps=0)
    squares = (values - values.mean()) ** 2
    away = [_away(found.value or 0.0, (found.spread / n_points) ** 0.5, squares)]
    derivatives = derivative_variances(model, n_samples=n_points, seed=seed)
    scale = sum(float(t.coefficient) ** 2 for t in model.observables[0].terms)
    for place in rng.choice(len(derivatives.slots), min(3, len(derivatives.slots)), False):
        step = np.zeros(shape[1])
        step[derivatives.slots[place]] = np.pi / 2
        shifted = [cost.values(arrays.states(at + sign * step)) for sign in (1, -1)]
        value = float(derivatives.values[place])
        # No sample exceeds the square sum: a bound of the error from the mean alone.
        error = (value * scale / n_points) ** 0.5
        away.append(_away(value, error, ((shifted[0] - shifted[1]) / 2) ** 2))
    potentials = frame_potentials(model, n_pairs=n_points, seed=seed)
    assert not isinstance(potentials, str)
    fidelities = pure.fidelities(left, arrays.states(other))
    for k, power in enumerate((2, 3)):
        if potentials.values is not None and potentials.standard_errors is not None:
            mean, error = potentials.values[k], potentials.standard_errors[k]
            # Rare large fidelities: with few of them neither side knows its error.
            if mean * n_points > 10:
                away.append(_away(mean, error, fidelities**power))
    return away


def _away(value: float, error: float, samples: Any) -> float:
    both = (error**2 + float(samples.var()) / len(samples)) ** 0.5
    difference = abs(value - float(samples.mean()))
    return 0.0 if difference < 1e-9 else difference / both if both else float("inf")


def timed(title: str, work: Callable[[], Any]) -> None:
    """One line with the time."""
    start = time.perf_counter()
    found = work()
    print(f"{title:60}{time.perf_counter() - start:>9.2f} s   {found}", flush=True)


def times() -> None:
    """What the points and the strings take."""
    for n in (40, 1000):
        model = driver.compile_source(Source("l.qans", LAYERS), settings={"n": n}).ansatz
        size = f"n = {n}, {len(model.rotations)} rotations"
        timed(f"{size}: strings followed", lambda m=model: circuit_variance(m))
        timed(f"{size}: 2,000 points", lambda m=model: circuit_variance(m, most_steps=0))
        timed(
            f"{size}: all derivatives, 2,000 points",
            lambda m=model: f"largest {derivative_variances(m).values.max():.4g}",
        )
    model = driver.compile_source(Source("l.qans", LAYERS), settings={"n": 16}).ansatz
    arrays = simulation(model)
    at = np.random.default_rng(0).uniform(0, 2 * np.pi, (1, model.slots.n_parameters))
    timed("n = 16: one state", lambda: arrays.states(at).shape)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--circuits", type=int, default=60)
    parser.add_argument("--points", type=int, default=4000)
    parser.add_argument("--states", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    worst, misses = 0.0, 0
    for k, model in enumerate(circuits(args.circuits, random.Random(args.seed))):
        away = deviations(model, args.points, args.states, args.seed + k)
        worst = max(worst, *away)
        misses += any(a > 4 for a in away)
        print(f"{k + 1:4} n = {model.n_qubits}  " + " ".join(f"{a:6.2f}" for a in away), flush=True)
    print(f"{misses} of {args.circuits} circuits off; largest deviation {worst:.2f} errors\n")
    times()
    return int(misses > 0)


if __name__ == "__main__":
    sys.exit(main())
