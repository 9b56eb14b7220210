"""What a source claims to commute: the terms of a sum, and the rotations of a block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qansatz.analysis.structure import faults
from qansatz.analysis.structure.witness import differing, failures, on_qubits, term
from qansatz.diagnostics import FaultLog, Label
from qansatz.model.program import IntColumn, Model
from qansatz.pauli.commuting import anticommuting_pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two rotations of one group that anticommute, in time order."""

    first: int
    second: int


def check_generators(model: Model, log: FaultLog) -> None:
    """The terms of one generator commute; one fault for each statement where some do not."""
    clashes = {clash.second: clash for clash in _clashes(model, model.rotations.generator)}
    for failure in failures(model, np.array(sorted(clashes), dtype=np.int64)):
        clash = clashes[failure.row]
        p, q = model.rotations.pauli(clash.first), model.rotations.pauli(clash.second)
        log.add(
            faults.blocks.TermsDoNotCommute(
                failure.span,
                first=term(model, clash.first),
                second=term(model, clash.second),
                qubits=on_qubits(differing(p, q)),
                where=failure.where,
            ),
            failure.n_executions,
        )


def check_blocks(model: Model, log: FaultLog) -> None:
    """The rotations of a claimed block commute; one fault for each statement where some do not."""
    rotations, instances = model.rotations, model.instances
    clashes = {clash.second: clash for clash in _clashes(model, rotations.block)}
    for failure in failures(model, np.array(sorted(clashes), dtype=np.int64)):
        clash = clashes[failure.row]
        p, q = rotations.pauli(clash.first), rotations.pauli(clash.second)
        earlier = int(rotations.instance[clash.first])
        place = instances.span(earlier)
        where = instances.where(earlier)
        log.add(
            faults.blocks.BlockDoesNotCommute(
                failure.span,
                labels=()
                if place == instances.span(int(rotations.instance[failure.row]))
                else (Label(place, "with this one"),),
                first=term(model, clash.first),
                second=term(model, clash.second),
                qubits=on_qubits(differing(p, q)),
                before=f"earlier, at {where}" if where else "earlier",
                where=failure.where,
            ),
            failure.n_executions,
        )


def _clashes(model: Model, group: IntColumn) -> Iterator[Clash]:
    """Two anticommuting rows for each group (numbers ≥ 0) that has such; encoding rows left out.

    Groups with the same set of strings are looked at once.
    """
    rotations = model.rotations
    rows = np.flatnonzero((group >= 0) & ~rotations.encoding)
    rows = rows[np.argsort(group[rows], kind="stable")]
    starts = np.flatnonzero(np.diff(group[rows], prepend=-1))
    ends = np.append(starts[1:], len(rows))
    string = rotations.string
    seen: dict[bytes, tuple[int, int] | None] = {}
    several = ends - starts > 1
    for start, end in zip(starts[several].tolist(), ends[several].tolist(), strict=True):
        strings = string[rows[start:end]]
        key = strings.tobytes()
        if key not in seen:
            at = np.sort(np.unique(strings, return_index=True)[1])
            pair = anticommuting_pair(rotations.strings.take(strings[at]))
            seen[key] = None if pair is None else (int(at[pair.first]), int(at[pair.second]))
        offsets = seen[key]
        if offsets is not None:
            yield Clash(first=int(rows[start + offsets[0]]), second=int(rows[start + offsets[1]]))
