"""``base[i, j]`` and ``base.name``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qansatz.diagnostics import did_you_mean
from qansatz.model import faults
from qansatz.model.angles import Affine, Angle
from qansatz.model.evaluation.graphs import Graph
from qansatz.model.evaluation.scopes import Evaluation, Scope, shown
from qansatz.model.evaluation.values import (
    POISON,
    AngleArray,
    Builtin,
    Letter,
    Register,
    SymbolArray,
    kind_of,
)
from qansatz.pauli.strings import Pauli
from qansatz.source import Span
from qansatz.syntax import nodes


def indexed(evaluation: Evaluation, node: nodes.Index, scope: Scope) -> Any:
    """``base[i, j]``: an element, a list, or a part of an array; ``POISON`` after a fault."""
    base = evaluation.value(node.base, scope)
    if base is POISON:
        return POISON
    if type(base) is SymbolArray or type(base) is AngleArray:
        return _array_index(evaluation, base, node, scope)
    if len(node.indices) != 1:
        return evaluation.fault(
            faults.operators.IndexCount(
                node.span, wanted="1 index", given=len(node.indices), what=kind_of(base)
            )
        )
    (part,) = node.indices
    index = _index_value(evaluation, part, scope)
    if index is POISON:
        return POISON
    if type(base) is Letter:
        return _letter(evaluation, base, index, part.span)
    if isinstance(base, Register):
        base = base.qubits()
    if not isinstance(base, range | list | tuple) or isinstance(base, Pauli):
        return evaluation.expected("a list, register or array before `[`", base, node.base.span)
    if index is None:
        return evaluation.elements(list(base) if isinstance(base, tuple) else base, part.span)
    if isinstance(index, range | list):
        evaluation.count_elements(len(index), part.span)
        chosen = [_item(evaluation, base, k, part.span) for k in index]
        return POISON if any(item is POISON for item in chosen) else chosen
    return _item(evaluation, base, index, part.span)


def _index_value(evaluation: Evaluation, part: nodes.Expression | nodes.All, scope: Scope) -> Any:
    """An integer, a range or list of integers, None for ``:``."""
    if isinstance(part, nodes.All):
        return None
    value = evaluation.value(part, scope)
    if type(value) is int or isinstance(value, range):
        return value
    if isinstance(value, Register):
        return value.qubits()
    if isinstance(value, list) and all(type(k) is int for k in value):
        return value
    return evaluation.expected("an integer as index", value, part.span)


def _item(evaluation: Evaluation, base: Any, index: int, span: Span) -> Any:
    if not 0 <= index < len(base):
        return _out_of_range(evaluation, index, len(base), span)
    return base[index]


def _out_of_range(evaluation: Evaluation, index: int, size: int, span: Span) -> Any:
    """Report an index that is not below a size."""
    cure = f"indices count from 0; the last is {size - 1}" if size else "there is nothing in it"
    return evaluation.fault(faults.operators.OutOfRange(span, index=index, size=size, cure=cure))


def _letter(evaluation: Evaluation, letter: Letter, index: Any, span: Span) -> Any:
    if type(index) is not int:
        return evaluation.fault(faults.operators.LetterOverMany(span, letter=letter.name))
    if index < 0 or (evaluation.n_qubits is not None and index >= evaluation.n_qubits):
        return evaluation.no_such_qubit(index, span)
    if index >= evaluation.limits.qubits:
        evaluation.exceed("qubits", evaluation.limits.qubits, span)
    return Pauli(1 << index if letter.name in "XY" else 0, 1 << index if letter.name in "YZ" else 0)


def _array_index(
    evaluation: Evaluation, base: SymbolArray | AngleArray, node: nodes.Index, scope: Scope
) -> Any:
    shape = base.shape
    if len(node.indices) != len(shape):
        return evaluation.fault(
            faults.operators.IndexCount(
                node.span,
                wanted="1 index" if len(shape) == 1 else f"{len(shape)} indices",
                given=len(node.indices),
                what=f"`{base.name}`, {kind_of(base)},",
            )
        )
    indices: list[Any] = []
    kept: list[int] = []
    offset, count = 0, 1
    for part, size in zip(node.indices, shape, strict=True):
        index = _index_value(evaluation, part, scope)
        if index is POISON:
            return POISON
        if type(index) is int:
            if not 0 <= index < size:
                return _out_of_range(evaluation, index, size, part.span)
            offset = offset * size + index
        else:
            index = range(size) if index is None else index
            kept.append(len(index))
            count *= len(index)
            evaluation.count_elements(count, part.span)
            for k in index:
                if not 0 <= k < size:
                    return _out_of_range(evaluation, k, size, part.span)
        indices.append(index)
    if not kept:
        return _entry(base, offset)
    offsets = [0]
    for index, size in zip(indices, shape, strict=True):
        chosen = (index,) if type(index) is int else index
        offsets = [offset * size + k for offset in offsets for k in chosen]
    return AngleArray(base.name, tuple(kept), tuple(_entry(base, offset) for offset in offsets))


def _entry(base: SymbolArray | AngleArray, offset: int) -> Angle:
    """The entry of an array at a row-major offset."""
    if isinstance(base, SymbolArray):
        return Affine(((base.start + offset, 1),))
    return base.angles[offset]


def attribute(evaluation: Evaluation, node: nodes.Attribute, scope: Scope) -> Any:
    """``base.name``; ``POISON`` after a fault."""
    base = evaluation.value(node.base, scope)
    if base is POISON:
        return POISON
    name = node.name.text
    attributes = _attributes(evaluation, base, node.span)
    if name in attributes:
        return attributes[name]()
    return evaluation.fault(
        faults.names.UnknownAttribute(
            node.name.span,
            name=name,
            what=kind_of(base),
            suggestion=did_you_mean(name, attributes),
            attributes=", ".join(f"`{other}`" for other in attributes) or None,
        )
    )


def _attributes(evaluation: Evaluation, base: Any, span: Span) -> dict[str, Callable[[], Any]]:
    """What the attributes of a value are computed by; only graphs and registers have any."""
    match base:
        case Graph():
            return {
                "order": lambda: base.order,
                "size": lambda: len(base.edges),
                "nodes": lambda: range(base.order),
                "edges": lambda: evaluation.elements(list(base.edges), span),
                "weight": lambda: Builtin("weight", _weight_of(base)),
                "degree": lambda: Builtin("degree", _degree_of(base)),
                "neighbors": lambda: Builtin("neighbors", _neighbours_of(base)),
            }
        case Register():
            return {"size": lambda: base.size}
    return {}


def _weight_of(graph: Graph) -> Callable[..., Any]:
    def call(evaluator: Evaluation, node: nodes.Call, scope: Scope) -> Any:
        values = evaluator.arguments(node, scope, ("u", "v"))
        if values is None:
            return POISON
        u, v = values
        weight = graph.weight(u, v) if type(u) is int and type(v) is int else None
        if weight is None:
            return evaluator.fault(faults.graphs.NoSuchEdge(node.span, u=shown(u), v=shown(v)))
        return weight

    return call


def _node_method(read: Callable[[int], Any], graph: Graph) -> Callable[..., Any]:
    def call(evaluator: Evaluation, node: nodes.Call, scope: Scope) -> Any:
        values = evaluator.arguments(node, scope, ("node",))
        if values is None:
            return POISON
        if type(values[0]) is not int:
            return evaluator.expected("a node of the graph", values[0], node.span)
        if not 0 <= values[0] < graph.order:
            return evaluator.fault(
                faults.operators.OutOfRange(node.span, index=values[0], size=graph.order)
            )
        return read(values[0])

    return call


def _degree_of(graph: Graph) -> Callable[..., Any]:
    return _node_method(lambda node: len(graph.neighbours(node)), graph)


def _neighbours_of(graph: Graph) -> Callable[..., Any]:
    return _node_method(graph.neighbours, graph)
