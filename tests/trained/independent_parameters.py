"""The same for `kkt_enclosed` by parameters: networks of any depth and architecture.

Solves the KKT conditions by Newton's method with mpmath, from the numbers of the certificate alone, and looks at the solution: is it in the box, feasible, on the stated sides,
stationary in every parameter? Are the subgradients limits of gradients: is each choice of sides at a sample's kinks that of points near by?
Where the point is said to be no local optimum, a better one is constructed. Where it is said to be one, the least curvature along the constraints is computed, and better
points are looked for at random.
"""
import itertools
import random

from mpmath import eigsy, lu_solve, matrix, mp, mpf


def examine(document, claim, number, Amiss):
    point = Point(document, claim, number)
    point.solve(Amiss)
    point.look(Amiss)
    for sample in range(len(point.A)):
        point.reaches_every_side(sample, Amiss)
    for optimum in claim.get("optimum", []):
        if optimum["is"] == "not_local":
            point.has_better_points(optimum, Amiss)
        if optimum["is"].startswith("local"):
            point.has_no_better_points(optimum, Amiss)


def connections(layer, inputs):
    """For each unit of a layer the inputs that it reads, each with its parameter."""
    kind = layer["weights"]
    if kind == "dense":
        return [[(j, u * inputs + j) for j in range(inputs)] for u in range(layer["outputs"])]
    if kind == "diagonal":
        return [[(u, u)] for u in range(inputs)]
    if kind == "convolution":
        filters, patches = layer.get("filters", 1), layer["patches"]
        return [[(j, f * len(patch) + k) for k, j in enumerate(patch)] for f in range(filters) for patch in patches]
    return [[(j, p) for j, p in enumerate(row) if p is not None] for row in layer["entries"]]


