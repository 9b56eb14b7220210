"""Derivatives that are equal at every point because a permutation of the qubits maps the circuit to itself.

Let π map the initial state, the observable and the circuit to themselves: rotations to rotations by the same angle, in
an order that only exchanges commuting ones. Then the derivative of ⟨O_a⟩ by rotation j is that of ⟨O_π(a)⟩ by π(j).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from qansatz.analysis.gradient.pattern_circuit import Rows
from qansatz.circuits.dependence import levels
from qansatz.model.program import InitialState, Model, PermutationSymmetry, Term
from qansatz.pauli import gf2, groups
from qansatz.pauli.permutations import Images, SearchTooLongError, automorphisms, permute
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable

Numbers: TypeAlias = npt.NDArray[np.int64]
Angle: TypeAlias = tuple[int, ...]

#: Larger circuits are not searched for permutations.
MAX_ROTATIONS: Final = 50_000
MAX_STRINGS: Final = 2_048
MAX_QUBITS: Final = 64  # for the automorphisms of what acts on pairs of qubits


class Symmetries:
    """The permutations found, and what they do to the active rotations and to the terms."""

    __slots__ = ("permutations", "rows", "terms")

    def __init__(
        self, permutations: Sequence[Images], rows: Sequence[Numbers], terms: Sequence[Numbers]
    ) -> None:
        """For each permutation, the place among the active rows, and the number, that each goes to."""
        self.permutations = tuple(permutations)
        self.rows = rows
        self.terms = terms


def symmetries(model: Model, active: Rows, terms: Sequence[Term]) -> Symmetries:
    """Permutations of the qubits that map the active rotations, the initial state and the terms to themselves.

    Tried are those declared, the shift, the reflection, and the automorphisms of what acts on pairs of qubits.
    """
    none = Symmetries((), (), ())
    if len(active) > MAX_ROTATIONS or not _angles_repeat(model, active):
        return none
    circuit = _Circuit(model, active, terms)
    if len(circuit.strings) > MAX_STRINGS:
        return none
    maps_of: dict[Images, tuple[Numbers, Numbers]] = {}
    for images in circuit.candidates():
        if images not in maps_of and images != tuple(range(model.n_qubits)):
            maps = circuit.maps(images)
            if maps is not None:
                maps_of[images] = maps
    moves = list(maps_of.values())
    return Symmetries([*maps_of], [rows for rows, _ in moves], [numbers for _, numbers in moves])


def orbits(keys: Numbers, symmetries: Symmetries, places: Numbers, numbers: Numbers) -> Numbers:
    """Labels of items, equal where permutations map one to the other.

    ``keys`` is place·(number of terms) + number for each item, ascending.
    """
    label: Numbers = np.arange(len(keys))
    if not len(keys):
        return label
    n_terms = len(symmetries.terms[0]) if symmetries.terms else 1
    moves = []
    for rows, terms in zip(symmetries.rows, symmetries.terms, strict=True):
        images = rows[places] * n_terms + terms[numbers]
        at = np.minimum(np.searchsorted(keys, images), len(keys) - 1)
        moves.append(np.where(keys[at] == images, at, label))
    while True:
        before = label.copy()
        for at in moves:
            least = np.minimum(label, label[at])
            np.minimum.at(least, at, least.copy())
            label = least
        label = label[label]
        if (label == before).all():
            return label


def _angles_repeat(model: Model, active: Rows) -> bool:
    """Whether two active rotations may share an angle."""
    rotations = model.rotations
    direct = active[rotations.expression[active] < 0]
    slots = rotations.slot[direct]
    if len(direct) < len(active):
        return True
    return len(slots) > 0 and int(np.bincount(slots + 1).max()) > 1


class _Circuit:
    """Active rotations by level; each is its string and its angle."""

    def __init__(self, model: Model, active: Rows, terms: Sequence[Term]) -> None:
        rotations = model.rotations
        self.model = model
        self.terms = terms
        used, string = np.unique(rotations.string[active], return_inverse=True)
        self.strings = [rotations.strings.pauli(int(s)) for s in used]
        self.string: list[int] = string.tolist()
        columns = (rotations.slot, rotations.factor, rotations.offset, rotations.expression)
        self.angles: list[Angle] = list(
            zip(*(column[active].tolist() for column in columns), strict=True)
        )
        self.number = {p: k for k, p in enumerate(self.strings)}

    @cached_property
    def levels(self) -> list[list[int]]:
        """The active rows by level of their order, which every symmetry keeps; those of a level commute."""
        table = PauliTable.from_paulis(self.strings, self.model.n_qubits)
        level = levels(table, np.array(self.string, dtype=np.int32))
        rows_of: list[list[int]] = [[] for _ in range(int(level.max(initial=-1)) + 1)]
        for at, k in enumerate(level.tolist()):
            rows_of[k].append(at)
        return rows_of

    def maps(self, images: Images) -> tuple[Numbers, Numbers] | None:
        """Where the active rows and the terms go, or None where a permutation is no symmetry."""
        terms = self._terms_mapped(images)
        if terms is None or not _keeps_state(self.model.initial, images):
            return None
        moved = [self.number.get(permute(p, images), -1) for p in self.strings]
        if -1 in moved:
            return None
        rows = np.empty(len(self.string), dtype=np.int64)
        for level in self.levels:
            places: dict[tuple[int, Angle], list[int]] = {}
            for at in level:
                places.setdefault((self.string[at], self.angles[at]), []).append(at)
            for (s, angle), own_places in places.items():
                targets = places.get((moved[s], angle), [])
                if len(targets) != len(own_places):
                    return None
                rows[own_places] = targets
        return rows, terms

    def _terms_mapped(self, images: Images) -> Numbers | None:
        number_of = {term.pauli: k for k, term in enumerate(self.terms)}
        images_of = [number_of.get(permute(term.pauli, images), -1) for term in self.terms]
        if any(
            k < 0 or self.terms[k].coefficient != term.coefficient
            for k, term in zip(images_of, self.terms, strict=True)
        ):
            return None
        return np.array(images_of, dtype=np.int64)

    def candidates(self) -> Iterator[Images]:
        n = self.model.n_qubits
        for symmetry in self.model.symmetries:
            if isinstance(symmetry, PermutationSymmetry):
                yield from symmetry.generators
        yield tuple((k + 1) % n for k in range(n))
        yield tuple(reversed(range(n)))
        if n <= MAX_QUBITS:
            try:
                yield from automorphisms(n, self._pairs())
            except SearchTooLongError:
                return

    def _pairs(self) -> Mapping[tuple[int, int], frozenset[tuple[object, ...]]]:
        """What acts on each qubit and pair of qubits, and on which level with which angle."""
        marks_of: dict[tuple[int, int], set[tuple[object, ...]]] = {}

        def add(pauli: Pauli, mark: tuple[object, ...]) -> None:
            qubits = gf2.bits(pauli.x | pauli.z)
            if 0 < len(qubits) <= 2:
                letters = sorted((pauli.x >> q & 1) + 2 * (pauli.z >> q & 1) for q in qubits)
                place = (qubits[0], qubits[-1])
                marks_of.setdefault(place, set()).add((*mark, *letters))

        for k, level in enumerate(self.levels):
            for at in level:
                add(self.strings[self.string[at]], (k, self.angles[at]))
        for term in self.terms:
            add(term.pauli, (-1, term.coefficient))
        for pauli in self.model.initial.stabilizers:
            add(pauli, (-2, pauli.phase))
        return {place: frozenset(marks) for place, marks in marks_of.items()}


def _keeps_state(initial: InitialState, images: Images) -> bool:
    """Whether every stabilizer is mapped to a stabilizer, sign included."""
    stabilizers = initial.stabilizers
    span = gf2.Echelon(gf2.vectors(stabilizers, len(images)))
    for pauli in stabilizers:
        image = permute(pauli, images)
        rest, combination = span.reduce(gf2.vector(image, len(images)))
        if rest or groups.product([stabilizers[k] for k in gf2.bits(combination)]) != image:
            return False
    return True
