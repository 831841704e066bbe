"""Thousands of wrong calls and command lines meet the package's sentences and nothing else.

The calls are drawn with a seed from all combinations of a public callable, one of its arguments
and a strange value for it.
"""

import random
import traceback
import warnings
from pathlib import Path

import networkx
import numpy as np
import pytest
import sympy
from sympy import Symbol, oo

import symsync
from symsync import S_minus, S_plus, S_z, cli, equations, figures, phi, reference
from symsync.large_networks import Network

ROOT = str(Path(symsync.__file__).parent)
ONE = sympy.Integer(1)
CALLS = 2000


class Odd:
    """Something that nobody expects."""


k = Symbol("k", positive=True)
PAIR, CYCLE = symsync.spin_pair(), symsync.equatorial(1, 2)
SERIES = symsync.steady_series(PAIR)
STATE = SERIES[0]
MU, KET = equations["mu_plus"], {(ONE, ONE): k}
TOP, RATES = equations["S_rel_max"], {f"gamma_{kind}_{site}": 1 for kind in "gd" for site in "AB"}
STRANGE = [
    None, True, 0, -1, 3, 10**400, 0.3, float("nan"), float("inf"), 1j, "1 + 1", "", "A", b"A", [],
    [1], (), (1, 2), {}, {"A": 1}, {1, 2}, object, Odd(), len, np.array([1.0, 2.0]), np.array("x"),
    np.nan, Symbol("x"), k, oo, sympy.nan, sympy.I, sympy.Matrix([[1]]), sympy.Float(0.5),
    sympy.Eq(Symbol("x"), 1), S_plus, S_plus("A"), PAIR, SERIES, SERIES[1], STATE, CYCLE,
    symsync.Exchange("A", "B"), MU, range(3), ...,
]  # fmt: skip
EXACT = symsync.exact_state(PAIR)
QUBITS = symsync.steady_series(symsync.System({s: symsync.gain_and_loss(1, 2) for s in "AB"}, []))[
    0
]
BUILT = [2, CYCLE, symsync.Exchange, {}]
MOVING = symsync.S_rel(symsync.time_series(PAIR)[1])
RIGHT = {
    "Coupling": [S_z("A") * S_z("B")], "Dissipation": [k, S_minus("A")], "Drive": ["A", k],
    "Exchange": ["A", "B", k], "LimitCycle": [1, [(k, S_plus)]], "Liouvillian": [PAIR],
    "DividedDifference": [symsync.t, 0, -k],
    "State": [{"A": ONE}, {((1,), (1,)): ONE}, lambda v: v],
    "ExactState": [{"A": ONE}, {((1,), (1,)): ONE}, {}], "System": [{"A": CYCLE}, [], {}],
    "S_rel": [STATE, "A", "B", phi], "S_rel_maximum": [STATE, "A", "B"], "all_to_all": BUILT,
    "boundary": [equations["S_rel_max"], "epsilon", k],
    "chain": BUILT, "star": BUILT, "ring": [3, *BUILT[1:]], "check": [PAIR],
    "check_claim": ["epsilon*k", k * symsync.epsilon, {"k": k}, "epsilon"],
    "coherent_state": [1, k, k], "declare": ["zz", "z", "meaning", "1"], "describe": [k],
    "document": [[MU], {"Delta": "d"}], "entropy": [STATE],
    "equation": ["f", k, "derived", 1, [k]], "equatorial": [1, 2, 1],
    "entanglement_threshold": [EXACT, "epsilon"],
    "exact_state": [PAIR], "explore": [MU], "first_order_ket": [SERIES], "gain_and_loss": [1, 2, 1],
    "from_qutip": [np.diag([1.0, -1.0]), [], None, [ONE / 2], ["A"], ()],
    "javascript": [[MU]], "joined": [[MU]], "laplace_series": [PAIR],
    "locking_phase": [STATE, "A", "B"],
    "matrix": [S_plus, 1], "mutual_information": [STATE, "A"], "negativity": [STATE, "A"],
    "network": [networkx.path_graph(2), *BUILT[1:]], "own_cycle": ["A"], "own_exchange": ["A", "B"],
    "pair_weight": [1, 1, (1, -1), (0, 0)], "partial_transpose": [STATE, "A"],
    "phase_combination": [STATE, {"A": 1, "B": -1}, phi], "phase_density": [STATE, "A", phi],
    "phase_distribution": [STATE, "A", phi], "phase_weight": [1, 1, 0],
    "phase_weight_table": [1, 1], "purity": [STATE], "rate_series": [PAIR],
    "rational": [k, k, {}], "taylor": [k, k, 1],
    "relative_phase_harmonics": [STATE, "A", "B"], "schmidt_coefficients": [KET, 1],
    "scan": [MU, {"Delta": np.array([0.0, 1.0]), "gamma_d_A": 1, "gamma_g_B": 1}, None],
    "refine": [TOP, {"Delta": np.array([0.0, 1.0]), "epsilon": 1, **RATES}, {"S_rel_max": 0.1}, 2],
    "schmidt_rank": [KET, 1], "stabilised_at": [0, 1, 2, 1], "steady_series": [PAIR],
    "evolution": [PAIR, (0, 0)], "half_life": [MOVING], "slowest_rate": [MOVING],
    "coherence": [STATE, S_minus("A"), S_minus("B")], "covariance": [STATE, S_z("A"), S_z("B")],
    "expectation": [STATE, S_z("A")], "order_parameter": [STATE, S_minus],
    "pearson": [STATE, S_z("A"), S_z("B")], "variance": [STATE, S_z("A")],
    "pearson_in_time": [MOVING, MOVING, 0, 1],
    "mean_field": [symsync.System({"A": symsync.van_der_pol_boson(1, 1)}, [])],
    "time_series": [PAIR, (0, 0)], "transition": [1, 0], "truncated_van_der_pol": [1, 2, 3],
    "dephased": [CYCLE, k], "thermal": [1, 2, 1], "joint_phase_harmonics": [STATE, "A", "B"],
    "joint_phase_distribution": [STATE, {"A": phi}], "joint_phase_maximum": [STATE, "A", "B"],
    "validity": [MU, equations["mu_plus_exact"]], "van_der_pol": [1, 2, 1],
    "boson": [2, [(k, symsync.creation)]], "fock_populations": [STATE, "A"],
    "oscillator_husimi": [STATE, (0, 0), (0, 0)], "quantum_van_der_pol": [1, 0],
    "top_population": [STATE, "A", ONE], "van_der_pol_boson": [1, 2, 3, 1],
    "wigner": [STATE, (0, 0), (0, 0)], "spectrum": [PAIR], "Spectrum": [PAIR],
    "correlation": [PAIR, S_plus("A"), S_minus("A"), STATE],
    "power_spectrum": [PAIR, S_minus("A"), 0], "observed_frequency": [PAIR, S_minus("A")],
    "distance_to_limit_cycle": [STATE], "l1_coherence": [STATE],
    "concurrence": [QUBITS, "A", "B"], "entanglement_of_formation": [QUBITS, "A", "B"],
    "logarithmic_negativity": [STATE, "A"], "fisher_information": [STATE, "A", "B"],
    "quantum_fisher_information": [STATE, S_z("A")],
    "relative_entropy_of_coherence": [STATE], "spin_wigner": [STATE, (0, 0), (0, 0)],
    "trace_distance": [STATE, STATE],
}  # fmt: skip
LINE = Network([(0, 1)], gain=[1, 2], damping=1, strengths=1)
DRAWN = figures.network_data(LINE)
NUMBERS = symsync.System({"A": CYCLE, "B": CYCLE}, [symsync.Exchange("A", "B", ONE)])
RATES = {"gamma_g_A": 1, "gamma_d_A": 2, "gamma_g_B": 3, "gamma_d_B": 4}
METHODS = {
    "partial_trace": (STATE, ["A"]), "functional": (STATE, [{}]), "partial_sum": (SERIES, [1]),
    "reduced": (SERIES, ["A"]), "subs": (MU, [{"Delta": 0}]), "diff": (MU, ["Delta"]),
    "function": (MU, ["numpy", "refuse", "raise"]), "letter": (equations, [1]),
    "about": (equations, ["mu_plus"]), "code": (MU, ["c"]),
    "from_matrix": (symsync.State, [np.eye(2) / 2, {"A": ONE / 2}, ()]),
    "series": (symsync.spectrum(PAIR), [(1, 0), (1, 0)]),
    "rational": (EXACT, ["epsilon", {"Delta": 0, **RATES}]),
    "taylor": (EXACT.rational("epsilon", {"Delta": 0, **RATES}), [1]),
    "draw": (figures, [DRAWN, None]), "tongue_data": (figures, ["first"]),
    "sphere_data": (figures, [STATE, "A"]), "network_data": (figures, [LINE, None, 1]),
    "locking_in_time_data": (figures, [NUMBERS, [0, 1], "AB"]),
}  # fmt: skip


