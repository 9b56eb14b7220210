"""Random files: well-formed syntax and its nodes, and small programs with a meaning."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache

from hypothesis import strategies as st

from qansatz.source import Source, Span
from qansatz.syntax import nodes

NOWHERE = Span(Source("nowhere", ""), 0, 0)
KEYWORDS = {
    *("ansatz", "and", "as", "block", "else", "encode", "for", "if", "import", "in", "init"),
    *("input", "layer", "let", "logical", "not", "observable", "or", "param", "qans", "qubits"),
    *("repeat", "require", "stabilizers", "symmetry", "unordered", "where"),
    *("trotter", "hamiltonian"),
}
COMMENTS = ("#", "# a", "## doc", "#! x  y", '# "{[(;', "# θ é 量", "#: for i in q {", "###")


@dataclass(frozen=True)
class Written:
    """A random text, and the items that parsing it must give."""

    text: str
    items: tuple[nodes.Item, ...]
    comments: tuple[str, ...]


def node(made, /, **values):
    return made(**values, span=NOWHERE)


def build(made, /, **values):
    """A strategy for nodes of one kind, given a strategy for each field."""
    return st.builds(node, st.just(made), **values)


def words(alphabet: str, least: int = 0, most: int = 4):
    return st.text(alphabet, min_size=least, max_size=most)


@lru_cache
def names():
    usual = st.sampled_from(
        [
            "q",
            "i",
            "n",
            "X",
            "Z",
            "p",
            "theta",
            "G",
            "l",
            "r",
            "e5",
            "i2",
            "letter",
            "inner",
            "in_",
            "name_" * 9,
        ]
    )
    odd = st.from_regex(r"[a-zA-Zα-ωé_][a-z0-9_β]{0,6}", fullmatch=True)
    return st.one_of(usual, odd).filter(lambda text: text not in KEYWORDS)


def identifiers():
    return names().map(lambda text: node(nodes.Identifier, text=text))


def numbers():
    kinds = {
        "integer": ["0", "1", "12", "007", "123456789012345678901234567890"],
        "decimal": ["0.5", "1e3", "2.5E-7", "10.0", "1e+2"],
        "imaginary": ["1i", "2.5i", "0i"],
    }
    pairs = [(kind, text) for kind, texts in kinds.items() for text in texts]
    return st.sampled_from(pairs).map(lambda p: node(nodes.Number, kind=p[0], text=p[1]))


def texts():
    return st.sampled_from(["", "a.json", "b c", "# not a comment", "θ'{", "\\"]).map(
        lambda text: node(nodes.Text, text=text)
    )


def targets():
    several = st.lists(identifiers(), min_size=1, max_size=3)
    return several.map(lambda ids: node(nodes.Target, names=tuple(ids)))


LEVELS = (("or",), ("and",), ("<", ">", "<=", ">=", "==", "!="), ("+", "-"), ("*", "/", "//", "%"))


@st.composite
def chains(draw, inner):
    level = draw(st.sampled_from(LEVELS))
    operands = draw(st.lists(inner, min_size=2, max_size=4))
    operators = tuple(draw(st.sampled_from(level)) for _ in operands[1:])
    return node(
        nodes.Chain,
        operands=tuple(operands),
        operators=operators,
        operator_spans=(NOWHERE,) * len(operators),
    )


def keywords(inner):
    return build(nodes.Keyword, name=identifiers(), value=inner)


def comprehensions(inner):
    return build(
        nodes.Comprehension,
        element=inner,
        target=targets(),
        iterable=inner,
        condition=st.none() | inner,
    )


def several(inner, least: int = 0, most: int = 3):
    return st.lists(inner, min_size=least, max_size=most).map(tuple)


def call_arguments(inner):
    return several(st.one_of(inner, inner, keywords(inner), comprehensions(inner)))


def composites(inner):
    return st.one_of(
        build(nodes.Unary, operator=st.sampled_from(["-", "not"]), operand=inner),
        chains(inner),
        chains(inner),
        build(nodes.Power, base=inner, exponent=inner),
        build(nodes.Range, start=inner, stop=inner, inclusive=st.booleans()),
        build(nodes.Call, function=inner, arguments=call_arguments(inner)),
        build(
            nodes.Index,
            base=inner,
            indices=several(st.one_of(inner, st.just(node(nodes.All))), least=1),
        ),
        build(nodes.Attribute, base=inner, name=identifiers()),
        build(nodes.Arrow, parameter=identifiers(), body=inner),
        build(nodes.Tuple, items=several(inner, least=1)),
        build(nodes.List, items=several(inner)),
        build(nodes.ListComprehension, comprehension=comprehensions(inner)),
        build(nodes.Group, generators=several(inner)),
        build(nodes.Cardinality, operand=inner),
    )


def leaves():
    return st.one_of(
        names().map(lambda text: node(nodes.Name, text=text)),
        numbers(),
        texts(),
        words("IXYZ").map(lambda text: node(nodes.Word, text=text)),
        words("01+-rl", least=1).map(lambda text: node(nodes.Ket, text=text)),
    )


@lru_cache
def expressions(max_leaves: int = 6):
    return st.recursive(leaves(), composites, max_leaves=max_leaves)


@lru_cache
def statements(depth: int = 2):
    value = expressions()
    law = build(nodes.Distribution, name=identifiers(), arguments=several(value))
    simple = st.one_of(
        build(nodes.Qubits, name=identifiers(), size=value),
        defines(["let", "stabilizers", "logical", "symmetry", "observable"]),
        build(
            nodes.Symbols,
            kind=st.just("param"),
            name=identifiers(),
            shape=several(value),
            bounds=st.none() | value,
            distribution=st.none() | law,
            value=st.none() | value,
        ),
        build(
            nodes.Symbols,
            kind=st.just("input"),
            name=identifiers(),
            shape=several(value),
            bounds=st.none() | value,
            distribution=st.none(),
            value=st.none(),
        ),
        build(nodes.Init, value=value),
        build(nodes.Apply, name=identifiers(), arguments=call_arguments(value)),
        build(nodes.Apply, name=identifiers(), arguments=call_arguments(value)),
        build(nodes.Require, claim=value),
    )
    if depth == 0:
        return simple
    body = bodies(depth - 1)
    one = identifiers().map(lambda name: node(nodes.Target, names=(name,)))
    return st.one_of(
        simple,
        simple,
        build(nodes.Scope, kind=st.sampled_from(["encode", "block", "unordered"]), body=body),
        build(
            nodes.Loop,
            kind=st.just("repeat"),
            target=st.none() | one,
            iterable=value,
            body=body,
        ),
        build(nodes.Loop, kind=st.just("for"), target=targets(), iterable=value, body=body),
        build(
            nodes.If,
            branches=several(st.tuples(value, body), least=1),
            otherwise=st.none() | body,
        ),
    )


def defines(kinds):
    return build(
        nodes.Define,
        kind=st.sampled_from(kinds),
        name=identifiers(),
        value=expressions(),
    )


def bodies(depth: int = 2):
    return several(statements(depth)).map(lambda parts: node(nodes.Body, statements=parts))


def items():
    argument = build(
        nodes.Argument,
        name=identifiers(),
        type=st.none() | identifiers(),
        default=st.none() | expressions(3),
    )
    return st.one_of(
        build(nodes.Import, kind=st.none(), path=texts(), name=st.none()),
        build(nodes.Import, kind=identifiers(), path=texts(), name=identifiers()),
        defines(["let"]),
        build(nodes.Layer, name=identifiers(), arguments=several(argument), body=bodies(1)),
        build(
            nodes.Ansatz,
            name=identifiers(),
            arguments=several(argument),
            where=st.none() | expressions(),
            body=bodies(),
        ),
    )


@st.composite
def files(draw) -> Written:
    """Well-formed files in a random layout: needless parentheses, odd spacing, comments."""
    parts = draw(several(items(), most=3))
    seed = draw(st.integers(0, 2**16))
    n_comments = draw(st.sampled_from([0, 0, 3, 20]))
    writer = _Writer(random.Random(seed), n_comments / 40)
    return Written(writer.file(parts), parts, tuple(writer.comments))


class _Writer:
    """Nodes → text, every part in parentheses that could need them."""

    def __init__(self, chance: random.Random, commenting: float) -> None:
        self.chance = chance
        self.commenting = commenting
        self.comments: list[str] = []
        self.depth = 0

    def file(self, parts) -> str:
        text = self.rest_of_line() + "qans 1" + self.end()
        for part in parts:
            text += self.statement(part) + self.end()
        return text

    # Layout

    def comment(self) -> str:
        if self.chance.random() >= self.commenting:
            return ""
        self.comments.append(self.chance.choice(COMMENTS))
        return self.comments[-1] + "\n" + self.chance.choice(["", " ", "\n", "\n\n\n"])

    def rest_of_line(self) -> str:
        return self.chance.choice(["", "", " ", "\n", "\n\n"]) + self.comment()

    def gap(self, breaks: bool = False) -> str:
        """Space; line breaks and comments where brackets or an unfinished line allow them."""
        if self.depth or breaks:
            return self.chance.choice([" ", " ", "  ", "\n", "\t"]) + self.comment()
        return self.chance.choice([" ", " ", "  "])

    def end(self) -> str:
        """The end of a statement."""
        if (comment := self.comment()) or self.chance.random() < 0.8:
            return self.chance.choice(["", "  "]) + (comment or "\n") + self.rest_of_line()
        return self.chance.choice([";", " ; ", ";\n"])

    def bracketed(self, opening: str, parts: list[str], closing: str, comma: bool = True) -> str:
        text = opening
        for k, part in enumerate(parts):
            text += self.gap() + part + self.gap() + ("," if k + 1 < len(parts) else "")
        if parts and comma and self.chance.random() < 0.3:
            text += ","
        return text + (self.gap() if parts else "") + closing

    def inside(self, write, *arguments):
        self.depth += 1
        try:
            return write(*arguments)
        finally:
            self.depth -= 1

    def listed(self, opening: str, parts, closing: str, comma: bool = True) -> str:
        def write():
            return self.bracketed(opening, [self.element(p) for p in parts], closing, comma)

        return self.inside(write)

    # Statements

    def body(self, body) -> str:
        # Newlines end statements inside braces, whatever brackets stand outside.
        depth, self.depth = self.depth, 0
        text = "{" + self.rest_of_line() + " "
        for k, part in enumerate(body.statements):
            last = k + 1 == len(body.statements)
            short = last and self.chance.random() < 0.5
            text += self.statement(part) + (" " if short else self.end())
        self.depth = depth
        return text + "}"

    def statement(self, part) -> str:
        gap = self.gap
        match part:
            case nodes.Import(kind=None, path=path):
                return f'import{gap()}"{path.text}"'
            case nodes.Import(kind=kind, path=path, name=name):
                return f'import {kind.text}{gap()}"{path.text}" as {name.text}'
            case nodes.Define(kind=kind, name=name, value=value):
                return f"{kind} {name.text}{gap()}={gap(True)}{self.expression(value)}"
            case nodes.Layer(name=name, arguments=arguments, body=body):
                head = f"layer {name.text}{self.listed('(', arguments, ')')}"
                return f"{head}{gap(True)}{self.body(body)}"
            case nodes.Ansatz(name=name, arguments=arguments, where=where, body=body):
                claim = "" if where is None else f"{gap(True)}where {self.expression(where)}"
                head = f"ansatz {name.text}{self.listed('(', arguments, ')')}{claim}"
                return f"{head}{gap(True)}{self.body(body)}"
            case nodes.Qubits(name=name, size=size):
                return f"qubits {name.text}{self.listed('[', (size,), ']', False)}"
            case nodes.Symbols():
                return self.symbols(part)
            case nodes.Init(value=value):
                return f"init{gap()}{self.expression(value)}"
            case nodes.Require(claim=claim):
                return f"require{gap()}{self.expression(claim)}"
            case nodes.Apply(name=name, arguments=arguments):
                return name.text + self.listed("(", arguments, ")")
            case nodes.Scope(kind=kind, body=body):
                return f"{kind}{gap(True)}{self.body(body)}"
            case nodes.Loop(kind=kind, target=target, iterable=iterable, body=body):
                names = "" if target is None else f"{self.target(target)} in{gap(True)}"
                return f"{kind} {names}{self.expression(iterable)}{gap(True)}{self.body(body)}"
            case nodes.If(branches=branches, otherwise=otherwise):
                text = ""
                for condition, body in branches:
                    text += f"{gap(True)}else " if text else ""
                    text += f"if {self.expression(condition)}{gap(True)}{self.body(body)}"
                return (
                    text if otherwise is None else f"{text}{gap(True)}else {self.body(otherwise)}"
                )
        raise AssertionError(part)

    def symbols(self, part) -> str:
        text = f"{part.kind} {part.name.text}"
        if part.shape:
            text += self.listed("[", part.shape, "]", False)
        if part.bounds is not None:
            text += f" in{self.gap(True)}{self.expression(part.bounds)}"
        if part.distribution is not None:
            law = part.distribution
            text += (
                f"{self.gap(True)}~ {law.name.text}{self.listed('(', law.arguments, ')', False)}"
            )
        if part.value is not None:
            text += f"{self.gap(True)}={self.gap(True)}{self.expression(part.value)}"
        return text

    # Expressions

    def target(self, target) -> str:
        written = [name.text for name in target.names]
        return (
            written[0]
            if len(written) == 1
            else self.inside(self.bracketed, "(", written, ")", False)
        )

    def element(self, part) -> str:
        match part:
            case nodes.All():
                return ":"
            case nodes.Keyword(name=name, value=value):
                return f"{name.text}{self.gap()}={self.gap()}{self.expression(value)}"
            case nodes.Comprehension(
                element=element, target=target, iterable=iterable, condition=condition
            ):
                text = f"{self.expression(element)}{self.gap()}for {self.target(target)}"
                text += f"{self.gap()}in {self.expression(iterable)}"
                return (
                    text
                    if condition is None
                    else f"{text}{self.gap()}if {self.expression(condition)}"
                )
            case nodes.Argument(name=name, type=kind, default=default):
                text = name.text + ("" if kind is None else f":{self.gap()}{kind.text}")
                return (
                    text if default is None else f"{text} ={self.gap()}{self.expression(default)}"
                )
            case _:
                return self.expression(part)

    def expression(self, part) -> str:
        if self.chance.random() < 0.1:
            return self.inside(lambda: f"({self.gap()}{self.bare(part)}{self.gap()})")
        return self.bare(part)

    def closed(self, part) -> str:
        """A part that no operator beside it can pull apart."""
        if isinstance(part, nodes.Name | nodes.Number | nodes.Text | nodes.Word | nodes.Ket):
            return self.bare(part)
        return self.inside(lambda: f"({self.bare(part)}{self.gap()})")

    def bare(self, part) -> str:
        gap = self.gap
        match part:
            case nodes.Name(text=text) | nodes.Number(text=text):
                return text
            case nodes.Text(text=text):
                return f'"{text}"'
            case nodes.Word(text=text):
                return f'p"{text}"'
            case nodes.Ket(text=text):
                return f"|{text}>"
            case nodes.Unary(operator=operator, operand=operand):
                return f"{operator} {self.closed(operand)}"
            case nodes.Chain(operands=operands, operators=operators):
                text = self.closed(operands[0])
                for operator, operand in zip(operators, operands[1:], strict=True):
                    # A line that ends in `>` is finished: it may close a group.
                    text += gap(True) + operator + gap(operator != ">") + self.closed(operand)
                return text
            case nodes.Power(base=base, exponent=exponent):
                return f"{self.closed(base)}{gap()}^{gap(True)}{self.closed(exponent)}"
            case nodes.Range(start=start, stop=stop, inclusive=inclusive):
                sign = "..=" if inclusive else "..<"
                return f"{self.closed(start)}{gap()}{sign}{gap(True)}{self.closed(stop)}"
            case nodes.Call(function=function, arguments=arguments):
                return self.closed(function) + self.listed("(", arguments, ")")
            case nodes.Index(base=base, indices=indices):
                return self.closed(base) + self.listed("[", indices, "]", False)
            case nodes.Attribute(base=base, name=name):
                return f"{self.closed(base)} .{name.text}"
            case nodes.Arrow(parameter=parameter, body=body):
                return f"{parameter.text}{gap()}->{gap(True)}{self.expression(body)}"
            case nodes.Tuple(items=(only,)):
                return self.inside(lambda: f"({self.expression(only)},{self.gap()})")
            case nodes.Tuple(items=parts):
                return self.listed("(", parts, ")")
            case nodes.List(items=parts):
                return self.listed("[", parts, "]")
            case nodes.ListComprehension(comprehension=comprehension):
                return self.listed("[", (comprehension,), "]", False)
            case nodes.Group(generators=generators):
                return self.generators(generators)
            case nodes.Cardinality(operand=operand):
                return f"| {self.closed(operand)} |"
        raise AssertionError(part)

    def generators(self, generators) -> str:
        text = "<"
        for k, generator in enumerate(generators):
            last = k + 1 == len(generators)
            text += self.gap(True) + self.closed(generator)
            text += "," if not last or self.chance.random() < 0.3 else ""
        return f"{text}{self.gap(True)}>"


def children(part):
    """The nodes directly inside a node."""
    for field in fields(part):
        if field.name not in ("span", "comments", "operator_spans"):
            yield from _nodes(getattr(part, field.name))


def _nodes(value):
    if is_dataclass(value) and not isinstance(value, Span):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes(part)


@dataclass(frozen=True)
class Program:
    """A small program that compiles without errors, and how many values it needs."""

    text: str
    n_qubits: int
    n_parameters: int
    n_inputs: int


@st.composite
def programs(draw, max_qubits: int = 4, max_statements: int = 7) -> Program:
    """Small programs of every construct that makes a circuit; sums commute, blocks commute."""
    return _Programmer(draw, max_qubits, max_statements).program()


LAYERS = """\
layer mix(register, angle) {
  for i in register { rx(i, angle) }
}

