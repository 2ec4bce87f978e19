"""Numbers as a reader of either language writes them, for the summary page."""

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

NONE = "–"
_NOTHING = 1e-9  # of a whole: what adding up leaves
_PROVEN = 1e-6  # gap below which an answer is called optimal
_TOO_LONG = 1e15


def number(value: float | None, digits: int = 0) -> str:
    """Number with thousands separators and at most ``digits`` decimals; missing is a dash, 1e300 stays short."""
    if value is None or not math.isfinite(value):
        return NONE
    if abs(value) >= _TOO_LONG:
        return f"{value:.3g}"
    # Halves go up, as they do on the map page.
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) + 0
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if digits else text


def share(value: float | None) -> str:
    """Share from 0 to 1 as a percentage; nearly all is not shown as all, nor a little as nothing."""
    if value is None or not math.isfinite(value):
        return NONE
    if 0.99 < value < 1 - _NOTHING:
        return number(math.floor(value * 1000) / 10, 1) + "%"
    if 0 < value < 0.01:
        return number(max(0.1, value * 100), 1) + "%"
    return number(100 * value) + "%"


def gap(value: float | None) -> str:
    """Relative gap in per cent, rounded up: a proof must not look better than it is; none where it is optimal."""
    if value is None or not math.isfinite(value):
        return NONE
    return number(max(math.ceil((value - _PROVEN) * 1e4), 0) / 100, 2) + "%"


def money(cny: float | None, words: Mapping[str, str], language: str) -> str:
    """Amount of CNY in 万元 or 亿元, or in million CNY."""
    if cny is None or not math.isfinite(cny):
        return NONE
    if language == "en":
        return words["money_million"].format(amount=number(cny / 1e6, 1 if abs(cny) < 1e8 else 0))
    if abs(cny) >= 1e8:
        return words["money_yi"].format(amount=number(cny / 1e8, 2))
    return words["money_wan"].format(amount=number(cny / 1e4, 1 if abs(cny) < 1e6 else 0))


def amount(value: float | None, words: Mapping[str, str], language: str) -> str:
    """Amount that is an estimate: large ones in 万 or millions."""
    if value is not None and language == "zh" and value >= 1e5:
        return words["amount_wan"].format(amount=number(value / 1e4, 1 if value < 1e6 else 0))
    if value is not None and value >= 1e6:
        return words["amount_million"].format(amount=number(value / 1e6, 1))
    return number(value, 0 if value is None or abs(value) >= 100 else 1)
