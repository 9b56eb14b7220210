"""The Lie algebra of Pauli strings: CPU seconds against PennyLane and PauLie on the same words.

    python benchmarks/algebra.py [--limit 20] [--pennylane PYTHON] [--paulie PYTHON] [--quick]

Every measurement is a process of its own on one thread, importing not counted, reading the words counted; one that
takes longer than the limit is stopped and shown as ``> 20``. The peers may live in other interpreters (PauLie needs
Python 3.12). ``lie_closure`` of PennyLane lists all strings; PauLie and qansatz name the algebra. Exits with 1 when
dimensions differ, or when a peer that finishes is faster.
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
from itertools import combinations
from typing import Any

OWN = """
from qansatz.pauli.algebra import classify
from qansatz.pauli.lie import decimal
from qansatz.pauli.tables import PauliTable
def work(words):
    found = classify(PauliTable.from_words(words))
    return decimal(found.dimension), found.name
"""
PENNYLANE = """
import pennylane as qml
from pennylane.pauli import PauliWord
def work(words):
    given = [PauliWord({k: c for k, c in enumerate(w) if c != "I"}) for w in words]
    return str(len(qml.lie_closure(given, pauli=True))), ""
"""
PAULIE = """
from paulie import get_pauli_string
def work(words):
    found = get_pauli_string(words, n=len(words[0])).get_algebra()
    return "", str(found)
"""
LOOP = """
import json, sys, time
words = json.load(sys.stdin)
runs, spent = 0, 0.0
while runs < 1 or (spent < 0.2 and runs < 50):
    start = time.process_time()
    answer = work(words)
    spent += time.process_time() - start
    runs += 1
print(json.dumps([spent / runs, *answer]))
"""


@dataclass(frozen=True, slots=True)
class Case:
    """Words, and whether PennyLane is asked: its list would not fit otherwise."""

    title: str
    words: list[str]
    listable: bool


def word(n: int, letters: dict[int, str]) -> str:
    return "".join(letters.get(k, "I") for k in range(n))


def chain(n: int, singles: str, bonds: str) -> list[str]:
    words = [word(n, {k: letter}) for letter in singles for k in range(n)]
    return words + [word(n, {k: b, k + 1: b}) for b in bonds for k in range(n - 1)]


def product_ansatz(n: int) -> list[str]:
    """All two-body logical strings times the group of X…X and Z…Z."""
    table = {"I": "IXYZ", "X": "XIZY", "Y": "YZIX", "Z": "ZYXI"}
    found = []
    for i, j in combinations(range(n), 2):
        for letter in "XYZ":
            base = word(n, {i: letter, j: letter})
            found += ["".join(table[c]["IXYZ".index(s)] for c in base) for s in "IXYZ"]
    return list(dict.fromkeys(found))


def cases(quick: bool) -> Iterator[Case]:
    for n in (8, 16, 28, 40, *(() if quick else (100, 500, 1000, 2000, 5000))):
        yield Case(f"Ising chain, n = {n}", chain(n, "X", "Z"), n <= 40)
    for n in (4, 5, 6, *(() if quick else (7, 1000, 2000, 5000))):
        yield Case(f"XX, YY, ZZ chain, n = {n}", chain(n, "", "XYZ"), n <= 7)
    for n in (4, 5, *(() if quick else (6, 1000, 5000))):
        yield Case(f"X, Z, ZZ, n = {n}", chain(n, "XZ", "Z"), n <= 6)
    for n in (4, 6, *(() if quick else (8, 20))):
        yield Case(f"product ansatz, n = {n}", product_ansatz(n), n <= 8)
    rng = random.Random(1)
    for n in () if quick else (500, 1000):
        words = ["".join(rng.choices("IXYZ", k=n)) for _ in range(2 * n + 5)]
        yield Case(f"random strings, n = {n}", words, False)


def measure(python: str, code: str, words: list[str], limit: float) -> list[Any] | str:
    """CPU seconds, dimension and name; or why there are none."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    try:
        made = subprocess.run(
            [python, "-c", code + LOOP],
            input=json.dumps(words),
            capture_output=True,
            text=True,
            timeout=limit + 15,
            env={**os.environ, **threads},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"> {limit:g}"
    if made.returncode:
        return "fails"
    found: list[Any] = json.loads(made.stdout)
    return found if found[0] <= limit else f"> {limit:g}"


def importable(python: str, name: str) -> bool:
    made = subprocess.run([python, "-c", f"import {name}"], capture_output=True, check=False)
    return made.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description="CPU seconds against peers, in one run.")
    parser.add_argument("--limit", type=float, default=20.0, help="seconds for each measurement")
    parser.add_argument("--pennylane", default=sys.executable, help="an interpreter with PennyLane")
    parser.add_argument("--paulie", default=sys.executable, help="an interpreter with PauLie")
    parser.add_argument("--quick", action="store_true", help="small cases only")
    args = parser.parse_args()
    peers = {"PennyLane": (args.pennylane, PENNYLANE), "PauLie": (args.paulie, PAULIE)}
    peers = {name: peer for name, peer in peers.items() if importable(peer[0], name.lower())}
    print(
        f"{'case':26} {'strings':>8} {'qansatz':>9}  "
        + "".join(f"{p:>10} {'ratio':>8}  " for p in peers)
    )
    wrong = False
    for case in cases(args.quick):
        own = measure(sys.executable, OWN, case.words, 10 * args.limit)
        if isinstance(own, str):
            print(f"{case.title:26} {len(case.words):8} {own:>9}")
            wrong = True
            continue
        line = f"{case.title:26} {len(case.words):8} {own[0]:9.5f}  "
        for name, (python, code) in peers.items():
            if name == "PennyLane" and not case.listable:
                line += f"{'-':>10} {'':>8}  "
                continue
            found = measure(python, code, case.words, args.limit)
            if isinstance(found, str):
                line += f"{found:>10} {'':>8}  "
                continue
            line += f"{found[0]:10.5f} {found[0] / own[0]:7.0f}x  "
            if found[1] and found[1] != own[1]:
                line += f"DIMENSION {found[1]}, not {own[1]}  "
                wrong = True
            wrong |= found[0] < own[0]
        print(f"{line}{own[2]}", flush=True)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
