"""The parser: recovery, places, messages, and input meant to break it."""

from __future__ import annotations

import inspect
import re
import sys
import tomllib
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.diagnostics import Diagnostic, Fault, FaultLog
from qansatz.source import Source
from qansatz.syntax import faults, nodes
from qansatz.syntax.parser import parse
from qansatz.syntax.stops import first_stop
from qansatz.views import catalogue
from tests.strategies.files import Written, files
from tests.strategies.nodes import children


def read(text: str) -> tuple[nodes.File, tuple[Diagnostic, ...]]:
    log = FaultLog()
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    try:
        return parse(Source("test.qans", text), log), log.diagnostics()
    finally:
        sys.setrecursionlimit(limit)


def codes(text: str) -> list[str]:
    return [d.code for d in read(text)[1]]


FAULTS = {
    kind.__name__: kind
    for kind in catalogue.kinds_of_fault()
    if kind.__module__.startswith(f"{faults.__name__}.")
}
MESSAGES = tomllib.loads(
    resources.files("qansatz.grammar").joinpath("syntax_errors.toml").read_text("utf-8")
)["message"]
EXAMPLES = [(entry["fault"], example) for entry in MESSAGES for example in entry["examples"]]


@pytest.mark.parametrize("kind", FAULTS.values(), ids=FAULTS)
def test_documented_examples_provoke_the_fault_and_cure_it(kind: type[Fault]):
    text = inspect.cleandoc(kind.__doc__ or "")
    blocks = re.findall(r"```qans\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 2
    found = set(codes(blocks[0]))
    allowed = {faults.text.Unexpected.code} if kind is not faults.text.TooManyFaults else found
    assert found - allowed | {kind.code} == {kind.code}
    assert kind.code in found
    assert codes(blocks[1]) == []


@pytest.mark.parametrize(("fault", "example"), EXAMPLES)
def test_message_examples_are_rejected_with_their_message(fault: str, example: str):
    assert first_stop(example) is not None
    text = example if example.startswith("qans") else f"qans 1\n{example}"
    assert FAULTS[fault].code in codes(text)


def test_three_mistakes_give_three_diagnostics_and_keep_the_rest():
    file, found = read(
        """\
qans 1
ansatz f(n: int = 3) {
  qubits q[n]
  let a 3
  for i q {
    rot(X[i] 0.1)
    h(i)
  }
  param theta[2]
}
"""
    )
    places = [(d.code, d.span.source.location(d.span.start)) for d in found]
    assert places == [("QA017", (4, 9)), ("QA019", (5, 9)), ("QA025", (6, 14))]
    (ansatz,) = file.items
    assert isinstance(ansatz, nodes.Ansatz)
    kinds = [type(s).__name__ for s in ansatz.body.statements]
    assert kinds == ["Qubits", "If", "Symbols"]
    assert file.lost == {"a", "i", "q", "X", "rot"}


def test_two_statements_on_a_line_are_both_kept():
    file, found = read("qans 1\nansatz f() { qubits q[2] h(q)\n for i in q { } x(q) }\n")
    assert [d.code for d in found] == ["QA022", "QA022"]
    (ansatz,) = file.items
    assert isinstance(ansatz, nodes.Ansatz)
    assert [type(s).__name__ for s in ansatz.body.statements] == [
        "Qubits",
        "Apply",
        "Loop",
        "Apply",
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("qans 1\nansatz f() { qubit q[2] }", "qubits"),
        ("qans 1\nansatz f() { pram a }", "param"),
        ("qans 1\nansatz f() { var a = 3 }", "let"),
        ("qans 1\ndef f() { }", "layer"),
        ("qans 1\nansats f() { }", "ansatz"),
    ],
)
def test_misspelt_statements(written: str, meant: str):
    (found, *_) = read(written)[1]
    assert found.code == "QA028"
    assert f"`{meant}`" in found.help


@settings(max_examples=60, deadline=None)
@given(files())
def test_spans_lie_in_those_of_their_parents(written: Written):
    file, found = read(written.text)
    assert not found
    assert guarded(file) >= len(written.items)


