"""Mistakes in what is asked of the emitters (QA401 to QA419)."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault
from qansatz.source import Source, Span


class EmitError(ValueError):
    """Raised by the emitters when what is asked for cannot exist; carries the fault that says why."""

    def __init__(self, fault: Fault) -> None:
        """The error of a fault."""
        super().__init__(fault.message())
        self.fault = fault


def nowhere(name: str) -> Span:
    """An empty span for a fault that no place in a file causes."""
    return Span(Source(name, ""), 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownFormat(Fault):
    """A circuit can be written as pytket, qiskit, qasm3, qasm2, pennylane, guppy, hugr or qir. No
    other format is known.

    This file is fine, and ``qansatz build --to pytkt`` on it is not:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], t); observable z = Z[0] }
    ```

    ``qansatz build --to pytket`` is:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], t); observable z = Z[0] }
    ```
    """

    code = "QA401"
    title = "unknown output format"

    found: str
    known: str
    near: str | None = None

    def message(self) -> str:
        return f"`{self.found}` is not an output format"

    def label(self) -> str:
        return "asked for with `--to`"

    def note(self) -> str:
        return f"the formats are {self.known}"

    def help(self) -> str | None:
        return None if self.near is None else f"did you mean `{self.near}`?"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownDevice(Fault):
    """A target is one of the devices for which circuits are compiled without a network.

    This file is fine, and ``qansatz build --target H9-1`` on it is not:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], t); observable z = Z[0] }
    ```

    ``qansatz build --target H2-1`` is:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], t); observable z = Z[0] }
    ```
    """

    code = "QA402"
    title = "unknown device"

    found: str
    known: str
    near: str | None = None

    def message(self) -> str:
        return f"`{self.found}` is not a device that circuits can be compiled for"

    def label(self) -> str:
        return "asked for with `--target`"

    def note(self) -> str:
        return f"the devices are {self.known}"

    def help(self) -> str | None:
        return None if self.near is None else f"did you mean `{self.near}`?"


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyQubits(Fault):
    """A circuit cannot have more qubits than the device it is compiled for. H1-1 has 20.

    ```qans
    qans 1
    ansatz wide(n: int = 24) { qubits q[n]; param t; rot(X[0], t); observable z = Z[0] }
    ```

    Make it smaller, or choose a larger device with ``--target``:

    ```qans
    qans 1
    ansatz wide(n: int = 20) { qubits q[n]; param t; rot(X[0], t); observable z = Z[0] }
    ```
    """

    code = "QA403"
    title = "more qubits than the device has"

    n_qubits: int
    device: str
    available: int
    larger: str | None = None

    def message(self) -> str:
        return f"the circuit has {self.n_qubits} qubits, {self.device} has {self.available}"

    def label(self) -> str:
        return f"{self.n_qubits} qubits"

    def help(self) -> str | None:
        return (
            None
            if self.larger is None
            else f"make the ansatz smaller, or choose one of {self.larger}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingValues(Fault):
    """OpenQASM 2, QIR and HUGR have no free parameters: a number is needed for each parameter and
    input.

    ``qansatz build --to qasm2`` on this file lacks the value of ``t``:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], t); observable z = Z[0] }
    ```

    Give the values with ``--values``, or choose a format that keeps parameters. A circuit without
    parameters needs none:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; rot(X[0], pi/3); observable z = Z[0] }
    ```
    """

    code = "QA404"
    title = "the format needs values"

    format: str
    names: str
    count: int

    def message(self) -> str:
        return f"{self.format} has no free parameters, and no values were given for {self.names}"

    def label(self) -> str:
        return f"{self.count} parameters and inputs"

    def help(self) -> str:
        return (
            f"give {self.count} values in the order of the manifest, or choose pytket, qiskit, "
            "qasm3, guppy or pennylane"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongNumberOfValues(Fault):
    """Values are listed for all parameters, then all inputs, in the order of their declarations.

    Two values, where this file has three slots, are too few:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t[3]; for i in 0..<3 { rot(X[0], t[i]) }; observable z = Z[0] }
    ```

    They suffice for this one:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t[2]; for i in 0..<2 { rot(X[0], t[i]) }; observable z = Z[0] }
    ```
    """

    code = "QA405"
    title = "wrong number of values"

    found: int
    expected: int
    order: str

    def message(self) -> str:
        return f"{self.found} values were given for {self.expected} parameters and inputs"

    def label(self) -> str:
        return f"{self.expected} parameters and inputs"

    def note(self) -> str:
        return f"the order is {self.order}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadValue(Fault):
    """A value of a parameter or an input is a finite real number, in radians.

    ``nan`` as a value of ``t`` is rejected:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], t); observable z = Z[0] }
    ```

    A number is not:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; let t = 0.25; rot(X[0], t); observable z = Z[0] }
    ```
    """

    code = "QA406"
    title = "not a value"

    name: str
    found: str

    def message(self) -> str:
        return f"the value of {self.name} is {self.found}, which is not a finite real number"

    def label(self) -> str:
        return "given with `--values`"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPackage(Fault):
    """Some formats are written by the package that defines them, which is installed only where it
    is wanted.

    ``qansatz build --to qiskit`` on this file needs qiskit:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], t); observable z = Z[0] }
    ```

    OpenQASM 3, PennyLane and Guppy are written as text and need nothing:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], t); observable z = Z[0] }
    ```
    """

    code = "QA407"
    title = "a package is missing"

    what: str
    package: str
    extra: str

    def message(self) -> str:
        return f"{self.what} needs the package {self.package}, which is not installed"

    def help(self) -> str:
        return f'pip install "qansatz[{self.extra}]"'


@dataclass(frozen=True, slots=True, kw_only=True)
class InexpressibleAngle(Fault):
    """An angle uses a function that the output format does not have.

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], abs(t)); observable z = Z[0] }
    ```

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], 2 * t); observable z = Z[0] }
    ```
    """

    code = "QA408"
    title = "the format cannot express an angle"

    format: str
    function: str
    angle: str

    def message(self) -> str:
        return f"{self.format} has no `{self.function}`, which the angle {self.angle} uses"

    def help(self) -> str:
        return "choose pytket, or give values for all parameters"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoValidCandidate(Fault):
    """Neither the compiler's own circuit nor that of any optimisation level could be validated
    for the device.

    This is a defect of this compiler or of pytket-quantinuum; please report the file.

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], t); observable z = Z[0] }
    ```

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], t); observable z = Z[0] }
    ```
    """

    code = "QA409"
    title = "no circuit could be validated"

    count: int
    device: str
    reasons: str

    def message(self) -> str:
        return (
            f"none of the {self.count} candidate circuits is valid for {self.device} "
            "and proved equal to the source"
        )

    def note(self) -> str:
        return self.reasons
