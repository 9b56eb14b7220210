"""``qansatz explain CODE``."""

from __future__ import annotations

import argparse

from qansatz.tools.cli.console import FINE, UnusableError, console
from qansatz.tools.cli.options import add_json

_EPILOG = """\
examples:
  qansatz explain QA201
  qansatz explain --list
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "code", nargs="?", metavar="CODE", help="such as QA201, as diagnostics show it"
    )
    group = parser.add_argument_group("what is shown")
    group.add_argument("--list", action="store_true", help="list every code with its title")
    add_json(parser.add_argument_group("output"))


def run(args: argparse.Namespace) -> int:
    """Print the text of a code, or the list of codes."""
    from qansatz.views import catalogue

    out = console(as_json=args.json)
    if args.list:
        kinds = catalogue.catalogue()
        out.result("".join(f"{c}  {k.severity.value:7}  {k.title}\n" for c, k in kinds.items()))
        listed = [
            {"code": c, "severity": k.severity.value, "title": k.title} for c, k in kinds.items()
        ]
        out.answer((), {"codes": listed})
        return FINE
    if args.code is None:
        raise UnusableError("name a CODE such as QA201, or give --list")
    try:
        text = catalogue.explain(args.code)
    except LookupError as error:
        raise UnusableError(f"{error.args[0]} (`qansatz explain --list` lists all)") from None
    out.result(text)
    out.answer((), {"explanation": text})
    return FINE
