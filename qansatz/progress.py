"""How far long work has come: what the work tells, for whoever waits to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where work stands: ``text`` names it, ``done`` pieces of ``total`` are finished.

    ``total`` is None where the end is not known beforehand; ``detail`` says what else is known.
    """

    text: str
    done: int = 0
    total: int | None = None
    detail: str = ""

    def __str__(self) -> str:
        """Such as ``compiling circuits: 3 of 10``."""
        count = "" if self.total is None else f"{self.done:,} of {self.total:,}"
        rest = ", ".join(part for part in (count, self.detail) if part)
        return f"{self.text}: {rest}" if rest else f"{self.text} ..."


#: Called with every step. What it raises ends the work, as an interruption does.
Progress: TypeAlias = Callable[[Step], None]


def in_steps(
    items: Iterable[_Item], text: str, total: int, progress: Progress | None
) -> Iterator[_Item]:
    """The first ``total`` items, with a step told before each is made."""
    made = iter(items)
    for done in range(total):
        if progress is not None:
            progress(Step(text=text, done=done, total=total))
        yield next(made)
