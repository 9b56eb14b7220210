"""Declared stabilizer groups and logical operators."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class StabilizersAnticommute(Fault):
    """The generators of a stabilizer group must commute.

    XX…X and ZZ…Z do so on even numbers of qubits only.

    ```qans
    qans 1
    ansatz odd() {
      qubits q[3]
      stabilizers S = <p"XXX", p"ZZZ">
      init |0>
      observable energy = 1
    }
    ```

    ```qans
    qans 1
    ansatz even() {
      qubits q[4]
      stabilizers S = <p"XXXX", p"ZZZZ">
      init |0>
      observable energy = Z[0] * Z[1]
    }
    ```
    """

    code = "QA206"
    title = "stabilizers anticommute"

    first: str
    second: str
    name: str
    qubits: str

    def message(self) -> str:
        return f"{self.first} and {self.second} of `{self.name}` anticommute"

    def label(self) -> str:
        return f"differs from {self.first} on {self.qubits}: an odd number"

    def help(self) -> str:
        return "stabilizers must differ on an even number of qubits, pair by pair"


@dataclass(frozen=True, slots=True, kw_only=True)
class StabilizersDependent(Fault):
    """The generators of a stabilizer group must be independent.

    Then s of them make a group of 2^s elements.

    ```qans
    qans 1
    ansatz dependent() {
      qubits q[4]
      stabilizers S = <p"ZZII", p"IIZZ", p"ZZZZ">
      init |0>
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz independent() {
      qubits q[4]
      stabilizers S = <p"ZZII", p"IIZZ">
      init |0>
      observable energy = Z[0]
    }
    ```
    """

    code = "QA207"
    title = "stabilizers are not independent"

    last: str
    name: str
    product: str

    def message(self) -> str:
        return f"{self.last} of `{self.name}` is a product of the others"

    def label(self) -> str:
        return f"{self.product} = 1"

    def help(self) -> str:
        return "remove it"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupHoldsMinusOne(Fault):
    """No state is stabilized by a group that holds −1: it would have to equal its own negative.

    ```qans
    qans 1
    ansatz none() {
      qubits q[2]
      stabilizers S = <p"XX", p"YY", p"ZZ">
      init |0>
      observable energy = Z[0] * Z[1]
    }
    ```

    ```qans
    qans 1
    ansatz bell() {
      qubits q[2]
      stabilizers S = <p"XX", p"ZZ">
      init |0>
      observable energy = Z[0] * Z[1]
    }
    ```
    """

    code = "QA208"
    title = "stabilizer group holds −1"

    name: str
    product: str
    last: str

    def message(self) -> str:
        return f"the group `{self.name}` holds -1"

    def label(self) -> str:
        return f"{self.product} = -1"

    def help(self) -> str:
        return f"remove {self.last}, which the others give with the opposite sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicalAnticommutes(Fault):
    """A logical operator must commute with every stabilizer, or it leaves the code.

    ```qans
    qans 1
    ansatz code() {
      qubits q[4]
      stabilizers S = <p"XXXX", p"ZZZZ">
      logical L = [p"XIII"]
      init |0>
      observable energy = Z[0] * Z[1]
    }
    ```

    ```qans
    qans 1
    ansatz code() {
      qubits q[4]
      stabilizers S = <p"XXXX", p"ZZZZ">
      logical L = [p"XXII"]
      init |0>
      observable energy = Z[0] * Z[1]
    }
    ```
    """

    code = "QA209"
    title = "logical operator anticommutes with a stabilizer"

    logical: str
    stabilizer: str
    group: str
    witness: str
    failed: int
    total: int

    def message(self) -> str:
        return (
            f"logical operator {self.logical} does not commute "
            f"with {self.stabilizer} of `{self.group}`"
        )

    def label(self) -> str:
        return self.witness

    def note(self) -> str | None:
        return (
            None
            if self.total == 1
            else f"{self.failed} of {self.total} logical operators fail; the first is {self.logical}"
        )

    def help(self) -> str:
        return f"use strings that differ from {self.stabilizer} on an even number of qubits"

    def key(self) -> object:
        return (self.group, self.stabilizer)


@dataclass(frozen=True, slots=True, kw_only=True)
class StabilizerBroken(Fault):
    """Declared stabilizers must commute with every generator outside `encode`.

    ```qans
    qans 1
    ansatz leaves() {
      qubits q[2]
      stabilizers S = <p"ZZ">
      param a
      init |0>
      rot(X[0], a)
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz stays() {
      qubits q[2]
      stabilizers S = <p"ZZ">
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
    }
    ```
    """

    code = "QA210"
    title = "generator does not commute with a stabilizer"

    stabilizer: str
    name: str
    witness: str
    failed: int
    total: int
    things: str
    term: str

    def message(self) -> str:
        return f"generator does not commute with {self.stabilizer} of `{self.name}`"

    def label(self) -> str:
        return self.witness

    def note(self) -> str | None:
        return (
            None
            if self.total == 1
            else f"{self.failed} of {self.total} {self.things} fail; the first is {self.term}"
        )

    def help(self) -> str:
        return f"remove {self.stabilizer}, or use generators that commute with it"

    def key(self) -> object:
        return (self.name, self.stabilizer)


@dataclass(frozen=True, slots=True, kw_only=True)
class StabilizerIsIdentity(Fault):
    """The identity stabilizes every state and generates nothing.

    ```qans
    qans 1
    ansatz idle() {
      qubits q[2]
      stabilizers S = <p"ZZ", p"II">
      init |0>
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz idle() {
      qubits q[2]
      stabilizers S = <p"ZZ">
      init |0>
      observable energy = Z[0]
    }
    ```
    """

    code = "QA211"
    title = "a stabilizer is the identity"

    name: str

    def message(self) -> str:
        return f"a generator of `{self.name}` is 1"

    def label(self) -> str:
        return "not a stabilizer generator"

    def help(self) -> str:
        return "remove it"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservableBreaksStabilizer(Fault):
    """Where a stabilizer anticommutes with the observable, half of the gradient components that
    one circuit could measure are lost: the efficiency is 2^(s−1) instead of 2^s
    (arXiv:2406.18316).

    ```qans
    qans 1
    ansatz half() {
      qubits q[2]
      stabilizers S = <p"XX">
      param a
      init |0>
      rot(Z[0] * Z[1], a)
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz whole() {
      qubits q[2]
      stabilizers S = <p"XX">
      param a
      init |0>
      rot(Z[0] * Z[1], a)
      observable energy = X[0]
    }
    ```
    """

    code = "QA301"
    title = "observable does not commute with a stabilizer"
    severity = Severity.WARNING

    observable: str
    stabilizer: str
    name: str
    witness: str

    def message(self) -> str:
        return f"`{self.observable}` does not commute with {self.stabilizer} of `{self.name}`"

    def label(self) -> str:
        return self.witness

    def note(self) -> str:
        return "this halves the gradient measurement efficiency"

    def help(self) -> str:
        return "measure a string that commutes with the stabilizers"

    def key(self) -> object:
        return self.name
