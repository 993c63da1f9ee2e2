"""From the weights of trained networks to instances: arrays and files. numpy is not needed to import this module."""

from __future__ import annotations

import re
from pathlib import Path as FilePath
from typing import Any, List, Optional, Sequence

from .documents import Instance, Path
from .errors import FormatError, UnsupportedModel
from .exact import listed, shape_of
from .network import Activation, Network
from .unsupported import BIASES, advice
from .weight_files import read_arrays

__all__ = ["from_arrays", "load"]


def from_arrays(
    weights: Sequence[Any],
    X: Any,
    y: Any,
    *,
    activation: Activation = "relu",
    exact: bool = False,
    limit_denominator: Optional[int] = None,
    title: Optional[str] = None,
) -> Instance:
    """An instance of a dense network from its weight matrices.

    Parameters
    ----------
    weights : sequence of array-likes of shape (outputs, inputs)
        First layer first; the last has one row. One array that is flat is the last layer's row.
    X : array-like, shape (samples, inputs)
    y : array-like of 1 and -1, shape (samples,)
    activation : "linear", "relu" or `leaky_relu`
        Of all layers but the last.
    exact : bool
        Floats are the dyadic numbers that they are.
    limit_denominator : int, optional
        Floats stand for the nearest fractions with denominators of at most so much.

    Raises
    ------
    FormatError
        When shapes do not fit, or floats are given without saying how they are to be read.

    Examples
    --------
    >>> instance = from_arrays([[[0.5, 0.25], [1.0, -1.0]], [1.0, 2.0]], [[1, 2]], [1], exact=True)
    >>> instance.network.widths, instance.theta[1]
    ((2, 2, 1), ((Fraction(1, 1), Fraction(2, 1)),))
    """
    matrices = matrices_of(weights)
    network = Network.dense(len(matrices[0][0]), *(len(matrix) for matrix in matrices), activation=activation)
    return Instance(network, X, y, matrices, exact=exact, limit_denominator=limit_denominator, title=title)


def matrices_of(weights: Any) -> List[List[List[Any]]]:
    """The weight matrices of a dense network, each of which reads what the one before it gives."""
    if not isinstance(weights, (list, tuple)):
        raise FormatError(f"expected a list of matrices, one a layer, found {weights!r} of type {type(weights).__name__}", "weights")
    matrices = [_matrix(matrix, f"weights[{place}]", place + 1 == len(weights)) for place, matrix in enumerate(weights)]
    if not matrices:
        raise FormatError("expected at least one matrix", "weights")
    for place, (before, after) in enumerate(zip(matrices, matrices[1:])):
        if len(before) != len(after[0]):
            found = f"{len(after)} x {len(after[0])} numbers; the layer before has {len(before)} outputs"
            hint = f"; it looks transposed, give weights[{place + 1}].T" if len(after) == len(before) else ""
            raise FormatError(found + hint, f"weights[{place + 1}]")
    return matrices


def _matrix(values: Any, place: str, is_last: bool) -> List[List[Any]]:
    rows = listed(values, place)
    if rows and is_last and not isinstance(rows[0], (list, tuple)) and not hasattr(rows[0], "__len__"):
        rows = [rows]
    matrix = [listed(row, f"{place}[{k}]") for k, row in enumerate(rows)]
    lengths = sorted({len(row) for row in matrix})
    if len(lengths) != 1 or lengths[0] == 0:
        raise FormatError(f"expected a matrix, found rows of the lengths {lengths}", place)
    return matrix


def load(
    path: Path,
    X: Any = None,
    y: Any = None,
    *,
    activation: Activation = "relu",
    exact: bool = False,
    limit_denominator: Optional[int] = None,
) -> Instance:
    """An instance from a file of weights: ``.npz`` (needs numpy) or ``.safetensors`` (needs nothing).

    The matrices of a dense network are taken in the order of their names, in which numbers count as numbers: ``0.weight``, ``2.weight``,
    ``10.weight``. The samples may be in the file as well, under the names ``X`` and ``y``.

    Raises
    ------
    UnsupportedModel
        When there are biases, or arrays that are no matrices.
    FormatError
        As `from_arrays`, and when the file is not what its name says.
    """
    file = FilePath(path)
    arrays = read_arrays(file)
    samples = arrays.pop("X", None) if X is None else X
    labels = arrays.pop("y", None) if y is None else y
    if samples is None or labels is None:
        raise FormatError("the file holds no samples; give X and y, or store them under these names", file=str(file))
    arrays.pop("X", None)
    arrays.pop("y", None)
    names = sorted(arrays, key=_natural)
    for name in names:
        parts = name.lower().replace("_", ".").split(".")
        if "bias" in parts or parts[-1].rstrip("0123456789") in ("b", "bias"):
            raise UnsupportedModel(BIASES, name)
        if any(part in ("running", "norm", "bn") for part in parts):
            raise UnsupportedModel(advice("BatchNorm"), name)
        if len(shape_of(arrays[name])) > 2:
            raise UnsupportedModel(
                f"has the shape {shape_of(arrays[name])}; a file says nothing of how a convolution is laid out: build the Network and the "
                "Instance, or use from_torch",
                name,
            )
    if not names:
        raise FormatError("the file holds no weights", file=str(file))
    return from_arrays(
        [arrays[name] for name in names], samples, labels, activation=activation, exact=exact, limit_denominator=limit_denominator
    )


def _natural(name: str) -> List[Any]:
    """Digits as numbers, so that 10 comes after 2."""
    return [int(part) if part.isdigit() else part for part in re.split(r"([0-9]+)", name)]
