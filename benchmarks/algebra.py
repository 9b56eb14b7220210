"""The Lie algebra of Pauli strings: CPU seconds against PennyLane, fastdla and PauLie on the same words.

    python benchmarks/algebra.py [--limit 20] [--pennylane PYTHON] [--fastdla PYTHON] [--paulie PYTHON]
                                 [--quick] [--plot docs/images/algebra_cost.svg]

Every measurement is a process of its own on one thread, importing and compiling not counted, reading the words
counted; one that takes longer than the limit is stopped and shown as ``> 20``. The peers may live in other
interpreters (PauLie needs Python 3.12). PennyLane and fastdla list all strings; PauLie and qansatz name the algebra.
Exits with 1 when dimensions differ, or when a peer that finishes is faster.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import ceil, floor, log10
from pathlib import Path
from typing import Any

_START = 60
COLOURS = ("#1f5f99", "#b0541c", "#1a7f4b", "#8a2f86", "#7a6a10")
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
FASTDLA = """
from fastdla.lie_closure import lie_closure
from fastdla.sparse_pauli_sum import SparsePauliSum, SparsePauliSumArray
def work(words):
    given = SparsePauliSumArray([SparsePauliSum([w], [1.0]) for w in words])
    return str(len(lie_closure(given))), ""
"""
PAULIE = """
from paulie import get_pauli_string
def work(words):
    found = get_pauli_string(words, n=len(words[0]))
    name = str(found.get_algebra())
    return str(found.get_dla_dim()), name
"""
LOOP = """
import json, sys, time
words = json.load(sys.stdin)
sys.set_int_max_str_digits(0)
for n in (3, 4):
    work(["I" * k + "X" + "I" * (n - 1 - k) for k in range(n)] + ["ZZ" + "I" * (n - 2)])
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
    """Words, and whether those are asked who list the strings: the list would not fit otherwise."""

    title: str
    words: list[str]
    listable: bool


def word(n: int, letters: dict[int, str]) -> str:
    return "".join(letters.get(k, "I") for k in range(n))


def chain(n: int, singles: str, bonds: str) -> list[str]:
    words = [word(n, {k: letter}) for letter in singles for k in range(n)]
    return words + [word(n, {k: b, k + 1: b}) for b in bonds for k in range(n - 1)]


def product_ansatz(n: int, pairs: Iterable[tuple[int, int]]) -> list[str]:
    """Logical strings on pairs of qubits times the group of X…X and Z…Z."""
    table = {"I": "IXYZ", "X": "XIZY", "Y": "YZIX", "Z": "ZYXI"}
    found = []
    for i, j in pairs:
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
    for n in (4, 6, *(() if quick else (8, 20, 200))):
        pairs = combinations(range(n), 2) if n <= 20 else pairwise(range(n))
        yield Case(f"product ansatz, n = {n}", product_ansatz(n, pairs), n <= 8)
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
            timeout=limit + _START,
            env={**os.environ, **threads},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"> {limit:g}"
    if made.returncode:
        return "fails"
    found: list[Any] = json.loads(made.stdout)
    return found if found[0] <= limit else f"> {limit:g}"


Points = dict[tuple[str, str], list[tuple[float, float]]]


