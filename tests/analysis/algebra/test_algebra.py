"""The Lie algebra of whole ansatzes: bounds where they must be, closed forms, claims, and the command."""

from __future__ import annotations

import io
import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qansatz import driver
from qansatz.analysis.algebra.algebra import algebra
from qansatz.analysis.algebra.families import (
    closed_forms,
    fit,
    named_forms,
    progressions,
    summands,
    types,
)
from qansatz.lie import classical
from qansatz.lie.classification import classify, contains
from qansatz.lie.closure import Limit
from qansatz.pauli.strings import from_word
from qansatz.pauli.tables import PauliTable
from qansatz.source import Source
from qansatz.tools.cli import main
from tests.lie.test_classification import CHAINS, of, placed
from tests.models.statements import table_of
from tests.oracles import algebra as oracle

FOLDER = Path(__file__).parents[3] / "examples"
EXAMPLES = {
    ("slpa", None): ("4*su(4)", 60),
    ("sc", None): ("4*su(4)", 60),
    ("nsc", None): ("su(16)", 255),
    ("slpa6", None): ("4*su(16)", 1020),
    ("slpa8", None): ("4*su(64)", 16380),
    ("xgenerators", 8): ("36*u(1)", 36),
    ("tfim_individual", 6): ("2*so(12)", 132),
    ("tfim_individual", 300): ("2*so(600)", 359400),
    ("efficient_su2", 4): ("su(16)", 255),
}


def compiled(body, n=3, **settings_):
    head = f"qans 1\nansatz a(n: int = {n}) {{\nqubits q[n]\n"
    return driver.compile_source(Source("a.qans", head + body + "\n}\n"), settings=settings_)


def found(body, n=3):
    return algebra(compiled(body, n).ansatz)


@pytest.mark.parametrize(("file", "n"), EXAMPLES)
def test_examples_have_their_algebras(file, n):
    sizes = {} if n is None else {"n": n}
    report = driver.compile_file(str(FOLDER / f"{file}.qans"), settings=sizes).algebra
    assert (report.name, report.dimension) == EXAMPLES[file, n]
    assert report.exact


def test_a_sum_counts_as_its_strings_where_others_tell_them_apart():
    report = found(
        "param a[4]\nrot(Z[0]*Z[1] + Z[1]*Z[2], a[0])\nfor i in q { rot(X[i], a[1 + i]) }"
    )
    assert (report.exact, report.name) == (True, "su(4)")


def test_sums_that_stay_are_closed_exactly_or_bounded():
    model = compiled("param a[2]\nrot(Z[0] + Z[1] + Z[2], a[0])\nrot(X[0], a[1])").ansatz
    report = algebra(model)
    assert (report.exact, report.name, report.dimension) == (True, "su(2) + u(1)", 4)
    assert [report.contains(from_word(w)) for w in ("YII", "IZI", "XXI")] == [True, False, False]
    stopped = algebra(model, limit=Limit(seconds=0.0))
    assert (stopped.known, stopped.dimension, stopped.limit_reached) == ("upper bound", 5, True)
    assert 1 <= stopped.at_least <= 4
    assert "sums" in stopped.hypotheses[0]
    assert [stopped.contains(from_word(w)) for w in ("YII", "XXI")] == [None, False]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_taking_sums_apart_is_the_closure_of_the_sums(data):
    """Against the exact closure of the sums by elimination over the rationals."""
    n = data.draw(st.integers(1, 3))
    words = st.text("IXYZ", min_size=n, max_size=n).filter(lambda w: set(w) != {"I"})
    sums = data.draw(st.lists(st.lists(words, min_size=1, max_size=3, unique=True), max_size=4))
    statements = [
        f"rot({' + '.join(f'p{chr(34)}{w}{chr(34)}' for w in terms)}, a[{k}])"
        for k, terms in enumerate(sums)
        if commuting(terms)
    ]
    if not statements:
        return
    model = compiled("param a[4]\n" + "\n".join(statements), n).ansatz
    dimension = rational_dimension([terms for terms in sums if commuting(terms)])
    assert algebra(model).dimension == dimension
    assert algebra(model).exact
    apart = algebra(model, limit=Limit(seconds=0.0))
    if apart.exact:
        assert apart.dimension == dimension
    else:
        assert apart.at_least <= dimension <= apart.dimension


