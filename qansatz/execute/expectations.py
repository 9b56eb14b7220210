"""The expectation values of a model's observables at a point, exact or from outcomes of commuting groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.cover import cover
from qansatz.circuits.gates import GateList
from qansatz.execute.backends.backend import Backend, Outcomes
from qansatz.execute.gradients.measured import effort_for, refuse_exact
from qansatz.execute.options import ExpectationOptions
from qansatz.execute.readings import (
    Reading,
    estimate,
    measure,
    reading,
    shots_of,
)
from qansatz.model.program import Model, Observable, Slots
from qansatz.pauli import states
from qansatz.pauli.strings import IDENTITY, Pauli
from qansatz.pauli.tables import PauliTable
from qansatz.progress import Progress
from qansatz.sheets import Fact, Sheet, html
from qansatz.simulation.simulation import simulation
from qansatz.synthesis.readout import MeasuredCircuit, Parity, expectation_circuits

Floats = npt.NDArray[np.float64]

EXACT: Final = ExpectationOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """⟨O⟩ of one observable; ``standard_error`` is None where the value is exact up to rounding."""

    observable: str
    value: float
    standard_error: float | None

    @property
    def text(self) -> str:
        """The value with its error."""
        if self.standard_error is None:
            return f"{self.value:.10g}"
        return f"{self.value:.6g} ± {self.standard_error:.2g}"

    def __str__(self) -> str:
        return f"{self.observable} = {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """Expectation values measured together: ``n_circuits`` circuits, ``n_shots`` in all (0: computed, not drawn)."""

    values: tuple[Expectation, ...]
    backend: str
    n_circuits: int
    n_shots: int

    def sheet(self) -> Sheet:
        """The values, and what they took."""
        how = "mean of the outcomes" if self.n_shots else "from amplitudes, exact up to rounding"
        values = tuple(
            Fact(
                value.observable,
                value.text,
                f"its expectation, {how}",
                certainty="sampled" if self.n_shots else "exact",
                key="run.expectations",
            )
            for value in self.values
        )
        where = f"one for each commuting group, on {self.backend}"
        counts = (
            Fact("circuits", str(self.n_circuits), where, key="run.n_circuits"),
            Fact("shots", str(self.n_shots), "in all", key="run.n_shots"),
        )
        return Sheet(title="Expectations", facts=(*values, *counts) if self.n_shots else values)

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The circuits that measure some observables and how they are read; output k of a reading is observable k.

    ``constants`` are the coefficients of the identity.
    """

    names: tuple[str, ...]
    constants: tuple[float, ...]
    readings: tuple[Reading, ...]

    @property
    def circuits(self) -> tuple[MeasuredCircuit, ...]:
        """One circuit for each commuting set."""
        return tuple(r.circuit for r in self.readings)

    def shots(self, total: int) -> list[int]:
        """A total shared out among the circuits; ``ValueError`` where there are fewer shots than circuits."""
        return [int(n) for n in shots_of(self.readings, total)] if self.readings else []

    def measured(
        self,
        backend: Backend,
        values: Sequence[float],
        shots: int,
        progress: Progress | None = None,
    ) -> Expectations:
        """The expectations from this many shots in all on a backend; ``ValueError`` for too few."""
        estimates = measure(
            self.readings, len(self.names), backend, values, self.shots(shots), progress
        )
        if not estimates.complete:
            raise KeyboardInterrupt
        return self._result(estimates.means, estimates.errors, estimates.n_shots, backend.name)

    def read(self, outcomes: Sequence[Outcomes], backend: str) -> Expectations:
        """What the outcomes of all circuits say."""
        means, variances = np.zeros(len(self.names)), np.zeros(len(self.names))
        for part, table in zip(self.readings, outcomes, strict=True):
            mean, variance = estimate(part, table)
            means[part.outputs] += mean
            variances[part.outputs] += variance
        n_shots = sum(len(table) for table in outcomes)
        return self._result(means, np.sqrt(variances), n_shots, backend)

    def _result(self, means: Floats, errors: Floats, n_shots: int, backend: str) -> Expectations:
        rows = zip(self.names, self.constants, means, errors, strict=True)
        return Expectations(
            values=tuple(
                Expectation(
                    observable=name, value=constant + float(mean), standard_error=float(error)
                )
                for name, constant, mean, error in rows
            ),
            backend=backend,
            n_circuits=len(self.readings),
            n_shots=n_shots,
        )

    def written(self) -> dict[str, Any]:
        """All that reading outcomes takes, as JSON has it; :func:`rewritten` undoes it."""
        return {
            "names": list(self.names),
            "constants": list(self.constants),
            "readings": [
                {
                    "n_bits": len(r.circuit.measured),
                    "parities": [[p.columns, p.negative] for p in r.circuit.parities],
                    "outputs": r.outputs.tolist(),
                    "weights": r.weights.tolist(),
                }
                for r in self.readings
            ],
        }


