"""The file of a model: numbers that come back, and nothing that runs."""

import contextlib
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from demand_models import DemandError
from demand_models.learned import load_model, save_model

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def saved(model, tmp_path):
    """A model's file."""
    save_model(model, tmp_path / "model.json")
    return tmp_path / "model.json"


def resigned(path, change):
    """The file with its content changed and its hash computed anew, as an attacker would."""
    whole = json.loads(path.read_bytes())
    change(whole["model"])
    content = json.dumps(whole["model"], sort_keys=True, separators=(",", ":")).encode()
    whole["sha256"] = hashlib.sha256(content).hexdigest()
    path.write_text(json.dumps(whole))
    return path


def test_a_model_comes_back(model, saved, world):
    """Predictions, intervals and card are the same to the last digit, and so are the bytes when saved again."""
    features, _, _ = world
    back = load_model(saved)
    assert np.array_equal(back.predict(features), model.predict(features))
    for one, other in zip(back.interval(features), model.interval(features), strict=True):
        assert np.array_equal(one, other)
    assert back.card.to_dict() == model.card.to_dict()
    save_model(back, saved.with_name("again.json"))
    assert saved.with_name("again.json").read_bytes() == saved.read_bytes()
    assert sorted(path.name for path in saved.parent.iterdir()) == ["again.json", "model.json"]


def test_another_process_predicts_the_same_without_the_library(model, saved, world):
    """A fresh interpreter in which scikit-learn cannot be imported predicts the same to 1e-12."""
    features, _, _ = world
    np.savetxt(saved.with_name("x.csv"), features.values, fmt="%.17g")
    code = (
        "import sys, numpy as np; sys.modules['sklearn'] = None\n"
        "from pathlib import Path\n"
        "from demand_models.learned import Features, load_model\n"
        "model = load_model(Path(sys.argv[1])); x = np.loadtxt(sys.argv[2])\n"
        "ids = tuple(map(str, range(len(x))))\n"
        "for y in model.predict(Features(ids, model.names, model.units, model.signs, x)): print(repr(float(y)))"
    )
    command = [sys.executable, "-c", code, str(saved), str(saved.with_name("x.csv"))]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert np.allclose(list(map(float, told.stdout.split())), model.predict(features), rtol=1e-12, atol=0)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no JSON"),
        (b"\x80\x04\x95\x00pickle", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b'{"format": NaN}', "is no JSON"),
        (b'{"format": ' + b"9" * 10_000 + b"}", "is no JSON"),
        (b"[1, 2]", "not a learned model of this program"),
        (b'{"type": "FeatureCollection"}', "not a learned model of this program"),
        (b'{"format": "siting learned model", "version": 2}', "not of version 1"),
        (b'{"format": "siting learned model", "version": 1, "model": {}}', "damaged"),
    ],
)
def test_foreign_files_are_refused(tmp_path, content, words):
    """One message names the file; nothing else happens."""
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(DemandError, match=rf"other\.json: .*{words}"):
        load_model(path)


def test_missing_and_oversized_files(tmp_path, saved, monkeypatch):
    """A missing file says so; a huge one is not read."""
    with pytest.raises(DemandError, match="cannot be read"):
        load_model(tmp_path / "none.json")
    monkeypatch.setattr("demand_models.learned.format._MOST_BYTES", 10)
    with pytest.raises(DemandError, match="larger than"):
        load_model(saved)


def test_every_damaged_byte_is_noticed(model, saved, world):
    """A changed or missing byte gives the error, or leaves the model as it was (white space, say)."""
    features, _, _ = world
    good, expected = saved.read_bytes(), model.predict(features)
    random = np.random.default_rng(1)
    for at in random.integers(0, len(good), 60):
        for bad in (good[:at], good[:at] + bytes([random.integers(32, 127)]) + good[at + 1 :]):
            saved.write_bytes(bad)
            with contextlib.suppress(DemandError):
                assert np.array_equal(load_model(saved).predict(features), expected)


@pytest.mark.parametrize(
    "change",
    [
        lambda model: model.pop("names"),
        lambda model: model.update(more=1),
        lambda model: model.update(signs=[2, 0, 0]),
        lambda model: model.update(names=["a", "a", "b"]),
        lambda model: model.update(fold_of=[99] * len(model["fold_of"])),
        lambda model: model.update(errors=model["errors"][1:]),
        lambda model: model.update(errors=[-1.0] * len(model["errors"])),
        lambda model: model.update(errors=["1"] * len(model["errors"])),
        lambda model: model["formula"].update(kind="code"),
        lambda model: model["formula"].update(__class__="os.system"),
        lambda model: model["card"].update(rows="many"),
        lambda model: model["card"].update(run="x"),
        lambda model: model["card"]["about"].update(title=["a"]),
        lambda model: model.update(fold_formulas=[]),
        lambda model: model.update(typical=0),
    ],
)
def test_numbers_that_make_no_model(saved, change):
    """Though the hash fits, what cannot be is refused with the key."""
    with pytest.raises(DemandError, match="make no model"):
        load_model(resigned(saved, change))


@pytest.mark.parametrize(
    "change",
    [
        lambda trees: trees["left"].__setitem__(0, 0),
        lambda trees: trees["right"].__setitem__(0, len(trees["feature"])),
        lambda trees: trees["left"].__setitem__(0, trees["roots"][1]),
        lambda trees: trees["left"].__setitem__(0, 10**30),
        lambda trees: trees["feature"].__setitem__(0, 3),
        lambda trees: trees["feature"].__setitem__(0, -2),
        lambda trees: trees["value"].pop(),
        lambda trees: trees["roots"].pop(0),
        lambda trees: trees["roots"].append(trees["roots"][-1]),
        lambda trees: trees["roots"].append(len(trees["feature"])),
        lambda trees: trees.update(roots=[]),
    ],
)
def test_trees_that_walk_astray(learned, tmp_path, change):
    """A walk that does not end, or leaves its tree, is found before anybody walks."""
    from demand_models.learned import Boosted

    save_model(learned(Boosted(leaves=4, rounds=3)), tmp_path / "model.json")
    with pytest.raises(DemandError, match="make no model"):
        load_model(resigned(tmp_path / "model.json", lambda model: change(model["formula"])))


def test_a_linear_formula_takes_all_features(learned, tmp_path):
    """One coefficient too few is no model."""
    from demand_models.learned import Ridge

    save_model(learned(Ridge(1.0)), tmp_path / "model.json")
    with pytest.raises(DemandError, match="does not take 3 features"):
        load_model(resigned(tmp_path / "model.json", lambda model: model["formula"]["coefficients"].pop()))
