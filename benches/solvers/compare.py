#!/usr/bin/env python3
"""Ask general solvers for a better point within 1/10 of a certificate's point.

    python3 benches/solvers/compare.py CERTIFICATE... [--limit SECONDS] [--write FOLDER] [--solvers NAME...] [--forms FORM...]

writes each question in SMT-LIB and in QEPCAD's language, in two forms, runs every solver that is found on it with a limit
on its processor time, and prints a table in Markdown. Solvers: Z3 (`z3`), cvc5 (the Python package `cvc5`), Yices
(`yices-smt2`), QEPCAD (`qepcad`); and for comparison `margincert certify`, if it is on the path. The last settles the
question for every radius, the others for this one.

As written, the variables are the parameters and the network is a program: one definition a unit. Moved to the origin, the
variables are the steps from the point, unit by unit, and every constraint is an expanded polynomial against 0: constants
cancel, and what remains starts with the terms that decide. Of the forms tried this one is the kindest to solvers.

With --write the questions are only written into a folder; --solvers and --forms choose among those above.
"""

import argparse
import importlib.util
import itertools
import json
import math
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from fractions import Fraction

RADIUS = Fraction(1, 10)
FORMS = {"written": "as written", "moved": "moved to the origin"}

# Formulas are nested tuples: a Fraction, a name, ("+", a, b, ...) or ("*", a, b, ...).


def number(value, symbol):
    """A number of the format; in a field, a polynomial in its symbol."""
    if isinstance(value, list):
        powers = [("*", Fraction(str(c)), *[symbol] * k) for k, c in enumerate(value) if Fraction(str(c))]
        return ("+", *powers) if powers else Fraction(0)
    return Fraction(str(value))


class Question:
    """The constraints of a certificate's problem, and the variables they are in."""

    def __init__(self, document, moved):
        self.moved = moved
        self.field = document.get("field")
        self.symbol = "r" if self.field else None
        point = [[number(c, self.symbol) for c in layer] for layer in document["point"]]
        self.names = [f"t{i}" for i in range(sum(map(len, point)))]
        names = iter(self.names)
        pairs = [[(next(names), c) for c in layer] for layer in point]
        self.theta = [[("+", c, n) if moved else n for n, c in layer] for layer in pairs]
        self.steps = [n if moved else ("+", n, ("*", Fraction(-1), c)) for layer in pairs for n, c in layer]
        self.point = [c for layer in pairs for _, c in layer]
        self.flat = [t for layer in self.theta for t in layer]
        self.layers = document["network"]["layers"]
        self.samples = [([number(x, self.symbol) for x in s["x"]], s["y"]) for s in document["data"]]

    def variables(self):
        """In the order in which they are declared."""
        names = [(self.unit(layer, i), layer, i) for layer, theta in enumerate(self.theta) for i in range(len(theta))]
        places = {place: name for place, name in zip(names, self.names)}
        names = [places[place] for place in sorted(places)] if self.moved else self.names
        return ([self.symbol] if self.field else []) + names

    def unit(self, layer, parameter):
        """The hidden unit that a parameter leads to; for the last layer, comes from."""
        shape = self.layers[layer]
        if shape["weights"] == "dense" and layer + 1 < len(self.layers):
            return parameter // (len(self.theta[layer]) // shape["outputs"])
        if shape["weights"] == "convolution":
            return parameter // len(shape["patches"][0])
        return parameter

    def minimal_polynomial(self):
        return [Fraction(str(c)) for c in self.field["minimal_polynomial"]] if self.field else []

    def field_constraints(self):
        if not self.field:
            return []
        terms = [("*", c, *["r"] * k) for k, c in enumerate(self.minimal_polynomial())]
        low, high = (Fraction(str(end)) for end in self.field["root_between"])
        return [("=", ("+", *terms), Fraction(0)), (">", "r", low), ("<", "r", high)]

    def better_and_near(self):
        squares = lambda terms: ("+", *[("*", t, t) for t in terms])
        near = ("<=", squares(self.steps), RADIUS * RADIUS)
        return [self.expanded(("<", squares(self.flat), squares(self.point))), self.expanded(near)]

    def expanded(self, comparison):
        """In the moved form, a polynomial with coprime integer coefficients against 0."""
        if not self.moved:
            return comparison
        relation, left, right = comparison
        terms = expand(("+", left, ("*", Fraction(-1), right)), self.minimal_polynomial())
        scale = Fraction(math.lcm(*[c.denominator for c in terms.values()]))
        scale /= math.gcd(*[int(c * scale) for c in terms.values()]) or 1
        ordered = sorted(terms.items(), key=lambda term: (len(term[0]), term[0]))
        return (relation, ("+", *([monomial(c * scale, names) for names, c in ordered] or [Fraction(0)])), Fraction(0))

    def pieces(self, sample):
        """For each activation pattern its inequalities, and the margin's."""
        x, y = self.samples[sample]
        branches = [([], x)]
        for layer, shape in enumerate(self.layers):
            grown = []
            for conditions, values in branches:
                rows = self.rows(layer, values)
                if shape["activation"] == "linear":
                    grown.append((conditions, rows))
                    continue
                slope = negative_slope(shape["activation"])
                for sides in itertools.product([True, False], repeat=len(rows)):
                    signs = [(">=" if side else "<=", row, Fraction(0)) for side, row in zip(sides, rows)]
                    outputs = [row if side else ("*", slope, row) for side, row in zip(sides, rows)]
                    grown.append((conditions + list(map(self.expanded, signs)), outputs))
            branches = grown
        margin = lambda values: self.expanded((">=", ("*", Fraction(y), values[0]), Fraction(1)))
        return [(conditions, margin(values)) for conditions, values in branches]

    def rows(self, layer, inputs):
        """The preactivations of a layer."""
        shape, theta = self.layers[layer], self.theta[layer]
        if shape["weights"] == "dense":
            n = len(inputs)
            rows = [[(theta[u * n + i], inputs[i]) for i in range(n)] for u in range(shape["outputs"])]
        elif shape["weights"] == "diagonal":
            rows = [[(weight, x)] for weight, x in zip(theta, inputs)]
        elif shape["weights"] == "convolution":
            k = len(shape["patches"][0])
            rows = [[(theta[f * k + j], inputs[i]) for j, i in enumerate(patch)]
                    for f in range(shape.get("filters", 1)) for patch in shape["patches"]]
        else:
            sys.exit("template layers are not written")
        return [("+", *[("*", w, x) for w, x in row]) for row in rows]


