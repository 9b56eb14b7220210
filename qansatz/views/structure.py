"""Blocks, stabilizers and symmetries as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qansatz.analysis.structure.merged import MergedGenerator
    from qansatz.analysis.structure.structure import BlockFinding, Structure
    from qansatz.model.program import Model


def as_text(model: Model, found: Structure) -> str:
    """What was found for a terminal."""
    from qansatz.views import words
    from qansatz.views.tables import table

    n = model.n_qubits
    told = "declared" if found.declared else "found: they move every block within itself"
    stabilizers = ", ".join(words.short(p, n) for p in found.stabilizers) or "none"
    symmetries = ", ".join(words.short(p, n) for p in found.discovered_symmetries) or "none"
    facts: list[tuple[str, bool | str]] = [
        ("stabilizer-logical product ansatz", found.slpa),
        ("commuting blocks", found.commuting_blocks),
        ("stabilizers", f"{stabilizers} ({told})" if found.stabilizers else "none"),
        ("discovered symmetries", symmetries),
    ]
    rows = [
        (
            _line(model, b.first_row),
            b.where,
            b.count,
            b.n_rotations,
            b.n_strings,
            b.claimed,
            b.commuting,
            b.is_coset_union,
            ", ".join(words.short(p, n) for p in b.logicals[:4]) + ", ..." * (len(b.logicals) > 4),
        )
        for b in found.blocks
    ]
    kinds = ("claimed", "commuting", "cosets", "logical operators")
    head = ("line", "first at", "times", "rotations", "strings", *kinds)
    reasons = "".join(f"  not an SLPA: {reason}\n" for reason in found.reasons)
    return (
        f"{words.heading(model)}: {words.sizes(model)}\n\n"
        + "".join(f"  {name:33}  {_yes(value)}\n" for name, value in facts)
        + (f"\n{reasons}" if reasons else "")
        + f"\n{table(head, rows)}"
        + "".join(f"\n  {_together(model, item)}" for item in found.merged)
        + ("\n" if found.merged else "")
    )


def _together(model: Model, item: MergedGenerator) -> str:
    """What was brought together, in a sentence."""
    instance = int(model.rotations.instance[item.first_row])
    return (
        f"`{model.instances.span(instance).text}` on line {_line(model, item.first_row)}: "
        f"{item.n_rotations} rotations of {item.n_executions} executions are one generator"
        + (f", {item.count} times" if item.count > 1 else "")
    )


def _line(model: Model, row: int) -> int:
    span = model.instances.span(int(model.rotations.instance[row]))
    return span.source.location(span.start)[0]


def _yes(value: bool | str) -> str:
    return value if isinstance(value, str) else ("yes" if value else "no")


def as_object(model: Model, found: Structure) -> dict[str, Any]:
    """What was found for JSON."""
    from qansatz.views.words import word

    n = model.n_qubits
    return {
        "slpa": found.slpa,
        "reasons": list(found.reasons),
        "commuting_blocks": found.commuting_blocks,
        "blocks": [_block(model, b) for b in found.blocks],
        "block_order": found.order.tolist(),
        "stabilizers": [word(p, n) for p in found.stabilizers],
        "stabilizers_declared": found.declared,
        "discovered_symmetries": [word(p, n) for p in found.discovered_symmetries],
        "merged": [
            {
                "line": _line(model, item.first_row),
                "first_rotation": int(model.rotations.written[item.first_row]),
                "n_rotations": item.n_rotations,
                "n_executions": item.n_executions,
                "count": item.count,
            }
            for item in found.merged
        ],
    }


def _block(model: Model, block: BlockFinding) -> dict[str, Any]:
    from qansatz.views.words import word

    return {
        "line": _line(model, block.first_row),
        "where": block.where,
        "first_rotation": int(model.rotations.written[block.first_row]),
        "n_rotations": block.n_rotations,
        "n_strings": block.n_strings,
        "count": block.count,
        "claimed": block.claimed,
        "commuting": block.commuting,
        "is_coset_union": block.is_coset_union,
        "logicals": [word(p, model.n_qubits) for p in block.logicals],
    }
