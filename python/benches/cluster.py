#!/usr/bin/env python3
"""A hunt on a Dask cluster of this machine against the same hunt as two processes started by hand.

    python python/benches/cluster.py [--units 200] [--rounds 3]

Both do the same units on two processors: four workers of one thread each with eight shards, and two commands with a shard each, whose databases are merged.
Their rounds alternate, so that what else the machine does falls on both. Prints the seconds of each round and the ratio of the medians.
Needs `pip install margincert[dask]`.
"""
import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import distributed

import margincert as mc

CONJECTURE = "kkt & dense & relu & depth == 2 & nonzero_inputs -> local_optimum"


def on_a_cluster(client, folder, units):
    mc.explore(CONJECTURE, units=units, keep_going=True, database=folder / "cluster.db", client=client, shards=8)


def by_hand(folder, units):
    explore = [sys.executable, "-m", "margincert", "explore", CONJECTURE, f"--units={units}", "--keep-going", "--threads=1", "--done-is-success"]
    parts = [folder / f"part-{shard}.db" for shard in range(2)]
    processes = [
        subprocess.Popen([*explore, f"--shard={shard}/2", f"--db={part}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for shard, part in enumerate(parts)
    ]
    assert [process.wait() for process in processes] == [0, 0]
    merge = [sys.executable, "-m", "margincert", "db", "merge", *parts, f"--db={folder / 'by-hand.db'}"]
    subprocess.run(merge, check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    seconds = {"cluster": [], "by hand": []}
    with distributed.LocalCluster(n_workers=4, threads_per_worker=1, dashboard_address=None) as cluster, cluster.get_client() as client:
        for _ in range(arguments.rounds):
            for name, hunt in (("cluster", lambda folder: on_a_cluster(client, folder, arguments.units)), ("by hand", lambda folder: by_hand(folder, arguments.units))):
                with tempfile.TemporaryDirectory() as folder:
                    start = time.monotonic()
                    hunt(Path(folder))
                    seconds[name].append(time.monotonic() - start)
    for name, times in seconds.items():
        print(f"{name:8}", *(f"{value:.2f} s" for value in times))
    print(f"ratio of the medians: {statistics.median(seconds['cluster']) / statistics.median(seconds['by hand']):.2f}")


if __name__ == "__main__":
    main()
