"""Declarations of parameters and inputs."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class BadBounds(Fault):
    """Bounds are written `in [low, high]`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta in 0..<3
      rx(q, theta)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta in [0, 2*pi]
      rx(q, theta)
    }
    ```
    """

    code = "QA143"
    title = "bounds are two numbers"

    given: str

    def message(self) -> str:
        return f"bounds are a list of two numbers, found {self.given}"

    def label(self) -> str:
        return "expected [low, high]"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyBounds(Fault):
    """The first bound is the lower one.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta in [pi, 0]
      rx(q, theta)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta in [0, pi]
      rx(q, theta)
    }
    ```
    """

    code = "QA144"
    title = "empty bounds"

    low: str
    high: str

    def message(self) -> str:
        return f"the lower bound {self.low} is not below the upper bound {self.high}"

    def label(self) -> str:
        return "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownDistribution(Fault):
    """Initial values are drawn `~ uniform(low, high)` or `~ normal(mean, deviation)`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta ~ gauss(0, 1)
      rx(q, theta)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta ~ normal(0, 1)
      rx(q, theta)
    }
    ```
    """

    code = "QA145"
    title = "unknown distribution"

    name: str

    def message(self) -> str:
        return f"there is no distribution `{self.name}`"

    def label(self) -> str:
        return "unknown"

    def help(self) -> str:
        return "use `uniform(low, high)` or `normal(mean, deviation)`"


@dataclass(frozen=True, slots=True, kw_only=True)
class TiedWithBounds(Fault):
    """A parameter with `=` is not optimised: it follows from others, or is fixed.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param a
      param b in [0, 1] = 2 * a
      rx(q, b)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param a in [0, 1]
      param b = 2 * a
      rx(q, b)
    }
    ```
    """

    code = "QA146"
    title = "tied parameter with bounds"

    name: str

    def message(self) -> str:
        return (
            f"`{self.name}` is tied to other parameters "
            "and has no bounds or distribution of its own"
        )

    def label(self) -> str:
        return "tied"

    def help(self) -> str:
        return "put bounds on the parameters it depends on"


@dataclass(frozen=True, slots=True, kw_only=True)
class TieShape(Fault):
    """An array tied to another one has the same shape.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param a[3]
      param b[2] = 2 * a
      rx(q, b)
      rz(q[0], a[0])
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param a[2]
      param b[2] = 2 * a
      rx(q, b)
      rz(q[0], a[0])
    }
    ```
    """

    code = "QA147"
    title = "tied array of another shape"

    name: str
    shape: tuple[int, ...]
    given: tuple[int, ...]

    def message(self) -> str:
        return f"`{self.name}` has shape {list(self.shape)}, its value {list(self.given)}"

    def label(self) -> str:
        return f"shape {list(self.given)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedEncoding(Fault):
    """What stands inside `encode` is data: its angles depend on inputs only. It is not
    differentiated and not checked against symmetries.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      input x[2]
      encode { ry(q, theta * x) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      input x[2]
      encode { ry(q, x) }
      rz(q, theta)
    }
    ```
    """

    code = "QA152"
    title = "parameter inside `encode`"

    def message(self) -> str:
        return "an encoding rotation depends on a trainable parameter"

    def label(self) -> str:
        return "depends on a parameter"

    def help(self) -> str:
        return "move it out of `encode`"
