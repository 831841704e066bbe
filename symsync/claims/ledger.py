"""Claims, their evidence, the verdicts on them, and the report that collects the verdicts."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

from symsync.formula import Equation

__all__ = ["Claim", "Equations", "Evidence", "Report", "Verdict", "claim", "decided", "proved"]

Equations = Mapping[str, Equation]


@dataclass(frozen=True)
class Evidence:
    """The method that decided a claim, the figure that decided it, and whether the claim holds."""

    method: str
    figure: str
    holds: bool
    roughly: bool = False


def proved(figure: str, holds: Any) -> Evidence:
    """Return the evidence of an exact symbolic identity."""
    return Evidence("proved", figure, bool(holds))


@dataclass(frozen=True)
class Claim:
    """A sentence with its place in the Letter or elsewhere, and the function that decides it.

    `see` names what to read next: derivations ("eq06"), equations of the catalogue and functions.
    A slow claim is decided only when all are asked for.
    """

    words: str
    place: str
    decide: Callable[[Equations], Evidence]
    see: tuple[str, ...] = ()
    slow: bool = False

    @property
    def name(self) -> str:
        """The name of the function that decides it."""
        return self.decide.__name__

    @property
    def is_own(self) -> bool:
        """Whether the package says it, and not the Letter."""
        return self.place.startswith(("Beyond", "`"))

    @property
    def is_of_others(self) -> bool:
        """Whether another paper says it, whose number in arXiv is the place."""
        return self.place.startswith("arXiv:")


def claim(
    words: str, place: str, see: tuple[str, ...] = (), slow: bool = False
) -> Callable[[Callable[[Equations], Evidence]], Claim]:
    """Return the decorator that turns a function into the claim that it decides."""
    return lambda decide: Claim(words, place, decide, see, slow)


@dataclass(frozen=True)
class Verdict:
    """The outcome of one claim: "holds", "roughly" or "FAILED"."""

    claim: str
    place: str
    method: str
    figure: str
    verdict: str
    is_own: bool = False
    is_of_others: bool = False

    @property
    def passed(self) -> bool:
        """Whether the claim holds, at least roughly."""
        return self.verdict != "FAILED"


def decided(entry: Claim, equations: Equations) -> Verdict:
    """Decide one claim; an error while deciding is a failure that names the error."""
    try:
        evidence = entry.decide(equations)
    except Exception as error:
        evidence = Evidence("could not be decided", f"{type(error).__name__}: {error}", False)
    verdict = "FAILED" if not evidence.holds else "roughly" if evidence.roughly else "holds"
    return Verdict(
        entry.words,
        entry.place,
        evidence.method,
        evidence.figure,
        verdict,
        entry.is_own,
        entry.is_of_others,
    )


@dataclass(frozen=True)
class Report(Sequence[Verdict]):
    """The verdicts on all claims; it prints as text and is a table in a notebook."""

    verdicts: tuple[Verdict, ...]
    left_out: int = 0

    def __getitem__(self, index: Any) -> Any:
        return self.verdicts[index]

    def __len__(self) -> int:
        return len(self.verdicts)

    @property
    def passed(self) -> bool:
        """Whether no claim failed."""
        return all(verdict.passed for verdict in self.verdicts)

    @property
    def summary(self) -> str:
        """`N passed, N failed`."""
        good = sum(verdict.passed for verdict in self.verdicts)
        return f"{good} passed, {len(self.verdicts) - good} failed"

    @property
    def counts(self) -> str:
        """Whose claims they are, and how many hold only roughly."""
        own = sum(verdict.is_own for verdict in self.verdicts)
        others = sum(verdict.is_of_others for verdict in self.verdicts)
        roughly = sum(verdict.verdict == "roughly" for verdict in self.verdicts)
        left = f" {self.left_out} slow ones were left out; --all decides them." * bool(
            self.left_out
        )
        return (
            f"{len(self.verdicts) - own - others} claims of the Letter, {own} of the package, "
            f"{others} of other papers; "
            f"{roughly} hold only roughly.{left}"
        )

    def to_json(self) -> str:
        """Return the verdicts and the summary as JSON."""
        rows = [asdict(verdict) for verdict in self.verdicts]
        return json.dumps(
            {"claims": rows, "counts": self.counts, "summary": self.summary},
            indent=2,
            ensure_ascii=False,
        )

    def __str__(self) -> str:
        lines = []
        for verdict in self.verdicts:
            lines.append(f"{verdict.verdict:<8} {verdict.claim}  [{verdict.place}]")
            lines.append(f"{'':8} {verdict.method}: {verdict.figure}")
        return "\n".join([*lines, "", self.counts, self.summary])

    def __repr__(self) -> str:
        return f"<Report: {self.summary}>"

    def _repr_html_(self) -> str:
        shown = "claim", "place", "verdict", "method", "figure"
        head = "".join(f"<th>{name}</th>" for name in shown)
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(getattr(v, name))}</td>" for name in shown) + "</tr>"
            for v in self.verdicts
        )
        return f"<table><tr>{head}</tr>{rows}</table><p>{self.counts}</p><p>{self.summary}</p>"
