"""Damaged files through the command line: no traceback, no hang, an exit code that is documented.

``python -m benchmarks.fuzz [--count 2000] [--start 0]`` prints what failed and the slowest runs. A number names its
mutation for good: ``--start 1234 --count 1 --show`` shows one again.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.strategies.mutations import ROOT, damaged, run, seeds

# Every mutation is checked; each of the others is tried on every so many.
COMMANDS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (1, ("check", "FILE")),
    (2, ("fmt", "--diff", "FILE")),
    (3, ("structure", "FILE", "--json")),
    (4, ("draw", "FILE", "--first", "60")),
    (5, ("build", "FILE", "--to", "qasm3")),
    (7, ("check", "FILE", "--output-format", "sarif")),
    (11, ("check", "FILE", "--fix", "--json")),
)
MEMORY = 6 << 30


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="print the damaged texts and answers")
    arguments = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    texts = seeds()
    codes: Counter[int] = Counter()
    slowest: list[tuple[float, str]] = []
    n_bad = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copytree(ROOT / "examples", Path(folder, "examples")), "fuzz.qans")
        for number in range(arguments.start, arguments.start + arguments.count):
            title, data = damaged(number, texts)
            for every, command in COMMANDS:
                if number % every:
                    continue
                path.write_bytes(data)
                outcome = run(*(str(path) if word == "FILE" else word for word in command))
                codes[outcome.code] += 1
                slowest = sorted([*slowest, (outcome.seconds, f"{command[0]} {title}")])[-8:]
                if arguments.show:
                    print(data.decode("utf-8", "replace"), outcome, sep="\n")
                if outcome.problem is not None:
                    n_bad += 1
                    print(f"{command[0]} {title}\n    {outcome.problem}", flush=True)
    print(f"{sum(codes.values())} runs of {arguments.count} damaged files; {n_bad} went wrong")
    print("exit codes:", ", ".join(f"{code}: {n}" for code, n in sorted(codes.items())))
    for seconds, title in reversed(slowest):
        print(f"{seconds:6.2f} s  {title}")
    return int(n_bad > 0)


if __name__ == "__main__":
    sys.exit(main())
