#!/usr/bin/env python3
"""A second opinion on `kkt_enclosed`, which shares no code and no idea of proof with the checker.

    python tests/trained/independent.py certificate.json...

Solves the KKT conditions of all live parameters, not the Gram system, by Newton's method with mpmath to 60 digits, from the numbers of the
certificate, and looks at the solution: is it in the box, near the document's point, feasible, with the stated signs? Bounds on what a unit
gains are tried on many directions. Exits with status 1 and says why if anything is amiss.
"""
import json
import sys
from fractions import Fraction

from mpmath import mp, mpf, matrix, lu_solve, sqrt

import independent_parameters

mp.dps = 60


def number(text):
    value = Fraction(str(text))
    return mpf(value.numerator) / value.denominator


class Amiss(Exception):
    pass


def read(document):
    layers = document["network"]["layers"]
    activation = layers[0]["activation"]
    slope = {"relu": mpf(0), "linear": mpf(1)}.get(activation if isinstance(activation, str) else None)
    slope = number(activation["leaky_relu"]) if slope is None else slope
    X = [[number(x) for x in sample["x"]] for sample in document["data"]]
    y = [sample["y"] for sample in document["data"]]
    return slope, X, y


def dot(a, b):
    return sum((p * q for p, q in zip(a, b)), mpf(0))


def solve(document, claim):
    """Newton's method for w_j, v_j of one unit a direction, lambda_i, s_ij: the stationarity of every parameter, the margins, the kinks."""
    slope, X, y = read(document)
    d, A = len(X[0]), claim["active"]
    directions = claim["directions"]
    lam = [number(x) for x in claim["multipliers"]]
    amounts = [number(j["amount"]) for j in directions]
    held = [(j, i) for j, direction in enumerate(directions) for i, side in enumerate(direction["pattern"]) if side == "0"]
    sigma = [number(s) for direction in directions for s in direction["slopes"]]

    def slopes(sigma):
        given = {"+": mpf(1), "-": slope}
        place = {kink: k for k, kink in enumerate(held)}
        return [
            [sigma[place[j, i]] if side == "0" else given[side] for i, side in enumerate(direction["pattern"])]
            for j, direction in enumerate(directions)
        ]

    def residuals(u):
        W = [u[j * d : (j + 1) * d] for j in range(len(directions))]
        v = u[len(directions) * d : len(directions) * (d + 1)]
        lam = u[len(directions) * (d + 1) : len(directions) * (d + 1) + len(A)]
        S = slopes(u[len(directions) * (d + 1) + len(A) :])
        z = [[dot(W[j], X[i]) for i in A] for j in range(len(directions))]
        out = []
        for j in range(len(directions)):
            for k in range(d):
                out.append(W[j][k] - sum(lam[p] * y[i] * v[j] * S[j][p] * X[i][k] for p, i in enumerate(A)))
        for j in range(len(directions)):
            out.append(v[j] - sum(lam[p] * y[i] * S[j][p] * z[j][p] for p, i in enumerate(A)))
        for p, i in enumerate(A):
            passed = sum(v[j] * S[j][p] * z[j][p] for j in range(len(directions)) if directions[j]["pattern"][p] != "0")
            out.append(y[i] * passed - 1)
        out += [z[j][p] for j, p in held]
        return out

    S = slopes(sigma)
    start = []
    for j, direction in enumerate(directions):
        z = [direction["sign"] * sum(lam[p] * y[i] * S[j][p] * X[i][k] for p, i in enumerate(A)) for k in range(d)]
        start += [sqrt(amounts[j]) * x for x in z]
    start += [direction["sign"] * sqrt(a) for direction, a in zip(directions, amounts)]
    u = start + lam + sigma
    h = mpf(10) ** -30
    for _ in range(8):
        F = residuals(u)
        size = max(abs(x) for x in F)
        if size < mpf(10) ** -50:
            break
        J = matrix(len(F), len(u))
        for c in range(len(u)):
            moved = list(u)
            moved[c] += h
            for r, value in enumerate(residuals(moved)):
                J[r, c] = (value - F[r]) / h
        step = lu_solve(J, matrix(F))
        u = [a - b for a, b in zip(u, step)]
    else:
        raise Amiss(f"Newton's method does not converge: residual {mp.nstr(size, 3)}")
    n = len(directions)
    W, v = [u[j * d : (j + 1) * d] for j in range(n)], u[n * d : n * (d + 1)]
    return W, v, u[n * (d + 1) : n * (d + 1) + len(A)], u[n * (d + 1) + len(A) :], held


