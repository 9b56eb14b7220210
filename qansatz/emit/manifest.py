"""The parameter manifest: which symbol of an export is which parameter, in what order and unit."""

from __future__ import annotations

from typing import Any

from qansatz.model.angles import slots as angle_slots
from qansatz.synthesis.gates import GateList

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


def _index(offset: int, shape: tuple[int, ...]) -> list[int]:
    index: list[int] = []
    for size in reversed(shape):
        offset, position = divmod(offset, size)
        index.append(position)
    return index[::-1]
