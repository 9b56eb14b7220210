"""``require hqc(shots = …)``: the price of one gradient, decided exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from qansatz.analysis import faults
from qansatz.analysis.cover import Allowance
from qansatz.analysis.gradient_claims import EFFORT
from qansatz.analysis.requirements import compare
from qansatz.analysis.schedule import ScheduleTooLargeError, schedule
from qansatz.diagnostics import FaultLog
from qansatz.execute.cost import DEFAULT_SHOTS, counted_circuits, in_hqc
from qansatz.model.program import Model, Requirement
from qansatz.model.reals import simplest
from qansatz.synthesis.resources import HQC_PER_CIRCUIT, OPERATIONS_PER_HQC

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
        log.add(faults.ClaimNotChecked(requirement.span, fact="hqc"))
        return
    try:
        plan = schedule(model, effort=EFFORT)
    except ScheduleTooLargeError:
        log.add(faults.ClaimNotChecked(requirement.span, fact="hqc"))
        return
    counted = counted_circuits(plan, Allowance(COUNTING))
    n = plan.n_circuits
    if len(counted) < n:
        why = f"{len(counted)} of {n} gradient circuits were counted, the most for a check"
        known = "its circuits were not all counted"
        log.add(faults.ClaimUndecided(requirement.span, fact="hqc", known=known, why=why))
        return
    circuits = "1 circuit" if n == 1 else f"{n} circuits"
    operations = sum(used.operations for used in counted.values())
    price = HQC_PER_CIRCUIT * n + Fraction(shots * operations, OPERATIONS_PER_HQC)
    if not compare(requirement, simplest(price)):
        log.add(
            faults.ClaimFails(
                requirement.span,
                fact="hqc",
                value=in_hqc(float(price)),
                operator=requirement.operator,
                bound=requirement.bound,
                why=f"one gradient of {plan.observable.name} takes {circuits} of {shots} shots: 5 HQC each, "
                f"and {operations} weighted operations a shot, 5000 of which are one HQC",
            )
        )


def _shots(requirement: Requirement, log: FaultLog) -> int | None:
    """The shots of every circuit; None after a fault."""
    given = dict(requirement.arguments)
    shots = given.pop("shots", DEFAULT_SHOTS)
    if not given and isinstance(shots, int) and not isinstance(shots, bool) and shots > 0:
        return shots
    log.add(
        faults.FactNeedsBound(
            requirement.span,
            problem="`hqc` takes the shots of every circuit, a positive integer, and nothing else",
            expected="write it as in `require hqc(shots = 1000) <= 100`",
        )
    )
    return None
