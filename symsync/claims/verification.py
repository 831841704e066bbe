"""Every claim of the Letter and of the engine that can be stated as mathematics, one by one.

A claim is *proved* if an exact symbolic identity decides it.  It is *certified* if a number is
known to so many digits that no other candidate is left.  It is *measured* if the independent
numeric steady state decides it.  If the Letter's sentence is only roughly true, the verdict
says so.
"""

from typing import IO

from symsync.catalogue import Catalogue
from symsync.claims.ledger import Claim, Equations, Report, decided
from symsync.claims.themes import CLAIMS
from symsync.expressions.checks import did_you_mean

__all__ = ["verify"]


def verify(
    *names: str,
    equations: Equations | None = None,
    progress: IO[str] | None = None,
    slow: bool = False,
) -> Report:
    """Decide claims and return the report.

    Parameters
    ----------
    *names
        The names of the claims to decide, their places, such as "arXiv:1802.08036", or the names of
        equations and functions that they are about; by default all that are not slow.
    equations
        The formulas to judge, by the names of the catalogue; by default, a fresh catalogue.
    progress
        A terminal, on which one line names the claim that is being decided.
    slow
        Whether claims that take longer are decided too.

    Returns
    -------
    Report
        One verdict for each claim: "holds", "roughly" or "FAILED".  A claim that raises an error
        has failed, and the report names the error.

    Raises
    ------
    KeyError
        If no claim has such a name.

    Examples
    --------
    >>> import symsync
    >>> print(symsync.verify("coefficient_by_beta").summary)
    1 passed, 0 failed
    """
    wanted = _named(names) if names else [entry for entry in CLAIMS if slow or not entry.slow]
    judged = Catalogue() if equations is None else equations
    verdicts = []
    for number, entry in enumerate(wanted, start=1):
        if progress is not None:
            progress.write(f"\r\x1b[K{number}/{len(wanted)} {entry.words[:70]}")
            progress.flush()
        verdicts.append(decided(entry, judged))
    if progress is not None:
        progress.write("\r\x1b[K")
        progress.flush()
    return Report(tuple(verdicts), 0 if names else len(CLAIMS) - len(wanted))


_ADVICE = (
    " Give the name of an equation of the catalogue, such as 'S_rel', or a place that the report "
    "shows in brackets, such as 'Eq. (6)'."
)


def _named(names: tuple[str, ...]) -> list[Claim]:
    """Return the claims of these names or places, or about what is named."""
    for name in names:
        if not any(name in _titles(entry) for entry in CLAIMS):
            hint = did_you_mean(name, set().union(*map(_titles, CLAIMS)))
            raise KeyError(f"No claim is named {name!r}.{hint or _ADVICE}")
    return [entry for entry in CLAIMS if _titles(entry) & set(names)]


def _titles(entry: Claim) -> set[str]:
    """Return what a claim is called by: its name, its place, and what it is about."""
    return {entry.name, entry.place, *entry.see}
