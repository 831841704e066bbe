// The page: its state, its controls, and its panels, which follow them.

const start = {
    values: Object.fromEntries(page.sliders.map(({name, value}) => [name, value])),
    axes: page.axes,
    origin: 'exact',
};
let state = structuredClone(start);
const find = id => document.getElementById(id);
const sliderOf = name => page.sliders.find(slider => slider.name === name);
const about = name => page.quantities[name.replace(/^(Re|Im) /, '')];
const symbolOf = name => spans((name.match(/^(Re|Im) /) || [''])[0]) + spans(about(name).symbol);

// Controls ----------------------------------------------------------------------------------------

const fits = (kind, value) =>
    Number.isFinite(value) && (kind === 'positive' ? value > 0 : kind === 'non-negative' ? value >= 0 : true);

function rounded(slider, value) {
    if (slider.is_log) return +value.toPrecision(3);
    const step = 10 ** Math.floor(Math.log10((slider.high - slider.low) / 500));
    return +(Math.round(value / step) * step).toPrecision(12);
}

function makeSliders() {
    find('sliders').innerHTML = page.sliders
        .map(
            ({name, symbol, meaning, unit}) => `
        <div class="slider" title="${safe(meaning)} (${safe(unit)})">
        <label for="number-${name}">${symbol}${safe(meaning.split(',')[0])}</label>
        <input type="number" id="number-${name}" data-name="${name}" step="any" required>
        <input type="range" id="range-${name}" data-name="${name}" min="0" max="1000" step="1"
        aria-label="${safe(meaning)}"></div>`
        )
        .join('');
    find('sliders').addEventListener('input', ({target}) => {
        const slider = sliderOf(target.dataset.name);
        if (target.type === 'range') {
            state.values[slider.name] = rounded(slider, at(slider, target.value / 1000));
        } else {
            const good = target.value !== '' && fits(slider.kind, +target.value);
            target.setCustomValidity(good ? '' : `A ${slider.kind} number`);
            if (!good) return say(`${plain(slider.symbol)} must be a ${slider.kind} number.`);
            state.values[slider.name] = +target.value;
        }
        say('');
        press(null);
        answer(target);
    });
}

function showSliders(moved) {
    for (const slider of page.sliders) {
        const value = state.values[slider.name],
            range = find(`range-${slider.name}`);
        const number = find(`number-${slider.name}`);
        if (number !== moved) {
            number.value = value;
            number.setCustomValidity('');
        }
        const place = 1000 * part(slider, value);
        if (range !== moved) range.value = Number.isFinite(place) ? Math.round(place) : 0;
        range.setAttribute('aria-valuetext', `${short(value)} ${slider.unit === '1' ? '' : slider.unit}`);
    }
}

function press(button) {
    for (const each of find('presets').children) each.setAttribute('aria-pressed', each === button);
    find('preset-about').hidden = !button;
    find('preset-about').textContent = button ? button.title : '';
}

function makePresets() {
    for (const preset of page.presets) {
        const button = document.createElement('button');
        Object.assign(button, {type: 'button', textContent: preset.label, title: preset.about});
        button.addEventListener('click', () => {
            Object.assign(state.values, preset.values);
            if (preset.axes.length) state.axes = preset.axes;
            press(button);
            answer();
            if (preset.panel) find(preset.panel).scrollIntoView({block: 'start'});
        });
        find('presets').append(button);
    }
}

