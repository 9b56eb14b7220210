"""The Lie algebra of an ansatz: what its trainable generators generate, exactly or as a stated bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from qansatz.analysis.algebra.fixed_rotations import FixedRotations, fixed_rotations
from qansatz.analysis.algebra.generators import Generators, generators
from qansatz.analysis.algebra.places import DEPENDENT, ENCODING, FIXED, TIED, UNDECIDED
from qansatz.lie import classical
from qansatz.lie.classification import Algebra, classify, contains
from qansatz.lie.sectors import Sectors, sectors
from qansatz.model.program import Model
from qansatz.numbers import digits, number, power
from qansatz.pauli.commutation import commutation
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import BoolColumn, PauliTable
from qansatz.pauli.words import some
from qansatz.sheets import Certainty, Fact, Remark, Sheet, Table, html

if TYPE_CHECKING:
    from qansatz.lie.bases import SumElements
    from qansatz.lie.closure import Closure, Limit, Partial
    from qansatz.lie.elements import Elements

Known = Literal["exact", "upper bound"]
Progress = Callable[[int, int], None]

LAYERS: Final = (
    "whole layers generate as much: derivatives of a layer at rational points, modulo primes"
)
SUMS: Final = (
    "generators that are sums are taken apart into their strings, each with a parameter of its own"
)
STRINGS: Final = "classification of the anticommutation graph over F₂; nothing is enumerated"
LIMITED: Final = "the closure of the sums was stopped"
_SHOWN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Summand:
    """``copies`` copies of one algebra of a classical family, or the centre; ``dimension`` is that of all copies.

    ``kind`` says how it arises; ``n_generators`` counts the strings of its component, None for an
    ideal of sums.
    """

    kind: str
    family: classical.Family
    parameter: int
    copies: int
    dimension: int
    n_generators: int | None

    @property
    def ideal(self) -> classical.Ideal:
        """Family, parameter and copies."""
        return classical.Ideal(self.family, self.parameter, self.copies)

    @property
    def name(self) -> str:
        """The name, such as ``4*su(4)``."""
        return self.ideal.name


@dataclass(frozen=True, kw_only=True, eq=False)
class AlgebraReport:
    """The Lie algebra 𝔤 of an ansatz.

    Where ``known`` is ``upper bound``, 𝔤 is a subalgebra of the one described, of dimension
    ``at_least`` or more. ``name`` is None, and ``components`` are empty, where only the dimension was
    proved. ``hypotheses`` says what was assumed, ``method`` how the result was found, ``reason`` why
    there is no more. ``strings`` are the distinct strings of all generators; ``classified`` is the algebra of
    strings described, None where it is one of sums, ``closure`` then; ``partial`` is the closure of sums
    that was stopped. ``centre`` is the dimension of the centre, None where it is not known.
    """

    n_qubits: int
    known: Known
    dimension: int
    at_least: int
    name: str | None
    components: tuple[Summand, ...]
    n_generators: int
    hypotheses: tuple[str, ...]
    method: str
    reason: str | None = None
    limit_reached: bool = False
    strings: PauliTable = field(repr=False)
    classified: Algebra | None = field(repr=False)
    closure: Closure | None = field(default=None, repr=False)
    partial: Partial | None = field(default=None, repr=False)
    centre: int | None = None

    @property
    def exact(self) -> bool:
        """Whether the algebra is the one described, not a subalgebra of it."""
        return self.known == "exact"

    @property
    def evidence(self) -> str:
        """What the dimension of the algebra described rests on."""
        if self.closure is None:
            return "classification of strings over F₂"
        if self.closure.certificate == "lifted":
            return "lift: a basis over the rationals that is closed"
        n_primes = len(self.closure.primes)
        return f"{n_primes} primes agree: larger only if each of them divides certain minors"

    @property
    def ideals(self) -> list[classical.Ideal]:
        """What the algebra is the direct sum of."""
        return [component.ideal for component in self.components]

    @property
    def dimension_text(self) -> str:
        """The dimension, or between what it lies."""
        if self.exact:
            return digits(self.dimension)
        return f"{digits(self.at_least)} to {digits(self.dimension)}"

    def contains(self, pauli: Pauli) -> bool | None:
        """Whether i·string lies in 𝔤; None where only a larger algebra is known, which holds it."""
        if self.classified is not None:
            inside = contains(self.classified, pauli)
        elif self.closure is not None and (pauli.x or pauli.z):
            from qansatz.lie.closure import contains as in_closure

            inside = in_closure(self.closure, {(pauli.x, pauli.z): Fraction(1)})
        else:
            inside = False
        return inside if self.exact or not inside else None

    @cached_property
    def sectors(self) -> Sectors:
        """The Pauli strings that commute with every generator, and how they split the space."""
        return sectors(self.strings)

    def sheet(self) -> Sheet:
        """The algebra, its sectors and its components."""
        return Sheet(
            title="Lie algebra",
            facts=(
                self._name_fact(),
                self._dimension_fact(),
                *self._centre_facts(),
                *self._sizes(),
            ),
            tables=self._components(),
            remarks=tuple(Remark(label, text) for label, text in self.remarks()),
        )

    def _name_fact(self) -> Fact:
        inside = "" if self.exact else "a subalgebra of "
        return Fact(
            "Lie algebra",
            f"{inside}{self.name}" if self.name else "not named",
            "the direct sum of its simple ideals and centre",
            certainty=self._certainty if self.name else "unknown",
            key="algebra.name",
        )

    def _dimension_fact(self) -> Fact:
        return Fact(
            "dimension",
            self.dimension_text,
            "real; independent nested commutators",
            certainty=self._certainty,
            key="algebra.dimension",
        )

    @property
    def _certainty(self) -> Certainty:
        return "exact" if self.exact else "bound"

    def _centre_facts(self) -> list[Fact]:
        """The centre, where the name does not tell it."""
        if self.name is not None or self.centre is None:
            return []
        value = f"{self.centre}, and a semisimple part of {digits(self.dimension - self.centre)}"
        why = "dimensions; what commutes with every generator, and the rest"
        return [Fact("centre", value, why, certainty=self._certainty, key="algebra.centre")]

    def _sizes(self) -> list[Fact]:
        split = self.sectors
        facts = [
            Fact(
                "generators",
                str(self.n_generators),
                "distinct, trainable",
                key="algebra.n_generators",
            ),
            Fact(
                "Pauli symmetries",
                str(split.log2_count),
                "independent commuting strings that commute with every generator",
                key="algebra.sectors.log2_count",
            ),
            Fact(
                "sectors",
                f"{power(split.log2_count)} of dimension {power(split.log2_dimension)}",
                "joint eigenspaces of these symmetries; the circuit mixes none of them",
                key="algebra.sectors.log2_dimension",
            ),
        ]
        if split.symmetries:
            shown = some(split.symmetries, self.n_qubits, _SHOWN)
            facts.append(
                Fact("symmetries", shown, "generate the others", key="algebra.sectors.symmetries")
            )
        return facts

    def _components(self) -> tuple[Table, ...]:
        counts = Counter(
            (c.name, c.kind, number(c.copies), digits(c.dimension), c.n_generators)
            for c in self.components
        )
        head = ("component", "kind", "copies", "dimension", "generators", "times")
        rows = tuple((*cells, times) for cells, times in counts.items())
        return (Table(head=head, rows=rows),) if rows else ()

    def elements(
        self, limit: int = 10**6, progress: Callable[[int], None] | None = None
    ) -> Elements | SumElements:
        """A basis of the algebra described, at most ``limit`` of it: strings, or sums where it is one of sums.

        Raises:
            NoBasisError: where sums are closed modulo primes only.
        """
        if self.classified is not None:
            from qansatz.lie.elements import elements

            return elements(self.classified, limit, progress)
        from qansatz.lie.bases import SumElements, sum_elements

        if self.closure is None:
            return SumElements(vectors=(), complete=True, group=None)
        return sum_elements(self.closure, limit)

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())

    def remarks(self) -> list[tuple[str, str]]:
        """How the result was found, what was assumed, and why there is no more."""
        reason = [("reason", self.reason)] if self.reason else []
        primes = self.closure is not None and self.closure.certificate == "primes"
        why = [("evidence", self.evidence)] if primes else []
        return [
            ("method", self.method),
            *why,
            *(("assumed", text) for text in self.hypotheses),
            *reason,
        ]


def algebra(
    model: Model,
    *,
    limit: Limit | None = None,
    progress: Progress | None = None,
    after: Partial | None = None,
) -> AlgebraReport:
    """The Lie algebra of the trainable generators; of one string each exactly, for any number of qubits.

    A sum whose strings the generators of one string tell apart, by commuting with some of them only,
    counts as its strings: all nested commutators with them lie in the algebra. What sums are left
    are closed exactly, within ``limit``; beyond it the strings of all sums give an upper bound. ``after`` is the
    closure of an earlier report (its ``partial``, or one kept in a file), which is gone on with.
    """
    places = generators(model)
    report = _of(model, places, limit, progress, after)
    declined = {FIXED, DEPENDENT} & {*report.hypotheses}
    if places.whole or report.limit_reached or declined:
        return report
    return _narrowed(model, report, limit, progress)


def _narrowed(
    model: Model, report: AlgebraReport, limit: Limit | None, progress: Progress | None
) -> AlgebraReport:
    """An upper bound by the best of several groupings, and a lower one by what whole layers generate."""
    from qansatz.analysis.algebra.tangents import generated_by_layers
    from qansatz.circuits.groupings import groupings
    from qansatz.lie.closure import Limit

    for chosen in islice(groupings(model), 1, None):
        below = replace(limit or Limit(), dimension=report.dimension)
        other = _of(model, generators(model, chosen), below, progress, None)
        if not other.limit_reached and other.dimension < report.dimension:
            report = other
    least = generated_by_layers(model, report.dimension)
    if least is None:
        return report
    if least < report.dimension:
        return replace(report, at_least=max(least, report.at_least))
    return replace(
        report,
        known="exact",
        at_least=report.dimension,
        hypotheses=tuple(text for text in report.hypotheses if text != TIED),
        method=f"{report.method}; {LAYERS}",
    )


def _of(
    model: Model,
    places: Generators,
    limit: Limit | None,
    progress: Progress | None,
    after: Partial | None,
) -> AlgebraReport:
    """The Lie algebra of the generators of one grouping."""
    table = model.rotations.strings
    kinds = np.unique(places.kind[places.trained]).tolist()
    real = table.weights() > 0
    sums = [tuple(s for s in places.distinct[k].strings if real[s]) for k in kinds]
    sums = [terms for terms in sums if terms]
    singles, rest = _taken_apart(table, sums)
    hypotheses = [ENCODING] if model.rotations.encoding.any() else []
    if not places.whole:
        hypotheses.append(TIED if places.decided else UNDECIDED)
    if not places.free:
        hypotheses.append(DEPENDENT)
    least, stopped = None, None
    if rest:
        closed = _of_sums(model, places, sums, limit, progress, after)
        if isinstance(closed, AlgebraReport):
            return closed
        stopped = closed
        least = max(stopped.dimension, classify(table.take(singles)).dimension, 1)
        hypotheses.append(SUMS)
        singles = sorted({s for terms in sums for s in terms})
    result = classify(table.take(singles))
    fixed = fixed_rotations(model, places)
    between = [table.pauli(s) for s in fixed.between]
    if not all(contains(result, pauli) for pauli in between):
        hypotheses.append(FIXED)
        result = classify(table.take(sorted({*singles, *fixed.between})))
    elif places.whole and SUMS not in hypotheses and not _within(table, places, fixed, real):
        hypotheses.append(FIXED)
    return _report(model, sums, hypotheses, result, least, stopped)


def _of_sums(
    model: Model,
    places: Generators,
    sums: Sequence[tuple[int, ...]],
    limit: Limit | None,
    progress: Progress | None,
    after: Partial | None,
) -> AlgebraReport | Partial:
    """The exact closure; where a limit stopped it, what there is to go on with."""
    from qansatz.analysis.algebra.sums import sum_algebra
    from qansatz.lie.closure import Partial

    result = sum_algebra(model, places, limit=limit, progress=progress, after=after)
    if isinstance(result.closure, Partial) or result.known == "lower bound":
        return result.closure  # type: ignore[return-value]
    return AlgebraReport(
        n_qubits=model.n_qubits,
        known=result.known,
        dimension=result.dimension,
        at_least=result.dimension if result.exact else min(1, result.dimension),
        name=result.name,
        components=tuple(
            Summand(
                kind="central" if ideal.family == "u" else "ideal",
                family=ideal.family,
                parameter=ideal.parameter,
                copies=ideal.copies,
                dimension=ideal.dimension,
                n_generators=None,
            )
            for ideal in result.ideals or ()
        ),
        n_generators=result.n_generators,
        hypotheses=result.hypotheses,
        method=result.method,
        reason=result.reason,
        strings=_strings(model, sums),
        classified=None,
        closure=result.closure,
        centre=result.centre,
    )


def _strings(model: Model, sums: Sequence[tuple[int, ...]]) -> PauliTable:
    return model.rotations.strings.take(sorted({s for terms in sums for s in terms}))


def _report(
    model: Model,
    sums: Sequence[tuple[int, ...]],
    hypotheses: Sequence[str],
    classified: Algebra,
    least: int | None,
    partial: Partial | None,
) -> AlgebraReport:
    exact = not {DEPENDENT, TIED, UNDECIDED, SUMS, FIXED} & {*hypotheses}
    apart = {DEPENDENT, TIED, UNDECIDED} & {*hypotheses}
    some = min(1, classified.dimension) if least is None or apart else least
    return AlgebraReport(
        n_qubits=model.n_qubits,
        known="exact" if exact else "upper bound",
        dimension=classified.dimension,
        at_least=classified.dimension if exact else some,
        name=classified.name,
        components=tuple(
            Summand(
                kind=c.kind,
                family=c.family,
                parameter=c.parameter,
                copies=c.copies,
                dimension=c.dimension,
                n_generators=c.n_generators,
            )
            for c in classified.components
        ),
        n_generators=len(sums),
        hypotheses=tuple(hypotheses),
        method=STRINGS,
        reason=None if partial is None else f"{LIMITED}: {partial.reason}",
        limit_reached=partial is not None,
        strings=_strings(model, sums),
        classified=classified,
        partial=partial,
        centre=sum(c.dimension for c in classified.components if c.kind == "central"),
    )


def _within(table: PauliTable, places: Generators, fixed: FixedRotations, real: BoolColumn) -> bool:
    """Whether the fixed rotations turn about strings of the algebra of one stretch between them."""
    sums = [tuple(s for s in places.distinct[k].strings if real[s]) for k in fixed.stretch]
    singles, rest = _taken_apart(table, [terms for terms in sums if terms])
    alone = classify(table.take(singles))
    return not fixed.between or (
        not rest and all(contains(alone, table.pauli(s)) for s in fixed.between)
    )


def _taken_apart(
    table: PauliTable, sums: Sequence[tuple[int, ...]]
) -> tuple[list[int], list[tuple[int, ...]]]:
    """The strings that lie in the algebra of the sums for certain, and what is left of the sums.

    For a string P of the algebra and a sum A + B, with A commuting and B anticommuting with P,
    [P, [P, A + B]] = 4B: so B, and A with it, lie in the algebra.
    """
    singles = {terms[0] for terms in sums if len(terms) == 1}
    parts = list(dict.fromkeys(terms for terms in sums if len(terms) > 1))
    while parts and singles:
        inside_already = table.take(sorted(singles))
        used = sorted({s for part in parts for s in part})
        pattern = dict(zip(used, commutation(table.take(used), inside_already), strict=True))
        inside = _inside(classify(inside_already), table, used)
        finer = [piece for part in parts for piece in _pieces(part, pattern, inside)]
        alone = {piece[0] for piece in finer if len(piece) == 1}
        finer = list(dict.fromkeys(piece for piece in finer if len(piece) > 1))
        if finer == parts and alone <= singles:
            break
        singles |= alone
        parts = finer
    return sorted(singles), parts


def _inside(classified: Algebra, table: PauliTable, used: Sequence[int]) -> frozenset[int]:
    return frozenset(s for s in used if contains(classified, table.pauli(s)))


def _pieces(
    part: tuple[int, ...], pattern: dict[int, int], inside: frozenset[int]
) -> Iterable[tuple[int, ...]]:
    pieces: dict[int, list[int]] = {}
    for string in part:
        if string not in inside:
            pieces.setdefault(pattern[string], []).append(string)
    return (tuple(piece) for piece in pieces.values())
