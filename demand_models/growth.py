"""Stock of vehicles between the years for which it is known."""

from collections.abc import Mapping

from demand_models.errors import DemandError


def stock_in(year: int, stock: Mapping[int, float], *, what: str = "stock") -> float:
    """Stock of a year, growing at a constant yearly rate between the known years.

    With the known years ``a < t < b`` around the year, ``S(t) = S(a)^(1 - u) * S(b)^u`` with ``u = (t - a) / (b - a)``,
    that is compound growth at the rate ``(S(b) / S(a))^(1 / (b - a)) - 1``. Known years are returned as they are.

    Parameters
    ----------
    year
        Year wanted.
    stock
        Known stock (vehicles, at least 0) by year.
    what
        Name of the figure, for messages.

    Returns
    -------
    float
        Vehicles.

    Raises
    ------
    DemandError
        When no year is known, the year is outside the known years, or it lies between two years of which one has no
        vehicles (no constant rate leads from or to nothing).
    """
    if not stock:
        raise DemandError(f"{what}: no year is given; give the vehicles of at least one year, such as {year}")
    if year in stock:
        return float(stock[year])
    first, last = min(stock), max(stock)
    if not first < year < last:
        raise DemandError(f"{what}: {year} is outside the given years {first} to {last}; give {year} too")
    before = max(known for known in stock if known < year)
    after = min(known for known in stock if known > year)
    if stock[before] <= 0 or stock[after] <= 0:
        raise DemandError(
            f"{what}: {year} lies between {before} ({stock[before]:g}) and {after} ({stock[after]:g}), and no growth "
            f"rate leads from or to zero; give {year} too"
        )
    share = (year - before) / (after - before)
    return float(stock[before] ** (1 - share) * stock[after] ** share)
