"""`siting verify` on a whole and on a spoiled run folder."""

import pytest


def test_verify_passes_what_a_run_wrote(siting, run_folder):
    """A run folder as written passes."""
    ran = siting("verify", run_folder, "--json")
    assert ran.json() == {"run_dir": str(run_folder), "passed": True, "violations": []}
    assert ran.code == 0


def test_verify_fails_what_somebody_changed(siting, run_folder):
    """A changed table fails with exit code 1 and names what is wrong."""
    path = run_folder / "kpis.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"cost_cny": ', '"cost_cny": 1'), encoding="utf-8")
    ran = siting("verify", run_folder)
    assert ran.code == 1
    assert "NOT verified" in ran.stdout
    assert "  - " in ran.stdout


@pytest.mark.parametrize("name", ["kpis.json", "manifest.json"])
def test_verify_fails_a_damaged_run(siting, run_folder, name):
    """A run folder with a file that cannot be read is a run all the same: not verified, exit code 1."""
    (run_folder / name).write_text("{", encoding="utf-8")
    ran = siting("verify", run_folder)
    assert ran.code == 1
    assert name in ran.stdout
