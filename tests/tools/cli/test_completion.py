"""What shells complete: commands, options, their values, and files of the language."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from qansatz.emit.formats import FORMATS
from qansatz.machines import MACHINES
from qansatz.tools.cli import main

#: Calls the function as bash does when the last of the words is to be completed.
_ASK = """
COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 )); COMP_LINE="$*"; COMPREPLY=()
_shtab_qansatz
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def scripts() -> dict[str, str]:
    from qansatz.tools.cli.completion import script

    return {shell: script(main._whole_parser(), shell) for shell in main.SHELLS}


def test_a_script_is_printed_for_every_shell(capsys, scripts):
    for shell in main.SHELLS:
        assert main.main(["--print-completion", shell]) == 0
        captured = capsys.readouterr()
        assert (captured.out, captured.err) == (scripts[shell], "")
        assert main.main([f"--print-completion={shell}"]) == 0
        assert capsys.readouterr().out == scripts[shell]


@pytest.mark.parametrize("shell", main.SHELLS)
def test_a_script_knows_every_command_and_sources(scripts, shell: str):
    assert all(name in scripts[shell] for name in main.COMMANDS)
    assert "*.qans" in scripts[shell] or "*?.qans" in scripts[shell]


@pytest.mark.parametrize("shell", main.SHELLS)
def test_a_script_is_one_that_its_shell_reads(scripts, shell: str):
    if shutil.which(shell) is None:
        pytest.skip(f"needs {shell}")
    flags = ["-f", "-n"] if shell == "tcsh" else ["-n"]
    subprocess.run([shell, *flags], input=scripts[shell], text=True, check=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("sch",), {"schedule"}),
        (("help", "alg"), {"algebra"}),
        (("check", ""), {"ising.qans", "folder"}),
        (("gradient", "ising.qans", "--theta", ""), {"ising.qans", "folder", "theta.json"}),
        (("gradient", "ising.qans", "--emit", ""), {"folder"}),
        (("build", "ising.qans", "--target", ""), {*MACHINES}),
        (("build", "ising.qans", "--to", "q"), {name for name in FORMATS if name[0] == "q"}),
        (("build", "ising.qans", "--for", ""), {"expectation", "unitary"}),
        (("run", "ising.qans", "--backend", "s"), {"selene", "statevector"}),
        (("run", "ising.qans", "--device", "H1"), {"H1-1", "H1-1E"}),
        (("schedule", "--cert"), {"--certificate"}),
        (("algebra", "ising.qans", "--vari"), {"--variance"}),
        (("--print-completion", ""), {*main.SHELLS}),
    ],
)
def test_bash_completes(scripts, tmp_path, words: tuple[str, ...], offered: set[str]):
    for name in ("ising.qans", "theta.json"):
        Path(tmp_path, name).touch()
    Path(tmp_path, "folder").mkdir()
    done = subprocess.run(
        ["bash", "-c", scripts["bash"] + _ASK, "bash", "qansatz", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert {*done.stdout.split()} == offered
    assert done.stderr == ""
