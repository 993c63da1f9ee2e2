"""Instances and certificates: a network, samples and a point, and claims about that point."""

from __future__ import annotations

import json
import os
import re
from fractions import Fraction
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Type, TypeVar, Union

from . import _core
from .account import Account, Result
from .claims import Accepted, Claim
from .errors import FormatError, Rejected
from .exact import Exact, Field, Reading, listed, written
from .network import Network
from .progress import seconds_told

__all__ = ["Certificate", "Instance", "Path"]

Path = Union[str, "os.PathLike[str]"]
Source = Union[str, Mapping[str, str]]
FORMAT = "margincert/1"
Self = TypeVar("Self", bound="_Document")


class _Document:
    """What instances and certificates have in common. Objects are never changed; what they hold is made when it is asked for."""

    __slots__ = ("_document", "_text", "_described", "_network")

    _document: _core.Document
    _text: Optional[str]
    _described: Optional[Dict[str, Any]]
    _network: Optional[Network]

    @classmethod
    def _of(cls: Type[Self], document: _core.Document) -> Self:
        self = cls.__new__(cls)
        self._set(document)
        return self

    def _set(self, document: _core.Document) -> None:
        self._document = document
        self._text = None
        self._described = None
        self._network = None

    @classmethod
    def parse(cls: Type[Self], text: str) -> Self:
        """From a document's text.

        Raises
        ------
        FormatError
            What is wrong, and where: line, column and path.
        """
        return cls._of(_core.Document.parse(text))

    @classmethod
    def read(cls: Type[Self], path: Path) -> Self:
        """From a file.

        Raises
        ------
        FormatError
            As `parse`, with the file.
        OSError
            When the file cannot be read.
        """
        return cls._of(_core.Document.read(path))

    @classmethod
    def from_dict(cls: Type[Self], described: Mapping[str, Any]) -> Self:
        """From what `json` makes of a document; fractions will do as numbers. A float is refused, as in a file."""
        return cls.parse(json.dumps(described, default=_as_json))

    def to_text(self) -> str:
        """The text of its file."""
        if self._text is None:
            self._text = self._document.text()
        return self._text

    def to_dict(self) -> Dict[str, Any]:
        """As `json` reads its file: numbers are strings."""
        described: Dict[str, Any] = json.loads(self.to_text())
        return described

    def save(self, path: Path, overwrite: bool = False) -> None:
        """Writes the file.

        Raises
        ------
        FileExistsError
            When there is such a file, unless it is to be overwritten.
        """
        with open(path, "w" if overwrite else "x", encoding="utf-8") as file:
            file.write(self.to_text())

    def _get(self) -> Dict[str, Any]:
        if self._described is None:
            self._described = self.to_dict()
        return self._described

    def difference(self, instance: "_Document") -> Optional[str]:
        """Where this first differs from another instance or certificate in its network, data or point; None where all agree.

        A certificate that passes its check proves something about *its* network, data and point. This tells whether they are yours, as the
        command's ``check --instance`` does.

        Examples
        --------
        >>> import margincert as mc
        >>> mine = mc.Instance(mc.Network.dense(1, 1), [["1/2"]], [1], [[[2]]])
        >>> theirs = mc.Instance(mc.Network.dense(1, 1), [["0.5"]], [1], [[[3]]])
        >>> theirs.difference(mine)
        'point[0][0] is 3, not 2'
        >>> mine.difference(mine) is None
        True
        """
        return self._document.difference(instance._document)

    @property
    def title(self) -> Optional[str]:
        """Free text."""
        return self._get().get("title")

    @property
    def source(self) -> Union[None, str, Dict[str, str]]:
        """Where it comes from."""
        source = self._get().get("source")
        return dict(source) if isinstance(source, dict) else source

    @property
    def field(self) -> Optional[Field]:
        """The number field, `None` for the rationals."""
        field = self._get().get("field")
        return None if field is None else Field(**field)

    @property
    def network(self) -> Network:
        """The network."""
        if self._network is None:
            self._network = Network.from_dict(self._get()["network"], self._reading())
        return self._network

    def _reading(self) -> Reading:
        return Reading(field=self.field)

    @property
    def X(self) -> Tuple[Tuple[Exact, ...], ...]:
        """The samples, shape (samples, inputs). ``numpy.array(X, dtype=float)`` rounds them."""
        reading = self._reading()
        return tuple(tuple(reading.numbers(sample["x"], "x")) for sample in self._get()["data"])

    @property
    def y(self) -> Tuple[int, ...]:
        """The labels, 1 and -1."""
        return tuple(sample["y"] for sample in self._get()["data"])

    @property
    def theta(self) -> Tuple[Any, ...]:
        """The point: the parameters of each layer, in the layer's natural shape."""
        reading = self._reading()
        layers = (reading.numbers(layer, "theta") for layer in self._get()["point"])
        return tuple(_shaped(layer, shape) for layer, shape in zip(layers, self.network.shapes))

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._document == other._document

    def __hash__(self) -> int:
        # Over a field an equal number may be written in two ways.
        described = self._get()
        return hash(self.to_text() if "field" not in described else (self.y, self._size()))

    def __reduce__(self) -> Tuple[Any, ...]:
        return (type(self).parse, (self.to_text(),))

    def __copy__(self: Self) -> Self:
        return self

    def __deepcopy__(self: Self, memo: Any) -> Self:
        return self

    def _size(self) -> str:
        widths = "-".join(map(str, self.network.widths))
        return f"{widths}, {len(self._get()['data'])} samples"

    def _repr_html_(self) -> str:
        return _core.card(self._document)


