"""The command ``qansatz``: reads the command line and hands over to one module of ``commands``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TextIO, TypeAlias

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

if TYPE_CHECKING:
    _Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

#: The commands by what they are for, each with what it does.
GROUPS: Final = {
    "write": {
        "new": "write a commented starter file",
        "check": "check files and say what was checked",
        "fmt": "write files in the one standard layout",
        "explain": "explain a diagnostic: cause, example and cure",
    },
    "understand": {
        "draw": "draw the circuit as text",
        "structure": "show blocks, stabilizers and symmetries",
        "algebra": "name the Lie algebra of the generators and its dimension",
        "express": "measure how much of its space a circuit reaches",
    },
    "measure": {
        "schedule": "find the fewest circuits that measure the whole gradient",
        "gradient": "measure or compute the value and gradient of an observable",
        "cost": "price value, gradient and training before anything is run",
    },
    "build": {
        "build": "compile to a circuit for pytket, Qiskit, PennyLane, OpenQASM or QIR",
        "verify": "prove that an emitted circuit means what its source says",
    },
    "run": {
        "run": "run the circuit: values of the observables, or counts of outcomes",
    },
}
COMMANDS: Final = {name: text for group in GROUPS.values() for name, text in group.items()}
#: The shells that commands, options and files can be completed in.
SHELLS: Final = ("bash", "zsh", "tcsh")

_USAGE: Final = "qansatz COMMAND [FILE] [OPTIONS]"
_HELP: Final = """usage: {usage}

A language and compiler for variational quantum circuits.

{commands}
options:
    -h, --help     show this help; qansatz help COMMAND, or COMMAND --help, that of a command
    -V, --version  show the version
    --print-completion {shells}
                   print a script that lets a shell complete commands, options and files

examples:
    qansatz new ising                    a first file, ising.qans
    qansatz check ising.qans --set n=6   is it right, with six qubits?
    qansatz draw ising.qans              what does it look like?
    qansatz schedule ising.qans          how many circuits measure its gradient?
    qansatz gradient ising.qans --seed 1
    qansatz build ising.qans --to qasm3  the circuit
    source <(qansatz --print-completion bash)

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
    if not arguments:
        sys.stderr.write(_help())
        return UNUSABLE
    if arguments[0] == "help":
        arguments = [*arguments[1:], "--help"]
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


class _Parser(argparse.ArgumentParser):
    """The parser before a command is known: its help shows the commands by what they are for."""

    def format_help(self) -> str:
        return _help()


class _PrintCompletion(argparse.Action):
    """Print the script for a shell, and end."""

    def __call__(self, parser: argparse.ArgumentParser, *given: Any) -> None:
        from qansatz.tools.cli.completion import script

        _, shell, _ = given
        sys.stdout.write(script(_whole_parser(), shell))
        parser.exit(FINE)


def _help() -> str:
    width = max(map(len, COMMANDS)) + 2
    groups = (
        f"{title}:\n" + "".join(f"    {name:{width}}{text}\n" for name, text in group.items())
        for title, group in GROUPS.items()
    )
    return _HELP.format(usage=_USAGE, commands="\n".join(groups), shells="|".join(SHELLS))


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser: only the command that is asked for is imported and configured."""
    words = [] if arguments[0].startswith("--print") else arguments
    asked = next((word for word in words if not word.startswith("-")), None)
    parser, commands = _without_commands()
    if asked is not None and asked not in COMMANDS:
        parser.error(f"there is no command `{asked}`{_near(asked)}")
    for name in COMMANDS:
        command = _added(commands, name)
        if name == asked:
            _configure(command, name)
    return parser


def _whole_parser() -> argparse.ArgumentParser:
    """The parser with every command configured, and ``help`` among them."""
    parser, commands = _without_commands()
    for name in COMMANDS:
        _configure(_added(commands, name), name)
    topic = commands.add_parser("help", help="show the help of a command")
    topic.add_argument("topic", nargs="?", choices=tuple(COMMANDS), metavar="COMMAND")
    return parser


def _without_commands() -> tuple[argparse.ArgumentParser, _Commands]:
    from qansatz.version import VERSION

    parser = _Parser(prog="qansatz", usage=_USAGE, allow_abbrev=False)
    version = f"qansatz {VERSION}"
    parser.add_argument("-V", "--version", action="version", version=version, help="the version")
    parser.add_argument(
        "--print-completion",
        choices=SHELLS,
        action=_PrintCompletion,
        help="print a script that completes commands, options and files",
    )
    commands = parser.add_subparsers(
        metavar="COMMAND", required=True, prog="qansatz", parser_class=argparse.ArgumentParser
    )
    return parser, commands


def _added(commands: _Commands, name: str) -> argparse.ArgumentParser:
    """The parser of a command, without its options."""
    summary = COMMANDS[name]
    return commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _configure(command: argparse.ArgumentParser, name: str) -> None:
    module: Any = import_module(f"qansatz.tools.cli.commands.{name}")
    module.configure(command)
    command.set_defaults(run=module.run)


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
