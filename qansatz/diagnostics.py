"""Faults as values: what went wrong, where, the witness, and the cure."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from importlib import import_module
from types import ModuleType
from typing import ClassVar

from qansatz.source import Span

_LONGEST = 1_000


class Severity(Enum):
    """How much a fault matters: an error makes the exit code 1, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Label:
    """A secondary place and what it has to do with the fault."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text of a span."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that cure a fault; ``safe`` says that they cannot change what a valid file means."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(ABC):
    """One mistake, at a place. Each kind is a subclass beside the stage that finds it.

    A subclass declares what its texts need as fields, and the texts as methods. Its ``code`` and
    ``title`` name it for good. Its docstring is the text of ``qansatz explain``: the cause in prose,
    an example that provokes the fault as the first ``qans`` code block, and the cured example as the
    second. ``where`` holds the loop indices of the execution that met the fault first, "" outside
    loops.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR

    span: Span = field(kw_only=False)
    labels: tuple[Label, ...] = ()
    fix: Fix | None = None
    where: str = ""

    @abstractmethod
    def message(self) -> str:
        """What is wrong, in one clause."""

    def label(self) -> str | None:
        """What stands under the place."""
        return None

    def note(self) -> str | None:
        """What else helps to understand it."""
        return None

    def help(self) -> str | None:
        """The cure, where it is known."""
        return None

    def key(self) -> object:
        """What tells apart two faults of this kind at one place that no loop repeats."""
        return None

    def diagnostic(self, count: int = 1) -> Diagnostic:
        """The fault in words; ``count`` is how often it occurred at this place."""
        notes = [_cut(note)] if (note := self.note()) else []
        if self.where:
            at = f"at {self.where}"
            notes.append(f"first {at}; {count} times in all" if count > 1 else at)
        elif count > 1:
            notes.append(f"{count} times in all")
        return Diagnostic(
            code=self.code,
            severity=self.severity,
            message=_cut(self.message()),
            span=self.span,
            label=_cut(self.label() or ""),
            labels=self.labels,
            notes=tuple(notes),
            help=_cut(self.help() or ""),
            fix=self.fix,
        )


def _cut(text: str) -> str:
    """A text that fills pages without its middle."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]}…{text[-100:]}"


def topics(package: str) -> Callable[[str], ModuleType]:
    """The ``__getattr__`` of a package of faults: its modules, each imported when first asked for."""

    def topic(name: str) -> ModuleType:
        try:
            return import_module(f"{package}.{name}")
        except ModuleNotFoundError:
            raise AttributeError(f"{package} has no topic {name}") from None

    return topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """A fault ready to be shown."""

    code: str
    severity: Severity
    message: str
    span: Span
    label: str
    labels: tuple[Label, ...]
    notes: tuple[str, ...]
    help: str
    fix: Fix | None


class FaultLog:
    """Gathers faults in the order found; a fault that a loop repeats at one place is kept once, counted."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, Span, object], Fault] = {}
        self._count: dict[tuple[str, Span, object], int] = {}

    def __len__(self) -> int:
        return len(self._first)

    def __contains__(self, fault: Fault) -> bool:
        return _key(fault) in self._first

    def add(self, fault: Fault, count: int = 1) -> None:
        """Record a fault that occurs ``count`` times at its place."""
        key = _key(fault)
        if key in self._first:
            self._count[key] += count
        else:
            self._first[key] = fault
            self._count[key] = count

    def take(self, other: FaultLog) -> None:
        """Record everything that another log holds."""
        for key, fault in other._first.items():
            self.add(fault, other._count[key])

    @property
    def has_errors(self) -> bool:
        """Whether any recorded fault is an error."""
        return any(fault.severity is Severity.ERROR for fault in self._first.values())

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Every fault in words, by file in the order first met and by place in the file."""
        order = {
            id(fault.span.source): k for k, fault in reversed([*enumerate(self._first.values())])
        }
        found = [fault.diagnostic(self._count[key]) for key, fault in self._first.items()]
        return tuple(sorted(found, key=lambda d: (order[id(d.span.source)], d.span.start, d.code)))


def _key(fault: Fault) -> tuple[str, Span, object]:
    """What makes two faults the same, repeated by a loop."""
    return fault.code, fault.span, fault.key()


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The known name nearest to a misspelt one, or None when none is near."""
    from difflib import get_close_matches

    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return close[0] if close else None
