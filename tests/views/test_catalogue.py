"""The catalogue of faults is complete, its examples are true, and the page of it is up to date."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from qansatz.diagnostics import Fault
from qansatz.tools.cli import main
from qansatz.views import catalogue
from tests.faults.programs import command, examples

ROOT = Path(__file__).parents[2]
KINDS = catalogue.kinds_of_fault()


def test_no_fault_is_left_out():
    defined = set()
    for file in (ROOT / "qansatz").rglob("*.py"):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and "code" in assigned(node):
                defined.add(node.name)
    assert {kind.__name__ for kind in KINDS} == defined


def assigned(node: ast.ClassDef) -> set[str]:
    """The names that the body of a class assigns."""
    targets = [t for part in node.body if isinstance(part, ast.Assign) for t in part.targets]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def test_codes_are_unique():
    assert len({kind.code for kind in KINDS}) == len(KINDS) > 0


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_kind_is_told_in_full(kind: type[Fault]):
    assert kind.code.startswith("QA")
    assert kind.code[2:].isdecimal()
    assert kind.title
    assert not kind.title.endswith(".")
    cause = catalogue.text(kind).partition("```")[0].strip()
    assert len(cause.split()) >= 5
    assert len(examples(kind)) == 2, "one block that provokes the fault, one that is cured"


# What no input provokes: a missing package, and a defect of the compiler itself.
PROVOKED = [kind for kind in KINDS if kind.code not in ("QA407", "QA409")]


def found_in(example: str, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The severity of each code that an example provokes, by the command in it or else by check."""
    Path("example.qans").write_text(example, "utf-8")
    main.main([*command(example, "example.qans"), "--json"])
    diagnostics = json.loads(capsys.readouterr().out)["diagnostics"]
    return {d["code"]: d["severity"] for d in diagnostics}


@pytest.mark.parametrize("kind", PROVOKED, ids=lambda kind: kind.code)
def test_the_first_example_provokes_the_fault_and_the_second_is_cured(
    kind: type[Fault], capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    wrong, cured = examples(kind)
    others = {"QA025"} if kind.code == "QA014" else set()  # the faults of which there are too many
    assert set(found_in(wrong, capsys)) - others == {kind.code}
    found = found_in(cured, capsys)
    assert kind.code not in found
    assert "error" not in found.values()


def test_codes_are_found_however_they_are_written():
    assert catalogue.explain("qa001") == catalogue.explain("1") == catalogue.explain(" QA001 ")
    assert catalogue.explain("QA001").startswith("# QA001: no version line\n\nSeverity: error\n")
    with pytest.raises(LookupError, match=r"no diagnostic has the code QA0001; did you mean QA001"):
        catalogue.explain("QA0001")
    with pytest.raises(LookupError, match=r"code nonsense$"):
        catalogue.explain("nonsense")


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

    assert examples(Example) == ["a\n  b\n", "c\n"]


def test_the_page_is_up_to_date():
    written = (ROOT / "docs" / "diagnostics.md").read_text("utf-8")
    assert written == catalogue.page(), "run python -m qansatz.views.catalogue docs/diagnostics.md"
