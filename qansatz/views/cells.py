"""What stands in the cells of a sheet, whatever they are written in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qansatz.sheets import Cell, Fact


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


def certainties(facts: Sequence[Fact]) -> Iterable[tuple[str, ...]]:
    """The cell that says how certain each fact is, empty where it is exact; no cells where all facts are."""
    if all(fact.certainty == "exact" for fact in facts):
        return [() for _ in facts]
    return [("" if fact.certainty == "exact" else fact.certainty,) for fact in facts]
