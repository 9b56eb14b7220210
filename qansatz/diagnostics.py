"""Faults as values: what went wrong, where, the witness, and the cure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
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


class Fault:
    """One mistake. Each kind is a subclass beside the stage that finds it.

    A subclass is data: ``code`` and ``title`` name it for good; ``message``, ``label``, ``note`` and
    ``help`` are templates filled from the keyword fields given at construction (a ``label``, ``note`` or
    ``help`` whose fields were not all given, or are None, is left out); its docstring is the text of
    ``qansatz explain``: the cause in prose, an example that provokes the fault as the first ``qans`` code
    block, and the cured example as the second.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR
    message: ClassVar[str]
    label: ClassVar[str] = ""
    note: ClassVar[str] = ""
    help: ClassVar[str] = ""

    __slots__ = ("fields", "fix", "labels", "span")

    def __init__(
        self,
        span: Span,
        *,
        labels: Iterable[Label] = (),
        fix: Fix | None = None,
        **fields: object,
    ) -> None:
        self.span = span
        self.labels = tuple(labels)
        self.fix = fix
        self.fields: Mapping[str, object] = {
            k: _short(v) for k, v in fields.items() if v is not None
        }

    def diagnostic(self, count: int = 1) -> Diagnostic:
        """The fault in words; ``count`` is how often it occurred at this place."""
        notes = []
        if note := _fill(self.note, self.fields):
            notes.append(note)
        if where := self.fields.get("where"):
            notes.append(f"first at {where}; {count} times in all" if count > 1 else f"at {where}")
        elif count > 1:
            notes.append(f"{count} times in all")
        return Diagnostic(
            code=self.code,
            severity=self.severity,
            message=self.message.format_map(self.fields),
            span=self.span,
            label=_fill(self.label, self.fields),
            labels=self.labels,
            notes=tuple(notes),
            help=_fill(self.help, self.fields),
            fix=self.fix,
        )


def _short(value: object) -> object:
    """What a diagnostic shows of a value that fills pages."""
    if isinstance(value, int) and value.bit_length() > 200:
        return f"a number of about {value.bit_length() * 3 // 10} digits"
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[: _LONGEST // 2]}…{value[-20:]}"
    return value


def _fill(template: str, fields: Mapping[str, object]) -> str:
    try:
        return template.format_map(fields)
    except KeyError:
        return ""


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
    return fault.code, fault.span, fault.fields.get("key")


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """The known name nearest to a misspelt one, or None when none is near."""
    from difflib import get_close_matches

    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return close[0] if close else None
