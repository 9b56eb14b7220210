"""Text → nodes; a statement that cannot be read is reported and left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken

from qansatz.diagnostics import FaultLog
from qansatz.source import Source, Span
from qansatz.syntax import faults, nodes
from qansatz.syntax.build import build
from qansatz.syntax.grammar import lark_parser
from qansatz.syntax.layout import BROKEN, Layout, lay_out
from qansatz.syntax.stops import Stop, acceptable

MAX_FAULTS = 50

_HEADED = frozenset(("REPEAT", "FOR", "IF", "BLOCK", "ENCODE", "UNORDERED", "ELSE"))
_BEGINNING = {
    *("QUBITS", "LET", "STABILIZERS", "LOGICAL", "SYMMETRY", "PARAM", "INPUT", "INIT", "ENCODE"),
    *("REPEAT", "FOR", "IF", "BLOCK", "UNORDERED", "OBSERVABLE", "REQUIRE"),
}
_FILE_HEADED = frozenset(("ANSATZ", "LAYER"))


def parse(source: Source, log: FaultLog) -> nodes.File:
    """The nodes of a file. Faults go to the log; what could not be read is left out.

    ``File.lost`` holds every name in the parts left out, so that later stages do not call them
    undefined.
    """
    parser = lark_parser()
    session = parser.parse_interactive(source.text)
    stream = session.lexer_thread.lex(session.parser_state)  # type: ignore[no-untyped-call]
    whole = Span(source, 0, len(source.text))
    layout = lay_out(stream, source, log)
    if layout is None:
        return nodes.File(items=(), comments=(), span=whole)
    tree, lost = _Recovery(parser, source, log, layout).run()
    items = () if tree is None else build(tree, source, log)
    comments = tuple(layout.comments)
    return nodes.File(
        items=tuple(_documented(items, comments)),
        comments=comments,
        lost=lost,
        span=whole,
    )


@dataclass
class _Mark:
    """A place between items or statements, and the parser's stacks there.

    A ``fresh`` place takes a statement, another one only the end of the statement before it.
    """

    index: int
    depth: int
    fresh: bool
    states: list[Any]
    values: list[Any]


class _Recovery:
    def __init__(self, parser: Lark, source: Source, log: FaultLog, layout: Layout) -> None:
        self.source = source
        self.log = log
        self.tokens = layout.tokens
        self.depths = layout.depths
        self.session = parser.parse_interactive("")
        self.lost: set[str] = set()
        self.n_faults = 0
        self.keywords: set[object] = set()

    def run(self) -> tuple[Tree[Token] | None, frozenset[str]]:
        index = 0
        mark = self.mark(0, 0, True)
        while index < len(self.tokens):
            token = self.tokens[index]
            try:
                self.session.feed_token(token)
            except UnexpectedToken:
                mark = self.recover(token, index, mark)
                index = mark.index
                if self.n_faults >= MAX_FAULTS:
                    rest = (token for token in self.tokens[index:] if token.type != "NEWLINE")
                    if (stopped := next(rest, None)) is not None:
                        self.log.add(
                            faults.text.TooManyFaults(self.span(stopped), limit=MAX_FAULTS)
                        )
                        return None, frozenset(self.lost)
                continue
            depth = self.depths[index]
            index += 1
            if token.type in ("NEWLINE", "LBRACE"):
                mark = self.mark(index, depth + (token.type == "LBRACE"), True)
            elif token.type == "RBRACE":
                mark = self.mark(index, depth, depth == 0)
        return self.finish(mark), frozenset(self.lost)

    def finish(self, mark: _Mark) -> Tree[Token] | None:
        size = len(self.source.text)
        end = Token("$END", "", start_pos=size, end_pos=size)
        tree: Tree[Token] | None = None
        try:
            tree = self.session.feed_token(end)
        except UnexpectedToken:
            self.report(end, len(self.tokens), mark)
            self.restore(mark)
            self.lose(mark.index, len(self.tokens))
            with suppress(UnexpectedToken):
                tree = self.session.feed_token(end)
        return tree

    def mark(self, index: int, depth: int, fresh: bool) -> _Mark:
        state = self.session.parser_state
        return _Mark(index, depth, fresh, list(state.state_stack), list(state.value_stack))

    def restore(self, mark: _Mark) -> None:
        state = self.session.parser_state
        state.state_stack[:] = mark.states
        state.value_stack[:] = mark.values

    def recover(self, token: Token, index: int, mark: _Mark) -> _Mark:
        """Report, bring the parser to where it can go on, and return the mark there."""
        stop = self.report(token, index, mark)
        if "NEWLINE" in stop.acceptable and self.begins_statement(index):
            self.session.feed_token(Token.new_borrow_pos("NEWLINE", "\n", token))
            return self.mark(index, self.depths[index], True)
        self.restore(mark)
        end = self.statement_end(max(index, mark.index), mark)
        opening = self.body_of(mark, index, end)
        if opening is not None and self.stand_in(mark, opening):
            return self.mark(opening + 1, mark.depth + 1, True)
        self.lose(mark.index, end)
        # A token that the mark itself does not take is passed over.
        end = end + 1 if end == mark.index == index else max(end, mark.index)
        return self.mark(end, mark.depth, mark.fresh)

    def begins_statement(self, index: int) -> bool:
        if self.depths[index] == 0:
            return False
        kinds = [token.type for token in self.tokens[index : index + 2]]
        return kinds[0] in _BEGINNING or kinds == ["NAME", "LPAR"]

    def statement_end(self, index: int, mark: _Mark) -> int:
        """Where reading may go on after the statement that holds ``index``."""
        depth = mark.depth
        while index < len(self.tokens):
            kind = self.tokens[index].type
            if kind == "NEWLINE" and self.depths[index] == depth:
                return index + 1 if mark.fresh else index
            if kind == "RBRACE" and self.depths[index] < depth:
                return index
            if depth == 0 and kind == "RBRACE" and self.depths[index] == 0:
                return index + 1
            index += 1
        return index

    def body_of(self, mark: _Mark, index: int, end: int) -> int | None:
        """The index of the opening brace when the head is at fault and a body follows."""
        if mark.index >= len(self.tokens):
            return None
        kind = self.tokens[mark.index].type
        if kind not in (_FILE_HEADED if mark.depth == 0 else _HEADED):
            return None
        for k in range(mark.index, end):
            if self.tokens[k].type == "LBRACE":
                return k if index <= k else None
        return None

    def stand_in(self, mark: _Mark, opening: int) -> bool:
        """Feed a head that can be read in place of a faulty one, so that the body is kept."""
        at = self.tokens[mark.index]
        brace = self.tokens[opening]
        if mark.depth == 0:
            names = [t for t in self.tokens[mark.index : opening] if t.type == "NAME"]
            name = names[0] if names else Token.new_borrow_pos("NAME", "_", at)
            signs = (Token.new_borrow_pos("LPAR", "(", at), Token.new_borrow_pos("RPAR", ")", at))
            made = [at, name, *signs]
        else:
            made = [Token.new_borrow_pos("IF", "if", at), Token.new_borrow_pos("NAME", "true", at)]
            if at.type == "ELSE":
                made.insert(0, at)
        try:
            for token in (*made, brace):
                self.session.feed_token(token)
        except UnexpectedToken:
            self.restore(mark)
            return False
        self.lose(mark.index, opening)
        return True

    def lose(self, start: int, end: int) -> None:
        self.lost.update(str(t) for t in self.tokens[start:end] if t.type == "NAME")

    def report(self, token: Token, index: int, mark: _Mark) -> Stop:
        self.restore(mark)
        for part in self.tokens[mark.index : index]:
            self.session.feed_token(part)
        state = self.session.parser_state
        stop = Stop(token, acceptable(state.parse_conf.states, state.state_stack))
        if not self.is_broken(mark, index):
            from qansatz.syntax.messages import explain_unexpected

            self.n_faults += 1
            before, after = self.tokens[mark.index : index], self.tokens[index + 1 : index + 100]
            fault = explain_unexpected(stop, before, after, self.source)
            word = fault.word if isinstance(fault, faults.text.KeywordAsName) else None
            if word is None or word not in self.keywords:
                self.log.add(fault)
            self.keywords.add(word)
        return stop

    def is_broken(self, mark: _Mark, index: int) -> bool:
        """Whether a bracket of the statement at fault was reported already."""
        for k in range(mark.index, len(self.tokens)):
            kind = self.tokens[k].type
            if self.depths[k] == mark.depth and kind == BROKEN:
                return True
            if k >= index and (kind == "NEWLINE" or self.depths[k] < mark.depth):
                break
        return False

    def span(self, token: Token) -> Span:
        return Span(self.source, token.start_pos or 0, token.end_pos or 0)


def _documented(
    items: tuple[nodes.Item, ...], comments: tuple[nodes.Comment, ...]
) -> Iterator[nodes.Item]:
    """The items, layers and ansatzes with the text of the ``##`` lines directly above them."""
    from dataclasses import replace

    above = {
        c.span.source.location(c.span.start)[0]: c.text[2:].strip()
        for c in comments
        if c.own_line and c.text.startswith("##")
    }
    for item in items:
        if not isinstance(item, nodes.Layer | nodes.Ansatz):
            yield item
            continue
        first = last = item.span.source.location(item.span.start)[0]
        while first - 1 in above:
            first -= 1
        yield replace(item, documentation="\n".join(above[k] for k in range(first, last)))
