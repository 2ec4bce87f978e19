"""What is run: the lines of every table, ours before its peers."""

from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from bench.published import Known, known_optima
from bench.run import OURS, Run

Extent = Literal["quick", "full", "long"]

PEER_S: dict[Extent, float] = {"quick": 10.0, "full": 30.0, "long": 300.0}
"""Limit of a peer on the classic models."""

CENTER_PEER_S: dict[Extent, float] = {"quick": 10.0, "full": 60.0, "long": 300.0}
CENTER_PEERS: dict[Extent, tuple[str, ...]] = {
    "quick": ("pmed1",),
    "full": ("pmed1", "pmed2", "pmed3", "pmed4", "pmed5", "pmed6"),
    "long": (),
}
"""Limit of a peer on the p-center, and what it is asked for; in the long suite it is asked for everything."""

PAIRS = "spopt" if find_spec("spopt") else "PuLP"
"""Who writes the peers' models of p-median, p-center and maximal covering: spopt where it is installed."""

HIGHS = "HiGHS"
"""The compact model, handed to HiGHS as arrays."""

QUICK_PMED = ("pmed1", "pmed40")
CBC_PMED = ("pmed1", "pmed5", "pmed6", "pmed10")
TSPLIB = {"rl1304": (500,), "fl1400": (20,), "pcb3038": (5, 100, 500)}
TSPLIB_LONG = {"rl1304": (20, 200, 400, 500), "fl1400": (10, 20, 50), "pcb3038": (5, 10, 100, 500)}
"""Asked besides those with known optima."""

LARGE = (("plane-10000", 100), ("plane-10000", 1000), ("d18512", 500), ("plane-100000", 2000))
CAP_PEERS = ("cap41", "cap131", "capa")


def suite(data: Path, extent: Extent) -> list[Run]:
    """All runs, in the order of the tables.

    Parameters
    ----------
    data
        Folder with `bench/` and `data/`; what is not there is left out.
    extent
        Two minutes, an hour, or several hours.
    """
    return [
        *_pmed(data, extent),
        *_tsplib(data, extent),
        *_large_median(data, extent),
        *_covering(extent),
        *_other_models(extent),
        *_center(data, extent),
        *_capacitated(data, extent),
        *_refuelling(data, extent),
        *_travel(data, extent),
        *_joint(extent),
        *_handing(extent),
        *_imports(extent),
    ]


def warm_up(runs: list[Run]) -> Run:
    """Tiny instances of all models that are measured, so that their loops are compiled before."""
    tiny: dict[str, dict[str, Any]] = {
        "p-median": {"instance": "plane-30", "p": 3},
        "p-center": {"instance": "plane-30", "p": 3},
        "p-dispersion": {"instance": "plane-30", "p": 3},
        "maximal": {"n": 12, "m": 200, "standard": 5.0, "p": 3},
        "partial": {"n": 12, "m": 200, "standard": 5.0, "share": 0.3},
        "backup": {"n": 12, "m": 200, "standard": 5.0, "p": 3},
        "market": {"n": 12, "m": 200, "p": 3},
        "capacitated": {"file": ""},
        "flows": {"seed": 0, "nodes": 40, "paths": 60},
        "travel": {"nodes": 500, "sources": 50, "targets": 50},
        "city": {"size": "tiny", "seed": 0},
    }
    models = dict.fromkeys(run.model for run in runs if run.tool == OURS)
    wanted = [{"kind": "", "name": model, "model": model, "of": tiny[model], "limit_s": 5.0}
              for model in models if model in tiny]  # fmt: skip
    return Run("", "warm-up", "warm-up", {"runs": wanted}, limit_s=180.0, repeats=0)


def _peers(run: Run, limit_s: float, *tools: str) -> Iterator[Run]:
    for tool in tools:
        yield replace(run, tool=tool, limit_s=limit_s, repeats=0)


def _of_pmed(known: Known, kind: str) -> Run:
    of = {"instance": known.instance, "p": known.p}
    return Run(kind, f"{known.instance}, p = {known.p}", known.model, of, optimum=known.optimum)


def _pmed(data: Path, extent: Extent) -> Iterator[Run]:
    for known in known_optima(data / "bench", "p-median"):
        if not known.instance.startswith("pmed") or (extent == "quick" and known.instance not in QUICK_PMED):
            continue
        run = _of_pmed(known, "p-median")
        yield run
        if extent != "quick" or known.instance == "pmed1":
            yield from _peers(run, PEER_S[extent], f"{PAIRS} + HiGHS")
        if extent == "long" or (extent == "full" and known.instance in CBC_PMED):
            yield from _peers(run, PEER_S[extent], f"{PAIRS} + CBC")


