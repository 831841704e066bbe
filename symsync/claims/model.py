"""Claims about the model: its operators, its generator, its limit cycles, its phases."""

import numpy as np
from sympy import Rational, S, eye, symbols

from symsync import reference
from symsync.claims.common import over_polar_angle, steady
from symsync.claims.ledger import Equations, Evidence, claim, proved
from symsync.derive.generator import Liouvillian, closure
from symsync.measures.phase_locking import S_rel, phase_distribution
from symsync.model.coherent_states import coherent_state
from symsync.model.spin import S_minus, S_plus, S_z, matrix
from symsync.model.system import spin_pair

RATES = {"gamma_g_A": 2.0, "gamma_d_A": 1.0, "gamma_g_B": 1.5, "gamma_d_B": 3.0}
"""Generic rates without a special relation to each other."""


@claim(
    "Spin matrices obey [S⁺,S⁻] = 2S^z, [S^z,S±] = ±S±, S² = S(S+1) for S = 1/2 … 5/2",
    "Model",
    see=("matrix",),
)
def spin_algebra(_: Equations) -> Evidence:
    holds = True
    for spin in (Rational(k, 2) for k in range(1, 6)):
        plus, minus, z = (matrix(operator, spin) for operator in (S_plus, S_minus, S_z))
        square = (plus * minus + minus * plus) / 2 + z * z
        holds &= plus * minus - minus * plus == 2 * z
        holds &= z * plus - plus * z == plus and z * minus - minus * z == -minus
        holds &= square == spin * (spin + 1) * eye(int(2 * spin + 1)) and minus == plus.H
    return proved("five spins, exact matrices", holds)


@claim(
    "The printed Eq. (2) and the numeric reference are the same 81 × 81 generator",
    "Eq. (2)",
    see=("eq02", "master_equation", "reference.steady_state"),
)
def same_generator(equations: Equations) -> Evidence:
    values = {"epsilon": 0.7, "Delta": 0.4, **RATES}
    printed = equations["master_equation"].function()(**values)
    literal = sum(values[name] * part for name, part in reference.GENERATORS.items())
    error = float(np.abs(printed - literal).max())
    return Evidence("measured", f"largest difference {error:.1e}", error < 1e-14)


@claim(
    "The printed Eq. (1) is the literal 9 × 9 matrix of the numeric reference",
    "Eq. (1)",
    see=("eq01", "hamiltonian"),
)
def same_hamiltonian(equations: Equations) -> Evidence:
    printed = equations["hamiltonian"].function()(epsilon=0.7)
    raising = np.kron(reference.S_PLUS, reference.S_MINUS)
    error = float(np.abs(printed - 0.35j * (raising - raising.T)).max())
    return Evidence("measured", f"largest difference {error:.1e}", error < 1e-15)


@claim(
    "Eq. (3) reads off any state what quadrature of its Husimi function gives",
    "Eq. (3)",
    see=("eq03", "S_rel_functional", "reference.S_rel"),
)
def same_measure(equations: Equations) -> Evidence:
    function = equations["S_rel_functional"].function()
    rho = reference.steady_state(epsilon=0.9, Delta=0.4, **RATES)
    index = {"1": 0, "0": 1, "m1": 2}
    elements = {}
    for name in set(function.parameters) - {"phi"}:
        a, b, c, d = (index[m] for m in name.removeprefix("rho_").split("_"))
        elements[name] = rho[3 * a + b, 3 * c + d]
    angles = np.linspace(0, 6, 13)
    error = float(np.abs(function(phi=angles, **elements) - reference.S_rel(rho, angles)).max())
    return Evidence("measured", f"largest difference {error:.1e}", error < 1e-14)


@claim(
    "Without interaction the steady state is |0⟩⟨0| ⊗ |0⟩⟨0|, and no other",
    "Model",
    see=("eq02", "steady_series"),
)
def unique_state(_: Equations) -> Evidence:
    state = steady()[0]  # raises if a limit cycle has more than one steady state
    ((element, value),) = state.items()
    free = sum(RATES[name] * reference.GENERATORS[name] for name in RATES)
    nullity = 81 - np.linalg.matrix_rank(free)
    return Evidence(
        "proved, and measured at one point",
        f"one terminal component for each spin; numeric nullity {nullity}",
        bool(element == ((0, 0), (0, 0)) and value == 1 and nullity == 1),
    )


@claim(
    "The master equation is invariant under a common rotation of both phases",
    "Quantum sync.",
    see=("eq01", "Liouvillian"),
)
def phase_invariance(_: Equations) -> Evidence:
    generator = Liouvillian(spin_pair())
    kets = [(S(a), S(b)) for a in (1, 0, -1) for b in (1, 0, -1)]
    elements = [(ket, bra) for ket in kets for bra in kets]
    holds = all(
        sum(ket) - sum(bra) == sum(new_ket) - sum(new_bra)
        for ket, bra in elements
        for new_ket, new_bra in generator.full((ket, bra))
    )
    return proved(f"{len(elements)} matrix units keep m_A + m_B of ket less bra", holds)


@claim(
    "Without interaction S_rel = 0 and p_A = p_B = 0",
    "Fig. 2(a)",
    see=("fig2", "eq05", "S_rel", "phase_distribution"),
)
def nothing_without_coupling(_: Equations) -> Evidence:
    state = steady()[0]
    found = [S_rel(state), phase_distribution(state, "A"), phase_distribution(state, "B")]
    return proved("identically zero", all(value == 0 for value in found))


@claim(
    "With interaction p_A = p_B = 0 to all orders: the reduced states are diagonal",
    "Fig. 2(b)",
    see=("fig2", "derive.generator.closure", "phase_distribution"),
)
def no_individual_phase(_: Equations) -> Evidence:
    generator = Liouvillian(spin_pair())
    reached = closure(generator.full, steady()[0])
    seen = [
        (ket, bra)
        for ket, bra in reached
        if sum(a != b for a, b in zip(ket, bra, strict=True)) == 1
    ]
    return proved(
        f"the closure of ρ₀ has {len(reached)} of 81 elements, none a coherence of one spin alone",
        not seen,
    )


@claim(
    "Coherent states resolve the identity, so that Q integrates to 1",
    "Eq. (3)",
    see=("eq03", "coherent_state"),
)
def normalised(_: Equations) -> Evidence:
    theta = symbols("theta", real=True)
    holds = True
    for spin in (Rational(1, 2), S.One):
        ket = coherent_state(spin, theta, 0)
        integrals = [
            (2 * spin + 1) / 2 * over_polar_angle(amplitude**2, theta) for amplitude in ket
        ]
        holds &= all(value == 1 for value in integrals)
    return proved("(2S+1)/4π ∫|θ,φ⟩⟨θ,φ| = 1 for S = 1/2, 1", holds)
