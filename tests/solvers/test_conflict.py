"""What conflicts is named with nothing to spare, and the way out is the cheapest: both against enumeration."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from solvers import (
    Budget,
    Bundle,
    Count,
    Effort,
    Exclusion,
    MustServe,
    Phasing,
    Precedence,
    ServedShare,
    Solution,
    Spacing,
    explain,
)
from solvers.columns import merge_columns
from solvers.conflict import REQUIRED

EVERY = np.arange(4)
NORTH, SOUTH = np.array([0, 1]), np.array([2, 3])
SEEDS = range(90)


@pytest.fixture(scope="module")
def enumerated(linear_value):
    """All modules of a problem, required or not, and for the label of every row of a limit which of them keep to it."""

    def build(problem, limits):
        spans = [[0, *range(a, b + 1)] for a, b in zip(problem.min_modules, problem.max_modules, strict=True)]
        answers = [Solution(np.array(n), np.zeros(problem.n_pairs), (), "", 0) for n in itertools.product(*spans)]
        kept = {REQUIRED: np.array([np.all(answer.modules[problem.required] > 0) for answer in answers])}
        for limit in limits:
            lo, hi = limit.bounds(problem)
            if isinstance(limit, ServedShare):
                kept[limit.name] = np.array([linear_value(problem, a.modules, [limit]) is not None for a in answers])
                continue
            values = np.array([limit.value(problem, answer) for answer in answers])
            fine = (values >= lo - 1e-9) & (values <= hi + 1e-9)
            kept |= {limit.label(row): fine[:, row] for row in range(len(lo))}
        return answers, kept

    return build


@pytest.fixture(scope="module")
def infeasible(random_case, enumerated):
    """Random harsh cases in which nothing keeps to all limits, and what is said of them."""
    found = []
    for seed in SEEDS:
        problem, limits = random_case(seed, harsh=True)
        answers, kept = enumerated(problem, limits)
        if not np.all(list(kept.values()), axis=0).any():
            found.append((problem, limits, answers, kept, explain(problem, limits)))
    return found


def together(kept, labels):
    """Which answers keep to all of some rows."""
    return np.all([np.ones(len(kept[REQUIRED]), dtype=bool), *(kept[label] for label in labels)], axis=0)


def labels_of(problem, limits):
    """The rows of some limits."""
    return [limit.label(row) for limit in limits for row in range(len(limit.bounds(problem)[0]))]


def violation(problem, limit, answer):
    """How far an answer is beyond a limit's bounds, each row relative to its bound or its largest coefficient."""
    form, value = limit.form(problem), limit.value(problem, answer)
    matrix = merge_columns(problem).matrix(problem, form)
    largest = abs(matrix).max(axis=1).toarray().ravel()
    total = 0.0
    for bound, beyond in zip(limit.bounds(problem), (-1.0, 1.0), strict=True):
        finite = np.isfinite(bound)
        unit = np.maximum(np.abs(bound - form.constant), np.where(largest > 0, largest, 1.0))[finite]
        total += (np.maximum(beyond * (value - bound)[finite], 0.0) / unit).sum()
    return total


def relaxed(limits, conflict):
    """Limits with the bounds of a way out."""
    limits = list(limits)
    for change in conflict.relaxation:
        limits[change.limit] = Given(limits[change.limit], change)
    return limits


class Given:
    """A limit of which one row gives way."""

    def __init__(self, limit, change):
        self.limit, self.change = limit, change
        self.name, self.touches_served = limit.name, limit.touches_served

    def __getattr__(self, name):
        return getattr(self.limit, name)

    def bounds(self, problem):
        lo, hi = (side.copy() for side in self.limit.bounds(problem))
        for row in range(len(lo)):
            if self.limit.label(row) == self.change.label:
                lo[row], hi[row] = min(lo[row], self.change.needed), max(hi[row], self.change.needed)
        return lo, hi


def test_what_conflicts_cannot_be_kept_and_nothing_in_it_can_be_spared(infeasible):
    """No answer keeps to the named rows, and without any one of them there is one; the same for their limits."""
    assert len(infeasible) > 50
    for problem, limits, _, kept, conflict in infeasible:
        assert conflict.minimal
        assert not together(kept, conflict.conflicting).any()
        for label in conflict.conflicting:
            assert together(kept, set(conflict.conflicting) - {label}).any()
        must = [REQUIRED] if REQUIRED in conflict.conflicting else []
        for spared in conflict.limits:
            others = [limits[index] for index in conflict.limits if index != spared]
            assert together(kept, must + labels_of(problem, others)).any()


