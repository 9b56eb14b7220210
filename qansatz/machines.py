"""The machines that circuits are priced, compiled and run for: one record each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Form: TypeAlias = Literal["pytket", "qir"]

_NATIVE: Final = ("Rz", "PhasedX", "ZZPhase")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine of Quantinuum.

    ``family`` is the system model, ``gates`` are the native ones by pytket's names, on every qubit
    and pair of qubits. The errors are published probabilities of a fault of one operation, from
    ``source``. ``priced`` says whether the constants of the HQC formula are published for it,
    ``described`` whether pytket-quantinuum has a description of it, and ``form`` in what form Nexus
    takes its circuits.
    """

    name: str
    family: str
    n_qubits: int
    one_qubit_error: float
    two_qubit_error: float
    measurement_error: float
    source: str
    gates: tuple[str, ...] = _NATIVE
    priced: bool = True
    described: bool = True
    form: Form = "pytket"

    @property
    def emulator(self) -> str:
        """The name of the device that emulates it."""
        return f"{self.name}E"

    @property
    def syntax_checker(self) -> str:
        """The name of the device that checks what would be run on it."""
        return f"{self.name}SC"


#: Every machine by its name. Faults per operation are those of the noise specifications that pytket-quantinuum 0.59
#: carries (``p1``, ``p2``, and the mean of ``p_meas_0`` and ``p_meas_1``); for Helios the average infidelities of
#: arXiv:2511.05465.
MACHINES: Final[Mapping[str, Machine]] = MappingProxyType(
    {
        machine.name: machine
        for machine in (
            Machine(
                name="H1-1",
                family="H1",
                n_qubits=20,
                one_qubit_error=1.8e-5,
                two_qubit_error=9.73e-4,
                measurement_error=2.325e-3,
                source="noise specification of H1-1, 2025-05-02",
            ),
            Machine(
                name="H2-1",
                family="H2",
                n_qubits=56,
                one_qubit_error=1.89e-5,
                two_qubit_error=1.05e-3,
                measurement_error=9.95e-4,
                source="noise specification of H2-1, 2025-04-30",
            ),
            Machine(
                name="H2-2",
                family="H2",
                n_qubits=56,
                one_qubit_error=2.8e-5,
                two_qubit_error=8.3e-4,
                measurement_error=9.35e-4,
                source="noise specification of H2-2, 2025-08-28",
            ),
            Machine(
                name="Helios-1",
                family="Helios",
                n_qubits=98,
                one_qubit_error=2.5e-5,
                two_qubit_error=7.9e-4,
                measurement_error=4.8e-4,
                source="average infidelities of arXiv:2511.05465",
                priced=False,
                described=False,
                form="qir",
            ),
        )
    }
)

#: The machine that is meant where none is named, and the device that runs are sent to.
DEFAULT_MACHINE: Final = "H2-1"
DEFAULT_DEVICE: Final = MACHINES[DEFAULT_MACHINE].emulator

#: The system models whose documentation publishes the constants of the HQC formula.
PRICED_FAMILIES: Final = " and ".join(
    dict.fromkeys(m.family for m in MACHINES.values() if m.priced)
)


def machine_of(device: str) -> Machine:
    """The machine that a device is, or emulates, or checks the syntax for.

    Raises:
        ValueError: for another name.
    """
    for machine in MACHINES.values():
        if device in (machine.name, machine.emulator, machine.syntax_checker):
            return machine
    known = ", ".join(MACHINES)
    raise ValueError(
        f"there is no device {device!r}; there are {known}, and with E their emulators"
    )
