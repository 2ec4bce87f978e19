"""The words of a diagnosis, in Chinese and English side by side; {name} is filled in."""

from typing import Any, Final

from maps_out import formats
from maps_out.strings import UNIT_KEYS
from maps_out.strings import words as shared_words

LANGUAGES: Final = ("zh", "en")

_OWN: Final[dict[str, tuple[str, str]]] = {
    "eyebrow": ("现有网络诊断 · {year} 年需求", "The network that stands · demand of {year}"),
    "language": ("语言", "Language"),
    "own_name": ("中文", "English"),
    "intro": (
        "在新建任何站点之前，{stations} 座现有站点已经做到了什么。",
        "What the {stations} stations that stand already do, before anything new is placed.",
    ),
    "covered": ("标准内覆盖", "Within the standard"),
    "served": ("可满足", "Can be served"),
    "overlap": ("两座及以上站点覆盖", "Within two or more"),
    "use": ("能力利用率", "Use of capacity"),
    "minutes": ("到最近站点（中位）", "To the nearest (median)"),
    "minute": ("{minutes} 分钟", "{minutes} min"),
    "beyond": ("超过 {minutes} 分钟", "over {minutes} min"),
    "of_demand": ("占需求", "of demand"),
    "mean_stations": ("覆盖处平均 {count} 座", "{count} stations on average where covered"),
    "station": ("站点", "Station"),
    "stations": ("现有站点", "Stations"),
    "demand": ("需求", "Demand"),
    "unserved": ("未满足", "Unserved"),
    "nothing_stands": (
        "没有提供该服务的现有站点：{demand} 的需求全部未满足。",
        "No station that stands offers it: all of the demand, {demand}, goes unserved.",
    ),
    "lead": (
        "{stations} 座站点覆盖 {covered} 的需求，按现有能力可满足 {served}。"
        "{out} 的需求在所有站点的标准之外，{full} 在标准之内但站点已满。",
        "Stations: {stations}. Within their standard lies {covered} of the demand; {served} can be served. "
        "{out} is out of reach of every station; {full} is within reach of stations that are full.",
    ),
    "unmissed": (
        "其中 {unmissed} 座（{share}），若各自单独关闭，不会使任何需求落空。",
        "Without {unmissed} of them ({share}), each by itself, nothing more would go unserved.",
    ),
    "all_missed": ("任何一座关闭都会使需求落空。", "Whichever closed, some demand would go unserved."),
    "spread": ("利用率低于 10%：{idle} 的站点；低于 25%：{slack}；高于 90%：{busy}",
               "Use below 10%: {idle} of the stations; below 25%: {slack}; above 90%: {busy}"),
    "least": ("可满足比例最低的行政区", "Districts where least can be served"),
    "districts": ("按行政区", "By district"),
    "district": ("行政区", "District"),
    "whole": ("全部", "All"),
    "places": ("缺口最大的地点", "Places with most unserved demand"),
    "place": ("地点", "Place"),
    "vehicle": ("车辆", "Vehicles"),
    "nearest": ("最近站点", "Nearest station"),
    "why": ("原因", "Why"),
    "why_full": ("站点已满", "stations full"),
    "why_out_of_reach": ("标准之外", "out of reach"),
    "why_no_station": ("无此类车辆的站点", "none stands for them"),
    "candidates": ("再建一座站最有效的位置", "Where one more station would bring most"),
    "candidates_note": (
        "每一行都是单独新建一座、其余不变时多满足的需求，按每百万元投资的价值排序；规划的数量、间距和预算未计入。",
        "Each row is one station more with all others as they are, by value per million CNY; counts, spacing and "
        "budgets of the plan are not asked.",
    ),
    "type": ("类型", "Type"),
    "modules": ("模块", "Modules"),
    "gain": ("多满足", "More served"),
    "cost": ("投资", "Investment"),
    "per_million": ("每百万元的价值", "Value per CNY million"),
    "missed": ("最不可缺的站点", "Stations that would be missed most"),
    "missed_note": (
        "关闭该站、其余站点尽力接替后仍会落空的需求。",
        "What would go unserved if the station closed and the others took over what they can.",
    ),
    "lost": ("会落空", "Would be lost"),
    "lost_share": ("占其服务量", "Of what it gives"),
    "capacity": ("能力", "Capacity"),
    "candidates_of": (
        "每种类型的前 {most} 项；全部 {all} 项见 {file}",
        "The best {most} of each type; all {all} in {file}",
    ),
    "with_unit": ("{head}，{unit}", "{head}, {unit}"),
    "unit_a_day": ("{unit}/日", "{unit}/day"),
    "first_of": ("前 {count} 项，共 {all} 项；全部见 {file}", "{count} of {all}; all of them in {file}"),
    "map": ("现状图", "Map"),
    "map_station": ("站点：关闭会使需求落空", "station: would be missed"),
    "map_unmissed": ("站点：单独关闭无影响", "station: nobody would miss it"),
    "map_full": ("未满足：站点已满", "unserved: stations full"),
    "map_out": ("未满足：无站可及", "unserved: no station within reach"),
    "map_note": ("圆面积与未满足需求成正比。", "The area of a circle is the unserved demand."),
    "method": ("如何计算", "How this was computed"),
    "note_serve": (
        "“覆盖”指在某座现有站点的时间标准之内（含边界）；“可满足”计入站点能力：在所有满足需求最多的分配方式中，"
        "取总行程最短的一种。站点的利用率和各区的满足率即由这种分配得出；按实际运营另有高低。",
        '"Within the standard" means within the minutes of a station that stands, boundary included. "Can be served" '
        "counts capacity: of all ways to serve as much as possible, the one with the least driving. Use of stations "
        "and shares of districts are those of this way; how drivers choose in fact may differ.",
    ),
    "note_station": (
        "一座站点指一处地点及其全部现有设施；需求计在产生地，能力计在站点所在区。到最近站点的时间不论其标准。",
        "A station is a place with all that stands there. Demand counts where it arises, capacity where it stands. The "
        "nearest station counts whatever its standard.",
    ),
    "note_loss": (
        "会落空的需求是精确值：其余站点逐级接替之后所剩。各站分别计算，不可相加："
        "两座相邻站点可能各自可以关闭，却不能同时关闭。",
        "What would be lost is exact: what is left when the others take over from each other along chains. Each "
        "station is taken by itself; two neighbours may each be dispensable, and not both.",
    ),
    "note_gain": (
        "多满足的需求为下限（标准内未满足的需求，不超过能力）；每种服务、每种类型排在前 {exact} 位的为精确值。"
        "模块数取每元价值最高者。",
        "More served is a lower bound: what is unserved within the standard, up to the capacity; for the best {exact} "
        "of each service and type it is exact. The number of modules is the one of most value for money.",
    ),
    "note_flows": (
        "沿路线行驶的需求未计入：{service} {count} 条车流，{demand}。",
        "Demand along roads is left out: {count} flows for {service}, {demand}.",
    ),
    "note_travel": ("行程时间：{method}。", "Travel times: {method}."),
    "folder": ("文件夹", "Folder"),
    "page": ("页面", "Page"),
}  # fmt: skip


