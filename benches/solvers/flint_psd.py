"""Print the processor seconds of FLINT's characteristic polynomial of the rational matrix in a file, and whether it is
positive semidefinite: then, and only then, the signs of a symmetric matrix's coefficients alternate weakly."""

import sys
import time
from fractions import Fraction

from flint import fmpq, fmpq_mat

with open(sys.argv[1]) as file:
    rows = [[Fraction(entry) for entry in line.split()] for line in file]
matrix = fmpq_mat([[fmpq(entry.numerator, entry.denominator) for entry in row] for row in rows])
start = time.process_time()
polynomial = matrix.charpoly()
seconds = time.process_time() - start
size = len(rows)
semidefinite = all((-1) ** (size - k) * polynomial[k] >= 0 for k in range(size + 1))
print(seconds, semidefinite)
