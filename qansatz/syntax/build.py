"""Parse tree → nodes. It only constructs, and reports notation it cannot keep (``..``, ``**``)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lark import Token, Tree

from qansatz.diagnostics import Edit, FaultLog, Fix
from qansatz.source import Source, Span
from qansatz.syntax import faults, nodes

MAX_EXPRESSION_DEPTH = 200

_BEGINS = re.compile(r"(?:[ \t\f\n;]++|#[^\n]*+)*+qans\b")

_BINARY = {
    "PLUS": "+",
    "MINUS": "-",
    "TIMES": "*",
    "DIVIDE": "/",
    "FLOOR_DIVIDE": "//",
    "MODULO": "%",
    "LESS": "<",
    "GREATER": ">",
    "LESS_EQUAL": "<=",
    "GREATER_EQUAL": ">=",
    "EQUAL": "==",
    "UNEQUAL": "!=",
    "AND_SIGN": "and",
}


def build(tree: Tree[Token], source: Source, log: FaultLog) -> tuple[nodes.Item, ...]:
    """The items of a file's parse tree."""
    return _Builder(source, log).items(tree)


class _Builder:
    def __init__(self, source: Source, log: FaultLog) -> None:
        self.source = source
        self.log = log
        self.depth = 0

    def span(self, part: Tree[Token] | Token) -> Span:
        if isinstance(part, Token):
            return Span(self.source, part.start_pos or 0, part.end_pos or 0)
        return Span(self.source, part.meta.start_pos, part.meta.end_pos)

    def node(self, tree: Any) -> Any:
        """The node of any rule; too deep an expression is reported and cut."""
        self.depth += 1
        try:
            if self.depth > MAX_EXPRESSION_DEPTH:
                span = self.span(tree)
                self.log.add(
                    faults.brackets.TooDeep(span, limit=MAX_EXPRESSION_DEPTH, what="expressions")
                )
                return nodes.Name(text="", span=span)
            method: Callable[[Tree[Token], Span], Any] = getattr(self, f"build_{tree.data}")
            return method(tree, self.span(tree))
        finally:
            self.depth -= 1

    def optional(self, tree: Any) -> Any:
        return None if tree is None else self.node(tree)

    def each(self, trees: Any) -> tuple[Any, ...]:
        return tuple(self.node(t) for t in trees if t is not None and not isinstance(t, Token))

    def identifier(self, token: Any) -> nodes.Identifier:
        return nodes.Identifier(text=str(token), span=self.span(token))

    # Files

    def items(self, tree: Tree[Token]) -> tuple[nodes.Item, ...]:
        version = next(
            (t for t in tree.children if isinstance(t, Tree) and t.data == "version"), None
        )
        if version is None:
            if not _BEGINS.match(self.source.text):
                self.missing_version()
        elif str(version.children[0]) != "1":
            number = version.children[0]
            assert isinstance(number, Token)
            self.log.add(
                faults.text.UnknownVersion(
                    self.span(number),
                    version=str(number)[:20],
                    fix=Fix("write `qans 1`", (Edit(self.span(number), "1"),)),
                )
            )
        parts = [t for t in tree.children if isinstance(t, Tree) and t.data != "version"]
        return tuple(self.node(t) for t in parts)

    def missing_version(self) -> None:
        start = Span(self.source, 0, min(1, len(self.source.text)))
        edit = Edit(Span(self.source, 0, 0), "qans 1\n\n")
        self.log.add(
            faults.text.MissingVersion(start, fix=Fix("add `qans 1` as the first line", (edit,)))
        )

    def build_import_file(self, tree: Any, span: Span) -> nodes.Import:
        return nodes.Import(kind=None, path=self.text(tree.children[0]), name=None, span=span)

    def build_import_graph(self, tree: Any, span: Span) -> nodes.Import:
        kind, path, name = tree.children
        return nodes.Import(
            kind=self.identifier(kind),
            path=self.text(path),
            name=self.identifier(name),
            span=span,
        )

    def text(self, token: Token) -> nodes.Text:
        return nodes.Text(text=str(token)[1:-1], span=self.span(token))

    def build_layer(self, tree: Any, span: Span) -> nodes.Layer:
        name, arguments, body = tree.children
        return nodes.Layer(
            name=self.identifier(name),
            arguments=self.each(arguments.children),
            body=self.node(body),
            span=span,
        )

    def build_ansatz(self, tree: Any, span: Span) -> nodes.Ansatz:
        name, arguments, where, body = tree.children
        return nodes.Ansatz(
            name=self.identifier(name),
            arguments=self.each(arguments.children),
            where=None if where is None else self.node(where.children[0]),
            body=self.node(body),
            span=span,
        )

    def build_argument(self, tree: Any, span: Span) -> nodes.Argument:
        name, kind, default = tree.children
        return nodes.Argument(
            name=self.identifier(name),
            type=None if kind is None else self.identifier(kind),
            default=self.optional(default),
            span=span,
        )

    # Statements

    def build_body(self, tree: Any, span: Span) -> nodes.Body:
        return nodes.Body(statements=self.each(tree.children), span=span)

    def build_qubits(self, tree: Any, span: Span) -> nodes.Qubits:
        name, size = tree.children
        return nodes.Qubits(name=self.identifier(name), size=self.node(size), span=span)

    def define(self, tree: Any, span: Span) -> nodes.Define:
        name, value = tree.children
        return nodes.Define(
            kind=str(tree.data), name=self.identifier(name), value=self.node(value), span=span
        )

    build_let = build_stabilizers = build_logical = build_symmetry = build_observable = define

    def build_param(self, tree: Any, span: Span) -> nodes.Symbols:
        name, shape, bounds, distribution, value = tree.children
        return nodes.Symbols(
            kind="param",
            name=self.identifier(name),
            shape=() if shape is None else self.each(shape.children),
            bounds=None if bounds is None else self.node(bounds.children[0]),
            distribution=self.optional(distribution),
            value=None if value is None else self.node(value.children[0]),
            span=span,
        )

    def build_input(self, tree: Any, span: Span) -> nodes.Symbols:
        name, shape, bounds = tree.children
        return nodes.Symbols(
            kind="input",
            name=self.identifier(name),
            shape=() if shape is None else self.each(shape.children),
            bounds=None if bounds is None else self.node(bounds.children[0]),
            distribution=None,
            value=None,
            span=span,
        )

    def build_distribution(self, tree: Any, span: Span) -> nodes.Distribution:
        name, *arguments = tree.children
        return nodes.Distribution(
            name=self.identifier(name), arguments=self.each(arguments), span=span
        )

    def build_init(self, tree: Any, span: Span) -> nodes.Init:
        return nodes.Init(value=self.node(tree.children[0]), span=span)

    def scope(self, tree: Any, span: Span) -> nodes.Scope:
        return nodes.Scope(kind=str(tree.data), body=self.node(tree.children[0]), span=span)

    build_encode = build_block = build_unordered = scope

    def loop(self, tree: Any, span: Span) -> nodes.Loop:
        target, iterable, body = tree.children
        return nodes.Loop(
            kind=str(tree.data),
            target=self.optional(target),
            iterable=self.node(iterable),
            body=self.node(body),
            span=span,
        )

    build_repeat = build_for = loop

    def build_if(self, tree: Any, span: Span) -> nodes.If:
        *parts, last = tree.children
        parts = [p for p in parts if p is not None]
        branches = [
            (self.node(condition), self.node(body))
            for condition, body in zip(parts[::2], parts[1::2], strict=True)
        ]
        return nodes.If(branches=tuple(branches), otherwise=self.optional(last), span=span)

    def build_apply(self, tree: Any, span: Span) -> nodes.Apply:
        name, arguments = tree.children
        return nodes.Apply(
            name=self.identifier(name), arguments=self.call_arguments(arguments), span=span
        )

    def build_require(self, tree: Any, span: Span) -> nodes.Require:
        return nodes.Require(claim=self.node(tree.children[0]), span=span)

    def build_target(self, tree: Any, span: Span) -> nodes.Target:
        return nodes.Target(names=tuple(map(self.identifier, tree.children)), span=span)

    build_single = build_target

    # Expressions

    def literal(self, tree: Any, span: Span) -> nodes.Number:
        return nodes.Number(text=str(tree.children[0]), kind=str(tree.data), span=span)

    build_integer = build_decimal = build_imaginary = literal

    def build_text(self, tree: Any, span: Span) -> nodes.Text:
        return self.text(tree.children[0])

    def build_word(self, tree: Any, span: Span) -> nodes.Word:
        return nodes.Word(text=str(tree.children[0])[2:-1], span=span)

    def build_ket(self, tree: Any, span: Span) -> nodes.Ket:
        return nodes.Ket(text=str(tree.children[0])[1:-1], span=span)

    def build_name(self, tree: Any, span: Span) -> nodes.Name:
        return nodes.Name(text=str(tree.children[0]), span=span)

    def build_group(self, tree: Any, span: Span) -> nodes.Expression:
        inner: nodes.Expression = self.node(tree.children[0])
        return inner

    def build_minus(self, tree: Any, span: Span) -> nodes.Unary:
        return nodes.Unary(operator="-", operand=self.node(tree.children[-1]), span=span)

    def build_negation(self, tree: Any, span: Span) -> nodes.Unary:
        return nodes.Unary(operator="not", operand=self.node(tree.children[-1]), span=span)

    def chain(self, tree: Any, span: Span) -> nodes.Chain:
        operators = [c for c in tree.children if isinstance(c, Token)]
        for sign in operators:
            if sign.type == "AND_SIGN":
                self.foreign(sign, "and")
        operands = self.each(tree.children)
        if operators:
            names = tuple(_BINARY[t.type] for t in operators)
            spans = tuple(self.span(t) for t in operators)
        else:
            names = (str(tree.data),) * (len(operands) - 1)
            spans = (span,) * (len(operands) - 1)
        return nodes.Chain(operands=operands, operators=names, operator_spans=spans, span=span)

    build_or = build_comparison = build_sum = build_product = chain

    def build_and(self, tree: Any, span: Span) -> nodes.Chain:
        for sign in tree.children:
            if isinstance(sign, Token):
                self.foreign(sign, "and")
        operands = self.each(tree.children)
        count = len(operands) - 1
        return nodes.Chain(
            operands=operands,
            operators=("and",) * count,
            operator_spans=(span,) * count,
            span=span,
        )

    def foreign(self, sign: Token, replacement: str) -> None:
        span = self.span(sign)
        fix = Fix(f"write `{replacement}`", (Edit(span, replacement),))
        self.log.add(
            faults.foreign.ForeignOperator(span, operator=str(sign), ours=replacement, fix=fix)
        )

    def build_range(self, tree: Any, span: Span) -> nodes.Range:
        start, sign, stop = tree.children
        if sign.type == "RANGE_BARE":
            place = self.span(sign)
            fix = Fix("write `..<`, which leaves the end out", (Edit(place, "..<"),), safe=False)
            self.log.add(faults.foreign.BareRange(place, fix=fix))
        return nodes.Range(
            start=self.node(start),
            stop=self.node(stop),
            inclusive=sign.type == "RANGE_THROUGH",
            span=span,
        )

    def build_power(self, tree: Any, span: Span) -> nodes.Power:
        base, sign, exponent = tree.children
        if sign.type == "DOUBLE_STAR":
            self.foreign(sign, "^")
        return nodes.Power(base=self.node(base), exponent=self.node(exponent), span=span)

    def call_arguments(self, tree: Any) -> tuple[Any, ...]:
        return () if tree is None else self.each(tree.children)

    def build_call(self, tree: Any, span: Span) -> nodes.Call:
        function, arguments = tree.children
        return nodes.Call(
            function=self.node(function), arguments=self.call_arguments(arguments), span=span
        )

    def build_keyword(self, tree: Any, span: Span) -> nodes.Keyword:
        name, value = tree.children
        return nodes.Keyword(name=self.identifier(name), value=self.node(value), span=span)

    def build_comprehension(self, tree: Any, span: Span) -> nodes.Comprehension:
        element, target, iterable, condition = tree.children
        return nodes.Comprehension(
            element=self.node(element),
            target=self.node(target),
            iterable=self.node(iterable),
            condition=self.optional(condition),
            span=span,
        )

    def build_index(self, tree: Any, span: Span) -> nodes.Index:
        base, *indices = tree.children
        return nodes.Index(base=self.node(base), indices=self.each(indices), span=span)

    def build_all(self, tree: Any, span: Span) -> nodes.All:
        return nodes.All(span=span)

    def build_attribute(self, tree: Any, span: Span) -> nodes.Attribute:
        base, name = tree.children
        return nodes.Attribute(base=self.node(base), name=self.identifier(name), span=span)

    def build_arrow(self, tree: Any, span: Span) -> nodes.Arrow:
        name, body = tree.children
        return nodes.Arrow(parameter=self.identifier(name), body=self.node(body), span=span)

    def build_tuple(self, tree: Any, span: Span) -> nodes.Tuple:
        return nodes.Tuple(items=self.each(tree.children), span=span)

    def build_list(self, tree: Any, span: Span) -> nodes.List:
        return nodes.List(items=self.each(tree.children), span=span)

    def build_list_comprehension(self, tree: Any, span: Span) -> nodes.ListComprehension:
        return nodes.ListComprehension(comprehension=self.node(tree.children[0]), span=span)

    def build_stabilizer_group(self, tree: Any, span: Span) -> nodes.Group:
        return nodes.Group(generators=self.each(tree.children), span=span)

    def build_cardinality(self, tree: Any, span: Span) -> nodes.Cardinality:
        return nodes.Cardinality(operand=self.node(tree.children[0]), span=span)
