"""What all statements of one ansatz are elaborated with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qansatz.model.elaboration.circuit import Circuit
from qansatz.model.elaboration.claims import Claims
from qansatz.model.elaboration.generators import Generators
from qansatz.model.elaboration.registers import Registers
from qansatz.model.elaboration.symbols import Symbols
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.syntax import nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """An ansatz, the values of its arguments, and the builders of its model's parts."""

    node: nodes.Ansatz
    arguments: tuple[tuple[str, Any], ...]
    evaluator: Evaluator
    generators: Generators
    registers: Registers = field(default_factory=Registers)
    symbols: Symbols = field(default_factory=Symbols)
    claims: Claims = field(default_factory=Claims)
    circuit: Circuit = field(default_factory=Circuit)
