"""Exact numbers: reading them from whatever Python has, and elements of number fields."""

from __future__ import annotations

import math
import numbers
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, List, Optional, Sequence, Tuple, Union

from . import _core
from .errors import FormatError

__all__ = ["Exact", "Field", "FieldElement", "Number", "Reading"]

Exact = Union[Fraction, "FieldElement"]
"""What numbers are when they come out: a fraction, or an element of the document's number field."""

Number = Any
"""What is read as an exact number: an int, a `Fraction`, a string such as ``"22/7"`` or ``"0.125"``, a `Decimal`, an integer of numpy, a
rational of sympy, a `FieldElement`; and a float where a `Reading` says how."""

_RATIONAL = re.compile(r"-?[0-9]+(/[0-9]+|\.[0-9]+)?\Z")
# The library refuses numbers of more than 1000 digits. Python itself takes quadratic time to write longer ones.
_MAX_BITS = 3400


@lru_cache(maxsize=256)
def _name(polynomial: "Tuple[Fraction, ...]", between: "Tuple[Fraction, Fraction]", symbol: Optional[str]) -> Optional[str]:
    if symbol is None:
        return None
    try:
        return _core.symbol([str(c) for c in polynomial], (str(between[0]), str(between[1])), symbol)
    except ValueError:
        # They define no number; that is said where the field is used.
        return None


@dataclass(frozen=True)
class Field:
    """The real number field Q(alpha), where alpha is the only root of a polynomial in an open interval.

    Parameters
    ----------
    minimal_polynomial : sequence of rationals
        The coefficients, that of the constant first.
    root_between : pair of rationals
        The interval.
    symbol : str, optional
        What alpha is called in print, unless it would mislead: ``2^(1/3)`` for the square root of 2.

    Examples
    --------
    >>> field = Field([-2, 0, 1], (1, 2), "sqrt2")
    >>> sqrt2 = field(0, 1)
    >>> sqrt2, float(sqrt2)
    (sqrt2, 1.4142135623730951)
    >>> field("1/2", -3)
    -3*sqrt2 + 1/2
    """

    minimal_polynomial: Tuple[Fraction, ...]
    root_between: Tuple[Fraction, Fraction]
    symbol: Optional[str] = None

    def __post_init__(self) -> None:
        rational = Reading().rational
        polynomial = tuple(
            rational(c, f"minimal_polynomial[{k}]") for k, c in enumerate(listed(self.minimal_polynomial, "minimal_polynomial"))
        )
        between = tuple(rational(c, f"root_between[{k}]") for k, c in enumerate(listed(self.root_between, "root_between")))
        if len(between) != 2:
            raise FormatError(f"expected two rationals, found {len(between)}", "root_between")
        object.__setattr__(self, "minimal_polynomial", polynomial)
        object.__setattr__(self, "root_between", between)

    @property
    def degree(self) -> int:
        """The degree of the polynomial."""
        return len(self.minimal_polynomial) - 1

    @property
    def name(self) -> str:
        """What alpha is called in print: the symbol, or ``alpha`` where there is none or it would mislead."""
        return _name(self.minimal_polynomial, self.root_between, self.symbol) or "alpha"

    def __call__(self, *coordinates: Number) -> "FieldElement":
        """The element ``a0 + a1 alpha + a2 alpha^2 + ...``."""
        rational = Reading().rational
        return FieldElement(self, tuple(rational(a, f"coordinate {k}") for k, a in enumerate(coordinates)))

    def to_dict(self) -> "dict[str, Any]":
        """As the format writes it."""
        described: "dict[str, Any]" = {
            "minimal_polynomial": [str(c) for c in self.minimal_polynomial],
            "root_between": [str(c) for c in self.root_between],
        }
        if self.symbol is not None:
            described["symbol"] = self.symbol
        return described


@dataclass(frozen=True)
class FieldElement:
    """An element ``a0 + a1 alpha + a2 alpha^2 + ...`` of a number field.

    Equality compares coordinates; arithmetic is left to the library.
    """

    field: Field
    coordinates: Tuple[Fraction, ...]

    def enclosure(self, bits: int = 80) -> Tuple[Fraction, Fraction]:
        """Two fractions, at most ``2**-bits`` apart, between which the number lies."""
        field = self.field
        lower, upper = _core.enclosure(
            [str(c) for c in field.minimal_polynomial],
            (str(field.root_between[0]), str(field.root_between[1])),
            [str(c) for c in self.coordinates],
            bits,
        )
        return Fraction(lower), Fraction(upper)

    def __float__(self) -> float:
        return float(self.enclosure()[0])

    def __repr__(self) -> str:
        symbol = self.field.name
        text = ""
        for power, coordinate in reversed(list(enumerate(self.coordinates))):
            if coordinate == 0:
                continue
            name = "" if power == 0 else symbol if power == 1 else f"{symbol}^{power}"
            size = abs(coordinate)
            part = str(size) if not name else name if size == 1 else f"{size}*{name}"
            sign = ("-" if coordinate < 0 else "") if not text else (" - " if coordinate < 0 else " + ")
            text += sign + part
        return text or "0"


