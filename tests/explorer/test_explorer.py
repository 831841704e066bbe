"""The page with sliders in Chromium: it asks for nothing, and what it draws is what NumPy says."""

import html
import json
import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from sympy import Rational, Symbol, symbols

import symsync
from symsync import equations, explore
from symsync.catalogue.letter_model import REVERSED
from symsync.cli import main
from symsync.explorer.of_system import system_contents
from symsync.reference import any_model

SCRIPT = """
<script>
const answers = {}, failed = [];
const find = id => document.getElementById(id);
const move = (name, value, kind = 'range') => {
    find(`${kind}-${name}`).value = value;
    find(`${kind}-${name}`).dispatchEvent(new Event('input', {bubbles: true}));
};
const buttons = () => [...document.querySelectorAll('button')];
const press = name => buttons().find(button => button.textContent === name).click();
const refused = act => { try { act(); return 'no'; } catch (error) { return String(error); } };
const pause = time => new Promise(resolve => setTimeout(resolve, time));
const until = async () => { while (!(document.body.dataset.drawn >= LAST)) await pause(5); };
(async () => {
    try { await (async () => { STEPS })(); } catch (error) { failed.push(String(error)); }
    const place = document.createElement('pre');
    place.id = 'answers';
    const plain = (_, value) => value instanceof Float64Array ? Array.from(value, String) : value;
    place.textContent = JSON.stringify({answers, failed}, plain);
    document.body.append(place);
    window.setTimeout = () => 0;  // finer maps are not waited for
})();
</script>
"""


def visited(opened, folder, page, steps, last=201):
    """What steps in the page answer; no error, no line of the console, no request."""
    script = SCRIPT.replace("STEPS", steps).replace("LAST", str(last))
    path = folder / "page.html"
    path.write_text(page.html.replace("</body>", f"{script}</body>"), encoding="utf-8")
    document, said, requests = opened(path)
    found = re.search(r'<pre id="answers">(.*?)</pre>', document, re.S)
    assert (said, requests) == ([], [])
    assert found, "the steps did not come to their end"
    result = json.loads(html.unescape(found[1]))
    assert result["failed"] == []
    return result["answers"]


NAMES = ["S_rel_max_exact", "negativity_exact", "mutual_information_exact", "S_rel"]
TONGUE = [*NAMES[:3], "S_rel_max", "negativity", "mutual_information_leading"]
BUTTONS = ["Reversed", "Balanced", "Identical", "Fig. 2", "Fig. 3", "Fig. 4"]


@pytest.fixture(scope="module")
def points():
    """200 points: rates over three decades, couplings from weak to strong."""
    draw = np.random.default_rng(19).uniform
    rates = {name: 10 ** draw(-1, 2, 200) for name in REVERSED}
    return {"epsilon": 10 ** draw(-3, 0, 200), "Delta": draw(-5, 5, 200), **rates,
            "phi": draw(-np.pi, np.pi, 200)}  # fmt: skip


@pytest.fixture(scope="module")
def letter():
    return explore()


