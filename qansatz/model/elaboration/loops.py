"""What a loop runs over, the indices that are noted of it, and whether it will pass a limit."""

from __future__ import annotations

from typing import Any

from qansatz.model.elaboration.circuit import Circuit
from qansatz.model.evaluation.evaluate import Evaluator, target_text
from qansatz.model.evaluation.scopes import Scope
from qansatz.model.evaluation.values import POISON
from qansatz.syntax import nodes


def loop_values(evaluator: Evaluator, statement: nodes.Loop, scope: Scope) -> Any:
    """The values of a loop's iterations, as a range or list; ``POISON`` after a fault."""
    if statement.kind == "repeat" and statement.target is None:
        count = evaluator.integer(statement.iterable, scope, "how often to repeat, an integer")
        if count is POISON:
            return POISON
        if count.bit_length() > 62:
            evaluator.exceed("steps", evaluator.limits.steps, statement.iterable.span)
        return range(count)
    return evaluator.iterable(statement.iterable, scope)


def loop_indices(
    target: nodes.Target | None, value: Any, number: int
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The names and integers that stand for an iteration.

    :class:`~qansatz.model.program.Instances` keeps them. They are those of the loop's variables
    that are integers, else the number of the iteration.
    """
    if target is None:
        return ("iteration",), (number,)
    if type(value) is int:
        return (target.names[0].text,), (value,)
    if isinstance(value, tuple) and len(target.names) > 1:
        named = zip(target.names, value, strict=True)
        integers = [(name.text, part) for name, part in named if type(part) is int]
        if integers:
            return tuple(n for n, _ in integers), tuple(part for _, part in integers)
    return (f"item of {target_text(target)}",), (number,)


def foresee_loop(
    evaluator: Evaluator, circuit: Circuit, loop: nodes.Loop, count: int, steps: int, size: int
) -> None:
    """Stop after the first of ``count`` iterations when it shows that the loop will pass a limit.

    Before it there were so many steps, and the circuit was of that size.
    """
    made = len(circuit)
    rotations = (made - size) * (count - 1) + made
    steps = (evaluator.steps - steps) * (count - 1) + evaluator.steps
    why = f"with {count:,} iterations there would be"
    span, limits = loop.iterable.span, evaluator.limits
    if rotations > limits.rotations:
        evaluator.loops.pop()
        evaluator.exceed("rotations", limits.rotations, span, f"{why} {rotations:,}")
    if steps > limits.steps:
        evaluator.loops.pop()
        evaluator.exceed("steps", limits.steps, span, f"{why} {steps:,}")
