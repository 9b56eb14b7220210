"""The quantum Fisher information matrix (QFIM) of a circuit's state: spectrum, rank, effective dimension.

F_jk = 4 Re(⟨∂_jψ|∂_kψ⟩ − ⟨∂_jψ|ψ⟩⟨ψ|∂_kψ⟩) for angles in radians (J. J. Meyer, arXiv:2103.15191).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, pi

import numpy as np

from qansatz.pauli.states import Floats, States
from qansatz.sheets import Fact, Sheet, Table, html

#: Eigenvalues above this share of the largest are counted in a rank: rounding leaves about 1e-31.
NOISE = 1e-22
#: What is left out counts as at least this share: below, its size is that of rounding and differs between machines.
ROUNDING = 1e-28
#: A rank is clear when the smallest eigenvalue counted is this much larger than what is left out.
CLEAR_GAP = 1e6
#: The number of data in the effective dimension.
N_DATA = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spectrum:
    """The eigenvalues of one QFIM, descending, shape (parameters,), and the rank decided from them.

    ``gap`` is the smallest eigenvalue counted over the largest left out, or over ``ROUNDING`` where that is larger;
    None where nothing is counted. ``clear`` says whether the gap leaves no doubt.
    """

    eigenvalues: Floats
    rank: int
    gap: float | None
    clear: bool

    def sheet(self) -> Sheet:
        """The rank, how clear it is, and the eigenvalues."""
        gap = "every eigenvalue is 0" if self.gap is None else f"gap {self.gap:.1e}"
        eigenvalues = tuple((f"{value:.3e}",) for value in self.eigenvalues.tolist())
        rank = f"{self.rank} of {len(self.eigenvalues)}"
        return Sheet(
            title=f"QFIM rank {rank}",
            facts=(
                Fact(
                    "QFIM rank",
                    rank,
                    f"{gap}{'' if self.clear else '; NOT CLEAR'}",
                    certainty="exact" if self.clear else "assumed",
                ),
            ),
            tables=(Table(head=("eigenvalues",), rows=eigenvalues),),
        )

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def spectrum(state: States, derivatives: States) -> Spectrum:
    """The spectrum of the QFIM from |ψ⟩ (2ⁿ,) and ∂_k|ψ⟩ (parameters, 2ⁿ).

    The eigenvalues are squared singular values of the real matrix of the horizontal derivatives, so that rounding
    stands near 1e-31 of the largest.
    """
    n_parameters = len(derivatives)
    eigenvalues = np.zeros(n_parameters)
    if n_parameters:
        singular = np.linalg.svd(_horizontal(state, derivatives), compute_uv=False)
        eigenvalues[: len(singular)] = 4 * singular[:n_parameters] ** 2
    largest = float(eigenvalues.max(initial=0.0))
    if largest < NOISE:
        return Spectrum(eigenvalues=eigenvalues, rank=0, gap=None, clear=True)
    steps = np.maximum(np.append(eigenvalues, 0.0), ROUNDING * largest)
    rank = int((eigenvalues > NOISE * largest).sum())
    gap = float(steps[rank - 1] / steps[rank])
    return Spectrum(eigenvalues=eigenvalues, rank=rank, gap=gap, clear=gap >= CLEAR_GAP)


def effective_dimension(
    spectra: Sequence[Spectrum], n_data: int = N_DATA
) -> tuple[float, float | None]:
    """The effective dimension of A. Abbas et al., arXiv:2011.00027 (γ = 1), and its standard error.

    2·ln(mean over θ of √det(1 + κF̂))/ln κ with κ = N/(2π ln N) for N data; F̂ is the Fisher information scaled to a
    mean trace of the number of parameters. Here F is the QFIM, of which the classical Fisher information of any
    measurement is at most a part. The error is that of the jackknife over the points, None for one.
    """
    values = np.array([s.eigenvalues for s in spectra])
    dimensions = _effective_dimension(values, n_data)
    if len(values) < 2:
        return dimensions, None
    left_out = [
        _effective_dimension(np.delete(values, k, axis=0), n_data) for k in range(len(values))
    ]
    deviation = float(np.std(left_out)) * (len(values) - 1) ** 0.5
    return dimensions, deviation


def _effective_dimension(values: Floats, n_data: int) -> float:
    mean_trace = float(values.sum(axis=1).mean())
    if mean_trace < 1e-20:
        return 0.0
    kappa = n_data / (2 * pi * log(n_data))
    logs = 0.5 * np.log1p(kappa * values * (values.shape[1] / mean_trace)).sum(axis=1)
    top = float(logs.max())
    return 2 * (top + log(float(np.exp(logs - top).mean()))) / log(kappa)


def _horizontal(state: States, derivatives: States) -> Floats:
    """∂_k|ψ⟩ without its part along |ψ⟩, as real columns of shape (2·2ⁿ, parameters)."""
    along = derivatives @ state.conj()
    moved = derivatives - along[:, None] * state[None, :]
    return np.concatenate((moved.real, moved.imag), axis=1).T
