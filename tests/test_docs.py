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
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")])
WITH_COMMANDS = (ROOT / "README.md", ROOT / "docs/tutorial.md")

_FENCE = re.compile(r"^```(\w*)(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
_FILE = re.compile(r"<!-- file: (\S+) -->\n\Z")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


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
    pytest.param(block, id=f"{page.name}:{block.line}")
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
    for name, arguments in (("qansatz", "-m qansatz.tools.cli"), ("python", "")):
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


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.name)
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
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


def test_the_readme_has_two_commands():
    text = (ROOT / "README.md").read_text("utf-8")
    assert [len(b.text.splitlines()) for b in blocks(text) if b.language == "sh"] == [1, 1]
