"""The spectra of the quantum Fisher information matrix (QFIM) at random points of a circuit."""

from __future__ import annotations

import numpy as np

from qansatz.analysis.expressivity import fisher
from qansatz.analysis.expressivity.fisher import Spectrum
from qansatz.analysis.expressivity.pairs import Shortfall, updates
from qansatz.model.program import Slots
from qansatz.progress import Progress, Step
from qansatz.simulation.draws import draw_inputs, draw_parameters
from qansatz.simulation.simulation import Simulation

#: The most amplitudes of derivative states that are kept at a time.
MOST_DERIVATIVES = 1 << 24
#: The most random points.
MOST_POINTS = 1000


def spectra_of(
    arrays: Simulation,
    slots: Slots,
    n_points: int,
    budget: int,
    seed: np.random.SeedSequence,
    say: Progress,
    shortfall: Shortfall,
) -> tuple[Spectrum, ...]:
    """The spectrum at every random point that limits permit; what they or an interrupt leave out is noted."""
    n = arrays.n_parameters
    if (n + 1) << arrays.n_qubits > MOST_DERIVATIVES:
        shortfall.note(
            f"no QFIM: {n} derivative states of 2^{arrays.n_qubits} amplitudes are more than "
            f"{MOST_DERIVATIVES} amplitudes"
        )
        return ()
    # The singular values cost about as much as this many updates.
    decomposed = min(n, 2 << arrays.n_qubits) * n * (2 << arrays.n_qubits)
    affordable = budget // (updates(arrays, n + 1) + decomposed)
    possible = int(min(n_points, MOST_POINTS, affordable))
    if possible < n_points:
        limit = f"a budget of {budget:.2g}" if possible < MOST_POINTS else f"{MOST_POINTS} points"
        shortfall.note(
            f"the QFIM was taken at {possible} of {n_points} points: the limit is {limit}"
        )
    spectra = []
    random = np.random.default_rng(seed)
    try:
        for k in range(possible):
            parameters = draw_parameters(slots, random, 1)
            point = np.concatenate((parameters, draw_inputs(slots, random, 1)), axis=1)
            spectra.append(fisher.spectrum(*arrays.derivatives(point[0])))
            say(Step(text="taking the QFIM at points", done=k + 1, total=possible))
    except KeyboardInterrupt:
        shortfall.interrupt(
            f"interrupted: the QFIM was taken at {len(spectra)} of {possible} points"
        )
    return tuple(spectra)