STEPS = """
for (const name of NAMES) {
    const values = {...POINTS};
    if (name !== 'S_rel') delete values.phi;
    answers[name] = values.epsilon.map((_, k) => symsync.evaluate(name,
        Object.fromEntries(Object.entries(values).map(([key, row]) => [key, row[k]]))));
    answers[`${name} at once`] = symsync.evaluate(name, values);
}
answers.refused = [() => symsync.evaluate('nothing'), () => symsync.evaluate('S_rel'),
                   () => symsync.evaluate('negativity', {phi: 1})].map(refused);
await until();
answers.tongue = Object.fromEntries(TONGUE.map(name => [name, symsync.page.map(name)]));
answers.pictures = document.querySelectorAll('#map-plots image').length;
const first = (place, what) => document.querySelector(place).getAttribute(what);
const shown = () => ({
    state: symsync.page.state.values, axes: symsync.page.state.axes.map(axis => axis.name),
    table: [...find('table').querySelectorAll('tbody tr')]
        .map(row => [...row.children].map(cell => cell.textContent)),
    curve: first('#phase-plot .exact', 'd'),
    frame: [first('#phase-plot rect', 'x'), first('#phase-plot rect', 'width')].map(Number),
    sphere: first('#sphere-plot image', 'href'), bars: find('bars').textContent,
    formula: document.querySelector('[data-name=S_rel_max] output').textContent,
});
const pixels = async (image, ...places) => {  // fractions of its width and height
    const drawn = new Image(), canvas = document.createElement('canvas');
    drawn.src = image.getAttribute('href');
    await drawn.decode();
    Object.assign(canvas, {width: drawn.width, height: drawn.height});
    const context = canvas.getContext('2d', {willReadFrequently: true});
    context.drawImage(drawn, 0, 0);
    return places.map(([u, v]) => Array.from(context.getImageData(
        Math.round(u * (drawn.width - 1)), Math.round(v * (drawn.height - 1)), 1, 1).data));
};
const tongue = document.querySelector('#map-plots image');
const ball = document.querySelector('#sphere-plot image');
answers.pixels = {
    map: await pixels(tongue, [0.5, 0], [0, 0], [0.5, 1]),
    sphere: await pixels(ball, [0.5, 0.6], [0.5, 0.02], [0, 0]),
};
answers.before = shown();
move('epsilon', 501);
move('Delta', 700);
move('gamma_d_A', 600);
move('gamma_g_A', 12.5, 'number');
answers.moved = shown();
answers.number = [find('number-epsilon').value, first('#range-gamma_g_A', 'aria-valuetext')];
move('gamma_g_A', -1, 'number');
answers.invalid = [find('status').textContent, symsync.page.state.values.gamma_g_A];
for (const name of BUTTONS) { press(name); answers[name] = shown(); }
find('origin').querySelector('[value=error]').click();
await until();
answers.address = symsync.page.address();
answers.titles = [...document.querySelectorAll('#map-plots .title')].map(t => t.textContent);
answers.python = symsync.page.python('maps');
answers.latex = symsync.page.latex('phase');
answers.svg = {};
for (const name of ['phase', 'maps', 'numbers']) answers.svg[name] = symsync.page.svg(name);
answers.png = (await symsync.page.png('maps')).size;
press('Start again');
answers.again = shown();
location.hash = '#epsilon=0.05&Delta=1e3&gamma_g_A=-1&x-axis=epsilon,0,0.2'
    + '&y-axis=gamma_d_B,1,100&shown-as=first';
await pause(50);
answers.shared = {...shown(), origin: symsync.page.state.origin};
const is_named = e => e.labels?.length || e.getAttribute('aria-label') || e.textContent.trim();
answers.unlabelled = [...document.querySelectorAll('input, select, button')]
    .filter(e => e.localName === 'select' ? !e.getAttribute('aria-label') : !is_named(e)).length;
answers.names = buttons().map(button => button.getAttribute('aria-label') || button.textContent);
answers.pictures_unnamed = document.querySelectorAll('svg[role]:not([aria-label])').length;
answers.wide = document.documentElement.scrollWidth - innerWidth;
"""


@pytest.fixture(scope="module")
def answers(opened, letter, points, tmp_path_factory):
    given = json.dumps({name: row.tolist() for name, row in points.items()})
    steps = STEPS.replace("POINTS", given)
    for word, names in (("NAMES", NAMES), ("TONGUE", TONGUE), ("BUTTONS", BUTTONS)):
        steps = steps.replace(word, json.dumps(names))
    return visited(opened, tmp_path_factory.mktemp("explorer"), letter, steps)


@pytest.mark.parametrize("name", NAMES)
def test_the_page_computes_what_numpy_does(name, answers, points):
    """One point at a time and all at once; S_rel, which may vanish, beside its largest value."""
    exact = equations[name].function(extra="ignore")(**points)
    size = equations["S_rel_max"].function(extra="ignore")(**points) if name == "S_rel" else exact
    for found in (answers[name], answers[f"{name} at once"]):
        assert (np.abs(np.array(found, float) - exact) <= 1e-12 * np.abs(size)).all()


@pytest.mark.parametrize("name", TONGUE)
def test_the_tongue_that_is_drawn_is_that_of_numpy(name, answers):
    """201 × 201 points over the window of Fig. 3."""
    Delta, epsilon = np.linspace(-2, 2, 201), np.linspace(0, 0.1, 201)[:, None]
    drawn = np.array(answers["tongue"][name], float).reshape(201, 201)
    exact = equations[name].function()(epsilon=epsilon, Delta=Delta, **REVERSED)
    assert np.abs(drawn - exact).max() <= 1e-12 * np.abs(exact).max()
    assert answers["pictures"] == 3


