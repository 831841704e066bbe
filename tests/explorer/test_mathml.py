"""LaTeX of the package as MathML: well formed, nothing lost, the shapes that LaTeX draws."""

import re
import xml.etree.ElementTree as ET

import pytest

from symsync import equations
from symsync.explorer.mathml import mathml


def drawn(latex):
    """MathML without what only sets distances."""
    text = re.sub(r'<mspace width="[^"]*"></mspace>| (stretchy|lspace|rspace|form)="[^"]*"', "",
                  mathml(latex))  # fmt: skip
    ET.fromstring(text)
    return text.removeprefix("<math>").removesuffix("</math>")


G = '<mi mathvariant="normal">Γ</mi>'


@pytest.mark.parametrize(
    ("latex", "expected"),
    [(r"\frac{1}{2x}", "<mfrac><mn>1</mn><mrow><mn>2</mn><mi>x</mi></mrow></mfrac>"),
     (r"\Gamma_-^{2}", f"<msubsup>{G}<mo>−</mo><mn>2</mn></msubsup>"),
     (r"{\rho'}_{00}", "<msub><msup><mi>ρ</mi><mo>′</mo></msup><mn>00</mn></msub>"),
     (r"\sqrt[3]{a} \sqrt{b}",
      "<mrow><mroot><mi>a</mi><mn>3</mn></mroot><msqrt><mi>b</mi></msqrt></mrow>"),
     (r"\left|{x}\right|", "<mrow><mo>|</mo><mi>x</mi><mo>|</mo></mrow>"),
     (r"\left. \langle 0\right|", "<mrow><mo>⟨</mo><mn>0</mn><mo>|</mo></mrow>"),
     (r"\text{a b < c}", '<mtext mathvariant="normal">a\xa0b\xa0&lt;\xa0c</mtext>'),
     (r"\mathcal{N}\mathcal{I}", "<mrow><mi>𝒩</mi><mi>ℐ</mi></mrow>"),
     (r"\bar{1}", '<mover accent="true"><mn>1</mn><mo>¯</mo></mover>'),
     (r"\begin{matrix}a & b\\c & d\end{matrix}",
      '<mtable displaystyle="true" class="matrix"><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd>'
      "</mtr><mtr><mtd><mi>c</mi></mtd><mtd><mi>d</mi></mtd></mtr></mtable>"),
     (r"\begin{cases}a & b\end{cases}",
      '<mrow><mo>{</mo><mtable displaystyle="true" class="cases"><mtr><mtd><mi>a</mi></mtd><mtd>'
      "<mi>b</mi></mtd></mtr></mtable></mrow>"),
     (r"\mystery x", "<mrow><mtext>\\mystery</mtext><mi>x</mi></mrow>"),
     (r"\frac{1}", "<mfrac><mn>1</mn><mo></mo></mfrac>")],
)  # fmt: skip
def test_latex_becomes_mathml(latex, expected):
    """What is not known is named, and what is missing is empty: a page is always well formed."""
    assert drawn(latex) == expected


NAMES = ["S_rel", "S_rel_max", "negativity", "mu_plus_t", "locking_phase", "coherence_equations"]


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in NAMES else pytest.mark.slow) for name in equations],
)
def test_every_formula_of_the_catalogue_is_typeset(name):
    """No command is left over, and each letter and number of the source is there as often."""
    latex = equations[name].latex()
    tree = ET.fromstring(mathml(latex, display=True))
    texts = [node.text for node in tree.iter() if node.text]
    assert not any("\\" in text for text in texts)
    for command, drawn_as in (("gamma", "γ"), ("Delta", "Δ"), ("varepsilon", "ε"), ("Gamma", "Γ")):
        assert len(re.findall(rf"\\{command}\b|\\{command}_", latex)) == texts.count(drawn_as)
    assert latex.count(r"\frac") == len(list(tree.iter("mfrac")))
    assert latex.count(r"\sqrt") == len(list(tree.iter("msqrt")))
