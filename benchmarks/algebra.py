"""The Lie algebra of Pauli strings: CPU seconds against PennyLane, fastdla and PauLie on the same words.

    python benchmarks/algebra.py [--limit 20] [--pennylane PYTHON] [--fastdla PYTHON] [--paulie PYTHON]
                                 [--quick] [--plot docs/images/algebra_cost.svg]

Every measurement is a process of its own on one thread, importing not counted, nor a first run of fastdla, which
compiles; reading the words is counted; one that takes longer than the limit is stopped and shown as ``> 20``. The
peers may live in other interpreters (PauLie needs Python 3.12). PennyLane and fastdla list all strings; PauLie and
qansatz name the algebra. Exits with 1 when dimensions differ, or when a peer that finishes is faster.
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
from math import ceil, floor, inf, log10
from pathlib import Path
from typing import Any

_START = 240
WIDE, HIGH = 230, 190
COLOURS = {
    "qansatz": "#1f5f99",
    "PennyLane": "#b0541c",
    "fastdla": "#7a6a10",
    "PauLie": "#8a2f86",
}
OWN = """
from qansatz.lie.classification import classify
from qansatz.numbers import decimal
from qansatz.pauli.tables import PauliTable
X, Z = str.maketrans("IXYZ", "0110"), str.maketrans("IXYZ", "0011")
def bits(words, side):
    return [int(word[::-1].translate(side), 2) for word in words]
def work(words):
    found = classify(PauliTable.from_ints(bits(words, X), bits(words, Z), len(words[0])))
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
warm_up = True
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
if globals().get("warm_up"):
    work(words)
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


Points = dict[str, dict[str, list[tuple[int, float]]]]
"""Case and program to qubits and seconds, infinite where the program was stopped."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One case in a picture of several: where it stands, and what its axes show."""

    left: float
    top: float
    qubits: tuple[float, float]
    seconds: tuple[float, float]

    def at(self, qubits: float, seconds: float) -> tuple[float, float]:
        """Where a point stands, both axes logarithmic."""
        parts = ((qubits, self.qubits), (seconds, self.seconds))
        x, y = ((log10(v) - log10(a)) / (log10(b) - log10(a)) for v, (a, b) in parts)
        return self.left + x * WIDE, self.top + (1 - y) * HIGH

    def axes(self, title: str) -> Iterator[str]:
        """The frame, lines for powers of ten, and the title."""
        yield text(self.left, self.top - 8, title, "600")
        for which, (low, high) in enumerate((self.qubits, self.seconds)):
            for power in range(ceil(log10(low)), floor(log10(high)) + 1):
                value = 10.0**power
                point = (value, self.seconds[0]) if which == 0 else (self.qubits[0], value)
                other = (value, self.seconds[1]) if which == 0 else (self.qubits[1], value)
                (x, y), (u, v) = self.at(*point), self.at(*other)
                yield f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{u:.1f}" y2="{v:.1f}" stroke="#d8dce0"/>'
                label = (x, y + 15, "middle") if which == 0 else (x - 6, y + 4, "end")
                yield text(label[0], label[1], f"{value:g}", anchor=label[2])

    def line(self, program: str, points: list[tuple[int, float]], limit: float) -> Iterator[str]:
        """Dots joined by a line; a hollow triangle at the limit where a program was stopped."""
        colour = COLOURS[program]
        done = [self.at(n, seconds) for n, seconds in points if seconds < inf]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in done)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>'
        for x, y in done:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>'
        for x, y in (self.at(n, limit) for n, seconds in points if seconds == inf):
            corners = f"{x - 4:.1f},{y + 3:.1f} {x + 4:.1f},{y + 3:.1f} {x:.1f},{y - 4:.1f}"
            yield f'<polygon points="{corners}" fill="white" stroke="{colour}" stroke-width="1.4"/>'


def text(x: float, y: float, words: str, weight: str = "400", anchor: str = "start") -> str:
    style = f'font-weight="{weight}" text-anchor="{anchor}" fill="#1f2328"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{words}</text>'


def plot(points: Points, path: str, limit: float) -> None:
    """Seconds against qubits: a panel for each case, a colour for each program."""
    numbers = [point for lines in points.values() for line in lines.values() for point in line]
    seconds = [s for _, s in numbers if s < inf]
    across, down = WIDE + 84, HIGH + 78
    made = []
    for k, (case, lines) in enumerate(points.items()):
        panel = Panel(
            60 + (k % 3) * across,
            40 + (k // 3) * down,
            (min(n for n, _ in numbers) * 0.8, max(n for n, _ in numbers) * 1.25),
            (min(seconds) * 0.6, max(limit, *seconds) * 1.6),
        )
        made += panel.axes(case)
        for program, line in lines.items():
            made += panel.line(program, line, limit)
    place = len(points)
    x, y = 60 + (place % 3) * across, 40 + (place // 3) * down
    for k, (program, colour) in enumerate(COLOURS.items()):
        made.append(f'<line x1="{x}" x2="{x + 26}" y1="{y + 20 * k}" y2="{y + 20 * k}" ')
        made.append(f'stroke="{colour}" stroke-width="2"/>{text(x + 34, y + 20 * k + 4, program)}')
    legend = (
        "CPU seconds (up) against qubits,",
        f"one thread; triangle: failed or beyond {limit:g} s",
    )
    made += [text(x, y + 100 + 18 * k, line) for k, line in enumerate(legend)]
    width, height = 60 + 3 * across, 40 + down * (place // 3 + 1)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
    style = 'font-family="sans-serif" font-size="12" role="img">'
    title = "<title>The cost of naming a Lie algebra as the number of qubits grows</title>"
    back = '<rect width="100%" height="100%" fill="white"/>'
    Path(path).write_text(f"{head} {style}{title}{back}{''.join(made)}</svg>\n", "utf-8")


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
        lines = points.setdefault(family, {})
        lines.setdefault("qansatz", []).append((int(n), own[0]))
        for name, (python, code) in peers.items():
            if name in ("PennyLane", "fastdla") and not case.listable:
                line += f"{'-':>10} {'':>8}  "
                continue
            found = measure(python, code, case.words, args.limit)
            if isinstance(found, str):
                line += f"{found:>10} {'':>8}  "
                lines.setdefault(name, []).append((int(n), inf))
                continue
            lines.setdefault(name, []).append((int(n), found[0]))
            line += f"{found[0]:10.5f} {found[0] / own[0]:7.0f}x  "
            if found[1] and found[1] != own[1]:
                line += f"DIMENSION {found[1]}, not {own[1]}  "
                wrong = True
            wrong |= found[0] < own[0]
        print(f"{line}{own[2]}", flush=True)
    if args.plot:
        plot(points, args.plot, args.limit)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
