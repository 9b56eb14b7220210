"""What evolves states: NumPy for few qubits, PennyLane's Lightning (the extra ``simulator``) for more.

Both give the same amplitudes up to rounding; random numbers are drawn before either is asked.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

from qansatz.pauli.states import States
from qansatz.pauli.tables import PauliTable
from qansatz.simulation.engine import Engine

NUMPY: Final = "numpy"
LIGHTNING: Final = "lightning"
#: The module of ``qansatz.simulation`` that holds each engine, as a class ``Engine``.
ENGINES: Final = {NUMPY: "numpy_engine", LIGHTNING: "lightning_engine"}
#: The most qubits that each engine simulates: at 24 a state takes 256 MB.
MOST_QUBITS: Final = {NUMPY: 20, LIGHTNING: 24}
#: From so many qubits on Lightning is taken where it is installed: below, many states at a time are faster.
LIGHTNING_FROM: Final = 11


def engine(name: str, initial: States, strings: PauliTable) -> Engine:
    """An engine by name, for one initial state (2ⁿ,) and a table of strings.

    Raises:
        ValueError: for a name that is not in ``ENGINES``.
        ImportError: when its library is not installed.
    """
    if name not in ENGINES:
        raise ValueError(f"there is no engine {name!r}; there are {', '.join(ENGINES)}")
    module: Any = import_module(f"qansatz.simulation.{ENGINES[name]}")
    made: Engine = module.Engine(initial, strings)
    return made


def choose(n_qubits: int) -> str:
    """The name of the engine that is taken for so many qubits."""
    return LIGHTNING if n_qubits >= LIGHTNING_FROM and has_lightning() else NUMPY


def has_lightning() -> bool:
    """Whether Lightning is installed and can rotate about strings."""
    try:
        from qansatz.simulation.lightning_engine import operations

        operations()
    except ImportError:
        return False
    return True


def too_many(n_qubits: int) -> str | None:
    """Why so many qubits are not simulated; None where they are."""
    most = MOST_QUBITS[choose(n_qubits)]
    if n_qubits <= most:
        return None
    wider = MOST_QUBITS[LIGHTNING]
    more = f" ({wider} with qansatz[simulator])" if most < wider else ""
    return f"{n_qubits} qubits are not simulated: the limit is {most}{more}"
