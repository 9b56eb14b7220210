"""One stage of the files that are checked, shown for people."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from qansatz.tools.cli.console import Console, UnusableError
from qansatz.tools.cli.session import exit_code, load, once, options

if TYPE_CHECKING:
    from qansatz.compilation import Compilation
    from qansatz.diagnostics import Diagnostic
    from qansatz.source import Source

#: What ``check --show`` shows: two stages of a file, three of every ansatz in it.
STAGES: Final = ("tokens", "nodes", "model", "generators", "gates")


def show(args: argparse.Namespace, out: Console) -> int:
    """Write one stage of every file as far as errors let it come, then what was found; the exit code of ``check``.

    ``UnusableError`` together with options that write something else.
    """
    from qansatz import driver

    for option, given in (("--json", args.json), ("--fix", args.fix)):
        if given:
            raise UnusableError(f"--show {args.show} goes without {option}")
    diagnostics: list[Diagnostic] = []
    limited = False
    for source in [load(name) for name in once(args.files)]:
        with out.progress(f"checking {source.name}"):
            compilations = driver.check(source, **options(args))
        diagnostics += dict.fromkeys(d for c in compilations for d in c.diagnostics)
        limited |= any(c.limit_reached for c in compilations)
        out.result("\n".join(_stage(args.show, source, compilations)))
    out.diagnostics(diagnostics)
    return exit_code(diagnostics, limited)


def _stage(stage: str, source: Source, compilations: Sequence[Compilation]) -> list[str]:
    from qansatz.views import stages

    if stage == "tokens":
        return [stages.tokens(source)]
    if stage == "nodes":
        return [stages.tree(compilations[0].file)]
    return [_of_ansatz(stage, c) for c in compilations if c.written is not None]


def _of_ansatz(stage: str, compilation: Compilation) -> str:
    from qansatz.views import stages

    if stage == "model":
        assert compilation.written is not None
        return stages.model(compilation.written)
    if stage == "generators":
        from qansatz.analysis.algebra.generators import generators

        return stages.generators(compilation.ansatz, generators(compilation.ansatz))
    return stages.gates(compilation.ansatz, compilation.gates())
