"""What the prover was asked, what it found and how, and what it tried in vain."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, List, Optional, Tuple

from .errors import Undecided

if TYPE_CHECKING:
    from .documents import Certificate

__all__ = ["Account", "Answer", "Result", "Step", "Verdict"]


class Verdict(enum.Enum):
    """What a certificate says of its point, all layers free."""

    INFEASIBLE = "infeasible"
    """It violates a constraint."""
    NOT_KKT = "not_kkt"
    """It is feasible, but no KKT point."""
    GLOBAL_OPTIMUM = "global_optimum"
    """It is a global optimum."""
    LOCAL_OPTIMUM = "local_optimum"
    """It is a local optimum; whether a global one is another question."""
    NOT_LOCAL_OPTIMUM = "not_local_optimum"
    """It is a KKT point, but no local optimum."""
    NOT_OPTIMAL = "not_optimal"
    """It is no local optimum; whether a KKT point is open."""
    KKT = "kkt"
    """It is a KKT point; whether a local optimum is open."""
    FEASIBLE = "feasible"
    """It is feasible; nothing else was proved."""


class Answer(enum.Enum):
    """The kind of an answer."""

    PROVED = "proved"
    """Claims that passed the checker."""
    OPEN = "open"
    """Left open."""


@dataclass(frozen=True)
class Step:
    """A question with its answer.

    Attributes
    ----------
    question : str
        ``feasible``, ``hypotheses``, ``kkt``, ``local``, ``global`` or ``flow``.
    layer : int or None
        The layer that it is about, `None` for all.
    answer : Answer
    claims : tuple of str
        The claims that passed.
    words : tuple of str
        How it was proved, or what was tried.
    seconds : float
        How long it took.
    """

    question: str
    layer: Optional[int]
    answer: Answer
    claims: Tuple[str, ...]
    words: Tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Account:
    """The account of a run of the prover.

    Attributes
    ----------
    verdict : Verdict
    decided : bool
        Whether the main question was settled: the point is infeasible, or no KKT point, or a KKT point of which it is known whether it
        is a local optimum. If topics were named, whether all of them were.
    steps : tuple of Step
        The questions in the order asked.
    """

    verdict: Verdict
    decided: bool
    steps: Tuple[Step, ...]
    _words: str

    @classmethod
    def _of(cls, told: Any) -> "Account":
        verdict, decided, steps, words = told
        read = (
            Step(question, layer, Answer(kind), tuple(claims), tuple(how for how in hows if how), seconds)
            for question, layer, kind, claims, hows, seconds in steps
        )
        return cls(Verdict(verdict), decided, tuple(read), words)

    @property
    def open(self) -> Tuple[Step, ...]:
        """The questions that were left open."""
        return tuple(step for step in self.steps if step.answer is Answer.OPEN)

    def __str__(self) -> str:
        return self._words

    def __repr__(self) -> str:
        return f"<Account: {self._words.splitlines()[0]}; {len(self.steps)} questions, {len(self.open)} open>"

    def _repr_html_(self) -> str:
        def row(step: Step) -> str:
            question = step.question + ("" if step.layer is None else f", layer {step.layer}")
            found = ", ".join(step.claims) or step.answer.value
            cells: List[str] = [question, found, "; ".join(step.words), f"{step.seconds * 1e3:.1f} ms"]
            return "<tr>" + "".join(f"<td style='text-align: left'>{escape(cell)}</td>" for cell in cells) + "</tr>"

        header = "<tr><th>question</th><th>answer</th><th>how</th><th>time</th></tr>"
        rows = "".join(row(step) for step in self.steps)
        return f"<p><b>{escape(self._words.splitlines()[0])}</b></p><table>{header}{rows}</table>"


@dataclass(frozen=True)
class Result:
    """What the prover came to.

    Attributes
    ----------
    certificate : Certificate
        Every claim of it has passed the checker.
    account : Account
        What was asked, found, and tried in vain.
    """

    certificate: "Certificate"
    account: Account

    @property
    def verdict(self) -> Verdict:
        """What the certificate says of the point."""
        return self.account.verdict

    @property
    def decided(self) -> bool:
        """Whether the main question was settled; see `Account`."""
        return self.account.decided

    def require_decided(self) -> "Result":
        """This result, if it is decided.

        Raises
        ------
        Undecided
            With the account.
        """
        if not self.decided:
            raise Undecided(self.account)
        return self

    def __repr__(self) -> str:
        return f"<Result: {str(self.account).splitlines()[0]}>"

    def _repr_html_(self) -> str:
        return self.certificate._repr_html_() + self.account._repr_html_()
