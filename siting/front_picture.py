"""The picture of a front: cost against the share of value, as an SVG."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_WIDTH, _HEIGHT, _MARGIN = 640.0, 360.0, 56.0


def picture(about: Mapping[str, Any], points: Sequence[Mapping[str, Any]]) -> str:
    """Cost against share of value as an SVG, with what is proven possible above each answer.

    Parameters
    ----------
    about
        title_en, model and value_demand.
    points
        budget_cny, cost_cny, value, bound, share and dominated of each point, by rising budget.
    """
    rows = [row for row in points if row["value"] is not None]
    worth = max(about["value_demand"], 1e-9)
    most = max([row["budget_cny"] for row in rows] + [1.0])

    def at(cny: float, share: float) -> tuple[float, float]:
        x = _MARGIN + (_WIDTH - 1.5 * _MARGIN) * cny / most
        return round(x, 1), round(_HEIGHT - _MARGIN - (_HEIGHT - 1.5 * _MARGIN) * min(share, 1.0), 1)

    parts = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        (x, y), (end, _) = at(0.0, share), at(most, share)
        parts.append(f'<path d="M{x} {y}H{end}" stroke="#dfe4e8"/>')
        parts.append(f'<text x="{x - 6}" y="{y + 4}" text-anchor="end">{share:.0%}</text>')
    line = "L".join(f"{x} {y}" for x, y in (at(row["cost_cny"], row["share"]) for row in rows if not row["dominated"]))
    parts.append(f'<path d="M{line}" fill="none" stroke="#0b5f73" stroke-width="2"/>')
    for row in rows:
        x, y = at(row["cost_cny"], row["share"])
        if row["bound"] is not None:
            top = at(row["cost_cny"], row["bound"] / worth)[1]
            parts.append(f'<path d="M{x} {y}V{top}" stroke="#a3231c"/>')
        fill = "#ffffff" if row["dominated"] else "#0b5f73"
        parts.append(f'<circle cx="{x}" cy="{y}" r="4" fill="{fill}" stroke="#0b5f73"/>')
        parts.append(
            f'<text x="{x}" y="{_HEIGHT - _MARGIN + 18}" text-anchor="middle">{row["cost_cny"] / 1e6:,.0f}</text>'
        )
    title = escape(str(about["title_en"]))
    counted = "covered" if about["model"] == "max_cover" else "served"
    axis = f"million CNY spent; share of all value {counted}; red: up to what is proven possible"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" font-family="sans-serif" '
        f'font-size="11" fill="#1c2733" role="img"><rect width="100%" height="100%" fill="#ffffff"/>'
        f'<text x="{_MARGIN}" y="18" font-size="13">{title}</text>'
        f'<text x="{_MARGIN}" y="{_HEIGHT - 10:g}">{axis}</text>{"".join(parts)}</svg>\n'
    )
