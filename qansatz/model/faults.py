"""Mistakes of names, types, sizes and declarations (QA1xx), and lints on them (QA32x)."""

from __future__ import annotations

from qansatz.diagnostics import Fault, Severity

LIMITS = {
    "rotations": "unrolled rotations and gates",
    "steps": "steps of unrolling",
    "qubits": "qubits",
    "terms": "terms or elements",
    "operations": "operations in one angle",
    "definitions": "definitions that need each other in turn",
    "refinements": "steps in the search for automorphisms",
}


class Undefined(Fault):
    """A name is used that no declaration before it gives a value.

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
    message = "nothing called `{name}` is defined here"
    label = "not defined"
    help = "{cure}"


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
    message = "`{name}` is defined twice"
    label = "defined again here"
    help = "give one of them another name"


class UnknownGate(Fault):
    """A statement applies `rot`, a library gate, a fixed gate or a layer; the name is none of these.

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
    message = "there is no gate or layer called `{name}`"
    label = "not a gate"
    help = "{cure}"


class ArgumentCount(Fault):
    """A gate, layer or function is called with too few or too many arguments. Gates take their qubits
    first and the angle last.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rx(theta)
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rx(q[0], theta)
      h(q)
    }
    ```
    """

    code = "QA104"
    title = "wrong number of arguments"
    message = "{what} takes ({wanted}), {given} given"
    label = "takes ({wanted})"


class PlainArguments(Fault):
    """Gates and most functions take values in order, no `name = value` and no `for`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rx(qubit = q[0], theta)
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rx(q[0], theta)
      h(q)
    }
    ```
    """

    code = "QA105"
    title = "arguments must be plain"
    message = "arguments are given here in order, without names: ({names})"
    label = "not a plain value"
    help = "{cure}"


class UnknownKeyword(Fault):
    """A layer is called with an argument that it does not have.

    ```qans
    qans 1
    layer mix(qubits_, angle) { rx(qubits_, angle) }
    ansatz one() {
      qubits q[2]
      param theta
      mix(q, angel = theta)
    }
    ```

    ```qans
    qans 1
    layer mix(qubits_, angle) { rx(qubits_, angle) }
    ansatz one() {
      qubits q[2]
      param theta
      mix(q, angle = theta)
    }
    ```
    """

    code = "QA106"
    title = "unknown argument"
    message = "{problem}"
    label = "the arguments are ({names})"
    help = "did you mean `{suggestion}`?"