class Words:
    """Words and numbers of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.shared = shared_words(language)

    def __getitem__(self, key: str) -> str:
        """Return a text of the diagnosis."""
        return _OWN[key][LANGUAGES.index(self.language)]

    def say(self, key: str, **values: object) -> str:
        """A text with its gaps filled; what is filled in is not read as a pattern."""
        return self[key].format(**values)

    def service(self, name: str) -> str:
        """Name of a service."""
        return self.shared[f"service_{name}"]

    def head(self, key: str, unit: str) -> str:
        """Head of a column of amounts a day."""
        a_day = self.say("unit_a_day", unit=self.shared[UNIT_KEYS[unit]])
        return self.say("with_unit", head=self[key], unit=a_day)

    def daily(self, amount: float, unit: str) -> str:
        """Amount a day with its unit."""
        shown = formats.amount(amount, self.shared, self.language)
        return self.shared["per_day"].format(amount=shown, unit=self.shared[UNIT_KEYS[unit]])

    def money(self, cny: float) -> str:
        """Amount of money."""
        return formats.money(cny, self.shared, self.language)

    def minutes(self, minutes: float | None, longest: float) -> str:
        """Time to a station; what is not known is beyond the longest that was looked for."""
        if minutes is None or minutes != minutes:
            return self.say("beyond", minutes=formats.number(longest))
        return self.say("minute", minutes=formats.number(minutes, 1))

    def named(self, row: Any, name: str) -> str:  # noqa: ANN401  (a row of any table)
        """The text of a row in this language, or in the other one where it has none."""
        other = LANGUAGES[1 - LANGUAGES.index(self.language)]
        return str(row[f"{name}_{self.language}"] or row[f"{name}_{other}"] or "")

    def district(self, name: str, english: dict[str, str]) -> str:
        """Name of a district."""
        return (english.get(name) or name) if self.language == "en" else name
