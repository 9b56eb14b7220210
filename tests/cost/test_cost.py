"""Prices before anything is run: counted again here circuit by circuit, and refused above a limit."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qansatz
from qansatz.analysis.gradient.cover import Allowance
from qansatz.analysis.gradient.methods import PARAMETER_SHIFT_ACTIVE, SCHEDULE
from qansatz.cost import cost, counting, pytket_default
from qansatz.cost.budget import shots_within
from qansatz.cost.circuit_columns import shot_variances
from qansatz.cost.counting import counted_circuits
from qansatz.cost.resources import Resources
from qansatz.cost.result import STAGES
from qansatz.machines import MACHINES
from qansatz.synthesis.readout import expectation_circuits, gradient_circuits
from qansatz.synthesis.verify import dense_model
from qansatz.tools.cli import main
from tests.oracles import dense
from tests.strategies.circuits import written

SOURCE = """qans 1
ansatz small(n: int = 4) {
  qubits q[n]
  param theta[2, n]
  CLAIM
  init |0>
  h(q[0])
  for i in 0 ..< n - 1 { rot(Z[i] * Z[i + 1], theta[0, i]) }
  rx(q, theta[1, :])
  observable corner = Z[0] * Z[1]
  observable energy = Z[0] * Z[1] - 0.5 * X[0] + 0.25 * Y[3]
}
"""
KEYS = {
    *("one_qubit_gates", "two_qubit_gates", "two_qubit_depth", "measurements", "hqc_forward"),
    *("hqc_gradient", "hqc_gradient_parameter_shift", "assumptions"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.qans").write_text(SOURCE.replace("CLAIM", ""), "utf-8")


@pytest.fixture
def compilation():
    return qansatz.compile("small.qans")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main.main(["cost", *arguments, "--quiet"])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def price(circuits, shots) -> Fraction:
    """The formula once more, on the gates themselves."""
    total = Fraction(0)
    for circuit in circuits:
        names = [gate.name for gate in circuit.gates.gates]
        weighted = names.count("u1q") + 10 * names.count("rzz") + 5 * len(circuit.measured)
        total += 5 + Fraction(shots * weighted, 5000)
    return total


def test_the_formula_is_the_published_one():
    used = Resources(one_qubit_gates=100, two_qubit_gates=50, two_qubit_depth=9, measurements=8)
    assert used.hqc(1000) == 5 + 1000 * (100 + 10 * 50 + 5 * 8) / 5000 == 133
    assert used.hqc(0) == 5


def test_errors_are_those_that_the_machines_publish():
    pytest.importorskip("pytket.extensions.quantinuum")
    from pytket.extensions.quantinuum import QuantinuumBackend

    for name in ("H1-1", "H2-1", "H2-2"):
        info = QuantinuumBackend(name).backend_info
        noise = info.misc["noise_specs"]
        machine = MACHINES[name]
        assert machine.n_qubits == info.n_nodes
        assert machine.one_qubit_error == noise["1q_gate_error"]["p1"]
        assert machine.two_qubit_error == noise["2q_gate_error"]["p2"]
        spam = noise["spam_error"]
        mean = (spam["p_meas_0"] + spam["p_meas_1"]) / 2
        assert machine.measurement_error == pytest.approx(mean, rel=1e-12)
        assert noise["date"] in machine.source
    assert not MACHINES["Helios-1"].priced


def test_the_estimate_of_fidelity_multiplies_what_every_operation_leaves():
    machine = MACHINES["H2-1"]
    used = Resources(one_qubit_gates=3, two_qubit_gates=2, two_qubit_depth=2, measurements=1)
    expected = (1 - 1.89e-5) ** 3 * (1 - 1.05e-3) ** 2 * (1 - 9.95e-4)
    assert used.fidelity(machine) == pytest.approx(expected)


@pytest.mark.parametrize("name", ["corner", "energy"])
def test_every_circuit_is_priced_by_its_gates(compilation, name):
    found = compilation.cost(name, shots=300, pytket_seconds=0)
    schedule = compilation.schedule_of(name)
    assert found.price("gradient") == pytest.approx(float(price(gradient_circuits(schedule), 300)))
    assert found.exact
    terms = [term.pauli for term in schedule.terms]
    sets = [terms[:1], terms[1:]] if name == "energy" else [terms]
    values = [*expectation_circuits(compilation.ansatz, sets)]
    assert len(found.forward) == len(sets)
    assert found.hqc_forward == pytest.approx(float(price(values, 300)))
    shift = found.method("parameter-shift")
    assert shift.n_circuits == 2 * schedule.n_rotations * len(sets)
    assert shift.hqc == pytest.approx(2 * schedule.n_rotations * found.hqc_forward)
    active = found.method("parameter-shift-active")
    assert active.hqc == pytest.approx(2 * schedule.n_active_rotations * found.hqc_forward)


def test_epochs_and_runs_are_multiples(compilation):
    found = compilation.cost(shots=100, data=7, epochs=3, pytket_seconds=0)
    for name in ("schedule", "parameter-shift"):
        once = found.price("evaluation", name) + found.price("gradient", name)
        assert found.price("epoch", name) == pytest.approx(7 * once)
        assert found.price("run", name) == pytest.approx(21 * once)
    with pytest.raises(ValueError, match="no stage"):
        found.price("year")


def test_equal_precision_means_equal_variance(compilation):
    found = compilation.cost("corner", shots=1000, pytket_seconds=0)
    variances = shot_variances(compilation.schedule_of("corner"))
    reached = (variances[SCHEDULE] / 1000).sum()
    for way in found.methods[:4]:
        assert way.hqc_at_precision is not None
    shift = found.method("parameter-shift-active")
    # All of its circuits vary alike and cost the same, so the optimum gives every one the same shots.
    each = variances[PARAMETER_SHIFT_ACTIVE].sum() * shift.n_circuits / reached
    expected = 5 * shift.n_circuits + (shift.hqc - 5 * shift.n_circuits) / 1000 * (
        each / shift.n_circuits
    )
    assert shift.hqc_at_precision == pytest.approx(expected, rel=1e-3)
    assert found.methods[0].hqc_at_precision <= found.methods[0].hqc * 1.001


@settings(deadline=None, max_examples=50)
@given(
    st.sampled_from(["evaluation", "gradient", "epoch", "run"]),
    st.floats(1, 1e6),
    st.integers(1, 5000),
)
def test_shots_that_fit_are_the_most(stage, budget, shots):
    found = small_cost(shots)
    most = shots_within(found, budget, stage)
    if most:
        assert small_cost(most).price(stage) <= budget * (1 + 1e-9)
    assert small_cost(most + 1).price(stage) > budget * (1 - 1e-9)


def small_cost(shots, known={}):  # noqa: B006 - the compilation is made once
    if "model" not in known:
        known["model"] = qansatz.compile("small.qans")
    return known["model"].cost(shots=shots, data=3, epochs=5, pytket_seconds=0)


def test_a_time_limit_is_announced_and_leaves_an_estimate(capsys, compilation):
    found = compilation.cost(seconds=0, pytket_seconds=0)
    way = found.methods[0]
    assert way.n_counted == 1 < way.n_circuits
    assert not found.exact
    assert any("taken as their mean" in note for note in found.notes)
    exact = compilation.cost(pytket_seconds=0)
    assert 0.3 < way.hqc / exact.methods[0].hqc < 3
    code, out, _ = run(capsys, "small.qans", "--pytket-limit", "0", "--time-limit", "1e-9")
    assert code == 3
    assert "taken as their mean" in out


def test_counting_is_limited_by_work_and_not_by_the_clock(compilation, monkeypatch):
    monkeypatch.setattr(cost.time, "monotonic", None)
    schedule = compilation.schedule_of("energy")
    few = counted_circuits(schedule, Allowance(0.0))
    some = counted_circuits(schedule, Allowance(1.0), effort=0.4)
    assert len(few) == 1 < len(some) < schedule.n_circuits
    assert len(counted_circuits(schedule, Allowance(60.0), effort=0)) == schedule.n_circuits


@settings(deadline=None, max_examples=40)
@given(written(max_qubits=3, max_operations=6), st.integers(0, 2**31))
def test_pytket_is_given_the_same_circuit(source, seed):
    pytest.importorskip("pytket")
    model = source.model
    n_slots = model.slots.n_parameters + model.slots.n_inputs
    values = np.random.default_rng(seed).uniform(-3, 3, n_slots).tolist()
    items = [*pytket_default.written(model, values)]
    found = pytket_default.circuit(model.n_qubits, items).get_statevector()
    expected = dense_model(model, values, include_initial=True)[:, 0]
    assert dense.same_up_to_phase(found, expected, 1e-8)


def test_pytket_runs_apart_and_within_its_time(compilation, monkeypatch):
    pytest.importorskip("pytket.extensions.quantinuum")
    model = compilation.ansatz
    counts = pytket_default.default_counts(model, seconds=60)
    assert counts.two_qubit_gates == 3
    assert counts.two_qubit_depth <= 3
    assert pytket_default.default_counts(model, seconds=0.01) == "it took more than 0.01 s"
    found = compilation.cost(pytket_seconds=60)
    theirs = found.method("pytket-default")
    assert theirs.n_circuits == found.method("parameter-shift").n_circuits
    assert theirs.two_qubit_gates == 3 * theirs.n_circuits
    assert "pytket's default" in found.verdict()
    monkeypatch.setattr(pytket_default, "PACKAGE", "no_such_package.at_all")
    missing = compilation.cost()
    assert missing.method("pytket-default").hqc is None
    assert any("not installed" in note for note in missing.notes)
    assert "parameter shift" in missing.verdict()


def test_a_whole_unitary_pays_for_its_final_clifford():
    text = SOURCE.replace("CLAIM", "").replace("  observable c", "  cx(q[0], q[3])\n  observable c")
    Path("ends.qans").write_text(text, "utf-8")
    found = qansatz.compile("ends.qans")
    whole, enough = (found.cost(purpose=p, pytket_seconds=0) for p in ("unitary", "expectation"))
    assert whole.largest.two_qubit_gates > enough.largest.two_qubit_gates
    assert whole.price("gradient") == enough.price("gradient")
    assert whole.largest.measurements == 2


def test_what_has_no_gradient_still_has_a_price():
    for tail, told in [
        ("", "without an observable"),
        ("observable k = 3 * (Z[0] * Z[0])", ""),
    ]:
        text = f"qans 1\nansatz none() {{\nqubits q[2]\nparam t[2]\nrx(q, t)\n{tail}\n}}\n"
        Path("none.qans").write_text(text, "utf-8")
        found = qansatz.compile("none.qans").cost(pytket_seconds=0)
        assert not found.price("gradient")
        assert told in " ".join(found.notes)
        assert found.hqc_forward >= 5


def test_bad_numbers_are_refused(compilation):
    for options, told in [
        ({"target": "H9"}, "no target"),
        ({"purpose": "samples"}, "for unitary or expectation"),
        ({"shots": 0}, "shots must be at least 1"),
        ({"data": 0}, "data must be"),
        ({"epochs": -1}, "epochs must be"),
        ({"observable": "spin"}, "no observable 'spin'"),
    ]:
        with pytest.raises(ValueError, match=told):
            compilation.cost(**options)


# The command


def test_the_object_has_the_stable_keys(capsys):
    code, out, _ = run(capsys, "small.qans", "--json", "--pytket-limit", "0", "--shots", "10")
    answer = json.loads(out)
    assert code == 0
    assert answer["format_version"] == "1.0"
    found = answer["cost"]
    assert found.keys() >= KEYS
    assert found["hqc_gradient"] < found["hqc_gradient_parameter_shift"]
    assert found["shots"] == 10
    assert all(n["label"] and n["explanation"] for n in found["numbers"])
    assert all(isinstance(text, str) for text in found["assumptions"])
    assert {way["name"] for way in found["ways"]} == {
        *("schedule", "lie-algebraic", "parameter-shift", "parameter-shift-active"),
        "pytket-default",
    }


def test_the_text_labels_what_is_estimated_and_what_is_not_confirmed(capsys):
    code, out, _ = run(capsys, "small.qans", "--pytket-limit", "0", "--target", "Helios-1")
    assert code == 0
    assert "unconfirmed" in out
    assert "first-order estimate" in out
    assert "assumed: HQC = 5 + C" in out
    assert "left out: it was not asked for" in out
    assert "times fewer" in out


def test_a_price_above_the_limit_is_refused_with_what_fits(capsys):
    given = ("small.qans", "--pytket-limit", "0", "--max-hqc")
    code, out, err = run(capsys, *given, "20", "--of", "gradient")
    assert code == 1
    assert "HQC, gradient" in out
    assert "error[QA420]: one gradient costs" in err
    assert "`--shots " in err
    shots = err.partition("`--shots ")[2].partition("`")[0]
    assert run(capsys, *given, "20", "--shots", shots)[0] == 0
    assert run(capsys, *given, "20", "--shots", str(int(shots) + 1))[0] == 1
    code, _, err = run(capsys, *given, "1", "--of", "run")
    assert code == 1
    assert "no number of shots fits" in err
    code, out, _ = run(capsys, *given, "1", "--json")
    answer = json.loads(out)
    assert code == 1
    assert answer["diagnostics"][0]["code"] == "QA420"
    assert answer["cost"]["hqc_gradient"] > 1
    assert run(capsys, *given, "1e9", "--of", "run")[0] == 0


def test_what_cannot_be_used(capsys):
    Path("none.qans").write_text(
        "qans 1\nansatz a() {\nqubits q[2]\nparam t\nrx(q, t)\n}\n", "utf-8"
    )
    for arguments, told in [
        (("small.qans", "--observable", "spin"), "no observable 'spin'"),
        (("small.qans", "--shots", "0"), "not a positive whole number"),
        (("small.qans", "--max-hqc", "0"), "not a positive number"),
        (("none.qans", "--max-hqc", "5"), "price of one gradient is not known"),
        (("missing.qans",), "cannot read"),
    ]:
        code, _, err = run(capsys, *arguments, "--pytket-limit", "0")
        assert code == 2
        assert told in err


def test_targets_are_known_and_large_enough(capsys):
    for arguments, told in [
        (("--target", "H2"), "QA402"),
        (("--target", "H1-1", "--set", "n=21"), "QA403"),
        (("--target", "Helios-1", "--set", "n=99"), "QA403"),
    ]:
        code, _, err = run(capsys, "small.qans", *arguments)
        assert code == 1
        assert told in err
    code, out, _ = run(capsys, "small.qans", "--set", "n=60", "--pytket-limit", "0")
    assert code == 0
    assert "H2-1 has 56 qubits" in out


@pytest.mark.parametrize(
    ("bound", "code", "told"), [("<= 100", 0, ""), ("<= 12", 1, "circuits of 1000 shots")]
)
def test_claims_about_the_price_are_decided(capsys, bound, code, told):
    text = SOURCE.replace("CLAIM", f"require hqc(shots = 1000) {bound}")
    Path("claim.qans").write_text(text, "utf-8")
    assert main.main(["check", "claim.qans"]) == code
    captured = capsys.readouterr()
    assert told in captured.err
    if not code:
        assert "the claim holds: hqc(shots = 1000)" in captured.out


def test_a_claim_is_exact_at_its_bound():
    schedule = qansatz.compile("small.qans").schedule
    exact = price(gradient_circuits(schedule), 1000)
    for operator, holds in [("<=", True), ("<", False), ("==", True), (">", False)]:
        claim = f"require hqc {operator} {exact.numerator} / {exact.denominator}"
        Path("claim.qans").write_text(SOURCE.replace("CLAIM", claim), "utf-8")
        assert qansatz.compile("claim.qans").has_errors != holds


def test_a_cost_shows_itself(compilation):
    found = compilation.cost(pytket_seconds=0)
    assert str(found).startswith("one-qubit gates: ")
    html = found._repr_html_()
    assert "<td>two-qubit gates</td>" in html
    assert "assumed: " in html
    assert STAGES.keys() == {"evaluation", "gradient", "epoch", "run"}


def test_an_interrupted_count_is_an_estimate(compilation, monkeypatch):
    real, calls = counting.measured, []

    def interrupted(*arguments, **options):
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    schedule = compilation.schedule_of("energy")
    monkeypatch.setattr(counting, "measured", interrupted)
    assert len(counted_circuits(schedule, Allowance(60.0))) == 2 < schedule.n_circuits
    calls[:] = [(), ()]
    with pytest.raises(KeyboardInterrupt):
        counted_circuits(schedule, Allowance(60.0))
