"""What a fleet's demand is made of: inputs, formula, parameters, totals and where the demand stands."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from inspect import getdoc
from math import ceil, fsum
from typing import Any, Final

import numpy as np
import pandas as pd

from demand_models.context import DemandContext, layer_places
from demand_models.correcting import Correction
from demand_models.fitting import Change
from demand_models.model import DemandModel
from demand_models.profiles import peak_hours
from demand_models.ranges import Effect, beyond_ranges, effects_of_ranges, parameters_of
from geodata.demand import DemandPoints
from geodata.errors import listed
from geodata.services import UNITS

_QUANTILES: Final = (0, 10, 25, 50, 75, 90, 100)
_TOP: Final = 0.1
_COLUMNS: Final = ("weight", "column")


@dataclass(frozen=True)
class Input:
    """Places that a model looked at: a layer, or the cells.

    Parameters
    ----------
    layer, column
        Their name, and the column that was read.
    rows, rows_with_demand
        How many there are, and on how many of them demand stands.
    """

    layer: str
    column: str | None
    rows: int
    rows_with_demand: int


@dataclass(frozen=True)
class ParameterLine:
    """A number of the block.

    Parameters
    ----------
    name, value, unit, meaning
        Key, number (or numbers by year), and what the model's own description says of them.
    source
        Where it comes from.
    effect
        Its range and the totals at both ends; None without a range.
    """

    name: str
    value: float | Mapping[int, float]
    unit: str
    meaning: str
    source: str
    effect: Effect | None


@dataclass(frozen=True)
class ServiceFigures:
    """Demand of one service.

    Parameters
    ----------
    unit
        Unit of the service.
    before, after
        Total per day of the model, and after fitting to control totals.
    places
        Number of places with demand.
    quantiles
        Demand per place and day, by per cent of the places that have no more.
    top_share
        Share of the demand on the tenth of the places that has most, 0 to 1.
    by_district
        Total per day by district ("" outside all).
    peak_hour, peak_demand
        Hour at which the busiest one begins, and the demand in it.
    changes
        Control totals of the fleet, and of all fleets together, before and after.
    """

    unit: str
    before: float
    after: float
    places: int
    quantiles: Mapping[int, float]
    top_share: float
    by_district: Mapping[str, float]
    peak_hour: int
    peak_demand: float
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class DemandReport:
    """Everything that a reader needs to judge a fleet's demand of one year.

    Parameters
    ----------
    fleet, model, year
        Key of the block, name of its model, year.
    source
        The block's source.
    summary, formula
        First sentence and the rest of the model's documentation, which hold its formula, assumptions and limits.
    inputs, parameters
        What it was computed from.
    profile, profile_source
        Shares of the 24 hours, and where they come from.
    services
        Figures by service; empty when the fleet asks for nothing.
    notes
        What should be looked at.
    """

    fleet: str
    model: str
    year: int
    source: str
    summary: str
    formula: str
    inputs: tuple[Input, ...]
    parameters: tuple[ParameterLine, ...]
    profile: tuple[float, ...]
    profile_source: str
    services: Mapping[str, ServiceFigures]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The report as plain dictionaries, lists, texts and numbers."""
        return asdict(self)


def demand_report(model: DemandModel, context: DemandContext, fleet: str, correction: Correction) -> DemandReport:
    """Build a fleet's demand and tell what it is made of.

    Parameters
    ----------
    model, context, fleet
        As for `DemandModel.build`.
    correction
        What control totals make of the demand, of `demand_models.correction` for all fleets.

    Raises
    ------
    DemandError
        When the demand cannot be built.
    """
    modelled = model.build(context, fleet)
    points = correction.apply(modelled)
    summary, _, formula = (getdoc(type(model)) or "").partition("\n\n")
    effects = {effect.parameter: effect for effect in effects_of_ranges(model, context, fleet)}
    return DemandReport(
        fleet=fleet,
        model=model.model,
        year=context.year,
        source=model.source,
        summary=" ".join(summary.split()),
        formula=formula,
        inputs=_inputs(model, context, points),
        parameters=_parameters(model, effects),
        profile=model.hours.shares,
        profile_source=model.hours.source,
        services=_services(model, modelled, points, fleet, correction),
        notes=(*beyond_ranges(model, context.year), *_notes(modelled, points)),
    )


