"""An unexpected token → the fault a person would report, by the examples in a file of messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any, TypeAlias

from lark import Token

from qansatz.diagnostics import Edit, Fault, Fix, did_you_mean
from qansatz.source import Source, Span
from qansatz.syntax import faults

if TYPE_CHECKING:
    from qansatz.syntax.stops import Stop

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
_LITERALS = {"INTEGER", "DECIMAL", "IMAGINARY", "TEXT", "WORD", "KET"}
_OPERATORS = {
    *("LPAR", "LSQB", "DOT", "POWER", "DOUBLE_STAR", "TIMES", "DIVIDE", "FLOOR_DIVIDE", "MODULO"),
    *("PLUS", "MINUS", "RANGE_BELOW", "RANGE_THROUGH", "RANGE_BARE", "LESS", "LESS_EQUAL"),
    *("GREATER_EQUAL", "EQUAL", "UNEQUAL", "AND", "AND_SIGN", "OR", "ARROW"),
}
_STATEMENTS: tuple[str, ...] = (
    *("qubits", "let", "stabilizers", "logical", "symmetry", "param", "input", "init", "encode"),
    *("repeat", "for", "if", "block", "unordered", "observable", "require"),
)
_ITEMS: tuple[str, ...] = ("import", "layer", "ansatz", "let")
# What the statement is called elsewhere.
_FOREIGN = {
    **dict.fromkeys(("qreg", "qubit", "register"), "qubits"),
    **dict.fromkeys(("var", "const", "set", "define"), "let"),
    **dict.fromkeys(("def", "fn", "func", "function", "gate"), "layer"),
    **dict.fromkeys(("parameter", "parameters", "params"), "param"),
    **dict.fromkeys(("while", "loop"), "repeat"),
    **dict.fromkeys(("assert", "check", "claim"), "require"),
    **dict.fromkeys(("return", "measure", "expect", "cost"), "observable"),
    **dict.fromkeys(("include", "use", "from"), "import"),
    **dict.fromkeys(("circuit", "program"), "ansatz"),
    "foreach": "for",
    "elif": "else if",
}

# Operators of other languages: characters, words, and pairs of tokens without a space between.
_SIGNS = {
    **dict.fromkeys("⊗@×·∗⋅", "*"),
    **dict.fromkeys("!¬", "not "),
    **dict.fromkeys("&∧", "and"),
    "∨": "or",
    "−": "-",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "→": "->",
}
_OPERATOR_WORDS = {"mod": "%", "div": "//", "AND": "and", "OR": "or", "NOT": "not"}
_OPERATOR_PAIRS = {"=<": "<=", "=>": ">=", "||": "or", "<>": "!=", "===": "=="}

_FUNCTIONS = {
    "sqrt",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "exp",
    "log",
    "abs",
    "sum",
    "prod",
}
_BINDING = {"DIVIDE", "FLOOR_DIVIDE", "MODULO", "POWER", "DOUBLE_STAR"}
_ENDING_A_VALUE = {"FOR", "IN", "IF", "ELSE", "AND", "OR"}
_QUBITS = re.compile(r"\w+(\s*\[[^\]\n]*\])?(\s*,\s*\w+(\s*\[[^\]\n]*\])?)*")

_Signature: TypeAlias = "tuple[frozenset[str], str]"


def explain_unexpected(
    stop: Stop, before: Sequence[Token], after: Sequence[Token], source: Source
) -> Fault:
    """The fault for a token that cannot stand where it does, between those around it."""
    token = stop.token
    span = _span(token, before[-1] if before else None, source)
    if token.type == "UNKNOWN":
        return _unknown(token, span, source)
    if token.type == "RESERVED":
        return faults.text.ReservedWord(span, word=str(token))
    if stop.acceptable == {"INTEGER"}:
        return faults.text.UnknownVersion(span, version=str(token)[:20])
    if token.type == "FLOOR_DIVIDE" and _begins_line(token, source):
        return faults.foreign.ForeignOperator(span, operator=str(token), ours="#")
    if _is_name(stop) and not _begins_line(token, source):
        return faults.text.KeywordAsName(span, word=str(token))
    for look in (
        *(_foreign_operator, _unknown_state, _unknown_statement, _unclosed_word),
        *(_gate_of_qasm, _second_name, _method_call, _missing_operator, _bare_targets),
    ):
        if (fault := look(stop, before, after, source)) is not None:
            return fault
    what = _NAMES.get(token.type, f"`{token}`")
    entry = _entry(stop, after)
    if entry is None:
        return faults.text.Unexpected(span, token=what)
    cure = entry["help"].format()
    if entry["fault"] == "Unexpected":
        return faults.text.Unexpected(span, token=what, cure=cure)
    kind = _kinds()[entry["fault"]]
    return kind(span, text=entry["message"].format(token=what), cure=cure)


@lru_cache(maxsize=1)
def _kinds() -> dict[str, type[faults.by_example.ByExample]]:
    """The faults that the file of messages names."""
    kinds: tuple[type[faults.by_example.ByExample], ...] = (
        *(faults.missing.MissingName, faults.missing.MissingEquals, faults.missing.MissingIn),
        *(faults.missing.MissingBody, faults.missing.MissingOperand, faults.missing.MissingComma),
        *(faults.missing.MissingSize, faults.brackets.MissingParentheses),
        *(faults.text.AssignmentInCondition, faults.text.TwoStatements, faults.text.OutsideAnsatz),
        faults.foreign.AssignmentWithoutLet,
    )
    return {kind.__name__: kind for kind in kinds}


def _span(token: Token, previous: Token | None, source: Source) -> Span:
    start, end = token.start_pos or 0, token.end_pos or 0
    if token.type == "NEWLINE" and previous is not None:
        return Span(source, previous.end_pos or 0, end)
    if token.type == "$END":
        return Span(source, max(0, len(source.text) - 1), len(source.text))
    return Span(source, start, max(start, end))


def _is_keyword(token: Token) -> bool:
    return token.type.isalpha() and str(token) == token.type.lower()


def _is_name(stop: Stop) -> bool:
    """Whether a keyword stands where a name is wanted, rather than after a missing value."""
    if not _is_keyword(stop.token) or "NAME" not in stop.acceptable:
        return False
    return not (stop.token.type in _ENDING_A_VALUE and "INTEGER" in stop.acceptable)


def _begins_line(token: Token, source: Source) -> bool:
    start = source.line_start(source.location(token.start_pos or 0)[0])
    return not source.text[start : token.start_pos].strip()


def _unknown(token: Token, span: Span, source: Source) -> Fault:
    if token == '"':
        line_end = source.text.find("\n", span.start)
        end = line_end if line_end >= 0 else len(source.text)
        return faults.brackets.UnclosedText(Span(source, span.start, end))
    if token in ("'", "“", "”", "‘", "’", "„"):
        return faults.brackets.SingleQuote(span)
    if (ours := _SIGNS.get(str(token))) is not None:
        return _foreign(span, ours)
    shown = str(token) if str(token).isprintable() else f"U+{ord(token):04X}"
    return faults.text.UnknownCharacter(span, character=shown)


def _foreign(span: Span, ours: str) -> Fault:
    fix = Fix(f"write `{ours.strip()}`", (Edit(span, ours),))
    return faults.foreign.ForeignOperator(span, operator=span.text, ours=ours.strip(), fix=fix)


def _foreign_operator(
    stop: Stop, before: Sequence[Token], after: Sequence[Token], source: Source
) -> Fault | None:
    """The fault where an operator of another language follows a value."""
    token, start = stop.token, stop.token.start_pos or 0
    if "PLUS" not in stop.acceptable:
        return None
    if str(token) in _OPERATOR_WORDS:
        return _foreign(_span(token, None, source), _OPERATOR_WORDS[str(token)])
    if after and after[0].start_pos == token.end_pos:
        pair = f"{token}{after[0]}"
        if pair in _OPERATOR_PAIRS:
            return _foreign(Span(source, start, start + len(pair)), _OPERATOR_PAIRS[pair])
    return None


def _unknown_state(
    stop: Stop, before: Sequence[Token], after: Sequence[Token], source: Source
) -> Fault | None:
    """The fault where ``|…>`` holds letters that no state has."""
    bars = [part for part in before if part.type == "VBAR"]
    if stop.token.type != "GREATER" or not bars:
        return None
    start, end = bars[-1].start_pos or 0, stop.token.end_pos or 0
    ket = Span(source, start, end)
    return (
        None
        if any(c.isspace() for c in ket.text)
        else faults.foreign.UnknownState(ket, ket=ket.text)
    )


def _unknown_statement(
    stop: Stop, before: Sequence[Token], after: Sequence[Token], source: Source
) -> Fault | None:
    """The fault where a statement's first word is a name that looks like a keyword."""
    if stop.token.type == "ASSIGN":
        return None
    if len(before) == 1 and before[0].type == "NAME":
        word, words = before[0], _STATEMENTS
    elif not before and stop.token.type == "NAME" and "ANSATZ" in stop.acceptable:
        word, words = stop.token, _ITEMS
    elif stop.token == "elif" and "ELSE" in stop.acceptable:
        word, words = stop.token, ("else if",)
    else:
        return None
    meant = _FOREIGN.get(str(word))
    if meant is None and len(word) > 2:
        meant = did_you_mean(str(word), words)
    if meant not in words:
        return None
    span = Span(source, word.start_pos or 0, word.end_pos or 0)
    fix = Fix(f"write `{meant}`", (Edit(span, meant),), safe=False)
    return faults.foreign.UnknownStatement(span, word=str(word), meant=meant, fix=fix)