function makeAxes() {
    const names = page.sliders
        .map(({name, symbol}) => `<option value="${name}">${safe(plain(symbol))}</option>`)
        .join('');
    find('axes').innerHTML = state.axes
        .map(
            (_, k) =>
                `<span><select data-axis="${k}" aria-label="Axis ${'xy'[k]}">` +
                `${names}</select> from <input type="number" step="any" data-axis="${k}" data-end="low" aria-label="Lowest ${'xy'[k]}">` +
                ` to <input type="number" step="any" data-axis="${k}" data-end="high" aria-label="Highest ${'xy'[k]}"></span>`
        )
        .join('');
    find('axes').addEventListener('change', ({target}) => {
        const k = +target.dataset.axis,
            axes = structuredClone(state.axes),
            end = target.dataset.end;
        if (end) axes[k][end] = +target.value;
        else {
            const {name, low, high, is_log} = sliderOf(target.value);
            if (axes[1] && axes[1 - k].name === name) axes[1 - k] = axes[k]; // they change places
            axes[k] = {name, low, high, is_log};
        }
        const {name, low, high} = axes[k],
            {kind} = sliderOf(name);
        if (!(fits(kind, low) && fits(kind, high) && low < high))
            return say(
                `The range of ${plain(sliderOf(name).symbol)} must be two ${kind} numbers, the lower first.`
            );
        axes[k].is_log = low > 0 && high / low > 20 && kind !== 'real';
        state.axes = axes;
        say('');
        answer();
    });
    const origins = {exact: 'exact', first: 'first order', error: 'error of first order'};
    if (page.maps.some(({first}) => first))
        find('origin').innerHTML = Object.entries(origins)
            .map(
                ([key, words]) => `<label><input type="radio" name="origin" value="${key}"> ${words}</label>`
            )
            .join('');
    find('origin').addEventListener('change', ({target}) => {
        state.origin = target.value;
        answer();
    });
}

function showAxes() {
    for (const field of find('axes').querySelectorAll('select, input')) {
        const axis = state.axes[field.dataset.axis];
        field.value = field.dataset.end ? +axis[field.dataset.end].toPrecision(5) : axis.name;
    }
    for (const field of find('origin').querySelectorAll('input'))
        field.checked = field.value === state.origin;
}

// The phase ---------------------------------------------------------------------------------------

function drawPhase() {
    find('phase').hidden = !page.curves.length && !page.spheres.length;
    const x = {low: -Math.PI, high: Math.PI, label: spans('<math><mi>ϕ</mi></math>')};
    find('phase-plot').innerHTML = page.curves
        .map(({exact, first, lockings}) => {
            const names = [exact, first, ...page.alone].filter(Boolean);
            const n = affordable(names, 12, 181, 31),
                phi = spaced(x, n);
            const found = table(names, {phi}, n, state.values),
                marks = table(lockings, {}, 1, state.values);
            const y = limits(Object.values(found)),
                where = lockings.length
                    ? marks[lockings[0]][0]
                    : phi[found[exact].indexOf(Math.max(...found[exact]))];
            const words = `${about(exact).meaning}: largest ${short(Math.max(...found[exact]))} at φ = ${short(where)}`;
            const is_narrow = find('phase-plot').clientWidth < 400;
            const plot = new Plot({
                x,
                y,
                label: words,
                width: is_narrow ? 360 : 460,
                height: 300,
                top: 42,
            }).axes();
            plot.add(`<path class="zero" d="M${plot.left} ${plot.py(0)}h${plot.wide}"/>`);
            if (Number.isFinite(where))
                plot.add(`<path class="mark" d="M${plot.px(where)} ${plot.top}v${plot.high}"/>`);
            for (const name of page.alone) plot.line(phi, found[name], 'alone');
            plot.line(phi, found[exact], 'exact');
            if (first) plot.line(phi, found[first], 'first');
            const of = [
                ['exact', symbolOf(exact)],
                first && ['first', 'first order'],
                page.alone.length && ['alone', page.alone.map(symbolOf).join(', ')],
            ].filter(Boolean);
            plot.add(legend(of, is_narrow ? 2 : plot.left, 14));
            plot.add(
                `<text x="${plot.left}" y="32">largest at ${spans('<math><mi>ϕ</mi></math>')} = ${short(where, 3)}</text>`
            );
            return plot.svg;
        })
        .join('');
    drawSpheres();
}

