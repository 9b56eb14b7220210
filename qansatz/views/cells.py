"""What stands in the cells of a sheet, whatever they are written in."""

from __future__ import annotations

from collections.abc import Sequence

from qansatz.sheets import Fact


def fact_rows(facts: Sequence[Fact], *, terse: bool = False) -> list[tuple[str, ...]]:
    """Heads, then label, value, interval, certainty and explanation of each fact.

    Intervals are left out where no fact has one; ``terse`` leaves out certainties where all facts are exact.
    """
    with_interval = any(fact.interval for fact in facts)
    with_certainty = not terse or any(fact.certainty != "exact" for fact in facts)
    shown = (True, True, with_interval, with_certainty, True)
    heads = ("fact", "value", "95 %", "certainty", "meaning")
    rows = [(f.label, f.measure, f.interval, f.certainty, f.explanation) for f in facts]
    return [
        tuple(cell for cell, kept in zip(row, shown, strict=True) if kept) for row in (heads, *rows)
    ]