class WrongKind(Fault):
    """A value of one kind stands where another is needed.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rot(theta, X[0] * X[1])
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

    code = "QA107"
    title = "wrong kind of value"
    message = "expected {expected}, found {found}"
    label = "this is {found}"
    help = "{cure}"


class Incompatible(Fault):
    """An operation is not defined between these kinds of values.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = X[0] + "one"
      rot(a * X[1], 0.3)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = X[0]
      rot(a * X[1], 0.3)
    }
    ```
    """

    code = "QA108"
    title = "values cannot be combined"
    message = "{a} and {b} cannot be {done}"
    label = "{a} and {b}"
    help = "{cure}"


class DivisionByZero(Fault):
    """A compile-time value is divided by zero.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let m = 0
      rot(X[0] * X[1], 1 / m)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let m = 2
      rot(X[0] * X[1], 1 / m)
    }
    ```
    """

    code = "QA109"
    title = "division by zero"
    message = "division by zero"
    label = "this is 0"


class NotReal(Fault):
    """A function is evaluated outside the numbers for which it has a real value.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0] * X[1], sqrt(-1))
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0] * X[1], sqrt(2))
    }
    ```
    """

    code = "QA110"
    title = "not a real number"
    message = "{what} is not a real number"
    label = "no real value"


class TooLarge(Fault):
    """Compile-time numbers are exact and may have only so many digits.

    ```qans
    qans 1
    ansatz one() {
      qubits q[10 ^ 5000]
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

    code = "QA111"
    title = "number too large"
    message = "the number is too large"
    label = "too large"
    note = "exact numbers may have {limit} digits, all others reach 10^308"


class LimitExceeded(Fault):
    """Elaboration stops at stated limits, so that a slip such as `0..<10000000000` is told at once.
    They can be raised.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      repeat 1000000000 { rot(X[0] * X[1], theta) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      repeat 10 { rot(X[0] * X[1], theta) }
    }
    ```
    """

    code = "QA112"
    title = "limit reached"
    message = "the ansatz passes the limit of {limit} {what}"
    label = "passed here"
    note = "{why}"
    help = "if it is meant, raise the limit with `{flag}`"


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
    message = "there is no qubit {index}: the ansatz has {n_qubits}, numbered from 0"
    label = "qubit {index}"
    help = "for a ring write `(i + 1) % n`, for an open chain stop at `n - 1`"


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
    message = "index {index} is outside 0..<{size}"
    label = "is {index} here"
    help = "{cure}"


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
    message = "{what} takes {wanted}, {given} given"
    label = "{given} given"
    help = "indices stand together, as in `a[i, j]`; `:` takes a whole axis"


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
    message = "the word has {length} letters, and there are {n_qubits} qubits"
    label = "{length} letters"
    help = "write every letter, `I` where nothing acts; or write X[i]*Z[j]"


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
    message = "`{letter}` is not a Pauli letter"
    label = "expected I, X, Y or Z"


class LetterOverMany(Fault):
    """`X[i]` is the Pauli operator on one qubit. For several say whether the sum, the product or the
    list is meant.

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
    message = "`{letter}[…]` takes one qubit"
    label = "one qubit is needed"
    help = "`sum({letter}[i] for i in q)`, `prod({letter}[i] for i in q)` or `[{letter}[i] for i in q]`"


class IntegerIterated(Fault):
    """Loops run over ranges, lists, registers and groups.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      for i in 2 { h(i) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      for i in 0..<2 { h(i) }
    }
    ```
    """

    code = "QA119"
    title = "integer where a range is needed"
    message = "{number} is a number, not a range"
    label = "a number"
    help = "write `0..<{written}`"


class GraphIterated(Fault):
    """A graph is not a list; say whether its edges or nodes are meant.

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      let G = cycle(3)
      for (u, v) in G { rot(Z[u] * Z[v], 0.1) }
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

    code = "QA120"
    title = "graph where its edges or nodes are needed"
    message = "a graph is run over by its `.edges` or its `.nodes`"
    label = "a graph"
    help = "write `.edges` or `.nodes`"


class Unpacking(Fault):
    """Several loop variables take apart tuples of the same length.

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for (i, j) in q { rot(Z[i] * Z[j], 0.1) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for (i, j) in [(0, 1), (1, 2)] { rot(Z[i] * Z[j], 0.1) }
    }
    ```
    """

    code = "QA121"
    title = "wrong number of loop variables"
    message = "{names} loop variables for {given}"
    label = "{names} names"


class UnknownAttribute(Fault):
    """Graphs have `order`, `size`, `nodes`, `edges`, `weight(u, v)`, `degree(u)` and `neighbors(u)`;
    registers have `size`.

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
    message = "{what} has no `{name}`"
    label = "unknown"
    note = "it has {known}"
    help = "did you mean `{suggestion}`?"


class NoSuchEdge(Fault):
    """The weight of an edge that the graph does not have was asked for.

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      let G = cycle(4)
      rot(G.weight(0, 2) * Z[0] * Z[2], 0.1)
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      let G = cycle(4)
      rot(G.weight(0, 1) * Z[0] * Z[1], 0.1)
      h(q)
    }
    ```
    """

    code = "QA123"
    title = "no such edge"
    message = "the graph has no edge between {u} and {v}"
    label = "not an edge"
    help = "run over `G.edges`"


class NoSuchGraph(Fault):
    """A graph that cannot exist, or is too large, was asked for.

    ```qans
    qans 1
    ansatz one() {
      qubits q[5]
      let G = regular(3, 5, 1)
      for (u, v) in G.edges { rot(Z[u] * Z[v], 0.1) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[6]
      let G = regular(3, 6, 1)
      for (u, v) in G.edges { rot(Z[u] * Z[v], 0.1) }
    }
    ```
    """

    code = "QA124"
    title = "no such graph"
    message = "{reason}"
    label = "no such graph"


class NotAPermutation(Fault):
    """A permutation sends every qubit to exactly one qubit.

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      symmetry shift = perm(i -> i + 1)
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      symmetry shift = perm(i -> (i + 1) % 4)
      for i in q { rot(X[i], 0.1) }
    }
    ```
    """

    code = "QA125"
    title = "not a permutation of the qubits"
    message = "this is not a permutation of the qubits: {reason}"
    label = "not a permutation"


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
    message = "a group is generated by Pauli strings, with sign + or −"
    label = "not a Pauli string"


class NotHermitian(Fault):
    """Generators, observables and symmetries are Hermitian: their coefficients are real. A product of
    strings that anticommute is imaginary.

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
    message = "the operator is not Hermitian: it has the term {term}"
    label = "not Hermitian"
    help = "add the Hermitian conjugate; a product such as X[0]*Z[0] alone is written 1i*X[0]*Z[0]"


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
    message = "a group of {order} elements is too large to write out"
    label = "too many elements"


class BroadcastMismatch(Fault):
    """One angle serves all generators of a statement, or there is one for each.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      stabilizers S = <p"XX">
      param theta[3]
      rot(S * Z[0] * Z[1], theta)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      stabilizers S = <p"XX">
      param theta[2]
      rot(S * (Z[0] * Z[1]), theta)
    }
    ```
    """

    code = "QA129"
    title = "angles do not fit the generators"
    message = "{angles} for {generators}"
    label = "{angles}"
    help = "{cure}"


class QubitLists(Fault):
    """A two-qubit gate over lists applies to pairs, one from each list.

    ```qans
    qans 1
    ansatz one() {
      qubits q[5]
      cx(q[0..<3], q[3..<5])
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      cx(q[0..<2], q[2..<4])
    }
    ```
    """

    code = "QA130"
    title = "lists of qubits of different lengths"
    message = "lists of {sizes} qubits do not fit together"
    label = "{sizes} qubits"


class RepeatedQubit(Fault):
    """A two-qubit gate needs two different qubits.

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for i in 0..<2 { cx(q[i], q[i * 2]) }
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      cx(q[0], q[1])
    }
    ```
    """

    code = "QA131"
    title = "gate on one qubit twice"
    message = "`{name}` acts twice on qubit {qubit}"
    label = "the same qubit twice"


class EmptyExtreme(Fault):
    """`min` and `max` need at least one number.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = max([])
      rot(X[0] * X[1], a)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = max([1, 2])
      rot(X[0] * X[1], a)
    }
    ```
    """

    code = "QA132"
    title = "extreme of nothing"
    message = "there is no smallest or largest of nothing"
    label = "no numbers"


class UnequalLengths(Fault):
    """`zip` pairs lists of equal length.

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for (a, b) in zip(q, [1, 2]) { rot(Z[a] * b, 0.1) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      for (a, b) in zip(q, [1, 2, 3]) { rot(Z[a] * b, 0.1) }
    }
    ```
    """

    code = "QA133"
    title = "lists of different lengths"
    message = "the lists have {a} and {b} elements"
    label = "different lengths"


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
    message = "`{ansatz}` has no size called `{name}`"
    label = "its sizes are {known}"
    help = "did you mean `{suggestion}`?"


class MissingArgument(Fault):
    """An argument without a default needs a value from outside.

    ```qans
    qans 1
    ansatz one(n: int) {
      qubits q[n]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one(n: int = 4) {
      qubits q[n]
      h(q)
    }
    ```
    """

    code = "QA135"
    title = "size without a value"
    message = "`{name}` has no value"
    label = "no default"
    help = "give it with `--set {name}=…`, or a default `{name}: {example}`"


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
    message = "there is no type `{name}`"
    label = "not a type"
    note = "the types are {known}"
    help = "did you mean `{suggestion}`?"


class WhereFails(Fault):
    """The condition after `where` does not hold for the sizes asked for.

    ```qans
    qans 1
    ansatz one(n: int = 2) where n >= 3 {
      qubits q[n]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one(n: int = 4) where n >= 3 {
      qubits q[n]
      h(q)
    }
    ```
    """

    code = "QA137"
    title = "sizes not allowed"
    message = "the ansatz does not exist for {values}"
    label = "does not hold"


class NoQubits(Fault):
    """Every ansatz has a declaration `qubits name[size]`.

    ```qans
    qans 1
    ansatz one() {
      param theta
      rot(X[0], theta)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta
      rot(X[0], theta)
    }
    ```
    """

    code = "QA138"
    title = "no qubits"
    message = "`{name}` declares no qubits"
    label = "no `qubits` in it"
    help = "add `qubits q[n]` as its first line"


class QubitsFirst(Fault):
    """Gates, states and operators that are claimed something about come after `qubits`.

    ```qans
    qans 1
    ansatz one() {
      init |0>
      qubits q[2]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      init |0>
      h(q)
    }
    ```
    """

    code = "QA139"
    title = "used before the qubits"
    message = "the qubits must be declared before this"
    label = "needs the qubits"
    help = "move `qubits` to the top of the ansatz"


class QubitsLate(Fault):
    """All registers are declared before the first gate.

    ```qans
    qans 1
    ansatz one() {
      qubits a[2]
      h(a)
      qubits b[2]
      h(b)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits a[2]
      qubits b[2]
      h(a)
      h(b)
    }
    ```
    """

    code = "QA140"
    title = "qubits declared late"
    message = "qubits are declared before the circuit begins"
    label = "after the first gate"


class NotPositive(Fault):
    """Registers have at least one qubit, arrays no negative size.

    ```qans
    qans 1
    ansatz one(n: int = 2) {
      qubits q[n - 2]
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

    code = "QA141"
    title = "impossible size"
    message = "{what} cannot have the size {value}"
    label = "is {value} here"


class DeclaredInside(Fault):
    """Registers, parameters, inputs, claims and the initial state belong to the ansatz as a whole, not
    to an iteration.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      repeat l in 0..<2 {
        param theta[2]
        rx(q, theta)
      }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta[2, 2]
      repeat l in 0..<2 {
        rx(q, theta[l, :])
        cz(q[0], q[1])
      }
    }
    ```
    """

    code = "QA142"
    title = "declaration inside a body"
    message = "`{what}` cannot stand inside {where_}"
    label = "not here"
    help = "move it out, and give arrays an index for the loop"


class BadBounds(Fault):
    """Bounds are written `in [low, high]`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta in 0..<3
      rx(q, theta)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta in [0, 2*pi]
      rx(q, theta)
    }
    ```
    """

    code = "QA143"
    title = "bounds are two numbers"
    message = "bounds are a list of two numbers, found {found}"
    label = "expected [low, high]"


class EmptyBounds(Fault):
    """The first bound is the lower one.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta in [pi, 0]
      rx(q, theta)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta in [0, pi]
      rx(q, theta)
    }
    ```
    """

    code = "QA144"
    title = "empty bounds"
    message = "the lower bound {low} is not below the upper bound {high}"
    label = "empty"


class UnknownDistribution(Fault):
    """Initial values are drawn `~ uniform(low, high)` or `~ normal(mean, deviation)`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta ~ gauss(0, 1)
      rx(q, theta)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta ~ normal(0, 1)
      rx(q, theta)
    }
    ```
    """

    code = "QA145"
    title = "unknown distribution"
    message = "there is no distribution `{name}`"
    label = "unknown"
    help = "use `uniform(low, high)` or `normal(mean, deviation)`"


class TiedWithBounds(Fault):
    """A parameter with `=` is not optimised: it follows from others, or is fixed.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param a
      param b in [0, 1] = 2 * a
      rx(q, b)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param a in [0, 1]
      param b = 2 * a
      rx(q, b)
    }
    ```
    """

    code = "QA146"
    title = "tied parameter with bounds"
    message = "`{name}` is tied to other parameters and has no bounds or distribution of its own"
    label = "tied"
    help = "put bounds on the parameters it depends on"


class TieShape(Fault):
    """An array tied to another one has the same shape.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param a[3]
      param b[2] = 2 * a
      rx(q, b)
      rz(q[0], a[0])
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param a[2]
      param b[2] = 2 * a
      rx(q, b)
      rz(q[0], a[0])
    }
    ```
    """

    code = "QA147"
    title = "tied array of another shape"
    message = "`{name}` has shape {shape}, its value {found}"
    label = "shape {found}"


class KetLength(Fault):
    """A state has one letter for all qubits, or one for each.

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      init |01>
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      init |0101>
      h(q)
    }
    ```
    """

    code = "QA148"
    title = "state of the wrong length"
    message = "the state has {length} letters, and there are {n_qubits} qubits"
    label = "{length} letters"


class NotAState(Fault):
    """A stabilizer state of n qubits has n independent commuting generators.

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      init <X[0] * X[1], Z[0] * Z[1]>
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      init <X[0] * X[1], Z[0] * Z[1], Z[2]>
      h(q)
    }
    ```
    """

    code = "QA149"
    title = "stabilizers that define no state"
    message = "these stabilizers define no state: {reason}"
    label = "not a state"


class SecondInit(Fault):
    """A circuit has one initial state.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      init |0>
      init |+>
      rz(q, 0.1)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      init |+>
      rz(q, 0.1)
    }
    ```
    """

    code = "QA150"
    title = "second initial state"
    message = "the initial state is given twice"
    label = "given again"


class LateInit(Fault):
    """`init` says where the circuit begins; it is not a reset.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      h(q)
      init |+>
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      init |+>
      h(q)
    }
    ```
    """

    code = "QA151"
    title = "initial state after the circuit began"
    message = "the initial state is given before the first gate"
    label = "the circuit has begun"


class TrainedEncoding(Fault):
    """What stands inside `encode` is data: its angles depend on inputs only. It is not differentiated
    and not checked against symmetries.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      input x[2]
      encode { ry(q, theta * x) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      input x[2]
      encode { ry(q, x) }
      rz(q, theta)
    }
    ```
    """

    code = "QA152"
    title = "parameter inside `encode`"
    message = "an encoding rotation depends on a trainable parameter"
    label = "depends on a parameter"
    help = "move it out of `encode`"


class GateInUnordered(Fault):
    """In `unordered` the compiler chooses the order of rotations; fixed gates would change what they
    act on.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      unordered { rx(q, 0.1); h(q[0]) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      unordered { rx(q, 0.1); rz(q, 0.2) }
      h(q[0])
    }
    ```
    """

    code = "QA153"
    title = "fixed gate in an unordered block"
    message = "`{name}` is a fixed gate and cannot stand in `unordered`"
    label = "a fixed gate"
    help = "move it out; rotations between two `cx` are a rotation themselves, such as `rzz`"


class LayerRecursion(Fault):
    """A layer calls itself without end, or layers are nested too deeply.

    ```qans
    qans 1
    layer a(r) { a(r) }
    ansatz one() {
      qubits q[1]
      a(q)
    }
    ```

    ```qans
    qans 1
    layer a(r) { h(r) }
    ansatz one() {
      qubits q[1]
      a(q)
    }
    ```
    """

    code = "QA154"
    title = "layers call each other too deeply"
    message = "`{name}` is called more than {limit} layers deep"
    label = "called here"
    help = "end the calls with an `if`, or write a loop; `--limit layer_depth=N` allows more"


class ClaimFalse(Fault):
    """A `require` about sizes is false.

    ```qans
    qans 1
    ansatz one(n: int = 2) {
      qubits q[n]
      h(q)
      require n > 4
    }
    ```

    ```qans
    qans 1
    ansatz one(n: int = 6) {
      qubits q[n]
      h(q)
      require n > 4
    }
    ```
    """

    code = "QA155"
    title = "claim does not hold"
    message = "the claim does not hold"
    label = "false"
    note = "here {values}"


class ImportNotFound(Fault):
    """An imported file does not exist or cannot be read. Paths are relative to the importing file.

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
    message = "`{path}` cannot be imported: {reason}"
    label = "cannot be read"
    help = "did you mean `{suggestion}`?"


class ImportOutside(Fault):
    """Imports stay inside the folder of the compiled file, so that compiling a file from elsewhere
    reads nothing else of yours.

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
    message = "`{path}` lies outside the folder of the file that is compiled"
    label = "outside"
    help = "move the file, or allow it with `--allow-outside-imports`"


class ImportCycle(Fault):
    """Files that import each other have no beginning.

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
    message = "`{path}` is being imported already"
    label = "imports in a circle"


class UnknownImport(Fault):
    """Files of layers and values are imported with `import "file.qans"`, graphs with `import graph
    "file" as G`.

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
    message = "`{kind}` cannot be imported"
    label = "expected `graph`"


class BadGraphFile(Fault):
    """A graph file is node-link JSON, GraphML, or a list of edges `u v` or `u v weight`.

    ```qans
    qans 1
    import graph "example.qans" as G
    ansatz one() {
      qubits q[1]
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[3]
      let G = path(3)
      for (u, v) in G.edges { rot(Z[u] * Z[v], 0.1) }
    }
    ```
    """

    code = "QA160"
    title = "graph file cannot be read"
    message = "`{path}` is not a graph: {reason}"
    label = "cannot be read"


class NoAnsatz(Fault):
    """There is nothing to compile. A file of layers and values can be checked, but not built: others import it.

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
    message = "the file has no ansatz"
    label = "no `ansatz` here"
    help = "add `ansatz name() {{ … }}`, or import this file from another"


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
    message = "the file has no ansatz called `{name}`"
    label = "it has {known}"
    help = "choose one of them"


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
    message = "the file has several ansatzes: {known}"
    label = "one of several"
    help = "choose one with `--ansatz NAME`"


class DerivedInside(Fault):
    """A derived fact stands alone (`require slpa`) or is compared as it is with a number or a name
    (`require algebra.dimension <= 3 * n`). It cannot be part of a larger expression.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rot(X[0] * X[1], theta)
      require 2 * two_qubit_gates <= 4
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      param theta
      rot(X[0] * X[1], theta)
      require two_qubit_gates <= 2
    }
    ```
    """

    code = "QA164"
    title = "derived fact inside an expression"
    message = "the derived fact `{name}` is part of a larger expression"
    label = "not a claim of its own"
    help = "compare it as it is: `require fact <= number`; write two claims for two bounds"


class Unused(Fault):
    """A definition that nothing uses is often a slip. An unused parameter still takes a place in the
    optimiser's vector.

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
    message = "the {kind} `{name}` is never used"
    label = "never used"
    help = "remove it, or begin its name with `_`"


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
    message = "`{name}` hides the predefined name"
    label = "hides `{name}`"
    help = "choose another name"


