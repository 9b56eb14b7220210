"""The same bytes from every processor: files made under several settings of BLAS, NumPy, threads and hashing.

    python benchmarks/machines_agree.py [--examples NAME[:PRODUCT+...],...] [--settings NAME,...] [--keep FOLDER]

Every setting makes every file in a process of its own: circuits, manifests, schedules, certificates and prices must be
equal byte for byte, what ``express`` samples from a seed to 1e-10. Settings that this processor cannot run are named
and left out. The exit code is 1 where files differ. A quick version is ``tests/test_machines_agree.py``.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
TOLERANCE = 1e-10


#: Files of an example to be made, by the names of ``COMMANDS``.
Job = tuple[Path, Sequence[str]]


@dataclass(frozen=True)
class Setting:
    """A kernel of OpenBLAS with the features it needs, threads, a seed of hashing, and whether libraries dispatch.

    Where they do not, NumPy and the C library take what every processor can do.
    """

    kernel: str
    needs: tuple[str, ...]
    threads: int
    seed: int
    dispatch: bool

    @property
    def name(self) -> str:
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        how = "" if self.dispatch else ", no dispatch"
        return f"{self.kernel}, {threads}, hash seed {self.seed}{how}"

    def environment(self) -> dict[str, str]:
        found = {
            **os.environ,
            "OPENBLAS_CORETYPE": self.kernel,
            "OPENBLAS_NUM_THREADS": str(self.threads),
            "PYTHONHASHSEED": str(self.seed),
        }
        if not self.dispatch:
            found["NPY_DISABLE_CPU_FEATURES"] = " ".join(dispatched())
            found["GLIBC_TUNABLES"] = "glibc.cpu.hwcaps=-AVX512F,-AVX2,-AVX,-FMA,-FMA4"
        return found


SETTINGS = (
    Setting("Nehalem", (), 1, 0, False),
    Setting("Haswell", ("AVX2", "FMA3"), 2, 1, True),
    Setting("SkylakeX", ("AVX512_SKX",), 1, 2, True),
    Setting("Sandybridge", ("AVX",), 2, 3, False),
    Setting("Prescott", (), 2, 4, True),
    Setting("Zen", ("AVX2", "FMA3"), 1, 5, False),
    Setting("SapphireRapids", ("AVX512_SKX",), 2, 6, True),
)


def features() -> dict[str, bool]:
    """What this processor can do, by NumPy's names."""
    from numpy._core._multiarray_umath import __cpu_features__

    return dict(__cpu_features__)


def dispatched() -> list[str]:
    """The features of this processor for which NumPy has code of its own."""
    from numpy._core._multiarray_umath import __cpu_dispatch__

    known = features()
    return [name for name in __cpu_dispatch__ if known.get(name)]


def possible(settings: Sequence[Setting]) -> list[Setting]:
    """The settings that this processor can run."""
    known = features()
    return [s for s in settings if all(known.get(need) for need in s.needs)]


# What is made


#: Options of examples that would take long otherwise, and the ansatz where a file has several.
OPTIONS: dict[str, tuple[str, ...]] = {
    "expressibility": ("--ansatz", "circuit_06"),
    "sc": ("--set", "depth=1"),
    "slpa6": ("--set", "depth=1"),
    "slpa8": ("--set", "depth=1"),
}
#: The commands that make files, what each is called with, and the suffixes of what it writes.
COMMANDS: dict[str, tuple[str, ...]] = {
    "build": ("build", "-o", "{at}.build.json"),
    "state": ("build", "--for", "expectation", "--effort", "0.3", "-o", "{at}.state.json"),
    "depth": ("build", "--optimise", "depth", "--effort", "0.3", "-o", "{at}.depth.json"),
    "schedule": ("schedule", "--json", "--certificate", "{at}.certificate.json"),
    "cost": ("cost", "--json", "--pytket-limit", "0", "--effort", "0.1"),
    "express": ("express", "--json", "--seed", "1", "--pairs", "300", "--points", "3"),
    "structure": ("structure", "--json"),
    "algebra": ("algebra", "--json"),
}


