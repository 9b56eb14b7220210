"""``qansatz run``: what it prints, its JSON, the files of a run on Nexus, and its refusals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from qansatz.tools.cli import main

SOURCE = """qans 1
ansatz small(n: int = 3) {
  qubits q[n]
  param gamma[2]
  param beta
  input x[2]
  init |+>
  encode { ry(q[0], x[0]); ry(q[1], x[1]) }
  rot(Z[0] * Z[1] + Z[1] * Z[2], gamma[0])
  rot(sum(X[i] for i in q), beta)
  rot(Z[0] * Z[2], gamma[1])
  observable energy = Z[0] * Z[1] + 0.5 * X[2]
  observable corner = Y[0]
}
"""
POINT = ["--theta", "0.3,-0.4,1.2", "--inputs", "0.5,0.1"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.qans").write_text(SOURCE, "utf-8")


@pytest.fixture
def run(capsys):
    def called(*arguments: str) -> tuple[int, str, str]:
        code = main.main(["run", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return called


def answer(run, *arguments):
    code, out, _ = run(*arguments, "--json")
    return code, json.loads(out)


def test_values_are_exact_without_shots_and_drawn_with_them(run):
    code, exact = answer(run, "small.qans", *POINT)
    assert code == 0
    assert exact["format_version"] == "1.0"
    assert exact["run"]["n_shots"] == 0
    names = [value["observable"] for value in exact["run"]["expectations"]]
    assert names == ["energy", "corner"]
    assert exact["run"]["expectations"][0]["standard_error"] is None
    _, drawn = answer(run, "small.qans", *POINT, "--shots", "4000")
    assert drawn["run"]["n_shots"] == 4000
    for a, b in zip(exact["run"]["expectations"], drawn["run"]["expectations"], strict=True):
        assert abs(a["value"] - b["value"]) < 6 * b["standard_error"]
    code, out, _ = run("small.qans", *POINT, "--observable", "corner")
    assert code == 0
    assert "corner" in out
    assert "energy" not in out.replace("small(n", "")


def test_points_come_in_many_forms(run):
    _, expected = answer(run, "small.qans", *POINT)
    Path("flat.txt").write_text("0.3 -0.4\n1.2\n", "utf-8")
    Path("flat.json").write_text("[[0.3, -0.4], 1.2]", "utf-8")
    Path("named.json").write_text('{"beta": 1.2, "gamma": [0.3, -0.4]}', "utf-8")
    for name in ("flat.txt", "flat.json", "named.json"):
        _, found = answer(run, "small.qans", "--theta", name, *POINT[2:])
        assert found["run"] == expected["run"]


def test_a_seed_draws_what_is_not_given(run):
    assert answer(run, "small.qans", "--seed", "4") == answer(run, "small.qans", "--seed", "4")
    _, first = answer(run, "small.qans", "--seed", "4")
    _, other = answer(run, "small.qans", "--seed", "5")
    assert first["run"] != other["run"]
    again = [answer(run, "small.qans", *POINT, "--seed", "1", "--shots", "50") for _ in range(2)]
    assert again[0] == again[1]


def test_counts_have_qubit_0_leftmost(run):
    Path("flip.qans").write_text(
        "qans 1\nansatz flip() { qubits q[3]; param t; rot(X[0], t); observable z = Z[0] }\n"
    )
    code, out, _ = run("flip.qans", "--theta", "3.141592653589793", "--counts", "--shots", "20")
    assert code == 0
    assert "100  20" in out
    _, found = answer(run, "flip.qans", "--theta", "3.141592653589793", "--counts")
    assert found["run"]["counts"] == {"100": 1000}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["small.qans"], "give values for gamma, beta with --theta"),
        (["small.qans", "--theta", "1,2,3"], "give values for x with --inputs"),
        (["small.qans", "--theta", "1,2", "--inputs", "1,2"], "2 numbers for 3 (gamma[2], beta)"),
        (["small.qans", "--theta", "1,2,nan", "--inputs", "1,2"], "not a finite number"),
        (["small.qans", "--theta", "absent.json", "--inputs", "1,2"], "'absent.json' in --theta"),
        (["small.qans", "--seed", "x"], "not a whole number"),
        (["small.qans", "--seed", "1", "--observable", "e"], "there are: energy, corner"),
        (["small.qans", "--seed", "1", "--backend", "aerr"], "did you mean aer"),
        (["small.qans", "--seed", "1", "--shots", "0"], "not a positive whole number"),
        (["small.qans", "--seed", "1", "--shots", "1"], "at least"),
        (["small.qans", "--seed", "1", "--backend", "aer", "--p-2q", "0.1"], "only selene"),
        (["small.qans", "--seed", "1", "--noise", "H2-1"], "only selene"),
        (["small.qans", "--seed", "1", "--backend", "selene", "--p-2q", "2"], "is a probability"),
        (["small.qans", "--seed", "1", "--backend", "selene", "--noise", "H9"], "there are H1-1"),
        (["small.qans", "--seed", "1", "--dry-run"], "add --backend nexus"),
        (["small.qans", "--seed", "1", "--backend", "nexus"], "say with --max-hqc"),
        (["small.qans", "--seed", "1", "--backend", "nexus", "--device", "H9"], "no device 'H9'"),
        ([], "name a .qans file"),
        (["small.qans", "--resume", "r.json"], "needs no other file"),
        (["--resume", "absent.json"], "cannot read absent.json"),
    ],
)
def test_refusals_say_what_is_wrong(run, arguments, message):
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert message in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"gamma": [1, 2]}', "lacks beta"),
        ('{"gamma": [1, 2], "beta": 1, "c": 2}', "names 'c'"),
        ('{"gamma": [1], "beta": 1}', "1 numbers for gamma, which has 2"),
        ('[1, "a", 2]', 'has "a", which is not a number'),
        ("[1, true, 2]", "has true, which is not a number"),
        ("[1, null, 2]", "has null"),
        (f"[1, 2, 1{'0' * 400}]", "beyond the range"),
    ],
)
def test_wrong_files_of_parameters(run, text, message):
    Path("theta.json").write_text(text, "utf-8")
    code, _, err = run("small.qans", "--theta", "theta.json", "--inputs", "1,2")
    assert code == 2
    assert message in err


def test_a_source_without_observables_still_has_counts(run):
    Path("bare.qans").write_text("qans 1\nansatz b() { qubits q[1]; param t; rot(X[0], t) }\n")
    code, _, err = run("bare.qans", "--seed", "1")
    assert code == 2
    assert "has no observable" in err
    assert run("bare.qans", "--seed", "1", "--counts")[0] == 0


def test_errors_of_the_source_are_shown(run):
    Path("wrong.qans").write_text("qans 1\nansatz w() { qubits q[1]; rot(X[3], 1) }\n")
    code, _, err = run("wrong.qans", "--seed", "1")
    assert code == 1
    assert "error[QA" in err


def test_an_angle_without_a_real_value_is_refused(run):
    Path("root.qans").write_text(
        "qans 1\nansatz r() { qubits q[1]; param t; rot(X[0], sqrt(t)); observable z = Z[0] }\n"
    )
    for more in ((), ("--shots", "5"), ("--counts",)):
        code, _, err = run("root.qans", "--theta", "-1", *more)
        assert code == 2
        assert "no real value" in err


def test_a_plan_on_nexus_touches_no_network_and_imports_no_client():
    script = (
        "import sys, socket\n"
        "def refuse(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = refuse\n"
        "from qansatz.tools.cli import main as cli\n"
        "code = cli.main(['run', 'small.qans', '--seed', '1', '--backend', 'nexus', '--dry-run', "
        "'--device', 'H2-1', '--json'])\n"
        "sys.stderr.write(str([m for m in ('qnexus', 'pytket') if m in sys.modules]))\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "[]"
    found = json.loads(done.stdout)["run"]
    assert found["hqc"] == pytest.approx(sum(circuit["hqc"] for circuit in found["circuits"]))
    assert found["n_shots"] == 1000
    assert not list(Path().glob("*.json"))


class TestNexus:
    @pytest.fixture(autouse=True)
    def service(self, monkeypatch):
        pytest.importorskip("pytket")
        from tests.execute.nexus.fake import Fake, Service

        self.remote = Service()
        monkeypatch.setattr("qansatz.execute.nexus.backend.connect", lambda: Fake(self.remote))
        monkeypatch.setattr("qansatz.execute.nexus.steps._FIRST_PAUSE", 0.0)

    def go(self, run, *more):
        return run("small.qans", *POINT, "--backend", "nexus", "--shots", "3000", *more)

    def test_values_come_back(self, run):
        _, exact = answer(run, "small.qans", *POINT)
        code, out, err = self.go(run, "--max-hqc", "500", "--json")
        found = json.loads(out)["run"]
        assert code == 0
        assert found["backend"] == "nexus, H2-1E"
        for a, b in zip(exact["run"]["expectations"], found["expectations"], strict=True):
            assert abs(a["value"] - b["value"]) < 5 * b["standard_error"]
        assert "small.nexus.json" in err
        assert (
            json.loads(Path("small.nexus.json").read_text())["executing"]["status"] == "COMPLETED"
        )
        assert answer(run, "--resume", "small.nexus.json")[1]["run"] == found
        assert len(self.remote.log) == len(set(self.remote.log))

    def test_counts_come_back(self, run):
        code, out, _ = self.go(run, "--max-hqc", "500", "--counts", "--json")
        assert code == 0
        assert sum(json.loads(out)["run"]["counts"].values()) == 3000

    def test_a_run_that_is_there_is_not_started_again(self, run):
        assert self.go(run, "--max-hqc", "500")[0] == 0
        before = list(self.remote.log)
        code, _, err = self.go(run, "--max-hqc", "500")
        assert code == 2
        assert "--resume small.nexus.json" in err
        assert self.remote.log == before
        assert self.go(run, "--max-hqc", "500", "--state", "other.json")[0] == 0

    def test_a_price_above_the_limit_is_refused(self, run):
        code, _, err = self.go(run, "--max-hqc", "1")
        assert code == 2
        assert "more than the 1 allowed" in err
        assert not Path("small.nexus.json").exists()

    def test_a_wait_that_is_too_long_is_resumed(self, run, monkeypatch):
        self.remote.polls_needed = 10**9
        monkeypatch.setattr("qansatz.execute.nexus.steps._FIRST_PAUSE", 0.01)
        code, _, err = self.go(run, "--max-hqc", "500", "--timeout", "0.001")
        assert code == 3
        assert "resume with small.nexus.json" in err
        self.remote.polls_needed = 0
        code, out, _ = run("--resume", "small.nexus.json")
        assert code == 0
        assert "energy" in out

    def test_a_record_of_another_command_is_refused(self, run):
        assert self.go(run, "--max-hqc", "500")[0] == 0
        whole = json.loads(Path("small.nexus.json").read_text())
        Path("other.json").write_text(json.dumps({**whole, "purpose": {}}))
        code, _, err = run("--resume", "other.json")
        assert code == 2
        assert "does not say what the run was for" in err

    def test_an_interruption_says_where_to_go_on(self, run, monkeypatch):
        def stop(seconds):
            raise KeyboardInterrupt

        monkeypatch.setattr("qansatz.execute.nexus.backend.time.sleep", stop)
        code, _, err = self.go(run, "--max-hqc", "500")
        assert code == 130
        assert "all that was reached is in small.nexus.json" in err


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.qasm3", "qasm3"),
        ("a.qasm2", "qasm2"),
        ("a.qasm", "qasm3"),
        ("a.py", "pennylane"),
        ("a.txt", "qasm3"),
    ],
)
def test_the_suffix_of_what_is_built_says_the_format(capsys, name, form):
    values = ["--values", "0.1,0.2,0.3,0.4,0.5"]
    assert main.main(["build", "small.qans", "-o", name, *values, "--json"]) == 0
    built = json.loads(capsys.readouterr().out)["build"]
    assert built["format"] == form
    assert Path(name).is_file()
    assert Path(f"{name}.manifest.json").is_file()
