"""Lints that need no algebra: qubits left out, words written in another program's order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qansatz.diagnostics import FaultLog
from qansatz.model import faults
from qansatz.model.program import Model
from qansatz.source import Span
from qansatz.syntax import nodes

_NAMED_AFTER_QUBIT = re.compile(r"([XYZxyz])_?(\d+)")


def lint(model: Model, log: FaultLog) -> None:
    """Report what is allowed but probably not meant."""
    _untouched_qubits(model, log)
    for name, word in _named_words(model.node.body):
        _reversed_word(name, word, log)


def _untouched_qubits(model: Model, log: FaultLog) -> None:
    touched = model.rotations.strings.support() if len(model.rotations) else 0
    for gate in model.gates:
        for qubit in gate.qubits:
            touched |= 1 << qubit
    if not touched:
        return
    for statement in model.node.body.statements:
        if not isinstance(statement, nodes.Qubits):
            continue
        _, start, size = next(r for r in model.registers if r[0] == statement.name.text)
        missed = [i for i in range(size) if not touched >> (start + i) & 1]
        if missed:
            name = statement.name.text
            shown = ", ".join(f"{name}[{i}]" for i in missed[:4])
            more = f" and {len(missed) - 4} more" if len(missed) > 4 else ""
            log.add(faults.declarations.UntouchedQubits(statement.name.span, qubits=shown + more))


def _named_words(body: nodes.Body) -> Iterator[tuple[nodes.Identifier, nodes.Word]]:
    for statement in body.statements:
        if isinstance(statement, nodes.Define) and isinstance(statement.value, nodes.Word):
            yield statement.name, statement.value


def _reversed_word(name: nodes.Identifier, word: nodes.Word, log: FaultLog) -> None:
    """``let Z0 = p"IIIZ"``: one letter, at the mirror image of the qubit in the name."""
    named = _NAMED_AFTER_QUBIT.fullmatch(name.text)
    support = [i for i, letter in enumerate(word.text) if letter != "I"]
    if named is None or len(support) != 1:
        return
    qubit, found = int(named[2]), support[0]
    if qubit != found and qubit == len(word.text) - 1 - found:
        place: Span = word.span
        log.add(
            faults.operators.ReversedWord(
                place, name=name.text, qubit=qubit, found=found, letter=word.text[found]
            )
        )
