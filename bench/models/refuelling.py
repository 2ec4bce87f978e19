"""Flow refuelling: ours and the compact model in HiGHS; generated networks and the 25 nodes of the literature."""

from bench.flows import frlm_instance, known_cases
from bench.models import Call, Setting
from bench.models.joint import Asked, call_on
from bench.row import PROVED, Answer
from bench.run import Run
from solvers import OBJECTIVES, Effort, Stage, Status, solve

EQUAL_PERCENT = 6e-4  # published percentages have three decimals
METHOD = "covering"


def prepare(run: Run, setting: Setting) -> Call:
    """The generated network of `of["seed"]`, or all published cases at once."""
    if run.model == "25-node":
        return _known(run, setting)
    flows = frlm_instance(**run.of)
    stages = (Stage(OBJECTIVES["served_value"], gap=run.gap),)
    size = f"{flows.n_nodes} nodes, {len(flows.flow):,} paths"
    return call_on(Asked(flows.problem(), flows.limits(), stages, METHOD, size), run, setting)


def _known(run: Run, setting: Setting) -> Call:
    """Every case is solved to the proof; the value counts those that end at the published optimum."""
    effort = Effort(time_limit_s=run.limit_s, threads=setting.threads)
    stages = (Stage(OBJECTIVES["served_value"], gap=0.0),)
    cases = known_cases(setting.data / "bench" / "frlm")

    def call() -> Answer:
        equal = proved = 0
        for flows, optimal_percent in cases:
            found = solve(flows.problem(), stages, flows.limits(), method=METHOD, effort=effort)
            percent = 100.0 * (found.stages[0].value or 0.0) / flows.flow.sum()
            proved += found.status is Status.OPTIMAL
            equal += found.status is Status.OPTIMAL and bool(abs(percent - optimal_percent) <= EQUAL_PERCENT)
        words = PROVED if proved == len(cases) else str(Status.TIME_LIMIT)
        return Answer(words, float(equal), size=f"25 nodes, {len(cases)} cases")

    return call
