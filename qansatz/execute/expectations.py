"""The expectation values of a model's observables at a point, exact or from outcomes of commuting groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from qansatz.analysis.cover import cover
from qansatz.analysis.simulation import simulation
from qansatz.execute.backends import Backend, Outcomes
from qansatz.model.program import Model, Observable
from qansatz.pauli import states
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable
from qansatz.synthesis.readout import MeasuredCircuit, expectation_circuits

Floats = npt.NDArray[np.float64]

#: The most qubits whose amplitudes are computed for exact values.
MAX_QUBITS: Final = 24
#: Outcomes that a circuit needs at least, for a standard error.
LEAST_SHOTS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """⟨O⟩ of one observable; ``standard_error`` is None where the value is exact up to rounding."""

    observable: str
    value: float
    standard_error: float | None

    def __str__(self) -> str:
        if self.standard_error is None:
            return f"{self.observable} = {self.value:.10g}"
        return f"{self.observable} = {self.value:.6g} ± {self.standard_error:.2g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """Expectation values measured together: ``n_circuits`` circuits, ``n_shots`` in all (0: computed, not drawn)."""

    values: tuple[Expectation, ...]
    backend: str
    n_circuits: int
    n_shots: int

    def facts(self) -> list[tuple[str, str, str]]:
        """Label, value and one line of explanation of every number."""
        how = "exact up to rounding" if not self.n_shots else "mean of the outcomes"
        rows = []
        for found in self.values:
            value = f"{found.value:.10g}"
            if found.standard_error is not None:
                value = f"{found.value:.6g} ± {found.standard_error:.2g}"
            rows.append((found.observable, value, f"its expectation, {how}"))
        return [
            *rows,
            ("circuits", str(self.n_circuits), f"one for each commuting group, on {self.backend}"),
            ("shots", str(self.n_shots), "in all; 0: computed from amplitudes"),
        ]

    def __str__(self) -> str:
        return "\n".join(f"{label}: {value} ({why})" for label, value, why in self.facts())

    def _repr_html_(self) -> str:
        from html import escape

        rows = (
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
            for cells in self.facts()
        )
        return f"<table>{''.join(rows)}</table>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The circuits that measure some observables, and how each of their outcomes counts.

    ``weights[k]`` has shape (observables, parities of circuit k); ``constants`` are the coefficients of the identity.
    """

    names: tuple[str, ...]
    constants: tuple[float, ...]
    circuits: tuple[MeasuredCircuit, ...]
    weights: tuple[Floats, ...]

    def shots(self, total: int) -> tuple[int, ...]:
        """A number of shots shared out: in proportion to the root of the summed squares of the weights.

        Raises:
            ValueError: when there are fewer than two for each circuit.
        """
        n = len(self.circuits)
        if total < LEAST_SHOTS * n:
            raise ValueError(f"{n} circuits need at least {LEAST_SHOTS * n} shots, not {total}")
        scales = np.array([np.sqrt((weight**2).sum()) for weight in self.weights])
        spare = total - LEAST_SHOTS * n
        ideal = spare * scales / max(scales.sum(), 1e-300)
        shares = np.floor(ideal).astype(np.int64)
        missing = spare - int(shares.sum())
        shares[np.argsort(shares - ideal, kind="stable")[:missing]] += 1
        return tuple(int(share) + LEAST_SHOTS for share in shares)

    def read(self, outcomes: Sequence[Outcomes], backend: str) -> Expectations:
        """What the outcomes of the circuits say: means, and standard errors from the spread within each circuit."""
        means: Floats = np.array(self.constants)
        variances: Floats = np.zeros(len(self.names))
        for circuit, weight, table in zip(self.circuits, self.weights, outcomes, strict=True):
            shots: Floats = weight @ signs(circuit, table)
            means += shots.mean(axis=1)
            variances += shots.var(axis=1, ddof=1) / shots.shape[1]
        return Expectations(
            values=tuple(
                Expectation(observable=name, value=float(mean), standard_error=float(error))
                for name, mean, error in zip(self.names, means, np.sqrt(variances), strict=True)
            ),
            backend=backend,
            n_circuits=len(self.circuits),
            n_shots=sum(len(table) for table in outcomes),
        )


