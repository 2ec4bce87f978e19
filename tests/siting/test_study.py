"""The study file: exact round trip, defaults, references, and the nearest key for every wrong one."""

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from demand_models import Freight, Measured, PrivateEV, Taxi
from siting import Study
from siting.area_settings import AreaSettings, Population, Travel
from siting.errors import StudyError
from siting.layer_settings import Layer
from siting.site_settings import ExistingSites, GridSites, LayerSites, Sites, SpacingRule
from siting.solver_settings import Solver, Value
from siting.starter import copy_template, demo_study
from siting.study import Output


def again(study):
    return Study.from_dict(tomllib.loads(study.to_toml()))


def test_the_embedded_study_round_trips():
    """The embedded study is read again as it was written."""
    study = Study.from_toml(demo_study())
    assert again(study) == study


def test_the_template_round_trips(tmp_path):
    """The template is read again as it was written."""
    study = Study.from_toml(copy_template(tmp_path / "town"))
    assert again(study) == study


def test_defaults_equal_an_empty_study(tmp_path):
    """An empty file is the study of all defaults."""
    path = tmp_path / "study.toml"
    path.write_text("", encoding="utf-8")
    assert Study.from_toml(path) == Study.from_dict({}) == Study()
    assert again(Study()) == Study()


def test_every_setting_says_what_it_is():
    """Every key of a study has a description, for the schema and the reference."""

    def described(model):
        for name, field in model.model_fields.items():
            assert field.description, f"{model.__name__}.{name}"
            for nested in _models(field.annotation):
                described(nested)

    def _models(annotation):
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return [annotation]
        return [model for part in getattr(annotation, "__args__", ()) for model in _models(part)]

    described(Study)


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6).filter(str.strip).map(str.strip)
free = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
names = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,5}\Z")
maybe = st.none() | texts
positive = st.floats(1e-6, 1e9)
nonnegative = st.floats(0, 1e9)
shares = st.floats(0, 1)
years = st.integers(2000, 2100)
stocks = st.dictionaries(years, nonnegative, min_size=1, max_size=3)
layers = st.builds(
    Layer,
    path=texts,
    layer=maybe,
    crs=maybe,
    id=maybe,
    columns=st.dictionaries(texts.filter(lambda name: name not in ("id", "geometry")), texts, max_size=2),
    where=st.dictionaries(texts, st.lists(free, min_size=1, max_size=2).map(tuple), max_size=2),
    source=free,
)
grid_sites = st.builds(
    GridSites,
    kind=st.just("grid"),
    cell_m=st.none() | positive,
    most=st.none() | st.integers(1, 10**6),
    grid_kw=st.none() | nonnegative,
    source=texts,
)
# Layers are named "places" here, which every made study has.
layer_sites = st.builds(
    LayerSites, kind=st.just("layer"), layer=st.just("places"), site_class=maybe, grid_kw_column=maybe, source=texts
)
existing_sites = st.builds(
    ExistingSites,
    kind=st.just("existing"),
    layer=st.just("places"),
    modules=st.dictionaries(texts, texts, max_size=2),
    expand=st.booleans(),
    source=texts,
)
models = st.one_of(
    st.builds(
        PrivateEV,
        source=texts,
        scale=nonnegative,
        stock=stocks,
        km_per_day=st.floats(0, 2000),
        kwh_per_km=st.floats(0, 10),
        public_share=shares,
        swap_share=shares,
        kwh_per_swap=positive,
    ),
    st.builds(
        Taxi,
        source=texts,
        stock=stocks,
        shifts_per_day=nonnegative,
        km_per_shift=st.floats(0, 2000),
        kwh_per_km=st.floats(0, 10),
        public_share=shares,
        population_share=shares,
        layer=st.just("places"),
        weight=maybe,
    ),
    st.builds(
        Freight,
        source=texts,
        fuel_cell_stock=stocks,
        fuel_cell_km_per_day=st.floats(0, 2000),
        h2_kg_per_km=shares,
        population_share=st.just(1.0),
    ),
    st.builds(
        Measured,
        source=texts,
        layer=st.just("places"),
        column=texts,
        service=st.sampled_from(["charging", "swapping", "hydrogen"]),
        vehicle=st.sampled_from(["car", "truck"]),
        total=st.none() | nonnegative,
    ),
)
studies = st.builds(
    Study,
    name=names,
    title_zh=free,
    year=years,
    plan=maybe,
    variant=maybe,
    notes=st.lists(free, max_size=2).map(tuple),
    layers=st.dictionaries(names, layers, max_size=2).flatmap(
        lambda some: layers.map(lambda one: some | {"places": one, "districts": one})
    ),
    area=st.builds(AreaSettings, cell_m=st.none() | positive, exclude=st.sampled_from([(), ("places",)]))
    | st.builds(AreaSettings, h3_resolution=st.integers(0, 15)),
    population=st.none()
    | st.builds(Population, centres=st.just("places"), decay_km=positive, background_share=shares, source=texts)
    | st.builds(Population, like=st.just("places"), weight=maybe, background_share=st.none() | shares, source=texts),
    travel=st.builds(Travel, detour_factor=st.floats(1, 3), speed_kmh=positive, speed_column=maybe),
    demand=st.dictionaries(names, models, max_size=3),
    sites=st.builds(
        Sites,
        sources=st.dictionaries(names, st.one_of(grid_sites, layer_sites, existing_sites), max_size=3),
        types_by_class=st.dictionaries(texts, st.lists(texts, max_size=2).map(tuple), max_size=2),
        max_types_per_site=st.integers(1, 9),
        spacing=st.dictionaries(
            names, st.builds(SpacingRule, types=st.tuples(texts), min_km=positive, source=texts), max_size=2
        ),
        require=st.dictionaries(texts, texts, max_size=2),
        forbid=st.lists(texts, max_size=2).map(tuple),
    ),
    value=st.builds(Value, charging=nonnegative),
    solver=st.builds(Solver, gap=nonnegative, work_limit=st.none() | st.integers(1, 10**9), seed=st.integers(0, 10**9)),
    output=st.builds(Output, crs=texts, language=st.sampled_from(["zh", "en"])),
)


