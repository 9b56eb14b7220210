"""The grammar that is shipped, and Lark's parser for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from lark import Lark, Token

from qansatz.source import Source, Span


def grammar_file(name: str) -> str:
    """The text of a file shipped with the grammar."""
    return Path(str(import_module("qansatz.grammar").__file__)).with_name(name).read_text("utf-8")


class _KeepTerminals:
    """Makes Lark keep the terminals that only the layout and the messages use."""

    always_accept = ("COMMENT", "RESERVED", "UNKNOWN")

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


@lru_cache(maxsize=1)
def lark_parser() -> Lark:
    """The parser, its tables read from the user's cache where that can be written."""
    grammar = grammar_file("qansatz.lark")
    settings: dict[str, Any] = {
        "parser": "lalr",
        "lexer": "basic",
        "start": "file",
        "postlex": _KeepTerminals(),
        "propagate_positions": True,
        "maybe_placeholders": True,
    }
    cache = _cache_file()
    if cache is not None:
        settings["cache"] = str(cache)
    return Lark(grammar, **settings)


def tokens(source: Source) -> Iterator[tuple[str, Span]]:
    """The kind and place of every token, comments and line ends included; characters of none are ``UNKNOWN``."""
    session = lark_parser().parse_interactive(source.text)
    for token in session.lexer_thread.lex(session.parser_state):  # type: ignore[no-untyped-call]
        yield token.type, Span(source, token.start_pos, token.end_pos)


def _cache_file() -> Path | None:
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    folder = (Path(home) if home else Path(os.path.expanduser("~"), ".cache")) / "qansatz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder / "grammar.lark-tables" if os.access(folder, os.W_OK) else None