def commuting(words):
    table = table_of(words)
    return not table.anticommutation().any()


def rational_dimension(sums):
    """The dimension of the Lie algebra of i·sums, brackets by dictionaries of exact coefficients."""
    basis = {}

    def reduced(vector):
        while vector:
            lead = max(vector)
            if lead not in basis:
                return vector
            factor = vector[lead] / basis[lead][lead]
            vector = {
                k: c
                for k in {*vector, *basis[lead]}
                if (c := vector.get(k, 0) - factor * basis[lead].get(k, 0))
            }
        return None

    def bracket(a, b):
        total = {}
        for p, c in a.items():
            for q, d in b.items():
                product = oracle.Pauli(*p) * oracle.Pauli(*q)
                if product.phase % 2:
                    key = product[:2]
                    total[key] = total.get(key, 0) + c * d * (1 if product.phase == 1 else -1)
        return {k: c for k, c in total.items() if c}

    generators = [{p[:2]: Fraction(1) for p in table_of(words).paulis()} for words in sums]
    left = list(generators)
    while left:
        vector = left.pop()
        rest = reduced(vector)
        if rest:
            basis[max(rest)] = rest
            left += [bracket(rest, g) for g in generators]
    return len(basis)


def test_bounds_say_why():
    tied = found(TIED, 2)
    assert (tied.known, tied.at_least, tied.dimension, tied.name) == (
        "upper bound",
        4,
        6,
        "2*su(2)",
    )
    assert "brings all rotations of one parameter in a layer together" in tied.hypotheses[0]
    fixed = found("param a[2]\nrot(X[0], a[0])\nrot(Z[0], 0.3)\nrot(X[0], a[1])", 1)
    assert (fixed.known, fixed.dimension) == ("upper bound", 3)
    assert "fixed angles" in fixed.hypotheses[0]


def test_whole_layers_may_generate_what_their_places_do():
    tied = found("param a[2]\nrot(X[0], a[0])\nrot(Z[0], 2 * a[0])\nrot(Z[1], a[1])", 2)
    assert (tied.known, tied.dimension, tied.name) == ("exact", 4, "su(2) + u(1)")
    assert "whole layers generate as much" in tied.method


def test_fixed_rotations_that_cannot_matter_do_not():
    assert found("param a\nrot(Z[0], 0.3)\nrot(X[0], a)\nrot(Z[0], 0.3)", 1).exact
    inside = found(
        "param a[3]\nrot(X[0], a[0])\nrot(Z[0], a[1])\nrot(Y[0], 0.3)\nrot(X[0], a[2])", 1
    )
    assert (inside.exact, inside.dimension) == (True, 3)
    beside = found("param a[2]\nrot(X[0], a[0])\nrot(X[1], 0.3)\nrot(X[0], a[1])", 2)
    assert (beside.exact, beside.dimension) == (True, 1)


def test_encoding_is_left_out_and_identities_do_not_count():
    report = found(
        "param a\ninput x\nencode { rot(Z[0], x) }\nrot(X[0], a)\nencode { rot(Z[0], x) }", 1
    )
    assert (report.exact, report.name) == (True, "u(1)")
    assert "encode" in report.hypotheses[0]
    assert found("param a\nrot(X[0] * X[0], a)", 1).name == "0"
    assert found("param a", 1).dimension == 0


def test_a_report_is_text_and_a_table_for_notebooks():
    report = found("param a[2]\nrot(X[0], a[0])\nrot(Z[0], a[1])", 2)
    assert "Lie algebra: su(2)" in str(report)
    assert "<td>su(2)</td>" in report._repr_html_()
    assert "2 of dimension 2" in str(report)


