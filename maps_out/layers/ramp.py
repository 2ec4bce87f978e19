"""The legend of the ramp of shares."""

from typing import Any

from maps_out.colours import RAMP, RAMP_BOUNDS, RAMP_OPACITY, blended
from maps_out.strings import pair


def ramp_legend(label: str) -> dict[str, Any]:
    """Steps of the ramp with their colours as they appear, under a text of the page."""
    bounds = (0.0, *RAMP_BOUNDS, 1.0)
    steps = [
        {"colour": blended(colour, RAMP_OPACITY), "from": low, "to": high}
        for colour, low, high in zip(RAMP, bounds[:-1], bounds[1:], strict=True)
    ]
    return {"swatch": "ramp", "steps": steps, "label": pair(label)}
