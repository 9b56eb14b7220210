"""Mean and variance of observables, and of all derivatives, of one circuit at its own depth.

Exactly where few strings are met, else over Clifford points where the angles are independent and uniform, else over
sampled states, else not at all: docs/mathematics/variance.md, "At the circuit's own depth".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, Literal, TypeAlias

import numpy as np

from qansatz.analysis.trainability import clifford_points as points
from qansatz.analysis.trainability.clifford_points import StraightCircuit, TermClass
from qansatz.analysis.trainability.counts import as_float, as_fraction
from qansatz.analysis.trainability.independent_angles import dependence
from qansatz.analysis.trainability.intervals import (
    Counts,
    Floats,
    bernstein_interval,
    binomial_interval,
    samples_to_tell,
)
from qansatz.analysis.trainability.sampled_variance import sampled_costs
from qansatz.analysis.trainability.string_paths import MOST_STEPS, exact_second_moment
from qansatz.model.program import Model, Observable
from qansatz.model.reals import Real
from qansatz.numbers import fraction_text, rounded
from qansatz.sheets import Fact, Sheet, assumed, html

Certainty: TypeAlias = Literal["exact", "sampled", "declined"]
Method: TypeAlias = Literal["strings", "Clifford points", "states", "none"]

_LARGEST: Final = Fraction(10**300)
N_POINTS: Final = 2000
LEAST_POINTS: Final = 100
#: Rotations times terms times points: a few seconds.
WORK: Final = 2 * 10**10
#: Amplitude updates, about 2 ns each.
STATES_WORK: Final = 5 * 10**9
_ANGLES: Final = "the angles are independent, each uniform over whole turns and of one rotation"
_FIXED: Final = (
    "the initial state is a stabilizer state, and fixed rotations are by multiples of π/2"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitVariance:
    """The variance of an observable over the parameters (and inputs) of this circuit, at its own depth.

    ``value`` is None exactly when declined, and ``reason`` then says why. ``fraction`` is the value in full where it
    is exact, ``mean`` that of the observable where the angles are independent. A sampled value comes with an
    ``interval`` that holds it with probability 1 − ``error``; ``n_classes`` counts what can hit (9.13), ``spread`` is
    the variance of one sample and ``largest`` the most that a sample can be, from which the samples that a claim
    needs follow.
    """

    observable: str
    certainty: Certainty
    method: Method
    value: int | float | None
    interval: tuple[float, float] | None = None
    fraction: Fraction | None = None
    mean: Fraction | None = None
    n_samples: int = 0
    seed: int = 0
    error: float = 0.05
    n_classes: int = 0
    spread: float = 0.0
    largest: float = 0.0
    hypotheses: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def described(self) -> str:
        """How the value was found, in words."""
        match self.method:
            case "strings":
                return "exact: its strings followed back through the circuit"
            case "Clifford points":
                kind = "exact binomial" if self.n_classes == 1 else "empirical Bernstein"
                return f"{self.n_samples} Clifford points, seed {self.seed}; {kind} interval"
            case "states":
                return f"{self.n_samples} sampled states, seed {self.seed}; empirical Bernstein interval"
            case _:
                return f"not known: {self.reason}"

    def samples_to_tell(self, bound: float) -> int | None:
        """How many samples would be enough to tell the value from a bound; None where none would."""
        assert self.value is not None
        return samples_to_tell(abs(self.value - bound), self.spread, self.largest, self.error)

    def sheet(self) -> Sheet:
        """The value and how it is known, or why it is not."""
        return Sheet(
            title=f"Variance of {self.observable} in this circuit",
            facts=(self._fact(),),
            remarks=assumed(self.hypotheses),
        )

    def _fact(self) -> Fact:
        label = f"Var {self.observable} of this circuit"
        if self.value is None:
            return Fact(label, "not known", self.reason or "", certainty="unknown")
        if self.fraction is not None:
            return Fact(label, _exact_text(self.fraction), self.described)
        low, high = self.interval or (self.value, self.value)
        interval = f"{low:.3g} to {high:.3g}"
        value = f"{self.value:.4g}" if self.value else f"at most {high:.2g}"
        return Fact(label, value, self.described, interval=interval, certainty="sampled")

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DerivativeVariances:
    """The variance of every derivative of an observable over the parameters of this circuit; their means are 0.

    One entry for every slot that turns the circuit (parameters, then inputs; rows of ``slots``):
    value, and ends of an interval that holds it with probability 1 − ``error`` (each on its own).
    """

    observable: str
    slots: Counts
    values: Floats
    low: Floats
    high: Floats
    n_samples: int
    seed: int
    error: float
    hypotheses: tuple[str, ...]


class DependentAnglesError(ValueError):
    """The moments at Clifford points are not those of this circuit; the text says why."""


def circuit_variance(
    model: Model,
    observable: Observable | None = None,
    *,
    n_samples: int = N_POINTS,
    seed: int = 0,
    error: float = 0.05,
    most_steps: int = MOST_STEPS,
    sampling: bool = True,
    states: bool = True,
    budget: int = STATES_WORK,
) -> CircuitVariance:
    """The variance of an observable of this circuit, the first by default, in the best of the ways there are.

    ``most_steps`` limits the strings that are followed for an exact value; without ``sampling`` the result is exact or
    declined, without ``states`` no states are sampled. Sampled states take at most ``budget`` amplitude updates.

    Raises:
        ValueError: when the model has no observable, or for fewer than 100 samples.
    """
    observable = _chosen(model, observable)
    if n_samples < LEAST_POINTS:
        raise ValueError(f"at least {LEAST_POINTS} samples are needed")
    reason = dependence(model)
    if reason is not None:
        if sampling and states:
            return _of_states(model, observable, n_samples, seed, error, budget, reason)
        return _declined(observable, reason)
    circuit = points.straight_circuit(model)
    mean, classes = points.term_classes(circuit, observable.pulled_back)
    exact = exact_second_moment(circuit, classes, most_steps)
    common = CircuitVariance(
        observable=observable.name,
        certainty="exact",
        method="strings",
        value=None,
        mean=mean,
        error=error,
        seed=seed,
        hypotheses=(_ANGLES, _FIXED),
    )
    if exact is not None:
        value = as_float(exact)
        return replace(common, value=value, fraction=exact, interval=(value, value))
    if not sampling:
        reason = "it takes samples"
        return replace(common, certainty="declined", method="none", reason=reason)
    if (reason := _beyond_floats(classes)) is not None:
        return replace(common, certainty="declined", method="none", reason=reason)
    affordable = _affordable(circuit, classes, n_samples, WORK)
    if affordable < LEAST_POINTS:
        reason = f"{len(classes)} terms in {len(circuit.string)} rotations are too many to sample"
        return replace(common, certainty="declined", method="none", reason=reason)
    return _sampled(common, circuit, classes, affordable)


def _sampled(
    common: CircuitVariance,
    circuit: StraightCircuit,
    classes: tuple[TermClass, ...],
    n_points: int,
) -> CircuitVariance:
    sampled = points.moments(
        circuit, classes, n_points=n_points, seed=common.seed, derivatives=False
    )
    mean, variance = np.array([sampled.mean]), np.array([sampled.variance])
    low, high = _interval(mean, variance, classes, n_points, common.error)
    return replace(
        common,
        certainty="sampled",
        method="Clifford points",
        value=sampled.mean,
        interval=(float(low[0]), float(high[0])),
        n_samples=n_points,
        n_classes=len(classes),
        spread=sampled.variance,
        largest=_largest(classes),
    )


def derivative_variances(
    model: Model,
    observable: Observable | None = None,
    *,
    n_samples: int = N_POINTS,
    seed: int = 0,
    error: float = 0.05,
) -> DerivativeVariances:
    """The variances of all derivatives of an observable at Clifford points, from one sweep of its strings.

    Raises:
        DependentAnglesError: where the angles are not independent and uniform over whole turns.
        ValueError: when the model has no observable, or work for too few samples is too much.
    """
    observable = _chosen(model, observable)
    reason = dependence(model)
    if reason is not None:
        raise DependentAnglesError(reason)
    circuit = points.straight_circuit(model)
    _, classes = points.term_classes(circuit, observable.pulled_back)
    if (reason := _beyond_floats(classes)) is not None:
        raise ValueError(reason)
    n_points = _affordable(circuit, classes, n_samples, WORK // 4)
    if n_points < LEAST_POINTS:
        raise ValueError(f"the observable has {len(classes)} terms, too many to sample")
    sampled = points.moments(circuit, classes, n_points=n_points, seed=seed, derivatives=True)
    low, high = _interval(
        sampled.rotation_mean, sampled.rotation_variance, classes, n_points, error
    )
    slots, squares, row = _slopes(model, circuit)
    return DerivativeVariances(
        observable=observable.name,
        slots=slots,
        values=squares * sampled.rotation_mean[row],
        low=squares * low[row],
        high=squares * high[row],
        n_samples=n_points,
        seed=seed,
        error=error,
        hypotheses=(_ANGLES, _FIXED),
    )


def _slopes(model: Model, circuit: StraightCircuit) -> tuple[Counts, Floats, Counts]:
    """Of every slot that turns the circuit: its number, ∂angle/∂slot squared, and its rotation in the circuit."""
    rotations = model.rotations
    entries: list[tuple[int, Real, int]] = []
    for place, row in enumerate(circuit.rows.tolist()):
        if rotations.expression[row] < 0:
            factor = rotations.scalars[rotations.factor[row]]
            entries.append((int(rotations.slot[row]), factor, place))
        else:
            terms = getattr(rotations.angle(row), "terms", ())
            entries += [(slot, factor, place) for slot, factor in terms]
    entries.sort(key=lambda entry: entry[0])
    return (
        np.array([slot for slot, _, _ in entries], dtype=np.int64),
        np.array([float(factor) ** 2 for _, factor, _ in entries], dtype=np.float64),
        np.array([place for _, _, place in entries], dtype=np.int64),
    )


def _interval(
    mean: Floats,
    variance: Floats,
    classes: tuple[TermClass, ...],
    n_points: int,
    error: float,
) -> tuple[Floats, Floats]:
    """Exact binomial for one string, empirical Bernstein for more."""
    largest = _largest(classes)
    if len(classes) > 1:
        return bernstein_interval(mean, variance, largest, n_points, error)
    if not classes:
        return np.zeros_like(mean), np.zeros_like(mean)
    counts = np.rint(mean / largest * n_points).astype(np.int64)
    low, high = binomial_interval(counts, n_points, error)
    return low * largest, high * largest


def _beyond_floats(classes: tuple[TermClass, ...]) -> str | None:
    """Why weights cannot be squared in floating point."""
    if sum(c.weight**2 for c in classes) > _LARGEST:
        return "its values exceed what is squared in floating point"
    if classes and max(c.weight**2 for c in classes) < 1 / _LARGEST:
        return "its values fall below what is squared in floating point"
    return None


def _largest(classes: tuple[TermClass, ...]) -> float:
    return float(sum(c.weight**2 for c in classes))


def _affordable(
    circuit: StraightCircuit, classes: tuple[TermClass, ...], n_points: int, work: int
) -> int:
    return min(n_points, work // max(1, len(circuit.string) * len(classes)))


def _of_states(
    model: Model,
    observable: Observable,
    n_samples: int,
    seed: int,
    error: float,
    budget: int,
    reason: str,
) -> CircuitVariance:
    """Half the squared difference of independent pairs of costs: unbiased, and at most 2(Σ|c|)²."""
    dependent = f"no Clifford points: {reason}"
    costs = sampled_costs(model, observable, n_samples=n_samples, seed=seed, budget=budget)
    if isinstance(costs, str):
        return _declined(observable, f"{reason}; {costs}")
    weights = sum(
        abs(as_fraction(t.coefficient)) for t in observable.pulled_back if t.pauli.x | t.pauli.z
    )
    if weights**2 > _LARGEST or not np.isfinite(costs).all():
        return _declined(observable, "its values exceed what is squared in floating point")
    half = len(costs) // 2
    values = (costs[:half] - costs[half : 2 * half]) ** 2 / 2
    largest = 2 * float(weights) ** 2
    mean, variance = values.mean(keepdims=True), values.var(ddof=1, keepdims=True)
    low, high = bernstein_interval(mean, variance, largest, half, error)
    return CircuitVariance(
        observable=observable.name,
        certainty="sampled",
        method="states",
        value=float(mean[0]),
        interval=(float(low[0]), float(high[0])),
        n_samples=2 * half,
        seed=seed,
        error=error,
        # A pair is two samples.
        spread=2 * float(variance[0]),
        largest=2 * largest,
        hypotheses=(dependent,),
    )


def _declined(observable: Observable, reason: str) -> CircuitVariance:
    return CircuitVariance(
        observable=observable.name,
        certainty="declined",
        method="none",
        value=None,
        reason=reason,
    )


def _chosen(model: Model, observable: Observable | None) -> Observable:
    if observable is not None:
        return observable
    if not model.observables:
        raise ValueError("the ansatz has no observable")
    return model.observables[0]


def _exact_text(value: Fraction) -> str:
    text = fraction_text(value)
    return text if len(text) <= 40 else rounded(value)
