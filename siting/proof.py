"""The proof of a run: its bound computed again from the prices kept with it."""

from pathlib import Path
from typing import Final

from siting.audit.files import read_manifest, read_study
from siting.formats.json_file import read_json
from siting.formats.price_file import CERTIFICATE, read_certificate
from siting.objectives.asked import Asked
from siting.pipeline import prepare
from solvers.certificate import certified_bound

_ROUNDING: Final = 1e-9


def proof_faults(run_dir: Path | str) -> list[str]:
    """Compute a run's bound again from the prices kept with it, and say where it is not what the run reports.

    The study is assembled again from its inputs. A run whose bound was proved by branching keeps no prices; of that
    nothing can be said here.

    Raises
    ------
    RunFolderError
        When the folder is no run folder, or its study is gone.
    StudyError, geodata.LayerError, geodata.CrsError, demand_models.DemandError
        When the study cannot be assembled.
    """
    folder = Path(run_dir)
    if not (folder / CERTIFICATE).is_file():
        return []
    try:
        certificate = read_certificate(folder / CERTIFICATE)
    except (OSError, ValueError) as error:
        return [f"{CERTIFICATE}: cannot be read ({error})"]
    manifest = read_manifest(folder)
    ready = prepare(read_study(folder, manifest))
    asked = Asked.of(ready.study, ready.assembly, ready.limits)
    first = asked.stages[0].objective
    try:
        proven = certified_bound(asked.problem, asked.limits, first, certificate)
    except ValueError as error:
        return [f"{CERTIFICATE}: proves nothing ({error})"]
    claimed = float(read_json(folder / "kpis.json")["solve"]["bound"])
    room = _ROUNDING * abs(proven)
    if claimed >= proven - room if first.maximise else claimed <= proven + room:
        return []
    return [f"kpis.json: the bound is {claimed:.10g}, the prices of {CERTIFICATE} prove no better than {proven:.10g}"]
