"""Mistakes in what is asked of runs and prices (QA420 to QA439)."""

from __future__ import annotations

from qansatz.diagnostics import Fault


class PriceTooHigh(Fault):
    """`qansatz cost --max-hqc` refuses a price above the one given, and says what would fit: fewer shots, another way
    to measure the gradient, or another stage. `--of` chooses what is priced: an evaluation, a gradient, an epoch or
    the whole run.

    This file is fine, and ``qansatz cost --max-hqc 5`` on it is not:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], t); observable z = Z[0] }
    ```

    ``qansatz cost --max-hqc 20`` is:

    ```qans
    qans 1
    ansatz one() { qubits q[1]; param t; rot(X[0], t); observable z = Z[0] }
    ```
    """

    code = "QA420"
    title = "price above the limit"
    message = "{what} costs {price} HQC, and at most {limit} are allowed"
    label = "{shots} shots a circuit on {target}"
    note = "{formula}"
    help = "{cure}"
