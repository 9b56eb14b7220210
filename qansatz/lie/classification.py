"""The Lie algebra that Pauli strings generate, from linear algebra over F₂: nothing is enumerated.

The real span of all nested commutators of i·strings has a basis of strings; which ones, the
anticommutation graph of the generators decides (Aguilar et al., arXiv:2408.00081; free fermions:
Chapman and Flammia, arXiv:2003.05465; the other cases: Brown and Humphries 1986).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from qansatz.lie import classical
from qansatz.lie.components import Part, connected, relate
from qansatz.lie.free_fermions import FreeFermions, free_fermions
from qansatz.lie.quadratic_forms import QuadraticForm, by_form
from qansatz.pauli import gf2
from qansatz.pauli.commutation import commutation, marked_vectors, pauli_of, total_of, vectors
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable

Kind = Literal["central", "free-fermion", "unitary", "orthogonal", "symplectic"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Component:
    """One connected component of the anticommutation graph: ``copies`` of a simple algebra, or one u(1).

    ``generators`` and ``basis`` are rows of the table; the vectors of ``basis`` span those of all
    generators. ``family`` and ``parameter`` are canonical (so(6) is su(4)); ``kind`` is not.
    """

    kind: Kind
    family: classical.Family
    parameter: int
    copies: int
    dimension: int
    generators: tuple[int, ...]
    basis: tuple[int, ...]
    members: FreeFermions | QuadraticForm | None = field(repr=False)

    @property
    def n_generators(self) -> int:
        """The number of distinct generators."""
        return len(self.generators)

    @property
    def ideal(self) -> classical.Ideal:
        """The name, family, parameter and copies."""
        return classical.Ideal(self.family, self.parameter, self.copies)


@dataclass(frozen=True, eq=False, kw_only=True)
class Algebra:
    """The Lie algebra of the strings, the direct sum of ``components``, largest first."""

    strings: PauliTable = field(repr=False)
    components: tuple[Component, ...]

    @property
    def n_qubits(self) -> int:
        """The number of qubits."""
        return self.strings.n_qubits

    @property
    def exact(self) -> bool:
        """True: every number here is decided."""
        return True

    @cached_property
    def dimension(self) -> int:
        """The real dimension: the number of strings in the algebra."""
        return sum(component.dimension for component in self.components)

    @cached_property
    def name(self) -> str:
        """The canonical name, such as ``4*su(4) + 2*u(1)``; ``0`` where there is no generator."""
        return classical.name(component.ideal for component in self.components)

    @cached_property
    def _component_of_row(self) -> npt.NDArray[np.int64]:
        owner = np.full(len(self.strings), -1, dtype=np.int64)
        for k, component in enumerate(self.components):
            owner[list(component.generators)] = k
        return owner

    @cached_property
    def _central(self) -> frozenset[Pauli]:
        return frozenset(centre(self).paulis())


def classify(strings: PauliTable) -> Algebra:
    """The Lie algebra that i·strings generate; identities and repeated rows count once or not at all.

    Polynomial time: elimination over F₂ in at most 2n columns, once over all rows and once for each
    component. Exact for every input.
    """
    marked = marked_vectors(strings)
    first = {vector: row for row, vector in reversed([*enumerate(marked)]) if vector > 1}
    rows = sorted(first.values())
    whole = relate(strings, marked, rows)
    components = [_component(strings, marked, part) for part in connected(strings, marked, whole)]
    components.sort(
        key=lambda c: (-classical.dimension(c.family, c.parameter), -c.copies, c.generators[0])
    )
    return Algebra(strings=strings, components=tuple(components))


def contains(algebra: Algebra, pauli: Pauli) -> bool:
    """Whether i·string lies in the algebra: one reduction over F₂. Signs and phases do not matter."""
    hit = algebra._component_of_row[algebra.strings.anticommute_with(pauli)]
    touched = np.unique(hit[hit >= 0])
    if not len(touched):
        return Pauli(pauli.x, pauli.z) in algebra._central
    members = algebra.components[int(touched[0])].members
    if len(touched) > 1 or members is None:
        return False
    return marked_vectors(PauliTable.from_paulis([pauli], algebra.n_qubits))[0] in members


def centre(algebra: Algebra) -> PauliTable:
    """The strings that span the centre of the algebra: the generators of its u(1) components."""
    rows = [c.generators[0] for c in algebra.components if c.kind == "central"]
    return algebra.strings.take(sorted(rows))


def radical(algebra: Algebra, component: Component) -> list[Pauli]:
    """Independent products of a component's generators that commute with all of them.

    They are what tells its copies apart; they need not lie in the algebra.
    """
    strings = algebra.strings.take(list(component.basis))
    span, rows = gf2.Echelon(), vectors(strings)
    return [
        pauli_of(total_of(rows[k] for k in gf2.bits(relation)), strings)
        for row in commutation(strings, strings)
        if (relation := span.insert(row)) is not None
    ]


def _component(strings: PauliTable, marked: Sequence[int], part: Part) -> Component:
    members: FreeFermions | QuadraticForm | None
    if len(part.rows) == 1:
        kind, ideal, members = _central()
    else:
        fermions = free_fermions(strings, marked, part)
        if fermions is not None:
            kind, members = "free-fermion", fermions
            ideal = classical.canonical("so", len(fermions.potentials), 1 << fermions.voltages.rank)
        else:
            kind, ideal = by_form(part, strings.n_qubits)
            members = QuadraticForm(part.span, part.exists)
    return Component(
        kind=kind,
        family=ideal.family,
        parameter=ideal.parameter,
        copies=ideal.copies,
        dimension=ideal.dimension,
        generators=tuple(part.rows),
        basis=tuple(part.basis),
        members=members,
    )


def _central() -> tuple[Kind, classical.Ideal, None]:
    return "central", classical.Ideal("u", 1), None
