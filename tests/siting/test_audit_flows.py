"""The audit of flows: vehicles that are said to be served are driven, and every hand-made corruption is found."""

import shutil

import geopandas as gpd
import pyogrio
import pytest
from shapely import LineString

from siting.audit import audit_run
from siting.formats.json_file import read_json, write_json
from siting.run_folder import write_run

A, B, ROW = "site:k49|pump", "site:k99|pump", "fuel:r|hydrogen|truck"
LAYERS = ("sites", "demand", "assignment", "districts", "places", "flows")


@pytest.fixture(scope="module")
def pure(new_world, tmp_path_factory):
    """Trucks served by open stations at 49 and 99 km, and a plan line for the longest gap."""
    world = new_world().road(49, 99, end_km=148, max_detour_km=2, capacity=False)
    gap = {"roads": "roads", "max_km": 60, "service": "hydrogen", "max_detour_km": 0}
    return write_run(world.require(gaps={"h2": gap}).run(), tmp_path_factory.mktemp("pure"))


@pytest.fixture(scope="module")
def drawn(new_world, tmp_path_factory):
    """The same trucks with capacities, in two years."""
    world = new_world().road((49, 0.1), 99, end_km=148, max_detour_km=2, growth={"2025": 1.0, "2030": 2.0})
    world.study["years"] = [2025, 2030]
    result = world.run()
    assert result.flows["share"].tolist() == [1, 1]
    return write_run(result, tmp_path_factory.mktemp("drawn"))


class Folder:
    """A copy of a run folder, to spoil."""

    def __init__(self, whole, path):
        self.path = shutil.copytree(whole, path)

    def layer(self, name):
        return pyogrio.read_dataframe(self.path / "sites.gpkg", layer=name)

    def write(self, **layers):
        """Write the GeoPackage again with some layers changed."""
        frames = {name: layers.get(name, self.layer(name)) for name in LAYERS}
        (self.path / "sites.gpkg").unlink()
        for name, frame in frames.items():
            pyogrio.write_dataframe(frame, self.path / "sites.gpkg", layer=name)

    def change(self, layer, row, **values):
        """Give the rows with an id other values."""
        frame = self.layer(layer)
        chosen = frame.iloc[:, 0] == row
        assert chosen.any()
        for column, value in values.items():
            frame.loc[chosen, column] = value
        self.write(**{layer: frame})

    def without(self, layer, row):
        """Take the rows with an id out of a layer."""
        frame = self.layer(layer)
        self.write(**{layer: frame[frame.iloc[:, 0] != row]})

    def faults(self, *words):
        """What the audit says with all of some words in it."""
        return [fault for fault in audit_run(self.path) if all(word in fault for word in words)]


@pytest.fixture
def spoilt(tmp_path):
    """A function that copies a run folder."""
    return lambda whole: Folder(whole, tmp_path / "copy")


def test_runs_as_written_pass(pure, drawn):
    """Nothing is found in the folders as they were written."""
    assert audit_run(pure) == []
    assert audit_run(drawn) == []


def test_a_station_that_is_gone_leaves_the_vehicles_dry(pure, spoilt):
    """Without the station at km 49 the trucks that are still said to be served run dry."""
    folder = spoilt(pure)
    folder.without("sites", A)
    assert folder.faults(ROW, "run dry", "2025")
    assert folder.faults(ROW, "covered is True, expected False")
    assert folder.faults(ROW, "facility_ids")
    assert folder.faults("plan line h2", "99 km")


def test_energy_bought_where_the_tank_is_full_is_found(drawn, spoilt):
    """All energy of the trip from one station needs a larger tank than the trucks have."""
    folder = spoilt(drawn)
    lines = folder.layer("assignment")
    at_a = (lines["facility_id"] == A) & lines["row_id"].str.endswith("2025")
    at_b = (lines["facility_id"] == B) & lines["row_id"].str.endswith("2025")
    lines.loc[at_b, "served"] += lines.loc[at_a, "served"].sum()
    folder.write(assignment=lines[~at_a])
    assert folder.faults(f"{ROW}|2025", "cannot drive on what they are assigned")
    assert not folder.faults(f"{ROW}|2030", "cannot drive")


def test_a_station_off_the_road_is_found(drawn, spoilt):
    """A detour that is not that of the station's place, and a line that does not begin on the road."""
    folder = spoilt(drawn)
    lines = folder.layer("assignment")
    lines["distance_km"] += 1.0
    lines = lines.set_geometry(gpd.GeoSeries([LineString([(114, 22), (114.1, 22)])] * len(lines), crs=lines.crs))
    folder.write(assignment=lines)
    assert folder.faults("layer assignment", ROW, "distance_km")
    assert folder.faults("layer assignment", ROW, "its begin")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("vehicles_per_day", 11.0),
        ("vehicles_served", 9.0),
        ("share", 0.9),
        ("range_km", 400.0),
        ("length_km", 10.0),
        ("fleet", "cars"),
        ("facility_ids", A),
        ("year", 2026),
    ],
)
def test_columns_of_flows_are_held_against_the_study(pure, spoilt, column, value):
    """Every number and text of a flow follows from the study and the layer of demand."""
    folder = spoilt(pure)
    folder.change("flows", ROW, **{column: value})
    assert folder.faults("layer flows", ROW, column)


def test_a_flow_drawn_elsewhere_or_missing_is_found(pure, spoilt):
    """The line is that of the study's layer, and every flow is there."""
    folder = spoilt(pure)
    flows = folder.layer("flows")
    folder.write(flows=flows.set_geometry(flows.geometry.translate(0.01, 0)))
    assert folder.faults("layer flows", "its line is not")
    folder.change("flows", ROW, row_id="other")
    assert folder.faults("layer flows", "is missing")
    assert folder.faults("layer flows", "other is no flow")


def test_vehicles_of_the_key_figures_are_counted_again(pure, spoilt):
    """Vehicles served are those of the flows."""
    folder = spoilt(pure)
    kpis = read_json(folder.path / "kpis.json")
    kpis["flows"]["fuel"]["served"] = 9.0
    write_json(folder.path / "kpis.json", kpis)
    assert folder.faults("kpis.json", "flows.fuel.served is 9.0, expected 10.0")
