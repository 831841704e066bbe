"""Sparse linear systems: the order of their elimination, and their solution in several fields."""

from fractions import Fraction
from random import Random

import pytest
from sympy import Matrix, Rational, cos, sin, sqrt, symbols

from symsync.expressions.sparse_elimination import (
    PRIME,
    LongEliminationError,
    PrimePoint,
    planned,
    solved,
    steps,
)

x, y = symbols("x y", positive=True)
t = symbols("t", real=True)


def random_rows(size, seed, diagonal=True):
    """A sparse matrix of small integers; without its diagonal, pivots stand elsewhere."""
    draw = Random(seed)
    rows = []
    for k in range(size):
        row = {j: draw.randrange(-5, 6) for j in draw.sample(range(size), 3) if j != k}
        row |= {k: draw.randrange(1, 9)} if diagonal else {(k + 1) % size: draw.randrange(1, 9)}
        rows.append({j: value for j, value in row.items() if value})
    return rows


def modulo(rows):
    return [{j: value % PRIME for j, value in row.items()} for row in rows]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("diagonal", [True, False])
def test_the_solution_solves_the_equations(seed, diagonal):
    rows = random_rows(9, seed, diagonal)
    dense = Matrix(9, 9, lambda i, j: rows[i].get(j, 0))
    if dense.det() == 0:
        with pytest.raises(ZeroDivisionError):
            planned(modulo(rows))
        return
    right = list(range(1, 10))
    fractions = [{j: Fraction(value) for j, value in row.items()} for row in rows]
    found = solved(planned(modulo(rows)), fractions, list(map(Fraction, right)))
    expected = dense.LUsolve(Matrix(right))
    assert [Rational(value.numerator, value.denominator) for value in found] == list(expected)


def test_the_solution_modulo_a_prime():
    rows = modulo(random_rows(9, 1))
    found = solved(planned(rows), rows, [1] * 9, lambda v: pow(v, -1, PRIME), lambda v: v % PRIME)
    assert all(sum(value * found[j] for j, value in row.items()) % PRIME == 1 for row in rows)


def test_few_entries_arise():
    """An arrow is eliminated from its tips: the first row among the last two."""
    size = 20
    rows = [{j: 100 + j for j in range(size)}, *({0: 1, k: 2} for k in range(1, size))]
    pivots = planned(rows)
    assert steps(pivots) == size - 1
    assert 0 in (pivots[-1].row, pivots[-2].row)


def test_a_long_elimination_gives_up():
    rows = [{j: (i * j + 7) ** 3 % 101 + 1 for j in range(9)} for i in range(9)]
    with pytest.raises(LongEliminationError):
        planned(rows, longest=10)


def test_entries_that_vanish_identically_are_left_out():
    """The second row less the first one has no third entry."""
    rows = [{0: 1, 1: 2, 2: 5}, {0: 1, 1: 3, 2: 5}, {2: 1}]
    changed = {row: columns for pivot in planned(rows) for row, columns in pivot.below}
    assert 2 not in changed.get(1, ())


def test_residues_obey_the_relations_of_their_generators():
    at = PrimePoint()
    root, square, c, s = (at.residue(each) for each in (sqrt(x), x, cos(t), sin(t)))
    assert root * root % PRIME == square
    assert (c * c + s * s) % PRIME == 1
    two = at.residue(sqrt(2) * x) * pow(square, -1, PRIME)
    assert two * two % PRIME == 2


def test_residues_are_those_of_the_expression_in_every_process():
    at = PrimePoint(seed=3)
    a, b = at.residue(x), at.residue(y)
    third = pow(3, -1, PRIME)
    assert at.residue(x**2 * y / 3 - 7 * y) == (a * a * b * third - 7 * b) % PRIME
    assert at.residue(x / y) * b % PRIME == a
    assert at.residue((x + y) ** 3) == pow(a + b, 3, PRIME)
    assert PrimePoint(seed=3).residue(x) == a != PrimePoint(seed=4).residue(x)
