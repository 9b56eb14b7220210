"""One ansatz and its results, made when they are asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from qansatz.diagnostics import Diagnostic
from qansatz.machines import DEFAULT_MACHINE
from qansatz.source import Source
from qansatz.syntax import nodes

if TYPE_CHECKING:
    import numpy.typing as npt

    from qansatz.analysis.algebra.algebra import AlgebraReport
    from qansatz.analysis.expressivity.expressivity import Expressivity
    from qansatz.analysis.expressivity.options import ExpressivityOptions
    from qansatz.analysis.gradient.circuits import Schedule
    from qansatz.analysis.gradient.measurability import Measurability
    from qansatz.analysis.limit.efficiency import LimitEfficiency
    from qansatz.analysis.structure.structure import Structure
    from qansatz.circuits.gates import GateList
    from qansatz.cost.comparison import Comparison
    from qansatz.cost.counted_methods import Goal
    from qansatz.cost.options import CostOptions, Purpose
    from qansatz.cost.result import Cost
    from qansatz.execute.backends.backend import Backend
    from qansatz.execute.expectations import Expectations
    from qansatz.execute.gradients.adjoint import AdjointSimulation
    from qansatz.execute.gradients.methods import PreparedCircuits
    from qansatz.execute.gradients.result import Gradient
    from qansatz.execute.options import GradientOptions
    from qansatz.model.program import Model, Observable
    from qansatz.progress import Progress
    from qansatz.synthesis.verify import Verification

_CIRCUITS: Final = {"pytket": "circuit", "qiskit": "circuit", "pennylane": "function"}
_PURPOSES: Final = ("unitary", "expectation")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scheduled:
    """What a schedule was made for: an observable by name, and seconds by the clock, None for counted work."""

    observable: str
    time_limit: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """What the circuits of a gradient were compiled for: a schedule, a method and a backend by name."""

    schedule: _Scheduled
    method: str
    backend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gathered:
    """What the strings of the method adjoint were gathered for: an observable by name, and their most number."""

    observable: str
    max_strings: int


@dataclass(frozen=True, slots=True)
class _Results:
    """What was made once and is asked for again."""

    schedules: dict[_Scheduled, Schedule] = field(default_factory=dict)
    circuits: dict[_Prepared, PreparedCircuits] = field(default_factory=dict)
    strings: dict[_Gathered, AdjointSimulation] = field(default_factory=dict)
    gates: dict[Purpose, GateList] = field(default_factory=dict)


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
    _results: _Results = field(default_factory=_Results, repr=False)

    def __repr__(self) -> str:
        state = "with errors" if self.has_errors else "compiled"
        return f"<Compilation of {self.name!r} in {self.source.name!r}, {state}>"

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

    def expressivity(
        self,
        *,
        n_pairs: int = 5000,
        n_bins: int = 75,
        n_points: int = 10,
        seed: int | None = None,
        processes: int | None = None,
        budget: int = 10**11,
    ) -> Expressivity:
        """What the circuit reaches, sampled and bounded.

        The arguments are those of :class:`qansatz.analysis.expressivity.options.ExpressivityOptions`.

        Raises:
            ValueError: for a number that cannot be, or a source with errors.
        """
        from qansatz.analysis.expressivity.options import ExpressivityOptions

        return self.expressivity_of(
            ExpressivityOptions(
                n_pairs=n_pairs,
                n_bins=n_bins,
                n_points=n_points,
                seed=seed,
                processes=processes,
                budget=budget,
            )
        )

    def expressivity_of(
        self,
        options: ExpressivityOptions,
        *,
        algebra: AlgebraReport | None = None,
        progress: Progress | None = None,
    ) -> Expressivity:
        """What the circuit reaches, by options; ``algebra`` is that of the ansatz, where it is at hand already."""
        from qansatz.analysis.expressivity.expressivity import Theory, expressivity
        from qansatz.analysis.limit.efficiency import limit_efficiency
        from qansatz.analysis.trainability.variance import variance

        report = algebra or self.algebra
        theory = Theory(
            dla_dimension=report.dimension,
            dla_exact=report.exact,
            limit=limit_efficiency(self.ansatz, report),
            variance=variance(self.ansatz, report=report) if self.ansatz.observables else None,
        )
        return expressivity(self.ansatz, options, theory=theory, progress=progress)

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

        chosen = self._observable(observable)
        if chosen is None:
            raise ValueError("the ansatz has no observable, so there is no gradient to measure")
        key = _Scheduled(observable=chosen.name, time_limit=time_limit)
        if key not in self._results.schedules:
            self._results.schedules[key] = schedule(
                self.ansatz, chosen, time_limit=time_limit, progress=progress
            )
        return self._results.schedules[key]

    def _observable(self, name: str | None) -> Observable | None:
        """The observable of a name, or the first where none is named; None where there are none at all.

        Raises:
            ValueError: when there is none of this name; the text lists them.
        """
        observables = {o.name: o for o in self.ansatz.observables}
        if name is None:
            return next(iter(observables.values()), None)
        if name not in observables:
            names = ", ".join(observables) or "none"
            raise ValueError(f"there is no observable {name!r}; there are: {names}")
        return observables[name]

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
        """Methods to measure a gradient (of the first observable) side by side, and the best for a goal.

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

        from qansatz.execute.options import GradientOptions

        options = GradientOptions(
            method=method, shots=shots, precision=precision, backend=backend, seed=seed
        )
        values = np.ravel(np.asarray(theta, dtype=np.float64)).tolist()
        n = self.ansatz.slots.n_parameters
        if len(values) != n:
            raise ValueError(f"theta has {len(values)} numbers for {n} parameters")
        if inputs is not None:
            values += np.ravel(np.asarray(inputs, dtype=np.float64)).tolist()
        return self.gradient_at(values, options, observable=observable)

    def gradient_at(
        self,
        values: Sequence[float],
        options: GradientOptions | None = None,
        *,
        observable: str | None = None,
        progress: Progress | None = None,
    ) -> Gradient:
        """:func:`qansatz.execute.gradients.methods.gradient` with what was made of this ansatz before."""
        from qansatz.analysis.gradient.methods import method_to_run
        from qansatz.execute.gradients.methods import gradient
        from qansatz.execute.options import GradientOptions

        options = options or GradientOptions()
        chosen = self._observable(observable)
        if chosen is None:
            return gradient(self.ansatz, values, options)
        if not method_to_run(options.method).needs_backend:
            strings = self._strings(chosen, options.max_strings)
            return gradient(self.ansatz, values, options, observable=chosen, strings=strings)
        backend = options.runner()
        circuits = None
        if backend is not None:
            options = replace(options, backend=backend)
            circuits = self._circuits(chosen, options, backend, progress)
        return gradient(
            self.ansatz,
            values,
            options,
            schedule=self.schedule_of(chosen.name, time_limit=options.time_limit),
            circuits=circuits,
            progress=progress,
        )

    def _circuits(
        self,
        observable: Observable,
        options: GradientOptions,
        backend: Backend,
        progress: Progress | None,
    ) -> PreparedCircuits:
        """The circuits of a gradient, compiled for a method and a backend."""
        from qansatz.execute.gradients.methods import prepare

        scheduled = _Scheduled(observable=observable.name, time_limit=options.time_limit)
        key = _Prepared(schedule=scheduled, method=options.method, backend=backend.name)
        if key not in self._results.circuits:
            schedule = self.schedule_of(observable.name, time_limit=options.time_limit)
            self._results.circuits[key] = prepare(schedule, options.method, backend, progress)
        return self._results.circuits[key]

    def _strings(self, observable: Observable, max_strings: int | None) -> AdjointSimulation:
        """What the method adjoint follows."""
        from qansatz.execute.gradients.adjoint import MAX_STRINGS, adjoint_simulation

        limit = max_strings or MAX_STRINGS
        key = _Gathered(observable=observable.name, max_strings=limit)
        if key not in self._results.strings:
            self._results.strings[key] = adjoint_simulation(self.ansatz, observable, limit=limit)
        return self._results.strings[key]

    def gates(self, purpose: Purpose = "unitary") -> GateList:
        """The circuit in native gates: ``unitary``, or ``expectation`` without the final Clifford.

        Raises:
            ValueError: for another purpose, or a source with errors.
        """
        from qansatz.synthesis.lower import lower

        if purpose not in _PURPOSES:
            raise ValueError(f"gates are for {' or '.join(_PURPOSES)}, not for {purpose!r}")
        if purpose not in self._results.gates:
            gates = lower(self.ansatz, final_clifford=purpose == "unitary")
            self._results.gates[purpose] = gates
        return self._results.gates[purpose]

    def cost(
        self,
        observable: str | None = None,
        *,
        target: str = DEFAULT_MACHINE,
        purpose: Purpose = "expectation",
        shots: int = 1000,
        data: int | None = None,
        epochs: int = 100,
        seconds: float | None = None,
        pytket_seconds: float = 60.0,
        effort: float = 1.0,
    ) -> Cost:
        """What value and gradient of an observable (the first), and training with them, use and cost in HQC.

        The arguments are those of :class:`qansatz.cost.options.CostOptions`. Nothing is run, and no network used.

        Raises:
            ValueError: for an option that cannot be, no such observable, or a source with errors.
        """
        from qansatz.cost.options import CostOptions

        options = CostOptions(
            target=target,
            purpose=purpose,
            shots=shots,
            data=data,
            epochs=epochs,
            seconds=seconds,
            pytket_seconds=pytket_seconds,
            effort=effort,
        )
        return self.cost_of(options, observable)

    def cost_of(
        self,
        options: CostOptions,
        observable: str | None = None,
        *,
        progress: Progress | None = None,
    ) -> Cost:
        """:func:`qansatz.cost.cost.cost` with what was made of this ansatz before."""
        from qansatz.analysis.gradient.circuits import ScheduleTooLargeError
        from qansatz.cost.cost import cost

        chosen, schedule = self._observable(observable), None
        if chosen is not None:
            with contextlib.suppress(ScheduleTooLargeError):
                schedule = self.schedule_of(chosen.name)
        return cost(self.ansatz, chosen, options, schedule=schedule, progress=progress)

    def expectations(
        self,
        parameters: Sequence[float],
        *,
        inputs: Sequence[float] = (),
        shots: int | None = None,
        backend: str | Backend = "statevector",
        seed: int | None = None,
        p_1q: float | None = None,
        p_2q: float | None = None,
        p_meas: float | None = None,
        p_init: float | None = None,
    ) -> Expectations:
        """The values of all observables: exact, or from ``shots`` in all on a backend.

        The other arguments are those of :class:`qansatz.execute.options.ExpectationOptions`.

        Raises:
            ValueError: for a wrong number of values, a source with errors, or more than a backend can do.
            ImportError: when the backend is not installed.
        """
        from qansatz.execute.expectations import expectations
        from qansatz.execute.options import ExpectationOptions

        options = ExpectationOptions(
            shots=shots,
            backend=backend,
            seed=seed,
            p_1q=p_1q,
            p_2q=p_2q,
            p_meas=p_meas,
            p_init=p_init,
        )
        return expectations(self.ansatz, [*map(float, parameters), *map(float, inputs)], options)

    def verify(self) -> Verification:
        """Prove that the native circuit means what the source says."""
        from qansatz.synthesis.verify import verify

        return verify(self.ansatz, self.gates())

    def circuit(self, to: str = "pytket", purpose: Purpose = "unitary") -> Any:
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
