"""The command that a file of the tests asks for in one of its comments."""

from __future__ import annotations

import shlex

_MARK = "# qansatz "


def command(text: str, name: str) -> list[str]:
    """The words of the command on a file of a name: that in its text, or else ``check``.

    ``cost`` compares with pytket's default compilation only where that is quick.
    """
    lines = [line for line in text.split("\n") if line.startswith(_MARK)]
    words = shlex.split(lines[0].removeprefix(_MARK)) if lines else ["check"]
    quick = ["--pytket-limit", "0"] if words[0] == "cost" else []
    return [words[0], name, *words[1:], *quick]
