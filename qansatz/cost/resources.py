"""What a circuit uses, what that is in HQC, and what published gate errors leave of it."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.hqc import hqc_of_operations, hqc_price, weighted_operations
from qansatz.machines import Machine
from qansatz.synthesis.readout import MeasuredCircuit


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Native operations of one circuit; ``one_qubit_gates`` are ``u1q``, since ``rz`` is virtual."""

    one_qubit_gates: int
    two_qubit_gates: int
    two_qubit_depth: int
    measurements: int

    @property
    def operations(self) -> int:
        """The weighted operations of one shot."""
        return weighted_operations(self.one_qubit_gates, self.two_qubit_gates, self.measurements)

    def hqc(self, shots: int) -> float:
        """The price of the circuit, run ``shots`` times."""
        return hqc_price(1, hqc_of_operations(shots * self.operations))

    def fidelity(self, machine: Machine) -> float:
        """The probability that no gate and no measurement fails: ∏(1 − error), without memory errors."""
        kept = _power(1 - machine.one_qubit_error, self.one_qubit_gates)
        kept *= _power(1 - machine.two_qubit_error, self.two_qubit_gates)
        kept *= _power(1 - machine.measurement_error, self.measurements)
        return kept


def resources(circuit: MeasuredCircuit) -> Resources:
    """What a measured circuit uses."""
    gates = circuit.gates
    return Resources(
        one_qubit_gates=gates.n_one_qubit,
        two_qubit_gates=gates.n_two_qubit,
        two_qubit_depth=gates.two_qubit_depth,
        measurements=len(circuit.measured),
    )


def _power(base: float, exponent: int) -> float:
    """By products, which are the same on every machine, as those of a mathematical library are not."""
    result = 1.0
    while exponent:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result