def guarded(parent) -> int:
    count = 0
    for child in children(parent):
        assert parent.span.contains(child.span), (parent, child)
        assert child.span.start <= child.span.end
        count += 1 + guarded(child)
    return count


@pytest.mark.parametrize(
    "text",
    ["f(1, 2)", "-a", "(a + b)", "a[0, :]", "[x for x in y if z]", "|a|", "<a, b>", 'p"XY"'],
)
def test_spans_cover_the_text_of_an_expression(text: str):
    file, _ = read(f"qans 1\nlet a = {text} # c\n")
    (let,) = file.items
    assert isinstance(let, nodes.Define)
    assert let.value.span.text == text.strip("()") if text.startswith("(") else text
    assert let.span.text == f"let a = {text}"


def test_comments_know_whether_they_stand_alone():
    file, _ = read("# a\nqans 1 # b\n  # c  \n")
    assert [(c.text, c.own_line) for c in file.comments] == [
        ("# a", True),
        ("# b", False),
        ("# c", True),
    ]


def test_documentation_stands_directly_above():
    file, _ = read("qans 1\n## no\n\n## one\n## two\nansatz f() { }\n## three\n\nlayer g() { }\n")
    assert [item.documentation for item in file.items] == ["one\ntwo", ""]


HEAD = "qans 1\nansatz f() {\n"
HOSTILE = {
    "nothing": "",
    "a NUL": "\0",
    "NULs in a file": HEAD + "qubits q[\0\0]\n}\0",
    "lone surrogates": HEAD + 'let a = \ud800 + p"\udfff" # \udc00\n}',
    "a byte order mark": "\ufeffqans 1",
    "control characters": "".join(map(chr, range(32))),
    "unclosed parentheses": HEAD + "let a = " + "(" * 10_000,
    "unclosed braces": HEAD + "block {" * 10_000,
    "closed but never opened": ")" * 10_000,
    "braces closed but never opened": "qans 1\n" + "}\n" * 10_000,
    "mixed brackets": HEAD + "([{<" * 2_500,
    "deep parentheses": HEAD + "let a = " + "(" * 60 + "1" + ")" * 60 + "\n}",
    "deep minus signs": HEAD + "let a = " + "-" * 5_000 + "1\n}",
    "deep negations": HEAD + "let a = " + "not " * 5_000 + "b\n}",
    "deep powers": HEAD + "let a = " + "2^" * 5_000 + "1\n}",
    "deep arrows": HEAD + "let a = " + "i -> " * 5_000 + "i\n}",
    "deep indices": HEAD + "let a = b" + "[0]" * 5_000 + "\n}",
    "deep bars": HEAD + "let a = " + "|" * 5_000 + "\n}",
    "deep groups": HEAD + "let a = " + "<" * 5_000 + "\n}",
    "many else": HEAD + "if a { }" + " else if a { }" * 5_000 + "\n}",
    "a long line": HEAD + "let a = " + "+".join(["0.123456789"] * 90_000) + "\n}",
    "a long line of words": HEAD + "xxxxxxxxx " * 100_000 + "\n}",
    "a long name": HEAD + "let " + "a" * 1_000_000 + " = 1\n}",
    "a long text": 'qans 1\nimport "' + "a" * 1_000_000,
    "many mistakes": HEAD + "let\n" * 100_000,
    "many comments": HEAD + "# a\n" * 100_000 + "}",
    "many quotes": '"' * 100_001,
    "only operators": HEAD + "+-*/%^<>=!&|~.,:;" * 5_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_input_is_reported_and_never_raises(text: str):
    read(text)


@settings(max_examples=150, deadline=None)
@given(files(), st.data())
def test_damaged_files_never_raise(written: Written, data: st.DataObject):
    text = written.text
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        stop = data.draw(st.integers(start, min(len(text), start + 12)))
        made = data.draw(
            st.sampled_from(["", "(", ")", "]", "{", "}", ",", "=", "\n", "let ", "|", "if"])
        )
        text = text[:start] + made + text[stop:]
    _, found = read(text)
    assert all(0 <= d.span.start <= d.span.end <= len(text) for d in found)