def _unclosed_word(
    stop: Stop, before: Sequence[Token], after: Sequence[Token], source: Source
) -> Fault | None:
    """The fault where a word swallowed what stands between it and the next word."""
    if not before or before[-1].type != "WORD" or stop.token.type not in _LITERALS | {"NAME"}:
        return None
    letters = str(before[-1])[2:-1]
    length = next((k for k, c in enumerate(letters) if c in " ,<>()[]{}"), None)
    if length is None:
        return None
    start = before[-1].start_pos or 0
    return faults.brackets.UnclosedText(Span(source, start, start + 2 + length))


def _gate_of_qasm(
    stop: Stop, before: Sequence[Token], after: Sequence[Token], source: Source
) -> Fault | None:
    """The fault for ``rz(0.1) q[0]``: the angle in parentheses, the qubits behind."""
    kinds = [token.type for token in before]
    if stop.token.type != "NAME" or kinds[:2] != ["NAME", "LPAR"] or kinds[-1] != "RPAR":
        return None
    start = stop.token.start_pos or 0
    qubits = _QUBITS.match(source.text, start)
    if qubits is None or source.text.startswith("(", qubits.end()):
        return None
    name, opening, closing = before[0], before[1], before[-1]
    angle = source.text[opening.end_pos : closing.start_pos].strip()
    ours = f"{name}({qubits[0]}, {angle})"
    fix = Fix(f"write `{ours}`", (Edit(Span(source, name.start_pos or 0, qubits.end()), ours),))
    return faults.foreign.GateOfQasm(Span(source, start, qubits.end()), ours=ours, fix=fix)