class Point:
    def __init__(self, document, claim, number):
        self.X = [[number(x) for x in sample["x"]] for sample in document["data"]]
        self.y = [sample["y"] for sample in document["data"]]
        layers = document["network"]["layers"]
        slope = lambda a: {"relu": mpf(0), "linear": mpf(1)}[a] if isinstance(a, str) else number(a["leaky_relu"])
        self.low = [slope(layer["activation"]) for layer in layers]
        self.sizes, self.edges = [document["network"]["inputs"]], []
        for layer in layers:
            rows = connections(layer, self.sizes[-1])
            self.sizes.append(len(rows))
            self.edges.append([(u, j, p) for u, row in enumerate(rows) for j, p in row])
        self.is_dense = all(layer["weights"] == "dense" for layer in layers)
        self.start = [[number(w) for w in layer] for layer in document["point"]]
        self.A, self.patterns, self.radius = claim["active"], claim["patterns"], number(claim["radius"])
        self.free = [(l, p) for l, layer in enumerate(self.start) for p, w in enumerate(layer) if w != 0]
        self.held = [
            (k, l, u) for k, pattern in enumerate(self.patterns) for l, units in enumerate(pattern) for u, s in enumerate(units) if s == "0"
        ]
        self.centre = [self.start[l][p] for l, p in self.free]
        self.centre += [number(x) for x in claim["multipliers"]] + [number(s) for s in claim["slopes"]]
        self.number = number

    def parameters(self, unknowns):
        weights = [[mpf(0)] * len(layer) for layer in self.start]
        for (l, p), value in zip(self.free, unknowns):
            weights[l][p] = value
        return weights

    def forward(self, weights, x, slope):
        """What each layer reads, and its preactivations; `slope` is told layer, unit and preactivation."""
        reads, zs = [list(x)], []
        for l in range(len(weights)):
            read, z = reads[-1], [mpf(0)] * self.sizes[l + 1]
            for u, j, p in self.edges[l]:
                z[u] += weights[l][p] * read[j]
            zs.append(z)
            reads.append([slope(l, u, t) * t for u, t in enumerate(z)] if l + 1 < len(weights) else z)
        return reads, zs

    def gradient(self, weights, reads, slope):
        """The gradient of the output, with these slopes."""
        above, out = [mpf(1)], [None] * len(weights)
        for l in reversed(range(len(weights))):
            out[l], below = [mpf(0)] * len(weights[l]), [mpf(0)] * self.sizes[l]
            for u, j, p in self.edges[l]:
                out[l][p] += above[u] * reads[l][j]
                below[j] += above[u] * weights[l][p]
            if l > 0:
                above = [slope(l - 1, j) * by for j, by in enumerate(below)]
        return out

    def side(self, k, l, u, slopes):
        kind = self.patterns[k][l][u]
        return {"+": mpf(1), "-": self.low[l], ".": self.low[l]}.get(kind, slopes.get((k, l, u)))

    def own(self, l, t):
        return mpf(1) if t > 0 else self.low[l]

    def system(self, unknowns):
        weights, n = self.parameters(unknowns), len(self.free)
        lam, slopes = unknowns[n : n + len(self.A)], dict(zip(self.held, unknowns[n + len(self.A) :]))
        total, margins, kinks = [[mpf(0)] * len(layer) for layer in weights], [], []
        for k, i in enumerate(self.A):
            passes = lambda l, u, t: mpf(0) if (k, l, u) in slopes else self.side(k, l, u, slopes)
            reads, zs = self.forward(weights, self.X[i], passes)
            grad = self.gradient(weights, reads, lambda l, u: self.side(k, l, u, slopes))
            for l, layer in enumerate(grad):
                for p, g in enumerate(layer):
                    total[l][p] += lam[k] * self.y[i] * g
            margins.append(self.y[i] * zs[-1][0] - 1)
            kinks += [zs[l][u] for (c, l, u) in self.held if c == k]
        return weights, total, margins, kinks

    def residuals(self, unknowns):
        weights, total, margins, kinks = self.system(unknowns)
        return [weights[l][p] - total[l][p] for l, p in self.free] + margins + kinks

    def solve(self, Amiss):
        u, h = list(self.centre), mpf(10) ** -30
        for _ in range(8):
            F = self.residuals(u)
            size = max(abs(x) for x in F)
            if size < mpf(10) ** -50:
                break
            J = matrix(len(F), len(u))
            for c in range(len(u)):
                moved = list(u)
                moved[c] += h
                for r, value in enumerate(self.residuals(moved)):
                    J[r, c] = (value - F[r]) / h
            u = [a - b for a, b in zip(u, lu_solve(J, matrix(F)))]
        else:
            raise Amiss(f"Newton's method does not converge: residual {mp.nstr(size, 3)}")
        self.u = u

    def look(self, Amiss):
        for k, (found, stated) in enumerate(zip(self.u, self.centre)):
            if abs(found - stated) > self.radius:
                raise Amiss(f"unknown {k} is {mp.nstr(found, 30)}, outside of the box around {mp.nstr(stated, 30)}")
        weights, total, _, _ = self.system(self.u)
        n, tiny = len(self.free), mpf(10) ** -40
        lam, slopes = self.u[n : n + len(self.A)], dict(zip(self.held, self.u[n + len(self.A) :]))
        if not all(x > 0 for x in lam):
            raise Amiss("a multiplier is not positive")
        for (k, l, u), s in slopes.items():
            if not min(self.low[l], 1) < s < max(self.low[l], 1):
                raise Amiss(f"the slope of unit {u} of layer {l} is not between the activation's")
        for l, layer in enumerate(weights):
            for p, w in enumerate(layer):
                if abs(w - total[l][p]) > tiny:
                    raise Amiss(f"parameter {p} of layer {l} is not stationary")
        for i, x in enumerate(self.X):
            margin = self.y[i] * self.forward(weights, x, lambda l, u, t: self.own(l, t))[1][-1][0]
            if i in self.A and abs(margin - 1) > tiny or i not in self.A and margin <= 1:
                raise Amiss(f"the margin of sample {i} is {mp.nstr(margin, 40)}")
        for k, i in enumerate(self.A):
            _, zs = self.forward(weights, self.X[i], lambda l, u, t: self.own(l, t))
            for l, units in enumerate(self.patterns[k]):
                for u, kind in enumerate(units):
                    sign = 0 if abs(zs[l][u]) < tiny else (1 if zs[l][u] > 0 else -1)
                    if self.low[l] != 1 and sign != {"+": 1, "-": -1}.get(kind, 0):
                        raise Amiss(f"unit {u} of layer {l} is on another side of sample {i}")
        self.weights, self.lam, self.slopes = weights, lam, slopes

    def reaches_every_side(self, k, Amiss, most=5):
        """Points near by are on every side of the kinks of a sample, and their gradients are what the formula says."""
        if not self.is_dense:
            return self.reaches_every_side_at_random(k, Amiss, most)
        at_0 = [(l, u) for l, units in enumerate(self.patterns[k]) for u, kind in enumerate(units) if kind in "0." and self.low[l] != 1]
        x, hidden = self.X[self.A[k]], len(self.weights) - 1
        for sides in itertools.islice(itertools.product((1, -1), repeat=len(at_0)), 2**most):
            moved = [list(layer) for layer in self.weights]
            wanted = dict(zip(at_0, sides))
            for l in range(hidden):
                reads, _ = self.forward(moved, x, lambda a, u, t: self.own(a, t))
                # Far smaller than in the next layer.
                eps, n = mpf(10) ** (-30 - 8 * (hidden - 1 - l)), self.sizes[l]
                for u in [u for (a, u) in at_0 if a == l]:
                    for j in range(n):
                        moved[l][u * n + j] += wanted[l, u] * eps * reads[l][j]
            reads, zs = self.forward(moved, x, lambda a, u, t: self.own(a, t))
            if any((zs[l][u] > 0) != (s > 0) or zs[l][u] == 0 for (l, u), s in wanted.items()):
                raise Amiss(f"no point near by is on the sides {sides} of sample {self.A[k]}")
            there = self.gradient(moved, reads, lambda l, u: self.own(l, zs[l][u]))
            here, _ = self.forward(self.weights, x, lambda l, u, t: mpf(0) if (l, u) in wanted else self.own(l, t))
            slope = lambda l, u: self.own(l, wanted[l, u] if (l, u) in wanted else zs[l][u])
            limit = self.gradient(self.weights, here, slope)
            if max(abs(a - b) for p, q in zip(there, limit) for a, b in zip(p, q)) > mpf(10) ** -20:
                raise Amiss(f"a gradient near by is not what it should tend to, for sample {self.A[k]}")

    def reaches_every_side_at_random(self, k, Amiss, most):
        """The same for the held kinks alone, of layers that need not be dense: random points near by are on all sides of them, and among those on
        given sides there is one whose gradient is that of the equations, with these slopes at the held kinks."""
        held = [(l, u) for (c, l, u) in self.held if c == k][:most]
        x, missing = self.X[self.A[k]], set(itertools.product((1, -1), repeat=len(held)))
        random.seed(2)
        for _ in range(4000):
            moved = [[w + random.gauss(0, 1) * mpf(10) ** -30 for w in layer] for layer in self.weights]
            reads, zs = self.forward(moved, x, lambda a, u, t: self.own(a, t))
            sides = tuple(1 if zs[l][u] > 0 else -1 for l, u in held)
            if sides in missing:
                wanted = {(k, l, u): self.own(l, mpf(s)) for (l, u), s in zip(held, sides)}
                # A held kink beyond the first few has the side that it has.
                wanted |= {(c, l, u): self.own(l, zs[l][u]) for (c, l, u) in self.held if c == k and (l, u) not in held}
                there = self.gradient(moved, reads, lambda l, u: self.own(l, zs[l][u]))
                here, _ = self.forward(self.weights, x, lambda l, u, t: mpf(0) if (k, l, u) in wanted else self.side(k, l, u, wanted))
                limit = self.gradient(self.weights, here, lambda l, u: self.side(k, l, u, wanted))
                if max(abs(a - b) for p, q in zip(there, limit) for a, b in zip(p, q)) < mpf(10) ** -20:
                    missing.remove(sides)
            if not missing:
                return
        raise Amiss(f"no gradient near by is that of the equations, for sample {self.A[k]} and the sides {sorted(missing)} of held kinks")

    def lives(self, l, u):
        """Whether a hidden unit has a weight that is not 0."""
        incoming = [self.start[l][p] for t, _, p in self.edges[l] if t == u]
        return any(incoming) or any(self.start[l + 1][p] for _, j, p in self.edges[l + 1] if j == u)

    def constrained(self, places):
        """By differences: the Hessian of the Lagrangian in these parameters, in a basis of what leaves margins and held kinks as they are to first
        order; and the basis. Held kinks multiply by their slopes."""
        h = mpf(10) ** -15

        def outputs(change):
            weights = [list(layer) for layer in self.weights]
            for (l, p), d in zip(places, change):
                weights[l][p] += d
            lagrangian, rows = sum(w**2 for layer in weights for w in layer) / 2, []
            for k, i in enumerate(self.A):
                _, zs = self.forward(weights, self.X[i], lambda l, u, t: self.side(k, l, u, self.slopes))
                lagrangian -= self.lam[k] * self.y[i] * zs[-1][0]
                rows += [zs[-1][0]] + [zs[l][u] for (c, l, u) in self.held if c == k]
            return lagrangian, rows

        n = len(places)
        unit = lambda *moved: [h * moved.count(c) for c in range(n)]
        origin = outputs(unit())
        single = [outputs(unit(c)) for c in range(n)]
        back = [outputs([-x for x in unit(c)]) for c in range(n)]
        gradients = [[(a - b) / (2 * h) for a, b in zip(single[c][1], back[c][1])] for c in range(n)]
        H = matrix(n, n)
        for a in range(n):
            for b in range(a, n):
                H[a, b] = H[b, a] = (outputs(unit(a, b))[0] - single[a][0] - single[b][0] + origin[0]) / h**2
        # Gram and Schmidt: the constraints first, then what is left of the unit vectors.
        basis, tangents = [], []
        rows = [[g[r] for g in gradients] for r in range(len(gradients[0]))] + [[mpf(a == b) for a in range(n)] for b in range(n)]
        for place, v in enumerate(rows):
            for e in basis + basis:
                c = sum(x * y for x, y in zip(v, e))
                v = [x - c * y for x, y in zip(v, e)]
            size = mp.sqrt(sum(x**2 for x in v))
            if size > mpf(10) ** -8:
                basis.append([x / size for x in v])
                tangents += [basis[-1]] if place >= len(gradients[0]) else []
        project = lambda a, b: sum(a[i] * sum(H[i, j] * b[j] for j in range(n)) for i in range(n))
        # Margins and kinks may leave nothing to move.
        reduced = [[project(a, b) for b in tangents] for a in tangents]
        return matrix(reduced) if reduced else matrix(0, 0), tangents

    def has_no_better_points(self, optimum, Amiss):
        """The Lagrangian curves up along the constraints, and random points near by, scaled to margin 1, have a greater norm."""
        places = [(l, p) for l, layer in enumerate(self.start) for p in range(len(layer))]
        depth = len(self.start)
        if optimum["is"] == "local_of_live_units":
            lives = lambda l, u: l < 0 or l == depth - 1 or self.lives(l, u)
            dead = {(l, p) for l in range(depth) for u, j, p in self.edges[l] if not (lives(l, u) and lives(l - 1, j))}
            places = [place for place in places if place not in dead]
        if "layer" in optimum:
            places = [(l, p) for l, p in places if l == optimum["layer"]]
        elif optimum["is"] == "local" and not all(self.lives(l, u) for l in range(depth - 1) for u in range(self.sizes[l + 1])):
            raise Amiss("a unit that is 0 can take a share of another at no cost, so that no optimum is strict")
        reduced, tangents = self.constrained(places)
        if tangents and min(eigsy(reduced, eigvals_only=True)) < mpf(10) ** -10:
            raise Amiss("the Lagrangian does not curve up along the constraints")
        degree = 1 if "layer" in optimum else depth
        norm = lambda w: sum(w[l][p] ** 2 for l, p in places)
        random.seed(1)
        for trial in range(200):
            size = mpf(10) ** -random.choice([4, 6, 8])
            change = [mpf(random.gauss(0, 1)) * size for _ in places]
            if tangents and trial % 2:
                change = [sum(t[k] * sum(a * b for a, b in zip(t, change)) for t in tangents) for k in range(len(places))]
            moved = [list(layer) for layer in self.weights]
            for (l, p), d in zip(places, change):
                moved[l][p] += d
            least = min(y * self.forward(moved, x, lambda l, u, t: self.own(l, t))[1][-1][0] for x, y in zip(self.X, self.y))
            if least > 0 and norm(moved) / least ** (mpf(2) / degree) < norm(self.weights):
                raise Amiss(f"a point at a distance of some {mp.nstr(size, 1)} is feasible and has a smaller norm")

    def has_better_points(self, optimum, Amiss):
        """Moves the free parameters so that margins stay 1 and kinks held while a unit comes to life or leaves its kink."""
        step, kink, weights = mpf(10) ** -12, None, [list(layer) for layer in self.weights]
        if "kink" in optimum:
            kink = (self.A.index(optimum["kink"]["sample"]), optimum["kink"]["layer"], optimum["kink"]["unit"])
        else:
            l, u = optimum["layer"], optimum["unit"]
            for list_, places in (
                (optimum["incoming"], [(l, p) for t, _, p in self.edges[l] if t == u]),
                (optimum["outgoing"], [(l + 1, p) for _, j, p in self.edges[l + 1] if j == u]),
            ):
                v = [self.number(x) for x in list_]
                norm = mp.sqrt(sum(x**2 for x in v))
                for (a, p), x in zip(places, v):
                    weights[a][p] = mp.sqrt(step) * x / norm

        def constraints(free):
            moved = [list(layer) for layer in weights]
            for (l, p), value in zip(self.free, free):
                moved[l][p] = value
            out = []
            for k, i in enumerate(self.A):
                passes = lambda l, u, t: mpf(0) if (k, l, u) in self.slopes and (k, l, u) != kink else self.own(l, t)
                _, zs = self.forward(moved, self.X[i], passes)
                out.append(self.y[i] * zs[-1][0] - 1)
                out += [zs[l][u] - (step if (c, l, u) == kink else 0) for (c, l, u) in self.held if c == k]
            return moved, out

        free, h = [weights[l][p] for l, p in self.free], mpf(10) ** -25
        for _ in range(3):
            _, F = constraints(free)
            J = matrix(len(F), len(free))
            for c in range(len(free)):
                moved = list(free)
                moved[c] += h
                for r, value in enumerate(constraints(moved)[1]):
                    J[r, c] = (value - F[r]) / h
            change = J.T * lu_solve(J * J.T, matrix(F))
            free = [a - b for a, b in zip(free, change)]
        moved, _ = constraints(free)
        least = min(y * self.forward(moved, x, lambda l, u, t: self.own(l, t))[1][-1][0] for x, y in zip(self.X, self.y))
        norm = lambda w: sum(x**2 for layer in w for x in layer)
        after, before = norm(moved) / least ** (mpf(2) / len(moved)), norm(self.weights)
        if not (least > 0 and after < before - step / 10**4):
            raise Amiss(f"no better point was found: the squared norm changes by {mp.nstr(after - before, 5)} for a step of {mp.nstr(step, 1)}")
