"""Charts as plain SVG, readable on light and on dark: bars on a logarithmic scale, and lines over a logarithmic axis"""
import html, math

STYLE = """<style>
.ground{fill:#fff;stroke:#d0d7de}text{font:12px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}
.title{font-weight:600;font-size:13px}.faint{fill:#59636e}.grid{stroke:#d8dee4}.ours{fill:#0969da}.theirs{fill:#9aa4ae}
.line{fill:none;stroke-width:2}.c0{stroke:#0969da}.c1{stroke:#bc4c00}.c2{stroke:#1a7f37}.d0{fill:#0969da}.d1{fill:#bc4c00}.d2{fill:#1a7f37}.budget{stroke:#cf222e;stroke-dasharray:4 3}.budgettext{fill:#cf222e}
@media (prefers-color-scheme:dark){.ground{fill:#0d1117;stroke:#3d444d}text{fill:#f0f6fc}.faint{fill:#9198a1}.grid{stroke:#2f353d}.ours{fill:#4493f8}.theirs{fill:#656c76}
.c0{stroke:#4493f8}.c1{stroke:#f0883e}.c2{stroke:#3fb950}.d0{fill:#4493f8}.d1{fill:#f0883e}.d2{fill:#3fb950}.budget{stroke:#f85149}.budgettext{fill:#f85149}}
</style>"""


def number(v):
    """three digits that mean something"""
    if v == 0:
        return "0"
    if abs(v) >= 99.5:
        return f"{v:,.0f}"
    return f"{v:.1f}" if abs(v) >= 9.95 else f"{v:.2f}" if abs(v) >= 0.01 else f"{v:.1g}"


def text(x, y, words, kind="", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{html.escape(str(words))}</text>'


def page(width, height, body, title):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{html.escape(title)}">\n{STYLE}\n'
            f'<rect class="ground" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="6"/>\n' + "\n".join(body) + "\n</svg>\n")


def decades(low, high):
    a, b = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return a, max(b, a + 1)


def tick(e):
    return f"{10 ** e:,}" if e >= 0 else f"{10.0 ** e:g}"


def bars(y, width, title, rows, budget=None):
    """rows: (name, value, ours); the height taken, and what to draw"""
    left, right, pitch = 130, 70, 20
    out = [text(16, y + 16, title, "title")]
    shown = [v for _, v, _ in rows if v > 0] + ([budget] if budget else [])
    a, b = decades(min(shown), max(shown))

    def x(v):
        return left + (width - left - right) * (math.log10(max(v, 10.0 ** a)) - a) / (b - a)
    top, bottom = y + 28, y + 28 + pitch * len(rows)
    for e in range(a, b + 1):
        out.append(f'<line class="grid" x1="{x(10.0 ** e):.1f}" x2="{x(10.0 ** e):.1f}" y1="{top}" y2="{bottom}"/>')
        out.append(text(x(10.0 ** e), bottom + 14, tick(e), "faint", "middle"))
    for i, (name, v, ours) in enumerate(rows):
        out.append(text(left - 8, top + pitch * i + 14, name, "", "end"))
        out.append(f'<rect class="{"ours" if ours else "theirs"}" x="{left}" y="{top + pitch * i + 3}" width="{max(x(v) - left, 1):.1f}" height="{pitch - 6}" rx="2"/>')
        out.append(text(x(v) + 5, top + pitch * i + 14, number(v), ""))
    if budget:
        out.append(f'<line class="budget" x1="{x(budget):.1f}" x2="{x(budget):.1f}" y1="{top}" y2="{bottom}"/>')
        out.append(text(width - 16, y + 16, f"dashed: our budget, {number(budget)}", "budgettext", "end"))
    return 28 + pitch * len(rows) + 30, out


def lines(x0, y0, width, height, title, series, budget=None, over="tasks"):
    """series: (name, [(x, y)...]); both axes logarithmic"""
    left, right, top, bottom = x0 + 58, x0 + width - 22, y0 + 34, y0 + height - 40
    xs = [x for _, p in series for x, _ in p]
    ys = [y for _, p in series for _, y in p if y > 0] + ([budget] if budget else [])
    xa, xb = decades(min(xs), max(xs))
    ya, yb = decades(min(ys), max(ys))

    def px(v):
        return left + (right - left) * (math.log10(v) - xa) / (xb - xa)

    def py(v):
        return bottom - (bottom - top) * (math.log10(max(v, 10.0 ** ya)) - ya) / (yb - ya)
    out = [text(x0 + 16, y0 + 18, title, "title")]
    for e in range(xa, xb + 1):
        out.append(f'<line class="grid" x1="{px(10.0 ** e):.1f}" x2="{px(10.0 ** e):.1f}" y1="{top}" y2="{bottom}"/>')
        out.append(text(px(10.0 ** e), bottom + 16, tick(e), "faint", "middle"))
    for e in range(ya, yb + 1):
        out.append(f'<line class="grid" x1="{left}" x2="{right}" y1="{py(10.0 ** e):.1f}" y2="{py(10.0 ** e):.1f}"/>')
        out.append(text(left - 6, py(10.0 ** e) + 4, tick(e), "faint", "end"))
    out.append(text((left + right) / 2, bottom + 32, over, "faint", "middle"))
    if budget:
        out.append(f'<line class="budget" x1="{left}" x2="{right}" y1="{py(budget):.1f}" y2="{py(budget):.1f}"/>')
        out.append(text(left + 4, py(budget) - 4, f"rca-list, budget for 10,000: {number(budget)}", "budgettext"))
    at = right
    for i, (name, _) in reversed(list(enumerate(series))):
        if name:
            out.append(text(at, y0 + 18, name, f"d{i}", "end"))
            at -= 7 * len(name) + 16
    highest = max(range(len(series)), key=lambda i: series[i][1][-1][1])
    for i, (name, points) in enumerate(series):
        out.append(f'<polyline class="line c{i}" points="' + " ".join(f"{px(x):.1f},{py(y):.1f}" for x, y in points) + '"/>')
        out += [f'<circle class="d{i}" cx="{px(x):.1f}" cy="{py(y):.1f}" r="3"/>' for x, y in points]
        x, y = points[-1]
        out.append(text(px(x) - 4, py(y) - 8 if i == highest or py(y) > bottom - 20 else py(y) + 18, number(y), f"d{i}", "end"))
    return out
