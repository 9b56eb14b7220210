"""Mistakes in the text itself (QA0xx)."""

from __future__ import annotations

from qansatz.diagnostics import Fault


class MissingVersion(Fault):
    """Every file says which version of the language it is written in, so that later versions can read it rightly.

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
    message = "the file does not begin with a version line"
    label = "expected `qans 1` before this"
    help = "add `qans 1` as the first line"


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
    message = "this compiler does not know version {version} of the language"
    label = "only version 1 is known"
    help = "write `qans 1`, or use a newer compiler"


class UnknownCharacter(Fault):
    """A character that no part of the language uses, often pasted from a document or another language.

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
    message = "`{character}` means nothing here"
    label = "not part of the language"


class Unclosed(Fault):
    """An opening bracket has no partner. What follows is read as if it were closed before the next
    statement.

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
    message = "`{bracket}` is never closed"
    label = "opened here"
    help = "add the missing `{expected}`"


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
    message = "`{bracket}` closes nothing"
    label = "no bracket is open here"
    help = "remove it"


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
    message = "`{bracket}` where `{expected}` is needed"
    label = "expected `{expected}`"


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
    message = "the text is never closed"
    label = "opened here"
    help = 'end the text with `"`'


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
    message = "texts and words are written with double quotes"
    label = 'write `"`'
    help = 'write p"XZ" for a word'


class BareRange(Fault):
    """Languages disagree on whether `0..n` contains n. Here every range says so: `..<` leaves the end
    out, `..=` includes it.

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
    title = "range without its end rule"
    message = "`..` does not say whether the end belongs to the range"
    label = "`..<` or `..=`?"
    help = "write `0..<n` for 0 to n−1, `0..=n` for 0 to n"


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
    message = "`{operator}` is written `{ours}` here"
    label = "write `{ours}`"
    help = "write `{ours}`"


class KeywordAsName(Fault):
    """Keywords of the language cannot name parameters, operators or loops.

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
    message = "`{word}` is a keyword and cannot be a name"
    label = "a keyword"
    help = "choose another name, such as `{word}_`"


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
    message = "`{word}` is reserved for a coming version of the language"
    label = "not available yet"
    help = "write the product of rotations out, one `rot` for each commuting part"


class TooDeep(Fault):
    """Brackets and expressions may be nested only so deep; machine-written files should name
    intermediate values with `let`.

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
    message = "{what} are nested more than {limit} deep"
    label = "too deep here"
    help = "name a part with `let`"


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
    message = "more than {limit} mistakes in the text; the rest of the file was not read"
    label = "stopped here"


class Unexpected(Fault):
    """The text cannot be read from here on. The statement is left out and reading goes on with the
    next one.

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
    message = "{found} is not expected here"
    label = "not expected"
    help = "{cure}"


class MissingName(Fault):
    """A declaration says what it declares: a keyword, then a name.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param [3]
      rot(X[0], 0.1)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      param theta[3]
      rot(X[0], theta[0])
      rot(Z[0], theta[1])
      rot(X[0], theta[2])
    }
    ```
    """

    code = "QA016"
    title = "name missing"
    message = "{text}"
    label = "a name is missing"
    help = "{cure}"


class MissingEquals(Fault):
    """`let`, `symmetry`, `observable`, `stabilizers` and `logical` give a name to a value: `let name =
    value`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      observable cost Z[0]
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[1]
      observable cost = Z[0]
    }
    ```
    """

    code = "QA017"
    title = "`=` missing"
    message = "{text}"
    label = "expected `=`"
    help = "{cure}"


class AssignmentInCondition(Fault):
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
    message = "{text}"
    label = "`==` compares"
    help = "{cure}"


class MissingIn(Fault):
    """Loops and comprehensions name a variable and what it runs over: `for i in q`.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      for i q { h(i) }
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      for i in q { h(i) }
    }
    ```
    """

    code = "QA019"
    title = "`in` missing"
    message = "{text}"
    label = "expected `in`"
    help = "{cure}"


class MissingBody(Fault):
    """Loops, conditions, blocks and layers have a body between braces.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      for i in q: h(i)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      for i in q { h(i) }
    }
    ```
    """

    code = "QA020"
    title = "body missing"
    message = "{text}"
    label = "expected `{{`"
    help = "{cure}"


class MissingOperand(Fault):
    """An operator needs a value on both sides, a comma another value after it.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let a = X[0] *
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      let _a = X[0] * X[1]
    }
    ```
    """

    code = "QA021"
    title = "value missing"
    message = "{text}"
    label = "a value is missing"
    help = "{cure}"


class TwoStatements(Fault):
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
    message = "{text}"
    label = "a new statement begins here"
    help = "{cure}"


class OutsideAnsatz(Fault):
    """A file holds `import`, `let`, `layer` and `ansatz`; qubits, parameters and gates belong inside
    an ansatz.

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
    message = "{text}"
    label = "belongs inside an ansatz"
    help = "{cure}"


class AssignmentWithoutLet(Fault):
    """Names are given with `let name = value`; a value never changes.

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
    message = "{text}"
    label = "expected `let` before the name"
    help = "{cure}"


class MissingComma(Fault):
    """Arguments, list items and indices are separated by commas.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0] 0.3)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0], 0.3)
    }
    ```
    """

    code = "QA025"
    title = "comma missing"
    message = "{text}"
    label = "expected `,`"
    help = "{cure}"


class MissingParentheses(Fault):
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
    message = "{text}"
    label = "expected `(`"
    help = "{cure}"


class MissingSize(Fault):
    """Sizes stand in brackets after a name; a register of qubits has one: `qubits q[4]`.

    ```qans
    qans 1
    ansatz one() {
      qubits q
      h(q)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[4]
      h(q)
    }
    ```
    """

    code = "QA027"
    title = "size missing"
    message = "{text}"
    label = "expected `[`"
    help = "{cure}"


class UnknownStatement(Fault):
    """A statement begins with a word that is no keyword of the language, often one of another language.

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
    message = "no statement begins with `{word}`"
    label = "not a keyword"
    help = "did you mean `{meant}`?"


class UnknownState(Fault):
    """A product state has one letter for each qubit: `0` and `1`, `+` and `-` (of X), `r` and `l` (of Y).

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
    message = "`{ket}` is not a product state"
    label = "not all of these are letters of states"
    help = "the letters are 0 1 + - r l, one for each qubit"


class GateOfQasm(Fault):
    """OpenQASM writes the angle in parentheses and the qubits behind; here all arguments stand in the
    parentheses, qubits first and the angle last.

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
    message = "the qubits stand inside the parentheses, before the angle"
    label = "behind the parentheses"
    help = "write `{ours}`"


class MissingOperator(Fault):
    """Two values stand side by side with nothing between them. A product is written with `*`, a function's
    argument in parentheses.

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0] * X[1], 2pi)
    }
    ```

    ```qans
    qans 1
    ansatz one() {
      qubits q[2]
      rot(X[0] * X[1], 2 * pi)
    }
    ```
    """

    code = "QA031"
    title = "operator missing"
    message = "an operator is missing before {found}"
    label = "expected an operator before this"
    help = "{cure}"
