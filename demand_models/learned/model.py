"""A learned model: a prediction with its interval and its card."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demand_models.errors import DemandError
from demand_models.learned.card import Card
from demand_models.learned.features import Features, Sign
from demand_models.learned.predictors import Predictor
from geodata.errors import listed

_ROWS_AT_ONCE = 2000


@dataclass(frozen=True, eq=False, kw_only=True)
class LearnedModel:
    """A formula for ``log(1 + y / t)``, with the same formula fitted without each fold, and the errors made there.

    The scale is that of numbers far below the typical amount ``t`` and of logarithms far above it, so that neither a
    place with nothing nor one with a thousand times the usual decides the fit alone.

    Parameters
    ----------
    names, units, signs
        The features that it takes, in order.
    typical
        ``t``: the median of the positive amounts learned from, in the unit of the target.
    predictor
        Fitted on all rows.
    fold_predictors
        Fitted without each fold.
    fold_of
        Fold of each row learned from, an index into `fold_predictors`.
    errors
        ``|log(1 + y / t) - prediction|`` of each row by the formula that was fitted without its fold.
    card
        What is known of the model.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    signs: tuple[Sign, ...]
    typical: float
    predictor: Predictor
    fold_predictors: tuple[Predictor, ...]
    fold_of: NDArray[np.int64]
    errors: NDArray[np.float64]
    card: Card

    def predict(self, features: Features) -> NDArray[np.float64]:
        """The prediction for each place, in the unit of the target, at least 0.

        It is the middle of what may come rather than its mean: of a target whose logarithm scatters evenly, half lies
        above. So sums of predictions are below sums of the target; scale them to a known total with `calibrate`.

        Raises
        ------
        DemandError
            When a feature is missing or in another unit; others than those of the model are left alone.
        """
        return self._amount(self.predictor.predict(self._taken(features)))

    def interval(self, features: Features, coverage: float = 0.8) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lowest and highest value to expect at each place, by CV+.

        With the coverage ``1 - a``, the ends are the ranks ``a (n + 1)`` from below of ``m_i - e_i`` and from above of
        ``m_i + e_i``, where ``m_i`` is the prediction without the fold of row ``i`` and ``e_i`` that row's error.

        Parameters
        ----------
        features
            The places.
        coverage
            Share of the places that should lie between the ends, above 0 and below 1.

        Returns
        -------
        low, high
            In the unit of the target, at least 0.

        Raises
        ------
        DemandError
            As `predict`; and when the coverage is out of range or too high for the number of rows.

        Notes
        -----
        R. F. Barber, E. J. Candès, A. Ramdas and R. J. Tibshirani, "Predictive inference with the jackknife+", Annals
        of Statistics 49(1), 2021, 486-507. The coverage is at least about ``1 - 2 a`` for places that are drawn like
        those learned from, mostly ``1 - a``; for places of another kind, or another city, nothing is guaranteed.
        """
        low, high = cv_plus(self._taken(features), self.fold_predictors, self.fold_of, self.errors, coverage=coverage)
        return self._amount(low), self._amount(high)

    def _amount(self, fitted: NDArray[np.float64]) -> NDArray[np.float64]:
        amount: NDArray[np.float64] = self.typical * np.expm1(np.maximum(fitted, 0.0))
        return amount

    def _taken(self, features: Features) -> NDArray[np.float64]:
        known = dict(zip(features.names, features.units, strict=True))
        wanted = dict(zip(self.names, self.units, strict=True))
        missing = [name for name in wanted if name not in known]
        faults = [f"features {listed(missing)} are missing; add them"] if missing else []
        faults += [
            f"feature {name!r} is in {known[name]!r}, the model takes {unit!r}; convert it"
            for name, unit in wanted.items()
            if known.get(name, unit) != unit
        ]
        if faults:
            raise DemandError(f"model {self.card.about.title!r}: " + "; ".join(faults))
        return features.only(self.names).values


def cv_plus(
    values: NDArray[np.float64],
    fold_predictors: tuple[Predictor, ...],
    fold_of: NDArray[np.int64],
    errors: NDArray[np.float64],
    *,
    coverage: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ends of the CV+ interval on the scale of the formulas; see `LearnedModel.interval`."""
    n = len(errors)
    # Rounded first, so that 0.8 of 10 is 8 and not a little more.
    rank = int(np.ceil(round(coverage * (n + 1), 9))) if 0 < coverage < 1 else n + 1
    if rank > n:
        raise DemandError(
            f"interval: a coverage of {coverage} from {n} rows; give one above 0 and at most {n / (n + 1):.3f}"
        )
    below, above = n - rank, rank - 1
    low, high = np.empty(len(values)), np.empty(len(values))
    for first in range(0, len(values), _ROWS_AT_ONCE):
        part = slice(first, first + _ROWS_AT_ONCE)
        middle = np.column_stack([predictor.predict(values[part]) for predictor in fold_predictors])[:, fold_of]
        low[part] = np.partition(middle - errors, below, axis=1)[:, below]
        high[part] = np.partition(middle + errors, above, axis=1)[:, above]
    return low, high
