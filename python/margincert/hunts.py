"""Hunts for counterexamples to conjectures about KKT points, on one machine or on a cluster."""

from __future__ import annotations

import enum
import json
import os
import tempfile
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path as FilePath
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from . import _core
from .documents import Certificate, Path
from .progress import notebook_line, require_callable

__all__ = ["Counts", "Ended", "Find", "Hunt", "HuntVerdict", "Progress", "explore", "merge"]

Range = Union[int, str, Tuple[int, int]]


class HuntVerdict(enum.Enum):
    """What a hunt says of its conjecture."""

    BROKEN = "broken"
    """There is a certified counterexample."""
    PROVED = "proved"
    """A census looked at every instance within the bounds, and it holds on all of them."""
    OPEN = "open"
    """Nothing was found."""


class Ended(enum.Enum):
    """Why a hunt ended."""

    COMPLETE = "complete"
    """Everything that was asked for is done, or all up to the first counterexample."""
    STOPPED = "stopped"
    """It was interrupted."""
    TIME_LIMIT = "time_limit"
    """The time was up."""
    FAILED = "failed"
    """Units of work failed, which is an error in the program; all others are done."""


@dataclass(frozen=True)
class Counts:
    """How many instances were looked at, and what came of them."""

    instances: int
    kkt: int
    holds: int
    vacuous: int
    undecided: int
    broken: int


@dataclass(frozen=True)
class Find:
    """A counterexample: its id, the unit of work that found it, and its certificate."""

    id: str
    unit: int
    certificate: Certificate


@dataclass(frozen=True)
class Progress:
    """How far a hunt is: units of work done, of so many, and the different counterexamples found so far."""

    done: int
    units: int
    finds: int


@dataclass(frozen=True)
class Hunt:
    """What came of a hunt.

    Attributes
    ----------
    conjecture : str
        As the program writes it.
    verdict : HuntVerdict
    ended : Ended
    counts : Counts
    finds : tuple of Find
        The counterexamples, made as small as possible.
    done, units : int
        Units of work that are done, of so many.
    run : str
        The run's id in the database.
    database : str or None
        The database that keeps it, if one was named.
    failures : tuple of str
        What units that failed said.
    """

    conjecture: str
    verdict: HuntVerdict
    ended: Ended
    counts: Counts
    finds: Tuple[Find, ...]
    done: int
    units: int
    run: str
    database: Optional[str]
    failures: Tuple[str, ...] = ()

    def failed(self, failures: Sequence[str]) -> "Hunt":
        """The same with units that failed."""
        ended = self.ended if self.ended is Ended.COMPLETE else Ended.FAILED
        return replace(self, ended=ended, failures=(*self.failures, *failures))

    def __repr__(self) -> str:
        found = f"{len(self.finds)} counterexamples" if self.finds else "no counterexample"
        work = f"{self.done} of {self.units} units, {self.counts.kkt} KKT points"
        return f"<Hunt: {self.verdict.value}, {found}, {self.ended.value}: {work}; {self.conjecture}>"

    def _repr_html_(self) -> str:
        finds = "".join(find.certificate._repr_html_() for find in self.finds[:3])
        more = f"<p>and {len(self.finds) - 3} more</p>" if len(self.finds) > 3 else ""
        return f"<p><b>{escape(self.verdict.value)}</b> {escape(repr(self)[1:-1])}</p>{finds}{more}"


_NO_COUNTS: Dict[str, int] = dict.fromkeys(["instances", "kkt", "holds", "vacuous", "undecided", "broken"], 0)


@dataclass
class Listener:
    """Gathers the events of a run."""

    progress: Optional[Callable[[Progress], Any]] = None
    events: Dict[str, Dict[str, Any]] = field(default_factory=dict)
    finds: Dict[str, int] = field(default_factory=dict)
    failures: List[str] = field(default_factory=list)
    glance: Optional[Callable[[], Any]] = None

    def __call__(self, line: Optional[str] = None) -> None:
        if line is None:
            if self.glance is not None:
                self.glance()
            return
        event = json.loads(line)
        kind = event["event"]
        self.events[kind] = event
        if kind == "find":
            self.finds.setdefault(event["id"], event["unit"])
        elif kind == "failed":
            self.failures.append(f"unit {event['unit']}: {event['message']}")
        if self.progress is not None and kind in ("begin", "progress", "end"):
            self.progress(Progress(event.get("done", 0), event.get("units", 0), len(self.finds)))


def _range(value: Range) -> str:
    if isinstance(value, (tuple, list)):
        least, greatest = value
        return f"{least}..{greatest}"
    return str(value)


def _words(value: Union[str, Iterable[str]]) -> str:
    return value if isinstance(value, str) else ",".join(value)


