"""Claims about the Lie algebra: decided exactly, or by a bound that settles them, or left open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from qansatz.analysis.algebra.algebra import AlgebraReport
from qansatz.analysis.trainability.this_circuit import circuit_variance
from qansatz.analysis.trainability.variance import counted, variance
from qansatz.checks import faults
from qansatz.checks.bounds import compare, failed
from qansatz.diagnostics import Fault, FaultLog
from qansatz.lie import classical
from qansatz.model.program import Model, Requirement
from qansatz.numbers import fraction_text

if TYPE_CHECKING:
    from qansatz.analysis.trainability.this_circuit import CircuitVariance
    from qansatz.analysis.trainability.variance import Variance

#: How sure a sampled number must be, by how many samples, and by how many amplitude updates of states.
ERROR: Final = 1e-6
SAMPLES: Final = 10_000
STATES_WORK: Final = 10**9


def decide_variance(
    requirement: Requirement, model: Model, algebra: AlgebraReport, log: FaultLog
) -> None:
    """Compare ``variance(observable)`` of this circuit, of the first observable where none is named, with its bound.

    A sampled variance decides only where its interval, at confidence 1 − ``ERROR``, lies on one side of the bound.
    """
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
    result = circuit_variance(model, observable, n_samples=SAMPLES, error=ERROR, budget=STATES_WORK)
    match _settled(requirement, result):
        case None:
            log.add(_undecided(requirement, result))
        case False:
            limit = variance(model, observable, report=algebra)
            log.add(_fails(requirement, result, limit))


def _settled(requirement: Requirement, result: CircuitVariance) -> bool | None:
    """Whether the claim holds of this circuit; None where the interval does not tell."""
    if result.fraction is not None:
        return compare(requirement, result.fraction)
    if result.interval is None:
        return None
    low, high = result.interval
    below = compare(replace(requirement, operator="<"), high)
    above = compare(replace(requirement, operator=">"), low)
    match requirement.operator:
        case "==" | "!=":
            return requirement.operator == "!=" if below or above else None
        case _:
            ends = {compare(requirement, end) for end in (low, high)}
            return ends.pop() if len(ends) == 1 else None


def _undecided(requirement: Requirement, result: CircuitVariance) -> Fault:
    if result.value is None or result.interval is None:
        known, why = "that of this circuit is not known", result.reason or ""
    else:
        low, high = result.interval
        known = f"{low:.3g} to {high:.3g} is known of this circuit"
        assert not isinstance(requirement.bound, str)
        enough = result.samples_to_tell(float(requirement.bound or 0))
        more = "no number of samples" if enough is None else f"about {_rounded_up(enough)} samples"
        why = f"at 1 − 10⁻⁶, from {result.n_samples} samples; {more} would decide"
    return faults.claims.ClaimUndecided(requirement.span, fact="variance", known=known, why=why)


def _rounded_up(count: int) -> int:
    """To two digits."""
    unit: int = 10 ** max(0, len(str(count)) - 2)
    return -(-count // unit) * unit


def _fails(requirement: Requirement, result: CircuitVariance, limit: Variance) -> Fault:

    if result.fraction is not None:
        value, how = fraction_text(result.fraction), "exactly"
    else:
        assert result.value is not None
        assert result.interval is not None
        low, high = result.interval
        value = f"{result.value:.4g}"
        how = f"{low:.3g} to {high:.3g} at 1 − 10⁻⁶, from {result.n_samples} samples"
    at_limit = "not known"
    if limit.value is not None:
        at_limit = f"{fraction_text(limit.value)}, as {counted(limit)}"
    why = f"of this circuit, {how}; in the limit of many layers it is {at_limit}"
    return failed(requirement, value, why)


def decide(requirement: Requirement, algebra: AlgebraReport, log: FaultLog) -> None:
    """Compare ``algebra.dimension`` or ``algebra.name`` with its bound."""
    if requirement.fact == "algebra.name":
        holds, value = _name(requirement, algebra, log), algebra.name or "not named"
    else:
        holds, value = _dimension(requirement, algebra), algebra.dimension_text
    if holds is None:
        why = "; ".join(text for word, text in algebra.remarks() if word != "method")
        state = f"known is: {_described(algebra)}, dimension {algebra.dimension_text}"
        log.add(
            faults.claims.ClaimUndecided(
                requirement.span, fact=requirement.fact, known=state, why=why
            )
        )
    elif not holds:
        log.add(failed(requirement, value, _why(requirement, algebra)))


def _described(algebra: AlgebraReport) -> str:
    if algebra.name is None:
        return "an algebra without a name"
    return algebra.name if algebra.exact else f"a subalgebra of {algebra.name}"


def _why(requirement: Requirement, algebra: AlgebraReport) -> str:
    if requirement.fact == "algebra.name":
        return f"its dimension is {algebra.dimension_text}"
    return f"the Lie algebra is {_described(algebra)}"


def _name(requirement: Requirement, algebra: AlgebraReport, log: FaultLog) -> bool | None:
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
    if not algebra.at_least <= dimension <= algebra.dimension:
        equal = False
    elif algebra.exact and algebra.name is not None:
        equal = claimed == classical.collected(algebra.ideals)
    return None if equal is None else equal == (requirement.operator == "==")


def _dimension(requirement: Requirement, algebra: AlgebraReport) -> bool | None:
    """Whether the claim holds; None where it may or may not for what lies between the bounds."""
    least, most = (compare(requirement, value) for value in (algebra.at_least, algebra.dimension))
    if requirement.operator not in ("==", "!=") or algebra.exact:
        return least if least == most else None
    below = compare(replace(requirement, operator="<"), algebra.dimension)
    above = compare(replace(requirement, operator=">"), algebra.at_least)
    return requirement.operator == "!=" if below or above else None
