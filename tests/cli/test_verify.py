"""`siting verify` on a whole and on a spoiled run folder."""


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