def _second_name(
    stop: Stop, before: Sequence[Token], after: Sequence[Token], source: Source
) -> Fault | None:
    """The fault for ``param a, b``, and for a name given to an imported file."""
    if stop.token.type == "AS" and [token.type for token in before] == ["IMPORT", "TEXT"]:
        cure = "a file's names come in as they are; only a graph is given a name"
        return faults.text.Unexpected(_span(stop.token, None, source), token="`as`", cure=cure)
    declares = bool(before) and before[0].type in ("PARAM", "INPUT", "QUBITS")
    if not declares or stop.token.type != "COMMA" or not after or after[0].type != "NAME":
        return None
    cure = f"declare each on a line of its own: `{before[0]} {after[0]}`"
    return faults.text.Unexpected(_span(stop.token, None, source), token="`,`", cure=cure)


def _method_call(
    stop: Stop, before: Sequence[Token], after: Sequence[Token], source: Source
) -> Fault | None:
    """The fault for ``circuit.rz(0.1, 0)``."""
    kinds = [token.type for token in before]
    if kinds != ["NAME"] or stop.token.type != "DOT" or not after or after[0].type != "NAME":
        return None
    cure = f"a gate stands alone, its qubits first: `{after[0]}(…)`"
    return faults.text.Unexpected(_span(stop.token, None, source), token="`.`", cure=cure)


