"""Start-up: ``qansatz check`` on a small file against ``python -c "import lark"``.

    python benchmarks/startup.py [FILE] [--runs 20]

Runs the two alternately, after one run of each to fill caches, and prints medians of wall time and the ratio. The
promise is a ratio of at most 4.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "tfim.qans"


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", default=str(EXAMPLE))
    parser.add_argument("--runs", type=int, default=20)
    arguments = parser.parse_args()
    script = "import sys; from qansatz.tools.cli.main import main; sys.exit(main())"
    ours = [sys.executable, "-c", script, "check", arguments.file]
    lark = [sys.executable, "-c", "import lark"]
    pairs = [(seconds(ours), seconds(lark)) for _ in range(arguments.runs + 1)][1:]
    checked, imported = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"qansatz check {Path(arguments.file).name}: {checked * 1e3:6.1f} ms")
    print(f"import lark:   {imported * 1e3:6.1f} ms")
    print(f"ratio: {checked / imported:.2f}")


if __name__ == "__main__":
    main()
