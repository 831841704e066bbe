r"""LaTeX as it is printed by the package, drawn by the browser itself: MathML.

Browsers draw MathML without a library since 2023; a script that draws LaTeX weighs more than all
else in a page.  The converter reads what the printers of the package write: letters, numbers,
scripts, fractions, roots, brackets of any size, accents, text, `aligned`, `cases` and `matrix`.
A command that it does not know, such as one in a user's own notation, is shown by its name.
"""

import re
from html import escape

__all__ = ["mathml"]

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[0-9]+(?:\.[0-9]+)?|\s+|\S", re.DOTALL)

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "ϕ", "chi": "χ",
    "psi": "ψ", "omega": "ω", "varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "Gamma": "Γ",
    "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
_LETTERS = _GREEK | {"infty": "∞", "hbar": "ℏ", "ell": "ℓ", "partial": "∂", "prime": "′"}
_OPERATORS = {
    "approx": "≈", "propto": "∝", "to": "→", "cdot": "·", "times": "×", "otimes": "⊗", "pm": "±",
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "dagger": "†", "in": "∈",
    "mapsto": "↦", "ldots": "…", "dots": "…", "cdots": "⋯", "sum": "∑", "prod": "∏", "int": "∫",
    "wedge": "∧", "vee": "∨", "equiv": "≡", "sim": "∼", "ast": "∗", "circ": "∘", "mp": "∓",
}  # fmt: skip
_FENCES = {
    "(": "(", ")": ")", "[": "[", "]": "]", "|": "|", ".": "", r"\|": "‖", r"\{": "{", r"\}": "}",
    r"\langle": "⟨", r"\rangle": "⟩", r"\lvert": "|", r"\rvert": "|", r"\lVert": "‖",
    r"\rVert": "‖", r"\lfloor": "⌊", r"\rfloor": "⌋", "/": "/",
}  # fmt: skip
_FUNCTIONS = (
    "arg", "arctan", "cos", "cosh", "det", "exp", "ln", "log", "max", "min", "sin", "sinh", "tan",
    "tanh", "sup", "inf", "lim", "cot",
)  # fmt: skip
_ACCENTS = {"bar": "¯", "dot": "˙", "ddot": "¨", "hat": "^", "tilde": "~", "vec": "→"}
_SPACES = {r"\quad": "1em", r"\qquad": "2em", r"\,": "0.17em", r"\:": "0.22em", r"\;": "0.28em",
           r"\ ": "0.3em", r"\!": "-0.17em", "~": "0.3em"}  # fmt: skip
_SIZES = {"big": 1.2, "Big": 1.8, "bigg": 2.4, "Bigg": 3.0}
_SCRIPT = dict(zip("BEFHILMR", "ℬℰℱℋℐℒℳℛ", strict=True))
_UNDER = {"max", "min", "sup", "inf", "lim", "sum", "prod"}
_IGNORED = {"displaystyle", "limits", "nolimits", "mathopen", "mathclose", "mathord"}


def mathml(latex: str, display: bool = False) -> str:
    """Return a formula as a `<math>` element.

    Parameters
    ----------
    latex
        LaTeX without delimiters.
    display
        Whether it stands on lines of its own.

    Returns
    -------
    str
        MathML that a browser draws in the fonts of its reader.
    """
    reader = _Reader(_TOKEN.findall(latex))
    style = ' display="block"' if display else ""
    return f"<math{style}>{_row(reader.nodes())}</math>"


