"""Do the declared symmetries hold? Each against every generator and observable, exactly."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, assert_never

import numpy as np
import numpy.typing as npt

from qansatz.analysis.algebra.generators import Generators, RowColumn, apart, generators, normalised
from qansatz.analysis.structure import faults
from qansatz.analysis.structure.witness import Failure, conflict, failures, term
from qansatz.diagnostics import Fault, FaultLog, Label
from qansatz.model import reals
from qansatz.model.program import (
    ChargeSymmetry,
    Model,
    PauliSymmetry,
    PermutationSymmetry,
    Symmetry,
    Term,
)
from qansatz.model.reals import PiLinear, Real
from qansatz.pauli import gf2, groups
from qansatz.pauli.strings import Pauli, anticommute, to_text
from qansatz.pauli.tables import PauliTable, distinct

Verdict: TypeAlias = Literal["holds", "broken", "undecided"]
Sum: TypeAlias = dict[tuple[int, int], Real]


@dataclass(frozen=True, slots=True, kw_only=True)
class SymmetryFinding:
    """One declared symmetry, and the generators' verdict on it."""

    name: str
    verdict: Verdict


def check_symmetries(model: Model, log: FaultLog) -> tuple[SymmetryFinding, ...]:
    """Check every declared symmetry; one fault for each symmetry and statement that breaks it."""
    if not model.symmetries:
        return ()
    places = generators(model)
    return tuple(_check(model, places, symmetry, log) for symmetry in model.symmetries)


def discovered(model: Model) -> tuple[Pauli, ...]:
    """Independent strings that commute with every trainable rotation, modulo the declared ones."""
    n = model.n_qubits
    strings = used_strings(model).paulis()
    span = gf2.Echelon()
    declared = [p for group in model.stabilizers for p in group.generators]
    declared += [s.pauli for s in model.symmetries if isinstance(s, PauliSymmetry)]
    for pauli in declared:
        span.insert(gf2.vector(pauli, n))
    commuting = groups.commutant(strings, n)
    return tuple(p for p in commuting if span.insert(gf2.vector(p, n)) is None)


def used_strings(model: Model) -> PauliTable:
    """The distinct strings of the trainable rotations."""
    rotations = model.rotations
    return rotations.strings.take(distinct(rotations.string[~rotations.encoding]))


@dataclass(frozen=True, slots=True, kw_only=True)
class PauliFailure:
    """A statement with rotations that anticommute with a string: how many fail, of how many in all.

    ``things`` are the terms of one sum, or rotations.
    """

    failure: Failure
    failed: int
    total: int
    things: str


def pauli_failures(model: Model, pauli: Pauli) -> list[PauliFailure]:
    """The statements with rotations that anticommute with a string, in the order met."""
    rotations = model.rotations
    broken = rotations.strings.anticommute_with(pauli)[rotations.string] & ~rotations.encoding
    listed = []
    for failure in failures(model, np.flatnonzero(broken)):
        rows = np.flatnonzero(rotations.instance == rotations.instance[failure.row])
        one_sum = len(distinct(rotations.generator[rows])) == 1
        listed.append(
            PauliFailure(
                failure=failure,
                failed=int(broken[rows].sum()),
                total=len(rows),
                things="terms" if one_sum else "rotations",
            )
        )
    return listed


def _check(model: Model, places: Generators, symmetry: Symmetry, log: FaultLog) -> SymmetryFinding:
    match symmetry:
        case PauliSymmetry():
            verdict = _check_pauli(model, symmetry, log)
        case PermutationSymmetry():
            verdict = _check_permutation(model, places, symmetry, log)
        case ChargeSymmetry():
            verdict = _check_charge(model, places, symmetry, log)
        case _:
            assert_never(symmetry)
    if verdict == "holds" and not isinstance(symmetry, PauliSymmetry):
        verdict = _check_apart(model, places, symmetry, log)
    for observable in model.observables:
        witness = _observable_witness(model.n_qubits, observable.pulled_back, symmetry)
        if witness:
            log.add(
                faults.symmetry.ObservableBreaksSymmetry(
                    observable.span,
                    labels=(_declared(symmetry),),
                    observable=observable.name,
                    name=symmetry.name,
                    witness=witness,
                )
            )
    return SymmetryFinding(name=symmetry.name, verdict=verdict)


def _declared(symmetry: Symmetry) -> Label:
    return Label(symmetry.span, "declared here")


def _check_pauli(model: Model, symmetry: PauliSymmetry, log: FaultLog) -> Verdict:
    broken = pauli_failures(model, symmetry.pauli)
    for item in broken:
        failure = item.failure
        pauli = model.rotations.pauli(failure.row)
        text = term(model, failure.row)
        log.add(
            faults.symmetry.SymmetryBroken(
                failure.span,
                labels=(_declared(symmetry),),
                name=symmetry.name,
                witness=conflict(text, pauli, symmetry.pauli, f"`{symmetry.name}`"),
                term=text,
                failed=item.failed,
                total=item.total,
                things=item.things,
                where=failure.where,
            ),
            failure.n_executions,
        )
    return "broken" if broken else "holds"


