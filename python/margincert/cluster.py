"""Hunts on a Dask cluster: shards as tasks, joined as they arrive."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
import uuid
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from . import _core
from .documents import Path
from .hunts import Ended, Hunt, Listener, Progress, hunt_of

__all__ = ["explore_on"]

PERIOD = 1.0
"""Seconds between a shard's looks at whether the hunt has been given up."""
GLANCE = 0.1
"""Seconds between two looks at which shards have arrived."""
TIME_LIMIT = "--time-limit="


class GivenUp(Exception):
    """Whoever asked for the hunt does not want it any more."""


def explore_on(
    client: Any,
    words: Sequence[str],
    shards: Optional[int],
    retries: int,
    database: Optional[Path],
    resume: bool,
    progress: Optional[Callable[[Progress], Any]],
) -> Hunt:
    """Does the shards of a run on a cluster, and joins what they find."""
    from distributed import Event

    count = shards if shards is not None else 4 * max(1, sum(client.nthreads().values()))
    if count < 1:
        raise ValueError(f"shards: expected 1 or more, found {count}")
    topic = f"margincert-{uuid.uuid4().hex}"
    limits = [float(word[len(TIME_LIMIT) :]) for word in words if word.startswith(TIME_LIMIT)]
    end = time.time() + limits[0] if limits else None
    untimed = [word for word in words if not word.startswith(TIME_LIMIT)]
    with tempfile.TemporaryDirectory(prefix="margincert-") as folder:
        place = os.fspath(database) if database is not None else os.path.join(folder, "hunt.db")
        # What is wrong with the arguments is said before anything is sent.
        listener = _look(place, untimed, resume)
        failures: List[str] = []
        if listener.events["end"]["ended"] != Ended.COMPLETE.value:
            start = FileBytes(place) if listener.events["end"]["done"] > 0 else None
            started = None if start is None else client.scatter(start, hash=False)
            futures = [
                client.submit(
                    _shard, untimed, f"{index}/{count}", topic, end, started, retries=retries, pure=False, key=f"{topic}-{index}"
                )
                for index in range(count)
            ]
            given_up = Event(topic, client=client)
            try:
                with _told(client, topic, progress) as tell:
                    for data, said in _results(futures, tell):
                        failures.extend(said)
                        part = os.path.join(folder, "part.db")
                        data.write(part)
                        _core.merge(place, [part])
                        os.remove(part)
            except BaseException:
                # Shards that have begun look at this themselves; those that have not are taken away.
                given_up.set()
                client.cancel(futures)
                raise
            listener = _look(place, untimed, resume=True)
        hunt = hunt_of(listener, place, None if database is None else place)
        if progress is not None:
            # What the last shards told may still be on its way.
            progress(Progress(hunt.done, hunt.units, len(hunt.finds)))
        return hunt if not failures else hunt.failed(failures)


class FileBytes:
    """What a file holds, for another machine."""

    def __init__(self, path: str) -> None:
        with open(path, "rb") as file:
            self.data = file.read()

    def write(self, path: str) -> None:
        with open(path, "wb") as file:
            file.write(self.data)


def _look(place: str, words: Sequence[str], resume: bool) -> Listener:
    """Begins a run that is on record already or is to be, does nothing of it, and is told how it stands."""
    listener = Listener()
    _core.explore([f"--db={place}", *(["--resume"] if resume else []), f"{TIME_LIMIT}0", *words], listener)
    return listener


def _results(futures: List[Any], tell: Callable[[], None]) -> Iterator[Tuple[FileBytes, List[str]]]:
    """The results of futures as they arrive."""
    # `distributed.wait` asks for a default client, which there need not be.
    while futures:
        time.sleep(GLANCE)
        tell()
        for future in [future for future in futures if future.done()]:
            yield future.result()
            # Nobody needs what is held of it any more.
            futures.remove(future)


def _shard(
    words: List[str], shard: str, topic: str, end: Optional[float], start: Optional[FileBytes]
) -> Tuple[FileBytes, List[str]]:
    """One shard, on a worker: its database, and what units that failed said."""
    from distributed import Event, get_client, get_worker

    worker = get_worker()
    given_up, last = Event(topic, client=get_client()), time.monotonic()

    def glance() -> None:
        nonlocal last
        if time.monotonic() - last >= PERIOD:
            last = time.monotonic()
            if given_up.is_set():
                raise GivenUp(topic)

    def report(progress: Progress) -> None:
        worker.log_event(topic, {"shard": shard, "done": progress.done, "units": progress.units, "finds": progress.finds})

    with tempfile.TemporaryDirectory(prefix="margincert-") as folder:
        place = os.path.join(folder, "shard.db")
        options = [f"--db={place}", f"--shard={shard}"]
        if start is not None:
            start.write(place)
            options.append("--resume")
        if end is not None:
            options.append(f"{TIME_LIMIT}{max(0.0, end - time.time())}")
        listener = Listener(report, glance=glance)
        _core.explore([*options, *words], listener)
        return FileBytes(place), listener.failures


@contextlib.contextmanager
def _told(client: Any, topic: str, progress: Optional[Callable[[Progress], Any]]) -> Iterator[Callable[[], None]]:
    """Adds up what the shards tell. The thread that asked for the hunt hands it on, so that an exception in `progress` ends the hunt."""
    told: Dict[str, Dict[str, int]] = {}
    last: List[Optional[Progress]] = [None]

    def listen(event: Tuple[float, Any]) -> None:
        _, message = event
        told[message["shard"]] = message

    def tell() -> None:
        if progress is not None:
            latest = list(told.values())
            done, units, finds = (sum(part[key] for part in latest) for key in ("done", "units", "finds"))
            latest_sum = Progress(done, units, finds)
            if latest_sum != last[0]:
                last[0] = latest_sum
                progress(latest_sum)

    if progress is None:
        yield tell
        return
    client.subscribe_topic(topic, listen)
    try:
        yield tell
    finally:
        client.unsubscribe_topic(topic)
