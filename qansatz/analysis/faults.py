"""Claims that do not hold (QA2xx) and what is probably not meant (QA3xx)."""

from __future__ import annotations

from qansatz.diagnostics import Fault, Severity


class SymmetryBroken(Fault):
    """A declared Pauli symmetry must commute with every generator outside `encode`.

    Two strings anticommute when they differ, both not the identity, on an odd number of qubits. A
    single rotation about such a string mixes the two eigenspaces of the symmetry.

    ```qans
    qans 1
    ansatz ising() {
      qubits q[4]
      symmetry parity = prod(X[i] for i in q)
      param beta
      init |0>
      rot(sum(Z[i] for i in q), beta)
      observable energy = Z[0] * Z[1]
    }
    ```

    ```qans
    qans 1
    ansatz ising() {
      qubits q[4]
      symmetry parity = prod(X[i] for i in q)
      param beta
      init |0>
      rot(sum(Z[i] * Z[(i + 1) % 4] for i in q), beta)
      observable energy = Z[0] * Z[1]
    }
    ```
    """

    code = "QA201"
    title = "generator breaks a Pauli symmetry"
    message = "generator does not commute with symmetry `{name}`"
    label = "{witness}"
    note = "{failed} of {total} {things} fail; the first is {term}"
    help = "remove `{name}`, or use generators that commute with it"


class PermutationBroken(Fault):
    """A declared permutation of the qubits must map every generator to a generator of the ansatz.

    A generator is the whole weighted sum under one parameter; its overall scale does not count.

    ```qans
    qans 1
    ansatz chain() {
      qubits q[3]
      symmetry shift = perm(i -> (i + 1) % 3)
      param gamma
      init |+>
      rot(Z[0] * Z[1] + Z[1] * Z[2], gamma)
      observable energy = X[0] + X[1] + X[2]
    }
    ```

    ```qans
    qans 1
    ansatz ring() {
      qubits q[3]
      symmetry shift = perm(i -> (i + 1) % 3)
      param gamma
      init |+>
      rot(Z[0] * Z[1] + Z[1] * Z[2] + Z[2] * Z[0], gamma)
      observable energy = X[0] + X[1] + X[2]
    }
    ```
    """

    code = "QA202"
    title = "generators are not mapped onto each other by a permutation"
    message = "symmetry `{name}` maps this generator to none of the ansatz"
    label = "{witness}"
    help = "add what is missing, such as the term that closes a ring, or remove `{name}`"


class ChargeBroken(Fault):
    """A declared charge, a real sum of strings, must commute with every generator.

    Single terms may fail where the whole generator does not: X·X + Y·Y conserves the sum of all Z,
    X·X alone does not.

    ```qans
    qans 1
    ansatz hopping() {
      qubits q[2]
      symmetry number = Z[0] + Z[1]
      param t
      init |01>
      rot(X[0] * X[1], t)
      observable density = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz hopping() {
      qubits q[2]
      symmetry number = Z[0] + Z[1]
      param t
      init |01>
      rot(X[0] * X[1] + Y[0] * Y[1], t)
      observable density = Z[0]
    }
    ```
    """

    code = "QA203"
    title = "generator breaks a charge"
    message = "generator does not conserve the charge `{name}`"
    label = "{witness}"
    note = "{failed} of {total} generators here fail"
    help = "put the terms that cancel under one parameter, or remove `{name}`"


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
    message = "the terms of this sum do not commute"
    label = "{first} and {second} anticommute"
    note = "they differ on {qubits}"
    help = "give each commuting part its own `rot`, in the order that is meant"


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
    message = "the rotations of this block do not commute"
    label = "{second} anticommutes with {first}"
    note = "they differ on {qubits}; {first} is applied {before}"
    help = "move one of them to a block of its own"


class StabilizersAnticommute(Fault):
    """The generators of a stabilizer group must commute.

    XX…X and ZZ…Z do so on even numbers of qubits only.

    ```qans
    qans 1
    ansatz odd() {
      qubits q[3]
      stabilizers S = <p"XXX", p"ZZZ">
      init |0>
      observable energy = 1
    }
    ```

    ```qans
    qans 1
    ansatz even() {
      qubits q[4]
      stabilizers S = <p"XXXX", p"ZZZZ">
      init |0>
      observable energy = Z[0] * Z[1]
    }
    ```
    """

    code = "QA206"
    title = "stabilizers anticommute"
    message = "{first} and {second} of `{name}` anticommute"
    label = "differs from {first} on {qubits}: an odd number"
    help = "stabilizers must differ on an even number of qubits, pair by pair"


