"""Colours as they appear: the ramp of shares, the services, and blending over the ground."""

# District fill; what lies on it is blended over this colour.
GROUND = "#fbfaf6"

# Okabe and Ito (2008): told apart with every common colour blindness.
SERVICE_COLOURS = {
    "charging": "#0072b2",
    "swapping": "#d55e00",
    "hydrogen": "#009e73",
    "parts": "#cc79a7",
    "take_back": "#e69f00",
}

# Viridis at 0.02, 0.25, 0.5, 0.7 and 0.86; its yellow end is left out, for it vanishes on a light ground.
RAMP = ("#460a5d", "#3b528b", "#21918c", "#44bf70", "#95d840")
RAMP_BOUNDS = (0.2, 0.4, 0.6, 0.8)
RAMP_OPACITY = 0.8

NO_CANDIDATE = "#b3261e"
NOT_ENOUGH = "#c05600"


def blended(colour: str, opacity: float, ground: str = GROUND) -> str:
    """Colour that the eye sees where ``colour`` lies over ``ground`` with ``opacity`` from 0 to 1."""
    mixed = (
        round(opacity * int(colour[at : at + 2], 16) + (1 - opacity) * int(ground[at : at + 2], 16)) for at in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