@settings(deadline=None)
@given(studies)
def test_round_trip(study):
    """Any study is read again as it was written: every kind of site source and demand model, every text and number."""
    assert again(study) == study


def test_equal_studies_lie_anywhere(world, tmp_path):
    """The same question in two folders is one study; another question is another."""
    one = world.read()
    world.folder = tmp_path / "elsewhere"
    assert world.read() == one
    assert world.read("year=2024") != one
    assert one != "a study"


STUDY = {
    "layers": {"districts": {"path": "districts.geojson"}, "demand": {"path": "demand.csv"}},
    "population": {"centres": "demand", "decay_km": 1, "background_share": 0.1, "source": "x"},
    "demand": {
        "p": {
            "model": "private_ev",
            "stock": {"2025": 1},
            "km_per_day": 1,
            "kwh_per_km": 1,
            "public_share": 1,
            "source": "x",
        },
        "m": {
            "model": "measured",
            "layer": "demand",
            "column": "n",
            "service": "charging",
            "vehicle": "car",
            "source": "x",
        },
    },
    "sites": {
        "sources": {
            "g": {"kind": "grid", "cell_m": 100, "source": "x"},
            "l": {"kind": "layer", "layer": "demand", "source": "x"},
            "e": {"kind": "existing", "layer": "demand", "source": "x"},
        },
        "spacing": {"s": {"types": ["a"], "min_km": 1, "source": "x"}},
    },
}


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("yeer", "year"),
        ("layers.demand.pat", "path"),
        ("area.cell", "cell_m"),
        ("population.decay", "decay_km"),
        ("travel.detour", "detour_factor"),
        ("demand.p.km_per_dy", "km_per_day"),
        ("demand.m.colum", "column"),
        ("sites.max_type_per_site", "max_types_per_site"),
        ("sites.sources.g.cell", "cell_m"),
        ("sites.sources.l.grid_kwcolumn", "grid_kw_column"),
        ("sites.sources.l.layr", "layer"),
        ("sites.sources.e.expnd", "expand"),
        ("sites.spacing.s.min_m", "min_km"),
        ("value.swaping", "swapping"),
        ("solver.time_limit", "time_limit_s"),
        ("output.lang", "language"),
    ],
)
def test_unknown_key_at_every_depth(path, near):
    """An unknown key of any table is refused with its path in the file and the nearest known key."""
    data = tomllib.loads(Study.from_dict(STUDY).to_toml())
    *tables, key = path.split(".")
    here = data
    for table in tables:
        here = here.setdefault(table, {})
    here[key] = 1
    with pytest.raises(StudyError) as caught:
        Study.from_dict(data, source="study.toml")
    assert str(caught.value) == f'study.toml: {path}: unknown key; did you mean "{near}"?'


