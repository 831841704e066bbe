"""Graphs as pictures: each box below those that its lines come from, as SVG."""

from collections.abc import Mapping
from html import escape
from statistics import fmean

WIDTH, ROW, BOX, GAP, LINE = 760, 66, (112, 30), 14, 26
"""The picture's width, the height of a row, a box, the space between two, and that of a line."""

Place = str | tuple[str, int]
"""A box, or a line on its way to a box as it passes a row."""


def essential(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the graph without the edges that a longer way implies."""

    def reached(name: str) -> set[str]:
        return graph[name].union(*(reached(other) for other in graph[name]))

    return {
        name: {other for other in own if not any(other in reached(o) for o in own - {other})}
        for name, own in graph.items()
    }


def layers(graph: dict[str, set[str]]) -> tuple[list[list[Place]], set[tuple[Place, Place]]]:
    """Return the rows of the picture, and the lines between a row and the next.

    Each box stands below all that it follows from; a line that passes a row has a place in it.
    """

    def depth(name: str) -> int:
        return max((1 + depth(other) for other in graph[name]), default=0)

    rows: list[list[Place]] = [[] for _ in range(1 + max(map(depth, graph)))]
    for name in graph:
        rows[depth(name)].append(name)
    lines: set[tuple[Place, Place]] = set()
    for name, others in essential(graph).items():
        for other in sorted(others):
            at: Place = name
            for level in range(depth(name) - 1, depth(other), -1):
                lines.add((at, (other, level)))
                at = (other, level)
                rows[level] += [at] * (at not in rows[level])
            lines.add((at, other))
    return rows, lines


def side_by_side(wanted: list[float], rooms: list[float]) -> list[float]:
    """Return places as near as can be to those that are wanted, each with its room to itself."""
    offsets = [sum(rooms[:k]) + room / 2 for k, room in enumerate(rooms)]
    groups: list[list[float]] = []
    for each, offset in zip(wanted, offsets, strict=True):
        groups.append([each - offset])
        while len(groups) > 1 and fmean(groups[-2]) > fmean(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    left = (WIDTH - sum(rooms)) / 2
    starts = [min(max(fmean(g), 0), 2 * left) for g in groups for _ in g]
    return [start + offset for start, offset in zip(starts, offsets, strict=True)]


def placed(rows: list[list[Place]], lines: set[tuple[Place, Place]]) -> dict[Place, float]:
    """Return how far from the left each place is: near what it is joined to."""
    joined: dict[Place, list[Place]] = {place: [] for row in rows for place in row}
    for below, above in lines:
        joined[below].append(above)
        joined[above].append(below)
    at = dict.fromkeys(joined, WIDTH / 2)

    def settle(row: list[Place], beside: set[Place]) -> None:
        wanted = [
            fmean([at[o] for o in joined[place] if o in beside] or [at[place]]) for place in row
        ]
        rooms = [BOX[0] + GAP if isinstance(place, str) else LINE for place in row]
        at.update(zip(row, side_by_side(wanted, rooms), strict=True))

    everything = set(joined)
    for row in rows:
        settle(row, set())
    for sweep in range(40):
        down = sweep % 2 == 0
        order = range(1, len(rows)) if down else range(len(rows) - 2, -1, -1)
        for k in order:
            beside = set(rows[k - 1 if down else k + 1])
            if sweep < 8:  # first the order in each row, then the distances
                near = {p: [at[o] for o in joined[p] if o in beside] for p in rows[k]}
                rows[k].sort(key=lambda p, near=near: fmean(near[p] or [at[p]]))
            settle(rows[k], beside if sweep < 8 else everything)
    aside = (WIDTH - min(at.values()) - max(at.values())) / 2
    return {place: x + aside for place, x in at.items()}


def picture(
    graph: dict[str, set[str]],
    label: str,
    titles: Mapping[str, str],
    kinds: Mapping[str, str],
    links: Mapping[str, str] | None = None,
) -> str:
    """Return a graph as SVG: what each box follows from stands in the rows above it.

    Lines that follow from others are left out.

    Parameters
    ----------
    graph
        {box: the boxes that it follows from}.
    label
        What the picture shows, for those who cannot see it.
    titles, kinds, links
        Of a box, its explanation, its class in the style sheet, and where it leads to.
    """
    rows, lines = layers(graph)
    x = placed(rows, lines)
    y = {place: 24 + ROW * k for k, row in enumerate(rows) for place in row}
    half = {place: BOX[1] / 2 if isinstance(place, str) else 0 for place in y}
    paths = [
        f'<path d="M{x[a]:.0f} {y[a] - half[a]:.0f}C{x[a]:.0f} {y[a] - ROW / 2:.0f} '
        f'{x[b]:.0f} {y[b] + ROW / 2:.0f} {x[b]:.0f} {y[b] + half[b]:.0f}"/>'
        for a, b in sorted(lines, key=str)
    ]
    boxes = []
    for name in (place for row in rows for place in row if isinstance(place, str)):
        box = (
            f'<g class="{kinds[name]}"><title>{escape(titles[name])}</title>'
            f'<rect x="{x[name] - BOX[0] / 2:.0f}" y="{y[name] - BOX[1] / 2:.0f}" '
            f'width="{BOX[0]}" height="{BOX[1]}" rx="5"/>'
            f'<text x="{x[name]:.0f}" y="{y[name] + 4:.0f}">{escape(name)}</text></g>'
        )
        boxes.append(f'<a href="{links[name]}">{box}</a>' if links else box)
    return (
        f'<svg class="modules" viewBox="0 0 {WIDTH} {ROW * len(rows)}" role="img" '
        f'aria-label="{escape(label)}" xmlns="http://www.w3.org/2000/svg">'
        + "".join([*paths, *boxes])
        + "</svg>\n"
    )