def test_the_way_out_is_one_and_none_is_cheaper(infeasible):
    """With the bounds given way there is an answer; what it costs is the least over all answers."""
    several = 0
    for problem, limits, answers, kept, conflict in infeasible:
        fixed = together(kept, [REQUIRED, *labels_of(problem, [one for one in limits if isinstance(one, Phasing)])])
        assert conflict.cheapest
        assert bool(conflict.relaxation) == bool(fixed.any())
        if not fixed.any() or any(isinstance(limit, ServedShare) for limit in limits):
            continue
        costs = [sum(violation(problem, one, a) for one in limits) for a in itertools.compress(answers, fixed)]
        changed = relaxed(limits, conflict)
        open_now = [
            a for a in itertools.compress(answers, fixed) if all(violation(problem, x, a) < 1e-9 for x in changed)
        ]
        assert min(sum(violation(problem, one, a) for one in limits) for a in open_now) == pytest.approx(min(costs))
        several += len({change.limit for change in conflict.relaxation}) > 1
    assert several > 5


def test_a_share_gives_way_too(infeasible, linear_value):
    """Where a served share is asked for, the way out opens what can serve the share that is left."""
    seen = 0
    for problem, limits, answers, _, conflict in infeasible:
        shares = [index for index, limit in enumerate(limits) if isinstance(limit, ServedShare)]
        if not shares or not conflict.relaxation:
            continue
        seen += 1
        lower = {change.limit: change.needed for change in conflict.relaxation}
        limits_now = relaxed(limits, conflict)
        (share,) = shares
        asked = limits[share].bounds(problem)[0][0]
        part = lower.get(share, asked) / asked if asked else 1.0
        left = replace(limits[share], at_least=limits[share].at_least * part * (1 - 1e-6))
        others = [limit for index, limit in enumerate(limits_now) if index != share]
        assert any(
            np.all(answer.modules[problem.required] > 0)
            and all(violation(problem, limit, answer) < 1e-9 for limit in others)
            and linear_value(problem, answer.modules, [left]) is not None
            for answer in answers
        )
    assert seen > 10


def test_district_minima_above_a_count(tiny):
    """Two districts ask for two stations each, the count allows three: raising it by one is the cheapest."""
    limits = [Count("swap", EVERY, 3, 3), Count("swap, north", NORTH, 2), Count("swap, south", SOUTH, 2)]
    conflict = explain(tiny(), limits)
    assert conflict.limits == (0, 1, 2)
    assert conflict.conflicting == ("swap", "swap, north", "swap, south")
    assert conflict.sentences == (
        "swap: quotas add up to 4 stations, the count allows 3 (swap, north, swap, south)",
        "cheapest way out: raise swap from 3 to 4",
    )


def test_a_budget_below_what_is_required(tiny):
    """Options 0 and 2 cost 110 and 350, the budget is 327.5: 132.5 are missing."""
    conflict = explain(tiny(required=[True, False, True, False]), [Budget("budget", EVERY, 327.5)])
    assert conflict.limits == (0,)
    assert conflict.conflicting == ("budget", REQUIRED)
    assert conflict.sentences == (
        "budget: what is required costs 460, the budget is 327.5",
        "cheapest way out: raise budget from 327.5 to 460",
    )
    assert conflict.relaxation[0].needed - conflict.relaxation[0].bound == 132.5


def test_required_options_too_close_to_each_other(tiny):
    """Three required options in mutual conflict: one sentence, and one exception for all of them."""
    close = Spacing("1 km apart", np.array([[0, 1], [0, 2], [1, 2], [2, 3]]))
    conflict = explain(tiny(required=[True, True, True, False]), [Count("stations", EVERY, 1), close])
    assert conflict.conflicting == ("1 km apart (options 0, 1, 2)", REQUIRED)
    assert conflict.sentences == (
        "1 km apart: options 0, 1, 2 are required and too close to each other",
        "cheapest way out: make an exception to 1 km apart (options 0, 1, 2)",
    )


def test_options_are_called_by_their_names(tiny):
    """Where a limit knows what its options are called, the sentences say that instead of indices."""
    names = ["a|hub", "b|hub", "b|swap", "c|swap"]
    limits = [
        Count("stations", EVERY, 3),
        Spacing("1 km apart", np.array([[0, 1], [2, 3]]), names),
        Exclusion("one hub", (np.array([0, 1]),), names),
        Precedence("swap after hub", np.array([2, 3]), (np.array([0]), np.array([1])), names),
    ]
    assert [limit.label(0) for limit in limits[1:]] == [
        "1 km apart (a|hub, b|hub)",
        "one hub (a|hub, b|hub)",
        "swap after hub (b|swap after a|hub)",
    ]
    assert any("a|hub, b|hub" in sentence for sentence in explain(tiny(), limits).sentences)


