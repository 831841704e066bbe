"""Networks of cycles and couplings that are not the Letter's, against literal matrices."""

import networkx
import numpy as np
import pytest
from judges.by_falling_residuals import assert_falls_as
from sympy import Add, I, Rational, S, Symbol, exp, symbols

from symsync import (
    Coupling,
    Dissipation,
    Drive,
    Exchange,
    LimitCycle,
    S_minus,
    S_plus,
    S_z,
    System,
    equatorial,
    gain_and_loss,
    own_exchange,
    stabilised_at,
    truncated_van_der_pol,
    van_der_pol,
)
from symsync.large_networks import (
    Motifs,
    Network,
    edge_harmonics,
    edge_negativity,
    mu,
    path_harmonics,
    relative_phases,
)
from symsync.reference import any_model, any_phases
from symsync.symbols import epsilon, gain_rate

GAIN, LOSS = symbols("gain loss", positive=True)
PHI = 2 * np.pi * np.arange(9) / 9

TAIL = [(0, 1), (2, 1), (0, 2), (2, 3)]
"""A triangle with a tail; its paths have edges in both directions."""
WEDGES = [(0, 1), (2, 1)]


# Couplings O + O† of a strength s and a phase χ ------------------------------------------------


def exchange(a, b, s=1, chi=0):
    return Exchange(a, b, s, chi)


def with_adjoint(word, back, s, chi):
    return Coupling(s * (exp(I * chi) * word + exp(-I * chi) * back) / 2)


def two_quanta(a, b, s=1, chi=0):
    return with_adjoint(S_plus(a) ** 2 * S_minus(b) ** 2, S_minus(a) ** 2 * S_plus(b) ** 2, s, chi)


def squeezing(a, b, s=1, chi=0):
    return with_adjoint(S_plus(a) * S_plus(b), S_minus(a) * S_minus(b), s, chi)


# Couplings of a real strength -------------------------------------------------------------------


def xx(a, b, s=1):
    return Coupling(s * (S_plus(a) + S_minus(a)) * (S_plus(b) + S_minus(b)) / 4)


def xxz(a, b, s=1):
    flip = S_plus(a) * S_minus(b) + S_minus(a) * S_plus(b)
    return Coupling(s * (flip / 2 + 3 * S_z(a) * S_z(b)))


def collective(a, b, s=1):
    return Dissipation(s, S_minus(a) + S_minus(b))


def one_way(a, b, s=1):
    """What a shared jump leaves of a symmetry between the ends: nothing."""
    return Dissipation(s, S_minus(a) + 2 * S_plus(b))


def onward(cycle):
    """The same cycle as a function of a label, its symbols named by the site."""

    def of_site(label):
        own = {x: Symbol(f"{x}_{label}", positive=True) for x in (GAIN, LOSS)}
        jumps = [(jump.rate.subs(own), jump.operator) for jump in cycle.jumps]
        return LimitCycle(cycle.spin, jumps)

    return of_site


HALF, VDP = gain_and_loss(GAIN, LOSS), van_der_pol(GAIN, LOSS)
CUT = truncated_van_der_pol(GAIN, LOSS)
HIGH = stabilised_at(Rational(1, 2), GAIN, LOSS, Rational(3, 2))
LETTERS = equatorial(GAIN, LOSS)

MODELS = {
    "spins 1/2": ([HALF], exchange, TAIL, [0, 0, 0, 0]),
    "van der Pol": ([VDP], exchange, WEDGES, [0, 0, 0]),
    "mixed": ([HALF, VDP], exchange, WEDGES, [0, 1, 0]),
    "spins 3/2 and 1": ([HIGH, LETTERS], exchange, WEDGES, [1, 0, 1]),
    "two quanta": ([VDP], two_quanta, WEDGES, [0, 0, 0]),
    "squeezing": ([HALF], squeezing, TAIL, [0, 0, 0, 0]),
    "xx": ([HALF], xx, TAIL, [0, 0, 0, 0]),
    "xxz": ([HALF], xxz, TAIL, [0, 0, 0, 0]),
    "xxz of three levels": ([VDP], xxz, WEDGES, [0, 0, 0]),
    "collective decay": ([HALF], collective, TAIL, [0, 0, 0, 0]),
    "one way": ([HALF], one_way, [(0, 1), (2, 1), (0, 2)], [0, 0, 0]),
    "cut": ([CUT], exchange, [(0, 1), (2, 1), (0, 2)], [0, 0, 0]),
    "mixtures": ([HALF, gain_and_loss(GAIN, LOSS, 1)], exchange, WEDGES, [1, 0, 1]),
    "shifted": ([HALF, VDP], exchange, WEDGES, [0, 1, 0]),
    "Kerr": ([VDP], exchange, [(0, 1), (2, 1), (0, 2)], [0, 0, 0]),
}

