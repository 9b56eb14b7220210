"""No input may cause a traceback, a hang, or an exit code that is not documented; limits are told before the work."""

from __future__ import annotations

import json
import os
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from qansatz.tools.cli import main
from tests.strategies.mutations import ROOT, SECONDS, Outcome, damaged, run, seeds

N_MUTATIONS = 300
COMMANDS = (
    ("fmt", "--diff", "fuzz.qans"),
    ("structure", "fuzz.qans", "--json"),
    ("draw", "fuzz.qans", "--first", "60"),
    ("build", "fuzz.qans", "--to", "qasm3"),
    ("check", "fuzz.qans", "--output-format", "sarif"),
    ("check", "fuzz.qans", "--fix", "--json"),
)
CALM = 4 * SECONDS  # what a slow machine may take where a fast one takes SECONDS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch) -> Path:
    inner = tmp_path / "inner"
    inner.mkdir()
    monkeypatch.chdir(inner)
    return inner


@pytest.mark.parametrize("first", range(0, N_MUTATIONS, 25))
def test_damaged_files(first: int, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(shutil.copytree(ROOT / "examples", tmp_path / "examples"))
    texts = seeds()
    for number in range(first, first + 25):
        title, data = damaged(number, texts)
        for command in (("check", "fuzz.qans"), COMMANDS[number % len(COMMANDS)]):
            Path("fuzz.qans").write_bytes(data)
            accepted(run(*command, seconds=CALM), f"{command[0]} {title}")


def accepted(outcome: Outcome, title: str) -> Outcome:
    assert outcome.code in (0, 1, 2, 3), f"{title}: {outcome.err[-500:]}"
    assert "Traceback" not in outcome.err
    assert "internal error" not in outcome.err, title
    assert "memory" not in outcome.err, title
    return outcome


def written(folder: Path, text: str | bytes, *options: str, command: str = "check") -> Outcome:
    path = folder / "case.qans"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return accepted(run(command, "case.qans", *options, seconds=CALM), "case.qans")


def inside(body: str, n: int = 4) -> str:
    """A program with statements of interest."""
    return f"""\
qans 1
ansatz f() {{
  qubits q[{n}]
  param theta[8]
  init |+>
  {body}
  observable o = Z[0]
}}
"""


def doubling(first: str, step: str, times: int, last: str) -> str:
    """``let a0 = first``, then ``let a1 = step`` and so on, with ``a`` for the name before."""
    lines = [f"let a0 = {first}"]
    lines += [f"let a{k + 1} = {step.replace('@', f'a{k}')}" for k in range(times)]
    return inside("\n".join([*lines, last.replace("@", f"a{times}")]))


WORKS = {
    "a sum of 5,000 terms": inside(
        f"rot({' + '.join(f'{k + 1}*Z[{k % 4}]' for k in range(5_000))}, theta[0])"
    ),
    "an angle of 5,000 terms": inside(
        f"rx(q, {' + '.join(f'{k + 1}*theta[{k % 8}]' for k in range(5_000))})"
    ),
    "a product of 5,000 letters": inside(
        f"rot({' * '.join(f'Z[{k % 4}]' for k in range(5_001))}, theta[0])"
    ),
    "60 blocks inside each other": inside("if true {" * 60 + "h(q)" + "}" * 60),
    "a power of a sum in an angle": inside("rx(q, (sin(theta[0]) + cos(theta[1]))^50)"),
    "a high power of a sum": inside("rx(q, (theta[0] + theta[1] + theta[2])^900)"),
    "a tower of exponentials": inside("rx(q, " + "exp(" * 30 + "theta[0]" + ")" * 30 + ")"),
    "squares of squares in an angle": doubling("sin(theta[0])", "@ * @ + theta[1]", 25, "rx(q, @)"),
    "a sum of 500 sines": inside("rx(q, sum(sin((i + 1) * theta[0]) for i in 0..<500))"),
    "lists of lists that share their parts": doubling("[1]", "[@, @]", 60, "rx(q, |@|)"),
    "30,000 rotations": inside("repeat 30000 { rx(q[0], theta[0]) }"),
    "a layer of 2,000 qubits": inside("rx(q, theta[0]); h(q)", n=2_000),
    "automorphisms of a complete graph": inside("symmetry a = automorphisms(complete(60))", n=60),
    "automorphisms of a strongly regular graph": inside(
        "symmetry a = automorphisms(grid(7, 7))", n=49
    ),
    "all permutations of 500 qubits": inside(
        "symmetry s = symmetric(q)\nrot(sum(X[i] for i in q), theta[0])", n=500
    ),
    "names beyond ASCII": inside("let θ = 1\nrx(q, θ)"),
    "a byte-order mark": "\ufeffqans 1\nansatz f() { qubits q[1]; h(q) }",
    "carriage returns": "qans 1\r\nansatz f() {\r  qubits q[1]\n\r h(q) }\r\n",
}


@pytest.mark.parametrize("text", WORKS.values(), ids=WORKS)
def test_what_must_work(text: str, folder: Path):
    outcome = written(folder, text)
    assert outcome.code == 0, outcome.err[-500:]
    assert "error[" not in outcome.err
    written(folder, text, "--diff", command="fmt")
    for command in ("structure", "draw"):
        assert written(folder, text, command=command).code in (0, 3)


LIMITED = {
    "a huge range": inside("for i in 0..<10^18 { h(q) }"),
    "a huge list": inside("let a = [i for i in 0..<10^18]"),
    "huge ranges as lists": inside("cx(0..<10^15, 0..<10^15)"),
    "a huge range as operators": inside("rot(0..<10^15, theta[0])"),
    "a huge range summed": inside("rx(q, sum(0..<10^15))"),
    "a huge slice": inside("let a = (0..<10^15)[:]"),
    "a repeat of 10^10": inside("repeat 10^10 { h(q) }"),
    "an empty loop of 10^8": inside("for i in 0..<10^8 { }"),
    "loops in loops": inside("".join(f"for a{k} in 0..<10 {{" for k in range(12)) + "}" * 12),
    "comprehensions nested 6 deep": inside(
        "let a = " + "[" * 6 + "1" + "".join(f" for a{k} in 0..<100]" for k in range(6))
    ),
    "lists that double": doubling("[1]", "@ + @", 60, "rx(q, |@|)"),
    "slices of a long list": inside(
        "let a = [i for i in 0..<900000]\nlet b = [|a[:]| for i in 0..<1000]"
    ),
    "many qubits": inside("", n=10**9),
    "many parameters": inside("param a[10^6, 10^6]"),
    "a group of 2^40 elements": inside(
        "let S = <" + ", ".join(f"Z[{k}] * Z[{k + 1}]" for k in range(40)) + ">\n"
        "for P in S { rot(P, theta[0]) }",
        n=41,
    ),
    "operators of 10^4 terms multiplied": inside(
        "let a = sum(X[i] * X[(i + 1) % 10000] for i in q)\n"
        "let b = sum(Z[i] * Y[(i + 7) % 10000] for i in q)\nlet c = a * b",
        n=10_000,
    ),
    "commutators of commutators": inside(
        "let H = sum(X[i] + Z[i] * Z[(i + 1) % 40] for i in q)\n"
        "let G = sum(Y[i] * X[(i + 2) % 40] + Z[i] for i in q)\n"
        "let a = commutator(commutator(commutator(commutator(H, G), G), G), G)\n"
        "let b = commutator(commutator(commutator(commutator(a, G), G), G), G)",
        n=40,
    ),
    "an orbit under all permutations": inside(
        "let O = orbit(prod(X[i] for i in 0..<15), symmetric(q))", n=40
    ),
    "angles that triple": doubling("sin(theta[0])", "@ * cos(@) + @", 12, "rx(q, @)"),
    "layers that call two layers": "qans 1\n"
    + "\n".join(f"layer a{k}(r) {{ a{k + 1}(r); a{k + 1}(r) }}" for k in range(40))
    + "\nlayer a40(r) { h(r) }\nansatz f() { qubits q[2]; a0(q) }\n",
    "definitions that need each other in turn": "qans 1\nlet a0 = 1\n"
    + "\n".join(f"let a{k + 1} = a{k} + 1" for k in range(6_000))
    + "\nansatz f() { qubits q[2]; rx(q, a6000) }\n",
}


@pytest.mark.parametrize("text", LIMITED.values(), ids=LIMITED)
def test_limits_are_told(text: str, folder: Path):
    outcome = written(folder, text)
    assert outcome.code == 3, outcome.err[-500:]
    assert "error[QA112]" in outcome.err
    assert outcome.err.count("error[") == 1


REFUSED = {
    "100,000 parentheses": (inside("rx(q, " + "(" * 100_000 + "1" + ")" * 100_000 + ")"), "QA013"),
    "100,000 braces": (inside("{" * 100_000), "QA013"),
    "500 blocks": (inside("if true {" * 500 + "h(q)" + "}" * 500), "QA013"),
    "10,000 signs": (inside("rx(q, " + "-" * 10_000 + "1)"), "QA013"),
    "10,000 negations": (inside("if " + "not " * 10_000 + "true { h(q) }"), "QA013"),
    "5,000 indices": (inside("rx(q, theta" + "[0]" * 5_000 + ")"), "QA013"),
    "a tower of powers": (inside("rx(q, " + "^".join(["2"] * 500) + ")"), "QA013"),
    "10^10^10": (inside("rx(q, 10^10^10)"), "QA111"),
    "powers of powers": (inside("let a = (2/3)^1000\nlet b = a^1000"), "QA111"),
    "a harmonic sum": (inside("rx(q, sum(1 / (i + 1) for i in 0..<50000))"), "QA111"),
    "a factorial": (inside("rx(q, prod(i + 1 for i in 0..<100000))"), "QA111"),
    "1e999": (inside("rx(q, 1e999)"), "QA111"),
    "10^400 as a coefficient": (inside("rot(10^400 * Z[0], theta[0])"), "QA111"),
    "10^400 as an angle": (inside("rx(q, 10^400 * theta[0])"), "QA111"),
    "10^400 as a bound": (inside("param a in [0, 10^400]\nrx(q, a)"), "QA111"),
    "a float that overflows": (inside("rx(q, exp(700) * exp(700))"), "QA111"),
    "a power with many digits in an angle": (inside("rx(q, (10^400 * theta[0])^50)"), "QA111"),
    "an integer with 10^5 digits": (inside(f"rx(q, {'9' * 100_000})"), "QA111"),
    "lists too long to compare": (
        doubling("[1]", "[@, @]", 60, "let b = [@]\nlet c = [@]\nif b == c { h(q) }"),
        "QA111",
    ),
    "the logarithm of 0": (inside("rx(q, log(0 * theta[0]))"), "QA110"),
    "an imaginary angle": (inside("rx(q, sqrt(-2 - theta[0]^2))"), "QA110"),
    "1 / 0 in an angle": (inside("rx(q, 1 / (theta[0] - theta[0]))"), "QA109"),
    "an infinite layer": (
        "qans 1\nlayer a(r) { a(r); a(r) }\nansatz f() { qubits q[2]; a(q) }\n",
        "QA154",
    ),
    "a graph of 10^9 nodes": (inside("let G = regular(3, 10^9, 1)"), "QA124"),
    "an impossible grid": (inside("let G = grid(10^9, 10^9)"), "QA124"),
    "a dense regular graph": (inside("let G = regular(5000, 10000, 1)"), "QA124"),
    "qubit 10^15": (inside("rot(Z[10^15], 1)"), "QA113"),
    "a long word": (inside('rot(p"' + "X" * 1_000_000 + '", 1)'), "QA116"),
    "a group too large to write out": (
        inside(
            "rot(<" + ", ".join(f"Z[{k}] * Z[{k + 1}]" for k in range(40)) + "> * X[40], 1)", n=41
        ),
        "QA128",
    ),
    "an empty file": ("", "QA001"),
    "only a comment": ("# qans 1", "QA001"),
    "a version of 100,000 digits": ("qans " + "9" * 100_000, "QA002"),
    "a zero byte": (inside("h(q)\x00"), "QA003"),
    "a right-to-left mark": (inside("let \u202eabc = 1"), "QA003"),
    "20,000 unknown names": (inside("\n".join(f"rx(q, n{k})" for k in range(20_000))), "QA101"),
    "a name of 10^6 letters": (inside("rx(q, " + "a" * 1_000_000 + ")"), "QA101"),
}


@pytest.mark.parametrize(("text", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(text: str, code: str, folder: Path):
    outcome = written(folder, text)
    assert outcome.code == 1
    assert f"error[{code}]" in outcome.err, outcome.err[-500:]
    assert len(outcome.err) < 20_000_000


SHELL = "ansatz f() {{ qubits q[2]; param t; {} }}"
ODD = {
    "nothing at all": "ansatz f() { qubits q[1] }",
    "only gates": "ansatz f() { qubits q[2]; h(q); cx(0, 1); observable o = Z[0] }",
    "only identities": SHELL.format("rot(X[0] * X[0], t); observable o = X[0] + Z[1]"),
    "only data": "ansatz f() { qubits q[2]; input x[2]; encode { rx(q, x) }; observable o = Z[0] }",
    "only constants": "ansatz f() { qubits q[2]; rx(q, pi / 3); observable o = Z[0] * Z[1] }",
    "no observable": SHELL.format("rx(q, t)"),
    "an observable that is a number": SHELL.format("rx(q, t); observable o = 2"),
    "an observable that is 0": SHELL.format("rx(q, t); observable o = X[0] - X[0]"),
    "a parameter without effect": SHELL.format(
        "rot(0 * Z[0], t); rx(q, 0 * t); observable o = Z[0] + X[1]"
    ),
    "an empty array": "ansatz f() { qubits q[1]; param t[0]; rot([X[0] for i in 0..<0], t); observable o = Z[0] }",
    "an angle without a value": SHELL.format("rx(q, log(t)); ry(q, 1 / t)"),
    "an angle that overflows": SHELL.format("rx(q, exp(exp(exp(9 * t))))"),
    "a tiny coefficient": SHELL.format(
        "rot(1e-300 * X[0], 1e-300 * t); observable o = 1e-9 * Z[0]"
    ),
    "a huge coefficient": SHELL.format("rot(1e30 * X[0], t); rx(q, 1e5 * t)"),
    "many digits": SHELL.format("rx(q, 0.12345678901234567890123 * t); rot(Z[0] / 3 ^ 50, t)"),
    "names of Python": "ansatz lambda() { qubits None[1]; param del; rx(None, del); observable class = Z[0] }",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_programs_go_through_every_command(text: str, folder: Path):
    whole = f"qans 1\n{text}\n"
    for command in sorted(set(main.COMMANDS) - {"explain", "new", "express"}):
        written(folder, whole, command=command)
    for form in ("pytket", "qiskit", "pennylane", "qasm2", "qir"):
        for values in ((), ("--values", "0.1"), ("--values", "-1e300"), ("--values", "0,1")):
            written(folder, whole, "--to", form, "-o", "out", *values, command="build")


@pytest.mark.parametrize("command", ["check", "fmt", "structure", "draw", "build"])
def test_files_that_cannot_be_read(command: str, folder: Path):
    (folder / "latin.qans").write_bytes(b"qans 1\n# \xe9\n")
    (folder / "wide.qans").write_bytes("qans 1\n".encode("utf-16"))
    (folder / "surrogate.qans").write_bytes(b"qans 1\n# \xed\xa0\x80\n")
    (folder / "large.qans").write_bytes(b"#" * 20_000_001)
    os.symlink("loop", folder / "loop")
    os.mkfifo(folder / "fifo")
    names = [path.name for path in folder.iterdir()]
    for name in (*names, ".", "", "absent", "a" * 5_000, "a\x00b", "/dev/zero", "\udc80"):
        outcome = accepted(run(command, name, seconds=CALM), name[:20])
        assert outcome.code == 2, name[:20]


IMPORT = "qans 1\nimport {}\nansatz f() {{ qubits q[3]; rx(q, 0.1) }}\n"


def test_imports_that_are_refused(folder: Path):
    outside = folder.parent / "outside.qans"
    outside.write_text("qans 1\nlet a = 1\n")
    (folder / "back.qans").write_text('qans 1\nimport "case.qans"\n')
    (folder / "latin.qans").write_bytes(b"qans 1\n# \xe9\n")
    for link, target in {
        "self.qans": "case.qans",
        "out.qans": "../outside.qans",
        "up": "..",
        "one": "two",
        "two": "one",
    }.items():
        os.symlink(target, folder / link)
    os.mkfifo(folder / "fifo")
    expected = {
        **dict.fromkeys(("case.qans", "self.qans", "back.qans"), "QA158"),
        **dict.fromkeys(("../outside.qans", str(outside), "out.qans", "up/outside.qans"), "QA157"),
        **dict.fromkeys(("up", "/dev/zero", "/etc/passwd", "~/../.."), "QA157"),
        **dict.fromkeys((".", "", "one", "fifo", "absent", "latin.qans", "a" * 5_000), "QA156"),
        **dict.fromkeys(("a\x00b", "back.qans/a", "http://example.com/a.qans"), "QA156"),
    }
    for name, code in expected.items():
        outcome = written(folder, IMPORT.format(f'"{name}"'))
        assert outcome.code == 1
        assert f"error[{code}]" in outcome.err, (name[:40], outcome.err[:300])
        assert outcome.err.count("error[") == 1
    allowed = ("--allow-outside-imports",)
    assert written(folder, IMPORT.format('"../outside.qans"'), *allowed).code == 0
    assert written(folder, IMPORT.format('"/dev/zero"'), *allowed).code == 1
    assert written(folder, IMPORT.format('graph "/dev/zero" as G'), *allowed).code == 1


def test_imports_in_every_direction(folder: Path):
    """Every file of a level imports both files of the next: 2^25 ways, 50 files."""
    for k in range(25):
        both = f'qans 1\nimport "left{k + 1}.qans"\nimport "right{k + 1}.qans"\n'
        (folder / f"left{k}.qans").write_text(both)
        (folder / f"right{k}.qans").write_text(both)
    for side in ("left", "right"):
        (folder / f"{side}25.qans").write_text("qans 1\n")
    outcome = written(folder, IMPORT.format('"left0.qans"\nimport "right0.qans"'))
    assert outcome.code == 0, outcome.err[:500]


def test_imports_in_a_long_row(folder: Path):
    for k in range(60):
        (folder / f"f{k}.qans").write_text(f'qans 1\nimport "f{k + 1}.qans"\n')
    assert "QA156" in written(folder, IMPORT.format('"f0.qans"')).err


LINKED = '{"nodes": [{"id": 0}, {"id": 1}, {"id": 2}], "edges": [{"source": 0, "target": 1%s}]}'
XML = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">%s</graphml>'
LAUGHS = "".join(
    f'<!ENTITY {after} "{10 * f"&{before};"}">' for before, after in pairwise("abcdefghij")
)
GOOD_GRAPHS = {
    "minimal.json": LINKED % "",
    "weights.json": LINKED % ', "weight": 0.1',
    "fraction.json": LINKED % ', "weight": "1/3"',
    "pairs.json": '{"nodes": ["a", "b", "c"], "links": [["a", "b"], ["b", "c", 2]]}',
    "mark.json": "\ufeff" + LINKED % "",
    "list.txt": "0 1\n1 2 0.5  # heavier\n\n",
    "names.txt": "a b\nb c\n",
    "superscript.txt": "² 1\n1 0\n",
    "good.graphml": XML
    % '<graph edgedefault="undirected"><node id="a"/><node id="b"/><node id="c"/>'
    '<edge source="a" target="b"/></graph>',
}
BAD_WEIGHTS = (
    *('"nan"', "NaN", "-Infinity", '"inf"', '"x"', "true", "null", "[1]", '"1/0"'),
    *('"1e999999999"', "1e999999999", "1" * 5_000, f'"{"1" * 5_000}"'),
)
BAD_GRAPHS = {
    "brace.json": "{",
    "empty.json": "",
    "list.json": "[1, 2]",
    "deep.json": "[" * 100_000,
    "nodes.json": '{"nodes": 3, "edges": []}',
    "ids.json": '{"nodes": [{}], "edges": []}',
    "lists.json": '{"nodes": [[1]], "edges": []}',
    "twice.json": '{"nodes": [1, 1], "edges": []}',
    "edgeless.json": '{"nodes": [1]}',
    "edges.json": '{"nodes": [1], "edges": 5}',
    "ends.json": '{"nodes": [0, 1], "edges": [{"source": 0}]}',
    "nowhere.json": '{"nodes": [0, 1], "edges": [[0, 7]]}',
    "loop.json": '{"nodes": [0, 1], "edges": [[1, 1]]}',
    "double.json": '{"nodes": [0, 1], "edges": [[0, 1], [1, 0]]}',
    "directed.json": '{"directed": true, "nodes": [0, 1], "edges": [[0, 1]]}',
    "multigraph.json": '{"multigraph": true, "nodes": [0, 1], "edges": [[0, 1]]}',
    **{f"weight{k}.json": LINKED % f', "weight": {weight}' for k, weight in enumerate(BAD_WEIGHTS)},
    "million.json": json.dumps({"nodes": list(range(1_000_000)), "edges": []}),
    "bytes.json": b"\xff\xfe\x00",
    "one.txt": "0\n",
    "four.txt": "0 1 2 3\n",
    "same.txt": "0 0\n",
    "heavy.txt": "0 1 1e999999999\n",
    "again.txt": "0 1\n1 0\n",
    "many.txt": "\n".join(f"{k} {k + 1}" for k in range(100_000)),
    "cut.graphml": "<graphml>",
    "other.graphml": "<a/>",
    "none.graphml": XML % "",
    "directed.graphml": XML % '<graph edgedefault="directed"><node id="a"/></graph>',
    "laughs.graphml": f'<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a "ha">{LAUGHS}]>'
    + XML % '<graph edgedefault="undirected"><node id="&j;"/></graph>',
    "outside.graphml": '<!DOCTYPE g [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    + XML % '<graph edgedefault="undirected"><node id="&a;"/></graph>',
    "deep.xml": "<a>" * 100_000,
}
GRAPH = """\
qans 1
import graph "{}" as G
ansatz f() {{ qubits q[3]; for (u, v) in G.edges {{ rzz(u, v, 0.1) }} }}
"""


@pytest.mark.parametrize("name", GOOD_GRAPHS)
def test_graph_files(name: str, folder: Path):
    (folder / name).write_text(GOOD_GRAPHS[name], "utf-8")
    outcome = written(folder, GRAPH.format(name))
    assert outcome.code == 0, outcome.err
    assert "error" not in outcome.err


@pytest.mark.parametrize("name", BAD_GRAPHS)
def test_broken_graph_files(name: str, folder: Path):
    content = BAD_GRAPHS[name]
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    outcome = written(folder, GRAPH.format(name))
    assert outcome.code == 1
    assert "error[QA160]" in outcome.err
    assert outcome.err.count("error[") == 1
    assert len(outcome.err) < 5_000
