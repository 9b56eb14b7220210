"""The exact variance of a cost against deep random circuits, and against published values.

    python benchmarks/variance.py [--samples 4000] [--layers 100] [--seed 1]

1. 20 circuits of strings and 8 of sums, of at most eight qubits. Each layer applies every generator once, in random
   order, by a random angle. The sampled variance must lie within three standard errors of the exact one.
2. The plateau of the stabilizer-logical ansatz and its symmetric counterpart (arXiv:2406.18316), to five digits.

Exits with 1 when a circuit misses either.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from qansatz import driver
from qansatz.analysis.trainability.variance import variance
from qansatz.pauli import states
from qansatz.pauli.strings import from_word, to_text
from qansatz.source import Source
from tests.oracles import dense

#: Published variances by qubits.
PLATEAU = {6: 0.029412, 8: 0.0076923, 10: 0.0019455, 12: 0.00048781, 14: 0.00012204}


@dataclass(frozen=True, slots=True)
class Circuit:
    """Generators, words or sums of them such as ``XI+IX``, weighted words of the observable, and a ket."""

    title: str
    words: list[str]
    cost: dict[str, int]
    ket: str

    @property
    def n(self) -> int:
        return len(self.ket)


def word(n: int, letters: dict[int, str]) -> str:
    return "".join(letters.get(k, "I") for k in range(n))


def chain(n: int, singles: str, bonds: str, ring: bool = False) -> list[str]:
    pairs = [(k, (k + 1) % n) for k in range(n if ring else n - 1)]
    found = [word(n, {k: a}) for a in singles for k in range(n)]
    return found + [
        word(n, {i: a, j: b})
        for a, b in zip(bonds[::2], bonds[1::2], strict=True)
        for i, j in pairs
    ]


def product_ansatz(n: int) -> list[str]:
    """Neighbours' XX, YY, ZZ times the group of X…X and Z…Z."""
    table = {"I": "IXYZ", "X": "XIZY", "Y": "YZIX", "Z": "ZYXI"}
    bases = chain(n, "", "XXYYZZ")
    return list(
        dict.fromkeys("".join(table[c]["IXYZ".index(s)] for c in b) for b in bases for s in "IXYZ")
    )


def circuits() -> Iterator[Circuit]:
    for n in (4, 6, 8):
        yield Circuit(
            f"Ising chain, n = {n}", chain(n, "X", "ZZ"), {word(n, {0: "Z", 1: "Z"}): 1}, "0" * n
        )
    for n in (4, 6):
        energy = dict.fromkeys(chain(n, "X", "ZZ", ring=True), 1)
        yield Circuit(
            f"Ising ring, energy, n = {n}", chain(n, "X", "ZZ", ring=True), energy, "+" * n
        )
    yield Circuit("XY chain, n = 6", chain(6, "", "XXYY"), {word(6, {2: "X", 3: "X"}): 1}, "+" * 6)
    yield Circuit(
        "XY chain from a product state", chain(5, "", "XYYX"), {"XYIII": 2, "IIYXI": -1}, "01+-r"
    )
    for n in (4, 6, 8):
        cost = {word(n, {0: "X", 1: "X"}): 1}
        yield Circuit(f"XX, YY, ZZ chain, n = {n}", chain(n, "", "XXYYZZ"), cost, "0" * n)
    yield Circuit("product ansatz, n = 4", product_ansatz(4), {"ZZII": 1}, "0000")
    yield Circuit(
        "product ansatz, interfering terms", product_ansatz(4), {"ZZII": 1, "IIZZ": 1}, "0000"
    )
    yield Circuit(
        "product ansatz, other signs", product_ansatz(4), {"ZZII": 1, "IIZZ": -1, "XXII": 1}, "0000"
    )
    yield Circuit("universal, n = 3", chain(3, "XZ", "ZZ"), {"ZII": 1}, "000")
    yield Circuit("universal, n = 4", chain(4, "XZ", "ZZ"), {"ZIII": 1, "ZZZZ": 2}, "+0-1")
    yield Circuit(
        "symplectic: XX, YZ chain, n = 4", chain(4, "", "XXYZ"), {"XXII": 1, "IYZI": 1}, "0rl+"
    )
    yield Circuit("orthogonal: XY, YZ chain, n = 5", chain(5, "", "XYYZ"), {"IXYII": 1}, "++rr0")
    rng = random.Random(5)
    for k in range(3):
        words = ["".join(rng.choices("IXYZ", k=4)) for _ in range(6)]
        ket = "".join(rng.choices("01+-rl", k=4))
        yield Circuit(f"random strings {k + 1}", words, {words[0]: 1, words[1]: -2}, ket)


