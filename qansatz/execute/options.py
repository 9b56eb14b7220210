"""How values and gradients are measured: by which method, where, and with how many shots."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral

from qansatz.analysis.gradient.methods import method_to_run
from qansatz.execute.backends.backend import Backend, check_name, check_noise
from qansatz.execute.backends.backend import backend as make_backend


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationOptions:
    """How expectations are found; made with ``ValueError`` for options that do not fit together.

    With ``shots``, a number for all circuits together, they are estimated on ``backend``, a name or one made already;
    without, they are exact and no backend is used. ``seed`` is that of the outcomes. The probabilities of errors at a
    one-qubit gate, two-qubit gate, measurement and preparation are for the backend selene.
    """

    shots: int | None = None
    backend: str | Backend = "statevector"
    seed: int | None = None
    p_1q: float | None = None
    p_2q: float | None = None
    p_meas: float | None = None
    p_init: float | None = None

    def __post_init__(self) -> None:
        _check_shots(self.shots)
        _check_backend(self.backend)
        check_noise(
            self.backend if isinstance(self.backend, str) else self.backend.name, self._noise()
        )

    def runner(self) -> Backend | None:
        """The backend; None where expectations are exact.

        Raises:
            ValueError: for a probability that is none.
            ImportError: when a library that the backend needs is not installed.
        """
        if self.shots is None:
            return None
        if isinstance(self.backend, str):
            return make_backend(self.backend, seed=self.seed, **self._noise())
        return self.backend

    def _noise(self) -> dict[str, float]:
        names = ("p_1q", "p_2q", "p_meas", "p_init")
        given = {name: getattr(self, name) for name in names}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientOptions:
    """How a value and its gradient are found; made with ``ValueError`` for options that do not fit together.

    ``method`` is one of :data:`qansatz.analysis.gradient.methods.RUN`. With ``shots``, a number for all circuits
    together, or ``precision``, which the error of the value and the root mean square error of the components keep
    whatever the state is, circuits are run on ``backend``, a name or one made already; without either, expectations are
    exact and no backend is used. ``seed`` is that of the outcomes. ``time_limit`` in seconds by the clock replaces the
    count of work that ends the search of fewer circuits; ``max_strings`` is the limit of the method adjoint, where
    another is wanted.
    """

    method: str = "schedule"
    shots: int | None = None
    precision: float | None = None
    backend: str | Backend = "statevector"
    seed: int | None = None
    time_limit: float | None = None
    max_strings: int | None = None

    def __post_init__(self) -> None:
        method = method_to_run(self.method)
        _check_shots(self.shots)
        _check_backend(self.backend)
        if self.shots is not None and self.precision is not None:
            raise ValueError("give shots or a precision, not both")
        for name, amount in (("precision", self.precision), ("time_limit", self.time_limit)):
            if amount is not None and not 0 < amount < math.inf:
                raise ValueError(f"{name} must be a positive number, not {amount}")
        if self.max_strings is not None and self.max_strings < 1:
            raise ValueError(f"max_strings must be at least 1, not {self.max_strings}")
        if not (method.needs_backend or self.exact):
            raise ValueError(f"the method {method.name} computes: it takes no shots or precision")

    @property
    def exact(self) -> bool:
        """Whether expectations are exact."""
        return self.shots is None and self.precision is None

    def runner(self) -> Backend | None:
        """The backend; None where expectations are exact.

        Raises:
            ImportError: when a library that the backend needs is not installed.
        """
        if self.exact:
            return None
        if isinstance(self.backend, str):
            return make_backend(self.backend, seed=self.seed)
        return self.backend


def _check_shots(shots: int | None) -> None:
    if shots is None:
        return
    if isinstance(shots, bool) or not isinstance(shots, Integral):
        raise ValueError(f"shots must be a whole number, not {shots!r}")
    if shots < 1:
        raise ValueError(f"shots must be at least 1, not {shots}")


def _check_backend(backend: str | Backend) -> None:
    if isinstance(backend, str):
        check_name(backend)
