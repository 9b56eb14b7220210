"""``qansatz run FILE``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from qansatz.tools.console import FINE, LIMITED, Console, UnusableError
from qansatz.tools.machines import add_backend, add_nexus, local_backend, name_of, shots_of
from qansatz.tools.points import add_point, point
from qansatz.tools.session import add_output, add_source, compiled, console_of, identity, refused

if TYPE_CHECKING:
    from qansatz.driver import Compilation
    from qansatz.execute.backends import Outcomes
    from qansatz.execute.expectations import Expectations, Plan
    from qansatz.execute.nexus import Price
    from qansatz.execute.nexus_record import Record
    from qansatz.model.program import Model, Observable
    from qansatz.synthesis.readout import MeasuredCircuit

_EPILOG = """\
examples:
  qansatz run ising.qans --seed 1
  qansatz run ising.qans --theta theta.json --backend aer --shots 10000
  qansatz run ising.qans --seed 1 --counts --shots 1000
  qansatz run ising.qans --seed 1 --backend selene --noise H2-1
  qansatz run ising.qans --seed 1 --backend nexus --device H2-1 --shots 1000 --dry-run
  qansatz run ising.qans --seed 1 --backend nexus --device H2-1 --shots 1000 --max-hqc 60
  qansatz run --resume ising.nexus.json

Values of all observables come with standard errors; strings that commute are measured together.
With --counts: how often each outcome came, qubit 0 leftmost. On Nexus every step is recorded
in a file, from which --resume goes on; nothing is submitted twice.
"""
_SHOWN: Final = 32


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = _EPILOG
    add_source(parser, optional=True)
    group = parser.add_argument_group("what is measured")
    group.add_argument(
        "--observable",
        metavar="NAME",
        action="append",
        default=[],
        help="only this one (default: all); can be repeated",
    )
    group.add_argument(
        "--counts", action="store_true", help="how often each outcome comes, all qubits measured"
    )
    add_point(parser)
    add_backend(parser)
    add_nexus(parser)
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Bind, run, and tell the values or the counts."""
    if args.resume is not None:
        return _resumed(args)
    if args.file is None:
        raise UnusableError("name a .qans file, or a recorded run with --resume")
    out = console_of(args)
    name = name_of(args)
    if args.dry_run and name != "nexus":
        raise UnusableError("--dry-run shows the price of a run on Nexus: add --backend nexus")
    compilation = compiled(args)
    model = compilation.model
    if model is None:
        return refused(out, compilation)
    observables = [] if args.counts else _observables(args, model)
    values = point(args, model)
    if name == "nexus":
        return _on_nexus(args, out, compilation, model, observables, values)
    out.diagnostics(compilation.diagnostics)
    if args.counts:
        found = _drawn(args, out, compilation, values)
        _tell_counts(out, identity(model), compilation.diagnostics, _heading(model), *found)
    else:
        values_found = _measured(args, out, model, observables, values)
        _tell(out, identity(model), compilation.diagnostics, _heading(model), values_found)
    return FINE


