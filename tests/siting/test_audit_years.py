"""The audit of several years: every hand-made corruption of years, additions, closing and rules is found."""

import csv
import shutil

import geopandas as gpd
import pyogrio
import pytest

from siting.audit import audit_run
from siting.formats.json_file import read_json, write_json
from siting.run_folder import write_run

P, Q, OLD = "site:p|charger", "site:q|charger", "old:old|charger"
LAYERS = ("sites", "demand", "assignment", "districts", "places")


@pytest.fixture(scope="module")
def whole(new_world, tmp_path_factory):
    """Two years: p opens with 3 modules and grows by one, q follows, the old station is closed."""
    world = new_world().stand(old={"km": 19, "type": "charger", "modules": 1})
    world.study["sites"]["sources"]["old"] |= {"closable": True, "closing_cost_cny": 50}
    world.grow(y2025=1, y2030=1.5).spend(1350, 2025).spend(1300, 2030)
    world.count("now", exactly=1, year=2025).count("then", exactly=2, year=2030)
    world.rule("precedence", facility=Q, needs=[P])
    return write_run(world.run(), tmp_path_factory.mktemp("years"))


class Folder:
    """A copy of the run folder, to spoil."""

    def __init__(self, path):
        self.path = path

    def rows(self, name):
        with (self.path / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def table(self, name, rows):
        with (self.path / name).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]) if rows else ["facility_id"])
            writer.writeheader()
            writer.writerows(rows)

    def change(self, name, at, **values):
        """Give the rows of a table that hold some values others."""
        rows = self.rows(name)
        chosen = [row for row in rows if all(row[key] == value for key, value in at.items())]
        assert chosen
        for row in chosen:
            row.update(values)
        self.table(name, rows)

    def drop(self, name, **at):
        """Take rows out of a table."""
        rows = self.rows(name)
        self.table(name, [row for row in rows if any(row[key] != value for key, value in at.items())])

    def layer(self, name):
        return pyogrio.read_dataframe(self.path / "sites.gpkg", layer=name)

    def write(self, name, frame):
        """Write the GeoPackage again with one layer changed."""
        frames = {layer: self.layer(layer) for layer in LAYERS} | {name: frame}
        (self.path / "sites.gpkg").unlink()
        for layer, content in frames.items():
            pyogrio.write_dataframe(gpd.GeoDataFrame(content), self.path / "sites.gpkg", layer=layer)

    def kpis(self, change):
        found = read_json(self.path / "kpis.json")
        change(found)
        write_json(self.path / "kpis.json", found)

    def faults(self):
        return [fault for fault in audit_run(self.path) if "sha256" not in fault]


@pytest.fixture
def folder(whole, tmp_path):
    return Folder(shutil.copytree(whole, tmp_path / whole.name))


def test_the_run_as_written_passes(whole, folder):
    """Nothing contradicts anything, and the answer is the one that was meant."""
    assert audit_run(whole) == []
    rows = [(row["facility_id"], row["year"], row["modules"]) for row in folder.rows("phases.csv")]
    assert rows == [(P, "2025", "3"), (P, "2030", "4"), (Q, "2030", "2")]
    assert [row["facility_id"] for row in folder.rows("closed.csv")] == [OLD]


def closes_again(folder):
    folder.drop("phases.csv", facility_id=P, year="2030")
    return f"phases.csv, {P}: stands in 2025, expected in 2025, 2030 (what opened stays)"


def unknown_year(folder):
    folder.change("phases.csv", {"facility_id": Q}, year="2029")
    return f"phases.csv, {Q}: stands in 2029, expected in 2025, 2030"


def other_opening_year(folder):
    sites = folder.layer("sites")
    sites.loc[sites["facility_id"] == Q, "year"] = 2025
    folder.write("sites", sites)
    return f"layer sites, {Q}: year is 2025, expected 2030"


def missing_in_a_table(folder):
    folder.drop("phases.csv", facility_id=Q)
    return f"{Q}: stands in layer sites alone, expected in phases.csv and in layer sites"


def modules_without_addition(folder):
    folder.change("phases.csv", {"facility_id": P, "year": "2025"}, modules="4")
    return f"phases.csv, {P} in 2025: new_modules is 3, expected 4"


def modules_taken_away(folder):
    folder.change("phases.csv", {"facility_id": P, "year": "2030"}, modules="2", new_modules="-1", cost_cny="-100")
    return f"phases.csv, {P} in 2030: modules are taken away"


def money_of_a_year(folder):
    folder.change("phases.csv", {"facility_id": P, "year": "2030"}, cost_cny="0")
    return f"phases.csv, {P} in 2030: cost_cny is 0, expected 100"


def too_early(folder):
    row = next(row for row in folder.rows("phases.csv") if row["facility_id"] == Q)
    later = {**row, "new_modules": "0", "cost_cny": "0.0"}
    rows = [kept for kept in folder.rows("phases.csv") if kept["facility_id"] != Q]
    folder.table("phases.csv", [*rows, {**row, "year": "2025"}, later])
    return "plan line now: 2 stations, expected = 1"


