"""Every check of a model, in one place."""

from __future__ import annotations

from qansatz.analysis.structure.blocks import check_blocks, check_generators
from qansatz.analysis.structure.stabilizers import check_logicals, check_stabilizers
from qansatz.analysis.structure.structure import structure
from qansatz.analysis.structure.symmetry import check_symmetries
from qansatz.checks.facts import check_requirements
from qansatz.checks.lints import check_lints, lint
from qansatz.circuits.canonical import canonical
from qansatz.circuits.clifford_angles import with_clifford_gates
from qansatz.diagnostics import FaultLog
from qansatz.model.program import Model, Requirement


def check(model: Model, log: FaultLog, *, partial: bool = False) -> None:
    """Check what the source claims and declares; every fault goes to the log.

    ``model`` has its rotations as the source has them, so that the first place at fault is the first in the source.
    In a ``partial`` model statements with faults are missing: claims about the whole and lints are left out. Where
    a stabilizer group is none, blocks and logical operators are not looked at: they would fail with it.
    """
    check_generators(model, log)
    if check_stabilizers(model, log):
        check_blocks(model, log)
        check_logicals(model, log)
    check_symmetries(model, log)
    if partial or log.has_errors:
        return
    if model.requirements:
        ordered = canonical(model)
        check_requirements(ordered, structure(ordered), log)
    check_lints(with_clifford_gates(model), log)


def check_all(model: Model, log: FaultLog, *, partial: bool) -> None:
    """:func:`check`, and what only a whole model with its source can fail: lints of the text, claims about circuits."""
    check(model, log, partial=partial)
    if partial or log.has_errors:
        return
    lint(model, log)
    if model.requirements:
        ordered = canonical(model)
        for requirement in model.requirements:
            _decide(requirement, ordered, log)


def _decide(requirement: Requirement, model: Model, log: FaultLog) -> None:
    """Decide the claims that need circuits; the others are decided already."""
    if requirement.fact == "two_qubit_gates":
        from qansatz.checks.bounds import check_value
        from qansatz.synthesis.lower import lower

        why = (
            "counted in the native circuit of the whole unitary, before a target's own optimisation"
        )
        check_value(requirement, lower(model).n_two_qubit, why, log)
    elif requirement.fact == "gradient.circuits":
        from qansatz.checks.gradient_claims import decide_circuits

        decide_circuits(model, requirement, log)
    elif requirement.fact == "hqc":
        from qansatz.checks.cost_claims import decide_hqc

        decide_hqc(model, requirement, log)
    elif requirement.fact == "gradient.efficiency":
        from qansatz.checks.gradient_claims import decide_efficiency

        decide_efficiency(model, requirement, log)
