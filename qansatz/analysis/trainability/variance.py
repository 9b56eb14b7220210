"""The variance of a cost over a deep circuit, exactly, for stabilizer initial states.

The formulas stand in docs/mathematics/variance.md (9.1).

Of generators that are strings; what sums generate is left to :mod:`qansatz.analysis.trainability.sum_variance`.

For a circuit that is a 2-design on e^𝔤 and a string O_a of a simple part of 𝔤 (Ragone et al.
arXiv:2309.09342; Fontana et al. arXiv:2309.07902): Var = N / dim of the component of O_a, N the strings of
the component that stabilize the initial state up to sign. The second moment of U†O_aU ⊗ U†O_bU is a
combination of K_S = Σ_P P ⊗ PS over the strings P of the component, S the central strings that map
the component to itself, with K_S met only when O_b = ±O_aS. So terms interfere when their product
commutes with the whole component and stabilizes the state, and then as ⟨O_aO_b⟩ says.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, assert_never

import numpy as np

from qansatz.analysis.algebra.algebra import ENCODING, AlgebraReport, algebra
from qansatz.analysis.algebra.fixed_rotations import fixed_rotations
from qansatz.analysis.algebra.generators import Generators, generators
from qansatz.lie.classification import Algebra, Component, contains, radical
from qansatz.lie.free_fermions import FreeFermions
from qansatz.lie.quadratic_forms import QuadraticForm
from qansatz.model import reals
from qansatz.model.program import Model, Observable, Term
from qansatz.model.reals import PiLinear, Real
from qansatz.numbers import digits, fraction_text, rounded
from qansatz.pauli import gf2
from qansatz.pauli.commutation import marked_vectors, vectors
from qansatz.pauli.stabilizer_states import StabilizerState
from qansatz.pauli.strings import Pauli, to_text
from qansatz.pauli.tables import PauliTable
from qansatz.sheets import notes, table

if TYPE_CHECKING:
    from qansatz.lie.closure import Closure

Verdict: TypeAlias = Literal["exact", "does not apply"]

DEEP: Final = "the circuit is deep enough to be a 2-design on the Lie group of its algebra"
SHALLOW: Final = (
    "many more layers than these, whose parameters are fewer than the dimensions of the algebra"
)
STATE: Final = "the initial state is a stabilizer state"
INSIDE: Final = "every term of the observable lies in the Lie algebra"
DATA: Final = "rotations inside `encode` make the initial state one of data, not a stabilizer state"
_MOST_SHOWN: Final = 20
_ROUNDING: Final = 1e-9
ROUNDED: Final = "irrational weights count as the binary fractions they are stored as"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermVariance:
    """One term of an observable, pulled back to the initial state: c·P.

    ``component`` is the index of its part of the algebra, or None: the term is constant in time (it
    commutes with the algebra), or outside, or the algebra is one of sums. ``dimension`` counts the strings of the
    component, and ``n_stabilizing`` those that stabilize the initial state; ``variance`` is that of the term alone,
    None where it is not known.
    """

    coefficient: Real
    pauli: Pauli
    component: int | None
    dimension: int
    n_stabilizing: int
    variance: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variance:
    """The variance of a cost over random parameters of a deep circuit.

    ``verdict`` is ``exact``, or ``does not apply``, and then ``reason`` says which hypothesis fails and
    ``value`` is None. ``value`` is a fraction where the weights are rational. ``n_ideals`` counts the simple ideals
    of an algebra of sums; None for one of strings.
    """

    observable: str
    verdict: Verdict
    value: Fraction | None
    terms: tuple[TermVariance, ...]
    hypotheses: tuple[str, ...]
    reason: str | None
    n_ideals: int | None = None

    @property
    def exact(self) -> bool:
        """Whether there is a value."""
        return self.verdict == "exact"

    def __str__(self) -> str:
        if self.value is None:
            return f"Var {self.observable}: no exact value for deep circuits: {self.reason}"
        return f"Var {self.observable} = {fraction_text(self.value)} ({rounded(self.value)})"

    def facts(self) -> list[tuple[str, str, str]]:
        """Label, value and one line of explanation of every number."""
        label = f"Var {self.observable}"
        if self.value is None:
            return [(label, "not known", f"no exact value for deep circuits: {self.reason}")]
        value = f"{fraction_text(self.value)} = {rounded(self.value)}"
        return [(label, value, f"exact, over the parameters of a deep circuit: {counted(self)}")]

    def _repr_html_(self) -> str:
        rows = [
            (
                f"{row.coefficient} {to_text(row.pauli)}",
                "not known" if row.variance is None else fraction_text(row.variance),
                f"{digits(row.n_stabilizing)} of {digits(row.dimension)} strings stabilize the state"
                if row.dimension
                else "",
            )
            for row in self.terms[:_MOST_SHOWN]
        ]
        more = len(self.terms) - len(rows)
        left = [f"{more} more terms"] if more > 0 else []
        shown = table(rows, ("term", "its own variance", "counted")) if rows else ""
        assumed = (f"assumed: {text}" for text in self.hypotheses)
        return table(self.facts()) + shown + notes([*left, *assumed])


def variance(
    model: Model, observable: Observable | None = None, *, found: AlgebraReport | None = None
) -> Variance:
    """The variance of an observable, the first by default; polynomial in qubits, generators and terms.

    Where sums generate the algebra, it takes as long as their closure and up to
    :data:`qansatz.analysis.trainability.sum_variance.MOST_DIMENSIONS` dimensions.

    Raises:
        ValueError: when the model has no observable.
    """
    if observable is None:
        if not model.observables:
            raise ValueError("the ansatz has no observable")
        observable = model.observables[0]
    found = algebra(model) if found is None else found
    hypotheses = [DEEP, STATE]
    if 0 < model.slots.n_parameters < found.dimension:
        hypotheses.append(SHALLOW)
    hypotheses += [text for text in found.hypotheses if text != ENCODING]
    terms = _collected(observable.pulled_back)
    if any(isinstance(c, float | PiLinear) for c in terms.values()):
        hypotheses.append(ROUNDED)
    if model.rotations.encoding.any():
        return _declined(observable, hypotheses, DATA)
    if not found.exact:
        return _declined(observable, hypotheses, "only an upper bound of the Lie algebra is known")
    if (reason := _unmet(model, found)) is not None:
        return _declined(observable, hypotheses, reason)
    if found.closure is not None:
        return _of_sums(model, observable, found.closure, terms, hypotheses)
    if found.classified is None:
        return _declined(observable, hypotheses, "the algebra is not known by its elements")
    hypotheses.append(INSIDE)
    cost = _Cost(found.classified, model.initial.stabilizers)
    rows = [cost.term(pauli, coefficient) for pauli, coefficient in terms.items()]
    outside = [row for row in rows if row.variance is None]
    if outside:
        many = f" and {len(outside) - 1} more terms" if len(outside) > 1 else ""
        reason = f"{to_text(outside[0].pauli)}{many} lies outside the Lie algebra"
        return _declined(observable, hypotheses, reason, rows)
    return Variance(
        observable=observable.name,
        verdict="exact",
        value=cost.total(rows),
        terms=tuple(rows),
        hypotheses=tuple(hypotheses),
        reason=None,
    )


def counted(found: Variance) -> str:
    """What the variance counts, in words: of the first term that varies."""
    if found.n_ideals is not None:
        return (
            f"over {digits(found.n_ideals)} simple ideals, the sum of the squared parts of state and "
            "observable there, divided by the dimension"
        )
    for row in found.terms:
        if row.component is not None and row.dimension:
            return (
                f"{digits(row.n_stabilizing)} of the {digits(row.dimension)} strings of the "
                f"component of {to_text(row.pauli)} stabilize the initial state"
            )
    return "every term commutes with the whole algebra"


def _unmet(model: Model, found: AlgebraReport) -> str | None:
    """A hypothesis of the theorem that the model does not meet, in words."""
    places = generators(model)
    fixed = fixed_rotations(model, places)
    for strings, where, what in (
        (fixed.before, "before the first", "the initial state would not be a stabilizer state"),
        (fixed.behind, "behind the last", "the observable would be another one"),
    ):
        for string in strings:
            pauli = model.rotations.strings.pauli(string)
            if not _inside(found, pauli):
                return (
                    f"a rotation about {to_text(pauli)} by a fixed angle or data stands {where} "
                    f"trainable one, outside the Lie algebra: {what}"
                )
    return _narrow(model) or _shared(model, places)


def _inside(found: AlgebraReport, pauli: Pauli) -> bool:
    if found.closure is not None:
        from qansatz.lie.closure import contains as in_closure

        return in_closure(found.closure, {pauli[:2]: 1})
    return found.classified is not None and contains(found.classified, pauli)


def _narrow(model: Model) -> str | None:
    """Parameters that are not drawn uniformly from a whole turn."""
    for array in model.slots.parameters:
        match array.distribution:
            case ("normal", _):
                return f"`{array.name}` has a normal distribution, not that of a whole turn"
            case ("uniform", (low, high)):
                bounds = (low, high)
            case _:
                bounds = array.bounds or (0.0, math.tau)
        if float(bounds[1]) - float(bounds[0]) < math.tau - _ROUNDING:
            return f"`{array.name}` is drawn from less than a whole turn"
    return None


def _shared(model: Model, places: Generators) -> str | None:
    """A parameter that turns the circuit in several layers, which are then not independent."""
    rotations, rows = model.rotations, places.first_rows()[places.trained]
    slot, layer = rotations.slot[rows], rotations.layer[rows]
    direct = (rotations.expression[rows] < 0) & (slot >= 0)
    pairs = np.unique(np.stack((slot[direct], layer[direct])), axis=1)
    again = np.flatnonzero(np.diff(pairs[0]) == 0)
    if len(again):
        name = model.slots.labels()[int(pairs[0, again[0]])]
        return f"`{name}` stands in several layers, which are therefore not independent"
    return None


def _of_sums(
    model: Model,
    observable: Observable,
    closure: Closure,
    terms: Mapping[Pauli, Real],
    hypotheses: Sequence[str],
) -> Variance:
    """By the moments of an algebra of sums."""
    from qansatz.analysis.trainability.sum_variance import RESIDUES, SPLITS, sum_variance

    weights = {pauli: as_fraction(weight) for pauli, weight in terms.items()}
    found = sum_variance(closure, model.initial.stabilizers, weights)
    if isinstance(found, str):
        return _declined(observable, hypotheses, found)
    rows = tuple(
        TermVariance(
            coefficient=terms[pauli],
            pauli=pauli,
            component=None,
            dimension=0,
            n_stabilizing=0,
            variance=found.terms.get(pauli[:2]),
        )
        for pauli in terms
    )
    return Variance(
        observable=observable.name,
        verdict="exact",
        value=found.value,
        terms=rows,
        hypotheses=(*hypotheses, SPLITS, RESIDUES),
        reason=None,
        n_ideals=found.n_ideals,
    )


def _declined(
    observable: Observable,
    hypotheses: Sequence[str],
    reason: str,
    rows: Sequence[TermVariance] = (),
) -> Variance:
    return Variance(
        observable=observable.name,
        verdict="does not apply",
        value=None,
        terms=tuple(rows),
        hypotheses=tuple(hypotheses),
        reason=reason,
    )


def _collected(terms: Iterable[Term]) -> dict[Pauli, Real]:
    """Positive strings and their coefficients."""
    total: dict[Pauli, Real] = {}
    for term in terms:
        key = Pauli(term.pauli.x, term.pauli.z)
        value = reals.negate(term.coefficient) if term.pauli.phase == 2 else term.coefficient
        total[key] = reals.add(total.get(key, 0), value)
    return {key: value for key, value in total.items() if not reals.is_zero(value)}


def as_fraction(value: Real) -> Fraction:
    """The number; floats and multiples of π as stored in binary."""
    return Fraction(float(value)) if isinstance(value, PiLinear) else Fraction(value)


class _Cost:
    """Counts for one algebra and one stabilizer state."""

    def __init__(self, found: Algebra, stabilizers: Sequence[Pauli]) -> None:
        self.found = found
        self.state = StabilizerState(stabilizers, found.n_qubits)
        self._counts: dict[int, int] = {}
        self._owner = {
            row: k for k, component in enumerate(found.components) for row in component.generators
        }

    def term(self, pauli: Pauli, coefficient: Real) -> TermVariance:
        """One term: its component, and its variance alone."""
        hit = self.found.strings.anticommute_with(pauli)
        if not hit.any():
            return self._row(pauli, coefficient, None, 0, Fraction(0))
        if not contains(self.found, pauli):
            return self._row(pauli, coefficient, None, 0, None)
        index = next(self._owner[row] for row in np.flatnonzero(hit).tolist() if row in self._owner)
        if index not in self._counts:
            component = self.found.components[index]
            self._counts[index] = n_stabilizing(self.found, component, self.state)
        count = self._counts[index]
        alone = as_fraction(coefficient) ** 2 * Fraction(
            count, self.found.components[index].dimension
        )
        return self._row(pauli, coefficient, index, count, alone)

    def total(self, rows: Sequence[TermVariance]) -> Fraction:
        """The variance of the sum: interfering terms add up before they are squared."""
        value = Fraction(0)
        for index, count in self._counts.items():
            inside = [row for row in rows if row.component == index]
            amplitudes = self._amplitudes(index, inside)
            squares = sum((a * a for a in amplitudes), Fraction(0))
            value += squares * Fraction(count, self.found.components[index].dimension)
        return value

    def _amplitudes(self, index: int, rows: Sequence[TermVariance]) -> list[Fraction]:
        """The coefficients, added up (with signs) over terms whose products are central and stabilize the state."""
        component = self.found.components[index]
        n = self.found.n_qubits
        central = gf2.Echelon(vectors(PauliTable.from_paulis(radical(self.found, component), n)))
        groups: dict[int, list[tuple[Pauli, Fraction]]] = {}
        keys = vectors(PauliTable.from_paulis([row.pauli for row in rows], n))
        for row, key in zip(rows, keys, strict=True):
            weight = as_fraction(row.coefficient)
            group = groups.setdefault(central.reduce(key)[0], [])
            for k, (first, total) in enumerate(group):
                sign = self.state.expectation(first * row.pauli)
                if sign:
                    group[k] = first, total + sign * weight
                    break
            else:
                group.append((row.pauli, weight))
        return [total for group in groups.values() for _, total in group]

    def _row(
        self, pauli: Pauli, coefficient: Real, index: int | None, count: int, alone: Fraction | None
    ) -> TermVariance:
        return TermVariance(
            coefficient=coefficient,
            pauli=pauli,
            component=index,
            dimension=0 if index is None else self.found.components[index].dimension,
            n_stabilizing=count,
            variance=alone,
        )


def n_stabilizing(found: Algebra, component: Component, state: StabilizerState) -> int:
    """The strings of a component that stabilize a state up to sign: one elimination over F₂."""
    match component.members:
        case None:
            (pauli,) = found.strings.take([component.generators[0]]).paulis()
            return abs(state.expectation(pauli))
        case FreeFermions() as fermions:
            return _pairs(fermions, vectors(state.table))
        case QuadraticForm() as form:
            return _values(found, component, form, state)
        case _:
            assert_never(component.members)


def _pairs(fermions: FreeFermions, stabilizers: Sequence[int]) -> int:
    """The pairs i < j and voltages t with p(i) + p(j) + t in the span of the stabilizers.

    Where the potentials of i and j agree modulo voltages and stabilizers, as many t fit as there
    are voltages that stabilize.
    """
    voltages = fermions.voltages.basis
    both = gf2.Echelon(stabilizers)
    common = sum(both.insert(voltage) is not None for voltage in voltages)
    classes = Counter(both.reduce(p)[0] for p in fermions.potentials)
    return sum(k * (k - 1) // 2 for k in classes.values()) << common


def _values(
    found: Algebra, component: Component, form: QuadraticForm, state: StabilizerState
) -> int:
    """The strings v of V ∩ W outside the radical R, with q(v) = 1 where q exists; W the stabilizers.

    On the commuting strings of V ∩ W the form is linear.
    """
    inside = _meet(found, component, state)
    central = gf2.Span(vectors(PauliTable.from_paulis(radical(found, component), found.n_qubits)))
    both = _intersection(inside, central.basis)
    if not form.exists:
        return (1 << len(inside)) - (1 << len(both))
    return _odd(form, inside, found.n_qubits) - _odd(form, both, found.n_qubits)


def _odd(form: QuadraticForm, rows: Sequence[int], n_qubits: int) -> int:
    """How many sums of independent commuting rows have q = 1."""
    marked = marked_vectors(_table(rows, n_qubits))
    values = [form.span.reduce(row, 1) == 0 for row in marked]
    return 1 << (len(rows) - 1) if any(values) else 0


def _meet(found: Algebra, component: Component, state: StabilizerState) -> list[int]:
    own = vectors(found.strings.take(list(component.basis)))
    return _intersection(own, vectors(state.table))


def _intersection(left: Sequence[int], right: Sequence[int]) -> list[int]:
    """A basis of the intersection of two spans, each given by independent rows."""
    span = gf2.Echelon(left)
    found = []
    for row in right:
        combination = span.insert(row)
        if combination is not None:
            found.append(
                _sum(right[k - len(left)] for k in gf2.bits(combination) if k >= len(left))
            )
    return found


def _sum(rows: Iterable[int]) -> int:
    total = 0
    for row in rows:
        total ^= row
    return total


def _table(rows: Sequence[int], n_qubits: int) -> PauliTable:
    width = 64 * max(1, -(-n_qubits // 64))
    mask = (1 << width) - 1
    return PauliTable.from_ints([r & mask for r in rows], [r >> width for r in rows], n_qubits)
