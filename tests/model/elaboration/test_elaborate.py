"""Programs → models: columns, loop indices, angles, scopes, settings, imports, limits and lints."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from qansatz import driver
from qansatz.compilation import Compilation
from qansatz.driver import Limits
from qansatz.model.angles import Affine, Nonlinear, evaluate
from qansatz.model.program import GatePiece, GroupPiece, Model, RotationsPiece
from qansatz.model.reals import PiLinear
from qansatz.pauli.strings import to_word
from qansatz.source import Source


def compiled(text: str, **options) -> Compilation:
    return driver.compile_source(Source("test.qans", f"qans 1\n{text}\n"), **options)


def codes(text: str, **options) -> list[str]:
    return [d.code for d in compiled(text, **options).diagnostics]


def model(text: str, **options) -> Model:
    found = compiled(text, **options)
    assert not found.has_errors, found.diagnostics
    return found.written


def body(text: str, n: int = 3, **options) -> Model:
    return model(f"ansatz f() {{\nqubits q[{n}]\n{text}\n}}", **options)


def words(found: Model) -> list[str]:
    return [to_word(found.rotations.pauli(k), found.n_qubits) for k in range(len(found.rotations))]


def test_columns_of_loops_blocks_and_layers():
    found = model(
        """\
layer pair(r, a) { rxx(r[0], r[1], a); rz(r[2], a) }
ansatz f() {
  qubits q[3]
  param t[2, 2]
  repeat l in 0..<2 {
    for i in 0..<2 { block { rzz(i, i + 1, t[l, i]) } }
  }
  pair(q, t[0, 0])
}"""
    )
    rotations = found.rotations
    assert words(found) == ["ZZI", "IZZ", "ZZI", "IZZ", "XXI", "IIZ"]
    assert rotations.block.tolist() == [0, 1, 2, 3, -1, -1]
    assert rotations.layer.tolist() == [0, 0, 1, 1, 2, 2]
    assert rotations.slot.tolist() == [0, 1, 2, 3, 0, 0]
    assert rotations.instance.tolist() == [0, 1, 2, 3, 4, 5]
    assert rotations.generator.tolist() == [0, 1, 2, 3, 4, 5]
    assert len(rotations.strings) == 4
    assert [found.instances.where(k) for k in range(6)] == [
        *("l = 0, i = 0", "l = 0, i = 1", "l = 1, i = 0", "l = 1, i = 1"),
        *("", ""),
    ]
    assert found.instances.span(0).text == "rzz(i, i + 1, t[l, i])"


def test_loop_indices_in_words():
    found = body(
        """\