K = Symbol("K", real=True)
ENERGIES = {"shifted": [S.Zero, K * S_z**2], "Kerr": lambda site: K * S_z(site) ** 2}

# "cut" has three levels on both sides.
pytestmark = pytest.mark.filterwarnings("ignore:The last of:UserWarning")

POWERS = {
    "spins 1/2": (2, 3),
    "van der Pol": (2, 3),
    "mixed": (3, 3),  # a spin 1/2 has no second harmonic, and no edge closes the path
    "spins 3/2 and 1": (2, 3),
    "two quanta": (3, 3),
    "squeezing": (2, 4),  # a relative phase needs as many of O as of O†
    "xx": (2, 3),
    "xxz": (2, 3),
    "xxz of three levels": (2, 3),
    "collective decay": (2, 3),
    "one way": (2, 3),
    "cut": (2, 3),
    "mixtures": (3, 3),  # the path is made of unknowns of linear systems
    "shifted": (3, 3),
    "Kerr": (2, 3),
}
"""{model: the power in the strengths of what orders 1 and 2 leave out}"""

QUICK = [("shifted", 2), ("xxz", 2)]
REAL = {"xx", "xxz", "xxz of three levels", "collective decay", "one way"}


def parameters(name, size, seed=7):
    """A network of one of the models, and its exact state."""
    cycles, coupling, edges, kinds = MODELS[name]
    rng = np.random.default_rng(seed)
    count = len(kinds)
    rates = {"gain": rng.uniform(0.5, 2, count), "loss": rng.uniform(0.5, 2, count)}
    chi = 0 if name in REAL else rng.uniform(-3, 3, len(edges))
    s = size * rng.uniform(0.5, 1, len(edges))
    frequencies = rng.normal(0, 0.7, count)
    if name in ENERGIES:
        rates["K"] = rng.uniform(-2, 2, count)
    network = Network(
        edges, strengths=s * np.exp(1j * chi), frequencies=frequencies, cycle=cycles,
        coupling=coupling, kinds=kinds, hamiltonian=ENERGIES.get(name, 0), **rates,
    )  # fmt: skip
    return network, rates, s, chi, frequencies


def exact(name, size):
    cycles, coupling, edges, kinds = MODELS[name]
    network, rates, s, chi, frequencies = parameters(name, size)
    labels = "KLMN"[: len(kinds)]
    values = {
        f"{rate}_{label}": column[k]
        for rate, column in rates.items()
        for k, label in enumerate(labels)
    }
    values |= {f"omega_{label}": frequencies[k] for k, label in enumerate(labels)}
    couplings = []
    for k, (a, b) in enumerate(edges):
        strength, phase = Symbol(f"s_{k}", positive=True), Symbol(f"x_{k}", real=True)
        values[strength.name] = s[k]
        if name in REAL:
            couplings.append(coupling(labels[a], labels[b], strength))
        else:
            values[phase.name] = chi[k]
            couplings.append(coupling(labels[a], labels[b], strength, phase))
    system = System(
        {label: onward(cycles[kind])(label) for label, kind in zip(labels, kinds, strict=True)},
        couplings,
        {label: Symbol(f"omega_{label}", real=True) for label in labels},
        Add(*(Symbol(f"K_{label}", real=True) * S_z(label) ** 2 for label in labels))
        if name in ENERGIES
        else S.Zero,
    )
    used = {symbol.name for symbol in system.parameters}
    rho = any_model.steady_state(system, **{key: values[key] for key in values if key in used})
    return network, rho, [float(spin) for spin in system.spins.values()]


@pytest.mark.parametrize(
    ("name", "order"),
    [pytest.param(name, order, marks=[] if (name, order) in QUICK else pytest.mark.slow)
     for name in MODELS for order in (1, 2)],
)  # fmt: skip
def test_what_is_left_out_falls_with_the_next_power(name, order):
    """Of all pairs together; strengths are small beside the rates, but not so that floats show."""

    def residual(size):
        network, rho, spins = exact(name, size)
        found = relative_phases(network, order)
        theirs = [any_phases.S_rel(rho, spins, a, b, PHI) for a, b in found.pairs]
        return np.abs(found.S_rel(PHI[:, None]).T - theirs).max()

    power = POWERS[name][order - 1]
    assert_falls_as(power, residual, 0.004 if power < 4 else 0.02)


