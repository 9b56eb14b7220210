"""The stages of a compilation as text: tokens, nodes, model, generators, gates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Final, assert_never

from qansatz.characters import harmless
from qansatz.model.program import ChargeSymmetry, PauliSymmetry, PermutationSymmetry
from qansatz.numbers import counted
from qansatz.pauli.words import short
from qansatz.syntax import nodes
from qansatz.views import words
from qansatz.views.tables import table

if TYPE_CHECKING:
    from qansatz.analysis.algebra.generators import Generator, Generators
    from qansatz.circuits.gates import GateList
    from qansatz.model.program import FixedGate, Model, SlotArray, Symmetry, Term
    from qansatz.pauli.strings import Pauli
    from qansatz.source import Source, Span

#: Fields of nodes that are places, or are not shown.
_LEFT_OUT: Final = frozenset(("span", "operator_spans", "comments", "lost", "documentation"))


def tokens(source: Source) -> str:
    """Every token with line:column, comments and line ends included, before the layout drops any."""
    from qansatz.syntax.grammar import tokens as tokens_of

    rows = [
        (_place(span), kind, span.text.replace("\n", "\\n")) for kind, span in tokens_of(source)
    ]
    return table(("place", "token", "text"), rows)


def tree(file: nodes.File) -> str:
    """The nodes of a file as a tree, each with line:column and its names and literals."""
    lines = []
    waiting: list[tuple[int, str, object]] = [(0, "", file)]
    while waiting:
        depth, label, value = waiting.pop()
        simple, inner = _parts(value)
        head = f"{label}: " if label else ""
        shown = " ".join((f"{head}{type(value).__name__}", *simple))
        place = _place(value.span)  # type: ignore[attr-defined]
        lines.append(harmless(f"  {place:8}{'  ' * depth}{shown}") + "\n")
        waiting += [(depth + 1, name, child) for name, child in reversed(inner)]
    return "".join(lines)


def _parts(node: object) -> tuple[list[str], list[tuple[str, object]]]:
    """The fields of a node that are text, written out, and those that are nodes, each with its name."""
    simple: list[str] = []
    inner: list[tuple[str, object]] = []
    for field in fields(node):  # type: ignore[arg-type]
        value = getattr(node, field.name)
        if field.name in _LEFT_OUT or value is None or value == ():
            continue
        parts = [*_flat(value)]
        texts = [
            p.text if isinstance(p, nodes.Identifier) else str(p) for p in parts if _is_text(p)
        ]
        if texts:
            simple.append(f"{field.name}={','.join(texts)}")
        inner += [(field.name, part) for part in parts if not _is_text(part)]
    return simple, inner


def _is_text(part: object) -> bool:
    return isinstance(part, nodes.Identifier | str | bool)


def _flat(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for part in value:
            yield from _flat(part)
    else:
        yield value


def model(written: Model) -> str:
    """The model as elaborated, its rotations in the order of the source."""
    labels = _qubits(written)
    parts = [
        f"{words.heading(written)}: {words.sizes(written)}\n",
        _section("qubits", [", ".join(f"{name}[{n}]" for name, _, n in written.registers)]),
        _section("parameters", _symbols(written.slots.parameters, 0)),
        _section("inputs", _symbols(written.slots.inputs, written.slots.n_parameters)),
        _section("initial state", [_initial(written)]),
        _section(
            "rotations exp(-i*angle/2 * word), the fixed gates moved behind them",
            _rotations(written).splitlines(),
        ),
        _section("fixed gates", (_fixed(gate, labels) for gate in written.gates)),
        _section("symmetries", (_symmetry(s, written) for s in written.symmetries)),
        _section(
            "stabilizers",
            (f"{g.name}: {_listed(g.generators, written)}" for g in written.stabilizers),
        ),
        _section("logicals", (f"{g.name}: {_listed(g.paulis, written)}" for g in written.logicals)),
        _section("observables", _observables(written)),
        _section("requirements", (r.span.text for r in written.requirements)),
    ]
    return "\n".join(part for part in parts if part)


def generators(subject: Model, placed: Generators) -> str:
    """The distinct generators as sums of words, and in which order they stand."""
    rotations = subject.rotations
    kinds = placed.kind.tolist()
    n_places, trained, lines = Counter(kinds), set[int](), dict[int, set[int]]()
    for kind, row, turned in zip(kinds, placed.first_rows(), placed.trained, strict=True):
        span = subject.instances.span(int(rotations.instance[row]))
        lines.setdefault(kind, set()).add(span.source.location(span.start)[0])
        if turned:
            trained.add(kind)
    rows = [
        (
            number,
            _sum(subject, generator),
            n_places[number],
            number in trained,
            ", ".join(map(str, sorted(lines[number]))),
        )
        for number, generator in enumerate(placed.distinct)
    ]
    order = ", ".join(map(str, kinds)) or "none"
    return (
        f"{words.heading(subject)}: {counted(len(placed.distinct), 'generator')} at "
        f"{counted(len(kinds), 'place')}\n\n"
        + (table(("generator", "sum", "places", "trained", "lines"), rows) if rows else "")
        + f"\n  in time order: {order}\n"
    )


def gates(subject: Model, compiled: GateList) -> str:
    """The native gates in time order, with the qubits and angles of each."""
    from qansatz.views.pictures.scene import angle_text

    names, labels = compiled.slots.labels(), _qubits(subject)
    rows = [
        (
            k,
            gate.name,
            " ".join(labels[q] if q < len(labels) else f"ancilla[{q}]" for q in gate.qubits),
            ", ".join(angle_text(angle, names, True) for angle in gate.angles),
        )
        for k, gate in enumerate(compiled.gates)
    ]
    return (
        f"{words.heading(subject)}: {counted(compiled.n_two_qubit, 'two-qubit gate')} in depth "
        f"{compiled.two_qubit_depth}, {counted(compiled.n_one_qubit, 'one-qubit gate')}\n\n"
        + (table(("gate", "name", "qubits", "angles"), rows) if rows else "")
    )


def _place(span: Span) -> str:
    return "{}:{}".format(*span.source.location(span.start))


def _section(title: str, lines: Iterable[str]) -> str:
    shown = "".join(f"  {harmless(line).rstrip()}\n" for line in lines)
    return f"{title}\n{shown}" if shown else ""


def _qubits(subject: Model) -> list[str]:
    return [f"{name}[{k}]" for name, _, size in subject.registers for k in range(size)]


def _symbols(arrays: Iterable[SlotArray], first: int) -> Iterator[str]:
    """Such as ``theta[2, 3]: slots 0 to 5, in [0, 2*pi]``; ``first`` is the slot of the first."""
    for array in arrays:
        shape = f"[{', '.join(map(str, array.shape))}]" if array.shape else ""
        last = first + array.size - 1
        slots = f"slots {first} to {last}" if array.size > 1 else f"slot {first}"
        text = f"{array.name}{shape}: {slots if array.size else 'no slot'}"
        if array.bounds is not None:
            text += f", in [{array.bounds[0]}, {array.bounds[1]}]"
        if array.distribution is not None:
            name, arguments = array.distribution
            text += f", drawn from {name}({', '.join(map(str, arguments))})"
        yield text
        first = last + 1


def _initial(subject: Model) -> str:
    """The ket where the state is a product, and the strings that stabilize it."""
    initial = subject.initial
    ket = "" if initial.ket is None else f"|{initial.ket}>, "
    return f"{ket}stabilized by {_listed(initial.stabilizers, subject)}"


def _listed(paulis: Iterable[Pauli], subject: Model) -> str:
    return ", ".join(short(pauli, subject.n_qubits) for pauli in paulis)


def _rotations(subject: Model) -> str:
    from qansatz.views.pictures.scene import angle_text

    rotations, names = subject.rotations, subject.slots.labels()
    rows = []
    for row in range(len(rotations)):
        instance = int(rotations.instance[row])
        span = subject.instances.span(instance)
        rows.append(
            (
                row,
                short(rotations.pauli(row), subject.n_qubits),
                angle_text(rotations.angle(row), names, True),
                int(rotations.generator[row]),
                _number(rotations.layer[row]),
                _number(rotations.block[row]),
                _number(rotations.unordered[row]),
                bool(rotations.encoding[row]),
                span.source.location(span.start)[0],
                subject.instances.where(instance),
            )
        )
    head = ("row", "word", "angle", "generator", "layer", "block", "unordered", "encoding")
    return table((*head, "line", "loops"), rows, indent=0) if rows else ""


def _number(value: int) -> int | None:
    return int(value) if value >= 0 else None


def _fixed(gate: FixedGate, labels: Sequence[str]) -> str:
    return f"{gate.name} {' '.join(labels[q] for q in gate.qubits)}"


def _symmetry(symmetry: Symmetry, subject: Model) -> str:
    match symmetry:
        case PauliSymmetry():
            text = short(symmetry.pauli, subject.n_qubits)
        case PermutationSymmetry():
            images = (", ".join(map(str, image)) for image in symmetry.generators)
            text = f"qubits 0, 1, ... go to {'; or to '.join(images)}"
        case ChargeSymmetry():
            text = _terms(symmetry.terms, subject)
        case _:
            assert_never(symmetry)
    return f"{symmetry.name} = {text}"


def _observables(subject: Model) -> Iterator[str]:
    """Every observable; pulled back through the final Clifford where that changes it."""
    for observable in subject.observables:
        yield f"{observable.name} = {_terms(observable.terms, subject)}"
        if observable.pulled_back != observable.terms:
            yield f"  before the fixed gates: {_terms(observable.pulled_back, subject)}"


def _terms(terms: Sequence[Term], subject: Model) -> str:
    return _added((str(t.coefficient), short(t.pauli, subject.n_qubits)) for t in terms)


def _sum(subject: Model, generator: Generator) -> str:
    strings = (subject.rotations.strings.pauli(row) for row in generator.strings)
    weights = map(str, generator.weights)
    shown = (short(pauli, subject.n_qubits) for pauli in strings)
    return _added(zip(weights, shown, strict=True))


def _added(terms: Iterable[tuple[str, str]]) -> str:
    """Such as ``XI - 2*ZZ``."""
    text = ""
    for weight, word in terms:
        sign = "-" if weight.startswith("-") else "+"
        size = weight.removeprefix("-")
        joined = f" {sign} " if text else sign.replace("+", "")
        factor = "" if size == "1" else f"({size})*" if " " in size else f"{size}*"
        text += f"{joined}{factor}{word}"
    return text or "0"
