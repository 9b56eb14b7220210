from __future__ import annotations

import copy
import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qansatz.analysis.gradient.certificate import certificate
from qansatz.analysis.gradient.certificate_check import check_certificate
from qansatz.analysis.gradient.schedule import schedule
from qansatz.driver import compile_file, compile_source
from qansatz.source import Source
from tests.analysis.gradient.test_schedule import EXAMPLES, FIELD, chain, ring
from tests.models.statements import model_of, rot, terms
from tests.strategies.programs import programs


def written(model, observable=None):
    found = schedule(model, observable, time_limit=0.5)
    return json.loads(json.dumps(certificate(found)))


@given(programs(max_qubits=3, max_statements=6))
@settings(max_examples=80, deadline=None)
def test_every_certificate_is_valid(program):
    compilation = compile_source(Source("<test>", program.text))
    model = compilation.ansatz
    assume(model.observables and len(model.rotations) < 200)
    for observable in model.observables:
        data = written(model, observable)
        check = check_certificate(compilation.written, data)
        assert check.problems == ()
        assert check.valid
        assert (check.n_circuits, check.lower_bound) == (data["n_circuits"], data["lower_bound"])


@pytest.mark.parametrize(
    "name", ["tfim", "tfim_individual", "slpa", "ry_cz", "uccsd", "heisenberg", "rbs", "sc"]
)
def test_the_certificates_of_the_examples_are_valid(name):
    compilation = compile_file(str(EXAMPLES / f"{name}.qans"))
    model = compilation.ansatz
    for observable in model.observables:
        data = written(model, observable)
        assert check_certificate(compilation.written, data).problems == ()


@pytest.mark.parametrize("name", ["u01_global_cost", "m16_projector_cost"])
@pytest.mark.parametrize("families", [False, True])
@pytest.mark.parametrize("n", [3, 6, 8])
def test_the_certificates_of_projectors_are_valid(name, families, n, monkeypatch):
    if families:
        monkeypatch.setattr("qansatz.analysis.gradient.covering.MAX_COMPARED", 0)
    compilation = compile_file(str(FIELD / f"{name}.qans"), settings={"n": n})
    observable = next(o for o in compilation.ansatz.observables if o.name == "global")
    data = written(compilation.ansatz, observable)
    assert check_certificate(compilation.written, data).problems == ()
    assert data["n_circuits"] == data["lower_bound"]


@pytest.mark.parametrize("turn", ["ry(q[0], pi / 2)", 'rot(-p"YI", pi / 2)', "rz(q[1], pi)"])
def test_fixed_clifford_rotations_are_gates_in_certificates(turn):
    lines = ("qubits q[2]", "param t[3]", "rx(q[0], t[0])", turn)
    rest = ('rot(p"ZZ", t[1])', "rx(q, t[2])", 'observable o = p"XI" + p"ZZ"')
    text = "qans 1\nansatz a() {\n" + "\n".join((*lines, *rest)) + "\n}\n"
    compilation = compile_source(Source("<test>", text))
    data = written(compilation.ansatz)
    assert check_certificate(compilation.written, data).problems == ()
    assert 1 not in data["active"]


def damaged_model():
    """Everything a certificate can hold: merged patterns, sums, a vanishing term, several circuits a class."""
    statements = chain(4, 3)
    model = model_of(4, statements, observables=[terms("ZZII", (0.5, "XIII"), (2, "IIZI"))])
    return model, written(model)


MODEL, WHOLE = damaged_model()


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for k, inner in enumerate(value):
            yield from leaves(inner, (*path, k))
    else:
        yield path


def nodes_of(value, path=()):
    if isinstance(value, dict | list):
        yield path
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from nodes_of(inner, (*path, key))


def at(data, path):
    for key in path:
        data = data[key]
    return data


def other(value, draw):
    match value:
        case None:
            return 0
        case bool():
            return not value
        case int():
            return draw(
                st.sampled_from([value + 1, value - 1, str(value), None, value + 0.5, True])
            )
        case float():
            return draw(st.sampled_from([-value, value + 1, str(value), None]))
        case str():
            k = draw(st.integers(0, len(value) - 1))
            letter = draw(st.sampled_from([c for c in "IXYZ-é" if c != value[k]]))
            return draw(
                st.sampled_from([value[:k] + letter + value[k + 1 :], value + "I", 3, None])
            )
    raise AssertionError(value)


def refused(data):
    check = check_certificate(MODEL, data)
    assert not check.valid, data
    assert check.problems[0]


