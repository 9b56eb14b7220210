"""The functions and constants of the language."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from qansatz.model import angles, faults, reals
from qansatz.model.evaluation import arithmetic, graphs, operators
from qansatz.model.evaluation.evaluate import Evaluator
from qansatz.model.evaluation.graphs import Graph, GraphError
from qansatz.model.evaluation.scopes import Scope, numbers_of
from qansatz.model.evaluation.values import (
    POISON,
    Builtin,
    Closure,
    Letter,
    Permutations,
    Register,
    as_angle,
    is_number,
)
from qansatz.pauli import permutations
from qansatz.pauli.strings import Pauli
from qansatz.syntax import nodes


def names() -> dict[str, Any]:
    """Every predefined name and its value."""
    table: dict[str, Any] = {letter: Letter(letter) for letter in "IXYZ"}
    table |= {"pi": reals.PI, "true": True, "false": False}
    functions: dict[str, Callable[..., Any]] = {
        "sum": _sum,
        "prod": _product,
        "commutator": _commutator,
        "abs": _numeric(abs),
        "floor": _numeric(math.floor),
        "ceil": _numeric(math.ceil),
        "min": _extreme(min),
        "max": _extreme(max),
        "enumerate": _enumerate,
        "zip": _zip,
        "orbit": _orbit,
        "orbit_sum": _orbit_sum,
        "perm": _perm,
        "cycles": _cycles,
        "cyclic": _on_qubits(_rotation),
        "reflection": _on_qubits(_mirror),
        "symmetric": _on_qubits(_all),
        "automorphisms": _automorphisms,
    }
    functions |= {name: _real_function(name) for name in _REAL_FUNCTIONS}
    functions |= {name: _graph(name) for name in graphs.CONSTRUCTORS}
    return table | {name: Builtin(name, call) for name, call in functions.items()}


_SEARCHED_NODES = 100
_REAL_FUNCTIONS = ("sqrt", "sin", "cos", "tan", "asin", "acos", "atan", "exp", "log")


def _items(evaluator: Evaluator, node: nodes.Call, scope: Scope, name: str) -> list[Any] | None:
    """The values ``sum`` and ``prod`` work on: a comprehension, a list, or several arguments."""
    if len(node.arguments) == 1:
        (argument,) = node.arguments
        if isinstance(argument, nodes.Comprehension):
            return evaluator.comprehension(argument, scope)
        if not isinstance(argument, nodes.Keyword):
            elements = evaluator.elements(evaluator.value(argument, scope), argument.span)
            return None if elements is POISON else elements
    return evaluator.arguments(
        node, scope, tuple(f"value {k + 1}" for k in range(len(node.arguments)))
    )


def _sum(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
    items = _items(evaluator, node, scope, "sum")
    return POISON if items is None else evaluator.total(items, None, node.span)


def _product(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
    items = _items(evaluator, node, scope, "prod")
    return POISON if items is None else evaluator.product(items, node.span)


def _commutator(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
    values = evaluator.arguments(node, scope, ("a", "b"))
    if values is None:
        return POISON
    a, b = map(arithmetic.as_operator, values)
    for value, converted in zip(values, (a, b), strict=True):
        if converted is None:
            return evaluator.expected("an operator", value, node.span)
    assert a is not None
    assert b is not None
    evaluator.foresee_product(a, b, node.span)
    return arithmetic.simplified(operators.commutator(a, b))


def _numeric(function: Callable[[Any], Any]) -> Callable[..., Any]:
    def call(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
        values = evaluator.arguments(node, scope, ("number",))
        if values is None:
            return POISON
        (value,) = values
        if function is abs and (angle := as_angle(value)) is not None and not is_number(value):
            return arithmetic.plain(angles.apply("Abs", angle))
        if not is_number(value):
            return evaluator.expected("a number", value, node.span)
        if isinstance(value, reals.PiLinear):
            if function is abs:
                return value if float(value) > 0 else reals.negate(value)
            return function(float(value))
        return reals.simplest(function(value))

    return call


def _extreme(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
        values = _items(evaluator, node, scope, "min")
        if values is None:
            return POISON
        if not values:
            return evaluator.fault(faults.values.EmptyExtreme(node.span))
        for value in values:
            if not is_number(value):
                return evaluator.expected("a number", value, node.span)
        return function(values, key=float)

    return call


def _real_function(name: str) -> Callable[..., Any]:
    def call(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
        values = evaluator.arguments(node, scope, ("x",))
        if values is None:
            return POISON
        (value,) = values
        if is_number(value):
            return _at_number(evaluator, node, name, value)
        angle = as_angle(value)
        if angle is None:
            return evaluator.expected("a number or an angle", value, node.span)
        return arithmetic.plain(angles.apply(name, angle))

    return call


def _at_number(evaluator: Evaluator, node: nodes.Call, name: str, value: Any) -> Any:
    if name == "sqrt" and isinstance(value, int) and value >= 0 and math.isqrt(value) ** 2 == value:
        return math.isqrt(value)
    try:
        return float(getattr(math, name)(float(value)))
    except (ValueError, OverflowError):
        return evaluator.fault(
            faults.values.NotReal(node.span, what=f"{name}({arithmetic.number_text(value)})")
        )


def _enumerate(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
    values = evaluator.arguments(node, scope, ("list",))
    if values is None:
        return POISON
    elements = evaluator.elements(values[0], node.span)
    return POISON if elements is POISON else list(enumerate(elements))


def _zip(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
    values = evaluator.arguments(node, scope, ("a", "b"))
    if values is None:
        return POISON
    first, second = (evaluator.elements(value, node.span) for value in values)
    if first is POISON or second is POISON:
        return POISON
    if len(first) != len(second):
        return evaluator.fault(faults.values.UnequalLengths(node.span, a=len(first), b=len(second)))
    return list(zip(first, second, strict=True))


# Graphs


def _graph(kind: str) -> Callable[..., Any]:
    def call(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
        values = evaluator.arguments(node, scope, graphs.CONSTRUCTORS[kind])
        if values is None:
            return POISON
        for value in values:
            if type(value) is not int:
                return evaluator.expected("an integer", value, node.span)
        try:
            return graphs.construct(kind, values)
        except GraphError as error:
            return evaluator.fault(faults.graphs.NoSuchGraph(node.span, reason=str(error)))

    return call


# Permutations


def _perm(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
    values = evaluator.arguments(node, scope, ("function or list of images",))
    if values is None:
        return POISON
    (value,) = values
    n = evaluator.n_qubits or 0
    if isinstance(value, Closure):
        evaluator.count_elements(n, node.span)
        images = [evaluator.call_closure(value, i) for i in range(n)]
        if any(image is POISON for image in images):
            return POISON
    elif isinstance(value, list | range):
        images = evaluator.elements(value, node.span)
    else:
        return evaluator.expected("`i -> image` or a list of images", value, node.span)
    if numbers_of(images) is None or len(images) != n or not permutations.is_permutation(images):
        return evaluator.fault(faults.graphs.NotAPermutation(node.span, reason=_why_not(images, n)))
    return Permutations((tuple(images),))


def _why_not(images: list[Any], n: int) -> str:
    if numbers_of(images) is None:
        return "an image is not an integer"
    if len(images) != n:
        return f"there are {len(images)} images for {n} qubits"
    for i, image in enumerate(images):
        if not 0 <= image < n:
            return f"qubit {i} goes to {image}, which is no qubit"
    seen: dict[int, int] = {}
    for i, image in enumerate(images):
        if seen.setdefault(image, i) != i:
            return f"qubits {seen[image]} and {i} both go to {image}"
    return "it is none"


def _cycles(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
    values = evaluator.arguments(node, scope, ("cycle",) * max(1, len(node.arguments)))
    if values is None:
        return POISON
    for value in values:
        if (
            not isinstance(value, tuple | list)
            or isinstance(value, Pauli)
            or numbers_of(value) is None
        ):
            return evaluator.expected("cycles such as (0, 1, 2)", value, node.span)
    images = permutations.from_cycles(values, evaluator.n_qubits or 0)
    if images is None:
        reason = "the cycles overlap or name a qubit that does not exist"
        return evaluator.fault(faults.graphs.NotAPermutation(node.span, reason=reason))
    return Permutations((images,))


def _on_qubits(make: Callable[[list[int], int], list[tuple[int, ...]]]) -> Callable[..., Any]:
    def call(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
        values = evaluator.arguments(node, scope, ("qubits",))
        if values is None:
            return POISON
        (value,) = values
        n = evaluator.n_qubits or 0
        if not isinstance(value, Register | range | list):
            return evaluator.expected("a register or list of qubits", value, node.span)
        qubits = numbers_of(evaluator.elements(value, node.span))
        if qubits is None or len(set(qubits)) != len(qubits) or not all(0 <= i < n for i in qubits):
            reason = "the list does not name different qubits"
            return evaluator.fault(faults.graphs.NotAPermutation(node.span, reason=reason))
        return Permutations(tuple(make(qubits, n)))

    return call


def _rotation(qubits: list[int], n: int) -> list[tuple[int, ...]]:
    images = permutations.from_cycles([qubits] if len(qubits) > 1 else [], n)
    return [images] if images is not None else []


def _mirror(qubits: list[int], n: int) -> list[tuple[int, ...]]:
    half = len(qubits) // 2
    pairs = list(zip(qubits[:half], reversed(qubits), strict=False))
    images = permutations.from_cycles(pairs, n)
    return [images] if images is not None else []


def _all(qubits: list[int], n: int) -> list[tuple[int, ...]]:
    """A transposition and a cycle, which generate all permutations."""
    made = (permutations.from_cycles([part], n) for part in (qubits[:2], qubits))
    return [images for images in dict.fromkeys(made) if images is not None]


def _automorphisms(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
    values = evaluator.arguments(node, scope, ("graph",))
    if values is None:
        return POISON
    (graph,) = values
    if not isinstance(graph, Graph):
        return evaluator.expected("a graph", graph, node.span)
    if graph.order != evaluator.n_qubits:
        reason = f"the graph has {graph.order} nodes, and there are {evaluator.n_qubits} qubits"
        return evaluator.fault(faults.graphs.NotAPermutation(node.span, reason=reason))
    if graph.order > _SEARCHED_NODES:
        reason = f"automorphisms are searched for graphs of at most {_SEARCHED_NODES} nodes"
        return evaluator.fault(faults.graphs.NoSuchGraph(node.span, reason=reason))
    try:
        generators = permutations.automorphisms(graph.order, graph.weights)
    except permutations.SearchTooLongError:
        evaluator.exceed("refinements", permutations.MAX_REFINEMENTS, node.span)
    return Permutations(generators)


def _orbit(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
    values = evaluator.arguments(node, scope, ("string", "permutations"))
    if values is None:
        return POISON
    string, group = arithmetic.as_string(values[0]), values[1]
    if string is None:
        return evaluator.expected("a Pauli string", values[0], node.span)
    if not isinstance(group, Permutations):
        return evaluator.expected("a permutation", group, node.span)
    strings = permutations.orbit(string, group.generators, evaluator.limits.terms)
    if strings is None:
        evaluator.exceed("terms", evaluator.limits.terms, node.span)
    return strings


def _orbit_sum(evaluator: Evaluator, node: nodes.Call, scope: Scope) -> Any:
    strings = _orbit(evaluator, node, scope)
    return strings if strings is POISON else arithmetic.total(strings)
