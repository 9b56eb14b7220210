"""A value against the bound that a requirement states."""

from __future__ import annotations

import operator
from typing import Final

from qansatz.checks import faults
from qansatz.diagnostics import Fault, FaultLog
from qansatz.model.program import Requirement
from qansatz.model.reals import PiLinear, Real
from qansatz.numbers import digits

_COMPARE: Final = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def check_value(requirement: Requirement, value: Real | str, why: str, log: FaultLog) -> bool:
    """Compare a derived value with the bound of a requirement; a failed claim says why."""
    if compare(requirement, value):
        return True
    log.add(failed(requirement, value, why))
    return False


def failed(requirement: Requirement, value: Real | str, why: str) -> Fault:
    """The fault of a claim about a fact whose value is another."""
    return faults.claims.ClaimFails(
        requirement.span,
        fact=requirement.fact,
        value=_text(value),
        required=f"{requirement.operator} {_text(requirement.bound)}",
        why=why,
    )


def _text(value: Real | str | None) -> str:
    return digits(value) if isinstance(value, int) else str(value)


def compare(requirement: Requirement, value: Real | str) -> bool:
    """Whether ``value operator bound`` holds; exact between rationals, as floats once π is in."""
    bound = requirement.bound
    if requirement.operator is None or bound is None:
        raise ValueError(f"{requirement.fact} has no bound")
    value = float(value) if isinstance(value, PiLinear) else value
    bound = float(bound) if isinstance(bound, PiLinear) else bound
    return bool(_COMPARE[requirement.operator](value, bound))
