"""The stabilizer frame: plans for rotations whose strings fall into cosets of a group that commutes with all of them.

The frame where the group's generators are light is entered once, while rotations are executed on the way. In it the
strings are multiplexed rotations about logical strings (see :mod:`multiplexing`), so that only the logical strings, one
for each coset and on fewer qubits, must be brought together. If a unitary is wanted, the same is done from its end, and
the two ends are joined in the middle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from random import Random
from typing import Final

from qansatz.circuits.frames import LocalFrame, absorb
from qansatz.circuits.replay import executed, pushed
from qansatz.circuits.rotations import support, weight
from qansatz.pauli import gf2, groups
from qansatz.pauli.clifford_circuits import synthesize
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.synthesis.search.beam import approach
from qansatz.synthesis.search.carried import Forwards, mirrored
from qansatz.synthesis.search.multiplexing import Block, Flip, Walk, aligned, walks, work_of_walk
from qansatz.synthesis.search.plans import Approach, Order, Owed, Step, letters_of
from qansatz.synthesis.search.tries import Account, Budget, Tries, guesses

#: A frame is worth entering for so many strings in a coset, on average.
_STRINGS_IN_COSET: Final = 2
_ENTRIES: Final = 3
_APPROACH_WIDTH, _ATTEMPTS = 8, 4
#: Importances of the group on the way into its frame.
_TAILS: Final = (1.0, 1.5, 2.2, 3.3, 5.0, 7.0, 10.0, 15.0, 22.0, 33.0, 50.0, 70.0, 100.0)
#: Walks that are tried: so many, but fewer where they take longer than this, in microseconds.
_WALKS, _WALKING = 60, 100_000
_ALIGNMENTS: Final = 6


def stabilizers(strings: Sequence[Pauli], n_qubits: int) -> list[Pauli]:
    """Generators of the differences within cosets of what commutes with all strings, of all that they generate.

    None where there are few strings in a coset, and where a string is itself among them.
    """
    rows = [gf2.vector(p, n_qubits) for p in dict.fromkeys(strings)]
    common = gf2.Echelon(gf2.vectors(groups.centre(strings), n_qubits))
    cosets: dict[int, list[int]] = {}
    for row in rows:
        cosets.setdefault(common.reduce(row)[0], []).append(row)
    if len(rows) < _STRINGS_IN_COSET * len(cosets):
        return []
    differences = gf2.Span(row ^ coset[0] for coset in cosets.values() for row in coset[1:])
    if any(row in differences for row in rows):
        return []
    return _lightened([gf2.string(row, n_qubits) for row in differences.basis])


def _lightened(group: list[Pauli]) -> list[Pauli]:
    """Other generators of the same group, multiplied by each other as long as one gets shorter."""
    for a, b in product(range(len(group)), repeat=2):
        if a != b and weight(_times(group[a], group[b])) < weight(group[a]):
            group[a] = _times(group[a], group[b])
            return _lightened(group)
    return group


def has_frame(way: Forwards) -> bool:
    """Whether :func:`plans` has a frame to enter."""
    return bool(_group(way))


def plans(way: Forwards, budget: Budget) -> Iterator[list[Step]]:
    """Plans through the stabilizer frame, each with fewer two-qubit gates than the one before."""
    if not (group := _group(way)):
        return
    search, fewest = _Search(way, group, budget), 1 << 30
    while not search.account.is_spent:
        for n_gates, steps in search.next():
            if n_gates < fewest:
                fewest = n_gates
                yield steps


def _group(way: Forwards) -> list[Pauli]:
    """The group whose frame is entered; rotations about one qubit at the beginning are executed before."""
    n = way.order.letters.shape[1]
    strings = [item.pauli for item in way.rotations]
    while strings and weight(strings[0]) == 1:
        strings.pop(0)
    group = stabilizers(strings, n)
    return group if len(group) < n else []


@dataclass(frozen=True, slots=True)
class _End:
    """A way into the stabilizer frame from one end of the circuit, and the frame there."""

    steps: list[Step]
    n_two_qubit: int
    frame: Tableau

    @property
    def rows(self) -> frozenset[int]:
        """Rows executed on the way."""
        return frozenset(step.emitted for step in self.steps if step.emitted is not None)

    def turned(self, n_rows: int) -> _End:
        """The same with rows numbered from the last to the first."""
        steps = [
            replace(step, emitted=None if step.emitted is None else n_rows - 1 - step.emitted)
            for step in self.steps
        ]
        return replace(self, steps=steps)

    def backwards(self, here: Tableau) -> list[Step]:
        """The way out, from a frame equal to this one's up to Cliffords on single qubits and a permutation."""
        return [
            Step(
                step.emitted,
                None
                if step.clifford is None
                else _plain(here.push(self.frame.pull(step.clifford))),
            )
            for step in reversed(self.steps)
        ]