@pytest.mark.parametrize("family", CHAINS["families"])
def test_open_chains_have_closed_forms_that_hold_beyond_the_sizes_used(family):
    words = CHAINS["families"][family]["strings"]

    def dimension(n):
        return of(placed(words, n), n).dimension

    forms = closed_forms({n: ((), (dimension(n),)) for n in range(2, 43)})
    assert forms is not None
    assert forms[0].period == {"a3": 8, "a5": 6}.get(family, forms[0].period) <= 8
    if family not in ("a3", "a5"):
        assert forms[0].period <= 2
    for form in forms:
        for n in (form.verified[-1] + form.period, form.verified[-1] + 12 * form.period):
            assert form.formulas[0].value(n) == dimension(n)
            assert form.expressions(symbol())[0].subs(symbol(), n) == dimension(n)


def symbol():
    import sympy

    return sympy.Symbol("n")


def test_types_have_closed_forms():
    def chain(n):
        return types([c.ideal for c in of(placed(["XX", "YY", "ZZ"], n), n).components])

    forms = closed_forms({n: chain(n) for n in range(2, 30)})
    assert [(f.period, f.residue, f.shape) for f in forms] == [(2, 0, ("su",)), (2, 1, ("su",))]
    shown = [[str(e) for e in f.expressions(symbol())] for f in forms]
    assert shown == [["2**(n - 2)", "4"], ["2**(n - 1)", "1"]]
    assert [f.verified[0] for f in forms] == [4, 3]


def equivariant_ideals(n):
    return [*(classical.Ideal("su", k) for k in range(n + 1, 1, -2)), classical.Ideal("u", 1)]


def test_ideals_whose_number_grows_have_a_closed_form():
    shape, numbers = progressions(equivariant_ideals(8))
    assert (shape, numbers) == (("su:2", "u"), (9, 4, 1, 1, 1))
    forms = named_forms({n: equivariant_ideals(n) for n in range(3, 15)})
    assert [(f.residue, f.shape, f.verified[0]) for f in forms] == [
        (0, ("su:2", "u"), 6),
        (1, ("su:2", "u"), 5),
    ]
    for form in forms:
        for n in (form.verified[-1] + 2, form.verified[-1] + 20):
            values = [formula.value(n) for formula in form.formulas]
            made = [
                classical.Ideal(one.family, int(one.parameter) - k * one.step, int(one.copies))
                for one in summands(form.shape, values)
                for k in range(int(one.length or 1))
            ]
            assert classical.collected(made) == classical.collected(equivariant_ideals(n))


@given(
    st.lists(
        st.tuples(st.sampled_from(["su", "so", "sp", "u"]), st.integers(1, 30), st.integers(1, 3)),
        max_size=12,
    )
)
def test_progressions_keep_every_ideal(drawn):
    given_ = classical.collected(classical.Ideal(*each) for each in drawn)
    shape, numbers = progressions(given_)
    made = [
        classical.Ideal(one.family, one.parameter - k * one.step, one.copies)
        for one in summands(shape, numbers)
        for k in range(one.length or 1)
    ]
    assert classical.collected(made) == given_


def test_ideals_that_follow_no_form_give_none():
    sizes = {n: [classical.Ideal("su", k * k + 2) for k in range(n)] for n in range(3, 15)}
    assert named_forms(sizes) is None


def test_data_that_do_not_determine_a_formula_give_none():
    assert fit([1, 2, 3], [1, 2, 3], 1) is None
    assert fit([1, 2, 3, 4], [1, 2, 3, 4], 1) is not None
    assert closed_forms({n: ((), (2**n % 37,)) for n in range(3, 40)}) is None
    assert closed_forms({}) is None
    assert closed_forms({4: ((), (3,))}) is None


