"""Choosing a formula on rows left out, learning with it, and predicting rows that it has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import numpy as np
from geopandas import GeoSeries
from numpy.typing import ArrayLike, NDArray

from demand_models.errors import DemandError
from demand_models.learned.blocks import Fold, blocked_folds
from demand_models.learned.card import About, Card
from demand_models.learned.features import Features, Sign
from demand_models.learned.fit import CANDIDATES, Candidate
from demand_models.learned.model import LearnedModel
from demand_models.learned.predictors import Predictor
from geodata.errors import listed


@dataclass(frozen=True)
class Blocking:
    """How rows are left out: whole tiles of `side_m`, in `folds` folds, with a buffer around them."""

    side_m: float
    folds: int
    buffer_m: float = 0.0

    def of(self, points: GeoSeries) -> tuple[Fold, ...]:
        """Folds of the points."""
        return blocked_folds(points, side_m=self.side_m, folds=self.folds, buffer_m=self.buffer_m)

    @property
    def words(self) -> str:
        """The same in words."""
        return f"{self.folds} folds of square tiles of {self.side_m / 1000:g} km, buffer {self.buffer_m:g} m"


@dataclass(frozen=True, eq=False)
class LeftOut:
    """Predictions for rows by models that saw neither the row nor its tile.

    Parameters
    ----------
    predicted, low, high
        Prediction and interval of each row, in the unit of the target.
    chosen
        Formula chosen in each fold.
    """

    predicted: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    chosen: tuple[str, ...]

    def covered(self, target: ArrayLike) -> float:
        """Share of the rows whose target lies in its interval."""
        values = np.asarray(target, dtype=np.float64)
        return float(np.mean((values >= self.low) & (values <= self.high)))


def learn(
    features: Features,
    target: ArrayLike,
    points: GeoSeries,
    *,
    blocking: Blocking,
    about: About,
    candidates: Sequence[Candidate] = CANDIDATES,
) -> LearnedModel:
    """Learn a target from features.

    The formula is the candidate with the least mean squared error on rows left out by the folds, on the scale of
    `LearnedModel`, the first of equals. The folds that chose it must not also say how good it is; `predict_left_out`
    does that.

    Parameters
    ----------
    features
        Features of the places.
    target
        One number per place, finite and at least 0.
    points
        Where the places are, in a metric CRS.
    blocking
        How rows are left out.
    about
        The author's words for the card.
    candidates
        Formulas to choose from.

    Raises
    ------
    DemandError
        When lengths differ, the target is out of range or 0 everywhere, folds cannot be made, or a library is missing.
    CrsError, LayerError
        As `blocked_folds`.
    """
    amount = _checked(features, target, points)
    typical = float(np.median(amount[amount > 0]))
    wanted = np.log1p(amount / typical)
    fit = _choose(features, wanted, blocking.of(points), candidates)
    return LearnedModel(
        names=features.names,
        units=features.units,
        signs=features.signs,
        typical=typical,
        predictor=fit.candidate.fit(features.values, wanted, features.signs),
        fold_predictors=fit.predictors,
        fold_of=fit.fold_of,
        errors=np.abs(wanted - fit.left_out),
        card=Card(
            about=about,
            rows=len(features),
            method=fit.candidate.words,
            choice=fit.losses,
            folds=blocking.words,
            features=tuple(zip(features.names, features.units, features.signs, strict=True)),
            versions=_versions(),
        ),
    )


def predict_left_out(
    features: Features,
    target: ArrayLike,
    points: GeoSeries,
    *,
    outer: Blocking,
    inner: Blocking,
    coverage: float = 0.8,
    candidates: Sequence[Candidate] = CANDIDATES,
) -> LeftOut:
    """Predict every row by a model that was chosen and learned without its tile (nested, blocked cross-validation).

    Parameters
    ----------
    features, target, points, candidates
        As in `learn`.
    outer
        How rows are left out to be predicted.
    inner
        How the remaining rows choose their formula.
    coverage
        Of the intervals.

    Raises
    ------
    DemandError, CrsError, LayerError
        As `learn`.
    """
    values = _checked(features, target, points)
    predicted, low, high = (np.empty(len(values)) for _ in range(3))
    chosen = []
    about = About(title="left out", target="target", unit="")
    for fold in outer.of(points):
        kept, asked = (np.isin(np.arange(len(values)), rows) for rows in (fold.train, fold.test))
        model = learn(
            features.rows(kept), values[kept], points[kept], blocking=inner, about=about, candidates=candidates
        )
        predicted[asked] = model.predict(features.rows(asked))
        low[asked], high[asked] = model.interval(features.rows(asked), coverage)
        chosen.append(model.card.method)
    return LeftOut(predicted, low, high, tuple(chosen))


@dataclass(frozen=True, eq=False)
class _Fitted:
    """A candidate with its fits without each fold and what these predict."""

    candidate: Candidate
    predictors: tuple[Predictor, ...]
    left_out: NDArray[np.float64]
    fold_of: NDArray[np.int64]
    losses: dict[str, float]


def _choose(
    features: Features, wanted: NDArray[np.float64], folds: tuple[Fold, ...], candidates: Sequence[Candidate]
) -> _Fitted:
    if not candidates:
        raise DemandError("learning: no formula to choose from; give at least one candidate")
    fold_of = np.empty(len(wanted), dtype=np.int64)
    for number, fold in enumerate(folds):
        fold_of[fold.test] = number
    losses: dict[str, float] = {}
    best: tuple[Candidate, tuple[Predictor, ...], NDArray[np.float64]] | None = None
    for candidate in candidates:
        predictors, left_out = _without_each(candidate, features.values, wanted, features.signs, folds)
        losses[candidate.words] = float(np.mean((wanted - left_out) ** 2))
        if best is None or losses[candidate.words] < losses[best[0].words]:
            best = candidate, predictors, left_out
    assert best is not None
    return _Fitted(*best, fold_of, losses)


def _without_each(
    candidate: Candidate,
    values: NDArray[np.float64],
    wanted: NDArray[np.float64],
    signs: Sequence[Sign],
    folds: tuple[Fold, ...],
) -> tuple[tuple[Predictor, ...], NDArray[np.float64]]:
    """Fits without each fold, and the prediction of each row by that of its fold."""
    left_out = np.empty(len(wanted))
    predictors = []
    for fold in folds:
        predictor = candidate.fit(values[fold.train], wanted[fold.train], signs)
        left_out[fold.test] = predictor.predict(values[fold.test])
        predictors.append(predictor)
    return tuple(predictors), left_out


def _checked(features: Features, target: ArrayLike, points: GeoSeries) -> NDArray[np.float64]:
    values = np.asarray(target, dtype=np.float64)
    if values.shape != (len(features),) or len(points) != len(features):
        raise DemandError(
            f"learning: {len(features)} rows of features, {values.size} targets and {len(points)} points; give one each"
        )
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
    if wrong.size:
        found = listed(f"{features.ids[row]}: {values[row]:g}" for row in wrong)
        raise DemandError(f"learning: the target must be finite and at least 0; found {found}")
    if not values.any():
        raise DemandError("learning: the target is 0 everywhere; there is nothing to learn")
    return values


def _versions() -> dict[str, str]:
    found = {}
    for name in ("numpy", "scipy", "scikit-learn"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
