"""Where charging, battery-swap and hydrogen stations go.

>>> from siting import Study, run  # doctest: +SKIP
>>> result = run(Study.from_toml("study.toml"))  # doctest: +SKIP

Names are loaded on first use, so that importing the package costs nothing.
"""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from siting.pipeline import run as run
    from siting.placement.locate import Placement as Placement
    from siting.placement.locate import locate as locate
    from siting.plan import Plan as Plan
    from siting.result import Result as Result
    from siting.run_folder import write_run as write_run
    from siting.study import Study as Study

__distribution__ = "siting"
__version__ = "0.1.0"

_HOMES = {
    "Placement": "siting.placement.locate",
    "Plan": "siting.plan",
    "Result": "siting.result",
    "Study": "siting.study",
    "locate": "siting.placement.locate",
    "run": "siting.pipeline",
    "write_run": "siting.run_folder",
}
_SIBLINGS = ("geodata", "demand_models", "solvers", "maps_out")


def _check_siblings() -> None:
    """Refuse siblings of another distribution: `geodata` and `solvers` are names that others use too.

    Raises
    ------
    ImportError
        When a sibling is missing or does not carry this distribution's mark; the message names its path.
    """
    for name in _SIBLINGS:
        spec = find_spec(name)
        origin = spec.origin if spec is not None else None
        if origin is None or '__distribution__ = "siting"' not in Path(origin).read_text(encoding="utf-8"):
            raise ImportError(f"package {name!r} at {origin} is not part of siting: uninstall it or change sys.path")


def __getattr__(name: str) -> object:
    """Load a public name on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'siting' has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


_check_siblings()
