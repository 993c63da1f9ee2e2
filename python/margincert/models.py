"""From trained models to networks and instances: arrays, PyTorch, files.

Neither numpy nor torch is needed to import this module. What is no homogeneous network is refused with what can be done about it.
"""

from __future__ import annotations

import json
import math
import re
import struct
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any, Dict, List, Optional, Sequence, Tuple

from .documents import Instance, Path
from .errors import FormatError, UnsupportedModel
from .exact import listed
from .network import Activation, Layer, Network, leaky_relu

__all__ = ["from_arrays", "from_torch", "load"]

_SAFETENSORS_HEADER = 100 << 20
_BIASES = (
    "has a bias, which makes the network inhomogeneous; certificates are about networks without biases. Train without it (bias=False), or, for a "
    "bias in the first layer, give the samples a constant input: append a 1 to every x and the bias as a column to the weights"
)


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


def from_torch(
    model: Any,
    X: Any,
    y: Any,
    *,
    exact: bool = False,
    limit_denominator: Optional[int] = None,
    title: Optional[str] = None,
) -> Instance:
    """An instance from a PyTorch model: a `Sequential` (it may be nested) of `Linear`, `Conv1d` and `ReLU`, `LeakyReLU`, `Identity`.

    A `Conv1d` or `Conv2d` without padding becomes a convolution if it has one input channel, or if it is the first layer. A `Flatten` is
    passed over where it changes nothing but the shape.

    Parameters
    ----------
    model : torch.nn.Module
    X : tensor or array-like, shape (samples, inputs), or (samples, channels, length...) for convolutions
    y : tensor or array-like of 1 and -1, shape (samples,) or (samples, 1)
    exact, limit_denominator
        How floats are read; see `Instance`. Weights of a trained model are floats, so one of them is needed.

    Raises
    ------
    UnsupportedModel
        For biases, normalisation, other activations and other layers, with what can be done.
    FormatError
        As `from_arrays`.
    """
    layers, theta, rows = torch_parts(model, X)
    network = Network(len(rows[0]) if rows else 0, tuple(layers))
    return Instance(network, rows, y, theta, exact=exact, limit_denominator=limit_denominator, title=title)


def torch_parts(model: Any, X: Any) -> Tuple[List[Layer], List[Any], List[List[Any]]]:
    """The layers of a model, their parameters, and the samples, flat."""
    if not hasattr(model, "named_children") or not hasattr(model, "state_dict"):
        raise TypeError(f"expected a torch.nn.Module, found {model!r} of type {type(model).__name__}")
    modules = list(_flattened(model, ""))
    samples = listed(X, "X")
    shape = _shape(samples[0]) if samples else ()
    layers: List[Layer] = []
    theta: List[Any] = []
    for place, (name, module) in enumerate(modules):
        kind = type(module).__name__
        if kind in _ACTIVATIONS:
            continue
        activation = _activation_after(modules, place)
        if kind == "Linear":
            _refuse_bias(name, module)
            if len(shape) > 1:
                raise UnsupportedModel(f"would read the last axis of something of shape {shape} alone; put a Flatten before it", name)
            if shape != (module.in_features,):
                raise UnsupportedModel(f"reads {module.in_features} inputs, but there are {math.prod(shape)}", name)
            layers.append(Layer.dense(module.out_features, activation))
            theta.append(listed(module.weight, name))
            shape = (module.out_features,)
        elif kind in ("Conv1d", "Conv2d"):
            _refuse_bias(name, module)
            patches, shape = _convolution(name, module, shape)
            layers.append(Layer.convolution(patches, module.out_channels, activation))
            theta.append([_flat(kernel) for kernel in listed(module.weight, name)])
        elif kind == "Flatten":
            if (module.start_dim, module.end_dim) != (1, -1):
                raise UnsupportedModel("flattens some axes alone; known is Flatten() without arguments", name)
            shape = (math.prod(shape),)
        elif kind in _PASSED_OVER:
            if kind == "Dropout" and getattr(module, "p", 0) > 0 and getattr(module, "training", False):
                raise UnsupportedModel("drops units at random while training; call model.eval() first", name)
        else:
            raise UnsupportedModel(_advice(kind), name)
    if not layers:
        raise UnsupportedModel("there is no layer with weights in this model")
    if layers[-1].activation != "linear":
        raise UnsupportedModel("the model ends with an activation; the output must be linear: leave out the last activation")
    return layers, theta, [_flat(sample) for sample in samples]