@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=3),
    st.sampled_from([0, 1, 2]),
    st.integers(1, 5),
    st.integers(1, 12),
)
def test_formulas_of_the_known_shapes_are_found(polynomial, power, factor, first):
    sizes = range(first, first + 12)
    values = [
        sum(c * n**k for k, c in enumerate(polynomial)) + factor * 2 ** (power * n) for n in sizes
    ]
    formula = fit(sizes, values, 1)
    assert formula is not None
    assert [formula.value(n) for n in sizes] == values
    expression = formula.expression(symbol())
    assert [expression.subs(symbol(), n) for n in sizes] == values


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("so(6)", 15),
        ("sp(1) + 2*u(1)", 5),
        ("u(3)", 9),
        ("so(4)", 6),
        ("0", 0),
        ("2^3 * su(2^5)", 8184),
    ],
)
def test_names_are_read_as_they_are_written(text, dimension):
    ideals = classical.parsed(text)
    assert sum(ideal.dimension for ideal in ideals) == dimension
    assert classical.parsed(classical.name(ideals)) == ideals


@pytest.mark.parametrize(
    "text", ["", "su", "su(0x1)", "SU(2)", "su(2) +", "su(2)^2", "e(8)", "su(-1)"]
)
def test_what_is_no_name_is_none(text):
    assert classical.parsed(text) is None


ISING = (
    "param a[n]\nparam b[n - 1]\nfor i in q { rot(X[i], a[i]) }\n"
    "for i in 0..<n - 1 { rot(Z[i] * Z[i + 1], b[i]) }\nobservable e = X[0]\n"
)
#: Whole layers generate an algebra of dimension 4, their places one of dimension 6.
TIED = (
    "param a[2]\nrot(Z[0] * Y[1], a[0])\nrot(Z[0] * X[1], a[1])\nrot(Z[0] * Y[1], a[1])\n"
    "rot(Y[1], a[1])\nrot(X[1], a[1])\nobservable e = X[0]\n"
)


@pytest.mark.parametrize(
    ("body", "claim", "code"),
    [
        (ISING, "algebra.dimension <= n * (2 * n - 1)", None),
        (ISING, "algebra.dimension == 14", "QA214"),
        (ISING, "algebra.dimension < 4 * pi", "QA214"),
        (ISING, 'algebra.name == "so(6)"', None),
        (ISING, 'algebra.name == "su(4)"', None),
        (ISING, 'algebra.name != "su(4)"', "QA214"),
        (ISING, 'algebra.name == "su(5)"', "QA214"),
        (ISING, 'algebra.name == "sue(5)"', "QA216"),
        (TIED, "algebra.dimension <= 6", None),
        (TIED, "algebra.dimension < 6", "QA308"),
        (TIED, "algebra.dimension > 6", "QA214"),
        (TIED, "algebra.dimension >= 5", "QA308"),
        (TIED, "algebra.dimension == 7", "QA214"),
        (TIED, "algebra.dimension != 7", None),
        (TIED, "algebra.dimension == 6", "QA308"),
        (TIED, 'algebra.name == "2*su(2)"', "QA308"),
    ],
)
def test_claims_are_decided_where_what_is_known_decides_them(body, claim, code):
    diagnostics = compiled(f"{body}require {claim}").diagnostics
    assert [d.code for d in diagnostics if d.code[2] == "2" or d.code == "QA308"] == [code] * bool(
        code
    )


