"""Every command's JSON is as its schema says, the schemas shipped are those generated, and facts lead into them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qansatz import driver
from qansatz.compilation import Compilation
from qansatz.sheets import Sheet
from qansatz.source import Source
from qansatz.tools.cli import main
from qansatz.views import answers
from tests.views.schema_check import at, faults

SCHEMAS = Path(answers.__file__).parent / "schemas"
SOURCE = """qans 1
ansatz ring(n: int = 3) where n >= 3 {
  qubits q[n]
  param t[2]
  input x[1]
  symmetry parity = prod(X[i] for i in q)
  init |+>
  encode { rot(X[0], x[0]) }
  for i in q { rot(Z[i] * Z[(i + 1) % n], t[0]) }
  for i in q { rot(X[i], t[1]) }
  observable cost = sum(Z[i] * Z[(i + 1) % n] for i in q)
}
"""
SUMS = """qans 1
ansatz sums(n: int = 3) where n >= 3 {
  qubits q[n]
  param t[2]
  init |+>
  rot(sum(Z[i] * Z[(i + 1) % n] for i in q), t[0])
  rot(sum(X[i] for i in q), t[1])
  observable cost = sum(X[i] for i in q)
}
"""
POINT = ("--seed", "1")
COMMANDS: list[tuple[str, ...]] = [
    ("algebra", "ring.qans"),
    ("algebra", "ring.qans", "--contains", "XII", "--contains", "ZII"),
    ("algebra", "ring.qans", "--elements"),
    ("algebra", "sums.qans", "--elements"),
    ("algebra", "ring.qans", "--vary", "n=3..6"),
    ("algebra", "sums.qans", "--vary", "n=3..5", "--variance"),
    ("algebra", "broken.qans"),
    ("build", "ring.qans"),
    ("build", "ring.qans", "--for", "expectation", "-o", "ring.qasm"),
    ("check", "ring.qans", "broken.qans"),
    ("cost", "ring.qans", "--pytket-limit", "0"),
    ("cost", "ring.qans", "--pytket-limit", "0", "--target", "nowhere"),
    ("draw", "ring.qans"),
    ("explain", "QA201"),
    ("explain", "--list"),
    ("express", "ring.qans", "--pairs", "50", "--points", "2", *POINT),
    ("express", "ring.qans", "--pairs", "50", "--points", "2", "--budget", "10", *POINT),
    ("fmt", "ring.qans", "--check"),
    ("gradient", "ring.qans", *POINT),
    ("gradient", "ring.qans", *POINT, "--shots", "2000"),
    ("gradient", "ring.qans", "--emit", "circuits"),
    ("new", "fresh.qans"),
    ("run", "ring.qans", *POINT),
    ("run", "ring.qans", *POINT, "--shots", "200"),
    ("run", "ring.qans", *POINT, "--counts", "--shots", "20"),
    ("schedule", "ring.qans"),
    ("schedule", "ring.qans", "--goal", "hqc"),
    ("structure", "ring.qans"),
    ("structure", "broken.qans"),
    ("verify", "ring.qans"),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ring.qans").write_text(SOURCE, "utf-8")
    Path("sums.qans").write_text(SUMS, "utf-8")
    Path("broken.qans").write_text(SOURCE.replace("X[0]", "X[9]"), "utf-8")


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    main.main([*arguments, "--json"])
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_command_answers_as_its_schema_says(capsys, arguments):
    assert [*faults(answer(capsys, *arguments), answers.schema(arguments[0]))] == []


def test_a_certificate_answers_as_its_schema_says(capsys):
    answer(capsys, "schedule", "ring.qans", "--certificate", "proof.json")
    found = answer(capsys, "verify", "ring.qans", "--certificate", "proof.json")
    assert found["certificate"]["valid"]
    assert [*faults(found, answers.schema("verify"))] == []


def test_a_schedule_too_large_to_list_answers_as_its_schema_says(capsys, monkeypatch):
    monkeypatch.setattr("qansatz.analysis.gradient.items.MAX_ITEMS", 1)
    found = answer(capsys, "schedule", "ring.qans")
    assert found["schedule"]["n_circuits"] is None
    assert [*faults(found, answers.schema("schedule"))] == []


def test_every_command_that_answers_has_a_schema():
    assert answers.ANSWERS.keys() == main.COMMANDS.keys()
    assert {arguments[0] for arguments in COMMANDS} == answers.ANSWERS.keys()


@pytest.mark.parametrize("command", answers.ANSWERS)
def test_the_schema_shipped_is_the_one_generated(command):
    shipped = (SCHEMAS / f"{command}.json").read_text("utf-8")
    assert shipped == answers.schema_text(command), "run python -m qansatz.views.answers FOLDER"


def test_no_schema_is_left_over():
    assert {path.stem for path in SCHEMAS.iterdir()} == answers.ANSWERS.keys()


def test_a_wrong_answer_is_told(capsys):
    found = answer(capsys, "algebra", "ring.qans")
    schema = answers.schema("algebra")
    for key, wrong in [("dimension", 7), ("exact", None), ("hypotheses", [1]), ("new", 1)]:
        changed = {**found, "algebra": {**found["algebra"], key: wrong}}
        assert [*faults(changed, schema)]
    del found["diagnostics"]
    assert [*faults(found, schema)]


#: Keys that do not change: users read them.
STABLE = {
    "algebra": [
        "algebra.dimension",
        "algebra.name",
        "algebra.exact",
        "algebra.components",
    ],
    "structure": [
        "structure.slpa",
        "structure.blocks",
        "structure.stabilizers",
        "structure.discovered_symmetries",
    ],
    "schedule": [
        "schedule.n_parameters",
        "schedule.n_rotations",
        "schedule.n_active_rotations",
        "schedule.n_circuits",
        "schedule.lower_bound",
        "schedule.optimal",
        "schedule.baseline_circuits",
        "schedule.circuits",
    ],
    "gradient": ["value", "gradient", "method", "n_circuits", "n_shots", "standard_error"],
    "cost": [
        "cost.one_qubit_gates",
        "cost.two_qubit_gates",
        "cost.two_qubit_depth",
        "cost.measurements",
        "cost.hqc_forward",
        "cost.hqc_gradient",
        "cost.hqc_gradient_parameter_shift",
        "cost.assumptions",
    ],
    "express": [
        "expressivity.dla_dimension",
        "expressivity.upper_bound",
        "expressivity.efficiency",
        "expressivity.variance",
        "expressivity.kl_haar",
        "expressivity.kl_floor",
        "expressivity.entangling_capability",
        "expressivity.qfim_rank",
    ],
}


@pytest.mark.parametrize("command", STABLE)
def test_keys_that_do_not_change_are_in_the_schemas(command):
    schema = answers.schema(command)
    always = ["format_version", "ansatz", "n_qubits", "diagnostics"]
    assert [key for key in [*always, *STABLE[command]] if not at(schema, key)] == []


# Facts


def compiled(text: str) -> Compilation:
    return driver.compile_source(Source("a.qans", text))


SHEETS: dict[str, Callable[[Compilation], list[Sheet]]] = {
    "algebra": lambda c: [c.algebra.sheet(), c.algebra.sectors.sheet()],
    "structure": lambda c: [c.structure.sheet()],
    "schedule": lambda c: [c.schedule.sheet(), c.measurability.sheet(), c.limit.sheet()],
    "cost": lambda c: [c.cost().sheet()],
    "express": lambda c: [c.expressivity().sheet(), c.expressivity().sector.sheet()],
    "gradient": lambda c: [c.gradient([0.1, 0.2], inputs=[0.3]).sheet()],
    "run": lambda c: [c.expectations([0.1, 0.2], inputs=[0.3]).sheet()],
    "verify": lambda c: [c.verify().sheet()],
}


@pytest.mark.parametrize("command", SHEETS)
def test_the_keys_of_facts_lead_into_the_answer(command):
    schema = answers.schema(command)
    facts = [fact for sheet in SHEETS[command](compiled(SOURCE)) for fact in sheet.facts]
    assert facts
    assert [fact.key for fact in facts if not at(schema, fact.key)] == []
