"""The stages of a compilation as text: small files whose output was read, and what holds of every file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from qansatz import driver
from qansatz.analysis.algebra.generators import generators
from qansatz.circuits.gates import Gate, GateList
from qansatz.model.angles import Affine
from qansatz.model.reals import PiLinear
from qansatz.source import Source
from qansatz.syntax.grammar import tokens
from qansatz.tools.cli import main
from qansatz.views import stages

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.qans"))

SMALL = Source("small.qans", "qans 1  # version\nansatz a() { qubits q[1]\n  rx(q[0], 2 ^ 3) }\n")

PAIR = """qans 1
ansatz pair(turns: real = pi / 2) {
  qubits q[2]
  symmetry parity = prod(X[i] for i in q)
  symmetry swapped = reflection(q)
  param theta[2] in [0, 2 * pi] ~ uniform(0, pi)
  input x[2] in [0, pi]
  init |+>
  encode { rot(X[0], x[1]) }
  repeat l in 0..<2 {
    rot(Z[0] * Z[1] - 2 * X[0] * X[1], -theta[l] ^ 2)
    h(q)
  }
  rot(X[0] + X[1], turns * theta[1])
  cx(q[0], q[1])
  observable energy = X[0] * X[1] - 1/2 * Z[0] * Z[1]
  require gradient.circuits <= 9
}
"""


def test_tokens():
    assert stages.tokens(SMALL) == (
        "  place  token    text\n"
        "  1:1    QANS     qans\n"
        "  1:6    INTEGER  1\n"
        "  1:9    COMMENT  # version\n"
        "  1:18   NEWLINE  \\n\n"
        "  2:1    ANSATZ   ansatz\n"
        "  2:8    NAME     a\n"
        "  2:9    LPAR     (\n"
        "  2:10   RPAR     )\n"
        "  2:12   LBRACE   {\n"
        "  2:14   QUBITS   qubits\n"
        "  2:21   NAME     q\n"
        "  2:22   LSQB     [\n"
        "  2:23   INTEGER  1\n"
        "  2:24   RSQB     ]\n"
        "  2:25   NEWLINE  \\n\n"
        "  3:3    NAME     rx\n"
        "  3:5    LPAR     (\n"
        "  3:6    NAME     q\n"
        "  3:7    LSQB     [\n"
        "  3:8    INTEGER  0\n"
        "  3:9    RSQB     ]\n"
        "  3:10   COMMA    ,\n"
        "  3:12   INTEGER  2\n"
        "  3:14   POWER    ^\n"
        "  3:16   INTEGER  3\n"
        "  3:17   RPAR     )\n"
        "  3:19   RBRACE   }\n"
        "  3:20   NEWLINE  \\n\n"
    )


def test_nodes():
    (compilation,) = driver.check(SMALL)
    assert stages.tree(compilation.file) == (
        "  1:1     File\n"
        "  2:1       items: Ansatz name=a\n"
        "  2:12        body: Body\n"
        "  2:14          statements: Qubits name=q\n"
        "  2:23            size: Number text=1 kind=integer\n"
        "  3:3           statements: Apply name=rx\n"
        "  3:6             arguments: Index\n"
        "  3:6               base: Name text=q\n"
        "  3:8               indices: Number text=0 kind=integer\n"
        "  3:12            arguments: Power\n"
        "  3:12              base: Number text=2 kind=integer\n"
        "  3:16              exponent: Number text=3 kind=integer\n"
    )


GOLDEN = {
    "model": """\
pair(turns = pi/2): 2 qubits, 7 rotations, 2 parameters, 2 inputs

qubits
  q[2]

parameters
  theta[2]: slots 0 to 1, in [0, 2*pi], drawn from uniform(0, pi)

inputs
  x[2]: slots 2 to 3, in [0, pi]

initial state
  |++>, stabilized by XI, IX

rotations exp(-i*angle/2 * word), the fixed gates moved behind them
  row  word  angle            generator  layer  block  unordered  encoding  line  loops
    0  XI    x[1]                     0      -      -          -       yes     9
    1  ZZ    -theta[0]**2             1      0      -          -        no    11  l = 0
    2  XX    2*theta[0]**2            1      0      -          -        no    11  l = 0
    3  XX    -theta[1]**2             2      1      -          -        no    11  l = 1
    4  ZZ    2*theta[1]**2            2      1      -          -        no    11  l = 1
    5  XI    (pi/2)*theta[1]          3      -      -          -        no    14
    6  IX    (pi/2)*theta[1]          3      -      -          -        no    14

