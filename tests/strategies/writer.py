"""Nodes written as text in a random layout."""

from __future__ import annotations

import random

from qansatz.syntax import nodes

COMMENTS = ("#", "# a", "## doc", "#! x  y", '# "{[(;', "# θ é 量", "#: for i in q {", "###")


class Writer:
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
