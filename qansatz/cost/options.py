"""What a cost is asked for: machine, shots, data, and how long circuits are counted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral
from typing import Final, Literal, TypeAlias, get_args

from qansatz.machines import DEFAULT_MACHINE, MACHINES

Purpose: TypeAlias = Literal["unitary", "expectation"]

#: Points of data an epoch has where the circuit takes inputs, unless others are given.
DEFAULT_DATA: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CostOptions:
    """The options of a cost; made with ``ValueError`` for one that cannot be.

    ``shots`` are those of every circuit, ``data`` the points of an epoch (None: 1 without inputs, else 100). Circuits
    of each method are counted until about two minutes of work, or ``seconds`` by the clock where given, are spent.
    ``pytket_seconds`` by the clock limit pytket's default compilation, 0 leaves it out. ``effort`` is that of the
    synthesis of every circuit.
    """

    target: str = DEFAULT_MACHINE
    purpose: Purpose = "expectation"
    shots: int = 1000
    data: int | None = None
    epochs: int = 100
    seconds: float | None = None
    pytket_seconds: float = 60.0
    effort: float = 1.0

    def __post_init__(self) -> None:
        if self.target not in MACHINES:
            raise ValueError(f"there is no target {self.target!r}; there are {', '.join(MACHINES)}")
        if self.purpose not in get_args(Purpose):
            raise ValueError(f"a cost is for unitary or expectation, not for {self.purpose!r}")
        counts = {"shots": self.shots, "data": self.data, "epochs": self.epochs}
        for name, count in counts.items():
            if count is None:
                continue
            if isinstance(count, bool) or not isinstance(count, Integral):
                raise ValueError(f"{name} must be a whole number, not {count!r}")
            if count < 1:
                raise ValueError(f"{name} must be at least 1, not {count}")
        amounts = {
            "seconds": self.seconds,
            "pytket_seconds": self.pytket_seconds,
            "effort": self.effort,
        }
        for name, amount in amounts.items():
            if amount is not None and not 0 <= amount < math.inf:
                raise ValueError(f"{name} must be a number from 0 on, not {amount}")

    def n_points(self, *, with_inputs: bool) -> int:
        """The points of an epoch."""
        if self.data is not None:
            return self.data
        return DEFAULT_DATA if with_inputs else 1
