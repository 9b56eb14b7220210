"""Closures of sums that were stopped, kept in a file and gone on with."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.files import replace_bytes
from qansatz.lie.closure import Partial, Run, State
from qansatz.lie.columns import Columns, Integral, integral
from qansatz.lie.modular import Indices, Span
from qansatz.pauli.orbits import Terms
from qansatz.pauli.tables import PauliTable

Weighted: TypeAlias = tuple[tuple[int, int], int]

FORMAT: Final = "qansatz closure 1"


class CheckpointError(Exception):
    """The file holds no closure of these generators; the text says why."""


def save(partial: Partial, path: Path) -> None:
    """Write a stopped closure; the file is replaced as a whole or not at all.

    Raises:
        OSError: when it cannot be written.
    """
    state = partial.state
    strings = state.columns.strings()
    arrays: dict[str, Any] = {"x": strings.x, "z": strings.z}
    for k, run in enumerate(state.runs):
        for grade, span in enumerate(run.spans):
            arrays[f"rows_{k}_{grade}"] = span.rows.astype(np.int32)
            arrays[f"pivots_{k}_{grade}"] = span.pivots
    header = {
        "format": FORMAT,
        "fingerprint": fingerprint(state),
        "runs": [
            {"prime": run.prime, "done": run.done, "started": run.started} for run in state.runs
        ],
    }
    arrays["about"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    buffer = BytesIO()
    np.savez_compressed(buffer, **arrays)
    replace_bytes(path, buffer.getvalue())


def restore(state: State, path: Path, written: Sequence[Terms] = ()) -> None:
    """Go back, in a state with nothing closed yet, to what a file holds.

    ``written`` are its generators in the order and with the signs of the source: files of version 0.1
    know them by these.

    Raises:
        OSError: when it cannot be read.
        CheckpointError: when it holds no closure, or one of other generators.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            header = json.loads(bytes(arrays["about"]))
            if header["format"] != FORMAT:
                raise CheckpointError("it is of another version")
            earlier = _digest(state, map(_sorted, map(integral, written)))
            if header["fingerprint"] not in (fingerprint(state), earlier):
                raise CheckpointError("it belongs to other generators")
            places = _places(state.columns, arrays["x"], arrays["z"])
            runs = []
            for k, entry in enumerate(header["runs"]):
                run = Run(state.columns, entry["prime"])
                run.done, run.started = entry["done"], entry["started"]
                run.spans = [
                    _span(run.prime, arrays[f"rows_{k}_{grade}"], arrays[f"pivots_{k}_{grade}"], to)
                    for grade, to in enumerate(places)
                ]
                runs.append(run)
    except (ValueError, LookupError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise CheckpointError("it holds no closure of sums") from error
    state.runs = runs


def _places(columns: Columns, x: npt.NDArray[Any], z: npt.NDArray[Any]) -> list[Indices]:
    """For each grade, where its columns in a file, in their order there, stand among the columns.

    The file numbers its strings as it met them: those of a generator in the order in which the
    generator was written then.
    """
    table = PauliTable(columns.n_qubits, x, z)
    numbers = columns.number(table)
    if sorted(numbers.tolist()) != [*range(len(columns))]:
        raise CheckpointError("its strings are not those of these generators")
    grades = columns.grading.grades(table)
    return [
        np.array([columns.place(k)[1] for k in numbers[grades == grade].tolist()], dtype=np.int64)
        for grade in range(columns.grading.n_grades)
    ]


def _span(prime: int, rows: npt.NDArray[Any], pivots: Indices, places: Indices) -> Span:
    """The space of a basis whose columns stand elsewhere now."""
    moved = np.zeros((len(rows), len(places)))
    moved[:, places[: rows.shape[1]]] = rows
    return Span.of(prime, moved, places[pivots])


def fingerprint(state: State) -> str:
    """What tells the generators, up to order and sign, and the symmetry of one closure from others."""
    return _digest(state, sorted(map(_up_to_sign, state.columns.generators)))


def _digest(state: State, generators: Iterable[list[Weighted]]) -> str:
    given = (state.columns.n_qubits, [*generators], state.columns.reduction)
    return hashlib.sha256(repr(given).encode()).hexdigest()


def _sorted(generator: Integral) -> list[Weighted]:
    return sorted(generator.items())


def _up_to_sign(generator: Integral) -> list[Weighted]:
    first, *_ = terms = _sorted(generator)
    return [(string, weight if first[1] > 0 else -weight) for string, weight in terms]