class StabilizersDependent(Fault):
    """The generators of a stabilizer group must be independent.

    Then s of them make a group of 2^s elements.

    ```qans
    qans 1
    ansatz dependent() {
      qubits q[4]
      stabilizers S = <p"ZZII", p"IIZZ", p"ZZZZ">
      init |0>
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz independent() {
      qubits q[4]
      stabilizers S = <p"ZZII", p"IIZZ">
      init |0>
      observable energy = Z[0]
    }
    ```
    """

    code = "QA207"
    title = "stabilizers are not independent"
    message = "{last} of `{name}` is a product of the others"
    label = "{product} = 1"
    help = "remove it"


class GroupHoldsMinusOne(Fault):
    """No state is stabilized by a group that holds −1: it would have to equal its own negative.

    ```qans
    qans 1
    ansatz none() {
      qubits q[2]
      stabilizers S = <p"XX", p"YY", p"ZZ">
      init |0>
      observable energy = Z[0] * Z[1]
    }
    ```

    ```qans
    qans 1
    ansatz bell() {
      qubits q[2]
      stabilizers S = <p"XX", p"ZZ">
      init |0>
      observable energy = Z[0] * Z[1]
    }
    ```
    """

    code = "QA208"
    title = "stabilizer group holds −1"
    message = "the group `{name}` holds -1"
    label = "{product} = -1"
    help = "remove {last}, which the others give with the opposite sign"


class LogicalAnticommutes(Fault):
    """A logical operator must commute with every stabilizer, or it leaves the code.

    ```qans
    qans 1
    ansatz code() {
      qubits q[4]
      stabilizers S = <p"XXXX", p"ZZZZ">
      logical L = [p"XIII"]
      init |0>
      observable energy = Z[0] * Z[1]
    }
    ```

    ```qans
    qans 1
    ansatz code() {
      qubits q[4]
      stabilizers S = <p"XXXX", p"ZZZZ">
      logical L = [p"XXII"]
      init |0>
      observable energy = Z[0] * Z[1]
    }
    ```
    """

    code = "QA209"
    title = "logical operator anticommutes with a stabilizer"
    message = "logical operator {logical} does not commute with {stabilizer} of `{group}`"
    label = "{witness}"
    note = "{failed} of {total} logical operators fail; the first is {logical}"
    help = "use strings that differ from {stabilizer} on an even number of qubits"


class StabilizerBroken(Fault):
    """Declared stabilizers must commute with every generator outside `encode`.

    ```qans
    qans 1
    ansatz leaves() {
      qubits q[2]
      stabilizers S = <p"ZZ">
      param a
      init |0>
      rot(X[0], a)
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz stays() {
      qubits q[2]
      stabilizers S = <p"ZZ">
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
    }
    ```
    """

    code = "QA210"
    title = "generator does not commute with a stabilizer"
    message = "generator does not commute with {stabilizer} of `{name}`"
    label = "{witness}"
    note = "{failed} of {total} {things} fail; the first is {term}"
    help = "remove {stabilizer}, or use generators that commute with it"


class StabilizerIsIdentity(Fault):
    """The identity stabilizes every state and generates nothing.

    ```qans
    qans 1
    ansatz idle() {
      qubits q[2]
      stabilizers S = <p"ZZ", p"II">
      init |0>
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz idle() {
      qubits q[2]
      stabilizers S = <p"ZZ">
      init |0>
      observable energy = Z[0]
    }
    ```
    """

    code = "QA211"
    title = "a stabilizer is the identity"
    message = "a generator of `{name}` is {text}"
    label = "not a stabilizer generator"
    help = "remove it"


class NotSlpa(Fault):
    """`require slpa` claims the stabilizer-logical product structure, where gradients are cheapest.

    A group of 2^s commuting strings without −1 commutes with every generator; every block holds
    whole cosets of that group; inside a block all commute; and two blocks commute or anticommute as
    a whole (Chinzei et al., arXiv:2406.18316).

    ```qans
    qans 1
    ansatz product() {
      qubits q[4]
      stabilizers S = <p"XXXX", p"ZZZZ">
      param a[3]
      init |0>
      block { rot([p"XXII", p"IIXX", p"YYZZ"], a) }
      observable label = X[0] * X[1]
      require slpa
    }
    ```

    ```qans
    qans 1
    ansatz product() {
      qubits q[4]
      stabilizers S = <p"XXXX", p"ZZZZ">
      param a[4]
      init |0>
      block { rot(S * p"XXII", a) }
      observable label = X[0] * X[1]
      require slpa
    }
    ```
    """

    code = "QA212"
    title = "not a stabilizer-logical product ansatz"
    message = "this is no stabilizer-logical product ansatz"
    label = "claimed here, but slpa is false"
    note = "{reasons}"
    help = "let each block rotate about all products S * P of one logical string P"


