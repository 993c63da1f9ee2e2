"""Explanations, tables, the atlas, and what notebooks show."""

import html.parser
import os
import subprocess
import sys

import pytest

import margincert as mc
from conftest import PROOFS, ROOT

PAPER = ROOT / "proofs" / "paper"
CONVOLUTION = PAPER / "convolution-relu.json"


def test_a_proof_is_printed_in_every_format():
    certificate = mc.Certificate.read(CONVOLUTION)
    texts = {name: certificate.explain(name) for name in ("text", "markdown", "latex", "html")}
    assert len(set(texts.values())) == 4
    assert "Karush-Kuhn-Tucker" in texts["text"] and r"\section*" in texts["latex"] and "<math" in texts["html"]
    whole = certificate.explain("latex", standalone=True)
    assert whole.startswith(r"\documentclass") and texts["latex"].split("\n")[-2] in whole
    assert mc.explain(CONVOLUTION, "latex") == texts["latex"]
    for name in ("pdf", "csv", ""):
        with pytest.raises(ValueError, match="expected text, markdown, latex or html"):
            certificate.explain(name)
    with pytest.raises(ValueError, match="standalone"):
        certificate.explain("text", standalone=True)
    with pytest.raises(mc.FormatError, match="one certificate, found"):
        mc.explain(PAPER)


def rejected() -> mc.Certificate:
    described = mc.Certificate.read(CONVOLUTION).to_dict()
    described["data"][0]["y"] *= -1
    return mc.Certificate.from_dict(described)


def test_nothing_is_printed_of_what_is_rejected(tmp_path):
    bad = rejected()
    for report in (bad.explain, lambda: mc.table(bad), lambda: mc.atlas(bad, tmp_path / "site")):
        with pytest.raises(mc.Rejected) as caught:
            report()
        assert caught.value in bad.check()
    assert not (tmp_path / "site").exists() and not list(tmp_path.iterdir())
    assert "Not accepted" in bad._repr_html_() and bad._repr_latex_() is None


def test_tables_hold_what_was_given():
    detail = mc.table(PAPER, format="csv", detail=True)
    paths = [path for path in PROOFS if path.parent == PAPER]
    assert len(detail.splitlines()) == 1 + len(paths)
    certificates = [mc.Certificate.read(path) for path in paths[:3]]
    for name, sign in (("text", "depth"), ("markdown", "|"), ("latex", r"\begin"), ("csv", ",")):
        for as_detail in (False, True):
            assert sign in mc.table(certificates, format=name, detail=as_detail)
    assert mc.table(PAPER, format="latex", standalone=True).startswith(r"\documentclass")
    with pytest.raises(ValueError, match="latex or csv"):
        mc.table(PAPER, format="html")
    with pytest.raises(ValueError, match="no certificates"):
        mc.table([])
    same = mc.table([certificates[0]] * 2, format="csv", detail=True)
    assert len(same.splitlines()) == 3


def test_an_atlas_is_written_and_nothing_else_is_replaced(tmp_path):
    index = mc.atlas([CONVOLUTION, mc.Certificate.read(PROOFS[0])], tmp_path / "site")
    assert index == tmp_path / "site" / "index.html" and index.is_file()
    assert len(list((tmp_path / "site" / "certificates").iterdir())) == 2
    assert all(mc.check(tmp_path / "site" / "files"))
    mc.atlas(CONVOLUTION, tmp_path / "site")
    assert len(list((tmp_path / "site" / "certificates").iterdir())) == 1
    own = tmp_path / "mine"
    own.mkdir()
    (own / "thesis.tex").write_text("years")
    with pytest.raises(FileExistsError, match="is not an atlas"):
        mc.atlas(CONVOLUTION, own)
    assert (own / "thesis.tex").read_text() == "years"


class Balanced(html.parser.HTMLParser):
    """Whether every element is closed."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attributes):
        if tag not in ("br", "hr", "img", "input", "meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("path", PROOFS[::10], ids=lambda path: path.stem)
def test_objects_show_themselves(path):
    certificate = mc.Certificate.read(path)
    shown = certificate._repr_html_()
    parser = Balanced()
    parser.feed(shown)
    assert not parser.open and "all accepted" in shown and "<script" not in shown
    assert certificate._repr_latex_() == certificate.explain("latex")
    instance = certificate.instance
    assert "without claims" in instance._repr_html_() and instance._repr_latex_().startswith("$")


def test_a_result_shows_certificate_and_account(dead_neuron):
    shown = dead_neuron.certify()._repr_html_()
    parser = Balanced()
    parser.feed(shown)
    assert not parser.open and "a local optimum" in shown and "<table>" in shown


def test_titles_are_escaped(dead_neuron):
    net, x, y, theta = dead_neuron.network, dead_neuron.X, dead_neuron.y, dead_neuron.theta
    instance = mc.Instance(net, x, y, theta, title="<script>alert(1)</script>")
    assert "<script" not in instance._repr_html_() and "&lt;script" in instance._repr_html_()


def run(*arguments):
    command = [sys.executable, "-m", "margincert", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})


def test_the_command_comes_with_the_package(tmp_path):
    checked = run("check", str(CONVOLUTION))
    assert checked.returncode == 0 and checked.stdout.startswith("accepted")
    bad = tmp_path / "bad.json"
    rejected().save(bad)
    assert run("check", str(bad)).returncode == 1
    assert run("check", str(tmp_path / "nowhere")).returncode == 2
    assert run("--version").stdout.strip() == f"margincert {mc.__version__}"
    assert run("--help").returncode == 0 and "Usage: margincert" in run("--help").stdout
    usage = run("chekc")
    assert usage.returncode == 2 and "check" in usage.stderr
