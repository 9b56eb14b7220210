"""Claims about the Lie algebra: decided exactly, or by a bound that settles them, or left open."""

from __future__ import annotations

from dataclasses import replace

from qansatz.analysis.algebra.algebra import AlgebraReport
from qansatz.analysis.trainability.variance import counted, variance
from qansatz.checks import faults
from qansatz.checks.bounds import compare, failed
from qansatz.diagnostics import FaultLog
from qansatz.lie import classical
from qansatz.model.program import Model, Requirement
from qansatz.numbers import fraction_text


def decide_variance(
    requirement: Requirement, model: Model, found: AlgebraReport, log: FaultLog
) -> None:
    """Compare ``variance(observable)``, of the first observable where none is named, with its bound."""
    names = [observable.name for observable in model.observables]
    asked = [value for _, value in requirement.arguments]
    if len(asked) > 1 or not {*asked} <= {*names} or not names:
        log.add(
            faults.claims.FactNeedsBound(
                requirement.span,
                problem=f"`variance` is that of one observable, not of `{', '.join(map(str, asked))}`",
                expected=f"expected one of: {', '.join(names)}" if names else "there is none",
            )
        )
        return
    observable = model.observables[names.index(asked[0]) if asked else 0]
    result = variance(model, observable, found=found)
    if result.value is None:
        known, why = "the theorem about it does not apply", result.reason
        log.add(
            faults.claims.ClaimUndecided(requirement.span, fact="variance", known=known, why=why)
        )
    elif not compare(requirement, result.value):
        log.add(
            failed(
                requirement,
                fraction_text(result.value),
                f"{counted(result)}; that holds once the circuit is deep",
            )
        )


def decide(requirement: Requirement, found: AlgebraReport, log: FaultLog) -> None:
    """Compare ``algebra.dimension`` or ``algebra.name`` with its bound."""
    if requirement.fact == "algebra.name":
        holds, value = _name(requirement, found, log), found.name or "not named"
    else:
        holds, value = _dimension(requirement, found), found.dimension_text
    if holds is None:
        why = "; ".join(text for word, text in found.remarks() if word != "method")
        known = f"known is: {_described(found)}, dimension {found.dimension_text}"
        log.add(
            faults.claims.ClaimUndecided(
                requirement.span, fact=requirement.fact, known=known, why=why
            )
        )
    elif not holds:
        log.add(failed(requirement, value, _why(requirement, found)))


def _described(found: AlgebraReport) -> str:
    if found.name is None:
        return "an algebra without a name"
    return found.name if found.exact else f"a subalgebra of {found.name}"


def _why(requirement: Requirement, found: AlgebraReport) -> str:
    if requirement.fact == "algebra.name":
        return f"its dimension is {found.dimension_text}"
    return f"the Lie algebra is {_described(found)}"


def _name(requirement: Requirement, found: AlgebraReport, log: FaultLog) -> bool | None:
    claimed = classical.parsed(str(requirement.bound))
    if claimed is None:
        log.add(
            faults.claims.FactNeedsBound(
                requirement.span,
                problem=f'"{requirement.bound}" names no Lie algebra',
                expected='expected a name such as "so(8)" or "4*su(4) + 2*u(1)"',
            )
        )
        return True
    dimension = sum(ideal.dimension for ideal in claimed)
    equal: bool | None = None
    if not found.at_least <= dimension <= found.dimension:
        equal = False
    elif found.exact and found.name is not None:
        equal = claimed == classical.collected(found.ideals)
    return None if equal is None else equal == (requirement.operator == "==")


def _dimension(requirement: Requirement, found: AlgebraReport) -> bool | None:
    """Whether the claim holds; None where it may or may not for what lies between the bounds."""
    least, most = (compare(requirement, value) for value in (found.at_least, found.dimension))
    if requirement.operator not in ("==", "!=") or found.exact:
        return least if least == most else None
    below = compare(replace(requirement, operator="<"), found.dimension)
    above = compare(replace(requirement, operator=">"), found.at_least)
    return requirement.operator == "!=" if below or above else None
