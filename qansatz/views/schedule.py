"""A schedule, what is compared with it, and the limit of many layers: as text and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from qansatz.analysis.gradient.circuits import GradientCircuit, Schedule
    from qansatz.analysis.gradient.measurability import Measurability
    from qansatz.analysis.limit.efficiency import LimitEfficiency
    from qansatz.cost.comparison import Comparison
    from qansatz.cost.counted_methods import CountedMethod
    from qansatz.model.program import Model

_STRINGS: Final = 3

_MISSING: Final = 72  # letters of missing generators


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is told beside the circuits; None where an interrupt came first. ``stopped`` says what is incomplete."""

    goal: str
    precision: float
    limit: LimitEfficiency | None
    groups: Measurability | None
    compared: Comparison | None
    stopped: tuple[str, ...]


def as_text(model: Model, found: Schedule, beside: Beside, most: int | None) -> str:
    """A schedule for a terminal."""
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
        if all(m.hqc is None for m in compared.methods if m.method.runs_circuits):
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


def _row(found: Schedule, method: CountedMethod, compared: Comparison) -> tuple[object, ...]:
    base = _value(compared.method("parameter-shift"), compared.goal)
    own = _value(method, compared.goal)
    factor = float(base) / float(own) if base and own else None
    best = "best" if method.name == compared.best else method.note
    cost = None if method.hqc is None else round(method.hqc)
    shots = method.n_shots
    return method.label, method.n_circuits, method.n_observables, shots, cost, factor, best


def _value(method: CountedMethod, goal: str) -> float | None:
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


def as_object(model: Model, found: Schedule, beside: Beside) -> dict[str, Any]:
    """A schedule for JSON."""
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


def _method_object(method: CountedMethod) -> dict[str, Any]:
    return {
        "name": method.name,
        "label": method.label,
        "n_circuits": method.n_circuits,
        "n_observables": method.n_observables,
        "n_shots": method.n_shots,
        "hqc": method.hqc,
        "note": method.note,
    }
