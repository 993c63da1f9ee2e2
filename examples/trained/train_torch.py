#!/usr/bin/env python3
"""The same as train.py in PyTorch: train a network without biases, and save it for `margincert polish`.

    python train_torch.py --inputs 4 --samples 12 --width 8 --out run
    margincert polish run-model.safetensors run-data.npz -o certificate.json

Saves safetensors where that package is installed, else `.npz`. Weights are trained in double precision.
"""
import argparse

import numpy as np
import torch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--inputs", type=int, default=4)
    parser.add_argument("--samples", type=int, default=12)
    parser.add_argument("--width", type=int, default=8)
    parser.add_argument("--leaky", type=float, default=0.0, help="slope for negative preactivations; 0 is ReLU")
    parser.add_argument("--steps", type=int, default=30_000)
    parser.add_argument("--out", default="run")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_default_dtype(torch.float64)
    X = torch.randn(arguments.samples, arguments.inputs)
    y = torch.randint(0, 2, (arguments.samples,)) * 2.0 - 1
    hidden = torch.nn.Linear(arguments.inputs, arguments.width, bias=False)
    output = torch.nn.Linear(arguments.width, 1, bias=False)
    model = torch.nn.Sequential(hidden, torch.nn.LeakyReLU(arguments.leaky), output)
    for step in range(arguments.steps):
        margins = y * model(X)[:, 0]
        squared = sum((p**2).sum() for p in model.parameters())
        beta = min(1 + step * 0.05, 3000) / squared.item() * 2
        # The smoothed minimum of the margins: minus the logarithm of the exponential loss, as beta grows.
        loss = torch.logsumexp(-beta * margins, 0) / beta
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= 0.02 * p.grad
            norm = sum((p**2).sum() for p in model.parameters()).sqrt()
            if norm > 3:
                for p in model.parameters():
                    p *= 3 / norm
    if (y * model(X)[:, 0]).min() <= 0:
        raise SystemExit("the network does not separate the data; try another seed, a larger width or more steps")
    weights = {"0.weight": hidden.weight.detach(), "2.weight": output.weight.detach()}
    try:
        from safetensors.torch import save_file

        save_file(weights, f"{arguments.out}-model.safetensors")
    except ImportError:
        np.savez(f"{arguments.out}-model.npz", **{name: w.numpy() for name, w in weights.items()})
    np.savez(f"{arguments.out}-data.npz", X=X.numpy(), y=y.numpy())


if __name__ == "__main__":
    main()
