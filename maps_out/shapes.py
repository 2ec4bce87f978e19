"""Marker shapes and styles: form and colour say the type of a facility, filling and rim its status."""

import math
from typing import Any

from maps_out.colours import blended

_EXISTING_GREY = "#5f6b76"
_INK = "#1c2733"

Corners = list[tuple[float, float]]


def _ring(corners: int, radius: float, *, start_degrees: float = -90.0) -> Corners:
    angles = [math.radians(start_degrees + 360.0 * k / corners) for k in range(corners)]
    return [(radius * math.cos(angle), radius * math.sin(angle)) for angle in angles]


def _star(points: int, outer: float, inner: float) -> Corners:
    radii = (outer, inner)
    return [(radii[k % 2] * x, radii[k % 2] * y) for k, (x, y) in enumerate(_ring(2 * points, 1.0))]


def _drop() -> Corners:
    angles = [math.radians(-20.0 + 220.0 * k / 12) for k in range(13)]
    return [(0.0, -1.1), *((0.78 * math.cos(angle), 0.25 + 0.78 * math.sin(angle)) for angle in angles)]


def _cross(arm: float = 0.38) -> Corners:
    quarter = [(-arm, -1.0), (arm, -1.0), (arm, -arm)]
    turned = [quarter]
    for _ in range(3):
        turned.append([(-y, x) for x, y in turned[-1]])
    return [corner for part in turned for corner in part]


# Corners about the origin with y downwards, of about equal area so that no type looks more important.
SHAPES: dict[str, Corners] = {
    "circle": _ring(20, 0.92),
    "square": _ring(4, 1.14, start_degrees=-45.0),
    "triangle": [(x, y + 0.18) for x, y in _ring(3, 1.22)],
    "diamond": _ring(4, 1.14),
    "star": _star(5, 1.2, 0.56),
    "hexagon": _ring(6, 1.0),
    "cross": _cross(),
    "pentagon": _ring(5, 1.06),
    "drop": _drop(),
    "bolt": [(0.22, -1.2), (-0.86, 0.24), (-0.13, 0.24), (-0.33, 1.2), (0.86, -0.32), (0.13, -0.32)],
}


def corners(marker: str) -> list[list[float]]:
    """Corners of a marker shape in units of its radius, rounded for the page."""
    return [[round(x, 2), round(y, 2)] for x, y in SHAPES[marker]]


def styles(colour: str) -> dict[str, dict[str, Any]]:
    """Fill, rim colour and rim width in pixels by status: hollow and greyer, dark rim, white rim."""
    return {
        "existing": {"fill": "#ffffff", "stroke": blended(colour, 0.6, _EXISTING_GREY), "weight": 2.6},
        "required": {"fill": colour, "stroke": _INK, "weight": 2.2},
        "new": {"fill": colour, "stroke": "#ffffff", "weight": 1.3},
    }