def examine(document, claim):
    slope, X, y = read(document)
    W, v, lam, sigma, held = solve(document, claim)
    directions, radius = claim["directions"], number(claim["radius"])

    def near(what, found, stated):
        for k, (a, b) in enumerate(zip(found, stated)):
            if abs(a - number(b)) > radius:
                raise Amiss(f"{what} {k} is {mp.nstr(a, 30)}, outside of the box around {b}")

    near("multiplier", lam, claim["multipliers"])
    near("amount", [x**2 for x in v], [direction["amount"] for direction in directions])
    near("slope", sigma, [s for direction in directions for s in direction["slopes"]])
    if not all(x > 0 for x in lam):
        raise Amiss("a multiplier is not positive")
    if not all(min(slope, 1) < s < max(slope, 1) for s in sigma):
        raise Amiss("the slope of a held kink is not between the activation's")
    act = lambda t: t if t > 0 else slope * t
    for j, direction in enumerate(directions):
        if v[j] * direction["sign"] <= 0:
            raise Amiss(f"the outgoing weight of direction {j} has the wrong sign")
        for p, i in enumerate(claim["active"]):
            z, side = dot(W[j], X[i]), direction["pattern"][p]
            if slope != 1 and side != "0" and (z > 0) != (side == "+"):
                raise Amiss(f"direction {j} is on the other side of sample {i}")
    for i, x in enumerate(X):
        margin = y[i] * sum(v[j] * act(dot(W[j], x)) for j in range(len(v)))
        if i not in claim["active"] and margin <= 1:
            raise Amiss(f"the margin of sample {i} is {mp.nstr(margin, 40)}")
    # The distance from the document's point.
    hidden, outgoing = [[number(w) for w in layer] for layer in document["point"]]
    d, squared, named = len(X[0]), mpf(0), set()
    for j, direction in enumerate(directions):
        for unit, share in zip(direction["units"], direction["shares"]):
            root = sqrt(number(share))
            named.add(unit)
            squared += sum((hidden[unit * d + k] - root * W[j][k]) ** 2 for k in range(d)) + (outgoing[unit] - root * v[j]) ** 2
    for unit in range(len(outgoing)):
        if unit not in named:
            squared += sum(hidden[unit * d + k] ** 2 for k in range(d)) + outgoing[unit] ** 2
    if sqrt(squared) > number(claim["distance"]):
        raise Amiss(f"the KKT point is {mp.nstr(sqrt(squared), 5)} away, more than {claim['distance']}")
    # A gain of a unit that is 0, or the bound on all of them, on a dense sample of directions.
    A = claim["active"]
    gain = lambda w, e: sum(lam[p] * y[i] * e * act(dot(w, X[i])) for p, i in enumerate(A)) / sqrt(dot(w, w))
    for optimum in claim.get("optimum", []):
        if "unit" in optimum and gain([number(w) for w in optimum["unit"]], optimum["sign"]) <= 1:
            raise Amiss("the unit that is 0 gains no more than it costs")
        if optimum["is"] == "global":
            import random

            random.seed(0)
            starts = [X[i] for i in A] + [[-x for x in X[i]] for i in A]
            starts += [[mpf(random.gauss(0, 1)) for _ in range(d)] for _ in range(40)]
            for w in starts:
                for e in (1, -1):
                    if gain(w, e) > 1 + mpf(10) ** -25:
                        raise Amiss(f"a unit along {[mp.nstr(x, 5) for x in w]} gains more than it costs")
        # The last layer alone reads no kink.
        if optimum["is"] == "local" and optimum.get("layer") != 1 and any(directions[j]["sign"] * y[A[p]] * (1 - slope) > 0 for j, p in held):
            raise Amiss("a held kink is a ridge, yet the point, or its first layer, is said to be at a local optimum")


def main():
    failed = 0
    for path in sys.argv[1:]:
        document = json.load(open(path))
        claims = [claim for claim in document.get("claims", []) if claim["claim"] == "kkt_enclosed"]
        for claim in claims:
            try:
                if claim.get("by") == "parameters":
                    independent_parameters.examine(document, claim, number, Amiss)
                else:
                    examine(document, claim)
                print(f"agreed    {path}")
            except (Amiss, ZeroDivisionError) as error:
                failed += 1
                print(f"AMISS     {path}: {error}")
        if not claims:
            print(f"no claim  {path}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
