"""The quadratic form with value 1 on every generator, and what it says about their Lie algebra."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qansatz.lie import classical
from qansatz.lie.components import Part
from qansatz.pauli import gf2
from qansatz.pauli.commutation import lowest

FormKind = Literal["unitary", "orthogonal", "symplectic"]


@dataclass(frozen=True, slots=True, eq=False)
class QuadraticForm:
    """The span of the generators and, where it exists, the form with value 1 on each of them.

    ``span`` holds marked vectors: a vector above the bit that the form adds to the parity of Ys,
    which is 1 + parity for a generator.
    """

    span: gf2.Span
    exists: bool

    def __contains__(self, marked: int) -> bool:
        """Whether a string (a marked vector) that anticommutes with this component alone lies in it."""
        return self.span.reduce(marked, 1) <= (0 if self.exists else 1)


def by_form(part: Part, n_qubits: int) -> tuple[FormKind, classical.Ideal]:
    """The algebra of a component without free fermions, from its quadratic form."""
    if len(part.basis) == 2 * n_qubits and not part.exists:
        return "unitary", classical.canonical("su", 1 << n_qubits)
    at = dict(zip(part.rows, part.relations, strict=True))
    n_pairs, radical_values, arf = _normal_form([at[row] for row in part.basis])
    r = len(radical_values)
    if not part.exists:
        return "unitary", classical.canonical("su", 1 << n_pairs, 1 << r)
    if any(radical_values):
        return "unitary", classical.canonical("su", 1 << n_pairs, 1 << (r - 1))
    if arf:
        return "symplectic", classical.canonical("sp", 1 << (n_pairs - 1), 1 << r)
    return "orthogonal", classical.canonical("so", 1 << n_pairs, 1 << r)


def _normal_form(gram: list[int]) -> tuple[int, list[int], int]:
    """The number of hyperbolic pairs, the form on a basis of the radical, and the Arf invariant.

    ``gram`` holds the rows of an alternating matrix; the form is 1 on every basis vector.
    """
    gram, value = list(gram), [1] * len(gram)
    radical_values: list[int] = []
    n_pairs = arf = 0
    done = [False] * len(gram)
    for p in range(len(gram)):
        if done[p]:
            continue
        row = gram[p]
        if not row:
            radical_values.append(value[p])
            continue
        q = lowest(row)
        partner = gram[q]
        done[q] = True
        n_pairs += 1
        arf ^= value[p] & value[q]
        for k in gf2.bits(row & partner):
            value[k] ^= 1
        for k in gf2.bits(row ^ 1 << q):
            gram[k] ^= partner
            value[k] ^= value[q]
        for k in gf2.bits(partner ^ 1 << p):
            gram[k] ^= row
            value[k] ^= value[p]
    return n_pairs, radical_values, arf
