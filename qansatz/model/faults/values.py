"""Values of the wrong kind, and computations without a result."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault, Severity
from qansatz.numbers import digits

LIMITS = {
    "rotations": "unrolled rotations and gates",
    "steps": "steps of unrolling",
    "qubits": "qubits",
    "terms": "terms or elements",
    "operations": "operations in one angle",
    "definitions": "definitions that need each other in turn",
    "refinements": "steps in the search for automorphisms",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongKind(Fault):
    """A value of one kind stands where another is needed.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rot(theta, X[0] * X[1])
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rot(X[0] * X[1], theta)
    }
    ```
    """

    code = "QA107"
    title = "wrong kind of value"

    expected: str
    given: str
    cure: str | None = None

    def message(self) -> str:
        return f"expected {self.expected}, found {self.given}"

    def label(self) -> str:
        return f"this is {self.given}"

    def help(self) -> str | None:
        return self.cure


@dataclass(frozen=True, slots=True, kw_only=True)
class Incompatible(Fault):
    """An operation is not defined between these kinds of values.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = X[0] + "one"
      rot(a * X[1], 0.3)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = X[0]
      rot(a * X[1], 0.3)
    }
    ```
    """

    code = "QA108"
    title = "values cannot be combined"

    a: str
    b: str
    done: str
    cure: str | None = None

    def message(self) -> str:
        return f"{self.a} and {self.b} cannot be {self.done}"

    def label(self) -> str:
        return f"{self.a} and {self.b}"

    def help(self) -> str | None:
        return self.cure


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionByZero(Fault):
    """A compile-time value is divided by zero.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let m = 0
      rot(X[0] * X[1], 1 / m)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let m = 2
      rot(X[0] * X[1], 1 / m)
    }
    ```
    """

    code = "QA109"
    title = "division by zero"

    def message(self) -> str:
        return "division by zero"

    def label(self) -> str:
        return "this is 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReal(Fault):
    """A function is evaluated outside the numbers for which it has a real value.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0] * X[1], sqrt(-1))
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0] * X[1], sqrt(2))
    }
    ```
    """

    code = "QA110"
    title = "not a real number"

    what: str

    def message(self) -> str:
        return f"{self.what} is not a real number"

    def label(self) -> str:
        return "no real value"


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLarge(Fault):
    """Compile-time numbers are exact and may have only so many digits.

    ```qans
    qans 1
    ansatz one() {
      qubits q[10 ^ 5000]
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      h(q)
    }
    ```
    """

    code = "QA111"
    title = "number too large"

    limit: int

    def message(self) -> str:
        return "the number is too large"

    def label(self) -> str:
        return "too large"

    def note(self) -> str:
        return f"exact numbers may have {self.limit} digits; all others go up to 10^308"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitExceeded(Fault):
    """Loops are unrolled up to stated limits, so that a slip such as `0..<10000000000` is
    reported at once. The limits can be raised.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      repeat 1000000000 { rot(X[0] * X[1], theta) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      repeat 10 { rot(X[0] * X[1], theta) }
    }
    ```
    """

    code = "QA112"
    title = "limit reached"

    limit: str
    what: str
    why: str | None = None
    flag: str | None = None

    def message(self) -> str:
        return f"the ansatz exceeds the limit of {self.limit} {self.what}"

    def label(self) -> str:
        return "exceeded here"

    def note(self) -> str | None:
        return self.why

    def help(self) -> str | None:
        return (
            None
            if self.flag is None
            else f"if this is intended, raise the limit with `{self.flag}`"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegerIterated(Fault):
    """Loops run over ranges, lists, registers and groups.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      for i in 2 { h(i) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      for i in 0..<2 { h(i) }
    }
    ```
    """

    code = "QA119"
    title = "integer where a range is needed"

    number: int
    written: str

    def message(self) -> str:
        return f"{digits(self.number)} is a number, not a range"

    def label(self) -> str:
        return "a number"

    def help(self) -> str:
        return f"write `0..<{self.written}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphIterated(Fault):
    """A graph is not a list; say whether its edges or nodes are meant.

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      let G = cycle(3)
      for (u, v) in G { rot(Z[u] * Z[v], 0.1) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      let G = cycle(3)
      for (u, v) in G.edges { rot(Z[u] * Z[v], 0.1) }
    }
    ```
    """

    code = "QA120"
    title = "graph where its edges or nodes are needed"

    def message(self) -> str:
        return "a loop takes the edges or the nodes of a graph, not the graph itself"

    def label(self) -> str:
        return "a graph"

    def help(self) -> str:
        return "write `.edges` or `.nodes`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacking(Fault):
    """Several loop variables unpack tuples of the same length.

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for (i, j) in q { rot(Z[i] * Z[j], 0.1) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for (i, j) in [(0, 1), (1, 2)] { rot(Z[i] * Z[j], 0.1) }
    }
    ```
    """

    code = "QA121"
    title = "wrong number of loop variables"

    names: int
    given: str

    def message(self) -> str:
        return f"{self.names} loop variables for {self.given}"

    def label(self) -> str:
        return f"{self.names} names"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyExtreme(Fault):
    """`min` and `max` need at least one number.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = max([])
      rot(X[0] * X[1], a)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = max([1, 2])
      rot(X[0] * X[1], a)
    }
    ```
    """

    code = "QA132"
    title = "minimum or maximum of nothing"

    def message(self) -> str:
        return "an empty list has neither minimum nor maximum"

    def label(self) -> str:
        return "no numbers"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnequalLengths(Fault):
    """`zip` pairs lists of equal length.

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for (a, b) in zip(q, [1, 2]) { rot(Z[a] * b, 0.1) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for (a, b) in zip(q, [1, 2, 3]) { rot(Z[a] * b, 0.1) }
    }
    ```
    """

    code = "QA133"
    title = "lists of different lengths"

    a: int
    b: int

    def message(self) -> str:
        return f"the lists have {self.a} and {self.b} elements"

    def label(self) -> str:
        return "different lengths"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhereFails(Fault):
    """The condition after `where` does not hold for the sizes asked for.

    ```qans
    qans 1
    ansatz one(n: int = 2) where n >= 3 {
      qubits q[n]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one(n: int = 4) where n >= 3 {
      qubits q[n]
      h(q)
    }
    ```
    """

    code = "QA137"
    title = "sizes not allowed"

    values: str

    def message(self) -> str:
        return f"the ansatz does not exist for {self.values}"

    def label(self) -> str:
        return "does not hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotPositive(Fault):
    """A register has at least one qubit, and an array cannot have a negative size.

    ```qans
    qans 1
    ansatz one(n: int = 2) {
      qubits q[n - 2]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one(n: int = 2) {
      qubits q[n]
      h(q)
    }
    ```
    """

    code = "QA141"
    title = "impossible size"

    what: str
    value: int

    def message(self) -> str:
        return f"{self.what} cannot have the size {digits(self.value)}"

    def label(self) -> str:
        return f"is {digits(self.value)} here"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFalse(Fault):
    """A `require` about sizes is false.

    ```qans
    qans 1
    ansatz one(n: int = 2) {
      qubits q[n]
      h(q)
      require n > 4
    }
    ```

    ```qans
    qans 1
    ansatz one(n: int = 6) {
      qubits q[n]
      h(q)
      require n > 4
    }
    ```
    """

    code = "QA155"
    title = "claim does not hold"

    values: str | None = None

    def message(self) -> str:
        return "the claim does not hold"

    def label(self) -> str:
        return "false"

    def note(self) -> str | None:
        return None if self.values is None else f"here {self.values}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyLoop(Fault):
    """A loop whose range is empty does nothing; usually a bound is wrong.

    ```qans
    qans 1
    ansatz one(n: int = 1) {
      qubits q[n]
      for i in 0..<n - 1 { rot(Z[i] * Z[i + 1], 0.1) }
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one(n: int = 3) {
      qubits q[n]
      for i in 0..<n - 1 { rot(Z[i] * Z[i + 1], 0.1) }
      h(q)
    }
    ```
    """

    code = "QA322"
    title = "loop over nothing"
    severity = Severity.WARNING

    def message(self) -> str:
        return "the loop runs over nothing"

    def label(self) -> str:
        return "empty"
