"""The gradient measurement efficiency F of the limit of many layers, and what its algebra permits.

Γ_j(θ) = ∂_j(U†OU); derivatives are simultaneously measurable when their Γ commute for all θ, and F is the number of
rotations over the least number of groups (Chinzei et al., arXiv:2406.18316). In the limit the rotations after j sweep
all of e^𝔤, so static rules decide every pair; docs/mathematics.md proves them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice
from math import lcm
from typing import Final

import numpy as np
import numpy.typing as npt

from qansatz.analysis.algebra import AlgebraReport, digits
from qansatz.analysis.period import NoPeriodError, Period, period
from qansatz.model.program import Model, Observable
from qansatz.model.reals import PiLinear, Real, is_zero
from qansatz.pauli import gf2, groups
from qansatz.pauli.algebra import Algebra, Component, classify, contains, radical
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.pauli.tables import PauliTable

#: Missing generators that are listed; all are counted.
LISTED: Final = 6

_P: Final = (1 << 30) - 35  # a prime: residues of coefficients
_ROUNDS: Final = 100
_PAIRS: Final = 24
_POOL: Final = 64
_MOST_COMPARISONS: Final = 1_000_000_000
_MOST_TYPES: Final = 800
_MOST_COMBINATIONS: Final = 12
_MOST_TERMS: Final = 64
_MOST_PAIRS: Final = 10_000
_MOST_STATES: Final = 20_000

DEEP: Final = "layers go on for ever; every rotation has an angle of its own"
SHARED: Final = "parameters are shared: F is that of the same circuit with an angle of its own for every rotation"
DATA: Final = (
    "rotations by fixed angles or data stand in the layer; their strings lie in the Lie algebra"
)
NO_OBSERVABLE: Final = "there is no observable"
OUTSIDE: Final = "rotations by fixed angles or data, or behind the last layer, leave the group of the layer's algebra"
NOTHING: Final = (
    "no group is needed: every rotation commutes with all others, or with the observable"
)
SUM: Final = "for a sum, pairs that no witness refutes are left open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A Clifford point that proves two derivatives of ``n_periods`` periods not to be measurable together.

    All angles are 0 but those of ``quarter_turns``, (period, rotation of the period), which are π/2. There A_j and
    A_k of ``pair`` (period, rotation) are ``strings``, which anticommute with each other and with ``term``.
    """

    n_periods: int
    quarter_turns: tuple[tuple[int, int], ...]
    pair: tuple[tuple[int, int], tuple[int, int]]
    strings: tuple[Pauli, Pauli]
    term: Pauli


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitEfficiency:
    """F of the limit of many layers, for one observable; ``reason`` says why there is none.

    ``n_rotations`` rotations of a period of ``n_layers`` layers count: neighbours about one string are merged, and
    those whose derivatives vanish or whose string commutes with all others are left out. In the limit they take
    ``at_least`` to ``at_most`` groups a period. ``dimension`` is that of the Lie algebra of the separate rotations
    without its centre; ``independent`` says that each has an angle of its own already. ``symmetries`` are independent
    commuting strings that commute with all rotations and all terms of the observable. ``n_missing`` rotations beside
    those of the groups, about their products with symmetries, would fill every group to 2^s; ``missing`` are some.
    """

    observable: str
    n_qubits: int
    n_layers: int
    n_rotations: int
    at_least: int
    at_most: int
    dimension: int
    name: str
    independent: bool
    symmetries: tuple[Pauli, ...]
    n_missing: int
    missing: tuple[Pauli, ...]
    witness: Witness | None = field(repr=False)
    hypotheses: tuple[str, ...]
    reason: str | None

    @property
    def known(self) -> bool:
        """Whether anything is known about F."""
        return self.reason is None

    @property
    def exact(self) -> bool:
        """Whether F is known exactly."""
        return self.known and self.at_least == self.at_most

    @property
    def efficiency(self) -> Fraction | None:
        """F, where it is known exactly."""
        return Fraction(self.n_rotations, self.at_most) if self.exact else None

    @property
    def efficiency_at_least(self) -> Fraction | None:
        """A proved lower bound on F."""
        return Fraction(self.n_rotations, self.at_most) if self.known else None

    @property
    def efficiency_at_most(self) -> Fraction | None:
        """A proved upper bound on F."""
        return Fraction(self.n_rotations, self.at_least) if self.known else None

    @property
    def bound(self) -> int | None:
        """The largest integer X ≤ 4ⁿ/F − F, at the proved lower bound of F; it bounds ``dimension`` in the limit."""
        least = self.efficiency_at_least
        return None if least is None else (4**self.n_qubits / least - least).__floor__()

    @property
    def slack(self) -> int | None:
        """How far the dimension stays below the bound; 0 where the trade-off is optimal."""
        return None if self.bound is None else self.bound - self.dimension

    @property
    def optimum(self) -> int:
        """2^s derivatives in a group: what a stabilizer-logical product ansatz with these symmetries reaches."""
        return 1 << len(self.symmetries)

    def facts(self) -> list[tuple[str, str, str]]:
        """Label, value and one line of explanation of every number."""
        if not self.known:
            return [("F in the limit", "not known", self.reason or "")]
        low = Fraction(self.n_rotations, self.at_most)
        high = Fraction(self.n_rotations, self.at_least)
        bound = self.bound or 0
        span = _short(low) if self.exact else f"{_short(low)} to {_short(high)}"
        groups_ = f"{self.at_most}" if self.exact else f"{self.at_least} to {self.at_most}"
        layers = "a layer" if self.n_layers == 1 else f"{self.n_layers} layers"
        missing = (
            "no generator is missing for that"
            if not self.n_missing
            else f"{digits(self.n_missing)} generators are missing for that"
        )
        return [
            (
                "F in the limit",
                span,
                f"{self.n_rotations} rotations of {layers} in {groups_} groups, for many layers",
            ),
            (
                "dim g",
                digits(self.dimension),
                f"at most {digits(bound)} = 4^n/F - F in the limit: slack {digits(bound - self.dimension)}",
            ),
            (
                "up to",
                digits(self.optimum),
                f"= 2^{len(self.symmetries)} derivatives a group, by the symmetries; {missing}",
            ),
        ]

    def __str__(self) -> str:
        lines = [f"{label}: {value} ({why})" for label, value, why in self.facts()]
        return "\n".join([*lines, *(f"assumed: {text}" for text in self.hypotheses)])

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
            for cells in self.facts()
        )
        notes = "".join(f"<p>assumed: {escape(text)}</p>" for text in self.hypotheses)
        return f"<table>{rows}</table>{notes}"


