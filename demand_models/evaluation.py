"""What an evaluation found: scores of a demand layer and of its baselines, in figures and in words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from demand_models.markdown import plain, table
from demand_models.scores import Estimate

OBSERVED: Final = "observed"
"""Key of the observation among the amounts of a district."""

_NONE: Final = "-"

_CLEAR: Final = 2.0
"""Standard errors from which a difference is called clear."""


@dataclass(frozen=True)
class Score:
    """How one prediction does.

    Parameters
    ----------
    name
        The prediction.
    rank
        Spearman's rank correlation with the observed amounts; None for a constant.
    auc
        Chance that a place with something observed is predicted above one with nothing; None where all have something.
    misplaced
        Share of the total on the wrong places, 0 to 1; the prediction is scaled to the observed total.
    district_mae
        Mean absolute error by district (unit of the observation), scaled in the same way.
    district_mape
        Mean relative error over the districts where something is observed.
    district_misplaced
        Share of the total in the wrong district, 0 to 1.
    rank_lead, auc_lead
        How far the layer is ahead of this baseline; None for the layer itself.
    """

    name: str
    rank: Estimate | None
    auc: Estimate | None
    misplaced: float | None
    district_mae: float | None = None
    district_mape: float | None = None
    district_misplaced: float | None = None
    rank_lead: Estimate | None = None
    auc_lead: Estimate | None = None


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """A demand layer and its baselines beside an observation.

    Parameters
    ----------
    what
        The observation, in words.
    unit
        Its unit.
    places, occupied, blocks
        Number of places compared, of those with something observed, and of the blocks they lie in.
    scores
        The layer first, then the baselines.
    districts
        Observed amount by district, and that of each prediction scaled to the observed total.
    unplaced
        Share of the layer, and of the observation, that lies on none of the places.
    """

    what: str
    unit: str
    places: int
    occupied: int
    blocks: int
    scores: tuple[Score, ...]
    districts: Mapping[str, Mapping[str, float]]
    unplaced: Mapping[str, float]

    @property
    def verdict(self) -> tuple[str, ...]:
        """Whether the layer beats its baselines, by rank correlation and by AUC; what beats it comes first."""
        layer, *baselines = self.scores
        words = []
        for key, name in (("rank", "rank correlation"), ("auc", "AUC")):
            for baseline in baselines:
                ahead: Estimate | None = getattr(baseline, f"{key}_lead")
                if ahead is not None:
                    words.append((ahead.value, f"{_ahead(layer.name, baseline.name, ahead)} by {name}"))
        return tuple(text for _, text in sorted(words, key=lambda word: word[0]))

    def to_dict(self) -> dict[str, Any]:
        """The evaluation as plain mappings, lists and numbers."""
        return {**asdict(self), "verdict": list(self.verdict)}

    def markdown(self, *, by_district: bool = True) -> str:
        """The verdict, a table of scores and, if asked, one of districts, in Markdown that reads as plain text too."""
        head = f"{self.places} places, {self.occupied} of them with {plain(self.what)}; {self.blocks} blocks"
        lost = [
            f"{plain(name)}: {100 * share:.1f} % lies on none of the places"
            for name, share in self.unplaced.items()
            if share > 0
        ]
        parts = [[head, *lost], [f"- {line}" for line in self.verdict], _score_table(self)]
        if self.districts and by_district:
            parts.append(_district_table(self))
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _ahead(layer: str, baseline: str, ahead: Estimate) -> str:
    """A comparison in words."""
    layer, baseline = plain(layer), plain(baseline)
    size = f"{abs(ahead.value):.3f}" + (f" ± {ahead.error:.3f}" if ahead.error is not None else "")
    clear = ahead.error is not None and abs(ahead.value) > _CLEAR * ahead.error
    if ahead.value < 0:
        return f"{baseline} beats {layer} by {size}" + ("" if clear else " (not clearly)")
    return f"{layer} beats {baseline} by {size}" + ("" if clear else " (not clearly)")


def _score_table(evaluation: Evaluation) -> list[str]:
    columns: dict[str, list[str]] = {
        "prediction": [plain(score.name) for score in evaluation.scores],
        "rank correlation": [_estimate(score.rank) for score in evaluation.scores],
        "AUC": [_estimate(score.auc) for score in evaluation.scores],
        "misplaced": [_percent(score.misplaced) for score in evaluation.scores],
        f"district error, {plain(evaluation.unit)}": [_number(score.district_mae) for score in evaluation.scores],
        "district error": [_percent(score.district_mape) for score in evaluation.scores],
        "misplaced between districts": [_percent(score.district_misplaced) for score in evaluation.scores],
    }
    told = {name: cells for name, cells in columns.items() if set(cells) != {_NONE}}
    return table(list(told), list(zip(*told.values(), strict=True)))


def _district_table(evaluation: Evaluation) -> list[str]:
    names = [OBSERVED, *(score.name for score in evaluation.scores)]
    body = [
        [plain(district), *(f"{row[name]:.4g}" for name in names)] for district, row in evaluation.districts.items()
    ]
    return table(["district", *map(plain, names)], body)


def _estimate(estimate: Estimate | None) -> str:
    if estimate is None:
        return _NONE
    return f"{estimate.value:.3f}" + ("" if estimate.error is None else f" ± {estimate.error:.3f}")


def _number(number: float | None) -> str:
    return _NONE if number is None else f"{number:.4g}"


def _percent(share: float | None) -> str:
    return _NONE if share is None else f"{100 * share:.1f} %"
