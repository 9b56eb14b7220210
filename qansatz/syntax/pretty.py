"""Text that fits a width: documents whose groups are written on one line where they fit.

After Wadler, "A prettier printer" (2003). A document is a str, a tuple of documents, or one of the
classes here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Line:
    """A line break where the group around it is broken, else ``flat``; ``hard`` breaks it."""

    flat: str = ""
    hard: bool = False


@dataclass(frozen=True, slots=True)
class IfBroken:
    """Text written only where the group around it is broken."""

    text: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A comment at the end of its line: it takes no width and breaks the group around it."""

    text: str


@dataclass(frozen=True, slots=True)
class Nest:
    """Lines begun inside are indented by ``by`` more."""

    by: int
    inner: Document


@dataclass(frozen=True, slots=True)
class Group:
    """A choice between flat and broken; :func:`group` finds whether it is ``forced`` to break."""

    inner: Document
    forced: bool


Document: TypeAlias = "str | tuple[Document, ...] | Line | IfBroken | Aside | Nest | Group"
Lines: TypeAlias = "list[tuple[str, str]]"

_Entry: TypeAlias = "tuple[int, bool, Document]"


def group(*parts: Document) -> Group:
    """The parts as one group, broken where one of them cannot be written on one line."""
    return Group(parts, is_forced(parts))


def is_forced(document: Document) -> bool:
    """Whether a document cannot be written on one line."""
    match document:
        case Group(forced=forced):
            return forced
        case Line(hard=hard):
            return hard
        case Aside():
            return True
        case Nest(inner=inner):
            return is_forced(inner)
        case tuple():
            return any(is_forced(part) for part in document)
        case _:
            return False


def fits(document: Document, width: int) -> bool:
    """Whether a document can be written on one line of a width."""
    return not is_forced(document) and _fits(width, [(0, False, document)], [])


def lay(document: Document, indent: int, width: int) -> Lines:
    """The lines of a document, indented, each with the comment at its end (empty: none)."""
    lines: Lines = []
    pieces, comment = [" " * indent], ""
    column = indent
    stack: list[_Entry] = [(indent, True, document)]
    while stack:
        level, broken, part = stack.pop()
        match part:
            case str():
                pieces.append(part)
                column += len(part)
            case tuple():
                stack.extend((level, broken, p) for p in reversed(part))
            case Nest(by=by, inner=inner):
                stack.append((level + by, broken, inner))
            case Group(inner=inner, forced=forced):
                flat = not forced and _fits(width - column, [(level, False, inner)], stack)
                stack.append((level, not flat, inner))
            case IfBroken(text=text):
                if broken:
                    stack.append((level, broken, text))
            case Aside(text=text):
                comment = text
            case Line(flat=flat_text):
                if broken:
                    lines.append(("".join(pieces).rstrip(" "), comment))
                    pieces, comment = [" " * level], ""
                    column = level
                else:
                    stack.append((level, broken, flat_text))
    lines.append(("".join(pieces).rstrip(" "), comment))
    return lines


def _fits(room: int, first: list[_Entry], rest: list[_Entry]) -> bool:
    """Whether what comes up to the next line break fits."""
    stack, below = first, len(rest)
    while room >= 0:
        if not stack:
            if below == 0:
                return True
            below -= 1
            stack.append(rest[below])
            continue
        level, broken, part = stack.pop()
        match part:
            case str():
                room -= len(part)
            case tuple():
                stack.extend((level, broken, p) for p in reversed(part))
            case Nest(inner=inner):
                stack.append((level, broken, inner))
            case Group(inner=inner, forced=forced):
                stack.append((level, forced, inner))
            case IfBroken(text=text):
                if broken:
                    room -= len(text)
            case Line(flat=flat):
                if broken:
                    return True
                room -= len(flat)
            case Aside():
                pass
    return False
