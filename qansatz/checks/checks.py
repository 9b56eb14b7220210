"""Every check of a model, in one place."""

from __future__ import annotations

from qansatz.analysis.structure.blocks import check_blocks, check_generators
from qansatz.analysis.structure.stabilizers import check_logicals, check_stabilizers
from qansatz.analysis.structure.structure import structure
from qansatz.analysis.structure.symmetry import check_symmetries
from qansatz.checks.facts import check_requirements
from qansatz.checks.lints import check_lints
from qansatz.diagnostics import FaultLog
from qansatz.model.program import Model


def check(model: Model, log: FaultLog, *, partial: bool = False) -> None:
    """Check what the source claims and declares; every fault goes to the log.

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
        check_requirements(model, structure(model), log)
    check_lints(model, log)
