"""What would fit a budget: another way to measure, or fewer shots."""

from __future__ import annotations

from typing import Final

from qansatz.analysis.gradient.circuits import Schedule
from qansatz.cost.comparison import compare
from qansatz.cost.result import Cost, in_hqc
from qansatz.hqc import hqc_price

_DATIVE: Final = {
    "schedule": "the schedule with shots where they pay most",
    "lie_algebraic": "the Lie-algebraic method (`qansatz gradient --method lie-algebraic`)",
    "parameter_shift": "parameter shift",
    "parameter_shift_active": "parameter shift of the active rotations",
    "pytket_default": "parameter shift through pytket's default compilation",
}


def alternatives(found: Cost, plan: Schedule | None, budget: float, stage: str) -> list[str]:
    """What would cost less than a stage does: the cheapest way at the same precision first, then fewer shots."""
    cheaper = []
    own = found.way("schedule")
    if plan is not None and own is not None and own.hqc is not None and stage != "evaluation":
        priced = [(way.hqc_at_precision, way) for way in found.ways if way.hqc_at_precision]
        least, best = min(priced, key=lambda pair: pair[0], default=(own.hqc, own))
        if least < own.hqc:
            cheaper.append(
                f"at the same precision a gradient takes {in_hqc(least)} HQC by {_DATIVE[best.name]}"
            )
        classical = compare(plan).classical
        if "follow classically" in classical:
            cheaper.append(classical)
    shots = shots_within(found, budget, stage)
    if shots:
        price = _price_at(found, stage, shots) or 0.0
        cheaper.append(f"`--shots {shots}` fits: {in_hqc(price)} HQC")
    elif shots == 0:
        least = _price_at(found, stage, 1) or 0.0
        cheaper.append(f"no number of shots fits: one shot a circuit costs {in_hqc(least)} HQC")
    return cheaper


def shots_within(found: Cost, budget: float, stage: str) -> int | None:
    """The most shots of every circuit, value and gradient by the schedule, with which a stage costs at most a budget.

    0 when not even one shot does; None when the price of the stage is not known.
    """
    one, two = (_price_at(found, stage, shots) for shots in (1, 2))
    if one is None or two is None:
        return None
    return 0 if one > budget else 1 + int((budget - one) / max(two - one, 1e-12))


def _price_at(found: Cost, stage: str, shots: int) -> float | None:
    """The price of a stage by the schedule with other shots a circuit."""
    price = found.price(stage)
    if price is None:
        return None
    n_forward, way = len(found.forward), found.way("schedule")
    n_gradient = 0 if way is None else way.n_circuits
    points = {"evaluation": 1, "gradient": 1, "epoch": found.data, "run": found.epochs * found.data}
    circuits = {"evaluation": n_forward, "gradient": n_gradient}.get(stage, n_forward + n_gradient)
    fixed = hqc_price(circuits * points[stage], 0.0)
    return fixed + (price - fixed) * shots / found.shots
