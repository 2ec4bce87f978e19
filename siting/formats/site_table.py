"""The table of sites as people read it: one row per opened facility, most valuable first."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import pandas as pd

from maps_out import MapTables
from maps_out.columns import text
from maps_out.strings import precision
from maps_out.tables import SERVED_COLUMNS

_DEGREE_DIGITS = 6  # about 0.1 m
# Decimals that mean something to a reader; the layers keep the full numbers.
_DIGITS: Final = {
    "place_km": 3,
    "cost_cny": 0,
    "yearly_cost_cny": 0,
    "power_kw": 1,
    "use_share": 4,
    **dict.fromkeys(SERVED_COLUMNS.values(), 3),
}

STATUS_WORDS: Final = {
    "existing": {"zh": "现有", "en": "existing"},
    "required": {"zh": "必建", "en": "required"},
    "new": {"zh": "新建", "en": "new"},
}


class Column(NamedTuple):
    """A column of a sheet: its name in the table, headers, width in characters and number format."""

    name: str
    zh: str
    en: str
    width: int
    format: str = ""


def site_table(tables: MapTables) -> pd.DataFrame:
    """Every opened facility with all that is known of it, in both languages, sorted by priority.

    Returns
    -------
    DataFrame
        Longitude and latitude in degrees (EPSG:4326, 6 decimals); the other columns as in the result tables, rounded,
        with ``type_zh``, ``type_en``, ``status_zh``, ``status_en``, ``district_en``, ``precision_zh`` and
        ``precision_en``.
    """
    sites = tables.sites.sort_values(["priority", "facility_id"], kind="stable", ignore_index=True)
    types = {entry["id"]: entry for entry in tables.types}
    english = dict(zip(tables.districts["district"], tables.districts["name_en"], strict=True))
    placed = [precision(text(value)) for value in sites["precision"]]
    return (
        pd.DataFrame(sites.drop(columns="geometry"))
        .round(_DIGITS)
        .assign(
            year=pd.to_numeric(sites["year"]).astype("Int64"),
            lon=sites.geometry.x.round(_DEGREE_DIGITS),
            lat=sites.geometry.y.round(_DEGREE_DIGITS),
            district_en=[text(english.get(name)) or text(name) for name in sites["district"]],
            **{
                f"{name}_{language}": values
                for language in ("zh", "en")
                for name, values in {
                    "type": [types[kind][f"label_{language}"] for kind in sites["type"]],
                    "status": [STATUS_WORDS[status][language] for status in sites["status"]],
                    "precision": [value[language] for value in placed],
                }.items()
            },
        )
    )


_SERVED: Final[dict[str, tuple[str, str]]] = {
    "charging": ("充电服务量(kWh/日)", "Charging served (kWh/day)"),
    "swapping": ("换电服务量(次/日)", "Swapping served (swaps/day)"),
    "hydrogen": ("加氢服务量(kg/日)", "Hydrogen served (kg/day)"),
    "parts": ("零部件配送量(吨/日)", "Parts served (t/day)"),
    "take_back": ("退役电池回收量(kg/日)", "Batteries taken back (kg/day)"),
}


def sheet_columns(tables: MapTables, language: str) -> list[Column]:
    """Columns of the sheet of sites in one language."""
    there = {"zh": "district", "en": "district_en"}[language]
    degree, money, whole, amount = "0.000000", "#,##0", "0", "#,##0.0"
    return [
        Column("priority", "优先级", "Priority", 8, whole),
        Column("facility_id", "设施编号", "Facility", 22),
        Column("lon", "经度", "Longitude", 12, degree),
        Column("lat", "纬度", "Latitude", 12, degree),
        Column(f"place_{language}", "最近地名", "Nearest place", 18),
        Column("place_km", "距地名(公里)", "Distance to place (km)", 12, amount),
        Column(there, "行政区", "District", 12),
        Column(f"type_{language}", "类型", "Type", 22),
        Column(f"status_{language}", "状态", "Status", 9),
        Column("year", "开站年份", "Opens", 9, whole),
        Column("modules", "模块数", "Modules", 9, whole),
        Column("new_modules", "新增模块数", "New modules", 11, whole),
        Column("cost_cny", "投资(元)", "Investment (CNY)", 16, money),
        Column("yearly_cost_cny", "年运营成本(元)", "Yearly cost (CNY)", 16, money),
        Column("power_kw", "用电功率(kW)", "Power (kW)", 13, money),
        Column("use_share", "利用率", "Use", 8, "0%"),
        *(Column(name, *_SERVED[service], 18, amount) for service, name in tables.served_columns().items()),
        Column("points_served", "服务需求点数", "Demand points served", 13, whole),
        Column(f"reason_{language}", "选址理由", "Reason", 48),
        Column(f"precision_{language}", "位置精度", "Position", 30),
        Column("source", "来源", "Source", 40),
    ]


def csv_columns(tables: MapTables) -> tuple[str, ...]:
    """Columns of the table of sites as CSV."""
    return (
        *("priority", "facility_id", "site_id", "type", "type_zh", "type_en", "status", "year", "lon", "lat"),
        *("place_zh", "place_en", "place_km", "district", "district_en", "modules", "new_modules"),
        *("cost_cny", "yearly_cost_cny", "power_kw", "use_share"),
        *(*tables.served_columns().values(), "points_served"),
        *("reason_zh", "reason_en", "precision", "source"),
    )


def records(frame: pd.DataFrame, columns: Sequence[str]) -> list[Mapping[str, Any]]:
    """Rows as plain values; what is missing is None."""
    chosen = frame[list(columns)].astype(object)
    return [
        {str(key): value for key, value in row.items()} for row in chosen.where(chosen.notna(), None).to_dict("records")
    ]
