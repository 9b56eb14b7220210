"""Rotations by fixed multiples of π/2 are Clifford gates, however they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.circuits.dependence import levels
from qansatz.circuits.replay import pushed
from qansatz.model import reals
from qansatz.model.program import FixedGate, Model, Observable, Rotations, Term
from qansatz.model.reals import Real
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.gf2 import bits
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable

Rows: TypeAlias = npt.NDArray[np.int64]

_QUARTERS = {1: "s", 2: "z", 3: "sdg"}


def with_clifford_gates(model: Model) -> Model:
    """The model with every rotation by a fixed multiple of π/2 as fixed gates, pushed to the end like all of these.

    Assumes the source's order; promises the same unitary up to a global phase. Equal strings by constants count
    together where only commuting rotations stand between them. Rotations about the identity are dropped with them.

    ``R_Z(π/2) R_X(θ)`` → ``R_Y(−θ)``, then the gate ``s``
    """
    while turns := _single(model.rotations) or _together(model.rotations):
        model = _Pushed(model, turns).model()
    return model


def _single(rotations: Rotations) -> dict[int, int]:
    """The rows that are Clifford gates, with the quarter turns of each."""
    quarters = [reals.quarter_turns(value) for value in rotations.scalars]
    rows = np.flatnonzero((rotations.slot < 0) & (rotations.expression < 0)).tolist()
    turns = ((row, quarters[rotations.offset[row]]) for row in rows)
    return {row: quarter % 4 for row, quarter in turns if quarter is not None}


def _together(rotations: Rotations) -> dict[int, int]:
    """Constant rows about one string on one level that are Clifford gates together: the turns stand with the last."""
    constant = np.flatnonzero((rotations.slot < 0) & (rotations.expression < 0))
    if len({*rotations.string[constant].tolist()}) == len(constant):
        return {}
    level = levels(rotations.strings, rotations.string)
    equal: dict[tuple[int, int], list[int]] = {}
    for row in constant.tolist():
        equal.setdefault((int(level[row]), int(rotations.string[row])), []).append(row)
    turns: dict[int, int] = {}
    for rows in equal.values():
        total: Real = 0
        for row in rows:
            total = reals.add(total, rotations.scalars[rotations.offset[row]])
        quarters = reals.quarter_turns(total)
        if len(rows) > 1 and quarters is not None:
            turns |= dict.fromkeys(rows, 0) | {rows[-1]: quarters % 4}
    return turns


class _Pushed:
    """A walk through the rotations in which Clifford gates are met, written down, and pushed to the end."""

    def __init__(self, model: Model, turns: dict[int, int]) -> None:
        self.source, self.turns = model, turns
        self.before = Tableau(model.n_qubits)  # the source's gates so far
        self.met = Tableau(
            model.n_qubits
        )  # the rotations that became gates, in the frame of the model's strings
        self.gates: list[FixedGate] = []
        self.n_applied = 0

    def model(self) -> Model:
        """The model that the walk gives."""
        source, old = self.source, self.source.rotations
        number: dict[Pauli, int] = {}
        kept, string, negative, n_gates = [], [], [], []
        for row in range(len(old)):
            pauli = old.pauli(row)
            if row in self.turns:
                self.turn(row, pauli)
                continue
            image = self.met.pull(pauli)
            kept.append(row)
            string.append(number.setdefault(Pauli(image.x, image.z), len(number)))
            negative.append(image.phase == 2)
            n_gates.append(len(self.gates) + int(old.n_gates_before[row]) - self.n_applied)
        self.gates += source.gates[self.n_applied :]
        rotations = replace(
            old.take(np.array(kept, dtype=np.int64)),
            strings=PauliTable.from_paulis([*number], source.n_qubits),
            string=np.array(string, dtype=np.int32),
            n_gates_before=np.array(n_gates, dtype=np.int32),
        )
        return replace(
            source,
            rotations=_negated(rotations, np.array(negative, dtype=np.bool_)),
            gates=tuple(self.gates),
            observables=tuple(map(self.observable, source.observables)),
            path=(),
        )

    def turn(self, row: int, pauli: Pauli) -> None:
        """Let a rotation be gates where it stands."""
        upto = int(self.source.rotations.n_gates_before[row])
        for gate in self.source.gates[self.n_applied : upto]:
            self.before.apply(gate.name, gate.qubits)
            self.gates.append(gate)
        self.n_applied = max(self.n_applied, upto)
        turns = self.turns[row]
        if not turns or not pauli.x | pauli.z:
            return
        written = pushed(self.before, pauli, many=False)
        self.gates += _gates(written, turns if written.phase == 0 else -turns % 4)
        self.met.apply_rotation(pauli, turns)

    def observable(self, observable: Observable) -> Observable:
        """An observable pulled back through the gates met, too."""
        return replace(observable, pulled_back=tuple(map(self.term, observable.pulled_back)))

    def term(self, term: Term) -> Term:
        image = self.met.pull(term.pauli)
        coefficient = reals.negate(term.coefficient) if image.phase else term.coefficient
        return Term(coefficient, Pauli(image.x, image.z))


def _gates(pauli: Pauli, turns: int) -> Iterator[FixedGate]:
    """Fixed gates, in time order, of the rotation by turns·π/2 about a positive string, up to a global phase."""
    qubits = bits(pauli.x | pauli.z)
    if turns == 2:
        names = {(1, 0): "x", (1, 1): "y", (0, 1): "z"}
        for q in qubits:
            yield FixedGate(names[pauli.x >> q & 1, pauli.z >> q & 1], (q,))
        return
    into = [*_into_z(pauli, qubits)]
    into += [FixedGate("cx", (q, qubits[-1])) for q in qubits[:-1]]
    yield from into
    yield FixedGate(_QUARTERS[turns], (qubits[-1],))
    inverse = {"s": "sdg", "sdg": "s"}
    for gate in reversed(into):
        yield FixedGate(inverse.get(gate.name, gate.name), gate.qubits)


def _into_z(pauli: Pauli, qubits: Sequence[int]) -> Iterator[FixedGate]:
    """Gates on single qubits that turn every letter of a string into Z."""
    for q in qubits:
        if pauli.x >> q & 1:
            if pauli.z >> q & 1:
                yield FixedGate("sdg", (q,))
            yield FixedGate("h", (q,))


def _negated(rotations: Rotations, negative: npt.NDArray[np.bool_]) -> Rotations:
    """Rotations with the angles of some rows negated."""
    if not negative.any():
        return rotations
    scalars = (*rotations.scalars, *map(reals.negate, rotations.scalars))
    shift = np.where(negative, len(rotations.scalars), 0).astype(np.int32)
    return replace(
        rotations,
        scalars=scalars,
        factor=rotations.factor + shift,
        offset=rotations.offset + shift,
    )
