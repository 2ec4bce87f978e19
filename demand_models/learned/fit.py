"""Fitting: a log-linear regression with signs, and gradient-boosted trees with monotone features."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular
from scipy.optimize import lsq_linear

from demand_models.errors import DemandError
from demand_models.learned.features import Sign
from demand_models.learned.predictors import LEAF, Linear, Predictor, Trees, squeezed

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor


class Candidate(Protocol):
    """A way to fit, among which blocked cross-validation chooses."""

    @property
    def words(self) -> str:
        """What it is, with its settings."""
        ...

    def fit(self, values: NDArray[np.float64], target: NDArray[np.float64], signs: Sequence[Sign]) -> Predictor:
        """Fit the target (any unit, shape (n,)) on features of shape (n, p)."""
        ...


@dataclass(frozen=True)
class Ridge:
    """Least squares with a penalty on the size of the coefficients, which have the signs asked for.

    ``min sum_i (y_i - b - sum_j c_j z_ij)^2 + n p sum_j c_j^2`` where ``z`` are the features as `Linear` takes them,
    standardised, ``p`` is the penalty per row and ``c_j >= 0`` or ``<= 0`` where a feature has a sign.
    """

    penalty: float

    @property
    def words(self) -> str:
        """What it is."""
        return f"log-linear ridge regression, penalty {self.penalty:g} per row"

    def fit(self, values: NDArray[np.float64], target: NDArray[np.float64], signs: Sequence[Sign]) -> Linear:
        """Fit; see `Candidate`."""
        raw = squeezed(values)
        mean, spread = raw.mean(axis=0), raw.std(axis=0)
        spread[np.ptp(raw, axis=0) == 0] = 1.0
        scaled = (raw - mean) / spread
        middle = target.mean()
        # The sum of squares as |U c - v|^2 with U of the size of the features: it has the same least point.
        upper = np.linalg.cholesky(scaled.T @ scaled + self.penalty * len(target) * np.eye(len(signs))).T
        wanted = solve_triangular(upper, scaled.T @ (target - middle), trans="T")
        bounds = ([-np.inf if sign <= 0 else 0.0 for sign in signs], [np.inf if sign >= 0 else 0.0 for sign in signs])
        found = lsq_linear(upper, wanted, bounds=bounds)
        coefficients = found.x / spread
        return Linear(float(middle - coefficients @ mean), coefficients)


@dataclass(frozen=True)
class Boosted:
    """Histogram gradient boosting of squared errors (scikit-learn), monotone in the features that have a sign."""

    leaves: int
    rounds: int
    rate: float = 0.05
    least_rows: int = 20

    @property
    def words(self) -> str:
        """What it is."""
        return (
            f"{self.rounds} boosted trees of at most {self.leaves} leaves with at least {self.least_rows} rows, "
            f"learning rate {self.rate:g}"
        )

    def fit(self, values: NDArray[np.float64], target: NDArray[np.float64], signs: Sequence[Sign]) -> Trees:
        """Fit; see `Candidate`. DemandError when scikit-learn is not installed."""
        try:
            from sklearn.ensemble import HistGradientBoostingRegressor
            from threadpoolctl import threadpool_limits
        except ImportError as error:
            raise DemandError("boosted trees are fitted by scikit-learn; pip install 'siting[learn]'") from error
        trees = HistGradientBoostingRegressor(
            max_iter=self.rounds,
            max_leaf_nodes=self.leaves,
            learning_rate=self.rate,
            min_samples_leaf=self.least_rows,
            monotonic_cst=list(signs),
            early_stopping=False,
            random_state=0,
        )
        # A few hundred rows are fitted ten times faster by one thread than by two that wait for each other.
        with threadpool_limits(1):
            fitted = trees.fit(values, target)
            told = fitted.predict(values)
        arrays = _arrays(fitted)
        if not np.allclose(arrays.predict(values), told, rtol=1e-12, atol=1e-12):
            raise DemandError("this version of scikit-learn keeps its trees in another way; install one of 1.5 to 1.9")
        return arrays


CANDIDATES: Final[tuple[Candidate, ...]] = (
    *(Ridge(penalty) for penalty in (10.0, 1.0, 0.1, 0.01)),
    Boosted(leaves=4, rounds=60),
    Boosted(leaves=8, rounds=120),
)
"""Tried unless others are given, the plainest first."""


def _arrays(fitted: "HistGradientBoostingRegressor") -> Trees:
    """Trees as plain arrays; scikit-learn offers no public way to them, so that `Boosted.fit` compares predictions."""
    nodes = [stage[0].nodes for stage in fitted._predictors]  # noqa: SLF001
    sizes = np.array([len(tree) for tree in nodes], dtype=np.int64)
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    joined, offset = np.concatenate(nodes), np.repeat(roots, sizes)
    leaf = joined["is_leaf"].astype(bool)
    return Trees(
        base=float(np.ravel(fitted._baseline_prediction)[0]),  # noqa: SLF001
        roots=roots,
        feature=np.where(leaf, LEAF, joined["feature_idx"].astype(np.int64)),
        threshold=np.where(leaf, 0.0, joined["num_threshold"]),
        left=np.where(leaf, 0, joined["left"] + offset),
        right=np.where(leaf, 0, joined["right"] + offset),
        value=np.where(leaf, joined["value"], 0.0),
    )
