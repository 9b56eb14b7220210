"""Circuits for Quantinuum's machines: the compiler's own and pytket's, each checked, the cheapest kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qansatz.circuits.gates import GateList
from qansatz.diagnostics import did_you_mean
from qansatz.emit import faults, pytket
from qansatz.emit.expressions import bound
from qansatz.emit.faults import EmitError, nowhere
from qansatz.emit.formats import require
from qansatz.emit.half_turns import gate_list
from qansatz.machines import DEFAULT_MACHINE, MACHINES, Machine
from qansatz.model.angles import Nonlinear, TooComplexError
from qansatz.model.program import Model
from qansatz.progress import Progress, in_steps
from qansatz.source import Span
from qansatz.synthesis.verify import Verification, verify

if TYPE_CHECKING:
    from pytket.circuit import Circuit

#: Two-qubit gates beyond which a level is skipped: on one core it would take minutes.
LEVEL_LIMITS = {0: 1_000_000, 1: 5_000, 2: 1_000, 3: 2_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One circuit considered, or why it was not.

    ``seconds`` is the time to compile it, without checking; counts are None for a level that was skipped.
    ``accepted`` says that it is valid for the device and proved equal to the source, ``verdict`` how or why not.
    """

    name: str
    two_qubit_gates: int | None
    two_qubit_depth: int | None
    one_qubit_gates: int | None
    seconds: float
    accepted: bool
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """The accepted circuit with the fewest two-qubit gates, and everything it was chosen from.

    ``gates`` still has its symbols; ``circuit`` is the same for pytket, without implicit permutation. ``note`` says
    what the description of the device rests on where that is not pytket-quantinuum; else it is empty.
    """

    device: str
    chosen: str
    gates: GateList
    circuit: Circuit
    verification: Verification
    candidates: tuple[Candidate, ...]
    note: str = ""


def compile_for(
    model: Model,
    gates: GateList,
    device: str = DEFAULT_MACHINE,
    levels: Sequence[int] = (0, 1, 2, 3),
    *,
    limits: dict[int, int] | None = None,
    timeout_s: int = 60,
    span: Span | None = None,
    progress: Progress | None = None,
) -> Compiled:
    """The cheapest of the given circuit (from |0…0⟩) and what pytket's optimisation levels make of it.

    Cheapest means fewest two-qubit gates, then the least two-qubit depth, then fewest angles that are not linear in
    the parameters, then fewest one-qubit gates. A level is skipped when the circuit has more two-qubit gates than its
    limit; ``timeout_s`` bounds pytket's search at level 3.
    Raises :class:`EmitError`: unknown device (QA402), too many qubits (QA403), package missing (QA407), nothing
    accepted (QA409).
    """
    place = span or nowhere(gates.name)
    _check_device(gates, device, place)
    require("pytket.extensions.quantinuum", f"the target {device}", place)
    backend = _backend(MACHINES[device])
    native = pytket.circuit(gates)
    tried = [_judged("qansatz", gates, 0.0, model, backend)]
    limits = LEVEL_LIMITS | (limits or {})
    for level in in_steps(levels, "compiling at levels", len(levels), progress):
        name = f"pytket level {level}"
        if gates.n_two_qubit > limits.get(level, 0):
            tried.append(_skipped(name, gates.n_two_qubit, limits.get(level, 0)))
            continue
        circuit, start = native.copy(), time.perf_counter()
        try:
            backend.default_compilation_pass(level, timeout=timeout_s).apply(circuit)
        except (RuntimeError, ValueError) as error:
            tried.append(_failed(name, time.perf_counter() - start, str(error)))
            continue
        seconds = time.perf_counter() - start
        try:
            read = gate_list(circuit, gates.slots)
        except TooComplexError:
            tried.append(_failed(name, seconds, "an angle has more than 2,000 parts"))
            continue
        tried.append(_judged(name, read, seconds, model, backend))
    return _best(tried, device, place)


def _backend(machine: Machine) -> Any:
    """pytket's backend of a machine, offline."""
    from pytket.extensions.quantinuum import QuantinuumBackend

    if machine.described:
        return QuantinuumBackend(machine.name)
    from pytket.circuit import OpType
    from pytket.extensions.quantinuum.backends.data import QuantinuumBackendData

    gates = frozenset(OpType.from_name(name) for name in (*machine.gates, "Measure", "Reset"))
    # 4000 bits of classical registers: more than any circuit here has.
    data = QuantinuumBackendData(n_qubits=machine.n_qubits, n_cl_reg=4000, gate_set=gates)
    return QuantinuumBackend(machine.name, data=data)


