"""The table of methods: one spelling, one record each, read wherever a method is named."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from qansatz.analysis.gradient.methods import METHODS, RUN, RunName, method_to_run


def test_names_are_words_with_hyphens_and_occur_once():
    names = [method.name for method in METHODS]
    assert len({*names}) == len(names)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)
    labels = [method.label for method in METHODS]
    assert len({*labels}) == len(labels)


def test_methods_that_run_are_those_of_the_literal():
    assert {*RUN} == {*get_args(RunName)}
    for method in METHODS:
        assert method.run_as is None or method.run_as in RUN
        assert (method.run_as is None) == (method.prepares is None)
        assert method.runs_circuits == (method.prepares == "circuits")


def test_a_method_is_found_by_its_name():
    assert [method_to_run(name).name for name in RUN] == [*RUN]
    with pytest.raises(ValueError, match="there are schedule, parameter-shift, lie-algebraic, adj"):
        method_to_run("parameter_shift")
