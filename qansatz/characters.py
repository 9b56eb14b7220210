"""How one character appears on a terminal: what stands in for it, and the columns it takes."""

from __future__ import annotations

import unicodedata
from typing import Final

_TAB: Final = "    "


def harmless(text: str) -> str:
    """The text with a visible stand-in for each control or format character; tabs widened."""
    return text if text.isascii() and text.isprintable() else "".join(map(stand_in, text))


def stand_in(c: str) -> str:
    """What is shown for one character: itself, or something visible in place of a control."""
    if " " <= c < "\x7f":
        return c
    if c == "\t":
        return _TAB
    if c < " ":
        return chr(0x2400 + ord(c))
    if c == "\x7f":
        return "\u2421"
    if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        return f"<U+{ord(c):04X}>"
    return c


def columns(shown: str) -> int:
    """The terminal columns that the stand-in of one character takes."""
    if len(shown) > 1 or shown.isascii():
        return len(shown)
    if unicodedata.category(shown) in ("Mn", "Me") or "\u1160" <= shown <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(shown) in "WF" else 1
