"""``qansatz gradient``: what it prints, its JSON keys, points from files, refusals, and interruptions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from qansatz import driver
from qansatz.tools.cli import main
from tests.oracles import gradients

SOURCE = """qans 1
ansatz small(n: int = 3) where n >= 2 {
  qubits q[n]
  param theta[2, n]
  param phi
  input x
  encode { rot(Y[0], x) }
  rx(q, theta[0, :])
  for i in 0 ..< n - 1 { rot(Z[i] * Z[i + 1], phi) }
  ry(q, theta[1, :])
  observable corner = Z[0] * Z[1]
  observable energy = sum(Z[i] * Z[i + 1] for i in 0 ..< n - 1) - 0.5 * sum(X[i] for i in q)
}
"""
KEYS = {"value", "gradient", "method", "n_circuits", "n_shots", "standard_error"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.qans").write_text(SOURCE, "utf-8")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main.main(["gradient", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def answer(capsys, *arguments: str) -> dict:
    code, out, _ = run(capsys, "small.qans", "--json", *arguments)
    assert code == 0
    return json.loads(out)


def expected(observable: int, theta, x) -> tuple[float, np.ndarray]:
    model = driver.compile_file("small.qans").ansatz
    chosen, values = model.observables[observable], [*theta, x]
    value = gradients.cost(model, chosen, gradients.angles(model, values))
    return value, gradients.by_parameters(model, chosen, values)


THETA = [0.3, -0.2, 1.1, 0.9, 2.0, -1.4, 0.7]


def test_the_object_has_the_stable_keys_and_parameter_shift_s_numbers(capsys):
    Path("theta.json").write_text(json.dumps(THETA), "utf-8")
    Path("x.json").write_text("[0.4]", "utf-8")
    point = ("--theta", "theta.json", "--inputs", "x.json")
    for observable, name in enumerate(("corner", "energy")):
        value, gradient = expected(observable, THETA, 0.4)
        for method in ("schedule", "parameter-shift", "lie-algebraic", "adjoint"):
            found = answer(capsys, *point, "--observable", name, "--method", method)
            assert found.keys() >= KEYS
            assert found["format_version"] == "1.0"
            assert found["method"] == method
            assert found["observable"] == name
            assert found["standard_error"] is None
            assert found["value_error"] is None
            assert found["n_shots"] == 0
            assert found["value"] == pytest.approx(value, abs=1e-10)
            assert found["gradient"] == pytest.approx(gradient.tolist(), abs=1e-10)
            assert found["parameters"][:2] == ["theta[0, 0]", "theta[0, 1]"]
            assert found["theta"] == THETA
            assert found["inputs"] == [0.4]


def test_parameters_by_name_and_from_the_command_line(capsys):
    named = {"phi": THETA[6], "theta": [THETA[:3], THETA[3:6]]}
    Path("named.json").write_text(json.dumps(named), "utf-8")
    by_name = answer(capsys, "--theta", "named.json", "--inputs", "0.4")
    listed = answer(capsys, "--theta", ",".join(map(str, THETA)), "--inputs", "0.4")
    assert by_name["gradient"] == listed["gradient"]


def test_parameters_from_arrays_and_tables(capsys):
    np.save("theta.npy", np.array(THETA))
    Path("theta.csv").write_text("\n".join(map(str, THETA)) + "\n", "utf-8")
    listed = answer(capsys, "--theta", ",".join(map(str, THETA)), "--inputs", "0.4")
    for file in ("theta.npy", "theta.csv"):
        assert answer(capsys, "--theta", file, "--inputs", "0.4")["gradient"] == listed["gradient"]
    np.save("words.npy", np.array(["a", "b"]))
    Path("text.npy").write_text("no array", "utf-8")
    for file in ("words.npy", "text.npy", "missing.npy"):
        code, _, err = run(capsys, "small.qans", "--theta", file, "--inputs", "0.4")
        assert (code, file in err, "Traceback" in err) == (2, True, False)


def test_a_seed_draws_the_point_and_reproduces_the_shots(capsys):
    once = answer(capsys, "--seed", "3", "--shots", "2000")
    again = answer(capsys, "--seed", "3", "--shots", "2000")
    other = answer(capsys, "--seed", "4", "--shots", "2000")
    assert once == again
    assert once["theta"] != other["theta"]
    assert once["n_shots"] == 2000
    assert once["backend"] == "statevector"
    value, gradient = expected(0, once["theta"], once["inputs"][0])
    assert abs(once["value"] - value) < 4 * once["value_error"]
    errors = np.array(once["standard_error"])
    assert len(errors) == 7
    assert (np.abs(np.array(once["gradient"]) - gradient) <= 4 * errors).all()


def test_a_precision_instead_of_shots(capsys):
    found = answer(capsys, "--seed", "3", "--precision", "0.1")
    assert np.sqrt(np.mean(np.square(found["standard_error"]))) < 0.1
    assert found["value_error"] < 0.1


def test_the_table_names_every_component(capsys):
    code, out, _ = run(capsys, "small.qans", "--seed", "1")
    assert code == 0
    assert "small(n = 3): 3 qubits" in out
    assert "theta[1, 2]" in out
    assert "exact up to rounding" in out
    code, out, _ = run(capsys, "small.qans", "--seed", "1", "--shots", "500")
    assert "standard error" in out
    assert "assumed: shots are independent" in out


def test_long_tables_are_cut_unless_all_is_asked_for(capsys):
    Path("wide.qans").write_text(
        "qans 1\nansatz wide() { qubits q[1]; param t[50]; for i in 0..<50 { rx(0, t[i]) }\n"
        "observable z = Z[0] }",
        "utf-8",
    )
    code, out, _ = run(capsys, "wide.qans", "--seed", "1", "--quiet")
    assert (code, "and 10 more; --all shows them" in out) == (0, True)
    code, out, _ = run(capsys, "wide.qans", "--seed", "1", "--quiet", "--all")
    assert (code, "t[49]" in out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "give values for theta, phi with --theta"),
        (("--theta", "1,2"), "--theta has 2 numbers for 7"),
        (("--theta", ",".join(["nan"] * 7), "--inputs", "1"), "not a finite number"),
        (("--theta", ",".join(["1"] * 7)), "give values for x with --inputs"),
        (("--seed", "1", "--observable", "nothing"), "there is no observable 'nothing'"),
        (("--seed", "1", "--shots", "10", "--precision", "0.1"), "not both"),
        (("--seed", "1", "--shots", "2"), "need at least"),
        (("--seed", "1", "--shots", "1000", "--backend", "aerr"), "did you mean aer?"),
        (("--seed", "1", "--shots", "1000", "--method", "adjoint"), "adjoint computes"),
        (("--seed", "1", "--noise", "H2-1"), "statevector has no noise"),
        (("--seed", "1", "--dry-run"), "add --backend nexus"),
        (("--seed", "1", "--backend", "nexus", "--shots", "1000"), "--max-hqc"),
        (("--seed", "1", "--set", "n=25", "--observable", "energy"), "beyond the limit of 24"),
        (("--seed", "1", "--shots", "1000", "--set", "n=25", "--observable", "energy"), "too many"),
    ],
)
def test_what_cannot_be_done_is_said(capsys, arguments, told):
    code, out, err = run(capsys, "small.qans", *arguments)
    assert code == 2
    assert out == ""
    assert told in err
    assert "Traceback" not in err


def test_a_file_without_an_observable_or_with_errors(capsys):
    Path("bare.qans").write_text(
        "qans 1\nansatz bare() { qubits q[1]; param t; rot(X[0], t) }", "utf-8"
    )
    code, _, err = run(capsys, "bare.qans", "--seed", "1")
    assert (code, "add a line such as `observable" in err) == (2, True)
    Path("wrong.qans").write_text("qans 1\nansatz wrong() { qubits q[1]; rot(X[0], t) }", "utf-8")
    code, _, err = run(capsys, "wrong.qans", "--seed", "1")
    assert (code, "QA101" in err) == (1, True)


def test_a_missing_library_is_named_with_its_cure(capsys, monkeypatch):
    from qansatz.execute.backends import backend

    monkeypatch.setattr(backend, "find_spec", lambda name: None)
    code, _, err = run(capsys, "small.qans", "--seed", "1", "--shots", "1000", "--backend", "aer")
    assert code == 2
    assert "qansatz[aer]" in err


def test_a_dry_run_shows_the_price_and_sends_nothing(capsys):
    arguments = ("--seed", "1", "--backend", "nexus", "--shots", "1000", "--dry-run")
    plan = answer(capsys, *arguments)["run"]
    assert plan["n_shots"] == 1000
    assert plan["hqc"] > 5 * plan["n_circuits"] > 0
    code, out, _ = run(capsys, "small.qans", *arguments)
    assert (code, "nothing was sent" in out) == (0, True)


def test_an_interruption_shows_what_was_measured(capsys, monkeypatch):
    from qansatz.execute.backends import statevector

    draw, calls = statevector.Backend.sample, []

    def sample(self, circuits, values, shots):
        calls.append(1)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return draw(self, circuits, values, shots)

    monkeypatch.setattr(statevector.Backend, "sample", sample)
    arguments = ("small.qans", "--seed", "1", "--shots", "5000", "--observable", "energy")
    code, out, err = run(capsys, *arguments, "--set", "n=6", "--json")
    found = json.loads(out)
    assert code == 130
    assert not found["complete"]
    assert found["value"] is not None
    assert None in found["gradient"]
    assert "interrupted" in err


class TestNexus:
    @pytest.fixture(autouse=True)
    def service(self, monkeypatch):
        pytest.importorskip("pytket")
        from tests.execute.nexus.fake import Fake, Service

        self.remote = Service()
        monkeypatch.setattr("qansatz.execute.nexus.backend.connect", lambda: Fake(self.remote))
        monkeypatch.setattr("qansatz.execute.nexus.steps._FIRST_PAUSE", 0.0)

    def go(self, capsys, *more: str) -> tuple[int, str, str]:
        point = ("--seed", "2", "--backend", "nexus", "--shots", "3000", "--set", "n=2")
        return run(capsys, "small.qans", *point, *more)

    def test_the_gradient_comes_back(self, capsys):
        code, out, _ = self.go(capsys, "--max-hqc", "500", "--json")
        found = json.loads(out)
        exact = answer(capsys, "--seed", "2", "--set", "n=2")
        assert code == 0
        assert found["backend"] == "nexus"
        assert abs(found["value"] - exact["value"]) < 4 * found["value_error"]
        for a, b, error in zip(
            found["gradient"], exact["gradient"], found["standard_error"], strict=True
        ):
            assert abs(a - b) <= 4 * error
        assert Path("small.gradient.nexus.json").exists()

    def test_the_same_command_goes_on_and_submits_nothing_twice(self, capsys, monkeypatch):
        self.remote.polls_needed = 10**9
        monkeypatch.setattr("qansatz.execute.nexus.steps._FIRST_PAUSE", 0.01)
        code, _, err = self.go(capsys, "--max-hqc", "500", "--timeout", "0.001")
        assert (code, "same command again" in err) == (3, True)
        self.remote.polls_needed = 0
        assert self.go(capsys, "--max-hqc", "500")[0] == 0
        assert self.go(capsys, "--max-hqc", "500")[0] == 0
        assert len(self.remote.log) == len(set(self.remote.log))

    def test_a_price_above_the_limit_is_refused(self, capsys):
        code, _, err = self.go(capsys, "--max-hqc", "1")
        assert (code, "more than the 1 allowed" in err) == (2, True)
        assert not Path("small.gradient.nexus.json").exists()
