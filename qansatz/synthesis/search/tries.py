"""Searches for plans, one after the other: which settings are tried, in which order, and for how long."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol, TypeAlias

import numpy as np

from qansatz.circuits.frames import Relabel
from qansatz.circuits.rotations import Rotation
from qansatz.pauli.cliffords import Tableau
from qansatz.synthesis.search.beam import WINDOW, search, work_of_step
from qansatz.synthesis.search.plans import Order, Outcome, Owed, Setting, Step

#: What is kept small: the number of two-qubit gates, or the number of layers of them.
Objective: TypeAlias = Literal["count", "depth"]

#: Work of one unit of effort, about microseconds.
_WORK: Final = 1_650_000
_TRIES: Final = 12
#: About how many times the gates of plans ladders have.
_LADDERS_TO_PLAN: Final = 4
#: Until a plan is found, a search has so many states if it takes no more work than this, at so many gates a rotation:
#: with few states it gets stuck between heavy strings.
_FIRST_STATES, _STUBBORN, _GATES_TO_ROTATION = 32, 30_000_000, 1.5
#: How many times the gates a plan may have for the sake of fewer layers.
_GATES_FOR_DEPTH: Final = 2

#: ratio, power, scale, progress, mean: found by random search over circuits of many kinds.
_FOUND: Final = (
    (0.9, 3.0, 3.0, 1.5, 1.0),
    (0.2, 3.0, 0.3, 1.0, 1.5),
    (0.4, 4.0, 10.0, 1.0, 0.0),
    (0.3, 1.5, 1.0, 0.6, 2.0),
    (0.5, 2.0, 3.0, 0.3, 0.0),
    (0.8, 3.0, 3.0, 3.0, 0.0),
    (0.4, 3.0, 1.0, 2.0, 1.0),
    (0.5, 2.0, 10.0, 3.0, 0.5),
)
_TAILS: Final = ((0.3, 16.0), (0.7, 16.0), (0.2, 2.0), (0.7, 30.0))
_FIRST_WIDTH: Final = 4
#: After the first round: so many settings, so many states for each; then few with many.
_SHAPES: Final = ((4, 12), (8, 6), (2, 32))
#: Of the few: how many, the states for each and unit of effort, and which part of what is left is spent on them.
_WIDE, _STATES, _PART = 2, 64, 0.5
#: Prices of a layer.
_DEPTHS: Final = (0.1, 0.3, 1.0)
#: How settings change: quantiles of a log-normal distribution of width 0.35, and of a normal one of width 0.3.
_FACTORS: Final = (
    *(0.52, 0.63, 0.70, 0.76, 0.82, 0.87, 0.92, 0.97),
    *(1.03, 1.09, 1.15, 1.22, 1.31, 1.42, 1.59, 1.92),
)
_SHIFTS: Final = (
    *(-0.56, -0.40, -0.30, -0.23, -0.17, -0.12, -0.07, -0.02),
    *(0.02, 0.07, 0.12, 0.17, 0.23, 0.30, 0.40, 0.56),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long is searched, and for what.

    ``effort`` counts work; a ``deadline`` on the clock of ``time.monotonic`` replaces it.
    """

    effort: float
    deadline: float | None = None
    objective: Objective = "count"

    def split(self) -> tuple[Budget, Budget]:
        """One half, and the other after it."""
        half = None
        if self.deadline is not None:
            half = (self.deadline + time.monotonic()) / 2
        first = replace(self, effort=self.effort / 2, deadline=half)
        return first, replace(self, effort=self.effort / 2)


class Problem(Protocol):
    """Rotations to be planned, and what is owed after them."""

    @property
    def order(self) -> Order:
        """The strings in time order."""

    @property
    def owed(self) -> Owed | None:
        """What the frame owes at the end."""


class Way(Problem, Protocol):
    """A problem, and the circuit of a plan for it."""

    def stream(self, steps: Sequence[Step]) -> list[Rotation | Relabel]:
        """The circuit of a plan."""


class Turning(Way, Protocol):
    """A way from one end of a circuit to the other; what a plan leads to is where the way back begins."""

    @property
    def ends_freely(self) -> bool:
        """Whether nothing is asked of the frame at the other end, but that a state can be prepared."""

    def beginning(self, steps: Sequence[Step]) -> Tableau:
        """The frame in which the circuit of a plan begins."""

    def turned(self, steps: Sequence[Step]) -> Turning:
        """The way back."""


def streams(
    ways: Sequence[Way],
    fewest: int,
    budget: Budget,
) -> Iterator[list[Rotation | Relabel]]:
    """Circuits found, none with more than ``fewest`` two-qubit gates, unless for fewer layers."""
    tries = Tries(len(ways), budget)
    paces: list[Sequence[int]] = [()] * len(ways)
    account = Account(fewest, budget)
    while not account.is_spent:
        tried = tries.next()
        way = ways[tried.way]
        outcome = account.search(way, tried, paces[tried.way])
        tries.record(tried, outcome.costs)
        if (steps := outcome.found) is not None:
            paces[tried.way] = steps.pace
            yield way.stream(steps.steps)


def swept(
    way: Turning, fewest: int, budget: Budget
) -> Iterator[tuple[list[Rotation | Relabel], Tableau]]:
    """As :func:`streams`, to and fro: after a plan the way back from where it led, after a failure the one before.

    Where one end is fixed, the way that begins there comes first. With each circuit comes the frame in which it begins.
    """
    tries = Tries(1, budget)
    account = Account(fewest, budget)
    other = way
    pace: Sequence[int] = ()
    other_pace: Sequence[int] = ()
    while not account.is_spent:
        tried = tries.next()
        outcome = account.search(way, tried, pace)
        tries.record(tried, outcome.costs)
        if (steps := outcome.found) is not None:
            yield way.stream(steps.steps), way.beginning(steps.steps)
            other, pace = way.turned(steps.steps), steps.pace
        if steps is None or way.ends_freely:
            way, other = other, way
            pace, other_pace = other_pace, pace


