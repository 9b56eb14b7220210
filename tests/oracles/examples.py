"""The example files once more, in plain Python: each function gives the state that one ansatz prepares.

``values`` are the parameters in the order of their declaration, then the inputs, in radians. States have the
shape (2ⁿ,), qubit 0 the most significant bit. Nothing of the compiler is used.
"""

from __future__ import annotations

from functools import reduce
from itertools import combinations

import numpy as np

PAULIS = {
    "I": np.eye(2, dtype=complex),
    "X": np.array([[0, 1], [1, 0]], dtype=complex),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1.0 + 0j, -1]),
}
H = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
KETS = {"0": np.array([1, 0]), "1": np.array([0, 1]), "+": np.array([1, 1]) / np.sqrt(2)}
CX = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]])
CZ = np.diag([1, 1, 1, -1])
PRODUCT = {frozenset("XY"): "Z", frozenset("YZ"): "X", frozenset("XZ"): "Y"}


class State:
    """A state vector that gates act on."""

    def __init__(self, ket: str) -> None:
        self.n = len(ket)
        amplitudes = reduce(np.kron, (KETS[letter] for letter in ket))
        self.tensor = amplitudes.astype(complex).reshape((2,) * self.n)

    def vector(self) -> np.ndarray:
        return self.tensor.reshape(-1)

    def apply(self, matrix: np.ndarray, *qubits: int) -> None:
        k = len(qubits)
        moved = np.tensordot(matrix.reshape((2,) * (2 * k)), self.tensor, (range(k, 2 * k), qubits))
        self.tensor = np.moveaxis(moved, range(k), qubits)

    def rot(self, letters: str, qubits: tuple[int, ...], angle: float) -> None:
        """exp(−i·angle/2·P) for the letters of P on the qubits given."""
        before = self.tensor
        for letter, qubit in zip(letters, qubits, strict=True):
            self.apply(PAULIS[letter], qubit)
        self.tensor = np.cos(angle / 2) * before - 1j * np.sin(angle / 2) * self.tensor

    def word(self, word: str, angle: float) -> None:
        self.rot(word, tuple(range(self.n)), angle)

    def controlled(self, letter: str, control: int, target: int, angle: float) -> None:
        block = np.cos(angle / 2) * np.eye(2) - 1j * np.sin(angle / 2) * PAULIS[letter]
        matrix = np.eye(4, dtype=complex)
        matrix[2:, 2:] = block
        self.apply(matrix, control, target)


def times(a: str, b: str) -> str:
    """The product of two words without its phase."""

    def letter(p: str, q: str) -> str:
        if "I" in (p, q):
            return q if p == "I" else p
        return "I" if p == q else PRODUCT[frozenset((p, q))]

    return "".join(letter(p, q) for p, q in zip(a, b, strict=True))


def on(n: int, letters: str, *qubits: int) -> str:
    """The word of n letters with the given ones at the given qubits."""
    word = ["I"] * n
    for letter, qubit in zip(letters, qubits, strict=True):
        word[qubit] = letter
    return "".join(word)


# Hamiltonian variational ansatzes


def tfim(values, n, layers):
    state = State("+" * n)
    for gamma, beta in zip(values[:layers], values[layers:], strict=True):
        for i in range(n):
            state.rot("ZZ", (i, (i + 1) % n), gamma)
        for i in range(n):
            state.rot("X", (i,), beta)
    return state.vector()


def tfim_individual(values, n, layers):
    state = State("+" * n)
    for gamma, beta in zip(*np.reshape(values, (2, layers, n)), strict=True):
        for i in range(n):
            state.rot("ZZ", (i, (i + 1) % n), gamma[i])
        for i in range(n):
            state.rot("X", (i,), beta[i])
    return state.vector()


