"""Scores as dots with their standard errors, drawn as SVG by hand."""

from collections.abc import Sequence
from html import escape

import numpy as np

from demand_models.scores import Estimate

_LEFT, _WIDTH, _ROW, _TOP, _BOTTOM = 270, 720, 26, 44, 44
_SPREAD = 1.96
"""Standard errors of a 95 % interval."""


def dots(title: str, rows: Sequence[tuple[str, Estimate | None]], *, axis: str, span: tuple[float, float]) -> str:
    """One line per row: the estimate as a dot, its 95 % interval as a bar; rows without an estimate say so.

    Parameters
    ----------
    title
        What is shown.
    rows
        Label and estimate, from the top.
    axis
        Words below the axis.
    span
        Lowest and highest value of the axis, in tenths.
    """
    low, high = span
    bottom = _TOP + _ROW * len(rows)

    def x(value: float) -> float:
        return round(_LEFT + (_WIDTH - _LEFT - 20) * (min(max(value, low), high) - low) / (high - low), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {bottom + _BOTTOM}" '
        'font-family="sans-serif" font-size="13" fill="#222">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{bottom + _BOTTOM}" fill="#fff"/>',
        f'<text x="10" y="22" font-weight="bold">{escape(title)}</text>',
        f'<text x="{_WIDTH - 20}" y="{bottom + 36}" text-anchor="end">{escape(axis)}</text>',
    ]
    for tick in np.arange(round(10 * low), round(10 * high) + 1, 2 if high - low > 0.5 else 1) / 10:
        parts.append(f'<path d="M{x(tick)} {_TOP - 6}V{bottom}" stroke="{"#888" if tick == 0 else "#ddd"}"/>')
        parts.append(f'<text x="{x(tick)}" y="{bottom + 18}" text-anchor="middle">{tick:g}</text>')
    for number, (label, estimate) in enumerate(rows):
        y = _TOP + _ROW * number + _ROW // 2
        parts.append(f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end">{escape(label)}</text>')
        if estimate is None:
            parts.append(f'<text x="{_LEFT + 6}" y="{y + 4}" fill="#777">constant: has no rank</text>')
            continue
        spread = _SPREAD * (estimate.error or 0)
        bar = f"M{x(estimate.value - spread)} {y}H{x(estimate.value + spread)}"
        parts.append(f'<path d="{bar}" stroke="#1b6ca8" stroke-width="3"/>')
        parts.append(f'<circle cx="{x(estimate.value)}" cy="{y}" r="5" fill="#1b6ca8"/>')
    return "\n".join([*parts, "</svg>", ""])
