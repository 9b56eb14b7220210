"""What runs measure, as JSON: gradients, expectations and counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from qansatz.views.shapes import (
    FINITE,
    INTEGER,
    NUMBER,
    TEXT,
    TRUTH,
    Field,
    Shape,
    field,
    listed,
    mapping,
    optional,
    record,
)

if TYPE_CHECKING:
    from qansatz.execute.expectations import Expectation, Expectations
    from qansatz.execute.gradients.result import Gradient


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientAt:
    """A gradient and the point where it was taken; ``seed`` is what the point was drawn with."""

    gradient: Gradient
    labels: tuple[str, ...]
    theta: tuple[float, ...]
    inputs: tuple[float, ...]
    seed: int | None


#: The keys of a gradient; they stand beside those of the model.
GRADIENT_FIELDS: Final[tuple[Field[GradientAt], ...]] = (
    field("observable", TEXT, lambda g: g.gradient.observable),
    field("value", FINITE, lambda g: g.gradient.value),
    field("value_error", optional(FINITE), lambda g: g.gradient.value_error),
    field("gradient", listed(FINITE), lambda g: g.gradient.gradient.tolist()),
    field(
        "standard_error",
        optional(listed(FINITE)),
        lambda g: None if g.gradient.standard_error is None else g.gradient.standard_error.tolist(),
    ),
    field("method", TEXT, lambda g: g.gradient.method),
    field("backend", optional(TEXT), lambda g: g.gradient.backend),
    field("n_circuits", INTEGER, lambda g: g.gradient.n_circuits),
    field("n_value_circuits", INTEGER, lambda g: g.gradient.n_value_circuits),
    field("n_shots", INTEGER, lambda g: g.gradient.n_shots),
    field("parameters", listed(TEXT), lambda g: g.labels),
    field("theta", listed(NUMBER), lambda g: g.theta),
    field("inputs", listed(NUMBER), lambda g: g.inputs),
    field("seed", optional(INTEGER), lambda g: g.seed),
    field("complete", TRUTH, lambda g: g.gradient.complete),
    field("assumptions", listed(TEXT), lambda g: g.gradient.assumptions),
)

GRADIENT: Final[Shape[GradientAt]] = record(*GRADIENT_FIELDS)

_EXPECTATION: Final[Shape[Expectation]] = record(
    field("observable", TEXT, lambda e: e.observable),
    field("value", NUMBER, lambda e: e.value),
    field("standard_error", optional(NUMBER), lambda e: e.standard_error),
)

EXPECTATIONS: Final[Shape[Expectations]] = record(
    field("backend", TEXT, lambda e: e.backend),
    field("n_circuits", INTEGER, lambda e: e.n_circuits),
    field("n_shots", INTEGER, lambda e: e.n_shots),
    field("expectations", listed(_EXPECTATION), lambda e: e.values),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How often each outcome came on a backend, the most frequent first."""

    backend: str
    counts: Mapping[str, int]

    @property
    def n_shots(self) -> int:
        """The shots in all."""
        return sum(self.counts.values())


COUNTS: Final[Shape[Counted]] = record(
    field("backend", TEXT, lambda c: c.backend),
    field("n_circuits", INTEGER, lambda c: 1),
    field("n_shots", INTEGER, lambda c: c.n_shots),
    field("counts", mapping(INTEGER), lambda c: c.counts),
)
