"""``require gradient.circuits``: decided by the schedule of the first observable."""

from __future__ import annotations

from typing import Final

from qansatz.analysis import faults
from qansatz.analysis.requirements import check_value
from qansatz.analysis.schedule import ScheduleTooLargeError, schedule
from qansatz.diagnostics import FaultLog
from qansatz.model.program import Model, Requirement

#: For the search of fewer commuting sets, where the observable is a sum.
SECONDS: Final = 2.0


def decide_circuits(model: Model, requirement: Requirement, log: FaultLog) -> None:
    """Compare the circuits of the first observable's gradient with the bound; without one, warn."""
    if not model.observables:
        log.add(faults.ClaimNotChecked(requirement.span, fact=requirement.fact))
        return
    try:
        found = schedule(model, time_limit=SECONDS)
    except ScheduleTooLargeError:
        log.add(faults.ClaimNotChecked(requirement.span, fact=requirement.fact))
        return
    patterns = found.patterns.n_classes
    why = (
        f"the {found.n_active_rotations} active rotations have {patterns} sign patterns up to the "
        f"initial state, and by them no fewer than {found.lower_bound} circuits measure the gradient "
        f"of {found.observable.name}"
    )
    check_value(requirement, found.n_circuits, why, log)
