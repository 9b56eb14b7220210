"""Circuits of other people, with values from independent computation (closure modulo a prime, dense matrices)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from qansatz.analysis.trainability.variance import variance
from qansatz.driver import Compilation, compile_file

FOLDER = Path(__file__).parent / "data" / "field"


def compiled(name: str, **sizes: int) -> Compilation:
    compilation = compile_file(str(FOLDER / f"{name}.qans"), settings=sizes)
    assert not compilation.has_errors
    return compilation


@pytest.mark.parametrize(
    ("name", "algebra", "dimension", "n_circuits"),
    [
        ("w01_interleaved", "su(5) + su(3) + u(1)", 33, 8),
        ("w01_layered", "su(5) + su(3) + u(1)", 33, 8),
        ("w02_inter", "su(2)", 3, None),
        ("w02_layer", "su(2)", 3, None),
        ("w03_clifford_angle", "sp(4)", 36, 2),
        ("w03_clifford_gate", "sp(4)", 36, 2),
        ("p15_qcnn", "4*su(4) + u(1)", 61, 8),
        ("qcnn_s", "4*su(4) + u(1)", 61, 8),
    ],
)
def test_algebras_and_schedules(name, algebra, dimension, n_circuits):
    compilation = compiled(name)
    assert (compilation.algebra.name, compilation.algebra.dimension) == (algebra, dimension)
    assert compilation.algebra.exact
    if n_circuits is not None:
        assert compilation.schedule.n_circuits == n_circuits


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("w01_interleaved", "w01_layered"),
        ("w02_inter", "w02_layer"),
        ("w04_ladder", "w04_sums"),
        ("w06_reupload", "w06_layered"),
    ],
)
def test_two_spellings_of_one_circuit(one, other):
    a, b = compiled(one), compiled(other)
    assert str(a.algebra) == str(b.algebra)
    assert a.gates().gates == b.gates().gates
    assert str(a.compare()) == str(b.compare())
    assert a.ansatz.rotations.string.tolist() == b.ansatz.rotations.string.tolist()
    assert a.ansatz.rotations.strings.words() == b.ansatz.rotations.strings.words()


@pytest.mark.parametrize(
    ("n", "dimension"), [(2, 9), (3, 19), (4, 33), (5, 54), (6, 81), (7, 117), (8, 161)]
)
def test_the_family_of_the_interleaved_loop(n, dimension):
    assert compiled("w01_interleaved", n=n).algebra.dimension == dimension


def test_the_variance_of_the_interleaved_loop():
    compilation = compiled("w01_interleaved")
    assert variance(compilation.ansatz, report=compilation.algebra).value == Fraction(4, 3)


def test_a_claim_about_the_interleaved_loop_holds():
    assert compiled("w01_require").diagnostics == ()


def test_phases_that_cancel_generate_nothing():
    """The phases of the orbital rotation commute with all between them and add up to zero."""
    algebra = compiled("m12_lucj").algebra
    assert (algebra.at_least, algebra.dimension, algebra.exact) == (13, 14, False)
