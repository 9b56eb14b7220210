"""Everything else that keeps a text from being read."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault
from qansatz.syntax.faults.by_example import ByExample


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingVersion(Fault):
    """Every file says which version of the language it is written in, so that later compilers
    still read it correctly.

    ```qans
    ansatz one() { qubits q[1] }
    ```

    ```qans
    qans 1
    ansatz one() { qubits q[1] }
    ```
    """

    code = "QA001"
    title = "no version line"

    def message(self) -> str:
        return "the file does not begin with a version line"

    def label(self) -> str:
        return "expected `qans 1` before this"

    def help(self) -> str:
        return "add `qans 1` as the first line"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownVersion(Fault):
    """The file asks for a version of the language that this compiler does not have.

    ```qans
    qans 7
    ansatz one() { qubits q[1] }
    ```

    ```qans
    qans 1
    ansatz one() { qubits q[1] }
    ```
    """

    code = "QA002"
    title = "unknown version of the language"

    version: str

    def message(self) -> str:
        return f"this compiler does not know version {self.version} of the language"

    def label(self) -> str:
        return "only version 1 is known"

    def help(self) -> str:
        return "write `qans 1`, or use a newer compiler"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownCharacter(Fault):
    """A character that no part of the language uses, often pasted from a document or another
    language.

    ```qans
    qans 1
    ansatz one() { qubits q[1]
      let _a = 3 $ 4
    }
    ```

    ```qans
    qans 1
    ansatz one() { qubits q[1]
      let _a = 3 * 4
    }
    ```
    """

    code = "QA003"
    title = "character outside the language"

    character: str

    def message(self) -> str:
        return f"`{self.character}` means nothing here"

    def label(self) -> str:
        return "not part of the language"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordAsName(Fault):
    """A keyword of the language cannot be the name of a parameter, an operator or a loop
    variable.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param block
      rot(X[0], 0.1)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param angle
      rot(X[0], angle)
    }
    ```
    """

    code = "QA011"
    title = "keyword used as a name"

    word: str

    def message(self) -> str:
        return f"`{self.word}` is a keyword and cannot be a name"

    def label(self) -> str:
        return "a keyword"

    def help(self) -> str:
        return f"choose another name, such as `{self.word}_`"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservedWord(Fault):
    """The words `trotter` and `hamiltonian` are kept for products of non-commuting terms and for
    importing Hamiltonians, which this version does not have.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(trotter(X[0] + Z[0], 0.1, 2, 1), 0.2)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0], 0.1)
      rot(Z[0], 0.1)
    }
    ```
    """

    code = "QA012"
    title = "reserved word"

    word: str

    def message(self) -> str:
        return f"`{self.word}` is reserved for a later version of the language"

    def label(self) -> str:
        return "not available yet"

    def help(self) -> str:
        return "write the product of rotations out, one `rot` for each commuting part"


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyFaults(Fault):
    """After fifty mistakes in the text, reading stops: the file is probably not a qansatz file.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
      rot(X[0] X[0])
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
    }
    ```
    """

    code = "QA014"
    title = "too many faults"

    limit: int

    def message(self) -> str:
        return f"more than {self.limit} mistakes in the text; the rest of the file was not read"

    def label(self) -> str:
        return "stopped here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unexpected(Fault):
    """The text cannot be read from here on. The statement is skipped, and reading continues with
    the next one.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      rot(X[0], 0.1) ~
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      rot(X[0], 0.1)
    }
    ```
    """

    code = "QA015"
    title = "not expected here"

    token: str
    cure: str | None = None

    def message(self) -> str:
        return f"{self.token} is not expected here"

    def label(self) -> str:
        return "not expected"

    def help(self) -> str | None:
        return self.cure


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentInCondition(ByExample):
    """`=` gives a name to a value; `==` compares two values.

    ```qans
    qans 1
    ansatz one(n: int = 2) where n = 2 { qubits q[n] }
    ```

    ```qans
    qans 1
    ansatz one(n: int = 2) where n == 2 { qubits q[n] }
    ```
    """

    code = "QA018"
    title = "`=` where `==` is meant"

    def label(self) -> str:
        return "`==` compares"


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoStatements(ByExample):
    """A statement ends with its line; two on one line are separated by `;`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2] h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]; h(q)
    }
    ```
    """

    code = "QA022"
    title = "two statements on one line"

    def label(self) -> str:
        return "a new statement begins here"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideAnsatz(ByExample):
    """A file holds `import`, `let`, `layer` and `ansatz`; qubits, parameters and gates belong
    inside an ansatz.

    ```qans
    qans 1
    qubits q[2]
    ansatz one() { qubits q[2] }
    ```

    ```qans
    qans 1
    ansatz one() { qubits q[2] }
    ```
    """

    code = "QA023"
    title = "statement outside an ansatz"

    def label(self) -> str:
        return "belongs inside an ansatz"
