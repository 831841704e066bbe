"""What speed is measured by: times in one process, and units that a faster processor shortens.

Times are those of the processor, on all threads, so that others may keep the machine busy.
"""

import time
from functools import cache

import numpy as np
from sympy import expand, symbols
from sympy.core.cache import clear_cache

ROUNDS = 60


def best(functions, rounds=ROUNDS):
    """The time of each function, called `rounds` times in a row, in the best of three turns.

    The clock of many threads is precise to some milliseconds, so that it reads rows of calls.
    """
    times = dict.fromkeys(functions, np.inf)
    for _ in range(3):
        for name, function in functions.items():
            start = time.process_time()
            for _ in range(rounds):
                function()
            times[name] = min(times[name], (time.process_time() - start) / rounds)
    return times


def once(function):
    """The time of one call of what is done once."""
    start = time.process_time()
    function()
    return time.process_time() - start


@cache
def expansion():
    """Seconds that SymPy takes to expand (1 + x + y + z)¹²: the unit of derivations."""

    def work():
        clear_cache()
        expand((1 + sum(symbols("x y z"))) ** 12)

    return best({"work": work}, rounds=3)["work"]


@cache
def sorting():
    """Seconds that NumPy takes to sort a million numbers: the unit of what is done once a point."""
    numbers = np.random.default_rng(1).normal(size=10**6)
    return best({"work": lambda: np.sort(numbers)}, rounds=5)["work"]