fixed gates
  h q[0]
  h q[1]
  h q[0]
  h q[1]
  cx q[0] q[1]

symmetries
  parity = XX
  swapped = qubits 0, 1, ... go to 1, 0

observables
  energy = XX - 1/2*ZZ
    before the fixed gates: XI - 1/2*IZ

requirements
  gradient.circuits <= 9
""",
    "generators": """\
pair(turns = pi/2): 3 generators at 3 places

  generator  sum          places  trained  lines
          0  ZZ - 2*XX         1      yes  11
          1  ZZ - 1/2*XX       1      yes  11
          2  XI + IX           1      yes  14

  in time order: 0, 1, 2
""",
}


@pytest.mark.parametrize("stage", GOLDEN)
def test_stages_of_an_ansatz(capsys, tmp_path, stage: str):
    file = tmp_path / "pair.qans"
    file.write_text(PAIR, "utf-8")
    code = main.main(["check", str(file), "--show", stage])
    captured = capsys.readouterr()
    assert code == 0
    assert captured.out == GOLDEN[stage]


def test_gates():
    model = driver.compile_source(Source("pair.qans", PAIR)).ansatz
    half = Affine((), PiLinear(Fraction(0), Fraction(-1, 2)))
    compiled = GateList(
        name="pair",
        n_qubits=2,
        slots=model.slots,
        gates=(
            Gate("rz", (1,), (Affine(((2, 1),)),)),
            Gate("u1q", (0,), (Affine(((0, Fraction(-3, 2)),), 1), half)),
            Gate("rzz", (0, 1), (half,)),
        ),
    )
    assert stages.gates(model, compiled) == (
        "pair(turns = pi/2): 1 two-qubit gate in depth 1, 1 one-qubit gate\n\n"
        "  gate  name  qubits     angles\n"
        "     0  rz    q[1]       x[0]\n"
        "     1  u1q   q[0]       -3*theta[0]/2+1, -pi/2\n"
        "     2  rzz   q[0] q[1]  -pi/2\n"
    )


def test_gates_of_a_file(capsys):
    assert main.main(["check", str(ROOT / "examples" / "tfim.qans"), "--show", "gates"]) == 0
    out = capsys.readouterr().out
    gates = driver.compile_file(str(ROOT / "examples" / "tfim.qans")).gates()
    assert out.count("\n") == 3 + len(gates.gates)
    assert out.count("  rzz  ") == gates.n_two_qubit


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_tokens_leave_out_spaces_only(path: Path):
    source = Source(path.name, path.read_text("utf-8"))
    end = 0
    for _, span in tokens(source):
        assert not source.text[end : span.start].strip()
        end = span.end
    assert not source.text[end:].strip()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_row_of_a_model_is_shown(path: Path):
    for compilation in driver.check(driver.read(str(path))):
        model = compilation.written
        if model is None or len(model.rotations) > 500:
            continue
        text = stages.model(model)
        heading = "rotations exp(-i*angle/2 * word), the fixed gates moved behind them\n"
        if len(model.rotations):
            table = text.partition(heading)[2].partition("\n\n")[0].splitlines()
            assert len(table) == 1 + len(model.rotations)
        placed = generators(model)
        assert f"{len(placed.distinct)} generator" in stages.generators(model, placed)


@pytest.mark.parametrize("option", ["--json", "--fix"])
def test_a_stage_goes_without_other_output(capsys, option: str):
    assert main.main(["check", str(EXAMPLES[0]), "--show", "model", option]) == 2
    assert f"--show model goes without {option}" in capsys.readouterr().err


def test_stages_come_as_far_as_errors_allow(capsys, tmp_path):
    file = tmp_path / "broken.qans"
    file.write_text(PAIR.replace("cx(q[0], q[1])", "cx(q[0], "), "utf-8")
    for stage, shown in (("tokens", True), ("nodes", True), ("model", False), ("gates", False)):
        code = main.main(["check", str(file), "--show", stage])
        captured = capsys.readouterr()
        assert code == 1
        assert ("theta" in captured.out) == shown
        assert "error[QA" in captured.err
