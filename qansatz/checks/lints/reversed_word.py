"""Pauli words in the qubit order of another program."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qansatz.diagnostics import Fault, FaultLog, Severity
from qansatz.model.program import Model
from qansatz.syntax import nodes

_NAMED_AFTER_QUBIT = re.compile(r"([XYZxyz])_?(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversedWord(Fault):
    """Words are read with qubit 0 on the left; Qiskit writes it on the right.

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      let Z0 = p"IIIZ"
      rot(Z0, 0.1)
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      let Z0 = p"ZIII"
      rot(Z0, 0.1)
      h(q)
    }
    ```
    """

    code = "QA324"
    title = "word that looks reversed"
    severity = Severity.WARNING

    name: str
    qubit: int
    found: int
    letter: str

    def message(self) -> str:
        return (
            f"`{self.name}` is named after qubit {self.qubit}, "
            f"but the letter of this word stands at qubit {self.found}"
        )

    def label(self) -> str:
        return f"acts on qubit {self.found}"

    def help(self) -> str:
        return f"write the word the other way round, or `{self.letter}[{self.qubit}]`"


def check(model: Model, log: FaultLog) -> None:
    """``let Z0 = p"IIIZ"``: one letter, at the mirror image of the qubit in the name."""
    for statement in model.node.body.statements:
        if isinstance(statement, nodes.Define) and isinstance(statement.value, nodes.Word):
            _check_word(statement.name.text, statement.value, log)


def _check_word(name: str, word: nodes.Word, log: FaultLog) -> None:
    named = _NAMED_AFTER_QUBIT.fullmatch(name)
    support = [i for i, letter in enumerate(word.text) if letter != "I"]
    if named is None or len(support) != 1:
        return
    qubit, acted_on = int(named[2]), support[0]
    if qubit != acted_on and qubit == len(word.text) - 1 - acted_on:
        log.add(
            ReversedWord(
                word.span, name=name, qubit=qubit, found=acted_on, letter=word.text[acted_on]
            )
        )
