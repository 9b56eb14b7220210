"""Every example: clean, canonical, proved, and equal to the same ansatz written in plain Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qansatz import driver
from qansatz.compilation import Compilation
from qansatz.diagnostics import FaultLog
from qansatz.emit import readback
from qansatz.emit.formats import emit
from qansatz.model.program import Slots
from qansatz.render import render
from qansatz.syntax.format import format_file
from qansatz.syntax.parser import parse
from tests.oracles import examples as plain
from tests.oracles.dense import same_up_to_phase

FOLDER = Path(__file__).parent.parent / "examples"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.qans"))
FORMATS = ("pytket", "qiskit", "qasm3", "qasm2", "pennylane")


@dataclass(frozen=True, kw_only=True)
class Case:
    """An ansatz, sizes at which it is small, and the same state in plain Python."""

    file: str
    ansatz: str
    sizes: Mapping[str, int] = field(default_factory=dict)
    state: Callable[..., np.ndarray]

    def compile(self) -> Compilation:
        settings: dict[str, Any] = dict(self.sizes)
        return driver.compile_file(str(FOLDER / self.file), ansatz=self.ansatz, settings=settings)

    def expected(self, values: np.ndarray) -> np.ndarray:
        return self.state(values, **self.sizes)

    def __str__(self) -> str:
        return self.ansatz


def case(
    file: str, state: Callable[..., np.ndarray], ansatz: str | None = None, **sizes: int
) -> Case:
    return Case(file=f"{file}.qans", ansatz=ansatz or file, sizes=sizes, state=state)


CASES = [
    case("tfim", plain.tfim, n=5, layers=2),
    case("tfim_individual", plain.tfim_individual, n=5, layers=2),
    case("heisenberg", plain.heisenberg, n=6, layers=2),
    case("xy", plain.xy, n=5, layers=2),
    case("slpa", plain.slpa, depth=1),
    case("sc", plain.sc, depth=2),
    case("nsc", plain.nsc, depth=2),
    case("slpa6", plain.slpa_pairs(6)),
    case("slpa8", plain.slpa_pairs(8)),
    case("xgenerators", plain.xgenerators, n=6),
    case("qaoa", partial(plain.maxcut, n=10, edges=plain.PETERSEN), "maxcut", p=1),
    case("ry_cz", plain.ry_cz, n=6, layers=3),
    case("efficient_su2", plain.efficient_su2, n=4, reps=2),
    case("rbs", plain.rbs_layer, "rbs_layer", n=5),
    case("equivariant", plain.equivariant, n=5, layers=2),
    case("uccsd", plain.uccsd, n=4, m=2),
    case("uccsd", plain.uccsd, n=6, m=2),
    case("classifier", plain.classifier, n=4, depth=2),
    case("layered", plain.layered, n=3, depth=2),
    case("library/layers", plain.layers_once, "layers_once", n=4),
    *(case("expressibility", plain.circuit(k), f"circuit_{k:02d}", layers=2) for k in range(1, 20)),
]

# 96: arXiv:2406.18316, settings of its training. The others: table of arXiv:1905.10876, one layer on four qubits.
PUBLISHED = {
    ("slpa.qans", "slpa"): 96,
    ("sc.qans", "sc"): 96,
    ("nsc.qans", "nsc"): 96,
    **{
        ("expressibility.qans", f"circuit_{k:02d}"): count
        for k, count in enumerate(
            (8, 8, 11, 11, 28, 28, 19, 19, 4, 8, 12, 12, 16, 16, 8, 11, 11, 12, 12), start=1
        )
    },
}


@pytest.mark.parametrize("name", FILES)
def test_an_example_is_clean_canonical_and_proved(name):
    source = driver.read(str(FOLDER / name))
    log = FaultLog()
    assert format_file(parse(source, log), source) == source.text
    head = source.text.split("\nansatz ")[0]
    assert head.startswith("qans 1\n\n# ")
    assert "# Look at: " in head or name.startswith("library/")
    for compilation in driver.check(source):
        assert not compilation.diagnostics, render(compilation.diagnostics, "full")
        model = compilation.ansatz
        assert model.documentation
        published = PUBLISHED.get((name, compilation.name))
        assert published in (None, model.slots.n_parameters)
        assert compilation.verify().equal is True


def test_every_ansatz_has_a_twin_in_plain_python():
    found = {
        (name, compilation.name)
        for name in FILES
        for compilation in driver.check(driver.read(str(FOLDER / name)))
    }
    assert found == {(c.file, c.ansatz) for c in CASES}
    assert found >= PUBLISHED.keys()


def pennylane_state(text: str, slots: Slots, values: np.ndarray) -> np.ndarray:
    """The state that PennyLane's simulator finds; faster than a matrix of every gate."""
    import pennylane as qml

    scope: dict[str, Any] = {}
    exec(compile(text, "<pennylane>", "exec"), scope)

    @qml.qnode(qml.device("default.qubit", wires=scope["n_qubits"]))
    def state():
        scope["circuit"](values[: slots.n_parameters], values[slots.n_parameters :])
        return qml.state()

    return np.asarray(state())


def state_of(written: str | bytes, form: str, slots: Slots, values: np.ndarray) -> np.ndarray:
    """The state that an export prepares, by the package that defines its format."""
    if form == "pennylane":
        return pennylane_state(written, slots, values)
    read = getattr(readback, "qpy" if form == "qiskit" else form)
    return read(written, slots)(values)[:, 0]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("chosen", CASES, ids=str)
def test_every_export_prepares_the_state_of_the_twin(chosen, form):
    gates = chosen.compile().gates()
    values = np.random.default_rng(7).uniform(-np.pi, np.pi, len(gates.slots.labels()))
    written = emit(gates, form, values.tolist() if form == "qasm2" else None)
    found = state_of(written, form, gates.slots, values)
    assert same_up_to_phase(found, chosen.expected(values))
