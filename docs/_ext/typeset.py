"""Formulas in the plain text of a claim, as LaTeX between dollars.

Claims are written for a terminal, "γ^d_A ≥ 0".
A run of words that are mathematics by their characters, joined by numbers, single letters and
signs, is a formula.
"""

import re

SIGNS = {
    "=": "=", "≈": r"\approx ", "≥": r"\ge ", "≤": r"\le ", "≫": r"\gg ", "≪": r"\ll ",
    "<": r"\lt ", ">": r"\gt ", "+": "+", "−": "-", "×": r"\times ", "⊗": r"\otimes ", "→": r"\to ",
}  # fmt: skip
LETTERS = {
    "ρ": r"\rho", "μ": r"\mu", "ε": r"\varepsilon", "φ": r"\phi", "Δ": r"\Delta", "γ": r"\gamma",
    "κ": r"\kappa", "λ": r"\lambda", "π": r"\pi", "σ": r"\sigma", "δ": r"\delta", "Ψ": r"\Psi",
    "θ": r"\theta", "χ": r"\chi", "ω": r"\omega", "∂": r"\partial", "Σ": r"\sum", "∫": r"\int",
    "±": r"\pm", "⟨": r"\langle", "⟩": r"\rangle", "…": r"\dots", "·": r"\cdot", "¼": r"\tfrac14",
    "½": r"\tfrac12", "∞": r"\infty", "†": r"\dagger", "√": r"\surd",
}  # fmt: skip
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-", strict=True))
NAMES = ("max", "min", "cos", "sin", "ln", "Re", "Tr")

CERTAIN = re.compile(rf"[{''.join({*LETTERS, *RAISED, *LOWERED} - {'…'})}^|]|\w_\w")
POSSIBLE = re.compile(
    rf"[\d.]+|[(]?\w|\d\w|[A-Z][(]\w([+]\w[)])?|\d+/\d+|[(]?({'|'.join(NAMES)})|…"
)


def plain(text: str) -> str:
    """Return text with nothing in it that Markdown would take for markup, but for code."""
    return re.sub(r"([\\*_\[\]<>$#~^])", r"\\\1", text)


def in_latex(formula: str) -> str:
    """Return a formula in plain text as LaTeX."""
    text = re.sub(r"√\((\w+)\)", r"\\sqrt{\1}", formula)
    text = re.sub(r"(?<=\S)±(?=[] ,=()]|$)", "_{±}", text)  # μ±: an index
    for marks, sign in ((RAISED, "^"), (LOWERED, "_")):
        for run in sorted(set(re.findall(f"[{''.join(marks)}]+", text)), key=len, reverse=True):
            text = text.replace(run, f"{sign}{{{''.join(marks[mark] for mark in run)}}}")
    text = re.sub(r"_\{(\d)\},(\w\w)", r"_{\1,\2}", text)  # ρ₁,ab: two indices
    text = re.sub(r"(?<=[\w}])\*", "^*", text)
    text = re.sub(r"([_^])([A-Za-z]{2,})", r"\1{\\mathrm{\2}}", text)
    text = re.sub(rf"(?<![\w\\])({'|'.join(NAMES)})\b", r"\\operatorname{\1} ", text)
    return "".join(f"{LETTERS[c]} " if c in LETTERS else SIGNS.get(c, c) for c in text).strip()


def typeset(text: str) -> str:
    """Return plain text as Markdown with its formulas between dollars."""
    done: list[str] = []
    run: list[str] = []

    def close(after: str = "") -> None:
        """End a run of words that may be a formula; signs and words at its ends may be text."""
        while run and not CERTAIN.search(run[0]) and not set(run) & set(SIGNS):
            done.append(plain(run.pop(0)))
        last = [run.pop()] if run and run[-1] in SIGNS else []
        if run:
            done.append(f"${in_latex(' '.join(run))}$")
            run.clear()
        done.extend(last)
        if done:
            done[-1] += after

    for word in text.split():
        body = word.rstrip(",.:;")
        if CERTAIN.search(body) or POSSIBLE.fullmatch(body) or body in SIGNS:
            run.append(body)
            if body != word:
                close(word[len(body) :])
        else:
            close()
            done.append(plain(word))
    close()
    return " ".join(done)
