"""Claims about the Lie algebra: decided exactly, or by a bound that settles them, or left open."""

from __future__ import annotations

from dataclasses import replace

from qansatz.analysis import faults
from qansatz.analysis.algebra import AlgebraReport, digits
from qansatz.analysis.requirements import compare
from qansatz.diagnostics import FaultLog
from qansatz.model.program import Requirement
from qansatz.pauli import lie


def decide(requirement: Requirement, found: AlgebraReport, log: FaultLog) -> None:
    """Compare ``algebra.dimension`` or ``algebra.name`` with its bound."""
    if requirement.fact == "algebra.name":
        holds, value = _name(requirement, found, log), found.name
    else:
        holds, value = _dimension(requirement, found), digits(found.dimension)
    if holds is None:
        known = f"a subalgebra of {found.name}, dimension at most {digits(found.dimension)}"
        why = "; ".join(found.hypotheses)
        log.add(
            faults.ClaimUndecided(requirement.span, fact=requirement.fact, known=known, why=why)
        )
    elif not holds:
        log.add(
            faults.ClaimFails(
                requirement.span,
                fact=requirement.fact,
                value=value if found.exact else f"at most {value}",
                operator=requirement.operator,
                bound=requirement.bound,
                why=_why(requirement, found),
            )
        )


def _why(requirement: Requirement, found: AlgebraReport) -> str:
    if requirement.fact == "algebra.name":
        return f"its dimension is {digits(found.dimension)}"
    return f"the Lie algebra is {'' if found.exact else 'a subalgebra of '}{found.name}"


def _name(requirement: Requirement, found: AlgebraReport, log: FaultLog) -> bool | None:
    claimed = lie.parsed(str(requirement.bound))
    if claimed is None:
        log.add(
            faults.FactNeedsBound(
                requirement.span,
                problem=f'"{requirement.bound}" names no Lie algebra',
                expected='expected a name such as "so(8)" or "4*su(4) + 2*u(1)"',
            )
        )
        return True
    if not found.exact:
        return None
    return (claimed == lie.collected(found.ideals)) == (requirement.operator == "==")


def _dimension(requirement: Requirement, found: AlgebraReport) -> bool | None:
    """Whether the claim holds; where only an upper bound is known, None unless that settles it."""
    holds = compare(requirement, found.dimension)
    if found.exact:
        return holds
    match requirement.operator:
        case "<" | "<=":
            return True if holds else None
        case ">" | ">=":
            return None if holds else False
        case _:
            below = compare(replace(requirement, operator="<"), found.dimension)
            return requirement.operator == "!=" if below else None
