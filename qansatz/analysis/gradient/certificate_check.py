"""The checker of schedule certificates: naive on purpose, and independent of what makes them.

It recomputes every sign pattern as an integer with one bit a rotation, in O(L²/64), and compares each statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from qansatz.circuits.clifford_angles import with_clifford_gates
from qansatz.model.angles import Affine, Angle, slot_symbol, slots
from qansatz.model.program import Model, Observable
from qansatz.pauli.strings import IDENTITY, Pauli, anticommute, from_word, to_word


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateCheck:
    """What the checker found: ``problems`` is empty exactly when all was proved.

    With ``chosen``, equal derivatives are measured once, and ``lower_bound`` is for those that were chosen.
    """

    problems: tuple[str, ...]
    n_circuits: int
    lower_bound: int
    chosen: bool

    @property
    def valid(self) -> bool:
        """Whether every claim of the certificate holds."""
        return not self.problems


class _RefusedError(Exception):
    """A claim that does not hold."""


def check_certificate(model: Model, data: object) -> CertificateCheck:
    """Check a certificate, as read from JSON, against a model with its rotations as the source has them.

    Rotations by fixed multiples of π/2 are Clifford gates first, as everywhere.

    Proved are: the circuits measure the whole gradient of the observable; all strings of a circuit commute; no
    schedule by these patterns that measures the derivatives listed has fewer circuits than ``lower_bound``. Where
    permutations make derivatives equal, a choice of others may need fewer.
    """
    problem, counts, chosen = None, (0, 0), False
    try:
        counts = _check(model, data)
        chosen = isinstance(data, dict) and bool(data.get("permutations"))
    except _RefusedError as refusal:
        problem = str(refusal)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError) as error:
        problem = f"it is malformed ({type(error).__name__}: {error})"
    return CertificateCheck(
        problems=() if problem is None else (problem,),
        n_circuits=counts[0],
        lower_bound=counts[1],
        chosen=chosen,
    )


def _require(holds: bool, problem: str) -> None:
    if not holds:
        raise _RefusedError(problem)


_KEYS = {
    *("format_version", "kind", "ansatz", "observable", "n_qubits", "n_rotations"),
    *("n_active_rotations", "n_circuits", "lower_bound", "vanishing_terms", "active", "classes"),
    *("circuits", "cliques"),
}


def _check(model: Model, data: Any) -> tuple[int, int]:
    _require(
        isinstance(data, dict) and data.keys() - {"permutations"} == _KEYS,
        "its keys are not those of version 1.0",
    )
    _require(data["format_version"] == "1.0", "its format version is not 1.0")
    _require(data["kind"] == "gradient schedule", "it is no certificate of a gradient schedule")
    _require(data["ansatz"] == model.name, f"it is about {data['ansatz']!r}, not {model.name!r}")
    _require(_same(data["n_qubits"], model.n_qubits), f"the ansatz has {model.n_qubits} qubits")
    model = with_clifford_gates(model)
    observable = next((o for o in model.observables if o.name == data["observable"]), None)
    if observable is None:
        raise _RefusedError(f"there is no observable {data['observable']!r}")
    circuit = _Circuit(model, observable)
    _vanishing(circuit, data["vanishing_terms"])
    _activity(circuit, data)
    classes = _classes(circuit, data["classes"])
    items = _circuits(circuit, classes, data["circuits"])
    measured = _images(circuit, items, data.get("permutations", ()))
    _complete(circuit, classes, measured)
    bound = _bound(circuit, classes, items, data["cliques"])
    n_circuits = len(data["circuits"])
    _require(_same(data["n_circuits"], n_circuits), f"it lists {n_circuits} circuits")
    _require(_same(data["lower_bound"], bound), f"its cliques prove a lower bound of {bound}")
    return n_circuits, bound


def _same(value: object, count: int) -> bool:
    return type(value) is int and value == count


def _number(value: object, below: int) -> int:
    if type(value) is not int or not 0 <= value < below:
        raise _RefusedError(f"{value!r} is no whole number below {below}")
    return value


def _pauli(word: str, n_qubits: int) -> Pauli:
    bare = word.removeprefix("-")
    if len(bare) != n_qubits:
        raise _RefusedError(f"{word!r} does not have {n_qubits} letters")
    p = from_word(bare)
    return Pauli(p.x, p.z, 2 if word.startswith("-") else 0)


class _Circuit:
    """A model as integers: bit l of a mask is rotation l of the source, never one that is a Clifford gate."""

    def __init__(self, model: Model, observable: Observable) -> None:
        self.model = model
        self.n = model.n_qubits
        rotations = model.rotations
        self.place = {row: place for place, row in enumerate(rotations.written.tolist())}
        self.size = max(self.place, default=-1) + 1
        self.strings = rotations.strings.paulis()
        self.string: dict[int, int] = dict(zip(self.place, rotations.string.tolist(), strict=True))
        self.where = [0] * len(self.strings)
        for row, s in self.string.items():
            self.where[s] |= 1 << row
        self.coefficients: dict[Pauli, float] = {}
        for term in observable.pulled_back:
            if term.pauli.x | term.pauli.z and float(term.coefficient):
                sign = -1 if term.pauli.phase == 2 else 1
                bare = Pauli(term.pauli.x, term.pauli.z)
                self.coefficients[bare] = sign * float(term.coefficient)
        self.active = 0
        self._beside: dict[int, int] = {}

    def pauli(self, row: int) -> Pauli:
        return self.strings[self.string[row]]

    def image(self, pauli: Pauli) -> int:
        """The rotations that anticommute with a string."""
        mask = 0
        for string, where in zip(self.strings, self.where, strict=True):
            if anticommute(pauli, string):
                mask |= where
        return mask

    def beside(self, row: int) -> int:
        s = self.string[row]
        if s not in self._beside:
            self._beside[s] = self.image(self.strings[s])
        return self._beside[s]

    def pattern(self, row: int) -> int:
        """The active rotations that the sign pattern of a row reverses."""
        return (self.beside(row) & self.active) >> (row + 1) << (row + 1)

    def cone(self, terms: Iterable[Pauli]) -> int:
        """The rotations that anticommute with a term or with a later rotation that does so."""
        direct = 0
        for term in terms:
            direct |= self.image(term)
        felt = 0
        for row in reversed(self.place):
            if direct >> row & 1 or self.beside(row) & felt:
                felt |= 1 << row
        return felt

    def is_trained(self, row: int) -> bool:
        """Whether the angle of a rotation outside the encoding changes with a parameter."""
        return not self.model.rotations.encoding[self.place[row]] and _changes(
            self.angle(row), self.model.slots.n_parameters
        )

    def angle(self, row: int) -> Angle:
        """The angle of a rotation."""
        return self.model.rotations.angle(self.place[row])

    @cached_property
    def _echelon(self) -> list[tuple[int, Pauli]]:
        rows: list[tuple[int, Pauli]] = []
        for pauli in self.model.initial.stabilizers:
            pauli = self._reduced(pauli, rows)
            pivot = (pauli.x | pauli.z << self.n).bit_length()
            if pivot:
                rows.append((pivot, pauli))
        return rows

    def _reduced(self, pauli: Pauli, rows: Sequence[tuple[int, Pauli]]) -> Pauli:
        for pivot, row in rows:
            if (pauli.x | pauli.z << self.n) >> (pivot - 1) & 1:
                pauli = pauli * row
        return pauli

    def stabilizes(self, pauli: Pauli) -> bool:
        """Whether a signed string stabilizes the initial state."""
        return self._reduced(pauli, self._echelon) == IDENTITY

    def images_of_stabilizers(self) -> list[int]:
        """An echelon basis, leading bits different, of the signs that stabilizers make on the active rotations."""
        basis: list[int] = []
        for pauli in self.model.initial.stabilizers:
            vector = _reduced(self.image(pauli) & self.active, basis)
            if vector:
                basis.append(vector)
                basis.sort(reverse=True)
        return basis


def _reduced(vector: int, basis: Sequence[int]) -> int:
    for row in basis:
        if vector >> (row.bit_length() - 1) & 1:
            vector ^= row
    return vector


def _changes(angle: Angle, n_parameters: int) -> bool:
    trained = [slot for slot in slots(angle) if slot < n_parameters]
    if isinstance(angle, Affine):
        return bool(trained)
    import sympy

    return any(sympy.diff(angle.expression, slot_symbol(slot)) != 0 for slot in trained)


def _vanishing(circuit: _Circuit, claims: Sequence[Mapping[str, str]]) -> None:
    """Terms that anticommute with a symmetry of the state that they feel have expectation 0."""
    for claim in claims:
        _require(claim.keys() == {"pauli", "symmetry"}, "a vanishing term has other keys")
        term, symmetry = (_pauli(claim[key], circuit.n) for key in ("pauli", "symmetry"))
        _require(term in circuit.coefficients, f"{claim['pauli']} is no term of the observable")
        _require(circuit.stabilizes(symmetry), f"{claim['symmetry']} is no stabilizer")
        _require(anticommute(term, symmetry), f"{claim['symmetry']} commutes with the term")
        kept = not circuit.image(symmetry) & circuit.cone([term])
        _require(kept, f"{claim['symmetry']} anticommutes with a rotation")
    for claim in claims:
        del circuit.coefficients[_pauli(claim["pauli"], circuit.n)]


def _activity(circuit: _Circuit, data: Mapping[str, Any]) -> None:
    circuit.active = circuit.cone(circuit.coefficients)
    active = [row for row in circuit.place if circuit.active >> row & 1]
    _require(data["active"] == active, "its active rotations are not those of the circuit")
    _require(all(type(row) is int for row in data["active"]), "a row is no whole number")
    trained = [row for row in circuit.place if circuit.is_trained(row)]
    n_active = sum(circuit.active >> row & 1 for row in trained)
    _require(_same(data["n_rotations"], len(trained)), f"{len(trained)} rotations are trained")
    _require(_same(data["n_active_rotations"], n_active), f"{n_active} of them are active")


@dataclass(frozen=True, slots=True)
class _Class:
    """A verified class: its pattern, and the stabilizer that carries the state of its circuit to that of each row."""

    pattern: int
    flipped: bool
    witness: Mapping[int, Pauli]


def _classes(circuit: _Circuit, claims: Sequence[Mapping[str, Any]]) -> list[_Class]:
    classes: list[_Class] = []
    seen: set[int] = set()
    for claim in claims:
        keys = claim.keys() - {"reflection"}
        _require(keys == {"pattern_of", "rows", "witnesses"}, "a class has other keys")
        reflection = _pauli(claim.get("reflection", "I" * circuit.n), circuit.n)
        _require(circuit.stabilizes(reflection), "a reflection is no stabilizer")
        flips = claim["pattern_of"] is not None
        _require(flips or reflection == IDENTITY, "a class without flips is reflected")
        rows = [_number(row, circuit.size) for row in claim["rows"]]
        of = claim["pattern_of"]
        pattern = 0 if of is None else circuit.pattern(_number(of, circuit.size))
        _require(of is None or of in rows, f"the pattern of {of} is not of its class")
        _require(bool(rows) and rows == sorted({*rows}), "the rows of a class do not ascend")
        words: Mapping[str, str] = claim["witnesses"]
        _require(words.keys() <= {str(row) for row in rows}, "a witness is of no row of its class")
        witness = {row: _pauli(words.get(str(row), "I" * circuit.n), circuit.n) for row in rows}
        for row, q in witness.items():
            _require(bool(circuit.active >> row & 1), f"rotation {row} is not active")
            _require(row not in seen, f"rotation {row} is in two classes")
            seen.add(row)
            _require(circuit.stabilizes(q), f"the witness of {row} is no stabilizer")
            differ = circuit.pattern(row) ^ pattern ^ circuit.image(q) & circuit.active
            _require(not differ, f"the pattern of {row} is not that of its class")
        moved = {row: q * reflection for row, q in witness.items()}
        classes.append(_Class(pattern, of is not None, moved))
    return classes


_Items = dict[tuple[int, Pauli], tuple[int, Pauli]]


def _circuits(
    circuit: _Circuit, classes: Sequence[_Class], claims: Sequence[Mapping[str, Any]]
) -> _Items:
    """Each item with its class and string, every string and weight recomputed."""
    items: _Items = {}
    for claim in claims:
        _require(claim.keys() == {"class", "items"}, "a circuit has other keys")
        number = _number(claim["class"], len(classes))
        _require(bool(claim["items"]), "a circuit measures nothing")
        measured: dict[Pauli, None] = {}
        for item in claim["items"]:
            row, term, pauli = _item(circuit, classes[number], item)
            _require((row, term) not in items, f"rotation {row} is measured twice for one term")
            items[row, term] = (number, pauli)
            measured[pauli] = None
        for p, q in _pairs(_independent(measured, circuit.n + 1)):
            if anticommute(p, q):
                words = " and ".join(
                    to_word(r, circuit.n + classes[number].flipped) for r in (p, q)
                )
                raise _RefusedError(f"{words} share a circuit and do not commute")
    return items


def _item(circuit: _Circuit, of_class: _Class, item: Mapping[str, Any]) -> tuple[int, Pauli, Pauli]:
    _require(item.keys() == {"rotation", "term", "pauli", "weight"}, "an item has other keys")
    row = _number(item["rotation"], circuit.size)
    term = _pauli(item["term"], circuit.n)
    _require(row in of_class.witness, f"rotation {row} is not of its circuit's class")
    _require(term in circuit.coefficients, f"{item['term']} is no term of the observable")
    expected = term * circuit.pauli(row) * of_class.witness[row]
    word = to_word(expected, circuit.n)
    if of_class.flipped:
        word += "X" if expected.phase % 2 else "Y"
    _require(item["pauli"] == word, f"rotation {row} needs {word}, not {item['pauli']!r}")
    sign = 1 if expected.phase < 2 else -1
    if not of_class.flipped and expected.phase % 2 == 0:
        raise _RefusedError(f"the derivative by rotation {row} vanishes, but is measured")
    weight = item["weight"]
    right = type(weight) in (int, float) and weight == sign * circuit.coefficients[term]
    _require(right, f"the weight of {word} is {sign * circuit.coefficients[term]}, not {weight!r}")
    return row, term, _pauli(word, circuit.n + of_class.flipped)


def _independent(paulis: Iterable[Pauli], n_qubits: int) -> list[Pauli]:
    """The strings that are no product of earlier ones; all commute where these do."""
    chosen: list[Pauli] = []
    basis: list[int] = []
    for pauli in paulis:
        vector = _reduced(pauli.x | pauli.z << n_qubits, basis)
        if vector:
            chosen.append(pauli)
            basis.append(vector)
            basis.sort(reverse=True)
    return chosen


def _pairs(paulis: Sequence[Pauli]) -> Iterator[tuple[Pauli, Pauli]]:
    for k, p in enumerate(paulis):
        for q in paulis[:k]:
            yield p, q


_Pairs = set[tuple[int, Pauli]]


def _images(circuit: _Circuit, items: _Items, permutations: Sequence[Sequence[int]]) -> _Pairs:
    """The measured derivatives, and those that permutations of the qubits make equal to them."""
    pairs: _Pairs = {*items}
    moves = [_moves(circuit, images) for images in permutations]
    left = [*pairs]
    while left:
        row, term = left.pop()
        for rows, images in moves:
            image = (rows[row], _permuted(term, images))
            if image not in pairs:
                pairs.add(image)
                left.append(image)
    return pairs


def _moves(circuit: _Circuit, images: Sequence[int]) -> tuple[dict[int, int], Sequence[int]]:
    """Where a permutation takes the active rotations; it must keep their order, the state and the observable."""
    name = f"the permutation {list(images)}"
    _require(all(type(q) is int for q in images), f"{name} holds more than whole numbers")
    _require(sorted(images) == [*range(circuit.n)], f"{name} is none of the qubits")
    for pauli in circuit.model.initial.stabilizers:
        kept = circuit.stabilizes(_permuted(pauli, images))
        _require(kept, f"{name} moves the initial state")
    for term, weight in circuit.coefficients.items():
        same = circuit.coefficients.get(_permuted(term, images)) == weight
        _require(same, f"{name} moves the observable")
    places: dict[tuple[Pauli, Angle], list[int]] = {}
    rows = [row for row in circuit.place if circuit.active >> row & 1]
    for row in rows:
        key = (circuit.pauli(row), circuit.angle(row))
        places.setdefault(key, []).append(row)
    image_of: dict[int, int] = {}
    for (pauli, angle), places_of in places.items():
        targets = places.get((_permuted(pauli, images), angle), [])
        _require(len(targets) == len(places_of), f"{name} moves the rotations")
        image_of.update(zip(places_of, targets, strict=True))
    for row in rows:
        later = circuit.pattern(row)
        while later:
            other = later.bit_length() - 1
            later ^= 1 << other
            _require(image_of[row] < image_of[other], f"{name} changes the order of rotations")
    return image_of, images


def _permuted(pauli: Pauli, images: Sequence[int]) -> Pauli:
    """The string with the letter of qubit q on qubit images[q]."""
    x = sum((pauli.x >> q & 1) << image for q, image in enumerate(images))
    z = sum((pauli.z >> q & 1) << image for q, image in enumerate(images))
    return Pauli(x, z, pauli.phase)


def _complete(circuit: _Circuit, classes: Sequence[_Class], items: _Pairs) -> None:
    """Every derivative of a term by a trained rotation is measured, or equal to one, or vanishes identically."""
    of_row = {row: of_class for of_class in classes for row in of_class.witness}
    for row in of_row:
        _require(circuit.is_trained(row), f"rotation {row} has no parameter")
    for term in circuit.coefficients:
        cone = circuit.cone([term])
        for row in circuit.place:
            if not cone >> row & 1 or (row, term) in items or not circuit.is_trained(row):
                continue
            of_class = of_row.get(row)
            _require(of_class is not None, f"rotation {row} is in no class")
            if of_class is not None:
                operator = term * circuit.pauli(row) * of_class.witness[row]
                vanishes = not of_class.flipped and operator.phase % 2 == 0
                _require(vanishes, f"the derivative by rotation {row} is not measured")


def _bound(
    circuit: _Circuit,
    classes: Sequence[_Class],
    items: _Items,
    claims: Sequence[Mapping[str, Any]],
) -> int:
    """Strings of one class that anticommute pairwise need a circuit each, different classes different ones."""
    basis = circuit.images_of_stabilizers()
    forms = [_reduced(of_class.pattern, basis) for of_class in classes]
    _require(len({*forms}) == len(forms), "two classes have the same pattern")
    _require(
        all(bool(form) == of_class.flipped for form, of_class in zip(forms, classes, strict=True)),
        "a class without flips has an ancilla",
    )
    measured: dict[int, set[Pauli]] = {}
    for number, pauli in items.values():
        measured.setdefault(number, set()).add(pauli)
    seen: set[int] = set()
    total = 0
    for claim in claims:
        _require(claim.keys() == {"class", "paulis"}, "a clique has other keys")
        number = _number(claim["class"], len(classes))
        _require(number not in seen, f"class {number} has two cliques")
        seen.add(number)
        width = circuit.n + classes[number].flipped
        paulis = [_pauli(word, width) for word in claim["paulis"]]
        inside = all(p in measured.get(number, ()) for p in paulis)
        _require(inside, f"a string of the clique of class {number} is not measured there")
        apart = all(anticommute(p, q) for p, q in _pairs(paulis))
        _require(apart, f"two strings of the clique of class {number} commute")
        total += len(paulis)
    return total
