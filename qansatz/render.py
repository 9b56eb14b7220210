"""Diagnostics as text, in two forms for people and three for machines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from qansatz.characters import columns, harmless, stand_in
from qansatz.diagnostics import Diagnostic, Fix
from qansatz.source import Source, Span

FORMS: Final = ("full", "concise", "json", "github", "sarif")

_STYLES: Final = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "gutter": "\x1b[1;34m",
    "strong": "\x1b[1m",
}
_RESET: Final = "\x1b[0m"
_CUT: Final = "..."


def render(
    diagnostics: Sequence[Diagnostic],
    form: str,
    *,
    colour: bool = False,
    width: int = 120,
    rules: Mapping[str, tuple[str, str]] | None = None,
) -> str:
    """The diagnostics in one of :data:`FORMS`; text that is not empty ends with a newline.

    ``colour`` (ANSI) and ``width`` (columns a quoted line may take) matter to ``full`` only,
    ``rules`` (the title and the help text of each code) to ``sarif`` only. Control characters of
    the source never reach the text.
    ``ValueError`` for an unknown form.
    """
    match form:
        case "full":
            return "\n".join(_Page(d, colour=colour, width=width).text() for d in diagnostics)
        case "concise":
            return "".join(f"{_concise(d)}\n" for d in diagnostics)
        case "json" | "github" | "sarif":
            from qansatz import exchange

            if form == "json":
                return exchange.json_text(diagnostics)
            if form == "github":
                return exchange.github_text(diagnostics)
            return exchange.sarif_text(diagnostics, rules or {})
        case _:
            raise ValueError(f"unknown form {form!r}: one of {', '.join(FORMS)}")


def place(span: Span) -> str:
    """``file:line:column`` of a span's start, both counted from 1."""
    line, column = span.source.location(span.start)
    return f"{harmless(span.source.name)}:{line}:{column}"


def _concise(diagnostic: Diagnostic) -> str:
    head = f"{diagnostic.severity.value}[{diagnostic.code}]"
    return f"{place(diagnostic.span)}: {head} {_one_line(diagnostic.message)}"


def _one_line(text: str) -> str:
    return harmless(" ".join(text.split()) if "\n" in text else text)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place on one line, in 0-based code points, and what is said about it."""

    start: int
    end: int
    label: str
    style: str

    @property
    def sign(self) -> str:
        return "-" if self.style == "gutter" else "^"


class _Row:
    """One line of output under construction: characters at columns, each with a style."""

    def __init__(self) -> None:
        self._cells: list[tuple[str, str]] = []

    def put(self, column: int, text: str, style: str) -> None:
        """Write text from a column on, over what is there."""
        self._cells += [(" ", "")] * (column - len(self._cells))
        self._cells[column : column + len(text)] = [(c, style) for c in text]

    def runs(self) -> Iterator[tuple[str, str]]:
        """The text in runs of equal style."""
        run, style = "", ""
        for c, s in self._cells:
            if s != style and run:
                yield run, style
                run = ""
            run, style = run + c, s
        if run:
            yield run, style


class _Page:
    """One diagnostic in the form ``full``."""

    def __init__(self, diagnostic: Diagnostic, *, colour: bool, width: int) -> None:
        self._diagnostic = diagnostic
        self._colour = colour
        self._severity = diagnostic.severity.value
        last = max(s.source.location(s.start)[0] for s in self._spans())
        self._gutter = len(str(last))
        self._limit = max(24, width - self._gutter - 3)

    def text(self) -> str:
        """The whole text, ending with a newline."""
        d = self._diagnostic
        head = self._paint(f"{self._severity}[{d.code}]", self._severity)
        lines = [head + self._paint(f": {_one_line(d.message)}", "strong")]
        lines += self._excerpts()
        remarks = list(self._remarks())
        if remarks:
            lines += [self._bar(), *remarks]
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def _spans(self) -> Iterator[Span]:
        yield self._diagnostic.span
        yield from (label.span for label in self._diagnostic.labels)

    def _paint(self, text: str, style: str) -> str:
        return f"{_STYLES[style]}{text}{_RESET}" if self._colour and style and text else text

    def _bar(self) -> str:
        return self._paint(f"{'':{self._gutter}} |", "gutter")

    def _remarks(self) -> Iterator[str]:
        d = self._diagnostic
        for note in d.notes:
            yield self._remark("note", note)
        if d.help:
            yield self._remark("help", d.help)
        if d.fix:
            yield self._remark("fix", f"{d.fix.title} ({_how(d.fix)})")

    def _remark(self, kind: str, text: str) -> str:
        indent = f"\n{'':{self._gutter + len(kind) + 5}}"
        body = indent.join(harmless(line) for line in text.split("\n"))
        sign = self._paint(f"{'':{self._gutter}} =", "gutter")
        return f"{sign} {self._paint(kind, 'strong')}: {body}"

    def _excerpts(self) -> Iterator[str]:
        """The quoted lines of every file that has a span, the primary one's first."""
        d = self._diagnostic
        firsts: dict[Source, Span] = {d.span.source: d.span}
        for label in d.labels:
            firsts.setdefault(label.span.source, label.span)
        for k, (source, first) in enumerate(firsts.items()):
            if k:
                yield self._bar()
            arrow = self._paint(f"{'':{self._gutter}}{':::' if k else '-->'}", "gutter")
            yield f"{arrow} {place(first)}"
            if source.text:
                yield self._bar()
                yield from self._quote(source)

    def _marks(self, source: Source) -> dict[int, list[_Mark]]:
        """The marks of one file by line, lines ascending, the primary first within its line."""
        d = self._diagnostic
        marks: dict[int, list[_Mark]] = {}
        spans = [(d.span, d.label, self._severity)]
        spans += [(label.span, label.text, "gutter") for label in d.labels]
        for span, label, style in spans:
            if span.source is source:
                number, column = source.location(span.start)
                end = min(span.end - source.line_start(number), len(source.line(number)))
                mark = _Mark(column - 1, max(end, column), _one_line(label), style)
                marks.setdefault(number, []).append(mark)
        return dict(sorted(marks.items()))

    def _quote(self, source: Source) -> Iterator[str]:
        before = None
        for number, marks in self._marks(source).items():
            if before and number == before + 2:
                between, _ = _excerpt(source.line(before + 1), [], self._limit)
                yield self._source_line(before + 1, between)
            elif before and number > before + 2:
                yield self._paint(_CUT, "gutter")
            shown, ranges = _excerpt(source.line(number), marks, self._limit)
            yield self._source_line(number, shown)
            for row in _underlines(marks, ranges):
                yield f"{self._bar()} {''.join(self._paint(t, s) for t, s in row.runs())}"
            before = number

    def _source_line(self, number: int, shown: str) -> str:
        return f"{self._paint(f'{number:>{self._gutter}} |', 'gutter')} {shown}"


