"""From PyTorch models to networks and instances. torch is not needed to import this module."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import product
from typing import Any, List, Optional, Sequence, Tuple

from .documents import Instance
from .errors import UnsupportedModel
from .exact import listed, shape_of
from .network import Activation, Layer, Network, leaky_relu
from .unsupported import BIASES, advice


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
    shape = shape_of(samples[0]) if samples else ()
    layers: List[Layer] = []
    theta: List[Any] = []
    for place, (name, module) in enumerate(modules):
        kind = type(module).__name__
        if kind in _ACTIVATIONS:
            continue
        activation = _activation_after(modules, place)
        if kind == "Linear":
            refuse_bias(name, module)
            if len(shape) > 1:
                raise UnsupportedModel(f"would read the last axis of something of shape {shape} alone; put a Flatten before it", name)
            if shape != (module.in_features,):
                raise UnsupportedModel(f"reads {module.in_features} inputs, but there are {math.prod(shape)}", name)
            layers.append(Layer.dense(module.out_features, activation))
            theta.append(listed(module.weight, name))
            shape = (module.out_features,)
        elif kind in ("Conv1d", "Conv2d"):
            refuse_bias(name, module)
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
            raise UnsupportedModel(advice(kind), name)
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


def refuse_bias(name: str, module: Any) -> None:
    if getattr(module, "bias", None) is not None:
        raise UnsupportedModel(BIASES, name)


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
        [index((c, *(s + o for s, o in zip(start, offset)))) for c in range(channels) for offset in product(*offsets)]
        for start in product(*starts)
    ]
    if not patches:
        raise UnsupportedModel(f"has a kernel of {module.kernel_size}, larger than its input of {sizes}", name)
    return patches, (module.out_channels, *(len(start) for start in starts))


def _flat(values: Any) -> List[Any]:
    """All numbers of an array in a row."""
    if not isinstance(values, (list, tuple)) and not (hasattr(values, "shape") and values.shape):
        return [values]
    return [number for part in listed(values, "") for number in _flat(part)]