def plot(points: Points, path: str) -> None:
    """Seconds against qubits, both logarithmic: one line for each case and program."""
    width, height, edge = 760, 460, 60
    flat = [point for line in points.values() for point in line]
    lows, highs = ([log10(f(p[k] for p in flat)) for k in (0, 1)] for f in (min, max))

    def at(point: tuple[float, float]) -> str:
        x, y = (
            (log10(v) - lo) / max(hi - lo, 1e-9)
            for v, lo, hi in zip(point, lows, highs, strict=True)
        )
        return f"{edge + x * (width - 4 * edge):.1f},{height - edge - y * (height - 2 * edge):.1f}"

    made = []
    dashes = {"qansatz": "", "PennyLane": "8 4", "fastdla": "8 3 2 3", "PauLie": "2 3"}
    colours = dict(zip(dict.fromkeys(case for case, _ in points), COLOURS, strict=False))
    for k, ((case, program), line) in enumerate(points.items()):
        colour, coordinates = colours.get(case, "black"), " ".join(map(at, line))
        style = f'stroke="{colour}" stroke-dasharray="{dashes[program]}"'
        made.append(f'<polyline points="{coordinates}" fill="none" {style}/>')
        made += [
            f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/>'
            for x, y in (c.split(",") for c in coordinates.split())
        ]
        y = edge + 18 * k
        made.append(f'<line x1="{width - 170}" x2="{width - 140}" y1="{y}" y2="{y}" {style}/>')
        made.append(f'<text x="{width - 134}" y="{y + 4}">{case}, {program}</text>')
    for k, unit in ((0, "qubits"), (1, "seconds")):
        for power in range(ceil(lows[k]), floor(highs[k]) + 1):
            point = (10.0**power, 10 ** lows[1]) if k == 0 else (10 ** lows[0], 10.0**power)
            x, y = map(float, at(point).split(","))
            x, y = (x, y + 18) if k == 0 else (x - 42, y + 4)
            made.append(f'<text x="{x}" y="{y}">{10.0**power:g}</text>')
        where = (width / 2 - 60, height - 14) if k == 0 else (8, edge - 24)
        made.append(f'<text x="{where[0]}" y="{where[1]}">{unit}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
    style = (
        'font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="white"/>'
    )
    Path(path).write_text(f"{head} {style}{''.join(made)}</svg>\n", "utf-8")


def importable(python: str, name: str) -> bool:
    made = subprocess.run([python, "-c", f"import {name}"], capture_output=True, check=False)
    return made.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description="CPU seconds against peers, in one run.")
    parser.add_argument("--limit", type=float, default=20.0, help="seconds for each measurement")
    parser.add_argument("--pennylane", default=sys.executable, help="an interpreter with PennyLane")
    parser.add_argument("--fastdla", default=sys.executable, help="an interpreter with fastdla")
    parser.add_argument("--paulie", default=sys.executable, help="an interpreter with PauLie")
    parser.add_argument("--quick", action="store_true", help="small cases only")
    parser.add_argument("--plot", metavar="FILE", help="write the cost as n grows as SVG")
    args = parser.parse_args()
    peers = {
        "PennyLane": (args.pennylane, PENNYLANE),
        "fastdla": (args.fastdla, FASTDLA),
        "PauLie": (args.paulie, PAULIE),
    }
    peers = {name: peer for name, peer in peers.items() if importable(peer[0], name.lower())}
    print(
        f"{'case':26} {'strings':>8} {'qansatz':>9}  "
        + "".join(f"{p:>10} {'ratio':>8}  " for p in peers)
    )
    wrong, points = False, Points()
    for case in cases(args.quick):
        own = measure(sys.executable, OWN, case.words, 10 * args.limit)
        if isinstance(own, str):
            print(f"{case.title:26} {len(case.words):8} {own:>9}")
            wrong = True
            continue
        line = f"{case.title:26} {len(case.words):8} {own[0]:9.5f}  "
        family, n = case.title.rsplit(", n = ", 1)
        points.setdefault((family, "qansatz"), []).append((float(n), own[0]))
        for name, (python, code) in peers.items():
            if name in ("PennyLane", "fastdla") and not case.listable:
                line += f"{'-':>10} {'':>8}  "
                continue
            found = measure(python, code, case.words, args.limit)
            if isinstance(found, str):
                line += f"{found:>10} {'':>8}  "
                continue
            points.setdefault((family, name), []).append((float(n), found[0]))
            line += f"{found[0]:10.5f} {found[0] / own[0]:7.0f}x  "
            if found[1] and found[1] != own[1]:
                line += f"DIMENSION {found[1]}, not {own[1]}  "
                wrong = True
            wrong |= found[0] < own[0]
        print(f"{line}{own[2]}", flush=True)
    if args.plot:
        plot(points, args.plot)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
