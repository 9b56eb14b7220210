"""How the expressivity of a circuit is sampled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Amplitude updates, about 2 ns each: one rotation of one state of n qubits counts 2ⁿ.
BUDGET: Final = 10**11
#: The most bins.
MOST_BINS: Final = 10**5


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressivityOptions:
    """Pairs of random states, bins of the histogram of their fidelities, and random points for the QFIM.

    ``seed`` is drawn when None. ``processes`` work at once, on which the result does not depend: None means 1 for short
    work, else one per core. ``budget`` limits the amplitude updates of the sampling, and again of the QFIM.

    Raises:
        ValueError: unless there are pairs and points, and from 2 to 100,000 bins, and other numbers make sense.
    """

    n_pairs: int = 5000
    n_bins: int = 75
    n_points: int = 10
    seed: int | None = None
    processes: int | None = None
    budget: int = BUDGET

    def __post_init__(self) -> None:
        if self.n_pairs < 1 or self.n_points < 1 or not 2 <= self.n_bins <= MOST_BINS:
            raise ValueError(f"at least 1 pair, 1 point and 2 to {MOST_BINS} bins are needed")
        if self.seed is not None and self.seed < 0:
            raise ValueError(f"the seed must not be negative, and {self.seed} is")
        if self.processes is not None and self.processes < 1:
            raise ValueError(f"processes must be at least 1, not {self.processes}")
        if self.budget < 1:
            raise ValueError(f"the budget must be at least 1, not {self.budget}")