def test_what_arithmetic_does_not_see_is_said_in_one_sentence(tiny):
    """Of each of two pairs one option can be open, so that three cannot; the hub has no part in it."""
    limits = [
        Count("stations", EVERY, 3),
        Spacing("1 km apart", np.array([[0, 1], [2, 3]])),
        MustServe("hubs", ("port",), (SOUTH,)),
    ]
    conflict = explain(tiny(), limits)
    assert conflict.sentences == (
        "these cannot all be kept: stations: at least 3; 1 km apart (options 0, 1); 1 km apart (options 2, 3)",
        "cheapest way out: lower stations from 3 to 2",
    )


def test_long_lists_of_rows_are_counted(tiny):
    """Four places have one option each, three stations are allowed: three places are named, the fourth counted."""
    hubs = MustServe("hubs", ("airport", "port", "station", "fair"), tuple(EVERY.reshape(-1, 1)))
    assert explain(tiny(), [Count("stations", EVERY, at_most=3), hubs]).sentences == (
        "these cannot all be kept: stations: at most 3; hubs: airport; hubs: port; hubs: station; 1 more of hubs",
        "cheapest way out: raise stations from 3 to 4",
    )


def test_a_share_conflicts_with_a_budget(tiny):
    """Serving half of 30 kWh takes two modules of option 0, 120; the budget is 115."""
    share = ServedShare("charging", np.array([True, True, False]), 0.5)
    conflict = explain(tiny(), [share, Budget("budget", EVERY, 115)])
    assert conflict.sentences == (
        "these cannot all be kept: charging: at least 15; budget: at most 115",
        "cheapest way out: raise budget from 115 to 120",
    )


def test_a_count_that_contradicts_itself(tiny):
    """At least three and at most two stations: both are named once, and one of them gives way."""
    conflict = explain(tiny(), [Count("stations", EVERY, 3, 2)])
    assert conflict.conflicting == ("stations",)
    assert conflict.sentences[1] == "cheapest way out: lower stations from 3 to 2"


def test_nothing_helps_where_what_is_required_contradicts_its_phases(tiny):
    """Options 2 and 3 are two openings of one facility, both required; and the phases do not give way."""
    phasing = Phasing("phasing", ("port",), (SOUTH,), np.zeros(4, dtype=bool), np.array([np.inf]))
    conflict = explain(tiny(required=[False, False, True, True]), [phasing, Count("stations", EVERY, 2)])
    assert conflict.conflicting == ("phasing: port: opened once", REQUIRED)
    assert conflict.relaxation == ()
    assert conflict.sentences[-1].startswith("no change of a number helps")


def test_where_all_can_be_kept_nothing_is_said(tiny):
    """Limits without conflict make an empty one, with served shares and without."""
    share = ServedShare("charging", np.array([True, True, False]), 0.5)
    for limits in ([], [Count("stations", EVERY, 2)], [share, Budget("budget", EVERY, 120)]):
        assert explain(tiny(), limits).sentences == ()


def test_options_are_judged_before_demand_in_large_problems(tiny, monkeypatch):
    """Beyond the small, a conflict among options is found without demand, and the way out says what it leaves open."""
    monkeypatch.setattr("solvers.conflict._SMALL_PAIRS", 0)
    share = ServedShare("charging", np.array([True, True, False]), 0.5)
    conflict = explain(tiny(), [share, Count("stations", EVERY, 3, 2)])
    assert conflict.limits == (1,)
    assert conflict.sentences[-1].endswith("; whether the shares to be served can then be kept is not known yet")
    assert explain(tiny(), [share, Budget("budget", EVERY, 115)]).limits == (0, 1)


def test_an_effort_that_does_not_suffice_is_admitted(tiny):
    """With ever more effort: nothing but a conflict, then limits of which some may be spared, then all of it."""
    limits = [
        Count("stations", EVERY, 3),
        Bundle("together", (NORTH,)),
        Spacing("1 km apart", np.array([[0, 1], [2, 3]])),
        MustServe("hubs", ("port",), (SOUTH,)),
    ]
    nothing, some, whole = (explain(tiny(), limits, effort=Effort(work_limit=work)) for work in (0, 4, 100))
    assert nothing.sentences == (
        "the limits cannot all be kept; which of them conflict was not found within the effort",
    )
    assert not nothing.minimal
    assert not some.minimal
    assert set(whole.limits) <= set(some.limits)
    assert "the search stopped early" in some.sentences[0]
    assert whole.minimal
    assert whole == explain(tiny(), limits, effort=Effort(work_limit=100))