def _note(machine: Machine) -> str:
    """What the description of a machine rests on where it is not pytket-quantinuum's."""
    if machine.described:
        return ""
    *first, last = machine.gates
    return (
        f"described to pytket-quantinuum by data given here ({machine.n_qubits} qubits, "
        f"gates {', '.join(first)} and {last}, every pair of qubits): "
        "the package has no description of its own"
    )


@dataclass(frozen=True, slots=True)
class _Tried:
    candidate: Candidate
    gates: GateList | None = None
    verification: Verification | None = None


def _check_device(gates: GateList, device: str, span: Span) -> None:
    if device not in MACHINES:
        near, names = did_you_mean(device, MACHINES), ", ".join(MACHINES)
        raise EmitError(faults.UnknownDevice(span, found=device, known=names, near=near))
    if gates.n_qubits > MACHINES[device].n_qubits:
        larger = [name for name, m in MACHINES.items() if m.n_qubits >= gates.n_qubits]
        raise EmitError(
            faults.TooManyQubits(
                span,
                n_qubits=gates.n_qubits,
                device=device,
                available=MACHINES[device].n_qubits,
                larger=", ".join(larger) or None,
            )
        )


def _judged(
    name: str,
    gates: GateList | None,
    seconds: float,
    model: Model,
    backend: Any,
) -> _Tried:
    if gates is None:
        return _failed(name, seconds, "a gate outside rz, u1q and rzz cannot be read back")
    verification = None
    if not _is_valid(gates, backend):
        verdict = "not valid for the device"
    else:
        verification = verify(model, gates)
        verdict = f"{verification.method}: {verification.claim}"
        if verification.witness:
            verdict += f" ({verification.witness})"
    candidate = Candidate(
        name=name,
        two_qubit_gates=gates.n_two_qubit,
        two_qubit_depth=gates.two_qubit_depth,
        one_qubit_gates=gates.n_one_qubit,
        seconds=seconds,
        accepted=verification is not None and verification.equal is True,
        verdict=verdict,
    )
    return _Tried(candidate, gates, verification)


def _is_valid(gates: GateList, backend: Any) -> bool:
    """Whether the backend takes the circuit once numbers stand for its symbols."""
    n_slots = gates.slots.n_parameters + gates.slots.n_inputs
    numbers = [0.1 + 0.01 * (k % 97) for k in range(n_slots)]
    return bool(backend.valid_circuit(pytket.circuit(bound(gates, numbers))))


def _skipped(name: str, n_two_qubit: int, limit: int) -> _Tried:
    reason = f"skipped: {n_two_qubit} two-qubit gates are beyond this level's limit of {limit}"
    return _failed(name, 0.0, reason)


def _failed(name: str, seconds: float, reason: str) -> _Tried:
    return _Tried(
        Candidate(
            name=name,
            two_qubit_gates=None,
            two_qubit_depth=None,
            one_qubit_gates=None,
            seconds=seconds,
            accepted=False,
            verdict=reason,
        )
    )


def _best(tried: Sequence[_Tried], device: str, span: Span) -> Compiled:
    accepted = [t for t in tried if t.candidate.accepted]
    if not accepted:
        reasons = "; ".join(f"{t.candidate.name}: {t.candidate.verdict}" for t in tried)
        raise EmitError(
            faults.NoValidCandidate(span, count=len(tried), device=device, reasons=reasons)
        )
    best = min(accepted, key=_cost)
    assert best.gates is not None
    assert best.verification is not None
    return Compiled(
        device=device,
        chosen=best.candidate.name,
        gates=best.gates,
        circuit=pytket.circuit(best.gates),
        verification=best.verification,
        candidates=tuple(t.candidate for t in tried),
        note=_note(MACHINES[device]),
    )


def _cost(tried: _Tried) -> tuple[int, int, int, int]:
    assert tried.gates is not None
    gates = tried.gates
    n_nonlinear = sum(isinstance(a, Nonlinear) for gate in gates.gates for a in gate.angles)
    return gates.n_two_qubit, gates.two_qubit_depth, n_nonlinear, gates.n_one_qubit
