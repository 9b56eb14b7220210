"""The states of a model at many parameter values at once, and their derivatives."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from qansatz.model.angles import Affine, Angle, Nonlinear, slot_symbol, slots
from qansatz.model.program import Model
from qansatz.pauli import states as pure
from qansatz.pauli.states import Floats, States
from qansatz.simulation.engine import Engine
from qansatz.simulation.engines import choose, engine

# Amplitudes worked on at a time: they stay in a processor's cache, but NumPy wants long rows (or single states).
_AMPLITUDES = 1 << 15
_MOST_AMPLITUDES = 1 << 22
_LONG_ROW, _SHORT_ROW = 32, 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulation:
    """A model as arrays, small and independent of its source.

    The angle of rotation r is ``factor[r]·(value of slot[r], or of expressions[expression[r]], or 0) + offset[r]``
    about row ``string[r]`` of the table of strings. Slots are parameters, then inputs. ``engine`` names what evolves
    the states.
    """

    n_qubits: int
    n_parameters: int
    string: npt.NDArray[np.int32]
    slot: npt.NDArray[np.int32]
    expression: npt.NDArray[np.int32]
    factor: Floats
    offset: Floats
    expressions: tuple[Angle, ...]
    gates: tuple[tuple[str, tuple[int, ...]], ...]
    engine: str
    _engine: Engine = field(repr=False)

    def angles(self, values: npt.ArrayLike) -> Floats:
        """The angle in radians of every rotation, shape (rotations, batch), at values (batch, slots)."""
        at = np.asarray(values, dtype=np.float64)
        bases = np.zeros((len(self.string), len(at)))
        by_slot = self.slot >= 0
        bases[by_slot] = at.T[self.slot[by_slot]]
        by_expression = self.expression >= 0
        if by_expression.any():
            table = np.array([_values(angle, at) for angle in self.expressions])
            bases[by_expression] = table[self.expression[by_expression]]
        result: Floats = self.factor[:, None] * bases + self.offset[:, None]
        return result

    def states(self, values: npt.ArrayLike, *, final_clifford: bool = True) -> States:
        """The states, shape (batch, 2ⁿ), at slot values (batch, slots).

        Without the final Clifford they are those of the rotations alone: overlaps between them are the same.
        """
        angles = self.angles(values)
        rows = self.string.tolist()
        step = states_at_a_time(self.n_qubits)
        states: States | None = None
        for start in range(0, max(1, angles.shape[1]), step):
            part = self._engine.states(rows, angles[:, start : start + step])
            for name, qubits in self.gates if final_clifford else ():
                pure.apply_gate(part, name, qubits)
            if angles.shape[1] <= step:
                return part
            if states is None:
                order: Literal["C", "F"] = "F" if part.flags.f_contiguous else "C"
                states = np.empty((angles.shape[1], part.shape[1]), np.complex128, order)
            states[start : start + step] = part
        assert states is not None
        return states

    def derivatives(self, values: npt.ArrayLike) -> tuple[States, States]:
        """|ψ⟩ (2ⁿ,) and ∂_k|ψ⟩ (parameters, 2ⁿ) at one point (slots,), without the final Clifford."""
        at = np.asarray(values, dtype=np.float64)[None, :]
        return self._engine.derivatives(
            self.string.tolist(), self.angles(at)[:, 0], self._slopes(at[0]), self.n_parameters
        )

    def _slopes(self, values: Floats) -> list[list[tuple[int, float]]]:
        """For each rotation the parameters it depends on, with ∂angle/∂parameter."""
        by_row: list[list[tuple[int, float]]] = []
        for slot, expression, factor in zip(
            self.slot.tolist(), self.expression.tolist(), self.factor.tolist(), strict=True
        ):
            if expression >= 0:
                parts = _gradient(self.expressions[expression], values)
            else:
                parts = [(slot, 1.0)] if slot >= 0 else []
            by_row.append([(k, factor * d) for k, d in parts if k < self.n_parameters])
        return by_row


def states_at_a_time(n_qubits: int) -> int:
    """How many states of n qubits are best worked on together."""
    step = max(_AMPLITUDES >> n_qubits, min(_LONG_ROW, _MOST_AMPLITUDES >> n_qubits))
    return step if step >= _SHORT_ROW else 1


def simulation(model: Model, engine_name: str | None = None) -> Simulation:
    """The arrays that simulate a model; 2ⁿ amplitudes for n qubits are made at once.

    ``engine_name`` is chosen by the number of qubits when None (:func:`qansatz.simulation.engines.choose`).
    """
    rotations = model.rotations
    name = choose(model.n_qubits) if engine_name is None else engine_name
    initial = pure.stabilizer_state(model.initial.stabilizers, model.n_qubits)
    scalars = np.array([float(s) for s in rotations.scalars], dtype=np.float64)
    return Simulation(
        n_qubits=model.n_qubits,
        n_parameters=model.slots.n_parameters,
        string=rotations.string,
        slot=rotations.slot,
        expression=rotations.expression,
        factor=scalars[rotations.factor],
        offset=scalars[rotations.offset],
        expressions=rotations.expressions,
        gates=tuple((gate.name, gate.qubits) for gate in model.gates),
        engine=name,
        _engine=engine(name, initial, rotations.strings),
    )


def _values(angle: Angle, at: Floats) -> Floats:
    """An angle at slot values (batch, slots)."""
    if isinstance(angle, Affine):
        total = np.full(len(at), float(angle.constant))
        for slot, coefficient in angle.terms:
            total += float(coefficient) * at[:, slot]
        return total
    used = slots(angle)
    values = _function(angle.expression, used)(*(at[:, slot] for slot in used))
    return np.broadcast_to(np.asarray(values, dtype=np.float64), len(at))


def _gradient(angle: Angle, values: Floats) -> list[tuple[int, float]]:
    """The slots an angle depends on, with its derivative by each."""
    if isinstance(angle, Affine):
        return [(slot, float(coefficient)) for slot, coefficient in angle.terms]
    used = slots(angle)
    at = [float(values[slot]) for slot in used]
    return [(slot, float(_function(_derivative(angle, slot), used)(*at))) for slot in used]


@lru_cache(maxsize=4096)
def _derivative(angle: Nonlinear, slot: int) -> Any:
    return angle.expression.diff(slot_symbol(slot))


@lru_cache(maxsize=4096)
def _function(expression: Any, used: tuple[int, ...]) -> Any:
    import sympy

    return sympy.lambdify([slot_symbol(slot) for slot in used], expression, modules="numpy")
