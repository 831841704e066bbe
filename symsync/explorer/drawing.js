// The drawing: axes, lines, maps, spheres and bars as SVG text.

const COLOURS = (
    '00224e 0b2d67 29396f 3b466c 4b536d 5a606f 686d74 777a79 868778 969576 a6a373 ' +
    'b7b16d c8c065 dbd059 eee04a fee838'
)
    .split(' ')
    .map(hex => [0, 2, 4].map(k => parseInt(hex.slice(k, k + 2), 16)));

// Cividis, which the colour-blind read and which prints in grey: red, green and blue of a fraction
function colour(part) {
    const place = Math.min(1, Math.max(0, part)) * (COLOURS.length - 1);
    const k = Math.min(COLOURS.length - 2, Math.floor(place)),
        rest = place - k;
    return [0, 1, 2].map(c => Math.round(COLOURS[k][c] + rest * (COLOURS[k + 1][c] - COLOURS[k][c])));
}

const SHADES = Array.from({length: 257}, (_, k) => [...colour(k / 256), 255]);
const UNKNOWN = [128, 128, 128, 70],
    NOTHING = [0, 0, 0, 0];

const safe = text => String(text).replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);

// A number in a few characters
function short(value, digits = 4) {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : String(value);
    if (value === 0) return '0';
    const size = Math.abs(value);
    if (size >= 1e5 || size < 1e-3) {
        const [head, tail] = value.toExponential(Math.min(3, digits - 1)).split('e');
        const power = String(+tail).replace(/./g, c => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'['-0123456789'.indexOf(c)]);
        return `${String(+head).replace('-', '−')}·10${power}`;
    }
    return String(+value.toPrecision(digits)).replace('-', '−');
}

// Round numbers between two limits
function ticks({low, high, is_log}, most = 5) {
    if (is_log) {
        const first = Math.ceil(Math.log10(low) - 1e-9),
            last = Math.floor(Math.log10(high) + 1e-9);
        const step = Math.max(1, Math.ceil((last - first) / most));
        return Array.from(
            {length: Math.floor((last - first) / step) + 1},
            (_, k) => 10 ** (first + k * step)
        );
    }
    const raw = (high - low) / most,
        power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 2.5, 5, 10].map(k => k * power).find(s => s >= raw * 0.999);
    const found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(k * step);
    return found;
}

const ANGLES = [
    [-Math.PI, '−π'],
    [-Math.PI / 2, '−π/2'],
    [0, '0'],
    [Math.PI / 2, 'π/2'],
    [Math.PI, 'π'],
];

// A symbol in MathML as one line of plain text
function plain(symbol) {
    const holder = document.createElement('div');
    holder.innerHTML = symbol;
    const said = node => {
        const parts = [...node.children].map(said),
            name = node.localName;
        if (/^m(sub|sup|under)$/.test(name)) return parts.join(name === 'msup' ? '^' : '_');
        if (name === 'msubsup') return `${parts[0]}^${parts[2]}_${parts[1]}`;
        return parts.length ? parts.join('') : node.textContent;
    };
    return said(holder);
}

// A symbol in MathML as pieces of SVG text
function spans(symbol) {
    const holder = document.createElement('div');
    holder.innerHTML = symbol;
    const found = [];
    const walk = (node, shift, size) => {
        const name = node.localName,
            children = [...node.children];
        if (/^m(sub|sup|subsup|under)$/.test(name)) {
            walk(children[0], shift, size);
            children.slice(1).forEach((child, k) => {
                const is_up = name === 'msup' || (name === 'msubsup' && k === 1);
                const before = found.length;
                walk(child, shift + (is_up ? -7 : 5) * size, 0.75 * size);
                if (k === 1 && found[before]) found[before].push(-5.5 * children[1].textContent.length); // above it
            });
        } else if (children.length) children.forEach(child => walk(child, shift, size));
        else if (node.textContent) {
            const slanted =
                name === 'mi' &&
                [...node.textContent].length === 1 &&
                node.getAttribute('mathvariant') !== 'normal';
            found.push([node.textContent, shift, size, slanted]);
        }
        if (name === 'munder') found.push(['\u2009', shift, size, false]);
    };
    walk(holder, 0, 1);
    let at = 0;
    const text = found
        .map(([words, shift, size, slanted, back = 0]) => {
            const moved =
                `<tspan dx="${back}" dy="${shift - at}" font-size="${Math.round(100 * size)}%"` +
                `${slanted ? ' font-style="italic" class="it"' : ''}>${safe(words)}</tspan>`;
            at = shift;
            return moved;
        })
        .join('');
    return at ? `${text}<tspan dy="${-at}">\u200b</tspan>` : text;
}

