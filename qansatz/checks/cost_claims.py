"""``require hqc(shots = …)``: the price of one gradient, decided exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from qansatz.analysis.gradient.circuits import ScheduleTooLargeError
from qansatz.analysis.gradient.cover import Allowance
from qansatz.analysis.gradient.schedule import schedule as make_schedule
from qansatz.checks import faults
from qansatz.checks.bounds import compare, failed
from qansatz.checks.gradient_claims import EFFORT
from qansatz.cost.counting import counted_circuits
from qansatz.cost.options import CostOptions
from qansatz.cost.result import in_hqc
from qansatz.diagnostics import FaultLog
from qansatz.hqc import HQC_PER_CIRCUIT, OPERATIONS_PER_HQC, hqc_of_operations, hqc_price
from qansatz.model.program import Model, Requirement
from qansatz.model.reals import simplest
from qansatz.numbers import counted

#: For the synthesis of the gradient circuits: about seconds, counted in work.
COUNTING: Final = 20.0


def decide_hqc(model: Model, requirement: Requirement, log: FaultLog) -> None:
    """Compare the price of one gradient of the first observable by its schedule with the bound.

    Every circuit has the shots given, 1000 unless there are others. Without an observable, or with more circuits than
    are counted by a check, warn.
    """
    shots = _shots(requirement, log)
    if shots is None:
        return
    if not model.observables:
        log.add(faults.claims.ClaimNotChecked(requirement.span, fact="hqc"))
        return
    try:
        schedule = make_schedule(model, effort=EFFORT)
    except ScheduleTooLargeError:
        log.add(faults.claims.ClaimNotChecked(requirement.span, fact="hqc"))
        return
    used_by = counted_circuits(schedule, Allowance(COUNTING))
    n = schedule.n_circuits
    if len(used_by) < n:
        why = f"{len(used_by)} of {n} gradient circuits were counted, the most for a check"
        state = "its circuits were not all counted"
        log.add(faults.claims.ClaimUndecided(requirement.span, fact="hqc", known=state, why=why))
        return
    operations = sum(used.operations for used in used_by.values())
    price = hqc_price(n, hqc_of_operations(Fraction(shots * operations)))
    if not compare(requirement, simplest(price)):
        why = (
            f"one gradient of {schedule.observable.name} takes {counted(n, 'circuit')} of {shots} shots: "
            f"{HQC_PER_CIRCUIT} HQC each, and {operations} weighted operations a shot, "
            f"{OPERATIONS_PER_HQC} of which are one HQC"
        )
        log.add(failed(requirement, in_hqc(float(price)), why))


def _shots(requirement: Requirement, log: FaultLog) -> int | None:
    """The shots of every circuit; None after a fault."""
    given = dict(requirement.arguments)
    shots = given.pop("shots", CostOptions().shots)
    if not given and isinstance(shots, int) and not isinstance(shots, bool) and shots > 0:
        return shots
    log.add(
        faults.claims.FactNeedsBound(
            requirement.span,
            problem="`hqc` takes the shots of every circuit, a positive integer, and nothing else",
            expected="write it as in `require hqc(shots = 1000) <= 100`",
        )
    )
    return None
