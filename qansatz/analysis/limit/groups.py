"""Bounds on the groups that a period of the limit takes: what is proved together, and what witnesses prove apart."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from math import lcm
from typing import Final

import numpy as np
import numpy.typing as npt

from qansatz.analysis.limit.parts import Part, product
from qansatz.model.reals import PiLinear, Real
from qansatz.pauli import gf2
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.pauli.tables import PauliTable

_P: Final = (1 << 30) - 35  # a prime: residues of coefficients
_ROUNDS: Final = 100
_PAIRS: Final = 24
_POOL: Final = 64
_MOST_COMPARISONS: Final = 200_000_000
_MOST_TYPES: Final = 800
_MOST_COMBINATIONS: Final = 12
_MOST_TERMS: Final = 64
_MOST_PRODUCTS: Final = 400_000  # pairs times terms


def group_bounds(
    parts: Sequence[Part], terms: Sequence[Pauli], weights: Sequence[int]
) -> tuple[int, int]:
    """Lower and upper bound on the groups that the limit takes a period."""
    least = [_within(part, terms, weights) for part in parts]
    together = np.ones((len(parts), len(parts)), dtype=np.bool_)
    apart = np.zeros((len(parts), len(parts)), dtype=np.bool_)
    if any(len(part.touching) > 1 for part in parts) or len({p.touching for p in parts}) > 1:
        for j in range(len(parts)):
            for k in range(j):
                pair = parts[j], parts[k]
                together[j, k] = together[k, j] = _independent(*pair, terms)
                apart[j, k] = apart[k, j] = not together[j, k] and _clash(*pair, terms, weights)
    order = sorted(range(len(parts)), key=lambda k: parts[k].n_groups, reverse=True)
    sets: list[list[int]] = []
    for k in order:
        home = next((s for s in sets if all(together[k, other] for other in s)), None)
        if home is None:
            sets.append([k])
        else:
            home.append(k)
    at_most = sum(parts[s[0]].n_groups for s in sets)
    clique: list[int] = []
    for k in sorted(range(len(parts)), key=lambda k: least[k], reverse=True):
        if all(apart[k, other] for other in clique):
            clique.append(k)
    return sum(least[k] for k in clique), at_most


def _within(part: Part, terms: Sequence[Pauli], weights: Sequence[int]) -> int:
    """Groups that surely are needed for one component: all of them where every two types are proved apart."""
    if len(part.touching) == 1:
        return part.n_groups
    table = PauliTable.from_paulis([m[0] for m in part.members], part.generators.n_qubits)
    small = len(table) <= _MOST_TYPES
    apart = _refuted(part, table, terms, weights) if small else table.anticommutation()
    counts = [len(runs) for runs in part.runs]
    clique: list[int] = []
    for k in sorted(range(len(counts)), key=lambda k: (-int(apart[k].sum()), -counts[k])):
        if all(apart[k, other] for other in clique):
            clique.append(k)
    return sum(counts[k] for k in clique)


def _refuted(
    part: Part, table: PauliTable, terms: Sequence[Pauli], weights: Sequence[int]
) -> npt.NDArray[np.bool_]:
    """Which pairs of strings do not commute as derivatives, proved by witnesses; the diagonal is set.

    For P that anticommutes with both Q and R the commutator at first order is Σ_a w_a·p_a·(q_a − r_a) times iPQR.
    """
    touching = [terms[a] for a in part.touching]
    weight = np.array([weights[a] for a in part.touching], dtype=np.int64)
    done = table.anticommutation() | np.eye(len(table), dtype=np.bool_)
    _refute_at_random(part, table, touching, weight, done)
    if not done.all():
        _refute_along_paths(part, table, touching, weight, done)
    return done


def _refute_at_random(
    part: Part,
    table: PauliTable,
    terms: Sequence[Pauli],
    weight: npt.NDArray[np.int64],
    done: npt.NDArray[np.bool_],
) -> None:
    """Turn all strings by elements of e^𝔤 at random, and try strings of a pool as P."""
    draw = random.Random(0)
    pool = PauliTable.from_paulis(_pool(part, draw), part.generators.n_qubits)
    own_terms = PauliTable.from_paulis(terms, pool.n_qubits)
    odd_pool = pool.anticommutation(own_terms) * weight
    current = table
    for _ in range(min(_ROUNDS, 1 + _MOST_COMPARISONS // (len(pool) * len(table) ** 2))):
        beside = pool.anticommutation(current)
        odd = own_terms.anticommutation(current)
        value = (odd_pool @ odd.astype(np.int64)) % _P
        for row, values in zip(beside, value, strict=True):
            both = row[:, None] & row[None, :]
            done |= both & (values[:, None] != values[None, :])
        if done.all():
            return
        for _ in range(2):
            current = _turned(current, pool.pauli(draw.randrange(len(pool))))


def _refute_along_paths(
    part: Part,
    table: PauliTable,
    terms: Sequence[Pauli],
    weight: npt.NDArray[np.int64],
    done: npt.NDArray[np.bool_],
) -> None:
    """For each open pair take as P the product of a shortest path of generators, and one generator to turn R by."""
    generators = part.generators
    strings, axes = generators.paulis(), table.paulis()
    beside = [gf2.bits(row) for row in _masks(generators.anticommutation())]
    ends = _masks(table.anticommutation(generators))
    odd = {p: np.array([anticommute(p, t) for t in terms]) for p in {*strings, *axes}}
    budget = _MOST_PRODUCTS // len(terms)
    for j in range(len(table)):
        open_ = np.flatnonzero(~done[j, :j])
        if not len(open_):
            continue
        paths = _paths(strings, beside, ends[j])
        for k in open_.tolist():
            budget -= 1
            if budget < 0:
                return
            last = min(gf2.bits(ends[k]), key=lambda v: paths[v][0])
            axis = paths[last][1]
            marked = weight * np.array([anticommute(axis, t) for t in terms])
            left = int((marked * odd[axes[j]]).sum()) % _P
            for v in [None, *gf2.bits(ends[k])]:
                turned = odd[axes[k]]
                if v is not None:
                    if ends[j] >> v & 1 or anticommute(axis, strings[v]):
                        continue
                    turned = turned ^ odd[strings[v]]
                if left != int((marked * turned).sum()) % _P:
                    done[j, k] = done[k, j] = True
                    break


def _paths(
    strings: Sequence[Pauli], beside: Sequence[Sequence[int]], start: int
) -> dict[int, tuple[int, Pauli]]:
    """For each generator the length of a shortest path to it from those of a mask, and the product along it."""
    reached = {v: (1, strings[v]) for v in gf2.bits(start)}
    queue = [*reached]
    for v in queue:
        length, along = reached[v]
        for u in beside[v]:
            if u not in reached:
                reached[u] = (length + 1, product(along, strings[u]))
                queue.append(u)
    return reached


def _masks(relation: npt.NDArray[np.bool_]) -> list[int]:
    packed = np.packbits(relation, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]


def _turned(table: PauliTable, axis: Pauli) -> PauliTable:
    """The strings after a quarter turn about an axis, signs left out."""
    odd = table.anticommute_with(axis)
    single = PauliTable.from_paulis([axis], table.n_qubits)
    x, z = table.x.copy(), table.z.copy()
    x[odd] ^= single.x
    z[odd] ^= single.z
    return PauliTable(table.n_qubits, x, z)


def _pool(part: Part, draw: random.Random) -> list[Pauli]:
    """Some strings of the algebra of a component: generators, and their products that lie in it."""
    pool = dict.fromkeys(islice(part.generators.paulis(), _POOL))
    strings = [*pool]
    for _ in range(4 * _POOL):
        p, q = draw.choice(strings), draw.choice(strings)
        if anticommute(p, q) and (r := product(p, q)) not in pool:
            pool[r] = None
            strings.append(r)
        if len(strings) >= 2 * _POOL:
            break
    return strings


def _independent(first: Part, two: Part, terms: Sequence[Pauli]) -> bool:
    """Whether the derivatives of two components commute for certain.

    [QO_a, RO_b] ≠ 0 takes terms a, b with Q against O_a, R against O_b and ω(Q, O_b) + ω(R, O_a) + ω(O_a, O_b) odd;
    where both strings are against both terms, (a, b) and (b, a) cancel.
    """
    union = sorted({*first.touching, *two.touching})
    if len(union) == 1:
        return True
    n_qubits = first.generators.n_qubits
    relation = PauliTable.from_paulis([terms[a] for a in union], n_qubits).anticommutation()
    spans = [_parities(part, [terms[a] for a in union]) for part in (first, two)]
    if sum(map(len, spans)) > _MOST_COMBINATIONS:
        shared = {*first.touching} & {*two.touching}
        return not shared and not any(
            anticommute(terms[a], terms[b]) for a in first.touching for b in two.touching
        )
    for u in _span(spans[0], len(union)):
        for v in _span(spans[1], len(union)):
            odd = relation ^ v[:, None] ^ u[None, :]
            pairs = np.outer(u, v) & ~np.outer(u & v, u & v)
            if (odd & pairs).any():
                return False
    return True


def _parities(part: Part, terms: Sequence[Pauli]) -> list[int]:
    """A basis of how products of a component's generators relate to terms, a bit a term."""
    columns = np.array([part.generators.anticommute_with(t) for t in terms]).T
    packed = np.packbits(columns, axis=1, bitorder="little")
    return gf2.Span(int.from_bytes(row.tobytes(), "little") for row in packed).basis


