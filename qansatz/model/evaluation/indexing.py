"""``base[i, j]`` and ``base.name``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qansatz.diagnostics import did_you_mean
from qansatz.model import angles, faults
from qansatz.model.evaluation.graphs import Graph
from qansatz.model.evaluation.scopes import Evaluation, Scope, shown
from qansatz.model.evaluation.values import (
    POISON,
    AngleArray,
    Builtin,
    Letter,
    Register,
    SymbolArray,
    entries,
    kind_of,
)
from qansatz.pauli.strings import Pauli
from qansatz.source import Span
from qansatz.syntax import nodes


class Indexing(Evaluation):
    """Indices into lists, registers, arrays and Pauli letters; attributes of graphs and registers."""

    def _index(self, node: nodes.Index, scope: Scope) -> Any:
        base = self.value(node.base, scope)
        if base is POISON:
            return POISON
        if type(base) is SymbolArray or type(base) is AngleArray:
            return self._array_index(base, node, scope)
        if len(node.indices) != 1:
            return self.fault(
                faults.operators.IndexCount(
                    node.span, wanted="1 index", given=len(node.indices), what=kind_of(base)
                )
            )
        (part,) = node.indices
        index = self._index_value(part, scope)
        if index is POISON:
            return POISON
        if type(base) is Letter:
            return self._letter(base, index, part.span)
        if isinstance(base, Register):
            base = base.qubits()
        if not isinstance(base, range | list | tuple) or isinstance(base, Pauli):
            return self.expected("a list, register or array before `[`", base, node.base.span)
        if index is None:
            return self.elements(list(base) if isinstance(base, tuple) else base, part.span)
        if isinstance(index, range | list):
            self.count_elements(len(index), part.span)
            chosen = [self._item(base, k, part.span) for k in index]
            return POISON if any(item is POISON for item in chosen) else chosen
        return self._item(base, index, part.span)

    def _index_value(self, part: nodes.Expression | nodes.All, scope: Scope) -> Any:
        """An integer, a range or list of integers, None for ``:``."""
        if isinstance(part, nodes.All):
            return None
        value = self.value(part, scope)
        if type(value) is int or isinstance(value, range):
            return value
        if isinstance(value, Register):
            return value.qubits()
        if isinstance(value, list) and all(type(k) is int for k in value):
            return value
        return self.expected("an integer as index", value, part.span)

    def _item(self, base: Any, index: int, span: Span) -> Any:
        if not 0 <= index < len(base):
            return self.out_of_range(index, len(base), span)
        return base[index]

    def out_of_range(self, index: int, size: int, span: Span) -> Any:
        """Report an index that is not below a size."""
        cure = f"indices count from 0; the last is {size - 1}" if size else "there is nothing in it"
        return self.fault(faults.operators.OutOfRange(span, index=index, size=size, cure=cure))

    def _letter(self, letter: Letter, index: Any, span: Span) -> Any:
        if type(index) is not int:
            return self.fault(faults.operators.LetterOverMany(span, letter=letter.name))
        if index < 0 or (self.n_qubits is not None and index >= self.n_qubits):
            return self.no_such_qubit(index, span)
        if index >= self.limits.qubits:
            self.exceed("qubits", self.limits.qubits, span)
        return Pauli(
            1 << index if letter.name in "XY" else 0, 1 << index if letter.name in "YZ" else 0
        )

    def _array_index(self, base: SymbolArray | AngleArray, node: nodes.Index, scope: Scope) -> Any:
        shape = base.shape
        if len(node.indices) != len(shape):
            return self.fault(
                faults.operators.IndexCount(
                    node.span,
                    wanted="1 index" if len(shape) == 1 else f"{len(shape)} indices",
                    given=len(node.indices),
                    what=f"`{base.name}`, {kind_of(base)},",
                )
            )
        offsets = [0]
        kept: list[int] = []
        for part, size in zip(node.indices, shape, strict=True):
            index = self._index_value(part, scope)
            if index is POISON:
                return POISON
            if type(index) is int:
                if not 0 <= index < size:
                    return self.out_of_range(index, size, part.span)
                offsets = [o * size + index for o in offsets]
                continue
            chosen = range(size) if index is None else index
            self.count_elements(len(offsets) * len(chosen), part.span)
            for k in chosen:
                if not 0 <= k < size:
                    return self.out_of_range(k, size, part.span)
            kept.append(len(chosen))
            offsets = [o * size + k for o in offsets for k in chosen]
        if not kept:
            return (
                angles.Affine(((base.start + offsets[0], 1),))
                if type(base) is SymbolArray
                else base.angles[offsets[0]]  # type: ignore[union-attr]
            )
        items = entries(base) if type(base) is AngleArray else None
        chosen_angles = (
            tuple(items[o] for o in offsets)
            if items is not None
            else tuple(angles.Affine(((base.start + o, 1),)) for o in offsets)  # type: ignore[union-attr]
        )
        return AngleArray(base.name, tuple(kept), chosen_angles)

    def _attribute(self, node: nodes.Attribute, scope: Scope) -> Any:
        base = self.value(node.base, scope)
        if base is POISON:
            return POISON
        name = node.name.text
        known: dict[str, Callable[[], Any]] = {}
        if isinstance(base, Graph):
            known = {
                "order": lambda: base.order,
                "size": lambda: len(base.edges),
                "nodes": lambda: range(base.order),
                "edges": lambda: self.elements(list(base.edges), node.span),
                "weight": lambda: Builtin("weight", _weight_of(base)),
                "degree": lambda: Builtin("degree", _degree_of(base)),
                "neighbors": lambda: Builtin("neighbors", _neighbours_of(base)),
            }
        elif isinstance(base, Register):
            known = {"size": lambda: base.size}
        if name in known:
            return known[name]()
        return self.fault(
            faults.names.UnknownAttribute(
                node.name.span,
                name=name,
                what=kind_of(base),
                suggestion=did_you_mean(name, known),
                known=", ".join(f"`{k}`" for k in known) or None,
            )
        )


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
