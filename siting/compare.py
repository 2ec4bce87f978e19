"""Two runs side by side: sites gained and lost, differences of key figures and of plan lines."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from maps_out import MapTables
from siting.document import read_toml
from siting.formats.json_file import plain
from siting.run_folder import STUDY_FILE, read_run

if TYPE_CHECKING:
    from rich.table import Table

_IDENTITY: Final = ("facility_id", "site_id", "type", "district", "place_zh", "place_en")
_COMPARED: Final = ("status", "modules")
_YEARS: Final = "years"  # only runs of several years are told apart by the year of opening
_FIGURES: Final = ("cost_cny", "budget_cny", "value", "value_demand")
_SERVICE_FIGURES: Final = ("demand", "served", "share", "covered_share")
_STATION_FIGURES: Final = ("existing", "new")
_HEADERS: Final = {
    "zh": {
        "figures": ("关键指标", "指标"),
        "settings": ("不同的设置", "设置", "a", "b"),
        "lines": ("结果不同的规划目标", "指标", "行政区"),
        "sites": ("站点", "", "设施编号", "类型", "模块数", "行政区", "最近地名"),
    },
    "en": {
        "figures": ("Key figures", "figure"),
        "settings": ("Settings that differ", "setting", "a", "b"),
        "lines": ("Plan lines that differ", "line", "district"),
        "sites": ("Sites", "", "facility", "type", "modules", "district", "near"),
    },
}
_DEFAULT: Final = {
    "model": "served_value",
    "label_zh": "服务价值最大",
    "label_en": "Value served",
    "capacities": True,
}
#: Models whose served demand is neither what capacities serve nor what is covered.
_COUNTED: Final = {"gradual_cover": "comes", "market_share": "won", "target_share": "won"}
#: Figures that mean another thing where one run serves and the other covers.
_OF_SERVING: Final = ("value", "served", "share")
_WARNING: Final = {
    "zh": "目标不同：a 为{a}，b 为{b}。服务量与覆盖量含义不同，不求差值。",
    "en": "The objectives differ: a is {a}, b is {b}. What is served and what is covered are not the same quantity; "
    "no difference is given.",
}
_PAIR: Final = ("a", "b", "b - a")
#: What the terminal says when there is no table.
NO_DIFFERENCE: Final = {"zh": "没有差异", "en": "no difference"}
_TARGET: Final = {"zh": "（目标值）", "en": " (target)"}
#: Decimals of the smallest figures; a difference below them shows as 0.
_MOST_DIGITS: Final = 4
_LINE_TEXTS: Final = ("line", "label_zh", "label_en", "district", "sense", "unit")


def compare_runs(run_a: Path | str, run_b: Path | str) -> dict[str, Any]:
    """What changes from one run to another, ready for JSON.

    Parameters
    ----------
    run_a, run_b
        Run folders.

    Returns
    -------
    dict
        ``a``, ``b`` (folder, run id, titles, year); ``settings``: key of the study and its value in ``a`` and ``b``,
        None where it has none; ``objective``: the models of ``a`` and ``b``, and whether what they serve is
        ``comparable``: what capacities serve and what is merely covered are not; ``sites``: ``gained``, ``lost`` and
        ``changed`` facilities and the number of those that are the ``same``, told apart by facility id; ``kpis``: money
        and value, ``services``, ``stations`` by type, figures of the ``objective``; ``scorecard``: a row per plan line
        and district.
        Every figure is a mapping of ``a``, ``b`` and ``delta`` (b less a), None where a run has none.

    Raises
    ------
    RunFolderError
        When a folder is not a complete run folder.
    """
    tables = [read_run(folder)[0] for folder in (run_a, run_b)]
    found = {
        "a": _about(run_a, tables[0]),
        "b": _about(run_b, tables[1]),
        "settings": _settings(Path(run_a), Path(run_b)),
        "objective": _objectives(*tables),
        "sites": _sites(*tables),
        "kpis": _kpis(*tables),
        "scorecard": _scorecard(*tables),
    }
    result: dict[str, Any] = plain(found)
    return result


def comparison_tables(difference: Mapping[str, Any], language: str = "en") -> list["Table"]:
    """Tables for the terminal of what :func:`compare_runs` returned: key figures, plan lines and sites that differ.

    Rows without a difference and tables without a row are left out; two runs that do not differ have no table.
    """
    from rich.table import Table

    def table(name: str, rows: Iterable[tuple[object, ...]], numbers: Iterable[str] = ()) -> Table:
        title, *headers = _HEADERS[language][name]
        made = Table(*headers, title=title, title_justify="left")
        for number in numbers:
            made.add_column(number, justify="right")
        for row in rows:
            made.add_row(*_texts(*row))
        return made

    tables = (
        table("settings", _setting_rows(difference["settings"])),
        table("figures", _figure_rows(difference["kpis"]), _PAIR),
        table("lines", _line_rows(difference["scorecard"], language), _PAIR),
        table("sites", _site_rows(difference["sites"], language)),
    )
    return [made for made in tables if made.row_count]


def _setting_rows(settings: Iterable[Mapping[str, Any]]) -> Iterator[tuple[object, ...]]:
    for entry in settings:
        yield entry["key"], *("" if entry[run] is None else str(entry[run]) for run in ("a", "b"))


def _figure_rows(kpis: Mapping[str, Any]) -> Iterator[tuple[object, ...]]:
    for name, figure in _flat_figures(kpis):
        if _differs(figure):
            yield name, *_shown(figure)


def _line_rows(scorecard: Iterable[Mapping[str, Any]], language: str) -> Iterator[tuple[object, ...]]:
    for line in scorecard:
        label = line[f"label_{language}"] or line["line"]
        for name, words in (("target", label + _TARGET[language]), ("achieved", label)):
            if _differs(line[name]):
                yield words, line["district"], *_shown(line[name])


def _site_rows(sites: Mapping[str, Any], language: str) -> Iterator[tuple[object, ...]]:
    for sign, kind in (("+", "gained"), ("-", "lost"), ("~", "changed")):
        for site in sites[kind]:
            yield sign, *_site_cells(site, language)


def _about(folder: Path | str, tables: MapTables) -> dict[str, Any]:
    keys = ("run_id", "title_zh", "title_en", "year", "version")
    return {"folder": str(folder), **{key: tables.meta[key] for key in keys}}


def _settings(run_a: Path, run_b: Path) -> list[dict[str, Any]]:
    """Settings of the studies that are not the same, by key."""
    a, b = (dict(_flat_settings(read_toml(run / STUDY_FILE))) for run in (run_a, run_b))
    keys = sorted(key for key in {*a, *b} if a.get(key) != b.get(key))
    return [{"key": key, "a": a.get(key), "b": b.get(key)} for key in keys]


def _flat_settings(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat_settings(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _objectives(a: MapTables, b: MapTables) -> dict[str, Any]:
    """What each run asked for; what one of them serves is not what the other covers, nor what comes to it."""
    asked = [tables.kpis.get("objective", _DEFAULT) for tables in (a, b)]
    kinds = {"served" if each["capacities"] else _COUNTED.get(each["model"], "covered") for each in asked}
    labels = [{key: each[key] for key in ("model", "label_zh", "label_en")} for each in asked]
    return {"a": labels[0], "b": labels[1], "comparable": len(kinds) == 1}


def _sites(a: MapTables, b: MapTables) -> dict[str, Any]:
    before, after = _facilities(a), _facilities(b)
    both = [name for name in before if name in after]
    compared = (*_COMPARED, "year") if _YEARS in a.meta and _YEARS in b.meta else _COMPARED
    changed = [name for name in both if any(before[name][key] != after[name][key] for key in compared)]
    return {
        "gained": [after[name] for name in after if name not in before],
        "lost": [before[name] for name in before if name not in after],
        "changed": [_changed(before[name], after[name]) for name in changed],
        "same": len(both) - len(changed),
    }


def _facilities(tables: MapTables) -> dict[str, dict[str, Any]]:
    labels = {entry["id"]: entry for entry in tables.types}
    sites = tables.sites.assign(year=tables.sites["year"].astype("Int64"))
    frame = sites[[*_IDENTITY, *_COMPARED, "year"]].sort_values("facility_id").astype(object)
    found = {}
    for row in frame.where(frame.notna(), None).to_dict("records"):
        label = labels[row["type"]]
        names = {"type_zh": label["label_zh"], "type_en": label["label_en"]}
        found[str(row["facility_id"])] = {str(key): value for key, value in row.items()} | names
    return found


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    words = {name: _words(before, after, name) for name in ("status", "year")}
    return {**after, **words, "modules": _pair(before, after, "modules")}


def _kpis(a: MapTables, b: MapTables) -> dict[str, Any]:
    figures: dict[str, Any] = {
        **{name: _pair(a.kpis, b.kpis, name) for name in _FIGURES},
        "services": _grouped(a.kpis["services"], b.kpis["services"], _SERVICE_FIGURES),
        "stations": _grouped(a.kpis["stations"], b.kpis["stations"], _STATION_FIGURES),
        "objective": _of_objective(a, b),
    }
    if not _objectives(a, b)["comparable"]:
        for group in (figures, *figures["services"].values()):
            group |= {name: group[name] | {"delta": None} for name in _OF_SERVING if name in group}
    return figures


def _of_objective(a: MapTables, b: MapTables) -> dict[str, Any]:
    """Figures of classic objectives, such as the mean travel time; none of a run that has no such objective."""
    before, after = (
        {figure["key"]: figure["value"] for figure in tables.kpis.get("objective", {}).get("figures", ())}
        for tables in (a, b)
    )
    return {name: _pair(before, after, name) for name in dict.fromkeys([*before, *after])}


def warning(difference: Mapping[str, Any], language: str = "en") -> str:
    """What to say before the tables of two runs that serve in one and cover in the other; nothing otherwise."""
    asked = difference["objective"]
    if asked["comparable"]:
        return ""
    return _WARNING[language].format(**{run: asked[run][f"label_{language}"] for run in ("a", "b")})


def _grouped(a: Mapping[str, Any], b: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {
        key: {name: _pair(a.get(key, {}), b.get(key, {}), name) for name in names} for key in dict.fromkeys([*a, *b])
    }


def _scorecard(a: MapTables, b: MapTables) -> list[dict[str, Any]]:
    before, after = _lines(a), _lines(b)
    rows = []
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key, {}), after.get(key, {})
        texts = {name: (other or one)[name] for name in _LINE_TEXTS}
        figures = {name: _pair(one, other, name) for name in ("target", "achieved")}
        rows.append({**texts, **figures, "met": _words(one, other, "met")})
    return rows


def _lines(tables: MapTables) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    return {(line["line"], line["district"], line["sense"]): line for line in tables.scorecard}


def _pair(a: Mapping[str, Any], b: Mapping[str, Any], name: str) -> dict[str, Any]:
    first, second = a.get(name), b.get(name)
    return {"a": first, "b": second, "delta": None if first is None or second is None else second - first}


def _words(a: Mapping[str, Any], b: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {"a": a.get(name), "b": b.get(name)}


def _flat_figures(kpis: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for group, names in (("services", _SERVICE_FIGURES), ("stations", _STATION_FIGURES)):
        for key, figures in kpis[group].items():
            # The catalogue has types that neither run uses.
            if any(figures[name]["a"] or figures[name]["b"] for name in names):
                yield from ((f"{key}: {name}", figures[name]) for name in names)
    yield from ((name, kpis[name]) for name in _FIGURES)
    yield from kpis["objective"].items()


def _site_cells(site: Mapping[str, Any], language: str) -> Iterable[object]:
    modules = site["modules"]
    size = f"{modules['a']} -> {modules['b']}" if isinstance(modules, Mapping) else str(modules)
    year = site["year"]
    if isinstance(year, Mapping) and year["a"] != year["b"]:
        size += f" ({year['a']} -> {year['b']})"
    return site["facility_id"], site[f"type_{language}"], size, site["district"], site[f"place_{language}"]


def _shown(figure: Mapping[str, Any]) -> Iterable[str]:
    return (_number(figure["a"]), _number(figure["b"]), _number(figure["delta"], signed=True))


def _differs(figure: Mapping[str, Any]) -> bool:
    """Whether the difference does not show as 0; a figure that only one run has differs."""
    if figure["delta"] is None:
        return bool(figure["a"] != figure["b"])
    return bool(round(figure["delta"], _MOST_DIGITS))


def _number(value: float | None, *, signed: bool = False) -> str:
    if value is None:
        return "-"
    digits = 0 if float(value).is_integer() else _MOST_DIGITS if abs(value) <= 1 else 1
    return f"{value:{'+' if signed and value else ''},.{digits}f}"


def _texts(*cells: object) -> list[Any]:
    """Cells as text without markup, and without characters that a terminal would obey."""
    from rich.text import Text

    words = ("" if cell is None else str(cell) for cell in cells)
    return [Text("".join(letter if letter.isprintable() else " " for letter in word)) for word in words]
