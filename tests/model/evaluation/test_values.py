"""Compile-time values against slow second answers: numbers, angles, operators, permutations, graphs."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import permutations as all_permutations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.model import angles, reals
from qansatz.model.angles import Affine, Nonlinear
from qansatz.model.evaluation import arithmetic, graphs, operators
from qansatz.model.evaluation.operators import Operator
from qansatz.model.reals import PI, PiLinear
from qansatz.pauli import permutations
from qansatz.pauli.strings import Pauli, to_word
from tests.oracles import dense

FRACTIONS = st.fractions(min_value=-20, max_value=20, max_denominator=12)
EXACT = st.one_of(
    FRACTIONS.map(reals.simplest),
    st.builds(reals.pi_linear, FRACTIONS, FRACTIONS),
)


def parts(value: reals.Real) -> tuple[Fraction, Fraction]:
    """a and b of a + b·π, read from the value's kind."""
    if isinstance(value, PiLinear):
        return value.rational, value.pi
    assert isinstance(value, int | Fraction)
    return Fraction(value), Fraction(0)


@given(EXACT, EXACT)
def test_sums_of_exact_numbers_are_exact(a, b):
    (p, q), (r, s) = parts(a), parts(b)
    assert parts(reals.add(a, b)) == (p + r, q + s)
    assert parts(reals.negate(a)) == (-p, -q)


@given(EXACT, EXACT)
def test_products_are_exact_unless_both_hold_pi(a, b):
    (p, q), (r, s) = parts(a), parts(b)
    product = reals.multiply(a, b)
    if q and s:
        assert isinstance(product, float)
        assert product == pytest.approx(float(a) * float(b))
    else:
        assert parts(product) == (p * r, p * s + q * r)


@given(EXACT, EXACT.filter(lambda b: not reals.is_zero(b)))
def test_quotients(a, b):
    quotient = reals.divide(a, b)
    assert float(quotient) == pytest.approx(float(a) / float(b))
    if not isinstance(b, PiLinear):
        assert not isinstance(quotient, float)
        assert reals.multiply(quotient, b) == a
    assert reals.divide(reals.multiply(3, b), b) == 3


def test_kinds_are_the_simplest():
    assert type(reals.divide(6, 3)) is int
    assert type(reals.add(Fraction(1, 2), Fraction(1, 2))) is int
    assert reals.add(PI, reals.negate(PI)) == 0
    assert type(reals.add(PI, reals.negate(PI))) is int
    assert reals.divide(reals.multiply(3, PI), PI) == 3
    assert str(reals.multiply(Fraction(-3, 4), PI)) == "-3*pi/4"
    assert str(reals.add(1, PI)) == "1 + pi"


@given(st.integers(-9, 9))
def test_quarter_turns(k: int):
    assert reals.quarter_turns(reals.multiply(Fraction(k, 2), PI)) == k
    assert reals.quarter_turns(reals.multiply(Fraction(2 * k + 1, 4), PI)) is None


@pytest.mark.parametrize(
    "grow",
    [
        lambda: reals.multiply(1e300, 1e300),
        lambda: reals.add(1e308, 1e308),
        lambda: reals.divide(1e300, 1e-300),
        lambda: reals.multiply(Fraction(1, 3**2000), Fraction(1, 3**2000)),
        lambda: reals.add(Fraction(1, 3**1500), Fraction(1, 7**1500)),
    ],
)
def test_numbers_do_not_grow_without_end(grow):
    with pytest.raises(OverflowError):
        grow()


AFFINE = st.builds(
    lambda terms, constant: angles.total(
        [Affine(((slot, c),)) for slot, c in terms if not reals.is_zero(c)] + [Affine((), constant)]
    ),
    st.lists(st.tuples(st.integers(0, 4), EXACT), max_size=5),
    EXACT,
)
VALUES = [0.3, -1.7, 2.9, 0.01, 1.1]


