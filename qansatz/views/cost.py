"""A cost as text and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from qansatz.machines import MACHINES

if TYPE_CHECKING:
    from qansatz.cost.result import Cost, PricedMethod
    from qansatz.model.program import Model


def as_text(model: Model, found: Cost) -> str:
    """A cost for a terminal."""
    from qansatz.views import words
    from qansatz.views.tables import table

    what = "no observable" if found.observable is None else f"observable {found.observable}"
    facts = found.facts()
    wide = [max(len(row[k]) for row in facts) for k in range(2)]
    lines = [
        f"{words.heading(model)}: {words.sizes(model)}\n",
        f"  {found.target}, for {found.purpose}, {what}, {found.shots} shots a circuit\n\n",
        *(f"  {label:{wide[0]}}  {value:>{wide[1]}}  {why}\n" for label, value, why in facts),
    ]
    if found.methods:
        lines += ["\n", table(_HEAD, [_row(method) for method in found.methods])]
    if found.verdict():
        lines.append(f"\n  {found.verdict()}\n")
    lines += [f"  note: {text}\n" for text in found.notes]
    lines += ["\n", *(f"  assumed: {text}\n" for text in found.assumptions)]
    return "".join(lines)


_HEAD: Final = (
    "one gradient by",
    "circuits",
    "two-qubit",
    "one-qubit",
    "depth",
    "HQC",
    "at equal precision",
    "",
)


def _row(method: PricedMethod) -> tuple[object, ...]:
    known = method.hqc is not None
    return (
        method.label,
        method.n_circuits,
        round(method.two_qubit_gates) if known else None,
        round(method.one_qubit_gates) if known else None,
        method.two_qubit_depth if known else None,
        None if method.hqc is None else round(method.hqc, 1),
        None if method.hqc_at_precision is None else round(method.hqc_at_precision, 1),
        method.note,
    )


def as_object(found: Cost) -> dict[str, Any]:
    """A cost for JSON."""
    from dataclasses import asdict

    from qansatz.cost.result import STAGES

    used = found.largest
    machine = MACHINES[found.target]
    return {
        "one_qubit_gates": used.one_qubit_gates,
        "two_qubit_gates": used.two_qubit_gates,
        "two_qubit_depth": used.two_qubit_depth,
        "measurements": used.measurements,
        "hqc_forward": found.hqc_forward,
        "hqc_gradient": found.price("gradient"),
        "hqc_gradient_parameter_shift": found.price("gradient", "parameter-shift"),
        "hqc_gradient_parameter_shift_active": found.price("gradient", "parameter-shift-active"),
        "hqc_gradient_pytket_default": found.price("gradient", "pytket-default"),
        "hqc_epoch": found.price("epoch"),
        "hqc_run": found.price("run"),
        "hqc_confirmed": machine.priced,
        "fidelity": found.fidelity,
        "fidelity_gradient": found.gradient_fidelity,
        "fidelity_source": machine.source,
        "target": found.target,
        "purpose": found.purpose,
        "observable": found.observable,
        "shots": found.shots,
        "data": found.data,
        "epochs": found.epochs,
        "exact": found.exact,
        "forward": [asdict(circuit) for circuit in found.forward],
        "ways": [
            {
                "name": method.name,
                "label": method.label,
                **{key: value for key, value in asdict(method).items() if key != "method"},
                **{f"hqc_{stage}": found.price(stage, method.name) for stage in STAGES},
            }
            for method in found.methods
        ],
        "numbers": [
            {"label": label, "value": value, "explanation": why}
            for label, value, why in found.facts()
        ],
        "summary": found.verdict(),
        "notes": list(found.notes),
        "assumptions": list(found.assumptions),
    }
