"""A value and its gradient, with errors and counts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.sheets import INCOMPLETE, Certainty, Fact, Remark, Sheet, Table, assumed, html

Floats: TypeAlias = npt.NDArray[np.float64]

MISSING: Final = "the run was interrupted: what is missing was not measured"
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gradient:
    """An expectation value and its derivatives by the parameters, in their order; ``value, gradient = result``.

    ``gradient`` and ``standard_error`` have shape (parameters,). Without shots the numbers are exact up to rounding
    and the errors None. ``backend`` is None where no circuit was run. ``n_circuits`` counts the circuits of the
    gradient, ``n_value_circuits`` those that only the value needs, ``n_shots`` the shots of all of them. Where the work
    was interrupted, ``complete`` is False and what was not measured is NaN.
    """

    value: float
    value_error: float | None
    gradient: Floats
    standard_error: Floats | None
    method: str
    backend: str | None
    n_circuits: int
    n_shots: int
    observable: str
    n_value_circuits: int = 0
    assumptions: tuple[str, ...] = ()
    complete: bool = True

    def __iter__(self) -> Iterator[Any]:
        """The value and the array of derivatives."""
        return iter((self.value, self.gradient))

    def sheet(self, labels: Sequence[str] | None = None, most: int | None = _SHOWN) -> Sheet:
        """The value, the size of the gradient, and at most so many components.

        ``labels`` name the parameters; without them components have their numbers.
        """
        certainty: Certainty = "sampled" if self.n_shots else "exact"
        where = "computed, no circuit was run" if self.backend is None else f"on {self.backend}"
        largest = float(np.abs(self.gradient).max(initial=0.0))
        norm = float(np.sqrt((self.gradient**2).sum()))
        facts = (
            Fact(
                "observable",
                self.observable,
                "whose expectation is differentiated",
                key="observable",
            ),
            Fact(
                "value",
                _with_error(self.value, self.value_error),
                "the expectation",
                certainty=certainty,
                key="value",
            ),
            Fact(
                "gradient",
                f"norm {norm:.6g}",
                f"{len(self.gradient)} components, {self._spread()}",
                certainty=certainty,
                key="gradient",
            ),
            Fact("largest component", f"{largest:.6g}", "in absolute value", certainty=certainty),
            Fact("method", self.method, where, key="method"),
            Fact(
                "circuits",
                str(self.n_circuits),
                f"and {self.n_value_circuits} for the value",
                key="n_circuits",
            ),
            Fact("shots", str(self.n_shots), "in all; 0: exact expectations", key="n_shots"),
        )
        missing = () if self.complete else (Remark(INCOMPLETE, MISSING),)
        return Sheet(
            title=f"Gradient of {self.observable}",
            facts=facts,
            tables=self._components(labels, most),
            remarks=(*assumed(self.assumptions), *missing),
        )

    def _spread(self) -> str:
        if self.standard_error is None:
            return "exact up to rounding"
        worst = float(self.standard_error.max(initial=0.0))
        return f"largest standard error {worst:.2g}"

    def _components(self, labels: Sequence[str] | None, most: int | None) -> tuple[Table, ...]:
        n = len(self.gradient)
        shown = range(n if most is None else min(most, n))
        errors = self.standard_error
        columns = [
            [str(k) if labels is None else labels[k] for k in shown],
            [_number(self.gradient[k], errors is None) for k in shown],
        ]
        head: tuple[str, ...] = ("parameter", "derivative")
        if errors is not None:
            columns.append([_number(errors[k], False) for k in shown])
            head = (*head, "standard error")
        rows = tuple(zip(*columns, strict=True))
        more = f"{n - len(rows)} more; --all shows them" if n > len(rows) else ""
        return (Table(head=head, rows=rows, more=more),) if rows else ()

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def _number(value: float, exact: bool) -> str:
    if math.isnan(value):
        return "not measured"
    return f"{value: .10f}" if exact else f"{value: .6f}"


def _with_error(value: float, error: float | None) -> str:
    return f"{value:.8g}" if error is None else f"{value:.6g} ± {error:.2g}"