def explore(
    conjecture: Union[str, "os.PathLike[str]"],
    *,
    instances: Optional[int] = None,
    units: Optional[int] = None,
    database: Optional[Path] = None,
    resume: bool = False,
    source: Optional[str] = None,
    known: Sequence[Path] = (),
    seed: int = 0,
    keep_going: bool = False,
    time_limit: Optional[float] = None,
    threads: Optional[int] = None,
    architecture: Union[None, str, Iterable[str]] = None,
    activation: Union[None, str, Iterable[str]] = None,
    depth: Optional[Range] = None,
    inputs: Optional[Range] = None,
    samples: Optional[Range] = None,
    width: Optional[Range] = None,
    height: Optional[int] = None,
    progress: Optional[Callable[[Progress], Any]] = None,
    client: Any = None,
    shards: Optional[int] = None,
    retries: int = 3,
) -> Hunt:
    """Hunts for a counterexample: instances are drawn and judged by exact proofs, and only what the checker accepts counts.

    What `margincert explore` does, with the same arguments. Equal hunts find equal things, whatever the number of threads, of shards and of
    machines.

    Parameters
    ----------
    conjecture : str or path
        A formula of facts such as ``"kkt & relu & nonzero_inputs -> local_optimum"``, or a file that holds one.
    instances : int, optional
        Draw about so many [100,000]; or, instead, do so many `units` of work.
    database : path, optional
        Where to keep what is found; made if there is none. If none is named nothing is kept but what is returned.
    resume : bool
        Go on with a run that the database holds a part of.
    source : {"inverse", "forward", "neighbours", "census", "mixed"}, optional
    known : paths
        Certificates whose neighbours are drawn.
    seed : int
    keep_going : bool
        Go on after the first unit with a counterexample.
    time_limit : float, optional
        Seconds.
    threads : int, optional
        One a processor if not given; on a cluster one a shard.
    architecture, activation, depth, inputs, samples, width, height
        Bounds on the instances; a range is ``2``, ``"2..3"`` or ``(2, 3)``.
    progress : callable, optional
        Called with a `Progress` about once a second; an exception in it ends the hunt.
    client : distributed.Client, optional
        A Dask cluster to work on: the work is divided into `shards`, each a task with so many `retries`, and what they find is joined as it
        arrives. Needs ``pip install margincert[dask]`` here and on the workers.
    shards : int, optional
        Into how many tasks the work is divided; four a thread of the cluster if not given.

    Returns
    -------
    Hunt

    Raises
    ------
    HuntError
        When the conjecture cannot be read or the bounds make no sense.
    DatabaseError
        When the database cannot be read or written.
    KeyboardInterrupt
        On Ctrl-C. What is done by then is in the database, if one was named: go on with ``resume=True``.

    Examples
    --------
    >>> hunt = explore("kkt & diagonal & linear & depth == 2 -> local_optimum", units=2)
    >>> hunt.verdict, all(hunt.finds[0].certificate.check())
    (<HuntVerdict.BROKEN: 'broken'>, True)
    """
    options: List[str] = []
    named = {
        "--instances": instances,
        "--units": units,
        "--source": source,
        "--seed": seed,
        "--time-limit": time_limit,
        "--threads": threads if client is None or threads is not None else 1,
        "--architecture": None if architecture is None else _words(architecture),
        "--activation": None if activation is None else _words(activation),
        "--depth": None if depth is None else _range(depth),
        "--inputs": None if inputs is None else _range(inputs),
        "--samples": None if samples is None else _range(samples),
        "--width": None if width is None else _range(width),
        "--height": height,
    }
    for name, value in named.items():
        if value is not None:
            options.append(f"{name}={value}")
    options.extend(f"--known={os.fspath(path)}" for path in ([known] if isinstance(known, (str, os.PathLike)) else known))
    options.extend(["--keep-going"] if keep_going else [])
    words = [*options, "--", os.fspath(conjecture)]
    if shards is not None and client is None:
        raise ValueError("shards divide the work between the workers of a client; give client=, or threads= on one machine")
    require_callable(progress)
    with notebook_line() as line:
        if progress is None and line is not None:
            tell = line
            progress = lambda now: tell(f"{now.done} of {now.units} units, {now.finds} counterexamples")  # noqa: E731
        if client is not None:
            from .cluster import explore_on

            return explore_on(client, words, shards, retries, database, resume, progress)
        return run(words, database, resume, progress)


def run(
    words: Sequence[str], database: Optional[Path], resume: bool, progress: Optional[Callable[[Progress], Any]]
) -> Hunt:
    """Explores in this process, and reads what came of it."""
    with tempfile.TemporaryDirectory(prefix="margincert-") as folder:
        place = os.fspath(database) if database is not None else os.path.join(folder, "hunt.db")
        listener = Listener(progress)
        _core.explore([f"--db={place}", *(["--resume"] if resume else []), *words], listener)
        return hunt_of(listener, place, None if database is None else place)


def hunt_of(listener: Listener, place: str, database: Optional[str]) -> Hunt:
    """What came of a run, from its last event and the database."""
    end = listener.events["end"]
    begin = listener.events.get("begin", end)
    finds = []
    for found in end.get("finds", []):
        # Of a find the smallest certificate that breaks the conjecture; one that others made of it may be there as well.
        _, text = _core.export(place, [found["id"]])[0]
        finds.append(Find(found["id"], found["unit"], Certificate.parse(text)))
    return Hunt(
        conjecture=begin["conjecture"],
        verdict=HuntVerdict(end["verdict"]),
        ended=Ended(end["ended"]),
        counts=Counts(**{**_NO_COUNTS, **end.get("counts", {})}),
        finds=tuple(finds),
        done=end.get("done", 0),
        units=end.get("units", 0),
        run=end.get("run", ""),
        database=database,
        failures=tuple(listener.failures),
    )


def merge(database: Path, others: Union[Path, Iterable[Path]]) -> FilePath:
    """Takes over into a database, made if there is none, all that others hold, such as those of other shards.

    It does not matter in which order, or how often.

    Raises
    ------
    DatabaseError
        When one cannot be read or written, or two hold different results for the same unit of work.
    """
    several = [others] if isinstance(others, (str, os.PathLike)) else list(others)
    _core.merge(os.fspath(database), [os.fspath(other) for other in several])
    return FilePath(database)