def _check_apart(model: Model, places: Generators, symmetry: Symmetry, log: FaultLog) -> Verdict:
    """A sum that keeps a symmetry does not keep it any more when a fixed angle turns one of its terms alone."""
    strings = apart(model, places)
    if not strings:
        return "holds"
    row = int(places.rows[np.isin(model.rotations.string[places.rows], [*strings])][0])
    instance = int(model.rotations.instance[row])
    log.add(
        faults.symmetry.FixedAngleApart(
            model.instances.statements[model.instances.statement[instance]].operator,
            labels=(_declared(symmetry),),
            name=symmetry.name,
            term=term(model, row),
            where=model.instances.where(instance),
        )
    )
    return "undecided"


def _check_permutation(
    model: Model, places: Generators, symmetry: PermutationSymmetry, log: FaultLog
) -> Verdict:
    strings = model.rotations.strings
    row_of = {key: row for row, key in enumerate(strings.keys())}
    sums = {(g.strings, g.weights) for g in places.distinct}
    broken: dict[int, tuple[int, ...]] = {}
    for images in symmetry.generators:
        moved = strings.permuted(images).keys()
        image = [row_of.get(key, -1) for key in moved]
        for kind, generator in enumerate(places.distinct):
            terms = (
                (image[s], w) for s, w in zip(generator.strings, generator.weights, strict=True)
            )
            if normalised(terms) not in sums:
                broken.setdefault(kind, images)
    verdict: Verdict = "broken" if broken else "holds"
    for failure, kind, _, _ in _by_statement(model, places, broken):
        log.add(
            faults.symmetry.PermutationBroken(
                failure.span,
                labels=(_declared(symmetry),),
                name=symmetry.name,
                witness=_moved_away(strings, places, kind, broken[kind], symmetry.name),
                where=failure.where,
            ),
            failure.n_executions,
        )
    return verdict


def _moved_away(
    strings: PauliTable, places: Generators, kind: int, images: Sequence[int], name: str
) -> str:
    """Which term goes where no generator has it."""
    generator = places.distinct[kind]
    before = strings.take(np.array(generator.strings)).paulis()
    after = strings.take(np.array(generator.strings)).permuted(images).paulis()
    weight_of = dict(zip(before, generator.weights, strict=True))
    if len(before) > 1:
        for p, q, weight in zip(before, after, generator.weights, strict=True):
            if q not in weight_of:
                return (
                    f"`{name}` maps its term {to_text(p)} to {to_text(q)}, "
                    "and no generator has that sum"
                )
            if weight_of[q] != weight:
                return (
                    f"`{name}` maps its term {to_text(p)} to {to_text(q)}, which has another weight"
                )
    return f"`{name}` maps {to_text(before[0])} to {to_text(after[0])}, which is no generator here"


def _by_statement(
    model: Model, generators: Generators, kinds: Collection[int]
) -> list[tuple[Failure, int, int, int]]:
    """The statements that hold generators of some kinds, each with the first such kind.

    Then how many of its generators are of such kinds, of how many in all.
    """
    marked = np.zeros(len(generators.distinct), dtype=np.bool_)
    marked[np.fromiter(kinds, dtype=np.int64, count=len(kinds))] = True
    places = np.flatnonzero(marked[generators.kind])
    rows: RowColumn = generators.first_rows()
    kind_of = dict(zip(rows[places].tolist(), generators.kind[places].tolist(), strict=True))
    instance = model.rotations.instance[rows]
    out: list[tuple[Failure, int, int, int]] = []
    for failure in failures(model, rows[places]):
        here = instance == model.rotations.instance[failure.row]
        total, failed = int(here.sum()), int((here & marked[generators.kind]).sum())
        out.append((failure, kind_of[failure.row], failed, total))
    return out


