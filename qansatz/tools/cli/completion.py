"""Scripts by which a shell completes commands, options, and files."""

from __future__ import annotations

import argparse
from typing import Final

_SOURCES: Final = """\
_qansatz_sources() {
  compgen -d -- $1
  compgen -f -X '!*?.qans' -- $1
}
"""


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script for a shell, one of :data:`~qansatz.tools.cli.main.SHELLS`, for a parser with all its commands."""
    import shtab

    preamble = _SOURCES + "".join(sorted(_functions(parser))) if shell == "bash" else ""
    text: str = shtab.complete(parser, shell, preamble=preamble)
    return f"{text.rstrip()}\n"


def _functions(parser: argparse.ArgumentParser) -> set[str]:
    """The functions of bash that complete by :func:`.options.words`."""
    functions = set()
    for action in parser._actions:
        by = getattr(action, "complete", {})
        if "words" in by:
            functions.add(f'{by["bash"]}() {{ compgen -W "{by["words"]}" -- $1; }}\n')
        if isinstance(action, argparse._SubParsersAction):
            functions |= {text for inner in action.choices.values() for text in _functions(inner)}
    return functions
