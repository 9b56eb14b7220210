"""The documents run: their commands print what they show, their files compile, their links lead somewhere.

``QANSATZ_UPDATE=1 pytest tests/test_docs.py`` writes into the pages what their commands print: read what it wrote.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from qansatz import driver
from qansatz.diagnostics import Severity
from qansatz.render import render
from qansatz.source import Source

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])
MATHEMATICS = sorted(ROOT.glob("docs/mathematics/*.md"))
WRAPPED = sorted(
    [
        *MATHEMATICS,
        *(
            ROOT / f"docs/{name}.md"
            for name in ("contributing", "language", "performance", "running", "tutorial")
        ),
    ]
)
SOURCE_FILES = sorted([*ROOT.glob("qansatz/**/*.py"), *ROOT.glob("tests/**/*.py")])
WITH_COMMANDS = (ROOT / "README.md", ROOT / "docs/tutorial.md")

_FENCE = re.compile(r"^```(\w*)(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
_FILE = re.compile(r"<!-- file: (\S+) -->\n\Z")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"(?<![\w./-])(?:qansatz|tests|benchmarks)/[\w./-]*\w")
_DISPLAY = re.compile(r"^\$\$\n(.*?)^\$\$$", re.MULTILINE | re.DOTALL)
_TAG = re.compile(r"\\tag\{(\d+\.\d+)\}")
_REFERENCE = re.compile(r"(?<![\w^_}])\((\d+\.\d+)\)")
_TO_A_PAGE = re.compile(r"docs/mathematics/(\w+\.md)(?: \((\d+\.\d+)\))?")
_STANDING = re.compile(r"^> \*\*(.*)\*\*\n((?:^>.*\n?)*)", re.MULTILINE)
_FIELDS = ("Source", "Hypotheses", "Module", "Second proof")


def _page_name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, the words after that, its text, and the file that a comment before it names."""

    language: str
    words: tuple[str, ...]
    text: str
    line: int
    start: int
    file: str | None


def blocks(page: str) -> Iterator[Block]:
    for match in _FENCE.finditer(page):
        named = _FILE.search(page, 0, match.start())
        yield Block(
            language=match[1],
            words=tuple(match[2].split()),
            text=match[3],
            line=page.count("\n", 0, match.start()) + 1,
            start=match.start(3),
            file=named[1] if named else None,
        )


# Files of the language


def complete(text: str) -> str:
    """A block as a file: statements alone are put into an ansatz on ``n`` = 4 qubits ``q``."""
    if text.startswith(("qans 1", "ansatz ")):
        return text
    given = "" if re.search(r"^qubits ", text, re.MULTILINE) else "qubits q[n]\n"
    if not re.search(r"^param theta", text, re.MULTILINE):
        given += "param theta[n]\n"
    return f"qans 1\nansatz example(n: int = 4, layers: int = 2) {{\n{given}{text}}}\n"


SOURCES = [
    pytest.param(block, id=f"{_page_name(page)}:{block.line}")
    for page in PAGES
    if page.name != "diagnostics.md"
    for block in blocks(page.read_text("utf-8"))
    if block.language == "qans"
]


@pytest.mark.parametrize("block", SOURCES)
def test_a_block_of_the_language_has_exactly_the_faults_it_announces(block, monkeypatch):
    monkeypatch.chdir(ROOT / "examples")
    announced = {word.partition("=")[2] for word in block.words if "=" in word}
    text = complete(block.text)
    found = [d for c in driver.check(Source("<example>", text)) for d in c.diagnostics]
    whole = text == block.text
    told = {d.code for d in found if whole or d.code in announced or d.severity is Severity.ERROR}
    assert told == announced, render(found, "full")


def test_the_example_of_the_readme_is_the_file():
    (block,) = (b for b in blocks((ROOT / "README.md").read_text("utf-8")) if b.language == "qans")
    assert block.text == (ROOT / "examples/slpa.qans").read_text("utf-8")


# Commands


