"""Imports point down, no circle stands anywhere, and importing is cheap."""

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
        "progress",
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
    {"checks", "execute"},
    {"views"},
    {"compilation"},
    {"driver"},
    {"tools", "__init__"},
]
# The same among the rooms inside a room; modules beside them stand where circles permit.
INSIDE = {
    "syntax": [{"faults"}],
    "model": [{"faults"}, {"evaluation"}, {"elaboration"}],
    "analysis": [{"algebra", "gradient"}, {"structure", "trainability", "limit"}, {"expressivity"}],
    "analysis.structure": [{"faults"}],
    "synthesis": [{"search"}],
    "checks": [{"faults", "lints"}],
    "execute": [{"backends"}, {"nexus"}, {"gradients"}],
    "views": [{"pictures"}],
    "tools": [{"cli"}],
    "tools.cli": [{"commands"}],
}
LIGHT = {"numpy", "lark", "qansatz", *sys.stdlib_module_names}
# What functions import, since it is slow to import or may be absent.
HEAVY = {
    *("filelock", "hugr", "matplotlib", "networkx", "ortools", "pennylane", "pennylane_lightning"),
    *(
        "pyqir",
        "pytket",
        "qiskit",
        "qiskit_aer",
        "qnexus",
        "rich",
        "selene_sim",
        "shtab",
        "sympy",
        "tket_exts",
    ),
}
# Likewise of the standard library, where few runs need it.
SELDOM = {
    *("concurrent", "dataclasses", "difflib", "inspect", "io", "json", "multiprocessing"),
    *("pathlib", "tomllib", "traceback", "urllib"),
}
# Rooms whose functions import what they need for it when a result is asked for, or a command runs.
ON_DEMAND = {"__init__", "compilation", "driver", "tools", "views"}
# Elsewhere these modules do, with what for; since no circle stands anywhere, none is there to hide one.
LATE = {
    "analysis.algebra.algebra": "closures of sums and lists of elements, beside what strings alone give",
    "analysis.expressivity.expressivity": "figures",
    "checks.checks": "claims about circuits, gradients and costs, where the file makes them",
    "checks.facts": "claims about the algebra, where the file makes them",
    "checks.lints.variance_decays": "algebra and variance, where a cheaper test does not settle it",
    "cost.counted_methods": "random angles, for one of the methods",
    "emit.gradients": "circuits of schedules",
    "execute.nexus.backend": "what only some targets need",
    "model.resolve": "the names to suggest after a mistake",
    "render": "the formats for other programs",
    "simulation.engines": "one engine of two",
    "syntax.messages": "messages after a mistake",
    "syntax.parser": "messages after a mistake",
}
FILES = sorted(PACKAGE.rglob("*.py"))


def dotted(path: Path) -> str:
    """The name of a module or package without ``qansatz.``; empty for the package itself."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {dotted(path): path for path in FILES}
FOLDERS = [name for name, path in MODULES.items() if path.name == "__init__.py"]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(node: ast.AST, path: Path) -> list[str]:
    """The absolute names of the modules that an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{path}:{node.lineno}: relative import"
        module = node.module or ""
        inside = [f"{module}.{alias.name}" for alias in node.names]
        return [name if name.removeprefix("qansatz.") in MODULES else module for name in inside]
    return []


def arrows() -> Iterator[tuple[str, str, str]]:
    """From, to, and where: every import of a module of the package, in functions and for type checkers too."""
    for here, path in MODULES.items():
        for node in ast.walk(tree(path)):
            for name in imported(node, path):
                there = name.removeprefix("qansatz").removeprefix(".")
                if name.startswith("qansatz") and there != here:
                    yield here, there, f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"


ARROWS = list(arrows())


def at_import(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported; those for type checkers left out."""
    for node in body:
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.unparse(node.test):
            yield from at_import(node.body)
            yield from at_import(node.orelse)
        elif isinstance(node, ast.Try | ast.With | ast.ClassDef):
            yield from at_import(node.body)


def level(levels: list[set[str]], name: str) -> int | None:
    return next((k for k, rooms in enumerate(levels) if name in rooms), None)


def test_every_room_has_a_level():
    rooms = {name.partition(".")[0] or "__init__" for name in MODULES}
    assert not [room for room in rooms if level(LEVELS, room) is None]
    for folder in FOLDERS:
        outer, _, room = folder.rpartition(".")
        assert not outer or level(INSIDE.get(outer, []), room) is not None, folder


@pytest.mark.parametrize("outer", ["", *INSIDE])
def test_imports_point_down(outer: str):
    levels = INSIDE[outer] if outer else LEVELS
    prefix = f"{outer}." if outer else ""
    for here, there, where in ARROWS:
        if not (here.startswith(prefix) and there.startswith(prefix)):
            continue
        rooms = [
            name.removeprefix(prefix).partition(".")[0] or "__init__" for name in (here, there)
        ]
        low, high = level(levels, rooms[1]), level(levels, rooms[0])
        if rooms[0] != rooms[1] and low is not None and high is not None:
            assert low < high, f"{where}: {here} imports {there}"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder or "qansatz")
def test_no_circle_among_what_stands_in_a_folder(folder: str):
    """Modules and rooms side by side, each with all that it imports: some order has every arrow point down."""
    prefix = f"{folder}." if folder else ""
    places: dict[str, list[str]] = {}
    below: dict[str, set[str]] = {}
    for here, there, where in ARROWS:
        if here.startswith(prefix) and there.startswith(prefix):
            one, two = (name.removeprefix(prefix).partition(".")[0] for name in (here, there))
            if one and two and one != two:
                below.setdefault(one, set()).add(two)
                below.setdefault(two, set())
                places.setdefault(f"{one} → {two}", []).append(where)
    while lowest := {name for name, under in below.items() if not under}:
        below = {name: under - lowest for name, under in below.items() if name not in lowest}
    assert not below, {
        arrow: places[arrow] for arrow in places if {*arrow.split(" → ")} <= {*below}
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_at_the_top_are_light(path: Path):
    for node in at_import(tree(path).body):
        for name in imported(node, path):
            assert name.split(".")[0] in LIGHT, f"line {node.lineno}: {name} belongs in a function"


def in_functions(module: str) -> Iterator[tuple[str, int]]:
    """What functions of a module import, with the line."""
    for function in ast.walk(tree(MODULES[module])):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                for name in imported(node, MODULES[module]):
                    yield name, getattr(node, "lineno", 0)


LATER = {module: sorted(set(in_functions(module))) for module in MODULES}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module or "qansatz")
def test_functions_import_what_is_heavy_or_asked_for(module: str):
    room = module.partition(".")[0] or "__init__"
    allowed = HEAVY | SELDOM
    if room in ON_DEMAND:
        allowed |= LIGHT
    if module in LATE:
        allowed |= {"qansatz"}
    for name, line in LATER[module]:
        assert name.split(".")[0] in allowed, f"line {line}: {name} belongs at the top"


def test_nothing_is_allowed_to_functions_that_none_imports():
    tops = {(module, name.split(".")[0]) for module, names in LATER.items() for name, _ in names}
    assert {module for module, top in tops if top == "qansatz"} >= {*LATE}
    assert {top for _, top in tops} >= HEAVY | SELDOM


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
    for folder in {path.parent for path in FILES}:
        assert (folder / "__init__.py").is_file()
