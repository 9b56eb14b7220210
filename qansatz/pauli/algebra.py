"""The Lie algebra that Pauli strings generate, from linear algebra over F₂: nothing is enumerated.

The real span of all nested commutators of i·strings has a basis of strings; which ones, the
anticommutation graph of the generators decides (Aguilar et al., arXiv:2408.00081; free fermions:
Chapman and Flammia, arXiv:2003.05465; the other cases: Brown and Humphries 1986).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from qansatz.pauli import gf2, lie
from qansatz.pauli.line_graphs import Edge, root_graph
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable

Kind = Literal["central", "free-fermion", "unitary", "orthogonal", "symplectic"]

_SAMPLE = 512


@dataclass(frozen=True, eq=False)
class FreeFermions:
    """Generators that are products of two of k Majorana operators and a central string.

    ``edges[g]`` are the two operators of generator g, ``vectors[g]`` its bits; ``potentials[i]`` is
    operator i up to one common factor, ``voltages`` the central strings that cycles give.
    """

    edges: Sequence[Edge]
    vectors: Sequence[int]
    potentials: Sequence[int]
    voltages: gf2.Span

    def __contains__(self, marked: int) -> bool:
        """Whether a string (a marked vector) that anticommutes with this component alone lies in it."""
        vector, k = marked >> 1, len(self.potentials)
        rest = self._boundaries.reduce(vector << k, k)
        if rest >> k:
            return False
        ends = rest if rest.bit_count() == 2 else rest ^ (1 << k) - 1
        if ends.bit_count() != 2 or (ends != rest and k % 2):
            return False
        i, j = gf2.bits(ends)
        return vector ^ self.potentials[i] ^ self.potentials[j] in self.voltages

    @cached_property
    def _boundaries(self) -> gf2.Span:
        """Every generator's bits above the mask of its two operators, for even k up to the mask of all."""
        k = len(self.potentials)
        marked = zip(self.vectors, self.edges, strict=True)
        return gf2.Span(vector << k | 1 << i | 1 << j for vector, (i, j) in marked)


