"""Two-qubit gates, depth and time of circuits for rotation sequences, against pytket and Qiskit in the same run.

    python benchmarks/synthesis.py [--quick] [--case NAME] [--peer NAME] [--timeout 60] [--json FILE]
    python benchmarks/synthesis.py --symbolic

Every entry runs in a process of its own, with a limit; seconds are CPU time of the compilation alone. ZZPhase at any
angle counts one, whoever asks for it; peers are rebased to it with their own tools, at generic angles in numbers (which
lets them merge and resynthesise more than symbols would). Nobody pays for a permutation of the qubits left behind.
This compiler keeps the angles as symbols; it is run with its default effort, with a tenth of it and with ten times it.

Two accountings: the whole unitary with its rotations in order; and expectation values, where the Clifford gates behind
the last rotation are taken off every circuit, by the same procedure. Every circuit is applied to a random state and
compared with the rotations one after the other: ``reorders`` marks those that are another unitary. These are no peers,
and stand apart, beside this compiler's result where the source says ``unordered``.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from qansatz import driver
from qansatz.circuits.frames import LocalFrame, absorb
from qansatz.circuits.native import as_rotations
from qansatz.circuits.rotations import Rotation, merge, quarter, quarter_turns, weight
from qansatz.model.angles import Affine
from qansatz.model.program import Model
from qansatz.pauli.strings import Pauli, anticommute, from_word, to_word
from qansatz.source import Source
from qansatz.synthesis.bounds import two_qubit_bounds
from qansatz.synthesis.lower import lower, lower_up_to_permutation

EXAMPLES = Path(__file__).parent.parent / "examples"
LARGEST_CHECKED = 16
TOLERANCE = 1e-7

#: An operation: ``rz``, ``rx``, ``ry`` or ``rzz``, its qubits, and an angle in radians.
Operation = tuple[str, list[int], float]


@dataclass(frozen=True)
class Case:
    """A sequence of rotations about words; ``quick`` ones are run with ``--quick``."""

    name: str
    words: tuple[str, ...]
    quick: bool = False

    @property
    def n(self) -> int:
        return len(self.words[0])

    def angles(self) -> list[float]:
        chosen = random.Random(len(self.words))
        return [chosen.uniform(0.1, 1.4) for _ in self.words]

    def source(self, unordered: bool = False) -> Source:
        rows = "\n".join(f'rot(p"{w}", t[{k}])' for k, w in enumerate(self.words))
        body = f"unordered {{\n{rows}\n}}" if unordered else rows
        text = f"qans 1\nansatz a() {{\nqubits q[{self.n}]\nparam t[{len(self.words)}]\n{body}\n"
        return Source("<case>", text + "observable o = Z[0]\n}\n")

    def model(self, unordered: bool = False) -> Model:
        return driver.compile_source(self.source(unordered)).ansatz


# Cases


def word(n: int, letters: dict[int, str]) -> str:
    return "".join(letters.get(k, "I") for k in range(n))


def example(name: str, **sizes: int) -> tuple[str, ...]:
    """The rotations of an example, in order."""
    source = driver.read(str(EXAMPLES / f"{name}.qans"))
    model = driver.compile_source(source, settings=sizes).ansatz
    rows = model.rotations
    return tuple(to_word(rows.pauli(k), model.n_qubits) for k in range(len(rows)))


def bonds(n: int, letters: str, ring: bool = True) -> list[str]:
    return [word(n, {i: a, (i + 1) % n: a}) for i in range(n - (not ring)) for a in letters]


def tfim(n: int, layers: int) -> tuple[str, ...]:
    layer = [word(n, {i: "Z", (i + 1) % n: "Z"}) for i in range(n)]
    return tuple(layers * [*layer, *(word(n, {i: "X"}) for i in range(n))])


def coded(stabilizers: Sequence[str], logicals: Sequence[str]) -> tuple[str, ...]:
    """A block for every logical string that is not in the coset of an earlier one: its products with the group."""
    group = [Pauli(0, 0)]
    for text in stabilizers:
        s = from_word(text)
        group += [Pauli(p.x ^ s.x, p.z ^ s.z) for p in group]
    seen: set[Pauli] = set()
    words = []
    for text in logicals:
        p = from_word(text)
        coset = [Pauli(p.x ^ s.x, p.z ^ s.z) for s in group]
        if not seen & {*coset}:
            seen |= {*coset}
            words += [to_word(q, len(text)) for q in coset]
    return tuple(words)


def two_body(n: int, letters: str = "XYZ", ring: bool = False) -> tuple[str, ...]:
    pairs = [(i, (i + 1) % n) for i in range(n)] if ring else [*combinations(range(n), 2)]
    logicals = [word(n, {i: a, j: a}) for a in letters for i, j in pairs]
    return coded(["X" * n, "Z" * n], logicals)


def random_words(n: int, count: int, seed: int, heaviest: int | None = None) -> tuple[str, ...]:
    chosen = random.Random(seed)
    words = []
    for _ in range(count):
        places = chosen.sample(range(n), heaviest or chosen.randint(n // 2, n))
        words.append(word(n, {k: chosen.choice("XYZ") for k in places}))
    return tuple(words)


def regular_edges(n: int, degree: int, seed: int) -> list[tuple[int, int]]:
    import networkx

    return sorted(tuple(sorted(e)) for e in networkx.random_regular_graph(degree, n, seed).edges)


def qaoa(n: int, terms: Sequence[Sequence[int]], layers: int) -> tuple[str, ...]:
    layer = [word(n, dict.fromkeys(term, "Z")) for term in terms]
    return tuple(layers * [*layer, *(word(n, {i: "X"}) for i in range(n))])


def hubbard(rows: int, columns: int) -> tuple[str, ...]:
    """One step of the Hubbard model on a lattice: Jordan–Wigner, row by row, one spin after the other."""
    sites = rows * columns
    n, words = 2 * sites, []
    edges = [(i, i + 1) for i in range(sites) if (i + 1) % columns]
    edges += [(i, i + columns) for i in range(sites - columns)]
    for spin in (0, sites):
        for i, j in edges:
            between = dict.fromkeys(range(spin + i + 1, spin + j), "Z")
            words += [word(n, {**between, spin + i: a, spin + j: a}) for a in "XY"]
    return (*words, *(word(n, {i: "Z", sites + i: "Z"}) for i in range(sites)))


def cases() -> Iterator[Case]:
    yield Case("TFIM ring n=8, 2 layers", tfim(8, 2), quick=True)
    yield Case("TFIM ring n=16, 2 layers", tfim(16, 2))
    yield Case("Heisenberg ring n=8, 2 layers", tuple(2 * bonds(8, "XYZ")), quick=True)
    yield Case("SLPA n=4, two-body", two_body(4), quick=True)
    yield Case("SLPA n=6, two-body", two_body(6))
    yield Case("SLPA n=8, two-body", two_body(8))
    yield Case("SLPA n=8, ring", two_body(8, "XZ", ring=True), quick=True)
    edges = regular_edges(12, 3, 1)
    yield Case("QAOA 3-regular n=12, p=2", qaoa(12, edges, 2), quick=True)
    yield Case("UCCSD n=8, 4 electrons", example("uccsd", n=8, m=4))
    yield Case("random n=10, 100", random_words(10, 100, 3))
    # beyond the anchors
    yield Case("UCCSD n=4, 2 electrons", example("uccsd", n=4, m=2), quick=True)
    yield Case("UCCSD n=6, 2 electrons", example("uccsd", n=6, m=2), quick=True)
    yield Case("UCCSD n=8, 2 electrons", example("uccsd", n=8, m=2))
    yield Case("Hubbard 2x2", hubbard(2, 2), quick=True)
    yield Case("Hubbard 2x3, 2 steps", 2 * hubbard(2, 3))
    yield Case("Heisenberg chain n=12", tuple(bonds(12, "XYZ", ring=False)))
    yield Case("QAOA 3-body n=8, p=1", qaoa(8, [*combinations(range(8), 3)][::3], 1), quick=True)
    yield Case("QAOA complete n=8, p=2", qaoa(8, [*combinations(range(8), 2)], 2))
    yield Case("random n=6, 60", random_words(6, 60, 5), quick=True)
    yield Case("random 3-local n=12, 80", random_words(12, 80, 7, heaviest=3))
    yield Case("random 4-local n=8, 120", random_words(8, 120, 9, heaviest=4))
    five = ["XZZXI", "IXZZX", "XIXZZ", "ZXIXZ"]
    yield Case("SLPA [[5,1,3]]", coded(five, ["XXXXX", "ZZZZZ"]), quick=True)
    hamming = ["IIIXXXX", "IXXIIXX", "XIXIXIX"]
    steane = [*hamming, *(s.replace("X", "Z") for s in hamming)]
    yield Case("SLPA [[7,1,3]]", coded(steane, ["X" * 7, "Z" * 7]))
    logical = [word(6, {0: a, i: a}) for a in "XZ" for i in range(1, 6)]
    yield Case("SLPA [[6,4,2]], star", coded(["X" * 6, "Z" * 6], logical), quick=True)
    plain = [word(6, {i: "Z", i + 1: "Z"}) for i in range(4)] + [word(6, {0: "X", 5: "X"})]
    yield Case("SLPA n=6, one stabilizer", coded(["X" * 6], [*plain, "YYIIII", "IIIIYY"]))


# Peers


@dataclass(frozen=True)
class Made:
    """``ends[q]`` is the wire on which qubit q of the case ends."""

    operations: list[Operation]
    ends: list[int]
    seconds: float


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    return work(), time.process_time() - start


def qansatz_unitary(effort: float, unordered: bool = False) -> Callable[[Case], Made]:
    def made(case: Case) -> Made:
        model = case.model(unordered)
        work = lambda: lower_up_to_permutation(model, effort=effort)  # noqa: E731
        (gates, ends), seconds = timed(work)
        return Made(own(case, model, gates), ends, seconds)

    return made


def qansatz_expectation(effort: float, unordered: bool = False) -> Callable[[Case], Made]:
    def made(case: Case) -> Made:
        model = case.model(unordered)
        gates, seconds = timed(
            lambda: lower(model, include_initial=False, final_clifford=False, effort=effort)
        )
        return Made(own(case, model, gates), [*range(case.n)], seconds)

    return made


def own(case: Case, model: Model, gates: Any) -> list[Operation]:
    """A gate list with numbers for its angles; ``u1q`` as rotations."""
    from qansatz.model.angles import evaluate

    values = case.angles()
    letters = {(0, 1): "z", (1, 0): "x", (1, 1): "y"}
    found = []
    for gate in gates.gates:
        for item in as_rotations(gate):
            qubits = [q for q in range(case.n) if (item.pauli.x | item.pauli.z) >> q & 1]
            name = "rzz"
            if len(qubits) == 1:
                q = qubits[0]
                name = "r" + letters[item.pauli.x >> q & 1, item.pauli.z >> q & 1]
            found.append((name, qubits, float(evaluate(item.angle, values))))
    return found


def boxes(case: Case) -> Any:
    from qansatz.cost.pytket_default import circuit

    return circuit(case.n, [*zip(case.words, case.angles(), strict=True)])


def from_pytket(circuit: Any, seconds: float) -> Made:
    from pytket.circuit import OpType

    found: list[Operation] = []
    for command in circuit:
        qubits = [q.index[0] for q in command.qubits]
        params = [float(p) * math.pi for p in command.op.params]
        match command.op.type:
            case OpType.Rz:
                found.append(("rz", qubits, params[0]))
            case OpType.PhasedX:
                theta, phi = params
                found += [("rz", qubits, -phi), ("rx", qubits, theta), ("rz", qubits, phi)]
            case OpType.ZZPhase:
                found.append(("rzz", qubits, params[0]))
            case OpType.ZZMax:
                found.append(("rzz", qubits, math.pi / 2))
            case OpType.Barrier | OpType.Phase:
                pass
            case other:
                raise ValueError(f"{other} is not native")
    ends = [0] * circuit.n_qubits
    for start, end in circuit.implicit_qubit_permutation().items():
        ends[end.index[0]] = start.index[0]
    return Made(found, ends, seconds)


def native(circuit: Any) -> None:
    """Rebase to ZZPhase, PhasedX and Rz; two-qubit blocks at numbers become as few ZZPhase as they can."""
    from pytket.circuit import OpType
    from pytket.passes import AutoRebase, RemoveRedundancies, SquashRzPhasedX

    AutoRebase({OpType.ZZPhase, OpType.PhasedX, OpType.Rz}).apply(circuit)
    SquashRzPhasedX().apply(circuit)
    RemoveRedundancies().apply(circuit)


def by_level(level: int) -> Callable[[Case], Made]:
    def made(case: Case) -> Made:
        from pytket.extensions.quantinuum import QuantinuumBackend

        circuit = boxes(case)
        passes = QuantinuumBackend("H2-1").default_compilation_pass(level)
        _, seconds = timed(lambda: passes.apply(circuit))
        return from_pytket(circuit, seconds)

    return made


def pauli_simp(case: Case) -> Made:
    from pytket.extensions.quantinuum import QuantinuumBackend
    from pytket.passes import DecomposeBoxes, PauliSimp

    circuit = boxes(case)

    def work() -> None:
        PauliSimp().apply(circuit)
        DecomposeBoxes().apply(circuit)
        QuantinuumBackend("H2-1").default_compilation_pass(2).apply(circuit)

    _, seconds = timed(work)
    return from_pytket(circuit, seconds)


_RATES = [(0.1, 0.0), (0.3, 0.0), (0.4, 0.1), (0.5, 0.0), (0.6, 0.0), (0.7, 0.0), (0.8, 0.1)]
TUNED: list[dict[str, Any]] = [
    {},
    *({"discount_rate": r, "depth_weight": d, "seed": k} for k, (r, d) in enumerate(_RATES)),
]


def greedy(settings: Sequence[dict[str, Any]]) -> Callable[[Case], Made]:
    def made(case: Case) -> Made:
        from pytket.passes import GreedyPauliSimp

        def work() -> Any:
            found = []
            for setting in settings:
                circuit = boxes(case)
                GreedyPauliSimp(allow_zzphase=True, **setting).apply(circuit)
                native(circuit)
                found.append(circuit)
            return min(found, key=lambda circuit: circuit.n_2qb_gates())

        circuit, seconds = timed(work)
        return from_pytket(circuit, seconds)

    return made


def term_sequence(case: Case) -> Made:
    from pytket.circuit import Circuit, TermSequenceBox
    from pytket.passes import DecomposeBoxes
    from pytket.pauli import Pauli as Letter
    from pytket.transform import PauliSynthStrat

    def work() -> Any:
        terms = [
            ([getattr(Letter, letter) for letter in w], angle / math.pi)
            for w, angle in zip(case.words, case.angles(), strict=True)
        ]
        circuit = Circuit(case.n)
        box = TermSequenceBox(terms, synthesis_strategy=PauliSynthStrat.Greedy, depth_weight=0.0)
        circuit.add_gate(box, [*range(case.n)])
        DecomposeBoxes().apply(circuit)
        native(circuit)
        return circuit

    circuit, seconds = timed(work)
    return from_pytket(circuit, seconds)


BASES = (["rzz", "rz", "rx", "ry"], ["cx", "rz", "rx", "ry"])


def qiskit_default(case: Case) -> Made:
    from qiskit import QuantumCircuit
    from qiskit.circuit.library import PauliEvolutionGate
    from qiskit.quantum_info import SparsePauliOp

    def evolved() -> Any:
        circuit = QuantumCircuit(case.n)
        for w, angle in zip(case.words, case.angles(), strict=True):
            gate = PauliEvolutionGate(SparsePauliOp(w[::-1]), time=angle / 2)
            circuit.append(gate, range(case.n))
        return circuit

    return by_qiskit(evolved, None)


def rustiq(preserve_order: bool) -> Callable[[Case], Made]:
    def made(case: Case) -> Made:
        from qiskit import QuantumCircuit
        from qiskit.circuit.library import PauliEvolutionGate
        from qiskit.quantum_info import SparsePauliOp
        from qiskit.synthesis import LieTrotter
        from qiskit.transpiler.passes.synthesis.high_level_synthesis import HLSConfig

        options = {
            "optimize_count": True,
            "preserve_order": preserve_order,
            "upto_clifford": False,
            "upto_phase": True,
            "resynth_clifford_method": 1,
        }

        def evolved() -> Any:
            circuit = QuantumCircuit(case.n)
            halves = [angle / 2 for angle in case.angles()]
            terms = SparsePauliOp([w[::-1] for w in case.words], halves)
            gate = PauliEvolutionGate(terms, 1.0, synthesis=LieTrotter(preserve_order=True))
            circuit.append(gate, range(case.n))
            return circuit

        return by_qiskit(evolved, HLSConfig(PauliEvolution=[("rustiq", options)]))

    return made


def by_qiskit(evolved: Callable[[], Any], config: Any) -> Made:
    """Level 3 in two bases; the circuit with fewer two-qubit gates."""
    from qiskit import transpile

    def work(basis: list[str]) -> Any:
        return transpile(
            evolved(), basis_gates=basis, optimization_level=3, hls_config=config, seed_transpiler=0
        )

    tried = [timed(lambda basis=basis: work(basis)) for basis in BASES]
    circuit, _ = min(tried, key=lambda pair: pair[0].num_nonlocal_gates())
    return from_qiskit(circuit, sum(seconds for _, seconds in tried))


def from_qiskit(circuit: Any, seconds: float) -> Made:
    found: list[Operation] = []
    for instruction in circuit.data:
        qubits = [circuit.find_bit(q).index for q in instruction.qubits]
        name = instruction.operation.name
        params = [float(p) for p in instruction.operation.params]
        match name:
            case "rz" | "rx" | "ry" | "rzz":
                found.append((name, qubits, params[0]))
            case "cx":
                found += controlled_not(*qubits)
            case "barrier":
                pass
            case _:
                raise ValueError(f"{name} is not native")
    layout = circuit.layout
    ends = [*range(circuit.num_qubits)] if layout is None else layout.final_index_layout()
    return Made(found, ends, seconds)


def controlled_not(control: int, target: int) -> list[Operation]:
    half = math.pi / 2
    return [
        ("ry", [target], -half),
        ("rzz", [control, target], half),
        ("rz", [control], -half),
        ("rz", [target], -half),
        ("ry", [target], half),
    ]


#: The default effort, and others.
EFFORTS = {"": 1.0, ", effort 0.1": 0.1, ", effort 10": 10.0}
OWN: dict[str, Callable[[Case], Made]] = {
    **{f"qansatz{name}": qansatz_unitary(effort) for name, effort in EFFORTS.items()},
    **{
        f"qansatz, expectation{name}": qansatz_expectation(effort)
        for name, effort in EFFORTS.items()
    },
}
PEERS: dict[str, Callable[[Case], Made]] = {
    "pytket O2": by_level(2),
    "pytket O3": by_level(3),
    "PauliSimp": pauli_simp,
    "GreedyPauliSimp": greedy([{}]),
    "GreedyPauliSimp tuned": greedy(TUNED),
    "Qiskit": qiskit_default,
    "Rustiq": rustiq(preserve_order=True),
}
REORDERING: dict[str, Callable[[Case], Made]] = {
    "TermSequenceBox": term_sequence,
    "Rustiq, any order": rustiq(preserve_order=False),
    "qansatz, unordered": qansatz_unitary(1.0, unordered=True),
    "qansatz, unordered, expectation": qansatz_expectation(1.0, unordered=True),
}
EVERY = {**OWN, **PEERS, **REORDERING}


# What a circuit is and costs


def applied(state: np.ndarray, pauli: Pauli, angle: float, n: int) -> np.ndarray:
    """exp(−i·angle/2·P) on a state, qubit 0 the most significant."""
    x = sum(1 << (n - 1 - k) for k in range(n) if pauli.x >> k & 1)
    z = sum(1 << (n - 1 - k) for k in range(n) if pauli.z >> k & 1)
    index = np.arange(len(state))
    signs = 1 - 2 * (np.bitwise_count(index & z) & 1).astype(np.float64)
    turned = (1j ** ((pauli.x & pauli.z).bit_count()) * (signs * state))[index ^ x]
    return math.cos(angle / 2) * state - 1j * math.sin(angle / 2) * turned


def string(operation: Operation) -> Pauli:
    name, qubits, _ = operation
    bits = sum(1 << q for q in qubits)
    return Pauli(bits if name in ("rx", "ry") else 0, 0 if name == "rx" else bits)


def is_equal(case: Case, made: Made) -> bool | None:
    """Whether a circuit does what the rotations in order do, to a random state; None where that is too large."""
    n = case.n
    if n > LARGEST_CHECKED:
        return None
    chosen = np.random.default_rng(1)
    start = chosen.normal(size=2**n) + 1j * chosen.normal(size=2**n)
    start /= np.linalg.norm(start)
    expected = found = start
    for text, angle in zip(case.words, case.angles(), strict=True):
        expected = applied(expected, from_word(text), angle, n)
    for operation in made.operations:
        found = applied(found, string(operation), operation[2], n)
    moved = found.reshape((2,) * n).transpose(made.ends).reshape(-1)
    return bool(abs(abs(np.vdot(expected, moved)) - 1) < TOLERANCE)


def exact_rotations(made: Made) -> list[Rotation]:
    """The operations with angles that are multiples of π/2, up to rounding, as exactly that."""
    found = []
    for operation in made.operations:
        turns = operation[2] / (math.pi / 2)
        close = abs(turns - round(turns)) < 1e-9
        angle = quarter(round(turns)) if close else Affine((), operation[2])
        found.append(Rotation(string(operation), angle))
    return found


def stripped(made: Made, n: int) -> int:
    """Two-qubit gates without the Clifford at the end."""
    items, size = exact_rotations(made), -1
    while len(items) != size:
        size = len(items)
        items = merge(absorb(items, LocalFrame(n)))
    kept: list[Rotation] = []
    for item in reversed(items):
        free = all(not anticommute(item.pauli, later.pauli) for later in kept)
        if not free or quarter_turns(item.angle) is None:
            kept.append(item)
    return sum(weight(item.pauli) == 2 for item in kept)


def two_qubit_depth(made: Made, n: int) -> int:
    front = [0] * n
    for name, qubits, _ in made.operations:
        if name == "rzz":
            a, b = qubits
            front[a] = front[b] = 1 + max(front[a], front[b])
    return max(front)


def measured(case: Case, name: str) -> dict[str, Any]:
    made = EVERY[name](case)
    whole = "expectation" not in name
    return {
        "two_qubit": sum(op[0] == "rzz" for op in made.operations),
        "depth": two_qubit_depth(made, case.n),
        "stripped": stripped(made, case.n),
        "seconds": made.seconds,
        "equal": is_equal(case, made) if whole else True,
    }


def apart(case: Case, name: str, limit: float) -> dict[str, Any]:
    """One entry, in a process of its own."""
    command = [sys.executable, str(Path(__file__).resolve()), "--worker", case.name, name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return {"failed": f"> {limit:g} s"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no reason given"])[-1][:80]}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# Report


def line(name: str, found: dict[str, Any]) -> str:
    if "failed" in found:
        return f"  {name:32} {found['failed']}"
    whole = "" if "expectation" in name else found["two_qubit"]
    word_ = {True: "", False: "reorders", None: "not checked"}[found["equal"]]
    return (
        f"  {name:32} {whole:>6} {found['stripped']:>6} {found['depth']:>6} "
        f"{found['seconds']:>8.2f}  {word_}"
    )


def compared(case: Case, results: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The best peer that keeps the order, in both accountings, and the ratios to it."""
    peers = {
        name: found
        for name, found in results.items()
        if name in PEERS and "failed" not in found and found["equal"] is not False
    }
    bounds = two_qubit_bounds(case.model(), include_initial=False)
    summary: dict[str, Any] = {
        "case": case.name,
        "rotations": len(case.words),
        "proved bound": max(bound.n_two_qubit for bound in bounds),
    }
    for key, mine, label in (
        ("two_qubit", "qansatz", "unitary"),
        ("stripped", "qansatz, expectation", "expectation"),
    ):
        if not peers:
            continue
        best = min(peers, key=lambda name: (peers[name][key], peers[name]["seconds"]))
        summary[f"best peer, {label}"] = peers[best][key]
        summary[f"peer, {label}"] = best
        for name in EFFORTS:
            counts = [
                results[entry + name][key]
                for entry in {mine, "qansatz"}  # A unitary without its end serves, too.
                if entry + name in results
                and "failed" not in results[entry + name]
                and (key == "stripped" or entry == mine)
            ]
            if counts:
                summary[label + name] = min(counts)
                summary[f"ratio, {label}{name}"] = min(counts) / max(1, peers[best][key])
    greedy_ = results.get("GreedyPauliSimp", {"failed": ""})
    if "failed" not in greedy_:
        summary["GreedyPauliSimp"] = [greedy_["two_qubit"], greedy_["seconds"]]
    return summary


