"""Instances and certificates: a network, samples and a point, and claims about that point."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Type, TypeVar, Union

from . import _core
from .account import Account, Result
from .claims import Accepted, Claim, judged
from .described import as_json, place_of, problem_of, shaped
from .errors import FormatError, Rejected
from .exact import Exact, Field, Reading
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
        return cls.parse(json.dumps(described, default=as_json))

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
        return tuple(shaped(layer, shape) for layer, shape in zip(layers, self.network.shapes))

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
        described = problem_of(network, X, y, theta, reading)
        heading = {"format": FORMAT, "title": title, "source": source, "field": field and field.to_dict()}
        described = {**{key: value for key, value in heading.items() if value is not None}, **described}
        try:
            self._set(_core.Document.parse(json.dumps(described, default=as_json)))
        except FormatError as error:
            # The text was made here, so lines in it mean nothing to anybody.
            raise FormatError(error.problem, place_of(error.place)) from None

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
