"""Pictures of models: small ones read by hand, large ones announced, odd ones harmless."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from qansatz.driver import compile_source
from qansatz.model.program import Model
from qansatz.source import Source
from qansatz.views.pictures.svg import draw_svg
from qansatz.views.pictures.text import draw_text, text_width
from tests.strategies.programs import Program, programs

TFIM = """\
qans 1
ansatz tfim(n: int = 4, layers: int = 24) {
  qubits q[n]
  param gamma[layers]
  param beta[layers]
  init |+>
  repeat l in 0..<layers {
    rot(sum(Z[i] * Z[(i + 1) % n] for i in 0..<n), gamma[l])
    rot(sum(X[i] for i in 0..<n) / 2, beta[l])
  }
}
"""
GATES = """\
qans 1
layer mix(r, b) { for i in r { rx(i, b) } }
ansatz gates() {
  qubits q[3]
  param a
  param b[2, 2]
  input x[3]
  encode { ry(q, x) }
  h(0); sdg(1); cx(0, 2); cz(0, 1); swap(1, 2)
  rot(X[0] * Y[2], -2 * a + pi / 2)
  block { rot(Z[0], b[1, 0]); rot(-Z[1], sin(a)) }
  mix(q, 0.123456789)
}
"""


def model_of(text: str, **sizes: int) -> Model:
    model = compile_source(Source("test.qans", text), settings=sizes).written
    assert model is not None
    return model


def lines_of(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def test_a_layered_circuit():
    assert lines_of(draw_text(model_of(TFIM))) == [
        "           ╔═ repeat l in 0..<layers  ×24 ══╗",
        "q[0] |+⟩ ──╫───┤Z├───────────┤Z├─────┤X├────╫──",
        "           ║    │             │    β[0]/2   ║",
        "q[1] |+⟩ ──╫───┤Z├────┤Z├─────┼──────┤X├────╫──",
        "           ║  γ[0]     │      │    β[0]/2   ║",
        "q[2] |+⟩ ──╫───┤Z├────┤Z├─────┼──────┤X├────╫──",
        "           ║    │    γ[0]     │    β[0]/2   ║",
        "q[3] |+⟩ ──╫───┤Z├───────────┤Z├─────┤X├────╫──",
        "           ║  γ[0]          γ[0]   β[0]/2   ║",
        "           ╚════════════════════════════════╝",
        "",
        "each `repeat` shows its first iteration",
    ]


def test_gates_groups_and_strings_as_written():
    assert lines_of(draw_text(model_of(GATES), width=120)) == [
        "           ┌┄ encode ┐                                 ╭─ block ────╮  ┌─ mix ─────┐",
        "q[0] |0⟩ ──┼───┤Y├───┼───[H]───●────●───────────┤X├────┼─────┤Z├────┼──┼────┤X├────┼──",
        "           ┊  x[0]   ┊         │    │            │     │   b[1,0]   │  │  0.1235   │",
        "q[1] |0⟩ ──┼───┤Y├───┼──[S†]───┼────●────×───────┼─────┼─────┤Z├────┼──┼────┤X├────┼──",
        "           ┊  x[1]   ┊         │         │       │     │   −sin(a)  │  │  0.1235   │",
        "q[2] |0⟩ ──┼───┤Y├───┼─────────⊕─────────×──────┤Y├────┼────────────┼──┼────┤X├────┼──",
        "           ┊  x[2]   ┊                        −2a+π/2  │            │  │  0.1235   │",
        "           └┄┄┄┄┄┄┄┄┄┘                                 ╰────────────╯  └───────────┘",
    ]


def test_ascii():
    text = draw_text(model_of(GATES), width=60, ascii=True)
    assert text.isascii()
    assert lines_of(text) == [
        "           +- encode +",
        "q[0] |0> --+---[Y]---+---(H)----*----*------------[X]----~",
        "           :  x[0]   :          |    |             |",
        "q[1] |0> --+---[Y]---+--(Sdg)---+----*----x--------+-----~",
        "           :  x[1]   :          |         |        |",
        "q[2] |0> --+---[Y]---+----------+---------x-------[Y]----~",
        "           :  x[2]   :                         -2*a+pi/2",
        "           +---------+",
        "",
        "           +- block ----+  +- mix -----+",
        "q[0] |0> ~-+-----[Z]----+--+----[X]----+--",
        "           |   b[1,0]   |  |  0.1235   |",
        "q[1] |0> ~-+-----[Z]----+--+----[X]----+--",
        "           |   -sin(a)  |  |  0.1235   |",
        "q[2] |0> ~-+------------+--+----[X]----+--",
        "           |            |  |  0.1235   |",
        "           +------------+  +-----------+",
    ]


def test_long_circuits_wrap_and_say_so():
    text = draw_text(model_of(TFIM, n=8), width=42)
    banks = text.split("\n\n")
    assert len(banks) == 3
    assert max(map(text_width, text.splitlines())) <= 42
    assert "⋯" in banks[0].splitlines()[1]
    assert banks[1].splitlines()[1].startswith("q[0] |+⟩ ⋯")
    assert "══ repeat… ╗" in banks[1]


def test_colours_change_nothing_but_colours():
    model = model_of(GATES)
    coloured = draw_text(model, colour=True)
    assert "\x1b[31m┤X├" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == draw_text(model)


def test_many_qubits_are_left_out_and_announced():
    text = draw_text(model_of(TFIM, n=100), width=100)
    assert sum(line.startswith("q[") for line in text.split("\n\n")[0].splitlines()) == 40
    assert "60 more" in text
    assert "not drawn: 60 qubits in the middle" in text
    # 59 bonds and 60 fields lie wholly inside qubits 20 to 79.
    assert "not drawn: 119 rotations or gates that act on those qubits only" in text


def test_many_rotations_are_left_out_and_announced():
    many = "qans 1\nansatz f() { qubits q[2]\n param t\n for k in 0..<900 { rx(0, t); h(1) } }\n"
    text = draw_text(model_of(many))
    assert "836 more iterations of `for k in 0..<900`" in text
    outer = "for a in 0..<10 { for k in 0..<50 { rx(0, t); block { rz(1, t) } } }"
    text = draw_text(model_of(f"qans 1\nansatz f() {{ qubits q[2]\n param t\n {outer} }}\n"))
    assert "700 rotations and gates left out" in text
    assert text.count("┤X├") + text.count("┤Z├") == 300
    assert "700 rotations and gates left out" in draw_svg(
        model_of(f"qans 1\nansatz f() {{ qubits q[2]\n param t\n {outer} }}\n")
    )


def test_stabilizer_states_and_global_phases_are_told():
    text = 'qans 1\nansatz f() { qubits q[2]\n init <-X[0] * X[1], Z[0] * Z[1]>\n rot(p"II", 0.1)\n h(q) }\n'
    drawn = draw_text(model_of(text))
    assert "initial state: stabilized by -X[0]*X[1], Z[0]*Z[1]" in drawn
    assert "1 rotation about the identity" in drawn


def parts_of(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def test_svg_is_self_contained_and_told_in_words():
    svg = draw_svg(model_of(GATES))
    root = parts_of(svg)
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"@import|url\(|<script|<image|href", svg)
    titles = [element.text for element in root.iter() if element.tag.endswith("title")]
    assert titles[0] == "Circuit of the ansatz gates"
    assert "exp(-i/2 * angle * X[0]*Y[2]), angle = -2*a+pi/2" in titles
    assert "cx on 0 2" in titles
    assert {"encode", "block", "mix"} <= set(titles)
    assert "prefers-color-scheme: dark" in svg


def test_svg_loops_have_braces_with_their_count():
    svg = draw_svg(model_of(TFIM))
    assert 'class="brace"' in svg
    assert ">×24</text>" in svg
    assert "repeat l in 0..&lt;layers, 24 times" in svg


@settings(max_examples=60, deadline=None)
@given(programs())
def test_every_program_has_a_picture(program: Program):
    model = model_of(program.text)
    text = draw_text(model, width=80)
    assert text.endswith("\n")
    assert draw_text(model, width=80, ascii=True).isascii()
    parts_of(draw_svg(model))


@pytest.mark.parametrize("width", [1, 10, 40, 1000])
def test_any_width_is_possible(width: int):
    assert draw_text(model_of(GATES), width=width).count("S†") >= 1
    parts_of(draw_svg(model_of(GATES), width=width))
