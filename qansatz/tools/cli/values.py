"""Numbers for parameters and inputs, from the command line or a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qansatz.tools.cli.console import UnusableError


def read_values(text: str, option: str = "--values") -> list[float]:
    """The numbers in a list such as ``0.1,0.2``, or in the file of that name (a JSON list, or words).

    ``UnusableError`` where something in it is no number.
    """
    try:
        inside = Path(text).read_text("utf-8") if _names_a_file(text) else text
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableError(f"cannot read the values in {text}: {error}") from None
    words = _words(inside)
    try:
        return [float(word) for word in words]
    except (TypeError, ValueError):
        wrong = next(word for word in words if not _is_number(word))
        raise UnusableError(
            f"{wrong!r} in {option} is not a number: give numbers such as 0.1,0.2 or a file of them"
        ) from None


def _names_a_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):  # a long list is no possible name
        return False


def _words(text: str) -> list[Any]:
    if text.lstrip().startswith("["):
        try:
            return list(json.loads(text))
        except ValueError as error:
            raise UnusableError(f"the values are no JSON list: {error}") from None
    return [*text.replace(",", " ").split()]


def _is_number(word: Any) -> bool:
    try:
        float(word)
    except (TypeError, ValueError):
        return False
    return True
