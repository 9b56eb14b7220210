"""Each output form of a diagnostic, on small cases whose whole text is stated."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qansatz.characters import harmless
from qansatz.diagnostics import Diagnostic, Edit, Fix, Label, Severity
from qansatz.render import FORMS, render
from qansatz.source import Source, Span

TFIM = Source(
    "tfim.qans",
    "qans 1\n\nansatz t {\n  symmetry parity = X[0]\n  rot(Zs, beta)\n"
    "  let a = 1\n  let b = 2\n}\n",
)


def span(source: Source, text: str, nth: int = 0) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(text, start + 1)
    return Span(source, start, start + len(text))


def diagnostic(place: Span, *labels: Label, **fields: object) -> Diagnostic:
    given = {
        "code": "QA201",
        "severity": Severity.ERROR,
        "message": "it fails",
        "label": "",
        "notes": (),
        "help": "",
        "fix": None,
    } | fields
    return Diagnostic(span=place, labels=labels, **given)


def full(*args: object, width: int = 120, **fields: object) -> str:
    return render([diagnostic(*args, **fields)], "full", width=width)


def test_full_shows_primary_and_secondary_places_with_the_remarks():
    fix = Fix("remove `parity`", (Edit(span(TFIM, "symmetry parity = X[0]"), ""),))
    assert full(
        span(TFIM, "Zs"),
        Label(span(TFIM, "parity"), "declared here"),
        message="generator does not commute with symmetry `parity`",
        label="Z[0] anticommutes",
        notes=("8 of 8 terms fail\nthe first is Z[0]",),
        help="remove it",
        fix=fix,
    ) == (
        "error[QA201]: generator does not commute with symmetry `parity`\n"
        " --> tfim.qans:5:7\n"
        "  |\n"
        "4 |   symmetry parity = X[0]\n"
        "  |            ------ declared here\n"
        "5 |   rot(Zs, beta)\n"
        "  |       ^^ Z[0] anticommutes\n"
        "  |\n"
        "  = note: 8 of 8 terms fail\n"
        "          the first is Z[0]\n"
        "  = help: remove it\n"
        "  = fix: remove `parity` (apply with `qansatz check --fix`)\n"
    )


def test_full_elides_two_lines_and_shows_a_single_one():
    assert full(span(TFIM, "Zs"), Label(span(TFIM, "b", 1), "b")).count("...") == 0
    far = full(span(TFIM, "t {"), Label(span(TFIM, "a = 1"), "here"), Label(span(TFIM, "}"), ""))
    assert far == (
        "error[QA201]: it fails\n"
        " --> tfim.qans:3:8\n"
        "  |\n"
        "3 | ansatz t {\n"
        "  |        ^^^\n"
        "...\n"
        "6 |   let a = 1\n"
        "  |       ----- here\n"
        "7 |   let b = 2\n"
        "8 | }\n"
        "  | -\n"
    )


def test_full_hangs_several_labels_of_one_line_below_it():
    source = Source("a.qans", "aaa bb cccc\n")
    text = full(
        span(source, "bb"),
        Label(span(source, "aaa"), "first"),
        Label(span(source, "cccc"), "last"),
        label="mid",
    )
    assert text.split("\n")[3:] == [
        "1 | aaa bb cccc",
        "  | --- ^^ ---- last",
        "  | |   |",
        "  | |   mid",
        "  | first",
        "",
    ]


def test_full_puts_the_label_of_an_overlapped_place_below():
    source = Source("a.qans", "aaa bb cccc\n")
    text = full(span(source, "bb"), Label(span(source, "aaa bb cccc"), "all"), label="mid")
    assert text.split("\n")[3:] == [
        "1 | aaa bb cccc",
        "  | ----^^-----",
        "  | |   |",
        "  | |   mid",
        "  | all",
        "",
    ]


def test_full_shows_a_long_span_by_its_first_line_and_the_end_of_the_file_by_one_mark():
    start = TFIM.text.index("{")
    assert "3 | ansatz t {\n  |          ^ body\n" in full(
        Span(TFIM, start, len(TFIM.text)), label="body"
    )
    end = len(TFIM.text)
    assert full(Span(TFIM, end, end)).endswith(" --> tfim.qans:9:1\n  |\n9 |\n  | ^\n")


def test_full_heads_places_in_other_files():
    library = Source("lib.qans", "layer f() { }\n")
    assert full(span(TFIM, "Zs"), Label(span(library, "f"), "defined here"), notes=("n",)) == (
        "error[QA201]: it fails\n"
        " --> tfim.qans:5:7\n"
        "  |\n"
        "5 |   rot(Zs, beta)\n"
        "  |       ^^\n"
        "  |\n"
        " ::: lib.qans:1:7\n"
        "  |\n"
        "1 | layer f() { }\n"
        "  |       - defined here\n"
        "  |\n"
        "  = note: n\n"
    )


def test_full_aligns_the_gutter_to_the_longest_line_number():
    source = Source("a.qans", "x\n" * 9 + "y\n")
    text = full(span(source, "y"), Label(span(source, "x"), ""))
    assert "\n 1 | x\n   | -\n...\n10 | y\n   | ^\n" in text
    assert "\n  --> a.qans:10:1\n   |\n" in text


@pytest.mark.parametrize(
    ("line", "shown", "underline"),
    [
        ("\tZs", "    Zs", "    ^^"),
        ("量子 Zs", "量子 Zs", "     ^^"),
        ("e\u0301 Zs", "e\u0301 Zs", "  ^^"),
        ("a\x1b[31m Zs", "a\u241b[31m Zs", "       ^^"),
        ("\u202e\x00 Zs", "<U+202E>\u2400 Zs", " " * 10 + "^^"),
        ("\x9b Zs", "<U+009B> Zs", " " * 9 + "^^"),
    ],
)
def test_full_aligns_and_disarms_every_character(line: str, shown: str, underline: str):
    source = Source("a.qans", line)
    assert full(span(source, "Zs")).endswith(f"1 | {shown}\n  | {underline}\n")


def test_full_cuts_a_long_line_to_a_window():
    source = Source("a.qans", "x" * 500 + "Zs" + "y" * 500)
    shown, underline = full(span(source, "Zs"), width=60).split("\n")[3:5]
    assert len(shown) <= 60
    assert shown.startswith("1 | ...x")
    assert shown.endswith("y...")
    assert shown[underline.index("^") : underline.rindex("^") + 1] == "Zs"


def test_full_keeps_a_mark_for_a_place_outside_the_window():
    source = Source("a.qans", "first" + "x" * 500 + "Zs")
    text = full(span(source, "Zs"), Label(span(source, "first"), ""), width=60)
    shown, underline = text.split("\n")[3:5]
    assert shown.endswith("xZs")
    assert underline.endswith("^^")
    assert underline.startswith("  | ---")


def test_full_takes_linear_time_on_a_line_of_a_million_characters():
    source = Source("a.qans", "x" * 1_000_000)
    text = render([diagnostic(Span(source, 500_000 + k, 999_999)) for k in range(100)], "full")
    assert len(text) < 100_000


def test_colour_only_adds_escapes():
    found = [
        diagnostic(span(TFIM, "Zs"), Label(span(TFIM, "parity"), "p"), label="l", notes=("n",))
    ]
    coloured = render(found, "full", colour=True)
    assert "\x1b[1;31m^^ l\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(found, "full")


def test_concise():
    warning = diagnostic(span(TFIM, "Zs"), severity=Severity.WARNING, code="QA301", message="a\nb")
    assert render([warning], "concise") == "tfim.qans:5:7: warning[QA301] a b\n"


def test_json_has_the_keys_ruff_has():
    fix = Fix("write it so", (Edit(span(TFIM, "Zs"), "Z[0]"),), safe=False)
    found = diagnostic(
        span(TFIM, "Zs"), Label(span(TFIM, "parity"), "p"), fix=fix, help="h", notes=("n",)
    )
    assert json.loads(render([found], "json")) == [
        {
            "code": "QA201",
            "severity": "error",
            "message": "it fails",
            "filename": "tfim.qans",
            "location": {"row": 5, "column": 7},
            "end_location": {"row": 5, "column": 9},
            "label": None,
            "labels": [
                {
                    "text": "p",
                    "filename": "tfim.qans",
                    "location": {"row": 4, "column": 12},
                    "end_location": {"row": 4, "column": 18},
                }
            ],
            "notes": ["n"],
            "help": "h",
            "fix": {
                "applicability": "unsafe",
                "message": "write it so",
                "edits": [
                    {
                        "content": "Z[0]",
                        "location": {"row": 5, "column": 7},
                        "end_location": {"row": 5, "column": 9},
                    }
                ],
            },
            "url": "docs/diagnostics.md#qa201",
        }
    ]


def test_github_escapes_properties_and_message():
    source = Source("a,b:c%.qans", "x\ny\n")
    found = diagnostic(span(source, "x"), message="50 %\nof: it, \x1b", notes=("why",))
    assert render([found], "github") == (
        "::error file=a%2Cb%3Ac%25.qans,line=1,col=1,endLine=1,endColumn=2,title=qansatz QA201"
        "::50 %25%0Aof: it, \u241b%0Anote: why\n"
    )


def test_github_leaves_columns_out_where_a_span_has_several_lines():
    source = Source("a.qans", "x\ny\n")
    assert render([diagnostic(Span(source, 0, 3))], "github").startswith(
        "::error file=a.qans,line=1,endLine=2,title="
    )


def test_sarif_counts_in_utf16_and_links_rules_places_and_fixes():
    source = Source("dir/a b.qans", "x = 𝔤 Zs\n")
    fix = Fix("so", (Edit(span(source, "Zs"), "Z"),))
    found = [
        diagnostic(span(source, "Zs"), Label(span(source, "x"), "here"), fix=fix),
        diagnostic(span(source, "x"), code="QA101", severity=Severity.WARNING),
    ]
    log = json.loads(render(found, "sarif", rules={"QA201": ("Title", "Help.")}))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    assert run["columnKind"] == "utf16CodeUnits"
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["QA101", "QA201"]
    assert rules[1]["shortDescription"] == {"text": "Title"}
    assert rules[1]["help"]["text"] == "Help."
    first, second = run["results"]
    assert (first["ruleIndex"], first["level"]) == (1, "error")
    assert (second["ruleIndex"], second["level"]) == (0, "warning")
    region = {"startLine": 1, "startColumn": 8, "endLine": 1, "endColumn": 10}
    physical = first["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": "dir/a%20b.qans"}, "region": region}
    assert first["relatedLocations"][0]["message"] == {"text": "here"}
    assert first["fixes"][0]["artifactChanges"] == [
        {
            "artifactLocation": {"uri": "dir/a%20b.qans"},
            "replacements": [{"deletedRegion": region, "insertedContent": {"text": "Z"}}],
        }
    ]


def test_nothing_to_say():
    assert render([], "full") == render([], "concise") == render([], "github") == ""
    assert json.loads(render([], "json")) == []
    assert json.loads(render([], "sarif"))["runs"][0]["results"] == []


def test_an_unknown_form_is_refused():
    with pytest.raises(ValueError, match="unknown form"):
        render([], "xml")


@st.composite
def any_diagnostics(draw: st.DrawFn) -> Diagnostic:
    texts = st.text(alphabet=st.characters() | st.sampled_from("\n\t\x1b量\u0301 \r"), max_size=200)
    sources = [Source(draw(texts), draw(texts)) for _ in range(2)]

    def place() -> Span:
        source = draw(st.sampled_from(sources))
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(source.text))] * 2)))
        return Span(source, start, end)

    labels = [Label(place(), draw(texts)) for _ in range(draw(st.integers(0, 3)))]
    fix = Fix(draw(texts), (Edit(place(), draw(texts)),))
    return diagnostic(
        place(), *labels, message=draw(texts), label=draw(texts), notes=(draw(texts),), fix=fix
    )


@given(any_diagnostics(), st.sampled_from(FORMS), st.integers(0, 80))
def test_no_text_reaches_the_terminal_armed(found: Diagnostic, form: str, width: int):
    text = render([found], form, width=width)
    assert text.endswith("\n")
    lines = text.split("\n")
    assert all(line == harmless(line) for line in lines)
    if form in ("concise", "github"):
        assert len(lines) == 2
    if form in ("json", "sarif"):
        json.loads(text)


@given(st.text(max_size=60), st.data(), st.integers(24, 50))
def test_the_underline_lies_under_its_text(line: str, data: st.DataObject, width: int):
    line = harmless(line).encode("ascii", "replace").decode()
    filler = data.draw(st.integers(0, 60)) * "x"
    source = Source("a.qans", f"{filler}{line}@@{line}{filler}")
    if line.count("@") == 0:
        shown, under = full(span(source, "@@"), width=width).split("\n")[3:5]
        assert re.search("@+", shown).span() == re.search("\\^+", under).span()
