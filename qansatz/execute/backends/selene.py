"""Quantinuum's emulator Selene on this machine: shot by shot, with depolarising noise where it is asked for.

The gate list is played gate by gate into Selene's runtime through its C interface: no compilation, exactly the
native gates, angles in radians.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from qansatz.execute.backends.backend import BackendError, Outcomes, refuse_too_large, require
from qansatz.execute.backends.binding import Binder
from qansatz.synthesis.readout import MeasuredCircuit

#: The most qubits: every shot is simulated anew, at 2²⁰ amplitudes about once a second.
MAX_QUBITS: Final = 24
_SEEDS: Final = 2**63


class Backend:
    """Selene's state-vector simulator behind its depolarising error model; ``seed`` reproduces the outcomes.

    ``p_1q``, ``p_2q``, ``p_meas`` and ``p_init`` are the probabilities of an error at a one-qubit gate (``rz`` is
    virtual and has none), a two-qubit gate, a measurement and a preparation; all 0: ideal.

    Raises:
        ValueError: for a probability outside 0 to 1.
        ImportError: when selene-sim is not installed.
    """

    name: Final = "selene"

    def __init__(
        self,
        seed: int | None = None,
        *,
        p_1q: float = 0.0,
        p_2q: float = 0.0,
        p_meas: float = 0.0,
        p_init: float = 0.0,
    ) -> None:
        self.noise = {"p_1q": p_1q, "p_2q": p_2q, "p_meas": p_meas, "p_init": p_init}
        for name, probability in self.noise.items():
            if not 0 <= probability <= 1:
                raise ValueError(f"{name} is a probability: {probability} is not between 0 and 1")
        require("selene_sim", self.name, "selene")
        self._random = np.random.default_rng(seed)
        self._binder = Binder()

    def sample(
        self, circuits: Sequence[MeasuredCircuit], values: Sequence[float], shots: Sequence[int]
    ) -> list[Outcomes]:
        """Run each circuit for its number of shots, at slot values (parameters, then inputs; radians).

        Raises:
            ValueError: for a circuit of more than ``MAX_QUBITS`` qubits.
            BackendError: when the emulator refuses an operation.
        """
        refuse_too_large(circuits, self.name, MAX_QUBITS)
        return [self._run(circuit, values, n) for circuit, n in zip(circuits, shots, strict=True)]

    def _run(self, circuit: MeasuredCircuit, values: Sequence[float], n_shots: int) -> Outcomes:
        n = circuit.gates.n_qubits
        gates = self._binder(circuit.gates)
        thetas, phis = gates.angles(values)
        program = list(zip(gates.names, gates.qubits, thetas, phis, strict=True))
        machine = _Machine(n, self.noise, int(self._random.integers(_SEEDS)))
        outcomes = np.empty((n_shots, len(circuit.measured)), dtype=np.uint8)
        try:
            for shot in range(n_shots):
                outcomes[shot] = machine.shot(program, circuit.measured)
        finally:
            machine.close()
        return outcomes


class _Machine:
    """One running emulator: qubits are allocated, played, measured and freed in every shot."""

    def __init__(self, n_qubits: int, noise: dict[str, float], seed: int) -> None:
        from selene_sim import DepolarizingErrorModel, Quest
        from selene_sim.interactive import InteractiveFullStack

        # Some releases print while they start.
        with contextlib.redirect_stdout(io.StringIO()):
            self._stack: Any = InteractiveFullStack(
                n_qubits=n_qubits,
                simulator=Quest(),
                error_model=DepolarizingErrorModel(**noise),
                random_seed=seed,
            )
        self._n_qubits = n_qubits
        self._library: Any = self._stack.load_library()
        self._instance: Any = self._stack._instance

    def shot(
        self,
        program: Sequence[tuple[str, tuple[int, ...], float, float]],
        measured: Sequence[int],
    ) -> list[int]:
        """One run of the program from |0…0⟩: the outcomes of the measured qubits."""
        library, instance = self._library, self._instance
        ids = [_value(library.selene_qalloc(instance)) for _ in range(self._n_qubits)]
        for qubit in ids:
            library.selene_qubit_reset(instance, qubit)
        rz, rxy, rzz = library.selene_rz, library.selene_rxy, library.selene_rzz
        for name, qubits, theta, phi in program:
            match name:
                case "rz":
                    done = rz(instance, ids[qubits[0]], theta)
                case "u1q":
                    done = rxy(instance, ids[qubits[0]], theta, phi)
                case _:
                    done = rzz(instance, ids[qubits[0]], ids[qubits[1]], theta)
            if done.error_code:
                raise BackendError(f"Selene refused {name} (error {done.error_code})")
        outcomes = [int(_value(library.selene_qubit_measure(instance, ids[q]))) for q in measured]
        for qubit in ids:
            library.selene_qfree(instance, qubit)
        self._stack.next_shot()
        return outcomes

    def close(self) -> None:
        """Give back what the emulator holds."""
        remove = getattr(self._stack, "delete_run_directory", None)
        if remove is not None:
            remove()
        self._stack = None


def _value(result: Any) -> Any:
    if result.error_code:
        raise BackendError(f"Selene refused an operation (error {result.error_code})")
    return result.value
