"""Numbers as text: integers of any length, powers of two, fractions, counts."""

from __future__ import annotations

import sys
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qansatz.numbers import (
    counted,
    decimal,
    digits,
    exact_text,
    fraction_text,
    number,
    power,
    rounded,
)


@pytest.fixture
def any_length():
    """Let ``str`` and ``int`` take integers of any length."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    yield
    sys.set_int_max_str_digits(before)


def test_numbers_of_any_length_are_written_out():
    assert decimal(10**6000 + 7) == "1" + "0" * 5999 + "7"
    assert decimal(-(2**100)) == str(-(2**100))
    assert number(2**40) == "2^40"
    assert number(10**7) == "10000000"
    assert number(2**40 + 1) == str(2**40 + 1)
    assert number(10**5000) == "1" + "0" * 5000


@pytest.mark.usefixtures("any_length")
@pytest.mark.parametrize(("base", "exponent"), [(3, 30_000), (10, 9_000), (7, 20_001), (2, 12_288)])
def test_long_numbers_are_those_of_python(base: int, exponent: int):
    for value in (base**exponent, base**exponent - 1, -(base**exponent)):
        assert decimal(value) == str(value)


@given(st.integers(0, 3000))
def test_powers_of_two_are_written_in_one_way(exponent: int):
    assert power(exponent) == number(2**exponent)
    assert eval(power(exponent).replace("^", "**")) == 2**exponent
    assert ("^" in power(exponent)) == (2**exponent > 1_000_000)


@given(st.integers(-(10**40), 10**40))
def test_long_numbers_are_shortened_in_the_middle(value: int):
    text = digits(value)
    if len(str(value)) <= 30:
        assert text == str(value)
    else:
        assert text == f"{str(value)[:12]}...{str(value)[-12:]} ({len(str(value))} digits)"


def test_counts_have_their_nouns():
    assert [counted(n, "qubit") for n in (0, 1, 2)] == ["0 qubits", "1 qubit", "2 qubits"]


def test_long_fractions_are_written():
    tiny = Fraction(1, 2**20_001 - 1)
    assert rounded(tiny) == "about 2^(-20000)"
    assert rounded(Fraction(10**400)) == "about 2^(1328)"
    assert fraction_text(tiny) == "about 2^(-20000)"
    assert fraction_text(Fraction(3, 28)) == "3/28"
    assert fraction_text(Fraction(1, 3**100)).startswith("about 1.94")
    assert len(exact_text(tiny)) > 6000
    assert exact_text(Fraction(5)) == "5"
    assert exact_text(Fraction(-5, 3)) == "-5/3"
