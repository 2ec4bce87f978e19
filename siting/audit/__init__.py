"""The second check: a run folder against its study's inputs, by code that shares
nothing with what solved the run (it reads layers and makes demand and sites as the run did).
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from demand_models.errors import DemandError
from geodata import GeodataError
from siting.audit import backdrop, figures, flows, objective, plan, service, sites, years
from siting.audit.case import Case
from siting.audit.files import STUDY, changed_inputs, changed_outputs, read_manifest, read_study, read_written
from siting.audit.question import ask_again
from siting.audit.sentences import shortened
from siting.errors import RunFolderError, StudyError
from siting.study import Study

#: What the layers and tables must keep to; each check speaks of one kind of contradiction.
CHECKS: Final[tuple[Callable[[Case], Iterator[str]], ...]] = (
    sites.strange_facilities,
    sites.missing_facilities,
    sites.wrong_positions,
    sites.wrong_modules,
    sites.wrong_attributes,
    sites.wrong_sizes,
    sites.overloaded_sites,
    sites.crowded_facilities,
    years.wrong_years,
    years.wrong_additions,
    years.wrong_reality,
    years.wrong_closed,
    years.broken_rules,
    flows.wrong_flows,
    flows.undriven_flows,
    flows.wrong_flow_reach,
    flows.wrong_stations,
    service.wrong_demand,
    service.wrong_reach,
    service.strange_assignments,
    service.wrong_travel,
    service.wrong_amounts,
    service.wrong_use,
    service.wrong_importance,
    service.wrong_districts,
    plan.broken_lines,
    plan.wrong_scorecard,
    objective.wrong_nearest,
    objective.broken_objective,
    objective.wrong_figures,
    figures.wrong_totals,
    figures.wrong_shares_before,
    figures.wrong_proof,
    figures.wrong_tables,
    figures.wrong_records,
    backdrop.strange_roads,
)


def audit_run(run_dir: Path | str) -> list[str]:
    """Check the written files of a run against each other and against the study's inputs.

    Demand, candidate sites and travel are derived again from the inputs; nothing of the solvers, of the bridge to them
    or of what wrote the files is used, so that an error there shows too.

    Parameters
    ----------
    run_dir
        Folder that a run wrote.

    Returns
    -------
    violations
        One sentence per contradiction, naming file, layer and id, what was found and what was expected; empty when
        the run passes. Of a kind at most 20 are named. What cannot be read is a contradiction too; without the inputs
        as they were the content is not checked.
    """
    folder = Path(run_dir)
    try:
        manifest = read_manifest(folder)
    except RunFolderError as error:
        return [str(error)]
    faults = shortened(changed_outputs(folder, manifest["outputs"]))
    try:
        return faults + _content_faults(folder, manifest)
    except RunFolderError as error:
        return [*faults, str(error)]
    except (StudyError, GeodataError, DemandError) as error:
        return [*faults, f"the study cannot be derived again from its inputs: {' '.join(str(error).split())}"]


def _content_faults(folder: Path, manifest: dict[str, Any]) -> list[str]:
    study = read_study(folder, manifest)
    changed = shortened(changed_inputs(study, manifest["inputs"]))
    if changed:
        return changed
    written, unreadable = read_written(folder, manifest, study)
    question, inputs = ask_again(study)
    faults = list(unreadable)
    if manifest["inputs"] != inputs:
        faults.insert(0, "manifest.json: inputs differ in name, path, sha256, rows or crs from those of the study")
    if written is not None:
        case = Case(question, written)
        faults += [fault for check in CHECKS for fault in shortened(check(case))]
    expected = _run_id(study, inputs, manifest["version"])
    return faults if manifest["run_id"] == expected else [_other_question(manifest, expected, len(faults))]


def _other_question(manifest: dict[str, Any], expected: str, differences: int) -> str:
    """What is read now is not what was asked then: one sentence, since every other difference follows from it."""
    follows = f"; {differences} differences in content may follow from it" if differences else ""
    return (
        f"manifest.json: run_id is {manifest['run_id']}, expected {expected} from the resolved study, its catalogue, "
        f"its inputs and the version: {STUDY} reads otherwise now than when the run (of siting {manifest['version']}) "
        f"was written, by a build with other defaults, or it was changed since{follows}; "
        "run the study again, or verify with the build that wrote it"
    )


def _run_id(study: Study, inputs: list[dict[str, Any]], version: str) -> str:
    """First 12 hex digits of the SHA-256 of study, catalogue, sorted names and hashes of inputs, and version."""
    asked = [study.model_dump(mode="json"), study.catalogue.model_dump(mode="json")]
    files = sorted([entry["name"], entry["sha256"]] for entry in inputs)
    text = json.dumps([asked, files, version], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]
