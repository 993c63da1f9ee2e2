"""The examples of the guide for Python users."""

import re

import pytest

import margincert as mc
from conftest import ROOT

GUIDE = (ROOT / "docs" / "python.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)


def test_the_first_example_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(BLOCKS[0], names)
    assert names["result"].verdict is mc.Verdict.LOCAL_OPTIMUM and all(mc.check("certificate.json"))
    assert r"\section*" in capsys.readouterr().out


def test_the_examples_of_numbers_run():
    net = mc.Network.dense(1, 1, activation="linear")
    names = {"mc": mc, "net": net, "X": [[0.5]], "y": [1], "theta": [[[2.0]]]}
    exec(BLOCKS[1], names)
    names.update(X=[["1/2"]], theta=[[[2]]])
    exec(BLOCKS[2], names)
    assert float(names["half_root"]) == pytest.approx(0.5**0.5)


def test_the_examples_of_matrices_run():
    names = {"mc": mc, "W1": [[1.5, 2.0]], "W2": [[0.5]], "X": [[1, 2]], "y": [1]}
    line = next(line for line in BLOCKS[3].splitlines() if "from_arrays" in line)
    exec(f"instance = {line}", names)
    assert names["instance"].network.widths == (2, 1, 1)


def test_the_example_of_polishing_runs(capsys):
    W = [[[0.79, 0.6], [-0.7, 0.61]], [[1.0, -0.98]]]
    names = {"mc": mc, "W1": W[0], "W2": W[1], "X": [[0.8, 0.6], [-0.8, 0.7]], "y": [1, -1]}
    exec(next(block for block in BLOCKS if "polish" in block), names)
    assert names["polished"].verdict is mc.Standing.GLOBAL_OPTIMUM
    assert "GLOBAL OPTIMUM" in capsys.readouterr().out


def test_what_the_guide_names_is_there():
    for name in re.findall(r"\bmc\.(\w+)", GUIDE):
        assert hasattr(mc, name), name
    errors = re.findall(r"^\| `(\w+)`(?:, `(\w+)`)? \|", GUIDE, re.MULTILINE)
    assert errors and all(hasattr(mc, name) for pair in errors for name in pair if name)
