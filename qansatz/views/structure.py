"""Blocks, stabilizers and symmetries as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from qansatz.pauli.words import word
from qansatz.views.shapes import INTEGER, TEXT, TRUTH, Shape, field, listed, record

if TYPE_CHECKING:
    from qansatz.analysis.structure.merged import MergedGenerator
    from qansatz.analysis.structure.structure import BlockFinding, Structure

_BLOCK: Final[Shape[tuple[BlockFinding, int]]] = record(
    field("line", INTEGER, lambda b: b[0].line),
    field("where", TEXT, lambda b: b[0].where),
    field("first_rotation", INTEGER, lambda b: b[0].first_rotation),
    field("n_rotations", INTEGER, lambda b: b[0].n_rotations),
    field("n_strings", INTEGER, lambda b: b[0].n_strings),
    field("count", INTEGER, lambda b: b[0].count),
    field("claimed", TRUTH, lambda b: b[0].claimed),
    field("commuting", TRUTH, lambda b: b[0].commuting),
    field("is_coset_union", TRUTH, lambda b: b[0].is_coset_union),
    field("logicals", listed(TEXT), lambda b: [word(p, b[1]) for p in b[0].logicals]),
)

_MERGED: Final[Shape[MergedGenerator]] = record(
    field("line", INTEGER, lambda m: m.line),
    field("first_rotation", INTEGER, lambda m: m.first_rotation),
    field("n_rotations", INTEGER, lambda m: m.n_rotations),
    field("n_executions", INTEGER, lambda m: m.n_executions),
    field("count", INTEGER, lambda m: m.count),
)

STRUCTURE: Final[Shape[Structure]] = record(
    field("slpa", TRUTH, lambda s: s.slpa),
    field("reasons", listed(TEXT), lambda s: s.reasons),
    field("commuting_blocks", TRUTH, lambda s: s.commuting_blocks),
    field("blocks", listed(_BLOCK), lambda s: [(block, s.n_qubits) for block in s.blocks]),
    field("block_order", listed(INTEGER), lambda s: s.order.tolist()),
    field("stabilizers", listed(TEXT), lambda s: [word(p, s.n_qubits) for p in s.stabilizers]),
    field("stabilizers_declared", TRUTH, lambda s: s.declared),
    field(
        "discovered_symmetries",
        listed(TEXT),
        lambda s: [word(p, s.n_qubits) for p in s.discovered_symmetries],
    ),
    field("merged", listed(_MERGED), lambda s: s.merged),
)