_ACTIVATIONS = ("ReLU", "LeakyReLU")
_PASSED_OVER = ("Identity", "Flatten", "Dropout", "Dropout1d", "Dropout2d")


def _flattened(module: Any, name: str) -> Any:
    """The parts of a model in the order of their use; only of a `Sequential` is that known."""
    kind = type(module).__name__
    children = list(module.named_children())
    if not children:
        yield name, module
        return
    if not _is_sequential(module):
        raise UnsupportedModel(
            f"is a {kind}, and what its forward does with its parts is not known; give a torch.nn.Sequential, or the matrices to from_arrays",
            name,
        )
    for child_name, child in children:
        yield from _flattened(child, f"{name}.{child_name}" if name else child_name)


def _is_sequential(module: Any) -> bool:
    return any(base.__name__ == "Sequential" and base.__module__.startswith("torch.nn") for base in type(module).__mro__)


def _refuse_bias(name: str, module: Any) -> None:
    if getattr(module, "bias", None) is not None:
        raise UnsupportedModel(_BIASES, name)


def _activation_after(modules: Sequence[Tuple[str, Any]], place: int) -> Activation:
    for name, module in modules[place + 1 :]:
        kind = type(module).__name__
        if kind == "ReLU":
            return "relu"
        if kind == "LeakyReLU":
            # The slope was written as a decimal by whoever made the model, not as the float next to it.
            return leaky_relu(Decimal(repr(float(module.negative_slope))))
        if kind not in _PASSED_OVER:
            break
    return "linear"


def _advice(kind: str) -> str:
    if "Norm" in kind:
        return (
            f"is a {kind}; normalisation makes the network inhomogeneous. After training, fold its scale into the layer before; "
            "its shift is a bias, which there must not be"
        )
    if kind in ("GELU", "SiLU", "Sigmoid", "Tanh", "ELU", "SELU", "Softplus", "Mish", "Hardtanh", "ReLU6", "PReLU", "Softmax"):
        return f"is a {kind}; certificates are about linear, ReLU and leaky ReLU units, which are homogeneous: train with one of these"
    return f"is a {kind}; known are Linear, Conv1d, Conv2d, ReLU, LeakyReLU, Identity and Flatten in a Sequential"


def _convolution(name: str, module: Any, shape: Tuple[int, ...]) -> Tuple[List[List[int]], Tuple[int, ...]]:
    """The patches of a convolution, and the shape of what comes out of it."""
    dimensions = len(module.kernel_size)
    if len(shape) == dimensions:
        shape = (1, *shape)
    if len(shape) != dimensions + 1 or shape[0] != module.in_channels:
        raise UnsupportedModel(f"reads {module.in_channels} channels of {dimensions} dimensions, but there is something of shape {shape}", name)
    padding = module.padding if isinstance(module.padding, tuple) else (module.padding,)
    if any(padding not in (0, "valid") for padding in padding):
        raise UnsupportedModel("has padding; pad the samples instead, or give the layer as a template", name)
    if module.groups != 1:
        raise UnsupportedModel("has groups; give the layer as a template", name)
    channels, sizes = shape[0], shape[1:]
    starts = [
        range(0, size - dilation * (kernel - 1), stride)
        for size, kernel, stride, dilation in zip(sizes, module.kernel_size, module.stride, module.dilation)
    ]
    offsets = [range(0, dilation * kernel, dilation) for kernel, dilation in zip(module.kernel_size, module.dilation)]

    def index(place: Sequence[int]) -> int:
        flat = place[0]
        for size, coordinate in zip(sizes, place[1:]):
            flat = flat * size + coordinate
        return flat

    patches = [
        [index((c, *(s + o for s, o in zip(start, offset)))) for c in range(channels) for offset in _product(offsets)]
        for start in _product(starts)
    ]
    if not patches:
        raise UnsupportedModel(f"has a kernel of {module.kernel_size}, larger than its input of {sizes}", name)
    return patches, (module.out_channels, *(len(start) for start in starts))


def _product(ranges: Sequence[range]) -> List[Tuple[int, ...]]:
    places: List[Tuple[int, ...]] = [()]
    for values in ranges:
        places = [(*place, value) for place in places for value in values]
    return places


