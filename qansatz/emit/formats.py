"""The output formats, and one function that writes any of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from qansatz.circuits.gates import GateList
from qansatz.diagnostics import did_you_mean
from qansatz.emit import faults
from qansatz.emit.expressions import bound
from qansatz.emit.faults import EmitError, nowhere
from qansatz.model.angles import constant_of
from qansatz.model.angles import slots as angle_slots
from qansatz.source import Span


@dataclass(frozen=True, slots=True)
class Format:
    """An output format: the module that writes it, a file suffix, and what it needs."""

    module: str
    suffix: str
    binary: bool
    needs_values: bool
    package: str | None


FORMATS: dict[str, Format] = {
    "pytket": Format("pytket", ".json", False, False, "pytket"),
    "qasm3": Format("qasm3", ".qasm", False, False, None),
    "qasm2": Format("qasm2", ".qasm", False, True, None),
    "qir": Format("qir", ".bc", True, True, "pyqir"),
    "qiskit": Format("qiskit", ".qpy", True, False, "qiskit"),
    "pennylane": Format("pennylane", ".py", False, False, None),
    "guppy": Format("guppy", ".py", False, False, None),
    "hugr": Format("hugr", ".hugr", True, True, "tket_exts"),
}

#: The format that a file's suffix means where none is named.
SUFFIXES = {
    ".json": "pytket",
    ".qasm": "qasm3",
    ".qasm3": "qasm3",
    ".qasm2": "qasm2",
    ".bc": "qir",
    ".qpy": "qiskit",
    ".py": "pennylane",
    ".hugr": "hugr",
}

_EXTRAS = {
    "pytket": "pytket",
    "pyqir": "qir",
    "qiskit": "qiskit",
    "tket_exts": "hugr",
    "pytket.extensions": "quantinuum",
}


def emit(
    gates: GateList,
    to: str,
    values: Sequence[float] | None = None,
    *,
    measured: Sequence[int] | None = None,
    span: Span | None = None,
) -> str | bytes:
    """The circuit in a format, as text or bytes; with ``values`` (parameters, then inputs) it has no free symbols.

    The qubits ``measured`` are measured at its end into classical bits 0, 1, …; without, none are, but in QIR all.

    Raises :class:`EmitError` with a fault at ``span``: an unknown format (QA401), values missing (QA404) or wrong
    (QA405, QA406), a package not installed (QA407), an angle that the format cannot express (QA408).
    """
    place = span or nowhere(gates.name)
    form = FORMATS.get(to) or _unknown(to, place)
    if form.package:
        require(form.package, f"the format {to}", place)
    if values is not None:
        gates = _finite(bound(gates, checked(gates, values, place)), place)
    elif form.needs_values:
        _refuse_symbols(gates, to, place)
        gates = bound(gates, [])
    write: Any = import_module(f"qansatz.emit.{form.module}").emit
    written: str | bytes = write(gates) if measured is None else write(gates, measured=measured)
    return written


def checked(gates: GateList, values: Sequence[float], span: Span) -> list[float]:
    """The values as floats: as many as slots, all finite."""
    labels = gates.slots.labels()
    if len(values) != len(labels):
        raise EmitError(
            faults.WrongNumberOfValues(
                span, found=len(values), expected=len(labels), order=_listed(labels)
            )
        )
    for name, value in zip(labels, values, strict=True):
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise EmitError(faults.BadValue(span, name=name, found=str(value)))
    return [float(value) for value in values]


def _finite(gates: GateList, span: Span) -> GateList:
    """The circuit itself; a fault when an angle has no real value, such as log(t) at t = −1."""
    for gate in gates.gates:
        for angle in gate.angles:
            value = constant_of(angle)
            if value is not None and not math.isfinite(float(value)):
                raise EmitError(faults.BadValue(span, name="an angle", found=str(value)))
    return gates


def require(package: str, what: str, span: Span) -> None:
    """Raise a fault that names the cure when a package is not installed."""
    try:
        installed = find_spec(package) is not None
    except ModuleNotFoundError:
        installed = False
    if not installed:
        raise EmitError(
            faults.MissingPackage(
                span, what=what, package=package, extra=_EXTRAS.get(package, package)
            )
        )


def _unknown(name: str, span: Span) -> Format:
    near, names = did_you_mean(name, FORMATS), ", ".join(FORMATS)
    raise EmitError(faults.UnknownFormat(span, found=name, known=names, near=near))


def _refuse_symbols(gates: GateList, to: str, span: Span) -> None:
    used = {slot for gate in gates.gates for angle in gate.angles for slot in angle_slots(angle)}
    if used:
        labels = gates.slots.labels()
        raise EmitError(
            faults.MissingValues(
                span,
                format=to,
                names=_listed([labels[slot] for slot in sorted(used)]),
                count=len(labels),
            )
        )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")
