"""From a trained network to the exact KKT point that it approaches."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from html import escape
from typing import Any, Callable, Dict, List, Optional, Tuple

from . import _core
from .described import label
from .documents import Certificate, Instance
from .errors import FormatError
from .exact import Reading, listed, written
from .models import matrices_of
from .network import Activation, LeakyRelu, Network
from .progress import seconds_told
from .torch_models import torch_parts

__all__ = ["Direction", "EnclosedPoint", "HiddenLayer", "Polished", "Standing", "polish"]


class Standing(enum.Enum):
    """What kind of a KKT point was found near a trained network."""

    GLOBAL_OPTIMUM = "global_optimum"
    """A global optimum, for every width."""
    LOCAL_OPTIMUM = "local_optimum"
    """A local optimum; whether a global one is open."""
    LOCAL_OPTIMUM_OF_LIVE_UNITS = "local_optimum_of_live_units"
    """A local optimum among networks in which the units stay 0 that are; what these could do is open."""
    NOT_LOCAL_OPTIMUM = "not_local_optimum"
    """Not even a local optimum."""
    OPEN = "open"
    """A KKT point of which nothing more was decided."""
    NOT_ENCLOSED = "not_enclosed"
    """None was enclosed; the certificate holds what is true of the trained network itself."""


@dataclass(frozen=True)
class Direction:
    """A direction that live units share: the units, the sign of their outgoing weights, the sum of the squares of these weights, and the
    samples on which the preactivation is exactly 0, with the slopes."""

    units: Tuple[int, ...]
    sign: int
    amount: float
    held: Tuple[Tuple[int, float], ...]


@dataclass(frozen=True)
class HiddenLayer:
    """A hidden layer of an enclosed point of depth 3 or more.

    Attributes
    ----------
    live : tuple of tuples of int
        The units that live, each with those of the trained network that it stands for, the first in its own place.
    width : int
    held : tuple of (sample, unit, slope)
        Where a preactivation is exactly 0.
    """

    live: Tuple[Tuple[int, ...], ...]
    width: int
    held: Tuple[Tuple[int, int, float], ...]


@dataclass(frozen=True)
class EnclosedPoint:
    """An exact KKT point near a trained network, in floats.

    Attributes
    ----------
    directions : tuple of Direction
        Of the live units, for depth 2.
    layers : tuple of HiddenLayer
        For depth 3 and more.
    active : dict
        The samples on the margin, with their multipliers.
    dead : tuple of int
        The hidden units that are exactly 0, for depth 2.
    half_norm_squared : float
    trained_half_norm_squared : float
        The same of the trained network, scaled to margin 1. Training makes it smaller: from below it hardly comes to this point.
    moved : float
        The distance of the trained network, scaled to margin 1, from it, relative to its norm.
    distance : float
        How far it may be from the certificate's point.
    radius : float
        It is the only one with these active samples and sides whose unknowns are within so much.
    condition : float
        An estimate of the condition number of the equations.
    standing : str
        What it is, in words.
    optimal_layers : tuple of int
        The layers that are proved to be at a local optimum by themselves.
    """

    directions: Tuple[Direction, ...]
    layers: Tuple[HiddenLayer, ...]
    active: Dict[int, float]
    dead: Tuple[int, ...]
    half_norm_squared: float
    trained_half_norm_squared: float
    moved: float
    distance: float
    radius: float
    condition: float
    standing: str
    optimal_layers: Tuple[int, ...]


@dataclass(frozen=True)
class Polished:
    """What became of a trained network.

    Attributes
    ----------
    certificate : Certificate or None
        Every claim of it has passed the checker; `None` where nothing can be claimed.
    verdict : Standing
    point : EnclosedPoint or None
    reason : str or None
        Why no point was enclosed.
    least_margin : float
        The trained network's least margin, to which it was scaled.
    """

    certificate: Optional[Certificate]
    verdict: Standing
    point: Optional[EnclosedPoint]
    reason: Optional[str]
    least_margin: float
    _words: str

    def __str__(self) -> str:
        return self._words

    def __repr__(self) -> str:
        return f"<Polished: {self.verdict.value}; {self.certificate!r}>"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self._words)}</pre>"


def polish(
    model: Any,
    X: Any,
    y: Any,
    *,
    activation: Activation = "relu",
    network: Optional[Network] = None,
    time_limit: float = 60.0,
    progress: Any = None,
) -> Polished:
    """Finds the exact KKT point that a trained network approaches, proves that it is there, and says what it is.

    A network trained in floats is hardly ever a KKT point itself. Floats are read here as the exact numbers that they are.

    Parameters
    ----------
    model : torch.nn.Module or sequence of array-likes of shape (outputs, inputs)
        A network without biases; see `from_torch` and `from_arrays`. With `network` an array for each layer, as for `Instance`.
    X : array-like, shape (samples, inputs)
    y : array-like of 1 and -1, shape (samples,)
    activation : "linear", "relu" or `leaky_relu`
        Of all layers but the last, where matrices are given; a model of PyTorch has its own.
    network : Network, optional
        The network, where arrays are given and its layers are not dense, or differ in activation.
    time_limit : float
        Seconds.
    progress : callable, optional
        As for `Instance.certify`.

    Raises
    ------
    UnsupportedModel
        When the network is of another kind, or does not separate the data.
    FormatError
        When shapes do not fit, or something is no number.

    Examples
    --------
    >>> polished = polish([[[0.79, 0.6], [-0.7, 0.61]], [[1.0, -0.98]]], [[0.8, 0.6], [-0.8, 0.7]], [1, -1])
    >>> polished.verdict, all(polished.certificate.check())
    (<Standing.GLOBAL_OPTIMUM: 'global_optimum'>, True)

    One filter, which reads two patches:

    >>> net = Network.convolution(4, [[0, 1], [2, 3]])
    >>> polished = polish([[[0.9, 0.1]], [[0.8, -0.8]]], [[1, 0.5, -1, 0.2], [-1, 0.3, 1, 0.6]], [1, -1], network=net)
    >>> polished.verdict, all(polished.certificate.check())
    (<Standing.LOCAL_OPTIMUM: 'local_optimum'>, True)
    """
    if hasattr(model, "named_children"):
        layers, model, X = torch_parts(model, X)
        network = Network(len(X[0]) if X else 0, tuple(layers))
    if network is not None:
        point = Instance(network, X, y, model, exact=True)._document
        return _polished(progress, time_limit, lambda watch: _core.polish_point(point, time_limit, watch))
    matrices, rows = matrices_of(model), listed(X, "X")
    weights = [
        [[_float(number, f"weights[{k}][{i}][{j}]") for j, number in enumerate(row)] for i, row in enumerate(matrix)]
        for k, matrix in enumerate(matrices)
    ]
    reading, labels = Reading(exact=True), listed(y, "y")
    if len(labels) != len(rows):
        raise FormatError(f"expected one label per sample, that is {len(rows)}, found {len(labels)}", "y")
    samples: List[Tuple[List[str], bool]] = [
        ([str(written(number)) for number in reading.numbers(row, f"X[{k}]")], label(sign, f"y[{k}]") == 1)
        for k, (row, sign) in enumerate(zip(rows, labels))
    ]
    named = ("leaky_relu", str(written(activation.slope))) if isinstance(activation, LeakyRelu) else (activation, None)
    return _polished(progress, time_limit, lambda watch: _core.polish(weights, named, samples, time_limit, watch))


def _polished(progress: Any, time_limit: float, search: Callable[[Any], Any]) -> Polished:
    document, (verdict, reason), words, least_margin, facts = seconds_told(progress, time_limit, search)
    point = None
    if facts is not None:
        directions = tuple(Direction(tuple(units), sign, amount, tuple(held)) for units, sign, amount, held in facts["directions"])
        hidden = tuple(HiddenLayer(tuple(map(tuple, live)), width, tuple(map(tuple, held))) for live, width, held in facts["layers"])
        point = EnclosedPoint(
            **{
                **facts,
                "directions": directions,
                "layers": hidden,
                "active": dict(facts["active"]),
                "dead": tuple(facts["dead"]),
                "optimal_layers": tuple(facts["optimal_layers"]),
            }
        )
    certificate = None if document is None else Certificate._of(document)
    return Polished(certificate, Standing(verdict), point, reason, least_margin, words)


def _float(value: Any, place: str) -> float:
    return float(Reading(exact=True).number(value, place))
