"""Runs on Nexus from the command line: the plan and its price, the start, and the way on from a record."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from qansatz.tools.cli.console import FINE, LIMITED, Console, UnusableError
from qansatz.tools.cli.outcomes import counts, tell_counts, tell_values
from qansatz.tools.cli.session import console_of, identity
from qansatz.views.runs import Counted
from qansatz.views.words import title

if TYPE_CHECKING:
    from qansatz.compilation import Compilation
    from qansatz.execute.expectations import Plan
    from qansatz.execute.nexus.backend import Price
    from qansatz.execute.nexus.record import Record
    from qansatz.model.program import Model
    from qansatz.synthesis.readout import MeasuredCircuit

_SHOWN: Final = 32


def start(
    args: argparse.Namespace,
    out: Console,
    compilation: Compilation,
    circuits: Sequence[MeasuredCircuit],
    shares: Sequence[int],
    made: Plan | None,
    values: Sequence[float],
) -> int:
    """Record a run of circuits with their shots and take it to its end, or with ``--dry-run`` tell its price.

    ``made`` is the plan by which the outcomes are read, or None where they are counted.
    """
    from qansatz.execute.nexus import backend

    try:
        price = backend.price(circuits, shares, args.device)
    except ValueError as error:
        raise UnusableError(str(error)) from None
    if args.dry_run:
        out.diagnostics(compilation.diagnostics)
        _tell_price(out, compilation, compilation.ansatz, circuits, price)
        return FINE
    if args.max_hqc is None:
        raise UnusableError(
            f"say with --max-hqc how much the run may cost; it is expected to cost "
            f"{price.total:.1f} HQC on {args.device}"
        )
    state = Path(args.state or f"{compilation.ansatz.name}.nexus.json")
    client = _begun(args, compilation.ansatz, circuits, shares, made, values, state)
    out.note(f"recorded in {state}; if it is interrupted: qansatz run --resume {state}")
    out.diagnostics(compilation.diagnostics)
    return _finish(args, out, state, client)


def _begun(
    args: argparse.Namespace,
    model: Model,
    circuits: Sequence[MeasuredCircuit],
    shares: Sequence[int],
    made: Plan | None,
    values: Sequence[float],
    state: Path,
) -> Any:
    """Write the record of a run that has not begun; the client that will take it on."""
    from qansatz.execute.backends.backend import BackendError
    from qansatz.execute.nexus import backend
    from qansatz.execute.nexus.record import write

    purpose = {
        **identity(model),
        "heading": title(model),
        "plan": None if made is None else made.written(),
    }
    try:
        client = backend.connect()
        record = backend.prepare(
            circuits,
            values,
            shares,
            project=args.project,
            device=args.device,
            max_hqc=args.max_hqc,
            purpose=purpose,
        )
        if state.exists():
            raise UnusableError(
                f"{state} is there already: go on with --resume {state}, or name another file "
                "with --state"
            )
        write(state, record, new=True)
    except (BackendError, ImportError, ValueError) as error:
        raise UnusableError(str(error)) from None
    return client


def resumed(args: argparse.Namespace) -> int:
    """Go on with the recorded run that ``--resume`` names."""
    if args.file is not None:
        raise UnusableError("--resume needs no other file: the run knows what it is about")
    return _finish(args, console_of(args), Path(args.resume), None)


def _finish(args: argparse.Namespace, out: Console, state: Path, client: Any) -> int:
    """Take a recorded run to its end, and tell what it found."""
    from qansatz.execute.backends.backend import BackendError
    from qansatz.execute.nexus import backend

    try:
        with out.progress("connecting to Nexus") as progress:
            record = backend.resume(state, client=client, timeout=args.timeout, say=progress)
    except backend.UnfinishedError as error:
        out.note(f"qansatz: {error}")
        out.answer((), {"run": {"backend": "nexus", "complete": False, "state": str(state)}})
        return LIMITED
    except (BackendError, ImportError) as error:
        raise UnusableError(str(error)) from None
    except KeyboardInterrupt:
        out.note(f"qansatz: all that was reached is in {state}")
        raise
    try:
        return _tell_record(out, record)
    except (KeyError, TypeError):
        raise UnusableError(
            f"{state} does not say what the run was for: go on with the command that began it"
        ) from None


def _tell_record(out: Console, record: Record) -> int:
    from qansatz.execute.expectations import rewritten

    purpose: Mapping[str, Any] = record.purpose
    who = {name: purpose[name] for name in ("ansatz", "n_qubits")}
    heading, written, where = purpose["heading"], purpose["plan"], f"nexus, {record.device}"
    if written is None:
        tell_counts(
            out, who, (), heading, Counted(backend=where, counts=counts(record.outcomes()[0]))
        )
    else:
        tell_values(out, who, (), heading, rewritten(written).read(record.outcomes(), where))
    return FINE


def _tell_price(
    out: Console,
    compilation: Compilation,
    model: Model,
    circuits: Sequence[MeasuredCircuit],
    price: Price,
) -> None:
    from qansatz.cost.resources import resources
    from qansatz.views.tables import table

    used = [resources(circuit) for circuit in circuits]
    rows = [
        (k, r.one_qubit_gates, r.two_qubit_gates, r.measurements, shots, hqc)
        for k, (r, shots, hqc) in enumerate(zip(used, price.shots, price.hqc, strict=True))
    ]
    head = ("circuit", "one-qubit", "two-qubit", "measured", "shots", "HQC")
    more = len(rows) - _SHOWN
    out.result(
        f"{title(model)}\n"
        f"  expected   {price.total:.2f} HQC on {price.device}, {sum(price.shots)} shots of "
        f"{len(rows)} circuits; nothing was sent\n\n"
        + table(head, rows[:_SHOWN])
        + (f"  ... and {more} more circuits\n" if more > 0 else "")
        + "".join(f"  assumed: {text}\n" for text in price.assumptions)
    )
    plan = {
        "backend": "nexus",
        "device": price.device,
        "dry_run": True,
        "n_circuits": len(rows),
        "n_shots": sum(price.shots),
        "hqc": price.total,
        "circuits": [
            {
                "one_qubit_gates": r.one_qubit_gates,
                "two_qubit_gates": r.two_qubit_gates,
                "measurements": r.measurements,
                "shots": shots,
                "hqc": hqc,
            }
            for r, shots, hqc in zip(used, price.shots, price.hqc, strict=True)
        ],
        "assumptions": list(price.assumptions),
    }
    out.answer(compilation.diagnostics, {**identity(model), "run": plan})
