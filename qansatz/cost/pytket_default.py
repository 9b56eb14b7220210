"""The same ansatz as another user would give it to pytket: Pauli exponential boxes, compiled as it does by default.

pytket's default level can take minutes and cannot be interrupted, so it runs in a process of its own, with a limit:
``python -m qansatz.cost.pytket_default`` reads a circuit as JSON and writes its counts.
"""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final, TypeAlias

from qansatz.machines import DEFAULT_MACHINE
from qansatz.model.angles import evaluate
from qansatz.model.program import Model
from qansatz.pauli.clifford_circuits import stabilizer_state_circuit
from qansatz.pauli.cliffords import Tableau
from qansatz.pauli.strings import to_word

#: Written operations in time order: a word and an angle in radians, or a fixed gate and its qubits.
Item: TypeAlias = tuple[str, float | list[int]]

PACKAGE: Final = "pytket.extensions.quantinuum"
DEVICE: Final = DEFAULT_MACHINE
LEVEL: Final = 2

#: More rotations are not handed over: pytket would need hours.
MAX_ROTATIONS: Final = 20_000

_KETS: Final[dict[str, tuple[str, ...]]] = {
    "0": (),
    "1": ("x",),
    "+": ("h",),
    "-": ("x", "h"),
    "r": ("h", "s"),
    "l": ("h", "sdg"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Native gates of the compiled circuit; ``rz`` is not counted."""

    one_qubit_gates: int
    two_qubit_gates: int
    two_qubit_depth: int
    seconds: float


def installed() -> bool:
    """Whether pytket-quantinuum can be imported."""
    try:
        return find_spec(PACKAGE) is not None
    except ModuleNotFoundError:
        return False


def default_counts(model: Model, *, seconds: float, seed: int = 0) -> Counts | str:
    """What pytket's default level for ``DEVICE`` makes of the ansatz at random angles, or why that is not known.

    Numbers in place of symbols are in pytket's favour: it finds fewer gates, and sooner.
    """
    if not installed():
        return "pytket-quantinuum is not installed"
    if len(model.rotations) > MAX_ROTATIONS:
        return f"more than {MAX_ROTATIONS:,} rotations are not handed over"
    chosen = random.Random(seed)
    n_slots = model.slots.n_parameters + model.slots.n_inputs
    values = [chosen.uniform(-1.0, 1.0) for _ in range(n_slots)]
    given = json.dumps({"n_qubits": model.n_qubits, "items": [*written(model, values)]})
    try:
        done = subprocess.run(
            [sys.executable, "-m", __name__],
            input=given,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"it took more than {seconds:g} s"
    except KeyboardInterrupt:
        return "it was interrupted"
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
        return f"pytket could not compile it: {reason}"
    return Counts(**json.loads(done.stdout))


def written(model: Model, values: list[float]) -> Iterator[Item]:
    """The operations of a model as its source writes them, the preparation of its initial state first."""
    initial = model.initial
    if initial.ket is not None:
        for qubit, letter in enumerate(initial.ket):
            for name in _KETS[letter]:
                yield name, [qubit]
    else:
        for name, qubits in stabilizer_state_circuit(initial.stabilizers, model.n_qubits):
            yield name, list(qubits)
    rows, clifford, applied = model.rotations, Tableau(model.n_qubits), 0
    before = rows.n_gates_before.tolist()
    for row in range(len(rows)):
        for gate in model.gates[applied : before[row]]:
            clifford.apply(gate.name, gate.qubits)
            yield gate.name, list(gate.qubits)
        applied = max(applied, before[row])
        pauli = clifford.push(rows.pauli(row))
        sign = -1 if pauli.phase else 1
        angle = evaluate(rows.angle(row), values)
        yield to_word(pauli, model.n_qubits), sign * float(angle)
    for gate in model.gates[applied:]:
        yield gate.name, list(gate.qubits)


def circuit(n_qubits: int, items: list[Item]) -> Any:
    """The operations as a pytket circuit: ``PauliExpBox`` for a rotation, qubit 0 the leftmost letter."""
    from pytket.circuit import Circuit, OpType, PauliExpBox
    from pytket.pauli import Pauli

    letters = {"I": Pauli.I, "X": Pauli.X, "Y": Pauli.Y, "Z": Pauli.Z}
    kinds = {
        "h": OpType.H,
        "s": OpType.S,
        "sdg": OpType.Sdg,
        "x": OpType.X,
        "y": OpType.Y,
        "z": OpType.Z,
        "cx": OpType.CX,
        "cz": OpType.CZ,
        "swap": OpType.SWAP,
    }
    built = Circuit(n_qubits)
    for name, value in items:
        if isinstance(value, list):
            built.add_gate(kinds[name], value)
            continue
        places = [k for k, letter in enumerate(name) if letter != "I"]
        box = PauliExpBox([letters[name[k]] for k in places], value / math.pi)
        built.add_pauliexpbox(box, places)
    return built


def _compile() -> None:
    from pytket.circuit import OpType
    from pytket.extensions.quantinuum import QuantinuumBackend

    given = json.load(sys.stdin)
    built = circuit(given["n_qubits"], given["items"])
    start = time.perf_counter()
    compiled = QuantinuumBackend(DEVICE).get_compiled_circuit(built, LEVEL)
    seconds = time.perf_counter() - start
    counts = {
        "one_qubit_gates": compiled.n_gates_of_type(OpType.PhasedX),
        "two_qubit_gates": compiled.n_2qb_gates(),
        "two_qubit_depth": compiled.depth_2q(),
        "seconds": seconds,
    }
    json.dump(counts, sys.stdout)


if __name__ == "__main__":
    _compile()