def made(folder: Path, jobs: Sequence[Job]) -> None:
    """Make files in a folder, in this process: what a command prints is a file, too."""
    from qansatz.tools.cli import main as cli

    for path, products in jobs:
        for product in products:
            at = folder / path.stem
            arguments = [word.format(at=at) for word in COMMANDS[product]]
            arguments[1:1] = [str(path), *OPTIONS.get(path.stem, ())]
            printed, told = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(told):
                code = cli.main(arguments)
            output = printed.getvalue().replace(str(folder), "")
            errors = told.getvalue().replace(str(folder), "")
            text = f"exit code {code}\n{errors}\n{output}"
            at.with_suffix(f".{product}.txt").write_text(text, "utf-8")


def by_setting(setting: Setting, folder: Path, jobs: Sequence[Job]) -> None:
    """Make them in a process with the setting."""
    folder.mkdir()
    words = [f"{path}:{'+'.join(products)}" for path, products in jobs]
    command = [sys.executable, str(Path(__file__).resolve()), "--make", str(folder)]
    command += ["--examples", ",".join(words)]
    environment = setting.environment()
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{setting.name}: {done.stderr}")


# How it is compared


def differences(one: Path, other: Path) -> Iterator[str]:
    """The files of two folders that are not the same, and where."""
    names = sorted({p.name for p in one.iterdir()} | {p.name for p in other.iterdir()})
    for name in names:
        if not ((one / name).is_file() and (other / name).is_file()):
            yield f"{name}: in one of them only"
            continue
        left, right = (folder.joinpath(name).read_text("utf-8") for folder in (one, other))
        if left == right:
            continue
        if ".express." in name:
            found = [*apart(_printed(left), _printed(right))]
            if not found:
                continue
            yield f"{name}: {found[0]}"
            continue
        lines = zip(left.splitlines(), right.splitlines(), strict=False)
        a, b = next(((a, b) for a, b in lines if a != b), ("", "one is longer"))
        place = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)
        start = max(0, place - 60)
        yield f"{name}: {a[start : place + 60]!r} and {b[start : place + 60]!r}"


def _printed(text: str) -> Any:
    return json.loads(text[text.index("\n{") :])


def apart(left: Any, right: Any, path: str = "") -> Iterator[str]:
    """Where two objects differ by more than the tolerance."""
    if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
        for key in left:
            yield from apart(left[key], right[key], f"{path}.{key}")
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for k, (a, b) in enumerate(zip(left, right, strict=True)):
            yield from apart(a, b, f"{path}[{k}]")
    elif isinstance(left, float) and isinstance(right, float):
        if not math.isclose(left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
            yield f"{path}: {left} and {right}"
    elif left != right:
        yield f"{path}: {left} and {right}"


def job(word: str) -> Job:
    """An example by name, or a path, and what is made of it after a colon: all, unless that is said."""
    name, _, products = word.partition(":")
    path = Path(name) if name.endswith(".qans") else ROOT / f"examples/{name}.qans"
    return path, products.split("+") if products else [*COMMANDS]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", help="names, or paths of sources (all of the folder)")
    parser.add_argument("--settings", help="kernels (all that this processor can run)")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the files there")
    parser.add_argument("--make", metavar="FOLDER", help=argparse.SUPPRESS)
    args = parser.parse_args()
    names = args.examples.split(",") if args.examples else []
    jobs = [*map(job, names or sorted(map(str, ROOT.glob("examples/*.qans"))))]
    if args.make:
        made(Path(args.make), jobs)
        return 0
    known = possible(SETTINGS)
    for setting in SETTINGS:
        if setting not in known:
            print(f"not possible here: {setting.name}")
    if args.settings:
        known = [s for s in known if s.kernel in args.settings.split(",")]
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(args.keep or temporary)
        root.mkdir(parents=True, exist_ok=True)
        code, first = 0, None
        for setting in known:
            start, folder = time.monotonic(), root / setting.kernel
            by_setting(setting, folder, jobs)
            first = first or folder
            found = [*differences(first, folder)]
            seconds = time.monotonic() - start
            n_files = len([*folder.iterdir()])
            print(f"{setting.name}: {n_files} files in {seconds:.0f} s, {len(found)} differ")
            for line in found:
                print(f"  {line}")
            code |= bool(found)
    return code


if __name__ == "__main__":
    raise SystemExit(main())
