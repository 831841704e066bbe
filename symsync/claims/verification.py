"""Every claim of the Letter that can be stated as mathematics, decided one by one.

A claim is *proved* when an exact symbolic identity decides it, *certified* when a number is known
to so many digits that no other candidate is left, and *measured* when the independent numeric
steady state decides it.  Where the Letter's sentence is only roughly true, the verdict says so.
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
        A terminal on which one line tells which claim is at work.

    Returns
    -------
    Report
        One verdict for each claim: "holds", "roughly" or "FAILED".

    Notes
    -----
    A claim that raises an error has failed; the report names the error.
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
