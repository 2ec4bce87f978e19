"""What a reader of the result must know: types, method, sources, what is modelled and what is measured."""

from typing import Any

import numpy as np

from siting import __version__
from siting.area import Area
from siting.assemble import Assembly
from siting.plan import Plan
from siting.study import GridSites, Study


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
    method_zh, method_en = _method(study, assembly)
    modelled = [
        f"{fleet}: {block.model}. {block.source}" for fleet, block in study.demand.items() if block.model != "measured"
    ]
    measured = [f"{fleet}: {block.source}" for fleet, block in study.demand.items() if block.model == "measured"]
    return {
        "title_zh": study.title_zh or study.name,
        "title_en": study.title_en or study.name,
        "year": study.year,
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


def _method(study: Study, assembly: Assembly) -> tuple[str, str]:
    travel = study.travel
    has_cells = any(isinstance(source, GridSites) for source in study.sites.sources.values())
    values = study.value
    zh = (
        f"行程时间按直线距离 × 绕行系数 {travel.detour_factor:g}、分区车速估算，不是道路计算（{travel.source}）。"
        f"先求服务价值最大（每千瓦时 {values.charging:g}、每次换电 {values.swapping:g}、"
        f"每公斤氢 {values.hydrogen:g}），"
        f"再在服务价值降低不超过 {study.solver.slack:.2%} 的条件下求投资最少；"
        "两步都给出可证明的界和差距，所有约束由另一段程序复核。"
    )
    en = (
        f"Travel times are straight-line distance × detour factor {travel.detour_factor:g} at speeds by district, "
        f"not computed on roads ({travel.source}). First the value served is maximised (per kWh {values.charging:g}, "
        f"per swap {values.swapping:g}, per kg of hydrogen {values.hydrogen:g}), then the investment is minimised "
        f"without giving up more than {study.solver.slack:.2%} of it; both stages come with a proven bound and gap, "
        "and other code re-checks every limit."
    )
    if has_cells:
        zh += "标在网格上的站点表示一个选址范围，不是具体地块。"
        en += " A station on a grid cell marks a search area, not a parcel."
    unserved = assembly.problem.n_rows - len(np.unique(assembly.problem.pair_row))
    if unserved:
        zh += f"有 {unserved} 个需求点在任何候选站的服务标准之外。"
        en += f" {unserved} demand rows lie beyond the standard of every candidate."
    return zh + "".join(study.notes), en


def _sources(study: Study) -> list[str]:
    plan: Plan = study.full_plan
    documents = [
        f"{document.title_zh} / {document.title_en} ({document.publisher}; {document.kind} source)"
        for document in plan.documents.values()
    ]
    layers = [f"{name}: {layer.source}" for name, layer in study.layers.items() if layer.source]
    rules = [f"spacing {name}: {rule.source}" for name, rule in study.sites.spacing.items()]
    return documents + layers + rules
