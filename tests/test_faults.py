"""Every fault, as a user meets it: the example of its docstring is wrong as ``faults/QA….err`` says.

What these examples do not show, ``faults/<stage>/<case>.qans`` shows, with ``<case>.err``. A file may hold the
command that meets its fault in a line of its own, ``# qansatz check --set n=3``; else it is checked.
``QANSATZ_UPDATE=1 pytest tests/test_faults.py`` writes the ``.err`` files: read what it wrote.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz import driver
from qansatz.source import Source
from qansatz.tools.cli import main
from qansatz.views import catalogue
from tests.faults.programs import command, examples

FOLDER = Path(__file__).parent / "faults"
CASES = sorted(FOLDER.glob("*/*.qans"))
LIMITS = {"QA112"}
TOO_MANY = "QA014"
# What no input provokes: a missing package, and a defect of the compiler itself.
UNPROVOKED = {"QA407", "QA409"}
EXPLAINED = sorted(set(catalogue.catalogue()) - UNPROVOKED)


def shown(case: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code and what standard error shows for a case."""
    code = main.main(command(case.read_text("utf-8"), case.name))
    return code, capsys.readouterr().err


def compare(code: int, text: str, expected: Path) -> list[str]:
    """The codes in a rendered text that is as expected, and that ends as they ask for."""
    if os.environ.get("QANSATZ_UPDATE"):
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8")
    found = codes(text)
    assert len(set(found)) == 1 or TOO_MANY in found, "one mistake, one kind of diagnostic"
    assert code == expected_exit(found[0], text)
    return found


def codes(text: str) -> list[str]:
    """The codes of the diagnostics in a rendered text."""
    return re.findall(r"^(?:\S+: )?(?:error|warning)\[(QA\d+)\]", text, re.MULTILINE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_case(case: Path, capsys, monkeypatch):
    monkeypatch.chdir(case.parent)
    compare(*shown(case, capsys), case.with_suffix(".err"))


@pytest.mark.parametrize("name", EXPLAINED)
def test_explained_example(name: str, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    case = tmp_path / "example.qans"
    case.write_text(examples(catalogue.catalogue()[name])[0], "utf-8")
    assert name in compare(*shown(case, capsys), FOLDER / f"{name}.err")


def expected_exit(code: str, text: str) -> int:
    return 3 if code in LIMITS else int(f"error[{code}]" in text)


def test_no_case_is_left_over():
    assert {p.with_suffix("") for p in FOLDER.glob("*/*.err")} == {p.with_suffix("") for p in CASES}
    assert {p.stem for p in FOLDER.glob("*.err")} == set(EXPLAINED)


def test_no_program_stands_twice():
    programs = [case.read_text("utf-8") for case in CASES]
    programs += [examples(catalogue.catalogue()[name])[0] for name in EXPLAINED]
    squeezed = ["".join(text.split()) for text in programs]
    assert len(set(squeezed)) == len(squeezed)


HEALTHY = """\
qans 1

ansatz tfim(n: int = 4, layers: int = 2) {
  qubits q[n]
  symmetry parity = prod(X[i] for i in q)
  param gamma[layers]
  param beta[layers]
  param extra
  init |+>
  repeat l in 0..<layers {
    rot(sum(Z[i] * Z[(i + 1) % n] for i in q), gamma[l])
    rot(sum(X[i] for i in q), beta[l])
  }
  rot(X[0] * X[1], extra)
  MISTAKES
  observable energy = X[0]
}
"""
SYNTAX = (
    ("rot(X[0] X[1], extra)", "QA025"),
    ("for i 0..<n { rx(i, extra) }", "QA019"),
    ("for i in 0..n { rx(i, extra) }", "QA009"),
    ("for i in q: rx(i, extra)", "QA020"),
    ("let first 3", "QA017"),
    ("rx(q, extra) rx(q, extra)", "QA022"),
    ("rx(q, 2 ** 3 * extra)", "QA010"),
    ("rx(q, 2 $ extra)", "QA003"),
    ("second = 3", "QA024"),
    ("rx(0.3) q[0]", "QA030"),
    ("rot(p'XXII', extra)", "QA008"),
    ("rot(X[0], trotter)", "QA012"),
    ("rx(q, block)", "QA011"),
    ("rx(q[0), extra)", "QA006"),
    ("rx(q[0], extra))", "QA005"),
    ("require n = 4", "QA018"),
    ("let = 3", "QA016"),
)
NAMES = (
    ("rx(q, extrra)", "QA101"),
    ("cnot(q[0], q[1])", "QA103"),
    ("rx(extra)", "QA104"),
    ("rx(qubit = q[0], extra)", "QA105"),
    ("rot(extra, X[0])", "QA107"),
    ('rx(q, extra + "one")', "QA108"),
    ("rx(q, extra / (n - 4))", "QA109"),
    ("rx(q, sqrt(n - 5) * extra)", "QA110"),
    ("rot(X[n], extra)", "QA113"),
    ("rx(q[n], extra)", "QA114"),
    ("rx(q, gamma[0, 1] * extra)", "QA115"),
    ('rot(p"XX", extra)', "QA116"),
    ('rot(p"XX1X", extra)', "QA117"),
    ("rot(X[q], extra)", "QA118"),
    ("for i in n { rx(i, extra) }", "QA119"),
    ("for (u, v) in cycle(n) { rxx(u, v, extra) }", "QA120"),
    ("for (u, v) in q { rxx(u, v, extra) }", "QA121"),
    ("for (u, v) in cycle(n).edge { rxx(u, v, extra) }", "QA122"),
    ("rot(1i * X[0], extra)", "QA127"),
    ("rx(q, [extra, extra])", "QA129"),
    ("cz(q[0], q[0])", "QA131"),
    ("repeat 2 { param inner }", "QA142"),
    ("init |0>", "QA150"),
    ("require n > 4", "QA155"),
)
PHYSICS = (
    ("rot(Z[1], extra)", "QA201"),
    ("rot(X[0] + Z[0] * Z[1], extra)", "QA204"),
    ("block { rx(0, extra); rzz(0, 1, extra) }", "QA205"),
    ('stabilizers S = <p"XXXX", p"ZIII">', "QA206"),
)


def codes_of(mistakes: list[str]) -> list[str]:
    text = HEALTHY.replace("MISTAKES", "\n  ".join(mistakes))
    (compilation,) = driver.check(Source("combined.qans", text))
    return sorted(d.code for d in compilation.diagnostics)


def test_the_healthy_program_is_healthy():
    assert codes_of([]) == []


@pytest.mark.parametrize(("mistake", "code"), SYNTAX + NAMES + PHYSICS)
def test_one_mistake(mistake: str, code: str):
    assert codes_of([mistake]) == [code]


@given(
    st.tuples(*map(st.sampled_from, (SYNTAX, NAMES, PHYSICS))).flatmap(st.permutations)
    | st.permutations(SYNTAX + NAMES).map(lambda some: some[:3])
)
@settings(deadline=None, max_examples=150)
def test_three_mistakes_are_three_diagnostics(mistakes: list[tuple[str, str]]):
    lines, expected = zip(*mistakes, strict=True)
    assert codes_of(list(lines)) == sorted(expected)