def test_nothing_unknown_is_computed(answers):
    nothing, missing, more = answers["refused"]
    assert "Nothing is named nothing" in nothing
    assert "S_rel takes phi" in missing
    assert "phi is missing" in missing
    assert "but not phi" in more


def test_everything_follows_a_slider(answers):
    before, moved = answers["before"], answers["moved"]
    at = {**before["state"], "epsilon": 0.1503, "Delta": 2, "gamma_g_A": 12.5, "gamma_d_A": 10}
    assert moved["state"] == at
    assert answers["number"] == ["0.1503", "12.5 1/time"]
    for part in ("curve", "sphere", "bars"):
        assert before[part] != moved[part], part
    assert moved["formula"] == f"= {equations['S_rel_max'].function()(**at):.4g}"
    assert answers["invalid"] == ["γ^g_A must be a positive number.", 12.5]


def test_the_table_holds_exact_numbers_first_order_and_its_error(answers):
    rows, at = answers["moved"]["table"], answers["moved"]["state"]
    pairs = [("S_rel_max_exact", "S_rel_max"), ("negativity_exact", "negativity"),
             ("mutual_information_exact", "mutual_information_leading"),
             ("locking_phase_exact", "locking_phase")]  # fmt: skip
    for row, names in zip(rows, pairs, strict=False):
        exact, first = (float(equations[n].function(extra="ignore")(**at)) for n in names)
        shown = [float(cell.replace("−", "-").split()[0]) for cell in row[1:]]
        is_angle = names[0] == "locking_phase_exact"
        error = abs(exact - first) if is_angle else 100 * abs(first / exact - 1)
        assert shown == [float(f"{exact:.4g}"), float(f"{first:.4g}"), float(f"{error:.2g}")]
    mu = complex(equations["mu_plus"].function(extra="ignore")(**at))
    assert rows[4][2] == f"{mu.real:.4g} − {-mu.imag:.4g} i"
    assert float(rows[6][1]) == float(f"{equations['purity_exact'].function()(**at):.4g}")


def test_the_curve_is_highest_at_the_locking_phase(answers):
    moved = answers["moved"]
    points = [tuple(map(float, xy.split())) for xy in re.split("[ML]", moved["curve"])[1:]]
    top = min(points, key=lambda xy: xy[1])[0]
    phase = equations["locking_phase_exact"].function()(**moved["state"])
    left, width = moved["frame"]
    assert -np.pi + 2 * np.pi * (top - left) / width == pytest.approx(phase, abs=np.pi / 90)
    assert abs(phase) > 0.1


def test_pictures_stand_upright(answers):
    """The tongue's top is brightest in its middle; a limit cycle |0⟩ lies around the equator."""
    middle, corner, bottom = answers["pixels"]["map"]
    assert (middle, bottom) == ([254, 232, 56, 255], [0, 34, 78, 255])  # the ends of cividis
    assert sum(bottom) < sum(corner) < sum(middle)
    equator, pole, outside = answers["pixels"]["sphere"]
    assert sum(equator) > 1.2 * sum(pole)
    assert outside == [0, 0, 0, 0]


@pytest.mark.parametrize("name", BUTTONS)
def test_each_button_sets_what_it_says(name, answers):
    at = answers[name]["state"]
    g_A, d_A, g_B, d_B = (at[key] for key in REVERSED)
    kinds = {"Balanced": g_A == d_A and g_B == d_B, "Identical": (g_A, d_A) == (g_B, d_B),
             "Fig. 4": g_A == d_A == g_B == 1}  # fmt: skip
    assert kinds.get(name, (g_A, d_A, g_B, d_B) == tuple(REVERSED.values()))
    axes = ["gamma_g_B", "gamma_d_B"] if name == "Fig. 4" else ["Delta", "epsilon"]
    assert answers[name]["axes"] == axes
    if name in ("Balanced", "Identical"):
        assert equations["S_rel_max"].function()(**at) == 0


def test_a_view_is_shared_by_its_address(answers):
    """What an address cannot mean is left out, such as a negative rate."""
    again, shared = answers["again"], answers["shared"]
    assert again == answers["before"]
    assert shared["state"] == {**again["state"], "epsilon": 0.05, "Delta": 1000}
    assert shared["axes"] == ["epsilon", "gamma_d_B"]
    assert shared["origin"] == "first"
    assert answers["address"] == (
        "#epsilon=0.1&Delta=0&gamma_g_A=1&gamma_d_A=1&gamma_g_B=1&gamma_d_B=100"
        "&x-axis=gamma_g_B,0.1,100&y-axis=gamma_d_B,0.1,100&shown-as=error"
    )


