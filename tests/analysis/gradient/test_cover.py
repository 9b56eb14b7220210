from __future__ import annotations

import random
import signal
import time
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.analysis.gradient import cover as covers
from qansatz.analysis.gradient.cover import Allowance, cover


def conflicts_of(n, pairs):
    rows = [0] * n
    for a, b in pairs:
        rows[a] |= 1 << b
        rows[b] |= 1 << a
    return rows


def fewest(n, pairs):
    """The least number of colours, by trying all colourings."""
    for k in range(n + 1):
        for colours in product(range(k), repeat=n):
            if all(colours[a] != colours[b] for a, b in pairs):
                return k
    raise AssertionError


@st.composite
def graphs(draw, most=7):
    n = draw(st.integers(0, most))
    every = [*combinations(range(n), 2)]
    chosen = draw(st.lists(st.booleans(), min_size=len(every), max_size=len(every)))
    return n, [pair for pair, yes in zip(every, chosen, strict=True) if yes]


def check(found, n, pairs):
    assert len(found.sets) == n
    assert all(found.sets[a] != found.sets[b] for a, b in pairs)
    assert {*found.sets} == {*range(found.n_sets)}
    assert all(tuple(sorted(pair)) in pairs for pair in combinations(found.clique, 2))
    assert len(found.clique) <= found.lower_bound <= found.n_sets


@given(graphs())
@settings(max_examples=150, deadline=None)
def test_covers_are_least(graph):
    n, pairs = graph
    found = cover(conflicts_of(n, pairs))
    check(found, n, pairs)
    assert found.n_sets == found.lower_bound == fewest(n, pairs)


CYCLE = (7, [tuple(sorted((k, (k + 1) % 7))) for k in range(7)])


@pytest.mark.parametrize("installed", [True, False])
def test_a_gap_between_clique_and_colours_is_closed_by_search(installed, monkeypatch):
    if installed:
        pytest.importorskip("ortools")
    monkeypatch.setattr(covers, "solver_installed", lambda: installed)
    found = cover(conflicts_of(*CYCLE))
    check(found, *CYCLE)
    assert (found.n_sets, found.lower_bound, len(found.clique)) == (3, 3, 2)
    assert found.optimal
    assert found.lower_bound > len(found.clique)


@given(graphs(most=14))
@settings(max_examples=60, deadline=None)
def test_without_time_or_proof_the_bounds_still_hold(graph):
    n, pairs = graph
    for found in (
        cover(conflicts_of(n, pairs), Allowance(0.0)),
        cover(conflicts_of(n, pairs), Allowance(deadline=time.monotonic())),
        cover(conflicts_of(*graph), exact=False),
    ):
        check(found, n, pairs)
        assert found.lower_bound == len(found.clique)


def random_conflicts(n, share):
    draw = random.Random(1)
    return conflicts_of(n, [p for p in combinations(range(n), 2) if draw.random() < share])


@pytest.mark.parametrize("installed", [True, False])
def test_counted_work_ends_the_search_and_not_the_clock(installed, monkeypatch):
    if installed:
        pytest.importorskip("ortools")
    monkeypatch.setattr(covers, "solver_installed", lambda: installed)
    monkeypatch.setattr(time, "monotonic", None)
    conflicts = random_conflicts(60, 0.5)
    first, again = Allowance(0.3), Allowance(0.3)
    assert cover(conflicts, first) == cover(conflicts, again)
    assert 0 < first.spent == again.spent < 1
    assert first.left == 0.3 - first.spent or first.left == 0


def test_what_is_left_is_shared():
    allowance = Allowance(8.0)
    allowance.spend(2_000_000)
    assert allowance.part(3).left == pytest.approx(2.0)
    ends = time.monotonic() + 9
    assert Allowance(deadline=ends).part(3).left == pytest.approx(3.0, abs=0.1)


def test_the_solver_can_be_interrupted():
    pytest.importorskip("ortools")
    draw = random.Random(1)
    n = 90
    pairs = [(a, b) for a, b in combinations(range(n), 2) if draw.random() < 0.5]
    before = signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 1.5)
        with pytest.raises(KeyboardInterrupt):
            cover(conflicts_of(n, pairs), Allowance(60.0))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.signal(signal.SIGINT, handler)
