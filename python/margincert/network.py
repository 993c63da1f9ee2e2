"""Networks: layers without biases, the last with one linear output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

from . import _core
from .errors import FormatError
from .exact import Exact, Number, Reading, listed, written

__all__ = ["Activation", "Layer", "LeakyRelu", "Network", "leaky_relu"]


@dataclass(frozen=True)
class LeakyRelu:
    """The activation that multiplies negative values by a slope."""

    slope: Exact


def leaky_relu(slope: Number) -> LeakyRelu:
    """The leaky ReLU of an exact slope for negative values.

    Examples
    --------
    >>> leaky_relu("1/10")
    LeakyRelu(slope=Fraction(1, 10))
    """
    return LeakyRelu(Reading().number(slope, "slope"))


Activation = Union[str, LeakyRelu]
"""``"linear"``, ``"relu"`` or `leaky_relu`."""


def _activation(value: Any) -> Activation:
    if isinstance(value, LeakyRelu) or value in ("linear", "relu"):
        return value  # type: ignore[no-any-return]
    if isinstance(value, dict) and list(value) == ["leaky_relu"]:
        return leaky_relu(value["leaky_relu"])
    raise FormatError(
        f"expected \"linear\", \"relu\" or leaky_relu(slope), found {value!r}; other activations are not homogeneous, "
        "or not piecewise linear, and certificates say nothing about them",
        "activation",
    )


def _index(value: Any, place: str) -> int:
    try:
        if isinstance(value, bool):
            raise TypeError
        index = value.__index__()
    except (AttributeError, TypeError):
        raise FormatError(f"expected an integer, 0 or more, found {value!r}", place) from None
    if index < 0:
        raise FormatError(f"expected an integer, 0 or more, found {index}", place)
    return int(index)


@dataclass(frozen=True)
class Layer:
    """A layer: how parameters become weights, and the activation of its units.

    Made by `Layer.dense`, `Layer.diagonal`, `Layer.convolution` and `Layer.template`, or with the keys of the format.

    Parameters
    ----------
    weights : {"dense", "diagonal", "convolution", "template"}
    activation : "linear", "relu" or `leaky_relu`
    outputs : int
        For ``"dense"``.
    patches : lists of input indices, filters : int
        For ``"convolution"``.
    entries : matrix of parameter indices and None
        For ``"template"``.
    """

    weights: str
    activation: Activation = "linear"
    outputs: Optional[int] = None
    patches: Optional[Tuple[Tuple[int, ...], ...]] = None
    filters: Optional[int] = None
    entries: Optional[Tuple[Tuple[Optional[int], ...], ...]] = None

    def __post_init__(self) -> None:
        keys = {"dense": ["outputs"], "diagonal": [], "convolution": ["patches", "filters"], "template": ["entries"]}
        if self.weights not in keys:
            raise FormatError(f"expected dense, diagonal, convolution or template, found {self.weights!r}", "weights")
        for key in ("outputs", "patches", "filters", "entries"):
            value = getattr(self, key)
            if key == "filters" and self.weights == "convolution" and value is None:
                value = 1
                object.__setattr__(self, key, value)
            if (value is not None) != (key in keys[self.weights]):
                problem = "is missing" if value is None else "is of no use"
                raise FormatError(f"`{key}` {problem} for a {self.weights} layer", key)
        object.__setattr__(self, "activation", _activation(self.activation))
        for key in ("outputs", "filters"):
            if getattr(self, key) is not None:
                object.__setattr__(self, key, _index(getattr(self, key), key))
        if self.patches is not None:
            object.__setattr__(self, "patches", _matrix(self.patches, "patches", False))
        if self.entries is not None:
            object.__setattr__(self, "entries", _matrix(self.entries, "entries", True))

    @staticmethod
    def dense(outputs: int, activation: Activation = "linear") -> "Layer":
        """Every unit reads every input; parameters of shape (outputs, inputs)."""
        return Layer("dense", activation, outputs=outputs)

    @staticmethod
    def diagonal(activation: Activation = "linear") -> "Layer":
        """Unit i reads input i alone; parameters of shape (inputs,)."""
        return Layer("diagonal", activation)

    @staticmethod
    def convolution(
        patches: Sequence[Sequence[int]], filters: int = 1, activation: Activation = "linear"
    ) -> "Layer":
        """Each filter is applied to each patch of inputs; parameters of shape (filters, length of a patch)."""
        return Layer("convolution", activation, patches=_matrix(patches, "patches", False), filters=filters)

    @staticmethod
    def template(entries: Sequence[Sequence[Optional[int]]], activation: Activation = "linear") -> "Layer":
        """Any sparsity, any sharing: ``entries[output][input]`` is a parameter's index, or None; parameters in one list."""
        return Layer("template", activation, entries=_matrix(entries, "entries", True))

    def to_dict(self) -> Dict[str, Any]:
        """As the format writes it."""
        described: Dict[str, Any] = {"weights": self.weights}
        for key in ("outputs", "patches", "filters", "entries"):
            value = getattr(self, key)
            if value is not None:
                described[key] = [list(row) for row in value] if isinstance(value, tuple) else value
        slope = self.activation
        described["activation"] = {"leaky_relu": written(slope.slope)} if isinstance(slope, LeakyRelu) else slope
        return described

    def __repr__(self) -> str:
        more = [f"{key}={getattr(self, key)!r}" for key in ("outputs", "patches", "filters", "entries")]
        more = [text for text in more if not text.endswith("=None")]
        return f"Layer({', '.join([repr(self.weights), f'activation={self.activation!r}', *more])})"


