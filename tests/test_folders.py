"""The page of the architecture names every folder, and the tests stand as the package stands.

``QANSATZ_UPDATE=1 pytest tests/test_folders.py`` writes the folders and the plan into the page.
"""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest

from tests.test_architecture import INSIDE, LEVELS

ROOT = Path(__file__).parents[1]
PACKAGE, TESTS = ROOT / "qansatz", ROOT / "tests"
PAGE = ROOT / "docs" / "architecture.md"
#: Folders of the tests that mirror none of the package: what the tests are made from.
MATERIAL = ("data", "faults", "models", "oracles", "strategies")
#: Folders of the package that hold no modules.
DATA = {
    "tools/cli/templates": "The files that `qansatz new` starts from.",
    "views/schemas": "A JSON schema for the answer of each command, generated.",
}
#: Faults are tested by ``tests/faults``, which holds what a user reads of each.
OF_FAULTS = "faults"


def holds_files(folder: Path) -> bool:
    return any(path.is_file() and path.suffix != ".pyc" for path in folder.iterdir())


def folders(root: Path) -> list[str]:
    """The folders inside a folder, by their paths."""
    inside = [path for path in root.rglob("*") if path.is_dir() and path.name != "__pycache__"]
    return sorted(path.relative_to(root).as_posix() for path in inside if holds_files(path))


def mirrored(folder: str) -> bool:
    return folder.partition("/")[0] not in MATERIAL


def sentence(module: Path) -> str:
    """The first line of a module's docstring."""
    text = ast.get_docstring(ast.parse(module.read_text("utf-8"))) or ""
    return text.partition("\n")[0].replace("``", "`").replace("|", "\\|")


# -- the page ---------------------------------------------------------------------------------


def link(path: Path) -> str:
    name = path.relative_to(ROOT).as_posix()
    return f"[`{name}{'/' if path.is_dir() else ''}`](../{name})"


def by_level(name: str) -> tuple[int, str]:
    room = name.partition("/")[0].removesuffix(".py")
    return next(k for k, rooms in enumerate(LEVELS) if room in rooms), name


def room_rows() -> str:
    """Every module and folder of the package from the lowest level up, and where its tests stand."""
    names = [path.name for path in PACKAGE.glob("*.py") if path.name != "__init__.py"]
    rows = []
    for name in sorted([*names, *folders(PACKAGE)], key=by_level):
        path = PACKAGE / name
        text = DATA.get(name) or sentence(path / "__init__.py" if path.is_dir() else path)
        beside = TESTS / name
        tests = link(beside) if beside.is_dir() else ""
        if path.name == OF_FAULTS:
            tests = link(TESTS / OF_FAULTS)
        elif (single := TESTS / f"test_{path.stem}.py").exists() and not path.is_dir():
            tests = link(single)
        rows.append(f"| {link(path)} | {text} | {tests} |")
    return "\n".join(["| room | what it is | tests |", "|---|---|---|", *rows])


def material_rows() -> str:
    """Every folder that the tests are made from; those inside are named beside it."""
    rows = []
    for name in MATERIAL:
        inside = [f"`{path.relative_to(TESTS / name).as_posix()}/`" for path in below(name)]
        rows.append(
            f"| {link(TESTS / name)} | {sentence(TESTS / name / '__init__.py')} "
            f"| {', '.join(inside)} |"
        )
    return "\n".join(["| folder | what it holds | folders in it |", "|---|---|---|", *rows])


def below(name: str) -> list[Path]:
    return [TESTS / name / folder for folder in folders(TESTS / name)]


def plan() -> str:
    """The levels of the rooms, the lowest first, and those inside rooms."""
    lines = [" · ".join(sorted(level - {"__init__"})) for level in LEVELS]
    for outer, levels in INSIDE.items():
        if sum(map(len, levels)) > 1:
            inside = " ← ".join(" · ".join(sorted(level)) for level in levels)
            lines.append(f"{outer.replace('.', '/')}/: {inside}")
    return "\n".join(["```text", *lines, "```"])


PARTS = {"rooms": room_rows, "material": material_rows, "plan": plan}


def part(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)


@pytest.mark.parametrize("name", PARTS)
def test_the_page_is_up_to_date(name: str):
    page = PAGE.read_text("utf-8")
    assert len(part(name).findall(page)) == 1
    today = part(name).sub(lambda match: f"{match[1]}\n{PARTS[name]()}\n\n{match[2]}", page)
    if os.environ.get("QANSATZ_UPDATE") == "1":
        PAGE.write_text(today, "utf-8")
    else:
        assert page == today, "run QANSATZ_UPDATE=1 pytest tests/test_folders.py"


def test_the_page_names_every_folder():
    page = PAGE.read_text("utf-8")
    for folder in folders(PACKAGE):
        assert f"[`qansatz/{folder}/`]" in page
    for folder in folders(TESTS):
        assert f"[`tests/{folder}/`]" in page or f"`{folder.partition('/')[2]}/`" in page


# -- the folders ------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", sorted({*folders(PACKAGE)} - {*DATA}))
def test_a_folder_of_the_package_says_what_it_is_and_has_tests(folder: str):
    assert sentence(PACKAGE / folder / "__init__.py")
    if Path(folder).name != OF_FAULTS:
        assert [*(TESTS / folder).rglob("test_*.py")]


@pytest.mark.parametrize("folder", [name for name in folders(TESTS) if mirrored(name)])
def test_a_folder_of_the_tests_is_one_of_the_package(folder: str):
    assert (PACKAGE / folder).is_dir()
    assert (TESTS / folder / "__init__.py").is_file()
