from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings

from qansatz.emit import half_turns, pytket, quantinuum, readback
from qansatz.emit.quantinuum import compile_for
from qansatz.machines import MACHINES
from qansatz.model.angles import Affine, TooComplexError, evaluate
from qansatz.synthesis.lower import lower
from tests.emit.test_formats import refusal
from tests.models.operations import Written, slot, slpa_two_body, tfim
from tests.oracles import dense
from tests.strategies.circuits import written
from tests.synthesis.test_lower import VALUES, declared_state


def assert_prepares_the_state(compiled, source, values):
    state = readback.pytket_unitary(compiled.circuit, compiled.gates.slots)(values)[:, 0]
    expected = dense.unitary(source.n, source.operations, values) @ declared_state(source)
    assert dense.same_up_to_phase(state, expected)


@pytest.mark.parametrize("device", sorted(MACHINES))
def test_devices_are_what_pytket_says(device):
    from pytket.extensions.quantinuum import QuantinuumBackend

    known = quantinuum._backend(MACHINES[device])
    assert known.backend_info.n_nodes == MACHINES[device].n_qubits
    assert isinstance(known, QuantinuumBackend)


def test_keeps_the_cheapest_circuit_that_is_proved():
    source = slpa_two_body(4)
    compiled = compile_for(source.model, lower(source.model))
    counts = [c.two_qubit_gates for c in compiled.candidates if c.accepted]
    assert compiled.gates.n_two_qubit == min(counts)
    assert compiled.verification.equal is True
    assert compiled.candidates[0].name == "qansatz"
    assert len(compiled.candidates) == 5
    values = np.random.default_rng(1).uniform(-3, 3, 36).tolist()
    assert_prepares_the_state(compiled, source, values)


@settings(deadline=None, max_examples=10)
@given(written(max_qubits=4, max_operations=6), VALUES)
def test_every_compiled_circuit_prepares_the_state_of_the_source(source, values):
    model = source.model
    compiled = compile_for(model, lower(model), "H1-1", (3,))
    assert_prepares_the_state(compiled, source, values)


def test_ising_ring_stays_at_one_gate_per_bond():
    model = tfim(8, 2).model
    assert compile_for(model, lower(model), "H2-2", (0, 3)).gates.n_two_qubit == 16


def test_a_damaged_circuit_is_refused_with_its_witness():
    model = tfim(4, 1).model
    gates = lower(model)
    damaged = dataclasses.replace(gates, gates=gates.gates[:-1])
    fault = refusal(lambda: compile_for(model, damaged, levels=(0, 3)))
    assert fault.code == "QA409"
    assert "differ" in fault.notes[0]


def test_skipped_levels_say_so():
    model = tfim(4, 1).model
    compiled = compile_for(model, lower(model), levels=(0, 2), limits={2: 3})
    skipped = compiled.candidates[-1]
    assert not skipped.accepted
    assert skipped.two_qubit_gates is None
    assert "limit of 3" in skipped.verdict


def test_refusals():
    model = tfim(21, 1).model
    gates = lower(model)
    unknown = refusal(lambda: compile_for(model, gates, "H2-3"))
    assert unknown.code == "QA402"
    assert "H2-" in unknown.help
    wide = refusal(lambda: compile_for(model, gates, "H1-1"))
    assert wide.code == "QA403"
    assert "H2-1" in wide.help


@settings(deadline=None, max_examples=60)
@given(written(max_qubits=3, max_operations=6), VALUES)
def test_half_turns_are_undone_exactly(source, values):
    gates = lower(source.model)
    read = half_turns.gate_list(pytket.circuit(gates), gates.slots)
    assert read is not None
    found, expected = (dense.gate_list_unitary(g, values) for g in (read, gates))
    assert dense.same_up_to_phase(found, expected, 1e-12)


def test_rational_angles_come_back_as_they_were():
    operations = tuple(
        ("rot", "Z" if k % 2 else "X", slot(k, factor)) for k, factor in enumerate((1, -2, 3))
    )
    gates = lower(Written(1, 3, operations, "0").model)
    assert half_turns.gate_list(pytket.circuit(gates), gates.slots).gates == gates.gates


def test_implicit_permutations_become_names_of_qubits():
    from pytket.circuit import Circuit, OpType

    circuit = Circuit(3).add_gate(OpType.PhasedX, [0.3, 0.1], [0]).SWAP(0, 2).SWAP(1, 2)
    state = circuit.get_statevector()
    circuit.replace_SWAPs()
    read = half_turns.gate_list(circuit, tfim(3, 1).model.slots)
    found = dense.gate_list_unitary(read, [0, 0])[:, 0]
    assert dense.same_up_to_phase(found, state)


def test_gates_outside_the_native_set_are_declined():
    from pytket.circuit import Circuit

    assert half_turns.gate_list(Circuit(2).CX(0, 1), tfim(3, 1).model.slots) is None


def test_nonlinear_expressions_come_back_as_such():
    import sympy
    from pytket.circuit import Circuit, OpType

    theta = sympy.Symbol("theta_0")
    circuit = Circuit(1).add_gate(OpType.Rz, [sympy.sin(theta) / sympy.pi], [0])
    read = half_turns.gate_list(circuit, tfim(3, 1).model.slots)
    assert not isinstance(read.gates[0].angles[0], Affine)
    assert abs(evaluate(read.gates[0].angles[0], [0.7, 0]) - np.sin(0.7)) < 1e-12


def test_endless_angles_are_not_read():
    import sympy
    from pytket.circuit import Circuit, OpType

    theta = sympy.Symbol("theta_0")
    long = sum(sympy.sin(k * theta) for k in range(1, 900))
    circuit = Circuit(1).add_gate(OpType.Rz, [long], [0])
    with pytest.raises(TooComplexError):
        half_turns.gate_list(circuit, tfim(3, 1).model.slots)


def test_helios_is_compiled_for_by_data_that_is_marked_as_given():
    model = tfim(60, 1).model
    found = compile_for(model, lower(model), "Helios-1", (0,))
    assert found.verification.equal is True
    assert "data given here" in found.note
    assert {gate.name for gate in found.gates.gates} <= {"rz", "u1q", "rzz"}
    small = tfim(4, 1).model
    assert compile_for(small, lower(small), "H2-2", (0,)).note == ""
