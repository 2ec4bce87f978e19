"""The short summary of a run for the terminal, in Chinese or English."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from maps_out import formats
from maps_out.strings import UNIT_KEYS, words
from siting.result import Result

#: What the terminal says and the map does not.
_OWN: Final = {
    "zh": {
        "demand": "需求",
        "before": "现状",
        "after": "规划后",
        "outcome": "求解状态",
        "value": "服务价值",
        "bound": "可证明的上界",
        "gap": "差距",
        "stage2": "第二阶段（成本）差距",
        "seconds": "用时",
        "second": "秒",
        "map": "地图",
        "years": "分年",
        "stations": "站点",
        "investment": "当年投资",
        "closed": "关闭的站点",
        "objective": "目标",
    },
    "en": {
        "demand": "Demand",
        "before": "Before",
        "after": "After",
        "outcome": "Outcome",
        "value": "Value served",
        "bound": "Proven bound",
        "gap": "Gap",
        "stage2": "Gap of stage 2 (cost)",
        "seconds": "Time",
        "second": "s",
        "map": "Map",
        "years": "By year",
        "stations": "Stations",
        "investment": "Invested",
        "closed": "Stations closed",
        "objective": "Objective",
    },
}
_LOWER: Final = {"zh": "可证明的下界", "en": "Proven lower bound"}
_SENSE: Final = {"=": "= ", ">=": "≥ ", "<=": "≤ "}


def summary_text(result: Result, folder: Path, seconds: float, language: str) -> str:
    """Write the summary of a run.

    Parameters
    ----------
    result
        The result.
    folder
        Its run folder.
    seconds
        How long the run took.
    language
        "zh" or "en".

    Returns
    -------
    text
        Aligned lines without a final newline; every line of the plan that is missed or not evaluated is named.
    """
    say = _Words(language, result.kpis)
    title, year = str(result.meta[f"title_{language}"]), str(result.meta["year"])
    blocks = [
        [title if year in title else f"{title} · {year}"],
        _stations(result, say),
        _plan(result, say),
        _services(result, say),
        _years(result, say),
        _facts(result, folder, seconds, say),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


class _Words:
    """Words and numbers of one language."""

    def __init__(self, language: str, kpis: Mapping[str, Any]) -> None:
        self.language = language
        self.shared = words(language, kpis)
        self.own = dict(_OWN[language])
        objective = kpis.get("objective")
        if objective:
            self.own["value"] = objective[f"value_{language}"]
            if objective["sense"] == "least":
                self.own["bound"] = _LOWER[language]

    def label(self, entry: Mapping[str, Any]) -> str:
        return str(entry[f"label_{self.language}"])

    def money(self, cny: float | None) -> str:
        return formats.money(cny, self.shared, self.language)

    def daily(self, amount: float, unit: str) -> str:
        return self.shared["per_day"].format(amount=formats.number(amount), unit=self.shared[UNIT_KEYS[unit]])

    def figure(self, figure: Mapping[str, Any], p: int | None) -> str:
        """A figure of a classic objective with its unit."""
        value, unit = figure["value"], figure["unit"]
        if value is None or unit not in ("min", "km", "stations"):
            return self.quantity(value, unit)
        if unit == "stations":
            asked = "" if p is None else f" ({self.shared['of_p'].format(p=formats.number(p))})"
            return formats.number(value) + asked
        if unit == "km":
            return self.shared["length_text"].format(km=formats.number(value, 2))
        return self.shared["minutes_text"].format(minutes=formats.number(value, 1))

    def quantity(self, value: float | None, unit: str) -> str:
        if unit == "CNY":
            return self.money(value)
        return formats.share(value) if unit == "share" else formats.number(value, 2)


def _stations(result: Result, say: _Words) -> list[str]:
    heads = ("stations_heading", "existing_column", "new_column", "total_column")
    rows = [tuple(say.shared[head] for head in heads)]
    for entry in result.types:
        counts = result.kpis["stations"][entry["id"]]
        existing, new = counts["existing"], counts["new"]
        if existing or new:
            rows.append((say.label(entry), *(formats.number(count) for count in (existing, new, existing + new))))
    return _aligned(rows, "<>>>")


def _plan(result: Result, say: _Words) -> list[str]:
    """Lines of the whole area; of a district only those that are missed or not evaluated."""
    heads = ("scorecard_heading", "target_column", "achieved_column")
    rows = [(*(say.shared[head] for head in heads), "")]
    for line in result.scorecard:
        if line["district"] and line["met"]:
            continue
        state = "unknown" if line["met"] is None else "yes" if line["met"] else "no"
        words = say.shared[f"met_{state}"] + ("" if line["enforced"] else f" ({say.shared['enforced_no']})")
        label = f"{say.label(line)}, {line['district']}" if line["district"] else say.label(line)
        target = _SENSE[line["sense"]] + say.quantity(line["target"], line["unit"])
        rows.append((label, target, say.quantity(line["achieved"], line["unit"]), words))
    return _aligned(rows, "<>><") if len(rows) > 1 else []


def _services(result: Result, say: _Words) -> list[str]:
    rows = [(say.shared["kpis_heading"], say.own["demand"], say.own["before"], say.own["after"])]
    for service, figures in result.kpis["services"].items():
        shares = (formats.share(figures["share_before"]), formats.share(figures["share"]))
        demand = say.daily(figures["demand"], figures["unit"])
        rows.append((say.shared[f"service_{service}"], demand, *shares))
    return _aligned(rows, "<>>>")


def _years(result: Result, say: _Words) -> list[str]:
    """Stations, money and served shares of each of several years."""
    years = result.kpis.get("years", {})
    if not years:
        return []
    services = list(result.kpis["services"])
    heads = (say.own["years"], say.own["stations"], say.own["investment"])
    rows = [(*heads, *(say.shared[f"service_{service}"] for service in services))]
    for year, own in years.items():
        served = (own["services"].get(name, {}).get("share") for name in services)
        shares = [formats.share(share) for share in served]
        rows.append((year, formats.number(sum(own["stations"].values())), say.money(own["cost_cny"]), *shares))
    return _aligned(rows, "<" + ">" * (len(rows[0]) - 1))


def _facts(result: Result, folder: Path, seconds: float, say: _Words) -> list[str]:
    kpis, shared, own = result.kpis, say.shared, say.own
    solve = kpis["solve"]
    budget = kpis["budget_cny"]
    of_budget = shared["kpi_no_budget"]
    if budget:
        share = formats.share(kpis["cost_cny"] / budget)
        of_budget = shared["kpi_budget"].format(budget=say.money(budget), share=share)
    facts = [
        (shared["kpi_cost"], f"{say.money(kpis['cost_cny'])} ({of_budget})"),
        (own["outcome"], shared.get(f"solver_{solve['status'].replace(' ', '_')}", solve["status"])),
        (own["value"], formats.number(solve["objective"])),
        (own["bound"], formats.number(solve["bound"])),
        (own["gap"], formats.gap(solve["gap"])),
        (own["stage2"], formats.gap(solve["stage2_gap"])),
        (shared["kpi_check"], shared["check_passed"] if kpis["check"] == "passed" else str(kpis["check"])),
        (own["seconds"], f"{seconds:.1f} {own['second']}"),
        (own["map"], str(folder / "map.html")),
    ]
    flows = kpis.get("flows", {}).values()
    if flows:
        served, driving = (formats.number(sum(fleet[key] for fleet in flows)) for key in ("served", "vehicles"))
        facts.insert(1, (shared["kpi_vehicles"], f"{served} ({shared['kpi_of_vehicles'].format(count=driving)})"))
    closed = sum(counts.get("closed", 0) for counts in kpis["stations"].values())
    if closed:
        facts.insert(1, (own["closed"], f"{formats.number(closed)} ({say.money(kpis['closing_cost_cny'])})"))
    objective = kpis.get("objective")
    if objective:
        figures = [(say.label(figure), say.figure(figure, objective.get("p"))) for figure in objective["figures"]]
        facts[:0] = [(own["objective"], say.label(objective)), *figures]
    unreachable = [
        f"{shared[f'service_{service}']} {say.daily(figures['unreachable'], figures['unit'])}"
        for service, figures in kpis["services"].items()
        if figures["unreachable"] > 0
    ]
    note = shared["unreachable_text"].format(amounts=shared["list_comma"].join(unreachable))
    return _aligned(facts, "<<") + ([note] if unreachable else [])


def _aligned(rows: Sequence[Sequence[str]], sides: str) -> list[str]:
    """Lines with columns aligned to the left (`<`) or right (`>`); a Chinese letter is two wide."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for text, width, side in zip(row, widths, sides, strict=True):
            space = " " * (width - cell_len(text))
            cells.append(text + space if side == "<" else space + text)
        lines.append("  ".join(cells).rstrip())
    return lines
