"""The gradient of an expectation value at given angles, by one of several methods."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from numbers import Integral
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.analysis.gradient.schedule import schedule as scheduled
from qansatz.execute.backends.backend import Backend
from qansatz.execute.gradients.result import Gradient
from qansatz.model.program import Model, Observable
from qansatz.progress import Progress

if TYPE_CHECKING:
    from qansatz.execute.gradients.adjoint import AdjointSimulation
    from qansatz.execute.gradients.lie_algebraic import LieAlgebraicGradient
    from qansatz.execute.gradients.measured import Prepared as Compiled

    Prepared: TypeAlias = Compiled | LieAlgebraicGradient | AdjointSimulation

#: The module of ``qansatz.execute.gradients`` that holds each method, as a function of the same name.
METHODS: Final = {
    "schedule": "by_schedule",
    "parameter-shift": "parameter_shift",
    "lie-algebraic": "lie_algebraic",
    "adjoint": "adjoint",
}
#: The methods whose circuits :func:`prepare` compiles once for any number of points.
PREPARED: Final = ("schedule", "parameter-shift", "lie-algebraic")


def gradient(
    model: Model,
    values: Sequence[float],
    *,
    observable: Observable | None = None,
    method: str = "schedule",
    backend: Backend | None = None,
    shots: int | None = None,
    precision: float | None = None,
    schedule: Schedule | None = None,
    prepared: Prepared | None = None,
    progress: Progress | None = None,
) -> Gradient:
    """The value and gradient of an observable (the first, unless one is given) at slot values.

    ``values`` are the parameters, then the inputs, in radians. With ``shots``, a number for all circuits together, or
    ``precision``, which the error of the value and the root mean square error of the components keep whatever the state
    is, circuits are run on ``backend``; without, expectations are exact and no backend is used. ``schedule``, where it
    is already known, must be of the same observable; ``prepared`` are its circuits, compiled for the method and the
    backend by :func:`prepare`, or for the method adjoint what
    :func:`qansatz.execute.gradients.adjoint.adjoint_simulation` gave. ``progress`` is told how far it has come.

    Raises:
        ValueError: for another method, a wrong number of values, a model without observables, too few shots, or
            more than a method can do; the text says which.
    """
    if method not in METHODS:
        raise ValueError(f"there is no method {method!r}; there are {', '.join(METHODS)}")
    if observable is None and schedule is not None:
        observable = schedule.observable
    if observable is None:
        if not model.observables:
            raise ValueError("the ansatz has no observable, so there is no gradient to measure")
        observable = model.observables[0]
    numbers = checked_values(model, values)
    module: Any = import_module(f"qansatz.execute.gradients.{METHODS[method]}")
    if method == "adjoint":
        if (backend, shots, precision) != (None, None, None):
            raise ValueError("the method adjoint computes: it takes no backend, shots or precision")
        found: Gradient = module.adjoint(model, observable, numbers, prepared=prepared)
        return found
    if shots is not None and precision is not None:
        raise ValueError("give shots or a precision, not both")
    if (backend is None) != (shots is None and precision is None):
        raise ValueError("shots or a precision need a backend, and a backend needs one of them")
    if shots is not None and (isinstance(shots, bool) or not isinstance(shots, Integral)):
        raise ValueError(f"shots must be a whole number, not {shots!r}")
    if precision is not None and not 0 < precision < float("inf"):
        raise ValueError(f"the precision must be a positive number, not {precision}")
    plan = schedule if schedule is not None else scheduled(model, observable)
    more: dict[str, Any] = {"precision": precision, "progress": progress}
    if prepared is not None:
        more["prepared"] = prepared
    measured: Gradient = getattr(module, METHODS[method])(plan, numbers, backend, shots, **more)
    return measured


def prepare(
    schedule: Schedule,
    method: str,
    backend: Backend,
    progress: Progress | None = None,
) -> Prepared | None:
    """The circuits of a method, compiled once for any number of points; None where the method has none of this kind."""
    if method not in PREPARED:
        return None
    from qansatz.execute.gradients.measured import effort_for

    module: Any = import_module(f"qansatz.execute.gradients.{METHODS[method]}")
    found: Prepared = module.prepare(schedule, effort_for(backend), progress)
    return found


def checked_values(model: Model, values: Sequence[float]) -> list[float]:
    """The values as floats: as many as the model has slots, all finite.

    Raises:
        ValueError: naming the counts, or the first slot whose value is not a finite number.
    """
    labels = model.slots.labels()
    if len(values) != len(labels):
        raise ValueError(
            f"{len(labels)} values are needed ({model.slots.n_parameters} parameters and "
            f"{model.slots.n_inputs} inputs), not {len(values)}"
        )
    numbers = [float(value) for value in values]
    for label, number in zip(labels, numbers, strict=True):
        if not np.isfinite(number):
            raise ValueError(f"{label} is {number}; a finite number is needed")
    return numbers
