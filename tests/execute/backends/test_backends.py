"""Every backend draws what the circuit's exact probabilities say, in the order of the measured qubits."""

from __future__ import annotations

import numpy as np
import pytest

from qansatz.circuits.gates import Gate, GateList
from qansatz.execute.backends.backend import BACKENDS, backend
from qansatz.execute.backends.binding import bindable
from qansatz.execute.backends.statevector import amplitudes
from qansatz.model.angles import Affine, Nonlinear, slot_symbol
from qansatz.pauli.strings import from_word
from qansatz.synthesis.lower import lower
from qansatz.synthesis.readout import MeasuredCircuit, Parity
from tests.models.operations import Written, slot, slots
from tests.oracles import dense

LOCAL = [name for name in BACKENDS if name != "nexus"]
SHOTS = 3000
SOURCE = Written(
    3,
    3,
    (
        ("rot", "XYI", slot(0)),
        ("rot", "IZX", slot(1, 2, 0.4)),
        ("gate", "cx", (2, 0)),
        ("rot", "YII", Nonlinear(slot_symbol(2) ** 2)),
        ("rot", "ZIY", slot(2)),
    ),
    "0+1",
)
VALUES = [0.7, -1.2, 0.4]


def local(name: str, **options):
    try:
        return backend(name, **options)
    except ImportError as missing:
        pytest.skip(str(missing))


def measured(source: Written, *qubits: int) -> MeasuredCircuit:
    return MeasuredCircuit(gates=lower(source.model), measured=qubits, parities=())


def law(source: Written, values, qubits) -> np.ndarray:
    """The probabilities of the outcomes of qubits, the first most significant."""
    state = dense.unitary(source.n, source.operations, values) @ dense.ket(source.initial)
    cube = (abs(state) ** 2).reshape((2,) * source.n)
    rest = [q for q in range(source.n) if q not in qubits]
    return cube.transpose(*qubits, *rest).reshape(2 ** len(qubits), -1).sum(1)


def frequencies(outcomes: np.ndarray) -> np.ndarray:
    n = outcomes.shape[1]
    index = outcomes.astype(int) @ (1 << np.arange(n)[::-1])
    return np.bincount(index, minlength=2**n) / len(outcomes)


def assert_within_five_errors(found: np.ndarray, expected: np.ndarray, n_shots: int) -> None:
    spread = np.sqrt(np.maximum(expected * (1 - expected), 1 / n_shots) / n_shots)
    assert np.all(abs(found - expected) <= 5 * spread)


@pytest.mark.parametrize("name", LOCAL)
def test_outcomes_follow_the_law_of_the_circuit(name):
    runner = local(name, seed=5)
    assert runner.name == name
    every, some = measured(SOURCE, 0, 1, 2), measured(SOURCE, 2, 0)
    whole, part, few = runner.sample([every, some, some], VALUES, [SHOTS, SHOTS, 7])
    assert whole.shape == (SHOTS, 3)
    assert part.shape == (SHOTS, 2)
    assert few.shape == (7, 2)
    assert whole.dtype == np.uint8
    assert_within_five_errors(frequencies(whole), law(SOURCE, VALUES, (0, 1, 2)), SHOTS)
    assert_within_five_errors(frequencies(part), law(SOURCE, VALUES, (2, 0)), SHOTS)


@pytest.mark.parametrize("name", LOCAL)
def test_a_seed_reproduces_the_outcomes(name):
    circuit = measured(SOURCE, 0, 1, 2)
    first, second = (local(name, seed=11).sample([circuit], VALUES, [50])[0] for _ in range(2))
    np.testing.assert_array_equal(first, second)
    runner = local(name, seed=11)
    runs = [runner.sample([circuit], VALUES, [50])[0] for _ in range(2)]
    assert (runs[0] != runs[1]).any(), "the second call must draw new outcomes"


