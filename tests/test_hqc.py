"""The formula of HQC: its values for every kind of number, and that it stands in one place."""

from __future__ import annotations

import ast
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qansatz.cost.readout_gates import GateCounts, shot_prices
from qansatz.cost.resources import Resources
from qansatz.hqc import HQC_FORMULA, hqc_of_operations, hqc_price, weighted_operations

PACKAGE = Path(__file__).parents[1] / "qansatz"
COUNT = st.integers(0, 10**6)


@given(COUNT, COUNT, COUNT, st.integers(0, 10**5))
def test_every_kind_of_number_gives_the_same_price(one: int, two: int, measured: int, shots: int):
    # The definition, step by step, in exact numbers.
    expected = Fraction(5)
    for count, weight in ((one, 1), (two, 10), (measured, 5)):
        expected += Fraction(shots * count * weight, 5000)
    operations = weighted_operations(one, two, measured)
    assert hqc_price(1, hqc_of_operations(Fraction(shots * operations))) == expected
    used = Resources(
        one_qubit_gates=one, two_qubit_gates=two, two_qubit_depth=0, measurements=measured
    )
    assert used.hqc(shots) == pytest.approx(float(expected), rel=1e-14)
    counts = [np.array([float(n), 0.0]) for n in (one, two, measured)]
    prices = hqc_of_operations(weighted_operations(*counts))
    np.testing.assert_allclose(5 + shots * prices, [float(expected), 5.0], rtol=1e-14)


def test_schedules_and_costs_have_one_formula():
    """What ``schedule --goal hqc`` charges a shot is what ``cost`` charges it."""
    gates, two, measured = GateCounts(30, 12), np.array([0.0, 4.0]), np.array([1.0, 3.0])
    charged = shot_prices(gates, two, measured)
    for price, more, m in zip(charged.tolist(), (0, 4), (1, 3), strict=True):
        used = Resources(
            one_qubit_gates=30 + m, two_qubit_gates=12 + more, two_qubit_depth=0, measurements=m
        )
        assert hqc_price(1, 200 * price) == pytest.approx(used.hqc(200), rel=1e-14)


def test_the_text_is_that_of_the_formula():
    text = "HQC = 5 + C·(N_1q + 10·N_2q + 5·N_m)/5000 for a circuit of C shots"
    assert text == HQC_FORMULA


# -- one place --------------------------------------------------------------------------------


def repeated(tree: ast.AST) -> list[str]:
    """Where a module weighs, divides or writes down what only the formula's home may.

    A product with 10 added to one with 5, a division by 5000, or a text that holds them.
    """
    return [ast.unparse(node) for node in ast.walk(tree) if is_formula(node)]


def is_formula(node: ast.AST) -> bool:
    match node:
        case ast.BinOp(op=ast.Add()):
            return {5, 10} <= {factor for term in terms(node) for factor in factors(term)}
        case ast.BinOp(op=ast.Div() | ast.FloorDiv(), right=ast.Constant(value=5000)):
            return True
        case ast.Call(args=[_, ast.Constant(value=5000)]):
            return ast.unparse(node.func) == "Fraction"
        case ast.Constant(value=str(text)):
            return "HQC = " in text or "N_2q +" in text or "5000 of which" in text
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=5000)):
            return name.isupper()
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=5000)):
            return name.isupper()
        case ast.keyword(arg="hqc", value=value):
            return 5 in {factor for term in ast.walk(value) for factor in factors(term)}
    return False


def terms(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return terms(node.left) + terms(node.right)
    return [node]


def factors(node: ast.AST) -> set[object]:
    """The numbers that a product multiplies."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return factors(node.left) | factors(node.right)
    return {node.value} if isinstance(node, ast.Constant) else set()


def test_the_formula_stands_in_one_place():
    found = {
        path.relative_to(PACKAGE).as_posix(): places
        for path in sorted(PACKAGE.rglob("*.py"))
        if (places := repeated(ast.parse(path.read_text("utf-8"))))
    }
    assert {name for name in found if name != "hqc.py"} == set(), found
    assert found["hqc.py"]


@pytest.mark.parametrize(
    "text",
    [
        "one + 10 * two + 5 * m",
        "(a + 10 * (b + c) + 5 * m) / 5000",
        "Fraction(shots * n, 5000)",
        "Method(hqc=float(5 * n + (prices * shots).sum()))",
        "PER_HQC: Final = 5000",
        "f'HQC = 5 + {x}'",
    ],
)
def test_repetitions_are_seen(text: str):
    assert repeated(ast.parse(text))
    assert not repeated(
        ast.parse("f(n_pairs=5000); n_pairs: int = 5000; 10 * x + 4 * y; {1: 5_000}")
    )
