"""The steps of a run on Nexus, each recorded before the next is taken."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import numpy as np

from qansatz.execute.backends.backend import BackendError, Outcomes
from qansatz.execute.nexus.record import Job, Record, packed, remaining, write
from qansatz.progress import Progress, Step

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


class Steps:
    """A run being taken forward: ``record`` is always what the file says."""

    def __init__(
        self,
        path: Path,
        record: Record,
        client: Client,
        say: Progress | None,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
    ) -> None:
        self.path, self.record, self.client = path, record, client
        self.sleep, self.clock = sleep, clock
        self.say = say or (lambda step: None)
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
        stored = self._named(store, [program.name for program in missing])
        for k, program in enumerate(self.record.programs):
            if program.uploaded is not None:
                continue
            self.say(Step(text="uploading circuits", done=k, total=len(self.record.programs)))
            program_ref = stored.get(program.name)
            if program_ref is None:
                argument = (
                    {"qir": base64.b64decode(program.content)}
                    if self.record.form == "qir"
                    else {"circuit": _circuit(program.content)}
                )
                program_ref = self._ask(
                    "upload a circuit",
                    store.upload,
                    name=program.name,
                    project=self.project,
                    **argument,
                )
            self._keep(k, uploaded=str(program_ref.id))

    def _compile(self, deadline: float | None) -> None:
        if all(program.compiled is not None for program in self.record.programs):
            return
        if self._adopted("compiling") is None:
            programs = self._programs("uploaded")
            self.say(Step(text="submitting the compilation"))
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
        results = self._ask(
            "read the compilation", self.client.jobs.results, job, allow_incomplete=True
        )
        for k, result in enumerate(results):
            if not hasattr(result, "get_output"):
                raise UnfinishedError(f"circuit {k + 1} was not compiled on Nexus; see {self.path}")
            output = self._ask("read the compilation", result.get_output)
            self._keep(k, compiled=str(output.id))

    def _execute(self) -> None:
        if self._adopted("executing") is not None:
            return
        programs = self._programs("compiled" if self.record.form == "pytket" else "uploaded")
        self.say(Step(text="submitting the execution"))
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
            self.say(Step(text="retrieving circuits", done=k, total=len(self.record.programs)))
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
                detail = f"{status.lower()}{queue}"
                self.say(Step(text=f"{which} on {self.record.device}", detail=detail))
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
            job_ref = self._named(self.client.jobs, [job.name]).get(job.name)
            if job_ref is None:
                return None
            self._job(which, id=str(job_ref.id))
            return str(job_ref.id)
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
        items = self._ask(
            "look for what is there",
            lambda: list(store.get_all(name_exact=list(names), project=self.project)),
        )
        return {item.annotations.name: item for item in items}

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


def _circuit(content: str) -> Any:
    from pytket.circuit import Circuit

    return Circuit.from_dict(json.loads(content))
