"""Hunts on a Dask cluster of this machine: its scheduler and workers are processes of their own, on the loopback interface."""

import signal
import subprocess
import sys
import time

import pytest

import margincert as mc
from test_hunts import BOUNDS, FALSE, TRUE, dump

distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install margincert[dask]")


class Cluster:
    """A scheduler and workers, each without a nanny, so that a worker that is killed stays dead."""

    def __init__(self, folder):
        self.processes = []
        self.file = folder / "scheduler.json"
        self.folder = folder
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(self.file))

    def start(self, kind, *arguments):
        command = [sys.executable, "-m", "distributed.cli.dask_" + kind, *arguments]
        log = open(self.folder / f"{kind}-{len(self.processes)}.log", "w")
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=self.folder)
        self.processes.append((process, log))
        return process

    def worker(self, name):
        return self.start(
            "worker", "--scheduler-file", str(self.file), "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name,
            "--local-directory", str(self.folder / name),
        )  # fmt: skip

    def client(self, workers):
        deadline = time.monotonic() + 60
        while not self.file.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        client = distributed.Client(scheduler_file=str(self.file), timeout=60, set_as_default=False)
        client.wait_for_workers(workers, timeout=60)
        return client

    def close(self):
        for process, log in self.processes:
            process.kill()
            process.wait()
            log.close()


@pytest.fixture
def cluster(tmp_path):
    (tmp_path / "cluster").mkdir()
    cluster = Cluster(tmp_path / "cluster")
    try:
        yield cluster
    finally:
        cluster.close()


def enough_units(seconds):
    """So many units as one thread does in about this time, whatever the machine and the build."""
    start = time.monotonic()
    mc.explore(FALSE, units=2, threads=1, **BOUNDS)
    return min(400, max(16, round(2 * seconds / (time.monotonic() - start))))


def test_a_worker_killed_midway_changes_nothing(cluster, tmp_path):
    whole, joined = tmp_path / "whole.db", tmp_path / "joined.db"
    units = enough_units(8)
    victim = cluster.worker("victim")
    cluster.worker("other")
    told, killed_at = [], []

    def kill_midway(progress):
        told.append(progress)
        if progress.done >= 3 and not killed_at:
            victim.send_signal(signal.SIGKILL)
            killed_at.append(progress.done)

    with cluster.client(2) as client:
        hunt = mc.explore(FALSE, units=units, database=joined, client=client, shards=8, progress=kill_midway, **BOUNDS)
    assert victim.wait(timeout=10) == -signal.SIGKILL and killed_at[0] < units, "it was killed while there was work"
    single = mc.explore(FALSE, units=units, database=whole, **BOUNDS)
    assert dump(joined) == dump(whole)
    assert (hunt.counts, hunt.finds, hunt.ended, hunt.done) == (single.counts, single.finds, mc.Ended.COMPLETE, units)
    assert told[-1].done == units


def test_an_exception_in_progress_gives_up_every_shard(cluster, tmp_path):
    cluster.worker("one")

    class Enough(Exception):
        pass

    def enough(progress):
        if progress.done >= 1:
            raise Enough

    with cluster.client(1) as client:
        with pytest.raises(Enough):
            mc.explore(TRUE, instances=10_000_000, keep_going=True, client=client, shards=4, progress=enough)
        deadline = time.monotonic() + 20
        while any(client.processing().values()) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not any(client.processing().values())
        # The worker is free for what comes next.
        assert client.submit(lambda: 5, pure=False).result(timeout=20) == 5
        with pytest.raises(mc.HuntError, match="cannot be read"):
            mc.explore("kkt -> fame", client=client)
        with pytest.raises(ValueError, match="shards"):
            mc.explore(TRUE, client=client, shards=0)


def test_a_hunt_is_taken_up_on_a_cluster(cluster, tmp_path):
    cluster.worker("one")
    whole, parts = tmp_path / "whole.db", tmp_path / "parts.db"
    mc.explore(FALSE, units=6, database=whole, **BOUNDS)
    begun = mc.explore(FALSE, units=6, database=parts, time_limit=0, **BOUNDS)
    assert begun.ended is mc.Ended.TIME_LIMIT
    with cluster.client(1) as client:
        hunt = mc.explore(FALSE, units=6, database=parts, client=client, shards=3, resume=True, **BOUNDS)
    assert hunt.ended is mc.Ended.COMPLETE and dump(parts) == dump(whole)
