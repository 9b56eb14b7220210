"""Every gate of the language is the matrix that its definition gives, and the reference names it."""

from __future__ import annotations

import re
from functools import reduce
from pathlib import Path

import numpy as np
import pytest

from qansatz.model import gates
from qansatz.pauli.strings import anticommute, to_word
from tests.oracles.dense import rotation_matrix, word_matrix
from tests.oracles.interpreter import library_gate

REFERENCE = (Path(__file__).parents[2] / "docs" / "language.md").read_text("utf-8")


@pytest.mark.parametrize("name", gates.LIBRARY)
def test_a_library_gate_is_what_its_generator_generates(name: str):
    n, angle = gates.n_qubits_of(name), 0.7
    terms = gates.generator(name, tuple(range(n)))
    assert not any(anticommute(p, q) for _, p in terms for _, q in terms)
    turned = [rotation_matrix(word_matrix(to_word(p, n)), float(c) * angle) for c, p in terms]
    np.testing.assert_allclose(reduce(np.matmul, turned), library_gate(name, angle), atol=1e-12)


def test_the_reference_names_every_gate():
    table = REFERENCE.partition("## Gates")[2].partition("A gate takes")[0]
    assert set(re.findall(r"\b[a-z]+\b", table)) >= gates.NAMES - {"rot"}