def _center(data: Path, extent: Extent) -> Iterator[Run]:
    for known in known_optima(data / "bench", "p-center"):
        if extent == "quick" and known.instance not in QUICK_PMED:
            continue
        run = _of_pmed(known, "p-center")
        yield run
        if extent == "long" or known.instance in CENTER_PEERS[extent]:
            yield from _peers(run, CENTER_PEER_S[extent], f"{PAIRS} + HiGHS")
        if extent == "long" or (extent == "full" and known.instance == "pmed1"):
            yield from _peers(run, PEER_S[extent], f"{PAIRS} + CBC")


def _tsplib(data: Path, extent: Extent) -> Iterator[Run]:
    folder = data / "bench" / "tsplib"
    known = {(k.instance, k.p): k.optimum for k in known_optima(data / "bench", "p-median")}
    besides = TSPLIB_LONG if extent == "long" else TSPLIB
    asked = {(name, p) for name, numbers in besides.items() for p in numbers}
    asked |= {(name, p) for name, p in known if name in TSPLIB}
    peer_of = ("rl1304", 50)
    for name, p in sorted(asked):
        if not (folder / f"{name}.tsp").is_file() or (extent == "quick" and (name, p) != peer_of):
            continue
        of, optimum = {"instance": name, "p": p}, known.get((name, p))
        run = Run("tsplib", f"{name}, p = {p}", "p-median", of, optimum=optimum, repeats=2)
        yield run
        if extent != "quick" and (name, p) == peer_of:
            yield from _peers(run, PEER_S[extent], f"{PAIRS} + HiGHS")


def _large_median(data: Path, extent: Extent) -> Iterator[Run]:
    if extent == "quick":
        return
    for name, p in LARGE:
        if name.startswith("plane-") or (data / "bench" / "tsplib" / f"{name}.tsp").is_file():
            of = {"instance": name, "p": p}
            yield Run("large-median", f"{name}, p = {p}", "p-median", of, limit_s=300.0, gap=1e-3, repeats=0)


def _maximal(n: int, m: int, standard: float, p: int, optimum: float | None = None) -> Run:
    of = {"n": n, "m": m, "standard": standard, "p": p}
    return Run("covering", f"R = {standard:g}, p = {p}, {n:,} x {m:,}", "maximal", of, gap=0.0, optimum=optimum)


def _covering(extent: Extent) -> Iterator[Run]:
    small = [
        _maximal(100, 10**5, 3.25, 10, 1_897_064),
        _maximal(100, 10**5, 6.25, 10, 4_866_754),
    ]
    for run in small[:1] if extent == "quick" else small:
        yield run
        yield from _peers(run, PEER_S[extent], f"{PAIRS} + HiGHS")
        if extent != "quick":
            yield from _peers(run, PEER_S[extent], f"{PAIRS} + CBC")
    yield _maximal(100, 10**6, 6.25, 10, 48_780_184)
    yield _maximal(100, 10**7, 3.25, 10)
    if extent == "quick":
        return
    yield _maximal(100, 10**7, 6.25, 10)
    yield _maximal(100, 10**7, 6.25, 15)
    yield _maximal(1000, 10**6, 1.7, 50, 25_753_010)
    yield _maximal(5000, 10**6, 0.7, 200, 18_016_737)
    yield replace(_maximal(10_000, 10**7, 0.5, 500), kind="large-covering", limit_s=120.0, gap=1e-4)


def _other_models(extent: Extent) -> Iterator[Run]:
    def of(name: str, model: str, *, limit_s: float = 30.0, **of: object) -> Run:
        return Run("other-models", f"{model}, {name}", model, of, limit_s=limit_s, gap=0.0)

    yield of("R = 3.25, share 0.6, 100 x 100,000", "partial", n=100, m=10**5, standard=3.25, share=0.6)
    if extent == "quick":
        return
    yield of("R = 1.7, share 0.5, 1,000 x 1,000,000", "partial", n=1000, m=10**6, standard=1.7, share=0.5)
    yield of("R = 3.25, p = 10, 100 x 100,000", "backup", n=100, m=10**5, standard=3.25, p=10)
    yield of("R = 6.25, p = 10, 100 x 100,000", "backup", n=100, m=10**5, standard=6.25, p=10)
    yield of("p = 5, 30 competitors, 30 x 1,000", "market", n=60, m=1000, p=5)
    yield of("plane, p = 5", "p-dispersion", limit_s=60.0, instance="plane-100", p=5)
    yield of("plane, p = 10", "p-dispersion", limit_s=60.0, instance="plane-100", p=10)


