"""What one more station would bring: the unserved demand that each candidate would serve, and at what cost."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from siting.assemble import Assembly
from siting.diagnosis.chains import Chains
from siting.diagnosis.network import Network, place_in, standing_modules
from siting.diagnosis.serving import DUST, Floats, Integers
from siting.study import Study
from solvers.sums import ratio, sum_by


def gains(study: Study, assembly: Assembly, networks: Sequence[Network], *, again: int) -> pd.DataFrame:
    """What each candidate site would bring with each facility type, the others as they are.

    A candidate serves at least what is unserved within its standard, up to its capacity. The best of them are looked at
    again: there others may hand on demand to the new station and serve in its place what it does not reach.

    Parameters
    ----------
    study, assembly
        The study and its arrays.
    networks
        What stands.
    again
        Candidates of each service and facility type that are looked at again.

    Returns
    -------
    gains
        One row per candidate that would serve anything, the most value for money first: option; modules, the number
        that brings most value for money; cost_cny; one column per service, units a day; near, value of all that is
        unserved within its standard; exact, whether the units are exactly what serving everything again gives, and not
        a lower bound; value a day; per_million, value a day per million CNY (infinite where it costs nothing); service,
        the one of most of its value.
    """
    options = _candidates(study, assembly)
    unserved = np.zeros(assembly.problem.n_rows)
    for network in networks:
        unserved[network.rows] = network.unserved
    within = _within_reach(assembly, unserved)[options]
    capacity = assembly.problem.capacity[options]
    worth = np.array([study.value_of(service) for service in study.services])
    modules = _best_modules(assembly, options, within, worth)
    units = np.minimum(within, capacity * modules[:, None])
    found = pd.DataFrame({"option": options, "modules": modules, "cost_cny": _cost(assembly, options, modules)})
    full = np.asarray((units >= capacity * modules[:, None]).all(axis=1))
    found = found.assign(**dict(zip(study.services, units.T, strict=True)), near=within @ worth, exact=full)
    found = _valued(study, found[units.sum(axis=1) > 0], worth)
    kinds = assembly.options["type"].to_numpy()[found["option"]]
    best = (found.groupby(["service", kinds], sort=False).cumcount() < again).to_numpy()
    open_ = best & ~found["exact"].to_numpy(dtype=bool)
    for network in networks:
        gained = found[network.service].to_numpy(dtype=float, copy=True)
        for at in np.flatnonzero(open_):
            option, count = found["option"].iloc[at], found["modules"].iloc[at]
            gained[at] = max(gained[at], _more_served(study, assembly, network, int(option), int(count)))
        found[network.service] = gained
    return _valued(study, found.assign(exact=found["exact"] | best), worth)


def _candidates(study: Study, assembly: Assembly) -> Integers:
    """The first option of every facility that does not stand and may still be opened by the year studied."""
    options = assembly.options
    free = (standing_modules(assembly) == 0) & (options["base_modules"] == 0) & assembly.opens
    free &= np.array([not assembly.built.decides(int(year)) for year in options["year"]], dtype=bool)
    chosen = options[free & (options["year"] <= study.year)]
    return np.asarray(chosen.drop_duplicates("facility").index, dtype=np.int64)


def _within_reach(assembly: Assembly, unserved: Floats) -> Floats:
    """Unserved units of each service within the standard of each option, shape (O, S)."""
    problem = assembly.problem
    amount = np.where(assembly.is_flow[problem.pair_row], 0.0, unserved[problem.pair_row])
    return np.stack(
        [
            sum_by(problem.pair_option, np.where(problem.pair_service == number, amount, 0.0), problem.n_options)
            for number in range(problem.n_services)
        ],
        axis=1,
    )


def _cost(assembly: Assembly, options: Integers, modules: Integers) -> Floats:
    problem = assembly.problem
    return np.asarray(problem.fixed_cost[options] + problem.module_cost[options] * modules)


def _best_modules(assembly: Assembly, options: Integers, within: Floats, worth: Floats) -> Integers:
    """The number of modules of most value for money, the fewer among equals.

    Value grows along straight pieces that bend where what is within reach of a service is served, and money along a
    line: their ratio is best at the least, at the most, or beside a bend.
    """
    problem = assembly.problem
    capacity = problem.capacity[options]
    bends = ratio(within, capacity)
    tried = np.column_stack(
        [problem.min_modules[options], np.floor(bends + DUST), np.ceil(bends - DUST), problem.max_modules[options]]
    )
    tried = np.sort(np.clip(tried, problem.min_modules[options, None], problem.max_modules[options, None]), axis=1)
    served = np.minimum(within[:, None, :], capacity[:, None, :] * tried[:, :, None])
    value = served @ worth
    cost = problem.fixed_cost[options, None] + problem.module_cost[options, None] * tried
    for_money = np.where(cost > 0, value / np.where(cost > 0, cost, 1.0), value)
    best = np.argmax(for_money >= for_money.max(axis=1, keepdims=True) * (1 - DUST), axis=1)
    return np.asarray(tried[np.arange(len(options)), best], dtype=np.int64)


def _valued(study: Study, found: pd.DataFrame, worth: Floats) -> pd.DataFrame:
    """The table with value, value for money and main service, best first; ties by what is unserved near, and option."""
    by_service = found[list(study.services)].to_numpy(dtype=float) * worth
    value, cost = by_service.sum(axis=1), found["cost_cny"].to_numpy(dtype=float)
    with_value = found.assign(
        value=value,
        per_million=np.divide(value * 1e6, cost, out=np.full(len(cost), np.inf), where=cost > 0),
        service=np.array(study.services)[by_service.argmax(axis=1)],
    )
    order = {"per_million": False, "value": False, "near": False, "option": True}
    return with_value.sort_values(list(order), ascending=list(order.values()), ignore_index=True)


def _more_served(study: Study, assembly: Assembly, network: Network, option: int, modules: int) -> float:
    """How much more a network serves with one facility more, in units a day."""
    problem = assembly.problem
    capacity = float(problem.capacity[option, study.services.index(network.service)]) * modules
    asks = np.zeros(problem.n_rows, dtype=bool)
    asks[network.rows] = True
    pairs = np.flatnonzero((problem.pair_option == option) & asks[problem.pair_row])
    rows = place_in(network.rows, problem.pair_row[pairs], asks)
    reach, units = network.reach.with_facility(capacity, rows, problem.pair_time_s[pairs], network.units)
    placed = Chains.of(reach, units).placed(network.unserved, np.zeros(len(reach.capacity), dtype=bool))
    return min(placed, capacity)
