"""What the objectives are called, and what they do, in both languages."""

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True)
class ModelWords:
    """Words of one model.

    Parameters
    ----------
    label_zh, label_en
        Its name.
    sense
        Whether its value should be the most or the least.
    value_zh, value_en
        What its value counts.
    method_zh, method_en
        What it asks for first, as the part of a sentence.
    """

    label_zh: str
    label_en: str
    sense: Literal["most", "least"]
    value_zh: str
    value_en: str
    method_zh: str
    method_en: str


_COVERED = ("覆盖的服务价值", "Value covered")
_LEAST = {"stations": ("站点数", "Stations"), "cost": ("投资（元）", "Investment (CNY)")}

MODELS: Final = {
    "max_cover": ModelWords(
        *("最大覆盖", "Maximal covering", "most", *_COVERED),
        "使标准时间内有站可去的需求（按服务价值加权）最多",
        "the demand within the standard of an open station, weighted by value, is maximised",
    ),
    "set_cover": ModelWords(
        *("集合覆盖", "Set covering", "least", *_LEAST["stations"]),
        "以最少的站点（或投资）覆盖所有可达的需求",
        "all demand that can be reached is covered with as few stations (or as little money) as possible",
    ),
    "partial_cover": ModelWords(
        *("部分覆盖", "Partial covering", "least", *_LEAST["stations"]),
        "以最少的站点（或投资）覆盖各类需求的规定比例",
        "a share of the demand of each service is covered with as few stations (or as little money) as possible",
    ),
    "backup_cover": ModelWords(
        *("备用覆盖", "Backup covering", "most", "两站覆盖的服务价值", "Value covered twice"),
        "使标准时间内有两座站可去的需求（按服务价值加权）最多",
        "the demand within the standard of two open stations, weighted by value, is maximised",
    ),
    "gradual_cover": ModelWords(
        *("渐减覆盖", "Gradual covering", "most", "前来的服务价值", "Value that comes"),
        "使随行程时间递减的前来需求（按服务价值加权）最多",
        "the demand that comes, less of it the longer the way, weighted by value, is maximised",
    ),
    "market_share": ModelWords(
        *("市场份额", "Market share", "most", "赢得的服务价值", "Value won"),
        "使从竞争者赢得的需求（按吸引力与行程时间分配）最多",
        "the demand won from competitors, split by attraction over travel time, is maximised",
    ),
    "target_share": ModelWords(
        *("目标份额", "Target share", "least", *_LEAST["stations"]),
        "以最少的站点（或投资）从竞争者赢得规定的需求份额",
        "a share of all demand is won from competitors with as few stations (or as little money) as possible",
    ),
    "p_median": ModelWords(
        *("p-中位", "p-median", "least", "需求 × 行程秒数", "Demand × seconds of travel"),
        "使所有需求到最近站点的加权行程时间最少",
        "the travel time of everyone to the nearest station, weighted by demand, is minimised",
    ),
    "p_center": ModelWords(
        *("p-中心", "p-center", "least", "最远者的行程秒数", "Seconds of the longest way"),
        "使最不利者到最近站点的行程时间最短",
        "the travel time of whoever is worst off is minimised",
    ),
    "p_dispersion": ModelWords(
        *("p-分散", "p-dispersion", "most", "最近两站的距离（米）", "Metres between the two nearest stations"),
        "使最近两站之间的直线距离最大",
        "the straight-line distance between the two stations nearest to each other is maximised",
    ),
    "capacitated_cost": ModelWords(
        *("带容量的最小成本", "Capacitated location", "least", "站点与行程的总费用（元）", "Stations and ways (CNY)"),
        "在容量限制内满足所有可达的需求，使站点投资与行程费用之和最少",
        "all demand that can be reached is served within capacities at the least money for stations and ways",
    ),
}
#: Key of a figure = its labels and unit.
FIGURES: Final = {
    "stations": ("站点总数", "Stations in all", "stations"),
    "covered_twice": ("两站覆盖的需求", "Demand covered twice", "share"),
    "apart_km": ("最近两站的距离（现有站之间不计）", "Two nearest stations apart (not two that stand)", "km"),
    "ways_cny": ("行程费用", "Cost of ways", "CNY"),
    "mean_min": ("平均行程时间", "Mean travel time", "min"),
    "longest_min": ("最长行程时间", "Longest travel time", "min"),
}


def value_label(least: str, words: ModelWords) -> tuple[str, str]:
    """What a model's value counts, where it can be kept least of stations or of cost."""
    return _LEAST.get(least, (words.value_zh, words.value_en))
