"""Applying the fixes that diagnostics carry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qansatz.diagnostics import Diagnostic, Edit
from qansatz.source import Source


def apply_fixes(source: Source, diagnostics: Iterable[Diagnostic]) -> tuple[str, list[str]]:
    """The text of a source with the safe fixes of its diagnostics applied, and their titles.

    Fixes are taken in the order found; one that touches the place of an earlier one is left for
    the next round, one that edits another file is left out, and the same edits are made once.
    """
    taken: list[Edit] = []
    titles = []
    for diagnostic in diagnostics:
        fix = diagnostic.fix
        if fix is None or not fix.safe or any(e.span.source is not source for e in fix.edits):
            continue
        if any(_touch(edit, other) for edit in fix.edits for other in taken):
            continue
        taken += fix.edits
        titles.append(fix.title)
    return _edited(source.text, taken), titles


def _touch(a: Edit, b: Edit) -> bool:
    """Whether two edits overlap or meet, so that their order would matter."""
    return a.span.start <= b.span.end and b.span.start <= a.span.end


def _edited(text: str, edits: Sequence[Edit]) -> str:
    parts = []
    end = 0
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end)):
        parts += [text[end : edit.span.start], edit.replacement]
        end = edit.span.end
    return "".join([*parts, text[end:]])
