"""One number and how much is known about it: exact, a bound, sampled or declined; and how it is written."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from qansatz.numbers import digits, rounded
from qansatz.pauli.states import Floats
from qansatz.sheets import Certainty, Fact, Sheet, assumed, html

Knowledge: TypeAlias = Literal["exact", "bound", "sampled", "declined"]

_NORMAL_95 = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number and how much is known about it.

    ``certainty`` is ``exact``, ``bound``, ``sampled`` or ``declined``; ``value`` is None exactly when declined, and
    ``explanation`` then says why. ``interval`` is at 95 %. ``fraction`` is the value in full, where it is known.
    """

    name: str
    label: str
    value: int | float | None
    certainty: Knowledge
    explanation: str
    assumptions: tuple[str, ...] = ()
    interval: tuple[float, float] | None = None
    standard_error: float | None = None
    fraction: Fraction | None = None

    def fact(self) -> Fact:
        """The number, how certain it is, and what it means."""
        certainty: Certainty = "unknown" if self.certainty == "declined" else self.certainty
        return Fact(
            self.label,
            "not known" if self.value is None else value_text(self),
            self.explanation,
            interval=interval_text(self),
            certainty=certainty,
            key=f"expressivity.{self.name}",
        )

    def sheet(self) -> Sheet:
        """The number and its assumptions."""
        return Sheet(title=self.label, facts=(self.fact(),), remarks=assumed(self.assumptions))

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def declined(name: str, label: str, why: str) -> Quantity:
    """A quantity without a value, and why."""
    return Quantity(name=name, label=label, value=None, certainty="declined", explanation=why)


def mean_and_error(values: Floats) -> tuple[float, float | None]:
    """The mean and its standard error, unknown from one value."""
    if len(values) < 2:
        return float(values.mean()), None
    return float(values.mean()), float(values.std(ddof=1)) / len(values) ** 0.5


def interval_95(value: float, error: float | None) -> tuple[float, float] | None:
    """The normal interval at 95 %; None without an error."""
    if error is None:
        return None
    return value - _NORMAL_95 * error, value + _NORMAL_95 * error


def value_text(quantity: Quantity) -> str:
    """The value for people: four digits, or ``-`` when declined."""
    if quantity.fraction and not quantity.value:
        return rounded(quantity.fraction)
    return "-" if quantity.value is None else _number(quantity.value)


def interval_text(quantity: Quantity) -> str:
    """The interval for people; empty without one."""
    return "" if quantity.interval is None else " to ".join(map(_number, quantity.interval))


def _number(value: int | float) -> str:
    if isinstance(value, int):
        return digits(value)
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.4f}"
    return f"{value:.3e}"