def _missing_operator(
    stop: Stop, before: Sequence[Token], after: Sequence[Token], source: Source
) -> Fault | None:
    """The fault for ``Z[0] Z[1]``, ``2pi`` and ``sin t``: two values with nothing between."""
    token, last = stop.token, before[-1] if before else None
    if last is None or "PLUS" not in stop.acceptable or token.type not in _LITERALS | {"NAME"}:
        return None
    touching = last.end_pos == token.start_pos
    span = _span(token, None, source)
    what = _NAMES.get(token.type, f"`{token}`")
    if last.type in ("INTEGER", "DECIMAL") and token.type == "NAME" and touching:
        bound = len(before) > 1 and before[-2].type in _BINDING
        ours = f"({last} * {token})" if bound else f"{last} * {token}"
        edit = Edit(Span(source, last.start_pos or 0, span.end), ours)
        cure = f"write `{ours}`"
        return faults.missing.MissingOperator(span, token=what, cure=cure, fix=Fix(cure, (edit,)))
    if last.type == "NAME" and str(last) in _FUNCTIONS:
        return faults.missing.MissingOperator(span, token=what, cure=f"write `{last}({token})`")
    if "COMMA" in stop.acceptable and not touching:
        text, cure = f"a comma is missing before {what}", "separate values with `,`"
        return faults.missing.MissingComma(span, text=text, cure=cure)
    called = bool(after) and after[0].type == "LPAR"
    if not touching and ("NEWLINE" not in stop.acceptable or called):
        return None
    return faults.missing.MissingOperator(span, token=what, cure="a product is written with `*`")


def _bare_targets(
    stop: Stop, before: Sequence[Token], after: Sequence[Token], source: Source
) -> Fault | None:
    """The fault for ``for u, v in edges`` and ``for (i = 0; …)``."""
    kinds = [token.type for token in before]
    if kinds[-2:] == ["FOR", "NAME"] and stop.token.type == "COMMA":
        cure = "write `for (u, v) in …`"
    elif kinds[-3:] == ["FOR", "LPAR", "NAME"] and stop.token.type == "ASSIGN":
        cure = f"write `for {before[-1]} in 0..<n`"
    else:
        return None
    what = f"`{stop.token}`"
    text = f"`in` is missing before {what}"
    return faults.missing.MissingIn(_span(stop.token, None, source), text=text, cure=cure)


def _signature(stop: Stop) -> _Signature:
    """What decides the message: what could stand there, operators alike, and what does."""
    acceptable = stop.acceptable
    if "PLUS" in acceptable:
        comparing = {"GREATER"} if "GREATER_EQUAL" in acceptable else set()
        acceptable = acceptable - _OPERATORS - comparing | {"OPERATOR"}
    kind = stop.token.type
    if kind in _LITERALS:
        kind = "literal"
    elif _is_keyword(stop.token):
        kind = "keyword"
    return acceptable, kind


def _entry(stop: Stop, after: Sequence[Token]) -> dict[str, Any] | None:
    """The message for a signature, or the only one for whatever stands at such a place."""
    entries, at_any = _entries()
    acceptable, kind = _signature(stop)
    rest = [part.type for part in takewhile(lambda part: part.type != "NEWLINE", after)]
    if kind == "LSQB" and acceptable == {"LPAR"} and "ASSIGN" not in rest:
        kind = "NAME"
    entry = entries.get((acceptable, kind))
    if entry is None and "NEWLINE" not in acceptable and len(at_any.get(acceptable, ())) == 1:
        (entry,) = at_any[acceptable].values()
    return entry


@lru_cache(maxsize=1)
def _entries() -> tuple[dict[_Signature, dict[str, Any]], dict[frozenset[str], dict[str, Any]]]:
    """The messages by their examples' signatures (the first has it), and by place and fault."""
    import tomllib

    from qansatz.syntax.grammar import grammar_file
    from qansatz.syntax.stops import first_stop

    entries: dict[_Signature, dict[str, Any]] = {}
    at_any: dict[frozenset[str], dict[str, Any]] = {}
    for entry in tomllib.loads(grammar_file("syntax_errors.toml"))["message"]:
        for example in entry["examples"]:
            stop = first_stop(example)
            if stop is not None:
                entries.setdefault(_signature(stop), entry)
                at_any.setdefault(_signature(stop)[0], {})[entry["message"]] = entry
    return entries, at_any
