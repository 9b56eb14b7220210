"""Shot for shot: the mean squared error of gradients measured by different methods with the same number of shots.

    python benchmarks/gradient_error.py [--shots 23040] [--repetitions 200] [--backend statevector] [--seed 1]

For each circuit the gradient is measured again and again at one random point, by parameter shift (active rotations
only), by the schedule and on the forward circuit alone, each time with the same shots in all, shared out as
``qansatz gradient`` shares them. The *factor* is the mean squared error of parameter shift over that of the method,
summed over components, with the 95 % interval of a bootstrap over repetitions; *predicted* is the ratio of the exact
variances at that point, from the amplitudes of the very circuits; *errors* is the mean of the squared standard errors
that each run reports over the mean squared error (never below 1 but by chance).

The last lines are the accounting of the published experiment (arXiv:2406.18316): equal shots for each circuit.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qansatz import driver
from qansatz.analysis.gradient.circuits import Schedule
from qansatz.execute.backends.backend import Backend, backend
from qansatz.execute.backends.binding import bindable
from qansatz.execute.backends.statevector import amplitudes
from qansatz.execute.gradients.adjoint import adjoint_simulation
from qansatz.execute.gradients.by_schedule import component_weights
from qansatz.execute.gradients.lie_algebraic import prepare
from qansatz.execute.gradients.measured import slopes_at
from qansatz.execute.gradients.parameter_shift import shifted_circuits
from qansatz.execute.readings import Reading, estimate, reading, shots_of, signs
from qansatz.source import Source
from qansatz.synthesis.readout import gradient_circuits

EXAMPLES = Path(__file__).parent.parent / "examples"
FOUR_BLOCKS = """qans 1
ansatz slpa() {
  qubits q[4]
  stabilizers S = <p"XXXX", p"ZZZZ">
  let L = [p"XXII", p"ZIZI", p"ZZII", p"IXXI"]
  param theta[|L|, |S|]
  init |+>
  for (a, P) in enumerate(L) { block { rot(S * P, theta[a, :]) } }
  observable pair = Z[0] * Z[1]
}
"""


def published() -> Schedule:
    """Four qubits, 24 blocks of 4 rotations, O = X₀X₁."""
    return driver.compile_file(str(EXAMPLES / "slpa.qans")).schedule


def four_blocks() -> Schedule:
    """Four qubits, 4 blocks of 4 rotations, O = Z₀Z₁."""
    return driver.compile_source(Source("<four blocks>", FOUR_BLOCKS)).schedule


def hardware_efficient() -> Schedule:
    """Six qubits, four layers of RY and CZ, O = Z₂Z₃: no stabilizers."""
    return driver.compile_file(str(EXAMPLES / "ry_cz.qans")).schedule_of("middle")


def x_generators() -> Schedule:
    """Eight qubits, one commuting block of X strings, O = Z₀."""
    return driver.compile_file(str(EXAMPLES / "xgenerators.qans")).schedule


CASES = {
    "SLPA n=4, 24 blocks, O=XXII": published,
    "SLPA n=4, 4 blocks, O=ZZII": four_blocks,
    "X generators n=8, O=Z0": x_generators,
    "RY-CZ n=6, O=Z2Z3": hardware_efficient,
}


@dataclass(frozen=True)
class Errors:
    """Squared errors summed over components, an entry a repetition, and what was predicted and reported."""

    n_circuits: int
    squared: np.ndarray
    predicted: float
    reported: float

    @property
    def mean(self) -> float:
        return float(self.squared.mean())


def readings_of(schedule: Schedule, values) -> dict[str, list[Reading]]:
    """The circuits of each method with the weights of their parities, without those of the value."""
    circuits = zip(schedule.circuits(), gradient_circuits(schedule, effort=0), strict=True)
    by_schedule = []
    for circuit, made in circuits:
        weights = component_weights(schedule, circuit, values)
        by_schedule.append(reading(made, [weights[p.pauli] for p in made.parities]))
    halves = {term.pauli: float(term.coefficient) / 2 for term in schedule.terms}
    by_shift = []
    for row, sign, made in shifted_circuits(schedule, effort=0):
        slopes = slopes_at(schedule, row, values)
        rows = [{k: sign * halves[p.pauli] * slope for k, slope in slopes} for p in made.parities]
        by_shift.append(reading(made, rows))
    prepared = prepare(schedule, 0)
    forward = prepared.readings(values)[: prepared.n_circuits]
    return {
        "parameter shift": by_shift,
        "schedule": by_schedule,
        "lie-algebraic": [without_value(part, schedule.n_parameters) for part in forward],
    }


def without_value(found: Reading, n_parameters: int) -> Reading:
    kept = found.outputs < n_parameters
    return Reading(
        circuit=found.circuit, outputs=found.outputs[kept], weights=found.weights[:, kept]
    )


def exact_variance(found: Reading, values) -> float:
    """Σ over components of the variance of one shot, from the amplitudes."""
    state = amplitudes(bindable(found.circuit.gates), values)
    weights = np.abs(state) ** 2
    n = found.circuit.gates.n_qubits
    index = np.arange(len(weights))
    bits = np.array([index >> (n - 1 - qubit) & 1 for qubit in found.circuit.measured]).T
    each = signs(found.circuit, bits.reshape(len(index), -1)) @ found.weights
    mean = weights @ each
    return float((weights @ (each - mean) ** 2).sum())


def errors_of(
    readings: list[Reading], values, gradient, run: Backend, shots: int, repetitions: int
) -> Errors:
    """Run every circuit once for all repetitions: independent shots, cut into equal parts."""
    n_shots = shots_of(readings, shots)
    tables = run.sample(
        [r.circuit for r in readings], values, [int(n) * repetitions for n in n_shots]
    )
    found = np.zeros((repetitions, len(gradient)))
    reported = np.zeros(repetitions)
    for part, table in zip(readings, tables, strict=True):
        for k, outcomes in enumerate(np.array_split(table, repetitions)):
            mean, variance = estimate(part, outcomes)
            found[k, part.outputs] += mean
            reported[k] += variance.sum()
    squared = ((found - gradient) ** 2).sum(axis=1)
    predicted = sum(
        exact_variance(part, values) / n for part, n in zip(readings, n_shots, strict=True)
    )
    return Errors(len(readings), squared, predicted, float(reported.mean() / squared.mean()))


def interval(
    above: Errors, below: Errors, random: np.random.Generator, level: float = 0.95
) -> tuple[float, float]:
    """The interval of the ratio of two mean squared errors, by a bootstrap over repetitions."""
    draws = [
        np.mean(random.choice(above.squared, len(above.squared)))
        / np.mean(random.choice(below.squared, len(below.squared)))
        for _ in range(2000)
    ]
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def study(
    schedule: Schedule, run: Backend, shots: int, repetitions: int, seed: int
) -> dict[str, Errors]:
    """The errors of every method at one random point."""
    slots = schedule.model.slots
    random = np.random.default_rng(seed)
    values = random.uniform(0, 2 * np.pi, slots.n_parameters + slots.n_inputs).tolist()
    _, gradient = adjoint_simulation(schedule.model, schedule.observable).value_and_gradient(values)
    return {
        name: errors_of(readings, values, gradient, run, shots, repetitions)
        for name, readings in readings_of(schedule, values).items()
    }


def block_count(schedule: Schedule) -> int:
    """The blocks of commuting rotations that the source declares: the circuits of the published count."""
    block = schedule.model.rotations.block
    return len(set(block[block >= 0].tolist()))


def epoch_shots(n_circuits: int) -> int:
    """The shots of one epoch of the published experiment: 1,000 for each circuit and the value, for 50 inputs."""
    return 1000 * 50 * (n_circuits + 1)


def accounting(found: dict[str, Errors], shots: int) -> None:
    """The shots of the published experiment, 1,000 for each circuit and input, and what they buy."""
    shift, ours = found["parameter shift"], found["schedule"]
    n_blocks = block_count(published())
    epoch = [epoch_shots(n) for n in (shift.n_circuits, n_blocks, ours.n_circuits)]
    print(
        f"\nshots of one epoch of the published experiment: parameter shift {epoch[0]:,}, "
        f"{n_blocks} circuits as published {epoch[1]:,} ({epoch[0] / epoch[1]:.2f} times fewer), "
        f"schedule {epoch[2]:,} ({epoch[0] / epoch[2]:.2f} times fewer)"
    )
    per_circuit = [e.mean * shots / e.n_circuits for e in (shift, ours)]
    print(
        "at equal shots for each circuit the mean squared error of the schedule is "
        f"{per_circuit[1] / per_circuit[0]:.2f} times that of parameter shift, which has two circuits a component"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shots", type=int, default=23_040)
    parser.add_argument("--repetitions", type=int, default=200)
    parser.add_argument("--backend", default="statevector")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    run = backend(given.backend, seed=given.seed)
    print(f"{given.repetitions} repetitions of {given.shots:,} shots on {run.name}")
    head = f"{'case':30}{'method':18}{'circuits':>9}{'mse':>11}"
    print(head + f"{'factor':>8}{'95 % interval':>17}{'predicted':>11}{'errors':>8}")
    random = np.random.default_rng(given.seed)
    for name, case in CASES.items():
        found = study(case(), run, given.shots, given.repetitions, given.seed)
        shift = found["parameter shift"]
        for method, errors in found.items():
            low, high = interval(shift, errors, random)
            line = f"{name:30}{method:18}{errors.n_circuits:9}{errors.mean:11.3e}"
            if errors is not shift:
                line += f"{shift.mean / errors.mean:8.2f}{f'{low:.2f} to {high:.2f}':>17}"
                line += f"{shift.predicted / errors.predicted:11.2f}"
            else:
                line += " " * 36
            print(line + f"{errors.reported:8.2f}", flush=True)
        if case is published:
            published_errors = found
    accounting(published_errors, given.shots)


if __name__ == "__main__":
    main()
