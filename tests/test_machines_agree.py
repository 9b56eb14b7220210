"""Every processor makes the same files: a quick version of benchmarks/machines_agree.py."""

from __future__ import annotations

import pytest

from benchmarks import machines_agree as machines

KERNELS = ("Nehalem", "Haswell", "SkylakeX", "Sandybridge")
JOBS = (
    "slpa:build+schedule",
    "uccsd:build+schedule+cost+express",
    "equivariant:build+schedule+cost+express",
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("machines")
    jobs = [machines.job(word) for word in JOBS]
    settings = [s for s in machines.possible(machines.SETTINGS) if s.kernel in KERNELS]
    for setting in settings:
        machines.by_setting(setting, root / setting.kernel, jobs)
    return [root / setting.kernel for setting in settings]


def test_all_files_are_made(folders):
    for folder in folders:
        printed = [*folder.glob("*.txt")]
        assert len(printed) == 10
        assert all(path.read_text("utf-8").startswith("exit code 0") for path in printed)
        assert len([*folder.glob("*.certificate.json")]) == 3
        assert len([*folder.glob("*.build.json*")]) == 6


def test_settings_make_the_same_files(folders):
    first, *others = folders
    assert [line for other in others for line in machines.differences(first, other)] == []


def test_differences_are_seen(tmp_path):
    for name, circuit, sampled in (("one", "[1]", 0.5), ("other", "[2]", 0.5 + 1e-12)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.build.json").write_text(circuit, "utf-8")
        (folder / "a.express.txt").write_text(f'exit code 0\n{{"value": {sampled}}}', "utf-8")
        (folder / "b.express.txt").write_text(f'exit code 0\n{{"value": {circuit}}}', "utf-8")
    found = [*machines.differences(tmp_path / "one", tmp_path / "other")]
    assert [line.partition(":")[0] for line in found] == ["a.build.json", "b.express.txt"]