def test_the_undamaged_one_is_valid_and_rich():
    assert check_certificate(MODEL, WHOLE).valid
    assert any(known["witnesses"] for known in WHOLE["classes"])
    assert any("reflection" in known for known in WHOLE["classes"])
    assert len(WHOLE["circuits"]) > len(WHOLE["classes"]) > 2
    assert any(len(clique["paulis"]) > 1 for clique in WHOLE["cliques"])


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_a_changed_entry_is_refused(data):
    """Any leaf but those of cliques, where another proof is as good."""
    whole = copy.deepcopy(WHOLE)
    path = data.draw(st.sampled_from([p for p in leaves(whole) if p[0] != "cliques"]))
    place = at(whole, path[:-1])
    old = place[path[-1]]
    place[path[-1]] = other(old, data.draw)
    if type(old) is float:
        assume(place[path[-1]] != old)
    if path[-1] == "pattern_of":
        known = whole["classes"][path[1]]
        assume(place[path[-1]] not in known["rows"])
    refused(whole)


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_a_missing_added_or_doubled_part_is_refused(data):
    whole = copy.deepcopy(WHOLE)
    path = data.draw(st.sampled_from([p for p in nodes_of(whole) if at(whole, p)]))
    place = at(whole, path)
    if isinstance(place, list):
        k = data.draw(st.integers(0, len(place) - 1))
        if data.draw(st.booleans()):
            del place[k]
        else:
            place.append(copy.deepcopy(place[k]))
    else:
        key = data.draw(st.sampled_from([*place]))
        if data.draw(st.booleans()):
            del place[key]
        else:
            place["more"] = place[key]
    refused(whole)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_a_certificate_of_another_circuit_is_refused(data):
    rows = list(range(len(MODEL.rotations)))
    swapped = data.draw(st.permutations(rows))
    statements = chain(4, 3)
    model = model_of(
        4,
        [statements[k] for k in swapped],
        observables=[terms("ZZII", (0.5, "XIII"), (2, "IIZI"))],
    )
    check = check_certificate(model, WHOLE)
    if check.valid:
        assert written(model)["n_circuits"] >= WHOLE["lower_bound"]


def clique_claim(change):
    whole = copy.deepcopy(WHOLE)
    change(whole["cliques"])
    refused(whole)


def test_damaged_cliques_are_refused():
    large = next(k for k, c in enumerate(WHOLE["cliques"]) if len(c["paulis"]) > 1)

    def doubled(cliques):
        cliques[large]["paulis"].append(cliques[large]["paulis"][0])

    def foreign(cliques):
        cliques[large]["paulis"][0] = "I" * len(cliques[large]["paulis"][0])

    def elsewhere(cliques):
        cliques[large]["class"] = (cliques[large]["class"] + 1) % len(WHOLE["classes"])

    def claimed_twice(cliques):
        cliques.append(cliques[large])

    for change in (doubled, foreign, elsewhere, claimed_twice):
        clique_claim(change)


def test_strings_that_do_not_commute_cannot_share_a_circuit():
    whole = copy.deepcopy(WHOLE)
    by_class: dict = {}
    for k, circuit in enumerate(whole["circuits"]):
        by_class.setdefault(circuit["class"], []).append(k)
    first, second, *_ = next(ks for ks in by_class.values() if len(ks) > 1)
    whole["circuits"][first]["items"] += whole["circuits"].pop(second)["items"]
    whole["n_circuits"] -= 1
    check = check_certificate(MODEL, whole)
    assert "do not commute" in check.problems[0]


def test_a_vanishing_term_needs_a_symmetry_that_shows_it():
    zz, xs, statements = ring(4, 2)
    model = model_of(4, statements, observables=[terms("ZZII", "XIII")])
    data = written(model)
    data["vanishing_terms"] = [{"pauli": "XIII", "symmetry": "ZZZZ"}]
    assert "anticommutes with a rotation" in check_certificate(model, data).problems[0]
    data["vanishing_terms"] = [{"pauli": "ZZII", "symmetry": "XXXX"}]
    assert "no stabilizer" in check_certificate(model, data).problems[0]
    data["vanishing_terms"] = [{"pauli": "ZZII", "symmetry": "ZZII"}]
    assert "commutes with the term" in check_certificate(model, data).problems[0]
    assert zz
    assert xs


@pytest.mark.parametrize("data", [None, [], {}, "text", 3, {"format_version": "1.0"}])
def test_what_is_no_certificate_is_refused(data):
    refused(data)


def test_a_circuit_without_rotations():
    model = model_of(1, [rot("Z")], observables=[terms("Z")])
    assert check_certificate(model, written(model)).valid
