"""The gradient of an expectation value at given angles, by one of several methods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol, assert_never

import numpy as np

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.analysis.gradient.methods import method_to_run
from qansatz.analysis.gradient.schedule import schedule as make_schedule
from qansatz.execute.backends.backend import Backend
from qansatz.execute.gradients import by_schedule, lie_algebraic, parameter_shift
from qansatz.execute.gradients.adjoint import MAX_STRINGS, AdjointSimulation, adjoint_simulation
from qansatz.execute.gradients.measured import effort_for
from qansatz.execute.gradients.result import Gradient
from qansatz.execute.options import GradientOptions
from qansatz.model.program import Model, Observable
from qansatz.progress import Progress

DEFAULTS: Final = GradientOptions()


class PreparedCircuits(Protocol):
    """The circuits of one gradient, compiled once for any number of points."""

    def gradient(
        self,
        values: Sequence[float],
        backend: Backend,
        *,
        shots: int | None = None,
        precision: float | None = None,
        progress: Progress | None = None,
    ) -> Gradient:
        """Run all circuits at slot values (parameters, then inputs; radians), for shots or to a precision."""


def gradient(
    model: Model,
    values: Sequence[float],
    options: GradientOptions = DEFAULTS,
    *,
    observable: Observable | None = None,
    schedule: Schedule | None = None,
    circuits: PreparedCircuits | None = None,
    strings: AdjointSimulation | None = None,
    progress: Progress | None = None,
) -> Gradient:
    """The value and gradient of an observable (the first, unless one is given) at slot values.

    ``values`` are the parameters, then the inputs, in radians. What is at hand already is taken: the ``schedule`` of
    the same observable, its ``circuits``, compiled for the method and the backend by :func:`prepare`, and for the
    method adjoint the ``strings`` of the observable. ``progress`` is told what is being done.

    Raises:
        ValueError: for a wrong number of values, a model without observables, too few shots, or more than a method can
            do; the text says which.
        ImportError: when a library that the backend needs is not installed.
    """
    if observable is None and schedule is not None:
        observable = schedule.observable
    if observable is None:
        if not model.observables:
            raise ValueError("the ansatz has no observable, so there is no gradient to measure")
        observable = model.observables[0]
    numbers = checked_values(model, values)
    if not method_to_run(options.method).needs_backend:
        limit = options.max_strings or MAX_STRINGS
        return (strings or adjoint_simulation(model, observable, limit=limit)).gradient(numbers)
    if schedule is None:
        schedule = make_schedule(model, observable, time_limit=options.time_limit)
    backend = options.runner()
    if backend is None:
        return _exact(schedule, options.method, numbers, progress)
    if circuits is None:
        circuits = prepare(schedule, options.method, backend, progress)
    return circuits.gradient(
        numbers, backend, shots=options.shots, precision=options.precision, progress=progress
    )


def prepare(
    schedule: Schedule, method: str, backend: Backend, progress: Progress | None = None
) -> PreparedCircuits:
    """The circuits of a method, compiled once for any number of points.

    Raises:
        ValueError: for a method without circuits, or more than the method can do.
    """
    effort = effort_for(backend)
    match method_to_run(method).run_as:
        case "schedule":
            return by_schedule.prepare(schedule, effort, progress)
        case "parameter-shift":
            return parameter_shift.prepare(schedule, effort, progress)
        case "lie-algebraic":
            return lie_algebraic.prepare(schedule, effort, progress)
        case "adjoint" | None:
            raise ValueError(f"the method {method} has no circuits to prepare")
        case other:
            assert_never(other)


def _exact(
    schedule: Schedule, method: str, values: Sequence[float], progress: Progress | None
) -> Gradient:
    """Value and gradient from amplitudes, by the circuits of a method."""
    match method_to_run(method).run_as:
        case "schedule":
            return by_schedule.exact(schedule, values, progress)
        case "parameter-shift":
            return parameter_shift.exact(schedule, values, progress)
        case "lie-algebraic":
            return lie_algebraic.exact(schedule, values)
        case "adjoint" | None:
            raise ValueError(f"the method {method} has no circuits")
        case other:
            assert_never(other)


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
