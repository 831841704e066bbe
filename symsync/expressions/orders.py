"""To which order in the small parameters a formula holds: a value, never assumed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["EXACT", "LEADING", "UNSTATED", "Order", "order_of"]

_WORDS = ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth")


@dataclass(frozen=True)
class Order:
    """Exact, leading, a power of the couplings, or nothing that has been stated.

    Attributes
    ----------
    kind
        "exact", "leading", "power" or "unstated".
    powers
        Pairs (name of a small parameter, power); "" stands for all couplings together.
    """

    kind: str
    powers: tuple[tuple[str, int], ...] = ()

    @property
    def is_truncated(self) -> bool:
        """Whether the formula is known to leave something out."""
        return self.kind in ("leading", "power")

    def __str__(self) -> str:
        if self.kind != "power":
            return {"exact": "exact", "leading": "leading order"}.get(self.kind, "")
        parts = []
        for name, power in self.powers:
            word = _WORDS[power] if power < len(_WORDS) else f"{power}th"
            parts.append(f"{word} order{f' in {name}' if name else ''}")
        return " and ".join(parts)

    def __or__(self, other: "Order") -> "Order":
        """Return what can be said of two formulas together: the same, or nothing."""
        return self if self == other else UNSTATED


EXACT, LEADING, UNSTATED = Order("exact"), Order("leading"), Order("unstated")


def order_of(value: Any) -> Order:
    """Return an order from what a user writes.

    Parameters
    ----------
    value
        `None`, "exact", "leading", a power such as 1, or {symbol: power}.

    Raises
    ------
    ValueError
        If it is none of them.
    """
    if isinstance(value, Order):
        return value
    if value is None:
        return UNSTATED
    if isinstance(value, str) and value in ("exact", "leading"):
        return EXACT if value == "exact" else LEADING
    powers = value if isinstance(value, Mapping) else {"": value}
    if powers and all(_is_power(power) for power in powers.values()):
        return Order("power", tuple((str(name), int(power)) for name, power in powers.items()))
    raise ValueError(
        "Argument `order` must be 'exact', 'leading', a power of the couplings such as 1, or "
        f"{{symbol: power}}, but is {value!r}."
    )


def _is_power(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
