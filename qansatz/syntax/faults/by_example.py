"""What the faults have in common whose texts come from the examples in a file of messages."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class ByExample(Fault):
    """A fault whose message and cure are those of an example with the same mistake."""

    text: str
    cure: str

    def message(self) -> str:
        return self.text

    def help(self) -> str:
        return self.cure
