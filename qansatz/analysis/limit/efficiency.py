"""The gradient measurement efficiency F of the limit of many layers, and what its algebra permits.

Γ_j(θ) = ∂_j(U†OU); derivatives are simultaneously measurable when their Γ commute for all θ, and F is the number of
rotations over the least number of groups (Chinzei et al., arXiv:2406.18316). In the limit the rotations after j sweep
all of e^𝔤, so static rules decide every pair; docs/mathematics/efficiency.md proves them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np

from qansatz.analysis.algebra.algebra import AlgebraReport
from qansatz.analysis.limit.groups import group_bounds, squares
from qansatz.analysis.limit.optimum import common_symmetries, missing_rotations
from qansatz.analysis.limit.parts import numbers_in, part_of
from qansatz.analysis.limit.period import NoPeriodError, Period, period
from qansatz.analysis.limit.witness import Witness, find_witness
from qansatz.lie import classical
from qansatz.lie.classification import Algebra, classify, contains
from qansatz.model.program import Model, Observable
from qansatz.model.reals import is_zero
from qansatz.numbers import digits
from qansatz.pauli.strings import Pauli
from qansatz.pauli.words import short
from qansatz.sheets import Fact, Sheet, assumed, html

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
#: The most qubits, summed over the distinct strings, for which the limit is looked at.
MAX_WEIGHT: Final = 1_000_000
_TOO_HEAVY: Final = "the distinct strings act on {weight:,} qubits together, more than {most:,}"
#: Letters of missing generators that are shown.
_MISSING: Final = 72
SUM: Final = "for a sum, pairs that no witness refutes are left open"


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

    def sheet(self) -> Sheet:
        """F, the dimension that bounds it, what the symmetries permit, and what is assumed."""
        return Sheet(
            title="The limit of many layers",
            facts=self._facts() if self.known else (self._not_known(),),
            remarks=assumed(self.hypotheses),
        )

    def _not_known(self) -> Fact:
        return Fact(
            "F in the limit",
            "not known",
            self.reason or "",
            certainty="unknown",
            key="schedule.limit.efficiency",
        )

    def _facts(self) -> tuple[Fact, ...]:
        low = Fraction(self.n_rotations, self.at_most)
        high = Fraction(self.n_rotations, self.at_least)
        bound, slack = digits(self.bound or 0), digits(self.slack or 0)
        groups = f"{self.at_most}" if self.exact else f"{self.at_least} to {self.at_most}"
        layers = "a layer" if self.n_layers == 1 else f"{self.n_layers} layers"
        lacking = (
            f"{digits(self.n_missing)} generators are" if self.n_missing else "no generator is"
        )
        facts = (
            Fact(
                "F in the limit",
                _short(low) if self.exact else f"{_short(low)} to {_short(high)}",
                f"{self.n_rotations} rotations of {layers} in {groups} groups, for many layers",
                certainty="exact" if self.exact else "bound",
                key="schedule.limit.efficiency",
            ),
            Fact(
                "dim g",
                digits(self.dimension),
                f"at most {bound} = 4^n/F - F in the limit: slack {slack}",
                key="schedule.limit.dimension",
            ),
            Fact(
                "up to",
                digits(self.optimum),
                f"= 2^{len(self.symmetries)} derivatives a group, by the symmetries; {lacking} "
                "missing for that",
                key="schedule.limit.optimum.per_group",
            ),
        )
        return (*facts, self._missing_fact()) if self.missing else facts

    def _missing_fact(self) -> Fact:
        shown = [short(p, self.n_qubits) for p in self.missing[: _MISSING // self.n_qubits or 1]]
        more = self.n_missing - len(shown)
        return Fact(
            "missing",
            digits(self.n_missing),
            ", ".join(shown) + (f" and {digits(more)} more" if more else ""),
            key="schedule.limit.optimum.missing",
        )

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


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
    weight = int(model.rotations.strings.weights().sum())
    if weight > MAX_WEIGHT:
        return _declined(model, chosen.name, _TOO_HEAVY.format(weight=weight, most=MAX_WEIGHT))
    try:
        layer = period(model)
    except NoPeriodError as error:
        return _declined(model, chosen.name, str(error))
    algebra_of_limit = classify(layer.strings.take(numbers_in(layer.string[layer.trained])))
    if not _stays(model, layer, algebra_of_limit):
        return _declined(model, chosen.name, OUTSIDE)
    terms = [t for t in chosen.pulled_back if t.pauli.x | t.pauli.z and not is_zero(t.coefficient)]
    parts = [
        part
        for component in algebra_of_limit.components
        if component.kind != "central"
        if (part := part_of(layer, algebra_of_limit, component, [t.pauli for t in terms])).touching
    ]
    if not parts:
        return _declined(model, chosen.name, NOTHING)
    weights = squares([t.coefficient for t in terms])
    at_least, at_most = group_bounds(parts, [t.pauli for t in terms], weights)
    symmetries = common_symmetries(model, algebra_of_limit, parts, [t.pauli for t in terms])
    n_missing, missing = missing_rotations(parts, symmetries, model.n_qubits)
    simple = [c for c in algebra_of_limit.components if c.kind != "central"]
    dimension = sum(c.dimension for c in simple)
    return LimitEfficiency(
        observable=chosen.name,
        n_qubits=model.n_qubits,
        n_layers=layer.n_layers,
        n_rotations=sum(part.n_rotations for part in parts),
        at_least=at_least,
        at_most=at_most,
        dimension=dimension,
        name=classical.name(c.ideal for c in simple),
        independent=layer.independent,
        symmetries=tuple(symmetries),
        n_missing=n_missing,
        missing=missing,
        witness=find_witness(layer, parts, [t.pauli for t in terms]),
        hypotheses=tuple(_hypotheses(model, layer, algebra_of_limit, algebra, at_least == at_most)),
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
    model: Model, layer: Period, classified: Algebra, algebra: AlgebraReport | None, exact: bool
) -> Iterator[str]:
    yield DEEP
    if not layer.independent:
        yield SHARED
    if not layer.trained.all():
        yield DATA
    if any(c.kind == "central" for c in classified.components):
        yield "strings that commute with all others are left out of F and of dim g"
    if algebra is not None and algebra.dimension != classified.dimension:
        yield (
            f"the Lie algebra of the separate rotations of the limit has dimension {digits(classified.dimension)}, "
            f"that of the ansatz {algebra.dimension_text}"
        )
    if not exact:
        yield SUM


def _stays(model: Model, layer: Period, classified: Algebra) -> bool:
    """Whether all between and behind the trained rotations lies in e^𝔤, or commutes with it."""
    others = [layer.strings.pauli(int(s)) for s in numbers_in(layer.string[~layer.trained])]
    behind = numbers_in(model.rotations.string[layer.after].astype(np.int64))
    others += [model.rotations.strings.pauli(int(s)) for s in behind]
    return all(
        contains(classified, p) or not classified.strings.anticommute_with(p).any() for p in others
    )


def _short(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):.3f}"
