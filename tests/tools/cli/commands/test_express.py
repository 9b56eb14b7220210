"""``qansatz express``: what it prints, its JSON keys, plots and exit codes."""

from __future__ import annotations

import builtins
import json
import warnings
import xml.etree.ElementTree as ElementTree
from contextlib import nullcontext
from pathlib import Path

import pytest

from qansatz.tools.cli import main
from qansatz.tools.cli.console import Console

SOURCE = """qans 1
ansatz ising(n: int = 4) {
  qubits q[n]
  param gamma[2]
  param beta[2]
  init |+>
  repeat l in 0..<2 {
    rot(sum(Z[i] * Z[(i + 1) % n] for i in q), gamma[l])
    rot(sum(X[i] for i in q), beta[l])
  }
  observable energy = X[0]
}
"""
QUICK = ("express", "ising.qans", "--pairs", "200", "--points", "2", "--seed", "5")
KEYS = {
    *("dla_dimension", "upper_bound", "efficiency", "variance", "kl_haar", "kl_floor"),
    *("entangling_capability", "qfim_rank", "kl_sector", "effective_dimension", "sector", "seed"),
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ising.qans").write_text(SOURCE, "utf-8")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main.main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_numbers_with_their_meaning(capsys):
    code, out, _ = run(capsys, *QUICK)
    assert code == 0
    assert "ising(n = 4): 4 qubits, 16 rotations, 4 parameters" in out
    assert "reaches at least 4 of 16 dimensions" in out
    assert "counted modulo the primes" in out
    assert "XXXX" in out
    for words in ("floor of expressibility", "entangling capability", "QFIM rank", "sampled"):
        assert words in out
    assert "200 pairs, 75 equal bins" in out


def test_a_seed_repeats(capsys):
    assert run(capsys, *QUICK) == run(capsys, *QUICK)


def test_json(capsys):
    code, out, err = run(capsys, *QUICK, "--json")
    answer = json.loads(out)
    assert (code, err) == (0, "")
    found = answer["expressivity"]
    assert set(found) >= KEYS
    assert answer["n_qubits"] == 4
    assert found["kl_haar"] > found["kl_floor"] > 0
    assert found["qfim_rank"] == 4
    told = found["sector"]
    primes = told.pop("primes")
    assert told.pop("evidence").startswith(f"counted modulo the primes {primes[0]} and {primes[1]}")
    assert told == {
        "dimension": "4",
        "exact": False,
        "known": "lower bound",
        "symmetries": ["XXXX"],
    }
    assert sum(found["histogram"]) == 200
    for key, value in found.items():
        assert (value is None) == (key in found["reasons"]), key
    interval = found["quantities"]["kl_haar"]["interval"]
    assert interval[0] <= found["kl_haar"] <= interval[1]


def test_dimensions_are_strings(capsys):
    found = json.loads(run(capsys, *QUICK, "--json")[1])["expressivity"]
    for key in ("dla_dimension", "upper_bound", "overparametrization"):
        assert found[key] is None or found[key].isdecimal()


def test_plots(capsys):
    code, _, err = run(capsys, *QUICK, "--plot", "a.svg")
    assert (code, err) == (0, "wrote a.svg\n")
    root = ElementTree.parse("a.svg").getroot()
    texts = {e.text for e in root.iter() if e.tag.endswith("text")}
    assert {"fidelity", "share of pairs", "eigenvalue", "rank 4"} <= texts


def test_a_png_needs_matplotlib(capsys, monkeypatch):
    usual = builtins.__import__

    def without(name, *rest, **more):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return usual(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    code, out, err = run(capsys, *QUICK, "--plot", "a.png")
    assert (code, out) == (2, "")
    assert "qansatz[plots]" in err


def test_a_png_where_there_is_matplotlib(capsys):
    pytest.importorskip("matplotlib")
    assert run(capsys, *QUICK, "--plot", "a.png")[0] == 0
    assert Path("a.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "wrong",
    [
        ("--plot", "a.gif"),
        ("--plot", "missing/a.svg"),
        ("--pairs", "0"),
        ("--bins", "1"),
        ("--seed", "-1"),
        ("--budget", "much"),
        ("--budget", "inf"),
        ("--points", "two"),
    ],
)
def test_what_cannot_be_used(capsys, wrong):
    code, _, err = run(capsys, *QUICK, *wrong)
    assert code == 2
    assert "error" in err


def test_a_limit_is_announced(capsys):
    code, out, err = run(capsys, *QUICK, "--budget", "1e5")
    assert code == 3
    assert "of 200 pairs were sampled" in err
    assert "expressibility" in out
    code, out, _ = run(capsys, *QUICK, "--set", "n=40", "--json")
    assert code == 3
    found = json.loads(out)["expressivity"]
    assert found["kl_haar"] is None
    assert "40 qubits" in found["reasons"]["kl_haar"]


def test_a_broken_file(capsys):
    Path("ising.qans").write_text(SOURCE.replace("X[0]", "X[9]"), "utf-8")
    assert run(capsys, *QUICK)[0] == 1


def test_an_interrupt_shows_what_there_is(capsys, monkeypatch):
    def stop(step):
        if step.text == "sampling pairs":
            raise KeyboardInterrupt

    monkeypatch.setattr(Console, "progress", lambda console, text: nullcontext(stop))
    code, out, err = run(capsys, *QUICK, "--pairs", "5000", "--processes", "1")
    assert code == 130
    assert "interrupted after" in err
    assert "entangling capability" in out


def test_an_interrupt_of_the_spectra_keeps_the_pairs(capsys, monkeypatch):
    def stop(step):
        if step.text == "taking the QFIM at points" and step.done == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Console, "progress", lambda console, text: nullcontext(stop))
    code, out, err = run(capsys, *QUICK, "--points", "3")
    assert code == 130
    assert "the QFIM was taken at 2 of 3 points" in err
    assert "QFIM rank" in out


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("  qubits q[1]\n  param t\n  rx(q[0], t)\n  observable o = Z[0]", "variance of o"),
        ("  qubits q[2]\n  rot(X[0], pi / 3)\n  observable o = Z[0]", "QFIM rank"),
        ("  qubits q[2]\n  param t\n  rot(X[0], t)", "there is no observable"),
        ("  qubits q[2]\n  input x\n  encode { rot(X[0], x) }", "there is no observable"),
        (
            "  qubits q[2]\n  param t\n  rot(X[0] + X[1], t)\n  observable o = 1e200 * Z[0]",
            "exceed what is squared",
        ),
        (
            "  qubits q[2]\n  param t\n  rot(X[0] + X[1], t)\n  observable o = 1e-200 * Z[0]",
            "fall below",
        ),
        ("  qubits q[1]\n  observable o = Z[0]", "0 rotations"),
    ],
)
def test_degenerate_circuits(capsys, body: str, expected: str):
    Path("a.qans").write_text(f"qans 1\nansatz a() {{\n{body}\n}}\n", "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        code, out, err = run(capsys, "express", "a.qans", "--pairs", "200", "--seed", "1")
    assert (code, "Traceback" in err) == (0, False)
    assert expected in out
    json.loads(run(capsys, "express", "a.qans", "--pairs", "200", "--json")[1])


def test_more_qubits_than_are_simulated(capsys):
    code, out, err = run(capsys, *QUICK, "--set", "n=25", "--json")
    assert code == 3
    assert "25 qubits are not simulated: the limit is" in err
    assert json.loads(out)["expressivity"]["engine"] is None
