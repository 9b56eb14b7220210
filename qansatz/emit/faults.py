"""Mistakes in what is asked of the emitters (QA401 to QA419)."""

from __future__ import annotations

from qansatz.diagnostics import Fault
from qansatz.source import Source, Span


class EmitError(ValueError):
    """Raised by the emitters when what is asked for cannot exist; carries the fault that says why."""

    def __init__(self, fault: Fault) -> None:
        """The error of a fault."""
        super().__init__(fault.diagnostic().message)
        self.fault = fault


def nowhere(name: str) -> Span:
    """An empty span for a fault that no place in a file causes."""
    return Span(Source(name, ""), 0, 0)


class UnknownFormat(Fault):
    """A circuit can be written as pytket, qiskit, qasm3, qasm2, pennylane, guppy, hugr or qir. No other format
    is known.

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
    message = "`{found}` is not an output format"
    label = "asked for with `--to`"
    note = "the formats are {known}"
    help = "did you mean `{near}`?"


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
    message = "`{found}` is not a device that circuits can be compiled for"
    label = "asked for with `--target`"
    note = "the devices are {known}"
    help = "did you mean `{near}`?"


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
    message = "the circuit has {n_qubits} qubits, {device} has {available}"
    label = "{n_qubits} qubits"
    help = "make the ansatz smaller, or choose one of {larger}"


class MissingValues(Fault):
    """OpenQASM 2, QIR and HUGR have no free parameters: a number is needed for each parameter and input.

    ``qansatz build --to qasm2`` on this file lacks the value of ``t``:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], t); observable z = Z[0] }
    ```

    Give the values with ``--values``, or choose a format that keeps parameters. A circuit without parameters
    needs none:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; rot(X[0], pi/3); observable z = Z[0] }
    ```
    """

    code = "QA404"
    title = "the format needs values"
    message = "{format} has no free parameters, and no values were given for {names}"
    label = "{count} parameters and inputs"
    help = "give {count} values in the order of the manifest, or choose pytket, qiskit, qasm3, guppy or pennylane"


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
    message = "{found} values were given for {expected} parameters and inputs"
    label = "{expected} parameters and inputs"
    note = "the order is {order}"


class BadValue(Fault):
    """A value of a parameter or an input is a finite real number, in radians.

    ``nan`` as a value of ``t`` is refused:

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
    message = "the value of {name} is {found}, which is not a finite real number"
    label = "given with `--values`"


class MissingPackage(Fault):
    """Some formats are written by the package that defines them, which is installed only where it is wanted.

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
    message = "{what} needs the package {package}, which is not installed"
    help = 'pip install "qansatz[{extra}]"'


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
    message = "{format} has no `{function}`, which the angle {angle} uses"
    help = "choose pytket, or give values for all parameters"


class NoValidCandidate(Fault):
    """Neither the compiler's own circuit nor any optimisation level's could be validated for the device.

    That is a defect of this compiler or of pytket-quantinuum; please report the file.

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
    message = "none of the {count} candidate circuits is valid for {device} and proved equal to the source"
    note = "{reasons}"
