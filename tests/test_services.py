"""Every service has all that pages and tables say of it."""

import re

import pytest

from geodata import ENERGY, SERVICES, UNITS, amount_name
from maps_out.colours import SERVICE_COLOURS
from maps_out.strings import UNIT_KEYS, strings
from siting.about import _PER_UNIT
from siting.facility import built_in_catalogue
from siting.formats.site_table import _SERVED
from siting.reasons import UNITS_ZH
from siting.solver_settings import Value

every_service = pytest.mark.parametrize("service", SERVICES)


@every_service
def test_a_service_has_its_words_and_its_colour(service):
    """Pages have a name, layers and legend lines of each service in both languages, and a colour of its own."""
    keys = [f"{begin}_{service}" for begin in ("service", "layer_demand", "layer_reach", "legend_reach", "legend_line")]
    assert {*keys, UNIT_KEYS[UNITS[service]]} <= set(strings())
    assert re.fullmatch("#[0-9a-f]{6}", SERVICE_COLOURS[service])
    assert len(set(SERVICE_COLOURS.values())) == len(SERVICES)


@every_service
def test_a_service_is_spoken_of(service):
    """Reasons, the method's note and the sheet of sites have their words for each service, and it has a value."""
    assert UNITS_ZH[service]
    assert all(_PER_UNIT[service])
    assert all(_SERVED[service])
    assert getattr(Value(), service) > 0


@every_service
def test_a_service_is_offered(service):
    """Some built-in type offers each service."""
    assert built_in_catalogue({service}).offering(service)


def test_columns_keep_their_names():
    """Tables of studies of vehicles have the columns that they always had."""
    names = [amount_name("demand", service) for service in ENERGY]
    assert names == ["demand_charging_kwh", "demand_swapping_swaps", "demand_hydrogen_kg"]
