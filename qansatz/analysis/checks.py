"""Every check of a model, in one place."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.analysis.blocks import check_blocks, check_generators
from qansatz.analysis.lints import check_lints
from qansatz.analysis.requirements import check_requirements
from qansatz.analysis.stabilizers import check_logicals, check_stabilizers
from qansatz.analysis.structure import Structure, structure
from qansatz.analysis.symmetry import SymmetryReport, check_symmetries
from qansatz.diagnostics import FaultLog
from qansatz.model.program import Model


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Checks:
    """What the checks found out on the way."""

    symmetries: SymmetryReport
    structure: Structure


def check(model: Model, log: FaultLog) -> Checks:
    """Check what the source claims and declares; every fault goes to the log."""
    check_generators(model, log)
    check_blocks(model, log)
    check_stabilizers(model, log)
    check_logicals(model, log)
    symmetries = check_symmetries(model, log)
    found = structure(model)
    check_requirements(model, found, log)
    check_lints(model, log)
    return Checks(symmetries=symmetries, structure=found)
