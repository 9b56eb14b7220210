"""What a run on Nexus leaves on disk: each step before and after it is taken, so that nothing is paid twice."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np

from qansatz.execute.backends.backend import BackendError, Outcomes, require
from qansatz.files import LockedError, create_text, locked, replace_bytes

FORMAT_VERSION: Final = "1.0"
KIND: Final = "qansatz run on Nexus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One circuit of a run: ``content`` is pytket's JSON, or QIR in base 64; the rest is what Nexus knows of it.

    ``uploaded`` and ``compiled`` are identifiers there; ``outcomes`` the packed bits in base 64, column k bit k.
    """

    name: str
    n_qubits: int
    n_bits: int
    n_shots: int
    hqc: float
    content: str
    uploaded: str | None = None
    compiled: str | None = None
    outcomes: str | None = None

    @property
    def table(self) -> Outcomes:
        """The outcomes, shape (shots, bits)."""
        assert self.outcomes is not None
        packed = np.frombuffer(base64.b64decode(self.outcomes), dtype=np.uint8)
        n_bits = self.n_shots * self.n_bits
        return np.unpackbits(packed, count=n_bits).reshape(self.n_shots, self.n_bits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job by its name, which no other has; ``id`` once Nexus has accepted it, ``status`` as last heard."""

    name: str
    id: str | None = None
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A whole run; ``purpose`` is what its owner needs to make sense of the outcomes."""

    token: str
    project: str
    device: str
    form: str
    max_hqc: float
    programs: tuple[Program, ...]
    compiling: Job
    executing: Job
    purpose: Mapping[str, Any]

    @property
    def complete(self) -> bool:
        """Whether the outcomes of every circuit are here."""
        return all(program.outcomes is not None for program in self.programs)

    def outcomes(self) -> list[Outcomes]:
        """The outcomes of every circuit of a complete run."""
        return [program.table for program in self.programs]

    def same_programs(self, other: Record) -> bool:
        """Whether both are about the same circuits, shots and device."""

        def essence(record: Record) -> list[object]:
            return [
                record.project,
                record.device,
                *((p.content, p.n_shots, p.n_bits) for p in record.programs),
            ]

        return essence(self) == essence(other)


def packed(outcomes: Outcomes) -> str:
    """A table of bits as text."""
    return base64.b64encode(np.packbits(outcomes).tobytes()).decode("ascii")


def read(path: Path) -> Record:
    """The record in a file.

    Raises:
        BackendError: when the file cannot be read, or is no such record.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BackendError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise BackendError(f"{path} is no record of a run on Nexus") from None
    try:
        return _record(data)
    except (KeyError, TypeError, ValueError):
        raise BackendError(f"{path} is no record of a run on Nexus") from None


def _record(data: Any) -> Record:
    if data["kind"] != KIND or data["format_version"].split(".")[0] != "1":
        raise ValueError
    names = [field.name for field in fields(Record)]
    values = {name: data[name] for name in names}
    values["programs"] = tuple(Program(**program) for program in data["programs"])
    values["compiling"] = Job(**data["compiling"])
    values["executing"] = Job(**data["executing"])
    return Record(**values)


def write(path: Path, record: Record, *, new: bool = False) -> None:
    """Put the record where ``path`` is: a reader sees the old one or the new one, never a part.

    Raises:
        BackendError: when that is not possible, or with ``new`` when a file is there.
    """
    whole = {"format_version": FORMAT_VERSION, "kind": KIND, **asdict(record)}
    text = json.dumps(whole)
    try:
        if new:
            create_text(path, text)
        else:
            replace_bytes(path, text.encode("utf-8"))
    except FileExistsError:
        raise BackendError(f"{path} is there already") from None
    except OSError as error:
        raise BackendError(f"cannot write {path}: {error.strerror}") from None


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let only one process at a time work on a record.

    Raises:
        BackendError: while another one does, or where the lock cannot be written.
        ImportError: when filelock is not installed.
    """
    require("filelock", "nexus", "nexus")
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(path))
        except LockedError as error:
            raise BackendError(str(error)) from None
        except OSError as error:
            raise BackendError(f"cannot lock {path}: {error.strerror}") from None
        yield


def remaining(programs: Sequence[Program]) -> int:
    """How many circuits have no outcomes yet."""
    return sum(program.outcomes is None for program in programs)
