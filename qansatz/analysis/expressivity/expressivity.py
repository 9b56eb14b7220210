"""How much of its space a circuit reaches: expressibility, entangling capability, QFIM rank, and what bounds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from qansatz.analysis.expressivity import haar
from qansatz.analysis.expressivity.bounds import bounds, circuit_variance, limit_variance
from qansatz.analysis.expressivity.fisher import Spectrum
from qansatz.analysis.expressivity.pairs import (
    NOTHING,
    Progress,
    Shortfall,
    affordable_pairs,
    sample_pairs,
)
from qansatz.analysis.expressivity.quantities import HEAD, Quantity
from qansatz.analysis.expressivity.sampled_quantities import (
    divergences,
    entangling_capability,
    fisher_information,
    frame_potentials_over_haar,
    protocol_of,
    resolution,
    sampled_variance,
)
from qansatz.analysis.expressivity.sector import Sector, sector
from qansatz.analysis.expressivity.spectra import spectra_of
from qansatz.analysis.trainability.sampled_variance import Cost
from qansatz.model.program import Model, Observable
from qansatz.sheets import notes, table
from qansatz.simulation.engines import choose, too_many
from qansatz.simulation.simulation import simulation

if TYPE_CHECKING:
    from qansatz.analysis.limit.efficiency import LimitEfficiency
    from qansatz.analysis.trainability.this_circuit import CircuitVariance
    from qansatz.analysis.trainability.variance import Variance


#: Amplitude updates, about 2 ns each: one rotation of one state of n qubits counts 2ⁿ.
BUDGET = 10**11
#: The most bins.
MOST_BINS = 10**5
N_POINTS = 10


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expressivity:
    """What is known about the expressivity of one circuit; every :class:`Quantity` says how well.

    ``counts`` is the fidelity histogram of ``n_pairs`` random pairs over equal bins of [0, 1]; empty when declined.
    ``spectra`` holds the QFIM at every random point, the first of which gives ``qfim_rank``.
    ``engine`` names what simulated the states, None where nothing was.
    ``limit_reached`` says that fewer pairs or points were taken than asked for, ``interrupted`` that an interrupt ended
    the work; ``notes`` say what and why.
    """

    kl_haar: Quantity
    kl_floor: Quantity
    kl_sector: Quantity
    kl_sector_floor: Quantity
    frame_potential: Quantity
    frame_potential_3: Quantity
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
    limit_variance: Quantity
    n_qubits: int
    n_parameters: int
    sector: Sector
    counts: npt.NDArray[np.int64] = field(repr=False)
    n_pairs: int
    n_bins: int
    seed: int
    engine: str | None
    spectra: tuple[Spectrum, ...] = field(repr=False)
    limit_reached: bool
    interrupted: bool
    notes: tuple[str, ...]

    def quantities(self) -> Iterator[Quantity]:
        """Every number, in the order in which it is shown."""
        for part in fields(self):
            value = getattr(self, part.name)
            if isinstance(value, Quantity):
                yield value

    def __str__(self) -> str:
        return "\n".join([*map(str, self.quantities()), *self.notes])

    def _repr_html_(self) -> str:
        from qansatz.analysis.expressivity import figures

        shown = table((q.cells() for q in self.quantities()), HEAD)
        return shown + notes(self.notes) + figures.figures(self)


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
    limit: LimitEfficiency | None = None,
    variance: Variance | None = None,
) -> Expressivity:
    """Sample and bound the expressivity of a model: docs/mathematics/expressivity.md.

    Parameters are drawn from their declared distributions or uniformly from their bounds, [0, 2π) without any; one
    draw of the inputs, uniform on their bounds, serves both members of a pair. The result depends on ``seed`` (drawn
    when None, and kept in the result), not on ``processes``: 1 for short work, else one per core. ``budget`` limits
    the amplitude updates of the sampling, and again of the QFIM. ``dla_dimension`` is dim 𝔤 where it is known, or an
    upper bound of it unless ``dla_exact``; ``limit`` is the gradient measurement efficiency F of the limit of many
    layers, ``variance`` that of the cost there. The variance of this circuit is exact or taken over Clifford points
    where its angles are independent, else sampled from the states of the pairs. An interrupt ends the sampling with
    the pairs so far.

    Raises:
        ValueError: unless there are pairs and points, and from 2 to 100,000 bins.
    """
    if n_pairs < 1 or n_points < 1 or not 2 <= n_bins <= MOST_BINS:
        raise ValueError(f"at least 1 pair, 1 point and 2 to {MOST_BINS} bins are needed")
    chosen = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
    streams = np.random.SeedSequence(chosen).spawn(4)
    say = progress or (lambda text: None)
    found = sector(model)
    shortfall, n_before = Shortfall(), 0
    sample, spectra = NOTHING, tuple[Spectrum, ...]()
    at_own_depth = _at_own_depth(model, variance, chosen)
    observable = _to_sample(model, at_own_depth)
    cost = None if observable is None else Cost.of(observable.terms, model.n_qubits)
    declined = too_many(model.n_qubits)
    if declined is None:
        arrays = simulation(model)
        measured = cost if cost is not None and cost.reason is None else None
        asked = affordable_pairs(arrays, measured, n_pairs, budget, shortfall)
        sample = sample_pairs(
            arrays, model.slots, measured, asked, streams[0], processes, say, shortfall
        )
        if not shortfall.interrupted:
            n_before = len(shortfall.notes)
            spectra = spectra_of(arrays, model.slots, n_points, budget, streams[1], say, shortfall)
    else:
        shortfall.note(declined)
    say("")
    why, why_no_spectra = shortfall.reason(0), shortfall.reason(n_before)
    protocol = protocol_of(model, len(sample.fidelities), n_bins)
    counts = haar.histogram(sample.fidelities, n_bins)
    return Expressivity(
        **divergences(None, 2**model.n_qubits, counts, streams[2], protocol, why),
        **divergences(found, found.dimension, counts, streams[2], protocol, why),
        **frame_potentials_over_haar(model, sample, found, protocol, why, chosen),
        entangling_capability=entangling_capability(sample, protocol, why),
        **fisher_information(model, spectra, found, dla_dimension, why_no_spectra),
        **bounds(model, dla_dimension, dla_exact, limit),
        variance=circuit_variance(at_own_depth)
        if observable is None or at_own_depth is None
        else sampled_variance(at_own_depth, observable, model.slots, sample, chosen, why),
        limit_variance=limit_variance(variance),
        n_qubits=model.n_qubits,
        n_parameters=model.slots.n_parameters,
        sector=found,
        counts=counts,
        n_pairs=len(sample.fidelities),
        n_bins=n_bins,
        seed=chosen,
        engine=choose(model.n_qubits) if declined is None else None,
        spectra=spectra,
        limit_reached=bool(shortfall.notes),
        interrupted=shortfall.interrupted,
        notes=(*shortfall.notes, *resolution(counts, found, n_bins)),
    )


def _at_own_depth(model: Model, limit: Variance | None, seed: int) -> CircuitVariance | None:
    """The variance of this circuit, without states, of the observable whose limit is known or declined."""
    if limit is None:
        return None
    from qansatz.analysis.trainability.this_circuit import circuit_variance

    observable = next(o for o in model.observables if o.name == limit.observable)
    return circuit_variance(model, observable, seed=seed, states=False)


def _to_sample(model: Model, found: CircuitVariance | None) -> Observable | None:
    """The observable whose variance only states can tell."""
    if found is None or found.value is not None:
        return None
    return next(o for o in model.observables if o.name == found.observable)
