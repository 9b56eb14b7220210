"""The Lie algebra of sums of Pauli strings: CPU seconds against PennyLane and fastdla, and where PennyLane miscounts.

    python benchmarks/algebra_sums.py [--limit 30] [--fastdla PYTHON] [--quick] [--random 300]

Every measurement is a process of its own on one thread, importing not counted, nor a first run of fastdla, which
compiles; one that takes longer than the limit is stopped and shown as ``> 30``. qansatz is measured in the full space
and over orbits. The random sums have coefficients of very different size; dimensions are judged by a closure with
fractions (``tests/oracles/sums.py``). Exits with 1 when qansatz gives another dimension than the known or judged one,
or when a peer that finishes is faster than the better of its two ways.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import comb
from pathlib import Path
from typing import Any

Sums = list[list[tuple[str, str]]]

LOAD = """
import json, sys, time
from fractions import Fraction
sums = [[(w, Fraction(c)) for w, c in terms] for terms in json.load(sys.stdin)]
n = len(sums[0][0][0])
"""
OWN = """
from qansatz.pauli.orbits import reduction
from qansatz.pauli.strings import from_word
from qansatz.lie.closure import Limit, close
limit = Limit(dimension=10**6, effort=10**6, cells=10**10)
def work():
    given = [{from_word(w)[:2]: c for w, c in terms} for terms in sums]
    found = close(given, n, reduction=GROUP, limit=limit)
    return found.dimension, found.certificate
"""
PENNYLANE = """
import pennylane as qml
from pennylane.pauli import PauliSentence, PauliWord
def word(text):
    return PauliWord({k: c for k, c in enumerate(text) if c != "I"})
def work():
    given = [PauliSentence({word(w): float(c) for w, c in terms}) for terms in sums]
    return len(qml.lie_closure(given, pauli=True)), ""
"""
FASTDLA = """
from fastdla.lie_closure import lie_closure
from fastdla.sparse_pauli_sum import SparsePauliSum, SparsePauliSumArray
def closed(sums):
    made = [SparsePauliSum([w for w, c in terms], [float(c) for w, c in terms]) for terms in sums]
    return len(lie_closure(SparsePauliSumArray(made)))
def work():
    return closed(sums), ""
warm_up = True
"""
DENSE = """
import numpy as np, pennylane as qml
from functools import reduce
letters = {"I": np.eye(2), "X": np.array([[0, 1], [1, 0]]), "Y": np.array([[0, -1j], [1j, 0]]), "Z": np.diag([1, -1])}
def work():
    given = [sum(float(c) * reduce(np.kron, [letters[a] for a in w]) for w, c in terms) for terms in sums]
    return len(qml.lie_closure(np.array(given), matrix=True)), ""
"""
LOOP = """
if globals().get("warm_up"):
    work()
runs, spent = 0, 0.0
while runs < 1 or (spent < 0.3 and runs < 20):
    start = time.process_time()
    answer = work()
    spent += time.process_time() - start
    runs += 1
