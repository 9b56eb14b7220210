"""The results of a command on its console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qansatz.sheets import Sheet
from qansatz.tools.cli.console import Console

if TYPE_CHECKING:
    from qansatz.model.program import Model


def show(out: Console, model: Model, *sheets: Sheet) -> None:
    """Write sheets about a model as the result, and say beside it what of them is incomplete."""
    from qansatz.views.text import text
    from qansatz.views.words import title

    if not out.json:
        out.result(text(*sheets, heading=title(model)))
    for sheet in sheets:
        for reason in sheet.incomplete:
            out.note(f"incomplete: {reason}")
