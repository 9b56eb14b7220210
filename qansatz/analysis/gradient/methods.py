"""The methods to measure a gradient, one record each: read by gradient, schedule, cost and the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

#: The methods that :mod:`qansatz.execute.gradients` runs, as ``gradient --method`` takes them.
RunName: TypeAlias = Literal["schedule", "parameter-shift", "lie-algebraic", "adjoint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method to measure a gradient.

    ``label`` heads its row in a table, ``phrase`` follows "by" in a sentence. ``run_as`` names the method that runs it,
    None where its circuits are counted only. With ``needs_backend`` it takes circuits, hence shots; without, it is
    computed. ``prepares`` says what is made once for any number of points.
    """

    name: str
    label: str
    phrase: str
    run_as: RunName | None = None
    needs_backend: bool = True
    prepares: Literal["circuits", "strings"] | None = None

    @property
    def runs_circuits(self) -> bool:
        """Whether its circuits can be run, not only counted."""
        return self.run_as is not None and self.needs_backend


SCHEDULE: Final = Method(
    name="schedule",
    label="schedule",
    phrase="the schedule",
    run_as="schedule",
    prepares="circuits",
)
PARAMETER_SHIFT: Final = Method(
    name="parameter-shift",
    label="parameter shift",
    phrase="parameter shift",
    run_as="parameter-shift",
    prepares="circuits",
)
#: What ``gradient --method parameter-shift`` runs: rotations that the observable cannot feel are left out.
PARAMETER_SHIFT_ACTIVE: Final = Method(
    name="parameter-shift-active",
    label="parameter shift, active rotations",
    phrase="parameter shift of the active rotations",
    run_as="parameter-shift",
    prepares="circuits",
)
LIE_ALGEBRAIC: Final = Method(
    name="lie-algebraic",
    label="Lie-algebraic, on the forward circuit",
    phrase="the Lie-algebraic method",
    run_as="lie-algebraic",
    prepares="circuits",
)
ADJOINT: Final = Method(
    name="adjoint",
    label="adjoint method, computed",
    phrase="the adjoint method",
    run_as="adjoint",
    needs_backend=False,
    prepares="strings",
)
HADAMARD_TEST: Final = Method(
    name="hadamard-test", label="Hadamard test", phrase="the Hadamard test"
)
COMMUTING_BLOCK: Final = Method(
    name="commuting-block",
    label="one circuit per block and parity of O",
    phrase="one circuit per block and parity of O",
)
SIDE_BY_SIDE: Final = Method(
    name="side-by-side",
    label="schedule, distant parts side by side",
    phrase="the schedule with distant parts side by side",
)
HYBRID: Final = Method(
    name="hybrid",
    label="schedule, last rotations on the forward circuit",
    phrase="the schedule with the last rotations on the forward circuit",
)
PYTKET_DEFAULT: Final = Method(
    name="pytket-default",
    label="parameter shift through pytket's default compilation",
    phrase="parameter shift through pytket's default compilation",
)

METHODS: Final = (
    SCHEDULE,
    PARAMETER_SHIFT,
    PARAMETER_SHIFT_ACTIVE,
    LIE_ALGEBRAIC,
    ADJOINT,
    HADAMARD_TEST,
    COMMUTING_BLOCK,
    SIDE_BY_SIDE,
    HYBRID,
    PYTKET_DEFAULT,
)

#: The methods that can be asked for by name, in the order in which they are shown.
RUN: Final = {method.name: method for method in METHODS if method.run_as == method.name}


def method_to_run(name: str) -> Method:
    """The method of a name; ``ValueError``, which lists the names, where none is run under it."""
    if name not in RUN:
        raise ValueError(f"there is no method {name!r}; there are {', '.join(RUN)}")
    return RUN[name]
