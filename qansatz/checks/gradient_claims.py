"""``require gradient.circuits`` and ``gradient.efficiency``, decided for the first observable."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from qansatz.analysis.gradient.circuits import ScheduleTooLargeError
from qansatz.analysis.gradient.measurability import measurability
from qansatz.analysis.gradient.schedule import schedule
from qansatz.checks import faults
from qansatz.checks.bounds import check_value, compare
from qansatz.diagnostics import FaultLog
from qansatz.model.program import Model, Requirement
from qansatz.model.reals import simplest

#: For the search of fewer commuting sets, where the observable is a sum: about seconds, counted in work.
EFFORT: Final = 2.0


def decide_circuits(model: Model, requirement: Requirement, log: FaultLog) -> None:
    """Compare the circuits of the first observable's gradient with the bound; without one, warn."""
    if not model.observables:
        log.add(faults.claims.ClaimNotChecked(requirement.span, fact=requirement.fact))
        return
    try:
        scheduled = schedule(model, effort=EFFORT)
    except ScheduleTooLargeError:
        log.add(faults.claims.ClaimNotChecked(requirement.span, fact=requirement.fact))
        return
    patterns = scheduled.patterns.n_classes
    why = (
        f"the {scheduled.n_active_rotations} active rotations have {patterns} sign patterns up to the "
        f"initial state, and by them no fewer than {scheduled.lower_bound} circuits measure the gradient "
        f"of {scheduled.observable.name}"
    )
    check_value(requirement, scheduled.n_circuits, why, log)


def decide_efficiency(model: Model, requirement: Requirement, log: FaultLog) -> None:
    """Compare F = L/M of this circuit with the bound where M, or bounds on it, settle the claim; else warn."""
    try:
        measured = measurability(schedule(model, effort=EFFORT), effort=EFFORT)
    except (ScheduleTooLargeError, ValueError):
        measured = None
    if measured is None or not measured.at_least:
        log.add(faults.claims.ClaimNotChecked(requirement.span, fact=requirement.fact))
        return
    ends = [
        simplest(Fraction(measured.n_rotations, m)) for m in (measured.at_most, measured.at_least)
    ]
    ordered = requirement.operator not in ("==", "!=")
    if not measured.exact and not (ordered and len({compare(requirement, f) for f in ends}) == 1):
        log.add(faults.claims.ClaimNotChecked(requirement.span, fact=requirement.fact))
        return
    span = f"{measured.at_most}" if measured.exact else f"{measured.at_least} to {measured.at_most}"
    why = (
        f"F = L/M of this circuit: {measured.n_rotations} rotations in {span} groups whose derivatives "
        "commute"
    )
    check_value(requirement, ends[0], why, log)
