"""Spellings of other languages."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault
from qansatz.syntax.faults.by_example import ByExample


@dataclass(frozen=True, slots=True, kw_only=True)
class BareRange(Fault):
    """Languages disagree on whether `0..n` contains n. Here every range says so: `..<` leaves the
    end out, `..=` includes it.

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for i in 0..3 { h(q[i]) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for i in 0..<3 { h(q[i]) }
    }
    ```
    """

    code = "QA009"
    title = "range without `<` or `=`"

    def message(self) -> str:
        return "`..` does not say whether the end belongs to the range"

    def label(self) -> str:
        return "`..<` or `..=`?"

    def help(self) -> str:
        return "write `0..<n` for 0 to n−1, `0..=n` for 0 to n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignOperator(Fault):
    """Some operators of Python and C have another spelling: powers are `^`, logic is `and`, `or`,
    `not`.

    ```qans
    qans 1
    ansatz one(n: int = 2 ** 2) { qubits q[n] }
    ```

    ```qans
    qans 1
    ansatz one(n: int = 2 ^ 2) { qubits q[n] }
    ```
    """

    code = "QA010"
    title = "operator of another language"

    operator: str
    ours: str

    def message(self) -> str:
        return f"`{self.operator}` is written `{self.ours}` here"

    def label(self) -> str:
        return f"write `{self.ours}`"

    def help(self) -> str:
        return f"write `{self.ours}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentWithoutLet(ByExample):
    """`let name = value` introduces a name; its value never changes.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      a = 3
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let _a = 3
    }
    ```
    """

    code = "QA024"
    title = "assignment without `let`"

    def label(self) -> str:
        return "expected `let` before the name"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownStatement(Fault):
    """A statement begins with a word that is not a keyword of the language, often a keyword of
    another one.

    ```qans
    qans 1
    ansatz one() {
      qreg q[2]
      qubits r[2]
      h(r)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits r[2]
      h(r)
    }
    ```
    """

    code = "QA028"
    title = "unknown kind of statement"

    word: str
    meant: str

    def message(self) -> str:
        return f"no statement begins with `{self.word}`"

    def label(self) -> str:
        return "not a keyword"

    def help(self) -> str:
        return f"did you mean `{self.meant}`?"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownState(Fault):
    """A product state has one letter for each qubit: `0` and `1`, `+` and `-` (of X), `r` and `l`
    (of Y).

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      init |012>
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      init |011>
      h(q)
    }
    ```
    """

    code = "QA029"
    title = "unknown letter of a state"

    ket: str

    def message(self) -> str:
        return f"`{self.ket}` is not a product state"

    def label(self) -> str:
        return "not all of these letters stand for states"

    def help(self) -> str:
        return "the letters are 0 1 + - r l, one for each qubit"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOfQasm(Fault):
    """OpenQASM writes the angle in parentheses and the qubits after them; here all arguments
    stand in the parentheses, qubits first and the angle last.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rz(0.3) q[0];
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rz(q[0], 0.3)
      h(q)
    }
    ```
    """

    code = "QA030"
    title = "gate written as in OpenQASM"

    ours: str

    def message(self) -> str:
        return "the qubits stand inside the parentheses, before the angle"

    def label(self) -> str:
        return "after the parentheses"

    def help(self) -> str:
        return f"write `{self.ours}`"
