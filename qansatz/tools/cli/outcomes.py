"""Values and counts of runs on the console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from qansatz.tools.cli.console import Console
from qansatz.views.runs import COUNTS, EXPECTATIONS, Counted
from qansatz.views.text import text

if TYPE_CHECKING:
    from qansatz.execute.backends.backend import Outcomes
    from qansatz.execute.expectations import Expectations

_SHOWN: Final = 32


def counts(outcomes: Outcomes) -> dict[str, int]:
    """How often each outcome came, the first column leftmost; the most frequent first."""
    import numpy as np

    rows, times = np.unique(outcomes, axis=0, return_counts=True)
    words = ["".join(map(str, row)) for row in rows.tolist()]
    return dict(
        sorted(zip(words, times.tolist(), strict=True), key=lambda item: (-item[1], item[0]))
    )


def tell_values(
    out: Console,
    who: Mapping[str, Any],
    diagnostics: Sequence[Any],
    title: str,
    measured: Expectations,
) -> None:
    """Write expectation values; ``who`` is what the JSON answer begins with."""
    out.result(text(measured.sheet(), heading=title))
    out.answer(diagnostics, {**who, "run": EXPECTATIONS.write(measured)})


def tell_counts(
    out: Console, who: Mapping[str, Any], diagnostics: Sequence[Any], title: str, drawn: Counted
) -> None:
    """Write how often each outcome came; ``who`` is what the JSON answer begins with."""
    n_shots = drawn.n_shots
    lines = [f"{title}\n", f"  {n_shots} shots on {drawn.backend}, qubit 0 leftmost\n\n"]
    for word, times in [*drawn.counts.items()][:_SHOWN]:
        lines.append(f"  {word}  {times:>{len(str(n_shots))}}\n")
    if len(drawn.counts) > _SHOWN:
        more = len(drawn.counts) - _SHOWN
        lines.append(f"  ... and {more} more outcomes; --json has them all\n")
    out.result("".join(lines))
    out.answer(diagnostics, {**who, "run": COUNTS.write(drawn)})
