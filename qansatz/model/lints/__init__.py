"""Lints that need no algebra: a module a lint, which holds its fault, its text and its check."""

from __future__ import annotations

from qansatz.diagnostics import FaultLog
from qansatz.model.lints import reversed_word, untouched_qubits
from qansatz.model.program import Model


def lint(model: Model, log: FaultLog) -> None:
    """Report what is allowed and probably not meant."""
    untouched_qubits.check(model, log)
    reversed_word.check(model, log)
