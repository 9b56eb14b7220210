"""The parameter manifest: which symbol of an export is which parameter, in what order and unit."""

from __future__ import annotations

from typing import Any

import numpy as np

from qansatz.circuits.gates import GateList
from qansatz.model.angles import slots as angle_slots
from qansatz.model.program import Model, Term
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import to_word

FORMAT_VERSION = "1.0"

QUBIT_ORDER = (
    "qubit 0 is the leftmost letter of a word, the first qubit of the export and, in matrices of"
    " this project, the most significant bit"
)


def manifest(gates: GateList) -> dict[str, Any]:
    """What an export needs beside it: one entry for every slot, parameters first, in the optimiser's order.

    ``used`` says whether the symbol occurs in the circuit; formats list only those that do.
    """
    used = {slot for gate in gates.gates for angle in gate.angles for slot in angle_slots(angle)}
    identifiers = gates.slots.identifiers()
    entries = []
    slot = 0
    arrays = [(a, "parameter") for a in gates.slots.parameters]
    arrays += [(a, "input") for a in gates.slots.inputs]
    for array, role in arrays:
        for offset in range(array.size):
            entries.append(
                {
                    "slot": slot,
                    "name": array.label(offset),
                    "identifier": identifiers[slot],
                    "array": array.name,
                    "index": _index(offset, array.shape),
                    "role": role,
                    "unit": "radians",
                    "bounds": None if array.bounds is None else [float(b) for b in array.bounds],
                    "used": slot in used,
                }
            )
            slot += 1
    return {
        "format_version": FORMAT_VERSION,
        "name": gates.name,
        "n_qubits": gates.n_qubits,
        "qubit_order": QUBIT_ORDER,
        "n_parameters": gates.slots.n_parameters,
        "n_inputs": gates.slots.n_inputs,
        "slots": entries,
    }


def program_manifest(
    model: Model, gates: GateList, *, purpose: str = "unitary", final: Tableau | None = None
) -> dict[str, Any]:
    """The parameter manifest with what the circuit is for.

    ``observables`` are to be measured after it: pulled back through ``final`` where that Clifford was left out.
    ``unordered`` gives, for each such group of the source, the strings in the order that the circuit has them.
    """
    return {
        **manifest(gates),
        "purpose": purpose,
        "arguments": {name: _plain(value) for name, value in model.arguments},
        "observables": [
            {"name": o.name, "terms": [_term(term, model, final) for term in o.terms]}
            for o in model.observables
        ],
        "unordered": _orders(model),
    }


def _term(term: Term, model: Model, final: Tableau | None) -> dict[str, Any]:
    pauli = final.pull(term.pauli) if final is not None else term.pauli
    sign = -1 if pauli.phase == 2 else 1
    return {"coefficient": sign * float(term.coefficient), "word": to_word(pauli, model.n_qubits)}


def _orders(model: Model) -> list[list[str]]:
    groups: dict[int, list[str]] = {}
    rotations = model.rotations
    for row in np.flatnonzero(rotations.unordered >= 0).tolist():
        word = to_word(rotations.pauli(row), model.n_qubits)
        groups.setdefault(int(rotations.unordered[row]), []).append(word)
    return list(groups.values())


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | str) else str(value)


def _index(offset: int, shape: tuple[int, ...]) -> list[int]:
    index: list[int] = []
    for size in reversed(shape):
        offset, position = divmod(offset, size)
        index.append(position)
    return index[::-1]
