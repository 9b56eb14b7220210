"""Faults are typed: what their texts need is declared, checked by mypy, and given somewhere."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import Field, fields
from pathlib import Path

import pytest

from qansatz.diagnostics import Fault
from qansatz.source import Source, Span
from qansatz.views import catalogue

ROOT = Path(__file__).parents[1]
KINDS = catalogue.kinds_of_fault()
NAMES = {kind.__name__ for kind in KINDS}
SHARED = {field.name for field in fields(Fault)}
SPAN = Span(Source("file.qans", "text"), 0, 4)


def own(kind: type[Fault]) -> list[Field[object]]:
    return [field for field in fields(kind) if field.name not in SHARED]


def made(kind: type[Fault], absent: frozenset[str] = frozenset()) -> Fault:
    """A fault whose fields hold a sample of their type, an integer or a text that names the field."""
    given: dict[str, object] = {}
    for number, field in enumerate(own(kind)):
        match str(field.type):
            case "int":
                given[field.name] = 7_000 + number
            case "str" | "str | None":
                given[field.name] = f"the {field.name}"
            case "tuple[int, ...]":
                given[field.name] = (7_000 + number, 2)
            case other:
                raise AssertionError(f"no sample of {other}")
    return kind(SPAN, **given | dict.fromkeys(absent))


def optional(kind: type[Fault]) -> list[str]:
    return [field.name for field in own(kind) if "None" in str(field.type)]


def texts(fault: Fault) -> list[str]:
    """The texts that a fault shows."""
    shown = fault.diagnostic()
    return [t for t in (shown.message, shown.label, *shown.notes, shown.help) if t]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_fault_is_a_frozen_dataclass_whose_fields_are_named(kind: type[Fault]):
    parameters = vars(kind)["__dataclass_params__"]
    assert parameters.frozen
    assert "__slots__" in vars(kind)
    assert not hasattr(made(kind), "__dict__")
    assert all(field.kw_only for field in own(kind))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_field_is_shown(kind: type[Fault]):
    fault = made(kind)
    for field in own(kind):
        value = getattr(fault, field.name)
        assert any(
            str(v) in " ".join(texts(fault))
            for v in ([*value] if type(value) is tuple else [value])
        )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_not_known_is_left_out(kind: type[Fault]):
    for count in range(len(optional(kind)) + 1):
        for absent in itertools.combinations(optional(kind), count):
            fault = made(kind, frozenset(absent))
            assert fault.message()
            assert not any("None" in text or text.endswith(".") for text in texts(fault))


def references(tree: ast.AST, inside: str = "") -> Iterator[tuple[str, str]]:
    """Every name that is read, with the class in whose body that happens."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Name):
            yield node.id, inside
        elif isinstance(node, ast.Attribute):
            yield node.attr, inside
        yield from references(node, node.name if isinstance(node, ast.ClassDef) else inside)


def test_every_fault_is_constructed_somewhere():
    used = set()
    for file in (ROOT / "qansatz").rglob("*.py"):
        for name, inside in references(ast.parse(file.read_text("utf-8"))):
            if name in NAMES and name != inside:
                used.add(name)
    assert used == NAMES


WRITTEN = """\
from qansatz.model import faults
from qansatz.source import Source, Span
span = Span(Source("a", ""), 0, 0)
faults.names.Redefined(span, name="a")
faults.names.Redefined(span, nmae="a")
faults.names.Redefined(span, name=1)
faults.names.Redefined(span)
faults.names.Redefinde(span, name="a")
faults.nmaes.Redefined(span, name="a")
"""
REJECTED = {
    5: 'Unexpected keyword argument "nmae" for "Redefined"',
    6: 'Argument "name" to "Redefined" has incompatible type "int"',
    7: 'Missing named argument "name" for "Redefined"',
    8: 'Module has no attribute "Redefinde"',
    9: 'Module has no attribute "nmaes"',
}


def test_mypy_rejects_what_would_fail_when_a_fault_is_shown(tmp_path: Path):
    api = pytest.importorskip("mypy.api")
    file = tmp_path / "written.py"
    file.write_text(WRITTEN, "utf-8")
    options = ["--strict", "--follow-imports=silent", "--cache-dir", str(tmp_path / "cache")]
    told, _, _ = api.run([*options, str(file)])
    lines = [line.partition(": error: ") for line in told.splitlines() if ": error: " in line]
    found = {int(place.rpartition(":")[2]): problem for place, _, problem in lines}
    assert found.keys() == REJECTED.keys()
    assert all(found[line].startswith(problem) for line, problem in REJECTED.items())
