"""What lies outside an objective's question: several years, vehicles along roads, and other ways to solve it."""

from collections.abc import Iterator, Mapping, Sequence

from siting.flow_settings import FlowFleet
from siting.objectives.settings import Objective, ServedValue


def scope_faults(objective: Objective, years: Sequence[int], flows: Mapping[str, FlowFleet], method: str) -> list[str]:
    """What a study asks for together with its objective that has no meaning; nothing with the default objective."""
    if isinstance(objective, ServedValue):
        return []
    return [*_year_faults(objective, years), *_flow_faults(objective, flows), *_method_faults(objective, method)]


def _year_faults(objective: Objective, years: Sequence[int]) -> Iterator[str]:
    if len(years) > 1:
        model, named = objective.model, ", ".join(map(str, years))
        yield f'years: {model} decides one year, found {named}; study each by itself, or use objective = "served_value"'


def _flow_faults(objective: Objective, flows: Mapping[str, FlowFleet]) -> Iterator[str]:
    for name, fleet in flows.items():
        if not objective.carries_flows:
            yield f"flows.{name}: {objective.model} knows places, not vehicles along roads; leave the fleet out"
        elif fleet.capacity and not objective.capacities:
            yield (
                f"flows.{name}.capacity: {objective.model} counts no capacities; "
                "set it to false (an open station is enough), or use served_value"
            )


def _method_faults(objective: Objective, method: str) -> Iterator[str]:
    if objective.is_question and method != "auto":
        yield f'solver.name: {objective.model} has a method of its own, found "{method}"; leave it out'
