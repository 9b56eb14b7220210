"""The price of circuits in HQC, Quantinuum's unit: the formula, its constants and its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fractions import Fraction
    from typing import TypeVar

    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Count = TypeVar("Count", int, float, Floats)
    Number = TypeVar("Number", float, Fraction, Floats)

#: HQC of one circuit before its shots, and the weighted operations whose execution once is one HQC.
HQC_PER_CIRCUIT: Final = 5
OPERATIONS_PER_HQC: Final = 5000
#: How much more than a one-qubit gate counts a two-qubit gate, and a measurement.
TWO_QUBIT_WEIGHT: Final = 10
MEASUREMENT_WEIGHT: Final = 5

HQC_FORMULA: Final = (
    f"HQC = {HQC_PER_CIRCUIT} + C·(N_1q + {TWO_QUBIT_WEIGHT}·N_2q + {MEASUREMENT_WEIGHT}·N_m)"
    f"/{OPERATIONS_PER_HQC} for a circuit of C shots"
)


def weighted_operations(one_qubit: Count, two_qubit: Count, measurements: Count) -> Count:
    """N_1q + 10·N_2q + 5·N_m: what one shot of a circuit counts; entry by entry for arrays."""
    return one_qubit + TWO_QUBIT_WEIGHT * two_qubit + MEASUREMENT_WEIGHT * measurements


def hqc_of_operations(executed: Number) -> Number:
    """The HQC of weighted operations, each executed once: exact for a ``Fraction``."""
    return executed / OPERATIONS_PER_HQC


def hqc_price(n_circuits: int, shots_hqc: Number) -> Number:
    """The HQC of circuits whose shots take ``shots_hqc`` together."""
    return HQC_PER_CIRCUIT * n_circuits + shots_hqc
