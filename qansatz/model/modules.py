"""Files and the files they import, found and read safely."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from qansatz.diagnostics import FaultLog, Label, did_you_mean
from qansatz.model import faults
from qansatz.model.evaluation.graphs import Graph, GraphError, read
from qansatz.source import Source, Span
from qansatz.syntax import nodes
from qansatz.syntax.parser import parse

MAX_BYTES = 20_000_000
MAX_IMPORT_DEPTH = 32


class UnreadableError(OSError):
    """A file that cannot be read as text; its text says why."""


def read_source(path: Path, name: str | None = None) -> Source:
    """A file's text.

    Raises:
        UnreadableError: when it does not exist, is no regular file, is too large, or is not UTF-8.
    """
    try:
        if not path.is_file():
            raise UnreadableError(
                "it does not exist" if not path.exists() else "it is not a regular file"
            )
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
        data = path.read_bytes()
    except UnreadableError:
        raise
    except (OSError, ValueError) as error:
        raise UnreadableError(
            getattr(error, "strerror", None) or "its name is not a valid path"
        ) from None
    return decode(data, str(path) if name is None else name)


def decode(data: bytes, name: str) -> Source:
    """Bytes as a source, a byte-order mark dropped and newlines normalised.

    Raises:
        UnreadableError: when the bytes are not UTF-8.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableError(f"it is not UTF-8 text (byte {error.start}, line {line})") from None
    return Source(name, text.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(slots=True, eq=False)
class Module:
    """A parsed file with the modules it imports and the graphs it reads.

    It ``is_incomplete`` when an import could not be read, or is incomplete itself.
    """

    source: Source
    file: nodes.File
    imports: list[Module] = field(default_factory=list)
    graphs: dict[str, Graph] = field(default_factory=dict)
    is_incomplete: bool = False

    def layers(self) -> dict[str, nodes.Layer]:
        """The layers that this file defines."""
        return {item.name.text: item for item in self.file.items if isinstance(item, nodes.Layer)}

    def visible_layers(self) -> dict[str, nodes.Layer]:
        """The layers that this file can call: its own and those of the files it imports."""
        visible: dict[str, nodes.Layer] = {}
        for imported in self.imports:
            visible |= imported.layers()
        return visible | self.layers()

    def ansatzes(self) -> dict[str, nodes.Ansatz]:
        """The ansatzes that this file defines."""
        return {item.name.text: item for item in self.file.items if isinstance(item, nodes.Ansatz)}

    def exported(self) -> dict[str, Span]:
        """The values that importers of this file see."""
        return {
            item.name.text: item.name.span
            for item in self.file.items
            if isinstance(item, nodes.Define)
        }


def load(source: Source, folder: Path, log: FaultLog, *, allow_outside: bool = False) -> Module:
    """Parse a source and everything it imports.

    Imports are relative to the importing file and must stay inside ``folder``, the folder of the
    first file, unless ``allow_outside``.
    """
    return _Loader(folder, log, allow_outside).module(source, folder, ())


class _Loader:
    def __init__(self, root: Path, log: FaultLog, allow_outside: bool) -> None:
        self.root = root
        self.log = log
        self.allow_outside = allow_outside
        self.modules: dict[Path, Module] = {}

    def module(self, source: Source, folder: Path, chain: tuple[tuple[Path, Span], ...]) -> Module:
        module = Module(source, parse(source, self.log))
        for item in module.file.items:
            if not isinstance(item, nodes.Import):
                continue
            path = self.find(item, folder)
            if path is None or not (
                self.graph(item, path, module)
                if item.kind is not None
                else self.file(item, path, module, chain)
            ):
                module.is_incomplete = True
        return module

    def find(self, item: nodes.Import, folder: Path) -> Path | None:
        """The file that an import names; None after a fault."""
        name = item.path.text
        try:
            path = Path(os.path.realpath(folder / name))
            outside = not path.is_relative_to(os.path.realpath(self.root))
        except (OSError, ValueError):
            reason = "its name is not a valid path"
            self.log.add(faults.files.ImportNotFound(item.path.span, path=name, reason=reason))
            return None
        if outside and not self.allow_outside:
            self.log.add(faults.files.ImportOutside(item.path.span, path=name))
            return None
        return path

    def graph(self, item: nodes.Import, path: Path, module: Module) -> bool:
        assert item.kind is not None
        assert item.name is not None
        if item.kind.text != "graph":
            self.log.add(faults.files.UnknownImport(item.kind.span, kind=item.kind.text))
            return False
        try:
            if not path.is_file():
                reason = "it is not a regular file" if path.exists() else "it does not exist"
                return self.not_found(item, module, reason)
            module.graphs[item.name.text] = read(path)
        except (GraphError, OSError) as error:
            place, name = item.path.span, item.path.text
            self.log.add(faults.graphs.BadGraphFile(place, path=name, reason=str(error)))
            return False
        return True

    def file(
        self, item: nodes.Import, path: Path, module: Module, chain: tuple[tuple[Path, Span], ...]
    ) -> bool:
        if path in {p for p, _ in chain} or self.same_file(path, module.source):
            labels = tuple(Label(span, "imported from here") for _, span in chain)
            self.log.add(
                faults.files.ImportCycle(item.path.span, labels=labels, path=item.path.text)
            )
            return False
        if len(chain) >= MAX_IMPORT_DEPTH:
            reason = f"imports are nested more than {MAX_IMPORT_DEPTH} deep"
            self.log.add(
                faults.files.ImportNotFound(item.path.span, path=item.path.text, reason=reason)
            )
            return False
        if path not in self.modules:
            shown = os.path.join(os.path.dirname(module.source.name), item.path.text)
            try:
                source = read_source(path, shown)
            except UnreadableError as error:
                return self.not_found(item, module, str(error))
            self.modules[path] = self.module(source, path.parent, (*chain, (path, item.path.span)))
        module.imports.append(self.modules[path])
        return not self.modules[path].is_incomplete

    def not_found(self, item: nodes.Import, module: Module, reason: str) -> bool:
        folder = Path(os.path.dirname(module.source.name) or ".")
        near = _nearest_file(folder, item.path.text)
        self.log.add(
            faults.files.ImportNotFound(
                item.path.span, path=item.path.text, reason=reason, suggestion=near
            )
        )
        return False

    def same_file(self, path: Path, source: Source) -> bool:
        return os.path.realpath(source.name) == str(path)


def _nearest_file(folder: Path, wanted: str) -> str | None:
    """The file at most two folders down whose name, or else path, is like the one wanted."""
    ending = os.path.splitext(wanted)[1]
    try:
        patterns = (f"*{ending}", f"*/*{ending}", f"*/*/*{ending}")
        paths = [path for p in patterns for path in islice(folder.glob(p), 200)]
    except (OSError, ValueError):
        return None
    names = {path.relative_to(folder).as_posix() for path in paths}
    same = sorted(name for name in names if os.path.basename(name) == os.path.basename(wanted))
    return same[0] if same else did_you_mean(wanted, names)
