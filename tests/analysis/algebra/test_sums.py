from __future__ import annotations

from math import comb
from pathlib import Path

import pytest

from qansatz import driver
from qansatz.analysis.algebra.places import FIXED, TIED
from qansatz.analysis.algebra.sums import FLOATS, PI, sum_algebra
from qansatz.lie.closure import Closure, Limit, Partial, StopClosureError, contains
from qansatz.pauli.strings import from_word
from qansatz.source import Source

FOLDER = Path(__file__).parents[3] / "examples"


def found(body, n=4, **options):
    head = f"qans 1\nansatz a(n: int = {n}) {{\nqubits q[n]\n"
    compiled = driver.compile_source(Source("a.qans", head + body + "\n}\n"))
    return sum_algebra(compiled.ansatz, **options)


RING = "rot(sum(Z[i] * Z[(i + 1) % n] for i in q), a[0])\nrot(sum(X[i] for i in q), a[1])"


@pytest.mark.parametrize(
    ("file", "name", "method"),
    [
        ("tfim", "7*su(2) + 2*u(1)", "16 permutations"),
        ("equivariant", "su(6) + su(4) + su(2) + u(1)", "S_5"),
        ("rbs", "su(4)", "strings"),
    ],
)
def test_examples(file, name, method):
    report = sum_algebra(driver.compile_file(str(FOLDER / f"{file}.qans")).ansatz)
    assert (report.name, report.exact) == (name, True)
    assert method in report.method
    assert "lifts" in report.method


def test_declared_permutations_are_used():
    body = (
        "symmetry swap = cycles((0, 2), (1, 3))\nparam a[2]\n"
        "rot(Z[0] * Z[1] + Z[2] * Z[3], a[0])\nrot(X[0] + X[2] + 2 * Y[1] + 2 * Y[3], a[1])"
    )
    with_symmetry, without = found(body), found(body.partition("\n")[2])
    assert "a group of" in with_symmetry.method
    assert with_symmetry.closure.n_columns <= without.closure.n_columns
    assert with_symmetry.name == without.name


def test_tied_rotations_give_a_bound():
    report = found("param a\nrot(X[0] + X[1], a)\nrot(Z[0] + Z[1], a)", n=2)
    assert (report.known, report.dimension) == ("upper bound", 3)
    assert report.hypotheses == (TIED,)


def test_fixed_rotations_between_trainable_ones():
    outside = found("param a[2]\nrot(X[0] + X[1], a[0])\nrz(0, 0.3)\nrot(X[0] + X[1], a[1])", n=2)
    assert (outside.known, outside.dimension) == ("upper bound", 4)
    assert FIXED in outside.hypotheses
    ahead = found("param a[2]\nrot(X[0] + X[1], a[0])\nrx(0, 0.3)\nrot(Z[0] + Z[1], a[1])", n=2)
    assert (ahead.known, ahead.dimension) == ("exact", 3)
    body = "param a[3]\nrot(X[0] + Z[1], a[0])\nrx(0, 0.3)\nrot(Z[0], a[1])\nrot(Z[1] + X[0], a[2])"
    inside = found(body, n=2)
    assert (inside.known, inside.dimension) == ("exact", 4)


def test_weights_that_are_not_rational_are_told():
    rounded = found("param a\nrot(sqrt(2) * X[0] + X[1], a)", n=2)
    assert rounded.hypotheses == (FLOATS,)
    assert rounded.dimension == 1
    with_pi = found("param a[2]\nrot(X[0] + (1 + pi) * X[1], a[0])\nrot(Z[0] + Z[1], a[1])", n=2)
    assert with_pi.hypotheses == (PI,)
    assert with_pi.name == "2*su(2)"


def test_a_limit_gives_a_lower_bound_to_go_on_with():
    body = "param a[2]\n" + RING
    stopped = found(body, n=6, limit=Limit(dimension=5))
    assert stopped.known == "lower bound"
    assert stopped.dimension <= 17
    assert "limit of 5" in stopped.reason
    rest = found(body, n=6, after=stopped.closure)
    assert (rest.dimension, rest.exact, rest.name) == (17, True, "5*su(2) + 2*u(1)")


def test_no_name_above_the_limit():
    report = found("param a[2]\n" + RING, n=4, name_up_to=10)
    assert (report.name, report.ideals, report.dimension) == (None, None, 11)
    assert "10" in report.reason
    assert "no name" in str(report)


def test_a_name_that_is_not_found_in_time_leaves_the_rest():
    def stop_at_the_name(dimension, n_columns):
        if (dimension, n_columns) == whole:
            raise StopClosureError("enough")

    body = "param a[2]\n" + RING
    found_before = found(body, n=5)
    whole = found_before.dimension, found_before.closure.n_columns
    stopped = found(body, n=5, progress=stop_at_the_name)
    assert isinstance(stopped.closure, Partial)
    rest = found(body, n=5, after=stopped.closure, limit=Limit(seconds=30))
    assert rest.name == found_before.name
    state = stopped.closure.state.run(Limit(), None)
    assert isinstance(state, Closure)
    unnamed = found(body, n=5, after=stopped.closure, limit=Limit(seconds=0))
    assert (unnamed.dimension, unnamed.exact, unnamed.name) == (14, True, None)
    assert (unnamed.centre, "within 0 seconds" in unnamed.reason) == (2, True)


@pytest.mark.parametrize("n", [4, 7])
def test_symmetric_algebra(n):
    body = (
        "param a[3]\nrot(sum(X[i] for i in q), a[0])\nrot(sum(Y[i] for i in q), a[1])\n"
        "rot(sum(Z[i] * Z[j] for (i, j) in complete(n).edges), a[2])"
    )
    report = found(body, n=n)
    assert report.dimension == comb(n + 3, 3) - n // 2
    assert f"S_{n}" in report.method


def test_membership_of_sums():
    report = found("param a[2]\n" + RING)
    assert isinstance(report.closure, Closure)
    inside = {from_word(w)[:2]: 1 for w in ("XIII", "IXII", "IIXI", "IIIX")}
    assert contains(report.closure, inside)
    assert not contains(report.closure, {from_word("XIII")[:2]: 1})
    assert not contains(report.closure, {from_word("XXXX")[:2]: 1})
