"""Gate lists as columns whose angles are one vectorised function of the slot values: binding takes microseconds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from qansatz.circuits.gates import GateList, GateName
from qansatz.model.angles import Affine, Angle, Nonlinear, slot_symbol, slots

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]

#: Gate lists that a :class:`Binder` remembers.
REMEMBERED: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bindable:
    """A gate list as columns, a row a gate; angles are radians.

    ``theta`` and ``phi`` point into the distinct angles (``phi`` is −1 where the gate has one angle). Angle k of those
    is ``constants[k]`` + the ``coefficients`` of its ``rows`` times the values at ``columns``; those of ``nonlinear``
    are computed by ``function`` of the values at ``used``.
    """

    n_qubits: int
    n_slots: int
    names: tuple[GateName, ...]
    qubits: tuple[tuple[int, ...], ...]
    theta: Indices
    phi: Indices
    constants: Floats
    rows: Indices
    columns: Indices
    coefficients: Floats
    nonlinear: Indices
    used: Indices
    function: Callable[..., Sequence[Any]] | None

    def distinct(self, values: npt.ArrayLike) -> Floats:
        """The distinct angles, of shape (…, angles), at slot values of shape (…, slots); nan where one is not real.

        Raises:
            ValueError: for another number of values.
        """
        point = np.asarray(values, dtype=np.float64)
        if point.ndim == 0 or point.shape[-1] != self.n_slots:
            raise ValueError(f"{self.n_slots} values are needed, not {point.shape[-1:]}")
        angles = np.empty((*point.shape[:-1], len(self.constants)))
        angles[...] = self.constants
        np.add.at(angles.T, self.rows, (self.coefficients * point[..., self.columns]).T)
        if self.function is not None:
            arguments = np.moveaxis(point[..., self.used], -1, 0)
            with np.errstate(all="ignore"):
                results = self.function(*arguments)
            for k, result in zip(self.nonlinear, results, strict=True):
                angles[..., k] = np.where(np.isfinite(result), result, np.nan)
        return angles

    def angles(self, values: npt.ArrayLike) -> tuple[list[float], list[float]]:
        """θ and φ of every gate at slot values of shape (slots,); φ is 0 where a gate has none.

        Raises:
            ValueError: for another number of values, or where an angle has no real value.
        """
        padded = np.append(self.distinct(values), 0.0)
        if not np.isfinite(padded).all():
            raise ValueError("an angle has no real value at this point")
        return padded[self.theta].tolist(), padded[self.phi].tolist()


def bindable(gates: GateList) -> Bindable:
    """Compile the angles of a gate list once, for any number of bindings."""
    places: dict[Angle, int] = {}
    theta = [places.setdefault(gate.angles[0], len(places)) for gate in gates.gates]
    phi = [
        places.setdefault(gate.angles[1], len(places)) if gate.name == "u1q" else -1
        for gate in gates.gates
    ]
    constants = np.zeros(len(places))
    rows, columns, coefficients = [], [], []
    nonlinear = []
    for k, angle in enumerate(places):
        if isinstance(angle, Nonlinear):
            nonlinear.append(k)
            continue
        constants[k] = float(angle.constant)
        for slot, coefficient in angle.terms:
            rows.append(k)
            columns.append(slot)
            coefficients.append(float(coefficient))
    distinct = tuple(places)
    expressions = [angle for angle in distinct if not isinstance(angle, Affine)]
    used = sorted({slot for angle in expressions for slot in slots(angle)})
    return Bindable(
        n_qubits=gates.n_qubits,
        n_slots=gates.slots.n_parameters + gates.slots.n_inputs,
        names=tuple(gate.name for gate in gates.gates),
        qubits=tuple(gate.qubits for gate in gates.gates),
        theta=np.array(theta, dtype=np.intp),
        phi=np.array(phi, dtype=np.intp),
        constants=constants,
        rows=np.array(rows, dtype=np.intp),
        columns=np.array(columns, dtype=np.intp),
        coefficients=np.array(coefficients),
        nonlinear=np.array(nonlinear, dtype=np.intp),
        used=np.array(used, dtype=np.intp),
        function=_function(expressions, used),
    )


def _function(expressions: Sequence[Nonlinear], used: Sequence[int]) -> Any:
    """One NumPy function of the used slots for all nonlinear angles; None where there are none."""
    if not expressions:
        return None
    import sympy

    symbols = [slot_symbol(slot) for slot in used]
    return sympy.lambdify(symbols, [angle.expression for angle in expressions], modules="numpy")


class Binder:
    """Compiles each gate list it meets once, and remembers the latest ``REMEMBERED``."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[GateList, Bindable]] = OrderedDict()

    def __call__(self, gates: GateList) -> Bindable:
        """The columns of a gate list: kept by identity, so that asking again costs nothing."""
        kept = self._kept.get(id(gates))
        if kept is not None:
            return kept[1]
        columns = bindable(gates)
        self._kept[id(gates)] = (gates, columns)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return columns