def _span(basis: Sequence[int], size: int) -> Iterator[npt.NDArray[np.bool_]]:
    vectors = [0]
    for vector in basis:
        vectors += [vector ^ other for other in vectors]
    for value in vectors:
        yield np.array([value >> k & 1 for k in range(size)], dtype=np.bool_)


def _clash(first: Part, two: Part, terms: Sequence[Pauli], weights: Sequence[int]) -> bool:
    """Whether strings Q and R of two components are found with [[Q, O], [R, O]] ≠ 0."""
    union = sorted({*first.touching, *two.touching})
    if len(union) > _MOST_TERMS:
        return False
    draw = random.Random(0)
    pools = [_pool(part, draw) for part in (first, two)]
    return any(
        _commutator(draw.choice(pools[0]), draw.choice(pools[1]), [terms[a] for a in union])
        for _ in range(_PAIRS)
    )


def _commutator(q: Pauli, r: Pauli, terms: Sequence[Pauli]) -> bool:
    """Whether a string stands alone in [[Q, O], [R, O]]: then it does not vanish."""
    count: dict[tuple[int, int], int] = {}
    left = [Pauli(q.x ^ t.x, q.z ^ t.z) for t in terms if anticommute(q, t)]
    right = [Pauli(r.x ^ t.x, r.z ^ t.z) for t in terms if anticommute(r, t)]
    for a in left:
        for b in right:
            if anticommute(a, b):
                key = (a.x ^ b.x, a.z ^ b.z)
                count[key] = count.get(key, 0) + 1
    return 1 in count.values()


def squares(coefficients: Sequence[Real]) -> list[int]:
    """Squares modulo a prime, up to one common factor, π an arbitrary residue: sums that differ there differ."""
    pi = random.Random(1).randrange(1, _P)
    parts = [
        (Fraction(c.rational), Fraction(c.pi)) if isinstance(c, PiLinear) else (Fraction(c), 0)
        for c in coefficients
    ]
    common = lcm(*(Fraction(x).denominator for pair in parts for x in pair))
    return [pow(int(a * common) + int(b * common) * pi, 2, _P) for a, b in parts]
