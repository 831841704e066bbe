"""The orders of a series, judged by the equation that each of them solves."""

from itertools import pairwise
from math import prod


def flows(series, at, highest):
    """L₀ρ_n + L₁ρ_{n−1} for n = 1 to `highest`, in exact numbers at the point {symbol: value}."""
    generators = zip(series.ring.gens, series.ring.symbols, strict=True)
    point = [(x, symbol.subs(at)) for x, symbol in generators]

    def value(resolvents):
        terms = resolvents.terms.items()
        return sum(number(above) / prod(map(number, rates)) for rates, above in terms)

    def number(polynomial):
        return polynomial.evaluate(point)

    generator = series.liouvillian
    orders = [
        {element: value(resolvents) for element, resolvents in state.values_unnormalised.items()}
        for state in (series[n] for n in range(highest + 1))
    ]
    for before, state in pairwise(orders):
        flow = {}
        for action, operator in ((generator.free, state), (generator.coupling, before)):
            for element, factor in operator.items():
                for target, rate in action(element).items():
                    flow[target] = flow.get(target, 0) + number(rate) * factor
        yield flow
