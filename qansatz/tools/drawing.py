"""Circuits as text: a line for each qubit, time from left to right, wrapped into banks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from qansatz.characters import columns

Element: TypeAlias = Mapping[int, str]
"""What one gate or rotation shows on each qubit it acts on."""

_WIRE = "─"


def diagram(elements: Sequence[Element], names: Sequence[str], width: int) -> str:
    """The elements in time order on lines headed by ``names``, ``width`` wide at most.

    An element stands as far left as the qubits between its first and last allow. A circuit that is
    too wide goes on in a further bank of lines. A single column may exceed the width.
    """
    head = max((_width(name) for name in names), default=0)
    grid = [_column(members, len(names)) for members in _packed(elements, len(names))]
    banks = []
    for bank in _banks(grid, max(1, width - head - 2)):
        lines = []
        for qubit, name in enumerate(names):
            wire = "".join(column[qubit] for column in bank)
            lines.append(f"{name}{' ' * (head - _width(name))} {_WIRE}{wire}")
        banks.append("\n".join(lines) + "\n")
    return "\n".join(banks)


def _packed(elements: Sequence[Element], n_qubits: int) -> list[list[Element]]:
    """The elements of each column: each in the first column where its qubits are still free."""
    front = [0] * n_qubits
    packed: list[list[Element]] = []
    for element in elements:
        if not element:
            continue
        reach = range(min(element), max(element) + 1)
        at = max(front[qubit] for qubit in reach)
        if at == len(packed):
            packed.append([])
        packed[at].append(element)
        for qubit in reach:
            front[qubit] = at + 1
    return packed


def _column(members: Sequence[Element], n_qubits: int) -> list[str]:
    """What one column shows on every line, all of one width."""
    texts = [_WIRE] * n_qubits
    for element in members:
        first, last = min(element), max(element)
        for qubit in range(first, last + 1):
            texts[qubit] = _joint(qubit, first, last, qubit in element) + element.get(qubit, "")
    wide = max(_width(text) for text in texts)
    return [text + _WIRE * (wide - _width(text) + 1) for text in texts]


def _joint(qubit: int, first: int, last: int, acts: bool) -> str:
    """What joins the parts of an element on several qubits."""
    if first == last:
        return _WIRE
    if qubit == first:
        return "╭"
    if qubit == last:
        return "╰"
    return "├" if acts else "│"


def _banks(grid: Sequence[list[str]], width: int) -> Iterator[list[list[str]]]:
    bank: list[list[str]] = []
    used = 0
    for column in grid:
        wide = _width(column[0])
        if bank and used + wide > width:
            yield bank
            bank, used = [], 0
        bank.append(column)
        used += wide
    yield bank


def _width(text: str) -> int:
    return sum(map(columns, text))
