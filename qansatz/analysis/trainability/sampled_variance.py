"""The variance of a cost of one circuit, sampled: finite depth, any generators, data and observable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import exp
from typing import Final

import numpy as np

from qansatz.model.program import Model, Observable, Slots, Term
from qansatz.pauli import states as pure
from qansatz.pauli.states import Action, Floats, States
from qansatz.sheets import Fact, Remark, Sheet, html
from qansatz.simulation.draws import draw_inputs, draw_parameters
from qansatz.simulation.engines import choose, too_many
from qansatz.simulation.simulation import simulation, states_at_a_time

#: Amplitude updates, about 2 ns each.
BUDGET: Final = 10**11
LEAST_SAMPLES: Final = 100
_MOST_BYTES: Final = 1 << 29
_NORMAL_95: Final = 1.959964
#: What a constant cost shows from rounding, over its mean square.
_ROUNDING: Final = 1e-24
#: The largest cost whose square is finite, with room for a sum.
_LARGEST: Final = 1e150


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledVariance:
    """The variance of the cost of this circuit, at its own depth, over its declared parameters and inputs.

    ``standard_error`` comes from the fourth moment, no law of the cost assumed; ``interval`` is at 95 %, normal for the
    logarithm of the variance. ``value`` is None where nothing was sampled, and ``reason`` says why.
    ``engine`` names what simulated the states.
    """

    observable: str
    value: float | None
    standard_error: float | None
    interval: tuple[float, float] | None
    n_samples: int
    drawn: str
    seed: int
    reason: str | None = None
    engine: str | None = None

    def sheet(self) -> Sheet:
        """The variance with its error, or why it was not sampled."""
        title, label = f"Variance of {self.observable} in this circuit", f"Var {self.observable}"
        if self.value is None:
            fact = Fact(label, "not sampled", self.reason or "", certainty="unknown")
            return Sheet(title=title, facts=(fact,))
        low, high = self.interval or (self.value, self.value)
        how = f"{self.n_samples} samples of this circuit, simulated by {self.engine}"
        return Sheet(
            title=title,
            facts=(
                Fact(
                    label,
                    f"{self.value:.4g}",
                    f"{how}; the interval is normal for the logarithm",
                    interval=f"{low:.4g} to {high:.4g}",
                    certainty="sampled",
                ),
                Fact(
                    "standard error",
                    f"{self.standard_error:.2g}",
                    "from the fourth moment of the cost",
                    certainty="sampled",
                ),
            ),
            remarks=(Remark("drawn", f"{self.drawn}; seed {self.seed}"),),
        )

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def sampled_variance(
    model: Model,
    observable: Observable | None = None,
    *,
    n_samples: int = 2000,
    seed: int = 0,
    budget: int = BUDGET,
) -> SampledVariance:
    """Sample the variance of an observable, the first by default, over parameters and inputs drawn as declared.

    ``budget`` limits the amplitude updates: fewer samples are taken where it does not last, none below 100.

    Raises:
        ValueError: when the model has no observable, or for fewer than 2 samples.
    """
    if n_samples < 2:
        raise ValueError("at least 2 samples are needed")
    if observable is None:
        if not model.observables:
            raise ValueError("the ansatz has no observable")
        observable = model.observables[0]
    costs = sampled_costs(model, observable, n_samples=n_samples, seed=seed, budget=budget)
    if isinstance(costs, str):
        return declined(observable, model.slots, seed, costs)
    engine = choose(model.n_qubits)
    return estimate(observable, model.slots, costs[:, None], seed, engine=engine)


def sampled_costs(
    model: Model, observable: Observable, *, n_samples: int, seed: int, budget: int
) -> Floats | str:
    """Values of an observable at independent random points, or why there are none."""
    cost = Cost.of(observable.pulled_back, model.n_qubits)
    updates = (len(model.rotations) + max(1, len(cost.groups))) << model.n_qubits
    possible = min(n_samples, budget // updates)
    reason = too_many(model.n_qubits) or cost.reason
    if reason is not None:
        return reason
    if possible < min(n_samples, LEAST_SAMPLES):
        return f"{LEAST_SAMPLES} samples cost more than the budget of {budget:.2g}"
    arrays, random = simulation(model), np.random.default_rng(seed)
    step = states_at_a_time(model.n_qubits)
    costs = []
    for start in range(0, possible, step):
        size = min(step, possible - start)
        values = (
            draw_parameters(model.slots, random, size),
            draw_inputs(model.slots, random, size),
        )
        sampled = arrays.states(np.concatenate(values, axis=1), final_clifford=False)
        costs.append(cost.values(sampled))
    return np.concatenate(costs)


def estimate(
    observable: Observable, slots: Slots, costs: Floats, seed: int, *, engine: str | None = None
) -> SampledVariance:
    """The variance from costs of shape (clusters, members); only clusters are independent of each other.

    Unbiased: the squared distances from the mean, and what the mean itself varies by.
    """
    n_clusters = len(costs)
    if n_clusters < 2:
        return declined(observable, slots, seed, "fewer than 2 independent samples were drawn")
    scale = float(np.abs(costs).max())
    if not np.isfinite(scale) or scale > _LARGEST:
        return declined(
            observable, slots, seed, "its values exceed what is squared in floating point"
        )
    if 0 < scale < 1 / _LARGEST:
        return declined(
            observable, slots, seed, "its values fall below what is squared in floating point"
        )
    scale = scale or 1.0
    units = costs / scale
    mean = units.mean()
    squares = ((units - mean) ** 2).mean(axis=1)
    value = float(squares.mean() + units.mean(axis=1).var(ddof=1) / n_clusters)
    error = float(squares.std(ddof=1)) / n_clusters**0.5
    if value <= _ROUNDING * float((units**2).mean()):
        value = error = 0.0
    value, error = value * scale**2, error * scale**2
    factor = exp(_NORMAL_95 * min(error / value, 100.0)) if value else 1.0
    return SampledVariance(
        observable=observable.name,
        value=value,
        standard_error=error,
        interval=(value / factor, value * factor),
        n_samples=costs.size,
        drawn=drawn_text(slots),
        seed=seed,
        engine=engine,
    )


def declined(observable: Observable, slots: Slots, seed: int, reason: str) -> SampledVariance:
    """No variance, and why."""
    return SampledVariance(
        observable=observable.name,
        value=None,
        standard_error=None,
        interval=None,
        n_samples=0,
        drawn=drawn_text(slots),
        seed=seed,
        reason=reason,
    )


def drawn_text(slots: Slots) -> str:
    """How parameters and inputs are drawn, in words."""
    arrays = (*slots.parameters, *slots.inputs)
    what = "parameters and inputs" if slots.n_inputs else "parameters"
    if all(a.bounds is None and a.distribution is None for a in arrays):
        return f"{what} uniform on [0, 2π)"
    return f"{what} drawn as declared, uniform on [0, 2π) without bounds"


@dataclass(frozen=True, slots=True, eq=False)
class Cost:
    """An observable by the flips of its strings: each group takes one pass over the amplitudes.

    ``reason`` is not None where the groups are too many to be kept.
    """

    n_qubits: int
    groups: tuple[tuple[Term, ...], ...]
    reason: str | None
    _known: list[Action] = field(default_factory=list, repr=False)

    @classmethod
    def of(cls, terms: Iterable[Term], n_qubits: int) -> Cost:
        """The cost with these terms."""
        groups: dict[int, list[Term]] = {}
        for term in terms:
            groups.setdefault(term.pauli.x, []).append(term)
        reason = None
        if len(groups) * (24 << n_qubits) > _MOST_BYTES:
            reason = f"the observable flips {len(groups)} sets of qubits, too many to be kept"
        return cls(n_qubits, tuple(tuple(group) for group in groups.values()), reason)

    def values(self, states: States) -> Floats:
        """⟨ψ|O|ψ⟩ of shape (batch,)."""
        if not self._known:
            self._known.extend(_together(group, self.n_qubits) for group in self.groups)
        return pure.expectations(states, [(1.0, action) for action in self._known])


def _together(terms: Iterable[Term], n_qubits: int) -> Action:
    """The action of the sum of terms with the same flips."""
    source, phases = None, np.zeros(2**n_qubits, dtype=np.complex128)
    for term in terms:
        term_action = pure.action(term.pauli, n_qubits)
        source = term_action.source
        phases += float(term.coefficient) * term_action.phases
    return Action(source, phases)
