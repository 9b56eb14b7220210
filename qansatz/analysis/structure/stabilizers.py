"""Declared stabilizer groups and logical operators: proper groups that the circuit keeps."""

from __future__ import annotations

from itertools import combinations

from qansatz.analysis.structure import faults
from qansatz.analysis.structure.symmetry import pauli_failures
from qansatz.analysis.structure.witness import conflict, differing, on_qubits, term
from qansatz.diagnostics import FaultLog, Label
from qansatz.model.program import Logicals, Model, StabilizerGroup
from qansatz.pauli import groups
from qansatz.pauli.strings import Pauli, anticommute, to_text
from qansatz.pauli.tables import PauliTable


def check_stabilizers(model: Model, log: FaultLog) -> bool:
    """Each group: generators commute, are independent, give no −1, and the circuit keeps them.

    Whether the circuit keeps them is asked of proper groups only; the result says that all are.
    """
    proper = True
    for group in model.stabilizers:
        n_faults = len(log)
        _check_group(group, log)
        if len(log) > n_faults:
            proper = False
            continue
        for k, generator in enumerate(group.generators):
            _check_generator(model, group, k, generator, log)
    return proper


def _check_group(group: StabilizerGroup, log: FaultLog) -> None:
    proper = []
    for k, generator in enumerate(group.generators):
        if generator.x | generator.z:
            proper.append(k)
        elif generator.phase == 0:
            log.add(faults.stabilizers.StabilizerIsIdentity(group.spans[k], name=group.name))
        else:
            span = group.spans[k]
            text = to_text(generator)
            log.add(
                faults.stabilizers.GroupHoldsMinusOne(
                    span, name=group.name, product=text, last=text
                )
            )
    pair = next(
        (
            (i, j)
            for i, j in combinations(proper, 2)
            if anticommute(group.generators[i], group.generators[j])
        ),
        None,
    )
    if pair:
        first, second = (group.generators[k] for k in pair)
        log.add(
            faults.stabilizers.StabilizersAnticommute(
                group.spans[pair[1]],
                labels=(Label(group.spans[pair[0]], "with this one"),),
                name=group.name,
                first=to_text(first),
                second=to_text(second),
                qubits=on_qubits(differing(first, second)),
            )
        )
        return
    dependency = groups.dependency([group.generators[k] for k in proper])
    if dependency is None:
        return
    indices = [proper[k] for k in dependency.indices]
    texts = [to_text(group.generators[k]) for k in indices]
    span, product = group.spans[indices[-1]], " · ".join(texts)
    labels = tuple(Label(group.spans[k], "a factor") for k in indices[:-1])
    if dependency.product.phase == 2:
        log.add(
            faults.stabilizers.GroupHoldsMinusOne(
                span, labels=labels, name=group.name, last=texts[-1], product=product
            )
        )
    else:
        log.add(
            faults.stabilizers.StabilizersDependent(
                span, labels=labels, name=group.name, last=texts[-1], product=product
            )
        )


def _check_generator(
    model: Model, group: StabilizerGroup, k: int, generator: Pauli, log: FaultLog
) -> None:
    text = to_text(generator)
    for item in pauli_failures(model, generator):
        failure = item.failure
        pauli, broken = model.rotations.pauli(failure.row), term(model, failure.row)
        log.add(
            faults.stabilizers.StabilizerBroken(
                failure.span,
                labels=(Label(group.spans[k], "declared here"),),
                name=group.name,
                stabilizer=text,
                witness=conflict(broken, pauli, generator, text),
                term=broken,
                failed=item.failed,
                total=item.total,
                things=item.things,
                where=failure.where,
            ),
            failure.n_executions,
        )
    for observable in model.observables:
        clash = next(
            (t.pauli for t in observable.pulled_back if anticommute(t.pauli, generator)), None
        )
        if clash is not None:
            log.add(
                faults.stabilizers.ObservableBreaksStabilizer(
                    observable.span,
                    labels=(Label(group.spans[k], "declared here"),),
                    observable=observable.name,
                    name=group.name,
                    stabilizer=text,
                    witness=conflict(to_text(clash), clash, generator, text),
                )
            )


def check_logicals(model: Model, log: FaultLog) -> None:
    """Each logical operator commutes with each stabilizer of every declared group."""
    for logicals in model.logicals:
        table = PauliTable.from_paulis(logicals.paulis, model.n_qubits)
        for group in model.stabilizers:
            for k, generator in enumerate(group.generators):
                failed = table.anticommute_with(generator)
                if failed.any():
                    _report_logical(
                        logicals, group, k, int(failed.argmax()), int(failed.sum()), log
                    )


def _report_logical(
    logicals: Logicals, group: StabilizerGroup, k: int, row: int, failed: int, log: FaultLog
) -> None:
    logical, generator = logicals.paulis[row], group.generators[k]
    log.add(
        faults.stabilizers.LogicalAnticommutes(
            logicals.span,
            labels=(Label(group.spans[k], "declared here"),),
            logical=to_text(logical),
            stabilizer=to_text(generator),
            group=group.name,
            witness=conflict(to_text(logical), logical, generator, to_text(generator)),
            failed=failed,
            total=len(logicals.paulis),
        )
    )