class Account:
    """What may still be spent: work or time, and gates."""

    def __init__(self, fewest: int, budget: Budget) -> None:
        """All of the budget."""
        self.for_depth = budget.objective == "depth"
        self.at_most = _GATES_FOR_DEPTH * fewest if self.for_depth else fewest
        self.work, self.tries = budget.effort * _WORK, _TRIES * budget.effort
        self.deadline = budget.deadline
        self.has_found = False

    @property
    def is_spent(self) -> bool:
        """Whether no search may be started."""
        if self.deadline is not None:
            return time.monotonic() > self.deadline
        return self.work <= 0 or self.tries <= 0

    def spend(self, work: float) -> None:
        """Work done elsewhere."""
        self.work -= work

    def search(self, way: Problem, tried: Try, pace: Sequence[int]) -> Outcome:
        """One search, with fewer settings and states where all cannot be paid for, and its price.

        Where not even two states can be paid for, the first search has more, and looks at nothing that is owed: that is
        executed as it comes.
        """
        n_rotations, n_qubits = way.order.letters.shape
        rows = min(n_rotations, WINDOW) + 2 * n_qubits
        work = self.work if self.deadline is None else 1e6 * (self.deadline - time.monotonic())
        work *= tried.part
        settings = tried.settings
        steps = max(1, n_rotations, self.at_most // _LADDERS_TO_PLAN)
        single, two = (steps * work_of_step(rows, n_qubits, k) for k in (1, 2))
        n_states = max(1, 1 + int((max(work, _WORK / 2) - single) / (two - single)))
        leaves_owed = n_states <= 2 and not self.has_found
        if leaves_owed:
            step = work_of_step(rows, n_qubits, _FIRST_STATES) * _GATES_TO_ROTATION * n_rotations
            n_states = max(n_states, min(_FIRST_STATES, int(_FIRST_STATES * _STUBBORN / step)))
        settings = settings[: max(1, n_states // 2)]
        share = max(1, n_states // len(settings))
        settings = [replace(s, width=min(s.width, share)) for s in settings]
        outcome = search(
            way.order,
            None if leaves_owed else way.owed,
            settings,
            at_most=self.at_most,
            pace=() if self.for_depth else pace,
            deadline=self.deadline,
        )
        self.work -= outcome.work
        self.tries -= 1
        self.has_found |= outcome.found is not None
        if outcome.found is not None and not self.for_depth and not leaves_owed:
            self.at_most = min(self.at_most, outcome.found.n_two_qubit)
        return outcome


def guesses(for_depth: bool) -> list[Setting]:
    """The settings to begin with."""
    return [
        Setting(
            ratio=ratio,
            power=power,
            scale=scale,
            progress=progress,
            mean=mean,
            tail=_TAILS[place % len(_TAILS)][0],
            patience=_TAILS[place % len(_TAILS)][1],
            width=_FIRST_WIDTH,
            seed=place,
            depth=_DEPTHS[place % len(_DEPTHS)] if for_depth else 0.0,
        )
        for place, (ratio, power, scale, progress, mean) in enumerate(_FOUND)
    ]


@dataclass(frozen=True, slots=True)
class Try:
    """Settings to search with side by side, for one of several ways, on a part of what may still be spent."""

    way: int
    settings: list[Setting]
    part: float = 1.0


class Tries:
    """What to try next, from what was found: every setting narrowly, the best wider, then changes of the best.

    Deterministic: the random changes have a fixed seed.
    """

    def __init__(self, n_ways: int, budget: Budget) -> None:
        """For so many ways."""
        self.n_ways, self.for_depth = n_ways, budget.objective == "depth"
        self.most = max(_STATES, int(_STATES * budget.effort))
        self.random = np.random.default_rng(0)
        self.results: list[tuple[float, int, int, Setting]] = []
        self.n_tries = 0

    def record(self, tried: Try, costs: Sequence[float]) -> None:
        """What the settings of a try led to."""
        for cost, setting in zip(costs, tried.settings, strict=False):
            self.results.append((cost, len(self.results), tried.way, setting))

    def next(self) -> Try:
        """The next one."""
        k, self.n_tries = self.n_tries, self.n_tries + 1
        if k < self.n_ways:
            return Try(k, guesses(self.for_depth))
        ranked = sorted(self.results)
        way = ranked[0][2]
        if self.random.random() < 0.25:
            way = int(self.random.integers(self.n_ways))
        of_way = [setting for _, _, of, setting in ranked if of == way]
        place = k - self.n_ways
        narrow = place < len(_SHAPES)
        n_settings, width = _SHAPES[place] if narrow else (_WIDE, self.most)
        settings = []
        for place in range(n_settings):
            setting = of_way[place // 2 % len(of_way)]
            if place % 2 or k > self.n_ways:
                setting = self._changed(setting)
            settings.append(replace(setting, width=width, seed=1000 * k + place))
        return Try(way, settings, 1.0 if narrow else _PART)

    def _changed(self, setting: Setting) -> Setting:
        factors = [_FACTORS[k] for k in self.random.integers(len(_FACTORS), size=7)]
        return replace(
            setting,
            ratio=min(0.95, setting.ratio * factors[0]),
            power=setting.power * factors[1],
            scale=setting.scale * factors[2],
            progress=setting.progress * factors[3],
            mean=setting.mean + _SHIFTS[self.random.integers(len(_SHIFTS))],
            tail=setting.tail * factors[4],
            patience=setting.patience * factors[5],
            depth=setting.depth * factors[6],
        )
