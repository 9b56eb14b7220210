"""Model → what a drawing shows: boxes on rows, frames around them, and notes on what is left out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import TypeAlias

from qansatz.characters import harmless
from qansatz.model.angles import Affine, Angle, scale
from qansatz.model.program import GatePiece, GroupPiece, Model, Piece, RotationsPiece
from qansatz.model.reals import PiLinear, Real
from qansatz.numbers import counted
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, letter, to_text

MAX_ROWS = 40
MAX_BOXES = 300
LONGEST_LABEL = 16
N_COLOURS = 8

_MARKS = {"sdg": "S†", "cx": ("●", "⊕"), "cz": ("●", "●"), "swap": ("×", "×")}
_ASCII_MARKS = {"sdg": "Sdg", "cx": ("*", "+"), "cz": ("*", "*"), "swap": ("x", "x")}
_SIGNS = str.maketrans("*-", "·−")
MORE = "⋯"


@dataclass(frozen=True, slots=True)
class Paint:
    """How a rotation is set apart: one of ``N_COLOURS`` colours (−1: grey), a short number, and what it means."""

    colour: int
    number: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Box:
    """A rotation or a fixed gate: its mark on each row, rows ascending; its angle; all of it in words.

    Neighbours of one ``batch`` commute: terms of one generator, rotations of one block (−1: no batch). A painted
    rotation has its paint and not the colours of its letters.
    """

    kind: str
    marks: tuple[tuple[int, str], ...]
    label: str
    title: str
    batch: int
    paint: Paint | None = None

    @property
    def rows(self) -> range:
        """The rows from its first mark to its last."""
        return range(self.marks[0][0], self.marks[-1][0] + 1)


@dataclass(frozen=True, slots=True)
class Frame:
    """A group: ``kind`` as in :class:`~qansatz.model.program.GroupPiece`; ``count`` iterations of a loop."""

    kind: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class Open:
    """A frame begins."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Close:
    """A frame ends."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class Gap:
    """Something is left out here, and what."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """Boxes side by side in time, or one edge of a frame, or a gap."""

    boxes: tuple[Box, ...] = ()
    mark: Open | Close | Gap | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A drawing without measures; ``hidden`` is the row that stands for the qubits left out, or −1.

    ``legend`` pairs paints with words.
    """

    rows: tuple[str, ...]
    hidden: int
    columns: tuple[Column, ...]
    notes: tuple[str, ...]
    legend: tuple[Paint, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rotations ``[start, stop)``."""

    start: int
    stop: int


_Event: TypeAlias = "Open | Close | Gap | GatePiece | _Rows"


def scene(
    model: Model,
    *,
    ascii: bool = False,
    paint: Callable[[int], Paint] | None = None,
    legend: Sequence[Paint] = (),
) -> Scene:
    """What a drawing of the model shows.

    The middle of more than ``MAX_ROWS`` qubits and of more than ``MAX_BOXES`` boxes is left out and announced.
    With ``paint``, a function of rows, every iteration of a loop is shown.
    """
    return _Stage(model, ascii, paint, tuple(legend)).scene()


class _Stage:
    def __init__(
        self,
        model: Model,
        ascii: bool,
        paint: Callable[[int], Paint] | None,
        legend: tuple[Paint, ...],
    ) -> None:
        self.model = model
        self.ascii = ascii
        self.paint = paint
        self.legend = legend
        self.labels = [label.replace(" ", "") for label in model.slots.labels()]
        self.names = self.labels if ascii else [_greek(label) for label in self.labels]
        self.clifford = Tableau(model.n_qubits)
        self.n_applied = 0
        half = MAX_ROWS // 2
        self.split = (half, model.n_qubits - half) if model.n_qubits > MAX_ROWS else None
        self.n_unseen = self.n_phases = 0
        self.rows = tuple(self.row_names())

    def scene(self) -> Scene:
        if self.paint is not None:
            outline = _unrolled_outline(self.model)
        else:
            outline = self.model.outline or _plain_outline(self.model)
        events = _pruned(_elided([*_events(outline)]))
        columns = tuple(self.columns(events))
        hidden = -1 if self.split is None else self.split[0]
        return Scene(self.rows, hidden, columns, tuple(self.notes(columns)), self.legend)

    def text(self, text: str) -> str:
        text = harmless(text)
        return text.encode("ascii", "backslashreplace").decode() if self.ascii else text

    # Rows

    def row_names(self) -> Iterator[str]:
        """The names of the rows, with the initial states where they are known one by one."""
        ket = self.model.initial.ket
        for name, start, size in self.model.registers:
            for k in range(size):
                qubit = start + k
                if self.split is not None and self.split[0] <= qubit < self.split[1]:
                    if qubit == self.split[0]:
                        yield f"{self.split[1] - self.split[0]} more"
                    continue
                state = f" |{ket[qubit]}{'>' if self.ascii else '⟩'}" if ket else ""
                yield self.text(f"{name}[{k}]") + state

    def row(self, qubit: int) -> int:
        if self.split is None or qubit < self.split[0]:
            return qubit
        return self.split[0] if qubit < self.split[1] else qubit - self.split[1] + self.split[0] + 1

    def notes(self, columns: Sequence[Column]) -> Iterator[str]:
        if self.model.initial.ket is None:
            words = [to_text(p) for p in self.model.initial.stabilizers[:6]]
            more = len(self.model.initial.stabilizers) - len(words)
            rest = f", and {more} more" if more > 0 else ""
            yield f"initial state: stabilized by {', '.join(words)}{rest}"
        if any(isinstance(c.mark, Open) and c.mark.frame.count > 1 for c in columns):
            yield "each `repeat` shows its first iteration"
        if self.split is not None:
            yield f"not drawn: {self.split[1] - self.split[0]} qubits in the middle"
        if self.n_unseen:
            yield f"not drawn: {self.n_unseen} rotations or gates that act on those qubits only"
        if self.n_phases:
            many = counted(self.n_phases, "rotation")
            yield f"not drawn: {many} about the identity, a global phase"

    # Columns

    def columns(self, events: Sequence[_Event]) -> Iterator[Column]:
        waiting: list[Box] = []
        for event in events:
            match event:
                case GatePiece(gate=gate):
                    waiting += self.fixed(gate)
                case _Rows(start=start, stop=stop):
                    for row in range(start, stop):
                        waiting += self.rotation(row)
                case _:
                    yield from _packed(waiting, len(self.rows))
                    waiting = []
                    yield Column(mark=self.cleaned(event))
        yield from _packed(waiting, len(self.rows))

    def cleaned(self, event: Open | Close | Gap) -> Open | Close | Gap:
        if isinstance(event, Gap):
            return Gap(self.text(event.text))
        return replace(event, frame=replace(event.frame, title=self.text(event.frame.title)))

    def fixed(self, index: int) -> list[Box]:
        gate = self.model.gates[index]
        marks = (_ASCII_MARKS if self.ascii else _MARKS).get(gate.name, gate.name.upper())
        parts = (marks,) if isinstance(marks, str) else marks
        places = " ".join(f"{q}" for q in gate.qubits)
        joined = len(parts) > 1
        mark_of = dict(zip(gate.qubits, parts, strict=True))
        return self.box("joined" if joined else "gate", mark_of, "", f"{gate.name} on {places}", -1)

    def rotation(self, row: int) -> list[Box]:
        rotations = self.model.rotations
        for gate in self.model.gates[self.n_applied : rotations.n_gates_before[row]]:
            self.clifford.apply(gate.name, gate.qubits)
        self.n_applied = max(self.n_applied, int(rotations.n_gates_before[row]))
        pauli = self.clifford.push(rotations.pauli(row))
        angle = rotations.angle(row)
        if pauli.phase == 2:
            angle = scale(-1, angle)
        support = pauli.x | pauli.z
        if not support:
            self.n_phases += 1
            return []
        marks = {q: letter(pauli, q) for q in range(support.bit_length()) if support >> q & 1}
        label = shortened(angle_text(angle, self.names, self.ascii), self.ascii)
        string = to_text(Pauli(pauli.x, pauli.z))
        title = f"exp(-i/2 * angle * {string}), angle = {angle_text(angle, self.labels, True)}"
        if where := self.model.instances.where(int(rotations.instance[row])):
            title += f", at {where}"
        block, generator = int(rotations.block[row]), int(rotations.generator[row])
        batch = 2 * block if block >= 0 else 2 * generator + 1
        paint = None if self.paint is None else self.paint(row)
        if paint is not None:
            title += f"; {paint.meaning}"
        return self.box("rotation", marks, label, title, batch, paint)

    def box(
        self,
        kind: str,
        marks: dict[int, str],
        label: str,
        title: str,
        batch: int,
        paint: Paint | None = None,
    ) -> list[Box]:
        row_marks: dict[int, str] = {}
        for qubit in sorted(marks):
            row = self.row(qubit)
            unseen = self.split is not None and row == self.split[0]
            row_marks[row] = ("." if self.ascii else MORE) if unseen else marks[qubit]
        if self.split is not None and row_marks.keys() == {self.split[0]}:
            self.n_unseen += 1
            return []
        return [Box(kind, tuple(row_marks.items()), label, self.text(title), batch, paint)]


def _plain_outline(model: Model) -> tuple[Piece, ...]:
    """The rotations and gates of a model without an outline, in time order."""
    pieces: list[Piece] = []
    applied = 0
    for row, before in enumerate(model.rotations.n_gates_before.tolist()):
        pieces += [GatePiece(k) for k in range(applied, before)]
        applied = max(applied, before)
        pieces.append(RotationsPiece(row, row + 1))
    return (*pieces, *(GatePiece(k) for k in range(applied, len(model.gates))))


def _unrolled_outline(model: Model) -> tuple[Piece, ...]:
    """All rotations and gates in time order, those of each layer framed."""
    pieces: list[Piece] = []
    layer, inside = -1, list[Piece]()
    for piece in (*_plain_outline(model), None):
        at = layer
        if isinstance(piece, RotationsPiece):
            at = int(model.rotations.layer[piece.start])
        if piece is None or at != layer:
            pieces += _framed(model, layer, inside)
            layer, inside = at, []
        if piece is not None:
            inside.append(piece)
    return tuple(pieces)


def _framed(model: Model, layer: int, pieces: Sequence[Piece]) -> Sequence[Piece]:
    if layer < 0:
        return pieces
    row = next(p.start for p in pieces if isinstance(p, RotationsPiece))
    where = model.instances.where(int(model.rotations.instance[row])).partition(",")[0]
    return [GroupPiece("layer", where or f"layer {layer}", 1, tuple(pieces))]


def _events(pieces: Sequence[Piece]) -> Iterator[_Event]:
    for piece in pieces:
        match piece:
            case RotationsPiece(start=start, stop=stop):
                yield _Rows(start, stop)
            case GatePiece():
                yield piece
            case GroupPiece(kind="for", title=title, n_iterations=count, n_shown=shown):
                yield from _events(piece.body)
                if shown < count:
                    yield Gap(f"{count - shown} more iterations of `{title}`")
            case GroupPiece(kind=kind, title=title, n_iterations=count):
                frame = Frame(kind, title, count)
                yield Open(frame)
                yield from _events(piece.body)
                yield Close(frame)


def _size(event: _Event) -> int:
    if isinstance(event, _Rows):
        return event.stop - event.start
    return int(isinstance(event, GatePiece))


def _elided(events: list[_Event]) -> Iterator[_Event]:
    """The events without the middle of too many boxes."""
    total = sum(map(_size, events))
    half = MAX_BOXES // 2
    first, last = (half, total - half) if total > MAX_BOXES else (total, total)
    position = 0
    for event in events:
        size = _size(event)
        begin, end = position, position + size
        position = end
        if not size or end <= first or begin >= last:
            yield event
            continue
        if isinstance(event, _Rows) and begin < first:
            yield _Rows(event.start, event.start + first - begin)
        if begin <= first < end:
            yield Gap(f"{last - first} rotations and gates left out")
        if isinstance(event, _Rows) and end > last:
            yield _Rows(event.stop - (end - last), event.stop)


def _pruned(events: Iterator[_Event]) -> list[_Event]:
    """The events without frames in which nothing is left."""
    kept: list[_Event] = []
    for event in events:
        if isinstance(event, Close) and isinstance(kept[-1], Open):
            kept.pop()
        else:
            kept.append(event)
    return kept


def _packed(boxes: Sequence[Box], n_rows: int) -> Iterator[Column]:
    """The boxes in columns, each as early as its rows are free; those of one batch may pass each other."""
    front = [0] * n_rows
    columns: list[list[Box]] = []
    used: list[set[int]] = []
    for _, batch in groupby(
        enumerate(boxes), lambda e: e[1].batch if e[1].batch >= 0 else -2 - e[0]
    ):
        earliest = front.copy()
        for _, box in batch:
            at = max(earliest[row] for row in box.rows)
            while at < len(columns) and not used[at].isdisjoint(box.rows):
                at += 1
            if at == len(columns):
                columns.append([])
                used.append(set())
            columns[at].append(box)
            used[at].update(box.rows)
            for row in box.rows:
                front[row] = max(front[row], at + 1)
    return (Column(tuple(column)) for column in columns)


def shortened(text: str, ascii: bool = False, longest: int = LONGEST_LABEL) -> str:
    """A label, cut where it is too long."""
    if len(text) <= longest:
        return text
    return text[: longest - 2] + ".." if ascii else text[: longest - 1] + "…"


def angle_text(angle: Angle, names: Sequence[str], ascii: bool) -> str:
    """An angle as a formula in the names of its slots, numbers to four digits."""
    if not isinstance(angle, Affine):
        import sympy

        from qansatz.emit.expressions import named

        formula = named(angle, [sympy.Symbol(name) for name in names])
        text = str(formula.xreplace({x: sympy.Float(x, 4) for x in formula.atoms(sympy.Float)}))
        return text if ascii else text.translate(_SIGNS).replace("··", "^").replace("pi", "π")
    parts = [_times(coefficient, names[slot], ascii) for slot, coefficient in angle.terms]
    if angle.constant or not parts:
        parts.append(_number(angle.constant, ascii))
    text = parts[0]
    for part in parts[1:]:
        text += part if part.startswith("-") else f"+{part}"
    return text if ascii else text.replace("-", "−")


def _times(coefficient: Real, name: str, ascii: bool) -> str:
    dot = "*" if ascii else ""
    if isinstance(coefficient, int | Fraction) and len(str(coefficient)) <= 7:
        ratio = Fraction(coefficient)
        sign = "-" if ratio < 0 else ""
        factor = "" if abs(ratio.numerator) == 1 else f"{abs(ratio.numerator)}{dot}"
        divisor = "" if ratio.denominator == 1 else f"/{ratio.denominator}"
        return f"{sign}{factor}{name}{divisor}"
    written = _number(coefficient, ascii)
    if isinstance(coefficient, PiLinear) and (coefficient.rational or "/" in written):
        written = f"({written})"
    return f"{written}{dot}{name}"


def _number(value: Real, ascii: bool) -> str:
    if isinstance(value, PiLinear):
        turn = _times(value.pi, "pi" if ascii else "π", ascii)
        if not value.rational:
            return turn
        return f"{value.rational}{'' if turn.startswith('-') else '+'}{turn}"
    text = str(value)
    return f"{float(value):.4g}" if isinstance(value, float) or len(text) > 7 else text


def _greek(label: str) -> str:
    """A label with the Greek letter that its name spells, if it spells one."""
    name, bracket, rest = label.partition("[")
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}") + bracket + rest
    except KeyError:
        return label
