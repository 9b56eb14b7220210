"""Where a command writes: results on standard output, all else on standard error."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from qansatz.diagnostics import Diagnostic, Severity
from qansatz.numbers import counted
from qansatz.render import render

if TYPE_CHECKING:
    from qansatz.progress import Progress

FORMAT_VERSION: Final = "1.0"

FINE: Final = 0
FAILED: Final = 1
UNUSABLE: Final = 2
LIMITED: Final = 3
INTERNAL: Final = 70
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141


class UnusableError(Exception):
    """The command cannot be carried out as it was given: exit code 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The streams of one run. ``colour`` is that of standard error."""

    quiet: bool = False
    json: bool = False
    form: str = "full"
    colour: bool = False
    width: int = 120

    def result(self, text: str) -> None:
        """Write the result, or a part of it; nothing under ``--json``."""
        if not self.json:
            sys.stdout.write(text)

    def answer(self, diagnostics: Sequence[Diagnostic], values: Mapping[str, Any]) -> None:
        """Write the one JSON object of ``--json``; nothing without it."""
        if self.json:
            import json

            from qansatz.exchange import objects

            whole = {
                "format_version": FORMAT_VERSION,
                **values,
                "diagnostics": objects(diagnostics),
            }
            sys.stdout.write(json.dumps(whole, indent=2) + "\n")

    def note(self, text: str) -> None:
        """Say something beside the result; nothing under ``--quiet``."""
        if not self.quiet:
            sys.stderr.write(text + "\n")

    def refusal(self, text: str) -> None:
        """Say why there is no result, under ``--quiet`` too."""
        sys.stderr.write(f"{text}\n")

    @contextmanager
    def progress(self, text: str) -> Iterator[Progress]:
        """Show what long work tells of itself while the block runs, on one line of standard error.

        Only on a terminal that can rewrite a line, and not under ``--quiet``; the line is empty afterwards.
        """
        from qansatz.progress import Step

        if self.quiet or not is_terminal(sys.stderr) or os.environ.get("TERM") == "dumb":
            yield lambda step: None
            return
        from qansatz.tools.cli.progress import Line

        line = Line(sys.stderr, colour=self.colour, width=self.width)
        try:
            line.show(Step(text=text))
            yield line.show
        finally:
            line.clear()

    def diagnostics(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Show what was found on standard error; under ``--json`` the answer holds it."""
        if not self.json:
            sys.stderr.write(self.text_of(diagnostics))
            if self.form == "full" and diagnostics:
                sys.stderr.write(f"\n{tally(diagnostics)}\n")

    def text_of(self, diagnostics: Sequence[Diagnostic]) -> str:
        """What was found in the form asked for."""
        rules = None
        if self.form == "sarif":
            from qansatz.views.catalogue import rules as all_rules

            rules = all_rules()
        return render(diagnostics, self.form, colour=self.colour, width=self.width, rules=rules)


def console(*, quiet: bool = False, as_json: bool = False, form: str = "full") -> Console:
    """The console of this process: colour on a terminal, unless ``NO_COLOR`` is set."""
    terminal = is_terminal(sys.stderr)
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    return Console(
        quiet=quiet,
        json=as_json,
        form=form,
        colour=terminal and not plain,
        width=terminal_width(sys.stderr, 120),
    )


def is_terminal(stream: Any) -> bool:
    """Whether a stream is open and leads to a terminal."""
    try:
        return stream is not None and bool(stream.isatty())
    except ValueError:
        return False


def terminal_width(stream: Any, otherwise: int) -> int:
    """The columns of the terminal that a stream leads to, or another number where there is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or otherwise
    except (AttributeError, OSError, ValueError):
        return otherwise


def tally(diagnostics: Sequence[Diagnostic]) -> str:
    """How many errors and warnings there are, such as ``2 errors, 1 warning``."""
    counts = Counter(d.severity for d in diagnostics)
    return ", ".join(counted(counts[s], s.value) for s in Severity if counts[s])


def has_errors(diagnostics: Sequence[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)