class Instance(_Document):
    """A max-margin problem and a point, of which nothing has been claimed yet: what the prover is given.

    Parameters
    ----------
    network : Network
    X : array-like of exact numbers, shape (samples, inputs)
    y : array-like of 1 and -1, shape (samples,)
    theta : sequence of array-likes
        The point: the parameters of each layer, in the layer's natural shape (outputs x inputs for a dense one, filters x taps for a
        convolution, one number per unit for a diagonal one) or flat.
    field : Field, optional
        The number field of the numbers; the rationals otherwise.
    exact : bool
        Read floats as the dyadic numbers that they are.
    limit_denominator : int, optional
        Read floats as the nearest fractions with denominators of at most so much.
    title, source : str, optional

    Raises
    ------
    FormatError
        When shapes do not fit, a number is not exact, or a label is neither 1 nor -1; `place` says where.

    Examples
    --------
    One ReLU unit on one sample.

    >>> from fractions import Fraction
    >>> net = Network.dense(2, 1, 1, activation="relu")
    >>> instance = Instance(net, [["3/5", Fraction(4, 5)]], [1], [[["3/5", "4/5"]], [[1]]])
    >>> instance.certify().verdict
    <Verdict.GLOBAL_OPTIMUM: 'global_optimum'>
    """

    __slots__ = ()

    def __init__(
        self,
        network: Network,
        X: Any,
        y: Any,
        theta: Any,
        *,
        field: Optional[Field] = None,
        exact: bool = False,
        limit_denominator: Optional[int] = None,
        title: Optional[str] = None,
        source: Optional[Source] = None,
    ) -> None:
        reading = Reading(exact, limit_denominator, field)
        described = _problem(network, X, y, theta, reading)
        heading = {"format": FORMAT, "title": title, "source": source, "field": field and field.to_dict()}
        described = {**{key: value for key, value in heading.items() if value is not None}, **described}
        try:
            self._set(_core.Document.parse(json.dumps(described, default=_as_json)))
        except FormatError as error:
            # The text was made here, so lines in it mean nothing to anybody.
            raise FormatError(error.problem, _place(error.place)) from None

    @classmethod
    def _of(cls, document: _core.Document) -> "Instance":
        if document.claim_count() > 0:
            described = json.loads(document.text())
            del described["claims"]
            document = _core.Document.parse(json.dumps(described))
        return super()._of(document)

    def certify(
        self,
        topics: Optional[Iterable[str]] = None,
        *,
        time_limit: Optional[float] = 5.0,
        seed: int = 0,
        progress: Any = None,
    ) -> Result:
        """Proves what can be proved about the point; every claim of the certificate has passed the checker.

        The interpreter goes on meanwhile for other threads, and Ctrl-C ends the search.

        Parameters
        ----------
        topics : iterable of str, optional
            Of ``hypotheses``, ``kkt``, ``local``, ``global``, ``layers``, ``flow``; all if not given.
        time_limit : float, optional
            Seconds; `None` for no limit.
        seed : int
            Of the randomised searches: equal seeds give equal certificates, unless time runs out.
        progress : callable, optional
            Called with the seconds passed, about 20 times a second; an exception in it ends the search. In a notebook the time is
            shown if there is none.

        Returns
        -------
        Result
        """
        names = None if topics is None else [topics] if isinstance(topics, str) else list(topics)
        document, told = seconds_told(
            progress, time_limit, lambda watch: _core.certify(self._document, names, time_limit, seed, watch)
        )
        return Result(Certificate._of(document), Account._of(told))

    def __repr__(self) -> str:
        return f"<Instance: {self._size()}>"

    def _repr_latex_(self) -> str:
        samples = len(self.y)
        return (
            r"$\min_\theta \tfrac12 \|\theta\|^2 \quad \text{subject to} \quad y_i \Phi(\theta; x_i) \ge 1, \quad "
            rf"i = 0, \dots, {samples - 1}, \quad \theta \in \mathbb{{R}}^{{{sum(self.network.parameter_counts)}}}$"
        )


