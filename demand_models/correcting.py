"""What control totals make of the modelled demand: a factor for every place, by which all totals hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from demand_models.context import DemandContext
from demand_models.control_totals import ControlTotals
from demand_models.errors import DemandError
from demand_models.fitting import Change, Margin, fit
from demand_models.model import DemandModel
from demand_models.parameters import Service
from geodata.columns import text_column
from geodata.demand import DemandPoints
from geodata.errors import LayerError, did_you_mean

ContextOf = Callable[[int], DemandContext]


@dataclass(frozen=True, eq=False)
class Correction:
    """What control totals make of the modelled demand.

    Parameters
    ----------
    factors
        Factor on the demand by row id, of the rows that totals speak of.
    changes
        What was changed in each service, by group.
    """

    factors: "pd.Series[float]"
    changes: Mapping[Service, tuple[Change, ...]]

    def apply(self, points: DemandPoints) -> DemandPoints:
        """The points with their factors; a row that no total speaks of is kept, one whose factor is 0 left out."""
        if self.factors.empty:
            return points
        factor = points.frame["id"].map(self.factors).fillna(1.0)
        corrected = points.frame.assign(demand=points.frame["demand"] * factor)
        return DemandPoints(corrected[corrected["demand"] > 0])

    def changes_of(self, service: str, fleet: str) -> tuple[Change, ...]:
        """What was changed in a service by the totals of a fleet, and by those of all fleets together."""
        names = tuple(f"{_name(service, whose)}." for whose in (fleet, None))
        return tuple(
            change
            for of, found in self.changes.items()
            if of == service
            for change in found
            if change.margin.startswith(names)
        )


def correction(
    fleets: Mapping[str, DemandModel],
    context_of: ContextOf,
    *,
    year: int,
    all_fleets: Mapping[Service, ControlTotals] | None = None,
) -> Correction:
    """Factors that make the demand of fleets meet their own totals and those of all together.

    Totals are those of a `scale` of 1, which multiplies the demand afterwards.

    Parameters
    ----------
    fleets
        Demand models by fleet.
    context_of
        Gives the context of a year.
    year
        Year of totals that say none.
    all_fleets
        Totals by service of all fleets together.

    Raises
    ------
    DemandError
        When a total cannot be met, with the fleet, the service and the district; all faults of a kind at once.
    """
    all_fleets = all_fleets or {}
    services: list[Service] = sorted({*all_fleets, *(service for model in fleets.values() for service in model.totals)})
    factors: list[pd.Series[float]] = [pd.Series(dtype=np.float64)]
    changes: dict[Service, tuple[Change, ...]] = {}
    faults = []
    for service in services:
        asked: dict[str | None, ControlTotals] = {
            fleet: model.totals[service] for fleet, model in fleets.items() if service in model.totals
        }
        if service in all_fleets:
            asked[None] = all_fleets[service]
        try:
            factor, changes[service] = _fitted(fleets, context_of, service, asked, year)
            factors.append(factor)
        except DemandError as error:
            faults.append(str(error))
    if faults:
        raise DemandError("; ".join(faults))
    return Correction(pd.concat(factors), changes)


def _fitted(
    fleets: Mapping[str, DemandModel],
    context_of: ContextOf,
    service: Service,
    asked: Mapping[str | None, ControlTotals],
    year: int,
) -> tuple["pd.Series[float]", tuple[Change, ...]]:
    """Factors of the rows of a service by id, and what they change; None stands for all fleets together."""
    members = fleets if None in asked else {fleet: model for fleet, model in fleets.items() if fleet in asked}
    context = context_of(_year(service, list(asked.values()), year))
    rows = _unscaled(members, context, service)
    margins = [margin for fleet, totals in asked.items() for margin in _margins(totals, context, rows, service, fleet)]
    fitted = fit(rows["demand"].to_numpy(dtype=np.float64), margins)
    return pd.Series(fitted.factors, index=rows["id"].to_list(), dtype=np.float64), fitted.changes


def _year(service: Service, totals: Sequence[ControlTotals], year: int) -> int:
    """The one year that the totals of a service are of."""
    years = sorted({year if each.year is None else each.year for each in totals})
    if len(years) > 1:
        raise DemandError(f"totals.{service}: of the years {', '.join(map(str, years))}; give those of one year")
    return years[0]


def _unscaled(fleets: Mapping[str, DemandModel], context: DemandContext, service: Service) -> pd.DataFrame:
    """Rows of a service with a scale of 1: id, fleet, district and demand."""
    if not fleets:
        raise DemandError(f"totals.{service}: there is no fleet to fit to it; add one, or take the totals out")
    parts = [
        model.with_value("scale", 1.0, year=context.year).build(context, fleet).frame for fleet, model in fleets.items()
    ]
    rows = pd.concat([pd.DataFrame(part[["id", "fleet", "district", "demand", "service"]]) for part in parts])
    return rows[rows["service"] == service].reset_index(drop=True)


def _margins(
    totals: ControlTotals, context: DemandContext, rows: pd.DataFrame, service: Service, fleet: str | None
) -> Iterator[Margin]:
    """The margins that totals of one fleet, or of all, stand for."""
    name = _name(service, fleet)
    spoken_of = rows["fleet"].eq(fleet) if fleet is not None else pd.Series(True, index=rows.index)
    if totals.total is not None:
        yield Margin(f"{name}.total", _where(pd.Series("all", index=rows.index), spoken_of), {"all": totals.total})
    if totals.by_district:
        _refuse_unknown(f"{name}.by_district", totals.by_district, {*context.districts["district"], *rows["district"]})
        yield Margin(f"{name}.by_district", _where(rows["district"], spoken_of), totals.by_district)
    if totals.district_column is not None:
        key = f"{name}.district_column"
        yield Margin(key, _where(rows["district"], spoken_of), context.by_district(totals.district_column, what=key))
    for column, by_group in totals.by_group.items():
        key = f"{name}.by_group.{column}"
        group_of = _groups(context, column, key)
        _refuse_unknown(key, by_group, set(group_of.values()))
        yield Margin(key, _where(rows["district"].map(group_of).fillna(""), spoken_of), by_group)


def _name(service: str, fleet: str | None) -> str:
    """Where totals stand in the study: in the block of a fleet, or beside the fleets."""
    return f"totals.{service}" if fleet is None else f"demand {fleet!r}: totals.{service}"


def _where(groups: "pd.Series[str]", spoken_of: "pd.Series[bool]") -> list[str | None]:
    return [group if told else None for group, told in zip(groups, spoken_of, strict=True)]


def _groups(context: DemandContext, column: str, key: str) -> dict[str, str]:
    """Group of each district."""
    try:
        groups = text_column(context.districts, column, source="layer of the districts")
    except LayerError as error:
        raise DemandError(f"{key}: {error}") from error
    return dict(zip(context.districts["district"], groups, strict=True))


def _refuse_unknown(key: str, totals: Mapping[str, float], known: set[str]) -> None:
    unknown = [f"{name!r}{did_you_mean(name, known)}" for name in totals if name not in known]
    if unknown:
        raise DemandError(f"{key}: not among the districts: {', '.join(unknown)}; check the names")