def summarised(summaries: Sequence[dict[str, Any]]) -> None:
    print("\nagainst the best peer that keeps the order: gates with effort 0.1, 1, 10; ratio at 10")
    heads = "".join(f"{label:>17} {'peer':>5} {'ratio':>5}" for label in ("unitary", "expectation"))
    print(f"  {'case':28} {'bound':>5} {heads}")
    for s in summaries:
        cells = []
        for label in ("unitary", "expectation"):
            counts = " ".join(
                f"{s.get(label + name, '-'):>5}"
                for name in sorted(EFFORTS, key=EFFORTS.__getitem__)
            )
            ratio = s.get(f"ratio, {label}, effort 10", math.nan)
            cells.append(f"{counts} {s.get(f'best peer, {label}', '-'):>5} {ratio:>5.2f}")
        print(
            f"  {s['case']:28} {s['proved bound']:>5} {'  '.join(cells)}  {s.get('peer, unitary', '')}"
        )
    for label in ("unitary", "expectation"):
        for name in EFFORTS:
            ratios = [s[f"ratio, {label}{name}"] for s in summaries if f"ratio, {label}{name}" in s]
            if ratios:
                mean = math.exp(sum(math.log(max(r, 1e-9)) for r in ratios) / len(ratios))
                more = sum(r > 1 for r in ratios)
                print(
                    f"  {label}{name}: geometric mean {mean:.2f}; more gates in {more} of {len(ratios)} cases"
                )


