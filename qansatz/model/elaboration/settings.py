"""Sizes given from outside: Python values, and texts in the language."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from qansatz.diagnostics import FaultLog
from qansatz.model import faults
from qansatz.model.elaboration.names import names_in
from qansatz.model.evaluation import builtins, graphs
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.evaluation.scopes import LimitReached, Scope
from qansatz.model.evaluation.values import POISON
from qansatz.model.limits import Limits
from qansatz.model.reals import simplest
from qansatz.source import Source, Span
from qansatz.syntax import nodes
from qansatz.syntax.parser import parse

_VALUE_START = len("qans 1\nlet  = ")


def settings_values(settings: Mapping[str, Any], log: FaultLog, limits: Limits) -> dict[str, Any]:
    """The values of the settings.

    A text such as ``cycle(5)`` is evaluated; a networkx graph or a NumPy number is converted.
    Faults in a text point into a source named after the setting; its value is then ``POISON``.
    """
    return {name: _value(name, value, log, limits) for name, value in settings.items()}


def _value(name: str, value: Any, log: FaultLog, limits: Limits) -> Any:
    if isinstance(value, str):
        return _evaluated(name, value, log, limits)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Fraction):
        return simplest(value)
    if hasattr(value, "number_of_nodes"):
        return graphs.from_networkx(value)
    return value


def _evaluated(name: str, text: str, log: FaultLog, limits: Limits) -> Any:
    source = Source(f"<--set {name}>", f"qans 1\nlet {name} = {text}\n")
    inner = FaultLog()
    file = parse(source, inner)
    item = file.items[0] if len(file.items) == 1 else None
    if inner.has_errors:
        log.take(inner)
        return POISON
    if not isinstance(item, nodes.Define):
        whole = Span(source, _VALUE_START + len(name), len(source.text) - 1)
        log.add(faults.values.WrongKind(whole, expected="one value", given="several statements"))
        return POISON
    scope = Scope()
    scope.names.update(builtins.names())
    if unknown := sorted(names_in(item.value).keys() - scope.names.keys()):
        log.add(faults.names.Undefined(item.value.span, name=unknown[0]))
        return POISON
    try:
        return Evaluator(log, limits).value(item.value, scope)
    except LimitReached as reached:
        log.add(reached.fault)
        return POISON