def _check_charge(
    model: Model, places: Generators, symmetry: ChargeSymmetry, log: FaultLog
) -> Verdict:
    charge = _collected(symmetry.terms)
    table = PauliTable.from_paulis([Pauli(*key) for key in charge], model.n_qubits)
    strings = model.rotations.strings
    alone = np.zeros(len(strings), dtype=np.bool_)
    single = np.array(
        [g.strings[0] for g in places.distinct if len(g.strings) == 1], dtype=np.int64
    )
    alone[single] = _any_anticommute(strings.take(single), table)
    rational = _is_exact(charge.values())
    residuals: dict[int, Sum] = {}
    for kind, generator in enumerate(places.distinct):
        if len(generator.strings) > 1:
            terms = zip(
                strings.take(np.array(generator.strings)).paulis(), generator.weights, strict=True
            )
            residual = commutator(charge, table, {p[:2]: w for p, w in terms})
        elif generator.strings and alone[generator.strings[0]]:
            p = strings.pauli(generator.strings[0])
            residual = commutator(charge, table, {p[:2]: 1})
        else:
            continue
        if residual:
            residuals[kind] = residual
    verdicts = {"holds"}
    for failure, kind, failed, total in _by_statement(
        model, places, np.array([*residuals], dtype=np.int64)
    ):
        residual = residuals[kind]
        exact = rational and _is_exact(places.distinct[kind].weights, residual.values())
        verdicts.add("broken" if exact else "undecided")
        witness = f"the commutator with `{symmetry.name}` holds {_leading(residual)}"
        fault: Fault
        if exact:
            fault = faults.symmetry.ChargeBroken(
                failure.span,
                labels=(_declared(symmetry),),
                name=symmetry.name,
                witness=witness,
                failed=failed,
                total=total,
                where=failure.where,
            )
        else:
            fault = faults.symmetry.SymmetryUndecided(
                failure.span,
                labels=(_declared(symmetry),),
                name=symmetry.name,
                witness=witness,
                where=failure.where,
            )
        log.add(fault, failure.n_executions)
    return "broken" if "broken" in verdicts else "undecided" if "undecided" in verdicts else "holds"


def _any_anticommute(strings: PauliTable, others: PauliTable) -> npt.NDArray[np.bool_]:
    """For each string, whether it anticommutes with any of the others."""
    if len(strings) <= len(others):
        return np.array(
            [others.anticommute_with(p).any() for p in strings.paulis()], dtype=np.bool_
        )
    clashing = np.zeros(len(strings), dtype=np.bool_)
    for p in others.paulis():
        clashing |= strings.anticommute_with(p)
    return clashing


def commutator(charge: Sum, table: PauliTable, generator: Sum) -> Sum:
    """−i·[Q, G] as a sum of strings, zero terms dropped; ``table`` holds the strings of Q in order.

    A float counts as the binary fraction that it is.
    """
    weights = [_as_stored(value) for value in charge.values()]
    total: Sum = {}
    strings = [*charge]
    for (x, z), coefficient in generator.items():
        p, weight = Pauli(x, z), _as_stored(coefficient)
        for k in np.flatnonzero(table.anticommute_with(p)).tolist():
            product = Pauli(*strings[k]) * p
            sign = 2 if product.phase == 1 else -2
            key = product[:2]
            value = reals.multiply(sign, reals.multiply(weights[k], weight))
            total[key] = reals.add(total.get(key, 0), value)
    return {key: value for key, value in total.items() if not reals.is_zero(value)}


def _as_stored(value: Real) -> Real:
    return Fraction(value) if isinstance(value, float) else value


def _is_exact(*values: Iterable[Real]) -> bool:
    return not any(isinstance(value, float) for some in values for value in some)


def _leading(residual: Sum) -> str:
    (x, z), value = next(iter(residual.items()))
    more = f", the first of {len(residual)} terms" if len(residual) > 1 else ""
    match value:
        case PiLinear():
            coefficient = f"({value})"
        case Fraction(denominator=d) if d > 1000:
            coefficient = f"{float(value):.6g}"
        case _:
            coefficient = f"{value}"
    return f"{coefficient}i*{to_text(Pauli(x, z))}{more}"


def _collected(terms: Sequence[Term]) -> Sum:
    total: Sum = {}
    for item in terms:
        key = item.pauli[:2]
        total[key] = reals.add(total.get(key, 0), item.coefficient)
    return {key: value for key, value in total.items() if not reals.is_zero(value)}


def _observable_witness(n_qubits: int, terms: Sequence[Term], symmetry: Symmetry) -> str | None:
    """Why an observable does not share a symmetry, or None when it does."""
    observable = _collected(
        [
            Term(t.coefficient if t.pauli.phase == 0 else reals.negate(t.coefficient), t.pauli)
            for t in terms
        ]
    )
    paulis = [Pauli(*key) for key in observable]
    match symmetry:
        case PauliSymmetry():
            for p in paulis:
                if anticommute(p, symmetry.pauli):
                    return conflict(to_text(p), p, symmetry.pauli, f"`{symmetry.name}`")
        case PermutationSymmetry():
            table = PauliTable.from_paulis(paulis, n_qubits)
            for images in symmetry.generators:
                for p, q in zip(paulis, table.permuted(images).paulis(), strict=True):
                    if observable.get(q[:2]) != observable[p[:2]]:
                        missing = (
                            "which it has with another weight"
                            if q[:2] in observable
                            else "which it lacks"
                        )
                        return f"`{symmetry.name}` maps its {to_text(p)} to {to_text(q)}, {missing}"
        case ChargeSymmetry():
            charge = _collected(symmetry.terms)
            table = PauliTable.from_paulis([Pauli(*key) for key in charge], n_qubits)
            residual = commutator(charge, table, observable)
            if residual and _is_exact(charge.values(), observable.values(), residual.values()):
                return f"the commutator with `{symmetry.name}` holds {_leading(residual)}"
        case _:
            assert_never(symmetry)
    return None
