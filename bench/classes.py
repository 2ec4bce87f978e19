"""Classes of models: one table each."""

from typing import NamedTuple

TIMES_S = (10, 30, 60, 300)
"""When the gap of a class that is solved against the clock is told."""


class ModelClass(NamedTuple):
    """Title of a table, what its columns hold, and whether gaps are told over time."""

    title: str
    note: str
    over_time: bool = False


CLASSES = {
    "p-median": ModelClass("p-median, OR-Library", "Graphs of 100 to 900 nodes; every node is a point and a site."),
    "tsplib": ModelClass(
        "p-median, TSPLIB", "Truncated Euclidean distances; every place is a point and a site. At most 60 s each."
    ),
    "large-median": ModelClass(
        "p-median, 10,000 to 100,000 points",
        "Euclidean distances, a gap of 0.1 % asked for. No peer is tried: a model of pairs has 10⁸ variables and more.",
    ),
    "covering": ModelClass(
        "Maximal covering (MCLP)",
        "Generated planes, sites × points; collapsing the points is part of every time. Peers are tried up to 10⁵ "
        "points.",
    ),
    "large-covering": ModelClass(
        "Maximal covering, 10,000 sites and 10,000,000 points", "A gap of 0.01 % asked for. No peer is tried."
    ),
    "other-models": ModelClass("Partial and backup covering, market share, p-dispersion", "No peer is tried."),
    "p-center": ModelClass("p-center, OR-Library", "The same graphs as for the p-median."),
    "capacitated": ModelClass(
        "Capacitated location (CFLP)",
        "OR-Library, sites × points. The peer is the model of the textbook with its strong rows, written with PuLP.",
    ),
    "refuelling": ModelClass(
        "Flow refuelling (FRLM)",
        "Generated networks, range 150 km, p = 20, values in percent of all flow; and the 25 nodes of the literature, "
        "whose value counts the cases that end at the published optimum. The peer is the compact model.",
    ),
    "travel": ModelClass(
        "Travel times",
        "Cutoff 30 minutes. Peers that take long search from the first sources, their seconds are in proportion. The "
        "value is the sum of seconds from five sources, the same for every tool.",
    ),
    "joint": ModelClass(
        "Joint siting",
        "Generated cities, gaps by the time since the solve began; values in percent of all demand. The peer is the "
        "compact model.",
        over_time=True,
    ),
    "joint-cost": ModelClass(
        "Joint siting, least cost under the served value", "Two stages; the gap is that of the second. M CNY."
    ),
    "handing-over": ModelClass(
        "Handing a model over to HiGHS",
        "From the arrays of a problem to a compact model that HiGHS holds, **seconds per million nonzeros**. The peer "
        "has the same rows written with PuLP.",
    ),
    "imports": ModelClass(
        "Imports", "`siting import` of a CSV file, the whole command, every row checked; the value is the rows kept."
    ),
}
