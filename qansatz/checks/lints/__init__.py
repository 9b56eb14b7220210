"""What is allowed and probably not meant: a module a lint, which holds its fault, its text and its check."""

from __future__ import annotations

from qansatz.analysis.algebra.generators import generators
from qansatz.checks.lints import (
    angles_merge,
    global_observable,
    identity_generator,
    reversed_word,
    untouched_qubits,
    variance_decays,
)
from qansatz.diagnostics import FaultLog
from qansatz.model.program import Model


def check_lints(model: Model, log: FaultLog) -> None:
    """Report what is allowed and probably not meant."""
    global_observable.check(model, log)
    places = generators(model)
    identity_generator.check(model, places, log)
    angles_merge.check(model, places, log)
    variance_decays.check(model, places, log)


def lint(model: Model, log: FaultLog) -> None:
    """The same of what needs no algebra: the text alone, and qubits without a gate."""
    untouched_qubits.check(model, log)
    reversed_word.check(model, log)
