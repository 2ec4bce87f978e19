"""`python -m bench.report [RESULT.json ...]`: put the tables of benchmark runs into docs/benchmarks.md.

The page keeps its words: what stands between `<!-- table KIND -->` and `<!-- end -->` is replaced. Of several results
the last one that has a class gives its table; the tables of classes that no result has stay as they are.
"""

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path

from bench.process import ROOT
from bench.row import Row
from bench.table import by_class, section

PAGE = ROOT / "docs" / "benchmarks.md"
RESULT = ROOT / "bench" / "results" / "full.json"
MACHINE = "machine"


def main(arguments: Sequence[str] | None = None) -> int:
    """Rewrite the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.report", description="Tables into docs/benchmarks.md.")
    parser.add_argument("results", nargs="*", type=Path, default=[RESULT], help="results in JSON (default: full.json)")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page (default: docs/benchmarks.md)")
    options = parser.parse_args(arguments)
    text = filled(options.page.read_text(encoding="utf-8"), tables(options.results))
    beside = options.page.with_suffix(".part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(options.page)
    return 0


def tables(results: Sequence[Path]) -> dict[str, str]:
    """Table of each class, and what the machine was."""
    found: dict[str, str] = {}
    for path in results:
        told = json.loads(path.read_text(encoding="utf-8"))
        found[MACHINE] = "\n".join([*(f"- {what}: {words}" for what, words in told["machine"].items()), ""])
        for kind, rows in by_class([Row.of(row) for row in told["rows"]]).items():
            found[kind] = section(kind, rows)
    return found


def filled(page: str, found: dict[str, str]) -> str:
    """Return a page with its tables replaced.

    Raises
    ------
    ValueError
        When a class has a result and no place on the page.
    """
    for kind, table in found.items():
        place = re.compile(rf"(<!-- table {re.escape(kind)} -->\n).*?(<!-- end -->)", re.DOTALL)
        page, count = place.subn(lambda found, table=table: f"{found[1]}\n{table}\n{found[2]}", page)  # type: ignore[misc]
        if count != 1:
            raise ValueError(f"the page has {count} places for {kind!r}: expected one line <!-- table {kind} -->")
    return page


if __name__ == "__main__":
    raise SystemExit(main())
