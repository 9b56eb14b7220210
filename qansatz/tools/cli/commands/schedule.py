"""``qansatz schedule FILE``."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from qansatz.tools.cli.console import FINE, LIMITED, Console, UnusableError
from qansatz.tools.cli.session import (
    add_output,
    add_source,
    compiled,
    console_of,
    identity,
    refused,
)

if TYPE_CHECKING:
    from qansatz.analysis.gradient.circuits import GradientCircuit, PartialSchedule, Schedule
    from qansatz.analysis.gradient.measurability import Measurability
    from qansatz.analysis.limit.efficiency import LimitEfficiency
    from qansatz.cost.comparison import Comparison
    from qansatz.cost.methods import Method
    from qansatz.driver import Compilation
    from qansatz.model.program import Model

_EPILOG = """\
examples:
  qansatz schedule slpa.qans
  qansatz schedule tfim.qans --goal hqc --precision 0.05
  qansatz schedule slpa.qans --svg slpa.svg
  qansatz schedule slpa.qans --certificate gradient.json
  qansatz verify slpa.qans --certificate gradient.json

Every circuit is the ansatz with one more qubit, the ancilla, in |+>; a reversed rotation turns about Z of
the ancilla times its string. All strings that a circuit measures commute. They are words with qubit 0 on
the left and the ancilla last. A derivative is the sum of weight times expectation over its strings.
"""

_GOALS: Final = ("circuits", "shots", "hqc")
_SHOWN: Final = 40
_STRINGS: Final = 3
#: The most circuits times active rotations that are written out.
_MAX_WRITTEN: Final = 500_000_000
_MISSING: Final = 72  # letters of missing generators


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = _EPILOG
    add_source(parser)
    group = parser.add_argument_group("what is scheduled")
    group.add_argument("--observable", metavar="NAME", help="default: the first of the ansatz")
    group.add_argument(
        "--time-limit",
        metavar="SECONDS",
        type=_positive,
        help="search fewer circuits of a sum for so long by the clock: the result depends on the machine (by default "
        "about 10, counted in work)",
    )
    group.add_argument("--certificate", metavar="FILE", help="write a proof for `qansatz verify`")
    group.add_argument(
        "--svg",
        metavar="FILE",
        help="draw the circuit, its rotations coloured by what measures them",
    )
    group = parser.add_argument_group("what is compared")
    group.add_argument(
        "--goal", choices=_GOALS, default="circuits", help="what the best way is best at (circuits)"
    )
    group.add_argument(
        "--precision",
        metavar="ERROR",
        type=_positive,
        default=0.01,
        help="root mean square of the standard errors of the gradient's components that shots are counted for (0.01)",
    )
    group.add_argument("--all", action="store_true", help="show every circuit, however many")
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Schedule the gradient, compare ways to measure it, and write the certificate."""
    from qansatz.analysis.gradient.circuits import ScheduleTooLargeError

    out = console_of(args)
    for path in (args.certificate, args.svg):
        if path is not None and not Path(path).parent.is_dir():
            raise UnusableError(f"cannot write {path}: there is no folder {Path(path).parent}")
    compilation = compiled(args)
    model, written = compilation.model, compilation.written
    if model is None or written is None:
        return refused(out, compilation)
    try:
        found = _schedule(args, compilation, model, out)
    except ScheduleTooLargeError as error:
        return _too_large(out, compilation, model, error.partial)
    _writable(args, found)
    beside = _beside(args, compilation, found, out)
    if args.certificate is not None:
        from qansatz.analysis.gradient.certificate import certificate
        from qansatz.files import replace_bytes

        text = json.dumps(certificate(found), indent=1)
        replace_bytes(Path(args.certificate), f"{text}\n".encode())
        out.note(f"wrote {args.certificate}")
    if args.svg is not None:
        from qansatz.files import replace_bytes
        from qansatz.views.pictures.schedule import schedule_svg

        replace_bytes(Path(args.svg), schedule_svg(found, written).encode())
        out.note(f"wrote {args.svg}")
    out.diagnostics(compilation.diagnostics)
    if args.json:
        schedule = _object(model, found, beside)
        out.answer(compilation.diagnostics, {**identity(model), "schedule": schedule})
    else:
        out.result(_text(model, found, beside, None if args.all else _SHOWN))
    for text in beside.stopped:
        out.note(f"incomplete: {text}")
    return LIMITED if beside.stopped else FINE


