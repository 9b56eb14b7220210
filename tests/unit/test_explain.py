"""The catalogue of faults is complete, its examples are true, and the page of it is up to date."""

from __future__ import annotations

import string
from pathlib import Path

import pytest

from qansatz.diagnostics import Fault
from qansatz.tools import explain

ROOT = Path(__file__).parents[2]
KINDS = explain.kinds_of_fault()


def test_the_list_names_every_module_of_faults():
    files = (ROOT / "qansatz").glob("*/faults.py")
    assert set(explain.FAULT_MODULES) == {f"qansatz.{file.parent.name}.faults" for file in files}


def test_codes_are_unique():
    assert len({kind.code for kind in KINDS}) == len(KINDS) > 0


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_kind_is_told_in_full(kind: type[Fault]):
    assert kind.code.startswith("QA")
    assert kind.code[2:].isdecimal()
    assert kind.title
    assert kind.title[0] == kind.title[0].lower() or not kind.title[1].islower()
    assert kind.message
    assert "__slots__" not in vars(kind) or not vars(kind)["__slots__"]
    for template in (kind.message, kind.label, kind.note, kind.help):
        list(string.Formatter().parse(template))
    cause = explain.text(kind).partition("```")[0].strip()
    assert len(cause.split()) >= 5
    assert len(explain.examples(kind)) == 2, "one block that provokes the fault, one that is cured"


def test_codes_are_found_however_they_are_written():
    assert explain.explain("qa001") == explain.explain("1") == explain.explain(" QA001 ")
    assert explain.explain("QA001").startswith("# QA001: no version line\n\nSeverity: error\n")
    with pytest.raises(LookupError, match=r"no diagnostic has the code QA0001; did you mean QA001"):
        explain.explain("QA0001")
    with pytest.raises(LookupError, match=r"code nonsense$"):
        explain.explain("nonsense")


def test_blocks_are_cut_out_of_the_text():
    class Example(Fault):
        """Cause.

        ```qans
        a
          b
        ```

        ```text
        no example
        ```

        ```qans
        c
        ```
        """

    assert explain.examples(Example) == ["a\n  b\n", "c\n"]


def test_the_page_is_up_to_date():
    written = (ROOT / "docs" / "diagnostics.md").read_text("utf-8")
    assert written == explain.page(), "run python -m qansatz.tools.explain docs/diagnostics.md"
