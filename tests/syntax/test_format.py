"""The formatter: its own fixed point, same nodes, same comments."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings

from qansatz.diagnostics import FaultLog
from qansatz.source import Source
from qansatz.syntax import nodes
from qansatz.syntax.format import check_same_meaning, format_file
from qansatz.syntax.parser import parse
from tests.strategies.files import Written, files


def read(text: str) -> tuple[nodes.File, Source]:
    source, log = Source("test.qans", text), FaultLog()
    file = parse(source, log)
    assert not log.diagnostics(), (log.diagnostics()[0].message, text)
    return file, source


def formatted(text: str) -> str:
    return format_file(*read(text))


@settings(max_examples=150, deadline=None)
@given(files())
def test_random_files_keep_their_meaning(written: Written):
    before, source = read(written.text)
    assert before.items == written.items
    text = format_file(before, source)
    after, again = read(text)
    assert after.items == written.items
    assert Counter(c.text for c in after.comments) == Counter(written.comments)
    assert check_same_meaning(before, after)
    assert format_file(after, again) == text


def expression(text: str) -> str:
    return formatted(f"qans 1\nlet a = {text}\n").removeprefix("qans 1\nlet a = ").rstrip("\n")


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("-a^2", "-a ^ 2"),
        ("(-a)^2", "(-a) ^ 2"),
        ("-(a^2)", "-a ^ 2"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "(a - b) - c"),
        ("a/(b*c)", "a / (b * c)"),
        ("a*(b)*((c))", "a * b * c"),
        ("(a*b)+c", "a * b + c"),
        ("2^(3^4)", "2 ^ 3 ^ 4"),
        ("(2^3)^4", "(2 ^ 3) ^ 4"),
        ("2^(-a)", "2 ^ -a"),
        ("- -a", "--a"),
        ("a*(-b)", "a * -b"),
        ("(a+b)*c", "(a + b) * c"),
        ("not(a)and b", "not a and b"),
        ("not(a and b)", "not (a and b)"),
        ("not(not a)", "not not a"),
        ("(not a)==b", "(not a) == b"),
        ("not(a==b)", "not a == b"),
        ("(a<b)<c", "(a < b) < c"),
        ("a<b<=c", "a < b <= c"),
        ("(a or b)or c", "(a or b) or c"),
        ("(a and b)or c", "a and b or c"),
        ("a and(b or c)", "a and (b or c)"),
        ("0..<n", "0..<n"),
        ("(0)..=(n-1)", "0 ..= n - 1"),
        ("(0..<n)..<m", "(0..<n)..<m"),
        ("f(i->i+1,(j->j))", "f(i -> i + 1, j -> j)"),
        ("(i->i)+1", "(i -> i) + 1"),
        ("f( k=1,x for(i,j)in y if i<j )", "f(k = 1, x for (i, j) in y if i < j)"),
        ("[x for x in y]", "[x for x in y]"),
        ("(f)(x)[0,:].b", "f(x)[0, :].b"),
        ("(a+b).c", "(a + b).c"),
        ("(a^b)(c)", "(a ^ b)(c)"),
        ("<a,(b<c),>", "<a, (b < c)>"),
        ("|(a)|+| |b| |", "|a| + ||b||"),
        ("|(a<b)|", "|(a < b)|"),
        ("(a,)", "(a,)"),
        ("((a),(b,),)", "(a, (b,))"),
        ("[]", "[]"),
        ("<>", "<>"),
        ("f()", "f()"),
        ("a>b>c", "a > b > c"),
    ],
)
def test_operators_are_spaced_and_parentheses_are_few(written: str, canonical: str):
    assert expression(written) == canonical


def test_the_whole_layout():
    before = """\