def test_the_copied_python_gives_what_is_drawn(answers):
    names = {}
    exec(answers["python"], names)
    assert names["found"]["negativity_exact"].shape == (201, 201)
    assert names["found"]["negativity_exact"][100, 40] == equations["negativity_exact"].function()(
        **names["values"] | {"gamma_g_B": names["values"]["gamma_g_B"][40],
                             "gamma_d_B": names["values"]["gamma_d_B"][100, 0]})  # fmt: skip
    assert np.allclose(names["values"]["gamma_g_B"], np.geomspace(0.1, 100, 201), rtol=1e-15)


def test_latex_svg_and_png_are_copied(answers):
    """The SVG is one file with its own colours, one drawing beside the other."""
    assert answers["latex"].startswith(equations["S_rel_exact"].latex())
    for name, inside in (("phase", 2), ("maps", 6), ("numbers", 1)):
        drawing = ET.fromstring(answers["svg"][name])
        groups = [g for g in drawing if g.tag.endswith("}g")]
        assert len(groups) == inside
        assert "var(" not in answers["svg"][name]
    assert answers["png"] > 10_000
    assert len(answers["titles"]) == 3
    assert all(title.endswith("error of first order") for title in answers["titles"])


def test_everything_has_a_name_and_fits(answers):
    assert (answers["unlabelled"], answers["pictures_unnamed"]) == (0, 0)
    assert len(set(answers["names"])) == len(answers["names"]) > 20
    assert answers["wide"] <= 0


def test_the_page_is_one_file(letter, tmp_path):
    assert len(letter.html.encode()) < 2_000_000
    addresses = set(re.findall(r"https?://[\w./]+", letter.html))
    assert addresses == {"http://www.w3.org/2000/svg"}  # a name, which is not fetched
    assert letter.save(tmp_path / "page.html").read_text(encoding="utf-8") == letter.html
    assert "<title>Two spins that synchronize</title>" in letter.html


def test_a_notebook_shows_the_same_page(letter):
    frame = letter._repr_html_()
    assert html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1]) == letter.html