def _inputs(model: DemandModel, context: DemandContext, points: DemandPoints) -> tuple[Input, ...]:
    """The layer that the block names, the cells, and the columns of the districts."""
    used = set(points.frame["place"])
    found = []
    name: str | None = getattr(model, "layer", None)
    if name is not None and name in context.layers:
        column = next((getattr(model, key) for key in _COLUMNS if getattr(model, key, None) is not None), None)
        places = layer_places(name, context.layers[name])
        found.append(Input(name, column, len(places), len(used.intersection(places))))
    cells = used.intersection(context.cells["id"])
    if cells:
        found.append(Input("cells", "population", len(context.cells), len(cells)))
    columns = [getattr(model, key) for key in descriptions(type(model)) if key.endswith("_column")]
    districts = len(context.districts)
    found += [Input("districts", column, districts, districts) for column in columns if column is not None]
    return tuple(found)


def _parameters(model: DemandModel, effects: Mapping[str, Effect]) -> tuple[ParameterLine, ...]:
    """The numbers that the block gives, with what its model says of them."""
    described = descriptions(type(model))
    lines = []
    for name in parameters_of(type(model)):
        value = getattr(model, name)
        if value is None or value == {}:
            continue
        meaning, unit = described[name]
        source = model.sources.get(name, model.source)
        lines.append(ParameterLine(name, value, unit, meaning, source, effects.get(name)))
    return tuple(lines)


def descriptions(model: type) -> dict[str, tuple[str, str]]:
    """What each key of a model means, and its unit: the last words in brackets of its description.

    Parameters
    ----------
    model
        A demand model's class.
    """
    from pydantic import TypeAdapter

    properties = TypeAdapter(model).json_schema()["properties"]
    meanings = {name: " ".join(schema.get("description", "").split()) for name, schema in properties.items()}
    return {name: (meaning, (re.findall(r"\(([^()]*)\)", meaning) or [""])[-1]) for name, meaning in meanings.items()}


def _services(
    model: DemandModel, modelled: DemandPoints, points: DemandPoints, fleet: str, correction: Correction
) -> dict[str, ServiceFigures]:
    """Figures of each service that the model asks for and that is left after fitting."""
    peaks = peak_hours(points, {fleet: model.hours})
    return {
        str(service): _figures(
            rows,
            before=fsum(modelled.frame.loc[modelled.frame["service"] == service, "demand"]),
            peak=(int(peaks.loc[service, "hour"]), float(peaks.loc[service, "demand"])),
            changes=correction.changes_of(str(service), fleet),
        )
        for service, rows in points.frame.groupby("service")
    }


def _figures(
    rows: pd.DataFrame, *, before: float, peak: tuple[int, float], changes: tuple[Change, ...]
) -> ServiceFigures:
    demand = np.sort(rows["demand"].to_numpy(dtype=np.float64))
    total = fsum(demand)
    quantiles = np.percentile(demand, _QUANTILES).tolist()
    by_district = rows.groupby("district")["demand"].sum()
    return ServiceFigures(
        unit=UNITS[rows["service"].iloc[0]],
        before=before,
        after=total,
        places=len(demand),
        quantiles=dict(zip(_QUANTILES, quantiles, strict=True)),
        top_share=float(demand[-ceil(_TOP * len(demand)) :].sum() / total),
        by_district={str(district): float(amount) for district, amount in by_district.items()},
        peak_hour=peak[0],
        peak_demand=peak[1],
        changes=changes,
    )


def _notes(modelled: DemandPoints, points: DemandPoints) -> tuple[str, ...]:
    notes = []
    if modelled.frame.empty:
        notes.append("the fleet asks for nothing in this year: its number, a share or the scale is 0")
    emptied = len(modelled) - len(points)
    if emptied:
        notes.append(f"{emptied} of {len(modelled)} rows are emptied by control totals of 0")
    outside = points.frame[points.frame["district"] == ""]
    for service, rows in outside.groupby("service"):
        amount = f"{fsum(rows['demand']):,.6g} {UNITS[str(service)]} a day of {service}"
        notes.append(f"{amount} stand outside every district: {listed(rows['place'])}")
    return tuple(notes)
