"""Random pairs of states of a circuit: their fidelities, entanglement and costs, by one process or many."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from qansatz.analysis.trainability.sampled_variance import Cost
from qansatz.model.program import Slots
from qansatz.pauli import states as pure
from qansatz.pauli.states import Floats
from qansatz.progress import Progress, Step
from qansatz.simulation.draws import draw_inputs, draw_parameters
from qansatz.simulation.simulation import Simulation, states_at_a_time

#: The most pairs, and the fewest that are worth sampling.
MOST_PAIRS = 10**7
LEAST_PAIRS = 100
_WORTH_PROCESSES = 2 * 10**9
# What a process does between two reports, and at most after an interrupt: about a second.
_TASK = 5 * 10**8


@dataclass(slots=True)
class Shortfall:
    """What was left out of the work asked for, in words, and whether by an interrupt."""

    notes: list[str] = field(default_factory=list)
    interrupted: bool = False

    def note(self, text: str) -> None:
        """Something a limit left out."""
        self.notes.append(text)

    def reason(self, first: int) -> str:
        """The first note, leaving out some; the very first where there is none after these."""
        return next(iter([*self.notes[first:], *self.notes]), "")

    def interrupt(self, text: str) -> None:
        """Something an interrupt left out."""
        self.notes.append(text)
        self.interrupted = True


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The fidelity of each pair, and the mean Meyer–Wallach Q of its two states; shape (pairs,).

    ``costs`` has shape (some of the pairs, 2).
    """

    fidelities: Floats
    entanglement: Floats
    costs: Floats


NOTHING = Sample(np.zeros(0), np.zeros(0), np.zeros((0, 2)))


@dataclass(frozen=True, slots=True, eq=False)
class _Chunk:
    """Some pairs, and the seed that draws them: the same whoever simulates them."""

    seed: np.random.SeedSequence
    n_pairs: int


def affordable_pairs(
    arrays: Simulation, cost: Cost | None, n_pairs: int, budget: int, shortfall: Shortfall
) -> int:
    """How many of the pairs asked for a budget of amplitude updates pays; fewer are noted.

    The entanglement of a state counts one update for each amplitude and qubit.
    """
    each = updates(arrays, 2) + (2 * arrays.n_qubits << arrays.n_qubits)
    if cost is not None:
        each += int(_share(arrays, cost) * len(cost.groups) * (2 << arrays.n_qubits))
    possible = min(MOST_PAIRS, budget // each)
    if possible >= n_pairs:
        return n_pairs
    if possible < LEAST_PAIRS:
        shortfall.note(
            f"nothing was sampled: a pair costs {each:.2g} amplitude updates, "
            f"{LEAST_PAIRS} pairs more than the budget of {budget:.2g}"
        )
        return 0
    limit = f"{budget:.2g} amplitude updates" if possible < MOST_PAIRS else f"{MOST_PAIRS} pairs"
    shortfall.note(f"{possible} of {n_pairs} pairs were sampled: the limit is {limit}")
    return possible


def updates(arrays: Simulation, n_states: int) -> int:
    """The amplitude updates of simulating some states: one rotation of one state of n qubits counts 2ⁿ."""
    return n_states * max(1, len(arrays.string)) << arrays.n_qubits


def _share(arrays: Simulation, cost: Cost) -> float:
    """Of how many states the cost is taken: so many that it adds at most half to the rotations."""
    return min(1.0, max(1, len(arrays.string)) / (2 * max(1, len(cost.groups))))


def sample_pairs(
    arrays: Simulation,
    slots: Slots,
    cost: Cost | None,
    n_pairs: int,
    seed: np.random.SeedSequence,
    processes: int | None,
    say: Progress,
    shortfall: Shortfall,
) -> Sample:
    """Random pairs, the same from one seed on any number of processes; an interrupt leaves those so far."""
    size = max(1, states_at_a_time(arrays.n_qubits) // 2)
    sizes = [min(size, n_pairs - start) for start in range(0, n_pairs, size)]
    chunks = [_Chunk(s, k) for s, k in zip(seed.spawn(len(sizes)), sizes, strict=True)]
    if processes is None:
        worthwhile = sys.platform == "linux" and updates(arrays, 2 * n_pairs) > _WORTH_PROCESSES
        processes = min(_n_cores(), len(chunks)) if worthwhile else 1
    parts: list[Sample] = []
    done = 0
    try:
        for part in _sampled(arrays, slots, cost, chunks, max(1, processes)):
            parts.append(part)
            done += len(part.fidelities)
            say(Step(text="sampling pairs", done=done, total=n_pairs))
    except KeyboardInterrupt:
        shortfall.interrupt(f"interrupted after {done} of {n_pairs} pairs")
    if not parts:
        return NOTHING
    return _joined(parts)


def _joined(parts: Sequence[Sample]) -> Sample:
    return Sample(
        np.concatenate([p.fidelities for p in parts]),
        np.concatenate([p.entanglement for p in parts]),
        np.concatenate([p.costs for p in parts]),
    )


def _sampled(
    arrays: Simulation, slots: Slots, cost: Cost | None, chunks: Sequence[_Chunk], processes: int
) -> Iterator[Sample]:
    """The sample of every chunk, in their order."""
    if processes == 1 or len(chunks) < 2:
        for chunk in chunks:
            yield _sample_chunks(arrays, slots, cost, [chunk])
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    per_pair = max(1, _updates_of(arrays, chunks[0]))
    per_task = max(1, min(-(-len(chunks) // (8 * processes)), _TASK // per_pair))
    context = get_context("fork") if sys.platform == "linux" else None
    pool = ProcessPoolExecutor(processes, context, initializer=_leave_interrupts)
    try:
        tasks = [
            pool.submit(_sample_chunks, arrays, slots, cost, chunks[k : k + per_task])
            for k in range(0, len(chunks), per_task)
        ]
        for task in tasks:
            yield task.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _updates_of(arrays: Simulation, chunk: _Chunk) -> int:
    return updates(arrays, 2 * chunk.n_pairs)


def _leave_interrupts() -> None:
    """Have an interrupt handled by the parent process alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _sample_chunks(
    arrays: Simulation, slots: Slots, cost: Cost | None, chunks: Sequence[_Chunk]
) -> Sample:
    parts = []
    for chunk in chunks:
        random = np.random.default_rng(chunk.seed)
        left = draw_parameters(slots, random, chunk.n_pairs)
        right = draw_parameters(slots, random, chunk.n_pairs)
        inputs = draw_inputs(slots, random, chunk.n_pairs)
        values = np.concatenate(
            (np.concatenate((left, inputs), axis=1), np.concatenate((right, inputs), axis=1))
        )
        states = arrays.states(values)
        first, other = states[: chunk.n_pairs], states[chunk.n_pairs :]
        both = (meyer_wallach(first) + meyer_wallach(other)) / 2
        some = 0 if cost is None else max(1, int(_share(arrays, cost) * chunk.n_pairs))
        costs = np.zeros((some, 2))
        if cost is not None:
            costs = np.stack((cost.values(first[:some]), cost.values(other[:some])), axis=1)
        parts.append(Sample(pure.fidelities(first, other), both, costs))
    return _joined(parts)


def meyer_wallach(states: pure.States) -> Floats:
    """Q = 2(1 − mean over the qubits of tr ρ_q²), shape (batch,): 0 for products, 1 at most.

    D. A. Meyer, N. R. Wallach, quant-ph/0108104, in the form of G. K. Brennen, quant-ph/0305094.
    """
    result: Floats = np.maximum(2 * (1 - pure.purities(states).mean(axis=1)), 0)
    return result


def _n_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
