"""What a reader of the result must know: types, method, sources, what is modelled and what is measured."""

from typing import Any, Final

from geodata.errors import listed
from siting import __version__
from siting.area import Area
from siting.assemble import Assembly
from siting.objectives.settings import Market
from siting.objectives.words import MODELS
from siting.plan import Plan
from siting.site_settings import GridSites
from siting.study import Study

# The list of sources is the same in both languages, so what is not a source's own wording stands in both.
_DOCUMENTS: Final = {"primary": "一手来源 / primary source", "secondary": "二手来源 / secondary source"}
_PER_UNIT: Final[dict[str, tuple[str, str]]] = {
    "charging": ("千瓦时", "kWh"),
    "swapping": ("次换电", "swap"),
    "hydrogen": ("公斤氢", "kg of hydrogen"),
    "parts": ("吨零部件", "tonne of parts"),
    "take_back": ("公斤退役电池", "kg of retired batteries"),
}


def type_entries(study: Study) -> list[dict[str, Any]]:
    """Labels, colour and shape of the facility types, in the catalogue's order."""
    return [
        {
            "id": kind,
            "label_zh": facility.label_zh,
            "label_en": facility.label_en,
            "colour": facility.colour,
            "marker": facility.marker,
            "services": list(facility.services),
            "module_zh": facility.module_zh,
            "module_en": facility.module_en,
        }
        for kind, facility in study.catalogue.root.items()
    ]


def build_meta(study: Study, area: Area, assembly: Assembly, run_id: str) -> dict[str, Any]:
    """Title, method note, sources and evidence of a result."""
    method_zh, method_en = _method(study, area, assembly)
    modelled = [
        f"{fleet}: {block.model}. {block.source}" for fleet, block in study.demand.items() if block.model != "measured"
    ]
    measured = [f"{fleet}: {block.source}" for fleet, block in study.demand.items() if block.model == "measured"]
    modelled += [f"{fleet}: flows. {block.source}" for fleet, block in study.flows.items() if block.kind == "modelled"]
    measured += [f"{fleet}: {block.source}" for fleet, block in study.flows.items() if block.kind == "measured"]
    return {
        "title_zh": study.title_zh or study.name,
        "title_en": study.title_en or study.name,
        "year": study.year,
        **({"years": list(study.horizon)} if study.phased else {}),
        "run_id": run_id,
        "version": __version__,
        "language": study.output.language,
        "sources": _sources(study),
        "modelled": modelled,
        "measured": measured,
        "method_zh": method_zh,
        "method_en": method_en,
        "crs": study.area.crs,
        "notes": list(study.notes),
    }


def _method(study: Study, area: Area, assembly: Assembly) -> tuple[str, str]:
    way_zh, way_en = _travel(study)
    first_zh, first_en = _objective(study)
    has_cells = any(isinstance(source, GridSites) for source in study.sites.sources.values())
    people_zh, people_en = _population(area)
    zh, en = f"{way_zh}{first_zh}{people_zh}", f"{way_en} {first_en}{people_en}"
    if study.phased:
        years_zh, years_en = _years(study)
        zh, en = zh + years_zh, en + years_en
    if has_cells:
        zh += "标在网格上的站点表示一个选址范围，不是具体地块。"
        en += " A station on a grid cell marks a search area, not a parcel."
    if study.flows:
        flows_zh, flows_en = _flows(assembly)
        zh, en = zh + flows_zh, en + flows_en
    unserved = int((~assembly.reachable & ~assembly.is_flow).sum())
    if unserved:
        zh += f"有 {unserved} 个需求点在任何候选站的服务标准之外。"
        en += f" {unserved} demand rows lie beyond the standard of every candidate."
    return zh + "".join(study.notes), en


def _objective(study: Study) -> tuple[str, str]:
    """What is asked for first, what then, and how good the answer is known to be."""
    if study.classic:
        return _classic(study)
    worth = [(*_PER_UNIT[service], study.value_of(service)) for service in study.services]
    worth_zh = "、".join(f"每{zh} {value:g}" for zh, _, value in worth)
    worth_en = ", ".join(f"per {en} {value:g}" for _, en, value in worth)
    return (
        f"先求服务价值最大（{worth_zh}），"
        f"再在服务价值降低不超过 {study.solver.slack:.2%} 的条件下求投资最少；"
        "两步都给出可证明的界和差距，所有约束由另一段程序复核。",
        f"First the value served is maximised ({worth_en}), then the investment is minimised without giving up more "
        f"than {study.solver.slack:.2%} of it; both stages come with a proven bound and gap, and other code re-checks "
        "every limit.",
    )


def _classic(study: Study) -> tuple[str, str]:
    """A classic objective: what comes first, the money, and that nobody is turned away for want of capacity."""
    words, sizes = MODELS[study.objective.model], study.objective.capacities
    zh = (
        f"目标为{words.label_zh}：{words.method_zh}，再在此基础上求投资最少；"
        "给出可证明的界和差距，所有约束由另一段程序复核。"
    )
    en = (
        f"The objective is {words.label_en}: {words.method_en}, then the investment is minimised at that value; the "
        "answer comes with a proven bound and gap, and other code re-checks every limit."
    )
    if sizes:
        return zh, en
    if isinstance(study.objective, Market):
        zh = zh.replace("，再在此基础上求投资最少", "")
        en = en.replace(", then the investment is minimised at that value", "")
        return (
            f"{zh}该目标不计容量：需求在开放站点与竞争者之间按吸引力除以行程时间的 {study.objective.beta:g} 次方分配。",
            f"{en} It counts no capacities: demand is split among open stations and competitors by attraction over "
            f"travel time to the power of {study.objective.beta:g}.",
        )
    return (
        f"{zh}该目标不计容量：站点按类型的最小规模建设，需求去往最近的开放站点。",
        f"{en} It counts no capacities: stations have the least size of their type, and demand goes to the nearest open"
        " station.",
    )


