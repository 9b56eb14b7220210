"""A schedule as a certificate: what a reader needs to check every claim without searching for anything."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from qansatz.analysis.gradient.circuits import Schedule, with_ancilla
from qansatz.analysis.gradient.pattern_circuit import Rows
from qansatz.pauli.strings import IDENTITY, Pauli, to_word

FORMAT_VERSION: Final = "1.0"
KIND: Final = "gradient schedule"


def certificate(schedule: Schedule) -> dict[str, Any]:
    """The certificate as JSON values; :mod:`qansatz.analysis.gradient.certificate_check` checks it.

    Words are dense, qubit 0 leftmost, the ancilla last; rotations have the numbers of the source.
    ``lower_bound`` is what the cliques prove.
    """
    model, patterns = schedule.model, schedule.patterns
    cliques = _cliques(schedule)
    equal = {"permutations": [list(images) for images in schedule.permutations]}
    return {
        **(equal if schedule.copies is not None else {}),
        "format_version": FORMAT_VERSION,
        "kind": KIND,
        "ansatz": model.name,
        "observable": schedule.observable.name,
        "n_qubits": model.n_qubits,
        "n_rotations": schedule.n_rotations,
        "n_active_rotations": schedule.n_active_rotations,
        "n_circuits": schedule.n_circuits,
        "lower_bound": sum(len(clique["paulis"]) for clique in cliques),
        "vanishing_terms": [
            {"pauli": to_word(term.pauli, model.n_qubits), "symmetry": signed(s, model.n_qubits)}
            for term, s in schedule.vanishing
        ],
        "active": sorted(_written(schedule, patterns.active)),
        "classes": _classes(schedule),
        "circuits": [_circuit(schedule, k) for k in range(schedule.n_circuits)],
        "cliques": cliques,
    }


def signed(pauli: Pauli, n_qubits: int) -> str:
    """The word of a string of phase 0 or 2, with its sign."""
    return ("-" if pauli.phase == 2 else "") + to_word(pauli, n_qubits)


def _classes(schedule: Schedule) -> list[dict[str, Any]]:
    patterns, n = schedule.patterns, schedule.model.n_qubits
    order = np.argsort(patterns.label, kind="stable")
    starts = np.searchsorted(patterns.label[order], np.arange(patterns.n_classes + 1))
    classes = []
    for k in range(patterns.n_classes):
        places = order[starts[k] : starts[k + 1]]
        rows = _written(schedule, patterns.rows[places])
        witnesses = {
            row: signed(patterns.witness[place], n)
            for row, place in zip(rows, places.tolist(), strict=True)
            if place in patterns.witness
        }
        reflection = schedule.reflections.of(k)
        moved = {} if reflection == IDENTITY else {"reflection": signed(reflection, n)}
        classes.append(
            {
                **moved,
                "pattern_of": None
                if k == patterns.unflipped
                else int(schedule.model.rotations.written[patterns.last[k]]),
                "rows": sorted(rows),
                "witnesses": {str(row): witnesses[row] for row in sorted(witnesses)},
            }
        )
    return classes


def _written(schedule: Schedule, rows: Rows) -> list[int]:
    """The numbers of rotations in the source."""
    numbers: list[int] = schedule.model.rotations.written[rows].tolist()
    return numbers


def _circuit(schedule: Schedule, index: int) -> dict[str, Any]:
    n = schedule.model.n_qubits
    items = []
    for item in schedule.items(index):
        term = schedule.terms[schedule.item_term[item]]
        sign = -1 if schedule.operator(item).phase & 2 else 1
        items.append(
            {
                "rotation": int(schedule.model.rotations.written[schedule.item_row[item]]),
                "term": to_word(term.pauli, n),
                "pauli": _word(schedule, item),
                "weight": sign * float(term.coefficient),
            }
        )
    return {"class": int(schedule.circuit_class[index]), "items": items}


def _word(schedule: Schedule, item: int) -> str:
    n = schedule.model.n_qubits
    operator = schedule.operator(item)
    k = int(schedule.circuit_class[schedule.item_circuit[item]])
    if k == schedule.patterns.unflipped:
        return to_word(operator, n)
    return to_word(with_ancilla(operator, n), n + 1)


def _cliques(schedule: Schedule) -> list[dict[str, Any]]:
    return [
        {"class": k, "paulis": [_word(schedule, item) for item in clique]}
        for k, clique in enumerate(schedule.cliques)
        if clique
    ]
