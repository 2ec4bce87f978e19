"""Who goes where: each point's weight is split by attraction among all open sites and competitors (Huff 1964)."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from solvers.errors import ProblemError
from solvers.problem import Booleans, Floats, Integers

_AT_ONCE = 4096  # points


@dataclass(frozen=True, eq=False)
class Market:
    """Attraction of candidate sites and of competitors on points.

    Parameters
    ----------
    weight
        Weight of each point, at least 0, shape (I,).
    attraction
        Attraction of each site on each point, at least 0, shape (I, J): all pairs are held.
    rival
        Attraction of all competitors together on each point, at least 0, shape (I,).

    Raises
    ------
    ProblemError
        When arrays do not fit together, or numbers are negative or none; all faults at once.
    """

    weight: Floats
    attraction: Floats
    rival: Floats

    def __post_init__(self) -> None:
        """Convert, check and freeze the arrays."""
        faults = []
        for name in ("weight", "attraction", "rival"):
            array = np.asarray(getattr(self, name), dtype=np.float64).view()
            array.flags.writeable = False
            object.__setattr__(self, name, array)
            wrong = ~(np.isfinite(array) & (array >= 0))
            if wrong.any():
                faults.append(f"{name}: {int(wrong.sum())} numbers are negative or none")
        if self.weight.ndim != 1 or self.rival.shape != self.weight.shape or self.attraction.ndim != 2:
            faults.append(
                f"shapes: weight {self.weight.shape}, attraction {self.attraction.shape}, rival {self.rival.shape}"
            )
        elif len(self.attraction) != len(self.weight):
            faults.append(f"{len(self.weight)} weights do not fit {len(self.attraction)} rows of attraction")
        if faults:
            raise ProblemError(faults)

    @classmethod
    def of_points(
        cls,
        points: Floats,
        sites: Floats,
        competitors: Floats,
        *,
        attractions: tuple[Floats, Floats],
        beta: float,
        nearest: float,
        weight: Floats | None = None,
    ) -> Self:
        """Attraction of a site over its distance to the power of beta.

        Parameters
        ----------
        points, sites, competitors
            x and y in a metric system, shapes (I, 2), (J, 2), (K, 2).
        attractions
            Attraction (size, say) of each site, shape (J,), and of each competitor, shape (K,).
        beta
            How fast attraction falls with distance, at least 0.
        nearest
            Distances below this count as this much, above 0: at no distance attraction has no number.
        weight
            Weight of each point, shape (I,); each counts 1 if it is left out.

        Raises
        ------
        ProblemError
            When shapes or numbers make no sense, or beta is so large that nothing is left of an attraction.
        """
        if not (nearest > 0 and beta >= 0 and np.isfinite(beta)):
            raise ProblemError([f"nearest must be above 0 and beta at least 0, found {nearest} and {beta}"])
        own, other = (np.asarray(some, dtype=np.float64) for some in attractions)
        if own.shape != (len(sites),) or other.shape != (len(competitors),):
            raise ProblemError([f"attractions: need {len(sites)} of sites and {len(competitors)} of competitors"])
        attraction, rival = np.empty((len(points), len(sites))), np.zeros(len(points))
        for cut in range(0, len(points), _AT_ONCE):
            some = points[cut : cut + _AT_ONCE]
            attraction[cut : cut + _AT_ONCE] = own * _decay(some, sites, beta, nearest)
            rival[cut : cut + _AT_ONCE] = _decay(some, competitors, beta, nearest) @ other
        return cls(np.ones(len(points)) if weight is None else weight, attraction, rival)

    @property
    def n_sites(self) -> int:
        """Number of candidate sites."""
        return int(self.attraction.shape[1])

    @property
    def total(self) -> float:
        """Weight of all points."""
        return float(self.weight.sum())

    def shares(self, opened: Floats | Booleans) -> Floats:
        """Share of each point that open sites win; none where nothing attracts, shape (I,)."""
        own = self.attraction @ np.asarray(opened, dtype=np.float64)
        both = own + self.rival
        return np.divide(own, both, out=np.zeros(len(own)), where=both > 0)

    def won(self, sites: Integers) -> float:
        """Weight that open sites win."""
        opened = np.zeros(self.n_sites)
        opened[sites] = 1.0
        return float(self.weight @ self.shares(opened))


def _decay(points: Floats, sites: Floats, beta: float, nearest: float) -> Floats:
    far = np.sqrt(((points[:, None, :] - sites[None, :, :]) ** 2).sum(axis=2))
    decay: Floats = np.maximum(far, nearest) ** -beta
    if not decay.all():
        raise ProblemError(
            [f"beta {beta:g}: at a distance of {far.max():.6g} less attracts than a number can hold; lower it"]
        )
    return decay
