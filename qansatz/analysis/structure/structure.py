"""Blocks, the stabilizer group that moves them within themselves, and whether this is an SLPA.

The stabilizer-logical product ansatz (SLPA) is that of Chinzei et al., arXiv:2406.18316;
docs/mathematics/structure.md (4.5).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from qansatz.analysis.algebra.generators import Generators, generators
from qansatz.analysis.structure.merged import MergedGenerator, merged
from qansatz.analysis.structure.symmetry import discovered, used_strings
from qansatz.model.program import IntColumn, Model
from qansatz.pauli import gf2, groups
from qansatz.pauli.commutation import commutation, lowest
from qansatz.pauli.commuting import anticommuting_pair, independent_rows
from qansatz.pauli.strings import Pauli, anticommute, to_text
from qansatz.pauli.tables import PauliTable, distinct
from qansatz.pauli.words import some
from qansatz.sheets import Cell, Fact, Remark, Sheet, Table, html

_SHOWN: Final = 4
_HEAD: Final = (
    "line",
    "first at",
    "times",
    "rotations",
    "strings",
    "claimed",
    "commuting",
    "cosets",
    "logical operators",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockFinding:
    """A block, and every later block with the same set of strings.

    ``first_row`` is its first rotation in time and ``first_rotation`` that as written, on a ``line`` of the source;
    ``n_rotations`` are its rotations, ``n_strings`` the distinct
    strings about which they turn, ``count`` how many blocks have this set. ``logicals`` holds one
    string of each coset of the stabilizers, where the block is a union of cosets.
    """

    where: str
    line: int
    first_row: int
    first_rotation: int
    n_rotations: int
    n_strings: int
    count: int
    claimed: bool
    commuting: bool
    is_coset_union: bool
    logicals: tuple[Pauli, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """What the blocks of a circuit are.

    A block is a claimed one. Outside these it is a place of a generator, or several whose strings
    commute with the same strings of the circuit and that no other stands between; encoding is left
    out. ``blocks`` holds distinct sets of strings in the order met, ``order`` one entry per block
    in time. ``stabilizers`` are independent: the declared ones, else the largest group that commutes
    with every rotation and maps every block to itself. ``reasons`` says why ``slpa`` is False,
    ``block_reasons`` why ``commuting_blocks`` is. ``merged`` are the generators whose rotations the
    source has apart.
    """

    slpa: bool
    reasons: tuple[str, ...]
    commuting_blocks: bool
    block_reasons: tuple[str, ...]
    stabilizers: tuple[Pauli, ...]
    declared: bool
    blocks: tuple[BlockFinding, ...]
    order: IntColumn
    representatives: PauliTable
    discovered_symmetries: tuple[Pauli, ...]
    merged: tuple[MergedGenerator, ...]

    @property
    def n_qubits(self) -> int:
        """The qubits that the strings act on."""
        return self.representatives.n_qubits

    def sheet(self) -> Sheet:
        """Whether this is an SLPA and why not, and the blocks."""
        source = "declared" if self.declared else "found: they move every block within itself"
        n = self.n_qubits
        return Sheet(
            title="Structure",
            facts=(
                Fact(
                    "stabilizer-logical product ansatz",
                    "yes" if self.slpa else "no",
                    "commuting blocks, each a union of cosets of the stabilizers",
                    key="structure.slpa",
                ),
                Fact(
                    "commuting blocks",
                    "yes" if self.commuting_blocks else "no",
                    "the strings of every block commute",
                    key="structure.commuting_blocks",
                ),
                Fact(
                    "stabilizers",
                    some(self.stabilizers, n, len(self.stabilizers)),
                    source if self.stabilizers else "",
                    key="structure.stabilizers",
                ),
                Fact(
                    "discovered symmetries",
                    some(self.discovered_symmetries, n, len(self.discovered_symmetries)),
                    "commute with every trainable rotation, beside the declared ones",
                    key="structure.discovered_symmetries",
                ),
            ),
            tables=(Table(head=_HEAD, rows=tuple(map(self._row, self.blocks))),),
            remarks=(
                *(Remark("not an SLPA", reason) for reason in self.reasons),
                *(Remark("brought together", str(item)) for item in self.merged),
            ),
        )

    def _row(self, block: BlockFinding) -> tuple[Cell, ...]:
        return (
            block.line,
            block.where,
            block.count,
            block.n_rotations,
            block.n_strings,
            block.claimed,
            block.commuting,
            block.is_coset_union,
            some(block.logicals, self.n_qubits, _SHOWN) if block.logicals else "",
        )

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def structure(model: Model) -> Structure:
    """Find the blocks and the stabilizer group of a model and decide whether it is an SLPA."""
    places = generators(model)
    blocks = _blocks(model, places)
    vectors = gf2.vectors(model.rotations.strings.paulis(), model.n_qubits)
    block_reasons = _relations(model, blocks, vectors)
    rotations = model.rotations
    if (rotations.block < 0).all() and 1 < len(blocks.order) == int((~rotations.encoding).sum()):
        block_reasons.append("no block is claimed, and none found holds two rotations")
    declared = [p for group in model.stabilizers for p in group.generators]
    if declared:
        group = [declared[k] for k in groups.independent(declared)]
        reasons = _group_faults(model, declared)
    else:
        group = _found_group(model, blocks, vectors)
        reasons = [] if group else [_NO_GROUP]
    findings = _findings(model, blocks, vectors, group)
    if group:
        reasons += _coset_faults(model, blocks, findings, vectors, group)
    reasons += block_reasons
    return Structure(
        slpa=not reasons,
        reasons=tuple(reasons),
        commuting_blocks=not block_reasons,
        block_reasons=tuple(block_reasons),
        stabilizers=tuple(group),
        declared=bool(declared),
        blocks=findings,
        order=blocks.order,
        representatives=model.rotations.strings.take([s[0] for s in blocks.strings]),
        discovered_symmetries=discovered(model),
        merged=merged(model, places),
    )


_NO_GROUP = "no string but the identity commutes with every rotation and maps every block to itself"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Blocks:
    """Distinct blocks: their strings, first met first, and the first row of each."""

    strings: list[npt.NDArray[np.int32]]
    first_row: list[int]
    n_rotations: list[int]
    order: IntColumn


def _blocks(model: Model, places: Generators) -> _Blocks:
    rotations = model.rotations
    rows = np.flatnonzero(~rotations.encoding)
    claimed = rotations.block[rows]
    n_claimed = int(rotations.block.max(initial=-1)) + 1
    number = np.where(claimed >= 0, claimed, n_claimed + _unclaimed(model, places)[rows])
    by_block = np.argsort(number, kind="stable")
    starts = np.flatnonzero(np.diff(number[by_block], prepend=-1))
    ends = np.append(starts[1:], len(rows))
    first = rows[by_block[starts]]
    number_of: dict[bytes, int] = {}
    strings: list[npt.NDArray[np.int32]] = []
    first_row, n_rotations = [], []
    order = np.zeros(len(starts), dtype=np.int32)
    for place, k in enumerate(np.argsort(first).tolist()):
        members = rotations.string[rows[by_block[starts[k] : ends[k]]]]
        key = members.tobytes() if len(members) == 1 else distinct(members).tobytes()
        if key not in number_of:
            number_of[key] = len(strings)
            strings.append(members[np.sort(np.unique(members, return_index=True)[1])])
            first_row.append(int(first[k]))
            n_rotations.append(len(members))
        order[place] = number_of[key]
    return _Blocks(strings=strings, first_row=first_row, n_rotations=n_rotations, order=order)


def _unclaimed(model: Model, places: Generators) -> npt.NDArray[np.int64]:
    """The block of every row where none is claimed, −1 for encoding: places on one level that relate alike are one."""
    rotations = model.rotations
    used = used_strings(model)
    relation = commutation(rotations.strings, used.take(independent_rows(used)))
    number_of: dict[tuple[int, ...], int] = {}
    block = np.full(len(rotations), -1, dtype=np.int64)
    ends = places.first + places.size
    for place, (first, end) in enumerate(zip(places.first.tolist(), ends.tolist(), strict=True)):
        rows = places.rows[first:end]
        alike = {relation[s] for s in rotations.string[rows].tolist()}
        key = (int(places.level[place]), *alike) if len(alike) == 1 else (-1, place)
        block[rows] = number_of.setdefault(key, len(number_of))
    return block


def _findings(
    model: Model, blocks: _Blocks, vectors: Sequence[int], group: Sequence[Pauli]
) -> tuple[BlockFinding, ...]:
    rotations, n = model.rotations, model.n_qubits
    stabilizers = gf2.vectors(group, n)
    span = gf2.Echelon(stabilizers)
    count = np.bincount(blocks.order, minlength=len(blocks.strings))
    findings = []
    for k, strings in enumerate(blocks.strings):
        row = blocks.first_row[k]
        members = [vectors[s] for s in strings]
        whole = bool(group) and _missing(members, stabilizers) is None
        logicals = {span.reduce(v)[0]: v for v in reversed(members)} if whole else {}
        alone = len(strings) == 1
        findings.append(
            BlockFinding(
                where=model.instances.where(int(rotations.instance[row])),
                line=_line(model, row),
                first_row=row,
                first_rotation=int(rotations.written[row]),
                n_rotations=blocks.n_rotations[k],
                n_strings=len(strings),
                count=int(count[k]),
                claimed=bool(rotations.block[row] >= 0),
                commuting=alone or anticommuting_pair(rotations.strings.take(strings)) is None,
                is_coset_union=whole,
                logicals=tuple(gf2.string(v, n) for v in reversed([*logicals.values()])),
            )
        )
    return tuple(findings)


def _line(model: Model, row: int) -> int:
    span = model.instances.span(int(model.rotations.instance[row]))
    return span.source.location(span.start)[0]


def _missing(members: Sequence[int], generators: Iterable[int]) -> tuple[int, int] | None:
    """A member and a generator whose product is no member."""
    inside = set(members)
    pairs = ((member, row) for row in generators for member in members)
    return next(((member, row) for member, row in pairs if member ^ row not in inside), None)


def _found_group(model: Model, blocks: _Blocks, vectors: Sequence[int]) -> list[Pauli]:
    """The largest group that maps every block to itself and commutes with every rotation."""
    if not blocks.strings:
        return []
    n = model.n_qubits
    sets = sorted(([vectors[s] for s in strings] for strings in blocks.strings), key=len)
    strings = used_strings(model)
    candidates: Iterable[int] = [sets[0][0] ^ v for v in sets[0]]
    basis: list[int] = []
    for k, members in enumerate(sets):
        if k and all(_keeps(members, row) for row in basis):
            continue
        if k:
            candidates = [gf2.vector(p, n) for p in groups.elements(_strings(basis, n))]
        basis = _translations(members, candidates)
        if not basis:
            return []
    return _commuting_part(_strings(basis, n), strings)


def _strings(rows: Iterable[int], n_qubits: int) -> list[Pauli]:
    return [gf2.string(row, n_qubits) for row in rows]


def _keeps(members: Collection[int], row: int) -> bool:
    """Whether adding a row maps the members to themselves."""
    inside = members if isinstance(members, frozenset) else frozenset(members)
    return all(member ^ row in inside for member in inside)


def _translations(members: Sequence[int], candidates: Iterable[int]) -> list[int]:
    """A basis of the candidates that map the set of members to itself."""
    span, basis = gf2.Echelon(), []
    inside = frozenset(members)
    for candidate in candidates:
        if candidate and candidate not in span and _keeps(inside, candidate):
            span.insert(candidate)
            basis.append(candidate)
    return basis


def _commuting_part(basis: Sequence[Pauli], strings: PauliTable) -> list[Pauli]:
    """A basis of the products of strings that commute with every row of a table."""
    span = gf2.Echelon()
    kept = []
    for p in basis:
        signs = strings.anticommute_with(p)
        row = int.from_bytes(np.packbits(signs).tobytes(), "big")
        combination = span.insert(row)
        if combination is not None:
            product = groups.product([basis[j] for j in gf2.bits(combination)])
            kept.append(Pauli(product.x, product.z))
    return kept


def _group_faults(model: Model, declared: Sequence[Pauli]) -> list[str]:
    """Why the declared stabilizers are no proper group that the circuit keeps."""
    for p, q in combinations(declared, 2):
        if anticommute(p, q):
            return [f"the stabilizers {to_text(p)} and {to_text(q)} anticommute"]
    dependency = groups.dependency(declared)
    if dependency and dependency.product.phase == 2:
        return ["the stabilizer group holds -1"]
    if not any(p.x | p.z for p in declared):
        return ["the stabilizer group holds only the identity"]
    used = used_strings(model)
    for p in declared:
        broken = used.anticommute_with(p)
        if broken.any():
            string = to_text(used.pauli(int(broken.argmax())))
            return [f"the stabilizer {to_text(p)} anticommutes with the rotation about {string}"]
    return []


def _coset_faults(
    model: Model,
    blocks: _Blocks,
    findings: Sequence[BlockFinding],
    vectors: Sequence[int],
    group: Sequence[Pauli],
) -> list[str]:
    """Blocks that are no union of cosets: how many, and what the first of them lacks."""
    failing = [k for k, block in enumerate(findings) if not block.is_coset_union]
    if not failing:
        return []
    n, k = model.n_qubits, failing[0]
    stabilizers = gf2.vectors(group, n)
    lacking = _missing([vectors[s] for s in blocks.strings[k]], stabilizers)
    if lacking is None:
        return []
    member, generator = (to_text(gf2.string(v, n)) for v in lacking)
    product = to_text(gf2.string(lacking[0] ^ lacking[1], n))
    total = sum(findings[k].count for k in failing)
    many = f"; {total} of {len(blocks.order)} blocks fail" if total > 1 else ""
    return [
        f"{_name(model, findings[k].first_row)} holds {member} but not {product}, "
        f"its product with the stabilizer {generator}{many}"
    ]


def _relations(model: Model, blocks: _Blocks, vectors: Sequence[int]) -> list[str]:
    """Why some two blocks neither commute nor anticommute as a whole.

    A string P relates to a block as a whole iff it commutes with all products b·b₀ of two of its
    strings. So every product must commute with every string, and bases of both spans decide.
    """
    n = model.n_qubits
    differences, origin = gf2.Echelon(), []
    for k, strings in enumerate(blocks.strings):
        head = vectors[strings[0]]
        for s in strings[1:].tolist():
            if differences.insert(vectors[s] ^ head) is None:
                origin.append((k, int(strings[0]), s))
    span, base = gf2.Echelon(), []
    for k, strings in enumerate(blocks.strings):
        for s in strings.tolist():
            if span.insert(vectors[s]) is None:
                base.append((k, s))
    table = model.rotations.strings
    products = PauliTable.from_paulis(
        [gf2.string(vectors[s] ^ vectors[head], n) for _, head, s in origin], n
    )
    mixed = commutation(products, table.take([s for _, s in base]))
    i = next((i for i, row in enumerate(mixed) if row), None)
    if i is None:
        return []
    (block, head, s), (other, string) = origin[i], base[lowest(mixed[i])]
    first, two = sorted((head, s), key=lambda k: anticommute(table.pauli(k), table.pauli(string)))
    texts = [to_text(table.pauli(k)) for k in (string, first, two)]
    if block == other:
        name = _name(model, blocks.first_row[block])
        return [f"in {name}, {texts[0]} commutes with {texts[1]} but not with {texts[2]}"]
    return [
        f"{texts[0]} of {_name(model, blocks.first_row[other])} commutes with {texts[1]} "
        f"but not with {texts[2]} of {_name(model, blocks.first_row[block])}"
    ]


def _name(model: Model, row: int) -> str:
    instances = model.instances
    instance = int(model.rotations.instance[row])
    span = instances.span(instance)
    where = instances.where(instance)
    line = span.source.location(span.start)[0]
    return f"the block on line {line}" + (f" ({where})" if where else "")
