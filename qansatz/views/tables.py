"""Tables as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from qansatz.characters import columns, harmless
from qansatz.sheets import Cell, cell_text


def table(head: Sequence[str], rows: Sequence[Sequence[Cell]], indent: int = 2) -> str:
    """Rows under their heads, columns two spaces apart; numbers stand to the right, None is a dash."""
    cells = [[harmless(cell_text(cell)) for cell in row] for row in rows]
    right = [all(isinstance(r[k], int | float | None) for r in rows) for k in range(len(head))]
    wide = [max(map(width, column)) for column in zip(head, *cells, strict=True)]
    lines = []
    for row in [list(head), *cells]:
        filled = [padded(t, w, right=r) for t, w, r in zip(row, wide, right, strict=True)]
        lines.append((" " * indent + "  ".join(filled)).rstrip())
    return "\n".join(lines) + "\n"


def padded(text: str, wide: int, *, right: bool) -> str:
    """A text filled with spaces to this many columns of a terminal."""
    space = " " * (wide - width(text))
    return space + text if right else text + space


def width(text: str) -> int:
    """The columns that a text takes on a terminal."""
    return sum(map(columns, text))