def test_checking_without_such_a_claim_does_not_import_it():
    import subprocess
    import sys

    script = (
        "import sys; from qansatz import driver\n"
        f"driver.check(driver.read({str(FOLDER / 'tfim.qans')!r}))\n"
        "sys.exit('qansatz.lie.classification' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def run(capsys, *arguments):
    code = main.main(["algebra", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_command_shows_and_lists(capsys):
    file = str(FOLDER / "tfim_individual.qans")
    code, out, _ = run(capsys, file, "--set", "n=4")
    assert code == 0
    assert "2*so(8)" in out
    code, out, _ = run(capsys, file, "--set", "n=4", "--json")
    answer = json.loads(out)
    assert answer["algebra"]["dimension"] == "56"
    assert answer["algebra"]["name"] == "2*so(8)"
    assert answer["algebra"]["exact"] is True
    (component,) = answer["algebra"]["components"]
    keys = {"family": "so", "parameter": 8, "copies": 2, "dimension": "56", "n_generators": 8}
    assert component | keys == component
    code, out, err = run(capsys, file, "--set", "n=4", "--elements")
    words = out.split()
    assert (code, err, len(words), len(set(words))) == (0, "", 56, 56)
    model = driver.compile_file(file, settings={"n": 4}).ansatz
    expected = oracle.quick_closure(model.rotations.strings.paulis())
    assert set(table_of(words).paulis()) == expected


def test_a_limit_is_told_and_is_3(capsys):
    file = str(FOLDER / "slpa.qans")
    code, out, err = run(capsys, file, "--elements", "--most", "7")
    assert (code, len(out.split())) == (3, 7)
    assert "limit of 7 strings of 60" in err
    code, out, _ = run(capsys, file, "--elements", "--most", "7", "--json")
    assert code == 3
    assert json.loads(out)["elements"]["complete"] is False


def test_sums_are_told(capsys):
    file = str(FOLDER / "tfim.qans")
    code, out, _ = run(capsys, file, "--set", "n=5", "--json")
    answer = json.loads(out)["algebra"]
    assert (code, answer["name"], answer["exact"]) == (0, "4*su(2) + 2*u(1)", True)
    assert answer["components"][0]["n_generators"] is None
    code, out, _ = run(capsys, file, "--seconds", "0")
    assert code == 3
    assert "to 240" in out
    assert "the limit of 0 seconds was reached" in out
    code, out, err = run(capsys, file, "--set", "n=4", "--elements")
    assert (code, len(set(out.splitlines()))) == (0, 11)
    assert "8 permutations" in err
    code, out, _ = run(capsys, file, "--set", "n=4", "--elements", "--most", "5", "--json")
    listed = json.loads(out)["elements"]
    assert (code, len(listed["sums"]), listed["complete"]) == (3, 5, False)
    code, out, _ = run(capsys, file, "--vary", "n=3..10")
    assert code == 0
    assert "3*n - 1" in out
    assert "(n - 1)*su(2) + 2*u(1)" in out


def test_membership_is_told(capsys):
    code, out, _ = run(
        capsys, str(FOLDER / "slpa.qans"), "--contains", "XXII", "--contains", "ZIII"
    )
    assert (code, out) == (0, "XXII  yes\nZIII  no\n")


def test_families_are_told(capsys):
    file = str(FOLDER / "tfim_individual.qans")
    code, out, _ = run(capsys, file, "--vary", "n=3..12")
    assert code == 0
    assert "4*n^2 - 2*n  3..12" in out
    assert "2*so(2*n)    4..12" in out
    code, out, _ = run(capsys, file, "--vary", "n=3..12", "--format", "latex")
    assert r"\dim\mathfrak{g} &= 4 n^{2} - 2 n" in out
    assert r"\mathfrak{so}(2 n)^{\oplus 2}" in out
    code, out, err = run(capsys, file, "--vary", "n=1..12", "--json")
    family = json.loads(out)["family"]
    assert family["left_out"] == [1, 2]
    assert family["dimension"][0]["formula"] == "4*n^2 - 2*n"
    assert family["dimension"][0]["verified"] == [*range(3, 13)]
    assert "n = 1, 2" in err


def test_families_with_more_and_more_ideals_are_told(capsys):
    file = str(FOLDER / "equivariant.qans")
    code, out, _ = run(capsys, file, "--vary", "n=3..12")
    assert code == 0
    assert "(su(n + 1) + su(n - 1) + ... + su(3)) + u(1)  6..12 in steps of 2" in out
    out = run(capsys, file, "--vary", "n=3..12", "--format", "latex")[1]
    assert r"\bigoplus_{k=0}^{\frac{n}{2} - 1} \mathfrak{su}(- 2 k + n + 1) \oplus" in out
    code, out, err = run(capsys, str(FOLDER / "heisenberg.qans"), "--vary", "n=4..6")
    assert code == 0
    assert "no closed form" in err


def test_families_are_read_once_from_standard_input(capsys, monkeypatch):
    text = (FOLDER / "tfim_individual.qans").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text), "utf-8"))
    code, out, _ = run(capsys, "-", "--vary", "n=3..8")
    assert code == 0
    assert "4*n^2 - 2*n  3..8" in out