layer turn(register, angles, scale: real = 1 / 2) {
  for (k, i) in enumerate(register) { rot(Y[i], scale * angles[k]) }
}

layer link(a: int, b: int, angle) {
  if a == b { rz(a, angle) } else { crx(a, b, angle); cz(b, a) }
}
"""


class _Programmer:
    def __init__(self, draw, max_qubits: int, max_statements: int) -> None:
        self.draw = draw
        self.n = draw(st.integers(1, max_qubits))
        self.max_statements = max_statements
        self.arrays: list[tuple[str, tuple[int, ...]]] = []
        self.inputs: list[tuple[str, tuple[int, ...]]] = []
        self.loops: list[tuple[str, int]] = []
        self.n_parameters = self.n_inputs = 0
        self.n_names = 0
        self.lines: list[str] = []
        self.encoding = False

    def one_of(self, *choices):
        """One of some texts, or of some functions that give a text."""
        chosen = self.draw(st.sampled_from(choices))
        return chosen() if callable(chosen) else chosen

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == one_in

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def fresh(self, prefix: str) -> str:
        self.n_names += 1
        return f"{prefix}{self.n_names}"

    def program(self) -> Program:
        self.lines = ["qans 1", LAYERS, f"ansatz program(n: int = {self.n}) where n >= 1 {{"]
        self.declarations()
        for _ in range(self.number(1, self.max_statements)):
            self.statement(2)
        for k in range(self.number(0, 2)):
            self.lines.append(f"observable o{k} = {self.observable()}")
        self.lines.append("}")
        text = "\n".join(self.lines) + "\n"
        return Program(text, self.n, self.n_parameters, self.n_inputs)

    # Declarations

    def declarations(self) -> None:
        if self.n > 1 and self.chance(4):
            first = self.number(1, self.n - 1)
            self.lines += [f"qubits q[{first}]", f"qubits r[n - {first}]"]
            self.register = ("q", first)
        else:
            self.lines.append("qubits q[n]")
            self.register = ("q", self.n)
        self.declare("param", "theta", (self.number(1, 4),))
        if self.chance(2):
            self.declare("param", "gamma", (2, self.number(1, 3)), " in [0, 2 * pi]")
        if self.chance(3):
            self.declare("param", "scalar", (), " ~ normal(0, 0.1)")
        if self.chance(2):
            self.declare("input", "x", (self.number(1, 3),))
        if self.chance(3):
            self.tie()
        if self.chance(2):
            self.lines.append(f"init {self.state()}")

    def declare(self, kind: str, name: str, shape: tuple[int, ...], tail: str = "") -> None:
        size = 1
        for part in shape:
            size *= part
        if kind == "param":
            self.arrays.append((name, shape))
            self.n_parameters += size
        else:
            self.inputs.append((name, shape))
            self.n_inputs += size
        brackets = f"[{', '.join(map(str, shape))}]" if shape else ""
        self.lines.append(f"{kind} {name}{brackets}{tail}")

    def tie(self) -> None:
        name, shape = self.arrays[0]
        text = self.one_of(
            f"param tied{list(shape)} = 2 * {name}",
            f"param tied{list(shape)} = -{name} / 3",
            f"param tied{list(shape)} = pi / 4",
            f"param tied{list(shape)} = {name}[0] + 1",
        )
        self.lines.append(text)
        self.arrays.append(("tied", shape))

    def state(self) -> str:
        letters = "".join(self.one_of(*"01+-rl") for _ in range(self.n))
        pairs = {2: '<p"XX", -p"ZZ">', 3: '<p"XXI", p"IXX", -p"ZZZ">'}
        singles = ", ".join(
            f"{self.one_of('', '-')}{self.one_of(*'XYZ')}[{i}]" for i in range(self.n)
        )
        return self.one_of(f"|{letters}>", "|+>", "|1>", f"<{singles}>", pairs.get(self.n, "|0>"))

    # Qubits, strings, sums

    def qubit(self) -> str:
        texts = [str(self.number(0, self.n - 1)), f"q[{self.number(0, self.register[1] - 1)}]"]
        for name, size in self.loops:
            if size <= self.n:
                texts.append(name)
            texts += [f"({name} + {self.number(0, 3)}) % n", f"{name} % n"]
        return self.one_of(*texts)

    def pair(self) -> tuple[str, str]:
        """Two different qubits."""
        if self.loops and self.chance(2):
            name = self.one_of(*(loop for loop, _ in self.loops))
            return f"{name} % n", f"({name} + {self.number(1, self.n - 1)}) % n"
        a = self.number(0, self.n - 1)
        return str(a), str((a + self.number(1, self.n - 1)) % self.n)

    def word(self, letters: str = "IXYZ") -> str:
        written = [self.one_of(*letters) for _ in range(self.n)]
        if set(written) == {"I"}:
            written[self.number(0, self.n - 1)] = self.one_of(*letters.strip("I"))
        return f'p"{"".join(written)}"'

    def letter(self) -> str:
        return f"{self.one_of(*'XYZ')}[{self.qubit()}]"

    def string(self) -> str:
        choices = [self.word, self.word, self.letter, self.letter]
        choices += [lambda: f"prod({self.one_of(*'XYZ')}[i] for i in 0..<n)"]
        choices += [self.same_qubit]
        if self.n > 1:
            choices += [self.two_letters, self.two_letters]
        return self.one_of(*choices)

    def two_letters(self) -> str:
        a, b = self.pair()
        return f"{self.one_of(*'XYZ')}[{a}] * {self.one_of(*'XYZ')}[{b}]"

    def same_qubit(self) -> str:
        a = self.qubit()
        u, v = self.one_of("XY", "YZ", "ZX", "YX")
        return self.one_of(f"1i * {u}[{a}] * {v}[{a}]", f"-0.5i * commutator({u}[{a}], {v}[{a}])")

    def sum(self) -> str:
        """A real sum of commuting terms, never zero."""
        choices = [
            lambda: f"sum({self.one_of(*'XYZ')}[i] for i in 0..<n)",
            lambda: "sum((i + 1) * Z[i] for i in q if i != 1)",
            lambda: f"sum([{self.word('IZ')}, {self.word('IZ')}])",
            lambda: f"0.5 * {self.word('IX')} - {self.word('IX')} / 3",
            lambda: f"2 * ({self.word('IY')} + 0.25 * {self.word('IY')}) * {self.word('IY')} + 3",
        ]
        if self.n > 1:
            a, b = self.pair()
            choices += [
                lambda: "sum(Z[i] * Z[(i + 1) % n] for i in 0..<n)",
                lambda: f"X[{a}] * X[{b}] + Y[{a}] * Y[{b}] + 0.3 * Z[{a}] * Z[{b}]",
                lambda: f"(1 - Z[{a}] * Z[{b}]) / 2",
                lambda: f"(X[{a}] * Y[{b}] - Y[{a}] * X[{b}]) * 2 ^ -1",
                lambda: f"sum(Y[i] * Y[j] for (i, j) in [({a}, {b}), ({b}, {a})])",
            ]
        return self.one_of(*choices)

    def operator(self) -> str:
        return self.one_of(
            self.string,
            self.string,
            lambda: f"-{self.word()}",
            lambda: f"3 / 4 * {self.word()}",
            self.sum,
            self.sum,
        )

    def group(self) -> tuple[str, int]:
        """Commuting independent generators, and the group's order."""
        i = self.n - 1
        groups = [("<Z[0]>", 2), (f"<-X[{i}]>", 2)]
        if self.n > 1:
            groups += [(f"<X[0] * X[{i}], Z[0] * Z[{i}]>", 4), (f"<Y[0], -Z[{i}]>", 4)]
        if self.n == 4:
            groups += [('<p"XXXX", p"ZZZZ">', 4)]
        return self.draw(st.sampled_from(groups))

    def observable(self) -> str:
        return self.one_of(
            lambda: f"{self.word()} + 0.5 * {self.word()} - 2",
            lambda: f"sum(Z[i] for i in 0..<n) - {self.word()}",
            self.word,
            lambda: "-prod(X[i] for i in q)",
        )

    # Angles

    def entry(self, arrays) -> str:
        name, shape = self.draw(st.sampled_from(arrays))
        if not shape:
            return name
        indices = []
        for size in shape:
            texts = [str(self.number(0, size - 1))]
            texts += [loop if count <= size else f"{loop} % {size}" for loop, count in self.loops]
            indices.append(self.one_of(*texts))
        return f"{name}[{', '.join(indices)}]"

    def symbol(self) -> str:
        if self.encoding:
            return self.entry(self.inputs)
        return self.entry(self.arrays + self.inputs)

    def angle(self) -> str:
        symbol = self.symbol()
        choices = [
            symbol,
            symbol,
            f"2 * {symbol}",
            f"-{symbol} / 3 + pi / 2",
            f"{symbol} + {self.symbol()}",
            f"sin({symbol}) * {self.symbol()}",
            f"{symbol} ^ 2",
            f"(pi - {symbol}) * (1 + cos({self.symbol()}))",
            f"sqrt(2) * {symbol} - 0.1",
            f"{symbol} - {symbol} / 2",
        ]
        choices += [f"({loop} + 1) * {symbol}" for loop, _ in self.loops]
        if not self.encoding:
            choices += ["pi / 4", "0.3", "pi / 2", "-pi", "1e-1 * pi"]
        return self.one_of(*choices)

    # Statements

    def statement(self, depth: int) -> None:
        choices = [self.rotation] * 3 + [self.library] * 2 + [self.fixed] * 2
        choices += [self.several, self.coset, self.definition, self.block]
        if not self.encoding:
            choices += [self.layer, self.unordered]
            if self.inputs:
                choices += [lambda: self.encode(depth)]
        if depth > 0:
            choices += [lambda: self.loop(depth - 1)] * 3 + [lambda: self.branch(depth - 1)]
        self.draw(st.sampled_from(choices))()

    def inside(self, head: str, depth: int, loops=()) -> None:
        self.lines.append(head + " {")
        self.loops += loops
        for _ in range(self.number(1, 2)):
            self.statement(depth)
        del self.loops[len(self.loops) - len(loops) :]
        self.lines.append("}")

    def rotation(self) -> None:
        self.lines.append(f"rot({self.operator()}, {self.angle()})")

    def library(self) -> None:
        if self.n > 1 and self.chance(2):
            a, b = self.pair()
            name = self.one_of("rxx", "ryy", "rzz", "crx", "cry", "crz", "rbs", "rbs")
            self.lines.append(f"{name}({a}, {b}, {self.angle()})")
            return
        name = self.one_of("rx", "ry", "rz")
        spread = [array for array, shape in self.arrays if shape == (self.register[1],)]
        if spread and not self.encoding and self.chance(2):
            self.lines.append(f"{name}(q, {self.one_of(*spread)})")
        else:
            self.lines.append(f"{name}({self.one_of('q', self.qubit())}, {self.angle()})")

    def fixed(self) -> None:
        if self.n > 1 and self.chance(2):
            a, b = self.pair()
            name = self.one_of("cx", "cz", "swap")
            others = ", ".join(str(i) for i in range(1, self.n))
            self.lines.append(self.one_of(f"{name}({a}, {b})", f"{name}(0, [{others}])"))
        else:
            name = self.one_of("h", "s", "sdg", "x", "y", "z")
            self.lines.append(f"{name}({self.one_of('q', self.qubit(), '0..<n')})")

    def several(self) -> None:
        operators = [self.word() for _ in range(self.number(1, 3))]
        angles = [self.angle() for _ in operators]
        written = self.one_of(f"[{', '.join(angles)}]", angles[0])
        self.lines.append(f"rot([{', '.join(operators)}], {written})")

    def coset(self) -> None:
        group, order = self.group()
        if self.chance(2):
            name = self.fresh("S")
            self.lines.append(f"let {name} = {group}")
            group = name
        angles = ", ".join(self.angle() for _ in range(order))
        operator = self.one_of(f"{group} * {self.word()}", f"{self.word()} * {group}", group)
        self.lines.append(f"rot({operator}, {self.one_of(f'[{angles}]', self.angle())})")

    def definition(self) -> None:
        name = self.fresh("A")
        self.lines.append(f"let {name} = {self.operator()}")
        self.lines.append(f"rot({name}, {self.angle()})")

    def block(self) -> None:
        letter = self.one_of(*"XYZ")
        self.lines.append("block {")
        for _ in range(self.number(1, 3)):
            self.lines.append(f"rot({self.word('I' + letter)}, {self.angle()})")
        self.lines.append("}")

    def unordered(self) -> None:
        self.block()
        start = max(k for k, line in enumerate(self.lines) if line == "block {")
        self.lines[start] = "unordered {"

    def layer(self) -> None:
        choices = [f"mix(q, {self.angle()})", f"mix(angle = {self.angle()}, register = [0])"]
        choices += [f"turn([{self.qubit()}], [{self.angle()}], scale = 2)"]
        for name, shape in self.arrays:
            if len(shape) == 1 and shape[0] >= self.register[1]:
                choices.append(f"turn(q, {name})")
        if self.n > 1:
            a, b = self.pair()
            choices += [f"link({a}, {b}, {self.angle()})", f"link({a}, {a}, {self.angle()})"]
        self.lines.append(self.one_of(*choices))

    def encode(self, depth: int) -> None:
        self.encoding = True
        self.inside("encode", 0)
        self.encoding = False

    def loop(self, depth: int) -> None:
        name = self.fresh("i")
        heads = [
            (f"for {name} in 0..<n", [(name, self.n)]),
            (f"for {name} in 0..=2", [(name, 3)]),
            (f"for {name} in q", [(name, self.n)]),
            (f"for {name} in [0, {self.n - 1}, 0]", [(name, self.n)]),
            (f"for {name} in [j for j in 0..<n if j % 2 == 0 or j == n - 1]", [(name, self.n)]),
            (f"for ({name}, {name}b) in enumerate(q)", [(name, self.n), (f"{name}b", self.n)]),
            (f"for ({name}, {name}b) in zip([1, 0], 0..<2)", [(name, 2), (f"{name}b", 2)]),
            (f"repeat {name} in 0..<{self.number(1, 3)}", [(name, 3)]),
            (f"repeat {self.number(1, 3)}", []),
        ]
        head, loops = self.draw(st.sampled_from(heads))
        self.inside(head, depth, loops)

    def branch(self, depth: int) -> None:
        tests = ["n > 2", "n == 1 or not n < 3", "1 < n <= 3", "|q| == 2 and true", "q.size != n"]
        for name, _ in self.loops:
            tests += [f"{name} % 2 == 0", f"{name} < n - 1", f"not {name} == 1"]
        self.inside(f"if {self.one_of(*tests)}", depth)
        if self.chance(2):
            self.inside(f"else if {self.one_of(*tests)}", depth)
        if self.chance(2):
            self.inside("else", depth)
