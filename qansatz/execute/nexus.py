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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import numpy as np

from qansatz.execute.backends import BackendError, Outcomes, require
from qansatz.execute.nexus_record import Job, Program, Record, alone, packed, read, remaining, write
from qansatz.synthesis.readout import MeasuredCircuit
from qansatz.synthesis.resources import MACHINES, resources

T = TypeVar("T")

#: Statuses of a job that has not ended.
WAITING: Final = frozenset(
    ("QUEUED", "SUBMITTED", "RUNNING", "RETRYING", "CANCELLING"),
)
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 60.0
#: Failures to reach Nexus in a row that a wait survives.
_PATIENCE: Final = 5


class NotLoggedInError(BackendError):
    """Nexus does not know who asks."""


class UnreachableError(BackendError):
    """Nexus did not answer."""


class UnfinishedError(BackendError):
    """A run did not end in time, or ended without all outcomes."""


class Client(Protocol):
    """The calls of the package ``qnexus`` that are used; ``qnexus`` itself is one."""

    projects: Any
    circuits: Any
    qir: Any
    jobs: Any
    QuantinuumConfig: Any
    HeliosConfig: Any
    start_compile_job: Any
    start_execute_job: Any


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
    if needed > MACHINES[machine].n_qubits:
        raise ValueError(
            f"the circuits have {needed} qubits, {device} has {MACHINES[machine].n_qubits}"
        )
    found = tuple(resources(c).hqc(n) for c, n in zip(circuits, shots, strict=True))
    notes = [
        "HQC = 5 + C·(N_1q + 10·N_2q + 5·N_m)/5000 for each circuit of C shots",
        "rz is virtual and free; every circuit is billed on its own",
    ]
    if not MACHINES[machine].priced:
        notes.append(f"for {machine} the constants are not published: those of H1 and H2 are used")
    return Price(device=device, hqc=found, shots=tuple(shots), assumptions=tuple(notes))


