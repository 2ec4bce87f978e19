"""Stock between known years."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demand_models import DemandError, stock_in

vehicles = st.floats(1, 1e9)
stocks = st.dictionaries(st.integers(1990, 2060), vehicles, min_size=2)


@given(stocks)
def test_known_years_are_exact(stock):
    """A given year has exactly the given stock."""
    assert all(stock_in(year, stock) == known for year, known in stock.items())


@given(stocks, st.data())
def test_years_between_lie_between_their_neighbours(stock, data):
    """Between two given years the stock is not outside their two values."""
    year = data.draw(st.integers(min(stock), max(stock)))
    before = stock[max(known for known in stock if known <= year)]
    after = stock[min(known for known in stock if known >= year)]
    low, high = sorted([before, after])
    assert low * (1 - 1e-12) <= stock_in(year, stock) <= high * (1 + 1e-12)


@given(vehicles, vehicles, st.integers(2, 30))
def test_the_growth_rate_is_constant(first, last, years):
    """Between two given years every year grows by the same factor."""
    path = [stock_in(2000 + year, {2000: first, 2000 + years: last}) for year in range(years + 1)]
    factors = [after / before for before, after in pairwise(path)]
    assert factors == pytest.approx([factors[0]] * years, rel=1e-9)


def test_guangzhou_2020_to_2025():
    """From 270,000 to 800,000 in five years is 24.3 % a year: 335,528 after one, 644,084 after four."""
    stock = {2020: 270_000.0, 2025: 800_000.0}
    rate = (800 / 270) ** (1 / 5)
    assert stock_in(2021, stock) == pytest.approx(270_000 * rate)
    assert stock_in(2024, stock) == pytest.approx(800_000 / rate)
    assert rate == pytest.approx(1.2426, abs=1e-4)


@pytest.mark.parametrize(
    ("year", "stock", "message"),
    [
        (2019, {2020: 1, 2025: 2}, r"taxis: 2019 is outside the given years 2020 to 2025; give 2019 too"),
        (2026, {2020: 1, 2025: 2}, r"taxis: 2026 is outside the given years 2020 to 2025"),
        (2021, {2020: 0, 2025: 2}, r"taxis: 2021 lies between 2020 \(0\) and 2025 \(2\)"),
        (2021, {}, r"taxis: no year is given"),
    ],
)
def test_years_that_cannot_be_known_are_refused(year, stock, message):
    """A year outside the span, or on the way from or to nothing, is refused with the years given."""
    with pytest.raises(DemandError, match=message):
        stock_in(year, stock, what="taxis")


def test_a_given_year_without_vehicles_is_zero():
    """No vehicles is a stock like any other in the year for which it is given."""
    assert stock_in(2020, {2020: 0, 2025: 10}) == 0
