#!/usr/bin/env python3
"""Train a small network without biases until its direction has nearly settled, and save it for `margincert polish`.

    python train.py gaussian --seed 1 --inputs 4 --samples 12 --width 8 --out run
    margincert polish run-model.npz run-data.npz -o certificate.json

Needs numpy alone; `iris` and `digits` take their data from scikit-learn. The model file holds one array per layer, `W1`, `W2`, ...
(outputs x inputs), the data file `X` (samples x inputs) and `y` (1 or -1).

Training is gradient descent on the exponential loss with a step size that grows with the margin, which follows the same path as
gradient flow in direction, but faster: weights are rescaled, and the gradient is that of the smoothed minimum of the margins.
"""
import argparse

import numpy as np


def forward(weights, X, slope):
    """What each layer reads, its preactivations, and the outputs."""
    read, preactivations = [X], []
    for l, W in enumerate(weights):
        Z = read[-1] @ W.T
        preactivations.append(Z)
        if l + 1 < len(weights):
            read.append(np.where(Z > 0, Z, slope * Z))
    return read, preactivations, preactivations[-1][:, 0]


def gradient(weights, X, c, slope):
    """The gradient of sum_i c_i Phi(x_i), and the outputs."""
    read, preactivations, outputs = forward(weights, X, slope)
    gradients, D = [None] * len(weights), c[:, None]
    for l in reversed(range(len(weights))):
        gradients[l] = D.T @ read[l]
        if l > 0:
            D = (D @ weights[l]) * np.where(preactivations[l - 1] > 0, 1.0, slope)
    return gradients, outputs


def normalised_margin(weights, X, y, slope):
    """The least margin of the network scaled to norm 1."""
    norm = np.sqrt(sum((W**2).sum() for W in weights))
    return (y * forward(weights, X, slope)[2]).min() / norm ** len(weights)


def train(X, y, width, depth=2, slope=0.0, scale=0.3, seed=0, most_steps=60_000, settled=1e-4):
    """Weights after training, or None if the data were not separated.

    Stops when the normalised margin moves less than `settled`, relatively, over 1,000 steps.
    """
    rng = np.random.default_rng(seed)
    sizes = [X.shape[1]] + [width] * (depth - 1) + [1]
    weights = [scale * rng.standard_normal((o, i)) for i, o in zip(sizes, sizes[1:])]
    last = -np.inf
    for step in range(most_steps):
        outputs = forward(weights, X, slope)[2]
        margins = y * outputs
        norm = np.sqrt(sum((W**2).sum() for W in weights))
        beta = min(1 + step * 0.05, 3000) / norm**depth * depth
        p = np.exp(-beta * (margins - margins.min()))
        gradients, _ = gradient(weights, X, p / p.sum() * y, slope)
        weights = [W + 0.02 * G for W, G in zip(weights, gradients)]
        norm = np.sqrt(sum((W**2).sum() for W in weights))
        if norm > 3:
            weights = [W * 3 / norm for W in weights]
        if step % 1000 == 999 and step > 8000:
            now = normalised_margin(weights, X, y, slope)
            if now > 0 and abs(now - last) < settled * now:
                break
            last = now
    return weights if (y * forward(weights, X, slope)[2]).min() > 0 else None


