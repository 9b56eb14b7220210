"""A value and its gradient, with errors and counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]


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

    def facts(self) -> list[tuple[str, str, str]]:
        """Label, value and one line of explanation of every number."""
        where = "computed, no circuit was run" if self.backend is None else f"on {self.backend}"
        largest = float(np.abs(self.gradient).max(initial=0.0))
        norm = float(np.sqrt((self.gradient**2).sum()))
        spread = "exact up to rounding"
        if self.standard_error is not None:
            worst = float(self.standard_error.max(initial=0.0))
            spread = f"largest standard error {worst:.2g}"
        return [
            ("observable", self.observable, "whose expectation is differentiated"),
            ("value", _with_error(self.value, self.value_error), "the expectation"),
            ("gradient", f"norm {norm:.6g}", f"{len(self.gradient)} components, {spread}"),
            ("largest component", f"{largest:.6g}", "in absolute value"),
            ("method", self.method, where),
            ("circuits", str(self.n_circuits), f"and {self.n_value_circuits} for the value"),
            ("shots", str(self.n_shots), "in all; 0: exact expectations"),
        ]

    def __str__(self) -> str:
        lines = [f"{label}: {value} ({why})" for label, value, why in self.facts()]
        return "\n".join([*lines, *self.assumptions])

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
            for cells in self.facts()
        )
        return f"<table>{rows}</table>"


def _with_error(value: float, error: float | None) -> str:
    return f"{value:.8g}" if error is None else f"{value:.6g} ± {error:.2g}"
