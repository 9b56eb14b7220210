"""What runs circuits: one interface for simulators, emulators and machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.synthesis.readout import MeasuredCircuit

#: The outcomes of one circuit, shape (shots, measured qubits), entries 0 and 1.
Outcomes: TypeAlias = npt.NDArray[np.uint8]

#: The module of ``qansatz.execute`` that holds each backend, as a class ``Backend``.
BACKENDS: Final = {
    "statevector": "backends.statevector",
    "aer": "backends.aer",
    "pytket-local": "backends.pytket_local",
    "selene": "backends.selene",
    "nexus": "nexus.backend",
}


class BackendError(Exception):
    """A backend could not run circuits that are fine in themselves; the text says why and what to do."""


class Backend(Protocol):
    """Something that runs circuits from |0…0⟩ and measures qubits in the basis of Z."""

    @property
    def name(self) -> str:
        """The name by which it is asked for."""

    def sample(
        self, circuits: Sequence[MeasuredCircuit], values: Sequence[float], shots: Sequence[int]
    ) -> list[Outcomes]:
        """Run each circuit for its number of shots, at slot values (parameters, then inputs; radians)."""


def backend(
    name: str,
    *,
    seed: int | None = None,
    p_1q: float | None = None,
    p_2q: float | None = None,
    p_meas: float | None = None,
    p_init: float | None = None,
) -> Backend:
    """A backend by name that runs here; ``seed`` is that of the outcomes.

    The probabilities of errors at a one-qubit gate, two-qubit gate, measurement and preparation are for selene. A run
    on Nexus needs a record and a limit on its cost: :class:`qansatz.execute.nexus.backend.Backend`.

    Raises:
        ValueError: for a name that is not in ``BACKENDS`` or not run here, or an option that the backend cannot take.
        ImportError: when a library it needs is not installed.
    """
    check_name(name)
    given = {"p_1q": p_1q, "p_2q": p_2q, "p_meas": p_meas, "p_init": p_init}
    noise = {option: value for option, value in given.items() if value is not None}
    check_noise(name, noise)
    if name == "nexus":
        raise ValueError(
            "a run on nexus needs a record: use `qansatz.execute.nexus.backend.Backend`"
        )
    module: Any = import_module(f"qansatz.execute.{BACKENDS[name]}")
    runner: Backend = module.Backend(seed=seed, **noise)
    return runner


def check_name(name: str) -> None:
    """Raise ``ValueError`` that lists the backends unless there is one of this name."""
    if name not in BACKENDS:
        raise ValueError(f"there is no backend {name!r}; there are {', '.join(BACKENDS)}")


def check_noise(name: str, noise: Mapping[str, float]) -> None:
    """Raise ``ValueError`` where probabilities of errors are given to a backend without noise."""
    if noise and name != "selene":
        raise ValueError("only the backend selene takes probabilities of errors")


def refuse_too_large(circuits: Sequence[MeasuredCircuit], name: str, limit: int) -> None:
    """Raise ``ValueError`` when a circuit has more qubits than a backend's limit."""
    largest = max((circuit.gates.n_qubits for circuit in circuits), default=0)
    if largest > limit:
        raise ValueError(f"{largest} qubits are too many for {name}; the limit is {limit}")


def require(package: str, name: str, extra: str) -> None:
    """Raise ``ImportError`` that names the cure when the package of a backend is not installed."""
    try:
        installed = find_spec(package) is not None
    except ModuleNotFoundError:
        installed = False
    if not installed:
        raise ImportError(
            f'the backend {name} needs {package}, which is not installed: pip install "qansatz[{extra}]"'
        )
