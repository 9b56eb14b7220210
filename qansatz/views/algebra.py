"""A Lie algebra as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qansatz.analysis.algebra.algebra import AlgebraReport
    from qansatz.model.program import Model


def as_object(found: AlgebraReport) -> dict[str, Any]:
    """The algebra for JSON; dimensions are decimal strings, other numbers too from 2^53 on."""
    from qansatz.numbers import decimal
    from qansatz.views.words import word

    sectors = found.sectors
    return {
        "dimension": decimal(found.dimension),
        "name": found.name,
        "exact": found.exact,
        "known": found.known,
        "evidence": found.evidence,
        "at_least": decimal(found.at_least),
        "centre": None if found.centre is None else decimal(found.centre),
        "method": found.method,
        "reason": found.reason,
        "hypotheses": list(found.hypotheses),
        "n_generators": found.n_generators,
        "components": [
            {
                "family": c.family,
                "parameter": _number(c.parameter),
                "copies": _number(c.copies),
                "dimension": decimal(c.dimension),
                "n_generators": c.n_generators,
                "kind": c.kind,
            }
            for c in found.components
        ],
        "sectors": {
            "symmetries": [word(p, found.n_qubits) for p in sectors.symmetries],
            "n_central": sectors.n_central,
            "log2_count": sectors.log2_count,
            "log2_dimension": sectors.log2_dimension,
            "log2_multiplicity": sectors.log2_multiplicity,
        },
    }


def _number(value: int) -> int | str:
    from qansatz.numbers import decimal

    return value if value < 1 << 53 else decimal(value)


def as_text(model: Model, found: AlgebraReport) -> str:
    """The algebra for a terminal."""
    from qansatz.numbers import digits, number
    from qansatz.views import words
    from qansatz.views.tables import table

    facts = "".join(f"  {label:18}{value}\n" for label, value, _ in found.facts())
    symmetries = found.sectors.symmetries
    if symmetries:
        shown = ", ".join(words.short(p, model.n_qubits) for p in symmetries[:8])
        facts += f"  {'symmetries':18}{shown}{', ...' if len(symmetries) > 8 else ''}\n"
    assumed = "".join(f"  {word}: {text}\n" for word, text in found.remarks())
    counted: dict[tuple[Any, ...], int] = {}
    for c in found.components:
        key = (c.name, c.kind, number(c.copies), digits(c.dimension), c.n_generators)
        counted[key] = counted.get(key, 0) + 1
    head = ("component", "kind", "copies", "dimension", "generators", "times")
    rows = [(*key, times) for key, times in counted.items()]
    return (
        f"{words.heading(model)}: {words.sizes(model)}\n\n{facts}"
        + (f"\n{assumed}" if assumed else "")
        + (f"\n{table(head, rows)}" if rows else "")
    )