def test_symbols_of_edges_are_columns():
    """own_exchange has ε and χ of each edge: the same as complex strengths."""
    rates, s, chi = {"gain": [1, 2, 3], "loss": [3, 1, 2]}, np.array([0.1, 0.2]), [1, -2]
    network = Network(WEDGES, cycle=HALF, strengths=s * np.exp(1j * np.array(chi)), **rates)
    named = Network(WEDGES, cycle=onward(HALF), coupling=own_exchange, epsilon=s, chi=chi, **rates)
    ours, theirs = relative_phases(named), relative_phases(network)
    assert ours.pairs.tolist() == theirs.pairs.tolist()
    assert list(ours.harmonics) == list(theirs.harmonics) == [1]
    assert np.allclose(ours.first, theirs.first, rtol=1e-12, atol=0)


def test_one_symbol_for_all_edges_is_a_column_too():
    """Exchange itself holds ε; strengths multiply it."""
    rates = {"gain": [1, 2, 3], "loss": [3, 1, 2]}
    plain = Network(WEDGES, strengths=[0.1, 0.3], cycle=HALF, **rates)
    named = Network(WEDGES, strengths=[1, 3], epsilon=0.1, cycle=HALF, coupling=Exchange, **rates)
    assert np.allclose(relative_phases(plain).first, relative_phases(named).first, rtol=1e-14)
    assert epsilon in named.motifs.edge_columns.values()


def test_a_term_of_each_site_is_written_with_and_without_a_label():
    """A graph has its values as attributes; of spins 1 K (S^z)² is not a frequency."""
    graph = networkx.path_graph(3)
    networkx.set_node_attributes(graph, {0: 1.0, 1: -2.0, 2: 3.0}, "K")
    rates = {"gain": [1, 2, 3], "loss": [3, 1, 2], "frequencies": 0, "strengths": 0.1}
    plain, labelled = (
        relative_phases(Network.from_graph(graph, cycle=LETTERS, hamiltonian=h, **rates)).first
        for h in (K * S_z**2, lambda a: Symbol(f"K_{a}", real=True) * S_z(a) ** 2)
    )
    without = relative_phases(Network.from_graph(graph, cycle=LETTERS, **rates)).first
    assert (plain == labelled).all()
    assert abs(plain - without).min() > 1e-4


def test_kinds_are_cycles_by_place():
    """Sites of two kinds with the same cycle are sites of one kind."""
    rates = {"gain": [1, 2, 3, 4], "loss": [3, 1, 2, 5]}
    one = relative_phases(Network(TAIL, strengths=0.1j, cycle=HALF, **rates))
    two = relative_phases(
        Network(TAIL, strengths=0.1j, cycle=[HALF, onward(HALF)], kinds=[0, 1, 1, 0], **rates)
    )
    assert one.pairs.tolist() == two.pairs.tolist()
    assert np.allclose(one.first, two.first, rtol=1e-14, atol=0)


def test_values_that_no_cycle_holds_are_not_read():
    """The Letter's spin 1 beside a spin 1/2: each site has the rates of its own cycle."""
    cycles = [equatorial(gain_rate(""), LOSS), HALF]
    network = Network(
        [(0, 1)], strengths=0.1, cycle=cycles, kinds=[0, 1],
        gamma_g_=[2, np.nan], gain=[np.nan, 3], loss=1,
    )  # fmt: skip
    assert np.isfinite(edge_harmonics(network)[1]).all()
    with pytest.raises(ValueError, match="`gain` must be finite"):
        Network([(0, 1)], strengths=0.1, cycle=cycles, kinds=[1, 0],
                gamma_g_=[2, np.nan], gain=[np.nan, 3], loss=1)  # fmt: skip


def test_negativity_of_an_edge_of_pure_cycles():
    """Spins 3/2 at |1/2⟩: the negativity of the exact state to first order."""
    rates = {"gain": [1.5, 0.7], "loss": [0.9, 1.2]}
    network = Network([(0, 1)], strengths=-0.1j, cycle=HIGH, **rates)
    sites = {label: onward(HIGH)(label) for label in "AB"}
    system = System(sites, [Exchange("A", "B", epsilon)])
    values = {f"{rate}_{site}": c[k] for rate, c in rates.items() for k, site in enumerate("AB")}

    def residual(size):
        rho = any_model.steady_state(system, epsilon=size, **values)
        flipped = rho.reshape(4, 4, 4, 4).transpose(0, 3, 2, 1).reshape(16, 16)
        levels = np.linalg.eigvalsh(flipped)
        return abs(-levels[levels < 0].sum() - size / 0.1 * edge_negativity(network)[0])

    assert_falls_as(2, residual, 0.01)