def limit_efficiency(
    model: Model, algebra: AlgebraReport | None = None, observable: Observable | None = None
) -> LimitEfficiency:
    """F of the limit of many layers for an observable (the first, unless one is given).

    ``algebra``, where given, is that of the ansatz: a hypothesis says where its dimension is not that of the limit's
    separate rotations.
    """
    chosen = observable or next(iter(model.observables), None)
    if chosen is None:
        return _declined(model, "", NO_OBSERVABLE)
    try:
        layer = period(model)
    except NoPeriodError as error:
        return _declined(model, chosen.name, str(error))
    found = classify(layer.strings.take(_distinct(layer.string[layer.trained])))
    if not _stays(model, layer, found):
        return _declined(model, chosen.name, OUTSIDE)
    terms = [t for t in chosen.pulled_back if t.pauli.x | t.pauli.z and not is_zero(t.coefficient)]
    parts = [
        part
        for component in found.components
        if component.kind != "central"
        if (part := _part(layer, found, component, [t.pauli for t in terms])).touching
    ]
    if not parts:
        return _declined(model, chosen.name, NOTHING)
    weights = _squares([t.coefficient for t in terms])
    at_least, at_most = _groups(parts, [t.pauli for t in terms], weights)
    symmetries = _symmetries(model, found, parts, [t.pauli for t in terms])
    n_missing, missing = _missing(parts, symmetries, model.n_qubits)
    simple = [c for c in found.components if c.kind != "central"]
    dimension = sum(c.dimension for c in simple)
    from qansatz.pauli import lie

    return LimitEfficiency(
        observable=chosen.name,
        n_qubits=model.n_qubits,
        n_layers=layer.n_layers,
        n_rotations=sum(part.n_rotations for part in parts),
        at_least=at_least,
        at_most=at_most,
        dimension=dimension,
        name=lie.name(c.ideal for c in simple),
        independent=layer.independent,
        symmetries=tuple(symmetries),
        n_missing=n_missing,
        missing=missing,
        witness=_witness(layer, found, parts, [t.pauli for t in terms]),
        hypotheses=tuple(_hypotheses(model, layer, found, algebra, at_least == at_most)),
        reason=None,
    )


