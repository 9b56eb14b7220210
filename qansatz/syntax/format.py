"""Nodes → text in the one canonical form: what ``qansatz fmt`` writes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from qansatz.diagnostics import FaultLog
from qansatz.source import Source
from qansatz.syntax import nodes
from qansatz.syntax.parser import parse
from qansatz.syntax.pretty import Aside, Document, IfBroken, Line, Lines, Nest, fits, group, lay

WIDTH = 100
INDENT = 2
CONTINUATION = 4

# The levels of binding, loosest first, in the order of the grammar.
_LEVELS = (
    *("arrow", "or", "and", "not", "comparison", "range"),
    *("sum", "product", "unary", "power", "postfix"),
)
_LEVEL = {name: k for k, name in enumerate(_LEVELS)}
_CHAIN_LEVEL = {
    **dict.fromkeys(("<", ">", "<=", ">=", "==", "!="), "comparison"),
    **dict.fromkeys(("+", "-"), "sum"),
    **dict.fromkeys(("*", "/", "//", "%"), "product"),
    "or": "or",
    "and": "and",
}
_HARD = Line(hard=True)
_BLANK_LINE = re.compile(r"\n[ \t\f]*\n")
_VERSION = re.compile(r"(?:[ \t\f\n;]++|#[^\n]*+)*+(qans[ \t\f]+\d+)?")

_Part: TypeAlias = "nodes.Item | nodes.Statement"
_Element: TypeAlias = (
    "nodes.Expression | nodes.Keyword | nodes.Comprehension | nodes.All | nodes.Argument"
)


def format_file(file: nodes.File, source: Source) -> str:
    """The canonical text of a file that was parsed from the source without errors.

    It parses to the same nodes, has the same comments, and is its own canonical form: a comment
    that moves out of a statement can leave that statement room for another form, so files with
    comments are laid out twice.
    """
    text = _Formatter(file, source).text()
    if not file.comments:
        return text
    moved = Source(source.name, text)
    return _Formatter(parse(moved, FaultLog()), moved).text()


def check_same_meaning(before: nodes.File, after: nodes.File) -> bool:
    """Whether two files have equal nodes and documentation, and the same comments in any order."""
    return (
        before == after
        and sorted(c.text for c in before.comments) == sorted(c.text for c in after.comments)
        and _documentation(before) == _documentation(after)
    )


def _documentation(file: nodes.File) -> list[str]:
    return [x.documentation for x in file.items if isinstance(x, nodes.Ansatz | nodes.Layer)]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A statement's head, the body in braces after it, and comments to put first in that body."""

    head: Document
    body: nodes.Body | None = None
    first: tuple[str, ...] = ()


