"""Imports point down, and importing is cheap."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "qansatz"

# A room may import itself and every room in a lower line; rooms of one line do not know each other.
LEVELS = [
    {
        "version",
        "grammar",
        "characters",
        "source",
        "numbers",
        "files",
        "hqc",
        "machines",
        "sheets",
        "pauli",
    },
    {"diagnostics", "lie"},
    {"syntax", "exchange"},
    {"render"},
    {"model"},
    {"circuits", "simulation"},
    {"analysis"},
    {"synthesis"},
    {"emit", "cost"},
    {"checks", "execute", "views"},
    {"compilation"},
    {"driver"},
    {"tools", "__init__"},
]
LEVEL = {room: k for k, rooms in enumerate(LEVELS) for room in rooms}
LIGHT = {"numpy", "lark", "qansatz", *sys.stdlib_module_names}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(node: ast.AST, path: Path) -> list[str]:
    """The absolute names of the modules that an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{path}:{node.lineno}: relative import"
        if node.module == "qansatz":
            return [f"qansatz.{alias.name}" for alias in node.names]
        return [node.module or ""]
    return []


def at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported; those for type checkers left out."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.unparse(node.test):
            yield from at_import(node.body)
            yield from at_import(node.orelse)
        elif isinstance(node, ast.Try | ast.With | ast.ClassDef):
            yield from at_import(node.body)


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def test_every_room_has_a_level():
    rooms = {room(path) for path in MODULES}
    assert rooms <= set(LEVEL), f"without a level: {rooms - set(LEVEL)}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path):
    here = room(path)
    for node in ast.walk(tree(path)):
        for name in imported(node, path):
            parts = name.split(".")
            if parts[0] == "qansatz" and len(parts) > 1:
                there = parts[1]
                lower = LEVEL[there] < LEVEL[here]
                assert there == here or lower, f"{here} imports {name} (line {node.lineno})"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_at_the_top_are_light(path: Path):
    for node in at_import(tree(path).body):
        for name in imported(node, path):
            assert name.split(".")[0] in LIGHT, f"line {node.lineno}: {name} belongs in a function"


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("qansatz", {"numpy", "lark", "sympy", "networkx"}),
        ("qansatz.tools.cli.main", {"numpy", "lark", "sympy", "networkx", "json"}),
        ("qansatz.driver", {"sympy", "networkx", "pytket", "qiskit", "pennylane", "pyqir"}),
    ],
)
def test_importing_loads_nothing_heavy(module: str, absent: set[str]):
    script = f"import sys, {module}; print(*sorted({absent!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_every_folder_is_a_package():
    for folder in {path.parent for path in MODULES}:
        assert (folder / "__init__.py").is_file()
