"""Models by hand: from operations as written, without the front-end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qansatz.model.angles import Affine, Angle
from qansatz.model.program import (
    FixedGate,
    InitialState,
    Instances,
    Model,
    Rotations,
    SlotArray,
    Slots,
    StatementOrigin,
)
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, from_word
from qansatz.pauli.tables import PauliTable
from qansatz.source import Source, Span

SPAN = Span(Source("by hand", ""), 0, 0)
KET_STABILIZERS = {"0": (1, "Z"), "1": (-1, "Z"), "+": (1, "X"), "-": (-1, "X")}
KET_STABILIZERS |= {"r": (1, "Y"), "l": (-1, "Y")}


@dataclass(frozen=True)
class Written:
    """A circuit as the source has it; ``initial`` is a ket or n signed words."""

    n: int
    n_slots: int
    operations: tuple
    initial: str | tuple

    @property
    def model(self) -> Model:
        return build_model(self)


def slots(n_parameters: int, n_inputs: int = 0) -> Slots:
    def array(name: str, size: int, start: int) -> SlotArray:
        return SlotArray(
            name=name, shape=(size,), start=start, bounds=None, distribution=None, span=SPAN
        )

    return Slots(
        parameters=(array("theta", n_parameters, 0),) if n_parameters else (),
        inputs=(array("x", n_inputs, n_parameters),) if n_inputs else (),
    )


def initial_state(n: int, initial: str | tuple) -> InitialState:
    if isinstance(initial, str):
        rows = []
        for qubit, letter in enumerate(initial):
            sign, word = KET_STABILIZERS[letter]
            p = from_word("I" * qubit + word)
            rows.append(Pauli(p.x, p.z, 0 if sign > 0 else 2))
        return InitialState(stabilizers=tuple(rows), ket=initial, span=None)
    rows = [Pauli(*from_word(word)[:2], 0 if sign > 0 else 2) for sign, word in initial]
    return InitialState(stabilizers=tuple(rows), ket=None, span=SPAN)


def build_model(written: Written, n_inputs: int = 0) -> Model:
    clifford, gates = Tableau(written.n), []
    strings: dict[Pauli, int] = {}
    scalars: dict[object, int] = {}
    expressions: list[Angle] = []
    columns: dict[str, list[int]] = {
        name: [] for name in ("string", "slot", "factor", "offset", "expression", "before")
    }
    for operation in written.operations:
        if operation[0] == "gate":
            gates.append(FixedGate(operation[1], tuple(operation[2])))
            clifford.apply(operation[1], operation[2])
            continue
        _, word, angle = operation
        pulled = clifford.pull(from_word(word))
        sign = 1 if pulled.phase == 0 else -1
        slot, factor, offset, expression = -1, sign, 0, -1
        if isinstance(angle, Affine) and len(angle.terms) <= 1:
            if angle.terms:
                slot, factor = angle.terms[0][0], _times(sign, angle.terms[0][1])
            offset = _times(sign, angle.constant)
        else:
            expression = len(expressions)
            expressions.append(angle)
        columns["string"].append(strings.setdefault(Pauli(pulled.x, pulled.z), len(strings)))
        columns["slot"].append(slot)
        columns["factor"].append(scalars.setdefault((type(factor), factor), len(scalars)))
        columns["offset"].append(scalars.setdefault((type(offset), offset), len(scalars)))
        columns["expression"].append(expression)
        columns["before"].append(len(gates))
    rows = len(columns["string"])
    none = np.full(rows, -1, dtype=np.int32)
    column = {name: np.array(values, dtype=np.int32) for name, values in columns.items()}
    rotations = Rotations(
        strings=PauliTable.from_paulis(strings, written.n),
        string=column["string"],
        slot=column["slot"],
        factor=column["factor"],
        offset=column["offset"],
        expression=column["expression"],
        generator=np.arange(rows, dtype=np.int32),
        block=none,
        layer=none,
        instance=np.zeros(rows, dtype=np.int32),
        unordered=none,
        n_gates_before=column["before"],
        written=np.arange(rows, dtype=np.int32),
        encoding=np.zeros(rows, dtype=np.bool_),
        scalars=tuple(value for _, value in scalars),
        expressions=tuple(expressions),
    )
    instances = Instances(
        statements=(StatementOrigin(span=SPAN, operator=SPAN, loops=()),),
        statement=np.zeros(1, dtype=np.int32),
        first=np.zeros(1, dtype=np.int64),
        loops=np.zeros(0, dtype=np.int64),
    )
    return Model(
        name="by_hand",
        documentation="",
        arguments=(),
        n_qubits=written.n,
        registers=(("q", 0, written.n),),
        slots=slots(written.n_slots - n_inputs, n_inputs),
        initial=initial_state(written.n, written.initial),
        rotations=rotations,
        instances=instances,
        gates=tuple(gates),
        observables=(),
        stabilizers=(),
        logicals=(),
        symmetries=(),
        requirements=(),
        outline=(),
        node=None,  # type: ignore[arg-type]
    )


def _times(sign: int, value):
    from qansatz.model.reals import multiply

    return multiply(sign, value)


def slot(k: int, factor=1, offset=0) -> Affine:
    return Affine(((k, factor),), offset)


def tfim(n: int, layers: int) -> Written:
    """The transverse-field Ising ring with one angle per rotation statement's sum."""
    operations = []
    for layer in range(layers):
        for i in range(n):
            word = "".join("Z" if q in (i, (i + 1) % n) else "I" for q in range(n))
            operations.append(("rot", word, slot(2 * layer)))
        for i in range(n):
            operations.append(("rot", "I" * i + "X" + "I" * (n - i - 1), slot(2 * layer + 1)))
    return Written(n, 2 * layers, tuple(operations), "+" * n)


def slpa_two_body(n: int) -> Written:
    """Stabilizers ⟨Xⁿ, Zⁿ⟩, logicals PᵢPⱼ for P = X, Y, Z, one per coset, one block each; an angle per rotation."""
    xn, zn = Pauli((1 << n) - 1, 0), Pauli(0, (1 << n) - 1)
    group = [Pauli(0, 0), xn, zn, xn * zn]
    seen, operations = set(), []
    for letter in "XYZ":
        for i in range(n):
            for j in range(i + 1, n):
                logical = from_word("".join(letter if q in (i, j) else "I" for q in range(n)))
                coset = frozenset((p.x, p.z) for p in (s * logical for s in group))
                if coset in seen:
                    continue
                seen.add(coset)
                for s in group:
                    p = s * logical
                    word = "".join("IXZY"[(p.x >> q & 1) + 2 * (p.z >> q & 1)] for q in range(n))
                    operations.append(("rot", word, slot(len(operations))))
    return Written(n, len(operations), tuple(operations), "0" * n)
