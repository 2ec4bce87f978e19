"""Demand of a study: every fleet's model, built and joined."""

from demand_models import DemandContext
from geodata import DemandPoints, concat_demand
from siting.area import Area
from siting.errors import StudyError
from siting.study import Study


def build_demand(study: Study, area: Area) -> DemandPoints:
    """Build the demand of all fleets.

    Raises
    ------
    StudyError
        When the study has no demand at all.
    DemandError
        When a model's layers or numbers do not fit.
    """
    if not study.demand:
        raise StudyError(study.source, ["demand: no fleet; add at least one [demand.NAME] with a model"])
    layers = {name: frame for name, frame in area.layers.frames.items() if name != study.area.districts}
    context = DemandContext(year=study.year, cells=area.cells, layers=layers)
    demand = concat_demand(study.model_of(fleet).build(context, fleet) for fleet in study.demand)
    if demand.frame.empty or not demand.frame["demand"].sum() > 0:
        raise StudyError(study.source, ["demand: all fleets together ask for nothing; check stocks, shares and scale"])
    return demand
