"""What would fit a budget: another method to measure, or fewer shots."""

from __future__ import annotations

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.analysis.gradient.methods import PARAMETER_SHIFT, SCHEDULE, Method
from qansatz.cost.comparison import compare
from qansatz.cost.result import Cost, in_hqc
from qansatz.hqc import hqc_price


def alternatives(cost: Cost, schedule: Schedule | None, budget: float, stage: str) -> list[str]:
    """What would cost less than a stage does: the cheapest method at the same precision first, then fewer shots."""
    cheaper = []
    priced = cost.method(SCHEDULE.name)
    if schedule is not None and priced is not None and priced.hqc and stage != "evaluation":
        amounts = [(m.hqc_at_precision, m.method) for m in cost.methods if m.hqc_at_precision]
        least, best = min(amounts, key=lambda pair: pair[0], default=(priced.hqc, SCHEDULE))
        if least < priced.hqc:
            cheaper.append(
                f"at the same precision a gradient takes {in_hqc(least)} HQC by {_in_words(best)}"
            )
        classical = compare(schedule).classical
        if "follow classically" in classical:
            cheaper.append(classical)
    shots = shots_within(cost, budget, stage)
    if shots:
        price = _price_at(cost, stage, shots) or 0.0
        cheaper.append(f"`--shots {shots}` fits: {in_hqc(price)} HQC")
    elif shots == 0:
        least = _price_at(cost, stage, 1) or 0.0
        cheaper.append(f"no number of shots fits: one shot a circuit costs {in_hqc(least)} HQC")
    return cheaper


def _in_words(method: Method) -> str:
    """A method after "by", with the command that runs it where that needs to be said."""
    if method is SCHEDULE:
        return f"{method.phrase} with shots where they pay most"
    if method.run_as in (None, PARAMETER_SHIFT.name):
        return method.phrase
    return f"{method.phrase} (`qansatz gradient --method {method.run_as}`)"


def shots_within(cost: Cost, budget: float, stage: str) -> int | None:
    """The most shots of every circuit, value and gradient by the schedule, with which a stage costs at most a budget.

    0 when not even one shot does; None when the price of the stage is not known.
    """
    first, second = (_price_at(cost, stage, shots) for shots in (1, 2))
    if first is None or second is None:
        return None
    return 0 if first > budget else 1 + int((budget - first) / max(second - first, 1e-12))


def _price_at(cost: Cost, stage: str, shots: int) -> float | None:
    """The price of a stage by the schedule with other shots a circuit."""
    price = cost.price(stage)
    if price is None:
        return None
    n_forward, priced = len(cost.forward), cost.method(SCHEDULE.name)
    n_gradient = 0 if priced is None else priced.n_circuits
    points = {"evaluation": 1, "gradient": 1, "epoch": cost.data, "run": cost.epochs * cost.data}
    circuits = {"evaluation": n_forward, "gradient": n_gradient}.get(stage, n_forward + n_gradient)
    fixed = hqc_price(circuits * points[stage], 0.0)
    return fixed + (price - fixed) * shots / cost.shots
