"""The Lie algebra of an ansatz with sums for generators, by exact closure, in orbits where symmetry permits."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np

from qansatz.analysis.algebra.fixed_rotations import fixed_rotations
from qansatz.analysis.algebra.generators import Generators, generators
from qansatz.analysis.algebra.places import DEPENDENT, ENCODING, FIXED, TIED, UNDECIDED
from qansatz.lie import classical
from qansatz.lie.checkpoints import CheckpointError, fingerprint, restore
from qansatz.lie.closure import (
    Clock,
    Closure,
    Limit,
    Partial,
    Progress,
    State,
    StopClosureError,
    contains,
)
from qansatz.lie.ideals import DIMENSION, Decomposition, decompose
from qansatz.model.program import Model, PermutationSymmetry
from qansatz.model.reals import PiLinear, Real
from qansatz.pauli.orbits import Terms, reduction
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable
from qansatz.sheets import Certainty, Fact, Remark, Sheet, assumed, html

Known: TypeAlias = Literal["exact", "upper bound", "lower bound"]

FLOATS: Final = "floating-point weights count as the binary fractions they are stored as"
PI: Final = (
    "weights with π are rational combinations of 1 and a random number of 120 bits in its place: a "
    "dimension that holds unless that number is exceptional"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SumAlgebra:
    """The Lie algebra 𝔤 of trainable generators, some of them sums.

    ``known`` says whether ``dimension`` is that of 𝔤, of an algebra that holds it, or (a limit was
    reached) of a part of it. ``ideals`` holds the simple ideals and the centre where they were
    proved, else None and ``reason`` says why; ``centre`` is the dimension of the centre where known.
    ``method`` is one sentence; ``closure`` has the certificate, or goes on when it is partial.
    """

    n_qubits: int
    known: Known
    dimension: int
    ideals: tuple[classical.Ideal, ...] | None
    centre: int | None
    n_generators: int
    method: str
    hypotheses: tuple[str, ...]
    reason: str | None
    closure: Closure | Partial = field(repr=False)

    @property
    def exact(self) -> bool:
        """Whether the algebra is the one described."""
        return self.known == "exact"

    @property
    def name(self) -> str | None:
        """The canonical name, or None where it was not proved."""
        return None if self.ideals is None else classical.name(self.ideals)

    def sheet(self) -> Sheet:
        """The dimension, the name or the centre, and how they were found."""
        at = {"exact": "", "upper bound": "at most ", "lower bound": "at least "}[self.known]
        certainty: Certainty = "exact" if self.exact else "bound"
        dimension = Fact("dimension", f"{at}{self.dimension}", certainty=certainty)
        facts = [dimension]
        if self.name is not None:
            facts.insert(0, Fact("Lie algebra", self.name, certainty=certainty))
        elif self.centre is not None:
            rest = f"the semisimple part has dimension {self.dimension - self.centre}"
            facts.append(Fact("centre", str(self.centre), rest, certainty=certainty))
        reason = [Remark("no name", self.reason)] if self.reason else []
        return Sheet(
            title="Lie algebra of sums",
            facts=tuple(facts),
            remarks=(Remark("method", self.method), *assumed(self.hypotheses), *reason),
        )

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


def sum_algebra(
    model: Model,
    chosen: Generators | None = None,
    *,
    limit: Limit | None = None,
    progress: Progress | None = None,
    name_up_to: int = DIMENSION,
    after: Partial | None = None,
) -> SumAlgebra:
    """The Lie algebra of the trainable generators, closed exactly.

    Qubit permutations that fix every generator (exchanges, the shift, the reflection and those that
    are declared, each checked) let it run over orbits. Rotations under one parameter that cannot be
    brought together count as separate generators. Above ``name_up_to`` dimensions no name is looked for; the
    search has as much work or time of its own. ``after`` is a closure for this model that a limit stopped:
    it is gone on with.
    """
    problem = _problem(model, chosen or generators(model))

    def closed(sums: list[Terms]) -> Closure | Partial:
        state = _state(model, sums)
        if after is not None and fingerprint(after.state) == fingerprint(state):
            state = after.state
        return state.run(limit or Limit(), progress)

    closure = closed(problem.sums)
    certainty: Known = problem.known
    hypotheses = problem.hypotheses
    if isinstance(closure, Closure) and problem.between:
        if not _holds(closure, problem.between):
            certainty, hypotheses = "upper bound", (*hypotheses, FIXED)
            closure = closed(problem.wider)
        elif certainty == "exact":
            same = len(problem.stretch) == len(problem.sums)
            alone = closure if same else closed(problem.stretch)
            if isinstance(alone, Partial) or not _holds(alone, problem.between):
                certainty, hypotheses = "upper bound", (*hypotheses, FIXED)
    parts, reason = None, None
    if isinstance(closure, Partial):
        certainty, reason = "lower bound", closure.reason
    else:
        parts, reason = _named(closure, name_up_to, limit or Limit(), progress)
    return _result(model, closure, certainty, hypotheses, len(problem.sums), parts, reason)


def kept(model: Model, path: Path) -> Partial:
    """The closure for a model that a file keeps.

    Raises:
        OSError: when the file cannot be read.
        CheckpointError: when it holds no closure, or one of other generators.
    """
    chosen = generators(model)
    problem = _problem(model, chosen)
    try:
        state = _state(model, problem.sums)
        restore(state, path, _in_source(model, chosen, problem.sums))
    except CheckpointError:
        state = _state(model, problem.wider)
        restore(state, path, _in_source(model, chosen, problem.wider))
    return state.stopped("kept in a file")


def _in_source(model: Model, chosen: Generators, sums: list[Terms]) -> list[Terms]:
    """Sums, and the strings behind them, in the order and with the signs known to files of version 0.1.

    Shorter sums come first, those of one length as the source has them, and the string that the
    source has first has a positive weight.
    """
    rotations = model.rotations
    seen = np.full(len(rotations.strings), len(rotations))
    np.minimum.at(seen, rotations.string, rotations.written)
    begins = np.full(len(chosen.distinct), len(rotations))
    np.minimum.at(begins, np.repeat(chosen.kind, chosen.size), rotations.written[chosen.rows])
    place = {rotations.strings.pauli(s)[:2]: k for s, k in enumerate(seen.tolist())}
    kinds = [
        kind
        for kind in np.unique(chosen.kind[chosen.trained]).tolist()
        if _terms(rotations.strings, chosen, kind)
    ]
    keys = [(len(chosen.distinct[kind].strings), int(begins[kind])) for kind in kinds]
    order = sorted(range(len(kinds)), key=keys.__getitem__)
    behind = sorted(sums[len(kinds) :], key=lambda terms: place[next(iter(terms))])
    return [*(_led(sums[k], place) for k in order), *behind]


def _led(terms: Terms, place: Mapping[tuple[int, int], int]) -> Terms:
    """The sum with the sign that makes the weight of its string in the lowest place positive."""
    sign = 1 if terms[min(terms, key=place.__getitem__)] > 0 else -1
    return {string: sign * weight for string, weight in terms.items()}


def _state(model: Model, sums: list[Terms]) -> State:
    return State(sums, model.n_qubits, reduction(sums, model.n_qubits, _declared(model)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    sums: list[Terms]
    stretch: list[Terms]
    between: list[Pauli]
    known: Literal["exact", "upper bound"]
    hypotheses: tuple[str, ...]

    @property
    def wider(self) -> list[Terms]:
        """The sums, and the strings of fixed rotations between them."""
        return [*self.sums, *({p[:2]: 1} for p in self.between)]


def _problem(model: Model, places: Generators) -> _Problem:
    hypotheses = [ENCODING] if model.rotations.encoding.any() else []
    if not places.whole:
        hypotheses.append(TIED if places.decided else UNDECIDED)
    if not places.free:
        hypotheses.append(DEPENDENT)
    kinds = np.unique(places.kind[places.trained]).tolist()
    weights = [w for kind in kinds for w in places.distinct[kind].weights]
    if any(isinstance(w, float) for w in weights):
        hypotheses.append(FLOATS)
    if any(isinstance(w, PiLinear) for w in weights):
        hypotheses.append(PI)
    strings = model.rotations.strings
    fixed = fixed_rotations(model, places)
    return _Problem(
        sums=[g for kind in kinds if (g := _terms(strings, places, kind))],
        stretch=[g for kind in fixed.stretch if (g := _terms(strings, places, kind))],
        between=[strings.pauli(s) for s in fixed.between],
        known="exact" if places.whole and places.free else "upper bound",
        hypotheses=tuple(hypotheses),
    )


def _terms(strings: PauliTable, places: Generators, kind: int) -> Terms:
    """One generator by the bits of its strings, without the identity."""
    generator = places.distinct[kind]
    pairs = zip(generator.strings, generator.weights, strict=True)
    terms = {strings.pauli(s)[:2]: rational(w) for s, w in pairs}
    terms.pop((0, 0), None)
    return terms


def rational(value: Real) -> Fraction:
    """The number, floats as stored, with a random rational number in place of π."""
    if isinstance(value, PiLinear):
        return value.rational + value.pi * _some_number()
    return Fraction(value)


def _some_number() -> int:
    return random.Random(0).getrandbits(120) | 1


def _declared(model: Model) -> list[tuple[int, ...]]:
    permutations = (s for s in model.symmetries if isinstance(s, PermutationSymmetry))
    return [images for symmetry in permutations for images in symmetry.generators]


def _holds(closure: Closure, strings: Sequence[Pauli]) -> bool:
    """Whether all strings lie in an algebra."""
    return all(contains(closure, {pauli[:2]: 1}) for pauli in strings)


def _result(
    model: Model,
    closure: Closure | Partial,
    certainty: Known,
    hypotheses: tuple[str, ...],
    n_generators: int,
    parts: Decomposition | None,
    reason: str | None,
) -> SumAlgebra:
    return SumAlgebra(
        n_qubits=model.n_qubits,
        known=certainty,
        dimension=closure.dimension,
        ideals=None if parts is None else parts.ideals,
        centre=None if parts is None else parts.centre,
        n_generators=n_generators,
        method=_method(closure),
        hypotheses=hypotheses,
        reason=reason,
        closure=closure,
    )


def _named(
    closure: Closure, name_up_to: int, limit: Limit, progress: Progress | None
) -> tuple[Decomposition | None, str | None]:
    clock = Clock(limit)

    def pause(microseconds: float) -> None:
        if progress is not None:
            progress(closure.dimension, closure.n_columns)
        clock.spend(microseconds)
        if clock.over is not None:
            raise StopClosureError(f"the simple ideals were not found within {clock.over}")

    parts = decompose(closure, dimension_limit=name_up_to, pause=pause)
    return parts, "two primes disagree about the centre" if parts is None else parts.reason


def _method(closure: Closure | Partial) -> str:
    space = (
        f"{closure.n_columns:,} strings"
        if closure.reduction == "no symmetry"
        else f"{closure.n_columns:,} orbits under {closure.reduction}"
    )
    if isinstance(closure, Partial):
        return f"commutators with the generators over {space}, not yet closed"
    if closure.certificate == "lifted":
        how = "a reduced basis that lifts to the rationals and is closed there"
    else:
        how = f"ranks modulo {len(closure.primes)} primes that agree; each is at most the dimension"
    return f"commutators with the generators over {space}; {how}"
