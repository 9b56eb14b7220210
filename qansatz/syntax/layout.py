"""Tokens → tokens: no comments, line ends only where they end statements, brackets matched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from lark import Token

from qansatz.diagnostics import FaultLog, Label
from qansatz.source import Source, Span
from qansatz.syntax import faults
from qansatz.syntax.nodes import Comment

MAX_DEPTH = 64
BROKEN = "BROKEN"

_CLOSERS = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
_CLOSER_TEXT = {"RPAR": ")", "RSQB": "]", "RBRACE": "}"}
# A line that ends in one of these goes on in the next line …
_UNFINISHED = {
    *("PLUS", "MINUS", "TIMES", "DIVIDE", "FLOOR_DIVIDE", "MODULO", "POWER", "DOUBLE_STAR"),
    *("COMMA", "ASSIGN", "LESS", "LESS_EQUAL", "GREATER_EQUAL", "EQUAL", "UNEQUAL", "RANGE_BELOW"),
    *("RANGE_THROUGH", "RANGE_BARE", "AND", "OR", "NOT", "AND_SIGN", "IN", "TILDE", "LBRACE"),
    *("ARROW", "WHERE"),
}
# … and so does one whose next line begins with one of these: no statement does.
_CONTINUING = {
    *("PLUS", "MINUS", "TIMES", "DIVIDE", "FLOOR_DIVIDE", "MODULO", "POWER", "DOUBLE_STAR"),
    *("COMMA", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL", "EQUAL", "UNEQUAL", "RANGE_BELOW"),
    *("RANGE_THROUGH", "RANGE_BARE", "AND", "OR", "AND_SIGN", "ASSIGN", "TILDE", "DOT", "RBRACE"),
    *("LBRACE", "ELSE", "WHERE", "RPAR", "RSQB"),
}
_STATEMENTS = {
    *("LET", "PARAM", "INPUT", "REPEAT", "OBSERVABLE", "REQUIRE", "SYMMETRY", "STABILIZERS"),
    *("LOGICAL", "QUBITS", "INIT", "ENCODE", "BLOCK", "UNORDERED", "ANSATZ", "LAYER", "IMPORT"),
}
_TOP_LEVEL = {"ANSATZ", "LAYER", "IMPORT"}


@dataclass
class Layout:
    """The tokens that reach the parser, the depth of braces before each, and the comments."""

    tokens: list[Token] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


def lay_out(stream: Iterable[Token], source: Source, log: FaultLog) -> Layout | None:
    """Prepare a file's tokens for the parser; None when brackets nest deeper than ``MAX_DEPTH``.

    Brackets in the result match: an opening bracket that is never closed is reported and closed
    where a new statement shows that it should have been; the statement it spoils carries a
    ``BROKEN`` token.
    """
    return _Pass(source, log).run(stream)


class _Pass:
    def __init__(self, source: Source, log: FaultLog) -> None:
        self.source = source
        self.log = log
        self.layout = Layout()
        self.open: list[Token] = []
        self.braces = 0
        self.newline: Token | None = None

    def run(self, stream: Iterable[Token]) -> Layout | None:
        last: Token | None = None
        for token in stream:
            if token.type == "COMMENT":
                self.comment(token)
                continue
            if token.type == "NEWLINE":
                if not (token == "\n" and self.open and self.open[-1].type != "LBRACE"):
                    self.newline = self.newline or token
                elif self.newline is None:
                    self.newline = token
                continue
            if not self.token(token):
                return None
            last = token
        self.newline = None
        while self.open:
            self.unclosed(last or self.open[-1])
        return self.layout

    def token(self, token: Token) -> bool:
        if self.newline is not None:
            if self.open and token.type in _STATEMENTS and self.open[-1].type != "LBRACE":
                while self.open and self.open[-1].type != "LBRACE":
                    self.unclosed(token)
            self.line_end(token)
        if token.type in _TOP_LEVEL and self.at_line_start(token):
            while self.open:
                self.unclosed(token)
        if token.type in _CLOSERS:
            self.open.append(token)
            if len(self.open) > MAX_DEPTH:
                self.log.add(
                    faults.brackets.TooDeep(self.span(token), limit=MAX_DEPTH, what="brackets")
                )
                return False
        elif token.type in _CLOSER_TEXT:
            self.close(token)
            return True
        self.keep(token)
        return True

    def line_end(self, following: Token) -> None:
        newline, self.newline = self.newline, None
        assert newline is not None
        if self.open and self.open[-1].type != "LBRACE" and newline == "\n":
            return
        tokens = self.layout.tokens
        if not tokens or tokens[-1].type in _UNFINISHED or following.type in _CONTINUING:
            return
        self.keep(newline)

    def at_line_start(self, token: Token) -> bool:
        start = self.source.line_start(self.source.location(token.start_pos or 0)[0])
        return not self.source.text[start : token.start_pos].strip()

    def close(self, token: Token) -> None:
        if token.type == "RBRACE":
            while self.open and self.open[-1].type != "LBRACE":
                self.unclosed(token)
        if not self.open or (self.open[-1].type == "LBRACE" and token.type != "RBRACE"):
            self.log.add(faults.brackets.Unmatched(self.span(token), bracket=str(token)))
            if self.open:
                self.keep(self.made(BROKEN, "", token))
            return
        opener = self.open.pop()
        if _CLOSERS[opener.type] == token.type:
            self.keep(token)
            return
        labels = (Label(self.span(opener), f"`{opener}` opened here"),)
        expected = _CLOSER_TEXT[_CLOSERS[opener.type]]
        span = self.span(token)
        self.log.add(
            faults.brackets.Mismatched(span, labels=labels, bracket=str(token), expected=expected)
        )
        self.keep(self.made(BROKEN, "", token))
        self.keep(self.made(_CLOSERS[opener.type], expected, token))

    def unclosed(self, at: Token) -> None:
        opener = self.open.pop()
        closer = _CLOSERS[opener.type]
        self.log.add(
            faults.brackets.Unclosed(
                self.span(opener), bracket=str(opener), expected=_CLOSER_TEXT[closer]
            )
        )
        if opener.type != "LBRACE":
            self.keep(self.made(BROKEN, "", at))
        self.keep(self.made(closer, _CLOSER_TEXT[closer], at))

    def keep(self, token: Token) -> None:
        if token.type == "RBRACE":
            self.braces -= 1
        self.layout.tokens.append(token)
        self.layout.depths.append(self.braces)
        if token.type == "LBRACE":
            self.braces += 1

    def made(self, kind: str, text: str, near: Token) -> Token:
        return Token.new_borrow_pos(kind, text, near)

    def comment(self, token: Token) -> None:
        span = self.span(token)
        text = str(token).rstrip()
        self.layout.comments.append(
            Comment(text=text, own_line=self.at_line_start(token), span=span)
        )

    def span(self, token: Token) -> Span:
        return Span(self.source, token.start_pos or 0, token.end_pos or 0)