LARGE = """qans 1
ansatz tfim(n: int, layers: int) {
  qubits q[n]
  param gamma[layers, n]
  param beta[layers, n]
  init |+>
  repeat l in 0..<layers {
    for i in q { rot(Z[i] * Z[(i + 1) % n], gamma[l, i]) }
    rx(q, beta[l, :])
  }
  observable energy = Z[0] * Z[1]
}
"""


def symbolic(n: int, layers: int) -> None:
    """Seconds from text to proved gates with symbols, and microseconds to bind an angle, beside pytket's."""
    import sympy

    from qansatz.emit import pytket
    from qansatz.execute.backends.binding import bindable

    compilation, reading = timed(
        lambda: driver.compile_source(Source("<large>", LARGE), settings={"n": n, "layers": layers})
    )
    gates, lowering = timed(compilation.gates)
    proof, proving = timed(compilation.verify)
    slots = gates.slots.n_parameters
    ready, preparing = timed(lambda: bindable(gates))
    values = np.linspace(-1, 1, slots)
    _, binding = timed(lambda: [ready.angles(values) for _ in range(100)])
    circuit, emitting = timed(lambda: pytket.circuit(gates))
    names = [sympy.Symbol(name) for name in gates.slots.identifiers()]
    _, theirs = timed(lambda: circuit.symbol_substitution(dict(zip(names, values, strict=True))))
    print(f"\nsymbolic compilation: TFIM ring, {n} qubits, {layers} layers, {slots} parameters")
    print(
        f"  read and checked {reading:.2f} s, gates {lowering:.2f} s, proved {proving:.2f} s: {proof.equal}"
    )
    print(f"  {gates.n_two_qubit} two-qubit gates, depth {gates.two_qubit_depth}")
    each = 1e6 * binding / 100 / slots
    print(f"  binding {each:.2f} us an angle, after {preparing:.3f} s once; ", end="")
    print(f"pytket {1e6 * theirs / slots:.1f} us, after {emitting:.2f} s for its circuit")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="the smaller cases only")
    parser.add_argument("--case", help="cases whose name contains this")
    parser.add_argument("--peer", help="entries whose name contains this")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds for every entry")
    parser.add_argument("--json", metavar="FILE", help="write every number")
    parser.add_argument(
        "--symbolic", action="store_true", help="only the compile time of 100 qubits with symbols"
    )
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    known = {case.name: case for case in cases()}
    if args.worker:
        case_name, name = args.worker
        print(json.dumps(measured(known[case_name], name)))
        return
    if args.symbolic:
        symbolic(100, 10)
        return
    summaries, everything = [], {}
    for case in known.values():
        if (args.quick and not case.quick) or (args.case and args.case not in case.name):
            continue
        print(f"\n{case.name} ({len(case.words)} rotations)")
        print(f"  {'':32} {'gates':>6} {'expect':>6} {'depth':>6} {'seconds':>8}")
        results = {}
        for name in EVERY:
            if args.peer and args.peer not in name:
                continue
            results[name] = apart(case, name, args.timeout)
            print(line(name, results[name]), flush=True)
        summaries.append(compared(case, results))
        everything[case.name] = results
        if args.json:
            written = {"cases": everything, "summary": summaries}
            Path(args.json).write_text(json.dumps(written, indent=1) + "\n", "utf-8")
    summarised(summaries)


if __name__ == "__main__":
    main()
