"""Pauli words, strings, sums and groups, and what they are indexed by."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault
from qansatz.numbers import counted, digits


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchQubit(Fault):
    """An operator or gate acts on a qubit that does not exist. The last of n qubits is n − 1.

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for i in 0..<3 { rot(Z[i] * Z[i + 1], 0.1) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for i in 0..<2 { rot(Z[i] * Z[i + 1], 0.1) }
    }
    ```
    """

    code = "QA113"
    title = "no such qubit"

    index: int
    n_qubits: int

    def message(self) -> str:
        return (
            f"there is no qubit {digits(self.index)}: the ansatz has {self.n_qubits}, "
            "numbered from 0"
        )

    def label(self) -> str:
        return f"qubit {digits(self.index)}"

    def help(self) -> str:
        return "for a ring write `(i + 1) % n`, for an open chain stop at `n - 1`"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfRange(Fault):
    """Arrays, lists and registers are indexed from 0.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta[2]
      rot(X[0], theta[1])
      rot(X[1], theta[2])
      rot(Y[0], theta[0])
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta[2]
      rot(X[0], theta[0])
      rot(X[1], theta[1])
    }
    ```
    """

    code = "QA114"
    title = "index out of range"

    index: int
    size: int
    cure: str | None = None

    def message(self) -> str:
        return f"index {digits(self.index)} is outside 0..<{digits(self.size)}"

    def label(self) -> str:
        return f"is {digits(self.index)} here"

    def help(self) -> str | None:
        return self.cure


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexCount(Fault):
    """An array has one index for each axis; `:` takes a whole axis.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta[2, 2]
      rot(X[0] * X[1], theta[0])
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta[2, 2]
      rot([X[0], X[1]], theta[0, :])
      rot([Y[0], Y[1]], theta[1, :])
    }
    ```
    """

    code = "QA115"
    title = "wrong number of indices"

    what: str
    wanted: str
    given: int

    def message(self) -> str:
        return f"{self.what} takes {self.wanted}, {self.given} given"

    def label(self) -> str:
        return f"{self.given} given"

    def help(self) -> str:
        return "indices stand together, as in `a[i, j]`; `:` takes a whole axis"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordLength(Fault):
    """A Pauli word has one letter for each qubit, the leftmost for qubit 0. Nothing is padded
    silently.

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      rot(p"XXI", 0.2)
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      rot(p"XXII", 0.2)
      h(q)
    }
    ```
    """

    code = "QA116"
    title = "word of the wrong length"

    length: int
    n_qubits: int

    def message(self) -> str:
        letters, qubits = counted(self.length, "letter"), counted(self.n_qubits, "qubit")
        return f"the word has {letters} for {qubits}"

    def label(self) -> str:
        return counted(self.length, "letter")

    def help(self) -> str:
        return "write every letter, `I` where nothing acts; or write X[i]*Z[j]"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLetter(Fault):
    """Pauli words are made of I, X, Y and Z.

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      rot(p"XXOI", 0.2)
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      rot(p"XXII", 0.2)
      h(q)
    }
    ```
    """

    code = "QA117"
    title = "letter outside I, X, Y, Z"

    letter: str

    def message(self) -> str:
        return f"`{self.letter}` is not a Pauli letter"

    def label(self) -> str:
        return "expected I, X, Y or Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterOverMany(Fault):
    """`X[i]` is the Pauli operator on one qubit. For several qubits, say whether the sum, the
    product or the list is meant.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[q], 0.1)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(sum(X[i] for i in q), 0.1)
    }
    ```
    """

    code = "QA118"
    title = "Pauli letter over several qubits"

    letter: str

    def message(self) -> str:
        return f"`{self.letter}[…]` takes one qubit"

    def label(self) -> str:
        return "one qubit is needed"

    def help(self) -> str:
        each = f"{self.letter}[i] for i in q"
        return f"`sum({each})`, `prod({each})` or `[{each}]`"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAString(Fault):
    """Between `<` and `>` stand Pauli strings, such as `p"XXXX"` or `Z[0]*Z[1]`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      stabilizers S = <X[0] + X[1]>
      rot(Z[0] * Z[1], 0.1)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      stabilizers S = <X[0] * X[1]>
      rot(Z[0] * Z[1], 0.1)
    }
    ```
    """

    code = "QA126"
    title = "not a Pauli string"

    def message(self) -> str:
        return "a group is generated by Pauli strings, with sign + or −"

    def label(self) -> str:
        return "not a Pauli string"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotHermitian(Fault):
    """Generators, observables and symmetries are Hermitian: their coefficients are real. A
    product of strings that anticommute is imaginary.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0] * Z[0], 0.1)
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(Y[0], 0.1)
      h(q)
    }
    ```
    """

    code = "QA127"
    title = "operator not Hermitian"

    term: str

    def message(self) -> str:
        return f"the operator is not Hermitian: it has the term {self.term}"

    def label(self) -> str:
        return "not Hermitian"

    def help(self) -> str:
        return (
            "add the Hermitian conjugate; a product such as X[0]*Z[0] alone is written 1i*X[0]*Z[0]"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTooLarge(Fault):
    """Rotations about every element of a group are written out one by one, up to 2^20 elements.

    ```qans
    qans 1
    ansatz one() {
      qubits q[30]
      stabilizers S = <Z[0], Z[1], Z[2], Z[3], Z[4], Z[5], Z[6], Z[7], Z[8], Z[9],
                     Z[10], Z[11], Z[12], Z[13], Z[14], Z[15], Z[16], Z[17], Z[18], Z[19], Z[20]>
      rot(S * Z[21], 0.1)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      stabilizers S = <Z[0], Z[1]>
      rot(S * Z[2], 0.1)
    }
    ```
    """

    code = "QA128"
    title = "group too large"

    order: str

    def message(self) -> str:
        return f"a group of {self.order} elements is too large to write out"

    def label(self) -> str:
        return "too many elements"
