"""Circuits as text: who acts with whom, and in which order, can be read off."""

from __future__ import annotations

from qansatz.tools.drawing import diagram


def test_elements_stand_as_far_left_as_they_can():
    elements = [{0: "Z(a)", 2: "Z"}, {1: "X"}, {0: "X"}, {2: "X"}]
    assert diagram(elements, ["q[0]", "q[1]", "q[2]"], 80) == (
        "q[0] ─╭Z(a)──X─\nq[1] ─│──────X─\nq[2] ─╰Z─────X─\n"
    )


def test_separate_elements_of_one_column_are_not_joined():
    elements = [{0: "Z", 1: "Z"}, {2: "X"}, {3: "Y", 4: "X", 5: "Y"}]
    assert diagram(elements, list("abcdef"), 80) == (
        "a ─╭Z─\nb ─╰Z─\nc ──X─\nd ─╭Y─\ne ─├X─\nf ─╰Y─\n"
    )


def test_a_wide_circuit_goes_on_in_further_banks():
    text = diagram([{0: "X"}] * 5, ["q"], 10)
    assert text == "q ──X──X─\n\nq ──X──X─\n\nq ──X─\n"


def test_an_empty_circuit_has_its_lines():
    assert diagram([{}], ["a", "bb"], 80) == "a  ─\nbb ─\n"
