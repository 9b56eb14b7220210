"""What runs circuits: one interface for simulators, emulators and machines."""

from __future__ import annotations

from collections.abc import Sequence
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


def backend(name: str, **options: Any) -> Backend:
    """A backend by name, with its own options (``seed`` for those that draw outcomes).

    Raises:
        ValueError: for a name that is not in ``BACKENDS``, or an option out of its range.
        ImportError: when a library it needs is not installed.
    """
    if name not in BACKENDS:
        raise ValueError(f"there is no backend {name!r}; there are {', '.join(BACKENDS)}")
    module: Any = import_module(f"qansatz.execute.{BACKENDS[name]}")
    made: Backend = module.Backend(**options)
    return made


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