def money_too_early(folder):
    folder.change("phases.csv", {"facility_id": P, "year": "2025"}, modules="4", new_modules="4", cost_cny="1400")
    return "plan line in2025: 1450 CNY, expected <= 1350"


def more_than_its_modules_of_the_year(folder):
    folder.change("phases.csv", {"facility_id": P, "year": "2025"}, modules="1", new_modules="1", cost_cny="1100")
    return f"layer sites, {P}: gives 300 of charging in 2025, capacity 100"


def served_before_it_opens(folder):
    lines = folder.layer("assignment")
    name = next(name for name in lines["row_id"] if name.startswith("demand:a") and name.endswith("2025"))
    lines.loc[lines["row_id"] == name, "facility_id"] = Q
    folder.write("assignment", lines)
    return f"layer sites, {Q}: gives 100 of charging in 2025, capacity 0"


def covered_before_it_opens(folder):
    demand = folder.layer("demand")
    demand.loc[demand["row_id"] == "demand:d|charging|car|2025", "covered"] = True
    folder.write("demand", demand)
    return "layer demand, demand:d|charging|car|2025: covered is True, expected False"


def lost_station(folder):
    folder.drop("closed.csv", facility_id=OLD)
    return f"{OLD} is missing, and not among the closed"


def stranger_closed(folder):
    folder.change("closed.csv", {"facility_id": OLD}, facility_id=P)
    return f"closed.csv, {P}: is no station that the study lets be closed"


def cheap_closing(folder):
    folder.change("closed.csv", {"facility_id": OLD}, closing_cost_cny="0")
    return f"closed.csv, {OLD}: closing_cost_cny is 0, expected 50"


def no_reason(folder):
    folder.change("closed.csv", {"facility_id": OLD}, reason_en="")
    return f"closed.csv, {OLD}: no reason is given"


def broken_precedence(folder):
    rows = folder.rows("phases.csv")
    q = {**next(row for row in rows if row["facility_id"] == Q)}
    p = {**next(row for row in rows if row["facility_id"] == P and row["year"] == "2030")}
    folder.table("phases.csv", [p, {**q, "year": "2025"}, {**q, "new_modules": "0", "cost_cny": "0.0"}])
    return f"precedence rule: {Q} in 2025, {P} in 2030; expected {P} in that year or before"


def key_figure_of_a_year(folder):
    folder.kpis(lambda kpis: kpis["years"]["2025"].update(cost_cny=1.0))
    return "kpis.json: years.2025.cost_cny is 1.0, expected 1350.0"


def closing_forgotten(folder):
    folder.kpis(lambda kpis: kpis.update(closing_cost_cny=0.0))
    return "kpis.json: closing_cost_cny is 0.0, expected 50.0"


@pytest.mark.parametrize(
    "spoil",
    [
        closes_again,
        unknown_year,
        other_opening_year,
        missing_in_a_table,
        modules_without_addition,
        modules_taken_away,
        money_of_a_year,
        too_early,
        money_too_early,
        more_than_its_modules_of_the_year,
        served_before_it_opens,
        covered_before_it_opens,
        lost_station,
        stranger_closed,
        cheap_closing,
        no_reason,
        broken_precedence,
        key_figure_of_a_year,
        closing_forgotten,
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_a_corruption_is_found(folder, spoil):
    """What the files say of the years is held against the inputs and against each other."""
    sentence = spoil(folder)
    faults = folder.faults()
    assert [fault for fault in faults if sentence in fault], faults


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda solve: solve.update(bound=1e6, gap=0.0), "expected none: the years are solved one by one"),
        (lambda solve: solve["years"]["2030"].update(objective=1.0), "solve.years.2030.objective is 1.0, expected"),
        (lambda solve: solve["years"]["2025"].update(gap=0.5), "kpis.json: solve.gap is 0.5"),
        (lambda solve: solve.pop("years"), "solve.years.2025 is None, expected a table"),
    ],
)
def test_what_is_proven_year_by_year_is_checked(new_world, tmp_path, change, sentence):
    """A bound for all years, or a year's figure that the layers do not give, is found."""
    world = new_world().grow(y2025=1, y2030=1.5)
    folder = Folder(write_run(world.run("solver.years=rolling"), tmp_path))
    folder.kpis(lambda kpis: change(kpis["solve"]))
    faults = folder.faults()
    assert [fault for fault in faults if sentence in fault], faults


def test_what_was_built_is_held_against_its_table(new_world, tmp_path):
    """In a year that is over, other modules than those that were built are found."""
    world = new_world().grow(y2025=1, y2030=1).built((P, 2, 2025))
    folder = Folder(write_run(world.run(), tmp_path))
    folder.change("phases.csv", {"facility_id": P, "year": "2025"}, modules="3", new_modules="3", cost_cny="1300")
    assert [fault for fault in folder.faults() if f"phases.csv, {P} in 2025: new_modules is 3, expected 2" in fault]


def test_the_tables_of_years_are_files_of_the_run(folder):
    """A run of several years without its table of years is not whole."""
    (folder.path / "phases.csv").unlink()
    assert [fault for fault in folder.faults() if fault.startswith("phases.csv")]
