"""The anticommutation graph of strings: its connected components, each with a basis over F₂."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qansatz.pauli import gf2
from qansatz.pauli.commutation import commutation, lowest
from qansatz.pauli.tables import PauliTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows, a basis among them, the span of their marked vectors, and the basis rows each anticommutes with."""

    rows: Sequence[int]
    basis: list[int]
    span: gf2.Span
    exists: bool
    relations: list[int]


def relate(strings: PauliTable, marked: Sequence[int], rows: Sequence[int]) -> Part:
    """Relate rows to a basis of their span.

    The form q(v) = (parity of Ys) + f(v) with f linear has the right polarisation; q = 1 on all rows
    asks for f = 1 + parity, which is consistent unless (0 | 1) is a sum of rows (v | f).
    """
    span, basis, exists = gf2.Span(), [], True
    for row in rows:
        rest = span.reduce(marked[row], 1)
        if rest > 1:
            span.insert(rest)
            basis.append(row)
        elif rest:
            exists = False
    relations = commutation(strings.take(list(rows)), strings.take(basis))
    return Part(rows=rows, basis=basis, span=span, exists=exists, relations=relations)


def connected(strings: PauliTable, marked: Sequence[int], whole: Part) -> Iterator[Part]:
    """The connected components of the anticommutation graph.

    Two rows of different components of the graph between rows and basis commute, for each is a sum
    of basis rows of its own component and a string that commutes with everything.
    """
    owner = _owners(whole)
    members: dict[int, list[int]] = {}
    for row, relation in zip(whole.rows, whole.relations, strict=True):
        key = owner[lowest(relation)] if relation else -1 - row
        members.setdefault(key, []).append(row)
    if len(members) == 1:
        yield whole
        return
    for rows in members.values():
        yield relate(strings, marked, rows)


def _owners(whole: Part) -> list[int]:
    """A number for each basis row, equal within a component."""
    position = {row: k for k, row in enumerate(whole.basis)}
    parent = list(range(len(whole.basis)))
    masks = {k: 1 << k for k in parent}

    def find(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    for row, relation in zip(whole.rows, whole.relations, strict=True):
        if not relation:
            continue
        joined = relation | 1 << position[row] if row in position else relation
        root = find(lowest(joined))
        mask = masks[root]
        rest = joined & ~mask
        while rest:
            other = find(lowest(rest))
            mask |= masks.pop(other)
            parent[other] = root
            rest &= ~mask
        masks[root] = mask
    return [find(k) for k in parent]
