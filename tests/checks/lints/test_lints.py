"""Lints point out what they say, and nothing else."""

from __future__ import annotations

from qansatz.checks.lints import check_lints
from qansatz.diagnostics import FaultLog
from tests.models.statements import model_of, rot, terms


def lints(model):
    log = FaultLog()
    check_lints(model, log)
    return [d.code for d in log.diagnostics()]


def test_equal_neighbours_merge_unless_something_separates_them():
    assert lints(model_of(2, [rot("XX"), rot("XX")])) == ["QA303"]
    assert lints(model_of(2, [rot("XX"), rot("ZZ"), rot("XX")])) == ["QA303"]
    assert lints(model_of(2, [rot("XX"), rot("ZI"), rot("XX")])) == []
    assert lints(model_of(2, [rot("XI", "IX"), rot("XI")])) == []
    assert lints(model_of(2, [rot("XI", "IX"), rot("XI", "IX")])) == ["QA303"]
    repeated = [rot("XX", line=3, loop=k, layer=k) for k in range(9)]
    assert lints(model_of(2, repeated)) == ["QA303"]


def test_identity_generators_and_global_observables_are_pointed_out():
    assert lints(model_of(2, [rot("II")])) == ["QA305"]
    assert lints(model_of(2, [rot("II", "ZZ")])) == []
    assert lints(model_of(4, observables=[terms("ZZZZ", "XIII")])) == ["QA304"]
    assert lints(model_of(3, observables=[terms("ZZZ")])) == []
