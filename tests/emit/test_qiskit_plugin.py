"""The Qiskit plug-in: equal to the product formula, global phase included, for any terms, times and formulas."""

from __future__ import annotations

import cmath
import tomllib
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("qiskit")

from qiskit import QuantumCircuit, generate_preset_pass_manager
from qiskit.circuit import Parameter
from qiskit.circuit.library import PauliEvolutionGate
from qiskit.quantum_info import Operator, SparseObservable, SparsePauliOp
from qiskit.synthesis import LieTrotter, MatrixExponential, QDrift, SuzukiTrotter
from qiskit.transpiler.passes import HLSConfig
from qiskit.transpiler.passes.synthesis.plugin import HighLevelSynthesisPluginManager

from qansatz.emit.qiskit_plugin import PauliEvolution
from qansatz.pauli.strings import from_word
from qansatz.synthesis.lower import lower
from qansatz.synthesis.phases import phase, phase_at_zero
from tests.oracles import dense
from tests.strategies.circuits import written

PLUGIN = PauliEvolution()


def terms(n: int):
    word = st.text("IXYZ", min_size=n, max_size=n)
    return st.lists(st.tuples(word, st.sampled_from([1.0, -0.5, 0.3, 2.0])), min_size=1, max_size=7)


operators = st.integers(1, 4).flatmap(terms).map(SparsePauliOp.from_list)
formulas = st.sampled_from(
    [LieTrotter(), LieTrotter(reps=2), SuzukiTrotter(order=2), SuzukiTrotter(order=2, reps=2)]
)


@settings(deadline=None, max_examples=60)
@given(operator=operators, formula=formulas, time=st.floats(-3, 3))
def test_equal_to_the_product_formula_with_its_phase(operator, formula, time):
    gate = PauliEvolutionGate(operator, time=time, synthesis=formula)
    found = PLUGIN.run(gate)
    assert set(found.count_ops()) <= {"rz", "r", "rzz"}
    np.testing.assert_allclose(Operator(found), Operator(formula.synthesize(gate)), atol=1e-9)


@settings(deadline=None, max_examples=15)
@given(operator=operators)
def test_symbolic_times_stay_symbolic(operator):
    time = Parameter("t")
    gate = PauliEvolutionGate(2 * operator, time=time / 3)
    found = PLUGIN.run(gate)
    for value in (0.0, 0.8):
        expected = PauliEvolutionGate(2 * operator, time=value / 3)
        bound = found.assign_parameters({time: value} if found.parameters else {})
        np.testing.assert_allclose(
            Operator(bound), Operator(LieTrotter().synthesize(expected)), atol=1e-9
        )


def test_a_controlled_evolution_is_right():
    operator = SparsePauliOp.from_list([("XYZ", 0.7), ("ZZI", -0.4), ("III", 0.3)])
    gate = PauliEvolutionGate(operator, time=0.9)
    circuit = QuantumCircuit(4)
    circuit.append(PLUGIN.run(gate).to_gate().control(), range(4))
    expected = QuantumCircuit(4)
    expected.append(LieTrotter().synthesize(gate).to_gate().control(), range(4))
    np.testing.assert_allclose(Operator(circuit), Operator(expected), atol=1e-9)


def two_qubit_gates(circuit: QuantumCircuit) -> int:
    return sum(len(item.qubits) == 2 for item in circuit)


def test_another_order_only_where_it_is_allowed():
    words = ["XXII", "IYYI", "ZZII", "IIXX", "YIIY", "IZZI", "XIIX", "IIZZ", "YYII", "ZIIZ"]
    operator = SparsePauliOp.from_list([(word, 0.1 * k + 0.2) for k, word in enumerate(words)])
    gate = PauliEvolutionGate(operator, time=0.5, synthesis=LieTrotter())
    kept, free = PLUGIN.run(gate), PLUGIN.run(gate, preserve_order=False)
    expected = Operator(LieTrotter().synthesize(gate))
    assert Operator(kept) == expected
    assert Operator(free) != expected
    exact = Operator(PauliEvolutionGate(operator, time=0.5, synthesis=MatrixExponential()))
    steps = []
    for time in (0.1, 0.05):
        exact = MatrixExponential().synthesize(PauliEvolutionGate(operator, time=time))
        found = PLUGIN.run(PauliEvolutionGate(operator, time=time), preserve_order=False)
        steps.append(np.linalg.norm(Operator(found).data - Operator(exact).data))
    assert 3 < steps[0] / steps[1] < 5, "a first-order formula errs by the square of its step"
    assert two_qubit_gates(free) <= two_qubit_gates(kept)


