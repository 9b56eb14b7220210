"""An unexpected token → the fault that a person would report, by the examples in ``syntax_errors.toml``."""

from __future__ import annotations

from importlib import resources
from typing import Any

from lark import Token
from lark.exceptions import UnexpectedToken

from qansatz.diagnostics import Edit, Fault, Fix
from qansatz.source import Source, Span
from qansatz.syntax import faults

_NAMES = {
    "NEWLINE": "the end of the line",
    "$END": "the end of the file",
    "TEXT": "a text",
    "INTEGER": "a number",
    "DECIMAL": "a number",
    "IMAGINARY": "a number",
    "WORD": "a Pauli word",
    "KET": "a state",
}
# Tokens that a user can put wrongly in the same way.
_ALIKE = dict.fromkeys(("INTEGER", "DECIMAL", "IMAGINARY", "NAME", "TEXT", "WORD", "KET"), "value")


def explain_unexpected(
    error: UnexpectedToken, token: Token, previous: Token | None, source: Source
) -> Fault:
    """The fault for a token that the grammar does not allow where it stands."""
    span = Span(source, token.start_pos or 0, max(token.end_pos or 0, token.start_pos or 0))
    if token.type == "NEWLINE" and previous is not None:
        span = Span(source, previous.end_pos or 0, token.end_pos or 0)
    if token.type == "$END":
        span = Span(source, max(0, len(source.text) - 1), len(source.text))
    if token.type == "UNKNOWN":
        return _unknown(token, span, source)
    if token.type == "RESERVED":
        return faults.ReservedWord(span, word=str(token))
    if token.type.isalpha() and str(token) == token.type.lower() and _wants_name(error):
        return faults.KeywordAsName(span, word=str(token))
    found = _NAMES.get(token.type, f"`{token}`")
    if (entry := _match(error, token)) is not None:
        fault: type[Fault] = getattr(faults, entry["fault"])
        return fault(span, text=entry["message"].format(found=found), cure=entry["help"].format())
    return faults.Unexpected(span, found=found)


def _wants_name(error: UnexpectedToken) -> bool:
    return "NAME" in error.accepts if error.accepts else "NAME" in error.expected


def _unknown(token: Token, span: Span, source: Source) -> Fault:
    if token == '"':
        line_end = source.text.find("\n", span.start)
        end = line_end if line_end >= 0 else len(source.text)
        return faults.UnclosedText(Span(source, span.start, end))
    if token == "'":
        return faults.SingleQuote(span)
    if token in ("!", "&"):
        ours = {"!": "not ", "&": "and"}[str(token)]
        fix = Fix(f"write `{ours.strip()}`", (Edit(span, ours),))
        return faults.ForeignOperator(span, operator=str(token), ours=ours.strip(), fix=fix)
    shown = str(token) if str(token).isprintable() else f"U+{ord(token):04X}"
    return faults.UnknownCharacter(span, character=shown)


def _match(error: UnexpectedToken, token: Token) -> dict[str, Any] | None:
    """The entry of the messages file with an example that fails in the same parser state at the same token."""
    import tomllib

    from qansatz.syntax.parser import error_state

    text = resources.files("qansatz.grammar").joinpath("syntax_errors.toml").read_text("utf-8")
    state = error.state.state_stack[-1]
    kind = _ALIKE.get(token.type, token.type)
    for entry in tomllib.loads(text)["message"]:
        for example in entry["examples"]:
            at = error_state(example)
            if at is not None and at[0] == state and _ALIKE.get(at[1], at[1]) == kind:
                return dict(entry)
    return None
