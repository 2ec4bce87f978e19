"""Ranges of parameters, and what demand they leave open."""

from collections.abc import Mapping
from dataclasses import Field as DataclassField
from dataclasses import dataclass, fields
from math import isfinite
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le

from demand_models.context import DemandContext
from geodata.errors import did_you_mean, listed

if TYPE_CHECKING:
    from demand_models.model import DemandModel

Range = tuple[float, float]


@dataclass(frozen=True)
class Parameter:
    """A number of a block that may have a range.

    Parameters
    ----------
    name
        Its key.
    by_year
        Whether the key is a table by year.
    bounds
        What the model itself allows.
    """

    name: str
    by_year: bool
    bounds: tuple[Ge | Gt | Le, ...]


@dataclass(frozen=True)
class Effect:
    """Demand at both ends of a parameter's range, all else as it is.

    Parameters
    ----------
    parameter
        Its key.
    low, high
        The ends of its range, in its own unit.
    totals_low, totals_high
        Demand per day by service at either end, in the unit of the service, before any control total.
    """

    parameter: str
    low: float
    high: float
    totals_low: Mapping[str, float]
    totals_high: Mapping[str, float]


def parameters_of(block: type) -> dict[str, Parameter]:
    """The parameters of a model that are numbers, by name.

    Parameters
    ----------
    block
        A demand model's class.
    """
    found = (_parameter(field) for field in fields(block))
    return {parameter.name: parameter for parameter in found if parameter is not None}


def range_faults(block: object, ranges: Mapping[str, Range]) -> list[str]:
    """What is wrong with the ranges of a block: one sentence each."""
    known = parameters_of(type(block))
    return [fault for name, ends in ranges.items() for fault in _faults(block, known, name, ends)]


def beyond_ranges(model: "DemandModel", year: int) -> list[str]:
    """Values given for a year that lie outside of their range, one sentence each; one range is for all years.

    Parameters
    ----------
    model
        A demand model.
    year
        The year.
    """
    given = {name: getattr(model, name) for name in model.ranges}
    return [
        f"{name} = {given[name][year]:,.10g} in {year} is outside of its range, {low:,.10g} to {high:,.10g}"
        for name, (low, high) in model.ranges.items()
        if isinstance(given[name], Mapping) and not low <= given[name].get(year, low) <= high
    ]


def effects_of_ranges(model: "DemandModel", context: DemandContext, fleet: str) -> tuple[Effect, ...]:
    """Demand when one parameter after the other is at the low and high end of its range.

    Parameters
    ----------
    model, context, fleet
        As for `DemandModel.build`; a parameter by year takes the end of its range in the context's year.

    Returns
    -------
    tuple of Effect
        In the order of the block's `ranges`.

    Raises
    ------
    DemandError
        When the demand cannot be built.
    """
    return tuple(
        Effect(
            name,
            low,
            high,
            totals_low=_totals(model.with_value(name, low, year=context.year), context, fleet),
            totals_high=_totals(model.with_value(name, high, year=context.year), context, fleet),
        )
        for name, (low, high) in model.ranges.items()
    )


def _totals(model: "DemandModel", context: DemandContext, fleet: str) -> dict[str, float]:
    frame = model.build(context, fleet).frame
    totals = frame.groupby("service")["demand"].sum()
    return {str(service): float(total) for service, total in totals.items()}


def _parameter(field: DataclassField[Any]) -> Parameter | None:
    annotation: Any = field.type
    if get_origin(annotation) in (Union, UnionType):
        annotation = get_args(annotation)[0]
    by_year = get_origin(annotation) is dict and get_args(annotation)[0] is int
    if by_year:
        annotation = get_args(annotation)[1]
    number, *said = get_args(annotation) if get_origin(annotation) is Annotated else (annotation,)
    if number is not float:
        return None
    return Parameter(field.name, by_year, tuple(bound for bound in said if isinstance(bound, Ge | Gt | Le)))


def _faults(block: object, known: Mapping[str, Parameter], name: str, ends: Range) -> list[str]:
    key, (low, high) = f"ranges.{name}", ends
    if name not in known:
        hint = did_you_mean(name, known) or f"; those of this model are {listed(sorted(known))}"
        return [f"{key}: not a parameter that is a number{hint}"]
    if not (isfinite(low) and isfinite(high) and low <= high):
        return [f"{key}: [{low:g}, {high:g}] is not a range; give two finite numbers, the lower one first"]
    faults = [
        f"{key}: {end:g} is not allowed, it must be {words}"
        for bound in known[name].bounds
        for end in (low, high)
        if (words := _broken(bound, end))
    ]
    value = getattr(block, name)
    if value is None or value == {}:
        faults.append(f"{key}: {name} itself is not given; give its value")
    elif not known[name].by_year and not low <= value <= high:
        faults.append(f"{key}: {name} = {value:g} is outside of [{low:g}, {high:g}]; check both and their unit")
    return faults


def _broken(bound: Ge | Gt | Le, number: Any) -> str:  # noqa: ANN401  (what the bound compares with)
    if isinstance(bound, Ge):
        return "" if number >= bound.ge else f"at least {bound.ge}"
    if isinstance(bound, Gt):
        return "" if number > bound.gt else f"above {bound.gt}"
    return "" if number <= bound.le else f"at most {bound.le}"