let L = [X[0], X[1]]
repeat 2 { rx(0, 0.1) }
for (a, P) in enumerate(L) { rot(P, 0.1) }
for P in L { rot(P, 0.1) }
for (u, v) in [(0, 1), (1, 2)] { rzz(u, v, 0.1) }"""
    )
    assert [found.instances.where(k) for k in range(8)] == [
        *("iteration = 0", "iteration = 1"),
        *("a = 0", "a = 1"),
        *("item of P = 0", "item of P = 1"),
        *("u = 0, v = 1", "u = 1, v = 2"),
    ]


def test_the_outline_keeps_one_iteration_of_a_repeat():
    found = body("repeat l in 0..<9 { h(q[0]); for i in q { rx(i, 0.1) } }")
    (loop,) = found.outline
    assert isinstance(loop, GroupPiece)
    assert (loop.title, loop.n_iterations, loop.n_shown) == ("repeat l in 0..<9", 9, 1)
    gate, inner = loop.body
    assert gate == GatePiece(0)
    assert isinstance(inner, GroupPiece)
    assert inner.body == tuple(RotationsPiece(k, k + 1) for k in range(3))


def test_a_sum_is_one_generator_and_its_identity_a_phase():
    found = body("param t\nrot(0.5 * (1 - Z[0] * Z[1]) + X[2] / 3, t)")
    rotations = found.rotations
    assert words(found) == ["ZZI", "IIX"]
    assert rotations.generator.tolist() == [0, 0]
    assert [rotations.scalars[k] for k in rotations.factor] == [Fraction(-1, 2), Fraction(1, 3)]


def test_a_list_or_group_is_a_generator_each():
    found = body('let S = <p"XXI", p"ZZI">\nparam t[4]\nrot(S * Z[2], t)\nrot([X[0], -Y[1]], 0.5)')
    assert words(found) == ["IIZ", "XXZ", "ZZZ", "YYZ", "XII", "IYI"]
    assert found.rotations.slot.tolist() == [0, 1, 2, 3, -1, -1]
    assert found.rotations.generator.tolist() == [0, 1, 2, 3, 4, 5]
    assert found.rotations.angle(5) == Affine((), Fraction(-1, 2))
    assert [found.rotations.instance[k] for k in range(6)] == [0, 0, 0, 0, 1, 1]


def test_fixed_gates_are_pushed_to_the_end():
    found = body("h(q[0])\nrz(0, 0.1)\ncx(0, 1)\nrot(Z[1], 0.2)\nobservable o = Z[1]", n=2)
    assert words(found) == ["XI", "XZ"]
    assert [g.name for g in found.gates] == ["h", "cx"]
    assert found.rotations.n_gates_before.tolist() == [1, 2]
    (observable,) = found.observables
    assert to_word(observable.terms[0].pauli, 2) == "IZ"
    assert to_word(observable.pulled_back[0].pauli, 2) == "XZ"


def test_angles_fixed_shared_tied_and_nonlinear():
    found = body(
        """\
param a[2] in [0, 2 * pi] ~ uniform(0, pi)
param b[2] = 2 * a + 1
param c = pi / 3
input x
rx(q[0..<2], a)
rx(q[0..<2], b)
rz(0, c)
ry(0, a[0] - a[1] + x)
ry(0, sin(a[0]) * x)"""
    )
    rotations, values = found.rotations, [0.3, -1.2, 0.7]
    expected = [0.3, -1.2, 1.6, -1.4, math.pi / 3, 0.3 + 1.2 + 0.7, math.sin(0.3) * 0.7]
    found_angles = [rotations.angle(k) for k in range(7)]
    assert [evaluate(angle, values) for angle in found_angles] == pytest.approx(expected)
    assert found_angles[2] == Affine(((0, 2),), 1)
    assert found_angles[4] == Affine((), PiLinear(Fraction(0), Fraction(1, 3)))
    assert found_angles[5] == Affine(((0, 1), (1, -1), (2, 1)))
    assert isinstance(found_angles[6], Nonlinear)
    (array,) = found.slots.parameters
    assert array.bounds is not None
    assert [float(b) for b in array.bounds] == pytest.approx([0, 2 * math.pi])
    assert array.distribution is not None
    assert array.distribution[0] == "uniform"
    assert found.slots.labels() == ["a[0]", "a[1]", "x"]


def test_inputs_come_after_all_parameters():
    found = body("input x[2]\nparam a\nencode { rx(q[0..<2], x) }\nrz(0, a)")
    assert found.slots.labels() == ["a", "x[0]", "x[1]"]
    assert found.rotations.slot.tolist() == [1, 2, 0]
    assert found.rotations.encoding.tolist() == [True, True, False]


def test_slices_broadcast_in_row_major_order():
    found = body("param t[2, 3, 2]\nrx(q, t[1, :, 0])\nrx(q[0..<2], t[0, 2, [1, 0]])")
    assert found.rotations.slot.tolist() == [6, 8, 10, 5, 4]


def test_conditions_choose():
    text = """\
