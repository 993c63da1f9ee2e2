"""What can go wrong, and where.

Every exception of this package is a `MargincertError`. What is wrong with a path or an argument of the wrong kind is told by the
exceptions of Python itself: `FileNotFoundError`, `TypeError`, `ValueError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, Tuple

if TYPE_CHECKING:
    from .account import Account

__all__ = [
    "DatabaseError",
    "FormatError",
    "HuntError",
    "MargincertError",
    "NoClaims",
    "Rejected",
    "Undecided",
    "UnsupportedModel",
]


class MargincertError(Exception):
    """What all exceptions of this package are."""


class FormatError(MargincertError, ValueError):
    """A document, an array or a number that cannot be read.

    Attributes
    ----------
    problem : str
        What is wrong.
    place : str
        Where: an argument with its indices such as ``theta[0][1][2]``, or a path into the document such as
        ``claims[2].multipliers[0]``; empty if it is the whole.
    line, column : int or None
        The place in a document's text, counted from 1.
    file : str or None
        The file, if it came from one.
    """

    def __init__(
        self,
        problem: str,
        place: str = "",
        line: Optional[int] = None,
        column: Optional[int] = None,
        file: Optional[str] = None,
    ) -> None:
        super().__init__(problem, place, line, column, file)
        self.problem = problem
        self.place = place
        self.line = line
        self.column = column
        self.file = file

    def __str__(self) -> str:
        text = "" if self.line is None else f"line {self.line}, column {self.column}"
        where = [self.file, text, self.place]
        return ": ".join([*(part for part in where if part), self.problem])


class NoClaims(MargincertError, ValueError):
    """A document without claims was to be checked or reported; it is an instance, and nothing of it was proved."""


class Rejected(MargincertError):
    """A claim that its evidence does not prove. It is falsy.

    `check` returns it beside `Accepted`; as an exception it is raised by what prints proofs, and by `require_accepted`.

    Attributes
    ----------
    claim : str
        The claim's name, such as ``"kkt"``.
    layer : int or None
        The layer that it is about, `None` for all.
    index : int
        Its place in the list of claims.
    place : str
        The same as a path into the document: ``claims[1]``.
    reason : str
        The sample, layer, unit or cell at fault, with the exact values.
    file : str or None
        The file that it came from, if it did.
    """

    def __init__(
        self, reason: str, claim: str, index: int, layer: Optional[int] = None, file: Optional[str] = None
    ) -> None:
        super().__init__(reason, claim, index, layer, file)
        self.reason = reason
        self.claim = claim
        self.index = index
        self.layer = layer
        self.file = file

    @property
    def place(self) -> str:
        return f"claims[{self.index}]"

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return self.args == other.args if isinstance(other, Rejected) else NotImplemented

    def __hash__(self) -> int:
        return hash((Rejected, self.args))

    def __str__(self) -> str:
        layer = "" if self.layer is None else f", layer {self.layer}"
        file = "" if self.file is None else f"{self.file}: "
        return f"{file}{self.place}, {self.claim}{layer}, is rejected: {self.reason}"

    def __repr__(self) -> str:
        layer = "" if self.layer is None else f", layer={self.layer}"
        file = "" if self.file is None else f", file={self.file!r}"
        return f"Rejected(claim={self.claim!r}{layer}, place={self.place!r}, reason={self.reason!r}{file})"


class Undecided(MargincertError):
    """The prover left the verdict open. Raised by `Result.require_decided` alone.

    Attributes
    ----------
    account : Account
        What was asked, what was found and what was tried in vain.
    """

    def __init__(self, account: "Account") -> None:
        super().__init__(account)
        self.account = account

    def __str__(self) -> str:
        return f"undecided: {self.account}".rstrip()


class UnsupportedModel(MargincertError, ValueError):
    """A model that is no network of the kind that certificates are about; the message says what can be done.

    Attributes
    ----------
    module : str
        The name of the part of the model at fault, empty for the whole.
    """

    def __init__(self, problem: str, module: str = "") -> None:
        super().__init__(problem, module)
        self.problem = problem
        self.module = module

    def __str__(self) -> str:
        return f"{self.module}: {self.problem}" if self.module else self.problem

    def __reduce__(self) -> Tuple[Any, ...]:
        return (UnsupportedModel, self.args)


class HuntError(MargincertError, ValueError):
    """A conjecture that cannot be read, or bounds and options of a hunt that make no sense."""


class DatabaseError(MargincertError):
    """A database that cannot be read, written or joined with another."""
