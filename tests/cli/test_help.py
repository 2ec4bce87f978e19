"""The command line answers at once: it imports nothing heavy before a command needs it."""

import subprocess
import sys

HEAVY = {"numpy", "pandas", "geopandas", "shapely", "pydantic", "scipy", "highspy", "pulp", "folium", "jinja2", "osmnx"}
COMMANDS = {"run", "check", "demo", "new", "map", "verify", "compare", "pareto", "schema", "versions"}


def test_importing_the_command_line_is_cheap():
    """`import siting.cli` loads none of the libraries that take long."""
    code = "import sys, siting.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert HEAVY.isdisjoint(loaded)


def test_the_module_runs():
    """`python -m siting` is the command line."""
    ran = subprocess.run([sys.executable, "-m", "siting", "versions"], capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("siting ")


def test_help_names_every_command_and_the_exit_codes(siting):
    """`siting --help` is the whole list."""
    shown = siting("--help").stdout
    assert all(f" {command} " in shown for command in COMMANDS)
    assert "infeasible" in shown
