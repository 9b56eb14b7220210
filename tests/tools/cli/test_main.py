"""The command line: exit codes, what goes to which stream, and what no input may cause."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qansatz.tools.cli import main
from qansatz.tools.cli.commands import new
from qansatz.version import VERSION

GOOD = """qans 1

ansatz pair(n: int = 2, turns: real = pi / 2) {
  qubits q[n]
  symmetry parity = prod(X[i] for i in q)
  param theta[2]
  init |+>
  rot(Z[0] * Z[1], theta[0])
  rot(X[0], turns * theta[1])
  observable energy = X[0] + X[1]
}
"""
BROKEN = GOOD.replace("Z[0] * Z[1]", "Z[0]")
FIXABLE = GOOD.replace("qans 1\n\n", "").replace("pi / 2", "pi / 2 ** 1")
OK = "ok  pair(n = 2, turns = pi/2): 2 qubits, 2 rotations, 2 parameters\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs in a folder of its own with a good, a broken and a fixable file."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("good", GOOD), ("broken", BROKEN), ("fixable", FIXABLE)):
        Path(f"{name}.qans").write_text(text, "utf-8")


def stdin(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8"))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main.main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def process(*arguments: str, text: bytes = b"", **options) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "qansatz.tools.cli.main", *arguments]
    return subprocess.run(command, input=text, capture_output=True, check=False, **options)


def test_version_and_help(capsys):
    assert run(capsys, "--version")[:2] == (0, f"qansatz {VERSION}\n")
    assert run(capsys, "-V")[:2] == (0, f"qansatz {VERSION}\n")
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(f"\n    {name}" in out for name in main.COMMANDS)
    assert all(f"\n{title}:\n    {next(iter(g))}" in out for title, g in main.GROUPS.items())
    assert run(capsys, "help") == (0, out, "")
    assert run(capsys) == (2, "", out)


@pytest.mark.parametrize("command", main.COMMANDS)
def test_help_can_be_asked_for_in_two_ways(capsys, command: str):
    assert run(capsys, "help", command) == run(capsys, command, "--help")
    assert run(capsys, "help", command)[1].startswith(f"usage: qansatz {command} ")


@pytest.mark.parametrize("command", main.COMMANDS)
def test_only_help_stands_outside_the_named_groups(capsys, command: str):
    out = run(capsys, command, "--help")[1]
    options = out.partition("\noptions:\n")[2].partition("\n\n")[0]
    assert options.split() == ["-h,", "--help", "show", "this", "help", "message", "and", "exit"]


@pytest.mark.parametrize("command", main.COMMANDS)
def test_every_command_has_help_with_examples(capsys, command: str):
    code, out, err = run(capsys, command, "--help")
    assert (code, err) == (0, "")
    assert f"qansatz {command}" in out.partition("examples:")[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "COMMAND"),
        (("chek",), "did you mean `check`?"),
        (("help", "chek"), "did you mean `check`?"),
        (("--print-completion", "basic"), "invalid choice: 'basic'"),
        (("explain",), "name a CODE"),
        (("explain", "QA0001"), "did you mean QA001 (no version line)?"),
        (("new",), "NAME"),
        (("new", "/"), "no name for a file"),
        (("new", "no/such/folder/a"), "No such file or directory"),
        (("check", "absent.qans"), "cannot read absent.qans: it does not exist"),
        (("check", "."), "cannot read .: it is not a regular file"),
        (("check", "-", "good.qans"), "together with files"),
        (("check", "good.qans", "--set", "n"), "'n' is not of the form NAME=VALUE"),
        (("check", "good.qans", "--limit", "rotation=3"), "did you mean rotations?"),
        (("check", "good.qans", "--limit", "rotations=x"), "takes a whole number, not 'x'"),
        (("check", "good.qans", "--fi"), "--fi"),
        (("draw", "good.qans", "--width", "0"), "'0' is not a whole number of at least 40"),
        (("build", "good.qans", "-o", "good.qans"), "good.qans is the source"),
        (("build", "good.qans", "--values", "1,x"), "'x' in --values is not a number"),
        (("build", "good.qans", "--target", "H2-1", "--for", "expectation"), "--target"),
        (("verify", "good.qans", "good.txt"), "say with --from what good.txt is"),
        (("verify", "good.qans", "absent.json"), "cannot read absent.json"),
        (("verify", "good.qans", "good.qans", "--from", "pytket"), "is no pytket circuit"),
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


def test_new_refuses_to_overwrite(capsys):
    assert run(capsys, "new", "a") == (0, "wrote a.qans; next: qansatz check a.qans\n", "")
    before = Path("a.qans").read_text("utf-8")
    assert "ansatz a(" in before
    code, out, err = run(capsys, "new", "a.qans", "--template", "slpa")
    assert (code, out) == (2, "")
    assert err == "qansatz: error: a.qans exists and is left as it is\n"
    assert Path("a.qans").read_text("utf-8") == before


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--to", "qasm4"), "QA401"),
        (("--target", "H9"), "QA402"),
        (("--to", "qasm2"), "QA404"),
        (("--to", "qasm2", "--values", "1"), "QA405"),
        (("--to", "qasm2", "--values", "1,nan"), "QA406"),
    ],
)
def test_build_points_out_what_cannot_be_built(capsys, arguments: tuple[str, ...], code: str):
    found, out, err = run(capsys, "build", "good.qans", *arguments)
    assert (found, out) == (1, "")
    assert err.startswith(f"error[{code}]: ")


@pytest.mark.parametrize("template", new.TEMPLATES)
def test_starter_files_are_clean_and_formatted(capsys, template: str):
    run(capsys, "new", "mine", "--template", template, "--quiet")
    code, out, err = run(capsys, "check", "mine.qans")
    assert (code, err) == (0, "")
    assert out.startswith("ok  mine(")
    assert run(capsys, "fmt", "--check", "mine.qans") == (0, "", "")


def test_check_says_what_was_checked(capsys):
    code, out, err = run(capsys, "check", "good.qans")
    assert (code, err) == (0, "")
    assert out.startswith(OK)
    assert "    checked: every generator keeps parity\n" in out
    assert run(capsys, "check", "good.qans", "--quiet") == (0, "", "")


def test_check_puts_faults_on_standard_error(capsys):
    code, out, err = run(capsys, "check", "good.qans", "broken.qans")
    assert code == 1
    assert out.startswith(OK)
    assert "pair" not in out.partition("\n")[2].replace("parity", "")
    assert err.startswith("error[QA201]: generator does not commute with symmetry `parity`\n")
    assert err.endswith("\n1 error\n")
    code, out, err = run(capsys, "check", "broken.qans", "--output-format", "concise")
    assert (code, out) == (1, "")
    assert err.startswith("broken.qans:8:7: error[QA201] ")
    assert err.count("\n") == 1


def test_check_reads_standard_input(capsys, monkeypatch):
    stdin(monkeypatch, BROKEN)
    code, out, err = run(capsys, "check", "-")
    assert (code, out) == (1, "")
    assert "--> <stdin>:8:7" in err


def test_sizes_are_set(capsys):
    out = run(capsys, "check", "good.qans", "--set", "n=3", "--set", "turns=pi")[1]
    assert out.startswith("ok  pair(n = 3, turns = pi): 3 qubits")
    code, _, err = run(capsys, "check", "good.qans", "--set", "m=3")
    assert code == 1
    assert "error[QA134]" in err


def test_several_ansatzes(capsys):
    two = "qans 1\nansatz a() { qubits q[1]; h(q) }\nansatz b() { qubits q[2]; h(q) }\n"
    Path("two.qans").write_text(two)
    assert [line[:7] for line in run(capsys, "check", "two.qans")[1].split("\n")[::2]] == [
        "ok  a()",
        "ok  b()",
        "",
    ]
    assert run(capsys, "check", "two.qans", "--ansatz", "b")[1].startswith("ok  b()")
    code, out, err = run(capsys, "draw", "two.qans")
    assert (code, out) == (1, "")
    assert "error[QA163]" in err


@pytest.mark.parametrize(
    ("arguments", "code", "codes"),
    [
        (("check", "good.qans"), 0, []),
        (("check", "broken.qans"), 1, ["QA201"]),
        (("check", "good.qans", "--limit", "rotations=1"), 3, ["QA112"]),
        (("structure", "broken.qans"), 1, ["QA201"]),
        (("build", "good.qans", "--to", "qasm4"), 1, ["QA401"]),
        (("verify", "good.qans"), 0, []),
        (("fmt", "fixable.qans"), 1, ["QA001", "QA010"]),
        (("check", "-", "--fix"), 2, []),
        (("draw", "good.qans"), 0, []),
        (("check", "absent.qans"), 2, []),
    ],
)
def test_json_is_one_object(capsys, arguments: tuple[str, ...], code: int, codes: list[str]):
    found, out, _ = run(capsys, *arguments, "--json")
    answer = json.loads(out)
    assert answer["format_version"] == "1.0"
    assert [d["code"] for d in answer["diagnostics"]] == codes
    assert found == code


def test_machine_formats_are_the_result_of_check(capsys):
    for form in ("json", "sarif"):
        code, out, err = run(capsys, "check", "good.qans", "broken.qans", "--output-format", form)
        assert (code, err) == (1, "")
        assert "QA201" in json.dumps(json.loads(out))
    rules = json.loads(out)["runs"][0]["tool"]["driver"]["rules"]
    assert rules[0]["shortDescription"]["text"] == "generator breaks a Pauli symmetry"
    code, out, err = run(capsys, "check", "broken.qans", "--output-format", "github")
    assert (code, err) == (1, "")
    assert out.startswith("::error file=broken.qans,line=8,col=7,")


def test_fix_rewrites_the_file_until_nothing_is_left(capsys, monkeypatch):
    code, out, err = run(capsys, "check", "fixable.qans", "--fix")
    assert code == 0
    assert out.startswith("ok  pair(")
    assert "fixable.qans: applied" in err
    fixed = Path("fixable.qans").read_text("utf-8")
    assert fixed.startswith("qans 1\n")
    assert fixed.endswith(GOOD.replace("pi / 2", "pi / 2 ^ 1").partition("\n\n")[2])
    assert run(capsys, "check", "fixable.qans", "--fix")[2] == ""
    stdin(monkeypatch, FIXABLE)
    code, out, _ = run(capsys, "check", "-", "--fix")
    assert (code, out) == (0, fixed)


def test_fmt_writes_checks_and_shows(capsys, monkeypatch):
    assert run(capsys, "fmt", "good.qans") == (0, "", "")
    Path("good.qans").write_text(GOOD.replace("  init |+>", "init   |+>"), "utf-8")
    assert run(capsys, "fmt", "--check", "good.qans") == (1, "", "would reformat good.qans\n")
    code, out, err = run(capsys, "fmt", "--diff", "good.qans")
    assert (code, err) == (1, "")
    assert "\n-init   |+>\n+  init |+>\n" in out
    assert run(capsys, "fmt", "good.qans") == (0, "", "reformatted good.qans\n")
    assert Path("good.qans").read_text("utf-8") == GOOD
    stdin(monkeypatch, GOOD.replace("  init |+>", "init   |+>"))
    assert run(capsys, "fmt", "-") == (0, GOOD, "")


def test_fmt_leaves_a_file_with_errors(capsys):
    code, out, err = run(capsys, "fmt", "fixable.qans")
    assert (code, out) == (1, "")
    assert "error[QA001]" in err
    assert Path("fixable.qans").read_text("utf-8") == FIXABLE


def test_structure(capsys):
    code, out, err = run(capsys, "structure", "good.qans")
    assert (code, err) == (0, "")
    assert out.startswith("pair(n = 2, turns = pi/2): 2 qubits")
    run(capsys, "new", "slpa", "--template", "slpa")
    answer = json.loads(run(capsys, "structure", "slpa.qans", "--json")[1])
    assert (answer["ansatz"], answer["n_qubits"]) == ("slpa", 4)
    found = answer["structure"]
    assert found["slpa"] is True
    assert found["stabilizers"] == ["XXXX", "ZZZZ"]
    assert found["discovered_symmetries"] == []
    assert [(b["count"], b["logicals"]) for b in found["blocks"]] == [
        (6, ["XXII"]),
        (6, ["IYYI"]),
        (6, ["IIZZ"]),
        (6, ["XIIX"]),
    ]


def test_a_library_without_an_ansatz_is_checked_but_not_built(capsys):
    Path("lib.qans").write_text("qans 1\nlayer turn(r, a) { rx(r, a) }\n")
    assert run(capsys, "check", "lib.qans")[:2] == (
        0,
        "ok  lib.qans: 1 layer, 0 values, no ansatz\n",
    )
    assert run(capsys, "build", "lib.qans")[0] == 1


def test_draw(capsys):
    code, out, err = run(capsys, "draw", "good.qans", "--ascii")
    assert (code, err) == (0, "")
    assert out.isascii()
    assert "q[0]" in out
    assert out.endswith("\n")
    assert run(capsys, "draw", "good.qans", "--svg")[1].startswith("<svg ")
    code, out, err = run(capsys, "draw", "good.qans", "-o", "good.svg")
    assert (code, out, err) == (0, "", "wrote good.svg\n")
    assert Path("good.svg").read_text("utf-8").startswith("<svg ")


def test_build_writes_circuit_and_manifest(capsys):
    code, out, err = run(capsys, "build", "good.qans", "-o", "good.qasm")
    assert (code, err) == (0, "")
    assert "two-qubit gates" in out
    assert "  circuit    good.qasm\n  manifest   good.qasm.manifest.json\n" in out
    circuit = Path("good.qasm").read_text("utf-8")
    assert circuit.startswith("OPENQASM 3")
    assert run(capsys, "build", "good.qans")[1] == circuit
    manifest = json.loads(Path("good.qasm.manifest.json").read_text("utf-8"))
    assert [s["name"] for s in manifest["slots"]] == ["theta[0]", "theta[1]"]
    assert manifest["arguments"] == {"n": 2, "turns": "pi/2"}
    assert manifest["observables"] == [
        {
            "name": "energy",
            "terms": [{"coefficient": 1.0, "word": "XI"}, {"coefficient": 1.0, "word": "IX"}],
        }
    ]
    answer = json.loads(run(capsys, "build", "good.qans", "--json")[1])
    assert answer["circuit"] == circuit
    assert answer["build"]["gates"]["two_qubit_gates"] == 1
    assert answer["build"]["verification"]["equal"] is True


def expectation(state, terms) -> float:
    """⟨state|Σ coefficient·word|state⟩ with dense matrices, the leftmost letter the first factor."""
    import numpy as np

    letters = {
        "I": np.eye(2),
        "X": np.array([[0, 1], [1, 0]]),
        "Y": np.array([[0, -1j], [1j, 0]]),
        "Z": np.diag([1, -1]),
    }
    total = 0.0
    for term in terms:
        matrix = np.eye(1)
        for letter in term["word"]:
            matrix = np.kron(matrix, letters[letter])
        total += term["coefficient"] * np.vdot(state, matrix @ state).real
    return total


def test_observables_absorb_the_final_clifford(capsys):
    import numpy as np

    from qansatz import driver
    from qansatz.synthesis.lower import lower_up_to_clifford
    from qansatz.synthesis.verify import dense_gates, dense_model

    text = GOOD.replace("  observable", "  h(q[1])\n  cx(q[1], q[0])\n  s(q)\n  observable")
    text = text.replace("  symmetry parity = prod(X[i] for i in q)\n", "")
    Path("a.qans").write_text(text.replace("X[0] + X[1]", "X[0] + 2 * Y[0] * Z[1]"))
    answer = json.loads(run(capsys, "build", "a.qans", "--for", "expectation", "--json")[1])
    (observable,) = answer["manifest"]["observables"]
    model = driver.compile_file("a.qans").ansatz
    values = [0.7, 1.9]
    whole = dense_model(model, values, include_initial=True)
    short = dense_gates(lower_up_to_clifford(model)[0], values)[:, :1]
    written = [{"coefficient": 1.0, "word": "XI"}, {"coefficient": 2.0, "word": "YZ"}]
    assert observable["terms"] != written
    assert np.isclose(expectation(whole, written), expectation(short, observable["terms"]))


def test_binary_formats_need_a_file(capsys):
    pytest.importorskip("pyqir")
    arguments = ("build", "good.qans", "--to", "qir", "--values", "0.1,0.2")
    assert run(capsys, *arguments, "--json")[0] == 2
    assert run(capsys, *arguments, "-o", "a.bc")[0] == 0
    assert Path("a.bc").read_bytes()[:2] == b"BC"
    assert process(*arguments).stdout == Path("a.bc").read_bytes()


def test_verify(capsys):
    pytest.importorskip("pytket")
    assert run(capsys, "verify", "good.qans")[1].startswith("equal  ")
    run(capsys, "build", "good.qans", "--to", "pytket", "-o", "a.json")
    assert run(capsys, "verify", "good.qans", "a.json")[:2][0] == 0
    Path("other.qans").write_text(GOOD.replace("turns * theta[1]", "-turns * theta[1]"))
    code, out, _ = run(capsys, "verify", "other.qans", "a.json")
    assert code == 1
    assert out.startswith("different  ")
    Path("larger.qans").write_text(GOOD.replace("n: int = 2", "n: int = 3"))
    assert run(capsys, "verify", "larger.qans", "a.json")[0] == 1


def test_a_target_lists_its_candidates(capsys):
    pytest.importorskip("pytket.extensions.quantinuum")
    code, out, _ = run(capsys, "build", "good.qans", "--target", "H2-1", "-o", "a.json")
    assert code == 0
    assert "chosen" in out
    assert "pytket level 2" in out


def test_an_internal_error_is_70_without_a_traceback(capsys, monkeypatch):
    def fail(_: object) -> int:
        raise ZeroDivisionError("no\x1b[31m way")

    monkeypatch.setattr("qansatz.tools.cli.commands.explain.run", fail)
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

    monkeypatch.setattr("qansatz.tools.cli.commands.explain.run", fail)
    assert run(capsys, "explain", "QA001")[:2] == (code, "")


@pytest.mark.skipif(sys.platform == "win32", reason="terminals are otherwise there")
@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals_that_want_it(environment: dict[str, str], coloured: bool):
    import pty

    ours, theirs = pty.openpty()
    base = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | {"TERM": "xterm"}
    command = [sys.executable, "-m", "qansatz.tools.cli.main", "check", "broken.qans"]
    subprocess.run(command, stderr=theirs, env=base | environment, check=False)
    os.close(theirs)
    text = os.read(ours, 65536)
    os.close(ours)
    assert b"QA201" in text
    assert (b"\x1b[1;31m" in text) == coloured


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_device_is_told():
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "qansatz.tools.cli.main", "check", "good.qans"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == 1
    assert b"No space left" in done.stderr


def test_closed_streams_are_survived():
    script = "import sys; sys.{} = None\nfrom qansatz.tools.cli import main as cli\nsys.exit(cli.main({}))"
    for stream, arguments, code in (
        ("stdout", ["check", "good.qans"], 0),
        ("stderr", ["check", "broken.qans"], 1),
        ("stdin", ["check", "-"], 2),
    ):
        command = [sys.executable, "-c", script.format(stream, arguments)]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == code
        assert b"Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close otherwise there")
def test_a_closed_pipe_is_quiet():
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "qansatz.tools.cli.main", "explain", "--list"]
    done = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, check=False)
    os.close(write_end)
    assert (done.returncode, done.stderr) == (141, b"")


def test_output_that_the_encoding_lacks_is_escaped():
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = process("explain", "QA003", env=environment)
    assert done.returncode == 0
    assert done.stdout.isascii()
