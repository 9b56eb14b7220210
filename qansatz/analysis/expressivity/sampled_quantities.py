"""What a sample of random states and QFIM spectra tells, as quantities with intervals and assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np
import numpy.typing as npt

from qansatz.analysis.algebra.generators import apart, generators
from qansatz.analysis.expressivity import fisher, haar
from qansatz.analysis.expressivity.fisher import Spectrum
from qansatz.analysis.expressivity.pairs import Sample
from qansatz.analysis.expressivity.quantities import Quantity, declined, interval_95, mean_and_error
from qansatz.analysis.expressivity.sector import Sector
from qansatz.analysis.trainability.overlaps import FramePotentials, frame_potentials
from qansatz.analysis.trainability.sampled_variance import estimate
from qansatz.analysis.trainability.this_circuit import CircuitVariance
from qansatz.model.program import Model, Observable, Slots


def protocol_of(model: Model, n_pairs: int, n_bins: int) -> tuple[str, ...]:
    """How pairs are drawn and counted, in words."""
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


def divergences(
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
            name: declined(name, label, why),
            floor_name: declined(floor_name, floor_label, why),
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
    return text if space.exact else f"{text} ({space.known}: {space.evidence})"


def frame_potentials_over_haar(
    model: Model, sample: Sample, space: Sector, protocol: tuple[str, ...], why: str, seed: int
) -> dict[str, Quantity]:
    """E[F^t] over that of Haar-random states of the sector: of the pairs, or at Clifford points beyond them."""
    points = None if len(sample.fidelities) else frame_potentials(model, seed=seed)
    return {
        name: _of_pairs(name, power, sample, space, protocol)
        if points is None
        else _of_points(name, power, points, space, why)
        for name, power in (("frame_potential", 2), ("frame_potential_3", 3))
    }


def _of_points(
    name: str, power: int, points: FramePotentials | str, space: Sector, why: str
) -> Quantity:
    label = f"frame potential, t = {power}, over Haar's"
    if isinstance(points, str):
        return declined(name, label, f"{why}; no Clifford points: {points}")
    if points.values is None or points.intervals is None:
        return declined(name, label, f"{why}; too many qubits for pairs of Clifford points")
    over = comb(space.dimension + power - 1, power)
    value, (low, high) = points.values[power - 2], points.intervals[power - 2]
    if over > 1 << 1000:
        return declined(name, label, f"{why}; Haar's value is below all floats")
    return Quantity(
        name=name,
        label=label,
        value=value * over,
        certainty="sampled",
        explanation=f"E[F^{power}] over that of {_sector_text(space)}: 1 for a {power}-design, larger else",
        assumptions=(
            f"{points.n_pairs} pairs of Clifford points; empirical Bernstein interval",
            "the angles are independent, each uniform over whole turns and of one rotation",
        ),
        interval=(max(low * over, 1.0 if space.exact else 0.0), high * over),
    )


def _of_pairs(
    name: str, power: int, sample: Sample, space: Sector, protocol: tuple[str, ...]
) -> Quantity:
    least = haar.frame_potential(space.dimension, power)
    value, error = mean_and_error(sample.fidelities**power / least)
    return Quantity(
        name=name,
        label=f"frame potential, t = {power}, over Haar's",
        value=value,
        certainty="sampled",
        explanation=f"E[F^{power}] over that of {_sector_text(space)}: 1 for a {power}-design, larger else",
        assumptions=protocol[1:],
        interval=interval_95(value, error),
        standard_error=error,
    )


def entangling_capability(sample: Sample, protocol: tuple[str, ...], why: str) -> Quantity:
    """The mean Meyer–Wallach Q."""
    name, label = "entangling_capability", "entangling capability"
    if not len(sample.entanglement):
        return declined(name, label, why)
    value, error = mean_and_error(sample.entanglement)
    return Quantity(
        name=name,
        label=label,
        value=value,
        certainty="sampled",
        explanation="mean Meyer-Wallach Q of the final states: 0 for product states, at most 1",
        assumptions=protocol[1:],
        interval=interval_95(value, error),
        standard_error=error,
    )


def fisher_information(
    model: Model,
    spectra: Sequence[Spectrum],
    space: Sector,
    dla_dimension: int | None,
    why: str,
) -> dict[str, Quantity]:
    """Ranks of the QFIM, and the effective dimension."""
    labels = {
        "qfim_rank": "QFIM rank",
        "qfim_rank_max": "QFIM rank, largest seen",
        "effective_dimension": "effective dimension",
    }
    if not spectra:
        return {name: declined(name, label, why) for name, label in labels.items()}
    first = spectra[0]
    n_parameters = model.slots.n_parameters
    largest = max(s.rank for s in spectra)
    moduli = ", d modulo primes" if space.known == "lower bound" else ""
    limits = {
        "parameters": n_parameters,
        f"2d − 2 of its sector{moduli}": 2 * space.dimension - 2,
    }
    if dla_dimension is not None and _stays_in_algebra(model):
        limits["dim g"] = dla_dimension
    most = min(limits.values())
    listed = ", ".join(f"{value} ({name})" for name, value in limits.items())
    attained = "; attained" if largest == most else ""
    value, error = fisher.effective_dimension(spectra)
    return {
        "qfim_rank": Quantity(
            name="qfim_rank",
            label=labels["qfim_rank"],
            value=first.rank,
            certainty="sampled",
            explanation=f"directions in which the state moves at a random point; at most {listed}",
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
            interval=interval_95(value, error),
            standard_error=error,
        ),
    }


def _stays_in_algebra(model: Model) -> bool:
    """Whether all between the trainable rotations lies in the group of their algebra: then no rank exceeds dim 𝔤."""
    return not uploads_again(model) and not apart(model, generators(model))


def uploads_again(model: Model) -> bool:
    """Whether data is encoded after the first trainable rotation: the algebra then bounds no rank."""
    encoding = model.rotations.encoding
    return bool(encoding[int(np.argmin(encoding)) :].any()) if len(encoding) else False


def _gap_text(spectrum: Spectrum) -> str:
    if spectrum.gap is None:
        return "every eigenvalue is 0"
    text = f"eigenvalues above {fisher.NOISE:g} of the largest, and {spectrum.gap:.1e} times what is left out"
    return text + ("" if spectrum.clear else "; NOT CLEAR: look at the spectrum")


def sampled_variance(
    variance: CircuitVariance,
    observable: Observable,
    slots: Slots,
    sample: Sample,
    seed: int,
    why: str,
) -> Quantity:
    """The variance of the cost of this circuit, from the states of the pairs, where there is no other way."""
    label = f"variance of {observable.name}, this circuit"
    other = f"no Clifford points: {variance.reason}"
    got = estimate(observable, slots, sample.costs, seed)
    if got.value is None:
        many = "the observable has too many terms to be sampled"
        reason = why or (got.reason if len(sample.costs) else many)
        return declined("variance", label, f"{variance.reason}; {reason}")
    return Quantity(
        name="variance",
        label=label,
        value=got.value,
        certainty="sampled",
        explanation="of this circuit, at its own depth",
        assumptions=(
            f"{got.n_samples} states of the pairs; {got.drawn}",
            "interval: from the fourth moment, normal for the logarithm",
            other,
        ),
        interval=got.interval,
        standard_error=got.standard_error,
    )


def resolution(counts: npt.NDArray[np.int64], space: Sector, n_bins: int) -> tuple[str, ...]:
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