print(json.dumps([spent / runs, *answer]))
"""


@dataclass(frozen=True, slots=True)
class Case:
    """Generators, the known dimension, and which ways are tried."""

    title: str
    sums: Sums
    dimension: int
    full: bool = True
    peers: bool = True


def word(n: int, letters: dict[int, str]) -> str:
    return "".join(letters.get(k, "I") for k in range(n))


def ring(n: int) -> Sums:
    """Sum of ZZ on a cycle, sum of X."""
    bonds = [(word(n, {k: "Z", (k + 1) % n: "Z"}), "1") for k in range(n)]
    return [bonds, [(word(n, {k: "X"}), "1") for k in range(n)]]


def equivariant(n: int) -> Sums:
    """Sum of X, of Y, of all ZZ."""
    singles = [[(word(n, {k: a}), "1") for k in range(n)] for a in "XY"]
    return [*singles, [(word(n, {i: "Z", j: "Z"}), "1") for i, j in combinations(range(n), 2)]]


def heisenberg(n: int) -> Sums:
    """XX + YY + ZZ on each bond of a chain."""
    return [[(word(n, {k: a, k + 1: a}), "1") for a in "XYZ"] for k in range(n - 1)]


def cases(quick: bool) -> Iterator[Case]:
    for n in (8, 16, *(() if quick else (32, 100, 300))):
        yield Case(f"Ising ring, summed, n = {n}", ring(n), 3 * n - 1, n <= 32, n <= 16)
    for n in (6, 7, *(() if quick else (8, 9, 20, 30, 40))):
        dimension = comb(n + 3, 3) - n // 2
        yield Case(f"permutation-equivariant, n = {n}", equivariant(n), dimension, n <= 7, n <= 9)
    for n, dimension in ((5, 40), (6, 129), *(() if quick else ((7, 426), (8, 1426)))):
        yield Case(f"XX+YY+ZZ per bond, n = {n}", heisenberg(n), dimension, True, n <= 7)


def measure(code: str, sums: Sums, limit: float, python: str = sys.executable) -> list[Any] | str:
    """CPU seconds, dimension and more; or why there are none."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    try:
        made = subprocess.run(
            [python, "-W", "ignore", "-c", LOAD + code + LOOP],
            input=json.dumps(sums),
            capture_output=True,
            text=True,
            timeout=limit + 240,
            env={**os.environ, **threads},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"> {limit:g}"
    if made.returncode:
        return "fails"
    found: list[Any] = json.loads(made.stdout)
    return found if found[0] <= limit else f"> {limit:g}"


def shown(found: list[Any] | str | None) -> str:
    if found is None:
        return "-"
    return found if isinstance(found, str) else f"{found[0]:.4f} ({found[1]})"


def compare(limit: float, quick: bool, fastdla: str | None) -> int:
    """Print the table; how many rows are wrong or slower."""
    given = "[{from_word(w)[:2]: c for w, c in t} for t in sums]"
    orbits = OWN.replace("GROUP", f"reduction({given}, n)")
    print(
        f"{'case':34}{'dimension':>10}{'full space':>20}{'orbits':>20}{'PennyLane':>20}{'matrix':>20}"
        + (f"{'fastdla':>20}" if fastdla else "")
    )
    failures = 0
    for case in cases(quick):
        own = [
            measure(OWN.replace("GROUP", "None"), case.sums, limit) if case.full else None,
            measure(orbits, case.sums, limit),
        ]
        peers = [
            measure(PENNYLANE, case.sums, limit) if case.peers else None,
            measure(DENSE, case.sums, limit)
            if case.peers and len(case.sums[0][0][0]) <= 7
            else None,
        ]
        if fastdla:
            peers.append(measure(FASTDLA, case.sums, limit, fastdla) if case.peers else None)
        row = "".join(f"{shown(found):>20}" for found in [*own, *peers])
        print(f"{case.title:34}{case.dimension:>10}{row}", flush=True)
        best = min((f[0] for f in own if isinstance(f, list)), default=float("inf"))
        wrong = any(isinstance(f, list) and f[1] != case.dimension for f in own)
        slower = any(isinstance(f, list) and f[0] < best for f in peers)
        failures += wrong or slower or best == float("inf")
    return failures


def random_sums(count: int) -> int:
    """Sums with coefficients of very different size: who miscounts. How often qansatz does."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    import pennylane as qml
    from pennylane.pauli import PauliSentence, PauliWord

    from qansatz.lie.closure import Closure, close
    from qansatz.pauli.strings import from_word
    from tests.oracles import sums as oracle

    rng = random.Random(1)
    sizes = (1, -1, 2, Fraction(1, 3), 10**6, Fraction(1, 10**6), Fraction(10**6 + 3, 7))
    own, peer = 0, 0
    for _ in range(count):
        n = 2
        generators: list[dict[str, Any]] = [
            {"".join(rng.choices("IXYZ", k=n)): rng.choice(sizes) for _ in range(rng.randint(1, 3))}
            for _ in range(rng.randint(2, 3))
        ]
        generators = [{w: c for w, c in g.items() if set(w) != {"I"}} for g in generators]
        generators = [g for g in generators if g]
        if not generators:
            continue
        truth = oracle.dimension(generators)
        found = close([{from_word(w)[:2]: c for w, c in g.items()} for g in generators], n)
        own += not isinstance(found, Closure) or found.dimension != truth
        given = [
            PauliSentence(
                {
                    PauliWord({k: a for k, a in enumerate(w) if a != "I"}): float(c)
                    for w, c in g.items()
                }
            )
            for g in generators
        ]
        try:
            peer += len(qml.lie_closure(given, pauli=True)) != truth
        except Exception:  # the peer refuses some valid generators
            peer += 1
    print(f"random sums: of {count}, qansatz miscounts {own}, PennyLane {peer}")
    return own


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=float, default=30.0, help="CPU seconds for each case")
    parser.add_argument("--fastdla", metavar="PYTHON", help="an interpreter with fastdla")
    parser.add_argument("--quick", action="store_true", help="small cases only")
    parser.add_argument("--random", type=int, default=300, help="how many random sets of sums")
    parser.add_argument("--only-random", action="store_true", help="skip the table")
    args = parser.parse_args()
    failures = 0 if args.only_random else compare(args.limit, args.quick, args.fastdla)
    return int(failures + random_sums(args.random) > 0)


if __name__ == "__main__":
    sys.exit(main())
