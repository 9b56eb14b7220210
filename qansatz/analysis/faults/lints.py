"""What is allowed and probably not meant."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.diagnostics import Fault, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class AnglesMerge(Fault):
    """The same generator twice with only commuting rotations between: the two angles only add up.

    One of the two parameters changes nothing that the other cannot.

    ```qans
    qans 1
    ansatz twice() {
      qubits q[2]
      param a[2]
      init |0>
      rot(X[0] * X[1], a[0])
      rot(X[0] * X[1], a[1])
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz once() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
    }
    ```
    """

    code = "QA303"
    title = "equal generators whose angles merge"
    severity = Severity.WARNING

    term: str

    def message(self) -> str:
        return "this generator repeats one that nothing separates it from"

    def label(self) -> str:
        return f"the angles about {self.term} only add up"

    def note(self) -> str:
        return "every rotation in between commutes with it"

    def help(self) -> str:
        return "remove one of the two, or put a generator that does not commute between them"


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalObservable(Fault):
    """A string on all qubits: for many circuits its variance falls exponentially with their number.

    Cerezo et al., arXiv:2001.00550.

    ```qans
    qans 1
    ansatz whole() {
      qubits q[4]
      init |+>
      observable parity = prod(X[i] for i in q)
    }
    ```

    ```qans
    qans 1
    ansatz local() {
      qubits q[4]
      init |+>
      observable pair = X[0] * X[1]
    }
    ```
    """

    code = "QA304"
    title = "observable acts on all qubits"
    severity = Severity.WARNING

    observable: str
    n: int
    term: str

    def message(self) -> str:
        return f"`{self.observable}` holds a string on all {self.n} qubits"

    def label(self) -> str:
        return self.term

    def note(self) -> str:
        return "gradients of such an observable vanish exponentially for many deep circuits"

    def help(self) -> str:
        return "prefer a sum of strings on few qubits"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityGenerator(Fault):
    """A rotation about the identity is a global phase; its parameter has no effect.

    ```qans
    qans 1
    ansatz phase() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[0], a)
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz flip() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
    }
    ```
    """

    code = "QA305"
    title = "generator is the identity"
    severity = Severity.WARNING

    def message(self) -> str:
        return "this generator is a multiple of the identity"

    def label(self) -> str:
        return "changes only the global phase"

    def help(self) -> str:
        return "remove it"


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceDecays(Fault):
    """The Lie algebra of the circuit is exponentially large and the variance of the cost as small: a
    barren plateau. It is exact once the circuit is deep (Ragone et al., arXiv:2309.09342).

    ```qans
    qans 1
    ansatz universal(n: int = 10, layers: int = 4) {
      qubits q[n]
      param a[layers, 3 * n]
      init |0>
      repeat l in 0..<layers {
        for i in q {
          rot(X[i], a[l, 3 * i])
          rot(Z[i], a[l, 3 * i + 1])
          rot(Z[i] * Z[(i + 1) % n], a[l, 3 * i + 2])
        }
      }
      observable cost = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz fermions(n: int = 10, layers: int = 4) {
      qubits q[n]
      param a[layers, 2 * n]
      init |0>
      repeat l in 0..<layers {
        for i in q {
          rot(X[i], a[l, 2 * i])
          rot(Z[i] * Z[(i + 1) % n], a[l, 2 * i + 1])
        }
      }
      observable cost = Z[0] * Z[1]
    }
    ```
    """

    code = "QA309"
    title = "variance decays exponentially"
    severity = Severity.WARNING

    observable: str
    value: str
    name: str
    why: str

    def message(self) -> str:
        return f"the variance of `{self.observable}` is {self.value} once the circuit is deep"

    def label(self) -> str:
        return "at most 2^(-n/2) of the squared weights"

    def note(self) -> str:
        return f"the algebra is {self.name}: {self.why}"

    def help(self) -> str:
        return "use fewer generators, or generators that share a symmetry"
