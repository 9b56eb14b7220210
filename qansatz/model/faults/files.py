"""Imports, and the ansatz that is chosen in a file."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportNotFound(Fault):
    """An imported file does not exist or cannot be read. Paths are relative to the importing
    file.

    ```qans
    qans 1
    import "layers.qans"
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```
    """

    code = "QA156"
    title = "import not found"

    path: str
    reason: str
    suggestion: str | None = None

    def message(self) -> str:
        return f"`{self.path}` cannot be imported: {self.reason}"

    def label(self) -> str:
        return "cannot be read"

    def help(self) -> str | None:
        return None if self.suggestion is None else f"did you mean `{self.suggestion}`?"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutside(Fault):
    """Imports stay inside the folder of the compiled file, so that compiling a file from
    elsewhere reads nothing else of yours.

    ```qans
    qans 1
    import "../secrets.qans"
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```
    """

    code = "QA157"
    title = "import outside the folder"

    path: str

    def message(self) -> str:
        return f"`{self.path}` lies outside the folder of the file that is compiled"

    def label(self) -> str:
        return "outside"

    def help(self) -> str:
        return "move the file, or allow it with `--allow-outside-imports`"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCycle(Fault):
    """Files that import each other have no order in which they could be read.

    ```qans
    qans 1
    # in the file example.qans itself
    import "example.qans"
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```
    """

    code = "QA158"
    title = "files import each other"

    path: str

    def message(self) -> str:
        return f"`{self.path}` is being imported already"

    def label(self) -> str:
        return "imports in a circle"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownImport(Fault):
    """Files of layers and values are imported with `import "file.qans"`, graphs with
    `import graph "file" as G`.

    ```qans
    qans 1
    import molecule "h2.json" as M
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```
    """

    code = "QA159"
    title = "unknown kind of import"

    kind: str

    def message(self) -> str:
        return f"`{self.kind}` cannot be imported"

    def label(self) -> str:
        return "expected `graph`"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnsatz(Fault):
    """There is nothing to compile. A file of layers and values can be checked, but not built:
    others import it.

    ```qans
    qans 1
    # nothing yet
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```
    """

    code = "QA161"
    title = "no ansatz in the file"

    def message(self) -> str:
        return "the file has no ansatz"

    def label(self) -> str:
        return "no `ansatz` here"

    def help(self) -> str:
        return "add `ansatz name() { … }`, or import this file from another"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownAnsatz(Fault):
    """The ansatz asked for with `--ansatz` is not in the file.

    ```qans
    qans 1
    # qansatz check --ansatz two
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```
    """

    code = "QA162"
    title = "no such ansatz"

    name: str
    ansatzes: str

    def message(self) -> str:
        return f"the file has no ansatz called `{self.name}`"

    def label(self) -> str:
        return f"it has {self.ansatzes}"

    def help(self) -> str:
        return "choose one of them"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseAnsatz(Fault):
    """A command that works on one ansatz needs to know which.

    ```qans
    qans 1
    # qansatz build
    ansatz one() { qubits q[1]; h(q) }
    ansatz two() { qubits q[1]; h(q) }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```
    """

    code = "QA163"
    title = "several ansatzes"

    ansatzes: str

    def message(self) -> str:
        return f"the file has several ansatzes: {self.ansatzes}"

    def label(self) -> str:
        return "one of several"

    def help(self) -> str:
        return "choose one with `--ansatz NAME`"