def calls():
    """Every callable with one strange argument."""
    for name, right in RIGHT.items():
        for place in range(len(right)):
            yield name, getattr(symsync, name), right, place
    for name, (owner, right) in METHODS.items():
        for place in range(len(right)):
            yield name, getattr(owner, name), right, place
    for owner in (STATE, SERIES, equations, symsync.spectrum(PAIR)):
        yield "[]", owner.__getitem__, [0], 0
    evaluate = MU.function()
    yield "μ₊", lambda Delta: evaluate(Delta=Delta, gamma_d_A=1, gamma_g_B=1), [0], 0
    yield "μ₊", lambda rate: evaluate(Delta=0, gamma_d_A=rate, gamma_g_B=1), [1], 0
    for name in ("panels", "width", "labels", "unit", "contours"):
        yield f"draw {name}", lambda x, n=name: figures.draw(DRAWN, **{n: x}), [None], 0
    for name in ("rates", "t", "epsilon"):
        yield name, lambda x, n=name: figures.locking_data("first", **{n: x}), [None], 0
    error = symsync.validity("S_rel_max").error
    yield "error", lambda epsilon: error(epsilon=epsilon, Delta=1, **RATES), [1], 0
    largest = symsync.validity("S_rel_max").largest
    yield "largest", lambda name, bound: largest(name, bound, Delta=1, **RATES), ["epsilon", 1], 0
    yield "largest", lambda name, bound: largest(name, bound, Delta=1, **RATES), ["epsilon", 1], 1
    yield "reference", lambda e: reference.steady_state(epsilon=e, Delta=1, **RATES), [1], 0
    for name in ("negativity", "mutual_information", "purity", "S_rel_max", "schmidt_coefficients"):
        yield f"reference.{name}", getattr(reference, name), [np.eye(9) / 9], 0