def _matrix(rows: Any, key: str, holes: bool) -> Tuple[Tuple[Any, ...], ...]:
    def entry(value: Any, place: str) -> Optional[int]:
        return None if holes and value is None else _index(value, place)

    return tuple(
        tuple(entry(value, f"{key}[{i}][{k}]") for k, value in enumerate(listed(row, f"{key}[{i}]")))
        for i, row in enumerate(listed(rows, key))
    )


@dataclass(frozen=True)
class Network:
    """A network Phi(theta; x): layers in order, the last with one linear output unit, no biases.

    Parameters
    ----------
    inputs : int
        The dimension of a sample.
    layers : sequence of Layer

    Raises
    ------
    FormatError
        When sizes do not fit or an index is out of range; `place` says in which layer.

    Examples
    --------
    >>> net = Network.dense(2, 3, 1, activation="relu")
    >>> net.widths, net.depth, net.shapes
    ((2, 3, 1), 2, ((3, 2), (1, 3)))
    >>> Network(2, [Layer.diagonal("relu"), Layer.dense(2)])
    Traceback (most recent call last):
        ...
    margincert.errors.FormatError: layers: the last layer has 2 outputs; it must have exactly 1
    """

    inputs: int
    layers: Tuple[Layer, ...]

    def __post_init__(self) -> None:
        layers = tuple(listed(self.layers, "layers"))
        for place, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                raise FormatError(f"expected a Layer, found {layer!r}", f"layers[{place}]")
        object.__setattr__(self, "layers", layers)
        object.__setattr__(self, "inputs", _index(self.inputs, "inputs"))
        object.__setattr__(self, "_sizes", _core.layer_sizes(self.inputs, [_Wiring(layer) for layer in layers]))

    @staticmethod
    def dense(inputs: int, *widths: int, activation: Activation = "relu") -> "Network":
        """Dense layers of these widths, the last of which must be 1; all but the last have the activation."""
        hidden = [Layer.dense(width, activation) for width in widths[:-1]]
        return Network(inputs, (*hidden, *(Layer.dense(width) for width in widths[-1:])))

    @staticmethod
    def diagonal(inputs: int, depth: int = 2, activation: Activation = "relu") -> "Network":
        """Diagonal layers and then one dense unit: unit i of each hidden layer reads unit i of the layer before."""
        hidden = [Layer.diagonal(activation)] * (depth - 1)
        return Network(inputs, (*hidden, Layer.dense(1)))

    @staticmethod
    def convolution(
        inputs: int, patches: Sequence[Sequence[int]], filters: int = 1, activation: Activation = "relu"
    ) -> "Network":
        """One convolution and then one dense unit: depth 2."""
        return Network(inputs, (Layer.convolution(patches, filters, activation), Layer.dense(1)))

    @staticmethod
    def template(*matrices: Sequence[Sequence[Optional[int]]], activation: Activation = "relu") -> "Network":
        """Layers of any sparsity and sharing, each a matrix of parameter indices and None; the last has one row."""
        first = listed(matrices[0], "entries") if matrices else []
        hidden = [Layer.template(matrix, activation) for matrix in matrices[:-1]]
        last = [Layer.template(matrix) for matrix in matrices[-1:]]
        return Network(len(listed(first[0], "entries[0]")) if first else 0, (*hidden, *last))

    @staticmethod
    def from_dict(described: Dict[str, Any], reading: Reading = Reading()) -> "Network":
        """From what the format writes."""

        def activation(value: Any) -> Activation:
            return LeakyRelu(reading.number(value["leaky_relu"], "slope")) if isinstance(value, dict) else value

        layers = [Layer(**{**layer, "activation": activation(layer["activation"])}) for layer in described["layers"]]
        return Network(described["inputs"], tuple(layers))

    @property
    def depth(self) -> int:
        """The number of layers, which is the degree of homogeneity."""
        return len(self.layers)

    @property
    def widths(self) -> Tuple[int, ...]:
        """The inputs, then the units of each layer."""
        return (self.inputs, *(outputs for _, outputs, _ in self._layer_sizes))

    @property
    def parameter_counts(self) -> Tuple[int, ...]:
        """The number of parameters of each layer."""
        return tuple(parameters for _, _, parameters in self._layer_sizes)

    @property
    def shapes(self) -> Tuple[Tuple[int, ...], ...]:
        """The natural shape of each layer's parameters."""

        def shape(layer: Layer, inputs: int, parameters: int) -> Tuple[int, ...]:
            if layer.weights == "dense":
                return (layer.outputs or 0, inputs)
            if layer.weights == "convolution":
                return (layer.filters or 1, parameters // (layer.filters or 1))
            return (parameters,)

        return tuple(shape(layer, inputs, count) for layer, (inputs, _, count) in zip(self.layers, self._layer_sizes))

    @property
    def _layer_sizes(self) -> List[Tuple[int, int, int]]:
        sizes: List[Tuple[int, int, int]] = self.__dict__["_sizes"]
        return sizes

    def to_dict(self) -> Dict[str, Any]:
        """As the format writes it."""
        return {"inputs": self.inputs, "layers": [layer.to_dict() for layer in self.layers]}

    def _repr_latex_(self) -> str:
        formula = "x"
        for place, layer in enumerate(self.layers):
            formula = f"W_{{{place}}} {formula}"
            if layer.activation == "relu":
                formula = rf"\left[{formula}\right]_{{+}}"
            elif isinstance(layer.activation, LeakyRelu):
                formula = rf"\sigma_{{{layer.activation.slope}}}\left({formula}\right)"
        sizes = [
            rf"W_{{{place}}}: {inputs} \to {outputs}\ \text{{{layer.weights}}}"
            for place, (layer, (inputs, outputs, _)) in enumerate(zip(self.layers, self._layer_sizes))
        ]
        return rf"$\Phi(\theta; x) = {formula}, \qquad {', '.join(sizes)}$"


class _Wiring:
    """What the library needs to know of a layer to tell its size."""

    def __init__(self, layer: Layer) -> None:
        self.kind = layer.weights
        self.outputs = layer.outputs
        self.patches = layer.patches
        self.filters = layer.filters
        self.entries = layer.entries
        self.is_linear = layer.activation == "linear"