@dataclass(frozen=True, slots=True)
class _Logical:
    """The rotations left in the stabilizer frame, as blocks: their rows by pattern, and their strings on ``qubits``."""

    syndromes: list[int]
    qubits: list[int]
    strings: list[Pauli]
    members: list[dict[int, int]]

    def compressed(self, pauli: Pauli) -> Pauli:
        """A string on the logical qubits alone, numbered in order."""
        x = sum((pauli.x >> q & 1) << k for k, q in enumerate(self.qubits))
        z = sum((pauli.z >> q & 1) << k for k, q in enumerate(self.qubits))
        return Pauli(x, z)


@dataclass(frozen=True, slots=True)
class _Problem:
    order: Order
    owed: Owed | None


class _Search:
    def __init__(self, way: Forwards, group: list[Pauli], budget: Budget) -> None:
        self.rotations, self.final = way.rotations, way.final
        self.strings = [item.pauli for item in way.rotations]
        self.group, self.n = group, way.order.letters.shape[1]
        self.random = Random(0)
        self.account = Account(4 * len(self.strings), budget)
        self.tries = Tries(1, replace(budget, effort=1.0))

    def next(self) -> Iterator[tuple[int, list[Step]]]:
        """Plans of one try, each with the number of its two-qubit gates."""
        group = self._generators()
        entries = self._ends(self.strings, group, Tableau(self.n))
        exits: Sequence[_End | None] = [None] * len(entries)
        if (final := self.final) is not None:
            turned = [item.pauli for item in mirrored(self.rotations, final)]
            ends = self._ends(turned, [_plain(final.push(p)) for p in group], final)
            exits = [end.turned(len(self.strings)) for end in ends]
        for entry, leaving in zip(entries, exits, strict=False):
            if leaving is None or not entry.rows & leaving.rows:
                yield from self._joined(group, entry, leaving)
            if self.account.is_spent:
                return

    def _generators(self) -> list[Pauli]:
        """Generators of the group, other ones in each try."""
        generators = list(self.group)
        for _ in range(self.random.choice([0, len(generators)])):
            a, b = self.random.randrange(len(generators)), self.random.randrange(len(generators))
            if a != b:
                generators[a] = _times(generators[a], generators[b])
        return generators

    def _ends(self, strings: list[Pauli], group: list[Pauli], begun: Tableau) -> list[_End]:
        order = Order(letters_of(strings, self.n))
        approaches: list[Approach] = []
        for _ in range(_ATTEMPTS):
            settings = [
                replace(
                    setting,
                    ratio=self.random.choice([setting.ratio, self.random.uniform(0.92, 0.98)]),
                    tail=_TAILS[int(self.random.random() * len(_TAILS))],
                    patience=1e9,
                    width=_APPROACH_WIDTH,
                    seed=self.random.getrandbits(20),
                )
                for setting in self.random.sample(guesses(False), 4)
            ]
            approaches, work = approach(order, group, settings, at_most=4 * self.n + 4)
            self.account.spend(work)
            if approaches:
                break
        ends = []
        for approach_ in approaches[:_ENTRIES]:
            frame = begun.copy()
            for step in approach_.steps:
                if step.clifford is not None:
                    frame.apply_rotation(step.clifford, 1)
            ends.append(_End(approach_.steps, approach_.n_two_qubit, frame))
        return ends

    def _joined(
        self, group: list[Pauli], entry: _End, leaving: _End | None
    ) -> Iterator[tuple[int, list[Step]]]:
        """A plan through the frames of both ends, if one is found."""
        logical = self._logical(group, entry, leaving)
        size = len(logical.qubits)
        owed = None if leaving is None else self._owed(group, entry, leaving, logical)
        order = Order(letters_of(logical.strings, size), light_only=True)
        self.account.at_most = 4 * len(logical.strings) + 4 * self.n
        tried = self.tries.next()
        outcome = self.account.search(_Problem(order, owed), tried, ())
        self.tries.record(tried, outcome.costs)
        if (chosen := outcome.found) is None:
            return
        blocks = _blocks(logical, chosen.steps)
        wanted = None if leaving is None else self._patterns(group, entry, leaving, logical)
        work = work_of_walk(blocks, len(group))
        n_tries = max(1, min(_WALKS, int(_WALKING / (work + 1))))
        for _ in range(1 if leaving is None else _ALIGNMENTS):
            self.account.spend(n_tries * work + 100 * len(self.strings))
            walked = walks(blocks, len(group), self.random, wanted=wanted, n_tries=n_tries)
            n_gates = entry.n_two_qubit + chosen.n_two_qubit + sum(map(len, walked))
            if leaving is None or wanted is None:
                yield n_gates, self._executed(group, entry, logical, chosen.steps, walked)[0]
                return
            changed = aligned(blocks, walked, wanted, self.random)
            if changed is None:
                continue
            steps, frame = self._executed(group, entry, logical, chosen.steps, changed)
            joint = _between(frame, leaving.frame)
            for step in joint:
                assert step.clifford is not None
                frame.apply_rotation(step.clifford, 1)
            n_gates += leaving.n_two_qubit + len(joint)
            yield n_gates, [*steps, *joint, *leaving.backwards(frame)]
            if self.account.is_spent:
                return

    def _logical(self, group: list[Pauli], entry: _End, leaving: _End | None) -> _Logical:
        done = entry.rows | (leaving.rows if leaving is not None else frozenset())
        syndromes = [_qubit(entry.frame.push(p)) for p in group]
        qubits = [q for q in range(self.n) if q not in syndromes]
        logical = _Logical(syndromes, qubits, [], [])
        latest: dict[Pauli, int] = {}
        for row, string in enumerate(self.strings):
            if row in done:
                continue
            moved = entry.frame.push(string)
            pattern = sum(((moved.x | moved.z) >> q & 1) << bit for bit, q in enumerate(syndromes))
            short = logical.compressed(moved)
            at = latest.get(short)
            if (
                at is None
                or pattern in logical.members[at]
                or any(anticommute(short, later) for later in logical.strings[at + 1 :])
            ):
                at = latest[short] = len(logical.strings)
                logical.strings.append(short)
                logical.members.append({})
            logical.members[at][pattern] = row
        return logical

    def _owed(self, group: list[Pauli], entry: _End, leaving: _End, logical: _Logical) -> Owed:
        """The logical part of the Clifford from the one frame to the other."""
        away = {_qubit(leaving.frame.push(p)) for p in group}
        letters = [
            letter
            for q in range(self.n)
            if q not in away
            for letter in (Pauli(1 << q, 0), Pauli(0, 1 << q))
        ]
        strings = [logical.compressed(entry.frame.push(leaving.frame.pull(p))) for p in letters]
        return Owed(strings, lambda _: 0, partial=False)

    def _patterns(
        self, group: list[Pauli], entry: _End, leaving: _End, logical: _Logical
    ) -> list[Pauli]:
        """For each syndrome qubit, the logical string that must be controlled on it in the end."""
        away = [_qubit(leaving.frame.push(p)) for p in group]
        wanted = [[0, 0] for _ in group]
        for k, q in enumerate(logical.qubits):
            for is_z, letter in enumerate((Pauli(1 << q, 0), Pauli(0, 1 << q))):
                moved = leaving.frame.push(entry.frame.pull(letter))
                for bit, syndrome in enumerate(away):
                    if (moved.x | moved.z) >> syndrome & 1:
                        wanted[bit][1 - is_z] |= 1 << k
        return [Pauli(x, z) for x, z in wanted]

    def _executed(
        self,
        group: list[Pauli],
        entry: _End,
        logical: _Logical,
        plan: Sequence[Step],
        walked: Sequence[Walk],
    ) -> tuple[list[Step], Tableau]:
        """The entry, then the plan for logical strings with its blocks walked through; and the frame after that."""
        steps, frame = [*entry.steps], entry.frame.copy()
        syndromes = [_plain(entry.frame.push(p)) for p in group]
        names = [{1: 1, 2: 2, 3: 3} for _ in logical.qubits]
        image = Tableau(len(logical.qubits))
        remaining = iter(walked)

        def turn(axis: Pauli) -> None:
            steps.append(Step(None, axis))
            frame.apply_rotation(axis, 1)

        for step in plan:
            if step.clifford is not None:
                image.apply_rotation(step.clifford, 1)
                turn(_spelled(step.clifford, names, logical.qubits))
                continue
            assert step.emitted is not None
            left = dict(logical.members[step.emitted])
            place, others = _others(image.push(logical.strings[step.emitted]))
            self._emit_light(left, frame, steps)
            for move in next(remaining):
                if not isinstance(move, Flip):
                    steps.append(Step(left.pop(move.pattern), None))
                    continue
                letter = others[move.letter]
                spelled = _spelled(_letter(place, letter), names, logical.qubits)
                turn(_times(spelled, syndromes[move.bit]))
                kept = names[place][letter]
                swapped = {kept: kept}
                a, b = (other for other in (1, 2, 3) if other != kept)
                swapped |= {a: b, b: a}
                names[place] = {bits: swapped[name] for bits, name in names[place].items()}
                self._emit_light(left, frame, steps)
            assert not left
        return steps, frame

    def _emit_light(self, left: dict[int, int], frame: Tableau, steps: list[Step]) -> None:
        for pattern, row in list(left.items()):
            if weight(pushed(frame, self.strings[row], many=False)) == 1:
                steps.append(Step(left.pop(pattern), None))


