"""Closures of sums that were stopped, kept in a file and gone on with."""

from __future__ import annotations

import hashlib
import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np

from qansatz.files import replace_bytes
from qansatz.lie.closure import Partial, Run, State
from qansatz.lie.modular import Span
from qansatz.pauli.tables import PauliTable

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
    about = {
        "format": FORMAT,
        "fingerprint": fingerprint(state),
        "runs": [
            {"prime": run.prime, "done": run.done, "started": run.started} for run in state.runs
        ],
    }
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    buffer = BytesIO()
    np.savez_compressed(buffer, **arrays)
    replace_bytes(path, buffer.getvalue())


def restore(state: State, path: Path) -> None:
    """Go back, in a state with nothing closed yet, to what a file holds.

    Raises:
        OSError: when it cannot be read.
        CheckpointError: when it holds no closure, or one of other generators.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            about = json.loads(bytes(arrays["about"]))
            if about["format"] != FORMAT:
                raise CheckpointError("it is of another version")
            if about["fingerprint"] != fingerprint(state):
                raise CheckpointError("it belongs to other generators")
            columns = state.columns
            table = PauliTable(columns.n_qubits, arrays["x"], arrays["z"])
            if columns.number(table).tolist() != [*range(len(table))]:
                raise CheckpointError("its strings are not those of these generators")
            runs = []
            for k, entry in enumerate(about["runs"]):
                run = Run(columns, entry["prime"])
                run.done, run.started = entry["done"], entry["started"]
                run.spans = [
                    Span.of(
                        run.prime,
                        arrays[f"rows_{k}_{grade}"].astype(np.float64),
                        arrays[f"pivots_{k}_{grade}"],
                    )
                    for grade in range(len(run.spans))
                ]
                runs.append(run)
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise CheckpointError("it holds no closure of sums") from error
    state.runs = runs


def fingerprint(state: State) -> str:
    """What tells the generators and the symmetry of one closure from those of another."""
    columns = state.columns
    given = (columns.n_qubits, [sorted(g.items()) for g in columns.generators], columns.reduction)
    return hashlib.sha256(repr(given).encode()).hexdigest()