@pytest.mark.parametrize("name", LOCAL)
def test_circuits_without_gates_or_measurements_run(name):
    empty = GateList(name="empty", n_qubits=2, slots=slots(0), gates=())
    circuits = [
        MeasuredCircuit(gates=empty, measured=(1, 0), parities=()),
        MeasuredCircuit(gates=empty, measured=(), parities=()),
    ]
    zeros, none = local(name, seed=1).sample(circuits, [], [5, 5])
    assert zeros.tolist() == [[0, 0]] * 5
    assert none.shape == (5, 0)


def parity_means(circuit, values):
    """The exact mean of every parity, from the amplitudes before the measurement."""
    weights = np.abs(amplitudes(bindable(circuit.gates), values)) ** 2
    indices, n = np.arange(len(weights)), circuit.gates.n_qubits
    means = []
    for parity in circuit.parities:
        read = [q for k, q in enumerate(circuit.measured) if parity.columns >> k & 1]
        odd = sum(indices >> (n - 1 - qubit) & 1 for qubit in read) % 2
        means.append((-1) ** parity.negative * float((weights * (1 - 2 * odd)).sum()))
    return np.array(means)


def test_parity_means_are_exact():
    state = dense.unitary(3, SOURCE.operations, VALUES) @ dense.ket(SOURCE.initial)
    parities = (Parity(from_word("ZIZ"), 0b101, True), Parity(from_word("IZI"), 0b10, False))
    circuit = MeasuredCircuit(gates=lower(SOURCE.model), measured=(0, 1, 2), parities=parities)
    signs = {"ZIZ": dense.word_matrix("ZIZ"), "IZI": dense.word_matrix("IZI")}
    expected = [-np.vdot(state, signs["ZIZ"] @ state), np.vdot(state, signs["IZI"] @ state)]
    np.testing.assert_allclose(parity_means(circuit, VALUES), np.real(expected), atol=1e-12)


def test_measurement_errors_shrink_every_parity():
    empty = GateList(name="empty", n_qubits=2, slots=slots(0), gates=())
    circuit = MeasuredCircuit(gates=empty, measured=(0, 1), parities=())
    outcomes = local("selene", seed=2, p_meas=0.1).sample([circuit], [], [4000])[0]
    mean = (1.0 - 2.0 * (outcomes.sum(1) % 2)).mean()
    assert abs(mean - 0.8**2) < 5 * (1 - 0.8**4) ** 0.5 / 4000**0.5


@pytest.mark.parametrize("option", ["p_1q", "p_2q", "p_init"])
def test_noise_moves_the_outcomes(option):
    flips = [Gate("u1q", (0,), (Affine((), float(np.pi)), Affine(())))] * 2
    pairs = [Gate("rzz", (0, 1), (Affine((), float(np.pi)),))] * 2
    gates = GateList(name="echo", n_qubits=2, slots=slots(0), gates=(*flips, *pairs))
    circuit = MeasuredCircuit(gates=gates, measured=(0, 1), parities=())
    clean = local("selene", seed=2).sample([circuit], [], [500])[0]
    noisy = local("selene", seed=2, **{option: 0.2}).sample([circuit], [], [500])[0]
    assert clean.sum() == 0
    assert noisy.sum() > 25


def test_refusals():
    with pytest.raises(ValueError, match="there are statevector, aer"):
        backend("cirq")
    with pytest.raises(ValueError, match="p_2q is a probability"):
        backend("selene", p_2q=1.5)
    with pytest.raises(ValueError, match="only the backend selene"):
        backend("aer", p_2q=0.1)
    with pytest.raises(ValueError, match="nexus needs a record"):
        backend("nexus")
    wide = GateList(name="wide", n_qubits=31, slots=slots(0), gates=())
    circuit = MeasuredCircuit(gates=wide, measured=(0,), parities=())
    for name in LOCAL:
        with pytest.raises(ValueError, match="too many"):
            local(name).sample([circuit], [], [1])


@pytest.mark.parametrize(("name", "extra"), [("aer", "aer"), ("selene", "selene")])
def test_a_missing_package_names_the_extra(name, extra, monkeypatch):
    monkeypatch.setattr("qansatz.execute.backends.backend.find_spec", lambda package: None)
    with pytest.raises(ImportError, match=rf"qansatz\[{extra}\]"):
        backend(name)
