"""The circuits of a gradient beside their manifest: what is measured, and what it adds to which derivative."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from qansatz.analysis.gradient.circuits import GradientCircuit, Schedule
from qansatz.analysis.gradient.slopes import slopes
from qansatz.analysis.gradient.terms import commuting_terms
from qansatz.emit.expressions import named
from qansatz.emit.manifest import manifest
from qansatz.model.angles import Angle, constant_of, scale
from qansatz.pauli.strings import to_word
from qansatz.synthesis.readout import MeasuredCircuit, expectation_circuits, gradient_circuits

MEANING = (
    "one shot of a parity is (-1)^(sum of the outcomes of its columns, plus 1 if negative); columns number the"
    " measured qubits in their order; the derivative by a parameter is the sum over all circuits and parities of"
    " weight times the mean of the parity, the value that of the circuits of the value plus its constant"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCircuit:
    """A circuit, the name of its file without suffix, and its entry in the manifest."""

    name: str
    circuit: MeasuredCircuit
    entry: dict[str, Any]


def gradient_exports(schedule: Schedule, *, effort: int = 1) -> Iterator[NamedCircuit]:
    """The circuits of a schedule, then those of the value."""
    digits = len(str(max(0, schedule.n_circuits - 1)))
    circuits = gradient_circuits(schedule, effort=effort)
    for circuit, made in zip(schedule.circuits(), circuits, strict=True):
        name = f"gradient_{circuit.index:0{digits}}"
        yield NamedCircuit(name=name, circuit=made, entry=_gradient_entry(schedule, circuit, made))
    sets = commuting_terms(schedule)
    values = expectation_circuits(
        schedule.model, sets, rows=schedule.patterns.active, effort=effort
    )
    digits = len(str(max(0, len(sets) - 1)))
    for k, made in enumerate(values):
        yield NamedCircuit(
            name=f"value_{k:0{digits}}", circuit=made, entry=_value_entry(schedule, made)
        )


def gradient_manifest(schedule: Schedule, entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The parameter manifest, what parities mean, and an entry for every circuit, each with its ``file``."""
    from qansatz.circuits.gates import GateList

    model = schedule.model
    whole = GateList(name=model.name, n_qubits=model.n_qubits, slots=model.slots, gates=())
    made = manifest(whole)
    for slot in made["slots"]:
        del slot["used"]
    return {
        **made,
        "purpose": "gradient",
        "observable": schedule.observable.name,
        "meaning": MEANING,
        "constant": sum(
            float(term.coefficient) * (-1 if term.pauli.phase == 2 else 1)
            for term in schedule.observable.pulled_back
            if not term.pauli.x | term.pauli.z
        ),
        "circuits": list(entries),
    }


def _gradient_entry(
    schedule: Schedule, circuit: GradientCircuit, made: MeasuredCircuit
) -> dict[str, Any]:
    adds: dict[Any, list[dict[str, Any]]] = {}
    labels = schedule.model.slots.labels()
    for m in circuit.measurements:
        for slot, slope in slopes(schedule.model, m.rotation):
            weight = _weight(schedule, scale(m.weight, slope))
            entry = {"parameter": labels[slot], "slot": slot, "weight": weight}
            adds.setdefault(m.pauli, []).append(entry)
    return {
        "role": "gradient",
        "index": circuit.index,
        "ancilla": schedule.model.n_qubits if circuit.ancilla else None,
        "rotations": list(circuit.rotations),
        **_measured(made, [{"derivatives": adds.get(p.pauli, [])} for p in made.parities]),
    }


def _value_entry(schedule: Schedule, made: MeasuredCircuit) -> dict[str, Any]:
    weights = {term.pauli: float(term.coefficient) for term in schedule.terms}
    return {
        "role": "value",
        "ancilla": None,
        **_measured(made, [{"weight": weights[p.pauli]} for p in made.parities]),
    }


def _measured(made: MeasuredCircuit, adds: Sequence[dict[str, Any]]) -> dict[str, Any]:
    n = made.gates.n_qubits
    return {
        "n_qubits": n,
        "two_qubit_gates": made.gates.n_two_qubit,
        "one_qubit_gates": made.gates.n_one_qubit,
        "measured": list(made.measured),
        "parities": [
            {
                "pauli": to_word(parity.pauli, n),
                "columns": [k for k in range(len(made.measured)) if parity.columns >> k & 1],
                "negative": parity.negative,
                **more,
            }
            for parity, more in zip(made.parities, adds, strict=True)
        ],
    }


def _weight(schedule: Schedule, weight: Angle) -> float | str:
    """A number, or an expression in the identifiers of the slots where it depends on them."""
    number = constant_of(weight)
    if number is not None:
        return float(number)
    import sympy

    return str(named(weight, [sympy.Symbol(name) for name in schedule.model.slots.identifiers()]))
