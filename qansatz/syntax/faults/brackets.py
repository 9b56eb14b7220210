"""Brackets and quotes that do not match."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault
from qansatz.syntax.faults.by_example import ByExample


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclosed(Fault):
    """An opening bracket has no partner. What follows is read as if it were closed before the
    next statement.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0] * (Z[1], 0.3)
      observable o = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0] * Z[1], 0.3)
      observable o = Z[0]
    }
    ```
    """

    code = "QA004"
    title = "bracket never closed"

    bracket: str
    expected: str

    def message(self) -> str:
        return f"`{self.bracket}` is never closed"

    def label(self) -> str:
        return "opened here"

    def help(self) -> str:
        return f"add the missing `{self.expected}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched(Fault):
    """A closing bracket has no partner before it.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
    }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
    }
    ```
    """

    code = "QA005"
    title = "closing bracket without an opening one"

    bracket: str

    def message(self) -> str:
        return f"`{self.bracket}` closes nothing"

    def label(self) -> str:
        return "no bracket is open here"

    def help(self) -> str:
        return "remove it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatched(Fault):
    """A bracket is closed by one of another kind.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = [1, 2)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let _a = [1, 2]
    }
    ```
    """

    code = "QA006"
    title = "brackets do not match"

    bracket: str
    expected: str

    def message(self) -> str:
        return f"`{self.bracket}` where `{self.expected}` is needed"

    def label(self) -> str:
        return f"expected `{self.expected}`"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnclosedText(Fault):
    """A text or Pauli word begins with a double quote and must end with one on the same line.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = p"XX
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let _a = p"XX"
    }
    ```
    """

    code = "QA007"
    title = "text never closed"

    def message(self) -> str:
        return "the text is never closed"

    def label(self) -> str:
        return "opened here"

    def help(self) -> str:
        return 'end the text with `"`'


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleQuote(Fault):
    """Only double quotes delimit texts and Pauli words.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = p'XX'
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let _a = p"XX"
    }
    ```
    """

    code = "QA008"
    title = "single quotes"

    def message(self) -> str:
        return "texts and words are written with double quotes"

    def label(self) -> str:
        return 'write `"`'

    def help(self) -> str:
        return 'write p"XZ" for a word'


@dataclass(frozen=True, slots=True, kw_only=True)
class TooDeep(Fault):
    """Brackets or expressions are nested more deeply than can be read. Files written by a program
    should name intermediate values with `let`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      let a = (((((((((((((((((((((((((((((((((
        ((((((((((((((((((((((((((((((((( 1 ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      let _a = 1
    }
    ```
    """

    code = "QA013"
    title = "nested too deeply"

    what: str
    limit: int

    def message(self) -> str:
        return f"{self.what} are nested more than {self.limit} deep"

    def label(self) -> str:
        return "too deep here"

    def help(self) -> str:
        return "name a part with `let`"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingParentheses(ByExample):
    """An ansatz and a layer have a list of arguments, even an empty one.

    ```qans
    qans 1
    ansatz one { qubits q[2] }
    ```

    ```qans
    qans 1
    ansatz one() { qubits q[2] }
    ```
    """

    code = "QA026"
    title = "parentheses missing"

    def label(self) -> str:
        return "expected `(`"
