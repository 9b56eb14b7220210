"""How far long work has come: on terminals only, with a bar and the time left once it takes long."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest

from qansatz.progress import Step, in_steps
from qansatz.tools.cli.console import Console
from qansatz.tools.cli.progress import INTERVAL, PATIENCE, Line

COLOUR = re.compile(r"\x1b\[(?:\d+;)*3[0-8][;m]")


def unstyled(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_step_reads_as_a_sentence():
    assert str(Step(text="closing the sums")) == "closing the sums ..."
    assert str(Step(text="compiling circuits", done=3, total=1000)) == (
        "compiling circuits: 3 of 1,000"
    )
    assert str(Step(text="closing the sums", detail="dimension 9")) == (
        "closing the sums: dimension 9"
    )
    assert str(Step(text="searching", done=1, total=2, detail="7 circuits so far")) == (
        "searching: 1 of 2, 7 circuits so far"
    )


def test_a_step_is_told_before_each_item_is_made():
    events: list[object] = []

    def made():
        for k in range(5):
            events.append(f"make {k}")
            yield k

    assert [*in_steps(made(), "making", 3, events.append)] == [0, 1, 2]
    steps = [Step(text="making", done=k, total=3) for k in range(3)]
    assert events == [steps[0], "make 0", steps[1], "make 1", steps[2], "make 2"]
    assert [*in_steps([7, 8], "making", 2, None)] == [7, 8]


def test_short_work_is_one_line_without_a_bar():
    stream, clock = io.StringIO(), Clock()
    line = Line(stream, colour=False, width=20, clock=clock)
    line.show(Step(text="finding sign patterns"))
    line.show(Step(text="compiling", done=1, total=3))
    line.show(Step(text="compiling", done=2, total=3))
    line.clear()
    shown = [text for text in stream.getvalue().split("\r\x1b[K") if text]
    assert shown == ["finding sign patter", "compiling: 1 of 3"]
    assert stream.getvalue().endswith("\r\x1b[K")


@pytest.mark.parametrize("colour", [False, True])
def test_long_work_gets_a_bar_with_the_time_left(colour: bool):
    stream, clock = io.StringIO(), Clock()
    line = Line(stream, colour=colour, width=100, clock=clock)
    for done in range(4):
        line.show(Step(text="compiling", done=done, total=9, detail="[red]as told"))
        clock.now += 4 * PATIENCE
    line.show(Step(text="compiling", done=4, total=9, detail="[red]as told"))
    line.clear()
    text = stream.getvalue()
    assert "compiling: 0 of 9, [red]as told" in text
    assert "compiling: 1 of 9" not in text
    assert "1/9" in text
    assert "4/9 0:00:10 [red]as told" in unstyled(text)
    assert bool(COLOUR.search(text)) == colour
    assert text.endswith("\x1b[2K")


def test_a_line_changes_no_oftener_than_eyes_follow():
    stream, clock = io.StringIO(), Clock()
    line = Line(stream, colour=False, width=80, clock=clock)
    for k in range(1000):
        line.show(Step(text="listing", done=k, total=None, detail=str(k)))
        clock.now += INTERVAL / 100
    assert stream.getvalue().count("\r\x1b[K") == 10


@pytest.mark.parametrize(
    ("stream", "quiet", "term", "shown"),
    [
        (Terminal, False, "xterm", True),
        (Terminal, True, "xterm", False),
        (Terminal, False, "dumb", False),
        (io.StringIO, False, "xterm", False),
    ],
)
def test_progress_is_for_terminals(monkeypatch, stream, quiet: bool, term: str, shown: bool):
    written = stream()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setenv("TERM", term)
    with Console(quiet=quiet).progress("counting gates") as progress:
        progress(Step(text="counting gates", done=1, total=2))
    assert ("counting gates ..." in written.getvalue()) == shown
    assert written.getvalue() == "" or written.getvalue().endswith("\r\x1b[K")


def test_names_of_files_cannot_steer_the_terminal():
    stream = io.StringIO()
    Line(stream, colour=False, width=80).show(Step(text="checking a\x1b[2J.qans"))
    assert stream.getvalue() == "\r\x1b[Kchecking a␛[2J.qans ..."


def test_the_line_is_cleared_where_work_is_interrupted(monkeypatch):
    written = Terminal()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setenv("TERM", "xterm")
    with pytest.raises(KeyboardInterrupt), Console().progress("waiting"):
        raise KeyboardInterrupt
    assert written.getvalue() == "\r\x1b[Kwaiting ...\r\x1b[K"


def test_check_imports_neither_rich_nor_shtab(tmp_path):
    file = tmp_path / "a.qans"
    file.write_text("qans 1\nansatz a() { qubits q[1]; h(q) }\n")
    script = (
        "import sys; from qansatz.tools.cli.main import main; code = main(['check', sys.argv[1]]);"
        "print(code, *sorted({'rich', 'shtab', 'click', 'typer'} & {*sys.modules}))"
    )
    command = [sys.executable, "-c", script, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[-2] == "0"
