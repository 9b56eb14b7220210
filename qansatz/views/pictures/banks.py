"""Columns of a scene in banks that fit a width, and the parts of frames that each shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qansatz.views.pictures.scene import Close, Column, Frame, Open


def banks(widths: Sequence[int], columns: Sequence[Column], room: int) -> Iterator[range]:
    """Runs of columns that fit a width; the edges of a frame stay with what stands inside them."""
    start = stop = used = 0
    for unit in _units(columns):
        wide = sum(widths[unit.start : unit.stop])
        if used and used + wide > room:
            yield range(start, stop)
            start, used = stop, 0
        stop, used = unit.stop, used + wide
    if stop > start:
        yield range(start, stop)


def _units(columns: Sequence[Column]) -> Iterator[range]:
    start = 0
    for k, column in enumerate(columns):
        last = k + 1 == len(columns)
        closes = not last and isinstance(columns[k + 1].mark, Close)
        if last or not (closes or isinstance(column.mark, Open)):
            yield range(start, k + 1)
            start = k + 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a frame that one bank shows: its columns, its depth, and whether it goes on beyond."""

    frame: Frame
    depth: int
    first: int
    last: int
    begins: bool
    ends: bool


def stretches(columns: Sequence[Column], bank: range) -> list[Stretch]:
    """The frames that a bank shows, outermost first where they begin together."""
    open_frames: list[tuple[Frame, int]] = []
    parts: list[Stretch] = []
    for k in range(bank.stop):
        mark = columns[k].mark
        if isinstance(mark, Open):
            open_frames.append((mark.frame, k))
        elif isinstance(mark, Close):
            frame, first = open_frames.pop()
            if k >= bank.start:
                begins = first >= bank.start
                depth = len(open_frames)
                parts.append(Stretch(frame, depth, max(first, bank.start), k, begins, True))
    for depth, (frame, first) in enumerate(open_frames):
        begins = first >= bank.start
        parts.append(Stretch(frame, depth, max(first, bank.start), bank.stop - 1, begins, False))
    return sorted(parts, key=lambda s: (s.depth, s.first))
