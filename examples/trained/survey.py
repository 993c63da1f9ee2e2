#!/usr/bin/env python3
"""What do trained networks approach? Trains many on random data, polishes each, and counts what was proved.

    cargo build --release && python examples/trained/survey.py --command target/release/margincert --out survey

Writes OUT/runs.jsonl, one line a run, OUT/table.md and OUT/figure.svg. Runs that are in the file already are not done again. Networks of one
shape are trained together. With --depth 3 fewer and smaller networks are trained, one by one. Needs numpy alone.
"""
import argparse
import itertools
import json
import os
import subprocess
import tempfile

import numpy as np

import train as one_by_one
from batch import descend, outputs

INPUTS, SAMPLES, WIDTHS = (2, 5, 10), (5, 20, 40), (2, 10, 50)
SLOPES, SCALES = (0.0, 0.1), (0.1, 1.0)
# For depth 3.
DEEP_INPUTS, DEEP_SAMPLES, DEEP_WIDTHS, DEEP_SCALES = (2, 5), (5, 10), (4, 8), (0.5,)
COLUMNS = {
    "not_local_optimum": "not local",
    "local_optimum": "local, global open",
    "local_optimum_of_live_units": "local, of live units",
    "global_optimum": "global",
    "open": "open",
}
KINDS = [*COLUMNS, "not_enclosed"]


def train(X, y, W, v, slopes, most_steps=40_000, settled=1e-4):
    """Trains a batch: X (runs, samples, inputs), W (runs, width, inputs), v (runs, width); the way of train.py."""
    last, slopes = np.full(len(X), -np.inf), slopes[:, None, None]
    for step in range(most_steps):
        W, v, least, squared = descend(X, y, W, v, slopes, step, rate=0.02)
        if step % 1000 == 999 and step > 8000:
            now = least / squared
            if (np.abs(now - last) < settled * np.abs(now)).all():
                break
            last = now
    _, _, out = outputs(X, W, v, slopes)
    return W, v, (y * out).min(1) > 0


def train_one_by_one(X, y, width, depth, settings):
    """The weights of each run, and whether it separated its data."""
    runs = zip(X, y, settings)
    trained = [
        one_by_one.train(x, labels, width, depth=depth, slope=slope, scale=scale, seed=seed, most_steps=40_000)
        for x, labels, (seed, slope, scale) in runs
    ]
    return trained, [weights is not None for weights in trained]


def polish(command, X, y, weights, slope):
    with tempfile.TemporaryDirectory() as folder:
        model, data = f"{folder}/model.npz", f"{folder}/data.npz"
        np.savez(model, **{f"W{l + 1}": W for l, W in enumerate(weights)})
        np.savez(data, X=X, y=y)
        activation = "relu" if slope == 0 else f"leaky:{slope}"
        run = subprocess.run(
            [command, "polish", model, data, "--activation", activation, "--json", "--time-limit", "60", "-o", f"{folder}/c.json"],
            capture_output=True, text=True,
        )
        if "does not separate" in run.stderr:
            # By a rounding of the last margin.
            return dict(verdict="not_separated", reason=run.stderr, enclosed=None)
        if run.returncode not in (0, 3):
            raise SystemExit(f"polish failed: {run.stderr}")
        return json.loads(run.stdout)