// Axes of a plot: a frame, ticks, labels, and where a point lies in it
class Plot {
    constructor({x, y, width = 420, height = 260, left = 52, top = 26, right = 10, bottom = 38, label}) {
        Object.assign(this, {x, y, width, height, left, top, label, body: []});
        this.wide = width - left - right;
        this.high = height - top - bottom;
        this.bottom = top + this.high;
    }

    px(value) {
        return this.left + this.wide * part(this.x, value);
    }

    py(value) {
        return this.bottom - this.high * part(this.y, value);
    }

    add(text) {
        this.body.push(text);
    }

    axes() {
        const {left, top, wide, high, bottom, x, y} = this;
        const wavy = Math.abs(x.low + Math.PI) < 1e-9 && Math.abs(x.high - Math.PI) < 1e-9;
        for (const [value, words] of wavy ? ANGLES : ticks(x, wide < 300 ? 4 : 6).map(v => [v, short(v)]))
            this.add(
                `<text x="${this.px(value).toFixed(1)}" y="${bottom + 17}" text-anchor="middle">${words}</text>` +
                    `<path class="axis" d="M${this.px(value).toFixed(1)} ${bottom}v4"/>`
            );
        for (const value of ticks(y, high < 130 ? 2 : 4))
            this.add(
                `<text x="${left - 8}" y="${(this.py(value) + 4).toFixed(1)}" text-anchor="end">${short(value, 3)}</text>` +
                    `<path class="axis" d="M${left} ${this.py(value).toFixed(1)}h-4"/>`
            );
        this.add(`<rect class="axis" x="${left}" y="${top}" width="${wide}" height="${high}"/>`);
        this.add(
            `<text x="${left + wide / 2}" y="${bottom + 33}" text-anchor="middle">${x.label || ''}</text>`
        );
        if (y.label)
            this.add(
                `<text transform="translate(${left - 40} ${top + high / 2}) rotate(-90)" ` +
                    `text-anchor="middle">${y.label}</text>`
            );
        return this;
    }

    line(xs, ys, kind) {
        let path = '',
            is_down = false;
        for (let k = 0; k < xs.length; k++) {
            if (Number.isFinite(ys[k])) {
                path += `${is_down ? 'L' : 'M'}${this.px(xs[k]).toFixed(2)} ${this.py(ys[k]).toFixed(2)}`;
                is_down = true;
            } else is_down = false;
        }
        if (path) this.add(`<path class="${kind}" d="${path}"/>`);
        return this;
    }

    get svg() {
        return (
            `<svg viewBox="0 0 ${this.width} ${this.height}" role="img" aria-label="${safe(this.label)}">` +
            `${this.body.join('')}</svg>`
        );
    }
}

// The limits of some rows of numbers, with room around them
function limits(several, with_zero = true) {
    let low = with_zero ? 0 : Infinity,
        high = with_zero ? 0 : -Infinity;
    for (const row of several)
        for (const value of row || [])
            if (Number.isFinite(value)) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
    if (low === Infinity) low = high = 0;
    if (!(high - low > 1e-12 * Math.abs(high))) {
        // as good as constant
        const room = 0.2 * Math.abs(high) || 1e-3;
        return {low: low - room, high: high + room};
    }
    const room = 0.08 * (high - low);
    return {low: low < 0 || !with_zero ? low - room : low, high: high > 0 || !with_zero ? high + room : high};
}

