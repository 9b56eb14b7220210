"""What an ansatz uses and costs on a machine: one evaluation, a gradient, and training."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from qansatz.analysis.gradient.methods import (
    LIE_ALGEBRAIC,
    PARAMETER_SHIFT,
    PYTKET_DEFAULT,
    SCHEDULE,
    Method,
)
from qansatz.cost.options import Purpose
from qansatz.cost.resources import Resources
from qansatz.machines import MACHINES
from qansatz.sheets import Cell, Fact, Remark, Sheet, Table, assumed, html

#: What a price can be of, and what it is called.
STAGES: Final = {
    "evaluation": "one evaluation of the cost",
    "gradient": "one gradient",
    "epoch": "one epoch",
    "run": "the whole training run",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedMethod:
    """One method to measure value and gradient, priced.

    Gates and measurements are sums over the circuits of one gradient, the depth is the largest. ``n_counted`` of the
    circuits were synthesised and counted; the others are taken as the mean of these. ``hqc`` has the same shots for
    every circuit; ``hqc_at_precision`` is the least price of the precision that the schedule has with these shots.
    What is not known is None, and ``note`` says why.
    """

    method: Method
    n_circuits: int
    n_counted: int
    one_qubit_gates: float
    two_qubit_gates: float
    two_qubit_depth: int
    measurements: float
    hqc_evaluation: float | None
    hqc: float | None
    n_shots: int
    hqc_at_precision: float | None
    n_shots_at_precision: int | None
    note: str = ""

    @property
    def name(self) -> str:
        """The name of the method."""
        return self.method.name

    @property
    def label(self) -> str:
        """What tables call the method."""
        return self.method.label

    @property
    def exact(self) -> bool:
        """Whether every circuit was counted."""
        return self.n_counted == self.n_circuits


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an ansatz uses and costs on a machine.

    ``forward`` are the circuits of one evaluation. An epoch measures value and gradient once at each of ``data``
    points, a run is ``epochs`` of them. ``methods`` begin with the schedule; they are empty without an observable.
    ``notes`` say what was left out, and why.
    """

    ansatz: str
    n_qubits: int
    target: str
    purpose: Purpose
    observable: str | None
    shots: int
    data: int
    epochs: int
    forward: tuple[Resources, ...]
    methods: tuple[PricedMethod, ...]
    gradient_fidelity: float | None
    notes: tuple[str, ...]
    assumptions: tuple[str, ...]

    @property
    def largest(self) -> Resources:
        """The circuit of an evaluation with the most operations."""
        return max(self.forward, key=lambda used: used.operations)

    @property
    def hqc_forward(self) -> float:
        """The price of one evaluation."""
        return sum(used.hqc(self.shots) for used in self.forward)

    @property
    def fidelity(self) -> float:
        """The probability that no gate and no measurement of the largest circuit of an evaluation fails."""
        return self.largest.fidelity(MACHINES[self.target])

    @property
    def exact(self) -> bool:
        """Whether every circuit of every method that has a price was counted."""
        return all(priced.exact for priced in self.methods if priced.hqc is not None)

    def method(self, name: str) -> PricedMethod | None:
        """The method of a name; None where there is none."""
        return next((priced for priced in self.methods if priced.name == name), None)

    def price(self, stage: str, method: str = "schedule") -> float | None:
        """The HQC of a stage of :data:`STAGES`, value and gradient measured by one of the methods.

        Raises:
            ValueError: for another stage.
        """
        if stage not in STAGES:
            raise ValueError(f"there is no stage {stage!r}; there are {', '.join(STAGES)}")
        priced = self.method(method)
        if priced is None or priced.hqc is None or priced.hqc_evaluation is None:
            return self.hqc_forward if stage == "evaluation" and priced is None else None
        epoch = self.data * (priced.hqc_evaluation + priced.hqc)
        prices = {
            "evaluation": priced.hqc_evaluation,
            "gradient": priced.hqc,
            "epoch": epoch,
            "run": self.epochs * epoch,
        }
        return prices[stage]

    def sheet(self) -> Sheet:
        """Operations and prices, the methods, how they compare, and what is assumed."""
        verdict = self.verdict()
        return Sheet(
            title=f"Cost on {self.target}",
            facts=(*self._operations(), *self._prices(), self._setting()),
            tables=(Table(head=_HEAD, rows=tuple(map(_row, self.methods))),)
            if self.methods
            else (),
            remarks=(
                *([Remark("", verdict)] if verdict else []),
                *(Remark("note", text) for text in self.notes),
                *assumed(self.assumptions),
            ),
        )

    def _operations(self) -> list[Fact]:
        used, many = self.largest, len(self.forward) > 1
        of = f" of the largest of {len(self.forward)} circuits" if many else ""
        facts = [
            Fact(
                "one-qubit gates",
                str(used.one_qubit_gates),
                f"u1q{of}; rz is virtual",
                key="cost.one_qubit_gates",
            ),
            Fact(
                "two-qubit gates",
                str(used.two_qubit_gates),
                f"rzz at any angle{of}",
                key="cost.two_qubit_gates",
            ),
            Fact(
                "two-qubit depth",
                str(used.two_qubit_depth),
                "layers of two-qubit gates",
                key="cost.two_qubit_depth",
            ),
            Fact(
                "measurements",
                str(used.measurements),
                "qubits read at the end",
                key="cost.measurements",
            ),
            Fact("circuits", str(len(self.forward)), "for one evaluation", key="cost.forward"),
            Fact(
                "no fault",
                f"{self.fidelity:.4f}",
                _fault_text(self.target),
                certainty="assumed",
                key="cost.fidelity",
            ),
        ]
        if self.gradient_fidelity is not None:
            facts.append(
                Fact(
                    "no fault, gradient",
                    f"{self.gradient_fidelity:.4f}",
                    "the same for the gradient circuit with the most operations",
                    certainty="assumed",
                    key="cost.fidelity_gradient",
                )
            )
        return facts

    def _prices(self) -> Iterator[Fact]:
        for stage, label in STAGES.items():
            price = self.price(stage)
            if price is not None:
                counted = stage == "evaluation" or self.methods[0].exact
                yield Fact(
                    f"HQC, {stage}",
                    in_hqc(price),
                    self._explained(stage, label),
                    certainty="exact" if counted else "assumed",
                    key=f"cost.hqc_{'forward' if stage == 'evaluation' else stage}",
                )

    def _setting(self) -> Fact:
        what = "no observable" if self.observable is None else f"observable {self.observable}"
        why = f"for {self.purpose}, {what}, {self.shots} shots a circuit"
        return Fact("machine", self.target, why, key="cost.target")

    def _explained(self, stage: str, label: str) -> str:
        match stage:
            case "evaluation":
                return f"{label}: {self.shots} shots a circuit"
            case "gradient":
                return f"{label} by the schedule: {self.methods[0].n_circuits} circuits"
            case "epoch":
                points = "1 point" if self.data == 1 else f"{self.data} points"
                return f"{label}: value and gradient at {points}"
            case _:
                return f"{label}: {self.epochs} epochs"

    def verdict(self) -> str:
        """How many times fewer HQC one gradient takes than by parameter shift through pytket's default path."""
        schedule, lie = self.method(SCHEDULE.name), self.method(LIE_ALGEBRAIC.name)
        for baseline in (PYTKET_DEFAULT, PARAMETER_SHIFT):
            other = self.method(baseline.name)
            if schedule is None or other is None or not schedule.hqc or not other.hqc:
                continue
            text = (
                f"one gradient takes {in_hqc(schedule.hqc)} HQC, {other.hqc / schedule.hqc:.1f} times fewer "
                f"than the {in_hqc(other.hqc)} of {other.label}"
            )
            at_precision = schedule.hqc_at_precision
            if at_precision and other.hqc_at_precision:
                factor = other.hqc_at_precision / at_precision
                text += f"; {factor:.1f} times fewer at equal precision"
                if lie and lie.hqc_at_precision and lie.hqc_at_precision < at_precision:
                    factor = other.hqc_at_precision / lie.hqc_at_precision
                    text += f", {factor:.1f} times fewer by the Lie-algebraic method"
            return text
        return ""

    def __str__(self) -> str:
        return str(self.sheet())

    def _repr_html_(self) -> str:
        return html(self.sheet())


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


def _row(priced: PricedMethod) -> tuple[Cell, ...]:
    is_priced = priced.hqc is not None
    return (
        priced.label,
        priced.n_circuits,
        round(priced.two_qubit_gates) if is_priced else None,
        round(priced.one_qubit_gates) if is_priced else None,
        priced.two_qubit_depth if is_priced else None,
        None if priced.hqc is None else round(priced.hqc, 1),
        None if priced.hqc_at_precision is None else round(priced.hqc_at_precision, 1),
        priced.note,
    )


def _fault_text(target: str) -> str:
    return f"first-order estimate of the probability, from published errors of {target}"


def in_hqc(value: float) -> str:
    """A price for people."""
    return f"{value:,.1f}" if value < 1000 else f"{value:,.0f}"
