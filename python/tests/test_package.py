"""The package itself."""

import ast
import subprocess
import sys
from pathlib import Path

import margincert as mc
from conftest import ROOT

PACKAGE = Path(mc.__file__).parent


def project(path: Path) -> str:
    """The part of a pyproject file that describes the package, up to what concerns building."""
    text = path.read_text()
    return text[text.index("[build-system]") : text.index("[tool.maturin]")]


def test_both_places_to_install_from_describe_the_same_package():
    assert project(ROOT / "pyproject.toml") == project(ROOT / "python" / "pyproject.toml")


def test_versions_agree():
    wanted = f'version = "{mc.__version__}"'
    for path in (ROOT / "Cargo.toml", ROOT / "python" / "Cargo.toml"):
        assert wanted in path.read_text()


def test_numpy_and_torch_are_not_needed_to_import_it():
    script = "import sys, margincert; print(sorted({'numpy', 'torch', 'dask', 'IPython', 'sympy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_what_is_public_is_documented_and_typed():
    assert (PACKAGE / "py.typed").is_file() and (PACKAGE / "_core.pyi").is_file()
    for name in mc.__all__:
        assert name == "__version__" or getattr(mc, name).__doc__, name
    stub = ast.parse((PACKAGE / "_core.pyi").read_text())
    described = {node.name for node in stub.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))} | {"VERSION"}
    assert described == {name for name in dir(mc._core) if not name.startswith("__")}
