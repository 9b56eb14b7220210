"""What a result says, apart from how it looks: labelled facts, tables and remarks.

Every result has a ``sheet()``. Terminal text, HTML, Markdown and LaTeX are made of sheets, by one module of
:mod:`qansatz.views` each, so that notebooks and pages show what the command line shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from importlib import import_module
from typing import Final, Literal, TypeAlias

#: How much is known of a fact; the explanation of an ``unknown`` one says why it is not known.
Certainty: TypeAlias = Literal["exact", "bound", "sampled", "assumed", "unknown"]
Cell: TypeAlias = str | int | float | bool | None

#: The label of remarks on what a limit or an interrupt left out.
INCOMPLETE: Final = "incomplete"


@dataclass(frozen=True, slots=True)
class Fact:
    """One number or property, and one line that explains it.

    ``key`` leads to it from the object that the command prints with ``--json``, such as ``algebra.dimension``; empty
    where the fact is put together from several. ``interval`` holds a sampled value at 95 %.
    """

    label: str
    value: str
    explanation: str = ""
    _: KW_ONLY
    unit: str = ""
    interval: str = ""
    certainty: Certainty = "exact"
    key: str = ""

    @property
    def measure(self) -> str:
        """The value with its unit."""
        return f"{self.value} {self.unit}" if self.unit else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells under their heads; None is a cell without a value. ``more`` says what is left out."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence beside the numbers, such as an assumption; ``label`` says what kind it is, and may be empty."""

    label: str
    text: str

    def __str__(self) -> str:
        return f"{self.label}: {self.text}" if self.label else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What one result says."""

    title: str
    facts: tuple[Fact, ...] = ()
    tables: tuple[Table, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def incomplete(self) -> tuple[str, ...]:
        """What is missing, and why: the remarks of that kind."""
        return tuple(remark.text for remark in self.remarks if remark.label == INCOMPLETE)

    def __str__(self) -> str:
        """Facts, rows of tables and remarks, a line each."""
        rows = (_row(table.head, row) for table in self.tables for row in table.rows)
        return "\n".join([*map(_line, self.facts), *rows, *map(str, self.remarks)])


def assumed(texts: Iterable[str]) -> tuple[Remark, ...]:
    """Hypotheses as remarks."""
    return tuple(Remark("assumed", text) for text in texts)


def html(sheet: Sheet) -> str:
    """A sheet for notebooks.

    The view is imported by its name: results stand below the views.
    """
    return str(import_module("qansatz.views.html").html(sheet))


def cell_text(cell: Cell) -> str:
    """A cell in words: None is a dash, floats have two digits behind the point."""
    match cell:
        case None:
            return "-"
        case bool():
            return "yes" if cell else "no"
        case float():
            return f"{cell:.2f}"
        case _:
            return str(cell)


def _row(head: tuple[str, ...], row: tuple[Cell, ...]) -> str:
    cells = ((name, cell_text(cell)) for name, cell in zip(head, row, strict=True))
    return "; ".join(f"{name} {text}" if name else text for name, text in cells if text)


def _line(fact: Fact) -> str:
    interval = f" (95 %: {fact.interval})" if fact.interval else ""
    why = f" ({fact.explanation})" if fact.explanation else ""
    return f"{fact.label}: {fact.measure}{interval}{why}"