class _Reader:
    """The tokens of a formula, read from left to right."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0

    def _next(self) -> str:
        """Return the next token and step over it; "" at the end."""
        token = self._peek()
        self._place += 1
        return token

    def _peek(self) -> str:
        """Return the next token that is no space."""
        while self._tokens[self._place : self._place + 1] and self._tokens[self._place].isspace():
            self._place += 1
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def nodes(self, *ends: str) -> list[str]:
        """Return the elements up to a token of `ends`, which is stepped over."""
        found: list[str] = []
        while (token := self._peek()) and token not in ends:
            found.append(self._scripted())
        self._place += 1
        return [node for node in found if node]

    def _scripted(self) -> str:
        """Return an element with what stands above and below it."""
        name = self._peek().removeprefix("\\")
        base = "<mrow></mrow>" if self._peek() in ("^", "_") else self._element()
        below = above = ""
        while self._peek() in ("_", "^", "'"):
            mark = self._next()
            if mark == "_":
                below = self._element()
            else:
                above += "<mo>′</mo>" if mark == "'" else self._element()
        above = f"<mrow>{above}</mrow>" if above.count("<mo>′</mo>") > 1 else above
        under = name in _UNDER
        if below and above:
            tag = "munderover" if under else "msubsup"
            base = f"<{tag}>{base}{below}{above}</{tag}>"
        elif below or above:
            tag = ("munder" if below else "mover") if under else ("msub" if below else "msup")
            base = f"<{tag}>{base}{below or above}</{tag}>"
        if name in _FUNCTIONS and self._peek() not in ("(", r"\left", "[", ""):
            base += _space("0.17em")
        return base

    def _element(self) -> str:
        token = self._next()
        if token == "{":
            return _row(self.nodes("}"))
        if token[:1] == "\\" and token[1:].isalpha():
            return self._command(token[1:])
        if token in _SPACES:
            return _space(_SPACES[token])
        if token in _FENCES:
            return _fence(_FENCES[token], "false")
        if token[:1].isdigit():
            return f"<mn>{token}</mn>"
        if token.isalpha():
            return _letter(token)
        return f"<mo>{escape(token.removeprefix(chr(92)).replace('-', '−'))}</mo>"

    def _command(self, name: str) -> str:
        if name in _LETTERS:
            return _letter(_LETTERS[name])
        if name in _OPERATORS:
            return f"<mo>{_OPERATORS[name]}</mo>"
        if f"\\{name}" in _FENCES:
            return _fence(_FENCES[f"\\{name}"], "false")
        if f"\\{name}" in _SPACES:
            return _space(_SPACES[f"\\{name}"])
        if name in _IGNORED:
            return ""
        if name in _FUNCTIONS:
            limits = ' movablelimits="true"' if name in _UNDER else ""
            return f'<mo{limits} form="prefix" lspace="0" rspace="0">{name}</mo>'
        if name in ("frac", "dfrac", "tfrac"):
            return f"<mfrac>{self._element()}{self._element()}</mfrac>"
        if name in _ACCENTS:
            mark = f'<mo stretchy="false">{_ACCENTS[name]}</mo>'
            return f'<mover accent="true">{self._element()}{mark}</mover>'
        return self._construction(name)

    def _construction(self, name: str) -> str:
        """Return what is built of several parts."""
        size = _SIZES.get(name[:-1] if name[-1:] in "lrm" else name)
        if size is not None:
            return _fence(_FENCES.get(self._next(), ""), "true", f' minsize="{size}em"')
        match name:
            case "sqrt" if self._peek() == "[":
                self._next()
                index = _row(self.nodes("]"))
                return f"<mroot>{self._element()}{index}</mroot>"
            case "sqrt":
                return f"<msqrt>{self._element()}</msqrt>"
            case "mathrm" | "operatorname" | "text" | "textrm" | "mathbf" | "mathit" | "textup":
                return self._upright(name)
            case "mathcal" | "mathscr":
                return "".join(_letter(_script(c)) for c in self._text())
            case "left":
                left = _fence(_FENCES.get(self._next(), ""), "true")
                inside = "".join(self.nodes(r"\right"))
                return f"<mrow>{left}{inside}{_fence(_FENCES.get(self._next(), ''), 'true')}</mrow>"
            case "begin":
                return self._table(self._text())
        return f"<mtext>\\{name}</mtext>"

    def _text(self) -> str:
        """Return what stands in braces as text."""
        if self._peek() != "{":
            return self._next()
        self._next()
        found, depth = [], 1
        for token in self._tokens[self._place :]:  # with its spaces
            self._place += 1
            depth += (token == "{") - (token == "}")
            if not depth:
                break
            found.append(token)
        return "".join(found)

    def _upright(self, name: str) -> str:
        text = self._text().replace("\\", "").replace(" ", "\N{NO-BREAK SPACE}")
        if name == "operatorname":
            gap = "" if self._peek() in (r"\left", "(", "[") else _space("0.17em")
            return f"<mi>{escape(text)}</mi>{gap}"
        tag = "mtext" if name.startswith("text") else "mi"
        return f'<{tag} mathvariant="normal">{escape(text)}</{tag}>'

    def _table(self, kind: str) -> str:
        rows: list[list[list[str]]] = [[[]]]
        while (token := self._peek()) and token != r"\end":
            if token in ("&", r"\\"):
                self._next()
                rows.append([[]]) if token == r"\\" else rows[-1].append([])
            else:
                rows[-1][-1].append(self._scripted())
        self._next()
        self._text()
        cells = "".join(
            f"<mtr>{''.join(f'<mtd>{_row(cell)}</mtd>' for cell in row)}</mtr>"
            for row in rows
            if any(map(any, row))
        )
        table = f'<mtable displaystyle="true" class="{escape(kind)}">{cells}</mtable>'
        return f"<mrow>{_fence('{', 'true')}{table}</mrow>" if kind == "cases" else table


def _row(nodes: list[str]) -> str:
    return nodes[0] if len(nodes) == 1 else f"<mrow>{''.join(nodes)}</mrow>"


def _space(width: str) -> str:
    return f'<mspace width="{width}"></mspace>'


def _fence(mark: str, stretchy: str, more: str = "") -> str:
    tight = f'stretchy="{stretchy}" lspace="0" rspace="0"'
    return f"<mo {tight}{more}>{mark}</mo>" if mark else ""


def _letter(letter: str) -> str:
    upright = ' mathvariant="normal"' if letter in _GREEK.values() and letter.isupper() else ""
    return f"<mi{upright}>{escape(letter)}</mi>"


def _script(letter: str) -> str:
    """Return a calligraphic capital."""
    is_capital = "A" <= letter <= "Z"
    return _SCRIPT.get(letter, chr(0x1D49C + ord(letter) - ord("A"))) if is_capital else letter
