"""Elimination modulo a prime: CPU seconds of the package's own tables against python-flint, per bit of the prime.

    python benchmarks/modular.py [--flint PYTHON]

First the reduced basis of random rows, then what a closure does most: 128 rows times a basis, to reduce them by it.
The package computes modulo primes of 23 bits in floating-point products of matrices; python-flint modulo the same
prime, and modulo one of 61 bits, which replaces almost three of ours. Turning rows into matrices of flint and back is
not counted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys

SIZES = ((250, 500), (500, 1000), (1000, 2000), (2000, 4000))
OWN = """
import json, sys, time
import numpy as np
from qansatz.lie.modular import Span, product
prime, found, batches = 8388593, [], []
for rows, width in json.loads(sys.argv[1]):
    block = np.random.default_rng(1).integers(-prime // 2, prime // 2, (rows, width)).astype(float)
    span = Span(prime, width)
    start = time.process_time()
    span.insert(block)
    assert span.dimension == rows
    found.append(time.process_time() - start)
    batch = np.ascontiguousarray(block[:128, :rows])
    start = time.process_time()
    product(batch, span.rows, prime)
    batches.append(time.process_time() - start)
print(json.dumps([found, batches]))
"""
FLINT = """
import json, random, sys, time
import flint
found = []
for prime in (8388593, 2**61 - 1):
    spent, batches = [], []
    for rows, width in json.loads(sys.argv[1]):
        entries = [random.randrange(prime) for _ in range(rows * width)]
        matrix = flint.nmod_mat(rows, width, entries, prime)
        start = time.process_time()
        assert matrix.rref()[1] == rows
        spent.append(time.process_time() - start)
        batch = flint.nmod_mat(128, rows, entries[:128 * rows], prime)
        start = time.process_time()
        batch * matrix
        batches.append(time.process_time() - start)
    found += [spent, batches]
print(json.dumps(found))
"""


def measure(python: str, code: str) -> list[list[float]] | None:
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    made = subprocess.run(
        [python, "-c", code, json.dumps(SIZES)],
        capture_output=True,
        text=True,
        env={**os.environ, **threads},
        check=False,
    )
    return json.loads(made.stdout) if made.returncode == 0 else None


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Elimination modulo a prime, against python-flint."
    )
    parser.add_argument("--flint", default=sys.executable, help="an interpreter with python-flint")
    args = parser.parse_args()
    own, peer = measure(sys.executable, OWN), measure(args.flint, FLINT)
    if own is None:
        return 1
    for title, which in (("reduced basis", 0), ("128 rows times a basis", 1)):
        print(f"{title:24}{'qansatz':>10}{'flint':>10}{'flint, 61 bits':>16}{'ratio per bit':>15}")
        for k, (rows, width) in enumerate(SIZES):
            line = f"{f'{rows} x {width}':24}{own[which][k]:10.4f}"
            if peer is not None:
                short, long = peer[which][k], peer[2 + which][k]
                ratio = long / 61 / (own[which][k] / 23)
                line += f"{short:10.4f}{long:16.4f}{ratio:15.2f}"
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
