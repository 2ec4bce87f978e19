"""The classic distance models, each in one call: p-median, p-center, p-dispersion."""

import numpy as np
from numpy.typing import ArrayLike

from solvers.choice import Choice, weights_of
from solvers.distances import Distances
from solvers.linear import Effort, StopCallback
from solvers.located import Located

_NONE: tuple[int, ...] = ()


def p_median(
    distances: Distances,
    p: int,
    *,
    weights: ArrayLike | None = None,
    required: ArrayLike = _NONE,
    forbidden: ArrayLike = _NONE,
    standard: float | None = None,
    effort: Effort | None = None,
    should_stop: StopCallback | None = None,
) -> Located:
    """Open p sites so that the weighted distance of all points to their nearest open site is least (Hakimi 1964).

    Parameters
    ----------
    distances
        Made by `distances_of` a matrix or `distances_between` coordinates; a pair that is absent is too far.
    p
        Number of sites to open, exactly.
    weights
        Weight of each point, not negative, shape (I,); 1 without. A point of weight 0 must be reached as well.
    required, forbidden
        Indices of sites that must be open, and that must not be.
    standard
        Farthest that a point may be from its site, boundary included.
    effort
        Gap that is good enough, limits on time and work, threads, seed.
    should_stop
        Whether to stop with the best answer so far.

    Returns
    -------
    located
        Infeasible, where fewer than p sites may be open, more than p are required, or some point cannot be reached.

    Raises
    ------
    ProblemError
        With all faults of the input.
    """
    # Compiled loops take a second to load.
    from solvers.median.method import MedianSearch

    weight, choice, farthest = _asked(distances, p, weights, required, forbidden, standard)
    search = MedianSearch(distances, weight, choice, farthest, effort=effort or Effort(), should_stop=should_stop)
    return search.run()


def p_center(
    distances: Distances,
    p: int,
    *,
    weights: ArrayLike | None = None,
    required: ArrayLike = _NONE,
    forbidden: ArrayLike = _NONE,
    standard: float | None = None,
    effort: Effort | None = None,
    should_stop: StopCallback | None = None,
) -> Located:
    """Open p sites so that the farthest (weighted) distance of a point to its nearest open site is least (Hakimi 1964).

    Parameters, returned answer and errors are those of `p_median`.
    """
    from solvers.center.method import CenterSearch

    weight, choice, farthest = _asked(distances, p, weights, required, forbidden, standard)
    search = CenterSearch(distances, weight, choice, farthest, effort=effort or Effort(), should_stop=should_stop)
    return search.run()


def p_dispersion(
    distances: Distances,
    p: int,
    *,
    required: ArrayLike = _NONE,
    forbidden: ArrayLike = _NONE,
    effort: Effort | None = None,
    should_stop: StopCallback | None = None,
) -> Located:
    """Open p sites so that the least distance between any two of them is greatest (Kuby 1987).

    Parameters
    ----------
    distances
        Distances between sites: as many points as sites, the same both ways, none absent.
    p
        Number of sites to open, exactly; at least 2, for one site has no distance to another.
    required, forbidden, effort, should_stop
        As for `p_median`.

    Raises
    ------
    ProblemError
        With all faults of the input.
    """
    from solvers.dispersion.method import DispersionSearch

    faults, apart = _between_sites(distances)
    if isinstance(p, int | np.integer) and 0 <= p < 2:
        faults.append(f"p: {p} sites have no distance between them; ask for 2 or more")
    choice = Choice.of(distances.n_sites, p, required, forbidden, faults)
    return DispersionSearch(apart, choice, effort=effort or Effort(), should_stop=should_stop).run()


def _asked(
    distances: Distances,
    p: int,
    weights: ArrayLike | None,
    required: ArrayLike,
    forbidden: ArrayLike,
    standard: float | None,
) -> tuple[np.ndarray, Choice, float]:
    """Weights, choice and standard, checked together."""
    faults: list[str] = []
    weight = weights_of(weights, distances.n_points, faults)
    if standard is not None and not standard >= 0:
        faults.append(f"standard: {standard!r} is negative or not a number")
    choice = Choice.of(distances.n_sites, p, required, forbidden, faults)
    return weight, choice, np.inf if standard is None else float(standard)


def _between_sites(distances: Distances) -> tuple[list[str], np.ndarray]:
    """All distances between sites, and what is wrong with them."""
    n_sites = distances.n_sites
    if distances.n_points != n_sites:
        return [
            f"distances between sites are asked for, found {distances.n_points} points and {n_sites} sites"
        ], np.zeros((0, 0))
    site = np.arange(n_sites)
    apart = distances.of_pairs(np.repeat(site, n_sites), np.tile(site, n_sites)).reshape(n_sites, n_sites)
    np.fill_diagonal(apart, 0.0)
    faults = []
    if np.isinf(apart).any():
        faults.append(f"{int(np.isinf(apart).sum())} distances between sites are absent, and all are needed")
    uneven = np.argwhere(apart != apart.T)
    if uneven.size:
        faults.append(f"{len(uneven) // 2} pairs of sites have two distances, the first is sites {uneven[0].tolist()}")
    return faults, apart