@given(AFFINE, AFFINE, EXACT)
def test_affine_angles(a, b, factor):
    x, y = (angles.evaluate(angle, VALUES) for angle in (a, b))
    total, scaled = angles.add(a, b), angles.scale(factor, a)
    assert isinstance(total, Affine)
    assert angles.evaluate(total, VALUES) == pytest.approx(x + y, abs=1e-9)
    assert angles.evaluate(scaled, VALUES) == pytest.approx(float(factor) * x, abs=1e-6)
    assert angles.slots(total) == tuple(sorted({s for s, _ in total.terms}))
    assert angles.add(a, angles.scale(-1, a)) == angles.ZERO


@given(AFFINE)
def test_affine_angles_survive_sympy(a):
    assert angles.simplified(angles.to_sympy(a)) == a


@settings(max_examples=60, deadline=None)
@given(AFFINE, AFFINE, st.sampled_from(["sin", "cos", "exp", "Abs"]))
def test_other_angles(a, b, name: str):
    x, y = (angles.evaluate(angle, VALUES) for angle in (a, b))
    if abs(x) > 300:
        return
    function = {"sin": math.sin, "cos": math.cos, "exp": math.exp, "Abs": abs}[name]
    applied = angles.apply(name, a)
    assert angles.evaluate(applied, VALUES) == pytest.approx(function(x), rel=1e-9, abs=1e-9)
    total = angles.add(applied, b)
    assert angles.evaluate(total, VALUES) == pytest.approx(function(x) + y, rel=1e-9, abs=1e-9)
    assert set(angles.slots(total)) <= set(angles.slots(a)) | set(angles.slots(b))


def test_angles_without_real_values_are_refused():
    theta = Affine(((0, 1),))
    with pytest.raises(angles.NotRealError):
        angles.power(Affine((), -1), Affine((), Fraction(1, 2)))
    with pytest.raises(angles.NotRealError):
        angles.apply("log", Affine((), 0))
    assert math.isnan(angles.evaluate(angles.apply("log", theta), [-1.0]))
    assert math.isnan(angles.evaluate(angles.power(theta, Affine((), -1)), [0.0]))


def test_angles_are_not_expanded():
    theta = angles.add(Affine(((0, 1),)), Affine(((1, 1),)))
    power = angles.power(theta, Affine((), 900))
    assert isinstance(power, Nonlinear)
    assert angles.evaluate(power, [0.5, 0.25]) == pytest.approx(0.75**900)


def test_angles_that_grow_are_stopped():
    def grown(angle: angles.Angle, times: int) -> angles.Angle:
        for _ in range(times):
            angle = angles.add(angles.apply("sin", angle), angles.apply("cos", angle))
        return angle

    theta = Affine(((0, 1),))
    assert isinstance(grown(theta, 5), Nonlinear)
    with pytest.raises(angles.TooComplexError):
        grown(theta, 20)


N = 3
BITS = st.integers(0, 2**N - 1)
STRINGS = st.builds(Pauli, BITS, BITS, st.integers(0, 3))
SUMS = st.dictionaries(
    st.tuples(BITS, BITS), st.tuples(FRACTIONS, FRACTIONS), min_size=0, max_size=5
).map(lambda terms: operators.total([Operator({k: c}) for k, c in terms.items()]))


def matrix(value: Operator | Pauli) -> np.ndarray:
    operator = operators.from_pauli(value) if isinstance(value, Pauli) else value
    zero = np.zeros((2**N, 2**N), dtype=complex)
    return sum(
        (
            (float(re) + 1j * float(im)) * dense.word_matrix(to_word(Pauli(x, z), N))
            for (x, z), (re, im) in operator.terms.items()
        ),
        zero,
    )