def negative_slope(activation):
    return Fraction(0) if activation == "relu" else Fraction(str(activation["leaky_relu"]))


def expand(term, minimal_polynomial):
    """The monomials of a term, as tuples of names, with their coefficients."""
    if isinstance(term, (Fraction, str)):
        return {(): term} if isinstance(term, Fraction) else {(term,): Fraction(1)}
    head, *rest = term
    parts = [expand(t, minimal_polynomial) for t in rest]
    if head == "+":
        return collected((names, c) for part in parts for names, c in part.items())
    product = {(): Fraction(1)}
    for part in parts:
        pairs = itertools.product(product.items(), part.items())
        product = collected((tuple(sorted(a + b)), c * d) for (a, c), (b, d) in pairs)
    degree = len(minimal_polynomial) - 1
    while degree > 0 and (high := next((names for names in product if names.count("r") >= degree), None)):
        # r^d is replaced by the lower powers.
        coefficient = product.pop(high) / minimal_polynomial[-1]
        others, power = [name for name in high if name != "r"], high.count("r") - degree
        lower = [(tuple(sorted(others + ["r"] * (power + k))), -coefficient * c)
                 for k, c in enumerate(minimal_polynomial[:-1])]
        product = collected([*product.items(), *lower])
    return product


def monomial(coefficient, names):
    return ("*", *names) if coefficient == 1 and names else ("*", coefficient, *names)


def collected(terms):
    sums = {}
    for names, coefficient in terms:
        sums[names] = sums.get(names, Fraction(0)) + coefficient
    return {names: coefficient for names, coefficient in sums.items() if coefficient}


def smt(term):
    if isinstance(term, Fraction):
        size = f"{abs(term.numerator)}.0" if term.denominator == 1 else f"(/ {abs(term.numerator)}.0 {term.denominator}.0)"
        return size if term >= 0 else f"(- {size})"
    if isinstance(term, str):
        return term
    head, *rest = term
    return smt(rest[0]) if len(rest) == 1 and head in "+*" else f"({head} {' '.join(map(smt, rest))})"


def smt_text(question):
    lines = ["(set-logic QF_NRA)"]
    lines += [f"(declare-const {name} Real)" for name in question.variables()]
    lines += smt_pieces(question) if question.moved else smt_program(question)
    lines += [f"(assert {smt(c)})" for c in question.field_constraints() + question.better_and_near()]
    return "\n".join(lines + ["(check-sat)", ""])


def smt_program(question):
    """The margins by a definition for each unit."""
    lines = []
    for s, (x, y) in enumerate(question.samples):
        values = x
        for layer in range(len(question.layers)):
            defined = []
            for unit, row in enumerate(question.rows(layer, values)):
                name = f"z{s}_{layer}_{unit}"
                lines.append(f"(define-fun {name} () Real {smt(row)})")
                activation = question.layers[layer]["activation"]
                if activation == "linear":
                    defined.append(name)
                    continue
                slope = smt(negative_slope(activation))
                lines.append(f"(define-fun a{name} () Real (ite (> {name} 0.0) {name} (* {slope} {name})))")
                defined.append(f"a{name}")
            values = defined
        lines.append(f"(assert (>= (* {smt(Fraction(y))} {values[0]}) 1.0))")
    return lines


def smt_pieces(question):
    """The margins by cases, one an activation pattern; a case whose margin is a negative constant is left out."""
    lines = []
    for sample in range(len(question.samples)):
        pieces = [piece for piece in question.pieces(sample) if not is_negative_constant(piece[1][1])]
        (conditions, margin), *others = reversed(pieces)
        text = smt(("and", *conditions, margin)) if conditions else smt(margin)
        for conditions, margin in others:
            text = f"(ite {smt(('and', *conditions))} {smt(margin)} {text})"
        lines.append(f"(assert {text})")
    return lines