def test_what_it_does_not_do_is_left_to_qiskit():
    operator = SparsePauliOp(["XX", "ZZ"])
    assert PLUGIN.run(QuantumCircuit(2).to_gate()) is None
    assert PLUGIN.run(PauliEvolutionGate(operator, synthesis=MatrixExponential())) is None
    projector = SparseObservable.from_list([("0+", 0.5)])
    assert PLUGIN.run(PauliEvolutionGate(projector, time=0.3)) is None


def test_random_formulas_are_kept():
    operator = SparsePauliOp.from_list([("XXY", 0.6), ("ZZI", 0.4), ("IYX", 0.2)])
    gate = PauliEvolutionGate(operator, time=0.4, synthesis=QDrift(seed=3))
    found = PLUGIN.run(gate)
    again = PauliEvolutionGate(operator, time=0.4, synthesis=QDrift(seed=3))
    np.testing.assert_allclose(Operator(found), Operator(again.definition), atol=1e-9)


def ring(n: int) -> SparsePauliOp:
    found = [("XX", [i, (i + 1) % n], 0.3) for i in range(n)]
    found += [("Y" + "Z" * 3, [i, (i + 1) % n, (i + 2) % n, (i + 3) % n], 0.7) for i in range(n)]
    return SparsePauliOp.from_sparse_list(found, num_qubits=n)


def test_the_entry_point_is_declared():
    declared = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    module, _, name = declared["qiskit.synthesis"]["PauliEvolution.qansatz"].partition(":")
    assert getattr(import_module(module), name) is PauliEvolution


def test_transpiling_through_the_pass_manager_saves_two_qubit_gates():
    if "qansatz" not in HighLevelSynthesisPluginManager().method_names("PauliEvolution"):
        pytest.skip("the package was installed before the plug-in was declared")
    circuit = QuantumCircuit(6)
    circuit.append(PauliEvolutionGate(ring(6), time=Parameter("t")), range(6))
    counts = {}
    for method in ("default", "qansatz"):
        manager = generate_preset_pass_manager(
            optimization_level=1,
            basis_gates=["rz", "r", "rzz"],
            hls_config=HLSConfig(PauliEvolution=[method]),
        )
        done = manager.run(circuit)
        assert set(done.count_ops()) <= {"rz", "r", "rzz"}
        counts[method] = two_qubit_gates(done)
    assert counts["qansatz"] < counts["default"]


@settings(deadline=None, max_examples=60)
@given(
    turns=st.lists(
        st.tuples(st.text("IXYZ", min_size=3, max_size=3), st.integers(0, 9)), max_size=12
    )
)
def test_phases_are_those_of_dense_matrices(turns):
    state = dense.ket("000").astype(complex)
    for word, count in turns:
        state = dense.rotation_matrix(dense.word_matrix(word), count * np.pi / 2) @ state
    inverse = [(from_word(word), (8 - count) % 8) for word, count in reversed(turns)]
    forward = [(from_word(word), count) for word, count in turns]
    found = phase(forward, 3)
    if abs(abs(state[0]) - 1) < 1e-9:
        assert abs(cmath.exp(0.25j * np.pi * found) - state[0]) < 1e-9
    else:
        assert found is None
    # A product with its inverse, entered in two parts, is 1 whatever the state between.
    assert phase([*forward, *inverse], 3) == 0


@settings(deadline=None, max_examples=40)
@given(source=written(max_qubits=3, max_operations=6))
def test_the_phase_of_a_circuit_is_that_of_its_matrices(source):
    gates = lower(source.model)
    found = phase_at_zero(gates)
    amplitude = dense.gate_list_unitary(gates, [0.0] * 3)[0, 0]
    if found is not None:
        assert abs(cmath.exp(0.25j * np.pi * found) - amplitude) < 1e-9
