"""Sheets as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qansatz.characters import harmless
from qansatz.sheets import INCOMPLETE, Fact, Sheet, Table
from qansatz.views.cells import fact_rows
from qansatz.views.tables import padded, table, width

#: Values that are wider do not widen their column.
_WIDEST: Final = 24
#: Explanations that would begin behind this column stand below the facts instead.
_FAR: Final = 66


def text(*sheets: Sheet, heading: str = "") -> str:
    """Facts, tables and remarks of some sheets below a heading, the facts of all of them in the same columns.

    What is incomplete is not told here: a command says it on standard error.
    """
    lines = iter(_fact_lines([fact for sheet in sheets for fact in sheet.facts]))
    parts = [f"{harmless(heading)}\n"] if heading else []
    for sheet in sheets:
        facts = [next(lines) for _ in sheet.facts]
        parts.append("".join(line for line, _ in facts))
        parts.append("".join(below for _, below in facts))
        parts += map(_table, sheet.tables)
        remarks = [remark for remark in sheet.remarks if remark.label != INCOMPLETE]
        parts.append("".join(f"  {harmless(str(remark))}\n" for remark in remarks))
    return "\n".join(part for part in parts if part)


def _table(shown: Table) -> str:
    title = f"  {shown.title}\n" if shown.title else ""
    rows = table(shown.head, shown.rows) if shown.rows else ""
    return title + rows + (f"  ... and {shown.more}\n" if shown.more else "")


def _fact_lines(facts: Sequence[Fact]) -> list[tuple[str, str]]:
    """The line of each fact, and one that explains it below where there is no room for that beside it."""
    rows = [[harmless(cell) for cell in row] for row in fact_rows(facts, terse=True)[1:]]
    cells = [row[:-1] for row in rows]
    wide = [
        max(map(width, column)) if k != 1 else _width_of_values(column)
        for k, column in enumerate(zip(*cells, strict=True))
    ]
    far = sum(wide) + 2 * len(wide) > _FAR
    lines = []
    for row, fact in zip(rows, facts, strict=True):
        filled = [padded(cell, wide[k], right=k == 1) for k, cell in enumerate(row[:-1])]
        beside = "" if far else row[-1]
        line = f"  {'  '.join([*filled, beside]).rstrip()}\n"
        below = f"  {harmless(fact.label)}: {row[-1]}\n" if far and row[-1] else ""
        lines.append((line, below))
    return lines


def _width_of_values(column: Sequence[str]) -> int:
    return max((wide for cell in column if (wide := width(cell)) <= _WIDEST), default=0)