class Certificate(_Document):
    """A problem, a point, and claims about it with their evidence.

    Made by `Instance.certify`, `Certificate.read`, `Certificate.parse` and `Certificate.from_dict`, or put together by hand.

    Parameters
    ----------
    instance : Instance
    claims : iterable of Claim

    Examples
    --------
    >>> net = Network.dense(1, 1, activation="linear")
    >>> instance = Instance(net, [["1/2"]], [1], [[[2]]])
    >>> certificate = Certificate(instance, [Claim("kkt", multipliers=[4]), Claim("kkt", multipliers=[3])])
    >>> for verdict in certificate.check():
    ...     print(bool(verdict), verdict)
    True claims[0], kkt, is accepted
    False claims[1], kkt, is rejected: stationarity fails at parameter 0 of layer 0: the point has 2, the multipliers give 3/2
    """

    __slots__ = ()

    def __init__(self, instance: Instance, claims: Iterable[Claim]) -> None:
        described = {**instance.to_dict(), "claims": [claim.to_dict() for claim in claims]}
        self._set(_core.Document.parse(json.dumps(described)))

    @property
    def instance(self) -> Instance:
        """The same without its claims."""
        return Instance._of(self._document)

    @property
    def claims(self) -> Tuple[Claim, ...]:
        """The claims, in the file's order."""
        return tuple(Claim.from_dict(claim) for claim in self._get().get("claims", []))

    def check(self) -> List[Union[Accepted, Rejected]]:
        """Checks every claim by exact arithmetic.

        Returns
        -------
        list of Accepted and Rejected
            One a claim, in order. `Accepted` is truthy, `Rejected` falsy, so ``all(certificate.check())`` says whether all are proved.

        Raises
        ------
        NoClaims
            When there is nothing to check.
        """
        return judged(self._document, None)

    def require_accepted(self) -> "Certificate":
        """This certificate, if every claim passes.

        Raises
        ------
        Rejected
            The first claim that does not.
        """
        for verdict in self.check():
            if isinstance(verdict, Rejected):
                raise verdict
        return self

    def explain(self, format: str = "text", *, standalone: bool = False) -> str:
        """The whole proof in words and formulas.

        Parameters
        ----------
        format : {"text", "markdown", "latex", "html"}
        standalone : bool
            For LaTeX: a whole file that compiles as it is, instead of a part for ``\\input``.

        Raises
        ------
        Rejected
            When a claim does not pass: of what is not proved nothing is printed.
        NoClaims
            When there is nothing to explain.
        """
        return _core.explain(self._document, format, standalone, self.title or "A certificate")

    def __repr__(self) -> str:
        names = ", ".join(
            claim["claim"] + (f"[{claim['layer']}]" if "layer" in claim else "") for claim in self._get().get("claims", [])
        )
        return f"<Certificate: {self._size()}; {names or 'no claims'}>"

    def _repr_latex_(self) -> Optional[str]:
        try:
            return self.explain("latex")
        except (Rejected, ValueError):
            return None


def judged(document: _core.Document, file: Optional[str]) -> List[Union[Accepted, Rejected]]:
    """What the checks of a document came to."""
    from .errors import NoClaims

    verdicts: List[Union[Accepted, Rejected]] = []
    for index, (claim, layer, reason) in enumerate(document.check()):
        if reason is None:
            verdicts.append(Accepted(claim, index, layer, file))
        else:
            verdicts.append(Rejected(reason, claim, index, layer, file))
    if not verdicts:
        where = "" if file is None else f"{file}: "
        raise NoClaims(f"{where}the document makes no claim, so there is nothing to check (it is an instance; `certify` looks for claims)")
    return verdicts


