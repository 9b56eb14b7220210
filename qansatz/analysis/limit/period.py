"""The layer that a circuit repeats, as it would go on: the rotations of one period of the limit of many layers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.slopes import differentiated
from qansatz.model.angles import slots
from qansatz.model.program import Model
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable

Rows: TypeAlias = npt.NDArray[np.int64]

#: The most rotations of a period, the turns of its strings by fixed gates included.
MAX_ROTATIONS: Final = 20_000
_MOST_LAYERS: Final = 4  # layers of the source that one period may take

NO_LAYER: Final = "no layer repeats: there is no `repeat`, or its iterations differ"
TOO_LONG: Final = f"a period, until the fixed gates return every string, has more than {MAX_ROTATIONS:,} rotations"
ONE_ITERATION: Final = (
    "one iteration does not show how the fixed gates turn the next one: two or more are needed"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Period:
    """One period in time order: rotation k turns about row ``string[k]`` of ``strings``.

    ``trained`` rotations have an angle with a parameter; the others turn by data or by a fixed angle that is no
    multiple of π/2. ``row`` is the rotation of the model where there is one in that layer of the source, else that
    of an earlier layer. ``after`` are the rotations behind the last layer. ``independent`` says that every
    differentiated rotation has a parameter that no other one uses.
    """

    strings: PauliTable
    string: npt.NDArray[np.int64]
    trained: npt.NDArray[np.bool_]
    row: Rows
    after: Rows
    n_layers: int
    independent: bool


class NoPeriodError(ValueError):
    """There is no period, and why."""


def period(model: Model) -> Period:
    """One period of the last layers of a circuit.

    Layers are the iterations of outermost loops, or calls of layers. Fixed gates in them turn the strings from layer
    to layer; the period ends when all strings are back, up to signs.

    Raises:
        NoPeriodError: with the reason.
    """
    order = np.argsort(model.rotations.written)
    model = replace(model, rotations=model.rotations.take(order))
    layers = _layers(model)
    wanted = differentiated(model)
    for size in range(1, _MOST_LAYERS + 1):
        n_same = _n_repeating(model, wanted, layers, size)
        if n_same >= (2 * size if len(layers) > 1 else 1):
            break
    else:
        raise NoPeriodError(NO_LAYER)
    if len(layers) - n_same > 1:
        raise NoPeriodError(NO_LAYER)
    if n_same == 1 and model.gates:
        raise NoPeriodError(ONE_ITERATION)
    first = len(layers) - n_same
    base = _rows(layers[first : first + size])
    kept = base[model.rotations.strings.weights()[model.rotations.string[base]] > 0]
    turn = _turn(model, layers, first, size)
    after = np.arange(layers[-1][1], len(wanted))
    unrolled = _unrolled(model, kept, wanted, turn, size, after)
    return replace(unrolled, row=order[unrolled.row], after=order[after])


def _layers(model: Model) -> list[tuple[int, int]]:
    """First row and end of the last layers that nothing separates, in time order."""
    column = model.rotations.layer
    if not len(column):
        return []
    starts = np.flatnonzero(np.diff(column, prepend=-2))
    ends = np.append(starts[1:], len(column))
    stretches: list[tuple[int, int]] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if column[start] < 0:
            continue
        if stretches and stretches[-1][1] != start:
            stretches.clear()
        stretches.append((start, end))
    return stretches


def _rows(layers: list[tuple[int, int]]) -> Rows:
    return np.arange(layers[0][0], layers[-1][1])


def _n_repeating(
    model: Model, wanted: npt.NDArray[np.bool_], layers: list[tuple[int, int]], size: int
) -> int:
    """How many of the last layers are ``size`` different ones over and over, turned by one Clifford."""
    if len(layers) < 2 * size:
        return 1 if len(layers) == size == 1 else 0
    n = len(layers)
    while n and _length(layers[n - 1]) == _length(
        layers[n - 1 + size * ((len(layers) - n) // size)]
    ):
        n -= 1
    if len(layers) - n < 2 * size:
        return 0
    image = _images(model, layers, len(layers) - 2 * size, size)
    string = model.rotations.string
    start, end = layers[n][0], layers[-1][1]
    step = layers[n + size][0] - start
    same = image[string[start : end - step]] == string[start + step : end]
    same &= wanted[start : end - step] == wanted[start + step : end]
    broken = start + int(np.flatnonzero(~same).max(initial=-1))
    n_same = sum(first > broken for first, _ in layers[n:])
    return n_same if n_same >= 2 * size else 0


def _length(layer: tuple[int, int]) -> int:
    return layer[1] - layer[0]


def _clifford_before(model: Model, row: int) -> Tableau:
    tableau = Tableau(model.n_qubits)
    for gate in model.gates[: int(model.rotations.n_gates_before[row])]:
        tableau.apply(gate.name, gate.qubits)
    return tableau


def _images(
    model: Model, layers: list[tuple[int, int]], first: int, size: int
) -> npt.NDArray[np.int64]:
    """For each distinct string the row of what ``size`` layers of fixed gates turn it into; −1: none of them."""
    table = model.rotations.strings
    turn = _turn(model, layers, first, size)
    if turn is None:
        return np.arange(len(table))
    number = {(p.x, p.z): k for k, p in enumerate(table.paulis())}
    images = [turn.image(p) for p in table.paulis()]
    return np.array([number.get((p.x, p.z), -1) for p in images], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class _Turn:
    """The conjugation of pushed strings from a layer to the next: C†PC in the frame of the first."""

    before: Tableau
    later: Tableau

    def image(self, pauli: Pauli) -> Pauli:
        turned = self.later.pull(self.before.push(pauli))
        return Pauli(turned.x, turned.z)


def _turn(model: Model, layers: list[tuple[int, int]], first: int, size: int) -> _Turn | None:
    if len(layers) <= first + size:
        return None
    rows = layers[first][0], layers[first + size][0]
    counts = [int(model.rotations.n_gates_before[row]) for row in rows]
    if counts[0] == counts[1]:
        return None
    return _Turn(_clifford_before(model, rows[0]), _clifford_before(model, rows[1]))


def _unrolled(
    model: Model,
    base: Rows,
    wanted: npt.NDArray[np.bool_],
    turn: _Turn | None,
    size: int,
    after: Rows,
) -> Period:
    rotations = model.rotations
    used = [rotations.pauli(int(row)) for row in base]
    number: dict[Pauli, int] = {}
    string = [number.setdefault(p, len(number)) for p in used]
    images: dict[Pauli, Pauli] = {}
    rounds = 1
    current = used
    while turn is not None:
        for p in current:
            if p not in images:
                images[p] = turn.image(p)
        current = [images[p] for p in current]
        if current == used:
            break
        rounds += 1
        if rounds * len(base) > MAX_ROTATIONS:
            raise NoPeriodError(TOO_LONG)
        string += [number.setdefault(p, len(number)) for p in current]
    if len(string) > MAX_ROTATIONS:
        raise NoPeriodError(TOO_LONG)
    return Period(
        strings=PauliTable.from_paulis([*number], model.n_qubits),
        string=np.array(string, dtype=np.int64),
        trained=np.tile(wanted[base], rounds),
        row=np.tile(base, rounds),
        after=after,
        n_layers=rounds * size,
        independent=_independent(model, wanted),
    )


def _independent(model: Model, wanted: npt.NDArray[np.bool_]) -> bool:
    """Whether every differentiated rotation has a parameter of its own."""
    rotations, n = model.rotations, model.slots.n_parameters
    rows = np.flatnonzero(wanted)
    direct = rotations.expression[rows] < 0
    count = np.bincount(rotations.slot[rows[direct]], minlength=n)
    inside = [
        [slot for slot in slots(rotations.angle(row)) if slot < n] for row in rows[~direct].tolist()
    ]
    for used in inside:
        count[used] += 1
    alone = bool((count[rotations.slot[rows[direct]]] == 1).all())
    return alone and all(any(count[slot] == 1 for slot in used) for used in inside)