@given(SUMS, SUMS)
def test_operators_are_matrices(a: Operator, b: Operator):
    A, B = matrix(a), matrix(b)
    np.testing.assert_allclose(matrix(operators.add(a, b)), A + B, atol=1e-9)
    np.testing.assert_allclose(matrix(operators.multiply(a, b)), A @ B, atol=1e-9)
    np.testing.assert_allclose(matrix(operators.commutator(a, b)), A @ B - B @ A, atol=1e-9)
    np.testing.assert_allclose(matrix(operators.scale(Fraction(2, 3), a)), 2 / 3 * A, atol=1e-9)
    assert not any(reals.is_zero(re) and reals.is_zero(im) for re, im in a.terms.values())


@given(STRINGS, STRINGS)
def test_strings_multiply_as_matrices(p: Pauli, q: Pauli):
    np.testing.assert_allclose(matrix(p * q), matrix(p) @ matrix(q), atol=1e-12)
    product = operators.multiply(operators.from_pauli(p), operators.from_pauli(q))
    assert operators.as_pauli(product) == p * q


def test_equal_lists_that_share_their_parts():
    assert arithmetic.same([1, [2, (3,)]], [1, [2, (3,)]])
    assert not arithmetic.same([1, [2]], [1, (2,)])
    assert not arithmetic.same([1, True], [1, 1])
    a: list[object] = [1]
    for _ in range(60):
        a = [a, a]
    with pytest.raises(OverflowError):
        arithmetic.same(a, [*a])


def brute_automorphisms(n: int, weights: dict[tuple[int, int], int]) -> set[tuple[int, ...]]:
    def weight(u: int, v: int) -> int:
        return weights.get((min(u, v), max(u, v)), 0)

    return {
        images
        for images in all_permutations(range(n))
        if all(weight(images[u], images[v]) == weight(u, v) for v in range(n) for u in range(v))
    }


def closure(n: int, generators: tuple[tuple[int, ...], ...]) -> set[tuple[int, ...]]:
    found = {tuple(range(n))}
    frontier = list(found)
    while frontier:
        frontier = [
            image
            for p in frontier
            for g in generators
            if (image := tuple(g[p[i]] for i in range(n))) not in found and not found.add(image)
        ]
    return found


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_automorphisms_are_all_of_them(data):
    n = data.draw(st.integers(0, 6))
    pairs = [(u, v) for v in range(n) for u in range(v)]
    chosen = data.draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    weights = {pair: data.draw(st.integers(1, 2)) for pair in chosen}
    found = permutations.automorphisms(n, weights)
    assert closure(n, found) == brute_automorphisms(n, weights)


@pytest.mark.parametrize(
    ("graph", "order"),
    [
        (nx.petersen_graph(), 120),
        (nx.complete_graph(7), math.factorial(7)),
        (nx.cycle_graph(9), 18),
        (nx.cubical_graph(), 48),
        (nx.path_graph(8), 2),
        (nx.frucht_graph(), 1),
    ],
)
def test_automorphism_groups_of_known_order(graph: nx.Graph, order: int):
    weights = {(min(edge), max(edge)): 1 for edge in graph.edges}
    n = graph.number_of_nodes()
    generators = permutations.automorphisms(n, weights)
    assert group_order(n, generators) == order


def group_order(n: int, generators: tuple[tuple[int, ...], ...]) -> int:
    """The product of the orbits along the base 0, 1, … of a strong generating set."""
    order = 1
    for base in range(n):
        fixing = [g for g in generators if all(g[i] == i for i in range(base))]
        orbit, frontier = {base}, [base]
        while frontier:
            frontier = [g[i] for i in frontier for g in fixing if g[i] not in orbit]
            orbit.update(frontier)
        order *= len(orbit)
    return order


def test_a_search_that_is_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(permutations, "MAX_REFINEMENTS", 5)
    weights = {(min(e), max(e)): 1 for e in nx.frucht_graph().edges}
    with pytest.raises(permutations.SearchTooLongError):
        permutations.automorphisms(12, weights)


