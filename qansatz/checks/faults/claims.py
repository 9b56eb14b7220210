"""Claims that do not hold, or were not decided."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSlpa(Fault):
    """`require slpa` claims the stabilizer-logical product structure, where gradients are
    cheapest.

    A group of 2^s commuting strings without −1 commutes with every generator; every block holds
    whole cosets of that group; inside a block all commute; and two blocks commute or anticommute
    as a whole (Chinzei et al., arXiv:2406.18316).

    ```qans
    qans 1
    ansatz product() {
      qubits q[4]
      stabilizers S = <p"XXXX", p"ZZZZ">
      param a[3]
      init |0>
      block { rot([p"XXII", p"IIXX", p"YYZZ"], a) }
      observable label = X[0] * X[1]
      require slpa
    }
    ```

    ```qans
    qans 1
    ansatz product() {
      qubits q[4]
      stabilizers S = <p"XXXX", p"ZZZZ">
      param a[4]
      init |0>
      block { rot(S * p"XXII", a) }
      observable label = X[0] * X[1]
      require slpa
    }
    ```
    """

    code = "QA212"
    title = "not a stabilizer-logical product ansatz"

    reasons: str

    def message(self) -> str:
        return "this is not a stabilizer-logical product ansatz"

    def label(self) -> str:
        return "claimed here, but slpa is false"

    def note(self) -> str:
        return self.reasons

    def help(self) -> str:
        return "let each block rotate about all products S * P of one logical string P"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlocksMixed(Fault):
    """`require commuting_blocks` claims that two blocks commute or anticommute as a whole.

    Inside a block all rotations commute.

    ```qans
    qans 1
    ansatz blocks() {
      qubits q[2]
      param a[3]
      init |0>
      block { rot(X[0], a[0]); rot(X[1], a[1]) }
      block { rot(Z[0], a[2]) }
      observable energy = Z[0]
      require commuting_blocks
    }
    ```

    ```qans
    qans 1
    ansatz blocks() {
      qubits q[2]
      param a[3]
      init |0>
      block { rot(X[0], a[0]); rot(X[0] * X[1], a[1]) }
      block { rot(Z[0], a[2]) }
      observable energy = Z[0]
      require commuting_blocks
    }
    ```
    """

    code = "QA213"
    title = "not a commuting-block circuit"

    reasons: str

    def message(self) -> str:
        return "this is not a commuting-block circuit"

    def label(self) -> str:
        return "claimed here, but commuting_blocks is false"

    def note(self) -> str:
        return self.reasons

    def help(self) -> str:
        return (
            "split the block named so that each part commutes or anticommutes "
            "with every other block"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFails(Fault):
    """A `require` compares a derived fact with a bound, and the fact turned out otherwise.

    ```qans
    qans 1
    ansatz pair() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
      require two_qubit_gates <= 0
    }
    ```

    ```qans
    qans 1
    ansatz pair() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
      require two_qubit_gates <= 1
    }
    ```
    """

    code = "QA214"
    title = "a required fact does not hold"

    fact: str
    value: str
    required: str
    why: str

    def message(self) -> str:
        return f"{self.fact} is {self.value}, but {self.required} is required"

    def label(self) -> str:
        return f"{self.fact} = {self.value}"

    def note(self) -> str:
        return self.why


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownFact(Fault):
    """`require` knows a fixed list of facts.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param a
      init |0>
      rot(X[0], a)
      observable energy = Z[0]
      require two_qubit_gates.total <= 1
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param a
      init |0>
      rot(X[0], a)
      observable energy = Z[0]
      require two_qubit_gates <= 1
    }
    ```
    """

    code = "QA215"
    title = "unknown fact"

    fact: str
    known: str
    near: str | None = None

    def message(self) -> str:
        return f"`{self.fact}` is not a fact that can be required"

    def label(self) -> str:
        return "not known"

    def note(self) -> str:
        return f"the facts are {self.known}"

    def help(self) -> str | None:
        return None if self.near is None else f"did you mean `{self.near}`?"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactNeedsBound(Fault):
    """A number has to be compared with something; a plain yes-or-no fact stands alone.

    ```qans
    qans 1
    ansatz pair() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
      require two_qubit_gates
    }
    ```

    ```qans
    qans 1
    ansatz pair() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
      require two_qubit_gates <= 1
    }
    ```
    """

    code = "QA216"
    title = "a claim of the wrong form"

    problem: str
    expected: str

    def message(self) -> str:
        return self.problem

    def label(self) -> str:
        return self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimNotChecked(Fault):
    """The claim is about a fact that cannot be derived here: one of a gradient without an
    observable, or of more circuits than the limits allow.

    It was neither confirmed nor denied.

    ```qans
    qans 1
    ansatz claims() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      require hqc(shots = 1000) <= 100
    }
    ```

    ```qans
    qans 1
    ansatz claims() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
      require hqc(shots = 1000) <= 100
    }
    ```
    """

    code = "QA306"
    title = "claim not checked"
    severity = Severity.WARNING

    fact: str

    def message(self) -> str:
        return f"`{self.fact}` was not checked"

    def label(self) -> str:
        return "taken on trust"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimUndecided(Fault):
    """Only a bound of the fact is known, and the bound does not settle the claim.

    The Lie algebra is exact where every generator is one string or a sum that can be closed in
    the time allowed. Rotations that share one parameter and cannot be brought together, and
    fixed rotations between trainable ones, may leave an upper bound.

    ```qans
    qans 1
    ansatz tied() {
      qubits q[2]
      param a[2]
      init |0>
      rot(Z[0] * Y[1], a[0])
      rot(Z[0] * X[1], a[1])
      rot(Z[0] * Y[1], a[1])
      rot(Y[1], a[1])
      rot(X[1], a[1])
      observable energy = X[0]
      require algebra.dimension == 6
    }
    ```

    ```qans
    qans 1
    ansatz free() {
      qubits q[2]
      param a[5]
      init |0>
      rot(Z[0] * Y[1], a[0])
      rot(Z[0] * X[1], a[1])
      rot(Z[0] * Y[1], a[2])
      rot(Y[1], a[3])
      rot(X[1], a[4])
      observable energy = X[0]
      require algebra.dimension == 6
    }
    ```
    """

    code = "QA308"
    title = "claim not decided"
    severity = Severity.WARNING

    fact: str
    known: str
    why: str | None

    def message(self) -> str:
        return f"`{self.fact}` was not decided"

    def label(self) -> str:
        return self.known

    def note(self) -> str | None:
        return self.why
