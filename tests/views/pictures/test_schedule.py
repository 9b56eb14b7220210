"""The circuit coloured by the circuits that measure its derivatives."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from qansatz import driver
from qansatz.analysis.gradient.schedule import schedule
from qansatz.tools.cli.main import main
from qansatz.views.pictures.schedule import numbers, schedule_svg

EXAMPLES = Path(__file__).parents[3] / "examples"
SVG = "{http://www.w3.org/2000/svg}"


def picture(name: str, **sizes):
    compilation = driver.compile_file(str(EXAMPLES / f"{name}.qans"), settings=sizes)
    found = schedule(compilation.ansatz, time_limit=0.5)
    return found, ElementTree.fromstring(schedule_svg(found, compilation.written))


def boxes(root):
    """The title, rectangles and texts of every box in time order of drawing."""
    for group in root.iter(f"{SVG}g"):
        title = group.find(f"{SVG}title").text
        rectangles = [r.get("class") for r in group.iter(f"{SVG}rect")]
        texts = [t.text for t in group.iter(f"{SVG}text") if "number" in t.get("class")]
        yield title, rectangles, texts


@pytest.mark.parametrize("name", ["ry_cz", "slpa", "tfim_individual", "classifier"])
def test_every_rotation_shows_the_circuits_that_measure_it(name):
    found, root = picture(name)
    labels = found.model.slots.labels()
    of_parameter = {}
    for circuit in found.circuits():
        for row in circuit.rotations:
            label = labels[found.model.rotations.angle(row).terms[0][0]]
            of_parameter.setdefault(label.replace(" ", ""), []).append(circuit.index)
    seen = set()
    for title, rectangles, texts in boxes(root):
        if "angle = " not in title:
            assert not texts
            continue
        label = re.search(r"angle = (\S+?)(, at|;)", title).group(1)
        circuits = of_parameter.get(label)
        if circuits is None:
            assert set(rectangles) == {"paint-grey"}
            assert not texts
        else:
            assert set(texts) == {numbers(circuits)}
            assert f"measured by circuit{'s'[: len(circuits) > 1]} " in title
            assert not set(rectangles) & {"paint-grey"}
            seen.add(label)
    assert seen == {*of_parameter}


def test_all_layers_are_drawn():
    _, root = picture("ry_cz", layers=3)
    titles = [t.text for t in root.iter(f"{SVG}text") if t.get("class") == "title"]
    assert {t.removesuffix(" (continued)") for t in titles} == {"l = 0", "l = 1", "l = 2"}


def test_large_circuits_show_their_ends():
    found, root = picture("ry_cz", n=50, layers=40)
    assert len([*boxes(root)]) < 400
    assert "left out" in "".join(root.itertext())
    assert "more sign patterns" in "".join(root.itertext())
    assert found.n_rotations == 2000


def test_runs_of_circuits_are_shortened():
    assert numbers([3]) == "3"
    assert numbers([3, 4]) == "3,4"
    assert numbers([3, 4, 5, 6]) == "3-6"
    assert numbers([1, 4, 6, 9]) == "1,4.."


def test_the_command_writes_the_picture(tmp_path, capsys):
    target = tmp_path / "out.svg"
    assert main(["schedule", str(EXAMPLES / "ry_cz.qans"), "--svg", str(target)]) == 0
    assert ElementTree.parse(target).getroot().tag == f"{SVG}svg"
    assert str(target) in capsys.readouterr().err
