"""The command line: exit codes, what goes to which stream, and what no input may cause."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qansatz.tools import cli
from qansatz.tools.commands import new


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def process(*arguments: str, text: bytes = b"", **options) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "qansatz.tools.cli", *arguments]
    return subprocess.run(command, input=text, capture_output=True, check=False, **options)


def test_version_and_help(capsys):
    assert run(capsys, "--version")[:2] == (0, f"qansatz {cli_version()}\n")
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(f"\n    {name}" in out for name in cli.COMMANDS)


def cli_version() -> str:
    from qansatz.version import version

    return version()


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_has_help_with_examples(capsys, command: str):
    code, out, err = run(capsys, command, "--help")
    assert (code, err) == (0, "")
    assert f"qansatz {command}" in out.partition("examples:")[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "COMMAND"),
        (("chek",), "did you mean `check`?"),
        (("explain",), "name a CODE"),
        (("explain", "QA01"), "did you mean QA0"),
        (("new",), "NAME"),
        (("new", "/"), "no name for a file"),
        (("new", "no/such/folder/a"), "No such file or directory"),
    ],
)
def test_a_command_that_cannot_be_used_is_2(capsys, arguments: tuple[str, ...], said: str):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_explain(capsys):
    code, out, err = run(capsys, "explain", "qa001")
    assert (code, err) == (0, "")
    assert out.startswith("# QA001: no version line\n")
    code, out, _ = run(capsys, "explain", "--list", "--json")
    listed = json.loads(out)
    assert listed["format_version"] == "1.0"
    assert listed["codes"][0] == {"code": "QA001", "severity": "error", "title": "no version line"}


@pytest.mark.parametrize(
    ("stem", "name"),
    [("ising", "ising"), ("my-file", "my_file"), ("2d", "ansatz_2d"), ("block", "ansatz_block")],
)
def test_new_names_the_ansatz_after_the_file(stem: str, name: str):
    assert new.identifier(stem) == name


def test_new_refuses_to_overwrite(capsys, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "new", "a") == (0, "wrote a.qans; next: qansatz check a.qans\n", "")
    before = Path("a.qans").read_text("utf-8")
    assert "ansatz a(" in before
    code, out, err = run(capsys, "new", "a.qans", "--template", "slpa")
    assert (code, out) == (2, "")
    assert err == "qansatz: error: a.qans exists and is left as it is\n"
    assert Path("a.qans").read_text("utf-8") == before


def test_an_internal_error_is_70_without_a_traceback(capsys, monkeypatch):
    def fail(_: object) -> int:
        raise ZeroDivisionError("no\x1b[31m way")

    monkeypatch.setattr("qansatz.tools.commands.explain.run", fail)
    code, out, err = run(capsys, "explain", "QA001")
    assert (code, out) == (70, "")
    assert "ZeroDivisionError" in err
    assert "report it" in err
    assert "\x1b" not in err
    assert err.count("\n") == 1
    monkeypatch.setenv("QANSATZ_TRACEBACK", "1")
    assert "Traceback" in run(capsys, "explain", "QA001")[2]


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (MemoryError, 3)])
def test_interruption_and_exhaustion(capsys, monkeypatch, error: type[BaseException], code: int):
    def fail(_: object) -> int:
        raise error

    monkeypatch.setattr("qansatz.tools.commands.explain.run", fail)
    assert run(capsys, "explain", "QA001")[:2] == (code, "")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close otherwise there")
def test_a_closed_pipe_is_quiet():
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "qansatz.tools.cli", "explain", "--list"]
    done = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, check=False)
    os.close(write_end)
    assert (done.returncode, done.stderr) == (141, b"")


def test_output_that_the_encoding_lacks_is_escaped():
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = process("explain", "QA003", env=environment)
    assert done.returncode == 0
    assert done.stdout.isascii()
