"""Safe fixes are applied once each, from wherever they stand, and never on top of each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qansatz.diagnostics import Diagnostic, Edit, Fix, Severity
from qansatz.source import Source, Span
from qansatz.tools.cli.fixes import apply_fixes


def with_fix(source: Source, *edits: tuple[int, int, str], safe: bool = True) -> Diagnostic:
    made = tuple(Edit(Span(source, a, b), text) for a, b, text in edits)
    return Diagnostic(
        code="QA009",
        severity=Severity.ERROR,
        message="m",
        span=made[0].span,
        label="",
        labels=(),
        notes=(),
        help="",
        fix=Fix(f"fix {edits[0][0]}", made, safe),
    )


def test_edits_are_made_from_wherever_they_stand():
    source = Source("a", "abcdef")
    found = [with_fix(source, (4, 5, "E")), with_fix(source, (0, 1, "AA"), (2, 2, "+"))]
    assert apply_fixes(source, found) == ("AAb+cdEf", ["fix 4", "fix 0"])


def test_only_safe_fixes_of_this_file_are_applied():
    source, other = Source("a", "abc"), Source("a", "abc")
    found = [with_fix(source, (0, 1, "x"), safe=False), with_fix(other, (1, 2, "y"))]
    assert apply_fixes(source, found) == ("abc", [])


def test_of_two_fixes_that_touch_the_first_is_applied():
    source = Source("a", "abcdef")
    found = [with_fix(source, (1, 3, "x")), with_fix(source, (5, 6, "y"), (2, 4, "z"))]
    assert apply_fixes(source, found) == ("axdef", ["fix 1"])
    assert apply_fixes(source, [found[0], found[0]])[0] == "axdef"


@given(st.text(max_size=20), st.data())
def test_fixes_agree_with_replacing_from_the_right(text: str, data: st.DataObject):
    source = Source("a", text)
    cuts = sorted(set(data.draw(st.lists(st.integers(0, len(text)), max_size=8))))
    edits = [
        (a, b, data.draw(st.text(max_size=3))) for a, b in zip(cuts[::3], cuts[1::3], strict=False)
    ]
    expected = text
    for a, b, replacement in reversed(edits):
        expected = expected[:a] + replacement + expected[b:]
    shuffled = data.draw(st.permutations(edits))
    assert apply_fixes(source, [with_fix(source, e) for e in shuffled])[0] == expected
