"""The wheel holds all that the package needs, and works without the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

PROBE = """
from pathlib import Path
import qansatz.tools.cli.main as cli
from qansatz.diagnostics import FaultLog
from qansatz.source import Source
from qansatz.syntax.parser import parse

here = Path.cwd().resolve()
assert here in Path(cli.__file__).resolve().parents, cli.__file__
GOOD, BAD = "qans 1\\nansatz a() { qubits q[1] }\\n", "qans 1\\nansatz a( {\\n"
for text, fine in ((GOOD, True), (BAD, False)):
    log = FaultLog()
    parse(Source("a.qans", text), log)
    assert log.has_errors != fine, log.diagnostics()
assert cli.main(["new", "ising"]) == 0
assert cli.main(["explain", "QA001"]) == 0
"""


def python(*arguments: str, cwd: Path, **environment: str) -> None:
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("copy")
    for name in ("qansatz", "grammar"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, copy / name)
    options = ["--no-deps", "--disable-pip-version-check"]
    if int(version("setuptools").partition(".")[0]) >= 77:
        options.append("--no-build-isolation")
    python("-m", "pip", "wheel", *options, "-w", "dist", ".", cwd=copy)
    (built,) = (copy / "dist").glob("qansatz-*.whl")
    return built


def test_the_wheel_holds_every_module_and_data_file(wheel: Path):
    inside = set(zipfile.ZipFile(wheel).namelist())
    files = [path for path in (ROOT / "qansatz").rglob("*") if path.suffix in (".py", ".qans")]
    expected = {path.relative_to(ROOT).as_posix() for path in files}
    data = [
        path for suffix in ("lark", "toml", "py") for path in (ROOT / "grammar").glob(f"*.{suffix}")
    ]
    expected |= {f"qansatz/grammar/{path.name}" for path in data}
    assert "qansatz/grammar/qansatz.lark" in expected
    assert "qansatz/grammar/syntax_errors.toml" in expected
    assert expected | {"qansatz/py.typed"} <= inside


def test_the_installed_wheel_works(wheel: Path, tmp_path: Path):
    options = ["--no-deps", "--no-index", "--disable-pip-version-check", "--target", "."]
    python("-m", "pip", "install", *options, str(wheel), cwd=tmp_path)
    python(
        "-c", PROBE, cwd=tmp_path, PYTHONPATH=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache")
    )