# about the file
qans 1 # the version
## Documentation.
ansatz tfim(n: int = 8,  layers:int=4) where n>=3 { qubits q[n]; let XX=sum(X[i] for i in 0..<n)


  symmetry parity = prod(X[i] for i in 0..<n) # first
  param beta[layers] in [0,2*pi]~uniform(0,1)=0.5 # second
  init |+>
  repeat l in 0..<layers {

    # above
    rot(XX,
       # inside
       beta[l] + # deeper
       1)

  } # after
  for i in q {
    h(i)
  }
  encode { for i in q { rx(i, x[i]) } }
  for (a, b) in q { block { cz(a, b) } }
  if n == 3 { h(q) }
  # or
  else if n == 4 { x(q) } else { }
  # last
}
layer empty ( ) { }
let a = 1
let b = 2
"""
    assert (
        formatted(before)
        == """\
qans 1  # the version

# about the file

## Documentation.
ansatz tfim(n: int = 8, layers: int = 4) where n >= 3 {
  qubits q[n]
  let XX = sum(X[i] for i in 0..<n)

  symmetry parity = prod(X[i] for i in 0..<n)              # first
  param beta[layers] in [0, 2 * pi] ~ uniform(0, 1) = 0.5  # second
  init |+>
  repeat l in 0..<layers {
    # above
    # deeper
    rot(
      XX,
      # inside
      beta[l] + 1,
    )
  }  # after
  for i in q { h(i) }
  encode { for i in q { rx(i, x[i]) } }
  for (a, b) in q {
    block { cz(a, b) }
  }
  if n == 3 {
    h(q)
  } else if n == 4 {
    # or
    x(q)
  } else {}
  # last
}

layer empty() {}

let a = 1
let b = 2
"""
    )


def test_long_lines_are_broken():
    word = 'p"' + "X" * 40 + '"'
    before = f"""\
qans 1
let a = [{word}, {word}, {word}]
let b = 0.5 * {word} + 0.25 * {word} - {word}
let c = sum(f({word}) * {word} for (i, j) in G.edges if i < j)
ansatz f(n: int = 8, layers: int = 4, strength: real = 0.5,
         other: real = 0.25, more: int = 12345678) {{
  for i in [{word}, {word}, {word}] {{ h(q) }}
}}
"""
    assert (
        formatted(before)
        == f"""\
qans 1
let a = [
  {word},
  {word},
  {word},
]
let b = 0.5 * {word} +
    0.25 * {word} -
    {word}
let c = sum(
  f({word}) * {word}
  for (i, j) in G.edges
  if i < j
)

ansatz f(
  n: int = 8,
  layers: int = 4,
  strength: real = 0.5,
  other: real = 0.25,
  more: int = 12345678,
) {{
  for i in [
    {word},
    {word},
    {word},
  ] {{
    h(q)
  }}
}}
"""
    )


def test_comments_that_move_do_not_become_documentation():
    before = "qans 1\n## Shown.\nansatz f() where n ## not shown\n { }\n"
    file, source = read(before)
    text = format_file(file, source)
    assert text == "qans 1\n\n## not shown\n\n## Shown.\nansatz f() where n {}\n"
    after, _ = read(text)
    assert check_same_meaning(file, after)


def test_a_comment_above_the_version_line_stays_above_the_rest():
    assert formatted("## a\nqans 1\nlayer f() {}\n") == "qans 1\n\n## a\n\nlayer f() {}\n"


def test_the_same_meaning_is_noticed_lost():
    file, _ = read("qans 1\nlet a = 1 # one\n")
    assert not check_same_meaning(file, read("qans 1\nlet a = 2 # one\n")[0])
    assert not check_same_meaning(file, read("qans 1\nlet a = 1\n")[0])
    layer = read("qans 1\n## doc\nlayer f() {}\n")[0]
    assert not check_same_meaning(layer, read("qans 1\n## doc\n\nlayer f() {}\n")[0])


def test_an_empty_file():
    assert formatted("qans 1") == "qans 1\n"
    assert formatted("qans 1\n\n\n# only this\n\n") == "qans 1\n\n# only this\n"
