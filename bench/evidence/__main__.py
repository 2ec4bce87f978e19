"""`python -m bench.evidence shenzhen|guangzhou|hydrogen` from the root of the checkout."""

import argparse
from pathlib import Path

from bench.evidence import guangzhou, hydrogen, shenzhen
from bench.process import ROOT

CASES = {"shenzhen": shenzhen.evidence, "guangzhou": guangzhou.evidence, "hydrogen": hydrogen.evidence}

DATA = ROOT.parent / "shared" / "data"
"""The folder beside the checkout that the example studies read too."""


def main() -> int:
    """Compute one case, print its tables and write them."""
    parser = argparse.ArgumentParser(prog="python -m bench.evidence", description="Demand beside what is observed.")
    parser.add_argument("case", choices=CASES)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder with the real data")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "evidence", help="folder to write to")
    options = parser.parse_args()
    if not DATA.is_dir():
        parser.error(f"the real data is not there: {DATA}")
    options.out.mkdir(parents=True, exist_ok=True)
    page = CASES[options.case](DATA, options.out)
    written = options.out / f"{options.case}.md"
    written.write_text(page, encoding="utf-8")
    print(page)
    print(f"written: {written}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
