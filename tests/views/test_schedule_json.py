"""``schedule --json`` is enough to measure a gradient: every derivative is rebuilt here from it alone."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import numpy as np
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qansatz.driver import compile_source
from qansatz.source import Source
from qansatz.tools.cli.main import main
from tests.oracles import gradients
from tests.strategies.programs import programs

FIELD = Path(__file__).parents[1] / "data" / "field"


def printed(file: Path) -> dict:
    with (
        contextlib.redirect_stdout(io.StringIO()) as out,
        contextlib.redirect_stderr(io.StringIO()),
    ):
        assert main(["schedule", str(file), "--json"]) in (0, 3)
    return json.loads(out.getvalue())["schedule"]


def rebuilt(schedule: dict, state, point: dict[sympy.Symbol, float]) -> dict[sympy.Symbol, float]:
    """The derivatives by parameters from the circuits as printed, on a state without an ancilla."""
    names = {symbol.name: symbol for symbol in point}
    angles = {e["rotation"]: sympy.sympify(e["angle"], locals=names) for e in schedule["executed"]}
    derivatives = dict.fromkeys(angles, 0.0)
    for circuit in schedule["circuits"]:
        current = state
        if circuit["ancilla"]:
            current = np.kron(state, np.array([1, 1]) / np.sqrt(2))
        assert sorted(circuit["active"]) == sorted(e["rotation"] for e in schedule["executed"])
        for executed in schedule["executed"]:
            word = executed["pauli"]
            if circuit["ancilla"]:
                word += "Z" if executed["rotation"] in circuit["reversed"] else "I"
            angle = float(angles[executed["rotation"]].subs(point))
            current = gradients.rotated(current, word, angle)
        for item in circuit["observables"]:
            mean = np.vdot(current, gradients.word_matrix(item["pauli"]) @ current).real
            derivatives[item["rotation"]] += item["weight"] * mean
    return {
        symbol: sum(
            value * float(sympy.diff(angles[row], symbol).subs(point))
            for row, value in derivatives.items()
        )
        for symbol in point
    }


def check(text: str, file: Path, seed: int) -> None:
    compilation = compile_source(Source("a.qans", text))
    written = compilation.written
    file.write_text(text, "utf-8")
    names = written.slots.identifiers()
    values = np.random.default_rng(seed).uniform(-3, 3, len(names)).tolist()
    point = {sympy.Symbol(name): value for name, value in zip(names, values, strict=True)}
    found = rebuilt(printed(file), gradients.initial(written), point)
    expected = gradients.by_parameters(written, written.observables[0], values)
    gradient = [*found.values()][: written.slots.n_parameters]
    assert np.abs(gradient - expected).max(initial=0) < 1e-9


@given(program=programs(max_qubits=3, max_statements=5), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_derivatives_from_the_json_alone(tmp_path_factory, program, seed):
    written = compile_source(Source("a.qans", program.text)).written
    assume(written is not None and written.observables and 0 < len(written.rotations) < 20)
    check(program.text, tmp_path_factory.mktemp("json") / "a.qans", seed)


def test_a_reversed_rotation_is_named(tmp_path):
    check((FIELD / "json_flip_min.qans").read_text("utf-8"), tmp_path / "a.qans", 3)


def test_rotations_by_quarter_turns_are_no_rotations_there(tmp_path):
    check((FIELD / "w03_clifford_angle.qans").read_text("utf-8"), tmp_path / "a.qans", 5)
