"""Sheets as Markdown with tables, as GitHub writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from qansatz.sheets import Cell, Sheet, Table, cell_text
from qansatz.views.cells import fact_rows

_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|#~&$])")


def markdown(sheet: Sheet, *, level: int = 2) -> str:
    """The title as a heading of a level, the facts as a table, the tables, and the remarks as a list."""
    parts = [f"{'#' * level} {_escaped(sheet.title)}\n"] if sheet.title else []
    if sheet.facts:
        head, *rows = fact_rows(sheet.facts)
        parts.append(_rows(head, rows))
    parts += map(_table, sheet.tables)
    parts.append("".join(f"- {_escaped(str(remark))}\n" for remark in sheet.remarks))
    return "\n".join(part for part in parts if part)


def _table(shown: Table) -> str:
    title = f"{_escaped(shown.title)}:\n\n" if shown.title else ""
    more = f"\nand {_escaped(shown.more)}\n" if shown.more else ""
    return title + _rows(shown.head, shown.rows) + more


def _rows(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    lines = [[*map(_escaped, head)], ["---"] * len(head)]
    cells = [[_escaped(cell_text(cell)) for cell in row] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in [*lines, *cells])


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))
