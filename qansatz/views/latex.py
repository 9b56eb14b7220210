"""Sheets as LaTeX, for a page that loads ``booktabs``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from qansatz.sheets import Cell, Sheet, Table, cell_text
from qansatz.views.cells import fact_rows

_ESCAPES: Final = {
    **{letter: f"\\{letter}" for letter in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "±": r"$\pm$",
}


def latex(sheet: Sheet) -> str:
    """The title as a paragraph, the facts and the tables as ``tabular``, and the remarks as a list."""
    parts = [f"\\paragraph{{{_escaped(sheet.title)}}}\n"] if sheet.title else []
    if sheet.facts:
        parts.append(_tabular((), fact_rows(sheet.facts)[1:]))
    parts += map(_table, sheet.tables)
    if sheet.remarks:
        items = "".join(f"  \\item {_escaped(str(remark))}\n" for remark in sheet.remarks)
        parts.append(f"\\begin{{itemize}}\n{items}\\end{{itemize}}\n")
    return "\n".join(parts)


def _table(shown: Table) -> str:
    more = f"\nand {_escaped(shown.more)}\n" if shown.more else ""
    return _tabular(shown.head, shown.rows) + more


def _tabular(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    lines = [[_escaped(cell_text(cell)) for cell in row] for row in rows]
    titles = f"  {' & '.join(map(_escaped, head))} \\\\ \\midrule\n" if head else ""
    width = len(head) or max(map(len, lines), default=1)
    body = "".join(f"  {' & '.join(line)} \\\\\n" for line in lines)
    return (
        f"\\begin{{tabular}}{{{'l' * width}}}\n  \\toprule\n{titles}{body}"
        "  \\bottomrule\n\\end{tabular}\n"
    )


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(letter, letter) for letter in text)
