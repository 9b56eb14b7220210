"""Declared symmetries that do not hold, or were not decided."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class SymmetryBroken(Fault):
    """A declared Pauli symmetry must commute with every generator outside `encode`.

    Two strings anticommute when their letters differ, neither being the identity, on an odd
    number of qubits. A single rotation about such a string mixes the two eigenspaces of the
    symmetry.

    ```qans
    qans 1
    ansatz ising() {
      qubits q[4]
      symmetry parity = prod(X[i] for i in q)
      param beta
      init |0>
      rot(sum(Z[i] for i in q), beta)
      observable energy = Z[0] * Z[1]
    }
    ```

    ```qans
    qans 1
    ansatz ising() {
      qubits q[4]
      symmetry parity = prod(X[i] for i in q)
      param beta
      init |0>
      rot(sum(Z[i] * Z[(i + 1) % 4] for i in q), beta)
      observable energy = Z[0] * Z[1]
    }
    ```
    """

    code = "QA201"
    title = "generator breaks a Pauli symmetry"

    name: str
    witness: str
    failed: int
    total: int
    things: str
    term: str

    def message(self) -> str:
        return f"generator does not commute with symmetry `{self.name}`"

    def label(self) -> str:
        return self.witness

    def note(self) -> str | None:
        return (
            None
            if self.total == 1
            else f"{self.failed} of {self.total} {self.things} fail; the first is {self.term}"
        )

    def help(self) -> str:
        return f"remove `{self.name}`, or use generators that commute with it"

    def key(self) -> object:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class PermutationBroken(Fault):
    """A declared permutation of the qubits must map every generator to a generator of the ansatz.

    A generator is the whole weighted sum under one parameter; its overall scale does not count.

    ```qans
    qans 1
    ansatz chain() {
      qubits q[3]
      symmetry shift = perm(i -> (i + 1) % 3)
      param gamma
      init |+>
      rot(Z[0] * Z[1] + Z[1] * Z[2], gamma)
      observable energy = X[0] + X[1] + X[2]
    }
    ```

    ```qans
    qans 1
    ansatz ring() {
      qubits q[3]
      symmetry shift = perm(i -> (i + 1) % 3)
      param gamma
      init |+>
      rot(Z[0] * Z[1] + Z[1] * Z[2] + Z[2] * Z[0], gamma)
      observable energy = X[0] + X[1] + X[2]
    }
    ```
    """

    code = "QA202"
    title = "generators are not mapped onto each other by a permutation"

    name: str
    witness: str

    def message(self) -> str:
        return f"symmetry `{self.name}` maps this generator to none of the ansatz"

    def label(self) -> str:
        return self.witness

    def help(self) -> str:
        return f"add what is missing, such as the term that closes a ring, or remove `{self.name}`"

    def key(self) -> object:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeBroken(Fault):
    """A declared charge, a real sum of strings, must commute with every generator.

    Single terms may fail where the whole generator does not: X·X + Y·Y conserves the sum of all
    Z, X·X alone does not.

    ```qans
    qans 1
    ansatz hopping() {
      qubits q[2]
      symmetry number = Z[0] + Z[1]
      param t
      init |01>
      rot(X[0] * X[1], t)
      observable density = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz hopping() {
      qubits q[2]
      symmetry number = Z[0] + Z[1]
      param t
      init |01>
      rot(X[0] * X[1] + Y[0] * Y[1], t)
      observable density = Z[0]
    }
    ```
    """

    code = "QA203"
    title = "generator breaks a charge"

    name: str
    witness: str
    failed: int
    total: int

    def message(self) -> str:
        return f"generator does not conserve the charge `{self.name}`"

    def label(self) -> str:
        return self.witness

    def note(self) -> str | None:
        return None if self.total == 1 else f"{self.failed} of {self.total} generators here fail"

    def help(self) -> str:
        return f"put the terms that cancel under one parameter, or remove `{self.name}`"

    def key(self) -> object:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservableBreaksSymmetry(Fault):
    """The circuit keeps a symmetry that the observable does not share.

    Its expectation value then mixes symmetry sectors, which is seldom meant.

    ```qans
    qans 1
    ansatz odd() {
      qubits q[2]
      symmetry parity = X[0] * X[1]
      param a
      init |+>
      rot(Z[0] * Z[1], a)
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz even() {
      qubits q[2]
      symmetry parity = X[0] * X[1]
      param a
      init |+>
      rot(Z[0] * Z[1], a)
      observable energy = Z[0] * Z[1]
    }
    ```
    """

    code = "QA302"
    title = "observable does not share a symmetry"
    severity = Severity.WARNING

    observable: str
    name: str
    witness: str

    def message(self) -> str:
        return f"`{self.observable}` does not share the symmetry `{self.name}`"

    def label(self) -> str:
        return self.witness

    def key(self) -> object:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class SymmetryUndecided(Fault):
    """With irrational coefficients, a commutator that does not cancel may be rounding only.

    ```qans
    qans 1
    ansatz hopping() {
      qubits q[2]
      symmetry number = pi * pi * Z[0] + 2 * Z[1]
      param t
      init |01>
      rot(X[0] * X[1] + Y[0] * Y[1], t)
      observable density = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz hopping() {
      qubits q[2]
      symmetry number = Z[0] + Z[1]
      param t
      init |01>
      rot(X[0] * X[1] + Y[0] * Y[1], t)
      observable density = Z[0]
    }
    ```
    """

    code = "QA307"
    title = "symmetry not decided"
    severity = Severity.WARNING

    name: str
    witness: str

    def message(self) -> str:
        return f"whether this generator conserves `{self.name}` was not decided"

    def label(self) -> str:
        return f"a coefficient is not rational, so what remains may be rounding: {self.witness}"

    def help(self) -> str:
        return "use fractions such as `1/3` for the coefficients"

    def key(self) -> object:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedAngleApart(Fault):
    """A term of a sum is rotated by a fixed angle of its own. The sum may keep a symmetry that
    the term alone does not, so whether the circuit keeps it is not decided.

    ```qans
    qans 1
    ansatz pair() {
      qubits q[2]
      symmetry exchange = symmetric(q)
      param t
      param s
      rot(Z[0], t + 0.3)
      rot(Z[1], t)
      rot(X[0] + X[1], s)
    }
    ```

    ```qans
    qans 1
    ansatz pair() {
      qubits q[2]
      symmetry exchange = symmetric(q)
      param t
      param s
      rot(Z[0] + Z[1], t + 0.3)
      rot(X[0] + X[1], s)
    }
    ```
    """

    code = "QA310"
    title = "fixed angle on a term of a sum"
    severity = Severity.WARNING

    name: str
    term: str

    def message(self) -> str:
        return f"whether the circuit keeps `{self.name}` was not decided"

    def label(self) -> str:
        return f"a fixed angle rotates {self.term} apart from the rest of its sum"

    def help(self) -> str:
        return "give all terms of the sum the same shift"

    def key(self) -> object:
        return self.name
