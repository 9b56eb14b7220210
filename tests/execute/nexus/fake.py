"""A service on this machine that speaks the calls of ``qnexus``, and fails where it is told to."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
from pytket.backends.backendresult import BackendResult
from pytket.circuit import Bit, Circuit, OpType
from pytket.utils.outcomearray import OutcomeArray


class AuthenticationError(Exception):
    """As in ``qnexus.exceptions``."""


class TimeoutException(Exception):  # noqa: N818 - named as in httpx
    """As in ``httpx``."""


def named(name: str, identifier: str, **more) -> SimpleNamespace:
    return SimpleNamespace(id=identifier, annotations=SimpleNamespace(name=name), **more)


class Service:
    """What lives on the other side: it outlasts every client. ``log`` lists what was created."""

    def __init__(self) -> None:
        self.stores: dict[str, dict[str, SimpleNamespace]] = {"circuits": {}, "qir": {}, "jobs": {}}
        self.log: list[str] = []
        self.polls = 0
        self.polls_needed = 2
        self.failed_items: set[int] = set()
        self.final = "COMPLETED"

    def create(self, store: str, name: str, **more) -> SimpleNamespace:
        self.log.append(f"{store} {name}")
        found = named(name, f"{store}-{len(self.stores[store])}", **more)
        self.stores[store][found.id] = found
        return found


class Fake:
    """A client of the service: ``before`` and ``after`` are called around every call with its number and name."""

    def __init__(
        self,
        service: Service,
        before: Callable[[int, str], None] = lambda number, name: None,
        after: Callable[[int, str], None] = lambda number, name: None,
    ) -> None:
        self.service, self.before, self.after = service, before, after
        self.calls: list[tuple[str, tuple, dict]] = []
        self.projects = SimpleNamespace(
            get_or_create=self.call("projects.get_or_create", self._project)
        )
        self.circuits = self._store("circuits")
        self.qir = self._store("qir")
        self.jobs = SimpleNamespace(
            get_all=self.call("jobs.get_all", self._all("jobs")),
            get=self.call("jobs.get", self._one("jobs")),
            status=self.call("jobs.status", self._status),
            results=self.call("jobs.results", self._results),
        )
        self.start_compile_job = self.call("start_compile_job", self._compile)
        self.start_execute_job = self.call("start_execute_job", self._execute)
        self.QuantinuumConfig = lambda device_name: SimpleNamespace(device=device_name)
        self.HeliosConfig = lambda system_name: SimpleNamespace(device=system_name)

    def call(self, name: str, work: Callable) -> Callable:
        def called(*args, **kwargs):
            number = len(self.calls)
            self.calls.append((name, args, kwargs))
            self.before(number, name)
            found = work(*args, **kwargs)
            self.after(number, name)
            return found

        return called

    def _store(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(
            get_all=self.call(f"{name}.get_all", self._all(name)),
            get=self.call(f"{name}.get", self._one(name)),
            upload=self.call(
                f"{name}.upload",
                lambda name, project, **content: self.service.create(
                    next(iter(content)).replace("circuit", "circuits"), name, **content
                ),
            ),
        )

    def _project(self, name: str) -> SimpleNamespace:
        return named(name, "project-0")

    def _all(self, store: str) -> Callable:
        return lambda name_exact, project: [
            item
            for item in self.service.stores[store].values()
            if item.annotations.name in name_exact
        ]

    def _one(self, store: str) -> Callable:
        return lambda id: self.service.stores[store][id]

    def _compile(self, programs, backend_config, name, project, optimisation_level):
        assert optimisation_level == 0
        return self.service.create("jobs", name, kind="compile", programs=programs, shots=None)

    def _execute(self, programs, n_shots, backend_config, name, project, max_cost, n_qubits=None):
        assert len(programs) == len(n_shots) == len(max_cost)
        return self.service.create(
            "jobs", name, kind="execute", programs=programs, shots=n_shots, max_cost=max_cost
        )

    def _status(self, job) -> SimpleNamespace:
        self.service.polls += 1
        if self.service.polls < self.service.polls_needed:
            return SimpleNamespace(status="QUEUED", queue_position=3)
        status = self.service.final if job.kind == "execute" else "COMPLETED"
        return SimpleNamespace(status=status, queue_position=None)

    def _results(self, job, allow_incomplete=False) -> list[SimpleNamespace]:
        assert allow_incomplete, "results are told apart by their place"
        if job.kind == "compile":
            return [
                SimpleNamespace(get_output=lambda program=program: program)
                for program in job.programs
            ]
        return [
            SimpleNamespace(last_status="ERROR")
            if k in self.service.failed_items
            else SimpleNamespace(download_result=lambda program=program, n=n: _run(program, n))
            for k, (program, n) in enumerate(zip(job.programs, job.shots, strict=True))
        ]


def _run(program: SimpleNamespace, n_shots: int):
    if hasattr(program, "qir"):
        return SimpleNamespace(results=_schema(program.qir, n_shots))
    circuit: Circuit = program.circuit
    assert {c.op.type for c in circuit} <= {
        OpType.Rz,
        OpType.PhasedX,
        OpType.ZZPhase,
        OpType.Measure,
    }
    measured = [(c.qubits[0].index[0], c.bits[0]) for c in circuit.commands_of_type(OpType.Measure)]
    bare = Circuit(circuit.n_qubits)
    for command in circuit:
        if command.op.type != OpType.Measure:
            bare.add_gate(command.op, command.qubits)
    weights = abs(bare.get_statevector()) ** 2
    drawn = np.random.default_rng(7).choice(len(weights), size=n_shots, p=weights / weights.sum())
    table = np.array([drawn >> (circuit.n_qubits - 1 - q) & 1 for q, _ in measured]).T
    return BackendResult(
        shots=OutcomeArray.from_readouts(table.reshape(n_shots, len(measured)).tolist()),
        c_bits=[Bit(bit.index[0]) for _, bit in measured],
    )


def _schema(qir: bytes, n_shots: int) -> str:
    """All outcomes 1, in the labelled output schema of QIR."""
    import pyqir

    module = pyqir.Module.from_bitcode(pyqir.Context(), qir)
    entry = next(f for f in module.functions if pyqir.is_entry_point(f))
    n = pyqir.required_num_results(entry)
    lines = []
    for _ in range(n_shots):
        lines += ["START", f"OUTPUT\tARRAY\t{n}\tmeasured"]
        lines += [f"OUTPUT\tRESULT\t1\tq{k}" for k in range(n)] + ["END\t0"]
    return "\n".join(lines)
