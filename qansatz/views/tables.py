"""Tables as plain text."""

from __future__ import annotations

from collections.abc import Sequence

from qansatz.characters import columns, harmless


def table(head: Sequence[str], rows: Sequence[Sequence[object]], indent: int = 2) -> str:
    """Rows under their heads, columns two spaces apart; numbers stand to the right, None is a dash."""
    cells = [[_text(cell) for cell in row] for row in rows]
    right = [all(isinstance(r[k], int | float | None) for r in rows) for k in range(len(head))]
    wide = [max(map(_width, column)) for column in zip(head, *cells, strict=True)]
    lines = []
    for row in [list(head), *cells]:
        padded = [_padded(*parts) for parts in zip(row, wide, right, strict=True)]
        lines.append((" " * indent + "  ".join(padded)).rstrip())
    return "\n".join(lines) + "\n"


def _text(cell: object) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{cell:.2f}"
    return harmless(str(cell))


def _padded(text: str, wide: int, right: bool) -> str:
    space = " " * (wide - _width(text))
    return space + text if right else text + space


def _width(text: str) -> int:
    return sum(map(columns, text))
