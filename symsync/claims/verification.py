"""Every claim of the Letter and of the engine that can be stated as mathematics, one by one.

A claim is *proved* if an exact symbolic identity decides it.  It is *certified* if a number is
known to so many digits that no other candidate is left.  It is *measured* if the independent
numeric steady state decides it.  If the Letter's sentence is only roughly true, the verdict
says so.
"""

from typing import IO

from symsync.catalogue import Catalogue
from symsync.claims.ledger import Equations, Report, decided
from symsync.claims.themes import CLAIMS

__all__ = ["verify"]


def verify(equations: Equations | None = None, progress: IO[str] | None = None) -> Report:
    """Decide every claim and return the report.

    Parameters
    ----------
    equations
        The formulas to judge, by the names of the catalogue; by default, a fresh catalogue.
    progress
        A terminal, on which one line names the claim that is being decided.

    Returns
    -------
    Report
        One verdict for each claim: "holds", "roughly" or "FAILED".

    Raises
    ------
    OSError
        If `progress` cannot be written.  A claim that raises an error has failed, and the report
        names the error.

    Examples
    --------
    All claims take about fifteen seconds:

    >>> import symsync
    >>> symsync.verify().passed  # doctest: +SKIP
    True

    Each claim is decided by a function of its own, such as that of the coefficient of Eq. (5):

    >>> from symsync.claims.first_order import coefficient_by_beta
    >>> coefficient_by_beta.decide(symsync.equations).figure
    '4π c₁₀ c₀₋₁ = 9*pi/128'
    """
    judged = Catalogue() if equations is None else equations
    verdicts = []
    for number, entry in enumerate(CLAIMS, start=1):
        if progress is not None:
            progress.write(f"\r\x1b[K{number}/{len(CLAIMS)} {entry.words[:70]}")
            progress.flush()
        verdicts.append(decided(entry, judged))
    if progress is not None:
        progress.write("\r\x1b[K")
        progress.flush()
    return Report(tuple(verdicts))
