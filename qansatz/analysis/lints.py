"""What is allowed and probably not meant."""

from __future__ import annotations

import numpy as np

from qansatz.analysis import faults
from qansatz.analysis.generators import Generators, generators
from qansatz.analysis.witness import failures, term
from qansatz.diagnostics import FaultLog, Label
from qansatz.model.program import Model
from qansatz.pauli.strings import to_text
from qansatz.pauli.tables import distinct

_PAIRS_PER_STATEMENT = 8
_DECAY_FROM = 10
_DECAY_UP_TO = 100
_DECAY_STRINGS = 2000


def check_lints(model: Model, log: FaultLog) -> None:
    """Report observables on all qubits, identity generators, and neighbours whose angles merge."""
    _global_observables(model, log)
    found = generators(model)
    _identities(model, found, log)
    _merging(model, found, log)
    _decaying(model, found, log)


def _global_observables(model: Model, log: FaultLog) -> None:
    n = model.n_qubits
    for observable in model.observables if n >= 4 else ():
        for item in observable.terms:
            if (item.pauli.x | item.pauli.z).bit_count() == n:
                log.add(
                    faults.GlobalObservable(
                        observable.span, observable=observable.name, n=n, term=to_text(item.pauli)
                    )
                )
                break


def _identities(model: Model, found: Generators, log: FaultLog) -> None:
    empty = model.rotations.strings.weights() == 0
    idle = np.array([all(empty[s] for s in g.strings) for g in found.distinct], dtype=np.bool_)
    for failure in failures(model, found.first_rows()[idle[found.kind]]):
        log.add(faults.IdentityGenerator(failure.span, where=failure.where), failure.n_executions)


def _decaying(model: Model, found: Generators, log: FaultLog) -> None:
    """An exact variance of at most 2^(−n/2) of the squared weights in an algebra of dimension 2^n or more.

    Only where the answer is quick: generators of one string, 10 to 100 qubits, four layers or more.
    """
    n, kinds = model.n_qubits, found.distinct
    layers = len(distinct(model.rotations.layer[model.rotations.layer >= 0]))
    deep = layers >= 4 or len(found.kind) >= 4 * len(kinds)
    single = len(kinds) <= _DECAY_STRINGS and all(len(g.strings) == 1 for g in kinds)
    if not (_DECAY_FROM <= n <= _DECAY_UP_TO and deep and single and model.observables):
        return
    from qansatz.analysis.algebra import algebra
    from qansatz.analysis.trainability import as_fraction, counted, variance
    from qansatz.numbers import fraction_text

    whole = algebra(model)
    if not whole.exact or whole.dimension < 1 << n:
        return
    for observable in model.observables:
        result = variance(model, observable, found=whole)
        weight = sum(as_fraction(t.coefficient) ** 2 for t in result.terms if t.dimension)
        if result.value and (result.value / weight) ** 2 * (1 << n) <= 1:
            log.add(
                faults.VarianceDecays(
                    observable.span,
                    observable=observable.name,
                    value=fraction_text(result.value),
                    name=whole.name,
                    why=counted(result),
                )
            )


def _merging(model: Model, found: Generators, log: FaultLog) -> None:
    """Equal generators, next to each other among their like, with only commuting rotations between.

    Only pairs at most one layer apart, and the first few of a statement, are looked at.
    """
    rotations, instances = model.rotations, model.instances
    order = np.argsort(found.kind, kind="stable")
    before, after = order[:-1], order[1:]
    equal = found.kind[before] == found.kind[after]
    rows = found.first_rows()
    variable = (rotations.slot[rows] >= 0) | (rotations.expression[rows] >= 0)
    layer = rotations.layer[rows]
    near = equal & variable[before] & variable[after] & (layer[after] - layer[before] <= 1)
    tried: dict[int, int] = {}
    for a, b in sorted(zip(before[near].tolist(), after[near].tolist(), strict=True), key=max):
        row = int(rows[b])
        statement = int(instances.statement[rotations.instance[row]])
        if tried.get(statement, 0) >= _PAIRS_PER_STATEMENT:
            continue
        tried[statement] = tried.get(statement, 0) + 1
        if not _separated(model, found, a, b):
            tried[statement] = _PAIRS_PER_STATEMENT
            first = instances.statements[instances.statement[rotations.instance[rows[a]]]].operator
            span = instances.statements[statement].operator
            labels = () if first == span else (Label(first, "the same generator"),)
            where = instances.where(int(rotations.instance[row]))
            log.add(faults.AnglesMerge(span, labels=labels, where=where, term=term(model, row)))


def _separated(model: Model, found: Generators, a: int, b: int) -> bool:
    """Whether a rotation between two places of a generator anticommutes with one of its strings."""
    rotations = model.rotations
    last = int(found.rows[found.first[a] + found.size[a] - 1])
    between = distinct(rotations.string[last + 1 : int(found.rows[found.first[b]])])
    if not len(between):
        return False
    others = rotations.strings.take(between)
    own = rotations.strings.take(np.array(found.distinct[found.kind[a]].strings, dtype=np.int64))
    return any(others.anticommute_with(p).any() for p in own.paulis())