ansatz f(n: int = 2, open: bool = true) {
  qubits q[n]
  if n == 2 and open { rx(q, 0.1) } else if n > 2 { ry(q, 0.1) } else { rz(q, 0.1) }
}"""
    assert words(model(text)) == ["XI", "IX"]
    assert words(model(text, settings={"n": 3})) == ["YII", "IYI", "IIY"]
    assert words(model(text, settings={"open": False})) == ["ZI", "IZ"]


def test_comprehensions_with_conditions():
    found = body(
        "rot([X[i] for i in q if i % 2 == 0], 0.1)\nrot(sum(Z[i] for i in q if i > 1), 1)", 4
    )
    assert words(found) == ["XIII", "IIXI", "IIZI", "IIIZ"]


def test_names_of_inner_scopes_end_there():
    assert codes("ansatz f() { qubits q[1]; for i in q { let a = 1; rx(i, a) }\nrx(q, a) }") == [
        "QA101"
    ]
    found = body("let a = 1\nfor i in q { let b = a + i; rx(i, b) }")
    assert [found.rotations.angle(k) for k in range(3)] == [Affine((), k) for k in (1, 2, 3)]


def test_unordered_groups_are_numbered():
    found = body("rx(0, 0.1)\nunordered { rz(q, 0.1) }\nrx(0, 0.1)\nunordered { ry(1, 0.1) }")
    assert found.rotations.unordered.tolist() == [-1, 0, 0, 0, -1, 1]


def test_several_registers_share_one_numbering():
    found = model(
        "ansatz f() { qubits a[2]; qubits b[1]; rx(b, 0.1); rot(X[0] * X[2], 0.1); ry(a[1], 1) }"
    )
    assert found.registers == (("a", 0, 2), ("b", 2, 1))
    assert words(found) == ["IIX", "XIX", "IYI"]


@pytest.mark.parametrize(
    ("ket", "signed"),
    [("|0>", ["+ZI", "+IZ"]), ("|+->", ["+XI", "-IX"]), ("|1r>", ["-ZI", "+IY"])],
)
def test_kets_are_stabilizers(ket: str, signed: list[str]):
    found = body(f"init {ket}\nrx(q, 0.1)", n=2)
    assert [
        ("-" if p.phase == 2 else "+") + to_word(p, 2) for p in found.initial.stabilizers
    ] == signed


def test_settings_are_values_or_texts():
    text = "ansatz f(G: graph = cycle(3), s: real = 1) { qubits q[G.order]\nrot(s * Z[0], 1)\nrx(q, 1) }"
    assert model(text).n_qubits == 3
    assert model(text, settings={"G": "path(5)"}).n_qubits == 5
    assert model(text, settings={"G": nx.petersen_graph()}).n_qubits == 10
    assert model(text, settings={"s": "pi / 2"}).rotations.angle(0) == Affine(
        (), PiLinear(Fraction(0), Fraction(1, 2))
    )
    assert model(text, settings={"s": Fraction(4, 2)}).rotations.angle(0) == Affine((), 2)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"m": 3}, "QA134"),
        ({"n": "three"}, "QA101"),
        ({"n": "1 +"}, "QA021"),
        ({"n": 1.5}, "QA107"),
        ({"n": "[1]"}, "QA107"),
        ({"n": 0}, "QA137"),
        ({"n": "10^10^10"}, "QA111"),
        ({"n": "2\nlet b = 3"}, "QA107"),
    ],
)
def test_settings_that_are_refused(settings: dict[str, object], code: str):
    text = "ansatz f(n: int = 2) where n > 0 { qubits q[n]\nrx(q, 1) }"
    found = compiled(text, settings=settings)
    assert found.has_errors
    assert [d.code for d in found.diagnostics] == [code]


def test_imports_bring_layers_and_values_with_their_own_names(tmp_path: Path):
    (tmp_path / "inner.qans").write_text(
        "qans 1\nlet angle = 0.25\nlayer turn(r) { rx(r, angle) }\nlayer twice(r) { turn(r); turn(r) }\n"
    )
    main = tmp_path / "main.qans"
    main.write_text(
        'qans 1\nimport "inner.qans"\nlayer own(r) { rz(r, angle) }\n'
        "ansatz f() { qubits q[1]; twice(q); own(q); rx(q, angle) }\n"
    )
    found = driver.compile_file(str(main)).ansatz
    assert words(found) == ["X", "X", "Z", "X"]
    assert all(found.rotations.angle(k) == Affine((), Fraction(1, 4)) for k in range(4))


def test_layers_call_the_layers_of_their_own_file(tmp_path: Path):
    (tmp_path / "base.qans").write_text("qans 1\nlayer turn(r) { rx(r, 1) }\n")
    (tmp_path / "middle.qans").write_text(
        'qans 1\nimport "base.qans"\nlayer twice(r) { turn(r); turn(r) }\n'
    )
    main = tmp_path / "main.qans"
    main.write_text(
        'qans 1\nimport "middle.qans"\nlayer turn(r) { rz(r, 1) }\n'
        "ansatz f() { qubits q[1]; twice(q); turn(q) }\n"
    )
    assert words(driver.compile_file(str(main)).ansatz) == ["X", "X", "Z"]


def test_layers_are_defined_once(tmp_path: Path):
    (tmp_path / "base.qans").write_text("qans 1\nlayer turn(r) { rx(r, 1) }\n")
    main = tmp_path / "main.qans"
    main.write_text(
        'qans 1\nimport "base.qans"\nlayer turn(r) { rz(r, 1) }\nansatz f() { qubits q[1]; turn(q) }\n'
    )
    assert [d.code for d in driver.compile_file(str(main)).diagnostics] == ["QA102"]
    assert codes("layer a(r) { h(r) }\nlayer a(r) { x(r) }\nansatz f() { qubits q[1]; a(q) }") == [
        "QA102"
    ]
    assert codes("layer h(r) { rx(r, 1) }\nansatz f() { qubits q[1]; h(q) }") == ["QA321"]


def test_keyword_arguments_and_defaults_of_layers():
    text = "layer a(r, s: real = 2, t: int = r[0]) {{ rx(r[t], s) }}\nansatz f() {{ qubits q[2]; a({}) }}"
    assert model(text.format("q")).rotations.angle(0) == Affine((), 2)
    assert words(model(text.format("q, t = 1, s = 3"))) == ["IX"]
    assert codes(text.format("q, 1, 1, 1")) == ["QA104"]
    assert codes(text.format("q, q = 1")) == ["QA106"]
    assert codes(text.format("q, s = 1, s = 2")) == ["QA106"]
    assert codes(text.format("q, s = q")) == ["QA107"]


def test_a_default_of_a_layer_is_blamed_for_its_type_whatever_the_settings_are():
    text = "layer a(r, n: int = r) {{ rx(r[n], 1) }}\nansatz f({}: int) {{ qubits q[2]; a(q) }}"
    for name in ("n", "m"):
        compilation = compiled(text.format(name), settings={name: 1})
        (fault,) = [d for d in compilation.diagnostics if d.code == "QA107"]
        assert (fault.span.text, fault.span.start) == (
            "r",
            compilation.source.text.index("= r)") + 2,
        )


LIMITS = [
    ({"rotations": 5}, "repeat 6 { rx(0, 1) }", "5 unrolled rotations and gates", "rotations"),
    ({"rotations": 5}, "rx([0, 1, 2, 0, 1, 2], 1)", "5 unrolled rotations and gates", "rotations"),
    ({"rotations": 5}, "repeat 6 { h(0) }", "5 unrolled rotations and gates", "rotations"),
    ({"steps": 50}, "repeat 100 { rx(0, 1) }", "50 steps of unrolling", "steps"),
    ({"qubits": 2}, "rx(0, 1)", "2 qubits", "qubits"),
    ({"terms": 3}, "rot(X[0] + X[1] + X[2] + Y[0], 1)", "3 terms or elements", "terms"),
    ({"terms": 3}, "rx([0, 1, 2, 0], 1)", "3 terms or elements", "terms"),
    ({"terms": 3}, "let a = [i for i in 0..<4]", "3 terms or elements", "terms"),
]


@pytest.mark.parametrize(("limits", "text", "told", "flag"), LIMITS)
def test_limits(limits: dict[str, int], text: str, told: str, flag: str):
    found = compiled(f"ansatz f() {{\nqubits q[3]\n{text}\n}}", limits=Limits(**limits))
    (diagnostic,) = found.diagnostics
    assert diagnostic.code == "QA112"
    assert f"the limit of {told}" in diagnostic.message
    assert f"--limit {flag}=N" in diagnostic.help
    assert found.limit_reached
    assert found.model is None
    raised = Limits(**dict.fromkeys(limits, 1_000))
    assert not compiled(f"ansatz f() {{\nqubits q[3]\n{text}\n}}", limits=raised).limit_reached


def test_digits_and_layers_have_limits_of_their_own():
    long = "ansatz f() { qubits q[1]; rx(q, 10 ^ 100 * 0) }"
    assert codes(long) == []
    assert codes(long, limits=Limits(digits=20)) == ["QA111"]
    deep = "layer a(r, k) { if k > 0 { a(r, k - 1) } else { h(r) } }\nansatz f() { qubits q[1]; a(q, 9) }"
    assert codes(deep) == []
    assert codes(deep, limits=Limits(layer_depth=5)) == ["QA154"]


LINTS = {
    "QA320": "param a\nrx(q, 0.1)",
    "QA321": "let sum = 1\nrx(q, sum)",
    "QA322": "for i in 0..<0 { rx(i, 1) }\nrx(q, 1)",
    "QA323": "rx(q[0..<2], 1)",
    "QA324": 'let Z0 = p"IIZ"\nrot(Z0, 1)\nrx(q, 1)',
}


@pytest.mark.parametrize(("code", "text"), LINTS.items())
def test_lints(code: str, text: str):
    found = compiled(f"ansatz f() {{\nqubits q[3]\n{text}\n}}")
    assert [d.code for d in found.diagnostics] == [code]
    assert not found.has_errors


@pytest.mark.parametrize(
    "text",
    [
        "param _a\nrx(q, 0.1)",
        'let Z2 = p"IIZ"\nrot(Z2, 1)\nrx(q, 1)',
        'let Z1 = p"IZI"\nrot(Z1, 1)\nrx(q, 1)',
        "observable o = Z[0]",
    ],
)
def test_what_no_lint_minds(text: str):
    assert codes(f"ansatz f() {{\nqubits q[3]\n{text}\n}}") == []


def test_numbers_of_a_loop_fault():
    (found,) = compiled(
        "ansatz f() { qubits q[4]; repeat l in 0..<3 { for i in 0..<4 { rot(Z[i] * Z[i + 1], 1) } } }"
    ).diagnostics
    assert found.code == "QA113"
    assert found.notes == ("first at l = 0, i = 3; 3 times in all",)


def test_columns_have_one_length():
    found = body("param t[3]\nrx(q, t)\nrx(q, sin(t[0]))\nh(q)\nrot(X[0] + X[1], t[0] + t[1])")
    rotations = found.rotations
    columns = [getattr(rotations, name) for name in ("string", "slot", "factor", "offset", "block")]
    columns += [
        getattr(rotations, name) for name in ("expression", "generator", "layer", "instance")
    ]
    columns += [rotations.unordered, rotations.n_gates_before, rotations.encoding]
    assert {len(column) for column in columns} == {8}
    assert (np.diff(rotations.instance) >= 0).all()
    assert (np.diff(rotations.generator) >= 0).all()


def test_arrays_are_divided_and_raised_entry_by_entry():
    text = """qans 1
ansatz a() {
  qubits q[2]
  param t[2]
  input x[2]
  rx(q, t / x)
  ry(q, t ^ 2)
  rz(q, 1 / x)
}
"""
    model = driver.compile_source(Source("arrays.qans", text)).ansatz
    values = [0.5, 0.7, 1.5, 2.0]
    found = [evaluate(model.rotations.angle(row), values) for row in range(6)]
    assert found == pytest.approx([0.5 / 1.5, 0.7 / 2, 0.25, 0.49, 1 / 1.5, 1 / 2])
