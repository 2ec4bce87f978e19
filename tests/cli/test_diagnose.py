"""`siting diagnose`: text, JSON and folder; mistakes are told in one message."""


def test_the_terminal_says_what_stands(siting, template, tmp_path):
    """The template's two stations are told of in the language asked for, with the folder."""
    ran = siting("diagnose", template, "--out", tmp_path / "out", "--lang", "en")
    assert ran.code == 0, ran.stderr
    assert "What the 2 stations that stand already do" in ran.stdout
    (folder,) = (tmp_path / "out").iterdir()
    assert str(folder / "diagnosis.html") in ran.stdout
    assert 'id="choose-en" checked' in (folder / "diagnosis.html").read_text(encoding="utf-8")


def test_json_is_one_object(siting, template, tmp_path):
    """The figures of the file, and where they were written."""
    ran = siting("diagnose", template, "--out", tmp_path / "out", "--json", "--quiet")
    assert ran.code == 0, ran.stderr
    told = ran.json()
    assert told["stations"] == 2
    assert set(told["services"]["charging"]) >= {"covered_share", "overlap_share", "served_share", "unmissed"}
    assert ran.stderr == ""


def test_settings_are_replaced(siting, template, tmp_path):
    """Longer ways cover less of the same demand; a setting that is not known is refused."""
    options = ("--out", tmp_path / "out", "--json", "--quiet")
    straight, winding = (
        siting("diagnose", template, *options, "--set", f"travel.detour_factor={factor}").json()["services"]["charging"]
        for factor in (1, 4)
    )
    assert winding["demand"] == straight["demand"]
    assert winding["covered_share"] < straight["covered_share"]
    wrong = siting("diagnose", template, *options, "--set", "travel.detour=3")
    assert wrong.code == 3
    assert "detour" in wrong.stderr


def test_a_study_without_stations_says_so(siting, template, tmp_path):
    """Nothing stands: one message, exit code 3, and no folder."""
    text = template.read_text(encoding="utf-8")
    begin = text.index("[sites.sources.standing]")
    template.write_text(text[:begin] + text[text.index("\n[", begin) :], encoding="utf-8")
    ran = siting("diagnose", template, "--out", tmp_path / "out", "--quiet")
    assert ran.code == 3
    assert "no station stands in this study" in ran.stderr
    assert not list((tmp_path / "out").iterdir())


def test_a_folder_that_cannot_be_written_is_told_before_the_work(siting, template, tmp_path):
    """`--out` is a file."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    ran = siting("diagnose", template, "--out", tmp_path / "file")
    assert ran.code == 3
    assert "is a file, not a folder" in ran.stderr
