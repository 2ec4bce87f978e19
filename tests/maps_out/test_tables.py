"""What the tables must hold before anything is drawn."""

import pytest

from maps_out import MapError, MapTables


def test_all_missing_columns_and_keys_are_named_at_once(parts):
    """A table without columns, a type without colour and meta without sources are one message."""
    parts["sites"] = parts["sites"].drop(columns=["modules", "reach_km"])
    parts["demand"] = parts["demand"].drop(columns="reachable")
    del parts["types"][0]["colour"]
    del parts["meta"]["sources"]
    with pytest.raises(MapError) as caught:
        MapTables(**parts)
    text = str(caught.value)
    assert "table 'sites': missing columns modules, reach_km" in text
    assert "table 'demand': missing columns reachable" in text
    assert "type 'fast_hub': missing keys colour" in text
    assert "meta: missing keys sources" in text


def test_a_metric_crs_is_refused(parts):
    """Metres would be drawn as degrees, so the message says what to do."""
    parts["sites"] = parts["sites"].to_crs(4547)
    with pytest.raises(MapError, match=r"table 'sites': longitude and latitude are needed.*to_crs\(4326\)"):
        MapTables(**parts)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda p: p["sites"].__setitem__("status", "planned"),
            "status 'planned' is not one of existing, new, required",
        ),
        (lambda p: p["sites"].__setitem__("type", "kiosk"), "type 'kiosk' is not one of car_swap, fast_hub"),
        (lambda p: p["types"][0].__setitem__("colour", "blue"), "colour 'blue' is not of the form"),
        (lambda p: p["types"][0].__setitem__("marker", "blob"), "marker 'blob' is not one of"),
        (lambda p: p["assignment"].__setitem__("facility_id", "f-s9"), "facility_id 'f-s9' is not one of"),
        (lambda p: p["demand"].__setitem__("service", "petrol"), "service 'petrol' is not one of"),
        (lambda p: p.__setitem__("districts", p["districts"].iloc[:0]), "table 'districts': no district"),
    ],
)
def test_unknown_values_are_named_with_the_known_ones(parts, change, message):
    """A value that the page cannot draw is refused before drawing."""
    change(parts)
    with pytest.raises(MapError, match=message):
        MapTables(**parts)


def test_map_errors_are_value_errors():
    """Callers may catch the builtin."""
    assert issubclass(MapError, ValueError)