def _as_json(value: Any) -> Any:
    """For `json`: numbers that it does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    if not isinstance(value, (int, float)):
        return written(Reading(field=getattr(value, "field", None)).number(value, ""))
    raise TypeError(f"{value!r} is nothing that a document holds")


def _shaped(values: Sequence[Exact], shape: Tuple[int, ...]) -> Tuple[Any, ...]:
    if len(shape) == 1:
        return tuple(values)
    rows, columns = shape
    return tuple(tuple(values[row * columns : (row + 1) * columns]) for row in range(rows))


def _problem(network: Network, X: Any, y: Any, theta: Any, reading: Reading) -> Dict[str, Any]:
    if not isinstance(network, Network):
        raise FormatError(f"expected a Network, found {network!r}", "network")
    samples = []
    rows, labels = listed(X, "X"), listed(y, "y")
    if len(rows) != len(labels):
        raise FormatError(f"expected one label per sample, that is {len(rows)}, found {len(labels)}", "y")
    for place, (row, sign) in enumerate(zip(rows, labels)):
        x = reading.numbers(row, f"X[{place}]")
        if len(x) != network.inputs:
            raise FormatError(f"{len(x)} numbers; the network has {network.inputs} inputs", f"X[{place}]")
        samples.append({"x": [written(number) for number in x], "y": label(sign, f"y[{place}]")})
    layers = listed(theta, "theta")
    if len(layers) != network.depth:
        raise FormatError(f"expected one array per layer, that is {network.depth}, found {len(layers)}", "theta")
    point = [_layer(layer, shape, f"theta[{place}]", reading) for place, (layer, shape) in enumerate(zip(layers, network.shapes))]
    return {"network": network.to_dict(), "data": samples, "point": point}


def label(value: Any, place: str) -> int:
    """A label, or `FormatError` with its place."""
    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    is_bool = isinstance(value, bool) or type(value).__name__ == "bool_"
    if not is_bool and not isinstance(value, str) and value in (1, -1):
        return int(value)
    advice = "; for labels 0 and 1 give 2 * y - 1" if value in (0, True) else ""
    raise FormatError(f"a label is 1 or -1, found {value!r}{advice}", place)


def _layer(values: Any, shape: Tuple[int, ...], place: str, reading: Reading) -> List[Any]:
    """The parameters of a layer as the format lists them; given flat or in their natural shape."""
    count = 1
    for length in shape:
        count *= length
    given = listed(values, place)
    natural = " x ".join(map(str, shape))
    # In a field a list of coordinates is a number, so that the depth of lists says nothing where there is one row.
    if len(shape) == 2 and len(given) == shape[0] and all(_is_row(row, shape[1]) for row in given):
        rows = [reading.numbers(row, f"{place}[{k}]") for k, row in enumerate(given)]
        return [written(number) for row in rows for number in row]
    if len(given) == count and not any(_is_row(number, None) and reading.field is None for number in given):
        return [written(number) for number in reading.numbers(given, place)]
    found = f"{len(given)} numbers"
    if given and _is_row(given[0], None):
        lengths = sorted({len(listed(row, place)) if _is_row(row, None) else 1 for row in given})
        found = f"{len(given)} x {' or '.join(map(str, lengths))} numbers"
    flat = f", or a flat list of {count}" if len(shape) > 1 else ""
    raise FormatError(f"{found}; the layer has {natural}{flat}", place)


def _is_row(value: Any, length: Optional[int]) -> bool:
    is_row = isinstance(value, (list, tuple)) or (hasattr(value, "tolist") and getattr(value, "shape", ()) != ())
    return is_row and (length is None or len(value) == length)


def _place(path: str) -> str:
    """A path into a document as the arguments are called here."""
    path = re.sub(r"^point\b", "theta", path)
    path = re.sub(r"^data\[(\d+)\]\.x", r"X[\1]", path)
    path = re.sub(r"^data\[(\d+)\]\.y", r"y[\1]", path)
    return re.sub(r"^network\.", "", path)


