"""Programs with a fault: those in the docstrings, and the command that a program asks for in a comment."""

from __future__ import annotations

import shlex

from qansatz.diagnostics import Fault
from qansatz.views import catalogue

_MARK = "# qansatz "


def command(text: str, name: str) -> list[str]:
    """The words of the command on a file of a name: that in its text, or else ``check``.

    ``cost`` compares with pytket's default compilation only where that is quick.
    """
    lines = [line for line in text.split("\n") if line.startswith(_MARK)]
    words = shlex.split(lines[0].removeprefix(_MARK)) if lines else ["check"]
    quick = ["--pytket-limit", "0"] if words[0] == "cost" else []
    return [words[0], name, *words[1:], *quick]


def examples(kind: type[Fault]) -> list[str]:
    """The ``qans`` code blocks of a kind of fault: the first provokes it, the second is cured."""
    blocks: list[str] = []
    inside: list[str] | None = None
    for line in catalogue.text(kind).split("\n"):
        if inside is None:
            inside = [] if line.strip() == "```qans" else None
        elif line.strip() == "```":
            blocks.append("\n".join(inside) + "\n")
            inside = None
        else:
            inside.append(line)
    return blocks