def rewritten(written: Mapping[str, Any]) -> Plan:
    """A plan from :meth:`Plan.written`, its circuits without gates: enough to read outcomes."""
    readings = []
    for item in written["readings"]:
        parities = tuple(
            Parity(IDENTITY, int(c), bool(negative)) for c, negative in item["parities"]
        )
        bare = GateList(
            name="", n_qubits=item["n_bits"], slots=Slots(parameters=(), inputs=()), gates=()
        )
        circuit = MeasuredCircuit(
            gates=bare, measured=tuple(range(item["n_bits"])), parities=parities
        )
        weights = np.array(item["weights"], dtype=np.float64).reshape(len(parities), -1)
        outputs = np.array(item["outputs"], dtype=np.int64)
        readings.append(Reading(circuit=circuit, outputs=outputs, weights=weights))
    return Plan(
        names=tuple(written["names"]),
        constants=tuple(written["constants"]),
        readings=tuple(readings),
    )


def plan(model: Model, observables: Sequence[Observable], *, effort: int = 1) -> Plan:
    """Circuits for all strings of some observables: a heuristic cover by commuting sets, a circuit each."""
    constants = [0.0] * len(observables)
    weights: dict[Pauli, dict[int, float]] = {}
    for k, observable in enumerate(observables):
        for term in observable.pulled_back:
            if term.pauli.x | term.pauli.z:
                row = weights.setdefault(term.pauli, {})
                row[k] = row.get(k, 0.0) + float(term.coefficient)
            else:
                constants[k] += float(term.coefficient)
    groups: dict[int, list[Pauli]] = {}
    for pauli, group in zip(weights, _commuting(list(weights), model.n_qubits), strict=True):
        groups.setdefault(group, []).append(pauli)
    circuits = expectation_circuits(model, groups.values(), effort=effort)
    return Plan(
        names=tuple(observable.name for observable in observables),
        constants=tuple(constants),
        readings=tuple(
            reading(circuit, [weights[parity.pauli] for parity in circuit.parities])
            for circuit in circuits
        ),
    )


def expectations(
    model: Model,
    values: Sequence[float],
    options: ExpectationOptions = EXACT,
    *,
    observables: Sequence[Observable] | None = None,
    progress: Progress | None = None,
) -> Expectations:
    """The values of observables (all, unless some are given) at slot values (parameters, then inputs; radians).

    Raises:
        ValueError: for a wrong number of values, too few shots, and for exact values of more than
            ``statevector.MAX_QUBITS`` qubits.
        ImportError: when a library that the backend needs is not installed.
    """
    chosen = model.observables if observables is None else tuple(observables)
    if not chosen:
        raise ValueError("the ansatz has no observable")
    backend = options.runner()
    if backend is None or options.shots is None:
        return exact(model, values, chosen)
    readings = plan(model, chosen, effort=effort_for(backend))
    return readings.measured(backend, values, options.shots, progress)


def exact(model: Model, values: Sequence[float], observables: Sequence[Observable]) -> Expectations:
    """The expectations from the amplitudes; ``ValueError`` as :func:`expectations`."""
    n_slots = model.slots.n_parameters + model.slots.n_inputs
    if len(values) != n_slots:
        raise ValueError(f"{n_slots} values are needed, not {len(values)}")
    refuse_exact(model.n_qubits)
    state = simulation(model).states([list(values)], final_clifford=False)
    results = []
    for observable in observables:
        terms = (
            (float(term.coefficient), states.action(term.pauli, model.n_qubits))
            for term in observable.pulled_back
        )
        value = float(states.expectations(state, terms)[0])
        if not np.isfinite(value):
            raise ValueError("an angle has no real value at this point")
        results.append(Expectation(observable=observable.name, value=value, standard_error=None))
    return Expectations(values=tuple(results), backend="statevector", n_circuits=0, n_shots=0)


def _commuting(strings: Sequence[Pauli], n_qubits: int) -> tuple[int, ...]:
    """The number of the commuting set of each string."""
    if not strings:
        return ()
    relation = PauliTable.from_paulis(strings, n_qubits).anticommutation()
    packed = np.packbits(relation, axis=1, bitorder="little")
    conflicts = [int.from_bytes(row.tobytes(), "little") for row in packed]
    return cover(conflicts, exact=False).sets
