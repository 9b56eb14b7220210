"""Gates, layers and functions called in the wrong way."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentCount(Fault):
    """A gate, layer or function is called with too few or too many arguments. Gates take their
    qubits first and the angle last.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rx(theta)
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rx(q[0], theta)
      h(q)
    }
    ```
    """

    code = "QA104"
    title = "wrong number of arguments"

    what: str
    wanted: str
    given: int

    def message(self) -> str:
        return f"{self.what} takes ({self.wanted}), {self.given} given"

    def label(self) -> str:
        return f"takes ({self.wanted})"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainArguments(Fault):
    """Gates and most functions take values in order, no `name = value` and no `for`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rx(qubit = q[0], theta)
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rx(q[0], theta)
      h(q)
    }
    ```
    """

    code = "QA105"
    title = "arguments must be plain"

    names: str
    cure: str

    def message(self) -> str:
        return f"arguments are given here in order, without names: ({self.names})"

    def label(self) -> str:
        return "not a plain value"

    def help(self) -> str:
        return self.cure


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownKeyword(Fault):
    """A layer is called with an argument that it does not have.

    ```qans
    qans 1
    layer mix(qubits_, angle) { rx(qubits_, angle) }
    ansatz one() {
      qubits q[2]
      param theta
      mix(q, angel = theta)
    }
    ```

    ```qans
    qans 1
    layer mix(qubits_, angle) { rx(qubits_, angle) }
    ansatz one() {
      qubits q[2]
      param theta
      mix(q, angle = theta)
    }
    ```
    """

    code = "QA106"
    title = "unknown argument"

    problem: str
    names: str
    suggestion: str | None = None

    def message(self) -> str:
        return self.problem

    def label(self) -> str:
        return f"the arguments are ({self.names})"

    def help(self) -> str | None:
        return None if self.suggestion is None else f"did you mean `{self.suggestion}`?"


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastMismatch(Fault):
    """One angle serves all generators of a statement, or there is one for each.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      stabilizers S = <p"XX">
      param theta[3]
      rot(S * Z[0] * Z[1], theta)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      stabilizers S = <p"XX">
      param theta[2]
      rot(S * (Z[0] * Z[1]), theta)
    }
    ```
    """

    code = "QA129"
    title = "angles do not fit the generators"

    angles: str
    generators: str
    cure: str

    def message(self) -> str:
        return f"{self.angles} for {self.generators}"

    def label(self) -> str:
        return self.angles

    def help(self) -> str:
        return self.cure


@dataclass(frozen=True, slots=True, kw_only=True)
class QubitLists(Fault):
    """A two-qubit gate over lists applies to pairs, one from each list.

    ```qans
    qans 1
    ansatz one() {
      qubits q[5]
      cx(q[0..<3], q[3..<5])
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      cx(q[0..<2], q[2..<4])
    }
    ```
    """

    code = "QA130"
    title = "lists of qubits of different lengths"

    sizes: str

    def message(self) -> str:
        return f"lists of {self.sizes} qubits do not fit together"

    def label(self) -> str:
        return f"{self.sizes} qubits"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedQubit(Fault):
    """A two-qubit gate needs two different qubits.

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for i in 0..<2 { cx(q[i], q[i * 2]) }
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      cx(q[0], q[1])
    }
    ```
    """

    code = "QA131"
    title = "gate on one qubit twice"

    name: str
    qubit: int

    def message(self) -> str:
        return f"`{self.name}` acts twice on qubit {self.qubit}"

    def label(self) -> str:
        return "the same qubit twice"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingArgument(Fault):
    """An argument without a default needs a value from outside.

    ```qans
    qans 1
    ansatz one(n: int) {
      qubits q[n]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one(n: int = 4) {
      qubits q[n]
      h(q)
    }
    ```
    """

    code = "QA135"
    title = "size without a value"

    name: str
    example: str

    def message(self) -> str:
        return f"`{self.name}` has no value"

    def label(self) -> str:
        return "no default"

    def help(self) -> str:
        return f"give it with `--set {self.name}=…`, or a default `{self.name}: {self.example}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRecursion(Fault):
    """A layer calls itself without end, or layers are nested too deeply.

    ```qans
    qans 1
    layer a(r) { a(r) }
    ansatz one() {
      qubits q[1]
      a(q)
    }
    ```

    ```qans
    qans 1
    layer a(r) { h(r) }
    ansatz one() {
      qubits q[1]
      a(q)
    }
    ```
    """

    code = "QA154"
    title = "layers call each other too deeply"

    name: str
    limit: int

    def message(self) -> str:
        return f"`{self.name}` is called more than {self.limit} layers deep"

    def label(self) -> str:
        return "called here"

    def help(self) -> str:
        return "end the calls with an `if`, or write a loop; `--limit layer_depth=N` allows more"
