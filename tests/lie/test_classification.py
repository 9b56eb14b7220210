"""The Lie algebra of strings against its closure, element by element, and against published dimensions."""

from __future__ import annotations

import json
from itertools import combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz.lie import classical
from qansatz.lie.classification import centre, classify, contains, radical
from qansatz.lie.elements import elements
from qansatz.lie.line_graphs import root_graph
from qansatz.lie.sectors import commutant, sectors
from qansatz.pauli.strings import Pauli, anticommute
from qansatz.pauli.tables import PauliTable
from tests.models.statements import table_of
from tests.oracles import algebra as oracle
from tests.oracles.pauli import all_paulis

DATA = json.loads((Path(__file__).parent.parent / "data" / "algebras.json").read_text("utf-8"))
CHAINS = DATA["open_chains"]


def of_words(*words):
    return classify(table_of(words))


def of(paulis, n_qubits):
    return classify(PauliTable.from_paulis(paulis, n_qubits))


def placed(words, n, closed=False):
    """Each two-letter word on every pair of neighbours of a chain."""
    pairs = [(i, (i + 1) % n) for i in range(n if closed else n - 1)]
    return [
        Pauli(
            sum((letter in "XY") << i for letter, i in zip(word, pair, strict=True)),
            sum((letter in "YZ") << i for letter, i in zip(word, pair, strict=True)),
        )
        for word in words
        for pair in pairs
    ]