def machine_of(device: str) -> str:
    """The machine that a device is, or emulates (``H2-1E``) or checks the syntax for (``H2-1SC``).

    Raises:
        ValueError: for another name.
    """
    for machine in MACHINES:
        if device in (machine, f"{machine}E", f"{machine}SC"):
            return machine
    known = ", ".join(MACHINES)
    raise ValueError(
        f"there is no device {device!r}; there are {known}, and with E their emulators"
    )


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
        seed: int | None = None,
        *,
        state: str | Path,
        project: str = "qansatz",
        device: str = "H2-1E",
        max_hqc: float,
        timeout: float | None = None,
        purpose: Mapping[str, Any] | None = None,
        client: Client | None = None,
        say: Callable[[str], None] | None = None,
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

    found: Client = qnexus
    return found


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
    helios = machine_of(device).startswith("Helios")
    token = uuid.uuid4().hex[:12]
    programs = tuple(
        Program(
            name=f"qansatz-{token}-{k}",
            n_qubits=circuit.gates.n_qubits,
            n_bits=len(circuit.measured),
            n_shots=n,
            hqc=hqc,
            content=_qir(circuit, values) if helios else _pytket(circuit, values),
        )
        for k, (circuit, n, hqc) in enumerate(zip(circuits, shots, expected.hqc, strict=True))
    )
    return Record(
        token=token,
        project=project,
        device=device,
        form="qir" if helios else "pytket",
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
    say: Callable[[str], None] | None = None,
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
        known = client if client is not None else connect()
        steps = _Steps(path, record, known, say, sleep or time.sleep, clock)
        deadline = None if timeout is None else clock() + timeout
        return steps.take(deadline)


class _Steps:
    """A run being taken forward: ``record`` is always what the file says."""

    def __init__(
        self,
        path: Path,
        record: Record,
        client: Client,
        say: Callable[[str], None] | None,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self.path, self.record, self.client = path, record, client
        self.sleep, self.clock = sleep, clock
        self.say = say or (lambda text: None)
        self.project: Any = None

    def take(self, deadline: float | None) -> Record:
        """All steps, in order."""
        self.project = self._ask(
            "open the project", self.client.projects.get_or_create, name=self.record.project
        )
        self._upload()
        if self.record.form == "pytket":
            self._compile(deadline)
        self._execute()
        status = self._wait("executing", deadline)
        self._retrieve(status)
        return self.record

    def _upload(self) -> None:
        missing = [p for p in self.record.programs if p.uploaded is None]
        if not missing:
            return
        store = self.client.qir if self.record.form == "qir" else self.client.circuits
        known = self._named(store, [program.name for program in missing])
        for k, program in enumerate(self.record.programs):
            if program.uploaded is not None:
                continue
            self.say(f"uploading circuit {k + 1} of {len(self.record.programs)} ...")
            found = known.get(program.name)
            if found is None:
                argument = (
                    {"qir": base64.b64decode(program.content)}
                    if self.record.form == "qir"
                    else {"circuit": _circuit(program.content)}
                )
                found = self._ask(
                    "upload a circuit",
                    store.upload,
                    name=program.name,
                    project=self.project,
                    **argument,
                )
            self._keep(k, uploaded=str(found.id))

    def _compile(self, deadline: float | None) -> None:
        if all(program.compiled is not None for program in self.record.programs):
            return
        if self._adopted("compiling") is None:
            programs = self._programs("uploaded")
            self.say("submitting the compilation ...")
            started = self._ask(
                "submit the compilation",
                self.client.start_compile_job,
                programs=programs,
                backend_config=self._config(),
                name=self.record.compiling.name,
                project=self.project,
                optimisation_level=0,
            )
            self._job("compiling", id=str(started.id))
        status = self._wait("compiling", deadline)
        if status != "COMPLETED":
            raise UnfinishedError(f"the compilation on Nexus ended as {status}; see {self.path}")
        job = self._fetched("compiling")
        results = self._ask("read the compilation", self.client.jobs.results, job)
        for k, result in enumerate(results):
            output = self._ask("read the compilation", result.get_output)
            self._keep(k, compiled=str(output.id))

    def _execute(self) -> None:
        if self._adopted("executing") is not None:
            return
        programs = self._programs("compiled" if self.record.form == "pytket" else "uploaded")
        self.say("submitting the execution ...")
        share = self.record.max_hqc / max(sum(p.hqc for p in self.record.programs), 1e-300)
        sizes: dict[str, Any] = {}
        if self.record.form == "qir":
            sizes["n_qubits"] = [program.n_qubits for program in self.record.programs]
        started = self._ask(
            "submit the execution",
            self.client.start_execute_job,
            programs=programs,
            n_shots=[program.n_shots for program in self.record.programs],
            backend_config=self._config(),
            name=self.record.executing.name,
            project=self.project,
            max_cost=[round(program.hqc * share, 2) for program in self.record.programs],
            **sizes,
        )
        self._job("executing", id=str(started.id))

    def _retrieve(self, status: str) -> None:
        job = self._fetched("executing")
        results = self._ask(
            "read the results", self.client.jobs.results, job, allow_incomplete=True
        )
        for k, result in enumerate(results):
            program = self.record.programs[k]
            if program.outcomes is not None or not hasattr(result, "download_result"):
                continue
            self.say(f"retrieving circuit {k + 1} of {len(self.record.programs)} ...")
            table = bits(self._ask("read a result", result.download_result), program.n_bits)
            if len(table) == program.n_shots:
                self._keep(k, outcomes=packed(table))
        missing = remaining(self.record.programs)
        if missing:
            n = len(self.record.programs)
            raise UnfinishedError(
                f"the job on Nexus ended as {status} with the outcomes of {n - missing} of {n} "
                f"circuits; those are in {self.path}"
            )

    def _wait(self, which: str, deadline: float | None) -> str:
        """Ask for the status of a job until it ends."""
        job, pause, failures = self._fetched(which), _FIRST_PAUSE, 0
        while True:
            try:
                answer = self._ask("ask for the status", self.client.jobs.status, job)
            except UnreachableError:
                failures += 1
                if failures > _PATIENCE:
                    raise
            else:
                failures = 0
                status = _word(answer.status)
                if status != getattr(self.record, which).status:
                    self._job(which, status=status)
                if status not in WAITING:
                    return status
                place = getattr(answer, "queue_position", None)
                queue = "" if place is None else f", place {place} in the queue"
                self.say(f"{which} on {self.record.device}: {status.lower()}{queue} ...")
            if deadline is not None and self.clock() + pause > deadline:
                raise UnfinishedError(
                    f"the job on Nexus has not ended in the time given; resume with {self.path}"
                )
            self.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _adopted(self, which: str) -> str | None:
        """The identifier of a job: as recorded, or of one of its name that Nexus has."""
        job: Job = getattr(self.record, which)
        if job.id is None:
            found = self._named(self.client.jobs, [job.name]).get(job.name)
            if found is None:
                return None
            self._job(which, id=str(found.id))
            return str(found.id)
        return job.id

    def _fetched(self, which: str) -> Any:
        job: Job = getattr(self.record, which)
        return self._ask("find the job", self.client.jobs.get, id=job.id)

    def _programs(self, stage: str) -> list[Any]:
        store = self.client.qir if self.record.form == "qir" else self.client.circuits
        return [
            self._ask("find a circuit", store.get, id=getattr(program, stage))
            for program in self.record.programs
        ]

    def _named(self, store: Any, names: Sequence[str]) -> dict[str, Any]:
        """What a store has under some names."""
        found = self._ask(
            "look for what is there",
            lambda: list(store.get_all(name_exact=list(names), project=self.project)),
        )
        return {item.annotations.name: item for item in found}

    def _config(self) -> Any:
        if self.record.form == "qir":
            return self.client.HeliosConfig(system_name=self.record.device)
        return self.client.QuantinuumConfig(device_name=self.record.device)

    def _keep(self, index: int, **changes: Any) -> None:
        programs = list(self.record.programs)
        programs[index] = replace(programs[index], **changes)
        self._write(replace(self.record, programs=tuple(programs)))

    def _job(self, which: str, **changes: str) -> None:
        job = replace(getattr(self.record, which), **changes)
        self._write(
            replace(self.record, compiling=job)
            if which == "compiling"
            else replace(self.record, executing=job)
        )

    def _write(self, record: Record) -> None:
        write(self.path, record)
        self.record = record

    def _ask(self, what: str, call: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """One call to Nexus; its failures in the words of this module."""
        try:
            return call(*args, **kwargs)
        except Exception as error:
            raise _told(error, what, self.path) from error


def _told(error: Exception, what: str, path: Path) -> BackendError:
    names = {kind.__name__ for kind in type(error).__mro__}
    if "AuthenticationError" in names or getattr(error, "status_code", None) in (401, 403):
        return NotLoggedInError(
            f"not logged in to Nexus (could not {what}): run `qnx login`, then resume with {path}"
        )
    if names & {"TransportError", "TimeoutException", "TimeoutError", "ConnectionError"}:
        return UnreachableError(
            f"Nexus did not answer (could not {what}): resume later with {path}"
        )
    reason = " ".join(str(error).split()) or type(error).__name__
    return BackendError(f"could not {what} on Nexus: {reason[:400]}; resume with {path}")


def bits(result: Any, n_bits: int) -> Outcomes:
    """The outcomes in a result, shape (shots, bits): pytket's, Helios' shots, or text in QIR's output schema."""
    if hasattr(result, "get_shots"):
        from pytket.circuit import Bit

        if not n_bits:
            return np.zeros((sum(result.get_counts().values()), 0), dtype=np.uint8)
        table = result.get_shots(cbits=[Bit(k) for k in range(n_bits)])
        return np.asarray(table, dtype=np.uint8).reshape(-1, n_bits)
    if isinstance(result.results, str):
        rows = _schema_rows(result.results)
    else:
        rows = [
            [int(value) for tag, value in shot.entries if tag.startswith("q")]
            for shot in result.results
        ]
    return np.array(rows, dtype=np.uint8).reshape(len(rows), n_bits)


def _schema_rows(text: str) -> list[list[int]]:
    """The results of each shot, in order of their records, in QIR's labelled output schema."""
    rows: list[list[int]] = []
    for line in text.splitlines():
        match line.split("\t"):
            case ["START", *_]:
                rows.append([])
            case ["OUTPUT", "RESULT", value, *_]:
                rows[-1].append(int(value))
            case _:
                continue
    return rows


def _word(status: Any) -> str:
    return str(getattr(status, "value", status))


def _pytket(circuit: MeasuredCircuit, values: Sequence[float]) -> str:
    from qansatz.execute.binding import bindable
    from qansatz.execute.pytket_local import measured

    return json.dumps(measured(bindable(circuit.gates), circuit, values).to_dict())


def _circuit(content: str) -> Any:
    from pytket.circuit import Circuit

    return Circuit.from_dict(json.loads(content))


def _qir(circuit: MeasuredCircuit, values: Sequence[float]) -> str:
    from qansatz.emit import qir
    from qansatz.emit.expressions import bound
    from qansatz.execute.binding import bindable

    bindable(circuit.gates).angles(values)  # refuses angles that are no real numbers
    data = qir.emit(bound(circuit.gates, values), measured=circuit.measured)
    return base64.b64encode(data).decode("ascii")
