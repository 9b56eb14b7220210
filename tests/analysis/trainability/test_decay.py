"""Variances in a size: closed forms that foretell other sizes, and verdicts known from the literature."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import sympy

from qansatz import driver
from qansatz.analysis.trainability.decay import decay, inverse
from qansatz.analysis.trainability.variance import variance
from qansatz.source import Source
from qansatz.tools.cli import main

OPEN = (
    "  param a[n - 1]\n  param b[n]\n  for i in 0..<n-1 { rot(Z[i] * Z[i+1], a[i]) }\n"
    "  for i in q { rot(X[i], b[i]) }\n"
)
UNIVERSAL = OPEN + "  param c[n]\n  for i in q { rot(Z[i], c[i]) }\n"
PLATEAU = (
    "  param a[n - 1, 3]\n  for i in 0..<n-1 { rot(X[i] * X[i+1], a[i, 0])\n"
    "    rot(Y[i] * Y[i+1], a[i, 1])\n    rot(Z[i] * Z[i+1], a[i, 2]) }\n"
)
ALONE = "  param a[n]\n  for i in q { rot(X[i], a[i]) }\n  param b[n]\n  for i in q { rot(Y[i], b[i]) }\n"


def source(body: str, observable: str) -> str:
    return (
        "qans 1\nansatz a(n: int = 4) where n >= 2 {\n  qubits q[n]\n  init |0>\n"
        f"{body}  observable cost = {observable}\n}}\n"
    )


def values(body: str, observable: str, sizes):
    text = Source("a.qans", source(body, observable))
    models = {n: driver.compile_source(text, settings={"n": n}).ansatz for n in sizes}
    return {n: variance(model) for n, model in models.items()}


def foretold(found, n: int) -> Fraction:
    """The variance by the closed form, at a size that need not have been looked at."""
    symbol = sympy.Symbol("n", integer=True, positive=True)
    (form,) = [f for f in found.forms if n % f.period == f.residue]
    result = 1 / inverse(form, symbol).subs(symbol, n)
    return Fraction(int(result.p), int(result.q))


@pytest.mark.parametrize(
    ("body", "observable", "sizes", "verdict", "expected"),
    [
        (OPEN, "Z[0] * Z[1]", range(3, 15), "polynomial (degree 1)",
         lambda n: Fraction(n - 1, n * (2 * n - 1))),
        (UNIVERSAL, "Z[0]", range(3, 15), "exponential (2^(-n))",
         lambda n: Fraction(2**n - 1, 4**n - 1)),
        (UNIVERSAL, "2 * Z[0] + 3 * X[0]", range(3, 15), "exponential (2^(-n))",
         lambda n: 13 * Fraction(2**n - 1, 4**n - 1)),
        (PLATEAU, "X[0] * X[1]", range(6, 24, 2), "exponential (2^(-n))",
         lambda n: Fraction(1, 2 * (2 ** (n - 2) + 1))),
        (ALONE, "Z[0]", range(2, 10), "does not decay", lambda n: Fraction(1, 3)),
        (ALONE, "sum(Z[i] for i in q) / n", range(2, 10), "polynomial (degree 1)",
         lambda n: Fraction(1, 3 * n)),
    ],
)  # fmt: skip
def test_known_decays(body, observable, sizes, verdict, expected):
    found = decay(values(body, observable, sizes))
    assert found.verdict == verdict
    assert {n: v.value for n, v in found.variances.items()} == {n: expected(n) for n in sizes}
    verified = [n for form in found.forms for n in form.verified]
    assert {*verified} <= {*sizes}
    for n in (*verified, 2 * max(sizes), 10 * max(sizes)):
        assert foretold(found, n) == expected(n)
    assert any("2-design" in text for text in found.hypotheses)


def test_the_form_foretells_a_variance_that_was_not_used():
    found = decay(values(OPEN, "Z[0] * Z[1]", range(3, 12)))
    assert foretold(found, 30) == values(OPEN, "Z[0] * Z[1]", [30])[30].value


def made_of(numbers, reason="because"):
    """Variances that are what they are told to be."""
    model = values(UNIVERSAL, "Z[0]", [2])[2]
    return {
        n: replace(model, value=v, reason=None if v is not None else reason)
        for n, v in numbers.items()
    }


def test_what_sizes_do_not_determine_is_not_decided():
    primes = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    found = decay(made_of({n: Fraction(1, p) for n, p in enumerate(primes)}))
    assert (found.verdict, found.forms) == ("not decided", None)
    assert decay(made_of({3: Fraction(1, 2)})).verdict == "not decided"
    with pytest.raises(ValueError, match="needed"):
        decay({})


def test_classes_decay_each_in_its_way():
    mixed = {n: Fraction(1, 2**n) if n % 2 else Fraction(1, n**2) for n in range(3, 30)}
    assert (
        decay(made_of(mixed)).verdict
        == "n = 0 mod 2: polynomial (degree 2); n = 1 mod 2: exponential (2^(-n))"
    )
    half = {n: Fraction(1, 2 ** (n // 2)) for n in range(4, 40, 2)}
    assert decay(made_of(half), "m").verdict == "exponential (2^(-m/2))"
    assert decay(made_of(dict.fromkeys(range(3, 12), Fraction(0)))).verdict == "zero"


def test_a_theorem_that_does_not_apply_decides_nothing():
    squares = {n: Fraction(1, n**2) for n in range(3, 20)}
    assert decay(made_of({2: None, **squares})).verdict == "polynomial (degree 2)"
    found = decay(made_of({**squares, 20: None}))
    assert found.forms is None
    assert found.verdict == "theorem does not apply: because (n = 20)"
    outside = decay(values(OPEN, "Z[0]", range(3, 6)))
    assert outside.verdict.startswith("theorem does not apply: Z[0] lies outside")
    unknown = {2: None, 3: Fraction(1, 2), 4: Fraction(1, 3), 5: Fraction(1, 7)}
    assert decay(made_of(unknown)).verdict == "not decided"


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main.main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_command_tells_it(tmp_path: Path, capsys):
    file = tmp_path / "a.qans"
    file.write_text(source(OPEN, "Z[0] * Z[1]"), "utf-8")
    vary = ("algebra", str(file), "--vary", "n=3..14")
    code, out, _ = run(capsys, *vary, "--variance", "cost")
    assert code == 0
    assert "4  3/28" in out
    assert "n*(2*n - 1)/(n - 1)  3..14" in out
    assert "variance in n: polynomial (degree 1)" in out
    assert "2-design" in out
    code, out, _ = run(capsys, *vary, "--variance", "--json")
    family = json.loads(out)["family"]
    assert (code, family["verdict"], family["observable"]) == (0, "polynomial (degree 1)", "cost")
    told = {row["value"]: Fraction(row["variance"]) for row in family["variance"]}
    assert told == {n: Fraction(n - 1, n * (2 * n - 1)) for n in range(3, 15)}
    assert family["inverse_variance"][0]["formula"] == "n*(2*n - 1)/(n - 1)"
    code, out, _ = run(capsys, *vary, "--variance", "--format", "latex")
    assert r"\operatorname{Var}^{-1} &= \frac{n \left(2 n - 1\right)}{n - 1}" in out
    assert "variance" not in run(capsys, *vary)[1]


def test_what_cannot_be_used_is_2(tmp_path: Path, capsys):
    file = tmp_path / "a.qans"
    file.write_text(source(OPEN, "Z[0]"), "utf-8")
    code, _, err = run(capsys, "algebra", str(file), "--variance", "energy")
    assert (code, "'energy'" in err) == (2, True)
    code, _, err = run(capsys, "algebra", str(file), "--vary", "n=3..4", "--variance", "energy")
    assert (code, "'energy'" in err, "cost" in err) == (2, True, True)
    code, out, _ = run(capsys, "algebra", str(file), "--vary", "n=3..5", "--variance")
    assert (code, "theorem does not apply: Z[0] lies outside" in out) == (0, True)
