#!/usr/bin/env python3
"""Train a network whose layers are not dense, the way of train.py, and save it for `margincert polish --network`.

    python train_sparse.py convolution --seed 1 --out run
    margincert polish run-model.npz run-data.npz --network run-network.json -o certificate.json

Needs numpy alone. Writes the network as certificates do, `OUT-network.json`, and the model with one array per layer: filters x width for
convolutions, outputs x inputs with 0 where there is no connection for sparse layers, one number per unit for diagonal ones.
"""
import argparse
import json

import numpy as np

from train import forward, gaussian, gradient


def architecture(kind, inputs, units, reads, rng):
    """The network in the words of the certificate format."""
    last = {"weights": "dense", "outputs": 1, "activation": "linear"}
    if kind == "convolution":
        patches = [list(range(k, k + reads)) for k in range(inputs - reads + 1)]
        return [{"weights": "convolution", "patches": patches, "filters": units, "activation": "relu"}, last]
    if kind == "diagonal":
        return [{"weights": "diagonal", "activation": "relu"}, {"weights": "diagonal", "activation": "relu"}, last]
    hidden = sparse(inputs, units, reads, rng)
    return [hidden, last] if kind == "sparse" else [hidden, sparse(units, units, reads, rng), last]


def sparse(inputs, units, reads, rng):
    """A layer whose units read some inputs each, with weights of their own."""
    entries, count = [], 0
    for _ in range(units):
        chosen = set(rng.choice(inputs, min(reads, inputs), replace=False))
        row = [None] * inputs
        for j in sorted(chosen):
            row[j], count = count, count + 1
        entries.append(row)
    return {"weights": "template", "entries": entries, "activation": "relu"}


def places(layer, inputs):
    """The index of each weight's parameter, outputs x inputs; -1 where there is no connection."""
    kind = layer["weights"]
    if kind == "dense":
        return np.arange(layer["outputs"] * inputs).reshape(-1, inputs)
    if kind == "diagonal":
        return np.where(np.eye(inputs, dtype=bool), np.arange(inputs), -1)
    if kind == "template":
        return np.array([[-1 if p is None else p for p in row] for row in layer["entries"]])
    rows = []
    for f in range(layer["filters"]):
        for patch in layer["patches"]:
            row = np.full(inputs, -1)
            row[patch] = f * len(patch) + np.arange(len(patch))
            rows.append(row)
    return np.array(rows)


def matrices(parameters, indices):
    return [np.where(index >= 0, values[index], 0.0) for values, index in zip(parameters, indices)]


def train(X, y, indices, scale, seed, most_steps, settled=1e-5):
    """Parameters after training, or None if the data were not separated; see train.py."""
    rng = np.random.default_rng(seed)
    parameters = [scale * rng.standard_normal(index.max() + 1) for index in indices]
    depth, last, kept = len(indices), -np.inf, None
    for step in range(most_steps):
        weights = matrices(parameters, indices)
        margins = y * forward(weights, X, 0.0)[2]
        norm = np.sqrt(sum((p**2).sum() for p in parameters))
        beta = min(1 + step * 0.05, 3000) / norm**depth * depth
        p = np.exp(-beta * (margins - margins.min()))
        gradients, _ = gradient(weights, X, p / p.sum() * y, 0.0)
        for values, index, G in zip(parameters, indices, gradients):
            np.add.at(values, index[index >= 0], 0.02 * G[index >= 0])
        norm = np.sqrt(sum((p**2).sum() for p in parameters))
        if norm > 3:
            parameters = [values * 3 / norm for values in parameters]
        if step % 1000 == 999 and step > 8000:
            now = (y * forward(matrices(parameters, indices), X, 0.0)[2]).min()
            if now > 0:
                kept = [values.copy() for values in parameters]
            if now > 0 and abs(now - last) < settled * now:
                break
            last = now
    return kept


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["convolution", "sparse", "sparse-deep", "diagonal"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--inputs", type=int, default=6)
    parser.add_argument("--samples", type=int, default=8)
    parser.add_argument("--units", type=int, default=3, help="filters, or hidden units of sparse layers")
    parser.add_argument("--reads", type=int, default=3, help="how many inputs a unit reads")
    parser.add_argument("--scale", type=float, default=0.3, help="size of the initial weights")
    parser.add_argument("--steps", type=int, default=40_000)
    parser.add_argument("--out", default="run", help="the files are OUT-network.json, OUT-model.npz and OUT-data.npz")
    arguments = parser.parse_args()
    X, y = gaussian(arguments.inputs, arguments.samples, arguments.seed)
    rng = np.random.default_rng([arguments.seed, 1])
    layers = architecture(arguments.kind, arguments.inputs, arguments.units, arguments.reads, rng)
    indices, width = [], arguments.inputs
    for layer in layers:
        indices.append(places(layer, width))
        width = len(indices[-1])
    parameters = train(X, y, indices, arguments.scale, arguments.seed, arguments.steps)
    if parameters is None:
        raise SystemExit("the network does not separate the data; try another seed, more units or more steps")
    weights = matrices(parameters, indices)
    shapes = {"diagonal": lambda l: parameters[l], "convolution": lambda l: parameters[l].reshape(layers[l]["filters"], -1)}
    arrays = [shapes.get(layer["weights"], lambda l: weights[l])(l) for l, layer in enumerate(layers)]
    with open(f"{arguments.out}-network.json", "w") as file:
        json.dump({"inputs": arguments.inputs, "layers": layers}, file)
    np.savez(f"{arguments.out}-model.npz", **{f"W{l + 1}": array for l, array in enumerate(arrays)})
    np.savez(f"{arguments.out}-data.npz", X=X, y=y)
    norm = np.sqrt(sum((values**2).sum() for values in parameters))
    margin = (y * forward(weights, X, 0.0)[2]).min() / norm ** len(layers)
    print(f"{len(X)} samples, normalised margin {margin:.6g}")


if __name__ == "__main__":
    main()
