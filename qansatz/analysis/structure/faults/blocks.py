"""Rotations that should commute."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsDoNotCommute(Fault):
    """A sum under one angle is an exact product of rotations only when its terms commute.

    Where they do not, the product depends on the order and is not the exponential of the sum: a
    Trotter product is another circuit, written as the rotations that it consists of.

    ```qans
    qans 1
    ansatz mixed() {
      qubits q[2]
      param t
      init |0>
      rot(X[0] + Z[0] * Z[1], t)
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz mixed() {
      qubits q[2]
      param t
      init |0>
      rot(X[0], t)
      rot(Z[0] * Z[1], t)
      observable energy = Z[0]
    }
    ```
    """

    code = "QA204"
    title = "terms of a sum do not commute"

    first: str
    second: str
    qubits: str

    def message(self) -> str:
        return "the terms of this sum do not commute"

    def label(self) -> str:
        return f"{self.first} and {self.second} anticommute"

    def note(self) -> str:
        return f"they differ on {self.qubits}"

    def help(self) -> str:
        return "give each commuting part its own `rot`, in the order that is meant"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockDoesNotCommute(Fault):
    """`block` claims that all rotations inside commute with each other.

    ```qans
    qans 1
    ansatz two() {
      qubits q[2]
      param a[2]
      init |0>
      block {
        rot(X[0], a[0])
        rot(Z[0], a[1])
      }
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz two() {
      qubits q[2]
      param a[2]
      init |0>
      block {
        rot(X[0], a[0])
        rot(X[1], a[1])
      }
      observable energy = Z[0]
    }
    ```
    """

    code = "QA205"
    title = "rotations of a block do not commute"

    second: str
    first: str
    qubits: str
    before: str

    def message(self) -> str:
        return "the rotations of this block do not commute"

    def label(self) -> str:
        return f"{self.second} anticommutes with {self.first}"

    def note(self) -> str:
        return f"they differ on {self.qubits}; {self.first} is applied {self.before}"

    def help(self) -> str:
        return "move one of them to a block of its own"