class _Formatter:
    def __init__(self, file: nodes.File, source: Source) -> None:
        self.file = file
        self.source = source
        self.comments = file.comments
        self.starts = [c.span.start for c in file.comments]
        self.taken = [False] * len(file.comments)
        self.lines: Lines = []

    def text(self) -> str:
        begin, end = self.version()
        self.write("qans 1")
        if end:
            self.trailing(end, len(self.source.text))
        if above := self.take(0, begin):
            self.write("")
            self.own_lines(above, 0)
            self.write("")
        self.sequence(self.file.items, end, len(self.source.text), 0)
        while not self.lines[-1][0]:
            self.lines.pop()
        return "".join(f"{line}\n" for line in _aligned(self.lines))

    def version(self) -> tuple[int, int]:
        """Where the version line stands; (0, 0) where there is none."""
        match = _VERSION.match(self.source.text)
        return match.span(1) if match is not None and match[1] else (0, 0)

    # Comments and blank lines

    def take(self, start: int, end: int) -> list[nodes.Comment]:
        """The comments that begin in ``[start, end)`` and were not taken before."""
        comments = []
        for k in range(bisect_left(self.starts, start), bisect_left(self.starts, end)):
            if not self.taken[k]:
                self.taken[k] = True
                comments.append(self.comments[k])
        return comments

    def has_comments(self, start: int, end: int) -> bool:
        return bisect_left(self.starts, start) < bisect_left(self.starts, end)

    def write(self, code: str, comment: str = "") -> None:
        self.lines.append((code, comment))

    def own_lines(self, comments: Sequence[nodes.Comment], indent: int) -> None:
        position = comments[0].span.start if comments else 0
        for comment in comments:
            self.blank(position, comment.span.start)
            self.write(" " * indent + comment.text)
            position = comment.span.end

    def blank(self, start: int, end: int, forced: bool = False) -> None:
        """Keep one of the blank lines between two offsets, or make one."""
        if (forced or _BLANK_LINE.search(self.source.text, start, end)) and self.lines[-1][0]:
            self.write("")

    def line_end(self, start: int, end: int) -> int:
        newline = self.source.text.find("\n", start, end)
        return newline if newline >= 0 else end

    def trailing(self, start: int, end: int) -> int:
        """Put a comment from the same line at the end of the last line; the offset after it."""
        comments = self.take(start, self.line_end(start, end))
        if not comments:
            return start
        self.lines[-1] = (self.lines[-1][0], comments[0].text)
        return comments[0].span.end

    # Statements

    def sequence(self, parts: Sequence[_Part], start: int, end: int, indent: int) -> None:
        """Statements, or a file's items, between two offsets, and the comments there."""
        opening = len(self.lines)
        position = start
        tall = False
        for k, part in enumerate(parts):
            is_tall = isinstance(part, nodes.Ansatz | nodes.Layer)
            pieces, hoisted = self.pieces(part, indent)
            above = self.take(position, part.span.start)
            first = above[0].span.start if above else part.span.start
            if len(self.lines) > opening or indent == 0:
                self.blank(position, first, forced=tall or is_tall)
            if is_tall and hoisted:
                self.own_lines(hoisted, indent)
                self.blank(0, 0, forced=True)
            self.own_lines(above, indent)
            if above:
                self.blank(above[-1].span.end, part.span.start)
            if not is_tall:
                for comment in hoisted:
                    self.write(" " * indent + comment.text)
            self.statement(pieces, indent)
            limit = parts[k + 1].span.start if k + 1 < len(parts) else end
            position = self.trailing(part.span.end, limit)
            tall = is_tall
        if below := self.take(position, end):
            if len(self.lines) > opening or indent == 0:
                self.blank(position, below[0].span.start, forced=tall)
            self.own_lines(below, indent)

    def statement(self, pieces: Sequence[_Piece], indent: int) -> None:
        opening = 0
        for k, piece in enumerate(pieces):
            closing: Document = "} " if k else ""
            if piece.body is None:
                self.lines.extend(lay((closing, piece.head), indent, WIDTH))
                continue
            self.lines.extend(lay((closing, piece.head, " {"), indent, WIDTH))
            opening = len(self.lines)
            self.body(piece.body, piece.first, indent + INDENT)
        if pieces[-1].body is None:
            return
        if len(self.lines) == opening and not self.lines[-1][1]:
            self.lines[-1] = (self.lines[-1][0] + "}", "")
        else:
            self.write(" " * indent + "}")

    def body(self, body: nodes.Body, first: Iterable[str], indent: int) -> None:
        inside = body.span.start + 1
        stop = body.statements[0].span.start if body.statements else body.span.end - 1
        inside = self.trailing(inside, stop)
        for comment in first:
            self.write(" " * indent + comment)
        self.sequence(body.statements, inside, body.span.end - 1, indent)

    def pieces(self, part: _Part, indent: int) -> tuple[list[_Piece], list[nodes.Comment]]:
        """A statement in pieces, and the comments inside it that must move above it."""
        if (line := self.one_line(part)) is not None and fits(line, WIDTH - indent):
            return [_Piece(line)], []
        match part:
            case nodes.Loop() | nodes.Scope() | nodes.Layer() | nodes.Ansatz():
                head = self.head(part)
                hoisted = self.take(part.span.start, part.body.span.start)
                return [_Piece(head, part.body)], hoisted
            case nodes.If():
                return self.branches(part)
            case _:
                document = self.simple(part)
                return [_Piece(document)], self.take(part.span.start, part.span.end)

    def branches(self, part: nodes.If) -> tuple[list[_Piece], list[nodes.Comment]]:
        pieces: list[_Piece] = []
        hoisted: list[nodes.Comment] = []
        position = part.span.start
        for condition, body in part.branches:
            head: Document = ("else if " if pieces else "if ", self.expression(condition))
            moved = self.take(position, body.span.start)
            if pieces:
                pieces.append(_Piece(head, body, tuple(c.text for c in moved)))
            else:
                hoisted = moved
                pieces.append(_Piece(head, body))
            position = body.span.end
        if part.otherwise is not None:
            moved = self.take(position, part.otherwise.span.start)
            pieces.append(_Piece("else", part.otherwise, tuple(c.text for c in moved)))
        return pieces, hoisted

    def one_line(self, part: _Part) -> Document | None:
        """A compound statement on one line, where the canonical form may write it so."""
        if self.has_comments(part.span.start, part.span.end):
            return None
        match part:
            case nodes.Loop(body=body) | nodes.Scope(body=body):
                head = self.head(part)
            case nodes.If(branches=((_, body),), otherwise=None):
                head = self.head(part)
            case _:
                return None
        match body.statements:
            case ():
                return (head, " {}")
            case (nodes.Apply() as only,):
                return (head, " { ", self.simple(only), " }")
            case (nodes.Loop(body=nodes.Body(statements=(nodes.Apply(),))) as only,) if isinstance(
                part, nodes.Scope
            ):
                inner = self.one_line(only)
                return None if inner is None else (head, " { ", inner, " }")
            case _:
                return None

    def head(
        self, part: nodes.Loop | nodes.Scope | nodes.If | nodes.Layer | nodes.Ansatz
    ) -> Document:
        match part:
            case nodes.Scope(kind=kind):
                return kind
            case nodes.Loop(kind=kind, target=target, iterable=iterable):
                names = () if target is None else (_target(target), " in ")
                return (f"{kind} ", *names, self.expression(iterable))
            case nodes.If(branches=((condition, _), *_)):
                return ("if ", self.expression(condition))
            case nodes.Layer(name=name):
                return (f"layer {name.text}", self.arguments(part))
            case nodes.Ansatz(name=name, where=where):
                claim = () if where is None else (" where ", self.expression(where))
                return (f"ansatz {name.text}", self.arguments(part), *claim)
        raise AssertionError(part)

    def arguments(self, part: nodes.Layer | nodes.Ansatz) -> Document:
        end = part.body.span.start
        if isinstance(part, nodes.Ansatz) and part.where is not None:
            end = part.where.span.start
        return self.bracket("(", part.arguments, ")", part.name.span.end, end)

    def simple(self, part: _Part) -> Document:
        """A statement without a body."""
        match part:
            case nodes.Import(kind=None, path=path):
                return f'import "{path.text}"'
            case nodes.Import(
                kind=nodes.Identifier(text=kind), path=path, name=nodes.Identifier(text=name)
            ):
                return f'import {kind} "{path.text}" as {name}'
            case nodes.Qubits(name=name, size=size):
                return (
                    f"qubits {name.text}",
                    self.bracket("[", (size,), "]", name.span.end, part.span.end, comma=""),
                )
            case nodes.Define(kind=kind, name=name, value=value):
                return (f"{kind} {name.text} = ", self.expression(value))
            case nodes.Symbols():
                return self.symbols(part)
            case nodes.Init(value=value):
                return ("init ", self.expression(value))
            case nodes.Require(claim=claim):
                return ("require ", self.expression(claim))
            case nodes.Apply(name=name, arguments=arguments):
                return (name.text, self.bracket("(", arguments, ")", name.span.end, part.span.end))
        raise AssertionError(part)

    def symbols(self, part: nodes.Symbols) -> Document:
        pieces: list[Document] = [f"{part.kind} {part.name.text}"]
        if part.shape:
            end = part.shape[-1].span.end + 1
            pieces.append(self.bracket("[", part.shape, "]", part.name.span.end, end, comma=""))
        if part.bounds is not None:
            pieces += [" in ", self.expression(part.bounds)]
        if (law := part.distribution) is not None:
            arguments = self.bracket(
                "(", law.arguments, ")", law.name.span.end, law.span.end, comma=""
            )
            pieces += [f" ~ {law.name.text}", arguments]
        if part.value is not None:
            pieces += [" = ", self.expression(part.value)]
        return tuple(pieces)

    # Expressions

    def bracket(
        self,
        opening: str,
        elements: Sequence[_Element],
        closing: str,
        start: int,
        end: int,
        comma: str = ",",
        loosest: str = "arrow",
    ) -> Document:
        """Elements between brackets, one a line where they do not fit, their comments kept."""
        inside: list[Document] = [Line()]
        if any(isinstance(element, nodes.Comprehension) for element in elements[:1]):
            comma = ""
        position = start
        for k, element in enumerate(elements):
            last = k + 1 == len(elements)
            document = self.element(element, loosest)
            limit = end if last else elements[k + 1].span.start
            above = self.take(position, element.span.start)
            beside = self.take(element.span.end, self.line_end(element.span.end, limit))
            inside += [(c.text, _HARD) for c in above]
            inside += [document, IfBroken(comma) if last else ","]
            inside += [Aside(c.text) for c in beside]
            if not last:
                inside.append(Line(" "))
            position = element.span.end
        below = self.take(position, end)
        if not elements and not below:
            return opening + closing
        for k, c in enumerate(below):
            inside += [_HARD, c.text] if elements or k else [c.text]
        return group(opening, Nest(INDENT, tuple(inside)), _HARD if below else Line(), closing)

    def element(self, node: _Element, loosest: str = "arrow") -> Document:
        match node:
            case nodes.Keyword(name=name, value=value):
                return (f"{name.text} = ", self.expression(value))
            case nodes.Comprehension():
                return self.comprehension(node)
            case nodes.All():
                return ":"
            case nodes.Argument(name=name, type=kind, default=default):
                typed = "" if kind is None else f": {kind.text}"
                given = () if default is None else (" = ", self.expression(default))
                return (f"{name.text}{typed}", *given)
            case _:
                return self.expression(node, loosest)

    def comprehension(self, node: nodes.Comprehension) -> Document:
        condition = (
            () if node.condition is None else (Line(" "), "if ", self.expression(node.condition))
        )
        return group(
            self.expression(node.element),
            Line(" "),
            f"for {_target(node.target)} in ",
            self.expression(node.iterable),
            *condition,
        )

    def expression(self, node: nodes.Expression, loosest: str = "arrow") -> Document:
        """An expression, in parentheses if it binds less tightly than the place demands."""
        document = self.bare(node)
        return ("(", document, ")") if _level(node) < _LEVEL[loosest] else document

    def bare(self, node: nodes.Expression) -> Document:
        match node:
            case nodes.Number(text=text) | nodes.Name(text=text):
                return text
            case nodes.Text(text=text):
                return f'"{text}"'
            case nodes.Word(text=text):
                return f'p"{text}"'
            case nodes.Ket(text=text):
                return f"|{text}>"
            case nodes.Unary(operator="not", operand=operand):
                return ("not ", self.expression(operand, "not"))
            case nodes.Unary(operand=operand):
                return ("-", self.expression(operand, "unary"))
            case nodes.Chain():
                return self.chain(node)
            case nodes.Power(base=base, exponent=exponent):
                return (self.expression(base, "postfix"), " ^ ", self.expression(exponent, "unary"))
            case nodes.Range(start=start, stop=stop, inclusive=inclusive):
                sign = "..=" if inclusive else "..<"
                wide = isinstance(start, nodes.Chain) or isinstance(stop, nodes.Chain)
                sign = f" {sign} " if wide else sign
                return (self.expression(start, "sum"), sign, self.expression(stop, "sum"))
            case nodes.Arrow(parameter=parameter, body=body):
                return (f"{parameter.text} -> ", self.expression(body))
            case nodes.Cardinality(operand=operand):
                return ("|", self.expression(operand, "sum"), "|")
            case nodes.Attribute(base=base, name=name):
                return (self.expression(base, "postfix"), f".{name.text}")
            case nodes.Call(function=base, arguments=arguments):
                after = self.bracket("(", arguments, ")", base.span.end, node.span.end)
                return (self.expression(base, "postfix"), after)
            case nodes.Index(base=base, indices=indices):
                after = self.bracket("[", indices, "]", base.span.end, node.span.end, comma="")
                return (self.expression(base, "postfix"), after)
            case _:
                return self.collection(node)

    def collection(self, node: nodes.Expression) -> Document:
        start, end = node.span.start, node.span.end
        match node:
            case nodes.Tuple(items=(only,)):
                return ("(", self.expression(only), ",)")
            case nodes.Tuple(items=items):
                return self.bracket("(", items, ")", start, end)
            case nodes.List(items=items):
                return self.bracket("[", items, "]", start, end)
            case nodes.ListComprehension(comprehension=comprehension):
                return self.bracket("[", (comprehension,), "]", start, end, comma="")
            case nodes.Group(generators=generators):
                return self.bracket("<", generators, ">", start, end, loosest="sum")
        raise AssertionError(node)

    def chain(self, node: nodes.Chain) -> Document:
        tighter = _LEVELS[_level(node) + 1]
        first, *others = (self.expression(operand, tighter) for operand in node.operands)
        # A line that ends in `>` is finished, because it may close a group.
        rest = [
            (Line(" "), "> ", d) if o == ">" else (f" {o}", Line(" "), d)
            for o, d in zip(node.operators, others, strict=True)
        ]
        return group(first, Nest(CONTINUATION, tuple(rest)))


