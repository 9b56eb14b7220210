"""Sheets as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qansatz.characters import harmless
from qansatz.sheets import Cell, Fact, Sheet
from qansatz.views.tables import padded, table, width

#: Values that are wider do not widen the column.
_WIDEST: Final = 24


def text(*sheets: Sheet, heading: str = "") -> str:
    """Facts, tables and remarks of some sheets below a heading, the facts of all of them in the same columns."""
    facts = [fact for sheet in sheets for fact in sheet.facts]
    widths = _widths(facts)
    parts = [f"{harmless(heading)}\n"] if heading else []
    for sheet in sheets:
        parts.append("".join(_fact_line(fact, widths) for fact in sheet.facts))
        parts += [_table(shown.head, shown.rows, shown.more) for shown in sheet.tables]
        parts.append("".join(f"  {harmless(str(remark))}\n" for remark in sheet.remarks))
    return "\n".join(part for part in parts if part)


def _table(head: Sequence[str], rows: Sequence[Sequence[Cell]], more: str) -> str:
    return (table(head, rows) if rows else "") + (f"  ... and {more}\n" if more else "")


def _widths(facts: Sequence[Fact]) -> tuple[int, int, int]:
    """Of labels, values and certainties; 0 for certainties where everything is exact."""
    return (
        max((width(fact.label) for fact in facts), default=0),
        max((w for fact in facts if (w := width(fact.measure)) <= _WIDEST), default=0),
        max((len(_certainty(fact)) for fact in facts), default=0),
    )


def _certainty(fact: Fact) -> str:
    return "" if fact.certainty == "exact" else fact.certainty


def _fact_line(fact: Fact, widths: tuple[int, int, int]) -> str:
    cells = [
        padded(harmless(fact.label), widths[0], right=False),
        padded(harmless(fact.measure), widths[1], right=True),
        *([_certainty(fact).ljust(widths[2])] if widths[2] else []),
        harmless(fact.explanation),
    ]
    return f"  {'  '.join(cells).rstrip()}\n"