def is_negative_constant(polynomial):
    terms = polynomial[1:]
    return len(terms) == 1 and len(terms[0]) == 2 and terms[0][1] < 0


def infix(term):
    if isinstance(term, (Fraction, str)):
        return f"({term})" if isinstance(term, Fraction) else term
    head, *rest = term
    if head == "*":
        return " ".join(f"({infix(t)})" if not isinstance(t, str) else t for t in rest)
    if head == "+":
        return " + ".join(f"({infix(t)})" if not isinstance(t, str) else t for t in rest)
    return f"{infix(rest[0])} {head} {infix(rest[1])}"


def qepcad_text(question):
    """One disjunct for each activation pattern of all samples, as QEPCAD knows no conditional terms."""
    conjunction = lambda parts: "[ " + " /\\ ".join(f"[ {infix(part)} ]" for part in parts) + " ]"
    margins = []
    for sample in range(len(question.samples)):
        disjuncts = [conjunction([*conditions, margin]) for conditions, margin in question.pieces(sample)]
        margins.append("[ " + " \\/ ".join(disjuncts) + " ]")
    rest = map(infix, question.field_constraints() + question.better_and_near())
    formula = " /\\ ".join([f"[ {part} ]" for part in rest] + margins)
    names = question.variables()
    quantified = "".join(f"(E {name})" for name in names)
    return f"[]\n({','.join(names)})\n0\n{quantified}[ {formula} ].\nfinish\n"


CVC5 = """import cvc5, sys
tm = cvc5.TermManager(); solver = cvc5.Solver(tm); symbols = cvc5.SymbolManager(tm)
parser = cvc5.InputParser(solver, symbols); parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, sys.argv[1])
while not (command := parser.nextCommand()).isNull(): print(command.invoke(solver, symbols), end="")
"""


def solvers():
    """Name, language and command of what is found; a question is given as a file, or on standard input where that is None."""
    found = []
    if shutil.which("z3"):
        found.append(("Z3", "smt2", ["z3"]))
    if importlib.util.find_spec("cvc5"):
        found.append(("cvc5", "smt2", [sys.executable, "-c", CVC5]))
    if shutil.which("yices-smt2"):
        found.append(("Yices", "smt2", ["yices-smt2"]))
    if shutil.which("qepcad"):
        found.append(("QEPCAD", "qepcad", ["qepcad", "+N100000000", "+L200000"]))
    return found


def run(command, path, limit):
    """The answer in a few words, and the seconds of processor time."""
    with open(path) as question, tempfile.TemporaryFile("w+") as output:
        by_name = not path.endswith(".qepcad")

        def restrict():
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))

        process = subprocess.Popen(command + [path] * by_name, stdin=question, stdout=output, stderr=output,
                                   preexec_fn=restrict)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        output.seek(0)
        text = output.read()
    seconds = usage.ru_utime + usage.ru_stime
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if "An equivalent quantifier-free formula:" in text:
        return lines[next(i for i, line in enumerate(lines) if line.startswith("An equivalent")) + 1], seconds
    if lines and lines[-1] in ("sat", "unsat", "unknown"):
        return lines[-1], seconds
    if path.endswith(".json"):
        return (lines[0] if lines else "no answer"), seconds
    return "no answer", seconds


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("certificates", nargs="+")
    arguments.add_argument("--limit", type=int, default=120)
    arguments.add_argument("--write")
    arguments.add_argument("--solvers", nargs="+", help="only these, by name")
    arguments.add_argument("--forms", nargs="+", choices=FORMS, default=list(FORMS))
    options = arguments.parse_args()
    asked = [] if options.write else [s for s in solvers() if s[0] in (options.solvers or [s[0]])]
    folder = options.write or tempfile.mkdtemp()
    os.makedirs(folder, exist_ok=True)
    print("| instance | form | solver | answer | CPU seconds |\n|---|---|---|---|--:|", flush=True)
    for path in options.certificates:
        with open(path) as file:
            document = json.load(file)
        name = os.path.splitext(os.path.basename(path))[0]
        for form in options.forms:
            question = Question(document, form == "moved")
            base = os.path.join(folder, f"{name}-{form}")
            for language, text in [("smt2", smt_text(question)), ("qepcad", qepcad_text(question))]:
                with open(f"{base}.{language}", "w") as file:
                    file.write(text)
            for solver, language, command in asked:
                answer, seconds = run(command, f"{base}.{language}", options.limit)
                print(f"| {name} | {FORMS[form]} | {solver} | {answer} | {seconds:.2f} |", flush=True)
        if shutil.which("margincert") and not options.write:
            with tempfile.NamedTemporaryFile(suffix=".json") as scratch:
                answer, seconds = run(["margincert", "certify", "-o", scratch.name], os.path.abspath(path), options.limit)
            print(f"| {name} | every radius | `margincert certify` | {answer} | {seconds:.3f} |", flush=True)


if __name__ == "__main__":
    main()