def test_every_fault_of_a_file_in_one_report(tmp_path):
    """Faults all over a file are told at once, each with its path."""
    path = tmp_path / "study.toml"
    path.write_text(
        'yeer = 1\nyear = "x"\nname = "a b"\n[solver]\ngap = -1\nthreads = 0\n[layers.a]\n', encoding="utf-8"
    )
    with pytest.raises(StudyError) as caught:
        Study.from_toml(path)
    assert len(caught.value.faults) == 6
    for key in ("yeer", "year", "name", "solver.gap", "solver.threads", "layers.a.path"):
        assert f"  - {key}: " in str(caught.value)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"area": {"places": "plces"}}, 'area.places: layer "plces" is not among [layers] (districts, demand)'),
        ({"area": {"exclude": ["lake"]}}, 'area.exclude.0: layer "lake" is not among [layers] (districts, demand)'),
        ({"area": {"districts": "d"}}, 'area.districts: layer "d" is not among [layers] (districts, demand)'),
    ],
)
def test_reference_to_a_layer_that_is_not_there(change, fault):
    """A layer that is named and not defined is told with the layers that are."""
    with pytest.raises(StudyError) as caught:
        Study.from_dict({"layers": STUDY["layers"]} | change)
    assert fault in caught.value.faults


def test_references_of_all_kinds_in_one_report():
    """Sites, demand and population that stand on missing layers come in one report."""
    with pytest.raises(StudyError) as caught:
        Study.from_dict(STUDY | {"layers": {"districts": {"path": "d.geojson"}}})
    named = {fault.split(":")[0] for fault in caught.value.faults}
    assert named == {"population.centres", "demand.m.layer", "sites.sources.l.layer", "sites.sources.e.layer"}


@pytest.mark.parametrize("name", ["", "a b", "../a", "a/b", "-a", "名"])
def test_names_that_are_no_names(name):
    """A study's name is a plain word, since it becomes part of a folder's name."""
    with pytest.raises(StudyError, match=r"name: this text does not fit the pattern"):
        Study.from_dict({"name": name})


@pytest.mark.parametrize("column", ["id", "geometry"])
def test_a_layer_keeps_its_own_columns(column):
    """No column may be renamed to one that the program sets itself."""
    with pytest.raises(StudyError, match=f'layers.a: columns: "{column}" is a column that every layer has'):
        Study.from_dict({"layers": {"a": {"path": "x.csv", "columns": {column: "x"}}}})


def test_a_study_does_not_change():
    """A study is frozen: a changed question is another study."""
    with pytest.raises(ValueError, match="frozen"):
        Study().year = 2030


def test_a_study_without_a_plan_has_an_empty_one():
    """Without a plan nothing binds, in the study's year."""
    plan = Study(year=2030).full_plan
    assert plan.lines() == {}
    assert plan.year == 2030


def test_models_are_those_of_the_package(world):
    """A fleet's block becomes the demand model of that name."""
    block = world.read().model_of("cars")
    assert isinstance(block, Measured)
    assert replace(block, scale=2.0).scale == 2


def test_several_years(world):
    """The last of several years is the one shown; a study of several years round-trips; its years are its horizon."""
    study = world.grow(y2025=1, y2030=1, y2035=1).read()
    assert (study.year, study.horizon, study.phased) == (2035, (2025, 2030, 2035), True)
    assert again(study) == study
    one = Study.from_dict({"year": 2030})
    assert (one.horizon, one.phased) == ((2030,), False)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"years": [2030, 2025]}, "years: give them ascending (found 2030, 2025)"),
        ({"years": [2025, 2025]}, "years: give them ascending"),
        ({"years": [2025, 2030], "year": 2025}, "year: leave it out where years are given (found 2025)"),
        ({"years": [2025], "year_weight": {"2030": 1}}, "year_weight: 2030 is not a year of the study"),
        ({"years": ["soon"]}, "years.0: give a whole number"),
        ({"years": 2025}, "years: give a list"),
        ({"solver": {"years": "both"}}, "solver.years: use 'joint' or 'rolling'"),
        ({"solver": {"name": "magic"}}, "solver.name"),
        ({"sites": {"bundles": {"b": {"facilities": ["x"], "source": "s"}}}}, "sites.bundles.b.facilities"),
    ],
)
def test_faults_of_years_and_rules(keys, words):
    """Years that do not ascend, two ways to give them, and rules of one facility are refused."""
    with pytest.raises(StudyError) as caught:
        Study.from_dict(keys)
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["auto", "compact", "joint", "covering", "pulp:COIN_CMD"])
def test_methods(name):
    """Every method of the solvers can be asked for."""
    assert Study.from_dict({"solver": {"name": name}}).solver.name == name