@dataclass(frozen=True, slots=True, eq=False)
class QuadraticForm:
    """The span of the generators and, where it exists, the form with value 1 on each of them.

    ``span`` holds marked vectors: a vector above the bit that the form adds to the parity of Ys,
    which is 1 + parity for a generator.
    """

    span: gf2.Span
    exists: bool

    def __contains__(self, marked: int) -> bool:
        """Whether a string (a marked vector) that anticommutes with this component alone lies in it."""
        return self.span.reduce(marked, 1) <= (0 if self.exists else 1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Component:
    """One connected component of the anticommutation graph: ``copies`` of a simple algebra, or one u(1).

    ``generators`` and ``basis`` are rows of the table; the vectors of ``basis`` span those of all
    generators. ``family`` and ``parameter`` are canonical (so(6) is su(4)); ``kind`` is not.
    """

    kind: Kind
    family: lie.Family
    parameter: int
    copies: int
    dimension: int
    generators: tuple[int, ...]
    basis: tuple[int, ...]
    members: FreeFermions | QuadraticForm | None = field(repr=False)

    @property
    def n_generators(self) -> int:
        """The number of distinct generators."""
        return len(self.generators)

    @property
    def ideal(self) -> lie.Ideal:
        """The name, family, parameter and copies."""
        return lie.Ideal(self.family, self.parameter, self.copies)


@dataclass(frozen=True, eq=False, kw_only=True)
class Algebra:
    """The Lie algebra of the strings, the direct sum of ``components``, largest first."""

    strings: PauliTable = field(repr=False)
    components: tuple[Component, ...]

    @property
    def n_qubits(self) -> int:
        """The number of qubits."""
        return self.strings.n_qubits

    @property
    def exact(self) -> bool:
        """True: every number here is decided."""
        return True

    @cached_property
    def dimension(self) -> int:
        """The real dimension: the number of strings in the algebra."""
        return sum(component.dimension for component in self.components)

    @cached_property
    def name(self) -> str:
        """The canonical name, such as ``4*su(4) + 2*u(1)``; ``0`` where there is no generator."""
        return lie.name(component.ideal for component in self.components)

    @cached_property
    def _component_of_row(self) -> npt.NDArray[np.int64]:
        owner = np.full(len(self.strings), -1, dtype=np.int64)
        for k, component in enumerate(self.components):
            owner[list(component.generators)] = k
        return owner

    @cached_property
    def _central(self) -> frozenset[Pauli]:
        return frozenset(centre(self).paulis())


@dataclass(frozen=True, slots=True, kw_only=True)
class Sectors:
    """How the strings that commute with every generator split the space of n qubits.

    ``symmetries`` are independent, commute with each other and with all generators, and no larger
    such set exists; the first ``n_central`` are products of generators. Their joint eigenspaces, the
    sectors, are 2^``log2_count``, each of dimension 2^``log2_dimension``. Sectors that differ in the
    signs of the others only carry the same representation, 2^``log2_multiplicity`` times.
    """

    symmetries: tuple[Pauli, ...]
    n_central: int
    log2_count: int
    log2_dimension: int

    @property
    def log2_multiplicity(self) -> int:
        """How many sectors carry each representation, as a power of two."""
        return self.log2_count - self.n_central


def classify(strings: PauliTable) -> Algebra:
    """The Lie algebra that i·strings generate; identities and repeated rows count once or not at all.

    Polynomial time: elimination over F₂ in at most 2n columns, once over all rows and once for each
    component. Exact for every input.
    """
    marked = marked_vectors(strings)
    first = {vector: row for row, vector in reversed([*enumerate(marked)]) if vector > 1}
    rows = sorted(first.values())
    whole = _relate(strings, marked, rows)
    found = [_component(strings, marked, part) for part in _parts(strings, marked, whole)]
    found.sort(key=lambda c: (-lie.dimension(c.family, c.parameter), -c.copies, c.generators[0]))
    return Algebra(strings=strings, components=tuple(found))


def contains(algebra: Algebra, pauli: Pauli) -> bool:
    """Whether i·string lies in the algebra: one reduction over F₂. Signs and phases do not matter."""
    hit = algebra._component_of_row[algebra.strings.anticommute_with(pauli)]
    touched = np.unique(hit[hit >= 0])
    if not len(touched):
        return Pauli(pauli.x, pauli.z) in algebra._central
    members = algebra.components[int(touched[0])].members
    if len(touched) > 1 or members is None:
        return False
    return marked_vectors(PauliTable.from_paulis([pauli], algebra.n_qubits))[0] in members


def centre(algebra: Algebra) -> PauliTable:
    """The strings that span the centre of the algebra: the generators of its u(1) components."""
    rows = [c.generators[0] for c in algebra.components if c.kind == "central"]
    return algebra.strings.take(sorted(rows))


def radical(algebra: Algebra, component: Component) -> list[Pauli]:
    """Independent products of a component's generators that commute with all of them.

    They are what tells its copies apart; they need not lie in the algebra.
    """
    strings = algebra.strings.take(list(component.basis))
    span, own = gf2.Echelon(), vectors(strings)
    return [
        _pauli(_sum(own[k] for k in gf2.bits(relation)), strings)
        for row in commutation(strings, strings)
        if (relation := span.insert(row)) is not None
    ]


def commutant(strings: PauliTable) -> list[Pauli]:
    """Independent strings that generate every string which commutes with all rows."""
    n = strings.n_qubits
    basis = strings.take(_relate(strings, marked_vectors(strings), range(len(strings))).basis)
    units = [1 << k for k in range(n)]
    letters = PauliTable.from_ints(units + [0] * n, [0] * n + units, n)
    span = gf2.Echelon()
    relations = [span.insert(row) for row in commutation(letters, basis)]
    return [gf2.string(relation, n) for relation in relations if relation is not None]


def sectors(strings: PauliTable) -> Sectors:
    """The symmetries of the rows among the Pauli strings, and the sectors they split the space into."""
    central, halves = _isotropic(PauliTable.from_paulis(commutant(strings), strings.n_qubits))
    symmetries = (*central, *halves)
    return Sectors(
        symmetries=symmetries,
        n_central=len(central),
        log2_count=len(symmetries),
        log2_dimension=strings.n_qubits - len(symmetries),
    )


def commutation(left: PauliTable, right: PauliTable) -> list[int]:
    """For each row of the left table, the mask of the rows of the right one that anticommute with it."""
    octets = _octets(left.x, left.z).T
    partners = _octets(right.z, right.x).T
    rows = [0] * len(left)
    for place, one_byte in enumerate(octets):
        at = np.flatnonzero(one_byte)
        if not len(at):
            continue
        bits = np.unpackbits(partners[place][:, None], axis=1, bitorder="little")
        packed = np.packbits(bits, axis=0, bitorder="little").T
        columns = [int.from_bytes(column.tobytes(), "little") for column in packed]
        sums = {0: 0}
        for row, value in zip(at.tolist(), one_byte[at].tolist(), strict=True):
            rows[row] ^= sums[value] if value in sums else _sum_of_columns(value, columns, sums)
    return rows


def _sum_of_columns(value: int, columns: Sequence[int], sums: dict[int, int]) -> int:
    rest = value & (value - 1)
    before = sums[rest] if rest in sums else _sum_of_columns(rest, columns, sums)
    sums[value] = before ^ columns[(value ^ rest).bit_length() - 1]
    return sums[value]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Rows, a basis among them, the span of their marked vectors, and the basis rows each anticommutes with."""

    rows: Sequence[int]
    basis: list[int]
    span: gf2.Span
    exists: bool
    relations: list[int]


def _relate(strings: PauliTable, marked: Sequence[int], rows: Sequence[int]) -> _Part:
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
    return _Part(rows=rows, basis=basis, span=span, exists=exists, relations=relations)


def _parts(strings: PauliTable, marked: Sequence[int], whole: _Part) -> Iterator[_Part]:
    """The connected components of the anticommutation graph.

    Two rows of different components of the graph between rows and basis commute, for each is a sum
    of basis rows of its own component and a string that commutes with everything.
    """
    owner = _owners(whole)
    members: dict[int, list[int]] = {}
    for row, relation in zip(whole.rows, whole.relations, strict=True):
        key = owner[_lowest(relation)] if relation else -1 - row
        members.setdefault(key, []).append(row)
    if len(members) == 1:
        yield whole
        return
    for rows in members.values():
        yield _relate(strings, marked, rows)


def _owners(whole: _Part) -> list[int]:
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
        root = find(_lowest(joined))
        mask = masks[root]
        rest = joined & ~mask
        while rest:
            other = find(_lowest(rest))
            mask |= masks.pop(other)
            parent[other] = root
            rest &= ~mask
        masks[root] = mask
    return [find(k) for k in parent]


def _component(strings: PauliTable, marked: Sequence[int], part: _Part) -> Component:
    members: FreeFermions | QuadraticForm | None
    if len(part.rows) == 1:
        kind, ideal, members = _central()
    else:
        fermions = _free_fermions(strings, marked, part)
        if fermions is not None:
            kind, members = "free-fermion", fermions
            ideal = lie.canonical("so", len(fermions.potentials), 1 << fermions.voltages.rank)
        else:
            kind, ideal = _by_form(part, strings.n_qubits)
            members = QuadraticForm(part.span, part.exists)
    return Component(
        kind=kind,
        family=ideal.family,
        parameter=ideal.parameter,
        copies=ideal.copies,
        dimension=ideal.dimension,
        generators=tuple(part.rows),
        basis=tuple(part.basis),
        members=members,
    )


def _central() -> tuple[Kind, lie.Ideal, None]:
    return "central", lie.Ideal("u", 1), None


def _free_fermions(strings: PauliTable, marked: Sequence[int], part: _Part) -> FreeFermions | None:
    """The Majorana operators of a component, or None where its generators are no products of two.

    Twins, which anticommute with the same rows, are parallel edges of the root graph.
    """
    twins: dict[int, int] = {}
    for row, relation in zip(part.rows, part.relations, strict=True):
        twins.setdefault(relation, row)
    most = (len(part.basis) + 2) * (len(part.basis) + 1) // 2
    representatives = [*twins.values()]
    if len(twins) > most or not _sample_fits(strings, representatives):
        return None
    table = strings.take(representatives)
    edges = root_graph(commutation(table, table))
    if edges is None:
        return None
    edge_of = dict(zip(twins, edges, strict=True))
    all_edges = [edge_of[relation] for relation in part.relations]
    own = [marked[row] >> 1 for row in part.rows]
    potentials = _potentials(edges, [marked[row] >> 1 for row in representatives])
    voltages = gf2.Span()
    for vector, (i, j) in zip(own, all_edges, strict=True):
        voltages.insert(vector ^ potentials[i] ^ potentials[j])
    return FreeFermions(all_edges, own, potentials, voltages)


def _sample_fits(strings: PauliTable, representatives: Sequence[int]) -> bool:
    """Whether the first rows, without their twins, can be part of a line graph: many graphs fail early."""
    if len(representatives) <= 2 * _SAMPLE:
        return True
    table = strings.take(list(representatives[:_SAMPLE]))
    rows = commutation(table, table)
    for members in _connected(rows):
        kept = {rows[k]: k for k in reversed(members)}
        part = table.take(sorted(kept.values()))
        if len(part) > 3 and root_graph(commutation(part, part)) is None:
            return False
    return True


def _connected(rows: Sequence[int]) -> Iterator[list[int]]:
    """The connected components of a graph, given by its adjacency rows."""
    left = (1 << len(rows)) - 1
    while left:
        frontier = found = left & -left
        while frontier:
            reached = 0
            for k in gf2.bits(frontier):
                reached |= rows[k]
            frontier = reached & ~found
            found |= reached
        left &= ~found
        yield gf2.bits(found)


def _potentials(edges: Sequence[Edge], vectors: Sequence[int]) -> list[int]:
    """The sum of the vectors along a path from node 0 to each node of a connected graph."""
    n_nodes = 1 + max(max(edge) for edge in edges)
    neighbours: list[list[tuple[int, int]]] = [[] for _ in range(n_nodes)]
    for (i, j), vector in zip(edges, vectors, strict=True):
        neighbours[i].append((j, vector))
        neighbours[j].append((i, vector))
    potentials: dict[int, int] = {0: 0}
    frontier = [0]
    while frontier:
        node = frontier.pop()
        for other, vector in neighbours[node]:
            if other not in potentials:
                potentials[other] = potentials[node] ^ vector
                frontier.append(other)
    return [potentials[k] for k in range(n_nodes)]


def _by_form(part: _Part, n_qubits: int) -> tuple[Kind, lie.Ideal]:
    """The algebra of a component without free fermions, from its quadratic form."""
    if len(part.basis) == 2 * n_qubits and not part.exists:
        return "unitary", lie.canonical("su", 1 << n_qubits)
    at = dict(zip(part.rows, part.relations, strict=True))
    n_pairs, radical_values, arf = _normal_form([at[row] for row in part.basis])
    r = len(radical_values)
    if not part.exists:
        return "unitary", lie.canonical("su", 1 << n_pairs, 1 << r)
    if any(radical_values):
        return "unitary", lie.canonical("su", 1 << n_pairs, 1 << (r - 1))
    if arf:
        return "symplectic", lie.canonical("sp", 1 << (n_pairs - 1), 1 << r)
    return "orthogonal", lie.canonical("so", 1 << n_pairs, 1 << r)


def _isotropic(strings: PauliTable) -> tuple[list[Pauli], list[Pauli]]:
    """A basis of the radical of independent strings, and one string of each hyperbolic pair."""
    gram, own = commutation(strings, strings), vectors(strings)
    radical: list[Pauli] = []
    halves: list[Pauli] = []
    done = [False] * len(gram)
    for p, row in enumerate(gram):
        if done[p]:
            continue
        (halves if row else radical).append(_pauli(own[p], strings))
        if not row:
            continue
        q = _lowest(row)
        partner = gram[q]
        done[q] = True
        for k in gf2.bits(row ^ 1 << q):
            gram[k] ^= partner
            own[k] ^= own[q]
        for k in gf2.bits(partner ^ 1 << p):
            gram[k] ^= row
            own[k] ^= own[p]
    return radical, halves


def _normal_form(gram: list[int]) -> tuple[int, list[int], int]:
    """The number of hyperbolic pairs, the form on a basis of the radical, and the Arf invariant.

    ``gram`` holds the rows of an alternating matrix; the form is 1 on every basis vector.
    """
    gram, value = list(gram), [1] * len(gram)
    radical_values: list[int] = []
    n_pairs = arf = 0
    done = [False] * len(gram)
    for p in range(len(gram)):
        if done[p]:
            continue
        row = gram[p]
        if not row:
            radical_values.append(value[p])
            continue
        q = _lowest(row)
        partner = gram[q]
        done[q] = True
        n_pairs += 1
        arf ^= value[p] & value[q]
        for k in gf2.bits(row & partner):
            value[k] ^= 1
        for k in gf2.bits(row ^ 1 << q):
            gram[k] ^= partner
            value[k] ^= value[q]
        for k in gf2.bits(partner ^ 1 << p):
            gram[k] ^= row
            value[k] ^= value[p]
    return n_pairs, radical_values, arf


def vectors(strings: PauliTable) -> list[int]:
    """Each row as one integer: x below z, each 64 bits a word."""
    octets = _octets(strings.x, strings.z)
    return [int.from_bytes(row.tobytes(), "little") for row in octets]


def _pauli(vector: int, strings: PauliTable) -> Pauli:
    width = 64 * strings.x.shape[1]
    return Pauli(vector & ((1 << width) - 1), vector >> width)


def marked_vectors(strings: PauliTable) -> list[int]:
    """Each row's vector above one bit: 1 plus its number of Ys, mod 2."""
    ys = np.bitwise_count(strings.x & strings.z).sum(axis=1, dtype=np.int64)
    marks: list[int] = ((1 + ys) % 2).tolist()
    return [v << 1 | mark for v, mark in zip(vectors(strings), marks, strict=True)]


def _octets(*parts: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint8]:
    joined = np.ascontiguousarray(np.concatenate(parts, axis=1).astype("<u8", copy=False))
    return joined.view(np.uint8)


def _sum(vectors: Iterable[int]) -> int:
    total = 0
    for vector in vectors:
        total ^= vector
    return total


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