def test_the_command_writes_a_page(tmp_path, capsys):
    path = tmp_path / "page.html"
    assert main(["explore", "negativity_resonant", "-o", str(path)]) == 0
    assert capsys.readouterr().out == f"Wrote {path}\n"
    same = explore(equations["negativity_resonant"]).html
    assert path.read_text(encoding="utf-8") == same


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["-o", "page.pdf"], "`--output` must end in .html, but is 'page.pdf'"),
     (["negativty"], "Did you mean 'negativity'?"),
     (["1"], "(Eq. (1)) holds operators, which have no sliders"),
     (["coefficient"], "real parameters to move"),
     (["reversal", "-o", "/none/such/page.html"], "could not be written: No such")],
)  # fmt: skip
def test_the_command_refuses_in_one_sentence(arguments, words, capsys):
    assert main(["explore", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith("symsync: ")
    assert words in said
    assert said.count("\n") == 1


k, x = Symbol("k", positive=True), Symbol("x", real=True)


@pytest.mark.parametrize(
    ("what", "choices", "error", "words"),
    [(symsync.equation("f", 2), {}, ValueError, "none, as it is a number. Print it"),
     (symsync.equation("f", Symbol("z") * k), {}, ValueError, "but z is complex"),
     (equations["hamiltonian"], {}, TypeError, "holds operators, which have no sliders"),
     ([], {}, TypeError, "must be a System"),
     ("S_rel", {}, TypeError, "must be a System"),
     (symsync.equation("f", k), {"values": {"q": 1}}, ValueError, "must hold parameters, k, but"),
     (symsync.equation("f", k), {"values": {"k": 0}}, ValueError, "a positive number for 'k'"),
     (symsync.equation("f", x), {"ranges": {"x": (1, 1)}}, ValueError, r"\(low, high\), for 'x'"),
     (symsync.equation("f", x), {"ranges": {"x": (0, math.inf)}}, ValueError, r"for 'x'"),
     (symsync.equation("f", x), {"title": 3}, TypeError, "`title` must be a text"),
     (symsync.equation("f", x), {"values": 3}, TypeError, "`values` must be")],
)  # fmt: skip
def test_what_cannot_be_explored_is_said(what, choices, error, words):
    with pytest.raises(error, match=words):
        explore(what, **choices)


def test_a_page_is_saved_as_html(letter, tmp_path):
    with pytest.raises(ValueError, match=r"must end in \.html, but is"):
        letter.save(tmp_path / "page.txt")


def test_a_system_of_ones_own_has_what_the_letter_has():
    """The Letter's pair, as if it were one's own: its page computes the catalogue's values."""
    page = system_contents(symsync.spin_pair(), {}, {})
    assert [axis.name for axis in page.axes] == ["Delta", "epsilon"]
    at = {"epsilon": 0.3, "Delta": 0.7, "phi": 0.4, "theta": 1.1,
          "gamma_g_A": 3.0, "gamma_d_A": 1.0, "gamma_g_B": 0.5, "gamma_d_B": 7.0}  # fmt: skip
    values = {}
    for program in page.programs:
        found = program.equation.function(extra="ignore")(**at)
        values |= dict(zip(program.names, np.atleast_1d(found).tolist(), strict=True))
    for name in ("S_rel", "S_rel_max", "locking_phase", "negativity", "mutual_information"):
        first = "mutual_information_leading" if name == "mutual_information" else name
        for own, known in ((f"{name}_A_B", f"{name}_exact"), (f"{name}_A_B_first", first)):
            expected = float(equations[known].function(extra="ignore")(**at))
            assert values[own] == pytest.approx(expected, rel=1e-12), own
    known = equations["populations_exact"]
    exact = dict(zip(map(str, known.lhs.args), known.function(extra="ignore")(**at), strict=True))
    assert {name: values[name] for name in page.bars} == pytest.approx(exact, rel=1e-12)
    up, middle, down = (sum(p for name, p in exact.items() if name.startswith(f"p_{m}_"))
                        for m in ("1", "0", "m1"))  # fmt: skip
    c, s = math.cos(0.55) ** 2, math.sin(0.55) ** 2
    Q = 3 / (4 * np.pi) * (c**2 * up + 2 * c * s * middle + s**2 * down)
    assert values["Q_A"] == pytest.approx(Q, rel=1e-12)


def test_text_of_ones_own_is_no_markup(opened, tmp_path):
    """A title, a meaning and an address that hold markup are shown as they are."""
    evil = "</script><img src=x onerror=alert(1)>"
    q = symsync.declare("q_odd", r"\text{</math><b>}", evil, positive=True)
    page = explore(symsync.equation("f", q**2 + x), title=evil, values={"q_odd": 3, "x": 1})
    steps = """
    await until();
    answers.value = symsync.evaluate('f');
    answers.title = document.title;
    answers.images = [...document.querySelectorAll('img, b')].length;
    answers.python = symsync.page.python('numbers');
    answers.address = symsync.page.address();
    """
    found = visited(opened, tmp_path, page, steps)
    assert (found["value"], found["title"], found["images"]) == (10, evil, 0)
    assert 'found["f"] = f.function' in found["python"]
    assert found["address"].startswith("#q_odd=3&x=1&x-axis=x,-5,5&")


def test_a_system_of_numbers_is_shown_at_its_point(opened, tmp_path):
    """No slider and no map: locking and populations are those of the numeric steady state."""
    cycles = {"A": symsync.equatorial(1, 2), "B": symsync.equatorial(2, 1)}
    system = symsync.System(cycles, [symsync.Exchange("A", "B", 1)], {"A": Rational(1, 2)})
    page = explore(system)
    assert "declare one as a symbol" in page.html
    steps = """
    await until();
    answers.hidden = [find('maps').hidden, find('numbers').hidden, find('phase').hidden];
    answers.largest = symsync.evaluate('S_rel_max_A_B');
    const populations = symsync.names.filter(name => /^p_/.test(name));
    answers.populations = populations.map(name => symsync.evaluate(name));
    answers.table = find('table').querySelector('td').textContent;
    answers.bars = document.querySelectorAll('#bars .bar').length;
    location.hash = '#x-axis=q,0,1';
    await pause(50);
    answers.address = symsync.page.address();
    """
    found = visited(opened, tmp_path, page, steps)
    rho = any_model.steady_state(system)
    assert np.allclose(found["populations"], np.diag(rho).real, rtol=0, atol=1e-14)
    largest = float(symsync.S_rel_maximum(symsync.exact_state(system), "A", "B"))
    assert found["largest"] == pytest.approx(largest, rel=1e-12)
    assert float(found["table"]) == float(f"{largest:.4g}") > 0
    assert found["hidden"] == [True, False, False]
    assert (found["bars"], found["address"]) == (9, "#shown-as=exact")


@pytest.mark.slow
def test_a_driven_spin_has_a_phase_of_its_own(opened, tmp_path):
    """One site has no partner: its phase, its purity and its populations are shown."""
    system = symsync.System({"A": symsync.equatorial(2, k)}, [symsync.Drive("A", symsync.epsilon)])
    steps = """
    await until();
    answers.phase = symsync.evaluate('phase_A', {phi: 0.3});
    answers.purity = symsync.page.map('purity').at(-1);
    answers.curves = document.querySelectorAll('#phase-plot .exact').length;
    answers.bars = document.querySelectorAll('#bars .bar').length;
    """
    answers = visited(opened, tmp_path, explore(system, values={"k": 3}), steps, 21)
    state = symsync.exact_state(system)
    phase = symsync.equation("f", symsync.phase_distribution(state, "A")).function()
    purity = symsync.equation("f", symsync.purity(state)).function()
    assert answers["phase"] == pytest.approx(float(phase(phi=0.3, epsilon=0.1, k=3)), rel=1e-12)
    corner = float(purity(epsilon=1, k=1000))
    assert float(answers["purity"]) == pytest.approx(corner, rel=1e-12)
    assert (answers["curves"], answers["bars"]) == (1 + 1, 3)


@pytest.mark.slow
def test_three_spins_of_ones_own_are_explored(opened, tmp_path):
    """A chain with detuned ends: exact by elimination; populations, locking and entanglement."""
    delta = Symbol("delta", real=True)
    system = symsync.chain(3, frequencies={"A": delta, "C": -delta})
    page = explore(system, values={"epsilon": 0.3, "delta": 0.7})
    steps = """
    await until();
    const is_point = name => !/^(S_rel_[AB]_[BC](_first)?|Q_.|phase_[ABC])$/.test(name);
    const all = symsync.names.filter(is_point);
    answers.values = Object.fromEntries(all.map(name => [name, symsync.evaluate(name)]));
    answers.S = symsync.evaluate('S_rel_B_C', {phi: 0.4});
    answers.Q = symsync.evaluate('Q_B', {theta: 1});
    answers.map = symsync.page.map('negativity_A_B');
    answers.axes = symsync.page.state.axes;
    answers.python = symsync.page.python('numbers');
    move('delta', 800);
    answers.moved = symsync.evaluate('S_rel_max_A_B');
    answers.state = symsync.page.state.values;
    """
    answers = visited(opened, tmp_path, page, steps, 21)
    names = {"system": system}
    lines = answers["python"].splitlines()
    few = [line for line in lines if 'found["p_' not in line or "p_0_m1_1" in line]
    exec("\n".join(few), names)
    assert (len(lines) - len(few), "p_0_m1_1" in names["found"]) == (26, True)
    assert {"S_rel_max_A_B_first", "negativity_B_C", "locking_phase_A_B"} < set(answers["values"])
    populations = [value for name, value in answers["values"].items() if name.startswith("p_")]
    rho = any_model.steady_state(system, **names["values"])
    assert np.allclose(populations, np.diag(rho).real, rtol=0, atol=1e-14)
    for name, value in names["found"].items():
        assert answers["values"][name] == pytest.approx(float(value), rel=1e-12, abs=1e-15), name
    at = names["values"]
    state, angles = symsync.exact_state(system), symbols("theta phi", real=True)
    S = symsync.equation("f", symsync.S_rel(state, "B", "C")).function()
    Q = symsync.equation("f", symsync.husimi(state.partial_trace("B"), angles)).function(
        extra="ignore"
    )
    assert answers["S"] == pytest.approx(float(S(phi=0.4, **at)), rel=1e-12)
    assert answers["Q"] == pytest.approx(float(Q(theta=1, **at)), rel=1e-12)
    assert [axis["name"] for axis in answers["axes"]] == ["delta", "epsilon"]
    largest = symsync.equation("f", symsync.S_rel_maximum(state, "A", "B")).function()
    assert answers["state"] == {**at, "delta": 3}
    assert answers["moved"] == pytest.approx(float(largest(**answers["state"])), rel=1e-12)
    assert answers["moved"] != pytest.approx(answers["values"]["S_rel_max_A_B"], rel=0.1)
