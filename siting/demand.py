"""Demand of a study: every fleet's model, built and joined."""

from demand_models import DemandContext, DemandError
from geodata import DemandPoints, concat_demand
from siting.area import Area
from siting.errors import StudyError
from siting.study import Study


def build_demand(study: Study, area: Area) -> DemandPoints:
    """Build the demand of all fleets.

    Raises
    ------
    StudyError
        With the faults of every fleet whose layers or numbers do not fit, or when there is no demand at all.
    """
    if not study.demand:
        raise StudyError(study.source, ["demand: no fleet; add at least one [demand.NAME] with a model"])
    layers = {name: frame for name, frame in area.layers.frames.items() if name != study.area.districts}
    context = DemandContext(year=study.year, cells=area.cells, layers=layers)
    parts, faults = [], []
    for fleet in study.demand:
        model = study.model_of(fleet)
        try:
            parts.append(model.build(context, fleet))
        except DemandError as error:
            faults.append(f"{error}{_file(study, getattr(model, 'layer', None))}")
    if faults:
        raise StudyError(study.source, faults)
    demand = concat_demand(parts)
    if demand.frame.empty or not demand.frame["demand"].sum() > 0:
        raise StudyError(study.source, ["demand: all fleets together ask for nothing; check stocks, shares and scale"])
    return demand


def _file(study: Study, layer: str | None) -> str:
    return "" if layer is None else f" (file {study.path_of(study.layers[layer].path)})"
