"""The least number of commuting sets that cover some operators: colourings of their anticommutation graph.

Two operators that anticommute cannot share a set, so sets are colours, and operators that anticommute pairwise (a
clique) prove a lower bound. Heuristics: DSATUR (Brélaz 1979), recursive largest first (Leighton 1979), iterated
greedy (Culberson 1992); proof by OR-tools' CP-SAT where installed, and for few operators by branch and bound.
All of it is bounded by counted work, so that the result is the same on every machine, unless time by the clock is asked
for.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from threading import Event, Thread
from typing import Any, Final

from qansatz.pauli.gf2 import bits

_ROUNDS: Final = 60
_NODES: Final = 20_000
#: About microseconds: for each vertex and colour of a greedy colouring, for each candidate of a node, and for each
#: clause of the solver.
_OF_COLOUR: Final = 0.05
_OF_CANDIDATE: Final = 0.6
_OF_CLAUSE: Final = 2.5
_COMPARED_UP_TO: Final = 256  # operators compared in pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """``sets[k]`` is the set of operator k, numbered from 0; ``clique`` are operators that anticommute pairwise.

    ``lower_bound`` is the size of the clique, or more where the solver proved more.
    """

    sets: tuple[int, ...]
    n_sets: int
    clique: tuple[int, ...]
    lower_bound: int

    @property
    def optimal(self) -> bool:
        """Whether no cover has fewer sets."""
        return self.n_sets == self.lower_bound


@dataclass(slots=True)
class Allowance:
    """What may still be spent on a search: about so many seconds, counted in work, or a time by the clock.

    ``effort`` counts work, so that the result depends on nothing else; a ``deadline`` on the clock of
    ``time.monotonic`` replaces it.
    """

    effort: float = 10.0
    deadline: float | None = None
    spent: float = field(default=0.0, init=False)

    @property
    def left(self) -> float:
        """About the seconds left, not below 0."""
        if self.deadline is not None:
            return max(0.0, self.deadline - time.monotonic())
        return max(0.0, self.effort - self.spent)

    def spend(self, microseconds: float) -> None:
        """Count work."""
        self.spent += 1e-6 * microseconds

    def part(self, n_parts: int) -> Allowance:
        """One of so many equal parts of what is left."""
        share = self.left / n_parts
        if self.deadline is not None:
            return Allowance(deadline=time.monotonic() + share)
        return Allowance(share)


def solver_installed() -> bool:
    """Whether OR-tools can be imported."""
    return find_spec("ortools") is not None


def cover(
    conflicts: Sequence[int], allowance: Allowance | None = None, *, exact: bool = True
) -> Cover:
    """Few sets without conflicts; bit j of ``conflicts[i]`` says that i and j conflict.

    A minimum is looked for and proved, unless ``exact`` is False; what is found until the allowance, ten units of work
    unless one is given, is spent is returned. What was spent is counted in it.
    """
    if allowance is None:
        allowance = Allowance()
    quick, clique = _greedy(conflicts, range(len(conflicts))), _grown_clique(conflicts)
    if _n_colours(quick) == len(clique):
        return Cover(
            sets=tuple(quick), n_sets=len(clique), clique=tuple(clique), lower_bound=len(clique)
        )
    kept, followers = _kernel(conflicts)
    place = {v: k for k, v in enumerate(kept)}
    small = [sum(1 << place[u] for u in bits(conflicts[v]) if u in place) for v in kept]
    colours, n, clique, lower = _solve(small, allowance, exact)
    whole = dict(zip(kept, colours, strict=True))
    for follower, leader in reversed(followers):
        whole[follower] = whole[leader]
    return Cover(
        sets=tuple(whole[v] for v in range(len(conflicts))),
        n_sets=n,
        clique=tuple(kept[v] for v in clique),
        lower_bound=lower,
    )


def _kernel(conflicts: Sequence[int]) -> tuple[list[int], list[tuple[int, int]]]:
    """The operators that matter: one whose conflicts are among another's joins that other's set."""
    followers: list[tuple[int, int]] = []
    first: dict[int, int] = {}
    for v, row in enumerate(conflicts):
        leader = first.setdefault(row, v)
        if leader != v:
            followers.append((v, leader))
    alive = sum(1 << v for v in first.values())
    changed = len(first) <= _COMPARED_UP_TO
    while changed:
        changed = False
        rows = bits(alive)
        rows.sort(key=lambda v: (conflicts[v] & alive).bit_count(), reverse=True)
        for at in range(len(rows) - 1, 0, -1):
            v = rows[at]
            clashing = conflicts[v] & alive
            for u in rows[:at]:
                if not clashing & ~conflicts[u]:
                    followers.append((v, u))
                    alive ^= 1 << v
                    changed = True
                    break
    return bits(alive), followers


def _solve(
    conflicts: list[int], allowance: Allowance, exact: bool
) -> tuple[list[int], int, list[int], int]:
    if not conflicts:
        return [], 0, [], 0
    best = min((_dsatur(conflicts), _largest_first(conflicts)), key=_n_colours)
    clique = _clique(conflicts, allowance)
    best = _iterated(conflicts, best, len(clique), allowance)
    lower = len(clique)
    if exact and _n_colours(best) > lower and allowance.left:
        search = _by_solver if solver_installed() else _by_branching
        best, lower = search(conflicts, best, clique, allowance)
    return best, _n_colours(best), clique, lower


def _n_colours(colours: Sequence[int]) -> int:
    return max(colours, default=-1) + 1


def _dsatur(conflicts: Sequence[int]) -> list[int]:
    """Colour the vertex with most colours beside it first."""
    n = len(conflicts)
    colours = [-1] * n
    beside = [0] * n
    left = set(range(n))
    while left:
        v = max(left, key=lambda u: (beside[u].bit_count(), conflicts[u].bit_count()))
        left.remove(v)
        free = ~beside[v]
        colours[v] = (free & -free).bit_length() - 1
        for u in bits(conflicts[v]):
            beside[u] |= 1 << colours[v]
    return colours


def _largest_first(conflicts: Sequence[int]) -> list[int]:
    """Recursive largest first: fill one set at a time, each time with what conflicts most with the excluded."""
    n = len(conflicts)
    colours = [-1] * n
    left, colour = (1 << n) - 1, 0
    while left:
        free, excluded = left, 0
        v = max(bits(free), key=lambda u: (conflicts[u] & left).bit_count())
        while True:
            colours[v] = colour
            left &= ~(1 << v)
            excluded |= conflicts[v] & left
            free &= ~(conflicts[v] | 1 << v)
            if not free:
                break
            v = max(
                bits(free),
                key=lambda u: (
                    (conflicts[u] & excluded).bit_count(),
                    -(conflicts[u] & free).bit_count(),
                ),
            )
        colour += 1
    return colours


def _iterated(
    conflicts: Sequence[int], colours: list[int], enough: int, allowance: Allowance
) -> list[int]:
    """Greedy again in the order of the sets, shuffled or reversed: the number of sets never grows."""
    draw = random.Random(0)
    best = current = colours
    for k in range(_ROUNDS):
        if _n_colours(best) <= enough or not allowance.left:
            break
        allowance.spend(_OF_COLOUR * len(conflicts) * _n_colours(current))
        groups: list[list[int]] = [[] for _ in range(_n_colours(current))]
        for v, colour in enumerate(current):
            groups[colour].append(v)
        if k % 3 == 0:
            groups.reverse()
        elif k % 3 == 1:
            groups.sort(key=len, reverse=True)
        else:
            draw.shuffle(groups)
        current = _greedy(conflicts, [v for group in groups for v in group])
        if _n_colours(current) < _n_colours(best):
            best = current
    return best


def _greedy(conflicts: Sequence[int], order: Iterable[int]) -> list[int]:
    sets: list[int] = []
    colours = [-1] * len(conflicts)
    for v in order:
        colour = next((k for k, members in enumerate(sets) if not members & conflicts[v]), None)
        if colour is None:
            colour = len(sets)
            sets.append(0)
        sets[colour] |= 1 << v
        colours[v] = colour
    return colours


def _grown_clique(conflicts: Sequence[int], n_starts: int = 1) -> list[int]:
    """A set of pairwise conflicts, grown from the operators with most conflicts."""
    order = sorted(range(len(conflicts)), key=lambda v: conflicts[v].bit_count(), reverse=True)
    best: list[int] = []
    for start in order[:n_starts]:
        grown, left = [start], conflicts[start]
        while left:
            v = max(bits(left), key=lambda u: (conflicts[u] & left).bit_count())
            grown.append(v)
            left &= conflicts[v]
        if len(grown) > len(best):
            best = grown
    return sorted(best)


def _clique(conflicts: Sequence[int], allowance: Allowance) -> list[int]:
    """A largest set of pairwise conflicts, by branch and bound over greedy colourings (Tomita), as far as allowed."""
    best = _grown_clique(conflicts, 32)
    budget = _NODES

    def expand(current: list[int], candidates: int) -> None:
        nonlocal best, budget
        budget -= 1
        allowance.spend(_OF_CANDIDATE * candidates.bit_count())
        if budget < 0 or (budget % 64 == 0 and not allowance.left):
            budget = -1
            return
        for v, bound in reversed(_coloured(conflicts, candidates)):
            if len(current) + bound <= len(best):
                return
            current.append(v)
            rest = candidates & conflicts[v]
            if rest:
                expand(current, rest)
            elif len(current) > len(best):
                best = current.copy()
            current.pop()
            candidates &= ~(1 << v)

    expand([], (1 << len(conflicts)) - 1)
    return sorted(best)


def _coloured(conflicts: Sequence[int], candidates: int) -> list[tuple[int, int]]:
    """The candidates set by set, each with the number of sets up to its own."""
    edges = []
    number = 0
    while candidates:
        number += 1
        free = candidates
        while free:
            v = (free & -free).bit_length() - 1
            free &= ~(conflicts[v] | 1 << v)
            candidates &= ~(1 << v)
            edges.append((v, number))
    return edges


def _by_solver(
    conflicts: list[int], best: list[int], clique: list[int], allowance: Allowance
) -> tuple[list[int], int]:
    """CP-SAT, one colour fewer at a time, the clique's colours fixed.

    On one thread, without linear relaxations, which are floats, and limited by its own count of work, it is
    deterministic.
    """
    from ortools.sat.python import cp_model

    n_pairs = sum(map(int.bit_count, conflicts)) // 2
    while _n_colours(best) > len(clique):
        n_colours = _n_colours(best) - 1
        allowance.spend(_OF_CLAUSE * n_pairs * n_colours)
        if not allowance.left:
            break
        model = cp_model.CpModel()
        has = [
            [model.new_bool_var("") for _ in range(min(v + 1, n_colours))]
            for v in range(len(conflicts))
        ]
        order = [*clique, *sorted(set(range(len(conflicts))) - set(clique))]
        chosen = {v: has[k] for k, v in enumerate(order)}
        for v in order:
            model.add_exactly_one(chosen[v])
            for u in bits(conflicts[v] >> v << v):
                for first, two in zip(chosen[v], chosen[u], strict=False):
                    model.add_bool_or([first.negated(), two.negated()])
        for k, v in enumerate(clique):
            model.add(chosen[v][k] == 1)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 0
        solver.parameters.catch_sigint_signal = False
        if allowance.deadline is not None:
            solver.parameters.max_time_in_seconds = max(0.01, allowance.left)
        else:
            solver.parameters.max_deterministic_time = allowance.left
        status = _interruptible(solver, model)
        allowance.spend(1e6 * solver.response_proto.deterministic_time)
        if status == cp_model.INFEASIBLE:
            return best, _n_colours(best)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            break
        best = [
            next(c for c, variable in enumerate(chosen[v]) if solver.value(variable))
            for v in range(len(conflicts))
        ]
    return best, len(clique)


def _interruptible(solver: Any, model: Any) -> Any:
    """The status of a solver that runs beside this thread, so that an interrupt stops it."""
    results: list[Any] = []
    done = Event()

    def work() -> None:
        try:
            results.append(solver.solve(model))
        finally:
            done.set()

    Thread(target=work, daemon=True).start()
    try:
        while not done.wait(0.1):
            pass
    except KeyboardInterrupt:
        solver.stop_search()
        done.wait()
        raise
    return results[0]


def _by_branching(
    conflicts: list[int], best: list[int], clique: list[int], allowance: Allowance
) -> tuple[list[int], int]:
    """DSATUR with backtracking, for as many nodes as the budget has."""
    n, n_conflicts = len(conflicts), sum(map(int.bit_count, conflicts))
    colours = [-1] * n
    for k, v in enumerate(clique):
        colours[v] = k
    budget = _NODES

    def branch(n_used: int) -> bool:
        """Whether the search below was exhausted."""
        nonlocal best, budget
        budget -= 1
        allowance.spend(_OF_CANDIDATE * n_conflicts)
        if budget < 0 or not allowance.left:
            return False
        left = [v for v in range(n) if colours[v] < 0]
        if not left:
            if n_used < _n_colours(best):
                best = colours.copy()
            return True
        beside = {v: {colours[u] for u in bits(conflicts[v])} - {-1} for v in left}
        v = max(left, key=lambda u: (len(beside[u]), conflicts[u].bit_count()))
        done = True
        for colour in range(min(n_used + 1, _n_colours(best) - 1)):
            if colour in beside[v]:
                continue
            colours[v] = colour
            done &= branch(max(n_used, colour + 1))
            colours[v] = -1
            if _n_colours(best) == len(clique) or not done:
                break
        return done

    exhausted = branch(len(clique))
    return best, _n_colours(best) if exhausted else len(clique)
