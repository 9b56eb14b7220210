"""Mistakes in what is asked of the emitters (QA401 to QA419)."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault
from qansatz.numbers import counted
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


def _slots(count: int) -> str:
    return "1 parameter or input" if count == 1 else f"{count} parameters and inputs"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownFormat(Fault):
    """A circuit is written as pytket, qiskit, qasm3, qasm2, pennylane, guppy, hugr or qir.

    ```qans
    qans 1
    # qansatz build --to qasm
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
    ```

    ```qans
    qans 1
    # qansatz build --to qasm3
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
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
    """A target is one of the devices that circuits are compiled for without a network.

    ```qans
    qans 1
    # qansatz cost --target H9-1
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
    ```

    ```qans
    qans 1
    # qansatz cost --target H2-1
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
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
    """A circuit cannot have more qubits than the device that it is compiled for: H1-1 has 20.

    ```qans
    qans 1
    # qansatz cost --target H1-1
    ansatz wide(n: int = 24) {
      qubits q[n]
      param t
      rx(q, t)
      observable z = Z[0]
    }
    ```

    ```qans
    qans 1
    # qansatz cost --target H1-1 --set n=20
    ansatz wide(n: int = 24) {
      qubits q[n]
      param t
      rx(q, t)
      observable z = Z[0]
    }
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

    ```qans
    qans 1
    # qansatz build --to qasm2
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
    ```

    ```qans
    qans 1
    # qansatz build --to qasm2 --values 0.25
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
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
        return _slots(self.count)

    def help(self) -> str:
        return (
            "give their values in the order of the manifest, or choose pytket, qiskit, qasm3, "
            "guppy or pennylane"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongNumberOfValues(Fault):
    """Values are listed for all parameters, then for all inputs, in the order of their declarations.

    ```qans
    qans 1
    # qansatz build --values 0.1
    ansatz one() {
      qubits q[2]
      param t[2]
      rx(q, t)
      observable z = Z[0]
    }
    ```

    ```qans
    qans 1
    # qansatz build --values 0.1,0.2
    ansatz one() {
      qubits q[2]
      param t[2]
      rx(q, t)
      observable z = Z[0]
    }
    ```
    """

    code = "QA405"
    title = "wrong number of values"

    found: int
    expected: int
    order: str

    def message(self) -> str:
        return f"{counted(self.found, 'value')} given for {_slots(self.expected)}"

    def label(self) -> str:
        return _slots(self.expected)

    def note(self) -> str:
        return f"the order is {self.order}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadValue(Fault):
    """The value of a parameter or an input is a finite real number, in radians.

    ```qans
    qans 1
    # qansatz build --values nan
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
    ```

    ```qans
    qans 1
    # qansatz build --values 0.25
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
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
    """Some formats are written by the package that defines them, which is installed only where it is
    wanted. OpenQASM 3, PennyLane and Guppy are written as text and need nothing.

    ```qans
    qans 1
    # qansatz build --to qiskit
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
    ```

    ```qans
    qans 1
    # qansatz build --to qasm3
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
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
    # qansatz build --to qasm3
    ansatz one() {
      qubits q[1]
      param t
      rx(q, abs(t))
      observable z = Z[0]
    }
    ```

    ```qans
    qans 1
    # qansatz build --to qasm3
    ansatz one() {
      qubits q[1]
      param t
      rx(q, 2 * t)
      observable z = Z[0]
    }
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
    """Neither the circuit of this compiler nor that of any optimisation level of pytket could be
    validated for the device.

    This is a defect of this compiler or of pytket-quantinuum; please report the file.

    ```qans
    qans 1
    # qansatz build --target H2-1
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
    ```

    ```qans
    qans 1
    # qansatz build
    ansatz one() {
      qubits q[1]
      param t
      rx(q, t)
      observable z = Z[0]
    }
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