def _declined(model: Model, observable: str, reason: str) -> LimitEfficiency:
    return LimitEfficiency(
        observable=observable,
        n_qubits=model.n_qubits,
        n_layers=0,
        n_rotations=0,
        at_least=0,
        at_most=0,
        dimension=0,
        name="",
        independent=False,
        symmetries=(),
        n_missing=0,
        missing=(),
        witness=None,
        hypotheses=(),
        reason=reason,
    )


def _hypotheses(
    model: Model, layer: Period, found: Algebra, algebra: AlgebraReport | None, exact: bool
) -> Iterator[str]:
    yield DEEP
    if not layer.independent:
        yield SHARED
    if not layer.trained.all():
        yield DATA
    if any(c.kind == "central" for c in found.components):
        yield "strings that commute with all others are left out of F and of dim g"
    if algebra is not None and algebra.dimension != found.dimension:
        yield (
            f"the Lie algebra of the separate rotations of the limit has dimension {digits(found.dimension)}, "
            f"that of the ansatz {algebra.dimension_text}"
        )
    if not exact:
        yield SUM


def _distinct(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.flatnonzero(np.bincount(values)) if len(values) else values


def _stays(model: Model, layer: Period, found: Algebra) -> bool:
    """Whether all between and behind the trained rotations lies in e^𝔤, or commutes with it."""
    others = [layer.strings.pauli(int(s)) for s in _distinct(layer.string[~layer.trained])]
    behind = _distinct(model.rotations.string[layer.after].astype(np.int64))
    others += [model.rotations.strings.pauli(int(s)) for s in behind]
    return all(contains(found, p) or not found.strings.anticommute_with(p).any() for p in others)


# One component


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Part:
    """A component of 𝔤 with more than one string, in a period.

    ``touching`` are the terms that do not commute with it. Its rotations fall into *types*: strings with the same
    relations to the component and to these terms. ``members`` are the strings of a type, ``n_runs`` how often a
    period begins a new group of it; ``n_rotations`` counts rotations after merging.
    """

    generators: PauliTable
    radical: tuple[Pauli, ...]
    touching: tuple[int, ...]
    members: tuple[tuple[Pauli, ...], ...]
    runs: tuple[tuple[tuple[Pauli, ...], ...], ...]
    n_rotations: int

    @property
    def n_groups(self) -> int:
        """The groups of a period that the rules make."""
        return sum(map(len, self.runs))


def _part(layer: Period, found: Algebra, component: Component, terms: Sequence[Pauli]) -> _Part:
    generators = found.strings.take(list(component.generators))
    basis = found.strings.take(list(component.basis))
    touching = tuple(a for a, term in enumerate(terms) if basis.anticommute_with(term).any())
    relation = layer.strings.anticommutation(basis)
    inside = np.bitwise_or.reduce(relation, axis=1)[layer.string]
    strings, trained = layer.string[inside], layer.trained[inside]
    parities = np.array([layer.strings.anticommute_with(terms[a]) for a in touching]).T
    whole = np.concatenate((relation, parities), axis=1) if touching else relation
    packed = np.packbits(whole, axis=1)
    types: dict[bytes, list[int]] = {}
    for s in _distinct(strings[trained]).tolist():
        types.setdefault(packed[s].tobytes(), []).append(s)
    runs, n_rotations = [], 0
    for members in types.values():
        beside = layer.strings.anticommute_with(layer.strings.pauli(members[0]))
        cuts = np.flatnonzero(beside[strings])
        found_runs: dict[int, dict[int, None]] = {}
        for at in np.flatnonzero(np.isin(strings, members) & trained).tolist():
            run = int(np.searchsorted(cuts, at)) % max(1, len(cuts))
            found_runs.setdefault(run, {})[int(strings[at])] = None
        n_rotations += sum(map(len, found_runs.values()))
        runs.append(tuple(tuple(map(layer.strings.pauli, run)) for run in found_runs.values()))
    return _Part(
        generators=generators,
        radical=tuple(radical(found, component)),
        touching=touching,
        members=tuple(tuple(map(layer.strings.pauli, members)) for members in types.values()),
        runs=tuple(runs),
        n_rotations=n_rotations,
    )


# Groups of a period


def _groups(
    parts: Sequence[_Part], terms: Sequence[Pauli], weights: Sequence[int]
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


def _within(part: _Part, terms: Sequence[Pauli], weights: Sequence[int]) -> int:
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
    part: _Part, table: PauliTable, terms: Sequence[Pauli], weights: Sequence[int]
) -> npt.NDArray[np.bool_]:
    """Which pairs of strings do not commute as derivatives, proved by witnesses; the diagonal is set.

    For P that anticommutes with both Q and R the commutator at second order is Σ_a w_a·p_a·(q_a − r_a) times iPQR.
    """
    own = [terms[a] for a in part.touching]
    weight = np.array([weights[a] for a in part.touching], dtype=np.int64)
    done = table.anticommutation() | np.eye(len(table), dtype=np.bool_)
    _refute_at_random(part, table, own, weight, done)
    if not done.all():
        _refute_along_paths(part, table, own, weight, done)
    return done


def _refute_at_random(
    part: _Part,
    table: PauliTable,
    terms: Sequence[Pauli],
    weight: npt.NDArray[np.int64],
    done: npt.NDArray[np.bool_],
) -> None:
    """Turn all strings by elements of e^𝔤 at random, and try strings of a pool as P."""
    draw = random.Random(0)
    pool = PauliTable.from_paulis(_pool(part, draw), part.generators.n_qubits)
    odd_pool = np.array([pool.anticommute_with(t) for t in terms]).T * weight
    current = table
    for _ in range(min(_ROUNDS, 1 + _MOST_COMPARISONS // (len(pool) * len(table) ** 2))):
        beside = pool.anticommutation(current)
        odd = np.array([current.anticommute_with(t) for t in terms])
        value = (odd_pool @ odd.astype(np.int64)) % _P
        for row, values in zip(beside, value, strict=True):
            both = row[:, None] & row[None, :]
            done |= both & (values[:, None] != values[None, :])
        if done.all():
            return
        for _ in range(2):
            current = _turned(current, pool.pauli(draw.randrange(len(pool))))


def _refute_along_paths(
    part: _Part,
    table: PauliTable,
    terms: Sequence[Pauli],
    weight: npt.NDArray[np.int64],
    done: npt.NDArray[np.bool_],
) -> None:
    """For each open pair take as P the product of a shortest path of generators, and one generator to turn R by."""
    generators = part.generators
    strings, own = generators.paulis(), table.paulis()
    beside = [gf2.bits(row) for row in _masks(generators.anticommutation())]
    ends = _masks(table.anticommutation(generators))
    odd = {p: np.array([anticommute(p, t) for t in terms]) for p in {*strings, *own}}
    budget = _MOST_PAIRS
    for j in range(len(table)):
        open_ = np.flatnonzero(~done[j])
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
            left = int((marked * odd[own[j]]).sum()) % _P
            for v in [None, *gf2.bits(ends[k])]:
                turned = odd[own[k]]
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
    found = {v: (1, strings[v]) for v in gf2.bits(start)}
    queue = [*found]
    for v in queue:
        length, product = found[v]
        for u in beside[v]:
            if u not in found:
                found[u] = (length + 1, _product(product, strings[u]))
                queue.append(u)
    return found


def _masks(relation: npt.NDArray[np.bool_]) -> list[int]:
    packed = np.packbits(relation, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]


def _turned(table: PauliTable, axis: Pauli) -> PauliTable:
    """The strings after a quarter turn about an axis, signs left out."""
    odd = table.anticommute_with(axis)
    one = PauliTable.from_paulis([axis], table.n_qubits)
    x, z = table.x.copy(), table.z.copy()
    x[odd] ^= one.x
    z[odd] ^= one.z
    return PauliTable(table.n_qubits, x, z)


def _pool(part: _Part, draw: random.Random) -> list[Pauli]:
    """Some strings of the algebra of a component: generators, and their products that lie in it."""
    found = dict.fromkeys(islice(part.generators.paulis(), _POOL))
    strings = [*found]
    for _ in range(4 * _POOL):
        p, q = draw.choice(strings), draw.choice(strings)
        if anticommute(p, q) and (product := Pauli(p.x ^ q.x, p.z ^ q.z)) not in found:
            found[product] = None
            strings.append(product)
        if len(strings) >= 2 * _POOL:
            break
    return strings


def _independent(one: _Part, two: _Part, terms: Sequence[Pauli]) -> bool:
    """Whether the derivatives of two components commute for certain.

    [QO_a, RO_b] ≠ 0 takes terms a, b with Q against O_a, R against O_b and ω(Q, O_b) + ω(R, O_a) + ω(O_a, O_b) odd;
    where both strings are against both terms, (a, b) and (b, a) cancel.
    """
    union = sorted({*one.touching, *two.touching})
    if len(union) == 1:
        return True
    relation = np.array([[anticommute(terms[a], terms[b]) for b in union] for a in union])
    spans = [_parities(part, [terms[a] for a in union]) for part in (one, two)]
    if sum(map(len, spans)) > _MOST_COMBINATIONS:
        shared = {*one.touching} & {*two.touching}
        return not shared and not any(
            anticommute(terms[a], terms[b]) for a in one.touching for b in two.touching
        )
    for u in _span(spans[0], len(union)):
        for v in _span(spans[1], len(union)):
            odd = relation ^ v[:, None] ^ u[None, :]
            pairs = np.outer(u, v) & ~np.outer(u & v, u & v)
            if (odd & pairs).any():
                return False
    return True


def _parities(part: _Part, terms: Sequence[Pauli]) -> list[int]:
    """A basis of how products of a component's generators relate to terms, a bit a term."""
    columns = np.array([part.generators.anticommute_with(t) for t in terms]).T
    packed = np.packbits(columns, axis=1, bitorder="little")
    return gf2.Span(int.from_bytes(row.tobytes(), "little") for row in packed).basis


def _span(basis: Sequence[int], size: int) -> Iterator[npt.NDArray[np.bool_]]:
    found = [0]
    for vector in basis:
        found += [vector ^ other for other in found]
    for value in found:
        yield np.array([value >> k & 1 for k in range(size)], dtype=np.bool_)


def _clash(one: _Part, two: _Part, terms: Sequence[Pauli], weights: Sequence[int]) -> bool:
    """Whether strings Q and R of two components are found with [[Q, O], [R, O]] ≠ 0."""
    union = sorted({*one.touching, *two.touching})
    if len(union) > _MOST_TERMS:
        return False
    draw = random.Random(0)
    pools = [_pool(part, draw) for part in (one, two)]
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


def _squares(coefficients: Sequence[Real]) -> list[int]:
    """Squares modulo a prime, up to one common factor, π an arbitrary residue: sums that differ there differ."""
    pi = random.Random(1).randrange(1, _P)
    parts = [
        (Fraction(c.rational), Fraction(c.pi)) if isinstance(c, PiLinear) else (Fraction(c), 0)
        for c in coefficients
    ]
    common = lcm(*(Fraction(x).denominator for pair in parts for x in pair))
    return [pow(int(a * common) + int(b * common) * pi, 2, _P) for a, b in parts]


# The optimum


def _symmetries(
    model: Model, found: Algebra, parts: Sequence[_Part], terms: Sequence[Pauli]
) -> list[Pauli]:
    """As many independent commuting strings as commute with all rotations and all terms.

    What tells copies of the components apart comes first, declared stabilizers next.
    """
    n = model.n_qubits
    first = [s for part in parts for s in _against(part.radical, terms)]
    declared = [
        Pauli(p.x, p.z)
        for group in model.stabilizers
        for p in group.generators
        if not found.strings.anticommute_with(p).any()
    ]
    span, kept = gf2.Span(), list[Pauli]()
    for p in [*first, *_against(declared, terms)]:
        if not any(anticommute(p, q) for q in kept) and span.insert(gf2.vector(p, n)):
            kept.append(p)
    left = groups.commutant([*found.strings.paulis(), *terms, *kept], n)
    for p in groups.maximal_isotropic(left):
        if span.insert(gf2.vector(p, n)):
            kept.append(p)
    return kept


def _against(strings: Sequence[Pauli], terms: Sequence[Pauli]) -> list[Pauli]:
    """A basis of the products of strings that commute with every term."""
    span = gf2.Echelon()
    kept = []
    for p in strings:
        row = sum(anticommute(p, t) << a for a, t in enumerate(terms))
        combination = span.insert(row)
        if combination is not None:
            product = groups.product([strings[k] for k in gf2.bits(combination)])
            kept.append(Pauli(product.x, product.z))
    return kept


def _missing(
    parts: Sequence[_Part], symmetries: Sequence[Pauli], n_qubits: int
) -> tuple[int, tuple[Pauli, ...]]:
    """How many products with symmetries the groups lack, and the first ones."""
    runs = [run for part in parts for runs in part.runs for run in runs]
    n_missing = sum((1 << len(symmetries)) - len(run) for run in runs)
    return n_missing, tuple(islice(_lacking(runs, symmetries), LISTED))


def _lacking(runs: Iterable[Sequence[Pauli]], symmetries: Sequence[Pauli]) -> Iterator[Pauli]:
    seen: set[Pauli] = set()
    for run in runs:
        inside = {*run}
        for s in islice(groups.elements(symmetries), len(run) + LISTED):
            product = Pauli(run[0].x ^ s.x, run[0].z ^ s.z)
            if product not in inside and product not in seen:
                seen.add(product)
                yield product


# A Clifford point


def _witness(
    layer: Period, found: Algebra, parts: Sequence[_Part], terms: Sequence[Pauli]
) -> Witness | None:
    """Two rotations about one string, a period apart, that a few quarter turns show not to commute."""
    largest = max(parts, key=lambda part: part.n_groups)
    own = {*largest.generators.paulis()}
    strings = [layer.strings.pauli(int(s)) for s in layer.string]
    rows = [k for k, p in enumerate(strings) if p in own and layer.trained[k]]
    untrained = [strings[int(k)] for k in np.flatnonzero(~layer.trained)]
    if any(largest.generators.anticommute_with(p).any() for p in untrained):
        return None
    start = rows[0]
    between = next((k for k in rows if anticommute(strings[k], strings[start])), None)
    if between is None:
        return None
    pair = (_product(strings[between], strings[start]), strings[start])
    known: dict[tuple[Pauli, Pauli], tuple[tuple[Pauli, Pauli], int] | None] = {pair: None}
    queue = [pair]
    own_terms = [terms[a] for a in largest.touching]
    for state in queue:
        term = next((t for t in own_terms if all(anticommute(p, t) for p in state)), None)
        if term is not None:
            turns = []
            at = state
            while (step := known[at]) is not None:
                at, turn = step
                turns.append(turn)
            later = [(2 + k, turn) for k, turn in enumerate(reversed(turns))]
            return Witness(
                n_periods=2 + len(turns),
                quarter_turns=((0, between), *later),
                pair=((0, start), (1, start)),
                strings=state,
                term=term,
            )
        if len(known) > _MOST_STATES:
            return None
        for k in rows:
            p, q = (_product(strings[k], s) if anticommute(strings[k], s) else s for s in state)
            if (p, q) not in known:
                known[p, q] = (state, k)
                queue.append((p, q))
    return None


def _product(p: Pauli, q: Pauli) -> Pauli:
    return Pauli(p.x ^ q.x, p.z ^ q.z)


def _short(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):.3f}"