def heisenberg(values, n, layers):
    state = State("0" * n)
    state.tensor = reduce(np.kron, [np.array([0, 1, -1, 0]) / np.sqrt(2)] * (n // 2)).reshape(
        (2,) * n
    )
    for odd, even in np.reshape(values, (layers, 2)):
        for i in (*range(1, n - 1, 2), *range(0, n - 1, 2)):
            for letters in ("XX", "YY", "ZZ"):
                state.rot(letters, (i, i + 1), odd if i % 2 else even)
    return state.vector()


def xy(values, n, layers):
    state = State("0" * n)
    for layer in np.reshape(values, (layers, n - 1, 2)):
        for i, (a, b) in enumerate(layer):
            state.rot("XX", (i, i + 1), a)
            state.rot("YY", (i, i + 1), b)
    return state.vector()


# The stabilizer-logical product ansatz and its rivals

SYMMETRIC = [
    "XXII",
    "IIYY",
    "IZZI",
    "XIIX",
    "YYII",
    "IIZZ",
    "IXXI",
    "YIIY",
    "ZZII",
    "IIXX",
    "IYYI",
    "ZIIZ",
]
NOT_SYMMETRIC = [
    "XIII",
    "IXII",
    "IIXI",
    "IIIX",
    "YIII",
    "IYII",
    "IIYI",
    "IIIY",
    "ZZII",
    "IZZI",
    "IIZZ",
    "ZIIZ",
]


def _encoded(inputs) -> State:
    state = State("0000")
    for i, x in enumerate(inputs):
        state.rot("Y", (i,), x)
    return state


def slpa(values, depth):
    state = _encoded(values[-4:])
    angles = iter(values[:-4])
    for word in SYMMETRIC * depth:
        for element in ("IIII", "XXXX", "ZZZZ", "YYYY"):
            state.word(times(element, word), next(angles))
    return state.vector()


def _in_turn(words):
    def prepared(values, depth):
        state = _encoded(values[-4:])
        for word, angle in zip(words * depth, values[:-4], strict=True):
            state.word(word, angle)
        return state.vector()

    return prepared


def slpa_pairs(n):
    def prepared(values):
        state = State("0" * n)
        angles = iter(values)
        for letter in "XYZ":
            for i, j in combinations(range(n), 2):
                for element in "IXZY":
                    word = times(element * n, on(n, letter * 2, i, j))
                    state.word(word, next(angles))
        return state.vector()

    return prepared


def xgenerators(values, n):
    state = State("0" * n)
    subsets = [(i,) for i in range(n)] + list(combinations(range(n), 2))
    for subset, angle in zip(subsets, values, strict=True):
        state.rot("X" * len(subset), subset, angle)
    return state.vector()


# Circuits of gates

PETERSEN = [(k, (k + 1) % 5) for k in range(5)]
PETERSEN += [(k, k + 5) for k in range(5)] + [(5 + k, 5 + (k + 2) % 5) for k in range(5)]


def maxcut(values, n, edges, p):
    state = State("+" * n)
    for gamma, beta in zip(values[:p], values[p:], strict=True):
        for edge in edges:
            state.rot("ZZ", edge, -gamma / 2)
        for i in range(n):
            state.rot("X", (i,), beta)
    return state.vector()


def ry_cz(values, n, layers):
    state = State("0" * n)
    for layer in np.reshape(values, (layers, n)):
        for i, angle in enumerate(layer):
            state.rot("Y", (i,), angle)
        for i in range(n - 1):
            state.apply(CZ, i, i + 1)
    return state.vector()


def efficient_su2(values, n, reps):
    state = State("0" * n)
    for number, (ry, rz) in enumerate(np.reshape(values, (reps + 1, 2, n))):
        for i in range(n):
            state.rot("Y", (i,), ry[i])
            state.rot("Z", (i,), rz[i])
        if number < reps:
            for i in reversed(range(n - 1)):
                state.apply(CX, i, i + 1)
    return state.vector()


def rbs_layer(values, n):
    state = State("1" + "0" * (n - 1))
    places = [(j - 1 - k, j - k) for j in range(1, n) for k in range(j)]
    for (i, j), angle in zip(places, values, strict=True):
        gate = np.eye(4)
        c, s = np.cos(angle), np.sin(angle)
        gate[1:3, 1:3] = [[c, s], [-s, c]]
        state.apply(gate, i, j)
    return state.vector()


def equivariant(values, n, layers):
    state = State("0" * n)
    for a, b, c in np.reshape(values, (layers, 3)):
        for letter, angle in (("X", a), ("Y", b)):
            for i in range(n):
                state.rot(letter, (i,), angle)
        for pair in combinations(range(n), 2):
            state.rot("ZZ", pair, c)
    return state.vector()


def uccsd(values, n, m):
    """exp(t·(T − T†)) of each excitation, from the matrices of the ladder operators."""
    lowering = np.array([[0, 1], [0, 0]])
    a = [
        reduce(np.kron, [PAULIS["Z"]] * p + [lowering] + [PAULIS["I"]] * (n - p - 1))
        for p in range(n)
    ]
    occupied, virtual = range(m), range(m, n)
    excitations = [a[v].T @ a[o] for o in occupied for v in virtual if o % 2 == v % 2]
    excitations += [
        a[v].T @ a[w].T @ a[p] @ a[o]
        for o, p in combinations(occupied, 2)
        for v, w in combinations(virtual, 2)
        if o % 2 + p % 2 == v % 2 + w % 2
    ]
    vector = State("1" * m + "0" * (n - m)).vector()
    for excitation, angle in zip(excitations, values, strict=True):
        energies, modes = np.linalg.eigh(1j * (excitation - excitation.conj().T))
        vector = modes @ (np.exp(-1j * angle * energies) * (modes.conj().T @ vector))
    return vector


def classifier(values, n, depth):
    n_theta, n_phi = depth * n * 2, depth * (n - 1)
    theta = np.reshape(values[:n_theta], (depth, n, 2))
    phi = np.reshape(values[n_theta : n_theta + n_phi], (depth, n - 1))
    inputs = values[n_theta + n_phi :]
    state = State("0" * n)
    for d in range(depth):
        for i in range(n):
            state.rot("X", (i,), inputs[i])
        for i in range(n):
            state.rot("Y", (i,), theta[d, i, 0])
            state.rot("Z", (i,), theta[d, i, 1])
        for i in range(n - 1):
            state.rot("ZZ", (i, i + 1), phi[d, i])
    return state.vector()


def layered(values, n, depth):
    alpha = np.reshape(values[: depth * n], (depth, n))
    beta = np.reshape(values[depth * n :], (depth, 2 * n - 1))
    state = State("0" * (2 * n))
    for d in range(depth):
        for i in range(2 * n):
            state.rot("Y", (i,), alpha[d, i % n])
        for start in (0, n):
            for i in range(n):
                state.apply(CX, start + i, start + (i + 1) % n)
        for i in range(2 * n - 1):
            state.rot("XX", (i, i + 1), beta[d, i])
            state.rot("YY", (i, i + 1), beta[d, i])
    return state.vector()


def layers_once(values, n):
    state = State("0" * n)
    for i in range(n):
        state.rot("Y", (i,), values[i])
    for i in range(n):
        state.apply(CX, i, (i + 1) % n)
    for i in range(n - 1):
        state.rot("XX", (i, i + 1), values[n + i])
        state.rot("YY", (i, i + 1), values[n + i])
    return state.vector()


# The nineteen circuits of arXiv:1905.10876, one layer: letters are rotations of all qubits, CX CZ CRX CRZ act on
# (control, target) pairs, a number of qubits behind a letter restricts it.

DOWN = [(3, 2), (2, 1), (1, 0)]
ALL = [(c, t) for c in (3, 2, 1, 0) for t in (3, 2, 1, 0) if c != t]
PAIRS, MIDDLE = [(1, 0), (3, 2)], [(2, 1)]
RING = [(3, 0), (2, 3), (1, 2), (0, 1)]
BACK = [(3, 2), (0, 3), (1, 0), (2, 1)]


def _sim(number: int) -> list[tuple[str, list]]:
    every = [0, 1, 2, 3]
    rx_rz = [("X", every), ("Z", every)]
    ry_rz = [("Y", every), ("Z", every)]
    match number:
        case 1:
            return rx_rz
        case 2:
            return [*rx_rz, ("CX", DOWN)]
        case 3 | 4:
            return [*rx_rz, ("CRZ" if number == 3 else "CRX", DOWN)]
        case 5 | 6:
            return [*rx_rz, ("CRZ" if number == 5 else "CRX", ALL), *rx_rz]
        case 7 | 8:
            gate = "CRZ" if number == 7 else "CRX"
            return [*rx_rz, (gate, PAIRS), *rx_rz, (gate, MIDDLE)]
        case 9:
            return [("H", every), ("CZ", DOWN), ("X", every)]
        case 10:
            return [("CZ", [*DOWN, (0, 3)]), ("Y", every)]
        case 11 | 12:
            gate = "CX" if number == 11 else "CZ"
            return [*ry_rz, (gate, PAIRS), ("Y", [1, 2]), ("Z", [1, 2]), (gate, MIDDLE)]
        case 13 | 14 | 15:
            gate = {13: "CRZ", 14: "CRX", 15: "CX"}[number]
            return [("Y", every), (gate, RING), ("Y", every), (gate, BACK)]
        case 16 | 17:
            gate = "CRZ" if number == 16 else "CRX"
            return [*rx_rz, (gate, PAIRS), (gate, MIDDLE)]
        case _:
            return [*rx_rz, ("CRZ" if number == 18 else "CRX", RING)]


def circuit(number):
    def prepared(values, layers):
        angles = iter(values)
        state = State("0000")
        if number == 10:
            for i in range(4):
                state.rot("Y", (i,), next(angles))
        for gate, places in _sim(number) * layers:
            for place in places:
                match gate:
                    case "CX" | "CZ":
                        state.apply(CX if gate == "CX" else CZ, *place)
                    case "CRX" | "CRZ":
                        state.controlled(gate[2], *place, next(angles))
                    case "H":
                        state.apply(H, place)
                    case _:
                        state.rot(gate, (place,), next(angles))
        return state.vector()

    return prepared


sc = _in_turn(SYMMETRIC)
nsc = _in_turn(NOT_SYMMETRIC)
