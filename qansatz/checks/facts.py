"""``require``: the claims this version decides, and what becomes of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qansatz.analysis.structure.structure import Structure
from qansatz.checks import faults
from qansatz.diagnostics import FaultLog, did_you_mean
from qansatz.model.program import Model, Requirement

if TYPE_CHECKING:
    from qansatz.analysis.algebra.algebra import AlgebraReport

PREDICATES: Final = ("slpa", "commuting_blocks")
NUMBERS: Final = (
    "algebra.dimension",
    "gradient.circuits",
    "gradient.efficiency",
    "hqc",
    "two_qubit_gates",
    "variance",
)
TEXTS: Final = ("algebra.name",)
ALGEBRA: Final = ("algebra.dimension", "algebra.name")
EFFORT: Final = 10.0  # for closing sums when a claim about their algebra is checked
FACTS: Final = (*PREDICATES, *NUMBERS, *TEXTS)


def check_requirements(model: Model, structure: Structure, log: FaultLog) -> None:
    """Decide claims about structure and the Lie algebra; those about circuits wait for a model without faults."""
    report: AlgebraReport | None = None
    for requirement in model.requirements:
        if not _well_formed(requirement, log):
            continue
        if requirement.fact in ALGEBRA:
            from qansatz.checks.algebra_claims import decide

            report = report or _algebra(model)
            decide(requirement, report, log)
        elif requirement.fact == "variance":
            from qansatz.checks.algebra_claims import decide_variance

            report = report or _algebra(model)
            decide_variance(requirement, model, report, log)
        else:
            _decide(requirement, structure, log)


def _algebra(model: Model) -> AlgebraReport:
    from qansatz.analysis.algebra.algebra import algebra
    from qansatz.lie.closure import Limit

    return algebra(model, limit=Limit(effort=EFFORT))


def _well_formed(requirement: Requirement, log: FaultLog) -> bool:
    fact = requirement.fact
    if fact not in FACTS:
        near, names = did_you_mean(fact, FACTS), ", ".join(FACTS)
        log.add(faults.claims.UnknownFact(requirement.span, fact=fact, known=names, near=near))
        return False
    if fact in PREDICATES and requirement.operator is not None:
        problem, expected = f"`{fact}` is true or false", f"write `require {fact}`"
    elif fact not in PREDICATES and requirement.operator is None:
        bound = '"so(8)"' if fact in TEXTS else "10"
        problem = f"`{fact}` is compared with nothing"
        expected = f"compare it, as in `require {fact} {'==' if fact in TEXTS else '<='} {bound}`"
    elif fact not in PREDICATES and isinstance(requirement.bound, str) != (fact in TEXTS):
        kind = "a name in quotes" if fact in TEXTS else "a number"
        problem, expected = f"`{fact}` is {kind}", f"expected {kind}"
    elif fact in TEXTS and requirement.operator not in ("==", "!="):
        problem, expected = f"`{fact}` is a name, which has no order", "use `==` or `!=`"
    else:
        return True
    log.add(faults.claims.FactNeedsBound(requirement.span, problem=problem, expected=expected))
    return False


def _decide(requirement: Requirement, structure: Structure, log: FaultLog) -> None:
    match requirement.fact:
        case "slpa":
            if not structure.slpa:
                log.add(
                    faults.claims.NotSlpa(requirement.span, reasons="; ".join(structure.reasons))
                )
        case "commuting_blocks":
            if not structure.commuting_blocks:
                reasons = "; ".join(structure.block_reasons)
                log.add(faults.claims.BlocksMixed(requirement.span, reasons=reasons))
