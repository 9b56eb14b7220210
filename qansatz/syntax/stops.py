"""Where reading stops, and the kinds of token that could have stood there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lark import Token
from lark.exceptions import UnexpectedToken
from lark.parsers.lalr_analysis import Shift

from qansatz.diagnostics import FaultLog
from qansatz.source import Source
from qansatz.syntax.grammar import lark_parser
from qansatz.syntax.layout import lay_out


@dataclass(frozen=True)
class Stop:
    """Where reading stopped: a token, and the kinds of token that could have stood there."""

    token: Token
    acceptable: frozenset[str]


def first_stop(text: str) -> Stop | None:
    """The first place at which a text cannot be read; None when it can."""
    source = Source("example", text)
    parser = lark_parser()
    session = parser.parse_interactive(text)
    stream = session.lexer_thread.lex(session.parser_state)  # type: ignore[no-untyped-call]
    layout = lay_out(stream, source, FaultLog())
    assert layout is not None
    session = parser.parse_interactive("")
    state = session.parser_state
    for token in [*layout.tokens, Token("$END", "")]:
        stack = list(state.state_stack)
        try:
            session.feed_token(token)
        except UnexpectedToken:
            return Stop(token, acceptable(state.parse_conf.states, stack))
    return None


def acceptable(states: Any, stack: list[Any]) -> frozenset[str]:
    """The kinds of token that the parser could take next."""
    kinds = [kind for kind in states[stack[-1]] if kind.isupper()]
    return frozenset(kind for kind in kinds if _takes(states, stack.copy(), kind))


def _takes(states: Any, stack: list[Any], kind: str) -> bool:
    while kind in states[stack[-1]]:
        action, argument = states[stack[-1]][kind]
        if action is Shift:
            return True
        size = len(argument.expansion)
        if size:
            del stack[-size:]
        if argument.origin.name not in states[stack[-1]]:
            return kind == "$END"
        stack.append(states[stack[-1]][argument.origin.name][1])
    return False