class BlocksMixed(Fault):
    """`require commuting_blocks` claims that two blocks commute or anticommute as a whole.

    Inside a block all rotations commute.

    ```qans
    qans 1
    ansatz blocks() {
      qubits q[2]
      param a[3]
      init |0>
      block { rot(X[0], a[0]); rot(X[1], a[1]) }
      block { rot(Z[0], a[2]) }
      observable energy = Z[0]
      require commuting_blocks
    }
    ```

    ```qans
    qans 1
    ansatz blocks() {
      qubits q[2]
      param a[3]
      init |0>
      block { rot(X[0], a[0]); rot(X[0] * X[1], a[1]) }
      block { rot(Z[0], a[2]) }
      observable energy = Z[0]
      require commuting_blocks
    }
    ```
    """

    code = "QA213"
    title = "not a commuting-block circuit"
    message = "this is no commuting-block circuit"
    label = "claimed here, but commuting_blocks is false"
    note = "{reasons}"
    help = "split the block named so that each part commutes or anticommutes with every other block"


class ClaimFails(Fault):
    """A `require` compares a derived fact with a bound, and the fact turned out otherwise.

    ```qans
    qans 1
    ansatz pair() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
      require two_qubit_gates <= 0
    }
    ```

    ```qans
    qans 1
    ansatz pair() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
      require two_qubit_gates <= 1
    }
    ```
    """

    code = "QA214"
    title = "a required fact does not hold"
    message = "{fact} is {value}, but {operator} {bound} is required"
    label = "{fact} = {value}"
    note = "{why}"


class UnknownFact(Fault):
    """`require` knows a fixed list of facts.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param a
      init |0>
      rot(X[0], a)
      observable energy = Z[0]
      require two_qubit_gates.total <= 1
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param a
      init |0>
      rot(X[0], a)
      observable energy = Z[0]
      require two_qubit_gates <= 1
    }
    ```
    """

    code = "QA215"
    title = "unknown fact"
    message = "`{fact}` is no fact that can be required"
    label = "not known"
    note = "known are {known}"
    help = "did you mean `{near}`?"


class FactNeedsBound(Fault):
    """A number has to be compared with something; a plain yes-or-no fact stands alone.

    ```qans
    qans 1
    ansatz pair() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
      require two_qubit_gates
    }
    ```

    ```qans
    qans 1
    ansatz pair() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
      require two_qubit_gates <= 1
    }
    ```
    """

    code = "QA216"
    title = "a claim of the wrong form"
    message = "{problem}"
    label = "{expected}"


class ObservableBreaksStabilizer(Fault):
    """Where a stabilizer anticommutes with the observable, half of the gradient components that one
    circuit could measure are lost: the efficiency is 2^(s−1) instead of 2^s (arXiv:2406.18316).

    ```qans
    qans 1
    ansatz half() {
      qubits q[2]
      stabilizers S = <p"XX">
      param a
      init |0>
      rot(Z[0] * Z[1], a)
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz whole() {
      qubits q[2]
      stabilizers S = <p"XX">
      param a
      init |0>
      rot(Z[0] * Z[1], a)
      observable energy = X[0]
    }
    ```
    """

    code = "QA301"
    title = "observable does not commute with a stabilizer"
    severity = Severity.WARNING
    message = "`{observable}` does not commute with {stabilizer} of `{name}`"
    label = "{witness}"
    note = "this halves the gradient measurement efficiency"
    help = "measure a string that commutes with the stabilizers"


