"""The card of a learned model: what it was learned from, how well it predicts, and what it must not be used for."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from demand_models.markdown import plain, table
from demand_models.parameters import PYDANTIC_CONFIG

_SIGN_WORDS = {-1: "only down", 0: "freely", 1: "only up"}


@dataclass(frozen=True, kw_only=True)
class DataSource:
    """A file that was learned from.

    Parameters
    ----------
    name
        Name of the file.
    sha256
        Hash of its bytes.
    source
        Where it comes from, with its licence.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = PYDANTIC_CONFIG

    name: str
    sha256: str
    source: str


@dataclass(frozen=True, kw_only=True)
class About:
    """What the author of a model says of it.

    Parameters
    ----------
    title
        What is predicted, where and when, in a line.
    target
        The quantity; `unit` is its unit.
    data
        The files learned from.
    limits
        What the model cannot do, one sentence each.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = PYDANTIC_CONFIG

    title: str
    target: str
    unit: str
    data: tuple[DataSource, ...] = ()
    limits: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Card:
    """What is known of a learned model.

    Parameters
    ----------
    about
        The author's words.
    rows
        Number of rows learned from.
    method
        The formula that was chosen, with its settings.
    choice
        Mean squared error of every formula tried, on the scale of `LearnedModel` and on the rows left out of the folds.
    folds
        How rows were left out.
    features
        Name, unit and direction of each feature.
    scores
        Scores on rows that were not learned from, beside those of the baselines; one mapping of texts per line.
    versions
        Versions of the programs that fitted.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = PYDANTIC_CONFIG

    about: About
    rows: int
    method: str
    choice: Mapping[str, float]
    folds: str
    features: tuple[tuple[str, str, int], ...]
    scores: tuple[Mapping[str, str], ...] = ()
    versions: Mapping[str, str]

    def to_dict(self) -> dict[str, Any]:
        """The card as plain lists, mappings, texts and numbers."""
        return asdict(self)

    def markdown(self) -> str:
        """The card as a page of Markdown."""
        about = self.about
        parts = [
            [f"# {plain(about.title)}", ""],
            [f"Predicts {plain(about.target)} ({plain(about.unit)}), learned from {self.rows} rows."],
            ["", f"Method: {plain(self.method)}.", f"Folds: {plain(self.folds)}."],
            _section("Features", ("feature", "unit", "prediction moves"), [_feature(row) for row in self.features]),
            _section("Choice", ("method", "error left out"), [(name, f"{e:.4f}") for name, e in self.choice.items()]),
            _section("Scores on rows not learned from", tuple(self.scores[0]), [tuple(s.values()) for s in self.scores])
            if self.scores
            else [],
            _section("Data", ("file", "sha256", "source"), [(d.name, d.sha256, d.source) for d in about.data]),
            ["", "## Limits", "", *(f"- {plain(limit)}" for limit in about.limits)] if about.limits else [],
            _section("Versions", ("program", "version"), list(self.versions.items())),
        ]
        return "\n".join("\n".join(part) for part in parts if part) + "\n"


def _feature(row: tuple[str, str, int]) -> tuple[str, str, str]:
    name, unit, sign = row
    return name, unit, _SIGN_WORDS[sign]


def _section(title: str, head: Sequence[str], body: Sequence[Sequence[str]]) -> list[str]:
    if not body:
        return []
    return [
        "",
        f"## {title}",
        "",
        *table([plain(cell) for cell in head], [[plain(cell) for cell in row] for row in body]),
    ]
