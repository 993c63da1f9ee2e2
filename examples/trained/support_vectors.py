#!/usr/bin/env python3
"""The support vector machine of Iris setosa against versicolor, exactly, as the KKT point of linear networks of depth 1, 2 and 3.

    python support_vectors.py FOLDER        writes FOLDER/iris-linear-depth-1.json and so on; needs scikit-learn and scipy

The machine is solved in floats to learn its supports; then its multipliers are the solution of linear equations over the rationals. With u
the machine's vector and q = ||u||^2, a network of depth L and width 1 has the weights u / t^(L-1), t, ..., t with t^(2L) = q: numbers of the
field Q(t).
"""
import json
import re
import sys
from fractions import Fraction

import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_iris


def solve(A, b):
    """Gauss's method over the rationals."""
    rows = [list(row) + [value] for row, value in zip(A, b)]
    for k in range(len(rows)):
        pivot = next(i for i in range(k, len(rows)) if rows[i][k] != 0)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(len(rows)):
            if i != k:
                rows[i] = [x - rows[i][k] * p for x, p in zip(rows[i], rows[k])]
    return [row[-1] for row in rows]


def machine():
    data = load_iris()
    keep = data.target < 2
    # The measurements are decimals; the constant input stands for a bias.
    X = [[Fraction(repr(float(x))) for x in row] + [Fraction(1)] for row in data.data[keep]]
    y = [1 if target == 0 else -1 for target in data.target[keep]]
    pairs = list(dict.fromkeys((tuple(x), label) for x, label in zip(X, y)))
    X, y = [list(x) for x, _ in pairs], [label for _, label in pairs]
    floats = np.array([[float(v) for v in x] for x in X]) * np.array(y)[:, None]
    found = minimize(
        lambda u: u @ u / 2, np.zeros(floats.shape[1]), jac=lambda u: u, method="SLSQP",
        constraints={"type": "ineq", "fun": lambda u: floats @ u - 1, "jac": lambda u: floats}, options={"ftol": 1e-14, "maxiter": 500},
    )
    support = [i for i, margin in enumerate(floats @ found.x) if margin < 1 + 1e-6]
    gram = [[y[i] * y[k] * sum(a * b for a, b in zip(X[i], X[k])) for k in support] for i in support]
    mu = [Fraction(0)] * len(X)
    for i, value in zip(support, solve(gram, [Fraction(1)] * len(support))):
        mu[i] = value
    assert all(value >= 0 for value in mu)
    u = [sum(m * label * x[k] for m, label, x in zip(mu, y, X)) for k in range(len(X[0]))]
    return X, y, mu, u


def document(depth, X, y, mu, u):
    q = sum(x * x for x in u)
    field = {"minimal_polynomial": [str(-q)] + ["0"] * (2 * depth - 1) + ["1"], "root_between": ["0", str(q + 1)], "symbol": "t"}
    power = lambda value, exponent: ["0"] * exponent + [str(value)]
    number = (lambda value, exponent: str(value)) if depth == 1 else power
    point = [[number(x / (1 if depth == 1 else q), depth + 1) for x in u]]
    point += [[power(1, 1)] for _ in range(depth - 1)]
    multipliers = [number(m / (1 if depth == 1 else q), 2) if m else "0" for m in mu]
    claims = [{"claim": "kkt", "multipliers": multipliers}]
    claims.append({"claim": "global_optimum", "by": "chain", "multipliers": [str(m) for m in mu]})
    return {
        "format": "margincert/1",
        "title": f"Iris setosa against versicolor: a global optimum of linear networks of depth {depth}",
        "source": {
            "paper": "R. A. Fisher, The use of multiple measurements in taxonomic problems, 1936 (the data, as in scikit-learn)",
            "note": "Four measurements and a constant input. Written by examples/trained/support_vectors.py.",
        },
        **({"field": field} if depth > 1 else {}),
        "network": {"inputs": len(u), "layers": [{"weights": "dense", "outputs": 1, "activation": "linear"}] * depth},
        "data": [{"x": [str(v) for v in x], "y": label} for x, label in zip(X, y)],
        "point": point,
        "claims": claims,
    }


def main():
    X, y, mu, u = machine()
    for depth in (1, 2, 3):
        with open(f"{sys.argv[1]}/iris-linear-depth-{depth}.json", "w") as file:
            text = json.dumps(document(depth, X, y, mu, u), indent=1)
            # What holds no further lists stays on one line.
            file.write(re.sub(r"[\[{][^\[\]{}]*[\]}]", lambda part: re.sub(r"\s+", " ", part[0]), text) + "\n")
    print(f"{sum(1 for m in mu if m)} supports of {len(X)} samples")


if __name__ == "__main__":
    main()
