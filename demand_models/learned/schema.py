"""What stands in the file of a learned model, and what must be true of it."""

from typing import Annotated, Literal, Self

import numpy as np
from annotated_types import Ge, Gt, Le, MinLen
from pydantic import BaseModel, ConfigDict, model_validator

from demand_models.learned.card import Card
from demand_models.learned.features import Sign
from demand_models.learned.model import LearnedModel
from demand_models.learned.predictors import LEAF, Linear, Predictor, Trees

Index = Annotated[int, Ge(0), Le(2**31 - 1)]
"""A number of a row or node, counted from 0."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class LinearFile(_Part):
    """A `Linear` formula."""

    kind: Literal["linear"] = "linear"
    intercept: float
    coefficients: list[float]

    def fits(self, columns: int) -> bool:
        """Whether it takes so many features."""
        return len(self.coefficients) == columns

    def predictor(self) -> Linear:
        """The formula."""
        return Linear(self.intercept, np.array(self.coefficients, dtype=np.float64))


class TreesFile(_Part):
    """A `Trees` formula; its lists have one entry per node, but `roots`."""

    kind: Literal["trees"] = "trees"
    base: float
    roots: list[Index]
    feature: list[int]
    threshold: list[float]
    left: list[Index]
    right: list[Index]
    value: list[float]

    @model_validator(mode="after")
    def _walks_end(self) -> Self:
        """Every walk from a root ends at a leaf of its own tree, because it only goes forward."""
        lists = (self.threshold, self.left, self.right, self.value)
        if any(len(numbers) != len(self.feature) for numbers in lists):
            raise ValueError("the lists of nodes differ in length")
        ends = [*self.roots[1:], len(self.feature)]
        begins = self.roots[:1] in ([], [0]) and all(a < b for a, b in zip(self.roots, ends, strict=True))
        if not begins or (self.feature and not self.roots):
            raise ValueError("the roots do not part the nodes into trees")
        end = np.repeat(ends, np.diff([*self.roots, len(self.feature)])) if self.roots else np.zeros(0)
        inner = np.array(self.feature, dtype=object) != LEAF
        node = np.arange(len(self.feature))
        for side in (self.left, self.right):
            to = np.array(side, dtype=object)
            if not np.all(~inner | ((to > node) & (to < end))):
                raise ValueError("a node leads backwards or out of its tree")
        return self

    def fits(self, columns: int) -> bool:
        """Whether it takes so many features."""
        return all(LEAF <= feature < columns for feature in self.feature)

    def predictor(self) -> Trees:
        """The formula."""
        return Trees(
            base=self.base,
            roots=np.array(self.roots, dtype=np.int64),
            feature=np.array(self.feature, dtype=np.int64),
            threshold=np.array(self.threshold, dtype=np.float64),
            left=np.array(self.left, dtype=np.int64),
            right=np.array(self.right, dtype=np.int64),
            value=np.array(self.value, dtype=np.float64),
        )


FormulaFile = LinearFile | TreesFile


class ModelFile(_Part):
    """A `LearnedModel`."""

    names: Annotated[list[str], MinLen(1)]
    units: list[str]
    signs: list[Sign]
    typical: Annotated[float, Gt(0)]
    formula: FormulaFile
    fold_formulas: Annotated[list[FormulaFile], MinLen(1)]
    fold_of: list[Index]
    errors: list[Annotated[float, Ge(0)]]
    card: Card

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        columns = len(self.names)
        if len(set(self.names)) != columns or len(self.units) != columns or len(self.signs) != columns:
            raise ValueError("names repeat, or names, units and signs differ in number")
        if not all(formula.fits(columns) for formula in (self.formula, *self.fold_formulas)):
            raise ValueError(f"a formula does not take {columns} features")
        if len(self.fold_of) != len(self.errors) or any(fold >= len(self.fold_formulas) for fold in self.fold_of):
            raise ValueError("the folds do not fit the errors or the formulas")
        return self

    @classmethod
    def of(cls, model: LearnedModel) -> Self:
        """What is written of a model."""
        return cls(
            names=list(model.names),
            units=list(model.units),
            signs=list(model.signs),
            typical=model.typical,
            formula=_formula(model.predictor),
            fold_formulas=[_formula(predictor) for predictor in model.fold_predictors],
            fold_of=model.fold_of.tolist(),
            errors=model.errors.tolist(),
            card=model.card,
        )

    def model(self) -> LearnedModel:
        """The model that was written."""
        return LearnedModel(
            names=tuple(self.names),
            units=tuple(self.units),
            signs=tuple(self.signs),
            typical=self.typical,
            predictor=self.formula.predictor(),
            fold_predictors=tuple(formula.predictor() for formula in self.fold_formulas),
            fold_of=np.array(self.fold_of, dtype=np.int64),
            errors=np.array(self.errors, dtype=np.float64),
            card=self.card,
        )


def _formula(predictor: Predictor) -> FormulaFile:
    if isinstance(predictor, Linear):
        return LinearFile(intercept=predictor.intercept, coefficients=predictor.coefficients.tolist())
    return TreesFile(
        base=predictor.base,
        roots=predictor.roots.tolist(),
        feature=predictor.feature.tolist(),
        threshold=predictor.threshold.tolist(),
        left=predictor.left.tolist(),
        right=predictor.right.tolist(),
        value=predictor.value.tolist(),
    )