def train_scaled(X, y, width, slope=0.0, seed=0, steps=60_000):
    """The same for depth 2 and data whose inputs differ much in size, where gradient descent takes too long.

    Adam, in coordinates in which every input but a constant one has mean 0 and variance 1: first on the logistic loss until the data are separated,
    then on the logarithm of the smoothed minimum of the normalised margins. These are those of the network on the data as they are, so that
    what it approaches are KKT points of the same problem, but not always the one that gradient flow would.
    """
    rng = np.random.default_rng(seed)
    varies = X.std(0) > 0
    scale, constant = np.where(varies, X.std(0), 1.0), np.flatnonzero(~varies)
    if len(constant) != 1:
        raise SystemExit("train_scaled needs one constant input")
    # x = M s for the standardised input s, and W x = (W M) s.
    M = np.diag(scale)
    M[varies, constant[0]] = X.mean(0)[varies] / X[0, constant[0]]
    S = X @ np.linalg.inv(M).T
    parameters = [0.7 * rng.standard_normal((width, X.shape[1])), 0.7 * rng.standard_normal(width)]
    first, second = [np.zeros_like(p) for p in parameters], [np.zeros_like(p) for p in parameters]
    steps_done, start, best, kept = 0, None, 0.0, None
    while steps_done < (steps if start is None else start + steps):
        steps_done += 1
        V, v = parameters
        Z = S @ V.T
        D = np.where(Z > 0, 1.0, slope)
        margins = y * ((D * Z) @ v)
        W = V @ np.linalg.inv(M)
        norm = (W**2).sum() + (v**2).sum()
        if start is None and margins.min() > 0:
            start = steps_done
            # Both sizes are free: the norm is least where they are balanced, and 1.
            sizes = np.sqrt(np.abs(v) * np.linalg.norm(W, axis=1))
            parameters = [V * (sizes / np.linalg.norm(W, axis=1))[:, None], np.sign(v) * sizes]
            continue
        if start is None:
            rate, c, decay = 0.02, y / (1 + np.exp(np.clip(3 * margins, -50, 50))), 0.0
        else:
            share = (steps_done - start) / steps
            q = margins / norm
            if q.min() > best:
                best, kept = q.min(), [W.copy(), v[None].copy()]
            p = np.exp(-(q - q.min()) / (max(q.min(), 1e-6) * 0.3 * 1e-4**share))
            p /= p.sum()
            rate, c, decay = 0.01 * 1e-3**share, p * y, 2 * (p * q).sum()
        gradients = [((D * c[:, None] * v).T @ S) - decay * W @ np.linalg.inv(M).T, (D * Z).T @ c - decay * v]
        for k, G in enumerate(gradients):
            first[k] = 0.9 * first[k] + 0.1 * G
            second[k] = 0.999 * second[k] + 0.001 * G**2
            unbiased = first[k] / (1 - 0.9**steps_done), second[k] / (1 - 0.999**steps_done)
            parameters[k] = parameters[k] + rate * unbiased[0] / (np.sqrt(unbiased[1]) + 1e-12)
    return kept


def gaussian(inputs, samples, seed):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((samples, inputs)), rng.choice([-1.0, 1.0], samples)


def iris(pair):
    """Two classes of Iris, with a constant input in place of a bias."""
    from sklearn.datasets import load_iris

    data = load_iris()
    a, b = [(0, 1), (0, 2), (1, 2)][pair]
    keep = (data.target == a) | (data.target == b)
    X, y = data.data[keep], np.where(data.target[keep] == a, 1.0, -1.0)
    return once(np.hstack([X, np.ones((len(X), 1))]), y)


def digits(a, b):
    """Two digits of scikit-learn's 8x8 images, pixels between 0 and 1."""
    from sklearn.datasets import load_digits

    data = load_digits()
    keep = (data.target == a) | (data.target == b)
    return once(data.data[keep] / 16, np.where(data.target[keep] == a, 1.0, -1.0))


def once(X, y):
    """Without repeated samples, in the first's place."""
    _, places = np.unique(np.hstack([X, y[:, None]]), axis=0, return_index=True)
    places = np.sort(places)
    return X[places], y[places]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", choices=["gaussian", "iris", "digits"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--inputs", type=int, default=4)
    parser.add_argument("--samples", type=int, default=12)
    parser.add_argument("--width", type=int, default=8)
    parser.add_argument("--depth", type=int, default=2)
    parser.add_argument("--leaky", type=float, default=0.0, help="slope for negative preactivations; 0 is ReLU")
    parser.add_argument("--scale", type=float, default=0.3, help="size of the initial weights")
    parser.add_argument("--pair", type=int, default=0, choices=[0, 1, 2], help="iris: which two classes")
    parser.add_argument("--digits", type=int, nargs=2, default=[3, 8])
    parser.add_argument("--steps", type=int, default=60_000)
    parser.add_argument("--scaled", action="store_true", help="for inputs that differ much in size: Adam in scaled coordinates")
    parser.add_argument("--out", default="run", help="the files are OUT-model.npz and OUT-data.npz")
    arguments = parser.parse_args()
    if arguments.data == "gaussian":
        X, y = gaussian(arguments.inputs, arguments.samples, arguments.seed)
    else:
        X, y = iris(arguments.pair) if arguments.data == "iris" else digits(*arguments.digits)
    options = dict(depth=arguments.depth, slope=arguments.leaky, scale=arguments.scale, seed=arguments.seed)
    if arguments.scaled:
        weights = train_scaled(X, y, arguments.width, arguments.leaky, arguments.seed, arguments.steps)
    else:
        weights = train(X, y, arguments.width, most_steps=arguments.steps, **options)
    if weights is None:
        raise SystemExit("the network does not separate the data; try another seed, a larger width or more steps")
    np.savez(f"{arguments.out}-model.npz", **{f"W{l + 1}": W for l, W in enumerate(weights)})
    np.savez(f"{arguments.out}-data.npz", X=X, y=y)
    print(f"{len(X)} samples, normalised margin {normalised_margin(weights, X, y, arguments.leaky):.6g}")


if __name__ == "__main__":
    main()
