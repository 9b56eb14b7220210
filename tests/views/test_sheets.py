"""One sheet as text, HTML, Markdown and LaTeX."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from hypothesis import given
from hypothesis import strategies as st

from qansatz.sheets import INCOMPLETE, Fact, Remark, Sheet, Table, assumed, html
from qansatz.views.html import html as as_html
from qansatz.views.latex import latex
from qansatz.views.markdown import markdown
from qansatz.views.text import text

SHEET = Sheet(
    title="Counts & more",
    facts=(
        Fact("gates", "12", "of the <largest> circuit", unit="pulses", key="cost.gates"),
        Fact("value", "0.5", "of a|b", interval="0.4 to 0.6", certainty="sampled"),
        Fact("name", "not known", "too large", certainty="unknown"),
    ),
    tables=(
        Table(
            head=("way", "n", "mean", "done"),
            rows=(("x_1", 3, 0.125, True), ("y", None, None, False)),
            more="2 more",
        ),
    ),
    remarks=(Remark("", "fewest: x_1"), *assumed(["50 % of all"]), Remark(INCOMPLETE, "a limit")),
)


def test_text_aligns_facts_and_leaves_what_is_incomplete_to_the_console():
    assert text(SHEET, heading="a(n = 2)") == (
        "a(n = 2)\n"
        "\n"
        "  gates  12 pulses              exact    of the <largest> circuit\n"
        "  value        0.5  0.4 to 0.6  sampled  of a|b\n"
        "  name   not known              unknown  too large\n"
        "\n"
        "  way  n  mean  done\n"
        "  x_1  3  0.12   yes\n"
        "  y    -     -    no\n"
        "  ... and 2 more\n"
        "\n"
        "  fewest: x_1\n"
        "  assumed: 50 % of all\n"
    )
    assert SHEET.incomplete == ("a limit",)


def test_sheets_share_their_columns_and_certainty_is_told_only_where_it_differs():
    one = Sheet(title="", facts=(Fact("a", "1", "first"),))
    two = Sheet(title="", facts=(Fact("longer", "100", "second"),))
    assert text(one, two) == "  a         1  first\n\n  longer  100  second\n"


def test_explanations_that_begin_far_to_the_right_stand_below():
    facts = (Fact("a" * 60, "12345", "first"), Fact("b", "2"))
    assert text(Sheet(title="", facts=facts)) == (
        f"  {'a' * 60}  12345\n  b{' ' * 59}      2\n\n  {'a' * 60}: first\n"
    )


def test_html_is_escaped_and_tells_everything():
    page = as_html(SHEET)
    root = ElementTree.fromstring(f"<div>{page}</div>")
    assert html(SHEET) == page
    assert root.findtext("h4") == "Counts & more"
    cells = [[cell.text for cell in row] for row in root.iter("tr")]
    assert cells[0] == ["gates", "12 pulses", None, "exact", "of the <largest> circuit"]
    assert cells[3:5] == [["way", "n", "mean", "done"], ["x_1", "3", "0.12", "yes"]]
    assert [p.text for p in root.iter("p")][-1] == "incomplete: a limit"


def test_markdown_escapes_what_would_end_a_cell():
    lines = markdown(SHEET).splitlines()
    assert lines[0] == r"## Counts \& more"
    assert r"| value | 0.5 | 0.4 to 0.6 | sampled | of a\|b |" in lines
    assert r"| x\_1 | 3 | 0.12 | yes |" in lines
    assert r"- assumed: 50 % of all" in lines


def test_latex_escapes_and_closes_what_it_opens():
    page = latex(SHEET)
    assert r"x\_1 & 3 & 0.12 & yes \\" in page
    assert r"assumed: 50 \% of all" in page
    assert page.count(r"\begin{") == page.count(r"\end{") == 3


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_no_text_breaks_a_page(words: str):
    sheet = Sheet(
        title=words,
        facts=(Fact(words, words, words, interval=words),),
        tables=(Table(head=(words,), rows=((words,),), title=words, more=words),),
        remarks=(Remark(words, words),),
    )
    ElementTree.fromstring(f"<div>{as_html(sheet)}</div>")
    assert str(sheet).count("\n") >= 2
    for line in markdown(sheet).splitlines():
        if line.startswith("| "):
            assert line.replace(r"\\", "").replace(r"\|", "").count("|") in (2, 5, 6)
    assert text(sheet)
    assert latex(sheet)
