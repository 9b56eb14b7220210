"""Results as HTML for notebooks and reports: tables and notes, everything escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def table(rows: Iterable[Iterable[object]], head: Iterable[object] = ()) -> str:
    """A table of cells as text, with a row of headings where there are any."""
    titles = "".join(f"<th>{escape(str(cell))}</th>" for cell in head)
    lines = ["".join(f"<td>{escape(str(cell))}</td>" for cell in row) for row in rows]
    body = "".join(f"<tr>{line}</tr>" for line in (*([titles] if titles else []), *lines))
    return f"<table>{body}</table>"


def notes(texts: Iterable[str]) -> str:
    """One paragraph a text."""
    return "".join(f"<p>{escape(text)}</p>" for text in texts)