def _shape(sample: Any) -> Tuple[int, ...]:
    if not isinstance(sample, (list, tuple)) and not (hasattr(sample, "shape") and sample.shape):
        return ()
    parts = listed(sample, "X")
    return (len(parts), *(_shape(parts[0]) if parts else ()))


def _flat(values: Any) -> List[Any]:
    if not isinstance(values, (list, tuple)) and not (hasattr(values, "shape") and values.shape):
        return [values]
    return [number for part in listed(values, "") for number in _flat(part)]


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
    arrays = _read_arrays(file)
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
            raise UnsupportedModel(_BIASES, name)
        if any(part in ("running", "norm", "bn") for part in parts):
            raise UnsupportedModel(_advice("BatchNorm"), name)
        if len(_shape(arrays[name])) > 2:
            raise UnsupportedModel(
                f"has the shape {_shape(arrays[name])}; a file says nothing of how a convolution is laid out: build the Network and the "
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


def _read_arrays(file: FilePath) -> Dict[str, Any]:
    if file.suffix == ".npz":
        try:
            import numpy
        except ImportError as error:
            raise ImportError("reading .npz needs numpy: pip install margincert[numpy]") from error
        try:
            with numpy.load(file, allow_pickle=False) as archive:
                return {name: archive[name] for name in archive.files}
        except FileNotFoundError:
            raise
        except Exception as error:  # What zipfile raises for what is no archive is no ValueError.
            raise FormatError(f"cannot be read as .npz: {error}", file=str(file)) from error
    if file.suffix == ".safetensors":
        return _read_safetensors(file)
    raise FormatError(f"expected a file .npz or .safetensors, found {file.suffix!r}", file=str(file))


_SAFETENSORS_TYPES: Dict[str, Tuple[str, int]] = {
    "F64": ("d", 8),
    "F32": ("f", 4),
    "F16": ("e", 2),
    "I64": ("q", 8),
    "I32": ("i", 4),
    "I16": ("h", 2),
    "I8": ("b", 1),
    "U8": ("B", 1),
}


def _read_safetensors(file: FilePath) -> Dict[str, Any]:
    """A header of JSON with types, shapes and places, then the numbers."""

    def refuse(problem: str, place: str = "") -> FormatError:
        return FormatError(problem, place, file=str(file))

    data = file.read_bytes()
    if len(data) < 8:
        raise refuse("too short to be .safetensors")
    (length,) = struct.unpack("<Q", data[:8])
    if length > min(_SAFETENSORS_HEADER, len(data) - 8):
        raise refuse(f"the header is said to have {length} bytes, and the file has {len(data)}")
    try:
        header = json.loads(data[8 : 8 + length].decode("utf-8"))
    except ValueError as error:
        raise refuse(f"the header is not JSON: {error}") from error
    if not isinstance(header, dict):
        raise refuse("the header is no JSON object")
    body = memoryview(data)[8 + length :]
    arrays = {}
    for name, described in header.items():
        if name == "__metadata__":
            continue
        try:
            kind, shape, (start, end) = described["dtype"], described["shape"], described["data_offsets"]
            sound = 0 <= start <= end <= len(body) and all(isinstance(size, int) and size >= 0 for size in shape)
        except (KeyError, TypeError, ValueError):
            raise refuse("expected dtype, shape and data_offsets", name) from None
        if not sound:
            raise refuse("lies outside of the file", name)
        count = math.prod(shape)
        if kind == "BF16":
            if end - start != 2 * count:
                raise refuse(f"{end - start} bytes for {count} numbers of type {kind}", name)
            halves = struct.unpack(f"<{count}H", body[start:end])
            numbers: Tuple[Any, ...] = tuple(struct.unpack("<f", struct.pack("<I", half << 16))[0] for half in halves)
        elif kind in _SAFETENSORS_TYPES:
            code, size = _SAFETENSORS_TYPES[kind]
            if end - start != size * count:
                raise refuse(f"{end - start} bytes for {count} numbers of type {kind}", name)
            numbers = struct.unpack(f"<{count}{code}", body[start:end])
        else:
            raise refuse(f"numbers of type {kind}; known are {', '.join([*_SAFETENSORS_TYPES, 'BF16'])}", name)
        arrays[name] = _nested(list(numbers), list(shape))
    return arrays


def _nested(numbers: List[Any], shape: List[int]) -> Any:
    if not shape:
        return numbers[0]
    if len(shape) == 1:
        return numbers
    step = len(numbers) // shape[0] if shape[0] else 0
    return [_nested(numbers[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])]
