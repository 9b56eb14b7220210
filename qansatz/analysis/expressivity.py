"""How much of its space a circuit reaches: expressibility, entangling capability, QFIM rank, and what bounds them."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from html import escape
from math import ceil, isqrt
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from qansatz.analysis import fisher, haar
from qansatz.analysis.algebra import digits
from qansatz.analysis.fisher import Spectrum
from qansatz.analysis.generators import apart, generators
from qansatz.analysis.sampled_variance import Cost, estimate
from qansatz.analysis.sector import Sector, sector
from qansatz.analysis.simulation import (
    Simulation,
    draw_inputs,
    draw_parameters,
    simulation,
    states_at_a_time,
)
from qansatz.model.program import Model, Observable, Slots
from qansatz.pauli import states as pure
from qansatz.pauli.states import Floats
from qansatz.pauli.strings import anticommute

if TYPE_CHECKING:
    from qansatz.analysis.structure import Structure
    from qansatz.analysis.trainability import Variance

#: Amplitude updates, about 2 ns each: one rotation of one state of n qubits counts 2ⁿ.
BUDGET = 10**11
#: The most qubits that are simulated.
MOST_QUBITS = 20
#: The most amplitudes of derivative states that are kept at a time.
MOST_DERIVATIVES = 1 << 24
#: The most pairs, bins and random points.
MOST_PAIRS, MOST_BINS, MOST_POINTS = 10**7, 10**5, 1000
N_POINTS = 10
LEAST_PAIRS = 100
_WORTH_PROCESSES = 2 * 10**9
_NORMAL_95 = 1.959964

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number and how much is known about it.

    ``certainty`` is ``exact``, ``bound``, ``sampled`` or ``declined``; ``value`` is None exactly when declined, and
    ``explanation`` then says why. ``interval`` is at 95 %.
    """

    name: str
    label: str
    value: int | float | None
    certainty: str
    explanation: str
    assumptions: tuple[str, ...] = ()
    interval: tuple[float, float] | None = None
    standard_error: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expressivity:
    """What is known about the expressivity of one circuit; every :class:`Quantity` says how well.

    ``counts`` is the fidelity histogram of ``n_pairs`` random pairs over equal bins of [0, 1]; empty when declined.
    ``spectra`` holds the QFIM at every random point, the first of which gives ``qfim_rank``.
    ``limit_reached`` says that fewer pairs or points were taken than asked for; ``notes`` say what and why.
    """

    kl_haar: Quantity
    kl_floor: Quantity
    kl_sector: Quantity
    kl_sector_floor: Quantity
    frame_potential: Quantity
    entangling_capability: Quantity
    qfim_rank: Quantity
    qfim_rank_max: Quantity
    effective_dimension: Quantity
    dla_dimension: Quantity
    overparametrization: Quantity
    efficiency: Quantity
    efficiency_bound: Quantity
    upper_bound: Quantity
    variance: Quantity
    n_qubits: int
    n_parameters: int
    sector: Sector
    counts: npt.NDArray[np.int64] = field(repr=False)
    n_pairs: int
    n_bins: int
    seed: int
    spectra: tuple[Spectrum, ...] = field(repr=False)
    limit_reached: bool
    notes: tuple[str, ...]

    def quantities(self) -> Iterator[Quantity]:
        """Every number, in the order in which it is shown."""
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, Quantity):
                yield value

    def __str__(self) -> str:
        lines = []
        for q in self.quantities():
            interval = f" ({interval_text(q)})" if q.interval else ""
            told = f"not known, {q.explanation}" if q.value is None else value_text(q) + interval
            lines.append(f"{q.label}: {told}, {q.certainty}")
        return "\n".join([*lines, *self.notes])

    def _repr_html_(self) -> str:
        from qansatz.analysis import figures

        rows = "".join(
            f"<tr><td>{escape(q.label)}</td><td>{value_text(q)}</td><td>{interval_text(q)}</td>"
            f"<td>{q.certainty}</td><td>{escape('; '.join((q.explanation, *q.assumptions)))}</td></tr>"
            for q in self.quantities()
        )
        head = "<tr><th>quantity</th><th>value</th><th>95 %</th><th>how</th><th>meaning</th></tr>"
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        drawn = figures.figures(self)
        return f"<table>{head}{rows}</table>{notes}{drawn}"


