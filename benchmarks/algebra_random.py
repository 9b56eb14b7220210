"""The classification against a brute-force closure on random sets of strings: no difference is allowed.

    python benchmarks/algebra_random.py [--sets 20000] [--seed 1]

Few-body strings, any strings, pairs of Majorana operators, stars, trees, twins by a common factor, and repeated and
dependent generators, on up to six qubits. Compared are the dimension, the sizes of the components, the centre,
and up to four qubits the membership of every string. Exits with 1 at the first difference.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from qansatz.lie.classification import Algebra, centre, classify, contains
from qansatz.pauli.strings import Pauli
from qansatz.pauli.tables import PauliTable
from tests.oracles import algebra as oracle


def any_strings(rng: random.Random, n: int) -> list[Pauli]:
    return [Pauli(rng.getrandbits(n), rng.getrandbits(n)) for _ in range(rng.randint(1, 2 * n + 2))]


def few_body(rng: random.Random, n: int) -> list[Pauli]:
    found = []
    for _ in range(rng.randint(1, 3 * n)):
        mask = 1 << rng.randrange(n) | 1 << rng.randrange(n)
        found.append(Pauli(rng.getrandbits(n) & mask, rng.getrandbits(n) & mask))
    return found


def majorana_pairs(rng: random.Random, n: int) -> list[Pauli]:
    single = [(1 << k // 2, ((1 << k // 2) - 1) | (k % 2) << k // 2) for k in range(2 * n)]
    single.append((0, (1 << n) - 1))
    found = []
    for _ in range(rng.randint(1, 3 * n)):
        (a, b), (c, d) = rng.sample(single, 2)
        found.append(Pauli(a ^ c, b ^ d))
    return found


def tree(rng: random.Random, n: int) -> list[Pauli]:
    """Strings whose anticommutation graph is a random tree, as far as n qubits hold one."""
    found: list[Pauli] = []
    star = rng.random() < 0.4
    for k in range(rng.randint(2, 2 * n)):
        parent = 0 if star else rng.randrange(k) if k else 0
        for _ in range(200):
            p = Pauli(rng.getrandbits(n), rng.getrandbits(n))
            signs = [((p.x & q.z).bit_count() + (p.z & q.x).bit_count()) % 2 for q in found]
            if signs == [j == parent for j in range(k)]:
                found.append(p)
                break
        else:
            break
    return found


KINDS = (any_strings, few_body, majorana_pairs, tree)


def draw(rng: random.Random) -> tuple[int, list[Pauli]]:
    n = rng.choice((1, 2, 3, 3, 4, 4, 5, 6))
    found = rng.choice(KINDS)(rng, n)
    factor = Pauli(rng.getrandbits(n), rng.getrandbits(n))
    if rng.random() < 0.3:
        chosen = rng.sample(found, rng.randint(0, len(found)))
        found += [Pauli(p.x ^ factor.x, p.z ^ factor.z) for p in chosen]
    return n, found


def difference(n: int, strings: list[Pauli], found: Algebra) -> str | None:
    """What the classification and the closure do not agree in."""
    closure = oracle.quick_closure(strings)
    if found.dimension != len(closure):
        return f"dimension {found.dimension}, not {len(closure)}"
    central = {p for p in closure if not any(oracle.anticommute(p, q) for q in strings)}
    if set(centre(found).paulis()) != central:
        return "centre"
    if len(closure) <= 128:
        sizes = sorted(component.dimension for component in found.components)
        if sizes != oracle.simple_dimensions(closure):
            return "components"
    if n <= 4:
        for x in range(1 << n):
            for z in range(1 << n):
                if contains(found, Pauli(x, z)) != (Pauli(x, z) in closure):
                    return f"membership of x = {x}, z = {z}"
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description="The classification against brute force.")
    parser.add_argument("--sets", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    kinds: Counter[str] = Counter()
    start = time.perf_counter()
    for number in range(args.sets):
        n, strings = draw(rng)
        found = classify(PauliTable.from_paulis(strings, n))
        kinds.update(component.kind for component in found.components)
        wrong = difference(n, strings, found)
        if wrong:
            print(f"set {number}: {wrong}: {PauliTable.from_paulis(strings, n).words()}")
            return 1
    print(f"{args.sets} sets, no difference, {time.perf_counter() - start:.0f} s")
    print(", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
