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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from qansatz.analysis.algebra.algebra import AlgebraReport, algebra
from qansatz.analysis.algebra.fixed_rotations import fixed_rotations
from qansatz.analysis.algebra.generators import Generators, generators
from qansatz.analysis.algebra.places import ENCODING
from qansatz.analysis.trainability.counts import TermCounts, TermVariance, as_fraction
from qansatz.analysis.trainability.sum_variance import RESIDUES, SPLITS, sum_variance
from qansatz.lie.classification import contains
from qansatz.lie.closure import contains as in_closure
from qansatz.model import reals
from qansatz.model.program import Model, Observable, Term
from qansatz.model.reals import PiLinear, Real
from qansatz.numbers import digits, fraction_text, rounded
from qansatz.pauli.strings import Pauli, to_text
from qansatz.sheets import Cell, Fact, Sheet, Table, assumed, html

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

    def sheet(self) -> Sheet:
        """The value, or why there is none, and the terms of the observable."""
        rows = tuple(map(_row, self.terms[:_MOST_SHOWN]))
        more = len(self.terms) - len(rows)
        terms = Table(
            head=("term", "its own variance", "counted"),
            rows=rows,
            more=f"{more} more terms" if more else "",
        )
        return Sheet(
            title=f"Variance of {self.observable} in deep circuits",
            facts=(self._fact(),),
            tables=(terms,) if rows else (),
            remarks=assumed(self.hypotheses),
        )

    def _fact(self) -> Fact:
        label = f"Var {self.observable}"
        if self.value is None:
            why = f"no exact value for deep circuits: {self.reason}"
            return Fact(label, "not known", why, certainty="unknown")
        value = f"{fraction_text(self.value)} = {rounded(self.value)}"
        why = f"exact, over the parameters of a deep circuit: {counted(self)}"
        return Fact(label, value, why)

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def _row(row: TermVariance) -> tuple[Cell, ...]:
    stabilizing = f"{digits(row.n_stabilizing)} of {digits(row.dimension)} strings"
    return (
        f"{row.coefficient} {to_text(row.pauli)}",
        "not known" if row.variance is None else fraction_text(row.variance),
        f"{stabilizing} stabilize the state" if row.dimension else "",
    )


def variance(
    model: Model, observable: Observable | None = None, *, report: AlgebraReport | None = None
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
    report = algebra(model) if report is None else report
    hypotheses = [DEEP, STATE]
    if 0 < model.slots.n_parameters < report.dimension:
        hypotheses.append(SHALLOW)
    hypotheses += [text for text in report.hypotheses if text != ENCODING]
    terms = _collected(observable.pulled_back)
    if any(isinstance(c, float | PiLinear) for c in terms.values()):
        hypotheses.append(ROUNDED)
    if model.rotations.encoding.any():
        return _declined(observable, hypotheses, DATA)
    if not report.exact:
        return _declined(observable, hypotheses, "only an upper bound of the Lie algebra is known")
    if (reason := _unmet(model, report)) is not None:
        return _declined(observable, hypotheses, reason)
    if report.closure is not None:
        return _of_sums(model, observable, report.closure, terms, hypotheses)
    if report.classified is None:
        return _declined(observable, hypotheses, "the algebra is not known by its elements")
    hypotheses.append(INSIDE)
    cost = TermCounts(report.classified, model.initial.stabilizers)
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


def counted(variance: Variance) -> str:
    """What the variance counts, in words: of the first term that varies."""
    if variance.n_ideals is not None:
        return (
            f"over {digits(variance.n_ideals)} simple ideals, the sum of the squared parts of state and "
            "observable there, divided by the dimension"
        )
    for row in variance.terms:
        if row.component is not None and row.dimension:
            return (
                f"{digits(row.n_stabilizing)} of the {digits(row.dimension)} strings of the "
                f"component of {to_text(row.pauli)} stabilize the initial state"
            )
    return "every term commutes with the whole algebra"


def _unmet(model: Model, report: AlgebraReport) -> str | None:
    """A hypothesis of the theorem that the model does not meet, in words."""
    places = generators(model)
    fixed = fixed_rotations(model, places)
    for strings, where, what in (
        (fixed.before, "before the first", "the initial state would not be a stabilizer state"),
        (fixed.behind, "behind the last", "the observable would be another one"),
    ):
        for string in strings:
            pauli = model.rotations.strings.pauli(string)
            if not _inside(report, pauli):
                return (
                    f"a rotation about {to_text(pauli)} by a fixed angle or data stands {where} "
                    f"trainable one, outside the Lie algebra: {what}"
                )
    return _narrow(model) or _shared(model, places)


def _inside(report: AlgebraReport, pauli: Pauli) -> bool:
    if report.closure is not None:
        return in_closure(report.closure, {pauli[:2]: 1})
    return report.classified is not None and contains(report.classified, pauli)


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
    weights = {pauli: as_fraction(weight) for pauli, weight in terms.items()}
    moments = sum_variance(closure, model.initial.stabilizers, weights)
    if isinstance(moments, str):
        return _declined(observable, hypotheses, moments)
    rows = tuple(
        TermVariance(
            coefficient=terms[pauli],
            pauli=pauli,
            component=None,
            dimension=0,
            n_stabilizing=0,
            variance=moments.terms.get(pauli[:2]),
        )
        for pauli in terms
    )
    return Variance(
        observable=observable.name,
        verdict="exact",
        value=moments.value,
        terms=rows,
        hypotheses=(*hypotheses, SPLITS, RESIDUES),
        reason=None,
        n_ideals=moments.n_ideals,
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