// Fractions of the colours at pixels (i, j), null where there is nothing, as the address of a picture
function picture(wide, high, fraction) {
    const canvas = document.createElement('canvas');
    canvas.width = wide;
    canvas.height = high;
    const context = canvas.getContext('2d'),
        image = context.createImageData(wide, high),
        {data} = image;
    for (let j = 0, at = 0; j < high; j++)
        for (let i = 0; i < wide; i++, at += 4) {
            const value = fraction(i, j);
            const shade =
                value === null
                    ? NOTHING
                    : value === value
                      ? SHADES[Math.round(256 * Math.min(1, Math.max(0, value)))]
                      : UNKNOWN;
            for (let c = 0; c < 4; c++) data[at + c] = shade[c];
        }
    context.putImageData(image, 0, 0);
    return canvas.toDataURL();
}

// A sphere seen from 20° above its equator; `q(theta, phi)` is from 0 to 1.
const SIZE = 150,
    TILT = (20 * Math.PI) / 180;
const seen = Array.from({length: SIZE * SIZE}, (_, k) => {
    const u = (2 * ((k % SIZE) + 0.5)) / SIZE - 1,
        v = 1 - (2 * (Math.floor(k / SIZE) + 0.5)) / SIZE,
        d = 1 - u * u - v * v;
    if (d < 0) return null;
    const depth = Math.sqrt(d),
        z = v * Math.cos(TILT) + depth * Math.sin(TILT);
    return [
        Math.acos(Math.max(-1, Math.min(1, z))),
        Math.atan2(u, depth * Math.cos(TILT) - v * Math.sin(TILT)),
    ];
});
const ball = q =>
    picture(SIZE, SIZE, (i, j) => {
        const place = seen[j * SIZE + i];
        return place && q(place[0], place[1]);
    });

// An SVG that needs no page around it, on white
function alone(svg) {
    const copy = svg.cloneNode(true),
        style = document.createElementNS('http://www.w3.org/2000/svg', 'style');
    style.textContent =
        'text{font:12px sans-serif;fill:#444}text.title{fill:#111;font-size:13px}.it{font-family:serif}' +
        '.axis,.zero,.rim{stroke:#bbb;fill:none}.exact{stroke:#0063a3;fill:none;stroke-width:2}' +
        '.first{stroke:#c04a00;fill:none;stroke-width:1.6;stroke-dasharray:6 4}' +
        '.alone{stroke:#6b7280;fill:none;stroke-dasharray:1.5 3}.mark{stroke:#666;stroke-dasharray:2 3}' +
        '.here{fill:none;stroke:#fff;stroke-width:1.6}.shade{fill:none;stroke:#0008;stroke-width:3.4}' +
        '.dot,.bar{fill:#0063a3}';
    copy.prepend(style);
    return copy;
}

// Several drawings beside each other as one
function together(svgs, across = 3) {
    const sizes = svgs.map(svg => svg.viewBox.baseVal),
        gap = 16;
    const wide = Math.max(...sizes.map(size => size.width)),
        high = Math.max(...sizes.map(size => size.height));
    const columns = Math.min(across, svgs.length),
        lines = Math.ceil(svgs.length / columns);
    const [w, h] = [columns * (wide + gap) + gap, lines * (high + gap) + gap];
    const inside = svgs
        .map(
            (svg, k) =>
                `<g transform="translate(${gap + (k % columns) * (wide + gap)} ` +
                `${gap + Math.floor(k / columns) * (high + gap)})">${svg.innerHTML}</g>`
        )
        .join('');
    const holder = document.createElement('div');
    holder.innerHTML =
        `<svg viewBox="0 0 ${w} ${h}" width="${w}" height="${h}"><rect width="${w}" height="${h}" ` +
        `fill="#fff"/>${inside}</svg>`;
    return new XMLSerializer().serializeToString(alone(holder.firstChild));
}
