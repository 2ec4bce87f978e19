"""The command line answers at once: it imports nothing heavy before a command needs it."""

import subprocess
import sys

HEAVY = {"numpy", "pandas", "geopandas", "shapely", "pydantic", "scipy", "highspy", "pulp", "folium", "jinja2", "osmnx"}
HEAVY |= {"numba", "pyarrow", "pyogrio", "pyproj", "osmium", "openpyxl", "sklearn"}
COMMANDS = {"run", "check", "demo", "new", "map", "verify", "compare", "pareto", "schema", "versions"}
COMMANDS |= {"import", "inspect", "osm", "travel", "demand", "diagnose"}


def test_importing_the_command_line_is_cheap():
    """`import siting.cli` loads none of the libraries that take long."""
    code = "import sys, siting.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert HEAVY.isdisjoint(loaded)


def test_the_module_runs():
    """`python -m siting` is the command line."""
    ran = subprocess.run([sys.executable, "-m", "siting", "versions"], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("siting ")


def test_help_of_every_command_is_cheap():
    """So does `siting COMMAND --help`, which shows the options; typer itself may load pydantic."""
    code = f"""
import sys
from siting.cli import app
for command in {sorted(COMMANDS)}:
    try:
        app([command, "--help"])
    except SystemExit as stop:
        assert not stop.code
print(*{{name.partition('.')[0] for name in sys.modules}}, file=sys.stderr)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.count("Usage") == len(COMMANDS)
    assert (HEAVY - {"pydantic"}).isdisjoint(ran.stderr.split())


def test_help_names_every_command_and_the_exit_codes(siting):
    """`siting --help` is the whole list."""
    shown = siting("--help").stdout
    assert all(f" {command} " in shown for command in COMMANDS)
    assert "infeasible" in shown