def _level(node: nodes.Expression) -> int:
    match node:
        case nodes.Arrow():
            return _LEVEL["arrow"]
        case nodes.Chain(operators=(operator, *_)):
            return _LEVEL[_CHAIN_LEVEL[operator]]
        case nodes.Unary(operator=operator):
            return _LEVEL["not" if operator == "not" else "unary"]
        case nodes.Range():
            return _LEVEL["range"]
        case nodes.Power():
            return _LEVEL["power"]
        case _:
            return _LEVEL["postfix"]


def _target(target: nodes.Target) -> str:
    names = ", ".join(name.text for name in target.names)
    return names if len(target.names) == 1 else f"({names})"


def _aligned(lines: Lines) -> list[str]:
    """The lines with their comments, at one column on adjacent lines where all fit the width."""
    out: list[str] = []
    k = 0
    while k < len(lines):
        stop = k
        while stop < len(lines) and lines[stop][1]:
            stop += 1
        run = lines[k:stop]
        column = max((len(code) for code, _ in run), default=0) + 2
        shared = all(column + len(comment) <= WIDTH for _, comment in run)
        out += [
            f"{code.ljust(column) if shared else code + '  '}{comment}" for code, comment in run
        ]
        if stop < len(lines):
            out.append(lines[stop][0])
        k = stop + 1
    return out
