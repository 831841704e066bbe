"""What other papers print, typed by hand for comparison only, and which papers they are.

The engine makes no formula from them: only `verify`, the derivations and the page on the literature
import this module.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr, I, Rational, cos, pi, sin, symbols

from symsync.catalogue.letter_model import d_A, g_A
from symsync.expressions.symbols import epsilon, phi

__all__ = [
    "PAPERS",
    "TWO_QUBITS",
    "VAN_DER_POL_POPULATIONS",
    "Paper",
    "balanced_spin_1",
    "driven_qubit_maximum",
    "driven_spin_1",
    "pair_correlation",
    "qubit_phase",
    "two_qubit_equations",
]


@dataclass(frozen=True)
class Paper:
    """A paper: who wrote it, where it is, and how much of it could be read for this package.

    `read` is "text", "abstract" or "nothing".  What is decided of a paper that was not read is what
    others say that it prints.
    """

    authors: str
    title: str
    published: str
    arxiv: str
    read: str

    @property
    def place(self) -> str:
        """The place of its claims, such as `arXiv:1802.08036`."""
        return f"arXiv:{self.arxiv}"


_LISTED = (
    Paper(
        "A. Roulet, C. Bruder",
        "Synchronizing the smallest possible system",
        "Phys. Rev. Lett. 121, 053601 (2018)",
        "1802.08036",
        "abstract",
    ),
    Paper(
        "M. Koppenhöfer, A. Roulet",
        "Optimal synchronization deep in the quantum regime: resource and fundamental limit",
        "Phys. Rev. A 99, 043804 (2019)",
        "1812.09172",
        "abstract",
    ),
    Paper(
        "R. Tan, C. Bruder, M. Koppenhöfer",
        "Half-integer vs. integer effects in quantum synchronization of spin systems",
        "Quantum 6, 885 (2022)",
        "2208.12766",
        "abstract",
    ),
    Paper(
        "Á. Parra-López, J. Bergli",
        "Synchronization in two-level quantum systems",
        "Phys. Rev. A 101, 062104 (2020)",
        "1904.11763",
        "abstract",
    ),
    Paper(
        "T. E. Lee, H. R. Sadeghpour",
        "Quantum synchronization of quantum van der Pol oscillators with trapped ions",
        "Phys. Rev. Lett. 111, 234101 (2013)",
        "1306.6359",
        "nothing",
    ),
    Paper(
        "W. K. Mok, L. C. Kwek, H. Heimonen",
        "Noise, not squeezing, boosts synchronization in the deep quantum regime",
        "Phys. Rev. Research 2, 033422 (2020)",
        "2002.07488",
        "abstract",
    ),
    Paper(
        "A. W. Laskar, P. Adhikary, S. Mondal, P. Katiyar, S. Vinjanampathy, S. Ghosh",
        "Observation of quantum phase synchronization in spin-1 atoms",
        "Phys. Rev. Lett. 125, 013601 (2020)",
        "1910.11832",
        "abstract",
    ),
    Paper(
        "N. Jaseem, M. Hajdušek, V. Vedral, R. Fazio, L.-C. Kwek, S. Vinjanampathy",
        "Quantum synchronization in nanoscale heat engines",
        "Phys. Rev. E 101, 020201 (2020)",
        "1812.10082",
        "abstract",
    ),
    Paper(
        "T. Kehrer, T. Nadolny, C. Bruder",
        "Quantum synchronization through the interference blockade",
        "2024",
        "2405.05182",
        "abstract",
    ),
    Paper(
        "T. E. Lee, C.-K. Chan, S. Wang",
        "Entanglement tongue and quantum synchronization of disordered oscillators",
        "Phys. Rev. E 89, 022913 (2014)",
        "1312.3630",
        "abstract",
    ),
    Paper(
        "V. Ameri, M. Eghbali-Arani, A. Mari, A. Farace, F. Kheirandish, V. Giovannetti, R. Fazio",
        "Mutual information as an order parameter for quantum synchronization",
        "Phys. Rev. A 91, 012301 (2015)",
        "1412.2585",
        "abstract",
    ),
    Paper(
        "S. Dai, Z. Wang, L.-L. Wan, W. Li, A. Smerzi, R. Qi, J. Jie",
        "Universal manipulation of quantum synchronization in spin oscillator networks",
        "2025",
        "2510.10187",
        "abstract",
    ),
    Paper(
        "N. Lörch, S. E. Nigg, A. Nunnenkamp, R. P. Tiwari, C. Bruder",
        "Quantum synchronization blockade: energy quantization hinders synchronization of "
        "identical oscillators",
        "Phys. Rev. Lett. 118, 243602 (2017)",
        "1703.04595",
        "abstract",
    ),
    Paper(
        "G. M. Vaidya, A. Mamgain, S. Hawaldar, W. Hahn, R. Kaubruegger, B. Suri, A. Shankar",
        "Exploring quantum synchronization with a composite two-qubit oscillator",
        "2024",
        "2306.04205",
        "text",
    ),
)

PAPERS = {paper.place: paper for paper in _LISTED}
"""The papers by the place of their claims."""


def driven_spin_1() -> Expr:
    """Return p(φ) of a spin 1 under a weak resonant drive, as quoted for arXiv:1802.08036."""
    return 3 * epsilon * (d_A - g_A) * cos(phi) / (8 * g_A * d_A)


def balanced_spin_1() -> Expr:
    """Return p(φ) of a spin 1 with both rates equal to 1, as quoted for arXiv:1802.08036."""
    return -(epsilon**2) * cos(2 * phi) / pi


def driven_qubit_maximum() -> Expr:
    """Return max S of a qubit with gain 1 and loss 2, as quoted for arXiv:1904.11763."""
    return epsilon / (36 + 8 * epsilon**2)


VAN_DER_POL_POPULATIONS = (Rational(2, 3), Rational(1, 3))
"""The populations of |0⟩ and |1⟩ of a van der Pol oscillator in the quantum limit, as quoted for
arXiv:1306.6359."""


def pair_correlation(V: Expr, kappa: Expr) -> Expr:
    """Return ⟨σ⁺_A σ⁻_B⟩ of two oscillators on resonance, as quoted for arXiv:1312.3630."""
    return V * (V + kappa) / (8 * V**2 + 27 * V * kappa + 27 * kappa**2)


# Two qubits, arXiv:2306.04205, whose text was read -----------------------------------------------

TWO_QUBITS = symbols("w_A gamma_A w_B gamma_B gamma_phi g Delta_d Delta_q", real=True)
"""Gain w and loss γ of both qubits, dephasing, exchange, and detunings of drive and qubits."""


def qubit_phase(x: Expr, y: Expr) -> Expr:
    """Return Eq. (8), δP(φ) = ¼ Re[⟨S⁺⟩e^{−iφ}], of ⟨S⁺⟩ = x + iy."""
    return (x * cos(phi) + y * sin(phi)) / 4


def two_qubit_equations(mean: Mapping[str, Expr], first: Mapping[str, Expr]) -> list[Expr]:
    """Return left minus right sides of Eqs. (C3) and (C4).

    Parameters
    ----------
    mean
        Expectation values without a drive: "z_A", "z_B", "zz" and "+-", ⟨S⁺_A S⁻_B⟩.
    first
        Those of first order in the drive: "+A", "+B", "+z", ⟨S⁺_A S^z_B⟩, "z+" and "++".
    """
    w_A, l_A, w_B, l_B, dephasing, g, of_drive, of_qubits = TWO_QUBITS
    total_A, total_B = w_A + l_A, w_B + l_B
    half = Rational(1, 2)
    both = (total_A + total_B + 4 * dephasing) / 2
    turned = mean["+-"].conjugate()
    decay_A, decay_B = (total_A + 2 * dephasing) / 2, (total_B + 2 * dephasing) / 2
    at_A, at_B = I * of_drive, I * (of_drive + of_qubits)
    exchanged = I * g * (turned - mean["+-"]) / 2  # Re[ig⟨S⁻_A S⁺_B⟩]
    return [
        exchanged - total_A * mean["z_A"] + (w_A - l_A) * half,
        -exchanged - total_B * mean["z_B"] + (w_B - l_B) * half,
        (w_B - l_B) * half * mean["z_A"]
        + (w_A - l_A) * half * mean["z_B"]
        - (total_A + total_B) * mean["zz"],
        I * g * half * (mean["z_B"] - mean["z_A"]) - (both + I * of_qubits) * mean["+-"],
        -I * g * first["z+"] - decay_A * first["+A"] + at_A * first["+A"] - I * mean["z_A"],
        -I * g * first["+z"] - decay_B * first["+B"] + at_B * first["+B"],
        -I * g / 4 * first["+B"]
        - (decay_A + total_B - at_A) * first["+z"]
        + (w_B - l_B) * half * first["+A"]
        - I * mean["zz"],
        -I * g / 4 * first["+A"]
        - (decay_B + total_A - at_B) * first["z+"]
        + (w_A - l_A) * half * first["+B"]
        + I * half * turned,
        (at_A + at_B - both) * first["++"],
    ]