def run_page(text: str, folder: Path) -> Iterator[tuple[Block, list[tuple[str, str]]]]:
    """Run a page's ``console`` blocks in a folder, files written first; each with its commands and their output."""
    environment = _environment(folder)
    work = folder / "work"
    work.mkdir()
    (work / "examples").symlink_to(ROOT / "examples")
    for block in blocks(text):
        if block.file is not None:
            (work / block.file).write_text(block.text, "utf-8")
        elif block.language == "console":
            yield block, [(c, _output(c, work, environment)) for c, _ in commands(block.text)]


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a block and the output shown for each."""
    for part in text.split("\n$ ") if text.startswith("$ ") else ():
        command, _, shown = part.removeprefix("$ ").partition("\n")
        yield command, shown if not shown or shown.endswith("\n") else f"{shown}\n"


def _environment(folder: Path) -> dict[str, str]:
    """The environment of a user whose shell finds this Python as ``python`` and the command ``qansatz``."""
    tools = folder / "bin"
    tools.mkdir()
    for name, arguments in (("qansatz", "-m qansatz.tools.cli.main"), ("python", "")):
        script = tools / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        script.chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "100"}


def _output(command: str, work: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-c", f"{command}\n"],
        cwd=work,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=600,
    )
    return done.stdout


def alike(a: str, b: str) -> bool:
    """Whether outputs agree but for what differs from run to run: spaces, seconds, what other compilers reach."""
    foreign = any(re.search(r"^ +pytket level.*chosen$", text, re.MULTILINE) for text in (a, b))
    return normalised(a, foreign) == normalised(b, foreign)


def normalised(text: str, foreign: bool) -> list[str]:
    lines = []
    for line in text.splitlines():
        words = re.sub(r"\b\d+\.\d\d\b", "0.00", line).split()
        if words[:2] == ["pytket", "level"]:
            words = words[:3]
        elif foreign and words[:1] in (["built"], ["proved"]):
            words = words[:1]
        elif foreign and words[-1:] == ["chosen"]:
            words = words[:-1]
        lines.append(" ".join(words))
    return lines


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=_page_name)
def test_commands_print_what_the_page_shows(page, tmp_path):
    text = page.read_text("utf-8")
    ran = list(run_page(text, tmp_path))
    assert ran
    if os.environ.get("QANSATZ_UPDATE") == "1":
        page.write_text(updated(text, ran), "utf-8")
        return
    for block, results in ran:
        for (command, shown), (_, printed) in zip(commands(block.text), results, strict=True):
            assert alike(printed, shown), f"$ {command}\n{printed}"


def updated(text: str, ran: list[tuple[Block, list[tuple[str, str]]]]) -> str:
    """A page with what its commands printed."""
    for block, results in reversed(ran):
        new = "".join(f"$ {command}\n{printed}" for command, printed in results)
        text = text[: block.start] + new + text[block.start + len(block.text) :]
    return text


# Links


@pytest.mark.parametrize("page", PAGES, ids=_page_name)
def test_links_lead_to_files_and_headings(page):
    for target in _LINK.findall(page.read_text("utf-8")):
        if "://" in target:
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not heading or heading in _headings(file), target


def _headings(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", _FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=_page_name)
def test_paths_of_the_project_exist(page):
    named = {match[0] for match in _PATH.finditer(page.read_text("utf-8"))}
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


# Formulas


def tags(page: Path) -> list[str]:
    return _TAG.findall(page.read_text("utf-8"))


def test_formulas_are_numbered_by_page_and_place():
    numbers = [tags(page) for page in MATHEMATICS if tags(page)]
    pages = [found[0].partition(".")[0] for found in numbers]
    assert sorted(pages, key=int) == [str(k + 1) for k in range(len(pages))]
    for page, found in zip(pages, numbers, strict=True):
        assert found == [f"{page}.{k + 1}" for k in range(len(found))]


@pytest.mark.parametrize("page", MATHEMATICS, ids=_page_name)
def test_every_displayed_formula_has_one_number(page):
    for display in _DISPLAY.findall(page.read_text("utf-8")):
        assert len(_TAG.findall(display)) == 1, display


@pytest.mark.parametrize("page", MATHEMATICS, ids=_page_name)
def test_references_lead_to_formulas(page):
    known = {tag for other in MATHEMATICS for tag in tags(other)}
    assert sorted({*_REFERENCE.findall(page.read_text("utf-8"))} - known) == []


@pytest.mark.parametrize("page", MATHEMATICS, ids=_page_name)
def test_every_formula_tells_where_it_stands(page):
    """Its source, its hypotheses, the module that implements it, and the test that answers it a second time."""
    standing = _STANDING.findall(page.read_text("utf-8"))
    listed = [tag for head, _ in standing for tag in _REFERENCE.findall(head)]
    assert sorted(listed) == sorted(tags(page))
    for head, body in standing:
        fields = dict(re.findall(r"^> - \*([\w ]+):\*((?:.*\n?(?!> - ))*)", body, re.MULTILINE))
        assert tuple(fields) == _FIELDS, head
        assert "`qansatz/" in fields["Module"], head
        assert "`tests/" in fields["Second proof"], head


def test_code_names_pages_and_formulas_that_exist():
    for file in SOURCE_FILES:
        for name, number in _TO_A_PAGE.findall(file.read_text("utf-8")):
            page = ROOT / "docs/mathematics" / name
            assert page.exists(), file
            assert not number or number in tags(page), file


# Text


@pytest.mark.parametrize("page", WRAPPED, ids=_page_name)
def test_lines_of_prose_stay_below_100_columns(page):
    prose = _DISPLAY.sub("", _FENCE.sub("", page.read_text("utf-8")))
    lines = [line for line in prose.splitlines() if not line.startswith("|")]
    assert [line for line in lines if len(line) >= 100] == []


def test_the_readme_has_two_commands():
    text = (ROOT / "README.md").read_text("utf-8")
    assert [len(b.text.splitlines()) for b in blocks(text) if b.language == "sh"] == [1, 1]
