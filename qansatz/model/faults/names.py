"""Names that are unknown, taken or unused."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Undefined(Fault):
    """A name is used that no declaration before it defines.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rot(X[0] * X[1], thetta)
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

    code = "QA101"
    title = "undefined name"

    name: str
    cure: str | None = None

    def message(self) -> str:
        return f"nothing called `{self.name}` is defined here"

    def label(self) -> str:
        return "not defined"

    def help(self) -> str | None:
        return self.cure

    def key(self) -> object:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Redefined(Fault):
    """A name stands for one thing in its scope; values never change.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = 1
      let a = 2
      rot(X[0] * X[1], a)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = 1
      let b = 2
      rot(X[0] * X[1], a + b)
    }
    ```
    """

    code = "QA102"
    title = "name defined twice"

    name: str

    def message(self) -> str:
        return f"`{self.name}` is defined twice"

    def label(self) -> str:
        return "defined again here"

    def help(self) -> str:
        return "give one of them another name"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownGate(Fault):
    """A statement applies `rot`, a library gate, a fixed gate or a layer; this name is none of
    these.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      hadamard(q)
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

    code = "QA103"
    title = "unknown gate or layer"

    name: str
    cure: str | None = None

    def message(self) -> str:
        return f"there is no gate or layer called `{self.name}`"

    def label(self) -> str:
        return "not a gate"

    def help(self) -> str | None:
        return self.cure

    def key(self) -> object:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownAttribute(Fault):
    """Graphs have `order`, `size`, `nodes`, `edges`, `weight(u, v)`, `degree(u)` and
    `neighbors(u)`; registers have `size`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      let G = cycle(3)
      for (u, v) in G.edge { rot(Z[u] * Z[v], 0.1) }
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

    code = "QA122"
    title = "unknown attribute"

    what: str
    name: str
    attributes: str | None = None
    suggestion: str | None = None

    def message(self) -> str:
        return f"{self.what} has no `{self.name}`"

    def label(self) -> str:
        return "unknown"

    def note(self) -> str | None:
        return None if self.attributes is None else f"it has {self.attributes}"

    def help(self) -> str | None:
        return None if self.suggestion is None else f"did you mean `{self.suggestion}`?"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownArgument(Fault):
    """A size given on the command line or to `compile` is not an argument of the ansatz.

    ```qans
    qans 1
    # qansatz check --set m=3
    ansatz one(n: int = 2) {
      qubits q[n]
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

    code = "QA134"
    title = "unknown size"

    ansatz: str
    name: str
    sizes: str | None = None
    suggestion: str | None = None

    def message(self) -> str:
        return f"`{self.ansatz}` has no size called `{self.name}`"

    def label(self) -> str | None:
        return None if self.sizes is None else f"its sizes are {self.sizes}"

    def help(self) -> str | None:
        return None if self.suggestion is None else f"did you mean `{self.suggestion}`?"

    def key(self) -> object:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownType(Fault):
    """The types of arguments are `int`, `real`, `bool`, `graph` and `list`.

    ```qans
    qans 1
    ansatz one(n: integer = 2) {
      qubits q[n]
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

    code = "QA136"
    title = "unknown type"

    name: str
    types: str
    suggestion: str | None = None

    def message(self) -> str:
        return f"there is no type `{self.name}`"

    def label(self) -> str:
        return "not a type"

    def note(self) -> str:
        return f"the types are {self.types}"

    def help(self) -> str | None:
        return None if self.suggestion is None else f"did you mean `{self.suggestion}`?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unused(Fault):
    """A definition that nothing uses is often a slip. An unused parameter still takes a place in
    the optimiser's vector.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      param beta
      rx(q, theta)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rx(q, theta)
    }
    ```
    """

    code = "QA320"
    title = "unused name"
    severity = Severity.WARNING

    kind: str
    name: str

    def message(self) -> str:
        return f"the {self.kind} `{self.name}` is never used"

    def label(self) -> str:
        return "never used"

    def help(self) -> str:
        return "remove it, or begin its name with `_`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadows(Fault):
    """A definition takes the name of a function or constant of the language.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let sum = 3
      rx(q, sum)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let total = 3
      rx(q, total)
    }
    ```
    """

    code = "QA321"
    title = "predefined name hidden"
    severity = Severity.WARNING

    name: str

    def message(self) -> str:
        return f"`{self.name}` hides the predefined name"

    def label(self) -> str:
        return f"hides `{self.name}`"

    def help(self) -> str:
        return "choose another name"