def expressivity(
    model: Model,
    *,
    n_pairs: int = 5000,
    n_bins: int = 75,
    seed: int | None = None,
    n_points: int = N_POINTS,
    processes: int | None = None,
    budget: int = BUDGET,
    progress: Progress | None = None,
    dla_dimension: int | None = None,
    dla_exact: bool = True,
    efficiency: Fraction | None = None,
    variance: Variance | None = None,
) -> Expressivity:
    """Sample and bound the expressivity of a model (theory 4.6, 6 and 7).

    Parameters are drawn from their declared distributions or uniformly from their bounds, [0, 2π) without any; one
    draw of the inputs, uniform on their bounds, serves both members of a pair. The result depends on ``seed`` (drawn
    when None, and kept in the result), not on ``processes``: 1 for short work, else one per core. ``budget`` limits
    the amplitude updates of the sampling, and again of the QFIM. ``dla_dimension`` is dim 𝔤 where it is known, or an
    upper bound of it unless ``dla_exact``; ``efficiency`` is the gradient measurement efficiency F of the periodic
    limit, ``variance`` that of the cost in deep circuits; where its theorem does not apply, that of this circuit is
    sampled from the states of the pairs. An interrupt ends the sampling with the pairs so far.

    Raises:
        ValueError: unless there are pairs and points, and from 2 to 100,000 bins.
    """
    if n_pairs < 1 or n_points < 1 or not 2 <= n_bins <= MOST_BINS:
        raise ValueError(f"at least 1 pair, 1 point and 2 to {MOST_BINS} bins are needed")
    chosen = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
    streams = np.random.SeedSequence(chosen).spawn(4)
    say = progress or (lambda text: None)
    found = sector(model)
    notes: list[str] = []
    observable = _to_sample(model, variance)
    cost = None if observable is None else Cost.of(observable.terms, model.n_qubits)
    if model.n_qubits <= MOST_QUBITS:
        arrays = simulation(model)
        measured = cost if cost is not None and cost.reason is None else None
        asked = _affordable_pairs(arrays, measured, n_pairs, budget, notes)
        sample = _sample(arrays, model.slots, measured, asked, streams[0], processes, say, notes)
        spectra = _spectra(arrays, model.slots, n_points, budget, streams[1], say, notes)
    else:
        notes.append(f"{model.n_qubits} qubits are not simulated: the limit is {MOST_QUBITS}")
        sample, spectra = _NOTHING, ()
    say("")
    why = notes[0] if notes else ""
    protocol = _protocol(model, len(sample.fidelities), n_bins)
    counts = haar.histogram(sample.fidelities, n_bins)
    return Expressivity(
        **_divergences(None, 2**model.n_qubits, counts, streams[2], protocol, why),
        **_divergences(found, found.dimension, counts, streams[2], protocol, why),
        frame_potential=_frame_potential(sample, found, protocol, why),
        entangling_capability=_entangling(sample, protocol, why),
        **_fisher(model, spectra, found, dla_dimension, why),
        **_algebra(model, dla_dimension, dla_exact, efficiency),
        variance=_variance(variance)
        if observable is None or variance is None
        else _sampled_variance(variance, observable, model.slots, sample, chosen, why),
        n_qubits=model.n_qubits,
        n_parameters=model.slots.n_parameters,
        sector=found,
        counts=counts,
        n_pairs=len(sample.fidelities),
        n_bins=n_bins,
        seed=chosen,
        spectra=spectra,
        limit_reached=bool(notes),
        notes=(*notes, *_resolution(counts, found, n_bins)),
    )


# Sampling


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """The fidelity of each pair, and the mean Meyer–Wallach Q of its two states; shape (pairs,).

    ``costs`` has shape (some of the pairs, 2).
    """

    fidelities: Floats
    entanglement: Floats
    costs: Floats


_NOTHING = _Sample(np.zeros(0), np.zeros(0), np.zeros((0, 2)))


@dataclass(frozen=True, slots=True, eq=False)
class _Chunk:
    """Some pairs, and the seed that draws them: the same whoever simulates them."""

    seed: np.random.SeedSequence
    n_pairs: int


