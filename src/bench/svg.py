"""A line plot and a bar chart as SVG, in colours that show on light and dark pages."""

import math
from xml.sax.saxutils import escape

COLOURS = ["#1769aa", "#2e9e5b", "#c2571a", "#8a8a8a", "#8e44ad", "#b58900", "#d33682", "#5f9ea0"]
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 680, 340, 66, 150, 40, 44
FONT = 'font-family="sans-serif" font-size="12" fill="#808080"'


def number(value):
    if value >= 1024 and value % 1024 == 0:
        return f"{value // 1024}Ki"
    if value >= 10000:
        return f"{value / 1000:g}k"
    return f"{value:g}"


def ticks(low, high):
    """1, 2 and 5 times each power of ten from below low to above high."""
    steps = [m * 10.0 ** e for e in range(-3, 8) for m in (1, 2, 5)]
    first = max((s for s in steps if s <= low), default=steps[0])
    last = min((s for s in steps if s >= high), default=steps[-1])
    return [s for s in steps if first <= s <= last]


def text(x, y, words, anchor="middle", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {FONT} {more}>{escape(words)}</text>'


def page(title, body, height=HEIGHT):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">\n'
            f'<title>{escape(title)}</title>\n'
            + text(LEFT, 22, title, "start", 'font-weight="bold"') + "\n" + "\n".join(body) + "\n</svg>\n")


def lines(title, x_words, y_words, series):
    """Series are {label: [(x, y), …]}; both axes are logarithmic."""
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    y_ticks = ticks(min(ys), max(ys))
    low_x, high_x = math.log10(min(xs)), math.log10(max(xs))
    low_y, high_y = math.log10(y_ticks[0]), math.log10(y_ticks[-1])
    at_x = lambda x: LEFT + (math.log10(x) - low_x) / (high_x - low_x) * (WIDTH - LEFT - RIGHT)
    at_y = lambda y: HEIGHT - BOTTOM - (math.log10(y) - low_y) / (high_y - low_y) * (HEIGHT - TOP - BOTTOM)
    body = []
    for y in y_ticks:
        body.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at_y(y):.1f}" y2="{at_y(y):.1f}" '
                    'stroke="#808080" stroke-opacity="0.25"/>')
        body.append(text(LEFT - 6, at_y(y) + 4, number(y), "end"))
    for x in sorted(set(xs)):
        body.append(text(at_x(x), HEIGHT - BOTTOM + 18, number(x)))
    body.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, x_words))
    body.append(text(16, (TOP + HEIGHT - BOTTOM) / 2, y_words, "middle",
                     f'transform="rotate(-90 16 {(TOP + HEIGHT - BOTTOM) / 2:.0f})"'))
    for i, (label, points) in enumerate(series.items()):
        colour = COLOURS[i % len(COLOURS)]
        path = " ".join(f"{at_x(x):.1f},{at_y(y):.1f}" for x, y in sorted(points))
        body.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        body += [f'<circle cx="{at_x(x):.1f}" cy="{at_y(y):.1f}" r="3" fill="{colour}"/>' for x, y in points]
        body.append(f'<rect x="{WIDTH - RIGHT + 12}" y="{TOP + 20 * i}" width="12" height="12" fill="{colour}"/>')
        body.append(text(WIDTH - RIGHT + 30, TOP + 20 * i + 10, label, "start"))
    return page(title, body)


def bars(title, groups):
    """Groups are {title: {label: value}}. The largest value of each group has the full length."""
    body, y = [], TOP
    colours = {}
    for words, values in groups.items():
        body.append(text(LEFT, y + 12, words, "start"))
        y += 20
        longest = max(values.values())
        for label, value in values.items():
            colour = colours.setdefault(label, COLOURS[0] if label.startswith(("bridge", "stomp", "busbar"))
                                        else COLOURS[3])
            width = value / longest * (WIDTH - LEFT - RIGHT - 110)
            body.append(f'<rect x="{LEFT + 100}" y="{y}" width="{width:.1f}" height="13" fill="{colour}"/>')
            body.append(text(LEFT + 94, y + 11, label, "end"))
            body.append(text(LEFT + 106 + width, y + 11, f"{value:.3g}", "start"))
            y += 17
        y += 12
    return page(title, body, y)