def _writable(args: argparse.Namespace, found: Schedule) -> None:
    """Refuse to write every circuit where circuits times active rotations are too many."""
    size = found.n_circuits * found.n_active_rotations
    asked = ("--certificate", args.certificate is not None), ("--json", args.json)
    names = [name for name, given in (*asked, ("--all", args.all)) if given]
    if names and size > _MAX_WRITTEN:
        raise UnusableError(
            f"{' and '.join(names)} would write {found.n_circuits:,} circuits of "
            f"{found.n_active_rotations:,} rotations, {size:,} in all, and the limit is "
            f"{_MAX_WRITTEN:,}; the schedule itself is shown without"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What is told beside the circuits; None where an interrupt came first. ``stopped`` says what is incomplete."""

    goal: str
    precision: float
    limit: LimitEfficiency | None
    groups: Measurability | None
    compared: Comparison | None
    stopped: tuple[str, ...]


def _beside(
    args: argparse.Namespace, compilation: Compilation, found: Schedule, out: Console
) -> _Beside:
    from qansatz.analysis.gradient.measurability import measurability
    from qansatz.analysis.limit.efficiency import limit_efficiency

    stopped = [found.stopped] if found.stopped else []
    limit = groups = compared = None
    try:
        out.progress("looking at the limit of many layers ...")
        limit = limit_efficiency(found.model, observable=found.observable)
        out.progress("looking for derivatives that commute as operators ...")
        groups = measurability(found)
        out.progress("comparing other ways to measure ...")
        compared = compilation.compare(found, goal=args.goal, precision=args.precision)
    except KeyboardInterrupt:
        stopped.append("interrupted; the comparison was left out")
    finally:
        out.progress("")
    return _Beside(
        goal=args.goal,
        precision=args.precision,
        limit=limit,
        groups=groups,
        compared=compared,
        stopped=tuple(stopped),
    )


def _schedule(
    args: argparse.Namespace, compilation: Compilation, model: Model, out: Console
) -> Schedule:
    from qansatz.analysis.gradient.circuits import ScheduleTooLargeError

    if not model.observables:
        raise UnusableError(
            f"{model.name} has no observable: add a line such as `observable energy = Z[0]`"
        )
    out.progress("finding sign patterns ...")
    try:
        return compilation.schedule_of(
            args.observable, time_limit=args.time_limit, progress=out.progress
        )
    except ScheduleTooLargeError:
        raise
    except ValueError as error:
        raise UnusableError(str(error)) from None
    finally:
        out.progress("")


def _too_large(
    out: Console, compilation: Compilation, model: Model, partial: PartialSchedule
) -> int:
    """Show what is known where the circuits cannot be listed."""
    from qansatz.views import words

    out.diagnostics(compilation.diagnostics)
    known = {
        "observable": partial.observable,
        "n_parameters": partial.n_parameters,
        "n_rotations": partial.n_rotations,
        "n_active_rotations": partial.n_active_rotations,
        "n_sign_patterns": partial.n_sign_patterns,
        "n_classes": partial.n_classes,
        "n_circuits": None,
        "lower_bound": partial.at_least,
        "upper_bound": partial.at_most,
        "optimal": False,
        "circuits": [],
        "stopped": [partial.reason],
    }
    out.answer(compilation.diagnostics, {**identity(model), "schedule": known})
    facts = "".join(f"  {name:15}{value:>8}  {why}\n" for name, value, why in partial.facts())
    out.result(f"{words.heading(model)}: {words.sizes(model)}\n\n{facts}")
    out.note(f"incomplete: {partial.reason}")
    return LIMITED


def _text(model: Model, found: Schedule, beside: _Beside, most: int | None) -> str:
    from qansatz.cost.comparison import RUN
    from qansatz.views import words
    from qansatz.views.tables import table

    labels = model.slots.labels()
    parts = [
        f"{words.heading(model)}: {words.sizes(model)}\n",
        "".join(f"  {name:15}{value:>8}  {why}\n" for name, value, why in found.facts())
        + _measurable(beside.groups),
        _limit(model, beside.limit),
        "".join(
            f"  zero for all parameters: <{words.short(term.pauli, model.n_qubits)}>, against the "
            f"symmetry {words.short(symmetry, model.n_qubits)} of the state\n"
            for term, symmetry in found.vanishing
        ),
    ]
    compared = beside.compared
    if compared is not None:
        parts.append(table(_HEAD, [_row(found, m, compared) for m in compared.methods]))
        best = compared.method(compared.best)
        goal = compared.goal if _value(best, compared.goal) is not None else "circuits"
        parts.append(f"  {_SENTENCES[goal].format(method=best.label)}\n  {compared.classical}\n")
        if all(m.hqc is None for m in compared.methods if m.name in RUN):
            parts[-1] += f"  {_NO_HQC if compared.goal != 'hqc' else _NO_SHOTS}\n"
    n_shown = found.n_circuits if most is None else min(most, found.n_circuits)
    if n_shown:
        rows = [_circuit_row(model, found.circuit(k), labels) for k in range(n_shown)]
        more = found.n_circuits - n_shown
        parts.append(
            table(("circuit", "ancilla", "reversed", "parameters", "measured"), rows)
            + (f"  ... and {more} more; --all shows them\n" if more else "")
        )
    assumptions = compared.assumptions if compared is not None else ()
    parts.append("".join(f"  assumed: {text}\n" for text in assumptions))
    return "\n".join(part for part in parts if part)


def _measurable(known: Measurability | None) -> str:
    if known is None:
        return ""
    span = f"{known.at_most}" if known.exact else f"{known.at_least} to {known.at_most}"
    efficiency = "" if known.efficiency is None else f"; efficiency F = {known.efficiency}"
    return f"  {'groups':15}{span:>8}  of derivatives that commute as operators (M){efficiency}\n"


def _limit(model: Model, limit: LimitEfficiency | None) -> str:
    from qansatz.views.words import short

    if limit is None:
        return ""
    lines = [f"  {name:15}{value:>8}  {why}\n" for name, value, why in limit.facts()]
    if limit.missing:
        names = [short(p, model.n_qubits) for p in limit.missing[: _MISSING // model.n_qubits or 1]]
        more = f" and {limit.n_missing - len(names)} more" if limit.n_missing > len(names) else ""
        lines.append(f"  {'missing':15}{'':8}  {', '.join(names)}{more}\n")
    lines += [f"  {'assumed':15}{'':8}  {text}\n" for text in limit.hypotheses]
    return "".join(lines)


_HEAD: Final = ("way to measure", "circuits", "observables", "shots", "HQC", "times fewer", "")
_NO_HQC: Final = "HQC: worked out with --goal hqc"
_NO_SHOTS: Final = "HQC: not known where shots cannot be counted"
_SENTENCES: Final = {
    "circuits": "fewest circuits: {method}",
    "shots": "fewest shots: {method}",
    "hqc": "least HQC: {method}",
}


def _row(found: Schedule, method: Method, compared: Comparison) -> tuple[object, ...]:
    base = _value(compared.method("parameter_shift"), compared.goal)
    own = _value(method, compared.goal)
    factor = float(base) / float(own) if base and own else None
    best = "best" if method.name == compared.best else method.note
    cost = None if method.hqc is None else round(method.hqc)
    shots = method.n_shots
    return method.label, method.n_circuits, method.n_observables, shots, cost, factor, best


def _value(method: Method, goal: str) -> float | None:
    return {"circuits": method.n_circuits, "shots": method.n_shots, "hqc": method.hqc}[goal]


def _circuit_row(
    model: Model, circuit: GradientCircuit, labels: list[str]
) -> tuple[int, bool, int, str, str]:
    from qansatz.analysis.gradient.slopes import slopes
    from qansatz.views.words import short

    slots = sorted({slot for row in circuit.rotations for slot, _ in slopes(model, row)})
    names = [labels[slot] for slot in slots]
    width = model.n_qubits + circuit.ancilla
    strings = list(dict.fromkeys(short(m.pauli, width) for m in circuit.measurements))
    return (
        circuit.index,
        circuit.ancilla,
        len(circuit.flipped),
        _some(names),
        _some(strings),
    )


def _some(texts: list[str]) -> str:
    more = f" and {len(texts) - _STRINGS} more" if len(texts) > _STRINGS else ""
    return ", ".join(texts[:_STRINGS]) + more


def _object(model: Model, found: Schedule, beside: _Beside) -> dict[str, Any]:
    from qansatz.cost.comparison import baseline_circuits
    from qansatz.views.words import word

    n = model.n_qubits
    compared = beside.compared
    return {
        "observable": found.observable.name,
        "n_parameters": found.n_parameters,
        "n_rotations": found.n_rotations,
        "n_active_rotations": found.n_active_rotations,
        "n_sign_patterns": found.patterns.n_plain,
        "n_classes": found.patterns.n_classes,
        "n_circuits": found.n_circuits,
        "lower_bound": found.lower_bound,
        "optimal": found.optimal,
        "stopped": list(beside.stopped),
        "baseline_circuits": baseline_circuits(found),
        "measurability": _groups_object(beside.groups),
        "limit": _limit_object(model, beside.limit),
        "permutations": [list(images) for images in found.permutations],
        "n_equal": 0 if found.copies is None else len(found.copies.row) - len(found.item_row),
        "vanishing_terms": [
            {"pauli": word(term.pauli, n), "symmetry": word(symmetry, n)}
            for term, symmetry in found.vanishing
        ],
        "circuits": [_circuit_object(found, k, n) for k in range(found.n_circuits)],
        "goal": beside.goal,
        "precision": beside.precision,
        "best": compared.best if compared else None,
        "methods": [_method_object(method) for method in compared.methods] if compared else [],
        "classical": compared.classical if compared else None,
        "assumptions": list(compared.assumptions) if compared else [],
    }


def _groups_object(groups: Measurability | None) -> dict[str, Any] | None:
    if groups is None:
        return None
    return {
        "at_least": groups.at_least,
        "at_most": groups.at_most,
        "exact": groups.exact,
        "efficiency": None if groups.efficiency is None else float(groups.efficiency),
        "witnesses": list(groups.witnesses),
        "method": groups.method,
    }


def _limit_object(model: Model, limit: LimitEfficiency | None) -> dict[str, Any] | None:
    from qansatz.numbers import decimal
    from qansatz.views.words import word

    if limit is None:
        return None
    n = model.n_qubits
    low, high = limit.efficiency_at_least, limit.efficiency_at_most
    witness = limit.witness
    return {
        "exact": limit.exact,
        "efficiency": None if limit.efficiency is None else float(limit.efficiency),
        "efficiency_at_least": None if low is None else float(low),
        "efficiency_at_most": None if high is None else float(high),
        "n_layers": limit.n_layers,
        "n_rotations": limit.n_rotations,
        "groups_at_least": limit.at_least,
        "groups_at_most": limit.at_most,
        "dimension": decimal(limit.dimension),
        "name": limit.name,
        "bound": None if limit.bound is None else decimal(limit.bound),
        "slack": None if limit.slack is None else decimal(limit.slack),
        "independent": limit.independent,
        "optimum": {
            "symmetries": [word(p, n) for p in limit.symmetries],
            "per_group": decimal(limit.optimum),
            "n_missing": decimal(limit.n_missing),
            "missing": [word(p, n) for p in limit.missing],
        },
        "witness": None
        if witness is None
        else {
            "n_periods": witness.n_periods,
            "quarter_turns": [list(at) for at in witness.quarter_turns],
            "pair": [list(at) for at in witness.pair],
            "strings": [word(p, n) for p in witness.strings],
            "term": word(witness.term, n),
        },
        "hypotheses": list(limit.hypotheses),
        "reason": limit.reason,
    }


def _circuit_object(found: Schedule, index: int, n_qubits: int) -> dict[str, Any]:
    from qansatz.views.words import word

    circuit, written = found.circuit(index), found.model.rotations.written
    k = int(found.circuit_class[index])
    width = n_qubits + circuit.ancilla
    return {
        "rotations": sorted(written[[*circuit.rotations]].tolist()),
        "ancilla": circuit.ancilla,
        "pattern_of": int(written[found.patterns.last[k]]) if circuit.ancilla else None,
        "n_reversed": len(circuit.flipped),
        "reversed": sorted(written[circuit.flipped].tolist()),
        "active": sorted(written[found.patterns.active].tolist()),
        "observables": [
            {
                "pauli": word(m.pauli, width),
                "rotation": int(written[m.rotation]),
                "weight": float(m.weight),
            }
            for m in circuit.measurements
        ],
    }


def _method_object(method: Method) -> dict[str, Any]:
    return {
        "name": method.name,
        "label": method.label,
        "n_circuits": method.n_circuits,
        "n_observables": method.n_observables,
        "n_shots": method.n_shots,
        "hqc": method.hqc,
        "note": method.note,
    }


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number")
    return value
