"""Values and counts that runs find, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from qansatz.tools.cli.console import Console

if TYPE_CHECKING:
    from qansatz.execute.backends.backend import Outcomes
    from qansatz.execute.expectations import Expectations
    from qansatz.model.program import Model

_SHOWN: Final = 32


def heading(model: Model) -> str:
    """The ansatz with its sizes, in one line."""
    from qansatz.views import words

    return f"{words.heading(model)}: {words.sizes(model)}"


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
    found: Expectations,
) -> None:
    """Write expectation values; ``who`` is what the JSON answer begins with."""
    lines = [f"{title}\n"]
    width = max(len(label) for label, _, _ in found.facts()) + 2
    lines += [f"  {label:{width}}{value:26} {why}\n" for label, value, why in found.facts()]
    out.result("".join(lines))
    out.answer(
        diagnostics,
        {
            **who,
            "run": {
                "backend": found.backend,
                "n_circuits": found.n_circuits,
                "n_shots": found.n_shots,
                "expectations": [
                    {
                        "observable": value.observable,
                        "value": value.value,
                        "standard_error": value.standard_error,
                    }
                    for value in found.values
                ],
            },
        },
    )


def tell_counts(
    out: Console,
    who: Mapping[str, Any],
    diagnostics: Sequence[Any],
    title: str,
    found: Mapping[str, int],
    backend: str,
) -> None:
    """Write how often each outcome came; ``who`` is what the JSON answer begins with."""
    n_shots = sum(found.values())
    lines = [f"{title}\n", f"  {n_shots} shots on {backend}, qubit 0 leftmost\n\n"]
    for word, times in [*found.items()][:_SHOWN]:
        lines.append(f"  {word}  {times:>{len(str(n_shots))}}\n")
    if len(found) > _SHOWN:
        lines.append(f"  ... and {len(found) - _SHOWN} more outcomes; --json has them all\n")
    out.result("".join(lines))
    run = {"backend": backend, "n_circuits": 1, "n_shots": n_shots, "counts": dict(found)}
    out.answer(diagnostics, {**who, "run": run})