@st.composite
def strings(draw, most_qubits=6, most=9):
    """Any strings, few-body ones, pairs of Majorana operators, trees; with twins by one string and a product."""
    n = draw(st.integers(1, most_qubits))
    bits = st.integers(0, 2**n - 1)
    any_string = st.builds(Pauli, bits, bits)
    few = st.builds(
        lambda i, j, x, z: Pauli(x & (1 << i | 1 << j), z & (1 << i | 1 << j)),
        *(st.integers(0, n - 1), st.integers(0, n - 1), bits, bits),
    )
    majorana = [Pauli(1 << k // 2, ((1 << k // 2) - 1) | (k % 2) << k // 2) for k in range(2 * n)]
    pairs = st.tuples(st.sampled_from(majorana), st.sampled_from(majorana)).map(
        lambda p: Pauli(p[0].x ^ p[1].x, p[0].z ^ p[1].z)
    )
    kind = draw(st.sampled_from([any_string, few, pairs, None]))
    chosen = draw(trees(n)) if kind is None else draw(st.lists(kind, max_size=most))
    factor = draw(any_string)
    twins = draw(st.lists(st.sampled_from(chosen), max_size=3)) if chosen else []
    found = chosen + [Pauli(p.x ^ factor.x, p.z ^ factor.z) for p in twins]
    dependent = draw(st.lists(st.sampled_from(found), max_size=3)) if found else []
    x = z = 0
    for p in dependent:
        x, z = x ^ p.x, z ^ p.z
    return n, [*found, Pauli(x, z)]


@st.composite
def trees(draw, n):
    """Strings whose anticommutation graph is a tree, a star among them: X_k with a Z on the parent."""
    parents = [draw(st.integers(0, k - 1)) for k in range(1, n)]
    if draw(st.booleans()):
        parents = [0] * (n - 1)
    return [Pauli(1, 0), *(Pauli(1 << k, 1 << j) for k, j in enumerate(parents, start=1))]


@settings(max_examples=300, deadline=None)
@given(strings())
def test_dimension_and_components_are_those_of_the_closure(drawn):
    n, paulis = drawn
    algebra, closure = of(paulis, n), oracle.quick_closure(paulis)
    assert algebra.dimension == len(closure)
    if len(closure) <= 256:
        found = sorted(component.dimension for component in algebra.components)
        assert found == oracle.simple_dimensions(closure)


@settings(max_examples=100, deadline=None)
@given(strings(most_qubits=4))
def test_membership_and_centre_are_those_of_the_closure(drawn):
    n, paulis = drawn
    algebra, closure = of(paulis, n), oracle.closure(paulis)
    assert {p for p in all_paulis(n) if contains(algebra, p)} == closure
    assert set(centre(algebra).paulis()) == oracle.centre(closure)


@settings(max_examples=60, deadline=None)
@given(strings(most_qubits=3))
def test_symmetries_generate_all_that_commutes_and_split_the_space_as_said(drawn):
    n, paulis = drawn
    table = PauliTable.from_paulis(paulis, n)
    everything = [p for p in all_paulis(n) if not any(anticommute(p, q) for q in paulis)]
    assert 2 ** len(commutant(table)) == len(everything)
    found = sectors(table)
    assert not any(
        anticommute(p, q) for p, q in product(found.symmetries, [*paulis, *found.symmetries])
    )
    assert found.log2_count + found.log2_dimension == n
    central = [p for p in everything if not any(anticommute(p, q) for q in everything)]
    assert 2**found.n_central == len(central)
    largest = max(
        (
            len(chosen)
            for size in range(n + 1)
            for chosen in combinations(everything, size)
            if not any(anticommute(p, q) for p, q in combinations(chosen, 2))
            and 2**size == len(products(chosen))
        ),
        default=0,
    )
    assert found.log2_count == largest
    assert found.log2_multiplicity == largest - found.n_central


def products(paulis):
    found = {(0, 0)}
    for p in paulis:
        found |= {(x ^ p.x, z ^ p.z) for x, z in found}
    return found


@settings(max_examples=100, deadline=None)
@given(strings(most_qubits=4))
def test_the_radical_holds_the_products_that_commute_with_the_component(drawn):
    n, paulis = drawn
    algebra = of(paulis, n)
    for component in algebra.components:
        own = algebra.strings.take(list(component.generators)).paulis()
        central = {v for v in products(own) if not any(anticommute(Pauli(*v), g) for g in own)}
        assert products(radical(algebra, component)) == central


@pytest.mark.parametrize("family", CHAINS["families"])
def test_open_chains_have_the_published_dimensions(family):
    entry = CHAINS["families"][family]
    for n, expected in zip(CHAINS["n"], entry["dim"], strict=True):
        assert of(placed(entry["strings"], n), n).dimension == expected


@pytest.mark.parametrize("family", CHAINS["families"])
def test_closed_chains_and_the_open_ones_of_seven_qubits_are_those_of_the_closure(family):
    words = CHAINS["families"][family]["strings"]
    for n, closed in [(3, True), (4, True), (5, True), (7, False)]:
        paulis = placed(words, n, closed)
        assert of(paulis, n).dimension == len(oracle.quick_closure(paulis))


@pytest.mark.parametrize("case", DATA["slpa"]["cases"], ids=str)
def test_stabilizer_logical_circuits_have_the_published_dimensions(case):
    n, s, expected = case["n"], case["s"], case["dim"]
    logicals = [p for k in range(n - s) for p in (Pauli(1 << k, 0), Pauli(0, 1 << k))]
    pairs = [Pauli(p.x ^ q.x, p.z ^ q.z) for p, q in combinations(logicals, 2)]
    stabilizers = products([Pauli(0, 1 << k) for k in range(n - s, n)])
    generators = [Pauli(p.x ^ x, p.z ^ z) for p in logicals + pairs for x, z in stabilizers]
    algebra = of(generators, n)
    assert algebra.dimension == expected == 4**n // 2**s - 2**s
    assert algebra.name == f"{2**s}*su({2 ** (n - s)})"


@pytest.mark.parametrize("n", [2, 3, 4, 5, 8, 40, 200])
def test_the_ising_chain_is_free_fermions(n):
    paulis = [Pauli(1 << i, 0) for i in range(n)] + [Pauli(0, 3 << i) for i in range(n - 1)]
    algebra = of(paulis, n)
    assert algebra.dimension == n * (2 * n - 1)
    assert algebra.components[0].kind == "free-fermion"
    assert algebra.name == {2: "2*su(2)", 3: "su(4)"}.get(n, f"so({2 * n})")
    assert contains(algebra, Pauli(0, 1 | 1 << (n - 1), 2)) == (n == 2)
    assert contains(algebra, Pauli((1 << n) - 1 & ~1 & ~(1 << n - 1), 1 | 1 << (n - 1)))


@pytest.mark.parametrize("n", [2, 3, 4, 64, 65, 300])
def test_single_letters_and_bonds_are_universal(n):
    letters = [p for i in range(n) for p in (Pauli(1 << i, 0), Pauli(0, 1 << i))]
    algebra = of(letters + [Pauli(0, 3 << i) for i in range(n - 1)], n)
    assert algebra.dimension == 4**n - 1
    assert contains(algebra, Pauli(1, 1 << (n - 1)))
    assert not contains(algebra, Pauli(0, 0))


def test_stars_are_not_abelian():
    """A centre with leaves that commute: other software names these so(2)."""
    assert of_words("XII", "ZII", "ZZI", "ZIZ").name == "4*su(2)"
    assert of_words("XII", "ZII", "ZZI", "ZIZ").dimension == 12
    assert of_words("XIII", "ZIII", "ZZII", "ZIZI", "ZIIZ").name == "8*su(2)"
    assert of_words("X", "Z").name == "su(2)"


@pytest.mark.parametrize(
    ("words", "name", "dimension"),
    [
        (("II",), "0", 0),
        (("XI", "XI"), "u(1)", 1),
        (("XI", "IX", "II"), "2*u(1)", 2),
        (("X", "Y", "Z"), "su(2)", 3),
        (("XI", "YI", "ZX"), "2*su(2)", 6),
        (("XI", "ZI", "IX"), "su(2) + u(1)", 4),
        (("XI", "ZI", "IX", "IZ"), "2*su(2)", 6),
        (("XX", "YX", "ZX"), "2*su(2)", 6),
        (("XI", "ZZ", "IX", "IZ"), "sp(2)", 10),
        (("XI", "IX", "ZZ", "ZI", "IZ"), "su(4)", 15),
    ],
)
def test_small_algebras_have_their_canonical_names(words, name, dimension):
    algebra = of_words(*words)
    assert (algebra.name, algebra.dimension) == (name, dimension)


def test_every_case_of_the_classification_occurs_under_its_dimension():
    found = {}
    for family in CHAINS["families"].values():
        for n in (4, 5, 6, 7):
            for component in of(placed(family["strings"], n), n).components:
                found.setdefault(component.kind, component)
                ideal = classical.Ideal(component.family, component.parameter, component.copies)
                assert component.dimension == ideal.dimension
    assert found.keys() == {"central", "free-fermion", "unitary", "orthogonal", "symplectic"}


@settings(max_examples=150, deadline=None)
@given(
    st.integers(5, 9).flatmap(
        lambda k: st.sets(
            st.tuples(st.integers(0, k - 1), st.integers(0, k - 1)).filter(lambda e: e[0] < e[1]),
            max_size=16,
        )
    )
)
def test_the_root_of_a_line_graph_is_found_again(edges):
    edges = sorted(edges)
    rows = line_rows(edges)
    if not edges or not connected(rows) or len(set(rows)) != len(rows) or len(rows) < 4:
        return
    found = root_graph(rows)
    assert found is not None
    assert line_rows(found) == rows


@pytest.mark.parametrize(
    "edges",
    [
        [(0, 1), (0, 2), (0, 3), (2, 4), (3, 5)],
        [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (5, 0), (5, 1), (5, 2), (5, 3), (5, 4)],
    ],
)
def test_graphs_that_are_no_line_graphs_have_no_root(edges):
    """The claw with two longer legs, and the wheel with five spokes."""
    n = 1 + max(map(max, edges))
    rows = [sum(1 << b for a, b in sides(edges) if a == i) for i in range(n)]
    assert len(set(rows)) == n
    assert root_graph(rows) is None


def sides(edges):
    return [*edges, *((b, a) for a, b in edges)]


def line_rows(edges):
    return [sum(1 << k for k, f in enumerate(edges) if len({*e, *f}) == 3) for e in edges]


def connected(rows):
    seen, frontier = 1, 1
    while frontier:
        reached = 0
        for k, row in enumerate(rows):
            if frontier >> k & 1:
                reached |= row
        frontier = reached & ~seen
        seen |= reached
    return seen == (1 << len(rows)) - 1


def test_many_generators_and_many_components_follow_the_small_ones():
    def ising(n, *more):
        return of([*placed(["XI", "ZZ"], n), Pauli(1 << n - 1, 0), *more], n)

    assert ising(700).name == "so(1400)"
    assert ising(700, Pauli(0, 1)).name == "so(1401)"
    inside = Pauli(0, 4)
    paulis = [*placed(["XI", "ZZ"], 4), Pauli(8, 0), inside]
    assert len(oracle.quick_closure(paulis)) == ising(4, inside).dimension
    assert ising(4, inside).name == "so(16)"
    assert ising(700, inside).name == "so(2^700)"
    assert of(placed(["XI"], 700), 700).name == "699*u(1)"
    pairs = placed(["XI", "ZZ"], 700)
    assert (
        of([p for p in pairs if (p.x | p.z).bit_length() % 3], 700).name
        == "232*sp(2) + 2*su(2) + u(1)"
    )


@settings(max_examples=150, deadline=None)
@given(strings(most_qubits=5), st.integers(1, 30))
def test_the_elements_are_those_of_the_closure_each_once(drawn, limit):
    n, paulis = drawn
    algebra, closure = of(paulis, n), oracle.quick_closure(paulis)
    found = elements(algebra)
    assert found.complete
    assert len(found.strings) == len(closure)
    assert set(found.strings.paulis()) == closure
    some = elements(algebra, limit)
    assert some.complete == (limit >= len(closure))
    assert len(some.strings) == min(limit, len(closure))


def test_many_elements_and_many_voltages_come_in_blocks():
    star = of([Pauli(1, 0), *(Pauli(0, 1 | 1 << k) for k in range(1, 16))], 16)
    assert star.name == "16384*su(2)"
    made = elements(star)
    assert made.complete
    assert len(set(made.strings.keys())) == star.dimension
    universal = of([p for k in range(8) for p in (Pauli(1 << k, 0), Pauli(0, 3 << k & 255))], 8)
    assert len(set(elements(universal).strings.keys())) == universal.dimension
    huge = of(
        [p for k in range(90) for p in (Pauli(1 << k, 0), Pauli(0, 1 << k), Pauli(0, 7 << k))], 92
    )
    some = elements(huge, 5000)
    assert (len(some.strings), some.complete) == (5000, False)
    assert all(contains(huge, p) for p in some.strings.paulis()[::50])
