"""A machine is one record: it is priced, built and run for by that alone, and named nowhere else."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qansatz.machines import DEFAULT_DEVICE, DEFAULT_MACHINE, MACHINES, Machine, machine_of

PACKAGE = Path(__file__).parents[1] / "qansatz"
NAMES = {name for m in MACHINES.values() for name in (m.name, m.family)}
NAMED = re.compile(rf"(?<![A-Za-z0-9])({'|'.join(map(re.escape, sorted(NAMES)))})(?![a-z0-9])")


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda machine: machine.name)
def test_records_are_sound(machine: Machine):
    assert MACHINES[machine.name] is machine
    assert machine.name.startswith(machine.family)
    assert machine.n_qubits > 0
    errors = (machine.one_qubit_error, machine.two_qubit_error, machine.measurement_error)
    assert all(0 < error < 0.01 for error in errors)
    assert machine.one_qubit_error < machine.two_qubit_error


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda machine: machine.name)
def test_devices_lead_to_their_machine(machine: Machine):
    for device in (machine.name, f"{machine.name}E", f"{machine.name}SC"):
        assert machine_of(device) is machine
    for device in ("", machine.family, f"{machine.name}e", f"{machine.name}ESC"):
        with pytest.raises(ValueError, match=f"there is no device '{device}'; there are H1-1, "):
            machine_of(device)


def test_defaults_are_a_machine_and_its_emulator():
    assert machine_of(DEFAULT_DEVICE) is MACHINES[DEFAULT_MACHINE]
    assert DEFAULT_DEVICE == "H2-1E"


def test_the_description_given_to_pytket_has_its_own_default_gates():
    pytest.importorskip("pytket.extensions.quantinuum")
    from pytket.extensions.quantinuum.backends.data import QuantinuumBackendData

    from qansatz.emit.quantinuum import _backend

    machine = MACHINES["Helios-1"]
    info = _backend(machine).backend_info
    data = QuantinuumBackendData(n_qubits=machine.n_qubits, n_cl_reg=4000)
    assert (info.n_nodes, info.n_cl_reg) == (data.n_qubits, data.n_cl_reg)
    assert info.gate_set == set(data.gate_set)


ADDED = """
import dataclasses, sys
from types import MappingProxyType
from qansatz import machines

new = dataclasses.replace(machines.MACHINES["Helios-1"], name="H9-1", family="H9", n_qubits=30)
machines.MACHINES = MappingProxyType({**machines.MACHINES, new.name: new})

from qansatz.tools.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("cost", "--target", "H9-1", "--pytket-limit", "0"), "H9-1"),
        (("build", "--target", "H9-1", "-o", "small.json"), "H9-1, described to pytket-quantinuum"),
        (
            ("run", "--seed", "1", "--backend", "nexus", "--device", "H9-1E", "--dry-run"),
            "HQC on H9-1E",
        ),
        (("cost", "--target", "H9"), "H1-1, H2-1, H2-2, Helios-1, H9-1"),
        (("cost", "--help"), "Helios-1, H9-1"),
        (("run", "--help"), "Helios-1, H9-1"),
    ],
)
def test_a_machine_added_is_priced_built_and_run_for(tmp_path: Path, command, expected):
    pytest.importorskip("pytket.extensions.quantinuum")
    source = tmp_path / "small.qans"
    source.write_text(
        "qans 1\nansatz small() { qubits q[2]; param t; rot(X[0], t); rot(Z[0] * Z[1], t)\n"
        "observable z = Z[0] }\n"
    )
    given = [command[0], str(source), *command[1:]]
    done = subprocess.run(
        [sys.executable, "-c", ADDED, *given], cwd=tmp_path, capture_output=True, text=True
    )
    assert expected in " ".join((done.stdout + done.stderr).split()), done.stderr


# -- one place --------------------------------------------------------------------------------


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The texts of a module, with their lines, without its docstrings."""
    documented = ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in docstrings:
            yield node.lineno, str(node.value)


def test_machines_are_named_in_one_place():
    named = {
        f"{path.relative_to(PACKAGE).as_posix()}:{line}": text
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, text in texts(ast.parse(path.read_text("utf-8")))
        if NAMED.search(text)
    }
    assert {place.partition(":")[0] for place in named} == {"machines.py"}, json.dumps(named)


@pytest.mark.parametrize("text", ["H2-1", "for H1 and H2", "H2-1E", "Helios", "(Helios-1)"])
def test_names_are_seen(text: str):
    assert NAMED.search(text)
    assert not NAMED.search("H9-1 h1 H12 HQC Heliosphere SH2")
