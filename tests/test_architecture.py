"""The rules of the house, read off the syntax trees: who imports whom, and how large a file may be."""

import ast
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: Package = the siblings it may import.
MAY_IMPORT = {
    "siting": {"geodata", "demand_models", "solvers", "maps_out"},
    "demand_models": {"geodata"},
    "maps_out": {"geodata"},
    "geodata": set(),
    "solvers": set(),
}
#: Library = the package of the one file that may import it.
HOMES = {"pulp": "solvers", "highspy": "solvers", "osmnx": "geodata"}
#: Library = the only package that may import it.
OWNERS = {"folium": "maps_out", "branca": "maps_out", "sklearn": "demand_models"}
#: Libraries that know places, of which the solvers know nothing.
GEOGRAPHY = {"geopandas", "shapely", "pyproj", "pyogrio"}
#: What `siting --help` must not wait for.
LIGHT = {"__future__", "siting", "typer"}
MOST_LINES = 400

FILES = {
    path.relative_to(ROOT).as_posix(): path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}


def modules_of(name, nodes):
    """Full names of the modules that some nodes of a file import, names taken from packages included."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = name.removesuffix(".py").split("/")
            above = parts[: len(parts) - node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def imports(name):
    """Everything a file imports anywhere, inside functions too."""
    return modules_of(name, ast.walk(TREES[name]))


def packages(modules):
    """First parts of module names."""
    return {module.split(".")[0] for module in modules}


def top_level(tree):
    """Statements that run on import: not those of functions, nor those for type checkers only."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from top_level(node)


@pytest.mark.parametrize("name", FILES)
def test_imports_point_downwards(name):
    """A file imports of its siblings only those below its package, and nobody imports `siting`."""
    package = name.split("/")[0]
    siblings = packages(imports(name)) & set(MAY_IMPORT) - {package}
    assert siblings <= MAY_IMPORT[package]


@pytest.mark.parametrize("library", HOMES)
def test_one_file_knows_a_library(library):
    """A library that comes and goes is known to one file, so that changing it touches one file."""
    knowing = [name for name in FILES if library in packages(imports(name))]
    assert len(knowing) <= 1
    assert all(name.startswith(f"{HOMES[library]}/") for name in knowing)


@pytest.mark.parametrize("library", OWNERS)
def test_one_package_knows_a_library(library):
    """Folium draws in `maps_out` and nowhere else; clustering is a matter of demand."""
    owners = {name.split("/")[0] for name in FILES if library in packages(imports(name))}
    assert owners <= {OWNERS[library]}


def test_solvers_know_no_geography():
    """The mathematics is arrays in, arrays out."""
    assert not [name for name in FILES if name.startswith("solvers/") and packages(imports(name)) & GEOGRAPHY]


def test_audit_shares_nothing_with_the_solvers():
    """The audit of the written files reaches no code of `solvers`, not even through other modules of `siting`."""
    waiting = [name for name in FILES if name.startswith("siting/audit")]
    seen = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        modules = modules_of(name, running(TREES[name]))
        assert "solvers" not in packages(modules), f"{name} imports solvers and is used by the audit"
        waiting += [file for module in modules for file in files_of(module) if file.startswith("siting/")]


def running(tree):
    """Nodes of a file that may run: all but those for type checkers only."""
    if isinstance(tree, ast.If) and "TYPE_CHECKING" in ast.unparse(tree.test):
        return
    yield tree
    for node in ast.iter_child_nodes(tree):
        yield from running(node)


def files_of(module):
    """Files of a module of ours."""
    path = module.replace(".", "/")
    return [name for name in (f"{path}.py", f"{path}/__init__.py") if name in FILES]


@pytest.mark.parametrize("name", ["siting/__init__.py", "siting/__main__.py", "siting/cli.py", "siting/console.py"])
def test_help_waits_for_nothing_heavy(name):
    """On import the command line asks for the standard library, Typer and its own light modules only."""
    modules = modules_of(name, top_level(TREES[name]))
    assert packages(modules) - set(sys.stdlib_module_names) <= LIGHT


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_one_thing(name):
    """No module outgrows what can be read at once."""
    assert len(FILES[name].read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_no_drawer_for_odds_and_ends():
    """A module is named after what it is about."""
    assert not [name for name in FILES if Path(name).stem in {"utils", "util", "helpers", "misc", "common"}]


def test_tests_are_no_packages():
    """With an `__init__.py`, tests/solvers would stand in front of the real `solvers`."""
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_says_whose_it_is(package):
    """Names such as `geodata` are used by others too; the mark tells ours from theirs."""
    assert '__distribution__ = "siting"' in FILES[f"{package}/__init__.py"].read_text(encoding="utf-8")


def test_the_build_lists_every_package():
    """What is not listed is not installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(MAY_IMPORT)


def test_one_version():
    """The package and its metadata agree on the version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert f'__version__ = "{project["project"]["version"]}"' in FILES["siting/__init__.py"].read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_errors_have_one_place(name):
    """The exceptions of a package stand in its `errors.py`."""
    classes = [node for node in ast.walk(TREES[name]) if isinstance(node, ast.ClassDef) and node.name.endswith("Error")]
    assert not classes or Path(name).name == "errors.py"
