"""One line on a terminal that shows how far long work has come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TextIO

from qansatz.characters import harmless

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from qansatz.progress import Step

#: Seconds that counted work must have taken before it gets a bar with the time left.
PATIENCE: Final = 0.5
#: Seconds between two changes of the line.
INTERVAL: Final = 0.1
#: Seconds over which the speed is averaged: longer than the longest piece of most work.
_AVERAGED: Final = 3600.0
_CLEAR: Final = "\r\x1b[K"


class Line:
    """The words of a step; a bar and the time left as soon as counted work takes longer than ``PATIENCE``.

    It is drawn only when a step is told: no thread runs beside the work.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        colour: bool,
        width: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is written yet."""
        self._stream, self._colour, self._width, self._clock = stream, colour, width, clock
        self._text, self._began, self._drawn = "", 0.0, 0.0
        self._bar: tuple[Progress, TaskID] | None = None

    def show(self, step: Step) -> None:
        """Draw a step in the place of the one before."""
        now = self._clock()
        if step.text != self._text:
            self.clear()
            self._text, self._began = step.text, now
        elif now - self._drawn < INTERVAL:
            return
        self._drawn = now
        if self._bar is None and step.total and step.total > 1 and now - self._began >= PATIENCE:
            self._stream.write(_CLEAR)
            self._bar = self._bar_of(step)
        if self._bar is None:
            self._stream.write(_CLEAR + harmless(str(step))[: self._width - 1])
            self._stream.flush()
        else:
            progress, task = self._bar
            progress.update(
                task, completed=step.done, total=step.total, detail=step.detail, refresh=True
            )

    def clear(self) -> None:
        """Leave the line empty."""
        if self._bar is not None:
            self._bar[0].stop()
            self._bar = None
        elif self._text:
            self._stream.write(_CLEAR)
            self._stream.flush()
        self._text = ""

    def _bar_of(self, step: Step) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=None if self._width < 60 else 30),
            MofNCompleteColumn(),
            TimeRemainingColumn(elapsed_when_finished=True),
            TextColumn("{task.fields[detail]}", markup=False),
            console=Console(
                file=self._stream, force_terminal=True, no_color=not self._colour, width=self._width
            ),
            get_time=self._clock,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            speed_estimate_period=_AVERAGED,
        )
        task = progress.add_task(
            step.text, completed=step.done, total=step.total, detail=step.detail
        )
        progress.start()
        return progress, task
