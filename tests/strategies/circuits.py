"""Random circuits as written: rotations by affine angles, fixed gates and a ket."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from qansatz.model.angles import Affine
from qansatz.model.reals import pi_linear
from tests.models.operations import Written

SCALARS = st.sampled_from(
    [1, -1, 2, Fraction(1, 2), Fraction(-3, 4), 0.3, pi_linear(Fraction(0), Fraction(1, 2))]
)
CONSTANTS = st.one_of(
    st.just(0),
    st.sampled_from([pi_linear(Fraction(0), Fraction(k, 2)) for k in range(-3, 5)]),
    st.sampled_from([pi_linear(Fraction(0), Fraction(1, 3)), Fraction(1, 3), 0.7]),
)
GATES_1 = ("h", "s", "sdg", "x", "y", "z")
GATES_2 = ("cx", "cz", "swap")


@st.composite
def angles(draw, n_slots: int) -> Affine:
    chosen = draw(st.lists(st.integers(0, n_slots - 1), unique=True, max_size=2))
    terms = tuple((k, draw(SCALARS)) for k in sorted(chosen))
    return Affine(terms, draw(CONSTANTS))


@st.composite
def written(draw, max_qubits: int = 4, max_operations: int = 10, n_slots: int = 3) -> Written:
    n = draw(st.integers(1, max_qubits))
    operations = []
    for _ in range(draw(st.integers(0, max_operations))):
        if draw(st.booleans()):
            word = draw(st.text("IXYZ", min_size=n, max_size=n))
            operations.append(("rot", word, draw(angles(n_slots))))
        else:
            name = draw(st.sampled_from(GATES_1 + GATES_2 if n > 1 else GATES_1))
            qubits = draw(st.permutations(range(n)))[: 2 if name in GATES_2 else 1]
            operations.append(("gate", name, tuple(qubits)))
    ket = draw(st.text("01+-rl", min_size=n, max_size=n))
    return Written(n, n_slots, tuple(operations), ket)
