#!/usr/bin/env python3
"""Executes notebooks: in place, or with --check to see that they still run and show what they did.

    python docs/notebooks/execute.py docs/notebooks/*.ipynb
    python docs/notebooks/execute.py --check docs/notebooks/*.ipynb

A cell with the tag `fixed` must show the same text as in the file. Of the others only the kinds of output must be the same: a better prover finds
other evidence, and then it is only said that the file could be written anew. Needs nbclient and ipykernel.
"""

import argparse
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

TIMES = re.compile(r"[0-9]+\.[0-9]+ m?s\b")


def shown(cell):
    """The kinds of what a cell shows, and its text but for times."""
    kinds, texts = [], []
    for output in cell.get("outputs", []):
        if output["output_type"] == "stream":
            kinds.append(output["name"])
            texts.append(TIMES.sub("(time)", output["text"]))
        else:
            data = output.get("data", {})
            kinds.append((output["output_type"], sorted(data)))
            texts.append(TIMES.sub("(time)", data.get("text/plain", "")))
    return kinds, texts


def execute(path, check):
    """Whether the notebook shows what it did."""
    notebook = nbformat.read(path, as_version=4)
    before = [shown(cell) for cell in notebook.cells]
    for cell in notebook.cells:
        cell["metadata"] = {key: value for key, value in cell["metadata"].items() if key == "tags"}
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    if not check:
        for cell in notebook.cells:
            cell["metadata"].pop("execution", None)
        notebook["metadata"] = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
        nbformat.write(notebook, path)
        return True
    is_same = True
    for place, (cell, (kinds, texts)) in enumerate(zip(notebook.cells, before)):
        now_kinds, now_texts = shown(cell)
        is_fixed = "fixed" in cell["metadata"].get("tags", [])
        if now_kinds != kinds or (is_fixed and now_texts != texts):
            is_same = False
            print(f"{path}: cell {place} shows something else than the file does")
            print(f"--- in the file: {kinds}\n{''.join(texts)}\n--- now: {now_kinds}\n{''.join(now_texts)}")
        elif now_texts != texts:
            print(f"{path}: cell {place} shows other text than the file does; execute.py without --check writes it anew")
    return is_same


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, compare")
    parser.add_argument("notebooks", nargs="+", type=Path)
    arguments = parser.parse_args()
    results = [execute(path, arguments.check) for path in arguments.notebooks]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