def sums() -> Iterator[Circuit]:
    for n in (4, 6, 8):
        ring = ["+".join(chain(n, "", "ZZ", ring=True)), "+".join(chain(n, "X", ""))]
        energy = dict.fromkeys(chain(n, "X", "ZZ", ring=True), -1)
        yield Circuit(f"summed Ising ring, n = {n}", ring, energy, "+" * n)
    n = 6
    summed = ["+".join(chain(n, "", "ZZ")), "+".join(chain(n, "X", ""))]
    yield Circuit("summed open Ising chain, n = 6", summed, {word(n, {0: "X"}): 1}, "+" * n)
    edges = [(0, 1), (1, 2), (2, 3), (0, 2)]
    cut = "+".join(word(4, {i: "Z", j: "Z"}) for i, j in edges)
    cost = {word(4, {i: "Z", j: "Z"}): 1 for i, j in edges}
    yield Circuit(
        "maximum cut, a triangle with a tail", [cut, "+".join(chain(4, "X", ""))], cost, "++++"
    )
    for n in (4, 5):
        pairs = "+".join(word(n, {i: "Z", j: "Z"}) for j in range(n) for i in range(j))
        layers = ["+".join(chain(n, letter, "")) for letter in "XY"]
        cost = dict.fromkeys(chain(n, "Z", ""), 1)
        yield Circuit(f"permutation-equivariant, n = {n}", [*layers, pairs], cost, "0" * n)
    bonds = ["+".join(word(4, {i: p, i + 1: p}) for p in "XYZ") for i in range(3)]
    cost = {word(4, {0: p, 1: p}): 1 for p in "XYZ"}
    yield Circuit("Heisenberg bonds, n = 4", bonds, cost, "0101")


def plateau() -> bool:
    """X₀X₁ on |0…0⟩, all XX, YY, ZZ of neighbours, against the published numbers."""
    print("\nplateau: n      published          exact")
    fine = True
    for n, published in PLATEAU.items():
        found = exact(Circuit("", chain(n, "", "XXYYZZ"), {word(n, {0: "X", 1: "X"}): 1}, "0" * n))
        ok = found is not None and abs(found - published) < 5e-5 * published
        fine &= ok
        print(f"{n:10}{published:>15.5g}{found or 0.0:>15.5g}{'' if ok else '  MISSED'}")
    return fine


def exact(circuit: Circuit) -> float | None:
    """From the compiler."""
    lines = [
        f"  rot({' + '.join(to_text(from_word(w)) for w in words.split('+'))}, a[{k}])"
        for k, words in enumerate(circuit.words)
    ]
    cost = " + ".join(f"({c}) * {to_text(from_word(w))}" for w, c in circuit.cost.items())
    text = "\n".join(
        [
            f"qans 1\nansatz a() {{\n  qubits q[{circuit.n}]\n  param a[{len(lines)}]",
            f"  init |{circuit.ket}>",
            *lines,
            f"  observable cost = {cost}\n}}\n",
        ]
    )
    found = variance(driver.compile_source(Source("circuit.qans", text)).ansatz)
    return None if found.value is None else float(found.value)


def sampled(
    circuit: Circuit, n_samples: int, n_layers: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Variance and its standard error."""
    ket = dense.ket(circuit.ket).astype(complex)
    batch = states.copies(ket, n_samples)
    actions = [
        [states.action(from_word(w), circuit.n) for w in words.split("+")]
        for words in circuit.words
    ]
    for _ in range(n_layers):
        for k in rng.permutation(len(actions)):
            angles = rng.uniform(0, 2 * np.pi, n_samples)
            for action in actions[k]:
                states.rotate(batch, action, angles)
    values = np.zeros(n_samples)
    for w, c in circuit.cost.items():
        moved = states.action(from_word(w), circuit.n).apply(batch)
        values += c * np.einsum("bi,bi->b", batch.conj(), moved).real
    squares = (values - values.mean()) ** 2
    return float(squares.mean()), float(squares.std() / n_samples**0.5)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=4000)
    parser.add_argument("--layers", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    print(f"{'circuit':40}{'exact':>12}{'sampled':>12}{'± error':>12}{'deviations':>12}")
    failures = 0
    for circuit in (*circuits(), *sums()):
        truth = exact(circuit)
        mean, error = sampled(circuit, args.samples, args.layers, rng)
        if truth is None:
            print(f"{circuit.title:40}{'outside':>12}{mean:>12.5f}{error:>12.5f}")
            failures += 1
            continue
        away = (mean - truth) / error if error else 0.0
        failures += abs(away) > 3
        print(
            f"{circuit.title:40}{truth:>12.5f}{mean:>12.5f}{error:>12.5f}{away:>12.2f}", flush=True
        )
    return int(not plateau() or failures > 0)


if __name__ == "__main__":
    sys.exit(main())
