"""Files that version 0.1 wrote, before the package had its present folders, are read as they were.

Recorded runs on Nexus: ``tests/execute/nexus/test_nexus.py``.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from qansatz.tools.cli.main import main

WRITTEN = Path(__file__).parent / "data" / "written_by_0_1"


@pytest.fixture
def answer(capsys, monkeypatch):
    """Run a command where the files are; its exit code and its JSON."""
    monkeypatch.chdir(WRITTEN)

    def ask(*arguments: str):
        code = main([*arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return ask


def written(name: str):
    return json.loads((WRITTEN / name).read_bytes())


def test_a_certificate_is_checked(answer):
    code, data = answer("verify", "small.qans", "--certificate", "small.certificate.json")
    assert (code, data["certificate"]["valid"]) == (0, True)
    assert data["certificate"]["n_circuits"] == len(written("small.certificate.json")["circuits"])


def test_a_circuit_is_proved_equal_to_its_source(answer):
    code, data = answer("verify", "small.qans", "small.json")
    assert (code, data["verification"]["equal"]) == (0, True)


def test_a_manifest_says_what_it_says_today(answer, tmp_path):
    code, data = answer("build", "small.qans", "-o", str(tmp_path / "small.json"))
    earlier = written("small.json.manifest.json")
    assert (code, {key: data["manifest"][key] for key in earlier}) == (0, earlier)


def test_a_manifest_of_a_gradient_says_what_it_says_today(answer, tmp_path):
    assert answer("gradient", "small.qans", "--seed", "1", "--emit", str(tmp_path / "g"))[0] == 0
    today = json.loads((tmp_path / "g/manifest.json").read_bytes())
    earlier = written("gradient.manifest.json")
    assert earlier.keys() <= today.keys()
    assert earlier["circuits"][0].keys() <= today["circuits"][0].keys()
    for key in ("format_version", "slots", "observable", "meaning", "purpose", "qubit_order"):
        assert today[key] == earlier[key]


@pytest.mark.parametrize(("name", "at_least", "dimension"), [("sums", 22, 132), ("turns", 5, 11)])
def test_a_closure_is_resumed(answer, tmp_path, name, at_least, dimension):
    """Where it stopped, with the answer from the start: its strings may be numbered otherwise today."""
    source, kept = f"{name}.qans", shutil.copy(WRITTEN / f"{name}.closure", tmp_path)
    stopped = answer("algebra", source, "--seconds", "0", "--resume", str(kept))[1]["algebra"]
    assert (stopped["exact"], stopped["at_least"]) == (False, str(at_least))
    code, resumed = answer("algebra", source, "--resume", str(kept))
    whole = answer("algebra", source)[1]["algebra"]
    assert (code, resumed["algebra"], whole["dimension"]) == (0, whole, str(dimension))
    assert answer("algebra", source, "--set", "n=4", "--resume", str(kept))[0] == 2
