"""One ansatz and its results, made when they are asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from qansatz.diagnostics import Diagnostic
from qansatz.source import Source
from qansatz.syntax import nodes

if TYPE_CHECKING:
    import numpy.typing as npt

    from qansatz.analysis.algebra.algebra import AlgebraReport
    from qansatz.analysis.expressivity.expressivity import Expressivity
    from qansatz.analysis.gradient.circuits import Schedule
    from qansatz.analysis.gradient.measurability import Measurability
    from qansatz.analysis.limit.efficiency import LimitEfficiency
    from qansatz.analysis.structure.structure import Structure
    from qansatz.circuits.gates import GateList
    from qansatz.cost.comparison import Comparison
    from qansatz.cost.methods import Goal
    from qansatz.cost.result import Cost
    from qansatz.execute.backends.backend import Backend
    from qansatz.execute.expectations import Expectations
    from qansatz.execute.gradients.result import Gradient
    from qansatz.model.program import Model
    from qansatz.progress import Progress
    from qansatz.synthesis.verify import Verification

_CIRCUITS = {"pytket": "circuit", "qiskit": "circuit", "pennylane": "function"}


@dataclass(frozen=True, eq=False, repr=False)
class Compilation:
    """One ansatz of a file, as far as it could be compiled; every later result hangs on it and is made when asked for.

    ``written`` is the model with its rotations as the source has them (``unordered`` ones in the order chosen), None
    when there were errors; ``limit_reached`` says that a stated limit cut the work short.
    """

    source: Source
    file: nodes.File
    name: str
    diagnostics: tuple[Diagnostic, ...]
    written: Model | None
    has_errors: bool
    limit_reached: bool
    _cache: dict[str, Any] = field(default_factory=dict, repr=False)

    def __repr__(self) -> str:
        found = "with errors" if self.has_errors else "compiled"
        return f"<Compilation of {self.name!r} in {self.source.name!r}, {found}>"

    @cached_property
    def model(self) -> Model | None:
        """The model with its rotations in the canonical order, which every result is about; None with errors."""
        if self.written is None:
            return None
        from qansatz.circuits.canonical import canonical

        return canonical(self.written)

    @property
    def ansatz(self) -> Model:
        """The model, in the canonical order.

        Raises:
            ValueError: when the source has errors; the text lists them.
        """
        if self.model is None:
            from qansatz.render import render

            raise ValueError("the source has errors:\n" + render(self.diagnostics, "full"))
        return self.model

    @cached_property
    def structure(self) -> Structure:
        """Blocks, cosets and the symmetries that the generators have (theory of the product ansatz)."""
        from qansatz.analysis.structure.structure import structure

        return structure(self.ansatz)

    @cached_property
    def algebra(self) -> AlgebraReport:
        """The Lie algebra of the trainable generators: name, dimension, membership, sectors."""
        from qansatz.analysis.algebra.algebra import algebra

        return algebra(self.ansatz)

    def expressivity(self, *, algebra: AlgebraReport | None = None, **options: Any) -> Expressivity:
        """What the circuit reaches, sampled and bounded; the options of
        :func:`qansatz.analysis.expressivity.expressivity.expressivity`, such as ``n_pairs`` and ``seed``.

        ``algebra`` is that of the ansatz, where it is at hand already.
        """
        from qansatz.analysis.expressivity.expressivity import expressivity
        from qansatz.analysis.limit.efficiency import limit_efficiency
        from qansatz.analysis.trainability.variance import variance

        found = algebra or self.algebra
        known: dict[str, Any] = {"dla_dimension": found.dimension, "dla_exact": found.exact}
        if self.ansatz.observables:
            known["variance"] = variance(self.ansatz, found=found)
        known["limit"] = limit_efficiency(self.ansatz, found)
        return expressivity(self.ansatz, **known | options)

    @cached_property
    def schedule(self) -> Schedule:
        """The circuits that measure the gradient of the first observable."""
        return self.schedule_of()

    def schedule_of(
        self,
        observable: str | None = None,
        *,
        time_limit: float | None = None,
        progress: Progress | None = None,
    ) -> Schedule:
        """The circuits that measure the gradient of an observable, by name.

        ``time_limit`` in seconds by the clock replaces the count of work that ends the search of fewer.

        Raises:
            ValueError: when there is no such observable, or the source has errors.
            ScheduleTooLargeError: a ``ValueError`` that holds the counts, where they cannot be listed.
        """
        from qansatz.analysis.gradient.schedule import schedule

        known = {o.name: o for o in self.ansatz.observables}
        if observable is not None and observable not in known:
            names = ", ".join(known) or "none"
            raise ValueError(f"there is no observable {observable!r}; there are: {names}")
        key = f"schedule {observable} {time_limit}"
        if key not in self._cache:
            chosen = None if observable is None else known[observable]
            self._cache[key] = schedule(
                self.ansatz, chosen, time_limit=time_limit, progress=progress
            )
        found: Schedule = self._cache[key]
        return found

    @cached_property
    def measurability(self) -> Measurability:
        """How many derivatives of the first observable one measurement could give, and the efficiency F."""
        from qansatz.analysis.gradient.measurability import measurability

        return measurability(self.schedule)

    @cached_property
    def limit(self) -> LimitEfficiency:
        """The gradient measurement efficiency F of the limit of many layers, and what its algebra permits."""
        from qansatz.analysis.limit.efficiency import limit_efficiency

        return limit_efficiency(self.ansatz)

    def compare(
        self,
        schedule: Schedule | None = None,
        *,
        goal: Goal = "circuits",
        precision: float = 0.01,
    ) -> Comparison:
        """Ways to measure a gradient (of the first observable) side by side, and the best for a goal.

        ``goal`` is ``circuits``, ``shots`` or ``hqc``; ``precision`` the root mean square
        of the standard errors of the components.
        """
        from qansatz.cost.comparison import compare
        from qansatz.cost.readout_gates import GateCounts

        counts = None
        if goal == "hqc":
            gates = self.gates("expectation")
            counts = GateCounts(gates.n_one_qubit, gates.n_two_qubit)
        return compare(schedule or self.schedule, goal=goal, precision=precision, gates=counts)

    def gradient(
        self,
        theta: npt.ArrayLike,
        inputs: npt.ArrayLike | None = None,
        *,
        shots: int | None = None,
        precision: float | None = None,
        backend: str | Backend = "statevector",
        method: str = "schedule",
        seed: int | None = None,
        observable: str | None = None,
    ) -> Gradient:
        """The value and gradient of an observable (the first, unless named): ``value, gradient = ...``.

        ``theta`` holds the parameters in their order, of any shape, and ``inputs`` the inputs, in radians. ``shots``
        are for all circuits together; ``precision`` instead is what the error of the value, and the root mean square
        of those of the components, stay below; without either, expectations are exact and ``backend`` is not used.
        ``method`` is ``schedule``, ``parameter-shift``, ``lie-algebraic`` or ``adjoint``, ``seed`` that of the
        outcomes. The result carries errors and counts too (:class:`qansatz.execute.gradients.result.Gradient`).

        Raises:
            ValueError: for wrong numbers of values, another method or backend, too few shots, or too large a circuit.
            ImportError: when a library that the backend needs is not installed.
        """
        import numpy as np

        from qansatz.execute.backends.backend import BACKENDS
        from qansatz.execute.backends.backend import backend as named

        values = np.ravel(np.asarray(theta, dtype=np.float64)).tolist()
        n = self.ansatz.slots.n_parameters
        if len(values) != n:
            raise ValueError(f"theta has {len(values)} numbers for {n} parameters")
        if inputs is not None:
            values += np.ravel(np.asarray(inputs, dtype=np.float64)).tolist()
        if isinstance(backend, str) and backend not in BACKENDS:
            raise ValueError(f"there is no backend {backend!r}; there are {', '.join(BACKENDS)}")
        chosen = None
        if shots is not None or precision is not None:
            chosen = named(backend, seed=seed) if isinstance(backend, str) else backend
        return self.gradient_at(
            values,
            observable=observable,
            method=method,
            backend=chosen,
            shots=shots,
            precision=precision,
        )

    def gradient_at(
        self,
        values: Sequence[float],
        *,
        observable: str | None = None,
        method: str = "schedule",
        backend: Backend | None = None,
        shots: int | None = None,
        precision: float | None = None,
        time_limit: float | None = None,
        max_strings: int | None = None,
        progress: Progress | None = None,
    ) -> Gradient:
        """:func:`qansatz.execute.gradients.methods.gradient` with what is known of this ansatz.

        ``max_strings`` is the limit of the method adjoint, where another is wanted.
        """
        from qansatz.execute.gradients.methods import PREPARED, gradient, prepare

        known = {o.name: o for o in self.ansatz.observables}
        if observable is not None and observable not in known:
            names = ", ".join(known) or "none"
            raise ValueError(f"there is no observable {observable!r}; there are: {names}")
        schedule = None
        if method != "adjoint" and known:
            schedule = self.schedule_of(observable, time_limit=time_limit)
        prepared = None
        if schedule is not None and backend is not None and method in PREPARED:
            key = f"prepared {method} {backend.name} {observable} {time_limit}"
            if key not in self._cache:
                self._cache[key] = prepare(schedule, method, backend, progress)
            prepared = self._cache[key]
        if method == "adjoint" and known:
            from qansatz.execute.gradients.adjoint import MAX_STRINGS, adjoint_simulation

            key = f"prepared adjoint {observable}"
            if key not in self._cache:
                chosen = None if observable is None else known[observable]
                self._cache[key] = adjoint_simulation(
                    self.ansatz, chosen, limit=max_strings or MAX_STRINGS
                )
            prepared = self._cache[key]
        return gradient(
            self.ansatz,
            values,
            observable=None if observable is None else known[observable],
            method=method,
            backend=backend,
            shots=shots,
            precision=precision,
            schedule=schedule,
            prepared=prepared,
            progress=progress,
        )

    def gates(self, purpose: str = "unitary") -> GateList:
        """The circuit in native gates: ``unitary``, or ``expectation`` without the final Clifford."""
        from qansatz.synthesis.lower import lower

        if purpose not in self._cache:
            self._cache[purpose] = lower(self.ansatz, final_clifford=purpose == "unitary")
        gates: GateList = self._cache[purpose]
        return gates

    def cost(self, observable: str | None = None, **options: Any) -> Cost:
        """What value and gradient of an observable (the first), and training with them, use and cost in HQC.

        The options are those of :func:`qansatz.cost.cost.cost`: ``target``, ``purpose``, ``shots``, ``data``,
        ``epochs``, ``seconds``, ``pytket_seconds``, ``effort``. Nothing is run, and no network used.

        Raises:
            ValueError: for an option that cannot be, no such observable, or a source with errors.
        """
        from qansatz.analysis.gradient.circuits import ScheduleTooLargeError
        from qansatz.cost.cost import cost

        model = self.ansatz
        plan = None
        if observable is not None or model.observables:
            with contextlib.suppress(ScheduleTooLargeError):
                plan = self.schedule_of(observable)
        named = {o.name: o for o in model.observables}
        chosen = None if observable is None else named[observable]
        return cost(model, chosen, found=plan, **options)

    def expectations(
        self,
        parameters: Sequence[float],
        *,
        inputs: Sequence[float] = (),
        shots: int | None = None,
        backend: str = "statevector",
        **options: Any,
    ) -> Expectations:
        """The values of all observables: exact, or from ``shots`` in all on a backend with its options.

        Raises:
            ValueError: for a wrong number of values, a source with errors, or more than a backend can do.
            ImportError: when the backend is not installed.
        """
        from qansatz.execute.backends.backend import backend as backend_of
        from qansatz.execute.expectations import expectations

        values = [*map(float, parameters), *map(float, inputs)]
        runner = None if shots is None else backend_of(backend, **options)
        return expectations(self.ansatz, values, backend=runner, shots=shots)

    def verify(self) -> Verification:
        """Prove that the native circuit means what the source says."""
        from qansatz.synthesis.verify import verify

        return verify(self.ansatz, self.gates())

    def circuit(self, to: str = "pytket", purpose: str = "unitary") -> Any:
        """The symbolic circuit as an object of another library: ``pytket``, ``qiskit`` or ``pennylane``.

        ``purpose`` is as in :meth:`gates`. Symbols are named as in :attr:`manifest`; for PennyLane the result is a
        function of (parameters, inputs).

        Raises:
            ValueError: for another library, or a source with errors.
            ImportError: when the library is not installed.
        """
        if to not in _CIRCUITS:
            raise ValueError(f"no circuit objects for {to!r}; there are {', '.join(_CIRCUITS)}")
        return getattr(import_module(f"qansatz.emit.{to}"), _CIRCUITS[to])(self.gates(purpose))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Name, index, order and unit of every parameter and input, as every export carries it; observables."""
        from qansatz.emit.manifest import program_manifest

        return program_manifest(self.ansatz, self.gates())
