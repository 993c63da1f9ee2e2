"""Claims with their evidence, and what their checks come to."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Dict, List, Mapping, Optional, Tuple, Union

from . import _core
from .errors import NoClaims, Rejected
from .exact import FieldElement, Reading, written

__all__ = ["Accepted", "Claim"]

_NUMBER = re.compile(r"-?[0-9]+(/[0-9]+|\.[0-9]+)?\Z")
# Keys whose values are words, though some of them could be read as numbers.
_WORDS = frozenset(["claim", "by", "measure", "pattern"])


@dataclass(frozen=True)
class Accepted:
    """A claim that its evidence proves. It is truthy.

    Attributes
    ----------
    claim : str
        The claim's name, such as ``"kkt"``.
    index : int
        Its place in the list of claims.
    layer : int or None
        The layer that it is about, `None` for all.
    file : str or None
        The file that it came from, if it did.
    """

    claim: str
    index: int
    layer: Optional[int] = None
    file: Optional[str] = None

    @property
    def place(self) -> str:
        """The claim's path in the document."""
        return f"claims[{self.index}]"

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        layer = "" if self.layer is None else f", layer {self.layer}"
        file = "" if self.file is None else f"{self.file}: "
        return f"{file}{self.place}, {self.claim}{layer}, is accepted"


class Claim:
    """A claim with its evidence: the keys that the format names.

    Parameters
    ----------
    name : str
        The claim, such as ``"kkt"``.
    layer : int, optional
        The layer that it is about; all layers if not given.
    **evidence
        What the format asks for, such as ``multipliers`` or ``by``; numbers of any exact kind.

    Examples
    --------
    >>> claim = Claim("local_optimum", by="lagrangian", multipliers=[1, "1/2"])
    >>> claim["multipliers"]
    [1, Fraction(1, 2)]
    >>> claim == Claim("local_optimum", by="lagrangian", multipliers=["1", "0.5"])
    True
    """

    __slots__ = ("_text", "name", "layer")

    name: str
    layer: Optional[int]
    _text: str

    def __init__(self, name: str, layer: Optional[int] = None, **evidence: Any) -> None:
        described = {"claim": name, **({} if layer is None else {"layer": layer}), **_plain(evidence, "evidence")}
        self._set(described)

    def _set(self, described: Mapping[str, Any]) -> None:
        object.__setattr__(self, "name", described["claim"])
        object.__setattr__(self, "layer", described.get("layer"))
        object.__setattr__(self, "_text", json.dumps(described))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"a claim is never changed: {name}")

    @classmethod
    def from_dict(cls, described: Mapping[str, Any]) -> "Claim":
        """From what the format writes."""
        self = cls.__new__(cls)
        self._set(described)
        return self

    def to_dict(self) -> Dict[str, Any]:
        """As the format writes it: numbers are strings."""
        described: Dict[str, Any] = json.loads(self._text)
        return described

    @property
    def evidence(self) -> Dict[str, Any]:
        """The evidence. Numbers are fractions; over a number field they are lists of coordinates."""
        return {key: _exact(key, value) for key, value in self.to_dict().items() if key not in ("claim", "layer")}

    def __getitem__(self, key: str) -> Any:
        return self.evidence[key]

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Claim) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> str:
        # A number may be written in several ways, as 1, "1" and "2/2".
        return json.dumps(_plain(json.loads(self._text, parse_int=str), "claim"), sort_keys=True)

    def __reduce__(self) -> Tuple[Any, ...]:
        return (Claim.from_dict, (self.to_dict(),))

    def __repr__(self) -> str:
        evidence = self.to_dict()
        layer = "" if self.layer is None else f", layer={self.layer}"
        by = f", by={evidence['by']!r}" if "by" in evidence else ""
        return f"<Claim {self.name}{layer}{by}>"


def _plain(value: Any, place: str, key: str = "") -> Any:
    """As the format writes it, numbers in lowest terms."""
    if isinstance(value, Mapping):
        return {str(name): _plain(part, f"{place}.{name}", str(name)) for name, part in value.items()}
    if hasattr(value, "tolist") and getattr(value, "shape", ()) != ():
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(part, f"{place}[{index}]", key) for index, part in enumerate(value)]
    if isinstance(value, str):
        return str(Fraction(value)) if key not in _WORDS and _is_number(value) else value
    if value is None or isinstance(value, int):
        # An index, a sign, or a number: the library reads it as what is due.
        return value
    if isinstance(value, FieldElement):
        return written(value)
    return written(Reading().number(value, place))


def _is_number(text: str) -> bool:
    if not _NUMBER.match(text) or len(text) > 1002:
        return False
    return "/" not in text or int(text.split("/")[1]) != 0


def _exact(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _exact(name, part) for name, part in value.items()}
    if isinstance(value, list):
        return [_exact(key, part) for part in value]
    return Fraction(value) if isinstance(value, str) and key not in _WORDS and _is_number(value) else value


def judged(document: _core.Document, file: Optional[str]) -> List[Union[Accepted, Rejected]]:
    """What the checks of a document came to."""
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