class ObservableBreaksSymmetry(Fault):
    """The circuit keeps a symmetry that the observable does not share.

    Its expectation value then mixes symmetry sectors, which is seldom meant.

    ```qans
    qans 1
    ansatz odd() {
      qubits q[2]
      symmetry parity = X[0] * X[1]
      param a
      init |+>
      rot(Z[0] * Z[1], a)
      observable energy = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz even() {
      qubits q[2]
      symmetry parity = X[0] * X[1]
      param a
      init |+>
      rot(Z[0] * Z[1], a)
      observable energy = Z[0] * Z[1]
    }
    ```
    """

    code = "QA302"
    title = "observable does not share a symmetry"
    severity = Severity.WARNING
    message = "`{observable}` does not share the symmetry `{name}`"
    label = "{witness}"


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
    message = "this generator repeats one that nothing separates it from"
    label = "the angles about {term} only add up"
    note = "every rotation in between commutes with it"
    help = "remove one of the two, or put a generator that does not commute between them"


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
    message = "`{observable}` holds a string on all {n} qubits"
    label = "{term}"
    note = "gradients of such an observable vanish exponentially for many deep circuits"
    help = "prefer a sum of strings on few qubits"


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
    message = "this generator is a multiple of the identity"
    label = "changes only the global phase"
    help = "remove it"


class ClaimNotChecked(Fault):
    """The claim is about a fact that cannot be derived here: one of a gradient without an observable, or of more
    circuits than the limits allow.

    It was neither confirmed nor denied.

    ```qans
    qans 1
    ansatz claims() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      require hqc(shots = 1000) <= 100
    }
    ```

    ```qans
    qans 1
    ansatz claims() {
      qubits q[2]
      param a
      init |0>
      rot(X[0] * X[1], a)
      observable energy = Z[0]
      require hqc(shots = 1000) <= 100
    }
    ```
    """

    code = "QA306"
    title = "claim not checked"
    severity = Severity.WARNING
    message = "`{fact}` was not checked"
    label = "taken on trust"


class ClaimUndecided(Fault):
    """Only a bound of the fact is known, and the bound does not settle the claim.

    The Lie algebra is exact where every generator is one string or a sum that can be closed in the
    time allowed. Rotations that share one parameter without commuting, and fixed rotations between
    trainable ones, leave an upper bound.

    ```qans
    qans 1
    ansatz tied() {
      qubits q[1]
      param a
      init |0>
      rot(X[0], a)
      rot(Z[0], a)
      observable energy = Z[0]
      require algebra.dimension == 3
    }
    ```

    ```qans
    qans 1
    ansatz free() {
      qubits q[1]
      param a[2]
      init |0>
      rot(X[0], a[0])
      rot(Z[0], a[1])
      observable energy = Z[0]
      require algebra.dimension == 3
    }
    ```
    """

    code = "QA308"
    title = "claim not decided"
    severity = Severity.WARNING
    message = "`{fact}` was not decided"
    label = "{known}"
    note = "{why}"


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
    message = "the variance of `{observable}` is {value} once the circuit is deep"
    label = "at most 2^(-n/2) of the squared weights"
    note = "the algebra is {name}: {why}"
    help = "use fewer generators, or generators that share a symmetry"


class SymmetryUndecided(Fault):
    """With irrational coefficients, a commutator that does not cancel may be rounding only.

    ```qans
    qans 1
    ansatz hopping() {
      qubits q[2]
      symmetry number = pi * pi * Z[0] + 2 * Z[1]
      param t
      init |01>
      rot(X[0] * X[1] + Y[0] * Y[1], t)
      observable density = Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz hopping() {
      qubits q[2]
      symmetry number = Z[0] + Z[1]
      param t
      init |01>
      rot(X[0] * X[1] + Y[0] * Y[1], t)
      observable density = Z[0]
    }
    ```
    """

    code = "QA307"
    title = "symmetry not decided"
    severity = Severity.WARNING
    message = "whether this generator conserves `{name}` was not decided"
    label = "a coefficient is not rational, so what remains may be rounding: {witness}"
    help = "use fractions such as `1/3` for the coefficients"


class FixedAngleApart(Fault):
    """A term of a sum is turned by a fixed angle of its own. The sum may keep a symmetry that the term alone does
    not, so whether the circuit keeps it is not decided.

    ```qans
    qans 1
    ansatz pair() {
      qubits q[2]
      symmetry exchange = symmetric(q)
      param t
      param s
      rot(Z[0], t + 0.3)
      rot(Z[1], t)
      rot(X[0] + X[1], s)
    }
    ```

    ```qans
    qans 1
    ansatz pair() {
      qubits q[2]
      symmetry exchange = symmetric(q)
      param t
      param s
      rot(Z[0] + Z[1], t + 0.3)
      rot(X[0] + X[1], s)
    }
    ```
    """

    code = "QA310"
    title = "fixed angle on a term of a sum"
    severity = Severity.WARNING
    message = "whether the circuit keeps `{name}` was not decided"
    label = "a fixed angle turns {term} apart from the sum that it stands in"
    help = "give all terms of the sum the same shift"
