"""``qansatz schedule`` and ``verify --certificate``: what they print, their JSON keys, files and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import qansatz
from qansatz.tools.cli import main

SOURCE = """qans 1
ansatz small(n: int = 4, layers: int = 3) {
  qubits q[n]
  param theta[layers, 2, n]
  init |0>
  repeat l in 0..<layers {
    for i in 0 ..< n - 1 { rot(Z[i] * Z[i + 1], theta[l, 0, i]) }
    rx(q, theta[l, 1, :])
  }
  observable corner = Z[0] * Z[1]
  observable energy = sum(Z[i] * Z[i + 1] for i in 0 ..< n - 1) - 0.5 * sum(X[i] for i in q)
  require gradient.circuits <= 15
}
"""
KEYS = {
    *("n_parameters", "n_rotations", "n_active_rotations", "n_circuits", "lower_bound", "optimal"),
    *("baseline_circuits", "circuits", "methods", "best", "goal", "precision", "assumptions"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.qans").write_text(SOURCE, "utf-8")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main.main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_table_says_what_each_circuit_measures(capsys):
    code, out, _ = run(capsys, "schedule", "small.qans")
    assert code == 0
    assert "no schedule by sign patterns has fewer" in out
    assert "parameter shift" in out
    assert "theta[2, 1, 0], theta[2, 1, 1]" in out
    assert "best" in out
    assert "assumed: " in out


def test_the_object_has_the_stable_keys(capsys):
    code, out, _ = run(capsys, "schedule", "small.qans", "--json", "--observable", "energy")
    answer = json.loads(out)
    assert code == 0
    assert answer["format_version"] == "1.0"
    schedule = answer["schedule"]
    assert schedule.keys() >= KEYS
    assert {"parameter_shift", "hadamard_test", "commuting_block"} <= {
        *schedule["baseline_circuits"]
    }
    assert len(schedule["circuits"]) == schedule["n_circuits"] >= schedule["lower_bound"]
    measured = set()
    for circuit in schedule["circuits"]:
        assert {"rotations", "ancilla", "observables"} <= circuit.keys()
        assert circuit["rotations"] == sorted({o["rotation"] for o in circuit["observables"]})
        measured |= set(circuit["rotations"])
        for o in circuit["observables"]:
            assert len(o["pauli"]) == 4 + circuit["ancilla"]
            assert o["weight"] in (1, -1, 0.5, -0.5)
    assert len(measured) <= schedule["n_active_rotations"]


@pytest.mark.parametrize("goal", ["circuits", "shots", "hqc"])
def test_a_goal_is_compared(capsys, goal):
    code, out, _ = run(
        capsys, "schedule", "small.qans", "--goal", goal, "--precision", "0.1", "--json"
    )
    schedule = json.loads(out)["schedule"]
    assert code == 0
    assert (schedule["goal"], schedule["precision"]) == (goal, 0.1)
    known = {m["name"]: m for m in schedule["methods"]}
    assert schedule["best"] in known
    assert (known["schedule"]["hqc"] is None) == (goal != "hqc")


def test_a_certificate_is_written_and_checked(capsys):
    for name in ("corner", "energy"):
        code, _, err = run(
            capsys, "schedule", "small.qans", "--observable", name, "--certificate", "proof.json"
        )
        assert code == 0
        assert "wrote proof.json" in err
        code, out, _ = run(capsys, "verify", "small.qans", "--certificate", "proof.json")
        assert code == 0
        assert out.startswith("valid")
        assert name in out


def test_a_damaged_certificate_is_refused(capsys):
    run(capsys, "schedule", "small.qans", "--certificate", "proof.json")
    data = json.loads(Path("proof.json").read_text("utf-8"))
    data["circuits"][1]["items"][0]["weight"] *= -1
    Path("proof.json").write_text(json.dumps(data), "utf-8")
    code, out, _ = run(capsys, "verify", "small.qans", "--certificate", "proof.json")
    assert code == 1
    assert "refused  the weight of" in out
    code, out, _ = run(capsys, "verify", "small.qans", "--certificate", "proof.json", "--json")
    assert json.loads(out)["certificate"]["valid"] is False
    assert code == 1
    code, out, _ = run(
        capsys, "verify", "small.qans", "--set", "layers=2", "--certificate", "proof.json"
    )
    assert code == 1


def test_what_cannot_be_used(capsys):
    Path("bad.json").write_text("{", "utf-8")
    Path("none.qans").write_text(SOURCE.split("  observable")[0] + "}\n", "utf-8")
    for arguments, told in [
        (("verify", "small.qans", "--certificate", "bad.json"), "no JSON"),
        (("verify", "small.qans", "--certificate", "missing.json"), "cannot read"),
        (("verify", "small.qans", "x.json", "--certificate", "bad.json"), "goes with neither"),
        (("schedule", "small.qans", "--observable", "spin"), "no observable 'spin'"),
        (("schedule", "none.qans"), "has no observable"),
        (("schedule", "small.qans", "--precision", "0"), "not a positive number"),
    ]:
        code, _, err = run(capsys, *arguments)
        assert code == 2
        assert told in err


def test_claims_about_circuits_are_decided(capsys):
    text = Path("small.qans").read_text("utf-8")
    assert run(capsys, "check", "small.qans")[0] == 0
    Path("small.qans").write_text(text.replace("<= 15", "<= 9"), "utf-8")
    code, _, err = run(capsys, "check", "small.qans")
    assert code == 1
    assert "gradient.circuits" in err
    assert "sign patterns" in err


@pytest.mark.parametrize(
    ("claim", "code", "told"),
    [
        (">= 5 / 4", 0, ""),
        (">= 10", 1, "rotations in 16 groups"),
        ("== 21 / 16", 0, ""),
        ("> 21 / 16", 1, "derivatives commute"),
    ],
)
def test_claims_about_the_efficiency_are_decided(capsys, claim, code, told):
    text = Path("small.qans").read_text("utf-8")
    text = text.replace("require gradient.circuits <= 15", f"require gradient.efficiency {claim}")
    Path("small.qans").write_text(text, "utf-8")
    found, _, err = run(capsys, "check", "small.qans")
    assert found == code
    assert told in err
    assert "QA306" not in err


def test_bounds_settle_a_claim_or_it_is_not_checked(capsys, monkeypatch):
    from qansatz.analysis.gradient import measurability

    monkeypatch.setattr(measurability, "MAX_QUBITS", 0)
    text = Path("small.qans").read_text("utf-8")
    for claim, code, told in [(">= 1", 0, ""), (">= 24", 1, "to 1"), ("== 21 / 16", 0, "QA306")]:
        changed = text.replace("gradient.circuits <= 15", f"gradient.efficiency {claim}")
        Path("small.qans").write_text(changed, "utf-8")
        found, _, err = run(capsys, "check", "small.qans")
        assert found == code
        assert told in err


def test_the_compilation_has_a_schedule():
    compilation = qansatz.compile("small.qans", layers=2)
    assert compilation.schedule.n_circuits == compilation.schedule.lower_bound
    assert compilation.schedule is compilation.schedule
    assert "<td>circuits</td>" in compilation.schedule._repr_html_()
    assert str(compilation.schedule).startswith("observable: corner")
    assert compilation.schedule_of("energy").n_circuits > compilation.schedule.n_circuits
    with pytest.raises(ValueError, match="there are: corner, energy"):
        compilation.schedule_of("spin")


def test_a_schedule_too_large_to_list_gives_counts_and_bounds(capsys, monkeypatch):

    full = qansatz.compile("small.qans").schedule_of("energy")
    monkeypatch.setattr("qansatz.analysis.gradient.items.MAX_ITEMS", 20)
    for most in (10**9, 0):
        monkeypatch.setattr("qansatz.analysis.gradient.items.MAX_COUNTED", most)
        arguments = ("schedule", "small.qans", "--observable", "energy")
        code, out, err = run(capsys, *arguments, "--json")
        known = json.loads(out)["schedule"]
        assert code == 3
        assert "more than 20 observables" in err
        assert known["n_classes"] == full.patterns.n_classes
        assert known["lower_bound"] <= full.lower_bound <= full.n_circuits <= known["upper_bound"]
        assert known["n_circuits"] is None
        code, out, _ = run(capsys, *arguments)
        assert code == 3
        assert f"{known['lower_bound']} to {known['upper_bound']}" in out


def test_an_interrupt_keeps_the_circuits_found_so_far(capsys, monkeypatch):
    from qansatz.analysis.gradient import covering

    compared = covering.cover

    def slow(conflicts, allowance, *, exact=True):
        if exact:
            raise KeyboardInterrupt
        found = compared(conflicts, allowance, exact=exact)
        return type(found)(
            sets=tuple(range(len(conflicts))),
            n_sets=len(conflicts),
            clique=found.clique,
            lower_bound=found.lower_bound,
        )

    monkeypatch.setattr(covering, "cover", slow)
    arguments = ("schedule", "small.qans", "--observable", "energy")
    code, out, err = run(capsys, *arguments, "--json", "--certificate", "proof.json")
    found = json.loads(out)["schedule"]
    assert code == 3
    assert "incomplete: interrupted" in err
    assert found["stopped"] == ["interrupted"]
    assert found["n_circuits"] == len(found["circuits"]) > found["lower_bound"]
    assert run(capsys, "verify", "small.qans", "--certificate", "proof.json")[0] == 0


def test_an_interrupt_of_the_comparison_keeps_the_schedule(capsys, monkeypatch):
    from qansatz.analysis.gradient import measurability

    def stop(found):
        raise KeyboardInterrupt

    monkeypatch.setattr(measurability, "measurability", stop)
    code, out, err = run(capsys, "schedule", "small.qans")
    assert code == 3
    assert "the comparison was left out" in err
    assert "F in the limit" in out
    assert "parameter shift" not in out
    code, out, _ = run(capsys, "schedule", "small.qans", "--json")
    answer = json.loads(out)["schedule"]
    assert (code, answer["measurability"], answer["methods"]) == (3, None, [])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("goal", ["circuits", "shots", "hqc"])
def test_coefficients_beyond_all_shots(capsys, goal):
    text = Path("small.qans").read_text("utf-8")
    text = text.replace(
        "sum(Z[i] * Z[i + 1] for i in 0 ..< n - 1) -", "1e33 * Z[0] + 3e200 * Z[1] -"
    )
    Path("small.qans").write_text(text, "utf-8")
    arguments = ("schedule", "small.qans", "--observable", "energy", "--goal", goal)
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    assert "more shots than can be counted" in out
    assert "fewest circuits: " in out
    code, out, _ = run(capsys, *arguments, "--json")
    methods = json.loads(out)["schedule"]["methods"]
    counted = [m for m in methods if m["name"] != "adjoint"]
    assert all(m["n_shots"] is None and m["hqc"] is None for m in counted)


def test_the_limit_is_told_with_its_optimum(capsys):
    code, out, _ = run(capsys, "schedule", "small.qans", "--json")
    limit = json.loads(out)["schedule"]["limit"]
    assert code == 0
    assert (limit["exact"], limit["efficiency"], limit["groups_at_most"]) == (True, 1.0, 7)
    assert limit["dimension"] == "28"
    assert int(limit["bound"]) == 4**4 - 1 == int(limit["dimension"]) + int(limit["slack"])
    assert limit["optimum"]["symmetries"] == ["XXXX"]
    assert limit["optimum"]["n_missing"] == "7"
    assert limit["witness"]["term"] == "ZZII"
    _, out, _ = run(capsys, "schedule", "small.qans")
    assert "F in the limit" in out
    assert "7 generators are missing" in out


@pytest.mark.parametrize("option", ["--certificate", "--svg"])
def test_a_missing_folder_is_named_before_the_work(capsys, monkeypatch, option):
    from qansatz.compilation import Compilation

    monkeypatch.setattr(Compilation, "schedule_of", None)
    code, out, err = run(capsys, "schedule", "small.qans", option, "nowhere/file")
    assert (code, out) == (2, "")
    assert "nowhere/file" in err
    assert "there is no folder nowhere" in err


def test_a_column_without_hqc_is_explained(capsys):
    _, out, _ = run(capsys, "schedule", "small.qans")
    assert "HQC: worked out with --goal hqc" in out
    _, out, _ = run(capsys, "schedule", "small.qans", "--goal", "hqc")
    assert "HQC: worked out" not in out


@pytest.mark.parametrize("option", [("--json",), ("--all",), ("--certificate", "c.json")])
def test_too_many_circuits_to_write_are_refused(capsys, monkeypatch, option):
    monkeypatch.setattr("qansatz.tools.cli.commands.schedule._MAX_WRITTEN", 10)
    code, stdout, stderr = run(capsys, "schedule", "small.qans", *option)
    told = json.loads(stdout)["error"] if option[0] == "--json" else stderr
    assert code == 2
    assert option[0] in told
    assert "the limit is 10" in told
    assert not Path("c.json").exists()
    assert run(capsys, "schedule", "small.qans")[0] == 0
