"""A scene as an SVG document that needs nothing else: no fonts, no scripts, no links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from qansatz.characters import columns as columns_of
from qansatz.model.program import Model
from qansatz.views.pictures.banks import Stretch, banks, stretches
from qansatz.views.pictures.scene import (
    N_COLOURS,
    Box,
    Close,
    Column,
    Gap,
    Open,
    Paint,
    Scene,
    scene,
)

_ROW = 46
_BOX = 26
_EDGE = 14
_LETTER = 6.7  # the advance of a label's letter
_TITLE = 22  # height of a frame's title
_MARGIN = 12
_BELOW = {"repeat": 38}  # room under a frame, for its brace
_UNDER = 8
_ON_DARK = (4, 7)  # the colours with white letters

_STYLE = """\
& text { font: 12px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #24292f; }
& .letter, & .fixed-letter { font-weight: 600; font-size: 13px; text-anchor: middle; }
& .letter { fill: #ffffff; }
& .label { font-size: 11px; text-anchor: middle; fill: #57606a; }
& .count { font-weight: 600; font-size: 13px; text-anchor: middle; }
& .note, & .title { font-size: 11px; fill: #57606a; }
& .halo { fill: #ffffff; fill-opacity: 0.85; }
& .wire, & .link, & .brace { fill: none; stroke: #8c959f; }
& .link { stroke-width: 2; }
& .gap { stroke-dasharray: 2 4; }
& .brace { stroke-width: 1.5; }
& .X { fill: #cf4a22; }
& .Y { fill: #1a7f4b; }
& .Z { fill: #2563c9; }
& .other { fill: #6e7781; }
& .fixed { fill: #ffffff; stroke: #57606a; stroke-width: 1.5; }
& .control { fill: #57606a; stroke: #57606a; stroke-width: 1.5; }
& .target { fill: #ffffff; stroke: #57606a; stroke-width: 1.5; }
& .cross { stroke: #57606a; stroke-width: 1.5; fill: none; }
& .frame { fill-opacity: 0.07; stroke-opacity: 0.7; }
& .repeat { fill: #8250df; stroke: #8250df; }
& .block { fill: #2563c9; stroke: #2563c9; }
& .layer { fill: #57606a; stroke: #57606a; }
& .encode { fill: #0f8b8d; stroke: #0f8b8d; stroke-dasharray: 5 3; }
& .unordered { fill: #b7791f; stroke: #b7791f; stroke-dasharray: 2 3; }
& .number { font-size: 9px; font-weight: 600; }
& .paint-0 { fill: #e69f00; }
& .paint-1 { fill: #56b4e9; }
& .paint-2 { fill: #00a878; }
& .paint-3 { fill: #f0e442; }
& .paint-4 { fill: #0072b2; }
& .paint-5 { fill: #d55e00; }
& .paint-6 { fill: #cc79a7; }
& .paint-7 { fill: #5b3a8c; }
& .paint-grey { fill: #e4e7eb; stroke: #8c959f; stroke-dasharray: 2 2; }
& .dark { fill: #1b1f24; }
& .light { fill: #ffffff; }
& .grey { fill: #57606a; }
@media (prefers-color-scheme: dark) {
  & text { fill: #e6edf3; }
  & .letter { fill: #ffffff; }
  & .label, & .note, & .title { fill: #9da7b1; }
  & .halo { fill: #0d1117; }
  & .fixed, & .target { fill: #21262d; stroke: #9da7b1; }
  & .control { fill: #9da7b1; stroke: #9da7b1; }
  & .cross { stroke: #9da7b1; }
  & .frame { fill-opacity: 0.16; }
  & .dark { fill: #1b1f24; }
  & .paint-grey { fill: #30363d; }
  & .grey { fill: #9da7b1; }
}
"""


def svg(shown: Scene, name: str, width: int) -> str:
    """The document, wrapped at about ``width`` pixels."""
    return _Page(shown, name, width).text()


@dataclass(frozen=True, slots=True)
class _Extent:
    """How far a frame reaches above and below the wires."""

    above: float
    below: float


class _Page:
    def __init__(self, shown: Scene, name: str, width: int) -> None:
        self.scene = shown
        self.name = name
        self.head = max((_length(row) for row in shown.rows), default=0) + 2 * _MARGIN
        self.widths = self.measured()
        room = max(200, int(width - self.head - _MARGIN))
        self.parts = [*banks(self.widths, shown.columns, room)] or [range(0)]

    def measured(self) -> list[int]:
        """The width of each column, widened where a frame could not show its title."""
        widths = [_column_width(column) for column in self.scene.columns]
        begun: list[int] = []
        for k, column in enumerate(self.scene.columns):
            if isinstance(column.mark, Open):
                begun.append(k)
            elif isinstance(column.mark, Close):
                first = begun.pop()
                wanted = int(_length(column.mark.frame.title)) + 2 * _EDGE
                widths[k - 1] += max(0, wanted - sum(widths[first : k + 1]))
        return widths

    def text(self) -> str:
        body: list[str] = []
        y = float(_MARGIN)
        for part in self.parts:
            lines, y = self.bank(part, y)
            body += lines
        for note in self.scene.notes:
            body.append(_text(_MARGIN, y + 8, note, "note"))
            y += 18
        if self.scene.legend:
            y = self.key(body, y)
        widest = max(sum(self.widths[p.start : p.stop]) for p in self.parts)
        meanings = [p.meaning for p in self.scene.legend]
        noted = max((_length(note) for note in self.scene.notes), default=0)
        noted = max(noted, max((_length(text) + 4.2 * _BOX for text in meanings), default=0))
        width = max(self.head + widest + 2 * _MARGIN, noted + 2 * _MARGIN)
        title = f"Circuit of the ansatz {self.name}"
        description = f"{len(self.scene.rows)} wires, time from left to right"
        return "\n".join(
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{y:.0f}"'
                f' viewBox="0 0 {width:.0f} {y:.0f}" class="qansatz-circuit" role="img"'
                f' aria-label="{_escaped(title)}">',
                f"<title>{_escaped(title)}</title>",
                f"<desc>{_escaped(description)}</desc>",
                f"<style>\n{_STYLE.replace('& ', '.qansatz-circuit ')}</style>",
                *body,
                "</svg>\n",
            )
        )

    def key(self, body: list[str], top: float) -> float:
        """The legend from a height on; the height below it."""
        y = top + 4
        for paint in self.scene.legend:
            body += _rectangle(_paint_class(paint), _MARGIN + 2 * _BOX, y + 10, 3.6 * _BOX, 20)
            body.append(_text(_MARGIN + 2 * _BOX, y + 14, paint.number, f"letter {_ink(paint)}"))
            body.append(_text(_MARGIN + 4.2 * _BOX, y + 14, paint.meaning, "note"))
            y += 24
        return y + _MARGIN

    def bank(self, part: range, top: float) -> tuple[list[str], float]:
        """The elements of one bank that begins at a height, and the height at which the next may."""
        shown = stretches(self.scene.columns, part)
        extents = _extents(shown)
        above = max((e.above for e in extents), default=0.0)
        below = max((e.below for e in extents), default=0.0)
        first = top + above + _ROW / 2
        last = first + _ROW * (len(self.scene.rows) - 1)
        offsets = dict(
            zip(part, accumulate((self.widths[k] for k in part), initial=self.head), strict=False)
        )
        end = self.head + sum(self.widths[k] for k in part) + _MARGIN / 2
        lines: list[str] = []
        for s, extent in zip(shown, extents, strict=True):
            lines += self.frame(s, extent, offsets, first, last)
        lines += self.wires(part, first, end)
        for k in part:
            column = self.scene.columns[k]
            centre = offsets[k] + self.widths[k] / 2
            for box in column.boxes:
                lines += _box(box, centre, first)
            if isinstance(column.mark, Gap):
                lines += self.gap(column.mark, offsets[k], k, first, last)
        return lines, last + _ROW / 2 + below + 2 * _MARGIN

    def wires(self, part: range, first: float, end: float) -> Iterator[str]:
        for row, name in enumerate(self.scene.rows):
            y = first + _ROW * row
            hidden = " gap" if row == self.scene.hidden else ""
            yield _text(_MARGIN, y + 4, name, "note" if hidden else "name")
            start = self.head - _MARGIN / 2
            yield f'<path class="wire{hidden}" d="M{start:.1f} {y:.1f}H{end:.1f}"/>'
            if part.start > 0:
                yield f'<path class="wire gap" d="M{start - 12:.1f} {y:.1f}h12"/>'
            if part.stop < len(self.scene.columns):
                yield f'<path class="wire gap" d="M{end:.1f} {y:.1f}h12"/>'

    def frame(
        self, s: Stretch, extent: _Extent, offsets: dict[int, float], first: float, last: float
    ) -> Iterator[str]:
        left = offsets[s.first] + (_EDGE / 2 if s.begins else -_MARGIN / 2)
        right = offsets[s.last] + (_EDGE / 2 if s.ends else self.widths[s.last] + _MARGIN / 2)
        high = first - _ROW / 2 - extent.above
        loops = s.frame.kind == "repeat"
        low = last + _ROW / 2 + extent.below - (_BELOW["repeat"] - _UNDER if loops else 0)
        title = s.frame.title + ("" if s.begins else " (continued)")
        caption = f"{title}, {s.frame.count} times" if loops else title
        outline = _rounded(left, high, right, low, s.begins, s.ends)
        yield f'<path class="frame {s.frame.kind}" d="{outline}"><title>{_escaped(caption)}</title></path>'
        room = int((right - left - 12) / _LETTER)
        if len(title) > room:
            title = title[: max(0, room - 1)] + "…"
        yield _text(left + 8, high + 15, title, "title")
        if loops:
            yield f'<path class="brace" d="{_brace(left, right, low + 4)}"/>'
            yield _text((left + right) / 2, low + 28, f"×{s.frame.count}", "count")

    def gap(self, gap: Gap, offset: float, index: int, first: float, last: float) -> Iterator[str]:
        width = self.widths[index]
        yield (
            f'<rect class="halo" x="{offset:.1f}" y="{first - _BOX / 2:.1f}" width="{width}"'
            f' height="{last - first + _BOX:.1f}"/>'
        )
        yield _text(offset + 8, (first + last) / 2 + 4, gap.text, "note")


def _column_width(column: Column) -> int:
    match column.mark:
        case Open() | Close():
            return _EDGE
        case Gap(text=text):
            return int(_length(text)) + 16
        case _:
            labels = [_length(box.label) * 0.95 + 10 for box in column.boxes]
            marks = [
                _length(mark) + 18 + _number_width(box.paint)
                for box in column.boxes
                for _, mark in box.marks
            ]
            return int(max(_BOX + 10, *labels, *marks))


def _extents(shown: Sequence[Stretch]) -> list[_Extent]:
    """For each frame, the room above and below the wires that it and what it holds need."""
    extents: list[_Extent] = [_Extent(0, 0)] * len(shown)
    for k in reversed(range(len(shown))):
        s = shown[k]
        held = [
            extents[j]
            for j in range(k + 1, len(shown))
            if shown[j].depth == s.depth + 1 and s.first <= shown[j].first <= s.last
        ]
        above = max((e.above for e in held), default=0.0) + _TITLE
        below = max((e.below for e in held), default=0.0) + _BELOW.get(s.frame.kind, _UNDER)
        extents[k] = _Extent(above, below)
    return extents


def _box(box: Box, x: float, first: float) -> Iterator[str]:
    """A rotation or gate around a vertical line, told in words by its title."""
    yield f"<g><title>{_escaped(box.title)}</title>"
    top, bottom = first + _ROW * box.rows[0], first + _ROW * box.rows[-1]
    if top != bottom:
        yield f'<path class="link" d="M{x:.1f} {top:.1f}V{bottom:.1f}"/>'
    for row, mark in box.marks:
        if box.paint is None:
            yield from _mark(box.kind, mark, x, first + _ROW * row)
        else:
            yield from _painted(box.paint, mark, x, first + _ROW * row)
    if box.label:
        yield _text(x, bottom + _BOX / 2 + 9, box.label, "label")
    yield "</g>"


def _mark(kind: str, mark: str, x: float, y: float) -> Iterator[str]:
    if kind == "joined" and mark == "●":
        yield f'<circle class="control" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
    elif kind == "joined" and mark == "⊕":
        yield f'<circle class="target" cx="{x:.1f}" cy="{y:.1f}" r="10"/>'
        yield f'<path class="cross" d="M{x - 10:.1f} {y:.1f}h20M{x:.1f} {y - 10:.1f}v20"/>'
    elif kind == "joined" and mark == "×":
        yield f'<path class="cross" d="M{x - 6:.1f} {y - 6:.1f}l12 12M{x + 6:.1f} {y - 6:.1f}l-12 12"/>'
    else:
        width = max(_BOX, _length(mark) + 12)
        fill = "fixed" if kind == "gate" else mark if mark in ("X", "Y", "Z") else "other"
        yield from _rectangle(fill, x, y, width, _BOX)
        yield _text(x, y + 4.5, mark, "fixed-letter" if kind == "gate" else "letter")


def _painted(paint: Paint, mark: str, x: float, y: float) -> Iterator[str]:
    """A letter with its number as an index."""
    width = max(_BOX, _length(mark) + 12 + _number_width(paint))
    yield from _rectangle(_paint_class(paint), x, y, width, _BOX)
    left = x - _number_width(paint) / 2
    yield _text(left, y + 4.5, mark, f"letter {_ink(paint)}")
    if paint.number:
        yield _text(left + _length(mark) / 2 + 1.5, y + 8, paint.number, f"number {_ink(paint)}")


def _number_width(paint: Paint | None) -> float:
    return 0.0 if paint is None else 0.85 * _length(paint.number)


def _paint_class(paint: Paint) -> str:
    return "paint-grey" if paint.colour < 0 else f"paint-{paint.colour % N_COLOURS}"


def _ink(paint: Paint) -> str:
    if paint.colour < 0:
        return "grey"
    return "light" if paint.colour % N_COLOURS in _ON_DARK else "dark"


def _rectangle(kind: str, x: float, y: float, width: float, height: float) -> Iterator[str]:
    yield (
        f'<rect class="{kind}" x="{x - width / 2:.1f}" y="{y - height / 2:.1f}"'
        f' width="{width:.1f}" height="{height:g}" rx="5"/>'
    )


def _rounded(left: float, high: float, right: float, low: float, begins: bool, ends: bool) -> str:
    """A rectangle with round corners, open on the sides where the frame goes on."""
    r = 7
    if begins and ends:
        return (
            f"M{left + r:.1f} {high:.1f}H{right - r:.1f}q{r} 0 {r} {r}V{low - r:.1f}q0 {r} -{r} {r}"
            f"H{left + r:.1f}q-{r} 0 -{r} -{r}V{high + r:.1f}q0 -{r} {r} -{r}z"
        )
    if begins:
        return (
            f"M{right:.1f} {high:.1f}H{left + r:.1f}q-{r} 0 -{r} {r}V{low - r:.1f}q0 {r} {r} {r}"
            f"H{right:.1f}"
        )
    if ends:
        return (
            f"M{left:.1f} {high:.1f}H{right - r:.1f}q{r} 0 {r} {r}V{low - r:.1f}q0 {r} -{r} {r}"
            f"H{left:.1f}"
        )
    return f"M{left:.1f} {high:.1f}H{right:.1f}M{left:.1f} {low:.1f}H{right:.1f}"


def _brace(left: float, right: float, y: float) -> str:
    """A curly brace below a span, its point in the middle."""
    middle, q = (left + right) / 2, min(6.0, (right - left) / 4)
    return (
        f"M{left:.1f} {y:.1f}q0 {q:.1f} {q:.1f} {q:.1f}H{middle - q:.1f}q{q:.1f} 0 {q:.1f} {q:.1f}"
        f"q0 -{q:.1f} {q:.1f} -{q:.1f}H{right - q:.1f}q{q:.1f} 0 {q:.1f} -{q:.1f}"
    )


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{_escaped(text)}</text>'


def _length(text: str) -> float:
    return sum(map(columns_of, text)) * _LETTER


def _escaped(text: str) -> str:
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, written)
    return text


def draw_svg(model: Model, *, width: int = 1000) -> str:
    """The model as a self-contained SVG document, wrapped at about ``width`` pixels."""
    from qansatz.views.pictures.svg import svg

    return svg(scene(model), model.name, width)
