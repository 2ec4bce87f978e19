"""What the numbers were measured on."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGES = ("siting", "numpy", "scipy", "numba", "highspy", "pulp", "spopt", "cbcbox", "networkx", "pandana")


def machine(threads: int) -> dict[str, str]:
    """Processor, memory, system and versions, in words."""
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory()}",
        "threads": str(threads),
        "system": platform.platform(terse=True),
        "versions": ", ".join([f"Python {platform.python_version()}", *map(_version, _PACKAGES)]),
        "how": "each run in a process of its own, one after the other",
    }


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} not installed"


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _memory() -> str:
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{gib:.0f} GiB"
