"""What a file can name: the values and layers that it defines or imports."""

from __future__ import annotations

from dataclasses import dataclass

from qansatz.model.elaboration.position import Layers
from qansatz.model.evaluation import builtins
from qansatz.model.evaluation.scopes import Scope
from qansatz.model.evaluation.values import Lazy
from qansatz.model.modules import Module
from qansatz.syntax import nodes


@dataclass(frozen=True, slots=True)
class Visible:
    """The values that the statements of a file can name, and the layers that they can call."""

    scope: Scope
    layers: Layers


def visible(module: Module) -> Visible:
    """What a file can name; its definitions are evaluated at their first use."""
    predefined = Scope()
    predefined.names.update(builtins.names())
    return _visible(module, predefined, {})


def _visible(module: Module, predefined: Scope, files: dict[int, Visible]) -> Visible:
    """What a file can name, each file of ``files`` (by the identity of its module) done once."""
    if id(module) in files:
        return files[id(module)]
    scope = Scope(predefined)
    layers: Layers = {}
    files[id(module)] = Visible(scope, layers)
    for imported in module.imports:
        inner = _visible(imported, predefined, files)
        scope.names.update({name: inner.scope.names[name] for name in imported.exported()})
        layers.update({name: inner.layers[name] for name in imported.layers()})
    scope.names.update(module.graphs)
    for item in module.file.items:
        if isinstance(item, nodes.Define):
            scope.names[item.name.text] = Lazy(item.value, scope)
    for name, layer in module.layers().items():
        layers[name] = (layer, scope, layers)
    return files[id(module)]
