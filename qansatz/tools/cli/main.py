"""The command ``qansatz``: reads the command line and hands over to one module of ``commands``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, TextIO

from qansatz.tools.cli.console import (
    FINE,
    FORMAT_VERSION,
    INTERNAL,
    INTERRUPTED,
    LIMITED,
    PIPE_CLOSED,
    UNUSABLE,
    UnusableError,
)

COMMANDS: Final = {
    "check": "check files and say what was checked",
    "fmt": "write files in the one standard layout",
    "explain": "explain a diagnostic: cause, example and cure",
    "algebra": "name the Lie algebra of the generators and its dimension",
    "structure": "show blocks, stabilizers and symmetries",
    "express": "measure how much of its space a circuit reaches",
    "schedule": "find the fewest circuits that measure the whole gradient",
    "gradient": "measure or compute the value and gradient of an observable",
    "draw": "draw the circuit as text",
    "new": "write a commented starter file",
    "cost": "price value, gradient and training before anything is run",
    "build": "compile to a circuit for pytket, Qiskit, PennyLane, OpenQASM or QIR",
    "run": "run the circuit: values of the observables, or counts of outcomes",
    "verify": "prove that an emitted circuit means what its source says",
}

_EPILOG: Final = """\
examples:
  qansatz new ising                    a first file, ising.qans
  qansatz check ising.qans --set n=6   is it right, with six qubits?
  qansatz build ising.qans --to qasm3  the circuit

exit codes: 0 fine; 1 errors in a file, a failed claim, or `fmt --check` differs;
2 the command or its input cannot be used; 3 a stated limit was reached; 70 internal error
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; nothing is raised."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    # Starting the threads of NumPy's BLAS takes longer than reading a file, and no command gains from them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        _keep_writable()
        code = _run(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        _discard(sys.stdout, sys.stderr)
        return PIPE_CLOSED
    except KeyboardInterrupt:
        sys.stderr.write("qansatz: interrupted; nothing was written\n")
        return INTERRUPTED
    except OSError as error:
        _discard(sys.stdout)
        sys.stderr.write(f"qansatz: error: cannot write the result: {error.strerror}\n")
        return UNUSABLE
    return code


def _run(arguments: Sequence[str]) -> int:
    as_json = False
    try:
        parsed = _parser(arguments).parse_args(arguments)
        as_json = getattr(parsed, "json", False)
        return int(parsed.run(parsed))
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else FINE
    except BrokenPipeError:
        raise
    except Exception as error:
        message, code = _failure(error)
    if as_json:
        import json

        answer = {"format_version": FORMAT_VERSION, "error": message, "diagnostics": []}
        sys.stdout.write(json.dumps(answer, indent=2) + "\n")
    from qansatz.characters import harmless

    sys.stderr.write(f"qansatz: error: {harmless(message)}\n")
    return code


def _failure(error: Exception) -> tuple[str, int]:
    """What to say of an exception, and the exit code."""
    if isinstance(error, UnusableError):
        return str(error), UNUSABLE
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename is not None else ""
        return f"{place}{error.strerror}", UNUSABLE
    if isinstance(error, MemoryError):
        return "the memory of this machine does not suffice; try smaller sizes", LIMITED
    return _internal(error), INTERNAL


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser: only the command that is asked for is imported and configured."""
    from qansatz.version import VERSION

    parser = argparse.ArgumentParser(
        prog="qansatz",
        description="A language and compiler for variational quantum circuits.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"qansatz {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    asked = next((a for a in arguments if not a.startswith("-")), None)
    if asked is not None and asked not in COMMANDS:
        parser.error(f"there is no command `{asked}`{_near(asked)}")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        if name == asked:
            module: Any = import_module(f"qansatz.tools.cli.commands.{name}")
            module.configure(command)
            command.set_defaults(run=module.run)
    return parser


def _near(word: str) -> str:
    from qansatz.diagnostics import did_you_mean

    near = did_you_mean(word, COMMANDS)
    return f"; did you mean `{near}`?" if near else f" (choose from {', '.join(COMMANDS)})"


def _internal(error: Exception) -> str:
    from qansatz.version import VERSION

    if os.environ.get("QANSATZ_TRACEBACK") == "1":
        import traceback

        traceback.print_exception(error)
    return (
        f"internal error ({type(error).__name__}: {error}). This is a mistake in "
        f"qansatz {VERSION}, not in your file. Please report it with the command and the file; "
        "set QANSATZ_TRACEBACK=1 to see where it happened."
    )


def _keep_writable() -> None:
    """Have both streams, and let one whose encoding lacks a character write an escape instead."""
    import io

    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - it lives as long as the process
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _discard(*streams: TextIO) -> None:
    """Lead streams nowhere, so that the interpreter's last flush does not fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        try:
            os.dup2(nowhere, stream.fileno())
        except (OSError, ValueError):
            continue


if __name__ == "__main__":
    sys.exit(main())
