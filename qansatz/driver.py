"""The story of a compilation: text → nodes → model → findings → gates → circuits, straight down the stages."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qansatz.compilation import Compilation
from qansatz.diagnostics import Diagnostic, FaultLog
from qansatz.model import faults
from qansatz.model.elaboration.elaborate import Elaboration, elaborate
from qansatz.model.elaboration.settings import settings_values
from qansatz.model.limits import Limits
from qansatz.model.modules import Module, UnreadableError, decode, load, read_source
from qansatz.model.resolve import resolve
from qansatz.source import Source, Span
from qansatz.syntax import nodes

if TYPE_CHECKING:
    from qansatz.model.program import Model

__all__ = [
    "Compilation",
    "Limits",
    "UnreadableError",
    "check",
    "compile_file",
    "compile_source",
    "read",
]

_RECURSION = 20_000


def read(name: str) -> Source:
    """The source in a file, or on standard input for ``-``.

    Raises:
        UnreadableError: with the reason.
    """
    if name == "-":
        return decode(sys.stdin.buffer.read(), "<stdin>")
    return read_source(Path(name))


def compile_file(
    name: str,
    *,
    ansatz: str | None = None,
    settings: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    allow_outside_imports: bool = False,
) -> Compilation:
    """Compile one ansatz of a file, as :func:`compile_source` does.

    Raises:
        UnreadableError: with the name and the reason.
    """
    try:
        source = read(name)
    except UnreadableError as error:
        raise UnreadableError(f"cannot read {name}: {error}") from None
    return compile_source(
        source,
        ansatz=ansatz,
        settings=settings,
        limits=limits,
        allow_outside_imports=allow_outside_imports,
    )


def compile_source(
    source: Source,
    *,
    ansatz: str | None = None,
    settings: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    allow_outside_imports: bool = False,
) -> Compilation:
    """Compile one ansatz of a source: the one named, or the only one.

    ``settings`` gives sizes as values, or as texts in the language (``"cycle(5)"``).
    """
    return _compile(source, ansatz, settings, limits, allow_outside_imports, every=False)[0]


def check(
    source: Source,
    *,
    ansatz: str | None = None,
    settings: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    allow_outside_imports: bool = False,
) -> tuple[Compilation, ...]:
    """Compile every ansatz of a source, or the one named. What concerns the whole file stands with the first."""
    return tuple(_compile(source, ansatz, settings, limits, allow_outside_imports, every=True))


def _compile(
    source: Source,
    ansatz: str | None,
    settings: Mapping[str, Any] | None,
    limits: Limits | None,
    allow_outside_imports: bool,
    every: bool,
) -> list[Compilation]:
    limits = limits or Limits()
    log = FaultLog()
    with _deep_recursion():
        folder = Path(".") if source.name.startswith("<") else Path(source.name).parent
        module = load(source, folder, log, allow_outside=allow_outside_imports)
        names = resolve(module, log)
        values = settings_values(settings or {}, log, limits)
        compilations = []
        for node in _choose(module, ansatz, every, log):
            part = FaultLog()
            elaboration = elaborate(module, node, values, part, limits)
            if elaboration.model is not None and not (log.has_errors or part.has_errors):
                elaboration = replace(elaboration, model=_ordered(elaboration.model))
            if elaboration.model is not None:
                from qansatz.checks.checks import check_all

                check_all(elaboration.model, part, partial=log.has_errors or part.has_errors)
            compilations.append((node.name.text, elaboration, part))
    if not log.has_errors and not any(part.has_errors for _, _, part in compilations):
        names.report_unused()
    whole = log.diagnostics()
    return [
        Compilation(
            source=source,
            file=module.file,
            name=name,
            diagnostics=_merged(part.diagnostics(), whole if k == 0 else ()),
            written=None if part.has_errors or log.has_errors else elaboration.model,
            has_errors=part.has_errors or log.has_errors,
            limit_reached=elaboration.limit_reached,
        )
        for k, (name, elaboration, part) in enumerate(
            compilations or [("", Elaboration(None, False), FaultLog())]
        )
    ]


def _ordered(model: Model) -> Model:
    """The model with ``unordered`` rotations in the order that every later stage sees."""
    if model.rotations.unordered.max(initial=-1) < 0:
        return model
    from qansatz.circuits.order import ordered

    return ordered(model)


def _merged(first: Sequence[Diagnostic], second: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    every = [*first, *second]
    order = {id(d.span.source): k for k, d in reversed([*enumerate(every)])}
    return tuple(sorted(every, key=lambda d: (order[id(d.span.source)], d.span.start, d.code)))


def _choose(module: Module, name: str | None, every: bool, log: FaultLog) -> list[nodes.Ansatz]:
    """The ansatzes to compile: all, or the one named, or the only one."""
    ansatzes = module.ansatzes()
    place = Span(module.source, 0, min(1, len(module.source.text)))
    shown = ", ".join(f"`{k}`" for k in ansatzes)
    if not ansatzes:
        library = every and any(not isinstance(item, nodes.Import) for item in module.file.items)
        if not log.has_errors and not library:
            log.add(faults.files.NoAnsatz(place))
        return []
    if name is not None and name not in ansatzes:
        log.add(
            faults.files.UnknownAnsatz(
                next(iter(ansatzes.values())).name.span, name=name, ansatzes=shown
            )
        )
        return []
    if name is None and not every and len(ansatzes) > 1:
        log.add(faults.files.ChooseAnsatz([*ansatzes.values()][1].name.span, ansatzes=shown))
        return []
    return [ansatzes[name]] if name is not None else list(ansatzes.values())


@contextlib.contextmanager
def _deep_recursion() -> Iterator[None]:
    """Room for nested expressions: Python frames of pure Python code take no C stack."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
