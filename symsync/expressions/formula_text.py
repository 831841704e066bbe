"""Formulas that are typed as text, read by a small grammar and never run as code.

    sum      = product (("+" | "-") product)*
    product  = signed (("*" | "/") signed)*
    signed   = ("+" | "-") signed | power
    power    = atom (("**" | "^") signed)?
    atom     = number | name | function "(" sum ("," sum)* ")" | "(" sum ")"

Decimal numbers are exact.  A Greek letter stands for its name, and what follows # is a comment.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from sympy import (
    Abs,
    Expr,
    I,
    Max,
    Min,
    Rational,
    Symbol,
    acos,
    acosh,
    arg,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    conjugate,
    cos,
    cosh,
    cot,
    csc,
    exp,
    im,
    log,
    nan,
    oo,
    pi,
    sec,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    zoo,
)  # fmt: skip
from sympy import re as real_part

from symsync.expressions.checks import did_you_mean

__all__ = ["FUNCTIONS", "formula_of", "in_latin_letters"]

FUNCTIONS: dict[str, tuple[Callable[..., Any], int | None]] = {
    "sqrt": (sqrt, 1), "cos": (cos, 1), "sin": (sin, 1), "tan": (tan, 1), "exp": (exp, 1),
    "log": (log, 1), "ln": (log, 1), "abs": (Abs, 1), "Abs": (Abs, 1), "re": (real_part, 1),
    "im": (im, 1), "conjugate": (conjugate, 1), "max": (Max, None), "min": (Min, None),
    "Max": (Max, None), "Min": (Min, None), "atan2": (atan2, 2), "cosh": (cosh, 1),
    "sinh": (sinh, 1), "tanh": (tanh, 1), "cot": (cot, 1), "sec": (sec, 1), "csc": (csc, 1),
    "atan": (atan, 1), "asin": (asin, 1), "acos": (acos, 1), "asinh": (asinh, 1),
    "acosh": (acosh, 1), "atanh": (atanh, 1), "sign": (sign, 1), "arg": (arg, 1),
    "arctan": (atan, 1), "arcsin": (asin, 1), "arccos": (acos, 1), "arctan2": (atan2, 2),
}  # fmt: skip
"""Each function with the number of its arguments, or None for one or more."""

CONSTANTS = {"pi": pi, "I": I, "i": I}

LONGEST = 100_000
"""Characters of a text."""

DEEPEST = 60
"""Parentheses, functions, signs and powers inside each other."""

LARGEST = 1000
"""The largest number in an exponent, and the most digits of a number."""

_SIGNS = {"−": "-", "·": "*", "×": "*", "²": "**2", "³": "**3", "√": "sqrt"}
_LETTERS = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "", "sigma", "tau", "upsilon", "phi",
    "chi", "psi", "omega",
)  # fmt: skip
_GREEK = {chr(0x3B1 + k): name for k, name in enumerate(_LETTERS) if name}
_GREEK |= {letter.upper(): name.capitalize() for letter, name in _GREEK.items()}
_GREEK |= {"ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "ϰ": "kappa", "ϱ": "rho", "µ": "mu"}

_TOKEN = re.compile(
    r"(?P<space>\s+|\#[^\n]*)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[^\W\d²³][^\W²³]*)"
    r"|(?P<sign>\*\*|[-+*/^(),−·×²³√])"
)


def in_latin_letters(name: str) -> str:
    """Return a name with its Greek letters written out, such as gamma_g_A for γ_g_A."""
    return "".join(_GREEK.get(letter, letter) for letter in name)


class _Token(NamedTuple):
    kind: str
    text: str
    place: int


def formula_of(text: str) -> Expr:
    """Return the formula that a text means, in plain symbols without assumptions.

    Parameters
    ----------
    text
        A formula, such as `9*pi/128 * epsilon * (1/(gamma_d_A + gamma_g_B) - 1/3) * cos(phi)`.

    Returns
    -------
    Expr
        All numbers in it are exact.

    Raises
    ------
    ValueError
        If the text is no such formula; the message names the line and the column.

    Examples
    --------
    >>> formula_of("0.5*ε^2 / √(Δ² + gamma_g_A²)")
    epsilon**2/(2*sqrt(Delta**2 + gamma_g_A**2))
    """
    if not isinstance(text, str):
        raise ValueError(f"A formula must be text, but is {text!r}. Write it in quotes.")
    if len(text) > LONGEST:
        raise ValueError(f"A formula must have at most {LONGEST} characters, but has {len(text)}.")
    return _Reader(text).formula()


class _Reader:
    """Reads one text by recursive descent."""

    def __init__(self, text: str) -> None:
        self.text, self.depth, self.next = text, 0, 0
        self.tokens = self._split()

    def _split(self) -> list[_Token]:
        tokens, place = [], 0
        while place < len(self.text):
            found = _TOKEN.match(self.text, place)
            if found is None:
                if self.text[place] in r"\{}$":
                    self._refuse(place, "LaTeX is not read; write such as 9*pi/128 * cos(phi)")
                self._refuse(place, f"{self.text[place]!r} has no meaning in a formula")
            kind, text = str(found.lastgroup), found.group()
            if kind == "sign":
                text = _SIGNS.get(text, text)
                if text == "sqrt":
                    kind = "name"
            if kind != "space":
                tokens.append(_Token(kind, text, place))
            place = found.end()
        return [*tokens, _Token("end", "", len(self.text))]

    def _refuse(self, place: int, what: str, hint: str = "") -> NoReturn:
        before = self.text[:place]
        line, column = before.count("\n") + 1, place - before.rfind("\n")
        where = f"line {line}, column {column}" if "\n" in self.text.strip() else f"column {column}"
        raise ValueError(f"The formula cannot be read at {where}: {what}.{hint}")

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def _take(self, *texts: str) -> str | None:
        """Return the next sign and go on, if it is one of these."""
        token = self.token
        if token.kind != "sign" or token.text not in texts:
            return None
        self.next += 1
        return token.text

    def formula(self) -> Expr:
        """Return the whole text as a formula."""
        found = self._sum()
        if self.token.kind != "end":
            self._unexpected()
        if found.has(nan, oo, -oo, zoo):
            self._refuse(0, "it divides by zero or has no finite value")
        return found

    def _unexpected(self) -> NoReturn:
        token = self.token
        if token.kind == "end":
            self._refuse(token.place, "it ends too early")
        factor = token.kind != "sign" or token.text == "("
        hint = "; between factors write *" if factor else ""
        self._refuse(token.place, f"{token.text!r} is not expected here{hint}")

    def _sum(self) -> Expr:
        self.depth += 1
        if self.depth > DEEPEST:
            self._refuse(self.token.place, f"it is nested more than {DEEPEST} deep")
        terms = [self._product()]
        while sign := self._take("+", "-"):
            term = self._product()
            terms.append(term if sign == "+" else -term)
        self.depth -= 1
        return sum(terms[1:], terms[0])

    def _product(self) -> Expr:
        found = self._signed()
        while sign := self._take("*", "/"):
            factor = self._signed()
            found = found * factor if sign == "*" else found / factor
        return found

    def _signed(self) -> Expr:
        self.depth += 1
        if self.depth > DEEPEST:
            self._refuse(self.token.place, f"it is nested more than {DEEPEST} deep")
        sign = self._take("+", "-")
        found = self._power() if sign is None else self._signed()
        self.depth -= 1
        return -found if sign == "-" else found

    def _power(self) -> Expr:
        base, place = self._atom(), self.token.place
        if self._take("**2", "**3"):
            exponent: Expr = Rational(self.tokens[self.next - 1].text[-1])
        elif self._take("**", "^"):
            exponent = self._signed()
        else:
            return base
        size = _largest_part(exponent)
        if size > LARGEST or (exponent.is_number and not exponent.is_Rational):
            self._refuse(
                place, f"an exponent must be a name or a fraction of numbers up to {LARGEST}"
            )
        if size * len(str(_largest_part(base.as_coeff_Mul()[0]))) > LARGEST:
            self._refuse(place, f"a power may have at most {LARGEST} digits")
        return base**exponent

    def _atom(self) -> Expr:
        token = self.token
        if self._take("("):
            found = self._sum()
            self._close()
            return found
        if token.kind == "number":
            self.next += 1
            return self._number(token)
        if token.kind == "name":
            self.next += 1
            return self._named(token)
        self._unexpected()

    def _close(self) -> None:
        if not self._take(")"):
            self._unexpected()

    def _number(self, token: _Token) -> Expr:
        digits, _, power = token.text.lower().partition("e")
        if len(digits) > LARGEST or len(power) > 5 or abs(int(power or 0)) > LARGEST:
            self._refuse(token.place, f"a number may have at most {LARGEST} digits")
        return Rational(token.text)

    def _named(self, token: _Token) -> Expr:
        name = in_latin_letters(token.text)
        called = self.token.kind == "sign" and self.token.text == "("
        if called and name in FUNCTIONS:
            self.next += 1
            arguments = [self._sum()]
            while self._take(","):
                arguments.append(self._sum())
            self._close()
            function, count = FUNCTIONS[name]
            if count not in (None, len(arguments)):
                wanted = f"{count} argument{'s' * (count != 1)}"
                self._refuse(token.place, f"{name} takes {wanted}, not {len(arguments)}")
            return function(*arguments)
        if called:
            what = f"{name!r} is no known function; between factors write *"
            hint = f"{did_you_mean(name, FUNCTIONS)} The functions are {', '.join(FUNCTIONS)}."
            self._refuse(token.place, what, hint)
        if name in FUNCTIONS:
            self._refuse(token.place, f"{name} needs its argument in parentheses")
        if not name.isascii():
            self._refuse(token.place, f"{token.text!r} must be made of Latin and Greek letters")
        return CONSTANTS[name] if name in CONSTANTS else Symbol(name)


def _largest_part(number: Expr) -> int:
    """Return the larger one of numerator and denominator, and 1 of what is no number."""
    return max(abs(int(number.p)), int(number.q)) if number.is_Rational else 1
