#!/usr/bin/env python3
"""How many random tasks end in an enclosed KKT point that is decided, and how long does polishing take?

    cargo build --release && python examples/trained/gaussian.py --command target/release/margincert --out gaussian

Draws inputs from 2 to 10, samples from 4 to 30, widths from 2 to 20, Gaussian data with random labels; trains ReLU networks of depth 2 the way of
train.py, with steps that become smaller, until the normalised margin moves less than 1e-4, relatively, over 1,000 steps; polishes those that
separate their data. Writes OUT/tasks.jsonl, one line a task, and the models and data of those that were not decided. Tasks are trained together,
padded with zeros, which stay 0. Needs numpy alone.
"""
import argparse
import json
import os
import resource
import statistics
import subprocess

import numpy as np

from batch import descend

MOST = dict(inputs=10, samples=30, width=20)


def draw(seed):
    """A task with its initial weights, padded with zeros; padded samples have the label 0."""
    rng = np.random.default_rng([2026, seed])
    inputs, samples, width = (int(rng.integers(least, MOST[what] + 1)) for what, least in [("inputs", 2), ("samples", 4), ("width", 2)])
    X, y = np.zeros((MOST["samples"], MOST["inputs"])), np.zeros(MOST["samples"])
    W, v = np.zeros((MOST["width"], MOST["inputs"])), np.zeros(MOST["width"])
    X[:samples, :inputs] = rng.standard_normal((samples, inputs))
    # Both labels occur.
    y[:samples] = rng.permutation(np.concatenate([[1.0, -1.0], rng.choice([-1.0, 1.0], samples - 2)]))
    W[:width, :inputs] = 0.3 * rng.standard_normal((width, inputs))
    v[:width] = 0.3 * rng.standard_normal(width)
    return dict(seed=seed, inputs=inputs, samples=samples, width=width), X, y, W, v


def train(X, y, W, v, most_steps=200_000, patience=30_000, settled=1e-4):
    """Trains a batch; gives for each its weights, and `settled`, `not-settled` or `not-separated`.

    A task leaves the batch when it has settled, or when it does not separate its data after `patience` steps.
    """
    count = len(X)
    done_W, done_v, said, steps = W.copy(), v.copy(), np.array(["not-settled"] * count, object), np.zeros(count, int)
    places, last = np.arange(count), np.full(count, -np.inf)
    for step in range(most_steps):
        # With steps of one size the margin would go up and down by more than 1e-4.
        W, v, least, squared = descend(X, y, W, v, 0.0, step, rate=0.02 * min(1, 10_000 / (step + 1)))
        if step % 1000 == 999 and step > 8000:
            now = least / squared
            is_settled = (now > 0) & (np.abs(now - last) < settled * now)
            leaves = is_settled | ((now <= 0) & (step >= patience))
            done_W[places], done_v[places], steps[places] = W, v, step + 1
            said[places[leaves]] = np.where(is_settled, "settled", "not-separated")[leaves]
            stay = ~leaves
            X, y, W, v, places, last = (a[stay] for a in (X, y, W, v, places, now))
            if len(places) == 0:
                break
    said[places[last <= 0]] = "not-separated"
    return done_W, done_v, said, steps


def polish(command, folder, task, X, y, W, v):
    """What is found, and the processor time that it took in seconds."""
    i, s, w = task["inputs"], task["samples"], task["width"]
    name = f"{folder}/{task['seed']}"
    np.savez(f"{name}-model.npz", W1=W[:w, :i], W2=v[None, :w])
    np.savez(f"{name}-data.npz", X=X[:s, :i], y=y[:s])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    arguments = [command, "polish", f"{name}-model.npz", f"{name}-data.npz", "--json", "-o", f"{name}.json", "--force"]
    run = subprocess.run(arguments, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode not in (0, 3):
        raise SystemExit(f"task {task['seed']}: {run.stderr}")
    found = json.loads(run.stdout)
    if run.returncode == 0:
        for end in ("-model.npz", "-data.npz", ".json"):
            os.remove(name + end)
    return found, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default="margincert")
    parser.add_argument("--tasks", type=int, default=250)
    parser.add_argument("--out", default="gaussian")
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    tasks, *arrays = zip(*map(draw, range(arguments.tasks)))
    X, y, W, v = map(np.stack, arrays)
    W, v, said, steps = train(X, y, W, v)
    rows = []
    with open(f"{arguments.out}/tasks.jsonl", "w") as file:
        for k, task in enumerate(tasks):
            row = task | dict(training=said[k], steps=int(steps[k]))
            if said[k] == "settled":
                found, seconds = polish(arguments.command, arguments.out, task, X[k], y[k], W[k], v[k])
                point = found["enclosed"]
                row |= dict(verdict=found["verdict"], why=found["reason"] or point["standing"], seconds=seconds)
                if point:
                    trained = (W[k] ** 2).sum() + (v[k] ** 2).sum()
                    row |= dict(half=point["half_norm_squared"], trained_half=trained / found["least_margin"] / 2)
                    row |= dict(moved=point["moved"], held=sum(len(d["held"]) for d in point["directions"]))
            rows.append(row)
            file.write(json.dumps(row) + "\n")
    polished = [row for row in rows if row["training"] == "settled"]
    verdicts = [row["verdict"] for row in polished]
    print({what: list(said).count(what) for what in ("settled", "not-settled", "not-separated")})
    print({what: verdicts.count(what) for what in sorted(set(verdicts))})
    seconds = sorted(row["seconds"] for row in polished)
    print(f"processor time: median {statistics.median(seconds):.3f} s, 9 in 10 at most {seconds[9 * len(seconds) // 10]:.3f} s, most {seconds[-1]:.3f} s")
    for row in polished:
        if row["verdict"] in ("open", "not_enclosed"):
            print(row["seed"], row["why"])


if __name__ == "__main__":
    main()
