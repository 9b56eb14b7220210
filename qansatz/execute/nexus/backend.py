"""Quantinuum's machines and emulators through Nexus: upload, compile, execute, wait, retrieve.

Each step is written to a file before and after it is taken, and what Nexus may already have is looked up by its name
before it is submitted: a run that was interrupted anywhere goes on where it stood, and nothing is submitted twice.
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from qansatz.cost.resources import resources
from qansatz.execute.backends.backend import BackendError, Outcomes, require
from qansatz.execute.nexus.record import Job, Program, Record, alone, read, write
from qansatz.execute.nexus.steps import (
    Client,
    NotLoggedInError,
    Steps,
    UnfinishedError,
    UnreachableError,
    bits,
)
from qansatz.hqc import HQC_FORMULA
from qansatz.machines import DEFAULT_DEVICE, PRICED_FAMILIES, machine_of
from qansatz.progress import Progress
from qansatz.synthesis.readout import MeasuredCircuit

__all__ = [
    "Backend",
    "Client",
    "NotLoggedInError",
    "Price",
    "UnfinishedError",
    "UnreachableError",
    "bits",
    "connect",
    "prepare",
    "price",
    "resume",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a run is expected to cost in HQC, circuit by circuit; ``assumptions`` say on what ground."""

    device: str
    hqc: tuple[float, ...]
    shots: tuple[int, ...]
    assumptions: tuple[str, ...]

    @property
    def total(self) -> float:
        """The sum over the circuits."""
        return sum(self.hqc)


def price(circuits: Sequence[MeasuredCircuit], shots: Sequence[int], device: str) -> Price:
    """The HQC of some circuits; nothing is asked of the network.

    Raises:
        ValueError: for a device that is too small, or whose machine is not known.
    """
    machine = machine_of(device)
    needed = max((circuit.gates.n_qubits for circuit in circuits), default=0)
    if needed > machine.n_qubits:
        raise ValueError(f"the circuits have {needed} qubits, {device} has {machine.n_qubits}")
    prices = tuple(resources(c).hqc(n) for c, n in zip(circuits, shots, strict=True))
    notes = [
        HQC_FORMULA,
        "rz is virtual and free; every circuit is billed on its own",
    ]
    if not machine.priced:
        notes.append(
            f"for {machine.name} the constants are not published: "
            f"those of {PRICED_FAMILIES} are used"
        )
    return Price(device=device, hqc=prices, shots=tuple(shots), assumptions=tuple(notes))


class Backend:
    """Runs circuits through Nexus as one job, kept in the file ``state`` from its first step on.

    Where the file already holds the same circuits and shots, the run goes on where it stood. ``max_hqc`` bounds the
    cost: circuits that are expected to cost more are refused, and Nexus is told the bound of each. ``timeout`` is how
    many seconds to wait for results (None: as long as it takes).

    Raises:
        ValueError: for a device that is not known.
        ImportError: when qnexus is not installed.
    """

    name: Final = "nexus"

    def __init__(
        self,
        *,
        state: str | Path,
        project: str = "qansatz",
        device: str = DEFAULT_DEVICE,
        max_hqc: float,
        timeout: float | None = None,
        purpose: Mapping[str, Any] | None = None,
        client: Client | None = None,
        say: Progress | None = None,
    ) -> None:
        machine_of(device)
        self._client = client if client is not None else connect()
        self._state, self._purpose = Path(state), dict(purpose or {})
        self._project, self._device, self._max_hqc = project, device, max_hqc
        self._timeout, self._say = timeout, say

    def sample(
        self, circuits: Sequence[MeasuredCircuit], values: Sequence[float], shots: Sequence[int]
    ) -> list[Outcomes]:
        """Run each circuit for its number of shots, at slot values (parameters, then inputs; radians).

        Raises:
            ValueError: for circuits too large or too expensive.
            BackendError: when Nexus cannot be used now, or the run did not end; it can be resumed.
        """
        planned = prepare(
            circuits,
            values,
            shots,
            project=self._project,
            device=self._device,
            max_hqc=self._max_hqc,
            purpose=self._purpose,
        )
        if not self._state.exists():
            write(self._state, planned, new=True)
        elif not read(self._state).same_programs(planned):
            raise BackendError(f"{self._state} holds another run: name another file")
        done = resume(self._state, client=self._client, timeout=self._timeout, say=self._say)
        return done.outcomes()


def connect() -> Client:
    """The package ``qnexus``; ``ImportError`` says how to install it."""
    require("qnexus", "nexus", "nexus")
    import qnexus

    module: Client = qnexus
    return module


def prepare(
    circuits: Sequence[MeasuredCircuit],
    values: Sequence[float],
    shots: Sequence[int],
    *,
    project: str,
    device: str,
    max_hqc: float,
    purpose: Mapping[str, Any],
) -> Record:
    """A run that has not begun: programs with numbers for their slots, names that nothing else has.

    Raises:
        ValueError: when the circuits are expected to cost more than ``max_hqc``, do not fit on the device, or have an
            angle without a real value.
    """
    expected = price(circuits, shots, device)
    if expected.total > max_hqc:
        raise ValueError(
            f"the run is expected to cost {expected.total:.1f} HQC, more than the {max_hqc:g} allowed"
        )
    form = machine_of(device).form
    write_circuit = _qir if form == "qir" else _pytket
    token = uuid.uuid4().hex[:12]
    programs = tuple(
        Program(
            name=f"qansatz-{token}-{k}",
            n_qubits=circuit.gates.n_qubits,
            n_bits=len(circuit.measured),
            n_shots=n,
            hqc=hqc,
            content=write_circuit(circuit, values),
        )
        for k, (circuit, n, hqc) in enumerate(zip(circuits, shots, expected.hqc, strict=True))
    )
    return Record(
        token=token,
        project=project,
        device=device,
        form=form,
        max_hqc=max_hqc,
        programs=programs,
        compiling=Job(name=f"qansatz-{token}-compile"),
        executing=Job(name=f"qansatz-{token}-execute"),
        purpose=purpose,
    )


def resume(
    path: Path,
    *,
    client: Client | None = None,
    timeout: float | None = None,
    say: Progress | None = None,
    sleep: Callable[[float], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Record:
    """Take a run through the steps it still has before it; the complete record.

    Raises:
        BackendError: where a step cannot be taken, or the time is up: the file holds all that was reached.
    """
    with alone(path):
        record = read(path)
        if record.complete:
            return record
        connected = client if client is not None else connect()
        steps = Steps(path, record, connected, say, sleep or time.sleep, clock)
        deadline = None if timeout is None else clock() + timeout
        return steps.take(deadline)


def _pytket(circuit: MeasuredCircuit, values: Sequence[float]) -> str:
    from qansatz.execute.backends.binding import bindable
    from qansatz.execute.backends.pytket_local import measured

    return json.dumps(measured(bindable(circuit.gates), circuit, values).to_dict())


def _qir(circuit: MeasuredCircuit, values: Sequence[float]) -> str:
    from qansatz.emit import qir
    from qansatz.emit.expressions import bound
    from qansatz.execute.backends.binding import bindable

    bindable(circuit.gates).angles(values)  # refuses angles that are no real numbers
    data = qir.emit(bound(circuit.gates, values), measured=circuit.measured)
    return base64.b64encode(data).decode("ascii")