def _how(fix: Fix) -> str:
    if fix.safe:
        return "apply with `qansatz check --fix`"
    return "may change the meaning: `--fix` leaves it to you"


def _underlines(marks: list[_Mark], ranges: list[tuple[int, int]]) -> Iterator[_Row]:
    """The row of underlines with the rightmost label, then the rows the other labels hang on."""
    placed = sorted(zip(marks, ranges, strict=True), key=lambda p: (p[1], p[0].label))
    row = _Row()
    for mark, (start, end) in sorted(placed, key=lambda p: p[0].sign != "-"):
        row.put(start, mark.sign * (end - start), mark.style)
    labelled = [p for p in placed if p[0].label]
    if labelled:
        mark, (start, end) = labelled[-1]
        clear = all(other == (start, end) or other[1] <= start for _, other in placed[:-1])
        if clear and placed[-1][0] is mark:
            row.put(end, f" {mark.label}", mark.style)
            labelled.pop()
    yield row
    if labelled:
        yield _hooks(labelled)
    while labelled:
        mark, (start, _) = labelled.pop()
        row = _hooks(labelled)
        row.put(start, mark.label, mark.style)
        yield row


def _hooks(placed: list[tuple[_Mark, tuple[int, int]]]) -> _Row:
    row = _Row()
    for mark, (start, _) in placed:
        row.put(start, "|", mark.style)
    return row


def _excerpt(line: str, marks: list[_Mark], limit: int) -> tuple[str, list[tuple[int, int]]]:
    """A line in at most ``limit`` columns, and the columns ``[start, end)`` of each mark.

    A longer line is cut to a window around its marks, or the first if they are far apart.
    """
    anchor = marks[0].start if marks else 0
    first, last = max(0, anchor - 4 * limit), anchor + 4 * limit
    pieces = [stand_in(c) for c in line[first:last]]
    edges = [0]
    for piece in pieces:
        edges.append(edges[-1] + columns(piece))

    def edge(position: int) -> int:
        inside = min(max(position - first, 0), len(pieces))
        return edges[inside] + max(0, position - len(line))

    ranges = [(edge(m.start), max(edge(m.end), edge(m.start) + 1)) for m in marks]
    if first == 0 and last >= len(line) and edges[-1] <= limit:
        return "".join(pieces), ranges

    begin, end = _window(ranges, edges[-1], limit - 2 * len(_CUT))
    kept = [k for k in range(len(pieces)) if begin <= edges[k] and edges[k + 1] <= end]
    cut_left = first > 0 or bool(kept and kept[0] > 0)
    cut_right = last < len(line) or bool(kept and kept[-1] < len(pieces) - 1)
    origin = edges[kept[0]] if kept else begin
    body = "".join(pieces[k] for k in kept)
    shown = (_CUT if cut_left else "") + body + (_CUT if cut_right else "")
    shift = (len(_CUT) if cut_left else 0) - origin
    stop = edges[kept[-1] + 1] if kept else end
    return shown, [_clip(r, origin, stop, shift) for r in ranges]


def _window(ranges: list[tuple[int, int]], total: int, limit: int) -> tuple[int, int]:
    left, right = (min(r[0] for r in ranges), max(r[1] for r in ranges)) if ranges else (0, 0)
    if right - left > limit:
        left, right = ranges[0]
    begin = (left + right - limit) // 2 if right - left <= limit else left - limit // 8
    begin = max(0, min(begin, total - limit))
    return begin, begin + limit


def _clip(columns: tuple[int, int], begin: int, end: int, shift: int) -> tuple[int, int]:
    """A range of columns within the window; one outside it moves under the sign of the cut."""
    start, stop = columns
    if stop <= begin:
        return 0, len(_CUT)
    if start > end or (start == end and stop > end + 1):
        return end + shift, end + shift + len(_CUT)
    return max(start, begin) + shift, max(min(stop, end), max(start, begin) + 1) + shift
