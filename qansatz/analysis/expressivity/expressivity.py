"""How much of its space a circuit reaches: expressibility, entangling capability, QFIM rank, and what bounds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from qansatz.analysis.expressivity import haar
from qansatz.analysis.expressivity.bounds import bounds, circuit_variance, limit_variance
from qansatz.analysis.expressivity.fisher import Spectrum
from qansatz.analysis.expressivity.options import ExpressivityOptions
from qansatz.analysis.expressivity.pairs import (
    NOTHING,
    Shortfall,
    affordable_pairs,
    sample_pairs,
)
from qansatz.analysis.expressivity.quantities import Quantity
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
from qansatz.numbers import number
from qansatz.pauli.words import some
from qansatz.progress import Progress
from qansatz.sheets import INCOMPLETE, Remark, Sheet, html
from qansatz.simulation.engines import choose, too_many
from qansatz.simulation.simulation import simulation

if TYPE_CHECKING:
    from qansatz.analysis.limit.efficiency import LimitEfficiency
    from qansatz.analysis.trainability.this_circuit import CircuitVariance
    from qansatz.analysis.trainability.variance import Variance


_SHOWN: Final = 8
DEFAULTS: Final = ExpressivityOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Theory:
    """What is known of a circuit without sampling; None where it is not.

    ``dla_dimension`` is dim 𝔤, or an upper bound of it unless ``dla_exact``; ``limit`` the gradient measurement
    efficiency F of the limit of many layers, ``variance`` that of the cost in deep circuits.
    """

    dla_dimension: int | None = None
    dla_exact: bool = True
    limit: LimitEfficiency | None = None
    variance: Variance | None = None


NOTHING_KNOWN: Final = Theory()


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

    def sheet(self) -> Sheet:
        """Every number, those of the reached space only where that is not the whole one, and what they assume."""
        whole = self.sector.dimension == 2**self.n_qubits
        shown = [q for q in self.quantities() if not (whole and q.name.startswith("kl_sector"))]
        labels: dict[str, list[str]] = {}
        for quantity in shown:
            for text in quantity.assumptions:
                labels.setdefault(text, []).append(quantity.label)
        engine = "" if self.engine is None else f"; simulated by {self.engine}"
        return Sheet(
            title="Expressivity",
            facts=tuple(quantity.fact() for quantity in shown),
            remarks=(
                *(Remark(", ".join(named), text) for text, named in labels.items()),
                Remark("", self._reached()),
                Remark("", f"seed {self.seed}{engine}"),
                *(Remark(INCOMPLETE, text) for text in self.notes),
            ),
        )

    def _reached(self) -> str:
        space = self.sector
        text = f"the state reaches {space.dimension_text} of {number(2**self.n_qubits)} dimensions"
        if space.symmetries:
            text += f" (stays an eigenstate of {some(space.symmetries, self.n_qubits, _SHOWN)})"
        return text if space.exact else f"{text}, {space.evidence}"

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        from qansatz.analysis.expressivity import figures

        return html(self.sheet()) + figures.figures(self)


def expressivity(
    model: Model,
    options: ExpressivityOptions = DEFAULTS,
    *,
    theory: Theory = NOTHING_KNOWN,
    progress: Progress | None = None,
) -> Expressivity:
    """Sample and bound the expressivity of a model: docs/mathematics/expressivity.md.

    Parameters are drawn from their declared distributions or uniformly from their bounds, [0, 2π) without any; one
    draw of the inputs, uniform on their bounds, serves both members of a pair. The result depends on the seed, which it
    keeps. The variance of this circuit is exact or taken over Clifford points where its angles are independent, else
    sampled from the states of the pairs. An interrupt ends the sampling with the pairs so far.
    """
    chosen = (
        int(np.random.SeedSequence().generate_state(1)[0]) if options.seed is None else options.seed
    )
    streams = np.random.SeedSequence(chosen).spawn(4)
    say = progress or (lambda step: None)
    reached = sector(model)
    shortfall, n_before = Shortfall(), 0
    sample, spectra = NOTHING, tuple[Spectrum, ...]()
    at_own_depth = _at_own_depth(model, theory.variance, chosen)
    observable = _to_sample(model, at_own_depth)
    cost = None if observable is None else Cost.of(observable.terms, model.n_qubits)
    declined = too_many(model.n_qubits)
    if declined is None:
        arrays = simulation(model)
        measured = cost if cost is not None and cost.reason is None else None
        asked = affordable_pairs(arrays, measured, options.n_pairs, options.budget, shortfall)
        sample = sample_pairs(
            arrays, model.slots, measured, asked, streams[0], options.processes, say, shortfall
        )
        if not shortfall.interrupted:
            n_before = len(shortfall.notes)
            spectra = spectra_of(
                arrays, model.slots, options.n_points, options.budget, streams[1], say, shortfall
            )
    else:
        shortfall.note(declined)
    why, why_no_spectra = shortfall.reason(0), shortfall.reason(n_before)
    protocol = protocol_of(model, len(sample.fidelities), options.n_bins)
    counts = haar.histogram(sample.fidelities, options.n_bins)
    return Expressivity(
        **divergences(None, 2**model.n_qubits, counts, streams[2], protocol, why),
        **divergences(reached, reached.dimension, counts, streams[2], protocol, why),
        **frame_potentials_over_haar(model, sample, reached, protocol, why, chosen),
        entangling_capability=entangling_capability(sample, protocol, why),
        **fisher_information(model, spectra, reached, theory.dla_dimension, why_no_spectra),
        **bounds(model, theory.dla_dimension, theory.dla_exact, theory.limit),
        variance=circuit_variance(at_own_depth)
        if observable is None or at_own_depth is None
        else sampled_variance(at_own_depth, observable, model.slots, sample, chosen, why),
        limit_variance=limit_variance(theory.variance),
        n_qubits=model.n_qubits,
        n_parameters=model.slots.n_parameters,
        sector=reached,
        counts=counts,
        n_pairs=len(sample.fidelities),
        n_bins=options.n_bins,
        seed=chosen,
        engine=choose(model.n_qubits) if declined is None else None,
        spectra=spectra,
        limit_reached=bool(shortfall.notes),
        interrupted=shortfall.interrupted,
        notes=(*shortfall.notes, *resolution(counts, reached, options.n_bins)),
    )


def _at_own_depth(model: Model, limit: Variance | None, seed: int) -> CircuitVariance | None:
    """The variance of this circuit, without states, of the observable whose limit is known or declined."""
    if limit is None:
        return None
    from qansatz.analysis.trainability.this_circuit import circuit_variance

    observable = next(o for o in model.observables if o.name == limit.observable)
    return circuit_variance(model, observable, seed=seed, states=False)


def _to_sample(model: Model, variance: CircuitVariance | None) -> Observable | None:
    """The observable whose variance only states can tell."""
    if variance is None or variance.value is not None:
        return None
    return next(o for o in model.observables if o.name == variance.observable)
