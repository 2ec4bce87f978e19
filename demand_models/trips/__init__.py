"""Trips between places: read from tables, or computed by a gravity model, and divided among paths."""

from demand_models.trips.choice import logit_shares as logit_shares
from demand_models.trips.gravity import DETERRENCES as DETERRENCES
from demand_models.trips.gravity import Deterrence as Deterrence
from demand_models.trips.gravity import Gravity as Gravity
from demand_models.trips.gravity import gravity as gravity
from demand_models.trips.pairs import Columns as Columns
from demand_models.trips.pairs import read_impedances as read_impedances
from demand_models.trips.pairs import read_trips as read_trips
from demand_models.trips.tntp import read_tntp as read_tntp
