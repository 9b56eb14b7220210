"""Every fault, as a user meets it: ``faults/<stage>/<case>.qans`` is wrong as ``<case>.err`` says.

A case may begin with the command that shows it, ``# $ qansatz check --set n=3``; else it is checked.
``QANSATZ_UPDATE=1 pytest tests/test_faults.py`` writes the ``.err`` files: read what it wrote.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from qansatz.tools import cli, explain

FOLDER = Path(__file__).parent / "faults"
CASES = sorted(FOLDER.glob("*/*.qans"))
COMMAND = "# $ qansatz "
LIMITS = {"QA112"}
TOO_MANY = "QA014"
# What no input provokes: a missing package, and a defect of the compiler itself.
UNPROVOKED = {"QA407", "QA409"}


def shown(case: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit code and what standard error shows for a case."""
    first = case.read_text("utf-8").partition("\n")[0]
    words = shlex.split(first.removeprefix(COMMAND)) if first.startswith(COMMAND) else ["check"]
    code = cli.main([words[0], case.name, *words[1:]])
    return code, capsys.readouterr().err


def codes(text: str) -> list[str]:
    """The codes of the diagnostics in a rendered text."""
    return re.findall(r"^(?:\S+: )?(?:error|warning)\[(QA\d+)\]", text, re.MULTILINE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_case(case: Path, capsys, monkeypatch):
    monkeypatch.chdir(case.parent)
    code, text = shown(case, capsys)
    expected = case.with_suffix(".err")
    if os.environ.get("QANSATZ_UPDATE"):
        expected.write_text(text, "utf-8")
    assert text == expected.read_text("utf-8")
    found = codes(text)
    assert len(set(found)) == 1 or TOO_MANY in found, "one mistake, one kind of diagnostic"
    assert code == expected_exit(found[0], text)


def expected_exit(code: str, text: str) -> int:
    return 3 if code in LIMITS else int(f"error[{code}]" in text)


def test_every_code_has_a_case():
    found = {code for case in CASES for code in codes(case.with_suffix(".err").read_text("utf-8"))}
    assert set(explain.catalogue()) - found == UNPROVOKED
    assert len(found) >= 60


def test_no_case_is_left_over():
    assert {p.with_suffix("") for p in FOLDER.glob("*/*.err")} == {p.with_suffix("") for p in CASES}