@given(st.permutations(range(5)), st.permutations(range(5)), st.integers(0, 31), st.integers(0, 31))
def test_orbits(f, g, x: int, z: int):
    start = Pauli(x, z)
    expected, frontier = {start}, [start]
    while frontier:
        frontier = [
            image
            for p in frontier
            for images in (tuple(f), tuple(g))
            if (image := permutations.permute(p, images)) not in expected
            and not expected.add(image)
        ]
    found = permutations.orbit(start, (tuple(f), tuple(g)), 1_000)
    assert found is not None
    assert set(found) == expected
    assert len(found) == len(expected)
    if len(expected) > 1:
        assert permutations.orbit(start, (tuple(f), tuple(g)), len(expected) - 1) is None


@given(st.permutations(range(5)), st.integers(0, 31), st.integers(0, 31))
def test_permuting_moves_letters(images, x: int, z: int):
    before = to_word(Pauli(x, z), 5)
    after = to_word(permutations.permute(Pauli(x, z), tuple(images)), 5)
    assert all(after[images[i]] == before[i] for i in range(5))


def test_cycles():
    assert permutations.from_cycles([(0, 1, 2)], 4) == (1, 2, 0, 3)
    assert permutations.from_cycles([], 2) == (0, 1)
    assert permutations.from_cycles([(0, 1), (1, 2)], 3) is None
    assert permutations.from_cycles([(0, 0)], 3) is None
    assert permutations.from_cycles([(0, 5)], 3) is None


@pytest.mark.parametrize(
    ("kind", "arguments", "reference"),
    [
        ("path", [5], nx.path_graph(5)),
        ("path", [0], nx.path_graph(0)),
        ("cycle", [6], nx.cycle_graph(6)),
        ("complete", [5], nx.complete_graph(5)),
        ("star", [5], nx.star_graph(4)),
        (
            "grid",
            [3, 4],
            nx.convert_node_labels_to_integers(nx.grid_2d_graph(3, 4), ordering="sorted"),
        ),
        ("regular", [3, 8, 1], nx.random_regular_graph(3, 8, 1)),
    ],
)
def test_named_graphs(kind: str, arguments: list[int], reference: nx.Graph):
    graph = graphs.construct(kind, arguments)
    assert graph.order == reference.number_of_nodes()
    assert set(graph.edges) == {(min(edge), max(edge)) for edge in reference.edges}
    assert list(graph.edges) == sorted(graph.edges)
    for node in range(graph.order):
        assert graph.neighbours(node) == sorted(reference.neighbors(node))


@pytest.mark.parametrize("degree", [0, 2, 5, 6, 9])
def test_regular_graphs_are_regular(degree: int):
    graph = graphs.construct("regular", [degree, 10, 3])
    assert all(len(graph.neighbours(node)) == degree for node in range(10))
    assert graph.edges == graphs.construct("regular", [degree, 10, 3]).edges


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("cycle", [2]),
        ("path", [-1]),
        ("regular", [3, 5, 1]),
        ("regular", [5, 5, 1]),
        ("complete", [5_000]),
        ("grid", [10**9, 0]),
    ],
)
def test_graphs_that_cannot_exist(kind: str, arguments: list[int]):
    with pytest.raises(graphs.GraphError):
        graphs.construct(kind, arguments)


def test_graphs_from_networkx():
    graph = nx.Graph()
    graph.add_edge("b", "a", weight=0.1)
    graph.add_edge("a", "c", weight="1/3")
    found = graphs.from_networkx(graph)
    assert found.edges == ((0, 1), (1, 2))
    assert found.weight(1, 0) == Fraction(1, 10)
    assert found.weight(1, 2) == Fraction(1, 3)
    assert found.weight(0, 2) is None
    assert graphs.from_networkx(nx.Graph([(10, 2)])).edges == ((0, 1),)
    for bad in (nx.DiGraph([(0, 1)]), nx.MultiGraph([(0, 1)]), nx.Graph([(0, 0)])):
        with pytest.raises(graphs.GraphError):
            graphs.from_networkx(bad)