def _travel(study: Study) -> tuple[str, str]:
    """How travel times were obtained."""
    travel, roads = study.travel, study.travel.on_roads
    if roads is None:
        return (
            f"行程时间按直线距离 × 绕行系数 {travel.detour_factor:g}、分区车速估算，不是道路计算（{travel.source}）。",
            f"Travel times are straight-line distance × detour factor {travel.detour_factor:g} at speeds by district, "
            f"not computed on roads ({travel.source}).",
        )
    return (
        f"行程时间按道路上最快路径计算，时段“{roads.period}”，车速为自由流的 {roads.speed_share:.0%}，"
        f"距道路超过 {roads.reach_m:g} 米的点视为不可达（{roads.source}）。",
        f"Travel times are those of the fastest way on roads, {roads.period}, at {roads.speed_share:.0%} of the free "
        f"speed; a point more than {roads.reach_m:g} m from all roads counts as out of reach ({roads.source}).",
    )


def _population(area: Area) -> tuple[str, str]:
    """How people were spread over the cells like a layer, and where they could not be."""
    settings, spread = area.study.population, area.spread
    if settings is None or spread is None:
        return "", ""
    zh = (
        f"各区人口按图层 {settings.like} 在各单元格内的数量（线按长度，面按面积，点按个数"
        f"{f'，乘以 {settings.weight}' if settings.weight else ''}）分摊，各区总数不变（{settings.source}）。"
    )
    en = (
        f" The people of each district are spread over its cells like the layer {settings.like} (lines count by "
        f"length, areas by area, points by number{f', times {settings.weight}' if settings.weight else ''}) and add up "
        f"to the district's ({settings.source})."
    )
    if settings.background_share:
        zh += f"其中 {settings.background_share:.0%} 按面积平均分摊。"
        en += f" {settings.background_share:.0%} of them are spread evenly."
    if spread.by_area:
        zh += f"以下各区没有该图层的要素，人口按面积分摊：{listed(spread.by_area)}。"
        en += f" Nothing of it stands in these districts, whose people are spread by area: {listed(spread.by_area)}."
    if len(spread.empty):
        zh += f"{len(spread.values)} 个单元格中有 {len(spread.empty)} 个没有该图层的要素，不计人口。"
        en += f" Nothing of it stands in {len(spread.empty)} of {len(spread.values)} cells, which have no people."
    return zh, en


def _flows(assembly: Assembly) -> tuple[str, str]:
    """How vehicles on the road are served, and how many flows no choice of stations could carry."""
    zh = (
        "沿路线行驶的车辆出发时半箱能量（起点有站则为满箱），往返行驶且中途不得耗尽，"
        "只在离路线不超过规定绕行距离的站加能；这类需求不受站点的时间标准约束。"
    )
    en = (
        " Vehicles on roads set out with half a tank, or a full one where a station stands at their origin, drive there"
        " and back and never run dry; they refuel only at stations within the stated detour of their road, and no"
        " station's standard in minutes is asked of them."
    )
    beyond = int((~assembly.reachable & assembly.is_flow).sum())
    if beyond:
        zh += f"有 {beyond} 条车流即使所有候选站都建成也无法行驶。"
        en += f" {beyond} flows could not be driven if a station stood at every candidate."
    return zh, en


def _years(study: Study) -> tuple[str, str]:
    """How several years were decided, and which of them the map shows."""
    years = ", ".join(map(str, study.horizon))
    how_zh, how_en = {
        "joint": ("各年一并求解", "All years are decided together"),
        "rolling": (
            "逐年求解，每年只看当年需求，各年合计没有可证明的界",
            "Each year is decided for itself on what the years before it built; nothing is proven for all together",
        ),
    }[study.solver.years]
    return (
        f"研究年份：{years}。{how_zh}；已开的站不再关闭，可在以后扩容。地图显示 {study.year} 年的状态。",
        f" Years: {years}. {how_en}; what opened stays open and may grow. The map shows {study.year}.",
    )


def _sources(study: Study) -> list[str]:
    plan: Plan = study.full_plan
    documents = [
        f"{document.title_zh} / {document.title_en} ({document.publisher}; {_DOCUMENTS[document.kind]})"
        for document in plan.documents.values()
    ]
    layers = [f"{name}: {layer.source}" for name, layer in study.layers.items() if layer.source]
    layers += [f"道路 / roads: {study.travel.on_roads.source}"] if study.travel.on_roads else []
    sites = study.sites
    rules = [
        f"{kind} {name}: {rule.source}"
        for kind, named in (
            ("间距 / spacing", sites.spacing),
            ("组合 / bundle", sites.bundles),
            ("互斥 / exclusion", sites.exclusions),
            ("先后 / precedence", sites.precedence),
        )
        for name, rule in named.items()
    ]
    return documents + layers + rules