@dataclass(frozen=True)
class Reading:
    """How numbers are read.

    Parameters
    ----------
    exact : bool
        Floats stand for the dyadic numbers that they are.
    limit_denominator : int, optional
        Floats stand for the nearest fraction with a denominator of at most so much.
    field : Field, optional
        The field in which lists of coordinates are numbers.
    """

    exact: bool = False
    limit_denominator: Optional[int] = None
    field: Optional[Field] = None

    def __post_init__(self) -> None:
        if self.exact and self.limit_denominator is not None:
            raise ValueError("exact=True and limit_denominator say two different things; give one of them")
        if self.limit_denominator is not None and self.limit_denominator < 1:
            raise ValueError(f"limit_denominator: expected 1 or more, found {self.limit_denominator}")

    def rational(self, value: Number, place: str) -> Fraction:
        """A rational number, or `FormatError` with its place."""
        read = self.number(value, place)
        if isinstance(read, FieldElement):
            raise FormatError(f"expected a rational number, found {read!r}", place)
        return read

    def number(self, value: Number, place: str) -> Exact:
        """A number, or `FormatError` with its place."""
        if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
            raise FormatError(f"expected an exact number, found {value}", place)
        if isinstance(value, (int, Fraction)):
            return _bounded(Fraction(value), place)
        if isinstance(value, FieldElement):
            return self._element(value, place)
        if isinstance(value, str):
            return _read(value, place)
        if getattr(value, "is_Rational", False):
            return _bounded(Fraction(int(value.p), int(value.q)), place)
        if isinstance(value, numbers.Rational):
            return _bounded(Fraction(int(value.numerator), int(value.denominator)), place)
        if isinstance(value, Decimal):
            if not value.is_finite():
                raise FormatError(f"{value} is no number", place)
            if abs(value.adjusted()) > 1000 or len(value.as_tuple().digits) > 1000:
                raise FormatError("a number of more than 1000 digits", place)
            return Fraction(value)
        if isinstance(value, numbers.Real):
            return self._float(float(value), place)
        if hasattr(value, "item") and getattr(value, "shape", None) == ():
            return self.number(value.item(), place)
        if isinstance(value, (list, tuple)) and self.field is not None:
            return FieldElement(self.field, tuple(self.rational(a, f"{place}[{k}]") for k, a in enumerate(value)))
        if hasattr(value, "free_symbols"):
            raise FormatError(
                f"{value} is no rational number; an instance over a number field takes field=Field(...) and its elements", place
            )
        kind = "a list" if isinstance(value, (list, tuple)) else f"{value!r} of type {type(value).__name__}"
        raise FormatError(f"expected an exact number: an int, a Fraction or a string such as \"-3/4\", found {kind}", place)

    def _element(self, value: FieldElement, place: str) -> FieldElement:
        if self.field is None:
            raise FormatError(f"{value!r} lies in a number field, but the instance has none; give field=", place)
        if value.field != self.field:
            raise FormatError(f"{value!r} lies in another number field than that of the instance", place)
        return value

    def _float(self, value: float, place: str) -> Fraction:
        if not math.isfinite(value):
            raise FormatError(f"{value} is no number", place)
        if self.exact:
            return Fraction(value)
        if self.limit_denominator is not None:
            return Fraction(value).limit_denominator(self.limit_denominator)
        if value.is_integer() and abs(value) < 2**53:
            advice = f"write {int(value)}"
        else:
            advice = f"write \"{Fraction(value).limit_denominator(10**6)}\" if that is meant"
        raise FormatError(
            f"{value!r} is a float, and floats are not exact; {advice}, or say how floats are to be read: "
            "exact=True (the dyadic number that it is) or limit_denominator=10**6 (the nearest such fraction)",
            place,
        )

    def numbers(self, values: Any, place: str) -> List[Exact]:
        """A list of numbers."""
        return [self.number(value, f"{place}[{k}]") for k, value in enumerate(listed(values, place))]


def _bounded(value: Fraction, place: str) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > _MAX_BITS:
        raise FormatError("a number of more than 1000 digits", place)
    return value


def _read(text: str, place: str) -> Fraction:
    if not _RATIONAL.match(text):
        raise FormatError(f"{text!r} is not a number of the form -12, 22/7 or 0.125", place)
    if len(text) > 1002:
        raise FormatError("a number of more than 1000 digits", place)
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise FormatError(f"{text!r} has a zero denominator", place) from None


def listed(values: Any, place: str) -> List[Any]:
    """A list, a tuple, or an array of whatever library as a list."""
    if hasattr(values, "detach") and hasattr(values, "cpu"):
        values = values.detach().cpu()
    if hasattr(values, "tolist"):
        values = values.tolist()
    if isinstance(values, (list, tuple)):
        return list(values)
    if isinstance(values, Sequence) and not isinstance(values, (str, bytes)):
        return list(values)
    raise FormatError(f"expected a list or an array, found {values!r} of type {type(values).__name__}", place)


def shape_of(sample: Any) -> Tuple[int, ...]:
    """The shape of a sample, as its first parts show it."""
    if not isinstance(sample, (list, tuple)) and not (hasattr(sample, "shape") and sample.shape):
        return ()
    parts = listed(sample, "X")
    return (len(parts), *(shape_of(parts[0]) if parts else ()))


def written(value: Exact) -> Any:
    """A number as the format writes it."""
    if isinstance(value, FieldElement):
        return [str(c) for c in value.coordinates]
    return str(value)