def plan(model: Model, observables: Sequence[Observable], *, effort: int = 1) -> Plan:
    """Circuits for all strings of some observables: a heuristic cover by commuting sets, a circuit each."""
    constants, strings = [], dict[Pauli, int]()
    for observable in observables:
        constants.append(0.0)
        for term in observable.pulled_back:
            if term.pauli.x | term.pauli.z:
                strings.setdefault(term.pauli, len(strings))
            else:
                constants[-1] += float(term.coefficient)
    coefficients = np.zeros((len(observables), len(strings)))
    for row, observable in enumerate(observables):
        for term in observable.pulled_back:
            if term.pauli in strings:
                coefficients[row, strings[term.pauli]] += float(term.coefficient)
    groups: dict[int, list[Pauli]] = {}
    for pauli, group in zip(strings, _commuting(list(strings), model.n_qubits), strict=True):
        groups.setdefault(group, []).append(pauli)
    circuits = tuple(expectation_circuits(model, groups.values(), effort=effort))
    weights = tuple(
        coefficients[:, [strings[parity.pauli] for parity in circuit.parities]]
        for circuit in circuits
    )
    return Plan(
        names=tuple(observable.name for observable in observables),
        constants=tuple(constants),
        circuits=circuits,
        weights=weights,
    )


def signs(circuit: MeasuredCircuit, outcomes: Outcomes) -> Floats:
    """±1 for every parity and shot, shape (parities, shots)."""
    columns = np.array(
        [
            [parity.columns >> k & 1 for k in range(len(circuit.measured))]
            for parity in circuit.parities
        ],
        dtype=np.int64,
    ).reshape(len(circuit.parities), len(circuit.measured))
    negative = np.array([[parity.negative] for parity in circuit.parities], dtype=np.int64)
    found: Floats = 1.0 - 2.0 * ((columns @ outcomes.T + negative) % 2)
    return found


def expectations(
    model: Model,
    values: Sequence[float],
    *,
    observables: Sequence[Observable] | None = None,
    backend: Backend | None = None,
    shots: int | None = None,
) -> Expectations:
    """The values of observables (all, unless some are given) at slot values (parameters, then inputs; radians).

    With ``shots``, a number for all circuits together, they are estimated on ``backend``; without, they are computed.

    Raises:
        ValueError: for a wrong number of values, too few shots, shots without a backend or the other way round, and for
            exact values of more than ``MAX_QUBITS`` qubits.
    """
    chosen = model.observables if observables is None else tuple(observables)
    if not chosen:
        raise ValueError("the ansatz has no observable")
    if (shots is None) != (backend is None):
        raise ValueError("shots need a backend, and a backend needs shots")
    if backend is None or shots is None:
        return exact(model, values, chosen)
    made = plan(model, chosen)
    outcomes = backend.sample(made.circuits, values, made.shots(shots))
    return made.read(outcomes, backend.name)


def exact(model: Model, values: Sequence[float], observables: Sequence[Observable]) -> Expectations:
    """The expectations from the amplitudes; ``ValueError`` as :func:`expectations`."""
    n_slots = model.slots.n_parameters + model.slots.n_inputs
    if len(values) != n_slots:
        raise ValueError(f"{n_slots} values are needed, not {len(values)}")
    if model.n_qubits > MAX_QUBITS:
        raise ValueError(
            f"exact values of {model.n_qubits} qubits are beyond the limit of {MAX_QUBITS}: "
            "measure them with shots"
        )
    state = simulation(model).states([list(values)], final_clifford=False)
    found = []
    for observable in observables:
        terms = (
            (float(term.coefficient), states.action(term.pauli, model.n_qubits))
            for term in observable.pulled_back
        )
        value = float(states.expectations(state, terms)[0])
        if not np.isfinite(value):
            raise ValueError("an angle has no real value at this point")
        found.append(Expectation(observable=observable.name, value=value, standard_error=None))
    return Expectations(values=tuple(found), backend="statevector", n_circuits=0, n_shots=0)


def _commuting(strings: Sequence[Pauli], n_qubits: int) -> tuple[int, ...]:
    """The number of the commuting set of each string."""
    if not strings:
        return ()
    relation = PauliTable.from_paulis(strings, n_qubits).anticommutation()
    packed = np.packbits(relation, axis=1, bitorder="little")
    conflicts = [int.from_bytes(row.tobytes(), "little") for row in packed]
    return cover(conflicts, exact=False).sets