def _capacitated(data: Path, extent: Extent) -> Iterator[Run]:
    for known in known_optima(data / "bench", "capacitated"):
        capacity = known.parameter.removeprefix("capacity=")
        if (extent == "quick" and capacity != "10000") or not (
            data / "bench" / "cap" / f"{known.instance}.txt"
        ).is_file():
            continue
        of = {"file": known.instance, "capacity": capacity}
        run = Run("capacitated", f"{known.instance} {capacity}".strip(), "capacitated", of, optimum=known.optimum)
        yield run
        if extent == "long" or (extent == "full" and known.instance in CAP_PEERS):
            yield from _peers(run, PEER_S[extent], "PuLP + HiGHS")
        if extent == "long" or (extent == "full" and capacity == "8000"):
            yield from _peers(run, PEER_S[extent], "PuLP + CBC")


def _refuelling(data: Path, extent: Extent) -> Iterator[Run]:
    if (data / "bench" / "frlm").is_dir():
        yield Run("refuelling", "25 nodes", "25-node", limit_s=20.0, optimum=39.0)
    for seed in range(1 if extent == "quick" else 3):
        run = Run("refuelling", f"seed {seed}", "flows", {"seed": seed})
        yield run
        yield from _peers(run, 10.0 if extent == "quick" else 60.0, HIGHS)


def _travel(data: Path, extent: Extent) -> Iterator[Run]:
    def line(name: str, of: dict[str, object], **peers: int) -> Iterator[Run]:
        run = Run("travel", name, "travel", of, limit_s=120.0)
        yield run
        for tool, first in peers.items():
            if find_spec(tool):
                yield from _peers(replace(run, of={**of, "first": first}), 120.0, tool)

    def drawn(nodes: int | None, count: int, targets: int) -> dict[str, object]:
        return {"nodes": nodes, "sources": count, "targets": targets}

    if extent == "quick":
        yield from line("planar, 50,000 nodes", drawn(50_000, 500, 500), scipy=500)
        return
    yield from line("planar, 50,000 nodes", drawn(50_000, 500, 500), scipy=500, networkx=5)
    if (data / "data" / "roads" / "hongkong_nodes.parquet").is_file() and find_spec("pyarrow"):
        yield from line("Hong Kong Island", drawn(None, 2000, 2000), scipy=2000, networkx=10, pandana=100)
    yield from line("planar, 500,000 nodes", drawn(500_000, 5000, 5000), scipy=200, networkx=4)
    if extent == "long" and find_spec("pyarrow"):
        to_file = {**drawn(500_000, 5000, 500_000), "to_file": True}
        yield replace(next(line("planar, to every node, to a file", to_file)), limit_s=1200.0, repeats=0)


def _city(name: str, limit_s: float, size: str, seed: int = 0, **of: object) -> Run:
    return Run("joint", name, "city", {"size": size, "seed": seed, **of}, limit_s=limit_s, repeats=0)


def _joint(extent: Extent) -> Iterator[Run]:
    if extent == "quick":
        run = _city("small, seed 0", 15.0, "small")
        yield run
        yield from _peers(run, 15.0, HIGHS)
        return
    for size in ("small", "medium", "large"):
        for seed in range(1 if extent == "full" else 5):
            run = _city(f"{size}, seed {seed}", 60.0 if extent == "full" else 300.0, size, seed)
            yield run
            if seed == 0 or (extent == "long" and size == "small"):
                yield from _peers(run, 60.0 if extent == "full" else 240.0, HIGHS)
    if extent == "long":
        yield from _regimes()
    yield replace(_city("medium, seed 0, empty cache", 30.0, "medium"), empty_cache=True)
    yield _city("medium, seed 0, again", 30.0, "medium", again=True)
    yield replace(_city("medium, seed 0", 60.0, "medium", cost=True), kind="joint-cost")


def _regimes() -> Iterator[Run]:
    """Other budgets and demands."""
    for size in ("small", "medium"):
        yield _city(f"{size}, seed 0, loose", 30.0, size, budget="loose")
        yield _city(f"{size}, seed 0, scarce", 30.0, size, demand="scarce")
        yield _city(f"{size}, seed 0, abundant", 30.0, size, demand="abundant")


def _handing(extent: Extent) -> Iterator[Run]:
    for size in ("small",) if extent == "quick" else ("medium", "large"):
        run = Run("handing-over", f"{size}, seed 0", "handing over", {"size": size, "seed": 0})
        yield run
        if size != "large":
            yield from _peers(run, 120.0, "PuLP")


def _imports(extent: Extent) -> Iterator[Run]:
    rows: dict[Extent, tuple[int, ...]] = {
        "quick": (10_000,), "full": (100_000, 1_000_000), "long": (100_000, 1_000_000, 10_000_000)
    }  # fmt: skip
    for n in rows[extent]:
        yield Run("imports", f"{n:,} rows", "import", {"rows": n}, limit_s=900.0, repeats=1 if n <= 100_000 else 0)
