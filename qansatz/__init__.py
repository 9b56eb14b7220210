"""qansatz: a language and compiler for variational quantum circuits that can be trained efficiently."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qansatz.version import VERSION

if TYPE_CHECKING:
    from qansatz.compilation import Compilation

__all__ = ["__version__", "compile"]

__version__ = VERSION


def compile(path: str, *, ansatz: str | None = None, **sizes: Any) -> Compilation:
    """Compile one ansatz of a file; ``sizes`` override the defaults of its arguments.

    A file with errors still gives a :class:`~qansatz.compilation.Compilation`: its ``diagnostics`` say what is wrong.

    Raises:
        OSError: when the file cannot be read as text.
    """
    from qansatz import driver

    return driver.compile_file(path, ansatz=ansatz, settings=sizes)