def _observables(args: argparse.Namespace, model: Model) -> list[Observable]:
    known = {observable.name: observable for observable in model.observables}
    if not known:
        raise UnusableError(
            f"{model.name} has no observable: add a line such as `observable energy = Z[0]`, "
            "or ask for --counts"
        )
    for name in args.observable:
        if name not in known:
            raise UnusableError(f"there is no observable {name!r}; there are: {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(args.observable or known)]


def _measured(
    args: argparse.Namespace,
    out: Console,
    model: Model,
    observables: Sequence[Observable],
    values: list[float],
) -> Expectations:
    from qansatz.execute.backends import BackendError
    from qansatz.execute.expectations import expectations

    shots = shots_of(args)
    noisy = args.noise is not None or any(
        getattr(args, p) is not None for p in ("p_1q", "p_2q", "p_meas", "p_init")
    )
    backend = None if shots is None and not noisy else local_backend(args)
    try:
        return expectations(
            model,
            values,
            observables=observables,
            backend=backend,
            shots=shots,
            progress=out.progress,
        )
    except (BackendError, ValueError) as error:
        raise UnusableError(str(error)) from None


def _drawn(
    args: argparse.Namespace, out: Console, compilation: Compilation, values: list[float]
) -> tuple[dict[str, int], str]:
    from qansatz.execute.backends import BackendError

    backend = local_backend(args)
    circuit = _whole(compilation)
    shots = args.shots or _default_shots()
    out.progress(f"{shots} shots on {backend.name} ...")
    try:
        outcomes = backend.sample([circuit], values, [shots])[0]
    except (BackendError, ValueError) as error:
        raise UnusableError(str(error)) from None
    out.progress("")
    return counts(outcomes), backend.name


def _default_shots() -> int:
    from qansatz.tools.machines import DEFAULT_SHOTS

    return DEFAULT_SHOTS


def _whole(compilation: Compilation) -> MeasuredCircuit:
    """The whole circuit of an ansatz, every qubit measured."""
    from qansatz.synthesis.readout import MeasuredCircuit

    gates = compilation.gates()
    return MeasuredCircuit(gates=gates, measured=tuple(range(gates.n_qubits)), parities=())


def counts(outcomes: Outcomes) -> dict[str, int]:
    """How often each outcome came, the first column leftmost; the most frequent first."""
    import numpy as np

    rows, times = np.unique(outcomes, axis=0, return_counts=True)
    words = ["".join(map(str, row)) for row in rows.tolist()]
    return dict(
        sorted(zip(words, times.tolist(), strict=True), key=lambda item: (-item[1], item[0]))
    )


def _on_nexus(
    args: argparse.Namespace,
    out: Console,
    compilation: Compilation,
    model: Model,
    observables: Sequence[Observable],
    values: list[float],
) -> int:
    from qansatz.execute import nexus
    from qansatz.execute.backends import BackendError
    from qansatz.execute.expectations import plan
    from qansatz.execute.nexus_record import write

    shots = args.shots or _default_shots()
    made: Plan | None = None
    out.progress("making the circuits ...")
    try:
        if args.counts:
            circuits: tuple[MeasuredCircuit, ...] = (_whole(compilation),)
            shares = [shots]
        else:
            made = plan(model, observables)
            circuits, shares = made.circuits, made.shots(shots)
        price = nexus.price(circuits, shares, args.device)
    except ValueError as error:
        raise UnusableError(str(error)) from None
    finally:
        out.progress("")
    if args.dry_run:
        out.diagnostics(compilation.diagnostics)
        _tell_price(out, compilation, model, circuits, price)
        return FINE
    if args.max_hqc is None:
        raise UnusableError(
            f"say with --max-hqc how much the run may cost; it is expected to cost "
            f"{price.total:.1f} HQC on {args.device}"
        )
    purpose = {
        **identity(model),
        "heading": _heading(model),
        "plan": None if made is None else made.written(),
    }
    state = Path(args.state or f"{model.name}.nexus.json")
    try:
        client = nexus.connect()
        record = nexus.prepare(
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
    out.note(f"recorded in {state}; if it is interrupted: qansatz run --resume {state}")
    out.diagnostics(compilation.diagnostics)
    return _finish(args, out, state, client)


def _resumed(args: argparse.Namespace) -> int:
    if args.file is not None:
        raise UnusableError("--resume needs no other file: the run knows what it is about")
    return _finish(args, console_of(args), Path(args.resume), None)


def _finish(args: argparse.Namespace, out: Console, state: Path, client: Any) -> int:
    """Take a recorded run to its end, and tell what it found."""
    from qansatz.execute import nexus
    from qansatz.execute.backends import BackendError

    try:
        record = nexus.resume(state, client=client, timeout=args.timeout, say=out.progress)
    except nexus.UnfinishedError as error:
        out.progress("")
        out.note(f"qansatz: {error}")
        out.answer((), {"run": {"backend": "nexus", "complete": False, "state": str(state)}})
        return LIMITED
    except (BackendError, ImportError) as error:
        raise UnusableError(str(error)) from None
    except KeyboardInterrupt:
        out.progress("")
        out.note(f"qansatz: all that was reached is in {state}")
        raise
    out.progress("")
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
        _tell_counts(out, who, (), heading, counts(record.outcomes()[0]), where)
    else:
        _tell(out, who, (), heading, rewritten(written).read(record.outcomes(), where))
    return FINE


def _heading(model: Model) -> str:
    from qansatz.tools import words

    return f"{words.heading(model)}: {words.sizes(model)}"


def _tell(
    out: Console,
    who: Mapping[str, Any],
    diagnostics: Sequence[Any],
    heading: str,
    found: Expectations,
) -> None:
    lines = [f"{heading}\n"]
    width = max(len(label) for label, _, _ in found.facts()) + 2
    lines += [f"  {label:{width}}{value:26} {why}\n" for label, value, why in found.facts()]
    out.result("".join(lines))
    out.answer(
        diagnostics,
        {
            **who,
            "run": {
                "backend": found.backend,
                "n_circuits": found.n_circuits,
                "n_shots": found.n_shots,
                "expectations": [
                    {
                        "observable": value.observable,
                        "value": value.value,
                        "standard_error": value.standard_error,
                    }
                    for value in found.values
                ],
            },
        },
    )


def _tell_counts(
    out: Console,
    who: Mapping[str, Any],
    diagnostics: Sequence[Any],
    heading: str,
    found: Mapping[str, int],
    backend: str,
) -> None:
    n_shots = sum(found.values())
    lines = [f"{heading}\n", f"  {n_shots} shots on {backend}, qubit 0 leftmost\n\n"]
    for word, times in [*found.items()][:_SHOWN]:
        lines.append(f"  {word}  {times:>{len(str(n_shots))}}\n")
    if len(found) > _SHOWN:
        lines.append(f"  ... and {len(found) - _SHOWN} more outcomes; --json has them all\n")
    out.result("".join(lines))
    run = {"backend": backend, "n_circuits": 1, "n_shots": n_shots, "counts": dict(found)}
    out.answer(diagnostics, {**who, "run": run})


def _tell_price(
    out: Console,
    compilation: Compilation,
    model: Model,
    circuits: Sequence[MeasuredCircuit],
    price: Price,
) -> None:
    from qansatz.synthesis.resources import resources
    from qansatz.tools.tables import table

    used = [resources(circuit) for circuit in circuits]
    rows = [
        (k, r.one_qubit_gates, r.two_qubit_gates, r.measurements, shots, hqc)
        for k, (r, shots, hqc) in enumerate(zip(used, price.shots, price.hqc, strict=True))
    ]
    head = ("circuit", "one-qubit", "two-qubit", "measured", "shots", "HQC")
    more = len(rows) - _SHOWN
    out.result(
        f"{_heading(model)}\n"
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