def test_a_motif_prints_the_symbols_of_its_sites():
    formula = Motifs(HALF).edge(1)[1]
    assert [symbol.name for symbol in formula.parameters] == [
        "Delta", "gain_A", "gain_B", "loss_A", "loss_B",
    ]  # fmt: skip
    assert formula.latex().startswith(r"c_{1}/\varepsilon \approx")
    assert str(Motifs().edge(1)[1].parameters[1]) == "gamma_d_A"


def test_formulas_are_derived_once():
    """Equal cycles and couplings share their formulas, however they are written."""
    assert Motifs(HALF) == Motifs(onward(HALF))
    assert Motifs(HALF).edge(1) is Motifs(onward(HALF)).edge(1)


def test_paths_may_have_harmonics_where_edges_have_none():
    network, *_ = parameters("squeezing", 0.1)
    assert edge_harmonics(network) == edge_harmonics(network, 2) == {}
    assert list(path_harmonics(network)[1]) == [1]


@pytest.mark.parametrize(
    ("make", "message"),
    [(lambda: Motifs(3), "`cycle` must be a limit cycle, a function of a site's label or a list"),
     (lambda: Motifs([]), "`cycle` must be a limit cycle, a function"),
     (lambda: Motifs(HALF, Exchange("A", "B")), "`coupling` must be a function of two labels"),
     (lambda: Motifs(lambda _: GAIN), "`cycle` must return limit cycles, but returns gain"),
     (lambda: Motifs(lambda site: HALF if site == "A" else VDP), "must treat all labels alike"),
     (lambda: Motifs(HALF, lambda *_: GAIN), "`coupling` must return couplings"),
     (lambda: Motifs(HALF, lambda a, _: Drive(a)), "must act on the two sites of its labels"),
     (lambda: Motifs(HALF, lambda a, b: Exchange(a, b, 1 + (a == "B"))), "treat all labels alike"),
     (lambda: Motifs(HALF, lambda a, b: Coupling(S_z(a) * S_z(b))), "changes no m, so that it"),
     (lambda: Motifs(HALF, two_quanta), "changes no m, so that it locks no relative phase"),
     (lambda: Motifs(HALF, lambda a, b: Coupling(S_z(b) * (S_plus(a) + S_minus(a)))),
      "must change m of both sites or of neither, but"),
     (lambda: Motifs(VDP, hamiltonian=3), "`hamiltonian` must be an operator of one site"),
     (lambda: Motifs(VDP, hamiltonian=K * S_z("A")), "`hamiltonian` must be an operator of one"),
     (lambda: Motifs(VDP, hamiltonian=K * (S_plus + S_minus)), "must be diagonal in"),
     (lambda: Motifs(VDP, hamiltonian=lambda a: (1 + (a == "A")) * S_z(a)), "treat all labels"),
     (lambda: Motifs([VDP, HALF], hamiltonian=[K * S_z**2]), "one term for each of the 2 cycles"),
     (lambda: Motifs(HALF, lambda a, b: Exchange(a, b, GAIN)), "holds the symbol gain, which"),
     (lambda: Motifs(gain_and_loss(GAIN, Symbol("kinds", positive=True))), "the symbol kinds")],
)  # fmt: skip
def test_motifs_that_there_are_not(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"gain": None}, "`gain` is missing. The symbols of these sites and edges are gain, loss"),
     ({"width": 1}, "`width` is unknown"),
     ({"strong": [0]}, "`strong` is unknown: strongly coupled sites share one state"),
     ({"strengths": None}, "`strengths` is missing"),
     ({"gain": [1, 0]}, "`gain` must be positive, but contains 0"),
     ({"kinds": [0, 1]}, "`kinds` must be whole numbers from 0 to 0"),
     ({"kinds": [0, 0, 0]}, r"one number or 3 of them, but has the shape \(2,\)"),
     ({"coupling": xx, "strengths": 1j}, "`strengths` must be real for this coupling"),
     ({"coupling": collective, "strengths": -1}, "must not be negative for shared jumps")],
)  # fmt: skip
def test_bad_values_are_refused(changes, message):
    values = {"gain": [1, 2], "loss": [3, 4], "strengths": 0.1, "cycle": HALF} | changes
    given = {name: value for name, value in values.items() if value is not None}
    with pytest.raises(ValueError, match=message):
        Network([(0, 1)], **given)


def test_what_only_some_networks_have():
    network = Network([(0, 1)], strengths=-1, cycle=HALF, coupling=xx, gain=[1, 2], loss=3)
    with pytest.raises(ValueError, match="`network` must have the Letter's cycles"):
        mu(network)
    with pytest.raises(ValueError, match="must not be negative for the negativity"):
        edge_negativity(network)
