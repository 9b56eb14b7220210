"""Shot for shot: a quick version of benchmarks/gradient_error.py at fixed seeds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import gradient_error as study
from qansatz.analysis.gradient.schedule import schedule
from qansatz.cost.comparison import baseline_circuits, compare
from qansatz.execute.backends.backend import backend
from qansatz.model.program import Term
from qansatz.pauli.strings import from_word

REPETITIONS = 100


@pytest.mark.parametrize("case", study.CASES)
def test_measured_factors_agree_with_the_exact_variances(case):
    run = backend("statevector", seed=2)
    found = study.study(study.CASES[case](), run, 3_840, REPETITIONS, 2)
    shift = found["parameter shift"]
    for method in ("schedule", "lie-algebraic"):
        random = np.random.default_rng(3)
        low, high = study.interval(shift, found[method], random, 0.9999)
        predicted = shift.predicted / found[method].predicted
        assert low < predicted < high
        assert low > 1 or (method == "schedule" and "SLPA" not in case)
    for errors in found.values():
        assert 0.8 < errors.reported < 1.4


def test_the_published_accounting_counts_circuits():
    found = study.published()
    compared = compare(found)
    shift = compared.method("parameter-shift").n_circuits
    n_blocks = study.block_count(found)
    assert compared.method("schedule").n_circuits == found.n_circuits == 23
    # Shots of an epoch as published (arXiv:2406.18316, learning a symmetric function).
    assert (study.epoch_shots(shift), study.epoch_shots(n_blocks)) == (9_650_000, 1_250_000)
    assert round(study.epoch_shots(shift) / study.epoch_shots(n_blocks), 2) == 7.72
    assert study.epoch_shots(found.n_circuits) == 1_200_000


def test_one_qubit_observable_separates_hermitian_parts_in_the_published_count():
    model = study.published().model
    terms = (Term(1, from_word("XIII")),)
    one = replace(model.observables[0], terms=terms, pulled_back=terms)
    found = schedule(replace(model, observables=(one,)))
    assert (found.n_circuits, baseline_circuits(found)["commuting_block"]) == (23, 45)