def _affordable_pairs(
    arrays: Simulation, cost: Cost | None, n_pairs: int, budget: int, notes: list[str]
) -> int:
    each = _updates(arrays, 2)
    if cost is not None:
        each += int(_share(arrays, cost) * len(cost.groups) * (2 << arrays.n_qubits))
    possible = min(MOST_PAIRS, budget // each)
    if possible >= n_pairs:
        return n_pairs
    if possible < LEAST_PAIRS:
        notes.append(
            f"nothing was sampled: a pair costs {each:.2g} amplitude updates, "
            f"{LEAST_PAIRS} pairs more than the budget of {budget:.2g}"
        )
        return 0
    limit = f"{budget:.2g} amplitude updates" if possible < MOST_PAIRS else f"{MOST_PAIRS} pairs"
    notes.append(f"{possible} of {n_pairs} pairs were sampled: the limit is {limit}")
    return possible


def _updates(arrays: Simulation, n_states: int) -> int:
    return n_states * max(1, len(arrays.string)) << arrays.n_qubits


def _share(arrays: Simulation, cost: Cost) -> float:
    """Of how many states the cost is taken: so many that it adds at most half to the rotations."""
    return min(1.0, max(1, len(arrays.string)) / (2 * max(1, len(cost.groups))))


def _sample(
    arrays: Simulation,
    slots: Slots,
    cost: Cost | None,
    n_pairs: int,
    seed: np.random.SeedSequence,
    processes: int | None,
    say: Progress,
    notes: list[str],
) -> _Sample:
    size = max(1, states_at_a_time(arrays.n_qubits) // 2)
    sizes = [min(size, n_pairs - start) for start in range(0, n_pairs, size)]
    chunks = [_Chunk(s, k) for s, k in zip(seed.spawn(len(sizes)), sizes, strict=True)]
    if processes is None:
        worthwhile = sys.platform == "linux" and _updates(arrays, 2 * n_pairs) > _WORTH_PROCESSES
        processes = min(_n_cores(), len(chunks)) if worthwhile else 1
    parts: list[_Sample] = []
    done = 0
    try:
        for part in _sampled(arrays, slots, cost, chunks, max(1, processes)):
            parts.append(part)
            done += len(part.fidelities)
            say(f"sampled {done} of {n_pairs} pairs")
    except KeyboardInterrupt:
        notes.append(f"interrupted after {done} of {n_pairs} pairs")
    if not parts:
        return _NOTHING
    return _joined(parts)


def _joined(parts: Sequence[_Sample]) -> _Sample:
    return _Sample(
        np.concatenate([p.fidelities for p in parts]),
        np.concatenate([p.entanglement for p in parts]),
        np.concatenate([p.costs for p in parts]),
    )


def _sampled(
    arrays: Simulation, slots: Slots, cost: Cost | None, chunks: Sequence[_Chunk], processes: int
) -> Iterator[_Sample]:
    """The sample of every chunk, in their order."""
    if processes == 1 or len(chunks) < 2:
        for chunk in chunks:
            yield _sample_chunks(arrays, slots, cost, [chunk])
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    per_task = -(-len(chunks) // (8 * processes))
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


def _leave_interrupts() -> None:
    """Have an interrupt handled by the parent process alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _sample_chunks(
    arrays: Simulation, slots: Slots, cost: Cost | None, chunks: Sequence[_Chunk]
) -> _Sample:
    parts = []
    for chunk in chunks:
        random = np.random.default_rng(chunk.seed)
        left = draw_parameters(slots, random, chunk.n_pairs)
        right = draw_parameters(slots, random, chunk.n_pairs)
        inputs = draw_inputs(slots, random, chunk.n_pairs)
        values = np.concatenate(
            (np.concatenate((left, inputs), axis=1), np.concatenate((right, inputs), axis=1))
        )
        found = arrays.states(values)
        one, other = found[: chunk.n_pairs], found[chunk.n_pairs :]
        both = (meyer_wallach(one) + meyer_wallach(other)) / 2
        some = 0 if cost is None else max(1, int(_share(arrays, cost) * chunk.n_pairs))
        costs = np.zeros((some, 2))
        if cost is not None:
            costs = np.stack((cost.values(one[:some]), cost.values(other[:some])), axis=1)
        parts.append(_Sample(pure.fidelities(one, other), both, costs))
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


def _spectra(
    arrays: Simulation,
    slots: Slots,
    n_points: int,
    budget: int,
    seed: np.random.SeedSequence,
    say: Progress,
    notes: list[str],
) -> tuple[Spectrum, ...]:
    n = arrays.n_parameters
    if (n + 1) << arrays.n_qubits > MOST_DERIVATIVES:
        notes.append(
            f"no QFIM: {n} derivative states of 2^{arrays.n_qubits} amplitudes are more than "
            f"{MOST_DERIVATIVES} amplitudes"
        )
        return ()
    # The singular values cost about as much as this many updates.
    decomposed = min(n, 2 << arrays.n_qubits) * n * (2 << arrays.n_qubits)
    affordable = budget // (_updates(arrays, n + 1) + decomposed)
    possible = int(min(n_points, MOST_POINTS, affordable))
    if possible < n_points:
        limit = f"a budget of {budget:.2g}" if possible < MOST_POINTS else f"{MOST_POINTS} points"
        notes.append(f"the QFIM was taken at {possible} of {n_points} points: the limit is {limit}")
    found = []
    random = np.random.default_rng(seed)
    for k in range(possible):
        parameters = draw_parameters(slots, random, 1)
        point = np.concatenate((parameters, draw_inputs(slots, random, 1)), axis=1)
        found.append(fisher.spectrum(*arrays.derivatives(point[0])))
        say(f"QFIM at {k + 1} of {possible} points")
    return tuple(found)


# What the numbers are called and mean


def _protocol(model: Model, n_pairs: int, n_bins: int) -> tuple[str, ...]:
    arrays = (*model.slots.parameters, *model.slots.inputs)
    plain = all(a.bounds is None and a.distribution is None for a in arrays)
    drawn = (
        "uniform on [0, 2π)" if plain else "drawn as declared, uniform on [0, 2π) without bounds"
    )
    inputs = "; both states of a pair share one uniform draw of the inputs"
    return (
        f"{n_pairs} pairs, {n_bins} equal bins of [0, 1], natural logarithm, empty bins dropped",
        f"parameters {drawn}{inputs if model.slots.n_inputs else ''}",
    )


def _declined(name: str, label: str, why: str) -> Quantity:
    return Quantity(name=name, label=label, value=None, certainty="declined", explanation=why)


def _divergences(
    space: Sector | None,
    dimension: int,
    counts: npt.NDArray[np.int64],
    seed: np.random.SeedSequence,
    protocol: tuple[str, ...],
    why: str,
) -> dict[str, Quantity]:
    """The divergence from Haar states of the whole space or of a sector, and its floor."""
    whole = space is None
    name, floor_name = ("kl_haar", "kl_floor") if whole else ("kl_sector", "kl_sector_floor")
    label = "expressibility" if whole else "expressibility in its sector"
    floor_label = f"floor of {label}"
    n_pairs = int(counts.sum())
    if not n_pairs:
        return {
            name: _declined(name, label, why),
            floor_name: _declined(floor_name, floor_label, why),
        }
    # One seed for both spaces: they agree where the sector is the whole space.
    resampling, flooring = (np.random.default_rng(part) for part in _children(seed))
    law = haar.log_masses(dimension, len(counts))
    states = "Haar-random states" + ("" if whole else f" of {_sector_text(space)}")
    value, interval = haar.floor(dimension, n_pairs, len(counts), flooring)
    return {
        name: Quantity(
            name=name,
            label=label,
            value=haar.divergence(counts, law),
            certainty="sampled",
            explanation=f"KL divergence of the fidelity histogram from {states}; smaller is closer",
            assumptions=(*protocol, "interval: where a repetition falls (bootstrap)"),
            interval=haar.spread(counts, law, resampling),
        ),
        floor_name: Quantity(
            name=floor_name,
            label=floor_label,
            value=value,
            certainty="sampled",
            explanation="what Haar-random states score with as many pairs: below it nothing is told apart",
            assumptions=("mean and 95 % range of 200 repetitions",),
            interval=interval,
        ),
    }


def _children(seed: np.random.SeedSequence) -> list[np.random.SeedSequence]:
    """Two streams of a seed, the same at every call (``spawn`` counts its calls)."""
    return [np.random.SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, k)) for k in range(2)]


def _sector_text(space: Sector | None) -> str:
    assert space is not None
    text = (
        f"the {space.dimension}-dimensional space that the circuit reaches from its initial state"
    )
    return text if space.exact else text + " (an upper bound: Pauli symmetries only)"


def _frame_potential(
    sample: _Sample, space: Sector, protocol: tuple[str, ...], why: str
) -> Quantity:
    name, label = "frame_potential", "frame potential, t = 2, over Haar's"
    if not len(sample.fidelities):
        return _declined(name, label, why)
    least = haar.frame_potential(space.dimension, 2)
    value, error = _mean(sample.fidelities**2 / least)
    return Quantity(
        name=name,
        label=label,
        value=value,
        certainty="sampled",
        explanation=f"E[F²] over that of {_sector_text(space)}: 1 for a state 2-design, larger else",
        assumptions=protocol[1:],
        interval=_interval(value, error),
        standard_error=error,
    )


def _entangling(sample: _Sample, protocol: tuple[str, ...], why: str) -> Quantity:
    name, label = "entangling_capability", "entangling capability"
    if not len(sample.entanglement):
        return _declined(name, label, why)
    value, error = _mean(sample.entanglement)
    return Quantity(
        name=name,
        label=label,
        value=value,
        certainty="sampled",
        explanation="mean Meyer-Wallach Q of the final states: 0 for product states, at most 1",
        assumptions=protocol[1:],
        interval=_interval(value, error),
        standard_error=error,
    )


def _mean(values: Floats) -> tuple[float, float | None]:
    """The mean and its standard error, unknown from one value."""
    if len(values) < 2:
        return float(values.mean()), None
    return float(values.mean()), float(values.std(ddof=1)) / len(values) ** 0.5


def _interval(value: float, error: float | None) -> tuple[float, float] | None:
    if error is None:
        return None
    return value - _NORMAL_95 * error, value + _NORMAL_95 * error


def _fisher(
    model: Model,
    spectra: Sequence[Spectrum],
    space: Sector,
    dla_dimension: int | None,
    why: str,
) -> dict[str, Quantity]:
    labels = {
        "qfim_rank": "QFIM rank",
        "qfim_rank_max": "QFIM rank, largest seen",
        "effective_dimension": "effective dimension",
    }
    if not spectra:
        return {name: _declined(name, label, why) for name, label in labels.items()}
    first = spectra[0]
    n_parameters = model.slots.n_parameters
    largest = max(s.rank for s in spectra)
    limits = {"parameters": n_parameters, "2d − 2 of its sector": 2 * space.dimension - 2}
    if dla_dimension is not None and _stays_in_algebra(model):
        limits["dim g"] = dla_dimension
    most = min(limits.values())
    told = ", ".join(f"{value} ({name})" for name, value in limits.items())
    attained = "; attained" if largest == most else ""
    value, error = fisher.effective_dimension(spectra)
    return {
        "qfim_rank": Quantity(
            name="qfim_rank",
            label=labels["qfim_rank"],
            value=first.rank,
            certainty="sampled",
            explanation=f"directions in which the state moves at a random point; at most {told}",
            assumptions=(_gap_text(first),),
        ),
        "qfim_rank_max": Quantity(
            name="qfim_rank_max",
            label=labels["qfim_rank_max"],
            value=largest,
            certainty="sampled",
            explanation=f"the largest rank at {len(spectra)} random points; at most {most}{attained}",
            assumptions=(
                "a lower bound of the largest rank"
                if all(s.clear for s in spectra)
                else "the gap of some spectrum is not clear",
            ),
        ),
        "effective_dimension": Quantity(
            name="effective_dimension",
            label=labels["effective_dimension"],
            value=value,
            certainty="sampled",
            explanation="2 ln(mean √det(1 + κF)) / ln κ, κ = N/(2π ln N) (arXiv:2011.00027); "
            "the largest rank as N grows",
            assumptions=(
                f"F: the QFIM scaled to mean trace {n_parameters}; N = {fisher.N_DATA} data; "
                f"{len(spectra)} points; the error is the jackknife's",
            ),
            interval=_interval(value, error),
            standard_error=error,
        ),
    }


def _stays_in_algebra(model: Model) -> bool:
    """Whether all between the trainable rotations lies in the group of their algebra: then no rank exceeds dim 𝔤."""
    return not _uploads_again(model) and not apart(model, generators(model))


def _uploads_again(model: Model) -> bool:
    """Whether data is encoded after the first trainable rotation: the algebra then bounds no rank."""
    encoding = model.rotations.encoding
    return bool(encoding[int(np.argmin(encoding)) :].any()) if len(encoding) else False


def _gap_text(spectrum: Spectrum) -> str:
    if spectrum.gap is None:
        return "every eigenvalue is 0"
    text = f"eigenvalues above {fisher.NOISE:g} of the largest, and {spectrum.gap:.1e} times what is left out"
    return text + ("" if spectrum.clear else "; NOT CLEAR: look at the spectrum")


def _algebra(
    model: Model, dla_dimension: int | None, dla_exact: bool, efficiency: Fraction | None
) -> dict[str, Quantity]:
    labels = {
        "dla_dimension": "dimension of the Lie algebra",
        "overparametrization": "parameters for overparametrization",
        "efficiency": "gradient measurement efficiency",
        "efficiency_bound": "efficiency that the algebra permits",
        "upper_bound": "dimension that the efficiency permits",
    }
    unknown = "the algebra was not computed"
    unscheduled = "the efficiency of the periodic limit was not computed"
    found = {
        name: _declined(
            name, label, unscheduled if name in ("efficiency", "upper_bound") else unknown
        )
        for name, label in labels.items()
    }

    def known(
        name: str, value: int | float, certainty: str, explanation: str, *assumptions: str
    ) -> None:
        found[name] = Quantity(
            name=name,
            label=labels[name],
            value=value,
            certainty=certainty,
            explanation=explanation,
            assumptions=assumptions,
        )

    limit = "holds in the limit of deep circuits only (arXiv:2406.18316)"
    if dla_dimension is not None:
        known(
            "dla_dimension",
            dla_dimension,
            "exact" if dla_exact else "bound",
            "the number of directions in which the unitary can move at any depth",
            *(["rotations inside `encode` are left out"] if model.rotations.encoding.any() else []),
        )
        if _uploads_again(model):
            why = "data between trainable rotations leave the group of the algebra"
            name = "overparametrization"
            found[name] = _declined(name, labels[name], why)
        else:
            known(
                "overparametrization",
                dla_dimension,
                "bound",
                "no more parameters than dim g are needed to reach the largest rank (arXiv:2109.11676)",
                f"this circuit has {model.slots.n_parameters}",
            )
    if dla_dimension is not None and not dla_exact:
        why = "only an upper bound of the algebra's dimension is known"
        found["efficiency_bound"] = _declined("efficiency_bound", labels["efficiency_bound"], why)
    elif dla_dimension is not None:
        known(
            "efficiency_bound",
            largest_efficiency(dla_dimension, model.n_qubits),
            "bound",
            "the largest F with dim g ≤ 4^n/F − F and F ≤ dim g",
            limit,
        )
    if efficiency is not None:
        known(
            "efficiency",
            float(efficiency),
            "exact",
            "F = rotations per group of simultaneously measurable gradient components",
            "of the periodic limit, for the first observable",
        )
        known(
            "upper_bound",
            int(4**model.n_qubits / efficiency - efficiency),
            "bound",
            "dim g ≤ 4^n/F − F",
            limit,
        )
    return found


def _variance(found: Variance | None) -> Quantity:
    name, label = "variance", "variance of the cost"
    if found is None:
        return _declined(name, label, "there is no observable, or the algebra was not computed")
    from qansatz.analysis.trainability import counted

    label = f"variance of {found.observable}"
    if found.value is None:
        return _declined(name, label, f"the theorem does not apply: {found.reason}")
    return Quantity(
        name=name,
        label=label,
        value=float(found.value),
        certainty="exact",
        explanation=f"over the parameters of a deep circuit: {counted(found)}",
        assumptions=found.hypotheses,
    )


def _to_sample(model: Model, found: Variance | None) -> Observable | None:
    """The observable whose variance is not known exactly."""
    if found is None or found.value is not None:
        return None
    return next(o for o in model.observables if o.name == found.observable)


def _sampled_variance(
    found: Variance, observable: Observable, slots: Slots, sample: _Sample, seed: int, why: str
) -> Quantity:
    label = f"variance of {observable.name}"
    exact = f"the theorem about deep circuits does not apply: {found.reason}"
    got = estimate(observable, slots, sample.costs, seed)
    if got.value is None:
        reason = why or "the observable has too many terms to be sampled"
        return _declined("variance", label, f"{exact}; {reason}")
    return Quantity(
        name="variance",
        label=label,
        value=got.value,
        certainty="sampled",
        explanation="of this circuit, at its own depth",
        assumptions=(
            f"{got.n_samples} states of the pairs; {got.drawn}",
            "interval: from the fourth moment, normal for the logarithm",
            exact,
        ),
        interval=got.interval,
        standard_error=got.standard_error,
    )


def largest_efficiency(dla_dimension: int, n_qubits: int) -> int | float:
    """The largest F with X ≤ 4ⁿ/F − F and F ≤ X, for X = ``dla_dimension`` (arXiv:2406.18316).

    (√(X² + 4ⁿ⁺¹) − X)/2 where that is less than X; rounded up to a multiple of 1/1024,
    and beyond 2⁵³ to an integer.
    """
    scaled = 1024 * dla_dimension
    root = isqrt(scaled**2 + 4 ** (n_qubits + 11))
    root += root * root < scaled**2 + 4 ** (n_qubits + 11)
    found = min(Fraction(root - scaled, 2048), Fraction(dla_dimension))
    return float(found) if found < 1 << 53 else ceil(found)


def limit_efficiency(model: Model, structure: Structure, dla_dimension: int) -> Fraction | None:
    """F of the periodic limit of a stabilizer-logical product ansatz, for its first observable; None if not known.

    With dim 𝔤 = 4ⁿ/2^s − 2^s it is 2^s where every stabilizer commutes with the observable, 2^(s−1) for a single
    string that some do not commute with (arXiv:2406.18316).
    """
    n, s = model.n_qubits, len(structure.stabilizers)
    full = structure.slpa and dla_dimension == 4**n // 2**s - 2**s
    if not full or not model.observables or _uploads_again(model):
        return None
    terms = [t.pauli for t in model.observables[0].pulled_back if t.pauli.x | t.pauli.z]
    if all(not anticommute(t, p) for t in terms for p in structure.stabilizers):
        return Fraction(2**s)
    return Fraction(2 ** (s - 1)) if len(terms) == 1 else None


def _resolution(counts: npt.NDArray[np.int64], space: Sector, n_bins: int) -> tuple[str, ...]:
    """A note where the bins are too wide to see the law."""
    if not counts.sum():
        return ()
    share = float(np.exp(haar.log_masses(space.dimension, n_bins)[0]))
    if share < 0.9 or space.dimension == 1:
        return ()
    return (
        f"{n_bins} bins are wide for this dimension: the first holds {share:.4%} of the Haar law, so the "
        "divergences see little; the frame potential does not depend on bins",
    )


def power_of_two(dimension: int) -> str:
    """A dimension for people: a power of 2 as one where it is large."""
    exponent = dimension.bit_length() - 1
    return f"2^{exponent}" if exponent > 20 and dimension == 1 << exponent else str(dimension)


def value_text(quantity: Quantity) -> str:
    """The value for people: four digits, or ``-`` when declined."""
    return "-" if quantity.value is None else _number(quantity.value)


def interval_text(quantity: Quantity) -> str:
    """The interval for people; empty without one."""
    return "" if quantity.interval is None else " to ".join(map(_number, quantity.interval))


def _number(value: int | float) -> str:
    if isinstance(value, int):
        return digits(value)
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.4f}"
    return f"{value:.3e}"
