"""Numbers from the parities of circuits: weighted sums with errors, from outcomes of shots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.shots import Counts, allocate, share
from qansatz.execute.backends.backend import Backend, Outcomes
from qansatz.progress import Progress, Step
from qansatz.synthesis.readout import MeasuredCircuit, compact

Floats: TypeAlias = npt.NDArray[np.float64]

#: Circuits handed over at a time: progress is said, and an interruption heeded, in between.
BATCH: Final = 16
#: Outcomes of one circuit asked for at a time, so that any number fits into memory.
PIECE: Final = 1 << 18
#: The most shots that a precision may ask for.
MAX_SHOTS: Final = 10**12
#: Backends that are given all circuits at once.
_WHOLE: Final = frozenset({"nexus"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """What one circuit tells: entry k of ``outputs`` gains Σ ``weights[:, k]``·(means of the parities).

    ``outputs`` numbers the results, each at most once; ``weights`` has shape (parities, outputs).
    """

    circuit: MeasuredCircuit
    outputs: npt.NDArray[np.int64]
    weights: Floats

    @property
    def ranges(self) -> Floats:
        """The most that one shot's estimate of each output can be in size, shape (outputs,)."""
        sums: Floats = np.abs(self.weights).sum(axis=0)
        return sums


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimates:
    """Means and standard errors of the results; NaN where circuits were not run. ``n_shots`` are those run."""

    means: Floats
    errors: Floats
    n_shots: int
    complete: bool


def reading(circuit: MeasuredCircuit, weights: Sequence[dict[int, float]]) -> Reading:
    """A reading from the weight of each parity for the outputs that it matters to."""
    outputs = sorted({output for row in weights for output in row})
    place = {output: k for k, output in enumerate(outputs)}
    table = np.zeros((len(circuit.parities), len(outputs)))
    for row, entries in enumerate(weights):
        for output, weight in entries.items():
            table[row, place[output]] += weight
    return Reading(circuit=circuit, outputs=np.array(outputs, dtype=np.int64), weights=table)


def shots_of(readings: Sequence[Reading], total: int) -> Counts:
    """A total shared out for the least sum of squared errors, whatever the state; ``ValueError`` if too few."""
    return share([(r.ranges**2).sum() for r in readings], total)


def shots_for(readings: Sequence[Reading], n_outputs: int, precision: float) -> Counts:
    """Shots that keep the root mean square of the outputs' standard errors below ``precision``, whatever the state.

    Raises:
        ValueError: when that takes more than ``MAX_SHOTS``.
    """
    variances = np.array([(r.ranges**2).sum() for r in readings])
    budget = max(1, n_outputs) * precision**2
    if not np.sqrt(variances).sum() ** 2 <= MAX_SHOTS * budget:
        raise ValueError(f"a precision of {precision:g} takes more than {MAX_SHOTS:,} shots")
    return allocate(variances, np.ones(len(readings)), budget)


def measure(
    readings: Sequence[Reading],
    n_outputs: int,
    backend: Backend,
    values: Sequence[float],
    shots: Sequence[int],
    progress: Progress | None = None,
) -> Estimates:
    """Run the circuits for their shots. An interruption keeps what was measured before it."""
    circuits = [compact(r.circuit) for r in readings]
    tallies = [Tally(r) for r in readings]
    whole = backend.name in _WHOLE
    pieces = _pieces(shots, whole=whole)
    complete = True
    while part := [*islice(pieces, len(readings) if whole else BATCH)]:
        if progress is not None:
            text = f"running circuits on {backend.name}"
            progress(Step(text=text, done=part[0][0], total=len(readings)))
        try:
            outcomes = backend.sample([circuits[k] for k, _ in part], values, [n for _, n in part])
        except KeyboardInterrupt:
            complete = False
            break
        for (k, _), table in zip(part, outcomes, strict=True):
            tallies[k].add(table)
    means, variances = np.zeros(n_outputs), np.zeros(n_outputs)
    for tally in tallies:
        mean, variance = tally.estimate()
        means[tally.reading.outputs] += mean
        variances[tally.reading.outputs] += variance
    return Estimates(
        means=means,
        errors=np.sqrt(variances),
        n_shots=sum(tally.n_shots for tally in tallies),
        complete=complete,
    )


def _pieces(shots: Sequence[int], *, whole: bool) -> Iterator[tuple[int, int]]:
    """Circuits with numbers of shots, none above ``PIECE`` unless they are to be kept whole."""
    for k, n in enumerate(shots):
        piece = max(1, n) if whole else PIECE
        for start in range(0, n, piece):
            yield k, min(piece, n - start)


class Tally:
    """Sums over the shots of one circuit.

    The parities of one shot are summed first, so that what they have in common counts.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.n_shots = 0
        self._sum = np.zeros(len(reading.outputs))
        self._squares = np.zeros(len(reading.outputs))

    def add(self, outcomes: Outcomes) -> None:
        """Count more outcomes, shape (shots, measured qubits)."""
        rows, counts = _distinct(outcomes)
        estimates = signs(self.reading.circuit, rows) @ self.reading.weights
        self.n_shots += len(outcomes)
        self._sum += counts @ estimates
        self._squares += counts @ estimates**2

    def estimate(self) -> tuple[Floats, Floats]:
        """Mean and squared standard error of every output; NaN without shots.

        With R the range of the sum, the error squared is (Σ(x − mean)² + R²)/N²: the sample variance with one more shot
        at the end of the range. On average it is never too small, for one shot it is the bound R², and for many the
        addition vanishes.
        """
        n = self.n_shots
        if not n:
            missing = np.full(len(self._sum), np.nan)
            return missing, missing
        mean = self._sum / n
        spread = np.maximum(self._squares - n * mean**2, 0.0)
        return mean, (spread + self.reading.ranges**2) / n**2


def estimate(reading: Reading, outcomes: Outcomes) -> tuple[Floats, Floats]:
    """Mean and squared standard error of every output of one circuit, from all its outcomes."""
    tally = Tally(reading)
    tally.add(outcomes)
    return tally.estimate()


def signs(circuit: MeasuredCircuit, outcomes: npt.NDArray[Any]) -> Floats:
    """±1 of every parity in every shot, shape (shots, parities)."""
    masks = np.array(
        [[p.columns >> k & 1 for p in circuit.parities] for k in range(len(circuit.measured))],
        dtype=np.int64,
    ).reshape(len(circuit.measured), len(circuit.parities))
    negative = np.array([p.negative for p in circuit.parities], dtype=np.int64)
    odd = (outcomes.astype(np.int64) @ masks + negative) & 1
    return np.where(odd, -1.0, 1.0)


def _distinct(outcomes: Outcomes) -> tuple[npt.NDArray[Any], Floats]:
    """The different rows of outcomes and how often each occurs."""
    n_shots, n_columns = outcomes.shape
    if not n_columns:
        return outcomes[:1], np.array([n_shots], dtype=np.float64)
    packed = np.ascontiguousarray(np.packbits(outcomes, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, counts = np.unique(keys, return_index=True, return_counts=True)
    return outcomes[first], counts.astype(np.float64)
