"""Claims are compared exactly; what fails or cannot be decided is reported, what holds is silent."""

from __future__ import annotations

import pytest

from qansatz.analysis.structure.structure import structure
from qansatz.analysis.structure.symmetry import discovered
from qansatz.checks.bounds import check_value, compare
from qansatz.checks.checks import check
from qansatz.checks.facts import check_requirements
from qansatz.diagnostics import FaultLog
from qansatz.model.program import Requirement
from qansatz.model.reals import PI
from tests.models.statements import Statement, model_of, place, rot


def test_failed_and_unknown_claims_are_reported():
    model = model_of(
        1,
        [rot("X", "Z", shared=False)],
        require=[
            ("slpa", None, None),
            ("commuting_blocks", None, None),
            ("slap", None, None),
            ("hqc", "<=", 3),
            ("two_qubit_gates", "<=", 3),
            ("slpa", "==", 1),
            ("hqc", None, None),
            ("algebra.name", "==", 3),
            ("algebra.name", "<=", "su(2)"),
        ],
    )
    log = FaultLog()
    check_requirements(model, structure(model), log)
    codes = [d.code for d in log.diagnostics()]
    assert codes == ["QA212", "QA213", "QA215", "QA216", "QA216", "QA216", "QA216"]
    notes = [d.notes for d in log.diagnostics()]
    assert "none found holds two rotations" in notes[1][0]


def test_claims_that_hold_are_silent():
    model = model_of(
        2,
        [Statement(("XX", "YY"), shared=False, block=0)],
        stabilizers=[["ZZ"]],
        require=[("slpa", None, None), ("commuting_blocks", None, None)],
    )
    log = FaultLog()
    check_requirements(model, structure(model), log)
    assert not log.diagnostics()


def claim(operator, bound):
    return Requirement(
        fact="two_qubit_gates", arguments=(), operator=operator, bound=bound, span=place(1)
    )


@pytest.mark.parametrize(
    ("operator", "holds"),
    [("<", False), ("<=", True), ("==", True), ("!=", False), (">=", True), (">", False)],
)
def test_claims_compare_exactly(operator, holds):
    big = 4**100
    assert compare(claim(operator, big), big) == holds
    assert compare(claim("<", big), big - 1)
    assert compare(claim("<=", PI), 3)
    assert not compare(claim("<=", 3), PI)


def test_a_failed_number_shows_value_and_reason():
    log = FaultLog()
    assert not check_value(claim("<=", 3), 5, "five rotations", log)
    assert check_value(claim("<=", 3), 2, "", log)
    (found,) = log.diagnostics()
    assert found.message == "two_qubit_gates is 5, but <= 3 is required"
    assert found.notes == ("five rotations",)


def test_an_empty_model_passes_every_check():
    log = FaultLog()
    model = model_of(2)
    check(model, log)
    assert not log.diagnostics()
    assert not structure(model).slpa
    assert len(discovered(model)) == 4
