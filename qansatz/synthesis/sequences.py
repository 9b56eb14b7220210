"""Sequences of Pauli rotations without a source: as a model with one free angle a rotation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from qansatz.circuits.gates import GateList
from qansatz.circuits.order import ordered
from qansatz.model.program import (
    InitialState,
    Instances,
    Model,
    Rotations,
    SlotArray,
    Slots,
    StatementOrigin,
)
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable
from qansatz.source import Source, Span
from qansatz.synthesis.lower import lower
from qansatz.synthesis.verify import verify


def sequence(
    strings: Sequence[Pauli], n_qubits: int, *, groups: Sequence[int] | None = None
) -> Model:
    """The model of exp(−iθ_k/2·P_k) for positive strings P_k in time order, slot k the angle θ_k.

    Rotations next to each other with the same number in ``groups`` may be done in any order.
    """
    place: dict[Pauli, int] = {}
    string = np.array([place.setdefault(p, len(place)) for p in strings], dtype=np.int32)
    n = len(strings)
    rows, none = np.arange(n, dtype=np.int32), np.full(n, -1, dtype=np.int32)
    span = Span(Source("a sequence of rotations", ""), 0, 0)
    rotations = Rotations(
        strings=PauliTable.from_paulis(place, n_qubits),
        string=string,
        slot=rows,
        factor=np.ones(n, dtype=np.int32),
        offset=np.zeros(n, dtype=np.int32),
        expression=none,
        generator=rows,
        block=none,
        layer=none,
        instance=rows,
        unordered=none if groups is None else np.array(groups, dtype=np.int32),
        n_gates_before=np.zeros(n, dtype=np.int32),
        written=rows,
        encoding=np.zeros(n, dtype=np.bool_),
        scalars=(0, 1),
        expressions=(),
    )
    angles = SlotArray(name="angle", shape=(n,), start=0, bounds=None, distribution=None, span=span)
    zeros = tuple(Pauli(0, 1 << qubit) for qubit in range(n_qubits))
    # No syntax stands behind a sequence; only messages about a source ask for it.
    nowhere: Any = None
    return Model(
        name="sequence",
        documentation="",
        arguments=(),
        n_qubits=n_qubits,
        registers=(("q", 0, n_qubits),),
        slots=Slots(parameters=(angles,) if n else (), inputs=()),
        initial=InitialState(stabilizers=zeros, ket="0" * n_qubits, span=None),
        rotations=rotations,
        instances=Instances(
            statements=(StatementOrigin(span=span, operator=span, loops=()),),
            statement=np.zeros(n, dtype=np.int32),
            first=np.zeros(n, dtype=np.int64),
            loops=np.zeros(0, dtype=np.int64),
        ),
        gates=(),
        observables=(),
        stabilizers=(),
        logicals=(),
        symmetries=(),
        requirements=(),
        outline=(),
        node=nowhere,
    )


def lower_sequence(
    strings: Sequence[Pauli], n_qubits: int, *, groups: Sequence[int] | None = None, effort: int = 1
) -> GateList | None:
    """The unitary of :func:`sequence` in native gates, up to a global phase; None where equality was not proved."""
    model = ordered(sequence(strings, n_qubits, groups=groups))
    gates = lower(model, include_initial=False, effort=effort)
    return gates if verify(model, gates, include_initial=False).equal else None
