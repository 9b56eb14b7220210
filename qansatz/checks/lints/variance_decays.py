"""Deep circuits whose variance is exponentially small."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from qansatz.analysis.algebra.generators import Generators
from qansatz.diagnostics import Fault, FaultLog, Severity
from qansatz.model.program import Model
from qansatz.pauli.tables import distinct

_QUBITS = range(10, 101)
_STRINGS = 2000
_STEPS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class VarianceDecays(Fault):
    """The Lie algebra of the circuit is exponentially large and the variance of the cost
    exponentially small: a barren plateau. The variance given is exact in the limit of many layers
    (Ragone et al., arXiv:2309.09342). Where the variance of this circuit, at its own depth, is
    known without sampling, that one is looked at.

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

    this_circuit: str | None

    def message(self) -> str:
        if self.this_circuit is not None:
            return f"the variance of `{self.observable}` in this circuit is {self.this_circuit}"
        return f"the variance of `{self.observable}` is {self.value} once the circuit is deep"

    def label(self) -> str:
        return "at most 2^(-n/2) of the squared weights"

    def note(self) -> str:
        limit = "" if self.this_circuit is None else f"; once deep it is {self.value}"
        return f"the algebra is {self.name}: {self.why}{limit}"

    def help(self) -> str:
        return "use fewer generators, or generators that share a symmetry"


def check(model: Model, places: Generators, log: FaultLog) -> None:
    """A variance of at most 2^(−n/2) of the squared weights, in an algebra of dimension 2^n or more.

    In the limit of many layers, and in this circuit where that is known without sampling.

    Looked for only where the answer is quick: generators of one string, 10 to 100 qubits, four layers or more.
    """
    n, kinds = model.n_qubits, places.distinct
    layers = len(distinct(model.rotations.layer[model.rotations.layer >= 0]))
    deep = layers >= 4 or len(places.kind) >= 4 * len(kinds)
    single = len(kinds) <= _STRINGS and all(len(g.strings) == 1 for g in kinds)
    if not (n in _QUBITS and deep and single and model.observables):
        return
    from qansatz.analysis.algebra.algebra import algebra
    from qansatz.analysis.trainability.counts import as_fraction
    from qansatz.analysis.trainability.this_circuit import circuit_variance
    from qansatz.analysis.trainability.variance import counted, variance
    from qansatz.numbers import fraction_text

    whole = algebra(model)
    if not whole.exact or whole.dimension < 1 << n:
        return
    for observable in model.observables:
        result = variance(model, observable, report=whole)
        weight = sum(
            (as_fraction(t.coefficient) ** 2 for t in result.terms if t.dimension), Fraction(0)
        )
        if not result.value or not _small(result.value, weight, n):
            continue
        own = circuit_variance(model, observable, sampling=False, most_steps=_STEPS)
        if own.fraction is None or _small(own.fraction, weight, n):
            this_circuit = None if own.fraction is None else fraction_text(own.fraction)
            log.add(
                VarianceDecays(
                    observable.span,
                    observable=observable.name,
                    value=fraction_text(result.value),
                    this_circuit=this_circuit,
                    name=whole.name or "not named",
                    why=counted(result),
                )
            )


def _small(value: Fraction, weight: Fraction, n_qubits: int) -> bool:
    return (value / weight) ** 2 * (1 << n_qubits) <= 1
