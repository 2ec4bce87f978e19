"""The command line of money against coverage: `siting pareto`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siting.commands.options import Json, Out, Overrides, Quiet, StudyFile, Verbose, settings_of
from siting.console import ProgressLine, emit_json, guarded
from siting.interrupt import Interrupt

if TYPE_CHECKING:
    from siting.front import Front

fronts = typer.Typer()


@fronts.command("pareto")
@guarded
def pareto_(
    study: StudyFile,
    budgets: Annotated[
        str,
        typer.Option("--budgets", metavar="LIST", help="Amounts of CNY, 500M,1000M,2亿; or how many, equally spaced."),
    ] = "5",
    overrides: Overrides = None,
    out: Out = Path("fronts"),
    as_json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Show what each of several budgets can serve (or cover): a table, and a picture of cost against share."""
    from siting.front import cost_front, parse_budgets, write_front
    from siting.run_folder import make_runs_folder
    from siting.study import Study

    amounts = parse_budgets(budgets)
    read = Study.from_toml(study, overrides=settings_of(overrides))
    make_runs_folder(out)  # where this fails, it should before the work and not after
    with Interrupt() as interrupt, ProgressLine(quiet=quiet, verbose=verbose) as progress:
        progress.begin(f"reading {study}")
        front = cost_front(read, amounts, progress=progress, should_stop=interrupt)
    folder = write_front(front, out)
    if as_json:
        emit_json({"folder": str(folder), **front.about, "points": front.rows})
    else:
        typer.echo("\n".join([*_table(front), f"{folder}: front.csv, front.json, front.svg"]))
    return 0


def _table(front: "Front") -> list[str]:
    """A line per budget; a star marks what another one has for less."""
    lines = [f"{'budget':>10} {'spent':>10} {'share':>7} {'gap':>8} {'stations':>9}  million CNY; * dominated"]
    for row in front.rows:
        spent, share, gap, stations = (
            "-" if row[key] is None else row[key] for key in ("cost_cny", "share", "gap", "stations")
        )
        lines.append(
            f"{row['budget_cny'] / 1e6:>10,.1f} {_told(spent, 1e6, ',.1f'):>10} {_told(share, 1.0, '.1%'):>7} "
            f"{_told(gap, 1.0, '.2%'):>8} {stations:>9}  {row['status']}{' *' if row['dominated'] else ''}"
        )
    return lines


def _told(value: object, unit: float, form: str) -> str:
    return format(value / unit, form) if isinstance(value, int | float) else str(value)