def _blocks(logical: _Logical, plan: Sequence[Step]) -> list[Block]:
    """The blocks in the order in which a plan comes to them."""
    image = Tableau(len(logical.qubits))
    blocks = []
    for step in plan:
        if step.clifford is not None:
            image.apply_rotation(step.clifford, 1)
            continue
        assert step.emitted is not None
        string = logical.strings[step.emitted]
        place, (a, b) = _others(image.push(string))
        turns = _plain(image.pull(_letter(place, a))), _plain(image.pull(_letter(place, b)))
        blocks.append(Block(string, turns, tuple(logical.members[step.emitted])))
    return blocks


def _between(here: Tableau, there: Tableau) -> list[Step]:
    """Clifford steps from one frame to another, up to Cliffords on single qubits and a permutation."""
    owed = here.inverse().copy()
    owed.then(there)
    items = absorb(executed(synthesize(owed)), LocalFrame(here.n_qubits))
    return [Step(None, item.pauli) for item in items]


def _spelled(string: Pauli, names: Sequence[dict[int, int]], qubits: Sequence[int]) -> Pauli:
    """A string of a plan for logical qubits, on the real ones, where letters have other names."""
    x = z = 0
    for k in support(string):
        letter = names[k][(string.x >> k & 1) + 2 * (string.z >> k & 1)]
        x |= (letter & 1) << qubits[k]
        z |= (letter >> 1) << qubits[k]
    return Pauli(x, z)


def _others(light: Pauli) -> tuple[int, tuple[int, int]]:
    """The qubit of a string of weight one, and the two letters that it does not have there."""
    qubit = _qubit(light)
    letter = (light.x >> qubit & 1) + 2 * (light.z >> qubit & 1)
    a, b = sorted({1, 2, 3} - {letter})
    return qubit, (a, b)


def _letter(qubit: int, letter: int) -> Pauli:
    return Pauli((letter & 1) << qubit, (letter >> 1) << qubit)


def _qubit(light: Pauli) -> int:
    return (light.x | light.z).bit_length() - 1


def _plain(pauli: Pauli) -> Pauli:
    return Pauli(pauli.x, pauli.z)


def _times(a: Pauli, b: Pauli) -> Pauli:
    return Pauli(a.x ^ b.x, a.z ^ b.z)