def complaint(call):
    """What is wrong with what a call raises: nothing, if it is a sentence of the package."""
    try:
        call()
    except (ValueError, TypeError, KeyError, NotImplementedError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        own = last.filename.startswith(ROOT) and (last.line or "").strip().startswith("raise")
        if own and len(str(error)) > 15:
            return None
        return f"{type(error).__name__}: {error} in {Path(last.filename).name}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def test_every_public_callable_is_tried():
    """What is not is a class that only the package makes, or has a test of its own."""
    elsewhere = {"Catalogue", "ClaimAnswer", "Equation", "Explorer", "MeanField", "RationalState",
                 "Report", "Sector", "Series", "TruncationWarning", "Validity", "husimi",
                 "spin_pair", "verify"}  # fmt: skip
    callables = {name for name in symsync.__all__ if callable(getattr(symsync, name))}
    symbols = {"Delta", "epsilon", "phi", "t", "S_plus", "S_minus", "S_z", "annihilation",
               "creation", "number_operator"}  # fmt: skip
    assert callables - symbols - {"equations"} == set(RIGHT) | elsewhere


def test_wrong_types_meet_one_sentence_each():
    every = [(*call, value) for call in calls() for value in STRANGE]
    drawn = random.Random(11).sample(every, CALLS)
    wrong = []
    for name, function, right, place, value in drawn:
        arguments = [*right[:place], value, *right[place + 1 :]]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            said = complaint(lambda f=function, a=arguments: f(*a))
        if said:
            wrong.append(f"{name}({place} = {value!r:.40}): {said:.150}")
    assert wrong == []


@pytest.mark.parametrize("text", ["1 + 1", "x", "__import__('os').system('true')"])
def test_no_text_is_run(text, monkeypatch):
    """Case 13: wherever text is handed in, SymPy's parser does not see it."""

    def parsed(*_args, **_kwargs):
        raise AssertionError("text was parsed")

    monkeypatch.setattr("sympy.parsing.sympy_parser.eval_expr", parsed)
    for _name, function, right, place in calls():
        said = complaint(lambda f=function, r=right, p=place: f(*r[:p], text, *r[p + 1 :]))
        assert "parsed" not in (said or "")


WORDS = [
    "verify", "list", "latex", "evaluate", "validity", "check", "--against",
    "--formula", "--where", "figure", "regression", "S_rel_max",
    "mu_plus", "6", "9", "negativty", "coefficient", "nothing", "--json", "--digits", "20", "0",
    "-3", "1e9", "--all", "--bound", "x", "epsilon=0.1", "epsilon=", "epsilon=nan", "=1",
    "epsilon=1e999", "Delta=0", "Delta=1+1", "gamma_g_A=1", "gamma_d_A=-1", "gamma_g_B=2",
    "gamma_d_B=3j", "phi=1", "--output", "a.txt", "--data", "b.csv", "--from", "first", "é", "",
    "--epsilon", "--help", "--", "t=1", "omega=2", "threshold=1e-3", "--version",
]  # fmt: skip


def lines():
    """Seeded command lines; those that would draw, print or decide much are left out."""
    draw = random.Random(3)
    while True:
        line = draw.choices(WORDS, k=draw.randint(0, 7))
        if line and line[0] == "verify" and not {"nothing", "coefficient"} & set(line[1:]):
            line.append("nothing")
        if line and line[0] in ("figure", "regression"):
            line.append("--nonsense")
        yield line


@pytest.mark.parametrize("count", [200, pytest.param(CALLS // 2, marks=pytest.mark.slow)])
def test_wrong_command_lines_meet_one_sentence_each(count, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = lines()
    for _ in range(count):
        line = next(source)
        code = cli.main(line)
        out, err = capsys.readouterr()
        assert code in (0, 2) or (code == 1 and line[0] == "check"), line
        assert "Traceback" not in out + err, line
        if code == 2:
            assert err.startswith("symsync: "), line
            assert err.count("\n") == 1, line
            assert len(err) > 20, line
    assert list(tmp_path.iterdir()) == []
