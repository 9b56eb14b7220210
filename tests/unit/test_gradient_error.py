"""Shot for shot: a quick version of benchmarks/gradient_error.py at fixed seeds."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import gradient_error as study
from qansatz.execute.backends import backend

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
    assert found.n_circuits == 23
    assert 2 * found.n_active_rotations == 192
    assert round((192 + 1) / (24 + 1), 2) == 7.72