class EmptyLoop(Fault):
    """A loop whose range is empty does nothing; usually a bound is wrong.

    ```qans
    qans 1
    ansatz one(n: int = 1) {
      qubits q[n]
      for i in 0..<n - 1 { rot(Z[i] * Z[i + 1], 0.1) }
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one(n: int = 3) {
      qubits q[n]
      for i in 0..<n - 1 { rot(Z[i] * Z[i + 1], 0.1) }
      h(q)
    }
    ```
    """

    code = "QA322"
    title = "loop over nothing"
    severity = Severity.WARNING
    message = "the loop runs over nothing"
    label = "empty"


class UntouchedQubits(Fault):
    """A range that stops too early, or an orbit that misses a qubit, leaves qubits in their initial
    state.

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      param theta[3]
      for i in 0..<3 { rx(q[i], theta[i]) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      param theta[4]
      for i in 0..<4 { rx(q[i], theta[i]) }
    }
    ```
    """

    code = "QA323"
    title = "qubits that nothing acts on"
    severity = Severity.WARNING
    message = "nothing acts on {qubits}"
    label = "declared here"
    help = "extend the range, or declare fewer qubits"


class ReversedWord(Fault):
    """Words are read with qubit 0 on the left; Qiskit writes it on the right.

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      let Z0 = p"IIIZ"
      rot(Z0, 0.1)
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      let Z0 = p"ZIII"
      rot(Z0, 0.1)
      h(q)
    }
    ```
    """

    code = "QA324"
    title = "word that looks reversed"
    severity = Severity.WARNING
    message = (
        "`{name}` is named after qubit {qubit}, but the letter of this word stands at qubit {found}"
    )
    label = "acts on qubit {found}"
    help = "write the word the other way round, or `{letter}[{qubit}]`"
