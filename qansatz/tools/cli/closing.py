"""The closure of sums on the command line: progress, Ctrl-C, and a file that keeps it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qansatz.progress import Progress, Step
from qansatz.tools.cli.console import Console, UnusableError

if TYPE_CHECKING:
    from qansatz.analysis.algebra.algebra import AlgebraReport
    from qansatz.lie.closure import Partial
    from qansatz.model.program import Model


def report(
    model: Model,
    seconds: float | None,
    out: Console,
    resume: str | None = None,
    *,
    progress: Progress | None = None,
) -> AlgebraReport:
    """The algebra, its progress on the console; sums are closed for so many seconds, or for counted work.

    The first Ctrl-C stops a closure. ``progress`` is told how far it has come in place of the console.

    A closure that is stopped is kept in the file ``resume``, and gone on with where it is there already.
    """
    from qansatz.analysis.algebra.algebra import algebra
    from qansatz.lie.closure import Limit, StopClosureError

    before = _kept(model, resume)
    asked_to_stop = threading.Event()

    with ExitStack() as stack:
        show = progress or stack.enter_context(out.progress("finding the Lie algebra"))

        def tell(dimension: int, n_columns: int) -> None:
            if asked_to_stop.is_set():
                raise StopClosureError("it was interrupted")
            detail = f"dimension {dimension:,} in {n_columns:,} strings or orbits"
            show(Step(text="closing the sums", detail=detail))

        stack.enter_context(_first_interrupt(asked_to_stop))
        try:
            closed = algebra(model, limit=Limit(seconds=seconds), progress=tell, after=before)
        except KeyboardInterrupt:
            closed = algebra(model, limit=Limit(seconds=0.0))
    if resume and closed.partial is not None:
        _keep(closed.partial, resume, out)
    elif resume and closed.closure is None:
        out.note(f"{resume} was not used: the strings alone give the algebra, nothing is closed")
    return closed


@contextmanager
def _first_interrupt(event: threading.Event) -> Iterator[None]:
    """Let the first Ctrl-C set an event; the second interrupts at once."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(*_: object) -> None:
        signal.signal(signal.SIGINT, before)
        event.set()

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _kept(model: Model, resume: str | None) -> Partial | None:
    """The closure in the file; None where there is no file yet."""
    if resume is None or not Path(resume).exists():
        return None
    from qansatz.analysis.algebra.sums import kept
    from qansatz.lie.checkpoints import CheckpointError

    try:
        return kept(model, Path(resume))
    except (CheckpointError, OSError) as error:
        raise UnusableError(f"cannot go on from {resume}: {error}") from None


def _keep(partial: Partial, resume: str, out: Console) -> None:
    from qansatz.lie.checkpoints import save

    try:
        save(partial, Path(resume))
    except OSError as error:
        raise UnusableError(f"cannot write {resume}: {error.strerror or error}") from None
    out.note(f"the closure is kept in {resume}; the same command goes on from there")
