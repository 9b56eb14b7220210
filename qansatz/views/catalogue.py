"""The catalogue of all faults: what each means, an example, and the cure.

``python -m qansatz.views.catalogue FILE`` writes the page of all of them.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

from qansatz.diagnostics import Fault, did_you_mean

#: Modules of faults, and packages of such modules.
FAULTS: Final = (
    "qansatz.syntax.faults",
    "qansatz.model.faults",
    "qansatz.analysis.structure.faults",
    "qansatz.checks.faults",
    "qansatz.checks.lints",
    "qansatz.emit.faults",
    "qansatz.execute.faults",
)

_STAGES = {
    "QA0": "Syntax",
    "QA1": "Names, types and ranges",
    "QA2": "Claims and physics",
    "QA3": "Lints",
    "QA4": "Targets, cost and tools",
}


@lru_cache(maxsize=1)
def catalogue() -> dict[str, type[Fault]]:
    """Every kind of fault by its code, codes ascending."""
    kinds = {kind.code: kind for kind in kinds_of_fault()}
    return dict(sorted(kinds.items()))


def kinds_of_fault() -> list[type[Fault]]:
    """Every subclass of ``Fault`` with a code, by module and in the order written."""
    return [
        kind
        for name in _modules()
        for kind in vars(import_module(name)).values()
        if isinstance(kind, type) and issubclass(kind, Fault)
        if kind.__module__ == name and hasattr(kind, "code")
    ]


def _modules() -> list[str]:
    """The names of all modules of faults."""
    names = []
    for name in FAULTS:
        inside = getattr(import_module(name), "__path__", None)
        names += [name] if inside is None else [m.name for m in iter_modules(inside, f"{name}.")]
    return names


def explain(code: str) -> str:
    """Title, severity, cause, example and cure of a code as Markdown; ``LookupError`` if unknown.

    The letters may be small or left out: ``QA201``, ``qa201`` and ``201`` name the same fault.
    """
    entries = catalogue()
    wanted = code.strip().upper()
    if wanted.isdecimal():
        wanted = f"QA{wanted:0>3}"
    if wanted in entries:
        kind = entries[wanted]
        return f"# {kind.code}: {kind.title}\n\nSeverity: {kind.severity.value}\n\n{text(kind)}\n"
    near = did_you_mean(wanted, entries)
    hint = f"; did you mean {near} ({entries[near].title})?" if near else ""
    raise LookupError(f"no diagnostic has the code {code}{hint}")


def text(kind: type[Fault]) -> str:
    """The docstring of a kind of fault without its indentation."""
    from inspect import cleandoc

    return cleandoc(kind.__doc__ or "").strip()


def page() -> str:
    """The documentation page of all faults as Markdown: an index, then a section for each code."""
    parts = [
        "# Diagnostics\n",
        "Every fault that qansatz reports, by code. `qansatz explain CODE` prints the same text.\n",
    ]
    for prefix, stage in _STAGES.items():
        kinds = [kind for code, kind in catalogue().items() if code.startswith(prefix)]
        if kinds:
            head = f"## {stage}\n\n| code | severity | title |\n|---|---|---|\n"
            parts.append(head + "".join(_row(kind) for kind in kinds))
    for code, kind in catalogue().items():
        parts.append(f"### {code}\n\n**{kind.title}** ({kind.severity.value})\n\n{text(kind)}\n")
    return "\n".join(parts)


def _row(kind: type[Fault]) -> str:
    title = kind.title.replace("|", "\\|")
    return f"| [{kind.code}](#{kind.code.lower()}) | {kind.severity.value} | {title} |\n"


def rules() -> dict[str, tuple[str, str]]:
    """The title and the text of each code, as SARIF logs list them."""
    return {code: (kind.title, text(kind)) for code, kind in catalogue().items()}


if __name__ == "__main__":
    from qansatz.files import replace_text

    if len(sys.argv) != 2:
        sys.exit("usage: python -m qansatz.views.catalogue FILE")
    replace_text(Path(sys.argv[1]), page())