function legend(entries, left, y) {
    let x = left;
    return entries
        .map(([kind, words]) => {
            const text = `<path class="${kind}" d="M${x} ${y - 4}h22"/><text class="title" x="${x + 28}" y="${y}">${words}</text>`;
            x += 44 + 7.2 * Math.max(5, words.replace(/<[^>]*>|&#?\w+;/g, '').length);
            return text;
        })
        .join('');
}

function drawSpheres() {
    if (!page.spheres.length) return;
    const has_phase = page.spheres.some(name => places.get(name).program.run.parameters.includes('phi'));
    const T = Math.round(
        has_phase
            ? Math.sqrt(affordable(page.spheres, 10, 1200, 300) / 2)
            : affordable(page.spheres, 10, 61, 17)
    );
    const P = has_phase ? 2 * T : 1,
        theta = new Float64Array(T * P),
        phi = new Float64Array(T * P);
    for (let k = 0; k < T * P; k++) {
        theta[k] = (Math.PI * Math.floor(k / P)) / (T - 1);
        phi[k] = (2 * Math.PI * (k % P)) / P;
    }
    const all = table(page.spheres, {theta, phi}, T * P, state.values),
        waves = page.spheres.map(name => ({name, q: all[name]}));
    const most = Math.max(...waves.flatMap(({q}) => [...q]));
    const width = 190 * Math.max(1, Math.min(2, waves.length));
    const lines = Math.ceil(waves.length / 2);
    const balls = waves
        .map(({name, q}, k) => {
            const value = (theta, phi) => {
                const u = (theta / Math.PI) * (T - 1),
                    i = Math.min(T - 2, Math.floor(u)),
                    a = u - i;
                const v = ((((phi / (2 * Math.PI)) % 1) + 1) % 1) * P,
                    j = Math.floor(v) % P,
                    b = v - Math.floor(v),
                    l = (j + 1) % P;
                const row = m => (1 - b) * q[m * P + j] + b * q[m * P + l];
                return ((1 - a) * row(i) + a * row(i + 1)) / most;
            };
            const x = 15 + 190 * (k % 2),
                y = 34 + 210 * Math.floor(k / 2);
            return (
                `<text class="title" x="${x}" y="${y - 18}">${symbolOf(name)}</text>` +
                `<image x="${x}" y="${y}" width="160" height="160" href="${ball(value)}"/>` +
                `<circle class="rim" cx="${x + 80}" cy="${y + 80}" r="80"/>` +
                `<path class="mark" d="M${x + 80} ${y + 5}v-12"/>`
            );
        })
        .join('');
    const bar = scale(15, 22 + 210 * lines, width - 30, {low: 0, high: most});
    const words = `Husimi functions ${waves.map(({name}) => plain(about(name).symbol)).join(', ')}: largest ${short(most)}`;
    find('sphere-plot').innerHTML =
        `<svg viewBox="0 0 ${width} ${210 * lines + 52}" role="img" ` +
        `aria-label="${safe(words)}">${balls}${bar}</svg>`;
}

const percent = most => [`0 %`, most > 1 ? '100 % and more' : `${short(100 * most, 2)} %`];

function scale(x, y, wide, {low, high}, words = null) {
    const [least, most] = words || [short(low, 3), short(high, 3)];
    const step = wide / 48;
    const cells = Array.from(
        {length: 48},
        (_, k) =>
            `<rect x="${(x + k * step).toFixed(2)}" y="${y}" width="${(step + 0.4).toFixed(2)}"` +
            ` height="6" fill="rgb(${colour(k / 47)})"/>`
    ).join('');
    return (
        `${cells}<text x="${x}" y="${y + 20}">${least}</text>` +
        `<text x="${x + wide}" y="${y + 20}" text-anchor="end">${most}</text>`
    );
}

// The maps ----------------------------------------------------------------------------------------

const LEVELS = [21, 61, 201],
    PATIENCE = 4000; // points along an axis; milliseconds for a finer map
let grid = null,
    job = 0;

function drawMaps() {
    find('maps').hidden = !state.axes.length;
    if (!state.axes.length) {
        document.body.dataset.drawn = LEVELS.at(-1); // no parameter, no map
        return;
    }
    const names = page.maps.flatMap(({exact, first}) => [exact, first]).filter(Boolean);
    const others = Object.entries(state.values).filter(
        ([name]) => !state.axes.some(axis => axis.name === name)
    );
    const key = JSON.stringify([others, state.axes]);
    if (grid?.key === key) return showMaps(); // the cross alone has moved
    const mine = ++job,
        next = (n, milliseconds) => {
            const made = new Grid(names, state.axes, n, {...state.values});
            made.key = key;
            const go = budget => {
                if (mine !== job) return;
                if (!made.advance(budget)) return setTimeout(go, 0, 12);
                grid = made;
                showMaps();
                document.body.dataset.drawn = n;
                const finer = LEVELS[LEVELS.indexOf(n) + 1];
                if (finer && made.axes[1] && affordable(names, PATIENCE, Infinity, 0) >= finer * finer)
                    setTimeout(next, 0, finer, 12);
            };
            go(milliseconds);
        };
    delete document.body.dataset.drawn;
    if (grid) showCuts();
    next(LEVELS[0], 12);
}

function shown({exact, first}, values) {
    if (state.origin === 'exact' || !page.maps.some(map => map.first)) return values[exact];
    if (!first || state.origin === 'first') return first ? values[first] : null;
    return values[exact].map((value, k) => Math.abs(values[first][k] / value - 1));
}

const WORDS = {exact: '', first: ', first order', error: ', error of first order'};

function labelled(axis) {
    return {...axis, label: spans(sliderOf(axis.name).symbol)};
}

function showMaps() {
    const [x, y] = grid.axes;
    if (y)
        page.maps.forEach((map, k) => {
            mapPlots()[k].firstChild.innerHTML = mapOf(map, labelled(x), labelled(y));
        });
    showCuts();
}

function mapPlots() {
    const holder = find('map-plots');
    if (!holder.children.length)
        holder.innerHTML = page.maps
            .map((_, k) => `<figure><div class="map" data-map="${k}"></div><div></div></figure>`)
            .join('');
    return holder.children;
}

function mapOf(map, x, y) {
    const values = shown(map, grid.values),
        n = grid.n;
    const title = `<text class="title" x="52" y="14">${symbolOf(map.exact)}${WORDS[state.origin]}</text>`;
    const plot = new Plot({
        x,
        y,
        width: 320,
        height: 330,
        top: 56,
        label: `Map of ${about(map.exact).meaning}${WORDS[state.origin]}`,
    });
    plot.add(title);
    if (!values) {
        plot.add(
            `<text x="${plot.left + plot.wide / 2}" y="${plot.top + plot.high / 2}" text-anchor="middle">not known to first order</text>`
        );
        return plot.axes().svg;
    }
    let low = state.origin === 'exact' && page.curves.length === 0 ? Infinity : 0,
        high = -Infinity;
    for (const value of values)
        if (Number.isFinite(value)) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
    if (low > 0 && low < 0.5 * high) low = 0;
    const is_error = state.origin === 'error',
        most = high;
    if (is_error) high = Math.min(high, 1); // beyond, first order says nothing
    const range = high > low ? high - low : 1;
    const image = picture(n, n, (i, j) => (values[(n - 1 - j) * n + i] - low) / range);
    const dx = plot.wide / (n - 1),
        dy = plot.high / (n - 1);
    plot.add(
        `<svg x="${plot.left}" y="${plot.top}" width="${plot.wide}" height="${plot.high}" overflow="hidden">` +
            `<image x="${-dx / 2}" y="${-dy / 2}" width="${plot.wide + dx}" height="${plot.high + dy}" ` +
            `preserveAspectRatio="none" href="${image}"/></svg>`
    );
    plot.axes().add(
        scale(
            plot.left,
            22,
            plot.wide,
            Number.isFinite(high) ? {low, high} : {low: NaN, high: NaN},
            is_error && percent(most)
        )
    );
    const [u, v] = [plot.px(state.values[x.name]), plot.py(state.values[y.name])];
    if (u >= plot.left - 1 && u <= plot.left + plot.wide + 1 && v >= plot.top - 1 && v <= plot.bottom + 1)
        plot.add(
            ['shade', 'here'].map(kind => `<circle class="${kind}" cx="${u}" cy="${v}" r="5"/>`).join('')
        );
    return plot.svg;
}

function showCuts() {
    const x = labelled(state.axes[0]),
        every = page.maps.flatMap(({exact, first}) => [exact, first]).filter(Boolean);
    const n = affordable(every, 10, 151, 21),
        xs = spaced(x, n);
    const found = table(every, {[x.name]: xs}, n, state.values),
        is_only = state.axes.length < 2;
    page.maps.forEach((map, k) => {
        const rows = [found[map.exact], map.first && found[map.first]].filter(Boolean);
        const plot = new Plot({
            x,
            y: limits(rows, page.curves.length > 0),
            width: 320,
            height: is_only ? 240 : 150,
            top: is_only ? 26 : 12,
            label: `Cut of ${about(map.exact).meaning}`,
        }).axes();
        if (is_only) plot.add(`<text class="title" x="52" y="14">${symbolOf(map.exact)}</text>`);
        const here = plot.px(state.values[x.name]);
        if (here >= plot.left && here <= plot.left + plot.wide)
            plot.add(`<path class="mark" d="M${here} ${plot.top}v${plot.high}"/>`);
        plot.line(xs, rows[0], 'exact');
        if (rows[1]) plot.line(xs, rows[1], 'first');
        mapPlots()[k].lastChild.innerHTML = plot.svg;
    });
}

// Where the pointer is in a map, as values of the two parameters
function pointedAt(event) {
    const svg = event.target.closest('.map')?.querySelector('svg[role]');
    if (!svg || !grid?.axes[1]) return null;
    const box = svg.getBoundingClientRect(),
        k = 320 / box.width;
    const u = ((event.clientX - box.left) * k - 52) / 258,
        v = 1 - ((event.clientY - box.top) * k - 56) / 236;
    if (u < 0 || u > 1 || v < 0 || v > 1) return null;
    const [x, y] = grid.axes;
    return {[x.name]: rounded(x, at(x, u)), [y.name]: rounded(y, at(y, v))};
}

function followPointer() {
    let is_down = false;
    const move = event => {
        const values = pointedAt(event);
        if (!values) return;
        if (is_down) {
            Object.assign(state.values, values);
            answer();
        }
        const names = page.maps.map(map => map.exact),
            found = table(names, {}, 1, {...state.values, ...values});
        find('pointed').textContent = [
            ...Object.entries(values).map(
                ([name, value]) => `${plain(sliderOf(name).symbol)} = ${short(value)}`
            ),
            ...names.map(name => `${plain(about(name).symbol)} = ${short(found[name][0])}`),
        ].join('   ');
    };
    find('map-plots').addEventListener('pointerdown', event => {
        is_down = true;
        move(event);
    });
    find('map-plots').addEventListener('pointermove', move);
    addEventListener('pointerup', () => {
        is_down = false;
    });
}

// Numbers and formulas ----------------------------------------------------------------------------

const whole = name =>
    name &&
    (places.has(name)
        ? short(evaluate(name))
        : places.has(`Re ${name}`)
          ? (({re, im}) => `${short(re)} ${im < 0 ? '−' : '+'} ${short(Math.abs(im))} i`)(evaluate(name))
          : '');

function wrong({exact, first}) {
    if (!exact || !first) return '';
    const [a, b] = [exact, first].map(name => evaluate(name)),
        of = z => (typeof z === 'number' ? z : Math.hypot(z.re, z.im));
    const apart = typeof a === 'number' ? Math.abs(a - b) : Math.hypot(a.re - b.re, a.im - b.im);
    if (page.curves.some(({lockings}) => lockings.includes(exact)))
        return Number.isFinite(apart) ? `${short(Math.min(apart, 2 * Math.PI - apart), 2)} rad` : '–';
    const error = (100 * apart) / of(a);
    return !Number.isFinite(error)
        ? '–'
        : error >= 1000
          ? '> 1000 %'
          : error < 1e-6
            ? '0 %'
            : `${short(error, 2)} %`;
}

function drawNumbers() {
    const with_first = page.rows.some(({first}) => first);
    find('table').innerHTML =
        `<thead><tr><th scope="col"></th><th scope="col">${with_first ? 'exact' : 'value'}</th>` +
        `${with_first ? '<th scope="col">first order</th><th scope="col">error</th>' : ''}</tr></thead><tbody>` +
        page.rows
            .map(
                row =>
                    `<tr><th scope="row" title="${safe(about(row.exact || row.first).meaning)}">` +
                    `${about(row.exact || row.first).symbol}</th><td>${whole(row.exact) || ''}</td>` +
                    `${with_first ? `<td>${whole(row.first) || ''}</td><td>${wrong(row)}</td>` : ''}</tr>`
            )
            .join('') +
        '</tbody>';
    drawBars();
    for (const each of document.querySelectorAll('.formula')) {
        const {name} = each.dataset,
            program = (places.get(name) || places.get(`Re ${name}`))?.program;
        const known = program?.run.parameters.every(key => key in state.values);
        each.querySelector('output').textContent = known ? `= ${whole(name)}` : '';
    }
}

function drawBars() {
    if (!page.bars.length) return;
    const found = table(page.bars, {}, 1, state.values),
        x = {low: 1e-8, high: 1, is_log: true},
        high = page.bars.length > 12 ? 18 : 22;
    const plot = new Plot({
        x,
        y: {low: 0, high: 1},
        width: 420,
        height: page.bars.length * high + 52,
        left: 62,
        right: 86,
        top: 6,
        bottom: 46,
        label: `Populations: ${page.bars.map(name => `${plain(about(name).symbol)} = ${short(found[name][0], 2)}`).join(', ')}`,
    });
    for (const value of [1e-8, 1e-6, 1e-4, 1e-2, 1])
        plot.add(
            `<path class="axis" d="M${plot.px(value)} ${plot.top}v${plot.high}"/>` +
                `<text x="${plot.px(value)}" y="${plot.bottom + 16}" text-anchor="middle">${value === 0.01 ? '0.01' : short(value).replace('1·', '')}</text>`
        );
    plot.add(
        `<text x="${plot.left + plot.wide / 2}" y="${plot.bottom + 36}" text-anchor="middle">populations</text>`
    );
    page.bars.forEach((name, k) => {
        const value = found[name][0],
            y = plot.top + k * high,
            long = value > 1e-8 ? Math.min(1, part(x, value)) * plot.wide : 0;
        plot.add(
            `<text x="${plot.left - 8}" y="${y + high / 2 + 4}" text-anchor="end">${symbolOf(name)}</text>` +
                `<rect class="bar" x="${plot.left}" y="${y + 3}" width="${long.toFixed(1)}" height="${high - 6}" rx="2"/>` +
                `<text x="${plot.left + plot.wide + 8}" y="${y + high / 2 + 4}">${short(value, 3)}</text>`
        );
    });
    find('bars').innerHTML = plot.svg;
}

// The whole, and sharing it -----------------------------------------------------------------------

function answer(moved) {
    const began = performance.now();
    showSliders(moved);
    showAxes();
    drawPhase();
    drawNumbers();
    drawMaps();
    clearTimeout(answer.later);
    answer.later = setTimeout(keepAddress, 200);
    answer.took = performance.now() - began;
}

const AXES = ['x-axis', 'y-axis']; // no parameter has such a name

function address() {
    const found = new URLSearchParams(state.values);
    state.axes.forEach((axis, k) => found.set(AXES[k], `${axis.name},${axis.low},${axis.high}`));
    found.set('shown-as', state.origin);
    return `#${found}`.replace(/%2C/g, ',');
}

function keepAddress() {
    try {
        history.replaceState(null, '', address());
    } catch {
        /* a frame without an address */
    }
}

function readAddress() {
    const given = new URLSearchParams(location.hash.slice(1));
    for (const slider of page.sliders) {
        const text = given.get(slider.name);
        if (text && fits(slider.kind, +text)) state.values[slider.name] = +text;
    }
    state.axes = state.axes.map((axis, k) => {
        const [name, low, high] = (given.get(AXES[k]) || '').split(',').map((text, n) => (n ? +text : text));
        const kind = sliderOf(name)?.kind;
        return kind && fits(kind, low) && fits(kind, high) && low < high
            ? {name, low, high, is_log: low > 0 && high / low > 20 && kind !== 'real'}
            : axis;
    });
    if (state.axes[1]?.name === state.axes[0]?.name) state.axes = start.axes;
    if (['exact', 'first', 'error'].includes(given.get('shown-as'))) state.origin = given.get('shown-as');
}

function say(words) {
    find('status').textContent = words;
}

async function copy(text, words) {
    try {
        await navigator.clipboard.writeText(text);
    } catch {
        const field = document.createElement('textarea');
        field.value = text;
        document.body.append(field);
        field.select();
        document.execCommand('copy');
        field.remove();
    }
    say(`${words} copied.`);
}

const PLOTS = {
    phase: () => [
        [...page.curves.flatMap(({exact, first}) => [exact, first]), ...page.alone],
        [{name: 'phi', low: -Math.PI, high: Math.PI}],
        181,
    ],
    maps: () => [page.maps.flatMap(({exact, first}) => [exact, first]), state.axes, LEVELS.at(-1)],
    numbers: () => [[...page.rows.flatMap(({exact, first}) => [exact, first]), ...page.bars], [], 1],
};

// What gives the same numbers in Python
function python(names, axes, n) {
    const made = new Map(
        names.filter(Boolean).map(name => [about(name).python, name.replace(/^(Re|Im) /, '')])
    );
    const arrays = axes.map(
        ({name, low, high, is_log}, k) =>
            `values["${name}"] = np.${is_log ? 'geomspace' : 'linspace'}(${low}, ${high}, ${n})${k ? '[:, None]' : ''}`
    );
    return (
        [
            page.preamble,
            ...(axes.length ? ['import numpy as np'] : []),
            '',
            `values = ${JSON.stringify(state.values)}`,
            ...arrays,
            'found = {}',
            ...[...made].map(
                ([code, name]) => `found["${name}"] = ${code}.function(extra="ignore")(**values)`
            ),
        ].join('\n') + '\n'
    );
}

const latex = names =>
    [
        ...new Set(
            names
                .filter(Boolean)
                .map(name => about(name).latex)
                .filter(Boolean)
        ),
    ].join('\n\n') + '\n';

async function png(svg) {
    const image = new Image(),
        canvas = document.createElement('canvas');
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    await image.decode();
    Object.assign(canvas, {width: 2 * image.width, height: 2 * image.height});
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise(resolve => canvas.toBlob(resolve, 'image/png'));
}

async function copyPng(name) {
    const blob = await png(svgOf(name));
    try {
        await navigator.clipboard.write([new ClipboardItem({'image/png': blob})]);
        say('PNG copied.');
    } catch {
        const link = document.createElement('a');
        Object.assign(link, {href: URL.createObjectURL(blob), download: `${name}.png`});
        link.click();
        say('PNG saved.');
    }
}

const svgOf = name =>
    together(
        [...find(name).querySelectorAll('figure svg[role]')],
        name === 'maps' ? (page.maps.length > 1 ? 6 : 2) : 2
    );

function makeSharing() {
    for (const place of document.querySelectorAll('.share')) {
        const {plot, formula} = place.dataset;
        const kinds = {
            Python: () => copy(formula ? python([formula], [], 1) : python(...PLOTS[plot]()), 'Python'),
            LaTeX: () => copy(latex(formula ? [formula] : PLOTS[plot]()[0]), 'LaTeX'),
            ...(plot &&
                (plot !== 'numbers' || page.bars.length) && {
                    SVG: () => copy(svgOf(plot), 'SVG'),
                    PNG: () => copyPng(plot),
                }),
        };
        place.append('Copy as');
        for (const [kind, act] of Object.entries(kinds)) {
            const button = document.createElement('button');
            Object.assign(button, {type: 'button', textContent: kind});
            button.setAttribute('aria-label', `Copy ${formula || plot} as ${kind}`);
            button.addEventListener('click', act);
            place.append(button);
        }
    }
    find('link').addEventListener('click', () => copy(location.href.split('#')[0] + address(), 'Link'));
    find('start').addEventListener('click', () => {
        state = structuredClone(start);
        press(null);
        answer();
    });
    addEventListener('hashchange', () => {
        readAddress();
        answer();
    });
}

Object.assign(window.symsync, {evaluate, names: [...places.keys()]});
window.symsync.page = {
    python: name => python(...PLOTS[name]()),
    latex: name => latex(PLOTS[name]()[0]),
    svg: svgOf,
    png: name => png(svgOf(name)),
    address,
    map: name => grid.values[name],
    get took() {
        return answer.took;
    },
    get state() {
        return structuredClone(state);
    },
};
makePresets();
makeSliders();
makeAxes();
makeSharing();
followPointer();
readAddress();
answer();