def shapes(depth):
    return itertools.product(INPUTS, SAMPLES, WIDTHS) if depth == 2 else itertools.product(DEEP_INPUTS, DEEP_SAMPLES, DEEP_WIDTHS)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default="margincert")
    parser.add_argument("--out", default="survey")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--depth", type=int, default=2)
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    path = f"{arguments.out}/runs.jsonl"
    done = [json.loads(line) for line in open(path)] if os.path.exists(path) else []
    known = {(r["inputs"], r["samples"], r["width"]) for r in done}
    scales = SCALES if arguments.depth == 2 else DEEP_SCALES
    for inputs, samples, width in shapes(arguments.depth):
        if (inputs, samples, width) in known:
            continue
        settings = list(itertools.product(range(arguments.seeds), SLOPES, scales))
        # The data depend on the seed alone, so that activations and scales are compared on the same.
        draws = [np.random.default_rng([inputs, samples, seed]) for seed, _, _ in settings]
        X = np.stack([rng.standard_normal((samples, inputs)) for rng in draws])
        y = np.stack([rng.permutation(np.where(np.arange(samples) % 2 == 0, 1.0, -1.0)) for rng in draws])
        if arguments.depth == 2:
            starts = [np.random.default_rng([width, seed, 7]) for seed, _, _ in settings]
            W = np.stack([s * rng.standard_normal((width, inputs)) for rng, (_, _, s) in zip(starts, settings)])
            v = np.stack([s * rng.standard_normal(width) for rng, (_, _, s) in zip(starts, settings)])
            W, v, separated = train(X, y, W, v, np.array([slope for _, slope, _ in settings]))
            trained = [(hidden, last[None]) for hidden, last in zip(W, v)]
        else:
            trained, separated = train_one_by_one(X, y, width, arguments.depth, settings)
        rows = []
        for k, (seed, slope, scale) in enumerate(settings):
            row = dict(inputs=inputs, samples=samples, width=width, seed=seed, slope=slope, scale=scale, verdict="not_separated")
            if separated[k]:
                found = polish(arguments.command, X[k], y[k], trained[k], slope)
                row["verdict"], point = found["verdict"], found["enclosed"]
                row["why"] = found["reason"] or point["standing"]
                if point:
                    row |= dict(moved=point["moved"], condition=point["condition"], active=len(point["active"]), dead=len(point["dead"]))
                    parts = point["directions"] + point["layers"]
                    row |= dict(directions=len(point["directions"]), held=sum(len(part["held"]) for part in parts))
            rows.append(row)
        done += rows
        with open(path, "a") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
        print(inputs, samples, width, {kind: sum(r["verdict"] == kind for r in rows) for kind in KINDS + ["not_separated"]}, flush=True)
    with open(f"{arguments.out}/table.md", "w") as file:
        file.write(table(done))
    with open(f"{arguments.out}/figure.svg", "w") as file:
        file.write(figure(done))


def groups(runs):
    for slope in SLOPES:
        for width in sorted({r["width"] for r in runs}):
            name = ("ReLU" if slope == 0 else f"leaky ReLU {slope}") + f", width {width}"
            yield name, [r for r in runs if r["slope"] == slope and r["width"] == width]
    yield "all", runs


def table(runs):
    # Of units that live only points of depth 3 and more speak.
    kinds = [kind for kind in COLUMNS if kind != "local_optimum_of_live_units" or any(r["verdict"] == kind for r in runs)]
    header = ["networks", "runs", "separated", "enclosed", *map(COLUMNS.get, kinds)]
    lines = ["| " + " | ".join(header) + " |", "|---" * len(header) + "|"]
    for name, group in groups(runs):
        n = lambda *kinds: sum(r["verdict"] in kinds for r in group)
        cells = [len(group), n(*KINDS), n(*COLUMNS), *map(n, kinds)]
        lines.append(f"| {name} | " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines) + "\n"


def figure(runs):
    """Stacked bars: the shares of the enclosed points, a bar a group."""
    colours = {"not_local_optimum": "#c44e52", "open": "#cccccc", "local_optimum": "#dd8452", "global_optimum": "#4c72b0"}
    if any(r["verdict"] == "local_optimum_of_live_units" for r in runs):
        colours["local_optimum_of_live_units"] = "#eec9a4"
    rows = [(name, [r for r in group if r["verdict"] in colours]) for name, group in groups(runs)]
    height = 40 + 28 * len(rows)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 {height}" font-family="sans-serif" font-size="13">']
    parts.append("<title>What the KKT points are that trained networks approach</title>")
    x = 240
    for kind, colour in colours.items():
        parts.append(f'<rect x="{x}" y="8" width="12" height="12" fill="{colour}"/><text x="{x + 17}" y="19">{kind.removesuffix("_optimum").replace("_", " ")}</text>')
        x += 110
    for k, (name, group) in enumerate(rows):
        y, x = 34 + 28 * k, 240.0
        parts.append(f'<text x="230" y="{y + 15}" text-anchor="end">{name} ({len(group)})</text>')
        for kind, colour in colours.items():
            count = sum(r["verdict"] == kind for r in group)
            if count:
                w = 480 * count / len(group)
                parts.append(f'<rect x="{x:.1f}" y="{y}" width="{w:.1f}" height="20" fill="{colour}"/>')
                parts.append(f'<text x="{x + w / 2:.1f}" y="{y + 15}" text-anchor="middle" fill="white">{count}</text>')
                x += w
    return "\n".join(parts + ["</svg>"]) + "\n"


if __name__ == "__main__":
    main()
