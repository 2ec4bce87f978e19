"""What a planner sees beside the result: progress and errors on stderr, one JSON object on stdout."""

import json
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from types import TracebackType
from typing import TYPE_CHECKING, Any, ParamSpec

import typer

if TYPE_CHECKING:
    from rich.status import Status
    from rich.text import Text

    from solvers import Progress

P = ParamSpec("P")

_EVERY_S = 10.0


def guarded(command: Callable[P, int]) -> Callable[P, None]:
    """Make a command end with its exit code, and with a message instead of a traceback.

    An option `verbose` of the command adds the traceback of an unexpected error.
    """

    @wraps(command)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = command(*args, **kwargs)
            sys.stdout.flush()
        except (typer.Exit, BrokenPipeError):
            raise
        except Exception as error:
            code = report(error, verbose=kwargs.get("verbose"))
        if code:
            raise typer.Exit(code)

    return wrapper


def report(error: Exception, *, verbose: object = None) -> int:
    """Print an error to stderr, and return the exit code it stands for.

    Parameters
    ----------
    error
        What happened.
    verbose
        Whether to print the traceback of an unexpected error; `None` where the planner cannot ask for it.
    """
    code = _planner_code(error)
    if code is not None:
        say(f"siting: {error}")
        return code
    if isinstance(error, OSError) and error.filename is not None:
        say(f"siting: {error.filename}: {error.strerror}")
        return 3
    if verbose:
        say("".join(traceback.format_exception(error)).rstrip())
    said = " ".join(str(error).split())
    hint = "; -v shows where it happened" if verbose is False else ""
    say(
        f"siting: unexpected {type(error).__name__}: {said}\n"
        f"siting: please report this with the output of `siting versions`{hint}"
    )
    return 1


def say(text: str) -> None:
    """Print a message to stderr."""
    typer.echo(text, err=True)


def emit_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object to stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def _planner_code(error: Exception) -> int | None:
    """Exit code of an error that a planner can mend; `None` for any other."""
    from demand_models import DemandError
    from geodata import GeodataError
    from maps_out import MapError
    from siting.errors import SitingError
    from solvers import BackendError, ProblemError

    if isinstance(error, SitingError):
        return error.exit_code
    return 3 if isinstance(error, GeodataError | DemandError | MapError | BackendError | ProblemError) else None


@contextmanager
def telling_interrupt(state: str) -> Iterator[None]:
    """Let Ctrl-C end a command with a word on how it left things."""
    try:
        yield
    except KeyboardInterrupt:
        say(f"siting: interrupted; {state}")
        raise


class ProgressLine:
    """News of a run on stderr: a live line on a terminal, otherwise a line per stage and every ten seconds.

    Parameters
    ----------
    quiet
        Say nothing.
    verbose
        Print every piece of news as a line.
    """

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self._quiet = quiet
        self._verbose = verbose
        self._stage = ""
        self._started_at = time.monotonic()
        self._said_at = float("-inf")
        self._live: Status | None = None

    def __enter__(self) -> "ProgressLine":
        """Start the live line where there is a terminal."""
        if sys.stderr.isatty() and not (self._quiet or self._verbose):
            from rich.console import Console

            self._live = Console(stderr=True).status("")
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the live line."""
        if self._live is not None:
            self._live.stop()

    def __call__(self, news: "Progress") -> None:
        """Show news of the solver."""
        self._show(news.stage, _news_text(news))

    def begin(self, stage: str) -> None:
        """Say what comes now."""
        self._show(stage, stage)

    def count(self, what: str, done: int, of: int) -> None:
        """Say how much of something is done."""
        self._show(what, f"{what} {done:,} of {of:,}")

    def _show(self, stage: str, text: str) -> None:
        if self._quiet:
            return
        if self._live is not None:
            self._live.update(_Ticking(text, self._started_at))
            return
        now = time.monotonic()
        if self._verbose or stage != self._stage or now - self._said_at >= _EVERY_S:
            self._stage, self._said_at = stage, now
            say(_timed(text, self._started_at))


class _Ticking:
    """A text whose seconds go on each time that the live line is drawn, news or not."""

    def __init__(self, text: str, started_at: float) -> None:
        self._text = text
        self._started_at = started_at

    def __rich__(self) -> "Text":
        """Draw the text of this moment."""
        from rich.text import Text

        return Text(_timed(self._text, self._started_at))


def _timed(text: str, started_at: float) -> str:
    return f"{text}  {time.monotonic() - started_at:.0f} s"


def _news_text(news: "Progress") -> str:
    parts = [news.stage]
    if news.incumbent is not None:
        parts.append(f"best {news.incumbent:,.0f}")
    if news.bound is not None:
        parts.append(f"bound {news.bound:,.0f}")
    if news.gap is not None:
        parts.append(f"gap {news.gap:.2%}")
    return "  ".join(parts)
