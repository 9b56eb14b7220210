"""Models as pictures: text for a terminal, SVG for a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from qansatz.characters import columns as columns_of
from qansatz.model.program import Model
from qansatz.views.pictures.banks import Stretch, banks, stretches
from qansatz.views.pictures.scene import MORE, Box, Close, Column, Frame, Gap, Open, Scene, scene

_STYLES = {
    "X": "\x1b[31m",
    "Y": "\x1b[32m",
    "Z": "\x1b[34m",
    "name": "\x1b[1m",
    "faint": "\x1b[2m",
    "title": "\x1b[35m",
}
_RESET = "\x1b[0m"
# Corners and edges of a frame: top left, top, top right, edge, edge on a wire, bottom left, bottom, bottom right.
_EDGES = {
    "repeat": tuple("╔═╗║╫╚═╝"),
    "block": tuple("╭─╮│┼╰─╯"),
    "layer": tuple("┌─┐│┼└─┘"),
    "encode": tuple("┌┄┐┊┼└┄┘"),
    "unordered": tuple("╭┄╮┊┼╰┄╯"),
}
_ASCII = str.maketrans(
    "─│┤├┄┊┼╫═║╔╗╚╝╭╮╰╯┌┐└┘⋯…",
    "-|[]-:++=|++++++++++++~~",
)
_EDGE_WIDTH = 3


def draw_text(model: Model, *, width: int = 100, colour: bool = False, ascii: bool = False) -> str:
    """The model with time from left to right, a line a qubit, at most ``width`` columns where it can wrap.

    A rotation shows the letters of its string as written and its angle (radians) below; ``repeat`` shows its
    first iteration in a double frame with the number of iterations. ``colour`` uses ANSI sequences.
    """
    return _Page(scene(model, ascii=ascii), width, colour, ascii).text()


@dataclass(slots=True)
class _Canvas:
    """Characters and styles by line and column."""

    height: int
    width: int
    cells: list[list[str]] = field(init=False)
    styles: list[list[str]] = field(init=False)

    def __post_init__(self) -> None:
        self.cells = [[" "] * self.width for _ in range(self.height)]
        self.styles = [[""] * self.width for _ in range(self.height)]

    def put(self, line: int, column: int, text: str, style: str = "") -> None:
        for c in text:
            size = columns_of(c)
            if size and column < self.width:
                self.cells[line][column] = c
                self.styles[line][column] = style
                if size == 2 and column + 1 < self.width:
                    self.cells[line][column + 1] = ""
                column += size

    def lines(self, colour: bool) -> Iterator[str]:
        for cells, styles in zip(self.cells, self.styles, strict=True):
            text, current = "", ""
            last = max((k for k, c in enumerate(cells) if c not in (" ", "")), default=-1)
            for c, style in zip(cells[: last + 1], styles, strict=False):
                if colour and style != current:
                    text += (_RESET if current else "") + _STYLES.get(style, "")
                    current = style
                text += c
            yield text + (_RESET if current else "")


class _Page:
    def __init__(self, shown: Scene, width: int, colour: bool, ascii: bool) -> None:
        self.scene = shown
        self.colour = colour
        self.ascii = ascii
        self.head = max(map(text_width, shown.rows), default=0) + 1
        self.room = max(20, width - self.head - 3)
        self.widths = self.measured()

    def measured(self) -> list[int]:
        """The width of each column, widened where a frame could not show its title."""
        widths = [_column_width(column) for column in self.scene.columns]
        begun: list[int] = []
        for k, column in enumerate(self.scene.columns):
            if isinstance(column.mark, Open):
                begun.append(k)
            elif isinstance(column.mark, Close):
                first = begun.pop()
                wanted = min(text_width(self.caption(column.mark.frame)) + 6, self.room)
                widths[k - 1] += max(0, wanted - sum(widths[first : k + 1]))
        return widths

    def caption(self, frame: Frame) -> str:
        times = "x" if self.ascii else "×"
        count = f"  {times}{frame.count}" if frame.kind == "repeat" else ""
        return frame.title + count

    def text(self) -> str:
        columns = self.scene.columns
        parts = [*banks(self.widths, columns, self.room)] or [range(0)]
        drawn = ["\n".join(self.bank(part)) + "\n" for part in parts]
        text = "\n".join(drawn)
        if self.scene.notes:
            text += "\n" + "".join(f"{note}\n" for note in self.scene.notes)
        return text.translate(_ASCII) if self.ascii else text

    def bank(self, part: range) -> list[str]:
        shown = stretches(self.scene.columns, part)
        levels = max((s.depth for s in shown), default=-1) + 1
        n_rows = len(self.scene.rows)
        start = self.head + 1
        width = start + sum(self.widths[part.start : part.stop]) + 1
        canvas = _Canvas(2 * levels + 2 * n_rows, width)
        offsets = {}
        for k in part:
            offsets[k] = start
            start += self.widths[k]
        self.wires(canvas, levels, width, part)
        for s in shown:
            self.frame(canvas, s, levels, offsets)
        for k in part:
            column = self.scene.columns[k]
            for box in column.boxes:
                self.box(canvas, box, levels, offsets[k], self.widths[k])
            if isinstance(column.mark, Gap):
                self.gap(canvas, column.mark, levels, offsets[k], self.widths[k])
        return [*canvas.lines(self.colour)]

    def wires(self, canvas: _Canvas, levels: int, width: int, part: range) -> None:
        for row, name in enumerate(self.scene.rows):
            line = levels + 2 * row
            hidden = row == self.scene.hidden
            canvas.put(line, 0, name, "faint" if hidden else "name")
            canvas.put(line, self.head, ("┄" if hidden else "─") * (width - self.head), "faint")
            if part.start > 0:
                canvas.put(line, self.head, MORE, "faint")
            if part.stop < len(self.scene.columns):
                canvas.put(line, width - 1, MORE, "faint")

    def frame(self, canvas: _Canvas, s: Stretch, levels: int, offsets: dict[int, int]) -> None:
        top_left, top, top_right, edge, crossing, bottom_left, bottom, bottom_right = _EDGES[
            s.frame.kind
        ]
        left = offsets[s.first] + 1 if s.begins else offsets[s.first] - 1
        right = offsets[s.last] + (1 if s.ends else self.widths[s.last] + 1)
        high, low = s.depth, canvas.height - 1 - s.depth
        canvas.put(high, left, top * (right - left), "faint")
        canvas.put(low, left, bottom * (right - left), "faint")
        wires = range(levels, levels + 2 * len(self.scene.rows), 2)
        sides = ((s.begins, left, top_left, bottom_left), (s.ends, right, top_right, bottom_right))
        for drawn, at, upper, lower in sides:
            if drawn:
                for line in range(high + 1, low):
                    canvas.put(line, at, crossing if line in wires else edge, "faint")
                canvas.put(high, at, upper, "faint")
                canvas.put(low, at, lower, "faint")
        caption = self.caption(s.frame) + ("" if s.begins else " (continued)")
        room = right - left - 4
        if room > 2 and text_width(caption) > room:
            caption = _cut(caption, room - 1) + "…"
        if room > 2:
            canvas.put(high, left + 2, f" {caption} ", "title")

    def box(self, canvas: _Canvas, box: Box, levels: int, offset: int, width: int) -> None:
        centre = offset + width // 2
        marks = dict(box.marks)
        for row in box.rows:
            line = levels + 2 * row
            if row in marks:
                text = _marked(box.kind, marks[row], self.ascii)
                style = marks[row] if box.kind == "rotation" else ""
                canvas.put(line, centre - text_width(text) // 2, text, style)
            else:
                canvas.put(line, centre, "┼", "faint")
            if row != box.rows[-1]:
                canvas.put(line + 1, centre, "│", "faint")
        if box.label:
            left = centre - text_width(box.label) // 2
            canvas.put(levels + 2 * box.rows[-1] + 1, left, box.label)

    def gap(self, canvas: _Canvas, gap: Gap, levels: int, offset: int, width: int) -> None:
        for row in range(len(self.scene.rows)):
            canvas.put(levels + 2 * row, offset, " " + "┄" * (width - 2) + " ", "faint")
        canvas.put(levels + 1, offset + 1, gap.text, "title")


def _column_width(column: Column) -> int:
    match column.mark:
        case Open() | Close():
            return _EDGE_WIDTH
        case Gap(text=text):
            return text_width(text) + 2
        case _:
            marks = [text_width(mark) + 2 for box in column.boxes for _, mark in box.marks]
            labels = [text_width(box.label) + 1 for box in column.boxes]
            return max(*marks, *labels) + 2


def _marked(kind: str, mark: str, ascii: bool) -> str:
    if kind == "rotation":
        return f"┤{mark}├"
    if kind == "joined":
        return mark
    return f"({mark})" if ascii else f"[{mark}]"


def _cut(text: str, room: int) -> str:
    kept = ""
    for c in text:
        if text_width(kept + c) > room:
            return kept
        kept += c
    return kept


def text_width(text: str) -> int:
    """The columns that a text takes on a terminal."""
    return sum(map(columns_of, text))