def test_an_interrupt_gives_the_best_result_so_far(capsys, monkeypatch):
    from qansatz.analysis.algebra import sums

    whole = sums.sum_algebra

    def interrupted(model, chosen, *, limit, progress, after):
        if limit.seconds is None:
            raise KeyboardInterrupt
        return whole(model, chosen, limit=limit, progress=progress, after=after)

    monkeypatch.setattr(sums, "sum_algebra", interrupted)
    code, out, _ = run(capsys, str(FOLDER / "tfim.qans"))
    assert code == 3
    assert "to 240" in out


def test_a_stopped_closure_is_kept_and_gone_on_with(capsys, tmp_path):
    file, kept = str(FOLDER / "heisenberg.qans"), tmp_path / "closure"
    sizes = ("--set", "n=6", "--resume", str(kept), "--json")
    code, out, err = run(capsys, file, "--seconds", "0", *sizes)
    stopped = json.loads(out)["algebra"]
    assert (code, stopped["exact"], kept.exists()) == (3, False, True)
    assert "goes on from there" in err
    code, out, _ = run(capsys, file, *sizes)
    whole = json.loads(run(capsys, file, "--set", "n=6", "--json")[1])["algebra"]
    assert (code, json.loads(out)["algebra"]) == (0, whole)
    assert run(capsys, str(FOLDER / "tfim.qans"), "--resume", str(kept))[0] == 2
    assert run(capsys, file, *sizes[:-1], "--vary", "n=3..4")[0] == 2
    nowhere = str(tmp_path / "no" / "closure")
    assert run(capsys, file, "--set", "n=6", "--seconds", "0", "--resume", nowhere)[0] == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("--contains", "XX"),
        ("--contains", "AAAA"),
        ("--most", "0"),
        ("--vary", "n"),
        ("--vary", "n=5..3"),
        ("--vary", "n=1..9999999999"),
        ("--vary", "n=3..4", "--elements"),
    ],
)
def test_what_cannot_be_used_is_2(capsys, arguments):
    assert run(capsys, str(FOLDER / "slpa.qans"), *arguments)[0] == 2


def test_random_membership_of_a_large_algebra():
    table = PauliTable.from_paulis([*placed(["XI", "YI", "ZZ"], 100)], 100)
    large = classify(table)
    assert all(contains(large, table.pauli(k)) for k in range(0, len(table), 7))


def test_options_without_effect_are_told(capsys, tmp_path):
    strings, sums = str(FOLDER / "tfim_individual.qans"), str(FOLDER / "tfim.qans")
    kept = tmp_path / "closure"
    code, out, err = run(capsys, strings, "--resume", str(kept))
    assert (code, kept.exists(), out != "") == (0, False, True)
    assert f"{kept} was not used" in err
    assert "not used" not in run(capsys, sums, "--set", "n=4", "--resume", str(kept))[2]
    code, out, err = run(capsys, strings, "--format", "latex")
    assert (code, out) == (2, "")
    assert "goes with --vary" in err


def test_the_evidence_of_a_dimension_is_told(capsys, monkeypatch):
    def evidence(file: str) -> str:
        out = run(capsys, str(FOLDER / file), "--set", "n=4", "--json")[1]
        return json.loads(out)["algebra"]["evidence"]

    assert evidence("tfim_individual.qans").startswith("classification")
    assert evidence("tfim.qans").startswith("lift")
    monkeypatch.setattr("qansatz.lie.closure.State._certificate", _agreement)
    assert evidence("tfim.qans").startswith("2 primes agree")
    sizes = (str(FOLDER / "tfim.qans"), "--set", "n=4")
    assert "evidence: 2 primes agree" in run(capsys, *sizes)[1]
    code, out, err = run(capsys, *sizes, "--elements", "--quiet")
    assert (code, out) == (3, "")
    assert "no basis is listed" in err
    assert "on which primes agree" in err
    assert "orbit" not in err
    out = run(capsys, *sizes, "--elements", "--json")[1]
    assert "no basis is listed" in json.loads(out)["elements"]["reason"]


def _agreement(self, agreeing, cost):
    return "primes" if len(agreeing) > 1 else None
