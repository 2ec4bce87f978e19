"""What `locate` is asked: layers, numbers and labels, checked in one place with all faults at once."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge
from pydantic import AfterValidator, ConfigDict, Field, PlainValidator, ValidationInfo, field_validator

from geodata.crs import same_metric
from geodata.errors import listed
from siting.document import Document
from siting.facility import NonNegative
from siting.placement.answer import Answer
from siting.placement.layer import Floats, Integers, Layer
from siting.placement.ways import Ways
from solvers import Effort


def read_by(read: Callable[..., object], *layers: str) -> PlainValidator:
    """What only makes sense beside layers, read by them; left alone where a layer is at fault itself."""

    def read_beside(value: object, info: ValidationInfo) -> object:
        return read(*(info.data[name] for name in layers), value) if info.data.keys() >= set(layers) else None

    return PlainValidator(read_beside)


def _layer(frame: object, info: ValidationInfo) -> Layer:
    return Layer.of(frame, str(info.field_name))


def _weights(demand: Layer, given: object) -> Floats:
    if given is None:
        return np.ones(len(demand))
    return demand.column(given) if isinstance(given, str) else demand.numbers(given)


def _count(p: int, info: ValidationInfo) -> int:
    if "sites" in info.data and p > len(info.data["sites"]):
        raise ValueError(f"{p} sites are asked for, there are {len(info.data['sites'])}")
    return p


def _with_rows(layer: Layer) -> Layer:
    if not len(layer):
        raise ValueError("the layer has no row")
    return layer


def _with_room(sites: Layer) -> Layer:
    if taken := sorted({"points", "weight"} & set(sites.frame.columns)):
        raise ValueError(f"the answer adds the columns points and weight; rename {', '.join(taken)}")
    return sites


AnyLayer = Annotated[Layer, PlainValidator(_layer)]
Column = Annotated[Floats, read_by(Layer.column, "sites")]
Labels = Annotated[Integers, read_by(Layer.positions, "sites")]
Count = Annotated[int, Ge(0), AfterValidator(_count)]


class Question(Document, ABC):
    """What every model is told."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    demand: Annotated[AnyLayer, AfterValidator(_with_rows)]
    """Demand points."""
    sites: Annotated[AnyLayer, AfterValidator(_with_rows), AfterValidator(_with_room)]
    """Candidate sites."""
    weight: Annotated[Floats, read_by(_weights, "demand")]
    """Weight of each point."""
    ways: Annotated[Ways, read_by(Ways.of, "demand", "sites"), Field(alias="cost")]
    """Distances."""
    required: Labels = Field(default=(), validate_default=True)
    """Sites that are open in any case."""
    forbidden: Labels = Field(default=(), validate_default=True)
    """Sites that never are."""
    gap: NonNegative = 0.0
    """Relative distance of value and bound that is good enough."""
    time_limit_s: NonNegative | None = None
    """Seconds after which to stop."""

    @field_validator("forbidden")
    @classmethod
    def _not_required(cls, forbidden: Integers, info: ValidationInfo) -> Integers:
        if {"sites", "required"} <= info.data.keys() and len(both := np.intersect1d(forbidden, info.data["required"])):
            raise ValueError(f"{listed(info.data['sites'].frame.index[both])} are required and forbidden")
        return forbidden

    @property
    def limits(self) -> dict[str, Any]:
        """What the solvers are told beside the numbers of the model."""
        effort = Effort(gap=self.gap, time_limit_s=self.time_limit_s)
        return {"required": self.required, "forbidden": self.forbidden, "effort": effort}

    def require_metres(self) -> None:
        """Lengths are true metres between all layers.

        Raises
        ------
        geodata.CrsError
            When a CRS is missing, not metric, or not that of the demand.
        """
        same_metric(self.demand.frame.crs, self.sites.frame.crs, what="demand and sites")

    @abstractmethod
    def answer(self) -> Answer:
        """Ask the solvers."""
