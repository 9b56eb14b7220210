"""Text and places in it: the only arithmetic on offsets, lines, columns and UTF-16 units."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A file's name (as the user wrote it) and its text, newlines normalised to ``\\n``."""

    name: str
    text: str = field(repr=False)
    _starts: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        starts = [0]
        position = self.text.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        object.__setattr__(self, "_starts", tuple(starts))

    def location(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1, columns in code points."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line (counted from 1) without its newline."""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end]

    def line_start(self, number: int) -> int:
        """The offset at which a line (counted from 1) begins."""
        return self._starts[number - 1]

    def utf16_column(self, offset: int) -> int:
        """The 0-based column of an offset in UTF-16 units, as SARIF and editors count."""
        line, column = self.location(offset)
        return len(self.line(line)[: column - 1].encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Span:
    """The half-open range ``[start, end)`` of code points in a source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """The text the span covers."""
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """The smallest span that covers this one and a later one of the same source."""
        return Span(self.source, min(self.start, other.start), max(self.end, other.end))

    def contains(self, other: Span) -> bool:
        """Whether the other span lies inside this one."""
        return self.source is other.source and self.start <= other.start and other.end <= self.end
