"""What a circuit uses, what that is in HQC, and what published gate errors leave of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from qansatz.synthesis.readout import MeasuredCircuit

#: HQC of one circuit before its shots, and the operations whose execution once in each of 5000 shots is one HQC.
HQC_PER_CIRCUIT: Final = 5
OPERATIONS_PER_HQC: Final = 5000

HQC_FORMULA: Final = "HQC = 5 + C·(N_1q + 10·N_2q + 5·N_m)/5000 for a circuit of C shots"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Native operations of one circuit; ``one_qubit_gates`` are ``u1q``, since ``rz`` is virtual."""

    one_qubit_gates: int
    two_qubit_gates: int
    two_qubit_depth: int
    measurements: int

    @property
    def operations(self) -> int:
        """N_1q + 10·N_2q + 5·N_m."""
        return self.one_qubit_gates + 10 * self.two_qubit_gates + 5 * self.measurements

    def hqc(self, shots: int) -> float:
        """The price of the circuit by the formula of Quantinuum's System Model H1 and H2 documentation."""
        return HQC_PER_CIRCUIT + shots * self.operations / OPERATIONS_PER_HQC


def resources(circuit: MeasuredCircuit) -> Resources:
    """What a measured circuit uses."""
    gates = circuit.gates
    return Resources(
        one_qubit_gates=gates.n_one_qubit,
        two_qubit_gates=gates.n_two_qubit,
        two_qubit_depth=gates.two_qubit_depth,
        measurements=len(circuit.measured),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine: its size, and the published error of each kind of operation.

    ``priced`` says whether the constants of the HQC formula are published for it.
    """

    n_qubits: int
    one_qubit_error: float
    two_qubit_error: float
    measurement_error: float
    source: str
    priced: bool = True

    def fidelity(self, used: Resources) -> float:
        """The probability that no gate and no measurement fails: ∏(1 − error), without memory errors."""
        kept = _power(1 - self.one_qubit_error, used.one_qubit_gates)
        kept *= _power(1 - self.two_qubit_error, used.two_qubit_gates)
        kept *= _power(1 - self.measurement_error, used.measurements)
        return kept


def _power(base: float, exponent: int) -> float:
    """By products, which are the same on every machine, as those of a mathematical library are not."""
    result = 1.0
    while exponent:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


#: Faults per operation of the noise specifications that pytket-quantinuum 0.59 carries (``p1``, ``p2``, and the mean
#: of ``p_meas_0`` and ``p_meas_1``); for Helios the average infidelities of arXiv:2511.05465.
MACHINES: Final[Mapping[str, Machine]] = MappingProxyType(
    {
        "H1-1": Machine(
            n_qubits=20,
            one_qubit_error=1.8e-5,
            two_qubit_error=9.73e-4,
            measurement_error=2.325e-3,
            source="noise specification of H1-1, 2025-05-02",
        ),
        "H2-1": Machine(
            n_qubits=56,
            one_qubit_error=1.89e-5,
            two_qubit_error=1.05e-3,
            measurement_error=9.95e-4,
            source="noise specification of H2-1, 2025-04-30",
        ),
        "H2-2": Machine(
            n_qubits=56,
            one_qubit_error=2.8e-5,
            two_qubit_error=8.3e-4,
            measurement_error=9.35e-4,
            source="noise specification of H2-2, 2025-08-28",
        ),
        "Helios-1": Machine(
            n_qubits=98,
            one_qubit_error=2.5e-5,
            two_qubit_error=7.9e-4,
            measurement_error=4.8e-4,
            source="average infidelities of arXiv:2511.05465",
            priced=False,
        ),
    }
)
