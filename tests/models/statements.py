"""Models for the analyses: statements, blocks and declarations by hand, each on its own line."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from qansatz.model.program import (
    ChargeSymmetry,
    InitialState,
    Instances,
    Logicals,
    Model,
    Observable,
    PauliSymmetry,
    PermutationSymmetry,
    Requirement,
    Rotations,
    SlotArray,
    Slots,
    StabilizerGroup,
    StatementOrigin,
    Term,
)
from qansatz.pauli.strings import Pauli, from_word
from qansatz.pauli.tables import PauliTable
from qansatz.source import Source, Span

SOURCE = Source("by hand", "\n".join("statement" for _ in range(100_000)))


def place(line: int) -> Span:
    return Span(SOURCE, 10 * line, 10 * line + 9)


def signed(word: str) -> Pauli:
    p = from_word(word.lstrip("-"))
    return Pauli(p.x, p.z, 2 if word.startswith("-") else 0)


def table_of(words) -> PauliTable:
    """One or more words of equal length as a table."""
    (n_qubits,) = {len(word) for word in words}
    return PauliTable.from_paulis([from_word(word) for word in words], n_qubits)


@dataclass(frozen=True)
class Statement:
    """One ``rot``: weighted words under one angle (``shared``), or an angle for each word.

    ``loop`` is the value of the loop variable ``l``; executions of one statement share ``line``.
    """

    words: tuple
    shared: bool = True
    block: int = -1
    layer: int = -1
    slot: int | None = None
    encoding: bool = False
    weights: tuple = ()
    loop: int | None = None
    line: int | None = None


@dataclass
class _Columns:
    rows: dict = field(default_factory=dict)

    def add(self, **values):
        for name, value in values.items():
            self.rows.setdefault(name, []).append(value)

    def column(self, name):
        return np.array(self.rows.get(name, []), dtype=np.int32)


def rot(*words, **settings) -> Statement:
    return Statement(words, **settings)


def terms(*pairs) -> tuple:
    """Terms from words or (coefficient, word) pairs."""
    split = [pair if isinstance(pair, tuple) else (1, pair) for pair in pairs]
    return tuple(Term(c, from_word(word)) for c, word in split)


def model_of(
    n,
    statements=(),
    *,
    observables=(),
    stabilizers=(),
    logicals=(),
    paulis=(),
    permutations=(),
    charges=(),
    require=(),
) -> Model:
    """A model; ``observables`` and ``charges`` are tuples of terms, the rest words or images."""
    columns, strings, scalars, loops = _Columns(), {}, {0: 0, 1: 1}, []
    origins, statement_of, first = [], [], []
    n_slots = n_generators = 0
    lines: dict = {}
    for number, statement in enumerate(statements):
        line = 1000 + number if statement.line is None else statement.line
        key = (line, statement.loop is not None)
        if key not in lines:
            lines[key] = len(origins)
            names = () if statement.loop is None else ("l",)
            origins.append(StatementOrigin(span=place(line), operator=place(line), loops=names))
        statement_of.append(lines[key])
        first.append(len(loops))
        if statement.loop is not None:
            loops.append(statement.loop)
        weights = statement.weights or (1,) * len(statement.words)
        for k, (word, weight) in enumerate(zip(statement.words, weights, strict=True)):
            if k == 0 or not statement.shared:
                slot = n_slots if statement.slot is None else statement.slot
                n_slots = max(n_slots, slot + 1)
                generator = n_generators
                n_generators += 1
            columns.add(
                string=strings.setdefault(from_word(word), len(strings)),
                slot=slot,
                factor=scalars.setdefault(weight, len(scalars)),
                generator=generator,
                block=statement.block,
                layer=statement.layer,
                instance=number,
                encoding=statement.encoding,
            )
    size = len(columns.rows.get("string", []))
    rotations = Rotations(
        strings=PauliTable.from_paulis(strings, n),
        **{
            name: columns.column(name)
            for name in ("string", "slot", "factor", "generator", "block", "layer", "instance")
        },
        offset=np.zeros(size, dtype=np.int32),
        expression=np.full(size, -1, dtype=np.int32),
        unordered=np.full(size, -1, dtype=np.int32),
        n_gates_before=np.zeros(size, dtype=np.int32),
        written=np.arange(size, dtype=np.int32),
        encoding=columns.column("encoding").astype(np.bool_),
        scalars=tuple(scalars),
        expressions=(),
    )
    instances = Instances(
        statements=tuple(origins),
        statement=np.array(statement_of, dtype=np.int32),
        first=np.array(first, dtype=np.int64),
        loops=np.array(loops, dtype=np.int64),
    )
    symmetries = (
        *(
            PauliSymmetry(name=f"P{k}", pauli=signed(w), span=place(k))
            for k, w in enumerate(paulis)
        ),
        *(
            PermutationSymmetry(name=f"perm{k}", generators=images, span=place(100 + k))
            for k, images in enumerate(permutations)
        ),
        *(
            ChargeSymmetry(name=f"Q{k}", terms=charge, span=place(200 + k))
            for k, charge in enumerate(charges)
        ),
    )
    theta = SlotArray(
        name="theta", shape=(n_slots,), start=0, bounds=None, distribution=None, span=place(0)
    )
    return Model(
        name="by_hand",
        documentation="",
        arguments=(),
        n_qubits=n,
        registers=(("q", 0, n),),
        slots=Slots(parameters=(theta,), inputs=()),
        initial=InitialState(
            stabilizers=tuple(Pauli(0, 1 << i) for i in range(n)), ket="0" * n, span=None
        ),
        rotations=rotations,
        instances=instances,
        gates=(),
        observables=tuple(
            Observable(name=f"O{k}", terms=o, pulled_back=o, span=place(300 + k))
            for k, o in enumerate(observables)
        ),
        stabilizers=tuple(
            StabilizerGroup(
                name=f"S{k}",
                generators=tuple(map(signed, group)),
                spans=tuple(place(400 + 50 * k + j) for j in range(len(group))),
                span=place(400 + 50 * k),
            )
            for k, group in enumerate(stabilizers)
        ),
        logicals=tuple(
            Logicals(name=f"L{k}", paulis=tuple(map(from_word, group)), span=place(600 + k))
            for k, group in enumerate(logicals)
        ),
        symmetries=symmetries,
        requirements=tuple(
            Requirement(
                fact=fact, arguments=(), operator=operator, bound=bound, span=place(700 + k)
            )
            for k, (fact, operator, bound) in enumerate(require)
        ),
        outline=(),
        node=None,  # type: ignore[arg-type]
    )


def model_from_words(blocks, *, stabilizers=(), observable=()) -> Model:
    """Claimed blocks of words, one parameter each; a group of words; one observable of words."""
    n = len(blocks[0][0])
    return model_of(
        n,
        [Statement(tuple(words), shared=False, block=k) for k, words in enumerate(blocks)],
        stabilizers=[stabilizers] if stabilizers else [],
        observables=[terms(*observable)] if observable else [],
    )
