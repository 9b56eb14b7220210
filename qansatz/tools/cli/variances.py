"""The observables that ``--variance`` names, and their variances of this circuit and in the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qansatz.tools.cli.console import UnusableError

if TYPE_CHECKING:
    from qansatz.analysis.algebra.algebra import AlgebraReport
    from qansatz.analysis.trainability.this_circuit import DerivativeVariances
    from qansatz.model.program import Model, Observable
    from qansatz.views.variances import Both


def observables(model: Model, name: str) -> tuple[Observable, ...]:
    """The one that is named, or all where the name is empty.

    Raises:
        UnusableError: where there is none.
    """
    chosen = tuple(o for o in model.observables if name in ("", o.name))
    if not chosen:
        names = ", ".join(o.name for o in model.observables)
        available = f"there are {names}" if names else "the ansatz has none"
        raise UnusableError(f"no observable {name!r} for --variance: {available}")
    return chosen


def variances(
    model: Model, observable: Observable, algebra: AlgebraReport, *, quick: bool = False
) -> Both:
    """The variances of an observable, given the algebra; ``quick`` takes about a second, for many sizes."""
    from qansatz.analysis.trainability.string_paths import MOST_STEPS
    from qansatz.analysis.trainability.this_circuit import STATES_WORK, circuit_variance
    from qansatz.analysis.trainability.variance import variance

    most_steps, budget = (10**5, 5 * 10**8) if quick else (MOST_STEPS, STATES_WORK)
    of_circuit = circuit_variance(model, observable, most_steps=most_steps, budget=budget)
    return of_circuit, variance(model, observable, report=algebra)


def derivatives(model: Model, observable: Observable) -> DerivativeVariances | str:
    """The variances of all derivatives of an observable of this circuit, or why they are not known."""
    from qansatz.analysis.trainability.this_circuit import derivative_variances

    try:
        return derivative_variances(model, observable)
    except ValueError as error:
        return str(error)
