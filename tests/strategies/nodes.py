"""Random nodes of the syntax."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
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
